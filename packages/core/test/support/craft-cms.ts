// SignedData made for one test, every part of it open to being wrong.
import { createHash } from 'node:crypto'
import { OID } from '../../src/der/oids.ts'
import {
  concat,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeImplicit,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSet,
  encodeTlv,
} from '../../src/der/writer.ts'
import { algorithm, signatureAlgorithmOf, signWith, type Identity } from './craft-certificate.ts'

export function hash(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const state = createHash(name)
  for (const part of parts) state.update(part)
  return new Uint8Array(state.digest())
}

/** Attribute with its values. */
export function attribute(type: string, ...values: readonly Uint8Array[]): Uint8Array {
  return encodeSequence(encodeOid(type), encodeSet(...values))
}

export function contentTypeAttribute(type: string = OID.data): Uint8Array {
  return attribute(OID.contentType, encodeOid(type))
}

export function digestAttribute(digest: Uint8Array): Uint8Array {
  return attribute(OID.messageDigest, encodeOctetString(digest))
}

export function essAttribute(certificate: Uint8Array, extra: readonly Uint8Array[] = []): Uint8Array {
  const id = encodeSequence(encodeOctetString(hash('sha256', certificate)), ...extra)
  return attribute(OID.signingCertificateV2, encodeSequence(encodeSequence(id)))
}

export function essAttributeV1(certificate: Uint8Array): Uint8Array {
  const id = encodeSequence(encodeOctetString(hash('sha1', certificate)))
  return attribute(OID.signingCertificate, encodeSequence(encodeSequence(id)))
}

export interface SignerOptions {
  readonly signer: Identity
  /** Digest of the content. */
  readonly digest: Uint8Array
  readonly contentType?: string
  /** Attributes as they stand, in this order; the usual three by default, null for none. */
  readonly attributes?: readonly Uint8Array[] | null
  /** Order that is signed, where it is not the one sent. */
  readonly signedOrder?: readonly Uint8Array[]
  /** Content for signatures without attributes. */
  readonly content?: Uint8Array
  readonly unsigned?: (signature: Uint8Array) => readonly Uint8Array[]
  readonly digestAlgorithm?: Uint8Array
  readonly signatureAlgorithm?: Uint8Array
  readonly bySubjectKeyId?: boolean
  readonly signature?: (value: Uint8Array) => Uint8Array
  /** Hash of the signature itself, default sha256. */
  readonly hash?: string
}

/** The usual attributes of PAdES, in DER order. */
export function usualAttributes(
  options: Pick<SignerOptions, 'signer' | 'digest' | 'contentType'>,
): readonly Uint8Array[] {
  return [
    contentTypeAttribute(options.contentType),
    digestAttribute(options.digest),
    essAttribute(options.signer.certificate),
  ].toSorted((a, b) => a.length - b.length)
}

function setOf(parts: readonly Uint8Array[]): Uint8Array {
  return encodeTlv(0, true, 17, ...parts)
}

export function craftSignerInfo(options: SignerOptions): Uint8Array {
  const { signer } = options
  const attributes = options.attributes === undefined ? usualAttributes(options) : options.attributes
  const input = attributes === null ? options.content! : setOf(options.signedOrder ?? attributes)
  const value = signWith(signer.kind, signer.key, input, options.hash)
  const signature = options.signature?.(value) ?? value
  const sid =
    options.bySubjectKeyId === true
      ? encodeImplicit(0, false, signer.keyId)
      : encodeSequence(signer.issuerName, encodeTlv(0, false, 2, signer.serial))
  const unsigned = options.unsigned?.(signature)
  return encodeSequence(
    encodeInteger(options.bySubjectKeyId === true ? 3 : 1),
    sid,
    options.digestAlgorithm ?? algorithm(OID.sha256),
    ...(attributes === null ? [] : [encodeImplicit(0, true, concat(...attributes))]),
    options.signatureAlgorithm ?? signatureAlgorithmOf(signer.kind),
    encodeOctetString(signature),
    ...(unsigned === undefined ? [] : [encodeImplicit(1, true, concat(...unsigned))]),
  )
}

export interface CmsOptions {
  readonly signerInfos: readonly Uint8Array[]
  readonly certificates: readonly Uint8Array[]
  readonly version?: number
  readonly digestAlgorithms?: readonly Uint8Array[]
  readonly contentType?: string
  readonly content?: Uint8Array
  readonly crls?: readonly Uint8Array[]
}

export function craftSignedData(options: CmsOptions): Uint8Array {
  const { contentType = OID.data, content } = options
  const inner = content === undefined ? [] : [encodeExplicit(0, encodeOctetString(content))]
  const data = encodeSequence(
    encodeInteger(options.version ?? 1),
    encodeSet(...(options.digestAlgorithms ?? [algorithm(OID.sha256)])),
    encodeSequence(encodeOid(contentType), ...inner),
    ...(options.certificates.length === 0 ? [] : [encodeImplicit(0, true, concat(...options.certificates))]),
    ...(options.crls === undefined ? [] : [encodeImplicit(1, true, concat(...options.crls))]),
    setOf(options.signerInfos),
  )
  return encodeSequence(encodeOid(OID.signedData), encodeExplicit(0, data))
}

/** A plain PAdES signature over content with that digest. */
export function craftCms(options: SignerOptions & Partial<CmsOptions>): Uint8Array {
  return craftSignedData({
    signerInfos: [craftSignerInfo(options)],
    certificates: [options.signer.certificate],
    ...options,
    ...(options.contentType === undefined ? {} : { contentType: options.contentType }),
  })
}

export interface TokenOptions {
  readonly tsa: Identity
  readonly imprint: Uint8Array
  readonly genTime?: Date
  readonly imprintAlgorithm?: string
  readonly version?: number
  readonly extra?: readonly Uint8Array[]
  readonly attributes?: (digest: Uint8Array) => readonly Uint8Array[]
  /** Certificates beside the authority's own. */
  readonly chain?: readonly Uint8Array[]
}

export function craftTstInfo(options: Omit<TokenOptions, 'tsa'>): Uint8Array {
  return encodeSequence(
    encodeInteger(options.version ?? 1),
    encodeOid('1.2.3.4'),
    encodeSequence(algorithm(options.imprintAlgorithm ?? OID.sha256), encodeOctetString(options.imprint)),
    encodeInteger(99),
    encodeGeneralizedTime(options.genTime ?? new Date('2026-06-01T10:00:00Z')),
    ...(options.extra ?? []),
  )
}

/** A time-stamp token (RFC 3161). */
export function craftToken(options: TokenOptions): Uint8Array {
  const content = craftTstInfo(options)
  const digest = hash('sha256', content)
  const common = { signer: options.tsa, digest, contentType: OID.tstInfo }
  const attributes = options.attributes?.(digest) ?? usualAttributes(common)
  return craftSignedData({
    signerInfos: [craftSignerInfo({ ...common, attributes })],
    certificates: [options.tsa.certificate, ...(options.chain ?? [])],
    version: 3,
    contentType: OID.tstInfo,
    content,
  })
}
