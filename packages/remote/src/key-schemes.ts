import { X509Certificate } from 'node:crypto'
import { CountersignError } from '@countersign/core'
import type { Scheme } from '@countersign/core'

type Sha2 = 'sha256' | 'sha384' | 'sha512'
export const SHA2: readonly Sha2[] = ['sha256', 'sha384', 'sha512']
const BYTES: Readonly<Record<Sha2, number>> = { sha256: 32, sha384: 48, sha512: 64 }
const CURVES: ReadonlyMap<string, { readonly curve: string; readonly digest: Sha2; readonly bytes: number }> = new Map([
  ['prime256v1', { curve: 'P-256', digest: 'sha256', bytes: 32 }],
  ['secp384r1', { curve: 'P-384', digest: 'sha384', bytes: 48 }],
  ['secp521r1', { curve: 'P-521', digest: 'sha512', bytes: 66 }],
])

export interface KeyFacts {
  readonly kind: 'rsa' | 'ec'
  /** Every scheme that the key could be used with, the usual one first. */
  readonly schemes: readonly Scheme[]
  readonly maxSignatureSize: number
}

export const pkcs1 = (digest: Sha2): Scheme => ({ name: 'rsa-pkcs1', digest })
export const pss = (digest: Sha2): Scheme => ({ name: 'rsa-pss', digest, mgf: digest, salt: BYTES[digest] })

/** What the public key of a certificate tells. @throws CountersignError CERT_INVALID, UNSUPPORTED_ALGORITHM */
export function keyFacts(certificate: Uint8Array): KeyFacts {
  let parsed: X509Certificate
  try {
    parsed = new X509Certificate(certificate)
  } catch (cause) {
    throw new CountersignError('CERT_INVALID', 'the certificate of the signing service cannot be read', { cause })
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = parsed.publicKey
  if (type === 'rsa')
    return {
      kind: 'rsa',
      schemes: [...SHA2.map(pkcs1), ...SHA2.map(pss)],
      maxSignatureSize: Math.ceil((details?.modulusLength ?? 16_384) / 8),
    }
  const known = CURVES.get(details?.namedCurve ?? '')
  if (type !== 'ec' || known === undefined)
    throw new CountersignError('UNSUPPORTED_ALGORITHM', `no remote signatures with keys of type ${String(type)}`)
  // each curve with the digest of its own size, which is what services offer
  const scheme: Scheme = { name: 'ecdsa', digest: known.digest, curve: known.curve }
  return { kind: 'ec', schemes: [scheme], maxSignatureSize: 2 * (known.bytes + 3) + 3 }
}

/** The issuers of a certificate among others, nearest first. */
export function chainOf(leaf: Uint8Array, others: readonly Uint8Array[]): readonly Uint8Array[] {
  const pool = others.flatMap((der) => {
    try {
      return [new X509Certificate(der)]
    } catch {
      return []
    }
  })
  const chain: X509Certificate[] = []
  for (let last: X509Certificate | undefined = new X509Certificate(leaf); last !== undefined; last = chain.at(-1)) {
    const child: X509Certificate = last
    const next = pool.find((one) => child.checkIssued(one) && !child.raw.equals(one.raw) && !chain.includes(one))
    if (next === undefined) break
    chain.push(next)
  }
  return chain.map(({ raw }) => new Uint8Array(raw))
}
