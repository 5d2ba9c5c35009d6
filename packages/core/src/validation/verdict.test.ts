import { expect, test } from '@jest/globals'
import { problem } from '../problem.ts'
import { basicVerdict, provenFailure, weakForSure, type Blocks } from './verdict.ts'

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

test('a content time stamp proves how old a signature is at most (E-03)', () => {
  const at = (day: number): Date => new Date(Date.UTC(2026, 0, day))
  const times = { revokedAt: at(10), notAfter: at(20) }
  expect(provenFailure('REVOKED_NO_POE', at(11), times)).toBe('REVOKED')
  expect(provenFailure('REVOKED_NO_POE', at(10), times)).toBeUndefined()
  expect(provenFailure('OUT_OF_BOUNDS_NO_POE', at(21), times)).toBe('EXPIRED')
  expect(provenFailure('OUT_OF_BOUNDS_NOT_REVOKED', at(20), times)).toBeUndefined()
  expect(provenFailure('TRY_LATER', at(30), times)).toBeUndefined()
  expect(provenFailure('REVOKED_NO_POE', undefined, times)).toBeUndefined()
  // a wrong value outranks it, and so does what was found before the chain
  const proven = { chain: 'REVOKED_NO_POE', provenFailure: 'REVOKED' } as const
  expect(verdict(proven)).toBe('TOTAL-FAILED REVOKED')
  expect(verdict({ ...proven, format: [problem('C-10', 'X', 'S')] })).toBe('TOTAL-FAILED SIG_CRYPTO_FAILURE')
  expect(verdict({ ...proven, format: [problem('C-05', 'X', 'I')] })).toBe('INDETERMINATE GENERIC')
})

test('an algorithm that ended before the content time stamp is weak for sure (E-03)', () => {
  const weak = problem('C-16', 'X', 'I', { until: '2026-01-10' }, 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
  const sub = (content: Date | undefined): string | undefined => weakForSure([weak], content)[0]!.subIndication
  expect(sub(new Date('2026-01-11T00:00:00Z'))).toBe('CRYPTO_CONSTRAINTS_FAILURE')
  expect(sub(new Date('2026-01-09T00:00:00Z'))).toBe('CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
  expect(sub(undefined)).toBe('CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
})
