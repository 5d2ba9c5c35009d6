import { expect, test } from '@jest/globals'
import { problem } from '../problem.ts'
import { basicVerdict, type Blocks } from './verdict.ts'

const SOUND: Blocks = { format: [], changesPermitted: true, chain: null, acceptance: [] }

function verdict(change: Partial<Blocks>): string {
  const { indication, subIndication } = basicVerdict({ ...SOUND, ...change })
  return `${indication} ${subIndication}`
}

test('nothing wrong passes', () => {
  expect(verdict({})).toBe('TOTAL-PASSED null')
  expect(verdict({ format: [problem('C-01', 'X', 'W'), problem('C-01', 'X', 'note')] })).toBe('TOTAL-PASSED null')
})

test('the earlier building block gives the reason (E-03)', () => {
  const f = problem('P-06', 'X', 'F')
  const h = problem('C-07', 'X', 'H')
  const s = problem('C-10', 'X', 'S')
  const noSigner = problem('C-08', 'X', 'I', {}, 'NO_SIGNING_CERTIFICATE_FOUND')
  const weak = problem('C-16', 'X', 'I', {}, 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
  expect(verdict({ format: [s, h, f] })).toBe('TOTAL-FAILED FORMAT_FAILURE')
  expect(verdict({ format: [s, h] })).toBe('TOTAL-FAILED HASH_FAILURE')
  expect(verdict({ format: [s], changesPermitted: false })).toBe('TOTAL-FAILED SIG_CRYPTO_FAILURE')
  expect(verdict({ changesPermitted: false, chain: 'TRY_LATER' })).toBe('TOTAL-FAILED FORMAT_FAILURE')
  expect(verdict({ format: [noSigner], chain: 'TRY_LATER' })).toBe('INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND')
  expect(verdict({ chain: 'TRY_LATER', acceptance: [weak] })).toBe('INDETERMINATE TRY_LATER')
  expect(verdict({ acceptance: [weak] })).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
  expect(verdict({ changesPermitted: null })).toBe('INDETERMINATE GENERIC')
  expect(verdict({ format: [problem('C-05', 'X', 'I')] })).toBe('INDETERMINATE GENERIC')
})
