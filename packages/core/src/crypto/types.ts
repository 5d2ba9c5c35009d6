/** Digests that can be computed or must at least be named. Weak ones are for verification only. */
export type DigestName =
  | 'md5'
  | 'sha1'
  | 'sha224'
  | 'sha256'
  | 'sha384'
  | 'sha512'
  | 'sha512-224'
  | 'sha512-256'
  | 'sha3-224'
  | 'sha3-256'
  | 'sha3-384'
  | 'sha3-512'
  | 'shake256-512'
  | 'ripemd160'
  | 'whirlpool'

/** A digest over data that comes in pieces; `copy` keeps the state so that a prefix is hashed once (S5, S8). */
export interface RunningDigest {
  readonly name: DigestName
  update(bytes: Uint8Array): Promise<void>
  copy(): RunningDigest
  digest(): Promise<Uint8Array>
}

/** How a signature value is to be checked. */
export type VerifyScheme =
  | { readonly name: 'rsa-pkcs1'; readonly digest: DigestName }
  | { readonly name: 'rsa-pss'; readonly digest: DigestName; readonly mgf: DigestName; readonly salt: number }
  /** `encoding: 'plain'` only for the BSI plain-ECDSA OIDs (C-10). */
  | { readonly name: 'ecdsa'; readonly digest: DigestName; readonly encoding: 'der' | 'plain' }
  | { readonly name: 'dsa'; readonly digest: DigestName }
  | { readonly name: 'eddsa'; readonly variant: 'ed25519' | 'ed448' }

/**
 * Answer of a check. `unsupported` where this runtime lacks the algorithm (UNSUPPORTED_ALGORITHM, never a different verdict);
 * `valid-lenient` for the one accepted deviation of C-10 (DigestInfo without NULL parameters).
 */
export type VerifyResult = 'valid' | 'valid-lenient' | 'invalid' | 'unsupported'

/** What each platform file (node.ts, web.ts) exports, chosen by `#platform`. Every call is async on every runtime. */
export interface Platform {
  /** Throws UNSUPPORTED_ALGORITHM where the runtime lacks the digest. */
  digest(name: DigestName, ...chunks: readonly Uint8Array[]): Promise<Uint8Array>
  /** The same as lower-case hex. */
  digestHex(name: DigestName, bytes: Uint8Array): Promise<string>
  createDigest(name: DigestName): RunningDigest
  supportsDigest(name: DigestName): boolean
  /** `spki` is the DER SubjectPublicKeyInfo. Never throws for bad keys or values: those are `invalid`. */
  verifySignature(
    scheme: VerifyScheme,
    spki: Uint8Array,
    data: Uint8Array,
    signature: Uint8Array,
  ): Promise<VerifyResult>
  randomBytes(length: number): Uint8Array
}
