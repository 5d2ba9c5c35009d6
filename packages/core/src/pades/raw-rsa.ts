import type { SignerAnswer } from '../cms/check.ts'
import { verifySignature, type VerifyResult, type VerifyScheme } from '../crypto/index.ts'
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

function readSigner([first]: readonly Uint8Array[]): Certificate | undefined {
  try {
    return first === undefined ? undefined : Certificate.parse(first)
  } catch {
    return undefined
  }
}

interface Value {
  readonly bytes: Uint8Array
  readonly problems: readonly Problem[]
}

/** C-01: one OCTET STRING from offset 0, BER tolerated, then only zeros. */
function readValue(contents: Uint8Array, compat: boolean): Value | undefined {
  try {
    const { node, length, ber } = parseDerPrefix(contents, { ber: true })
    if (!node.is(4)) return undefined
    const rest = contents.subarray(length)
    const problems = ber ? [problem('C-01', 'NOT_DER', 'W')] : []
    if (rest.some((octet) => octet !== 0)) {
      problems.push(problem('C-01', 'CONTENTS_REMAINDER', compat ? 'W' : 'F', { bytes: rest.length }))
    }
    return { bytes: readOctetString(node), problems }
  } catch {
    return undefined
  }
}

export interface RawRsaOptions {
  /** Of /Cert, the signer's first. */
  readonly certificates: readonly Uint8Array[]
  readonly covered: () => Uint8Array
  readonly compat: boolean
}

/** C-05, adbe.x509.rsa_sha1: a bare PKCS#1 value in an OCTET STRING, over the covered bytes. Never throws. */
export async function checkRawRsa(contents: Uint8Array, options: RawRsaOptions): Promise<RawRsaCheck> {
  const value = readValue(contents, options.compat)
  if (value === undefined) {
    const detail = 'no OCTET STRING'
    return { signer: undefined, integrity: 'broken', problems: [problem('C-05', 'CMS_UNREADABLE', 'F', { detail })] }
  }
  const certificate = readSigner(options.certificates)
  if (certificate === undefined) {
    const missing = problem('C-08', 'SIGNER_CERTIFICATE_MISSING', 'I', {}, 'NO_SIGNING_CERTIFICATE_FOUND')
    return { signer: undefined, integrity: 'unknown', problems: [...value.problems, missing] }
  }
  const answer = await verifySignature(SCHEME, certificate.spki, options.covered(), value.bytes)
  return answered(certificate, answer, value.problems)
}

function answered(certificate: Certificate, answer: VerifyResult, problems: readonly Problem[]): RawRsaCheck {
  const valid = answer === 'valid' || answer === 'valid-lenient'
  const signer: SignerAnswer = {
    certificate,
    binding: 'sid-only',
    digest: 'sha1',
    scheme: SCHEME,
    messageDigest: valid ? 'match' : 'unknown',
    signatureValue: valid ? 'valid' : answer === 'invalid' ? 'invalid' : 'unknown',
  }
  if (valid) return { signer, integrity: 'intact', problems }
  if (answer === 'invalid') {
    return { signer, integrity: 'broken', problems: [...problems, problem('C-10', 'SIGNATURE_VALUE_INVALID', 'S')] }
  }
  return {
    signer,
    integrity: 'unknown',
    problems: [...problems, problem('C-10', 'UNSUPPORTED_ALGORITHM', 'I', { algorithm: 'rsa' })],
  }
}
