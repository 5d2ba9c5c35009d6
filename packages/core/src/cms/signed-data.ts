import { parseDerPrefix, type DerNode } from '../der/reader.ts'
import { OID } from '../der/oids.ts'
import { readOctetString, readOid, readSmallInteger } from '../der/values.ts'
import { CountersignError, LimitError } from '../error.ts'
import { parseAlgorithm, type AlgorithmId } from '../x509/algorithm.ts'
import { parseAttributes, type AttributeSet } from './attributes.ts'

/** Which certificate a SignerInfo names (RFC 5652, 5.3). */
export type SignerId =
  | { readonly by: 'issuer-serial'; readonly issuer: Uint8Array; readonly serial: Uint8Array }
  | { readonly by: 'subject-key-id'; readonly keyId: Uint8Array }

/** One SignerInfo as received; nothing in it is checked. */
export interface SignerInfo {
  readonly version: number
  readonly sid: SignerId
  readonly digestAlgorithm: AlgorithmId
  readonly signedAttributes: AttributeSet | undefined
  readonly signatureAlgorithm: AlgorithmId
  readonly signature: Uint8Array
  readonly unsignedAttributes: AttributeSet | undefined
}

/** A SignedData as received (RFC 5652, 5.1); nothing in it is checked. */
export interface SignedData {
  /** Type of the outer ContentInfo. */
  readonly type: string
  readonly version: number
  readonly digestAlgorithms: readonly AlgorithmId[]
  readonly contentType: string
  /** Content octets of eContent, undefined when the signature is detached. */
  readonly content: Uint8Array | undefined
  /** DER of each X.509 certificate, as received. */
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  /** DER OCSPResponse of RFC 5940 entries. */
  readonly ocsps: readonly Uint8Array[]
  readonly signerInfos: readonly SignerInfo[]
  /** Length of the ContentInfo, without what follows it. */
  readonly length: number
  /** True when any of the outer encoding was BER and not DER (C-01). */
  readonly ber: boolean
}

/** Caps on one CMS (L-14, L-17). */
export interface CmsLimits {
  readonly certificates: number
  readonly depth: number
  readonly elements: number
}

export const DEFAULT_CMS_LIMITS: CmsLimits = { certificates: 64, depth: 32, elements: 200_000 }

/** id-ri-ocsp-response (RFC 5940). */
const RI_OCSP_RESPONSE = '1.3.6.1.5.5.7.16.2'

function invalid(what: string): CountersignError {
  return new CountersignError('CMS_INVALID', `The signature data is not a well-formed CMS: ${what}.`)
}

/** A node that must exist, by name for the message. */
function need(node: DerNode | undefined, what: string): DerNode {
  if (node === undefined) throw invalid(`${what} is missing`)
  return node
}

function sequence(node: DerNode | undefined, what: string): readonly DerNode[] {
  const found = need(node, what)
  if (!found.is(0x10) || !found.constructed) throw invalid(`${what} is not a sequence`)
  return found.children
}

function parseSid(node: DerNode): SignerId {
  if (node.isContext(0)) return { by: 'subject-key-id', keyId: readImplicitOctets(node) }
  const parts = sequence(node, 'the signer identifier')
  const issuer = need(parts[0], 'the issuer')
  const serial = need(parts[1], 'the serial number')
  if (!serial.is(2)) throw invalid('the serial number is not an integer')
  return { by: 'issuer-serial', issuer: issuer.bytes, serial: serial.content }
}

/** Octets of an implicitly tagged OCTET STRING, joined where it is constructed (BER). */
function readImplicitOctets(node: DerNode): Uint8Array {
  if (!node.constructed) return node.content
  return joinBytes(node.children.map((child) => readOctetString(child)))
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    result.set(part, at)
    at += part.length
  }
  return result
}

