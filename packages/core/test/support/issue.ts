// Certificates, CRLs and OCSP responses as data, for tests of x509/ and validation/: every field can be made wrong on purpose.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { OID } from '../../src/der/oids.ts'
import { parseDer } from '../../src/der/reader.ts'
import { readBitString } from '../../src/der/values.ts'
import {
  concat,
  encodeBitString,
  encodeBoolean,
  encodeExplicit,
  encodeImplicit,
  encodeInteger,
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodePrintableString,
  encodeSequence,
  encodeSet,
  encodeTime,
  encodeTlv,
  encodeUtf8String,
} from '../../src/der/writer.ts'

export interface Key {
  readonly privateKey: KeyObject
  readonly spki: Uint8Array
}

let keyPool: Key[] | undefined
let nextKey = 0

/** A P-256 key; keys are cheap to make but shared between tests in turn, so name a fresh one where identity matters. */
export function newKey(): Key {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey: pair.privateKey, spki: new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' })) }
}

/** One of a few shared keys, in turn. */
export function someKey(): Key {
  keyPool ??= Array.from({ length: 8 }, newKey)
  return keyPool.at(nextKey++ % keyPool.length)!
}

const utf8 = new TextEncoder()

/** Attributes as [type, text], the root-most first; each its own RDN. */
export type NameInput = readonly (readonly [string, string])[]

export function dn(...attributes: NameInput): Uint8Array {
  return encodeSequence(
    ...attributes.map(([type, text]) =>
      encodeSet(
        encodeSequence(
          encodeOid(type),
          type === OID.countryName ? encodePrintableString(text) : encodeUtf8String(text),
        ),
      ),
    ),
  )
}

/** `C=VN, CN=name`. */
export function cn(name: string): Uint8Array {
  return dn([OID.countryName, 'VN'], [OID.commonName, name])
}

export function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  return encodeSequence(encodeOid(oid), critical ? encodeBoolean(true) : new Uint8Array(0), encodeOctetString(value))
}

export const basicConstraints = (ca: boolean, pathLen?: number): Uint8Array =>
  extension(
    OID.basicConstraints,
    encodeSequence(
      ca ? encodeBoolean(true) : new Uint8Array(0),
      pathLen === undefined ? new Uint8Array(0) : encodeInteger(pathLen),
    ),
    true,
  )

const BITS = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
]

export function keyUsage(...names: readonly string[]): Uint8Array {
  let octet = 0
  for (const name of names) octet |= 0x80 >> BITS.indexOf(name)
  const unused = octet === 0 ? 0 : 31 - Math.clz32(octet & -octet)
  return extension(OID.keyUsage, encodeBitString(octet === 0 ? new Uint8Array(0) : Uint8Array.of(octet), unused), true)
}

export const extendedKeyUsage = (oids: readonly string[], critical = false): Uint8Array =>
  extension(OID.extendedKeyUsage, encodeSequence(...oids.map(encodeOid)), critical)

export const policies = (...oids: readonly string[]): Uint8Array =>
  extension(OID.certificatePolicies, encodeSequence(...oids.map((oid) => encodeSequence(encodeOid(oid)))))

export const policyMappings = (...pairs: readonly (readonly [string, string])[]): Uint8Array =>
  extension(
    OID.policyMappings,
    encodeSequence(...pairs.map(([from, to]) => encodeSequence(encodeOid(from), encodeOid(to)))),
    true,
  )

export const generalName = {
  email: (text: string): Uint8Array => encodeImplicit(1, false, utf8.encode(text)),
  dns: (text: string): Uint8Array => encodeImplicit(2, false, utf8.encode(text)),
  uri: (text: string): Uint8Array => encodeImplicit(6, false, utf8.encode(text)),
  directory: (name: Uint8Array): Uint8Array => encodeExplicit(4, name),
  ip: (...octets: readonly number[]): Uint8Array => encodeImplicit(7, false, Uint8Array.from(octets)),
  other: (oid: string, text: string): Uint8Array =>
    encodeTlv(2, true, 0, encodeOid(oid), encodeExplicit(0, encodeUtf8String(text))),
}

export const subjectAltName = (...names: readonly Uint8Array[]): Uint8Array =>
  extension(OID.subjectAltName, encodeSequence(...names))

