import { OID } from '../der/oids.ts'
import { equalBytes } from '../der/writer.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { Certificate } from './certificate.ts'

const GENERAL = 'CERTIFICATE_CHAIN_GENERAL_FAILURE'

/** A failure of RFC 5280 about one certificate. */
export function chainProblem(
  rule: string,
  code: string,
  certificate: Certificate,
  args: Problem['args'] = {},
): Problem {
  return problem(rule, code, 'I', { subject: certificate.subject.toString(), ...args }, GENERAL)
}

/** Zero, negative, padded or longer than 20 octets (RFC 5280 4.1.2.2). */
function serialFault(serial: Uint8Array): boolean {
  const [first, second] = serial
  if (first === undefined || first >= 0x80 || serial.every((octet) => octet === 0)) return true
  if (first === 0 && second! < 0x80) return true
  return serial.length - (first === 0 ? 1 : 0) > 20
}

/** RFC 5280 4.2.1.6: without a subject its alternative names stand for it, and then are critical. */
function isNamedElsewhere(certificate: Certificate): boolean {
  return certificate.extensions.get(OID.subjectAltName)?.critical === true
}

/** what a certificate must look like whatever the chain. `compat` keeps odd serial numbers as notes. */
export function checkShape(certificate: Certificate, compat: boolean): readonly Problem[] {
  const problems: Problem[] = []
  const fail = (code: string, args: Problem['args'] = {}): void =>
    void problems.push(chainProblem('X-02', code, certificate, args))
  if (!equalBytes(certificate.signatureAlgorithm.der, certificate.innerAlgorithm.der)) fail('CERT_ALGORITHMS_DIFFER')
  for (const extension of certificate.duplicateExtensions) fail('CERT_EXTENSION_TWICE', { extension })
  for (const extension of certificate.malformed) fail('CERT_EXTENSION_MALFORMED', { extension })
  if (certificate.version < 3 && certificate.extensions.size > 0) fail('CERT_VERSION', { version: certificate.version })
  else if (certificate.version < 1 || certificate.version > 3) fail('CERT_VERSION', { version: certificate.version })
  if (certificate.issuer.isEmpty) fail('CERT_ISSUER_EMPTY')
  if (certificate.subject.isEmpty && (certificate.basicConstraints?.ca === true || !isNamedElsewhere(certificate)))
    fail('CERT_SUBJECT_EMPTY')
  const { algorithm, curve } = certificate.publicKey
  if (algorithm === 'ec' && curve === undefined) fail('CERT_CURVE_EXPLICIT')
  if (serialFault(certificate.serial)) {
    if (!compat) fail('CERT_SERIAL', { serial: certificate.serialHex })
    else
      problems.push(
        problem('X-02', 'CERT_SERIAL', 'W', { subject: certificate.subject.toString(), serial: certificate.serialHex }),
      )
  }
  return problems
}