function parseSignerInfo(node: DerNode): SignerInfo {
  const parts = [...sequence(node, 'a SignerInfo')]
  const version = readSmallInteger(need(parts.shift(), 'the SignerInfo version'))
  const sid = parseSid(need(parts.shift(), 'the signer identifier'))
  const digestAlgorithm = parseAlgorithm(need(parts.shift(), 'the digest algorithm'))
  const signedAttributes = parts[0]?.isContext(0) === true ? parseAttributes(parts.shift()!) : undefined
  const signatureAlgorithm = parseAlgorithm(need(parts.shift(), 'the signature algorithm'))
  const value = need(parts.shift(), 'the signature value')
  if (!value.is(4)) throw invalid('the signature value is not an octet string')
  const signature = readOctetString(value)
  const unsignedAttributes = parts[0]?.isContext(1) === true ? parseAttributes(parts.shift()!) : undefined
  if (parts.length > 0) throw invalid('a SignerInfo has more fields than it may')
  return { version, sid, digestAlgorithm, signedAttributes, signatureAlgorithm, signature, unsignedAttributes }
}

interface Evidence {
  readonly crls: Uint8Array[]
  readonly ocsps: Uint8Array[]
}

function parseRevocationInfos(node: DerNode): Evidence {
  const found: Evidence = { crls: [], ocsps: [] }
  for (const child of node.children) {
    if (child.is(0x10)) found.crls.push(child.bytes)
    else if (child.isContext(1)) {
      const [format, info] = child.children
      if (format !== undefined && info !== undefined && readOid(format) === RI_OCSP_RESPONSE)
        found.ocsps.push(info.bytes)
    }
  }
  return found
}

function parseContent(node: DerNode | undefined): { contentType: string; content: Uint8Array | undefined } {
  const parts = sequence(node, 'encapContentInfo')
  const contentType = readOid(need(parts[0], 'eContentType'))
  const wrapper = parts[1]
  if (wrapper === undefined) return { contentType, content: undefined }
  if (!wrapper.isContext(0) || parts.length > 2) throw invalid('eContent has the wrong tag')
  const inner = need(wrapper.children[0], 'eContent')
  // PKCS#7 v1.5 allowed any type here; CMS wraps it in an OCTET STRING (RFC 5652, 5.2.1).
  return { contentType, content: inner.is(4) ? readOctetString(inner) : inner.content }
}

function parseCertificates(node: DerNode, limits: CmsLimits): readonly Uint8Array[] {
  // Attribute certificates and other formats carry a context tag and are not candidates.
  const plain = node.children.filter((child) => child.is(0x10))
  if (plain.length > limits.certificates) {
    throw new LimitError('CMS_CERTS', `The signature holds more than ${limits.certificates} certificates.`)
  }
  return plain.map((child) => child.bytes)
}

/**
 * Reads one CMS ContentInfo with SignedData from the start of `bytes`; what follows it is the caller's to judge (C-01).
 * Tolerates BER everywhere (C-01); keeps the received bytes of everything that is signed.
 *
 * @throws CountersignError CMS_INVALID or DER_INVALID where it cannot be processed, LIMIT_* beyond a cap
 */
export function parseSignedData(bytes: Uint8Array, limits: CmsLimits = DEFAULT_CMS_LIMITS): SignedData {
  const options = { ber: true, maxDepth: limits.depth, maxElements: limits.elements }
  const { node, length, ber } = parseDerPrefix(bytes, options)
  const outer = sequence(node, 'ContentInfo')
  const type = readOid(need(outer[0], 'contentType'))
  if (type !== OID.signedData) throw invalid(`its content type is ${type}`)
  if (outer[1]?.isContext(0) !== true || outer.length > 2) throw invalid('the content is missing')
  const parts = [...sequence(outer[1].children[0], 'SignedData')]
  const version = readSmallInteger(need(parts.shift(), 'the version'))
  const digestSet = need(parts.shift(), 'digestAlgorithms')
  if (!digestSet.is(0x11)) throw invalid('digestAlgorithms is not a set')
  const digestAlgorithms = digestSet.children.map((child) => parseAlgorithm(child))
  const { contentType, content } = parseContent(parts.shift())
  const certificates = parts[0]?.isContext(0) === true ? parseCertificates(parts.shift()!, limits) : []
  const { crls, ocsps } =
    parts[0]?.isContext(1) === true ? parseRevocationInfos(parts.shift()!) : { crls: [], ocsps: [] }
  const infos = need(parts.shift(), 'signerInfos')
  if (!infos.is(0x11) || parts.length > 0) throw invalid('signerInfos is not where it must be')
  const signerInfos = infos.children.map((child) => parseSignerInfo(child))
  return { type, version, digestAlgorithms, contentType, content, certificates, crls, ocsps, signerInfos, length, ber }
}
