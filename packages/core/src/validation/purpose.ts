import { OID } from '../der/oids.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { Certificate } from '../x509/certificate.ts'

/** What a leaf certificate is used for. */
export type Purpose = 'any' | 'signing' | 'timestamping' | 'ocsp'

const CONSTRAINTS = 'CHAIN_CONSTRAINTS_FAILURE'

/** Purposes that fit signing documents. */
const FOR_DOCUMENTS: ReadonlySet<string> = new Set([
  OID.documentSigning,
  OID.adobeAuthenticDocuments,
  OID.microsoftDocumentSigning,
  OID.emailProtection,
])
/** Purposes that say nothing of documents and exclude them when there is no other. */
const FOR_OTHERS: ReadonlySet<string> = new Set([OID.timeStamping, OID.ocspSigning, OID.serverAuth, OID.codeSigning])

function checkSigner(certificate: Certificate, subject: string, eku: 'enforce' | 'warn'): readonly Problem[] {
  const problems: Problem[] = []
  const usage = certificate.keyUsage
  if (usage !== undefined && !usage.has('digitalSignature') && !usage.has('nonRepudiation'))
    problems.push(problem('X-11', 'SIGNER_KEY_USAGE', 'I', { subject }, CONSTRAINTS))
  const purposes = certificate.extendedKeyUsage ?? []
  if (purposes.length > 0 && !purposes.some((oid) => FOR_DOCUMENTS.has(oid))) {
    const args = { subject, purposes: purposes.join(', ') }
    if (purposes.every((oid) => FOR_OTHERS.has(oid)))
      problems.push(
        eku === 'warn'
          ? problem('X-11', 'SIGNER_PURPOSE', 'W', args)
          : problem('X-11', 'SIGNER_PURPOSE', 'I', args, CONSTRAINTS),
      )
    else problems.push(problem('X-11', 'SIGNER_PURPOSE_UNUSUAL', 'W', args))
  }
  return [...problems, ...checkNoRevocation(certificate, subject)]
}

/** */
function checkNoRevocation(certificate: Certificate, subject: string): readonly Problem[] {
  const problems: Problem[] = []
  if (certificate.extensions.has(OID.ocspNoCheck))
    problems.push(problem('X-13', 'SIGNER_OCSP_NOCHECK', 'I', { subject }, CONSTRAINTS))
  const pointers = [OID.crlDistributionPoints, OID.authorityInfoAccess, OID.freshestCrl]
  if (certificate.extensions.has(OID.noRevAvail) && pointers.some((oid) => certificate.extensions.has(oid)))
    problems.push(problem('X-13', 'NO_REV_AVAIL_CONTRADICTED', 'W', { subject }))
  return problems
}

/** Dotted purposes (extended key usage) that a policy asks of signers. */
export interface PurposeLists {
  /** At least one of them must stand in the certificate; a certificate without extended key usage has none. */
  readonly required?: readonly string[]
  /** None of them may stand in it. */
  readonly excluded?: readonly string[]
}

/** the caller's own lists, for signers. */
export function checkPurposeLists(certificate: Certificate, { required, excluded }: PurposeLists): readonly Problem[] {
  const own = certificate.extendedKeyUsage ?? []
  const subject = certificate.subject.toString()
  const problems: Problem[] = []
  if (required !== undefined && !required.some((oid) => own.includes(oid)))
    problems.push(
      problem('X-11', 'SIGNER_PURPOSE_REQUIRED', 'I', { subject, purposes: required.join(', ') }, CONSTRAINTS),
    )
  const forbidden = own.filter((oid) => excluded?.includes(oid) === true)
  if (forbidden.length > 0)
    problems.push(
      problem('X-11', 'SIGNER_PURPOSE_EXCLUDED', 'I', { subject, purposes: forbidden.join(', ') }, CONSTRAINTS),
    )
  return problems
}

/**
 * C-15: whether key usage and extended key usage of the leaf fit its purpose.
 *
 * @param eku `warn`: a signer's extended key usage for other purposes only is a warning (E-15)
 */
export function checkPurpose(
  certificate: Certificate,
  purpose: Purpose,
  eku: 'enforce' | 'warn' = 'enforce',
): readonly Problem[] {
  const subject = certificate.subject.toString()
  const purposes = certificate.extendedKeyUsage
  switch (purpose) {
    case 'any':
      return []
    case 'signing':
      return checkSigner(certificate, subject, eku)
    case 'timestamping': {
      const critical = certificate.extensions.get(OID.extendedKeyUsage)?.critical === true
      const only = purposes?.length === 1 && purposes[0] === OID.timeStamping
      return critical && only ? [] : [problem('C-15', 'TSA_CERTIFICATE_PURPOSE', 'I', { subject }, CONSTRAINTS)]
    }
    case 'ocsp':
      break
  }
  if (purposes?.includes(OID.ocspSigning) === true) return []
  return [problem('X-08', 'OCSP_RESPONDER_PURPOSE', 'I', { subject }, CONSTRAINTS)]
}
