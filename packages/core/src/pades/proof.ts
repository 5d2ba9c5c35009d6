import type { TimestampReport } from '../report.ts'
import { subIndicationsOf, type Verdict } from '../validation/verdict.ts'
import { verdictWithTime } from '../validation/with-time.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import { checkAcceptance, checkTrust, isFreshAt, type TrustCheck, type TrustContext } from './trust-check.ts'

/** Proof that something existed at a time: a time stamp that passed. */
export interface Proof {
  readonly id: string
  readonly time: Date
}

/** A document timestamp with what its certificate path came to; `proves` when it passed, whatever changed later. */
export interface JudgedTimestamp {
  readonly one: EvaluatedSignature
  readonly trust: TrustCheck
  readonly proves: boolean
}

/** Judges the document timestamps on their own revision (E-05: P-06 to P-08 must hold before any proof is granted). */
export async function judgeTimestamps(
  evaluated: readonly EvaluatedSignature[],
  context: TrustContext,
): Promise<ReadonlyMap<string, JudgedTimestamp>> {
  const judged = new Map<string, JudgedTimestamp>()
  for (const one of evaluated) {
    if (one.found.kind !== 'document-timestamp') continue
    const trust = await checkTrust(one.signer?.certificate, one.data, 'timestamping', context)
    const weak = checkAcceptance(one.signer, context.at, context.policy)
    const sound = subIndicationsOf(one.problems).length === 0 && trust.verdict === null && weak.length === 0
    judged.set(one.id, { one, trust, proves: sound && one.integrity === 'intact' })
  }
  return judged
}

/** The earliest proof for a signature: its own time stamps, and document timestamps over its revision (E-08, E-12). */
export function earliestProof(
  one: EvaluatedSignature,
  stamps: readonly TimestampReport[],
  timestamps: ReadonlyMap<string, JudgedTimestamp>,
): Proof | undefined {
  const own = stamps.filter((stamp) => stamp.indication === 'TOTAL-PASSED' && stamp.imprint === 'match')
  const later = [...timestamps.values()].filter(({ one: stamp, proves }) => {
    return proves && stamp.found.revision > one.found.revision
  })
  const proofs = [
    ...own.map(({ id, genTime }) => ({ id, time: new Date(genTime) })),
    ...later.flatMap(({ one: stamp }) => {
      const time = stamp.token?.info?.genTime
      return time === undefined ? [] : [{ id: stamp.id, time }]
    }),
  ]
  return proofs.toSorted((a, b) => a.time.getTime() - b.time.getTime())[0]
}

/** The verdict once proof of an earlier time is taken into account (E-04): every open reason must be turned by it. */
export async function applyProof(
  basic: Verdict,
  one: EvaluatedSignature,
  trust: TrustCheck,
  proof: Proof | undefined,
  context: TrustContext,
): Promise<Verdict> {
  const certificate = one.signer?.certificate
  if (proof === undefined || certificate === undefined || basic.indication === 'TOTAL-FAILED') return basic
  const best = proof.time
  const weakNow = checkAcceptance(one.signer, context.at, context.policy)
  const weakThen = checkAcceptance(one.signer, best, context.policy)
  const reasons = subIndicationsOf([...one.problems, ...trust.problems, ...weakNow])
  if (basic.subIndication !== null && !reasons.includes(basic.subIndication)) return basic
  const chainReliable = !subIndicationsOf(trust.problems).some((reason) => reason.startsWith('CRYPTO_'))
  const timed = {
    best,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    revokedAt: trust.revokedAt,
    caRevokedAt: trust.caRevokedAt,
    reliableAtBest: weakThen.length === 0 && chainReliable,
    freshForBest: reasons.includes('TRY_LATER') && (await isFreshAt(certificate, one.data, best, context)),
  }
  const open = reasons.length === 0 ? [null] : reasons
  for (const subIndication of open) {
    const indication = subIndication === null ? 'TOTAL-PASSED' : 'INDETERMINATE'
    const verdict = verdictWithTime({ ...timed, basic: { indication, subIndication } })
    if (verdict.indication !== 'TOTAL-PASSED') return verdict
  }
  return { indication: 'TOTAL-PASSED', subIndication: null }
}
