import { digestOfScheme, schemeName } from '../cms/schemes.ts'
import type { KeyInfo, Scheme } from '../cms/signer.ts'
import { supportsDigest } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'

const DIGESTS: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512'])

/** Schemes this library writes: SHA-2 with RSA, RSA-PSS and ECDSA, and Ed25519. */
function isWritten(scheme: Scheme): boolean {
  if (scheme.name === 'eddsa') return scheme.variant === 'ed25519'
  if (scheme.name === 'ml-dsa') return false
  if (scheme.name === 'rsa-pss' && scheme.mgf !== scheme.digest) return false
  return DIGESTS.has(scheme.digest) && supportsDigest(scheme.digest)
}

function same(a: Scheme, b: Scheme): boolean {
  const parts = (scheme: Scheme): readonly string[] => Object.entries(scheme).map((entry) => entry.join('='))
  const [left, right] = [parts(a), new Set(parts(b))]
  return left.length === right.size && left.every((part) => right.has(part))
}

/** What a field's seed value demands of digests, by this library's names; undefined: nothing. */
export type SeedDigests = readonly string[] | undefined

/**
 * G1: the signer's first scheme that the caller's policy, the field and this library allow.
 *
 * @throws CountersignError SCHEME_NOT_AGREED with all lists in its details.
 */
export function agreeScheme(key: KeyInfo, allowed: readonly Scheme[] | undefined, seed: SeedDigests): Scheme {
  const fits = (scheme: Scheme): boolean =>
    isWritten(scheme) &&
    (allowed === undefined || allowed.some((one) => same(one, scheme))) &&
    (seed === undefined || seed.includes(digestOfScheme(scheme)))
  const agreed = key.schemes.find(fits)
  if (agreed !== undefined) return agreed
  throw new CountersignError('SCHEME_NOT_AGREED', 'signer, policy and field have no signature scheme in common', {
    details: {
      signer: key.schemes.map(schemeName),
      policy: allowed?.map(schemeName) ?? ['any'],
      field: seed ?? ['any'],
      library: ['rsa-pkcs1', 'rsa-pss', 'ecdsa', 'ed25519'],
    },
  })
}
