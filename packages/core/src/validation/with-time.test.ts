import { describe, expect, test } from '@jest/globals'
import type { SubIndication } from '../report.ts'
import {
  checkTimestampDelay,
  checkTimestampOrder,
  verdictWithTime,
  type TimedSignature,
  type TimedStamp,
} from './with-time.ts'

const day = (number: number): Date => new Date(Date.UTC(2026, 0, number))

function timed(sub: SubIndication | null, change: Partial<TimedSignature> = {}): string {
  const { indication, subIndication } = verdictWithTime({
    basic: { indication: sub === null ? 'TOTAL-PASSED' : 'INDETERMINATE', subIndication: sub },
    best: day(10),
    notBefore: day(1),
    notAfter: day(20),
    revokedAt: undefined,
    caRevokedAt: undefined,
    reliableAtBest: true,
    freshForBest: true,
    ...change,
  })
  return `${indication} ${subIndication}`
}

describe('E-04', () => {
  test('without proof nothing changes', () => {
    expect(timed('REVOKED_NO_POE', { best: undefined, revokedAt: day(12) })).toBe('INDETERMINATE REVOKED_NO_POE')
  })

  test('what time cannot turn stays', () => {
    expect(timed('NO_CERTIFICATE_CHAIN_FOUND')).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND')
    expect(timed('GENERIC')).toBe('INDETERMINATE GENERIC')
  })

  test('revoked after the proof passes, before or at it does not', () => {
    expect(timed('REVOKED_NO_POE', { revokedAt: day(11) })).toBe('TOTAL-PASSED null')
    expect(timed('REVOKED_NO_POE', { revokedAt: day(10) })).toBe('INDETERMINATE REVOKED_NO_POE')
    expect(timed('REVOKED_NO_POE')).toBe('INDETERMINATE REVOKED_NO_POE')
    expect(timed('REVOKED_CA_NO_POE', { caRevokedAt: day(11) })).toBe('TOTAL-PASSED null')
    expect(timed('REVOKED_CA_NO_POE', { revokedAt: day(11) })).toBe('INDETERMINATE REVOKED_CA_NO_POE')
  })

  test('expired after the proof passes with revocation data, at it or without data it does not', () => {
    expect(timed('OUT_OF_BOUNDS_NOT_REVOKED')).toBe('TOTAL-PASSED null')
    expect(timed('OUT_OF_BOUNDS_NOT_REVOKED', { best: day(20) })).toBe('INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED')
    expect(timed('OUT_OF_BOUNDS_NO_POE')).toBe('INDETERMINATE OUT_OF_BOUNDS_NO_POE')
  })

  test('a proof before the validity is a failure', () => {
    expect(timed(null, { notBefore: day(11) })).toBe('TOTAL-FAILED NOT_YET_VALID')
    expect(timed('OUT_OF_BOUNDS_NO_POE', { notBefore: day(11) })).toBe('TOTAL-FAILED NOT_YET_VALID')
  })

  test('weak algorithms must have been reliable then, stale data fresh for then', () => {
    expect(timed('CRYPTO_CONSTRAINTS_FAILURE_NO_POE')).toBe('TOTAL-PASSED null')
    expect(timed('CRYPTO_CONSTRAINTS_FAILURE_NO_POE', { reliableAtBest: false })).toBe(
      'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    )
    expect(timed('TRY_LATER')).toBe('TOTAL-PASSED null')
    expect(timed('TRY_LATER', { freshForBest: false })).toBe('INDETERMINATE TRY_LATER')
  })

  test('a failure stays a failure', () => {
    const basic = { indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' } as const
    expect(timed(null, { basic })).toBe('TOTAL-FAILED HASH_FAILURE')
  })
})

describe('order of time stamps (E-04, RFC 3161 2.4.2)', () => {
  const stamp = (seconds: number, more: Partial<TimedStamp> = {}): TimedStamp => ({
    id: `at ${seconds}`,
    time: new Date(day(1).getTime() + seconds * 1000),
    accuracySeconds: 1,
    ordering: false,
    tsa: 'a',
    ...more,
  })
  const wrong = (...groups: (readonly TimedStamp[])[]): boolean => checkTimestampOrder(groups).length > 0

  test('what is covered may not be younger, beyond the accuracies of both', () => {
    expect(wrong([stamp(0)], [stamp(5)], [stamp(9)])).toBe(false)
    expect(wrong([stamp(2)], [stamp(0)])).toBe(false)
    expect(wrong([stamp(2.001)], [stamp(0)])).toBe(true)
    expect(wrong([], [stamp(0)], [stamp(-3)])).toBe(true)
    expect(wrong([stamp(0, { accuracySeconds: undefined })], [stamp(0)])).toBe(false)
    expect(wrong([stamp(0.001, { accuracySeconds: undefined })], [stamp(0, { accuracySeconds: undefined })])).toBe(true)
  })

  test('stamps of one group are not ordered among themselves', () => {
    expect(wrong([], [stamp(50), stamp(0)], [stamp(60)])).toBe(false)
  })

  test('a TSA that orders its stamps is taken at its word, but not beside another', () => {
    const ordering = { ordering: true }
    expect(wrong([stamp(1, ordering)], [stamp(0, ordering)])).toBe(true)
    expect(wrong([stamp(1, ordering)], [stamp(0, { ordering: true, tsa: 'b' })])).toBe(false)
  })
})

test('the delay that a policy allows (E-04)', () => {
  const late = (delay: number | undefined, claimed: Date | undefined = day(1)): string | undefined =>
    checkTimestampDelay(claimed, day(2), delay)[0]?.subIndication
  expect([late(86_400), late(86_399), late(undefined), checkTimestampDelay(undefined, day(2), 0).length]).toEqual([
    undefined,
    'SIG_CONSTRAINTS_FAILURE',
    undefined,
    0,
  ])
})
