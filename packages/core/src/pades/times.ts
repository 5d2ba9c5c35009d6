// Times of one signature: what is claimed, what is proven, and until when the proof lasts (C-12, C-14, E-04).
import { problem, type Problem } from '../problem.ts'
import { digestUntil, earliestEnd, type Until } from '../validation/algorithms.ts'
import type { ResolvedPolicy } from '../validation/policy.ts'
import type { Poe } from '../validation/poe.ts'
import { checkTimestampDelay, checkTimestampOrder, type TimedStamp } from '../validation/with-time.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import type { JudgedStamp } from './proof.ts'
import { timedStamp, type Stamp } from './timestamps.ts'

/** C-12: a claim outside the certificate's validity, or later than what is proven. */
export function checkClaimedTime(one: EvaluatedSignature, claimed: Date | undefined, best: Poe): readonly Problem[] {
  const certificate = one.signer?.certificate
  if (claimed === undefined || certificate === undefined || one.token !== undefined) return []
  const args = { claimed: claimed.toISOString() }
  const problems: Problem[] = []
  if (claimed < certificate.notBefore || claimed > certificate.notAfter) {
    problems.push(problem('C-12', 'CLAIMED_TIME_OUTSIDE_VALIDITY', 'W', args))
  }
  if (best.by !== null && claimed > best.time) {
    const proven = best.time.toISOString()
    problems.push(problem('C-12', 'CLAIMED_TIME_AFTER_PROOF', 'W', { ...args, proven }))
  }
  return problems
}

/** The stamps that bear on one signature. */
export interface StampsOfOne {
  readonly content: readonly Stamp[]
  readonly own: readonly JudgedStamp[]
  readonly over: readonly JudgedStamp[]
}

function timed(stamps: readonly Stamp[]): readonly TimedStamp[] {
  return stamps.filter(({ verdict }) => verdict.indication === 'TOTAL-PASSED').flatMap((one) => timedStamp(one) ?? [])
}

/** E-04: the order of the good stamps, and the delay that the policy allows; `claimed` is what a person states. */
export function checkProvenTimes(
  { content, own, over }: StampsOfOne,
  claimed: Date | undefined,
  best: Poe,
  policy: ResolvedPolicy,
): readonly Problem[] {
  return [
    // Each document timestamp covers the one before.
    ...checkTimestampOrder([timed(content), timed(own), ...over.map((one) => timed([one]))]),
    ...(best.by === null ? [] : checkTimestampDelay(claimed, best.time, policy.timestampDelay)),
  ]
}

/** The latest time that the signature is proven to be younger than: that of a good content time stamp. */
export function provenAfter(content: readonly Stamp[]): Date | undefined {
  const times = timed(content).map(({ time }) => time.getTime())
  return times.length === 0 ? undefined : new Date(Math.max(...times))
}

function millisecondsOf(until: Until): number {
  if (until === 'always') return Number.POSITIVE_INFINITY
  return until === 'never' ? Number.NEGATIVE_INFINITY : Date.parse(`${until}T00:00:00Z`)
}

/** Until when one stamp can be checked by itself: the ends of its certificates below the anchor and of its algorithms. */
function endOf({ token, trust }: JudgedStamp, { catalogue, algorithms }: ResolvedPolicy): number {
  const ends = trust.entries.filter(({ anchor }) => !anchor).map(({ certificate }) => certificate.notAfter.getTime())
  const signer = token?.cms.signer
  if (algorithms === 'any' || signer?.scheme === undefined || signer.certificate === undefined) return Math.min(...ends)
  ends.push(millisecondsOf(earliestEnd(signer.scheme, signer.certificate.publicKey, catalogue)))
  if (token?.imprintDigest !== undefined) ends.push(millisecondsOf(digestUntil(token.imprintDigest, catalogue)))
  return Math.min(...ends)
}

/** Until when the newest proof lasts: before that, a further document timestamp must be added (L10). */
export function longTermUntil({ own, over }: StampsOfOne, policy: ResolvedPolicy): Date | undefined {
  const good = own.filter(({ proves }) => proves)
  const newest = over.at(-1)
  const ends = (newest === undefined ? good : [newest]).map((stamp) => endOf(stamp, policy)).filter(Number.isFinite)
  return ends.length === 0 ? undefined : new Date(Math.max(...ends))
}
