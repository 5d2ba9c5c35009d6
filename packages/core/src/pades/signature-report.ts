import type { ChangeResult } from '../changes/compare.ts'
import { isLocked } from '../pdf/locked.ts'
import type { PdfDocument } from '../pdf/types.ts'
import { problem, type Problem } from '../problem.ts'
import type { SignatureReport } from '../report.ts'
import type { Poe } from '../validation/poe.ts'
import { basicVerdict, provenFailure, subIndicationsOf, weakForSure, type Verdict } from '../validation/verdict.ts'
import { algorithmsOf } from './algorithms.ts'
import { NOT_COMPARED } from './changes.ts'
import { checksOf } from './checks.ts'
import { claimedText, claimedTimeOf } from './claims.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import { evidenceOf } from './evidence.ts'
import { findingsOf } from './findings.ts'
import { levelOf } from './level.ts'
import { stampsOver, type Proofs } from './proof.ts'
import { judgePast, judgeWithTime } from './proven-case.ts'
import { checkSignaturePolicy } from './signature-policy.ts'
import { checkClaimedTime, checkProvenTimes, longTermUntil, provenAfter, type StampsOfOne } from './times.ts'
import { reportStamp, type Stamp, type StampContext } from './timestamps.ts'
import { checkAcceptance, checkTrust, identityOf, turnedByTime, type TrustCheck } from './trust-check.ts'

