import { problem, type Problem } from '../problem.ts'
import type { SubIndication } from '../report.ts'
import type { Verdict } from './verdict.ts'

/** What validation with proven time needs to know of one signature (E-04). */
export interface TimedSignature {
  /** Result of basic validation at the time of the check. */
  readonly basic: Verdict
  /** Earliest proof that the signature existed; undefined where there is none. */
  readonly best: Date | undefined
  readonly notBefore: Date | undefined
  readonly notAfter: Date | undefined
  readonly revokedAt: Date | undefined
  readonly caRevokedAt: Date | undefined
  /** The algorithms of the signature were reliable at the proven time. */
  readonly reliableAtBest: boolean
  /** Revocation data fresh for the proven time are at hand. */
  readonly freshForBest: boolean
}

/** Results of basic validation that proof of an earlier time can turn. */
const HOPEFUL: ReadonlySet<SubIndication> = new Set([
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'TRY_LATER',
  'OUT_OF_BOUNDS_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
])

const PASSED: Verdict = { indication: 'TOTAL-PASSED', subIndication: null }

function indeterminate(subIndication: SubIndication): Verdict {
  return { indication: 'INDETERMINATE', subIndication }
}

function revocationTime(signature: TimedSignature): Date | undefined {
  return signature.basic.subIndication === 'REVOKED_CA_NO_POE' ? signature.caRevokedAt : signature.revokedAt
}

function isRevocation(sub: SubIndication | null): boolean {
  return sub === 'REVOKED_NO_POE' || sub === 'REVOKED_CA_NO_POE'
}

/** The steps that compare the proven time with the certificate's own times; undefined where they settle nothing. */
function checkTimes(signature: TimedSignature, best: Date): Verdict | undefined {
  const { basic, notBefore, notAfter } = signature
  const sub = basic.subIndication
  const revoked = isRevocation(sub)
  const revokedAt = revocationTime(signature)
  if (revoked && (revokedAt === undefined || revokedAt <= best)) return basic
  const timed = revoked || sub === null || sub === 'OUT_OF_BOUNDS_NO_POE' || sub === 'OUT_OF_BOUNDS_NOT_REVOKED'
  if (timed && notBefore !== undefined && best < notBefore) {
    return { indication: 'TOTAL-FAILED', subIndication: 'NOT_YET_VALID' }
  }
  // Without revocation data for the time before expiry there is nothing to build on: past validation decides.
  if (sub === 'OUT_OF_BOUNDS_NO_POE') return basic
  const bounded = revoked || sub === 'OUT_OF_BOUNDS_NOT_REVOKED'
  if (bounded && (notAfter === undefined || best >= notAfter)) return indeterminate('OUT_OF_BOUNDS_NOT_REVOKED')
  return undefined
}

/**
 * Validation with proven time (E-04, EN 319 102-1 5.5): a time stamp older than the revocation, the expiry or the end of an
 * algorithm lets the signature pass. Failures and reasons that time cannot turn stay as they are.
 */
export function verdictWithTime(signature: TimedSignature): Verdict {
  const { basic, best } = signature
  if (best === undefined || basic.indication === 'TOTAL-FAILED') return basic
  if (basic.subIndication !== null && !HOPEFUL.has(basic.subIndication)) return basic
  const settled = checkTimes(signature, best)
  if (settled !== undefined) return settled
  if (basic.subIndication === 'TRY_LATER' && !signature.freshForBest) return basic
  return signature.reliableAtBest ? PASSED : indeterminate('CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
}

/** A time stamp as the order rules see it. */
export interface TimedStamp {
  readonly id: string
  readonly time: Date
  readonly accuracySeconds: number | undefined
  /** RFC 3161: stamps of this TSA can always be ordered by their times. */
  readonly ordering: boolean
  /** SHA-256 of the TSA's certificate. */
  readonly tsa: string | undefined
}

/** RFC 3161 2.4.2: true when `a` is certainly younger than `b`. */
function certainlyAfter(a: TimedStamp, b: TimedStamp): boolean {
  const sameOrder = a.ordering && b.ordering && a.tsa !== undefined && a.tsa === b.tsa
  const slack = sameOrder ? 0 : ((a.accuracySeconds ?? 0) + (b.accuracySeconds ?? 0)) * 1000
  return a.time.getTime() - b.time.getTime() > slack
}

/** E-04: what is covered cannot be younger than what covers it: content, signature and document time stamps in this order. */
export function checkTimestampOrder(groups: readonly (readonly TimedStamp[])[]): readonly Problem[] {
  for (const [index, group] of groups.entries())
    for (const inner of group)
      for (const outer of groups.slice(index + 1).flat())
        if (certainlyAfter(inner, outer)) {
          const args = { first: inner.id, time: inner.time.toISOString(), second: outer.id }
          return [problem('E-04', 'TIMESTAMPS_OUT_OF_ORDER', 'I', args, 'TIMESTAMP_ORDER_FAILURE')]
        }
  return []
}

/** E-04: the policy's limit on the time between the claim and the first proof, in seconds. */
export function checkTimestampDelay(
  claimed: Date | undefined,
  best: Date,
  delay: number | undefined,
): readonly Problem[] {
  if (delay === undefined || claimed === undefined || best.getTime() - claimed.getTime() <= delay * 1000) return []
  const args = { claimed: claimed.toISOString(), proven: best.toISOString(), seconds: delay }
  return [problem('E-04', 'TIMESTAMP_TOO_LATE', 'I', args, 'SIG_CONSTRAINTS_FAILURE')]
}
