import { checkSignedData, encapsulated, type SignedContent, type SignerAnswer } from '../cms/check.ts'
import { messageDigestOf, type CmsRules } from '../cms/check-attributes.ts'
import { openEnvelope } from '../cms/envelope.ts'
import { parseSignedData, type SignedData } from '../cms/signed-data.ts'
import { createDigest, supportsDigest, type DigestName } from '../crypto/index.ts'
import { CountersignError, LimitError } from '../error.ts'
import { breaksIntegrity, type FoundSignature } from '../pdf/found-signature.ts'
import { DEFAULT_LIMITS, type PdfDocument } from '../pdf/types.ts'
import { equalBytes } from '../der/writer.ts'
import { problem, type Problem } from '../problem.ts'
import type { Integrity } from '../report.ts'
import { checkToken, imprintDigestOf, openTstInfo, type TokenCheck } from '../tsp/token.ts'
import { digestOfOid } from '../x509/algorithm.ts'
import type { Certificate } from '../x509/certificate.ts'
import { contentTokensOf } from './content-tokens.ts'
import type { DigestRequest, DocumentDigests } from './digests.ts'
import { checkRawRsa, rawRsaCertificates } from './raw-rsa.ts'

/** SubFilters of C-05 by the rules their CMS stands under. */
const CMS_RULES: ReadonlyMap<string, CmsRules> = new Map([
  ['ETSI.CAdES.detached', 'cades'],
  ['adbe.pkcs7.detached', 'pkcs7'],
  ['adbe.pkcs7.sha1', 'pkcs7-sha1'],
  ['ETSI.RFC3161', 'timestamp'],
])
const RAW_RSA = 'adbe.x509.rsa_sha1'

/** A signature with its CMS read, before anything is hashed. */
export interface OpenedSignature {
  readonly id: string
  readonly found: FoundSignature
  readonly rules: CmsRules | 'raw-rsa' | undefined
  readonly data: SignedData | undefined
  readonly problems: readonly Problem[]
}

/** The cryptographic answers for one signature, without trust and without what changed later. */
export interface EvaluatedSignature extends OpenedSignature {
  readonly signer: SignerAnswer | undefined
  readonly token: TokenCheck | undefined
  /** V-03. */
  readonly integrity: Integrity
}

/** Reads the CMS of one signature by its SubFilter (C-01, C-05). Never throws. */
export function openSignature(
  found: FoundSignature,
  id: string,
  options: { compat: boolean; limit: number },
): OpenedSignature {
  const rules = found.subFilter === RAW_RSA ? 'raw-rsa' : CMS_RULES.get(found.subFilter ?? '')
  const problems = [...found.problems]
  if (rules === undefined) {
    problems.push(problem('C-05', 'UNSUPPORTED_SUBFILTER', 'I', { subFilter: found.subFilter ?? '' }))
  }
  if (found.contents === undefined) return { id, found, rules, data: undefined, problems }
  if (found.contents.length > options.limit) {
    problems.push(problem('C-01', 'LIMIT_CONTENTS', 'I', { bytes: found.contents.length }))
    return { id, found, rules, data: undefined, problems }
  }
  if (rules === undefined || rules === 'raw-rsa') {
    const empty = found.contents.every((octet) => octet === 0)
    if (empty) problems.push(problem('C-01', 'SIGNATURE_EMPTY', 'F'))
    return { id, found, rules, data: undefined, problems }
  }
  const envelope = openEnvelope(found.contents, { compat: options.compat })
  return { id, found, rules, data: envelope.signedData, problems: [...problems, ...envelope.problems] }
}

/** Digests of the imprints of content time stamps, which are over the covered bytes too (E-03). */
function contentImprints(data: SignedData): readonly DigestName[] {
  return contentTokensOf(data).flatMap((encoding) => {
    try {
      const info = openTstInfo(parseSignedData(encoding))
      const name = 'rule' in info ? undefined : imprintDigestOf(info)
      return name === undefined ? [] : [name]
    } catch {
      return []
    }
  })
}

