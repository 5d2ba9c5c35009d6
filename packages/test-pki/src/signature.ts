// AlgorithmIdentifiers and signing with node:crypto, for everything the test PKI signs.
import { constants, sign as signBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { explicit, integer, nullValue, oid, sequence } from './asn1.ts'

export type HashName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

export type SignatureName =
  | `rsa-${HashName}`
  | `rsa-pss-${'sha1' | 'sha256' | 'sha384' | 'sha512'}`
  | `ecdsa-${'sha1' | 'sha256' | 'sha384' | 'sha512'}`
  | 'ed25519'

const HASH_OIDS: Readonly<Record<HashName, string>> = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
}

const RSA_OIDS: Readonly<Record<HashName, string>> = {
  md5: '1.2.840.113549.1.1.4',
  sha1: '1.2.840.113549.1.1.5',
  sha224: '1.2.840.113549.1.1.14',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
}

const ECDSA_OIDS: Readonly<Partial<Record<HashName, string>>> = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
}

const SALT: Readonly<Partial<Record<HashName, number>>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 }

export function hashAlgorithm(hash: HashName): Uint8Array {
  return sequence(oid(HASH_OIDS[hash]), nullValue())
}

/** The hash named in the last part; Ed25519 goes with SHA-512 (RFC 8419 3.1). */
export function hashOf(signature: SignatureName): HashName {
  return signature === 'ed25519' ? 'sha512' : (signature.slice(signature.lastIndexOf('-') + 1) as HashName)
}

export function signatureAlgorithm(signature: SignatureName): Uint8Array {
  const hash = hashOf(signature)
  if (signature === 'ed25519') return sequence(oid('1.3.101.112'))
  if (signature.startsWith('ecdsa-')) return sequence(oid(ECDSA_OIDS[hash]!))
  if (!signature.startsWith('rsa-pss-')) return sequence(oid(RSA_OIDS[hash]), nullValue())
  const mgf = sequence(oid('1.2.840.113549.1.1.8'), hashAlgorithm(hash))
  // RFC 4055 3.1: every field is left out where it has its default (SHA-1, MGF1 with SHA-1, 20)
  const parameters =
    hash === 'sha1'
      ? sequence()
      : sequence(explicit(0, hashAlgorithm(hash)), explicit(1, mgf), explicit(2, integer(SALT[hash]!)))
  return sequence(oid('1.2.840.113549.1.1.10'), parameters)
}

/** What a key signs with when nothing else is declared. */
export function defaultSignature(key: KeyObject): SignatureName {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519'
  if (key.asymmetricKeyType === 'rsa-pss') return 'rsa-pss-sha256'
  if (key.asymmetricKeyType !== 'ec') return 'rsa-sha256'
  const curve = key.asymmetricKeyDetails?.namedCurve
  return curve === 'secp384r1' ? 'ecdsa-sha384' : curve === 'secp521r1' ? 'ecdsa-sha512' : 'ecdsa-sha256'
}

export function signData(signature: SignatureName, key: KeyObject, data: Uint8Array): Uint8Array {
  if (signature === 'ed25519') return signBytes(null, data, key)
  const hash = hashOf(signature)
  if (!signature.startsWith('rsa-pss-')) return signBytes(hash, data, key)
  return signBytes(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT[hash]! })
}
