import type { PdfDocument } from '../pdf/types.ts'
import { problem, type Problem } from '../problem.ts'
import type { CheckResult, SignatureReport, TimestampReport } from '../report.ts'
import type { ResolvedPolicy } from '../validation/policy.ts'
import { basicVerdict } from '../validation/verdict.ts'
import { claimedText, claimedTimeOf } from './claims.ts'
import { algorithmsOf } from './algorithms.ts'
import type { CandidatePool } from './candidates.ts'
import type { ChangeResult } from '../changes/compare.ts'
import { NOT_COMPARED } from './changes.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import { findingsOf } from './findings.ts'
import { levelOf } from './level.ts'
import type { VerifyOptions } from './options.ts'
import { reportTimestamps } from './timestamps.ts'
import { checkAcceptance, checkTrust, identityOf, type TrustCheck } from './trust-check.ts'

/** What every signature of one document shares. */
export interface ReportContext {
  readonly document: PdfDocument
  readonly policy: ResolvedPolicy
  readonly options: VerifyOptions
  readonly at: Date
  readonly changes: ReadonlyMap<string, ChangeResult>
  readonly pool: CandidatePool
  readonly evaluated: readonly EvaluatedSignature[]
  readonly budget: { verifications: number }
}

function checkClaimedTime(one: EvaluatedSignature, claimed: Date | undefined): readonly Problem[] {
  const certificate = one.signer?.certificate
  if (claimed === undefined || certificate === undefined || one.token !== undefined) return []
  if (claimed >= certificate.notBefore && claimed <= certificate.notAfter) return []
  return [problem('C-12', 'CLAIMED_TIME_OUTSIDE_VALIDITY', 'W', { claimed: claimed.toISOString() })]
}

/** E-11 and P-15: a document that two readers could read differently is judged by its worst defect. */
function documentProblems(document: PdfDocument): readonly Problem[] {
  return document.defects.filter((defect) => defect.outcome === 'F' || defect.outcome === 'I')
}

function resultOf(good: boolean, bad: boolean): CheckResult {
  if (bad) return 'fail'
  return good ? 'pass' : 'unknown'
}

function checksOf(
  one: EvaluatedSignature,
  format: readonly Problem[],
  trust: TrustCheck,
  proven: boolean,
): NonNullable<SignatureReport['checks']> {
  const { signer } = one
  const outcome = (wanted: string): boolean => format.some((found) => found.outcome === wanted)
  const missing = format.some((found) => found.subIndication === 'NO_SIGNING_CERTIFICATE_FOUND')
  const imprint = one.token?.imprint
  const bytesRight = imprint === undefined ? signer?.messageDigest === 'match' : imprint === 'match'
  const bytesWrong = signer?.messageDigest === 'mismatch' || imprint === 'mismatch' || one.found.coverage === 'broken'
  const weak = [...format, ...trust.problems].some((found) => found.subIndication?.startsWith('CRYPTO_') === true)
  return {
    format: resultOf(!outcome('F') && one.data !== undefined, outcome('F')),
    bytesIntact: resultOf(bytesRight, bytesWrong),
    signatureValue: resultOf(signer?.signatureValue === 'valid', signer?.signatureValue === 'invalid'),
    signer: resultOf(signer?.certificate !== undefined && !missing, missing),
    chain: trust.chain,
    revocation: trust.revocationResult,
    algorithms: resultOf(signer?.scheme !== undefined && trust.algorithmsJudged, weak),
    time: proven ? 'pass' : 'unknown',
  }
}

/** The earliest time stamp that passed (C-13). */
function earliestProof(stamps: readonly TimestampReport[]): TimestampReport | undefined {
  const good = stamps.filter((stamp) => stamp.indication === 'TOTAL-PASSED' && stamp.imprint === 'match')
  return good.toSorted((a, b) => a.genTime.localeCompare(b.genTime))[0]
}

/** Puts one signature's answers together: verdict, signer, times, changes (section 7.1). */
export async function reportSignature(one: EvaluatedSignature, context: ReportContext): Promise<SignatureReport> {
  const { found, signer } = one
  const timestamp = found.kind === 'document-timestamp'
  const outcome = context.changes.get(one.id) ?? NOT_COMPARED
  const claimed = one.token === undefined ? claimedTimeOf(found, one.data) : one.token.info?.genTime
  const trust = await checkTrust(signer?.certificate, one.data, timestamp ? 'timestamping' : 'signing', context)
  const stamps = timestamp ? [] : await reportTimestamps(one, context)
  const proof = earliestProof(stamps)
  const format = [
    ...one.problems,
    ...checkClaimedTime(one, claimed),
    ...outcome.problems,
    ...documentProblems(context.document),
  ]
  const at = proof === undefined ? context.at : new Date(proof.genTime)
  const acceptance = checkAcceptance(signer, at, context.policy)
  const { permitted } = outcome.changes
  const verdict = basicVerdict({
    format,
    changesPermitted: permitted,
    chain: trust.verdict,
    acceptance,
  })
  const changed = permitted === false ? [problem('V-02', 'DOC_CHANGED', 'F', { level: outcome.changes.level })] : []
  const reason = claimedText(found, 'Reason')
  const location = claimedText(found, 'Location')
  const proven =
    timestamp && verdict.indication === 'TOTAL-PASSED' ? (claimed?.toISOString() ?? null) : (proof?.genTime ?? null)
  return {
    id: one.id,
    field: found.field,
    ...(found.page === undefined ? {} : { page: found.page }),
    kind: found.kind,
    role: timestamp ? null : outcome.certified ? 'certification' : 'approval',
    subFilter: found.subFilter ?? null,
    indication: verdict.indication,
    subIndication: verdict.subIndication,
    ...levelOf(one, stamps),
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
      provenBy: timestamp ? (proven === null ? null : one.id) : (proof?.id ?? null),
    },
    timestamps: stamps,
    certificatePath: trust.path,
    revocation: trust.revocation,
    checks: checksOf(one, [...format, ...acceptance], trust, proven !== null),
    ...(reason === undefined ? {} : { reason }),
    ...(location === undefined ? {} : { location }),
    risksAtSigning: findingsOf(outcome.risks),
    findings: findingsOf([...format, ...changed, ...trust.problems, ...acceptance]),
  }
}
