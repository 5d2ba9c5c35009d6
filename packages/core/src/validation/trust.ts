import { OID } from '../der/oids.ts'
import { parseDer, parseDerPrefix } from '../der/reader.ts'
import type { DerNode } from '../der/reader.ts'
import { latin1, readOid } from '../der/values.ts'
import { CountersignError } from '../error.ts'
import { Certificate } from '../x509/certificate.ts'
import type { TrustAnchor } from '../x509/path.ts'

export type { TrustAnchor } from '../x509/path.ts'

/** The anchors a caller trusts. There is no built-in trust. */
export interface TrustStore {
  readonly anchors: readonly TrustAnchor[]
}

/** DSS_CERTS of L-14, for a file of anchors or candidates. */
const MAX_CERTIFICATES = 1000

function invalid(what: string): CountersignError {
  return new CountersignError('CERT_INVALID', what)
}

/** Value of a base64 letter; undefined for others. */
function sixBits(code: number): number | undefined {
  if (code >= 65 && code <= 90) return code - 65
  if (code >= 97 && code <= 122) return code - 71
  if (code >= 48 && code <= 57) return code + 4
  return code === 43 ? 62 : code === 47 ? 63 : undefined
}

function decodeBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let length = 0
  let bits = 0
  let count = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 61) break
    const value = sixBits(code)
    if (value === undefined) {
      if (code > 32) throw invalid('A PEM block holds letters that are not base64.')
      continue
    }
    bits = ((bits << 6) | value) & 0xffff
    count += 6
    if (count >= 8) {
      count -= 8
      bytes[length++] = (bits >> count) & 0xff
    }
  }
  return bytes.subarray(0, length)
}

/** A PEM block: its label and content. */
export interface PemBlock {
  readonly label: string
  readonly bytes: Uint8Array
}

/**
 * The PEM blocks of a text whose label is wanted, other text around them ignored; none when it holds no PEM. Others are not decoded: an
 * encrypted key beside a certificate holds letters that are no base64.
 *
 * @throws CountersignError CERT_INVALID
 */
export function parsePem(file: Uint8Array, wanted: (label: string) => boolean = () => true): readonly PemBlock[] {
  const blocks: PemBlock[] = []
  const text = latin1(file)
  for (let position = 0; ;) {
    const begin = text.indexOf('-----BEGIN ', position)
    if (begin < 0) return blocks
    const labelEnd = text.indexOf('-----', begin + 11)
    const label = text.slice(begin + 11, labelEnd)
    const end = labelEnd < 0 ? -1 : text.indexOf(`-----END ${label}-----`, labelEnd + 5)
    if (end < 0) throw invalid('A PEM block has no end.')
    if (blocks.length >= MAX_CERTIFICATES) throw invalid(`A PEM file holds more than ${MAX_CERTIFICATES} blocks.`)
    if (wanted(label)) blocks.push({ label, bytes: decodeBase64(text.slice(labelEnd + 5, end)) })
    position = end + label.length + 14
  }
}

/** The DER inside a file that may be PEM with one of these labels: as some CAs publish CRLs (PKI-08). The file itself when it is no PEM. */
export function decodePem(file: Uint8Array, ...labels: readonly string[]): readonly Uint8Array[] {
  if (file[0] === 0x30) return [file]
  return parsePem(file, (label) => labels.includes(label)).map(({ bytes }) => bytes)
}

/** Certificates of a degenerate SignedData (PKCS#7 `.p7b`). */
function bundled(content: DerNode | undefined): readonly Uint8Array[] {
  const certificates = content?.children.find((child) => child.isContext(0))
  return certificates?.children.filter((child) => child.is(16)).map((child) => child.bytes) ?? []
}

function certificatesOfDer(bytes: Uint8Array): readonly Uint8Array[] {
  if (parseDerPrefix(bytes, { shallow: true }).node.children[0]?.is(6) === true) {
    const [type, content] = parseDerPrefix(bytes).node.children
    if (readOid(type!) === OID.signedData) return bundled(content?.children[0])
  }
  return [parseDer(bytes).bytes]
}

function certificatesOfPem(file: Uint8Array): readonly Uint8Array[] {
  const wanted = (label: string): boolean => label.endsWith('CERTIFICATE') || label === 'PKCS7' || label === 'CMS'
  return parsePem(file, wanted).flatMap(({ bytes }) => certificatesOfDer(bytes))
}

function tried(read: () => readonly Uint8Array[]): readonly Uint8Array[] {
  try {
    return read()
  } catch {
    return []
  }
}

/**
 * DER of every certificate in a file: DER, PEM with any number of blocks, or PKCS#7 in DER, BER or PEM, in the order of the file.
 *
 * @throws CountersignError CERT_INVALID when the file is none of them or holds no certificate.
 */
export function readCertificates(file: Uint8Array): readonly Uint8Array[] {
  let found: readonly Uint8Array[] = []
  try {
    found = file[0] === 0x30 ? certificatesOfDer(file) : certificatesOfPem(file)
  } catch (error) {
    // Text before a PEM block may begin with the digit 0, as `openssl s_client` writes it.
    const inText = file[0] === 0x30 ? tried(() => certificatesOfPem(file)) : []
    if (inText.length > 0) found = inText
    else if (error instanceof CountersignError && error.code === 'DER_INVALID')
      throw new CountersignError('CERT_INVALID', 'The file is neither a certificate nor PKCS#7.', { cause: error })
    else throw error
  }
  if (found.length === 0) throw invalid('The file holds no certificate: expected DER, PEM or PKCS#7.')
  if (found.length > MAX_CERTIFICATES) throw invalid(`The file holds more than ${MAX_CERTIFICATES} certificates.`)
  return found
}

/**
 * A trust store from files of anchors: DER, PEM bundles or PKCS#7 (PKI-03). Every certificate in them becomes an anchor,
 * self-signed or not; the same certificate twice counts once.
 *
 * @throws CountersignError CERT_INVALID
 * @example
 * ```ts
 * const trust = createTrustStore([await readFile('rootca.crt')])
 * ```
 */
export function createTrustStore(files: readonly Uint8Array[]): TrustStore {
  const anchors: TrustAnchor[] = []
  for (const der of files.flatMap(readCertificates)) {
    const certificate = Certificate.parse(der)
    if (!anchors.some((anchor) => anchor.certificate.equals(certificate))) anchors.push({ certificate })
  }
  return { anchors }
}
