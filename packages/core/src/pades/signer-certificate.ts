import { OID } from '../der/oids.ts'
import { CountersignError } from '../error.ts'
import { Certificate } from '../x509/certificate.ts'

/** C4: RSA keys below this are refused. */
const MIN_RSA_BITS = 2048

/** Extended key usages that do not exclude signing documents. */
const DOCUMENT_PURPOSES: ReadonlySet<string> = new Set([
  OID.anyExtendedKeyUsage,
  OID.documentSigning,
  OID.adobeAuthenticDocuments,
  OID.microsoftDocumentSigning,
  OID.emailProtection,
  OID.clientAuth,
])

/** Purposes that, standing alone, say that the certificate is for something else. */
const OTHER_PURPOSES: ReadonlySet<string> = new Set([
  OID.timeStamping,
  OID.ocspSigning,
  OID.serverAuth,
  OID.codeSigning,
])

function requireKeySize(certificate: Certificate): void {
  const { algorithm, bits } = certificate.publicKey
  if ((algorithm === 'rsa' || algorithm === 'rsa-pss') && bits !== undefined && bits < MIN_RSA_BITS)
    throw new CountersignError('KEY_TOO_SMALL', `the RSA key has ${bits} bits, at least ${MIN_RSA_BITS} are needed`, {
      details: { bits, minimum: MIN_RSA_BITS },
    })
}

function requireValidity(certificate: Certificate, time: Date): void {
  if (time < certificate.notBefore)
    throw new CountersignError(
      'CERT_NOT_YET_VALID',
      `the certificate is valid from ${certificate.notBefore.toISOString()} only`,
      { details: { notBefore: certificate.notBefore.toISOString() } },
    )
  if (time > certificate.notAfter)
    throw new CountersignError('CERT_EXPIRED', `the certificate expired at ${certificate.notAfter.toISOString()}`, {
      details: { notAfter: certificate.notAfter.toISOString() },
    })
}

function requirePurpose(certificate: Certificate): void {
  const { keyUsage, extendedKeyUsage } = certificate
  const signs = keyUsage === undefined || keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation')
  if (!signs) throw new CountersignError('CERT_PURPOSE', 'the key usage of the certificate does not allow signatures')
  const excluded =
    extendedKeyUsage !== undefined &&
    extendedKeyUsage.length > 0 &&
    !extendedKeyUsage.some((purpose) => DOCUMENT_PURPOSES.has(purpose)) &&
    extendedKeyUsage.every((purpose) => OTHER_PURPOSES.has(purpose))
  if (excluded)
    throw new CountersignError('CERT_PURPOSE', 'the extended key usage of the certificate is for other purposes only', {
      details: { extendedKeyUsage: [...extendedKeyUsage] },
    })
}

/**
 * Checks the signer's certificate before the key is asked (G5): size, validity at the claimed time, purpose.
 *
 * @throws CountersignError KEY_TOO_SMALL, CERT_NOT_YET_VALID, CERT_EXPIRED, CERT_PURPOSE, CERT_INVALID.
 */
export function checkSignerCertificate(der: Uint8Array, time: Date): Certificate {
  const certificate = Certificate.parse(der)
  requireKeySize(certificate)
  requireValidity(certificate, time)
  requirePurpose(certificate)
  return certificate
}