/** What every signature of one document shares. */
export interface ReportContext extends StampContext {
  readonly changes: ReadonlyMap<string, ChangeResult>
  readonly proofs: Proofs
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

/** E-11. */
const UNDECIDED: Verdict = { indication: 'INDETERMINATE', subIndication: 'GENERIC' }

/** What is known of one signature before its verdict. */
interface Facts {
  readonly one: EvaluatedSignature
  readonly outcome: ChangeResult
  readonly claimed: Date | undefined
  readonly stamps: StampsOfOne
  readonly best: Poe
  readonly trust: TrustCheck
  /** Every problem outside the chain. */
  readonly format: readonly Problem[]
  /** SAV at the proven time: what the report shows. */
  readonly acceptance: readonly Problem[]
}

interface Answer {
  readonly verdict: Verdict
  readonly trust: TrustCheck
  readonly late: readonly Problem[]
}

async function gatherFacts(one: EvaluatedSignature, context: ReportContext): Promise<Facts> {
  const { proofs, policy, at } = context
  const outcome = context.changes.get(one.id) ?? NOT_COMPARED
  const stamp = proofs.documents.get(one.id)
  const claimed = one.token === undefined ? claimedTimeOf(one.found, one.data) : one.token.info?.genTime
  const inside = proofs.signatures.get(one.id) ?? []
  const content = inside.filter(({ kind }) => kind === 'content')
  const own = inside.filter(({ kind }) => kind === 'signature')
  const stamps = { content, own, over: stampsOver(one, proofs) }
  const best = proofs.poe.of(one.id)
  const format = [
    ...(stamp?.format ?? one.problems),
    ...(stamp === undefined ? await checkSignaturePolicy(one.data, policy) : []),
    ...checkClaimedTime(one, claimed, best),
    ...checkContent(content),
    ...outcome.problems,
    ...documentProblems(context.document),
  ]
  const trust = stamp?.trust ?? (await checkTrust(one.signer?.certificate, one.data, 'signing', context))
  const acceptance = checkAcceptance(one.signer, best.by === null ? at : best.time, policy)
  return { one, outcome, claimed, stamps, best, trust, format, acceptance }
}

function checkContent(content: readonly Stamp[]): readonly Problem[] {
  const bad = content.filter(({ verdict }) => verdict.indication !== 'TOTAL-PASSED')
  return bad.map(({ id }) => problem('E-03', 'CONTENT_TIMESTAMP_INVALID', 'W', { id }))
}

/** E-03, then E-04, then E-06. */
async function judge(facts: Facts, context: ReportContext): Promise<Answer> {
  const { one, outcome, claimed, stamps, best, trust, format } = facts
  const { policy, at, proofs } = context
  const certificate = one.signer?.certificate
  const after = provenAfter(stamps.content)
  const times = { revokedAt: trust.revokedAt, notAfter: certificate?.notAfter ?? at }
  const current = basicVerdict({
    format,
    changesPermitted: outcome.changes.permitted,
    chain: trust.verdict,
    provenFailure: provenFailure(trust.verdict, after, times),
    acceptance: weakForSure(checkAcceptance(one.signer, at, policy), after),
  })
  const { signer, data } = one
  const purpose = one.token === undefined ? 'signing' : 'timestamping'
  const subject = { certificate, signer, data, purpose, format, trust, current, best } as const
  // E-05: a time stamp is judged by basic and past validation, here as where its proof is worked out.
  const asStamp = one.token !== undefined && current.indication === 'INDETERMINATE'
  const timed = { verdict: asStamp ? current : await judgeWithTime(subject, context), trust }
  // E-05: only where a document timestamp or the caller proves more than the signature value.
  const past = proofs.covered.has(one.id) && timed.verdict.indication === 'INDETERMINATE'
  const answer = past ? await judgePast({ ...subject, current: timed.verdict }, proofs.poe, context) : timed
  if (answer.verdict.indication !== 'TOTAL-PASSED') return { ...answer, late: [] }
  const turned = answer.trust === trust && current.indication !== 'TOTAL-PASSED'
  const late = checkProvenTimes(stamps, one.token === undefined ? claimed : undefined, best, policy)
  const [reason] = subIndicationsOf(late)
  const verdict: Verdict =
    reason === undefined ? answer.verdict : { indication: 'INDETERMINATE', subIndication: reason }
  return { verdict, trust: turned ? turnedByTime(trust) : answer.trust, late }
}

/** V-03: nothing passes whose bytes were not seen to be intact, whatever the blocks above say. */
function withBackstop(verdict: Verdict, { one, outcome }: Facts): Verdict {
  const open = outcome.changes.permitted === null || one.integrity !== 'intact'
  return open && verdict.indication === 'TOTAL-PASSED' ? UNDECIDED : verdict
}

function timesOf({ one, claimed, stamps, best }: Facts, { proofs, at }: ReportContext): SignatureReport['times'] {
  const own = proofs.documents.get(one.id)?.proves === true
  const by = own ? one.id : best.by
  const proven = (own ? claimed?.toISOString() : best.by === null ? undefined : best.time.toISOString()) ?? null
  const after = provenAfter(stamps.content)
  return {
    claimed: one.token === undefined ? (claimed?.toISOString() ?? null) : null,
    best: proven ?? at.toISOString(),
    provenBefore: proven,
    provenBy: by,
    ...(after === undefined ? {} : { provenAfter: after.toISOString() }),
  }
}

function levelFor({ one, stamps }: Facts, trust: TrustCheck, context: ReportContext): ReturnType<typeof levelOf> {
  // A stamp whose own imprint is too weak by now is none (E-05), however well its authority stands.
  const good = stamps.own.filter(({ proves }) => proves)
  const paths = [trust.entries, ...good.map((stamp) => stamp.trust.entries)]
  const stamped = good.length > 0 || stamps.over.length > 0
  return levelOf(one, { ...context, paths, stamped, over: stamps.over })
}

function texts({ one }: Facts, { document }: ReportContext): Pick<SignatureReport, 'reason' | 'location'> {
  if (isLocked(document)) return {}
  const reason = claimedText(one.found, 'Reason')
  const location = claimedText(one.found, 'Location')
  return { ...(reason === undefined ? {} : { reason }), ...(location === undefined ? {} : { location }) }
}

/** Puts one signature's answers together: verdict, signer, times, changes (section 7.1). */
export async function reportSignature(one: EvaluatedSignature, context: ReportContext): Promise<SignatureReport> {
  const { found, signer } = one
  const facts = await gatherFacts(one, context)
  const { outcome, stamps, format, acceptance } = facts
  const { verdict: judged, trust, late } = await judge(facts, context)
  const verdict = withBackstop(judged, facts)
  const times = timesOf(facts, context)
  const { permitted, level } = outcome.changes
  const changed = permitted === false ? [problem('V-02', 'DOC_CHANGED', 'F', { level })] : []
  const until = longTermUntil(stamps, context.policy)
  return {
    id: one.id,
    field: found.field,
    ...(found.page === undefined ? {} : { page: found.page }),
    kind: found.kind,
    role: found.kind === 'document-timestamp' ? null : outcome.certified ? 'certification' : 'approval',
    subFilter: found.subFilter ?? null,
    indication: verdict.indication,
    subIndication: verdict.subIndication,
    ...(await levelFor(facts, trust, context)),
    integrity: one.integrity,
    coverage: found.coverage,
    changes: outcome.changes,
    signer: await identityOf(signer?.certificate, trust),
    ...(signer?.certificate === undefined ? {} : { binding: signer.binding }),
    algorithms: algorithmsOf(signer),
    times,
    timestamps: await Promise.all(stamps.own.map((stamp) => reportStamp(stamp))),
    certificatePath: trust.path,
    revocation: trust.revocation,
    checks: checksOf(one, [...format, ...acceptance], trust, times.provenBefore !== null),
    ...(until === undefined ? {} : { longTermUntil: until.toISOString() }),
    ...(verdict.subIndication === 'TRY_LATER' ? { retryAfter: retryAfter(trust, context.at) } : {}),
    ...texts(facts, context),
    evidence: await evidenceOf(trust, [...stamps.content, ...stamps.own, ...stamps.over]),
    risksAtSigning: findingsOf(outcome.risks),
    findings: findingsOf([...format, ...changed, ...trust.problems, ...acceptance, ...late]),
  }
}
