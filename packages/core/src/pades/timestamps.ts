import { attributesOf } from '../cms/attributes.ts'
import { problemOf } from '../cms/envelope.ts'
import { parseSignedData, type SignedData } from '../cms/signed-data.ts'
import { digest, type DigestName } from '../crypto/index.ts'
import { OID } from '../der/oids.ts'
import type { PdfDocument } from '../pdf/types.ts'
import { problem, type Problem } from '../problem.ts'
import type { SubIndication, TimestampReport } from '../report.ts'
import { checkToken, type TokenCheck } from '../tsp/token.ts'
import { basicVerdict, type Verdict } from '../validation/verdict.ts'
import type { TimedStamp } from '../validation/with-time.ts'
import { algorithmsOf } from './algorithms.ts'
import { contentTokensOf } from './content-tokens.ts'
import type { DocumentDigests } from './digests.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import { findingsOf } from './findings.ts'
import {
  checkAcceptance,
  checkTrust,
  identityOf,
  UNCHECKED,
  type TrustCheck,
  type TrustContext,
} from './trust-check.ts'

/** L-04: more tokens on one signature than any writer makes. */
const MAX_TOKENS = 32

/** A time stamp with its answers of the present (E-03). */
export interface Stamp {
  readonly id: string
  /** Over the content before it was signed, over the signature value, or over the document. */
  readonly kind: 'content' | 'signature' | 'document'
  /** The signature that carries it; a document timestamp carries itself. */
  readonly carrier: EvaluatedSignature
  /** DER of the token; empty where it cannot be read. */
  readonly encoding: Uint8Array
  readonly data: SignedData | undefined
  readonly token: TokenCheck | undefined
  /** FC and CV. */
  readonly format: readonly Problem[]
  /** SAV at the time of the check. */
  readonly acceptance: readonly Problem[]
  readonly trust: TrustCheck
  readonly verdict: Verdict
}

export interface StampContext extends TrustContext {
  readonly document: PdfDocument
  readonly digests: DocumentDigests
}

/** V-03 for a stamp: its own signature and its imprint were seen to be right. */
export function isGenuine({ kind, carrier, token }: Pick<Stamp, 'kind' | 'carrier' | 'token'>): boolean {
  const right = token?.imprint === 'match' && token.cms.integrity === 'intact'
  return right && (kind !== 'document' || carrier.integrity === 'intact')
}

/** What the blocks say of one token. V-03: what was not seen to be genuine and over the right data passes nowhere. */
export function stampVerdict(
  stamp: Pick<Stamp, 'kind' | 'carrier' | 'token' | 'format' | 'acceptance'>,
  chain: SubIndication | null,
): Verdict {
  const { format, acceptance } = stamp
  const verdict = basicVerdict({ format, changesPermitted: true, chain, acceptance })
  if (isGenuine(stamp) || verdict.indication !== 'TOTAL-PASSED') return verdict
  return { indication: 'INDETERMINATE', subIndication: 'GENERIC' }
}

type Origin = Pick<Stamp, 'id' | 'kind' | 'carrier' | 'encoding'>

async function judgeToken(
  origin: Origin,
  data: SignedData,
  token: TokenCheck,
  format: readonly Problem[],
  context: TrustContext,
): Promise<Stamp> {
  const trust = await checkTrust(token.cms.signer?.certificate, data, 'timestamping', context)
  const acceptance = checkAcceptance(token.cms.signer, context.at, context.policy)
  const stamp = { ...origin, data, token, format, acceptance, trust }
  return { ...stamp, verdict: stampVerdict(stamp, trust.verdict) }
}

function unreadable(origin: Origin, found: Problem): Stamp {
  const format = [found]
  const verdict = basicVerdict({ format, changesPermitted: true, chain: null, acceptance: [] })
  return { ...origin, data: undefined, token: undefined, format, acceptance: [], trust: UNCHECKED, verdict }
}

