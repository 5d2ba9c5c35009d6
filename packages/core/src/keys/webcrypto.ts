// A key of WebCrypto that never shows itself: in the browser, and in Node. No `node:` import.
import type { KeyInfo, Scheme, SignContext, Signer, ToBeSigned } from '../cms/signer.ts'
import { schemeName, verifySchemeFor } from '../cms/schemes.ts'
import { encodeEcdsaValue } from '../cms/signature-value.ts'
import { randomBytes, verifySignature } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import { Certificate } from '../x509/certificate.ts'

/** As the runtime's own types have it, in browsers and in Node. */
type Subtle = typeof globalThis.crypto.subtle
export type WebCryptoKey = Parameters<Subtle['sign']>[1]

export interface WebCryptoSignerOptions {
  /** A private key with the usage `sign`; it need not be extractable. */
  readonly key: WebCryptoKey
  /** The signer's certificate, DER. */
  readonly certificate: Uint8Array
  /** DER of the other certificates, in any order. */
  readonly chain?: readonly Uint8Array[]
  /** Digest that is offered first for ECDSA; default the curve's own. RSA keys are bound to one. */
  readonly digest?: 'sha256' | 'sha384' | 'sha512'
  /** Default `globalThis.crypto.subtle`. */
  readonly subtle?: Pick<Subtle, 'sign'>
  /** For audit, never secrets. */
  readonly label?: string
}

type Sha2 = 'sha256' | 'sha384' | 'sha512'
const BY_WEB_NAME: ReadonlyMap<string, Sha2> = new Map([
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
])
const WEB_NAMES: Readonly<Record<Sha2, string>> = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' }
const SALT: Readonly<Record<Sha2, number>> = { sha256: 32, sha384: 48, sha512: 64 }
const CURVES: ReadonlyMap<string, { readonly digest: Sha2; readonly bytes: number }> = new Map([
  ['P-256', { digest: 'sha256', bytes: 32 }],
  ['P-384', { digest: 'sha384', bytes: 48 }],
  ['P-521', { digest: 'sha512', bytes: 66 }],
])

interface RsaAlgorithm {
  readonly hash: { readonly name: string }
  readonly modulusLength: number
}

interface Facts {
  readonly schemes: readonly Scheme[]
  readonly size: number
}

function unsupported(what: string): CountersignError {
  return new CountersignError('UNSUPPORTED_ALGORITHM', `no signatures with a WebCrypto key of ${what}`)
}

function rsaFacts(name: string, algorithm: RsaAlgorithm): Facts {
  const digest = BY_WEB_NAME.get(algorithm.hash.name)
  if (digest === undefined) throw unsupported(`${name} with ${algorithm.hash.name}`)
  const size = Math.ceil(algorithm.modulusLength / 8)
  if (name === 'RSASSA-PKCS1-v1_5') return { schemes: [{ name: 'rsa-pkcs1', digest }], size }
  return { schemes: [{ name: 'rsa-pss', digest, mgf: digest, salt: SALT[digest] }], size }
}

function factsOf({ algorithm }: WebCryptoKey, wanted: Sha2 | undefined): Facts {
  const { name } = algorithm
  if (name === 'RSASSA-PKCS1-v1_5' || name === 'RSA-PSS') return rsaFacts(name, algorithm as unknown as RsaAlgorithm)
  if (name === 'Ed25519') return { schemes: [{ name: 'eddsa', variant: 'ed25519' }], size: 64 }
  const { namedCurve = '' } = algorithm as { readonly namedCurve?: string }
  const curve = name === 'ECDSA' ? CURVES.get(namedCurve) : undefined
  if (curve === undefined) throw unsupported(`${name} ${namedCurve}`)
  const first = wanted ?? curve.digest
  const digests = [first, ...(['sha256', 'sha384', 'sha512'] as const).filter((one) => one !== first)]
  const schemes = digests.map((digest): Scheme => ({ name: 'ecdsa', digest, curve: namedCurve }))
  // SEQUENCE { INTEGER r, INTEGER s }, each with a possible leading zero
  return { schemes, size: 2 * (curve.bytes + 3) + 3 }
}

