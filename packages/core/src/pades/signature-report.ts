import { isLocked } from '../pdf/locked.ts'
import type { PdfDocument } from '../pdf/types.ts'
import { problem, type Problem } from '../problem.ts'
import type { SignatureReport } from '../report.ts'
import type { ResolvedPolicy } from '../validation/policy.ts'
import { basicVerdict, type Verdict } from '../validation/verdict.ts'
import { claimedText, claimedTimeOf } from './claims.ts'
import { algorithmsOf } from './algorithms.ts'
import type { CandidatePool } from './candidates.ts'
import type { ChangeResult } from '../changes/compare.ts'
import { NOT_COMPARED } from './changes.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import { checksOf } from './checks.ts'
import { findingsOf } from './findings.ts'
import { levelOf } from './level.ts'
import type { VerifyOptions } from './options.ts'
import { reportTimestamps } from './timestamps.ts'
import { applyProof, earliestProof, type JudgedTimestamp, type Proof } from './proof.ts'
import { checkAcceptance, checkTrust, identityOf, turnedByTime, type TrustCheck } from './trust-check.ts'

/** What every signature of one document shares. */
export interface ReportContext {
  readonly document: PdfDocument
  readonly policy: ResolvedPolicy
  readonly options: VerifyOptions
  readonly at: Date
  readonly changes: ReadonlyMap<string, ChangeResult>
  readonly pool: CandidatePool
  /** Document timestamps by id. */
  readonly timestamps: ReadonlyMap<string, JudgedTimestamp>
  readonly budget: { verifications: number }
}

/** C-12: a claim outside the certificate's validity, or later than what is proven. */
function checkClaimedTime(
  one: EvaluatedSignature,
  claimed: Date | undefined,
  proof: Proof | undefined,
): readonly Problem[] {
  const certificate = one.signer?.certificate
  if (claimed === undefined || certificate === undefined || one.token !== undefined) return []
  const args = { claimed: claimed.toISOString() }
  const problems: Problem[] = []
  if (claimed < certificate.notBefore || claimed > certificate.notAfter) {
    problems.push(problem('C-12', 'CLAIMED_TIME_OUTSIDE_VALIDITY', 'W', args))
  }
  if (proof !== undefined && claimed > proof.time) {
    const proven = proof.time.toISOString()
    problems.push(problem('C-12', 'CLAIMED_TIME_AFTER_PROOF', 'W', { ...args, proven }))
  }
  return problems
}

/** E-11 and P-15: a document that two readers could read differently is judged by its worst defect. */
function documentProblems(document: PdfDocument): readonly Problem[] {
  return document.defects.filter((defect) => defect.outcome === 'F' || defect.outcome === 'I')
}

/** When newer revocation data can be expected: at the announced next update, at once where that has passed. */
function retryAfter({ revocation }: TrustCheck, at: Date): string {
  const announced = revocation.flatMap(({ nextUpdate }) => (nextUpdate === null ? [] : [Date.parse(nextUpdate)]))
  return new Date(Math.max(at.getTime(), ...announced)).toISOString()
}

/** Hashes of everything the path rests on. */
function evidenceOf({ path, revocation }: TrustCheck): NonNullable<SignatureReport['evidence']> {
  const certificates = path.map(({ sha256 }) => ({ type: 'certificate' as const, sha256 }))
  const seen = new Map(revocation.map(({ type, sha256 }) => [sha256, { type, sha256 }]))
  return [...certificates, ...seen.values()]
}

/** E-11. */
const UNDECIDED: Verdict = { indication: 'INDETERMINATE', subIndication: 'GENERIC' }

/** Puts one signature's answers together: verdict, signer, times, changes (section 7.1). */
export async function reportSignature(one: EvaluatedSignature, context: ReportContext): Promise<SignatureReport> {
  const { found, signer } = one
  const timestamp = found.kind === 'document-timestamp'
  const outcome = context.changes.get(one.id) ?? NOT_COMPARED
  const claimed = one.token === undefined ? claimedTimeOf(found, one.data) : one.token.info?.genTime
  const checked =
    context.timestamps.get(one.id)?.trust ?? (await checkTrust(signer?.certificate, one.data, 'signing', context))
  const stamps = timestamp ? [] : await reportTimestamps(one, context)
  const proof = earliestProof(one, stamps, context.timestamps)
  const format = [
    ...one.problems,
    ...checkClaimedTime(one, claimed, proof),
    ...outcome.problems,
    ...documentProblems(context.document),
  ]
  const acceptance = checkAcceptance(signer, proof?.time ?? context.at, context.policy)
  const { permitted } = outcome.changes
  const basic = basicVerdict({
    format,
    changesPermitted: permitted,
    chain: checked.verdict,
    acceptance: checkAcceptance(signer, context.at, context.policy),
  })
  const timed = await applyProof(basic, one, checked, proof, context)
  const turned = timed.indication === 'TOTAL-PASSED' && basic.indication !== 'TOTAL-PASSED'
  const trust = turned ? turnedByTime(checked) : checked
  // V-03: nothing passes whose bytes were not seen to be intact, whatever the blocks above say
  const open = permitted === null || one.integrity !== 'intact'
  const verdict = open && timed.indication === 'TOTAL-PASSED' ? UNDECIDED : timed
  const changed = permitted === false ? [problem('V-02', 'DOC_CHANGED', 'F', { level: outcome.changes.level })] : []
  const readable = !isLocked(context.document)
  const reason = readable ? claimedText(found, 'Reason') : undefined
  const location = readable ? claimedText(found, 'Location') : undefined
  const proves = context.timestamps.get(one.id)?.proves === true
  const proven = (proves ? claimed?.toISOString() : proof?.time.toISOString()) ?? null
  const goodStamps = stamps.filter(({ indication }) => indication === 'TOTAL-PASSED')
  const facts = {
    document: context.document,
    paths: [trust, ...goodStamps.map(({ certificatePath, revocation }) => ({ path: certificatePath, revocation }))],
    stamped: proof !== undefined,
    timestamps: context.timestamps,
  }
  return {
    id: one.id,
    field: found.field,
    ...(found.page === undefined ? {} : { page: found.page }),
    kind: found.kind,
    role: timestamp ? null : outcome.certified ? 'certification' : 'approval',
    subFilter: found.subFilter ?? null,
    indication: verdict.indication,
    subIndication: verdict.subIndication,
    ...(await levelOf(one, facts)),
    integrity: one.integrity,
    coverage: found.coverage,
    changes: outcome.changes,
    signer: await identityOf(signer?.certificate, trust),
    ...(signer?.certificate === undefined ? {} : { binding: signer.binding }),
    algorithms: algorithmsOf(signer),
    times: {
      claimed: timestamp ? null : (claimed?.toISOString() ?? null),
      best: proven ?? context.at.toISOString(),
      provenBefore: proven,
      provenBy: proves ? one.id : (proof?.id ?? null),
    },
    timestamps: stamps,
    certificatePath: trust.path,
    revocation: trust.revocation,
    checks: checksOf(one, [...format, ...acceptance], trust, proven !== null),
    ...(reason === undefined ? {} : { reason }),
    ...(location === undefined ? {} : { location }),
    ...(verdict.subIndication === 'TRY_LATER' ? { retryAfter: retryAfter(trust, context.at) } : {}),
    evidence: evidenceOf(trust),
    risksAtSigning: findingsOf(outcome.risks),
    findings: findingsOf([...format, ...changed, ...trust.problems, ...acceptance]),
  }
}