/** The digests over the document that checking this signature will ask for (S8). */
export function digestsNeeded(opened: OpenedSignature): readonly DigestRequest[] {
  const { found, data, rules } = opened
  const range = found.byteRange
  if (range === undefined || data === undefined) return []
  const names = new Set<DigestName>()
  if (rules === 'timestamp') {
    const info = openTstInfo(data)
    const name = 'rule' in info ? undefined : imprintDigestOf(info)
    if (name !== undefined) names.add(name)
  } else if (rules === 'pkcs7-sha1') names.add('sha1')
  else {
    for (const info of data.signerInfos.slice(0, 16)) {
      const name = digestOfOid(info.digestAlgorithm.oid)
      if (name !== undefined) names.add(name)
    }
    for (const name of contentImprints(data)) names.add(name)
  }
  return [...names].map((name) => ({ name, range }))
}

/** The covered bytes of a signature as CMS content. */
function coveredContent(document: PdfDocument, found: FoundSignature, digests: DocumentDigests): SignedContent {
  const range = found.byteRange!
  return {
    digest: async (name) => {
      digests.requireAffordable(name, range)
      const value = digests.get(name, range)
      if (value === undefined) throw new CountersignError('UNSUPPORTED_ALGORITHM', `No ${name} here.`)
      return value
    },
    bytes: () => coveredBytes(document, found),
  }
}

/** What a value that is not made over a digest is checked with: in memory at once, so only up to the limit for files in memory. */
function coveredBytes(document: PdfDocument, found: FoundSignature): Uint8Array {
  const { first, second } = found.byteRange!
  const size = first.end + second.end - second.start
  if (size > DEFAULT_LIMITS.fileSize)
    throw new LimitError(
      'FILE_SIZE',
      `The signature is over ${size} bytes at once, the limit is ${DEFAULT_LIMITS.fileSize}.`,
    )
  const joined = new Uint8Array(size)
  joined.set(document.bytes(0, first.end))
  joined.set(document.bytes(second.start, second.end), first.end)
  return joined
}

/** C-05, adbe.pkcs7.sha1: the encapsulated content is the SHA-1 of the covered bytes. */
function checkSha1Content(
  data: SignedData,
  actual: Uint8Array | undefined,
): { problems: Problem[]; integrity: Integrity } {
  if (data.content === undefined || actual === undefined) return { problems: [], integrity: 'unknown' }
  if (equalBytes(data.content, actual)) return { problems: [], integrity: 'intact' }
  return { problems: [problem('C-05', 'MESSAGE_DIGEST_MISMATCH', 'H', { digest: 'sha1' })], integrity: 'broken' }
}

