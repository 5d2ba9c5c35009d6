import type { DigestName, VerifyScheme } from '../crypto/index.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { PublicKeyInfo } from '../x509/algorithm.ts'

/** Until when an item is acceptable: a date (YYYY-MM-DD), or the word `always` or `never`. */
export type Until = string

/** A key size from which on an entry applies. */
export interface SizedUntil {
  readonly bits: number
  readonly until: Until
}

/** Dated data on algorithms; a caller may give its own. Sizes in rising order: the largest that fits decides. */
export interface AlgorithmCatalogue {
  readonly id: string
  readonly version: string
  readonly digests: Readonly<Partial<Record<DigestName, Until>>>
  readonly rsaPkcs1: readonly SizedUntil[]
  readonly rsaPss: readonly SizedUntil[]
  readonly ecdsa: readonly SizedUntil[]
  readonly dsa: readonly SizedUntil[]
  readonly eddsa: Until
}

const RSA_SMALL: readonly SizedUntil[] = [
  { bits: 786, until: '2010-08-01' },
  { bits: 1024, until: '2019-10-01' },
  { bits: 1536, until: '2019-10-01' },
  { bits: 1900, until: '2029-01-01' },
]

/**
 * C-16: TS 119 312 v1.5.1 (catalogue of 2024-10-13). EdDSA is not in that catalogue; it is allowed here.
 * The truncated variants of SHA-512 stand with the SHA-2 digest of their length.
 */
export const TS_119_312: AlgorithmCatalogue = {
  id: 'ETSI TS 119 312',
  version: '1.5.1 (2024-10-13)',
  digests: {
    md5: '2004-08-01',
    sha1: '2012-08-01',
    ripemd160: '2014-08-01',
    whirlpool: '2020-12-01',
    sha224: '2029-01-01',
    'sha512-224': '2029-01-01',
    'sha3-224': '2029-01-01',
    sha256: 'always',
    sha384: 'always',
    sha512: 'always',
    'sha512-256': 'always',
    'sha3-256': 'always',
    'sha3-384': 'always',
    'sha3-512': 'always',
    'shake256-512': 'always',
  },
  rsaPkcs1: [...RSA_SMALL, { bits: 3000, until: '2029-01-01' }],
  rsaPss: [...RSA_SMALL, { bits: 3000, until: 'always' }],
  ecdsa: [
    { bits: 160, until: '2012-08-01' },
    { bits: 224, until: '2021-10-01' },
    { bits: 256, until: 'always' },
  ],
  dsa: [
    { bits: 1024, until: '2015-12-01' },
    { bits: 1900, until: '2029-01-01' },
    { bits: 3000, until: 'always' },
  ],
  eddsa: 'always',
}

function sized(list: readonly SizedUntil[], bits: number): Until {
  return list.findLast((entry) => bits >= entry.bits)?.until ?? 'never'
}

/** Until when a digest is acceptable. */
export function digestUntil(name: DigestName, catalogue: AlgorithmCatalogue = TS_119_312): Until {
  return catalogue.digests[name] ?? 'never'
}

/** Until when a signature algorithm with a key of this size is acceptable. */
export function signatureUntil(
  scheme: VerifyScheme['name'],
  key: PublicKeyInfo,
  catalogue: AlgorithmCatalogue = TS_119_312,
): Until {
  const bits = key.bits ?? 0
  switch (scheme) {
    case 'rsa-pkcs1':
      return sized(catalogue.rsaPkcs1, bits)
    case 'rsa-pss':
      return sized(catalogue.rsaPss, bits)
    case 'ecdsa':
      return sized(catalogue.ecdsa, bits)
    case 'dsa':
      return sized(catalogue.dsa, bits)
    case 'eddsa':
      break
  }
  return catalogue.eddsa
}

/** True when `until` still holds at `at`. */
export function holdsAt(until: Until, at: Date): boolean {
  if (until === 'always' || until === 'never') return until === 'always'
  // YYYY-MM-DD: midnight UTC.
  return at.getTime() < Date.UTC(Number(until.slice(0, 4)), Number(until.slice(5, 7)) - 1, Number(until.slice(8)))
}

function judge(code: string, until: Until, at: Date, args: Problem['args']): readonly Problem[] {
  if (holdsAt(until, at)) return []
  // 5.4: weak for sure, or weak unless there is older proof.
  const sub = until === 'never' ? 'CRYPTO_CONSTRAINTS_FAILURE' : 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
  return [problem('C-16', code, 'I', { ...args, until, at: at.toISOString() }, sub)]
}

/** C-16 for a digest used at `at`; `use` says by what, for the text. */
export function checkDigestAge(
  name: DigestName,
  at: Date,
  use: string,
  catalogue: AlgorithmCatalogue = TS_119_312,
): readonly Problem[] {
  return judge('DIGEST_WEAK', digestUntil(name, catalogue), at, { algorithm: name, use })
}

/** C-16 for a signature value: its digest, and its algorithm with the key's size. */
export function checkSignatureAge(
  scheme: VerifyScheme,
  key: PublicKeyInfo,
  at: Date,
  use: string,
  catalogue: AlgorithmCatalogue = TS_119_312,
): readonly Problem[] {
  const digests = scheme.name === 'eddsa' ? [] : checkDigestAge(scheme.digest, at, use, catalogue)
  const args = { algorithm: scheme.name, bits: key.bits ?? null, use }
  return [...digests, ...judge('KEY_WEAK', signatureUntil(scheme.name, key, catalogue), at, args)]
}

/** The scheme of a key that lasts longest: a certificate alone does not say which one will be used. */
function schemeOfKey({ algorithm }: PublicKeyInfo): VerifyScheme['name'] | undefined {
  switch (algorithm) {
    case 'rsa':
    case 'rsa-pss':
      return 'rsa-pss'
    case 'ec':
      return 'ecdsa'
    case 'dsa':
      return 'dsa'
    case 'ed25519':
    case 'ed448':
      return 'eddsa'
    case 'unknown':
      break
  }
  return undefined
}

/** C-16 for a key by its size alone, whatever it signs. */
export function checkKeyAge(
  key: PublicKeyInfo,
  at: Date,
  use: string,
  catalogue: AlgorithmCatalogue = TS_119_312,
): readonly Problem[] {
  const scheme = schemeOfKey(key)
  if (scheme === undefined || key.inherits === true) return []
  return judge('KEY_WEAK', signatureUntil(scheme, key, catalogue), at, {
    algorithm: scheme,
    bits: key.bits ?? null,
    use,
  })
}

/** Earliest end of the algorithms of a signature value; `always` where none ends. */
export function earliestEnd(
  scheme: VerifyScheme,
  key: PublicKeyInfo,
  catalogue: AlgorithmCatalogue = TS_119_312,
): Until {
  const ends = [signatureUntil(scheme.name, key, catalogue)]
  if (scheme.name !== 'eddsa') ends.push(digestUntil(scheme.digest, catalogue))
  if (ends.includes('never')) return 'never'
  return ends.filter((end) => end !== 'always').sort()[0] ?? 'always'
}
