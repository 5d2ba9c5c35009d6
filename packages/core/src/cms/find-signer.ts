import { digest, supportsDigest } from '../crypto/index.ts'
import { OID } from '../der/oids.ts'
import { equalBytes } from '../der/writer.ts'
import { problem, type Problem } from '../problem.ts'
import { digestOfOid } from '../x509/algorithm.ts'
import type { Certificate } from '../x509/certificate.ts'
import { Name } from '../x509/name.ts'
import { attributesOf } from './attributes.ts'
import type { CmsRules } from './check-attributes.ts'
import { parseEssCertIds, type EssCertId } from './ess.ts'
import type { SignerId, SignerInfo } from './signed-data.ts'

/** The signer's certificate as C-08 and C-09 find it. */
export interface FoundSigner {
  readonly certificate: Certificate | undefined
  /** `ess` when the signed attributes name the certificate by its hash, `sid-only` when nothing but the identifier does. */
  readonly binding: 'ess' | 'sid-only'
  readonly problems: readonly Problem[]
}

/** True when the signer identifier names this certificate (C-08); says nothing of the key. */
export function sidMatches(sid: SignerId, certificate: Certificate): boolean {
  if (sid.by === 'subject-key-id') {
    return certificate.subjectKeyId !== undefined && equalBytes(certificate.subjectKeyId, sid.keyId)
  }
  if (!equalBytes(certificate.serial, sid.serial)) return false
  try {
    return certificate.issuer.equals(Name.parse(sid.issuer))
  } catch {
    return false
  }
}

/** First ids of the signing-certificate attributes, version 1 and 2 (C-09). */
function essIds(info: SignerInfo): { ids: readonly EssCertId[]; problems: readonly Problem[] } {
  const ids: EssCertId[] = []
  for (const [type, version] of [
    [OID.signingCertificate, 1],
    [OID.signingCertificateV2, 2],
  ] as const) {
    const value = attributesOf(info.signedAttributes, type)[0]?.values[0]
    if (value === undefined) continue
    try {
      ids.push(parseEssCertIds(value, version)[0]!)
    } catch {
      return { ids, problems: [problem('C-09', 'ESS_MALFORMED', 'F')] }
    }
  }
  return { ids, problems: [] }
}

/** True, false, or undefined where the hash cannot be computed here. */
async function matchesHash(id: EssCertId, certificate: Certificate): Promise<boolean | undefined> {
  const name = digestOfOid(id.hashAlgorithm)
  if (name === undefined || !supportsDigest(name)) return undefined
  return equalBytes(await digest(name, certificate.der), id.certHash)
}

function issuerSerialMatches(id: EssCertId, certificate: Certificate): boolean {
  const { issuerSerial } = id
  if (issuerSerial === undefined) return true
  if (!equalBytes(issuerSerial.serial, certificate.serial)) return false
  try {
    return issuerSerial.issuer !== undefined && certificate.issuer.equals(Name.parse(issuerSerial.issuer))
  } catch {
    return false
  }
}

/** Of several certificates with the sid, the one that the ESS hash names: never "last wins" (C-08). */
async function choose(matching: readonly Certificate[], ids: readonly EssCertId[]): Promise<Certificate | undefined> {
  if (matching.length < 2 || ids.length === 0) return matching[0]
  for (const certificate of matching) {
    const answers = await Promise.all(ids.map((id) => matchesHash(id, certificate)))
    if (answers.every((answer) => answer === true)) return certificate
  }
  return matching[0]
}

async function checkEss(
  certificate: Certificate,
  ids: readonly EssCertId[],
  options: { rules: CmsRules; compat: boolean },
): Promise<readonly Problem[]> {
  if (ids.length === 0) {
    if (options.rules === 'cades' || options.rules === 'timestamp') {
      return [problem('C-09', 'ESS_MISSING', options.compat ? 'W' : 'I', {}, 'SIG_CONSTRAINTS_FAILURE')]
    }
    return [problem('C-09', 'NO_ESS_BINDING', 'W')]
  }
  const problems: Problem[] = []
  for (const id of ids) {
    const answer = await matchesHash(id, certificate)
    if (answer === undefined) {
      problems.push(problem('C-09', 'UNSUPPORTED_ALGORITHM', 'I', { algorithm: id.hashAlgorithm }))
    } else if (!answer) {
      problems.push(problem('C-09', 'ESS_MISMATCH', 'I', { version: id.version }, 'NO_SIGNING_CERTIFICATE_FOUND'))
    } else if (!issuerSerialMatches(id, certificate)) {
      problems.push(problem('C-09', 'ESS_ISSUER_SERIAL', options.compat ? 'W' : 'F', { version: id.version }))
    }
  }
  return problems
}

/**
 * C-08 and C-09: finds the signer's certificate among the candidates (in order of preference) and checks its binding.
 * Never throws.
 */
export async function findSigner(
  info: SignerInfo,
  candidates: readonly Certificate[],
  options: { readonly rules: CmsRules; readonly compat: boolean },
): Promise<FoundSigner> {
  const { ids, problems } = essIds(info)
  const binding = ids.length > 0 ? 'ess' : 'sid-only'
  const matching = candidates.filter((candidate) => sidMatches(info.sid, candidate))
  const certificate = await choose(matching, ids)
  if (certificate === undefined) {
    const missing = problem('C-08', 'SIGNER_CERTIFICATE_MISSING', 'I', {}, 'NO_SIGNING_CERTIFICATE_FOUND')
    return { certificate, binding, problems: [...problems, missing] }
  }
  return { certificate, binding, problems: [...problems, ...(await checkEss(certificate, ids, options))] }
}
