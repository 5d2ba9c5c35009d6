import { expect, test } from '@jest/globals'
import type { EvaluatedSignature } from './evaluation.ts'
import { stampVerdict, type Stamp } from './timestamps.ts'

type Integrity = EvaluatedSignature['integrity']

function verdict(kind: Stamp['kind'], imprint: string, cms: Integrity, document: Integrity = 'intact'): string {
  const stamp = {
    kind,
    carrier: { integrity: document },
    token: { imprint, cms: { integrity: cms } },
    format: [],
    acceptance: [],
  } as unknown as Stamp
  const { indication, subIndication } = stampVerdict(stamp, null)
  return `${indication} ${subIndication}`
}

// Found by review: nothing asked whether the token's own signature had been seen to be genuine.
test('a time stamp passes only where its own signature and its imprint were seen to be right (V-03)', () => {
  expect(verdict('signature', 'match', 'intact')).toBe('TOTAL-PASSED null')
  for (const cms of ['unknown', 'broken'] as const)
    expect(verdict('signature', 'match', cms)).toBe('INDETERMINATE GENERIC')
  for (const imprint of ['unknown', 'mismatch'])
    expect(verdict('signature', imprint, 'intact')).toBe('INDETERMINATE GENERIC')
  expect(verdict('document', 'match', 'intact')).toBe('TOTAL-PASSED null')
  expect(verdict('document', 'match', 'intact', 'unknown')).toBe('INDETERMINATE GENERIC')
})
