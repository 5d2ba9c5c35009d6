// Certificates made for one test: built with our DER writer, signed with node:crypto.
import { createPublicKey, generateKeyPairSync, sign, constants, type KeyObject } from 'node:crypto'
import { OID } from '../../src/der/oids.ts'
import {
  encodeBitString,
  encodeBoolean,
  encodeExplicit,
  encodeInteger,
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSet,
  encodeTime,
  encodeUtf8String,
} from '../../src/der/writer.ts'

export type KeyKind = 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'ed448'

/** A key with its certificate. */
export interface Identity {
  readonly kind: KeyKind
  readonly key: KeyObject
  readonly certificate: Uint8Array
  readonly name: Uint8Array
  readonly serial: Uint8Array
  readonly keyId: Uint8Array
  readonly issuerName: Uint8Array
}

export interface IdentityOptions {
  readonly kind?: KeyKind
  readonly name?: string
  readonly issuer?: Identity
  readonly serial?: number
  readonly ca?: boolean
  readonly keyUsage?: readonly number[]
  readonly extendedKeyUsage?: readonly string[]
  readonly criticalUsage?: boolean
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly key?: KeyObject
}

/** AlgorithmIdentifier. */
export function algorithm(oid: string, params: Uint8Array | null = encodeNull()): Uint8Array {
  return params === null ? encodeSequence(encodeOid(oid)) : encodeSequence(encodeOid(oid), params)
}

export function nameOf(commonName: string): Uint8Array {
  return encodeSequence(encodeSet(encodeSequence(encodeOid(OID.commonName), encodeUtf8String(commonName))))
}

function makeKey(kind: KeyKind): KeyObject {
  if (kind === 'rsa' || kind === 'rsa-pss') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  if (kind === 'ec') return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  return kind === 'ed25519' ? generateKeyPairSync('ed25519').privateKey : generateKeyPairSync('ed448').privateKey
}

/** Signature algorithm and value over `data` by the identity's key with SHA-256, EdDSA by its own rules. */
export function signWith(kind: KeyKind, key: KeyObject, data: Uint8Array, digest = 'sha256'): Uint8Array {
  if (kind === 'rsa') return new Uint8Array(sign(digest, data, key))
  if (kind === 'ec') return new Uint8Array(sign(digest, data, key))
  if (kind === 'rsa-pss') {
    return new Uint8Array(sign(digest, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }))
  }
  return new Uint8Array(sign(null, data, key))
}

/** RSASSA-PSS-params for SHA-256 and a salt of 32 bytes. */
export function pssParameters(hash: string = OID.sha256, salt = 32, mgfHash: string = hash): Uint8Array {
  return encodeSequence(
    encodeExplicit(0, algorithm(hash)),
    encodeExplicit(1, algorithm(OID.mgf1, algorithm(mgfHash))),
    encodeExplicit(2, encodeInteger(salt)),
  )
}

export function signatureAlgorithmOf(kind: KeyKind): Uint8Array {
  switch (kind) {
    case 'rsa':
      return algorithm(OID.sha256WithRsa)
    case 'rsa-pss':
      return algorithm(OID.rsaPss, pssParameters())
    case 'ec':
      return algorithm(OID.ecdsaWithSha256, null)
    case 'ed25519':
      return algorithm(OID.ed25519, null)
    case 'ed448':
      break
  }
  return algorithm(OID.ed448, null)
}

function extension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  const flag = critical ? [encodeBoolean(true)] : []
  return encodeSequence(encodeOid(oid), ...flag, encodeOctetString(value))
}

function usageBits(bits: readonly number[]): Uint8Array {
  let octet = 0
  for (const bit of bits) octet |= 0x80 >> bit
  const unused = bits.length === 0 ? 0 : 7 - Math.max(...bits)
  return encodeBitString(Uint8Array.of(octet), unused)
}

/** Makes a key and a certificate, self-signed unless `issuer` is given. */
export function craftIdentity(options: IdentityOptions = {}): Identity {
  const { kind = 'rsa', name = 'Crafted', issuer, serial = 7, ca = false } = options
  const key = options.key ?? makeKey(kind)
  const subject = nameOf(name)
  const issuerName = issuer?.name ?? subject
  const keyId = Uint8Array.of(serial & 0xff, name.length, ...new TextEncoder().encode(name.slice(0, 12)))
  const extensions = [
    extension(OID.subjectKeyIdentifier, false, encodeOctetString(keyId)),
    extension(OID.keyUsage, true, usageBits(options.keyUsage ?? (ca ? [5, 6] : [0, 1]))),
    ...(ca ? [extension(OID.basicConstraints, true, encodeSequence(encodeBoolean(true)))] : []),
    ...(options.extendedKeyUsage === undefined
      ? []
      : [
          extension(
            OID.extendedKeyUsage,
            options.criticalUsage ?? false,
            encodeSequence(...options.extendedKeyUsage.map((oid) => encodeOid(oid))),
          ),
        ]),
  ]
  const signer = issuer ?? { kind, key }
  const validity = encodeSequence(
    encodeTime(options.notBefore ?? new Date('2026-01-01T00:00:00Z')),
    encodeTime(options.notAfter ?? new Date('2028-01-01T00:00:00Z')),
  )
  const spki = keyToSpki(key)
  const tbs = encodeSequence(
    encodeExplicit(0, encodeInteger(2)),
    encodeInteger(serial),
    signatureAlgorithmOf(signer.kind),
    issuerName,
    validity,
    subject,
    spki,
    encodeExplicit(3, encodeSequence(...extensions)),
  )
  const value = signWith(signer.kind, signer.key, tbs)
  const certificate = encodeSequence(tbs, signatureAlgorithmOf(signer.kind), encodeBitString(value))
  const serialContent = encodeInteger(serial).subarray(2)
  return { kind, key, certificate, name: subject, serial: serialContent, keyId, issuerName }
}

function keyToSpki(key: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(key as never).export({ format: 'der', type: 'spki' }))
}

export interface CrlOptions {
  readonly issuer: Identity
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** Serial numbers with the time of revocation and, where given, the reason code. */
  readonly revoked?: readonly { readonly serial: number; readonly at: Date; readonly reason?: number }[]
}

/** A full CRL with its number. */
export function craftCrl({ issuer, thisUpdate, nextUpdate, revoked = [] }: CrlOptions): Uint8Array {
  const entries = revoked.map(({ serial, at, reason }) => {
    const code = reason === undefined ? [] : [extension(OID.reasonCode, false, Uint8Array.of(10, 1, reason))]
    const extensions = code.length === 0 ? [] : [encodeSequence(...code)]
    return encodeSequence(encodeInteger(serial), encodeTime(at), ...extensions)
  })
  const number = extension(OID.crlNumber, false, encodeInteger(1))
  const tbs = encodeSequence(
    encodeInteger(1),
    signatureAlgorithmOf(issuer.kind),
    issuer.name,
    encodeTime(thisUpdate),
    encodeTime(nextUpdate),
    ...(entries.length === 0 ? [] : [encodeSequence(...entries)]),
    encodeExplicit(0, encodeSequence(number)),
  )
  const value = signWith(issuer.kind, issuer.key, tbs)
  return encodeSequence(tbs, signatureAlgorithmOf(issuer.kind), encodeBitString(value))
}