export function nameConstraints(permitted: readonly Uint8Array[], excluded: readonly Uint8Array[] = []): Uint8Array {
  const side = (tag: number, names: readonly Uint8Array[]): Uint8Array =>
    names.length === 0 ? new Uint8Array(0) : encodeTlv(2, true, tag, ...names.map((name) => encodeSequence(name)))
  return extension(OID.nameConstraints, encodeSequence(side(0, permitted), side(1, excluded)), true)
}

export const ecdsaSha256: Uint8Array = encodeSequence(encodeOid(OID.ecdsaWithSha256))

export interface CertificateInput {
  readonly subject: Uint8Array
  readonly key?: Key
  readonly serial?: number | bigint | Uint8Array
  readonly notBefore?: string
  readonly notAfter?: string
  /** Default: basicConstraints and keyUsage of a CA or of a signer. */
  readonly extensions?: readonly Uint8Array[]
  /** Appended to the default extensions. */
  readonly more?: readonly Uint8Array[]
  readonly ca?: boolean
  readonly pathLen?: number
  readonly version?: 1 | 3
  /** AlgorithmIdentifier inside TBSCertificate, default that of the signature. */
  readonly inner?: Uint8Array
  /** The issuer name to write, default the issuer's subject. */
  readonly issuerName?: Uint8Array
}

export interface Issued {
  readonly der: Uint8Array
  readonly subject: Uint8Array
  readonly key: Key
  readonly serial: Uint8Array
}

let serial = 1

function signed(tbs: Uint8Array, key: Key): Uint8Array {
  return encodeSequence(tbs, ecdsaSha256, encodeBitString(sign('sha256', tbs, key.privateKey)))
}

/** Issues a certificate; without `issuer` a self-signed one. Valid 2020 to 2040 unless told. */
export function issue(input: CertificateInput, issuer?: Issued): Issued {
  const key = input.key ?? someKey()
  const ca = input.ca ?? false
  const extensions = input.extensions ?? [
    ...(ca
      ? [basicConstraints(true, input.pathLen), keyUsage('keyCertSign', 'cRLSign')]
      : [keyUsage('digitalSignature', 'nonRepudiation')]),
    ...(input.more ?? []),
  ]
  const number = encodeInteger(input.serial ?? serial++)
  const tbs = encodeSequence(
    input.version === 1 ? new Uint8Array(0) : encodeExplicit(0, encodeInteger(2)),
    number,
    input.inner ?? ecdsaSha256,
    input.issuerName ?? issuer?.subject ?? input.subject,
    encodeSequence(
      encodeTime(new Date(input.notBefore ?? '2020-01-01T00:00:00Z')),
      encodeTime(new Date(input.notAfter ?? '2040-01-01T00:00:00Z')),
    ),
    input.subject,
    key.spki,
    extensions.length === 0 ? new Uint8Array(0) : encodeExplicit(3, encodeSequence(...extensions)),
  )
  return { der: signed(tbs, issuer?.key ?? key), subject: input.subject, key, serial: number }
}

export interface RevokedInput {
  readonly of: Issued
  readonly at?: string
  readonly reason?: number
  readonly more?: readonly Uint8Array[]
}

export interface CrlInput {
  readonly revoked?: readonly RevokedInput[]
  readonly thisUpdate?: string
  readonly nextUpdate?: string | null
  /** Null leaves it out. */
  readonly number?: number | null
  readonly numberCritical?: boolean
  readonly version?: 1 | 2
  readonly more?: readonly Uint8Array[]
  readonly key?: Key
}

