import { X509Certificate } from 'node:crypto'
import type { Scheme } from '../cms/signer.ts'
import { CountersignError } from '../error.ts'

export type Sha2 = 'sha256' | 'sha384' | 'sha512'
export const SHA2: readonly Sha2[] = ['sha256', 'sha384', 'sha512']
export const DIGEST_BYTES: Readonly<Record<Sha2, number>> = { sha256: 32, sha384: 48, sha512: 64 }
/** By OpenSSL's names. */
export const CURVES: ReadonlyMap<string, { readonly curve: string; readonly digest: Sha2; readonly bytes: number }> =
  new Map([
    ['prime256v1', { curve: 'P-256', digest: 'sha256', bytes: 32 }],
    ['secp384r1', { curve: 'P-384', digest: 'sha384', bytes: 48 }],
    ['secp521r1', { curve: 'P-521', digest: 'sha512', bytes: 66 }],
  ])

/** What the public key in a certificate tells of the key that signs elsewhere. */
export interface KeyFacts {
  readonly kind: 'rsa' | 'ec' | 'ed25519'
  /** Every scheme the key could be used with, the usual one first; what its holder offers is for the holder to say. */
  readonly schemes: readonly Scheme[]
  /** Bytes of the largest signature value, ECDSA in DER. */
  readonly maxSignatureSize: number
  /** Bytes of an ECDSA value as `r || s`; undefined for other keys. */
  readonly rawSignatureSize?: number
}

function ecFacts(namedCurve: string | undefined): KeyFacts | undefined {
  const known = CURVES.get(namedCurve ?? '')
  if (known === undefined) return undefined
  const digests = [known.digest, ...SHA2.filter((one) => one !== known.digest)]
  return {
    kind: 'ec',
    schemes: digests.map((digest) => ({ name: 'ecdsa', digest, curve: known.curve })),
    // SEQUENCE { INTEGER r, INTEGER s }, each with a possible leading zero
    maxSignatureSize: 2 * (known.bytes + 3) + 3,
    rawSignatureSize: 2 * known.bytes,
  }
}

/**
 * Facts for a `KeyInfo` of a key that is not in this process: on a token, at a service.
 *
 * @param certificate - DER
 * @throws CountersignError CERT_INVALID, UNSUPPORTED_ALGORITHM
 * @example
 * ```ts
 * const { schemes, maxSignatureSize } = keyFacts(certificate)
 * ```
 */
export function keyFacts(certificate: Uint8Array): KeyFacts {
  let parsed: X509Certificate
  try {
    parsed = new X509Certificate(certificate)
  } catch (cause) {
    throw new CountersignError('CERT_INVALID', 'the certificate cannot be read', { cause })
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = parsed.publicKey
  if (type === 'rsa') {
    const pkcs1 = SHA2.map((digest): Scheme => ({ name: 'rsa-pkcs1', digest }))
    const pss = SHA2.map((digest): Scheme => ({ name: 'rsa-pss', digest, mgf: digest, salt: DIGEST_BYTES[digest] }))
    const maxSignatureSize = Math.ceil((details?.modulusLength ?? 16_384) / 8)
    return { kind: 'rsa', schemes: [...pkcs1, ...pss], maxSignatureSize }
  }
  if (type === 'ed25519')
    return { kind: 'ed25519', schemes: [{ name: 'eddsa', variant: 'ed25519' }], maxSignatureSize: 64 }
  const facts = type === 'ec' ? ecFacts(details?.namedCurve) : undefined
  if (facts !== undefined) return facts
  throw new CountersignError('UNSUPPORTED_ALGORITHM', `no signatures with keys of type ${details?.namedCurve ?? type}`)
}