function deprecated(subFilter: string): Problem {
  return problem('C-05', 'SUBFILTER_DEPRECATED', 'I', { subFilter }, 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
}

/** The worse of two answers. */
function worse(a: Integrity, b: Integrity): Integrity {
  if (a === 'broken' || b === 'broken') return 'broken'
  return a === 'unknown' || b === 'unknown' ? 'unknown' : 'intact'
}

export interface EvaluationContext {
  readonly document: PdfDocument
  readonly digests: DocumentDigests
  readonly compat: boolean
  /** Candidates beyond those in the CMS: DSS, then the caller's (C-08). */
  readonly candidates: (data: SignedData | undefined) => readonly Certificate[]
}

async function evaluateToken(
  opened: OpenedSignature,
  data: SignedData,
  context: EvaluationContext,
): Promise<EvaluatedSignature> {
  const range = opened.found.byteRange!
  const token = await checkToken(data, {
    stamped: async (name) => {
      context.digests.requireAffordable(name, range)
      return context.digests.get(name, range) ?? new Uint8Array()
    },
    candidates: context.candidates(data),
    compat: context.compat,
  })
  const imprint: Integrity = token.imprint === 'match' ? 'intact' : token.imprint === 'mismatch' ? 'broken' : 'unknown'
  const integrity = worse(imprint, token.cms.integrity)
  return { ...opened, signer: token.cms.signer, token, integrity, problems: [...opened.problems, ...token.problems] }
}

async function evaluateCms(
  opened: OpenedSignature,
  data: SignedData,
  context: EvaluationContext,
): Promise<EvaluatedSignature> {
  const { found } = opened
  const rules = opened.rules as CmsRules
  const sha1 = rules === 'pkcs7-sha1'
  const content = sha1
    ? encapsulated(data.content ?? new Uint8Array())
    : coveredContent(context.document, found, context.digests)
  const candidates = context.candidates(data)
  const cms = await checkSignedData(data, { rules, content, candidates, compat: context.compat })
  const problems = [...opened.problems, ...cms.problems]
  let integrity: Integrity = cms.integrity
  if (sha1) {
    const actual = supportsDigest('sha1') ? context.digests.get('sha1', found.byteRange) : undefined
    const outer = checkSha1Content(data, actual)
    problems.push(...outer.problems, deprecated(found.subFilter!))
    integrity = worse(integrity, outer.integrity)
  }
  return { ...opened, signer: cms.signer, token: undefined, integrity, problems }
}

/** Certificates of /Cert in the signature's own revision; the CMS formats bring theirs inside (C-05). */
export function certificatesOfEntry(document: PdfDocument, { found, rules }: OpenedSignature): readonly Uint8Array[] {
  if (rules !== 'raw-rsa') return []
  const view = document.view(found.revision)
  return rawRsaCertificates(found.dict, (value) => view.resolve(value))
}

async function evaluateRawRsa(opened: OpenedSignature, context: EvaluationContext): Promise<EvaluatedSignature> {
  const bytes = (): Uint8Array => coveredBytes(context.document, opened.found)
  const raw = await checkRawRsa(opened.found.contents!, {
    certificates: certificatesOfEntry(context.document, opened),
    covered: bytes,
    compat: context.compat,
  })
  const problems = [...opened.problems, ...raw.problems, deprecated(RAW_RSA)]
  return { ...opened, signer: raw.signer, token: undefined, integrity: raw.integrity, problems }
}

/**
 * A SubFilter we do not know says nothing of what is signed. Yet a detached CMS whose digest is not that of the covered bytes
 * cannot be right under any of the formats that exist: such a file was changed, perhaps in the name itself.
 */
async function probe(found: FoundSignature, context: EvaluationContext, otherwise: Integrity): Promise<Integrity> {
  const data = found.contents === undefined ? undefined : openEnvelope(found.contents).signedData
  const [info, ...others] = data?.signerInfos ?? []
  if (data?.content !== undefined || others.length > 0 || info?.signedAttributes === undefined) return otherwise
  const claimed = messageDigestOf(info.signedAttributes)
  const name = digestOfOid(info.digestAlgorithm.oid)
  if (claimed === undefined || name === undefined || !supportsDigest(name)) return otherwise
  const { first, second } = found.byteRange!
  const state = createDigest(name)
  for (const piece of context.document.chunks(0, first.end)) await state.update(piece)
  for (const piece of context.document.chunks(second.start, second.end)) await state.update(piece)
  return equalBytes(await state.digest(), claimed) ? otherwise : 'broken'
}

async function evaluateContent(opened: OpenedSignature, context: EvaluationContext): Promise<EvaluatedSignature> {
  const { rules, data, found } = opened
  // V-03: where nothing in /Contents can be a signature there is no value that could be right.
  const noValue = opened.problems.some((one) => one.rule === 'C-01' && one.outcome === 'F') && data === undefined
  const integrity = noValue || found.contents === undefined ? 'broken' : 'unknown'
  const nothing: EvaluatedSignature = { ...opened, signer: undefined, token: undefined, integrity }
  if (found.byteRange === undefined) return nothing
  if (rules === undefined) return { ...nothing, integrity: await probe(found, context, integrity) }
  if (rules === 'raw-rsa') return found.contents === undefined ? nothing : evaluateRawRsa(opened, context)
  if (data === undefined) return nothing
  return rules === 'timestamp' ? evaluateToken(opened, data, context) : evaluateCms(opened, data, context)
}

/** C-01 to C-13 and V-03 for one signature. A failure in the analysis makes that one signature `unknown` (0.2). */
export async function evaluateSignature(
  opened: OpenedSignature,
  context: EvaluationContext,
): Promise<EvaluatedSignature> {
  const rangeBroken = opened.problems.some((found) => breaksIntegrity(found))
  try {
    const evaluated = await evaluateContent(opened, context)
    return rangeBroken ? { ...evaluated, integrity: 'broken' } : evaluated
  } catch (error) {
    const code = error instanceof CountersignError ? error.code : 'ANALYSIS_FAILED'
    const failed = problem('V-03', code, 'I', { algorithm: '' })
    const problems = [...opened.problems, failed]
    return { ...opened, problems, signer: undefined, token: undefined, integrity: rangeBroken ? 'broken' : 'unknown' }
  }
}