/** Joins more parts than a call has room for arguments. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole: Uint8Array[] = []
  for (let start = 0; start < parts.length; start += 1000) whole.push(concat(...parts.slice(start, start + 1000)))
  return concat(...whole)
}

export function crl(issuer: Issued, input: CrlInput = {}): Uint8Array {
  const entries = (input.revoked ?? []).map(({ of, at, reason, more = [] }) => {
    const extensions = [
      ...(reason === undefined ? [] : [extension(OID.reasonCode, encodeTlv(0, false, 10, Uint8Array.of(reason)))]),
      ...more,
    ]
    return encodeSequence(
      of.serial,
      encodeTime(new Date(at ?? '2025-01-01T00:00:00Z')),
      extensions.length === 0 ? new Uint8Array(0) : encodeSequence(...extensions),
    )
  })
  const tbs = encodeSequence(
    input.version === 1 ? new Uint8Array(0) : encodeInteger(1),
    ecdsaSha256,
    issuer.subject,
    encodeTime(new Date(input.thisUpdate ?? '2026-01-01T00:00:00Z')),
    input.nextUpdate === null ? new Uint8Array(0) : encodeTime(new Date(input.nextUpdate ?? '2027-01-01T00:00:00Z')),
    entries.length === 0 ? new Uint8Array(0) : encodeSequence(joined(entries)),
    encodeExplicit(
      0,
      encodeSequence(
        input.number === null
          ? new Uint8Array(0)
          : extension(OID.crlNumber, encodeInteger(input.number ?? 1), input.numberCritical ?? false),
        ...(input.more ?? []),
      ),
    ),
  )
  return signed(tbs, input.key ?? issuer.key)
}

export interface OcspInput {
  readonly status?: 'good' | 'unknown' | { readonly revokedAt: string; readonly reason?: number }
  readonly thisUpdate?: string
  readonly nextUpdate?: string | null
  readonly producedAt?: string
  /** Default: the issuer itself answers. */
  readonly responder?: Issued
  readonly certificates?: readonly Issued[]
  readonly hash?: 'sha1' | 'sha256'
  readonly more?: readonly Uint8Array[]
}

function publicKeyBits(key: Key): Uint8Array {
  return readBitString(parseDer(key.spki).children[1]!).bytes
}

/** An OCSP response about `subject`, issued by `issuer`. */
export function ocsp(subject: Issued, issuer: Issued, input: OcspInput = {}): Uint8Array {
  const hash = (bytes: Uint8Array): Uint8Array =>
    new Uint8Array(
      createHash(input.hash ?? 'sha1')
        .update(bytes)
        .digest(),
    )
  const certId = encodeSequence(
    encodeSequence(encodeOid(input.hash === 'sha256' ? OID.sha256 : OID.sha1), encodeNull()),
    encodeOctetString(hash(issuer.subject)),
    encodeOctetString(hash(publicKeyBits(issuer.key))),
    subject.serial,
  )
  const time = (text: string): Uint8Array => generalized(text)
  const status = input.status ?? 'good'
  const state =
    status === 'good'
      ? encodeImplicit(0, false, new Uint8Array(0))
      : status === 'unknown'
        ? encodeImplicit(2, false, new Uint8Array(0))
        : encodeTlv(
            2,
            true,
            1,
            time(status.revokedAt),
            status.reason === undefined
              ? new Uint8Array(0)
              : encodeExplicit(0, encodeTlv(0, false, 10, Uint8Array.of(status.reason))),
          )
  const single = encodeSequence(
    certId,
    state,
    time(input.thisUpdate ?? '2026-01-01T00:00:00Z'),
    input.nextUpdate === null ? new Uint8Array(0) : encodeExplicit(0, time(input.nextUpdate ?? '2027-01-01T00:00:00Z')),
  )
  const responder = input.responder ?? issuer
  const data = encodeSequence(
    encodeExplicit(1, responder.subject),
    time(input.producedAt ?? '2026-01-01T00:00:00Z'),
    encodeSequence(single),
    ...(input.more ?? []),
  )
  const basic = encodeSequence(
    data,
    ecdsaSha256,
    encodeBitString(sign('sha256', data, responder.key.privateKey)),
    ...(input.certificates === undefined
      ? []
      : [encodeExplicit(0, encodeSequence(...input.certificates.map((certificate) => certificate.der)))]),
  )
  return encodeSequence(
    encodeTlv(0, false, 10, Uint8Array.of(0)),
    encodeExplicit(0, encodeSequence(encodeOid(OID.ocspBasic), encodeOctetString(basic))),
  )
}

function generalized(text: string): Uint8Array {
  return encodeTlv(0, false, 24, utf8.encode(`${text.replaceAll(/[-:T]/gu, '').slice(0, 14)}Z`))
}

export { concat }
