import { describe, expect, test } from '@jest/globals'
import type { SubIndication } from '../report.ts'
import { verdictWithTime, type TimedSignature } from './with-time.ts'

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
