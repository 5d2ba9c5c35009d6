/** Digests by the names of this library (signing.md 6). */
export type Digest = 'sha256' | 'sha384' | 'sha512' | 'sha3-256' | 'sha3-384' | 'sha3-512' | 'shake256-512'

export type Curve = 'P-256' | 'P-384' | 'P-521'

/** A signature scheme, negotiated between signer, policy and field (G1). */
export type Scheme =
  | { readonly name: 'rsa-pkcs1'; readonly digest: Digest }
  | { readonly name: 'rsa-pss'; readonly digest: Digest; readonly mgf: Digest; readonly salt: number }
  | { readonly name: 'ecdsa'; readonly digest: Digest; readonly curve: string }
  | { readonly name: 'eddsa'; readonly variant: 'ed25519' | 'ed448' }
  | { readonly name: 'ml-dsa'; readonly level: 44 | 65 | 87 }

export interface KeyInfo {
  /** Exact DER of the signer's certificate. */
  readonly certificate: Uint8Array
  /** DER of the other certificates, in any order; may be empty. */
  readonly chain: readonly Uint8Array[]
  /** In the signer's order of preference. */
  readonly schemes: readonly Scheme[]
  /** What `sign` wants in `input`. */
  readonly accepts: 'digest' | 'data'
  readonly maxBatch?: number
  /** Largest signature value in bytes, for the placeholder (P1). */
  readonly maxSignatureSize: (scheme: Scheme) => number
  /**
   * `sign` may be called again for the same document without asking anybody: a key at hand. Without it a signer is called once per
   * signature (B19), and a CMS that outgrows its room is an error (P2).
   */
  readonly mayRepeat?: boolean
  /** For audit, never secrets. */
  readonly label?: string
}

export interface ToBeSigned {
  /** The caller's id (document, field). */
  readonly ref: string
  /** DER of the signed attributes, or its digest, as KeyInfo.accepts says. */
  readonly input: Uint8Array
  /** What a human approves. */
  readonly documentDigest: Uint8Array
  readonly display?: { readonly title?: string; readonly pages?: number }
}

export interface SignContext {
  /** The same for the whole batch. */
  readonly scheme: Scheme
  readonly signal?: AbortSignal
  readonly deadline?: number
  /** SAD, PIN callback, OAuth token: opaque. */
  readonly authorisation?: unknown
  /** Stable over retries. */
  readonly idempotencyKey: string
}

/** Signs; where the key is does not matter: file, token, HSM, remote (G6). */
export interface Signer {
  info(options?: { readonly signal?: AbortSignal }): Promise<KeyInfo>
  /** All or nothing; result[i] belongs to batch[i]; ECDSA values in DER. */
  sign(batch: readonly ToBeSigned[], context: SignContext): Promise<readonly Uint8Array[]>
  close?(): Promise<void>
}

/** A remote service that returns a finished CMS and may choose the certificate late. */
export interface CmsSigner {
  readonly maxCmsSize: number
  signCms(
    batch: readonly { readonly ref: string; readonly documentDigest: Uint8Array; readonly digest: Digest }[],
    context: { readonly signal?: AbortSignal; readonly idempotencyKey: string },
  ): Promise<readonly Uint8Array[]>
}
