import type { CertificateReport } from '../report.ts'
import { validateCertificate as validate } from '../validation/certificate.ts'
import type { ValidateCertificateOptions } from '../validation/certificate.ts'
import { findingsOf } from './findings.ts'

export type { ValidateCertificateOptions } from '../validation/certificate.ts'

/**
 * Validates one certificate against the given anchors (RFC 5280 6.1, EN 319 102-1 5.2.6). A bad certificate is a verdict, never
 * an exception.
 *
 * @param certificate DER
 * @example
 * ```ts
 * const { valid, findings } = await validateCertificate(der, { trust, crls, at: new Date() })
 * ```
 */
export async function validateCertificate(
  certificate: Uint8Array,
  options: ValidateCertificateOptions,
): Promise<CertificateReport> {
  const { problems, ...verdict } = await validate(certificate, options)
  return { ...verdict, findings: findingsOf(problems) }
}
