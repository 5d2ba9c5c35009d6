import { digest as digestOf } from '../crypto/index.ts'
import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import type { DerNode } from '../der/reader.ts'
import {
  compareBytes,
  concat,
  encodeExplicit,
  encodeImplicit,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSet,
} from '../der/writer.ts'
import { CountersignError } from '../error.ts'
import { digestOfScheme, encodeDigestAlgorithm, encodeSignatureAlgorithm } from './schemes.ts'
import type { Scheme } from './signer.ts'

/** Issuer and serial number of a certificate in their original bytes (C2, B25). */
interface IssuerAndSerial {
  readonly issuer: Uint8Array
  readonly serial: Uint8Array
}

function issuerAndSerial(certificate: Uint8Array): IssuerAndSerial {
  const fields: readonly DerNode[] = parseDer(certificate, { shallow: true, ber: true }).children[0]?.children ?? []
  // RFC 5280 4.1: [0] version, serialNumber, signature, issuer, ...; version 1 certificates have no [0].
  const first = fields[0]?.cls === 2 ? 1 : 0
  const serial = fields[first]
  const issuer = fields[first + 2]
  if (serial?.tag !== 2 || issuer?.tag !== 16) throw new CountersignError('CERT_INVALID', 'not an X.509 certificate')
  return { issuer: issuer.bytes, serial: serial.bytes }
}

/** Encoded once: they stand in every signature. */
const ID = {
  data: encodeOid(OID.data),
  signedData: encodeOid(OID.signedData),
  contentType: encodeOid(OID.contentType),
  messageDigest: encodeOid(OID.messageDigest),
  signingCertificateV2: encodeOid(OID.signingCertificateV2),
  algorithmProtection: encodeOid(OID.algorithmProtection),
} as const

function attribute(oid: Uint8Array, value: Uint8Array): Uint8Array {
  return encodeSequence(oid, encodeSet(value))
}

// RFC 5035 3 and 4; hashAlgorithm is left out where it is the default SHA-256 (DER).
async function signingCertificateV2(certificate: Uint8Array, scheme: Scheme): Promise<Uint8Array> {
  const name = digestOfScheme(scheme)
  const hash = await digestOf(name, certificate)
  const { issuer, serial } = issuerAndSerial(certificate)
  const generalNames = encodeSequence(encodeExplicit(4, issuer))
  const essCertId = encodeSequence(
    ...(name === 'sha256' ? [] : [encodeDigestAlgorithm(name)]),
    encodeOctetString(hash),
    encodeSequence(generalNames, serial),
  )
  return encodeSequence(encodeSequence(essCertId))
}

/** A further signed attribute: its type and the DER of its value. */
export interface SignedAttribute {
  readonly oid: string
  readonly value: Uint8Array
}

/** The certificate's part of the signed attributes is made once; each document's digest then gives a DER SET. */
export async function attributesFor(
  certificate: Uint8Array,
  scheme: Scheme,
  further: readonly SignedAttribute[] = [],
): Promise<(digest: Uint8Array) => Uint8Array> {
  const algorithm = encodeSignatureAlgorithm(scheme)
  const protection = encodeSequence(
    encodeDigestAlgorithm(digestOfScheme(scheme)),
    // RFC 6211: signatureAlgorithm [1] IMPLICIT AlgorithmIdentifier
    encodeImplicit(1, true, parseDer(algorithm).content),
  )
  const fixed = [
    attribute(ID.contentType, ID.data),
    attribute(ID.signingCertificateV2, await signingCertificateV2(certificate, scheme)),
    attribute(ID.algorithmProtection, protection),
    ...further.map(({ oid, value }) => attribute(encodeOid(oid), value)),
  ]
  return (digest) => encodeSet(...fixed, attribute(ID.messageDigest, encodeOctetString(digest)))
}

/**
 * The signed attributes of a PAdES signature as a DER SET, the bytes that are signed (C2): content-type, message-digest,
 * signing-certificate-v2 over the certificate's own bytes, CMSAlgorithmProtection. No signing-time.
 */
export async function buildSignedAttributes(input: {
  /** Digest of the ByteRange, by the scheme's digest. */
  readonly documentDigest: Uint8Array
  readonly certificate: Uint8Array
  readonly scheme: Scheme
}): Promise<Uint8Array> {
  return (await attributesFor(input.certificate, input.scheme))(input.documentDigest)
}

/** One unsigned attribute: its type and the DER of its value. */
export interface UnsignedAttribute {
  readonly oid: string
  readonly value: Uint8Array
}

export interface SignedDataInput {
  /** What `buildSignedAttributes` gave and the signer signed. */
  readonly signedAttributes: Uint8Array
  readonly signature: Uint8Array
  readonly certificate: Uint8Array
  readonly chain: readonly Uint8Array[]
  readonly scheme: Scheme
  readonly unsigned?: readonly UnsignedAttribute[]
}

// The attributes were signed as a SET; inside SignerInfo they carry the tag [0] (RFC 5652 5.4).
function retagged(signedAttributes: Uint8Array): Uint8Array {
  const copy = signedAttributes.slice()
  copy[0] = 0xa0
  return copy
}

function signerInfo(input: SignedDataInput): Uint8Array {
  const { issuer, serial } = issuerAndSerial(input.certificate)
  const unsigned = (input.unsigned ?? []).map(({ oid, value }) => attribute(encodeOid(oid), value)).sort(compareBytes)
  return encodeSequence(
    encodeInteger(1),
    encodeSequence(issuer, serial),
    encodeDigestAlgorithm(digestOfScheme(input.scheme)),
    retagged(input.signedAttributes),
    encodeSignatureAlgorithm(input.scheme),
    encodeOctetString(input.signature),
    ...(unsigned.length === 0 ? [] : [encodeImplicit(1, true, concat(...unsigned))]),
  )
}

/** The certificates once each, sorted as DER demands of a SET OF. */
function certificateSet(certificates: readonly Uint8Array[]): Uint8Array {
  const sorted = [...certificates].sort(compareBytes)
  const distinct = sorted.filter((one, i) => i === 0 || compareBytes(one, sorted[i - 1]!) !== 0)
  return encodeImplicit(0, true, concat(...distinct))
}

/** ContentInfo with a detached SignedData of one signer, in DER (C1). */
export function buildSignedData(input: SignedDataInput): Uint8Array {
  const signedData = encodeSequence(
    encodeInteger(1),
    encodeSet(encodeDigestAlgorithm(digestOfScheme(input.scheme))),
    encodeSequence(ID.data),
    certificateSet([input.certificate, ...input.chain]),
    encodeSet(signerInfo(input)),
  )
  return encodeSequence(ID.signedData, encodeExplicit(0, signedData))
}

/** More than all headers and fixed parts of a SignedData take. */
const FRAME = 128

/** The size of a SignedData whose value has at most `signatureBytes`; by up to FRAME bytes too large, never too small. */
export function signedDataSize(input: Omit<SignedDataInput, 'signature'>, signatureBytes: number): number {
  const { issuer, serial } = issuerAndSerial(input.certificate)
  const certificates = [input.certificate, ...input.chain].reduce((size, one) => size + one.length, 0)
  const algorithms = 2 * encodeDigestAlgorithm(digestOfScheme(input.scheme)).length
  const unsigned = (input.unsigned ?? []).reduce((size, one) => size + one.value.length + 32, 0)
  const scheme = encodeSignatureAlgorithm(input.scheme).length
  const parts = issuer.length + serial.length + input.signedAttributes.length + algorithms + scheme + unsigned
  return certificates + parts + signatureBytes + FRAME
}