/** A document timestamp as a stamp: judged on its own revision, P-06 to P-08 included (E-05). */
export async function openDocumentStamp(one: EvaluatedSignature, context: TrustContext): Promise<Stamp> {
  const { data, token, problems } = one
  const encoding = one.found.contents?.subarray(0, data?.length ?? 0) ?? new Uint8Array()
  const origin: Origin = { id: one.id, kind: 'document', carrier: one, encoding }
  if (data === undefined || token === undefined) {
    const [first = problem('C-15', 'TIMESTAMP_UNREADABLE', 'F')] = problems
    return { ...unreadable(origin, first), format: problems }
  }
  return judgeToken(origin, data, token, problems, context)
}

async function openTokens(
  one: EvaluatedSignature,
  kind: 'content' | 'signature',
  values: readonly Uint8Array[],
  stamped: (name: DigestName) => Promise<Uint8Array>,
  context: StampContext,
): Promise<readonly Stamp[]> {
  const stamps: Stamp[] = []
  for (const [i, encoding] of values.slice(0, MAX_TOKENS).entries()) {
    const origin: Origin = { id: `${one.id}-${kind === 'content' ? 'C' : 'T'}${i + 1}`, kind, carrier: one, encoding }
    try {
      const data = parseSignedData(encoding)
      const candidates = context.pool.candidates(data)
      const token = await checkToken(data, { stamped, candidates, compat: context.policy.profile === 'compat' })
      stamps.push(await judgeToken(origin, data, token, token.problems, context))
    } catch (error) {
      stamps.push(unreadable(origin, problemOf(error, 'C-13', 'TIMESTAMP_UNREADABLE')))
    }
  }
  return stamps
}

/** C-13: every signature-time-stamp attribute, imprint over the signature octets. Never throws. */
export async function openSignatureStamps(one: EvaluatedSignature, context: StampContext): Promise<readonly Stamp[]> {
  const info = one.data?.signerInfos[0]
  if (info === undefined || one.token !== undefined) return []
  const attributes = attributesOf(info.unsignedAttributes, OID.signatureTimeStampToken)
  const values = attributes.flatMap((found) => found.values.map(({ bytes }) => bytes))
  return openTokens(one, 'signature', values, (name) => digest(name, info.signature), context)
}

/** E-03: the content time stamps of a signature, imprint over the covered bytes. Never throws. */
export async function openContentStamps(one: EvaluatedSignature, context: StampContext): Promise<readonly Stamp[]> {
  const values = one.token === undefined ? contentTokensOf(one.data) : []
  if (values.length === 0) return []
  const range = one.found.byteRange
  const stamped = async (name: DigestName): Promise<Uint8Array> => context.digests.get(name, range) ?? new Uint8Array()
  return openTokens(one, 'content', values, stamped, context)
}

/** A stamp as the order rules see it; undefined where it says no time. */
export function timedStamp({ id, token, trust }: Stamp): TimedStamp | undefined {
  const info = token?.info
  if (info === undefined) return undefined
  const { genTime: time, accuracySeconds, ordering } = info
  return { id, time, accuracySeconds, ordering, tsa: trust.path[0]?.sha256 }
}

/** The report on a stamp over a signature value. */
export async function reportStamp(stamp: Stamp): Promise<TimestampReport> {
  const { id, token, trust, verdict, format, acceptance } = stamp
  const accuracy = token?.info?.accuracySeconds
  const passed = verdict.indication === 'TOTAL-PASSED'
  return {
    id,
    genTime: token?.info?.genTime.toISOString() ?? '',
    ...(accuracy === undefined ? {} : { accuracySeconds: accuracy }),
    imprint: token?.imprint ?? 'unknown',
    indication: verdict.indication,
    subIndication: verdict.subIndication,
    tsa: await identityOf(token?.cms.signer?.certificate, trust),
    algorithms: algorithmsOf(token?.cms.signer),
    certificatePath: trust.path,
    revocation: trust.revocation,
    findings: findingsOf([...format, ...trust.problems, ...(passed ? [] : acceptance)]),
  }
}