function parametersOf(scheme: Scheme): Parameters<Subtle['sign']>[0] {
  if (scheme.name === 'rsa-pkcs1') return { name: 'RSASSA-PKCS1-v1_5' }
  if (scheme.name === 'rsa-pss') return { name: 'RSA-PSS', saltLength: scheme.salt }
  if (scheme.name === 'eddsa') return { name: 'Ed25519' }
  if (scheme.name === 'ecdsa' && scheme.digest in WEB_NAMES)
    return { name: 'ECDSA', hash: WEB_NAMES[scheme.digest as Sha2] }
  throw new CountersignError('UNSUPPORTED_ALGORITHM', `the key cannot do ${schemeName(scheme)}`)
}

class WebCryptoSigner implements Signer {
  readonly #key: WebCryptoKey
  readonly #info: KeyInfo
  readonly #subtle: Pick<Subtle, 'sign'>
  #belongs: Promise<void> | undefined

  constructor(options: WebCryptoSignerOptions, { schemes, size }: Facts) {
    this.#key = options.key
    this.#subtle = options.subtle ?? globalThis.crypto.subtle
    this.#info = {
      certificate: options.certificate,
      chain: options.chain ?? [],
      schemes,
      accepts: 'data',
      mayRepeat: true,
      maxSignatureSize: () => size,
      ...(options.label === undefined ? {} : { label: options.label }),
    }
  }

  async info(): Promise<KeyInfo> {
    this.#belongs ??= this.#checkBelongs()
    await this.#belongs
    return this.#info
  }

  /** The public half of a CryptoKey cannot be asked for: a value over something random tells. */
  async #checkBelongs(): Promise<void> {
    const leaf = Certificate.parse(this.#info.certificate)
    const [scheme] = this.#info.schemes
    const data = randomBytes(32)
    const value = await this.#value(scheme!, data)
    // Where this runtime cannot verify the scheme, C7 still does before anything is embedded.
    if ((await verifySignature(verifySchemeFor(scheme!), leaf.spki, data, value)) === 'invalid')
      throw new CountersignError('KEY_MISMATCH', 'the private key does not belong to the certificate')
  }

  async #value(scheme: Scheme, data: Uint8Array): Promise<Uint8Array> {
    const parameters = parametersOf(scheme)
    let raw: ArrayBuffer
    try {
      raw = await this.#subtle.sign(parameters, this.#key, Uint8Array.from(data))
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : 'unknown error'
      throw new CountersignError('SIGNER_REJECTED', `the key did not sign: ${why}`, { cause })
    }
    const value = new Uint8Array(raw)
    return scheme.name === 'ecdsa' ? encodeEcdsaValue(value) : value
  }

  async sign(batch: readonly ToBeSigned[], { scheme, signal }: SignContext): Promise<readonly Uint8Array[]> {
    if (signal?.aborted === true) throw new CountersignError('ABORTED', 'signing was cancelled')
    if (!this.#info.schemes.some((one) => schemeName(one) === schemeName(scheme)))
      throw new CountersignError('UNSUPPORTED_ALGORITHM', `the key cannot do ${schemeName(scheme)}`)
    return Promise.all(batch.map(({ input }) => this.#value(scheme, input)))
  }
}

/**
 * Signer over a WebCrypto key, also a non-extractable one: RSASSA-PKCS1-v1_5, RSA-PSS, ECDSA (P-256, P-384, P-521), and Ed25519 where
 * the runtime has it. Whether key and certificate belong together is found out before the first use (KEY_MISMATCH).
 *
 * @throws CountersignError UNSUPPORTED_ALGORITHM, ARGUMENT_INVALID for a key that may not sign
 * @example
 * ```ts
 * const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
 * const signer = webCryptoSigner({ key: privateKey, certificate, chain })
 * ```
 */
export function webCryptoSigner(options: WebCryptoSignerOptions): Signer {
  const { type, usages } = options.key
  if (type !== 'private' || !usages.includes('sign'))
    throw new CountersignError('ARGUMENT_INVALID', 'webCryptoSigner: the key is not a private key that may sign')
  return new WebCryptoSigner(options, factsOf(options.key, options.digest))
}
