import { X509Certificate } from 'node:crypto'

/**
 * Whether a certificate says that it is for tests only: the test CAs of this project say TEST or KIỂM THỬ in subject or
 * issuer. Their private keys are published or thrown away, so production must never meet one (REL-13).
 */
export function isTestCertificate(der: Uint8Array): boolean {
  const { subject, issuer } = new X509Certificate(der)
  return /\bTEST\b|KIỂM THỬ/u.test(`${subject}\n${issuer}`.normalize('NFC'))
}
