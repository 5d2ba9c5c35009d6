import type { DerNode } from '../der/reader.ts'
import { OID } from '../der/oids.ts'
import { readOctetString, readOid, readTime } from '../der/values.ts'
import { equalBytes } from '../der/writer.ts'
import { problem, type Problem } from '../problem.ts'
import { parseAlgorithm, type AlgorithmId } from '../x509/algorithm.ts'
import { attributesOf, attributeValue, type AttributeSet } from './attributes.ts'
import type { SignerInfo } from './signed-data.ts'

/** Which rule set a CMS stands under: its SubFilter (C-05), or a time-stamp token. */
export type CmsRules = 'cades' | 'pkcs7' | 'pkcs7-sha1' | 'timestamp'

/** Attributes with exactly one value (C-07). */
const SINGLE_VALUED: ReadonlySet<string> = new Set([
  OID.contentType,
  OID.messageDigest,
  OID.signingTime,
  OID.signingCertificate,
  OID.signingCertificateV2,
  OID.algorithmProtection,
])
/** Attributes that mean something only when they are signed. */
const SIGNED_ONLY: ReadonlySet<string> = new Set([
  ...SINGLE_VALUED,
  OID.signaturePolicyIdentifier,
  OID.commitmentTypeIndication,
])
/** Attributes that mean something only when they are not. */
const UNSIGNED_ONLY: ReadonlySet<string> = new Set([OID.counterSignature, OID.signatureTimeStampToken])
/** Attributes that do not belong in a PAdES signature (C-13). */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  [OID.counterSignature, 'counter-signature'],
  [OID.archiveTimestampV2, 'archive-time-stamp'],
  [OID.archiveTimestampV3, 'archive-time-stamp-v3'],
])

/** Signed attributes that some rule here reads. */
const KNOWN: ReadonlySet<string> = new Set([
  ...SIGNED_ONLY,
  ...UNSIGNED_ONLY,
  OID.adbeRevocationInfoArchival,
  OID.contentTimestamp,
])

/** C-07: each type once, single values single. */
function checkOnce(set: AttributeSet): readonly Problem[] {
  const problems: Problem[] = []
  const seen = new Set<string>()
  for (const { type, values } of set.attributes) {
    // An attribute that no rule reads cannot be read two ways; those that one does read must be unique.
    if (seen.has(type))
      problems.push(problem('C-07', 'ATTRIBUTE_DUPLICATE', KNOWN.has(type) ? 'F' : 'W', { attribute: type }))
    seen.add(type)
    if (SINGLE_VALUED.has(type) ? values.length !== 1 : values.length === 0) {
      problems.push(problem('C-07', 'ATTRIBUTE_VALUE_COUNT', 'F', { attribute: type, count: values.length }))
    }
    if (UNSIGNED_ONLY.has(type)) problems.push(problem('C-07', 'ATTRIBUTE_MISPLACED', 'W', { attribute: type }))
  }
  return problems
}

/** A value read by `read`, undefined where it is missing or not readable. */
function attempt<T>(node: DerNode | undefined, read: (node: DerNode) => T): T | undefined {
  if (node === undefined) return undefined
  try {
    return read(node)
  } catch {
    return undefined
  }
}

/** C-07: contentType and messageDigest are there, and contentType names the content. */
function checkMandatory(set: AttributeSet, contentType: string): readonly Problem[] {
  const problems: Problem[] = []
  const claimed = attempt(attributeValue(set, OID.contentType), readOid)
  if (claimed !== contentType) {
    problems.push(problem('C-07', 'CONTENT_TYPE_ATTRIBUTE', 'F', { expected: contentType, found: claimed ?? null }))
  }
  if (messageDigestOf(set) === undefined) problems.push(problem('C-07', 'MESSAGE_DIGEST_MISSING', 'F'))
  return problems
}

/** Value of the messageDigest attribute. */
export function messageDigestOf(set: AttributeSet): Uint8Array | undefined {
  return attempt(attributeValue(set, OID.messageDigest), readOctetString)
}

/** The claimed time of the signing-time attribute (C-12); never proof of existence. */
export function signingTimeOf(set: AttributeSet | undefined): Date | undefined {
  return attempt(attributeValue(set, OID.signingTime), readTime)
}

/** NULL and absent parameters are the same here (RFC 6211, 5; C-11). */
function sameAlgorithm(a: AlgorithmId, b: AlgorithmId): boolean {
  if (a.oid !== b.oid) return false
  const [left, right] = [a, b].map((id) => (id.params === undefined || id.params.is(5) ? undefined : id.params.bytes))
  if (left === undefined || right === undefined) return left === right
  return equalBytes(left, right)
}

/** C-11: what is protected is what was used. */
function checkProtection(info: SignerInfo, set: AttributeSet): readonly Problem[] {
  const node = attributeValue(set, OID.algorithmProtection)
  if (node === undefined) return []
  const [digest, signature, ...rest] = node.children
  const digestUsed = attempt(digest, parseAlgorithm)
  const signatureUsed = attempt(signature?.isContext(1) === true ? signature : undefined, parseAlgorithm)
  const sound =
    digestUsed !== undefined &&
    signatureUsed !== undefined &&
    rest.length === 0 &&
    sameAlgorithm(digestUsed, info.digestAlgorithm) &&
    sameAlgorithm(signatureUsed, info.signatureAlgorithm)
  return sound ? [] : [problem('C-11', 'ALGORITHM_PROTECTION', 'F')]
}

function checkUnsigned(set: AttributeSet | undefined, rules: CmsRules): readonly Problem[] {
  const problems: Problem[] = []
  for (const { type } of set?.attributes ?? []) {
    const foreign = FOREIGN.get(type)
    if (SIGNED_ONLY.has(type)) problems.push(problem('C-07', 'ATTRIBUTE_MISPLACED', 'W', { attribute: type }))
    else if (foreign !== undefined && rules !== 'timestamp') {
      problems.push(problem('C-13', 'ATTRIBUTE_FOREIGN', 'W', { attribute: foreign }))
    }
  }
  return problems
}

function checkPresence(info: SignerInfo, rules: CmsRules): readonly Problem[] {
  if (info.signedAttributes === undefined) {
    const mandatory = rules === 'cades' || rules === 'timestamp'
    return [problem('C-06', 'NO_SIGNED_ATTRS', mandatory ? 'F' : 'W')]
  }
  return info.signedAttributes.attributes.length === 0 ? [problem('C-06', 'SIGNED_ATTRS_EMPTY', 'F')] : []
}

/** C-06 (presence), C-07, C-11, C-12 and C-13 for one SignerInfo. Never throws. */
export function checkAttributes(info: SignerInfo, contentType: string, rules: CmsRules): readonly Problem[] {
  const problems = [...checkPresence(info, rules), ...checkUnsigned(info.unsignedAttributes, rules)]
  const set = info.signedAttributes
  if (set === undefined || set.attributes.length === 0) return problems
  problems.push(...checkOnce(set), ...checkMandatory(set, contentType), ...checkProtection(info, set))
  // C-14: we process no signature policies; that it is there is all we can say.
  if (rules !== 'timestamp' && attributesOf(set, OID.signaturePolicyIdentifier).length > 0) {
    problems.push(problem('C-14', 'SIGNATURE_POLICY_NOT_PROCESSED', 'W'))
  }
  if (rules === 'cades' && attributesOf(set, OID.signingTime).length > 0) {
    problems.push(problem('C-12', 'SIGNING_TIME_IN_PADES', 'W'))
  }
  return problems
}
