import type { VerifyScheme } from '../crypto/types.ts'
import { OID } from '../der/oids.ts'
import { encodeExplicit, encodeInteger, encodeNull, encodeOid, encodeSequence } from '../der/writer.ts'
import { CountersignError } from '../error.ts'
import type { Digest, Scheme } from './signer.ts'

const DIGEST_OIDS: ReadonlyMap<Digest, string> = new Map([
  ['sha256', OID.sha256],
  ['sha384', OID.sha384],
  ['sha512', OID.sha512],
  ['sha3-256', OID.sha3_256],
  ['sha3-384', OID.sha3_384],
  ['sha3-512', OID.sha3_512],
])

const RSA_OIDS: ReadonlyMap<Digest, string> = new Map([
  ['sha256', OID.sha256WithRsa],
  ['sha384', OID.sha384WithRsa],
  ['sha512', OID.sha512WithRsa],
  ['sha3-256', OID.sha3_256WithRsa],
  ['sha3-384', OID.sha3_384WithRsa],
  ['sha3-512', OID.sha3_512WithRsa],
])

const ECDSA_OIDS: ReadonlyMap<Digest, string> = new Map([
  ['sha256', OID.ecdsaWithSha256],
  ['sha384', OID.ecdsaWithSha384],
  ['sha512', OID.ecdsaWithSha512],
  ['sha3-256', OID.ecdsaWithSha3_256],
  ['sha3-384', OID.ecdsaWithSha3_384],
  ['sha3-512', OID.ecdsaWithSha3_512],
])

/** Encodings of the identifiers above, made when first needed. */
const encoded = new Map<string, Uint8Array>()

function encodedOid(oid: string): Uint8Array {
  let bytes = encoded.get(oid)
  if (bytes === undefined) {
    bytes = encodeOid(oid)
    encoded.set(oid, bytes)
  }
  return bytes
}

function oidOf(table: ReadonlyMap<Digest, string>, digest: Digest): string {
  const oid = table.get(digest)
  if (oid === undefined) throw new CountersignError('UNSUPPORTED_ALGORITHM', `no identifier for ${digest}`)
  return oid
}

/** Object identifier of a digest. Throws UNSUPPORTED_ALGORITHM. */
export function digestOid(digest: Digest): string {
  return oidOf(DIGEST_OIDS, digest)
}

/** Digest of document, signed attributes and ESS (C4): the scheme's own; SHA-512 with Ed25519, SHAKE256 with Ed448. */
export function digestOfScheme(scheme: Scheme): Digest {
  if (scheme.name === 'eddsa') return scheme.variant === 'ed25519' ? 'sha512' : 'shake256-512'
  if (scheme.name === 'ml-dsa') return 'sha512'
  return scheme.digest
}

/** AlgorithmIdentifier of a digest, parameters absent (RFC 5754 2). */
export function encodeDigestAlgorithm(digest: Digest): Uint8Array {
  return encodeSequence(encodedOid(oidOf(DIGEST_OIDS, digest)))
}

// RFC 4055 3.1: hash, MGF1 hash and salt length all written (C4); the hash identifiers there carry NULL (2.1).
function encodePssParameters(scheme: Extract<Scheme, { name: 'rsa-pss' }>): Uint8Array {
  const hash = (digest: Digest): Uint8Array => encodeSequence(encodedOid(oidOf(DIGEST_OIDS, digest)), encodeNull())
  return encodeSequence(
    encodeExplicit(0, hash(scheme.digest)),
    encodeExplicit(1, encodeSequence(encodedOid(OID.mgf1), hash(scheme.mgf))),
    encodeExplicit(2, encodeInteger(scheme.salt)),
  )
}

/** AlgorithmIdentifier of a signature scheme. Throws UNSUPPORTED_ALGORITHM. */
export function encodeSignatureAlgorithm(scheme: Scheme): Uint8Array {
  if (scheme.name === 'rsa-pkcs1') return encodeSequence(encodedOid(oidOf(RSA_OIDS, scheme.digest)), encodeNull())
  if (scheme.name === 'rsa-pss') return encodeSequence(encodedOid(OID.rsaPss), encodePssParameters(scheme))
  if (scheme.name === 'ecdsa') return encodeSequence(encodedOid(oidOf(ECDSA_OIDS, scheme.digest)))
  // RFC 8419 2.2: no parameters
  if (scheme.name === 'eddsa' && scheme.variant === 'ed25519') return encodeSequence(encodedOid(OID.ed25519))
  throw new CountersignError('UNSUPPORTED_ALGORITHM', `${schemeName(scheme)} signatures are not written yet`)
}

/** The check that belongs to a scheme (C7). Throws UNSUPPORTED_ALGORITHM. */
export function verifySchemeFor(scheme: Scheme): VerifyScheme {
  if (scheme.name === 'rsa-pkcs1') return { name: 'rsa-pkcs1', digest: scheme.digest }
  if (scheme.name === 'rsa-pss') return { name: 'rsa-pss', digest: scheme.digest, mgf: scheme.mgf, salt: scheme.salt }
  if (scheme.name === 'ecdsa') return { name: 'ecdsa', digest: scheme.digest, encoding: 'der' }
  if (scheme.name === 'eddsa') return { name: 'eddsa', variant: scheme.variant }
  throw new CountersignError('UNSUPPORTED_ALGORITHM', `${schemeName(scheme)} signatures cannot be checked yet`)
}

/** Such as `rsa-pss sha256`, for messages and audit. */
export function schemeName(scheme: Scheme): string {
  if (scheme.name === 'eddsa') return scheme.variant
  if (scheme.name === 'ml-dsa') return `ml-dsa-${scheme.level}`
  return `${scheme.name} ${scheme.digest}`
}
