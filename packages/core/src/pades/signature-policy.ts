// VCI, C-14: the signature policy that a signer agreed to. We process none; the caller may know its document.
import { attributeValue } from '../cms/attributes.ts'
import type { SignedData } from '../cms/signed-data.ts'
import { digest, supportsDigest } from '../crypto/index.ts'
import { OID } from '../der/oids.ts'
import type { DerNode } from '../der/reader.ts'
import { readOctetString, readOid } from '../der/values.ts'
import { equalBytes } from '../der/writer.ts'
import { problem, type Problem } from '../problem.ts'
import type { ResolvedPolicy, SignaturePolicyDocument } from '../validation/policy.ts'
import { digestOfOid, parseAlgorithm } from '../x509/algorithm.ts'

async function matches(hash: DerNode | undefined, { bytes }: SignaturePolicyDocument): Promise<boolean> {
  const [algorithm, value] = hash?.children ?? []
  if (algorithm === undefined || value === undefined) return false
  const name = digestOfOid(parseAlgorithm(algorithm).oid)
  if (name === undefined || !supportsDigest(name)) return false
  return equalBytes(await digest(name, bytes), readOctetString(value))
}

/** C-14: known, and the document that was agreed to; unknown matters only where the caller's policy demands it. */
export async function checkSignaturePolicy(
  data: SignedData | undefined,
  { signaturePolicy, signaturePolicies }: ResolvedPolicy,
): Promise<readonly Problem[]> {
  const node = attributeValue(data?.signerInfos[0]?.signedAttributes, OID.signaturePolicyIdentifier)
  if (node === undefined) return []
  try {
    const [id, hash] = node.children
    const policy = id === undefined ? '' : readOid(id)
    const known = signaturePolicies.find(({ oid }) => oid === policy)
    if (known !== undefined && (await matches(hash, known))) return []
    if (known !== undefined)
      return [problem('C-14', 'SIGNATURE_POLICY_HASH', 'I', { policy }, 'POLICY_PROCESSING_ERROR')]
    if (signaturePolicy === 'warn') return []
    return [problem('C-14', 'SIGNATURE_POLICY_UNKNOWN', 'I', { policy }, 'SIGNATURE_POLICY_NOT_AVAILABLE')]
  } catch {
    if (signaturePolicy === 'warn') return []
    return [problem('C-14', 'SIGNATURE_POLICY_HASH', 'I', { policy: '' }, 'POLICY_PROCESSING_ERROR')]
  }
}
