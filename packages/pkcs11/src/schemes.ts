import { createHash, X509Certificate } from 'node:crypto'
import { CountersignError, encodeDigestInfo, encodeEcdsaValue } from '@countersign/core'
import type { Scheme } from '@countersign/core'
import * as ck from './cryptoki.ts'
import type { Mechanism } from './cryptoki.ts'

type Sha2 = 'sha256' | 'sha384' | 'sha512'
const SHA2: readonly Sha2[] = ['sha256', 'sha384', 'sha512']
const BYTES: Readonly<Record<Sha2, number>> = { sha256: 32, sha384: 48, sha512: 64 }
const CURVES: ReadonlyMap<string, { readonly curve: string; readonly first: Sha2; readonly bytes: number }> = new Map([
  ['prime256v1', { curve: 'P-256', first: 'sha256', bytes: 32 }],
  ['secp384r1', { curve: 'P-384', first: 'sha384', bytes: 48 }],
  ['secp521r1', { curve: 'P-521', first: 'sha512', bytes: 66 }],
])

export interface KeyAbilities {
  readonly schemes: readonly Scheme[]
  /** EdDSA hashes in the token; all others take the digest. */
  readonly accepts: 'digest' | 'data'
  readonly maxSignatureSize: number
}

function rsa(mechanisms: ReadonlySet<number>, padding: 'pkcs1' | 'pss'): readonly Scheme[] {
  const pkcs1 = SHA2.map((digest): Scheme => ({ name: 'rsa-pkcs1', digest }))
  const pss = SHA2.map((digest): Scheme => ({ name: 'rsa-pss', digest, mgf: digest, salt: BYTES[digest] }))
  const able = [mechanisms.has(ck.CKM_RSA_PKCS) ? pkcs1 : [], mechanisms.has(ck.CKM_RSA_PKCS_PSS) ? pss : []]
  return (padding === 'pss' ? able.reverse() : able).flat()
}

/** What a key with this certificate can do at a token with these mechanisms; the preferred scheme first. */
export function abilitiesOf(
  certificate: Uint8Array,
  mechanisms: ReadonlySet<number>,
  padding: 'pkcs1' | 'pss',
): KeyAbilities {
  const { publicKey } = new X509Certificate(certificate)
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {}
  const type = publicKey.asymmetricKeyType
  if (type === 'rsa' && modulusLength !== undefined)
    return { schemes: rsa(mechanisms, padding), accepts: 'digest', maxSignatureSize: Math.ceil(modulusLength / 8) }
  if (type === 'ed25519' && mechanisms.has(ck.CKM_EDDSA))
    return { schemes: [{ name: 'eddsa', variant: 'ed25519' }], accepts: 'data', maxSignatureSize: 64 }
  const known = CURVES.get(namedCurve ?? '')
  if (type !== 'ec' || known === undefined || !mechanisms.has(ck.CKM_ECDSA))
    throw new CountersignError(
      'UNSUPPORTED_ALGORITHM',
      `the token cannot sign with a key of type ${namedCurve ?? type}`,
    )
  const digests = [known.first, ...SHA2.filter((one) => one !== known.first)]
  return {
    schemes: digests.map((digest) => ({ name: 'ecdsa', digest, curve: known.curve })),
    accepts: 'digest',
    // SEQUENCE { INTEGER r, INTEGER s }, each with a possible leading zero
    maxSignatureSize: 2 * (known.bytes + 3) + 3,
  }
}

/** How a scheme is said in PKCS#11, and what the token then signs. */
export function requestFor(
  scheme: Scheme,
  input: Uint8Array,
): { readonly mechanism: Mechanism; readonly data: Buffer } {
  const data = Buffer.from(input)
  if (scheme.name === 'rsa-pkcs1')
    return { mechanism: { mechanism: ck.CKM_RSA_PKCS }, data: Buffer.from(encodeDigestInfo(scheme.digest, input)) }
  if (scheme.name === 'ecdsa') return { mechanism: { mechanism: ck.CKM_ECDSA }, data }
  if (scheme.name === 'eddsa') return { mechanism: { mechanism: ck.CKM_EDDSA }, data }
  const hashes = scheme.name === 'rsa-pss' ? ck.PSS_HASHES[scheme.digest] : undefined
  if (scheme.name !== 'rsa-pss' || hashes === undefined || scheme.mgf !== scheme.digest)
    throw new CountersignError('UNSUPPORTED_ALGORITHM', `a token cannot be asked for ${scheme.name}`)
  const parameter = { type: ck.CK_PARAMS_RSA_PSS, ...hashes, saltLen: scheme.salt }
  return { mechanism: { mechanism: ck.CKM_RSA_PKCS_PSS, parameter }, data }
}

/** The value as CMS holds it. */
export function valueOf(scheme: Scheme, value: Uint8Array): Uint8Array {
  return scheme.name === 'ecdsa' ? encodeEcdsaValue(value) : new Uint8Array(value)
}

/** SHA-256 of a certificate, for choosing it. */
export function certificateSha256(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex')
}
