import { CountersignError, encodeDigestInfo, encodeEcdsaValue } from '@countersign/core'
import type { Scheme } from '@countersign/core'
import { keyFacts } from '@countersign/core/node'
import * as ck from './cryptoki.ts'
import type { Mechanism } from './cryptoki.ts'

export interface KeyAbilities {
  readonly schemes: readonly Scheme[]
  /** EdDSA hashes in the token; all others take the digest. */
  readonly accepts: 'digest' | 'data'
  readonly maxSignatureSize: number
}

const MECHANISMS: Readonly<Record<string, number>> = {
  'rsa-pkcs1': ck.CKM_RSA_PKCS,
  'rsa-pss': ck.CKM_RSA_PKCS_PSS,
  ecdsa: ck.CKM_ECDSA,
  eddsa: ck.CKM_EDDSA,
}

/** What a key with this certificate can do at a token with these mechanisms; the preferred scheme first. */
export function abilitiesOf(
  certificate: Uint8Array,
  mechanisms: ReadonlySet<number>,
  padding: 'pkcs1' | 'pss',
): KeyAbilities {
  const { kind, schemes, maxSignatureSize } = keyFacts(certificate)
  const able = schemes.filter(({ name }) => mechanisms.has(MECHANISMS[name] ?? -1))
  if (able.length === 0)
    throw new CountersignError('UNSUPPORTED_ALGORITHM', `the token cannot sign with this key (${kind})`)
  const first = padding === 'pss' ? able.filter(({ name }) => name === 'rsa-pss') : []
  return {
    schemes: [...first, ...able.filter((scheme) => !first.includes(scheme))],
    accepts: kind === 'ed25519' ? 'data' : 'digest',
    maxSignatureSize,
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
