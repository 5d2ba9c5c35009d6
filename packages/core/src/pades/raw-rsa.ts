import type { SignerAnswer } from '../cms/check.ts'
import { verifySignature, type VerifyScheme } from '../crypto/index.ts'
import { parseDerPrefix } from '../der/reader.ts'
import { readOctetString } from '../der/values.ts'
import { PdfArray, PdfString, type PdfDict, type PdfObject } from '../pdf/objects.ts'
import { problem, type Problem } from '../problem.ts'
import type { Integrity } from '../report.ts'
import { Certificate } from '../x509/certificate.ts'

interface RawRsaCheck {
  readonly signer: SignerAnswer | undefined
  readonly integrity: Integrity
  readonly problems: readonly Problem[]
}

const SCHEME: VerifyScheme = { name: 'rsa-pkcs1', digest: 'sha1' }

/** Certificates of /Cert, the signer's first; `resolve` follows references. */
export function rawRsaCertificates(
  dict: PdfDict,
  resolve: (value: PdfObject | undefined) => PdfObject,
): readonly Uint8Array[] {
  const value = resolve(dict.get('Cert'))
  const items = value instanceof PdfArray ? value.items.map((item) => resolve(item)) : [value]
  return items.flatMap((item) => (item instanceof PdfString ? [item.bytes] : []))
}

function readSigner(dict: PdfDict): Certificate | undefined {
  const first = rawRsaCertificates(dict, (value) => value ?? null)[0]
  try {
    return first === undefined ? undefined : Certificate.parse(first)
  } catch {
    return undefined
  }
}

function readValue(contents: Uint8Array): Uint8Array | undefined {
  try {
    return readOctetString(parseDerPrefix(contents).node)
  } catch {
    return undefined
  }
}

/** C-05, adbe.x509.rsa_sha1: a bare PKCS#1 value in an OCTET STRING, over the covered bytes. Never throws. */
export async function checkRawRsa(
  dict: PdfDict,
  contents: Uint8Array,
  covered: () => Uint8Array,
): Promise<RawRsaCheck> {
  const value = readValue(contents)
  if (value === undefined) {
    const detail = 'no OCTET STRING'
    return { signer: undefined, integrity: 'broken', problems: [problem('C-05', 'CMS_UNREADABLE', 'F', { detail })] }
  }
  const certificate = readSigner(dict)
  if (certificate === undefined) {
    const missing = problem('C-08', 'SIGNER_CERTIFICATE_MISSING', 'I', {}, 'NO_SIGNING_CERTIFICATE_FOUND')
    return { signer: undefined, integrity: 'unknown', problems: [missing] }
  }
  const answer = await verifySignature(SCHEME, certificate.spki, covered(), value)
  const valid = answer === 'valid' || answer === 'valid-lenient'
  const signer: SignerAnswer | undefined = {
    certificate,
    binding: 'sid-only',
    digest: 'sha1',
    scheme: SCHEME,
    messageDigest: valid ? 'match' : 'unknown',
    signatureValue: valid ? 'valid' : answer === 'invalid' ? 'invalid' : 'unknown',
  }
  if (valid) return { signer, integrity: 'intact', problems: [] }
  if (answer === 'invalid') {
    return { signer, integrity: 'broken', problems: [problem('C-10', 'SIGNATURE_VALUE_INVALID', 'S')] }
  }
  return {
    signer,
    integrity: 'unknown',
    problems: [problem('C-10', 'UNSUPPORTED_ALGORITHM', 'I', { algorithm: 'rsa' })],
  }
}
