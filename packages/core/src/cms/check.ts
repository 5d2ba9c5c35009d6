import { digest, supportsDigest, verifySignature, type DigestName, type VerifyScheme } from '../crypto/index.ts'
import { equalBytes } from '../der/writer.ts'
import { problem, type Problem } from '../problem.ts'
import type { Certificate } from '../x509/certificate.ts'
import { signedAttributesInput, sortedAttributesInput } from './attributes.ts'
import { checkAttributes, messageDigestOf, type CmsRules } from './check-attributes.ts'
import { agreeAlgorithms } from './check-algorithms.ts'
import { checkStructure } from './envelope.ts'
import { findSigner } from './find-signer.ts'
import type { SignedData, SignerInfo } from './signed-data.ts'

/** What a CMS signs. */
export interface SignedContent {
  /** Digest over the content; UNSUPPORTED_ALGORITHM is thrown where the runtime lacks it. */
  digest(name: DigestName): Promise<Uint8Array>
  /** The content itself, asked for only where there are no signed attributes. */
  bytes(): Uint8Array
}

/** Answers of one SignerInfo. */
export interface SignerCheck {
  readonly info: SignerInfo
  readonly certificate: Certificate | undefined
  readonly binding: 'ess' | 'sid-only'
  readonly digest: DigestName | undefined
  readonly scheme: VerifyScheme | undefined
  readonly messageDigest: 'match' | 'mismatch' | 'unknown'
  readonly signatureValue: 'valid' | 'invalid' | 'unknown'
  readonly problems: readonly Problem[]
}

/** What a SignerInfo comes to, for signature formats without one too. */
export type SignerAnswer = Omit<SignerCheck, 'info' | 'problems'>

/** Answers of a whole SignedData: structure, and each signer. */
export interface CmsCheck {
  readonly problems: readonly Problem[]
  /** The first SignerInfo; C-03 allows no other. */
  readonly signer: SignerCheck | undefined
  /** `broken` when any signer's digest or value is wrong, `unknown` when one cannot be computed (V-03). */
  readonly integrity: 'intact' | 'broken' | 'unknown'
}

export interface CmsOptions {
  readonly rules: CmsRules
  readonly content: SignedContent
  /** Certificates in order of preference; those of the CMS come first (C-08). */
  readonly candidates: readonly Certificate[]
  readonly compat?: boolean
}

type DigestState = Pick<SignerCheck, 'messageDigest' | 'problems'>
type ValueState = Pick<SignerCheck, 'signatureValue' | 'problems'>

/** messageDigest against the recomputed value (C-07). */
async function checkDigest(
  info: SignerInfo,
  name: DigestName | undefined,
  content: SignedContent,
): Promise<DigestState> {
  const set = info.signedAttributes
  const claimed = set === undefined ? undefined : messageDigestOf(set)
  if (claimed === undefined || name === undefined) return { messageDigest: 'unknown', problems: [] }
  // an EdDSA value can be checked where its digest cannot: the document was then never looked at
  if (!supportsDigest(name)) return { messageDigest: 'unknown', problems: [unsupported('C-10', name)] }
  const actual = await content.digest(name)
  if (equalBytes(actual, claimed)) return { messageDigest: 'match', problems: [] }
  return { messageDigest: 'mismatch', problems: [problem('C-07', 'MESSAGE_DIGEST_MISMATCH', 'H', { digest: name })] }
}

function unsupported(rule: string, algorithm: string): Problem {
  return problem(rule, 'UNSUPPORTED_ALGORITHM', 'I', { algorithm })
}

/** The signature value over the received attributes, with the one retry of C-06. */
async function checkValue(
  info: SignerInfo,
  certificate: Certificate,
  scheme: VerifyScheme,
  options: CmsOptions,
): Promise<ValueState> {
  const set = info.signedAttributes
  const verify = (data: Uint8Array): ReturnType<typeof verifySignature> =>
    verifySignature(scheme, certificate.spki, data, info.signature)
  const problems: Problem[] = []
  let answer = await verify(set === undefined ? options.content.bytes() : signedAttributesInput(set))
  if (set !== undefined && !set.der) {
    if (answer === 'invalid') {
      answer = await verify(sortedAttributesInput(set))
      if (answer !== 'invalid') problems.push(problem('C-06', 'ATTRS_RESORTED', 'W'))
    } else if (answer !== 'unsupported') {
      problems.push(problem('C-06', 'ATTRS_NOT_DER', options.compat === true ? 'W' : 'F'))
    }
  }
  if (answer === 'unsupported') return { signatureValue: 'unknown', problems: [unsupported('C-10', scheme.name)] }
  if (answer === 'invalid') problems.push(problem('C-10', 'SIGNATURE_VALUE_INVALID', 'S'))
  if (answer === 'valid-lenient') problems.push(problem('C-10', 'DIGEST_INFO_WITHOUT_NULL', 'W'))
  return { signatureValue: answer === 'invalid' ? 'invalid' : 'valid', problems }
}

async function checkSigner(info: SignerInfo, data: SignedData, options: CmsOptions): Promise<SignerCheck> {
  const { rules, compat = false, candidates } = options
  const problems = [...checkAttributes(info, data.contentType, rules)]
  const { certificate, binding, problems: found } = await findSigner(info, candidates, { rules, compat })
  problems.push(...found)
  const agreed = agreeAlgorithms(info, certificate?.publicKey)
  problems.push(...agreed.problems)
  const digestState = await checkDigest(info, agreed.digest, options.content)
  problems.push(...digestState.problems)
  let signatureValue: SignerCheck['signatureValue'] = agreed.refused ? 'invalid' : 'unknown'
  if (certificate !== undefined && agreed.scheme !== undefined) {
    const value = await checkValue(info, certificate, agreed.scheme, options)
    problems.push(...value.problems)
    signatureValue = value.signatureValue
  }
  // Without signed attributes the value is over the content itself, so both answers are one.
  const whole = info.signedAttributes === undefined && signatureValue === 'valid'
  const messageDigest = whole ? 'match' : digestState.messageDigest
  return {
    info,
    certificate,
    binding,
    digest: agreed.digest,
    scheme: agreed.scheme,
    messageDigest,
    signatureValue,
    problems,
  }
}

function integrityOf(signers: readonly SignerCheck[]): CmsCheck['integrity'] {
  if (signers.some((one) => one.messageDigest === 'mismatch' || one.signatureValue === 'invalid')) return 'broken'
  const known = signers.every((one) => one.messageDigest === 'match' && one.signatureValue === 'valid')
  return known && signers.length > 0 ? 'intact' : 'unknown'
}

/** Checks C-02 to C-12 for one SignedData over the given content. Never throws for bad data. */
export async function checkSignedData(data: SignedData, options: CmsOptions): Promise<CmsCheck> {
  const signers: SignerCheck[] = []
  for (const info of data.signerInfos.slice(0, 16)) signers.push(await checkSigner(info, data, options))
  const problems = [...checkStructure(data, options.rules), ...signers.flatMap((one) => one.problems)]
  return { problems, signer: signers[0], integrity: integrityOf(signers) }
}

/** The content of an encapsulated SignedData. */
export function encapsulated(content: Uint8Array): SignedContent {
  return { digest: (name) => digest(name, content), bytes: () => content }
}
