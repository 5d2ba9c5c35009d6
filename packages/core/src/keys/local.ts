import { createPrivateKey, sign as signData, X509Certificate } from 'node:crypto'
import type { KeyObject, SignKeyObjectInput } from 'node:crypto'
import { constants } from 'node:crypto'
import type { Digest, KeyInfo, Scheme, SignContext, Signer, ToBeSigned } from '../cms/signer.ts'
import { schemeName } from '../cms/schemes.ts'
import { CountersignError } from '../error.ts'
import { CURVES, DIGEST_BYTES, SHA2 } from './key-facts.ts'
import type { Sha2 } from './key-facts.ts'

/** Choices about a key at hand. */
export interface LocalKeyOptions {
  /** RSA padding that is offered first. Default `pkcs1`, which every reader knows. */
  readonly rsaPadding?: 'pkcs1' | 'pss'
  /** Digest that is offered first. Default: SHA-256 for RSA, the curve's own for ECDSA. */
  readonly digest?: 'sha256' | 'sha384' | 'sha512'
  /** For audit, never secrets. */
  readonly label?: string
}

function preferred(first: Sha2): readonly Sha2[] {
  return [first, ...SHA2.filter((digest) => digest !== first)]
}

function pss(digest: Sha2): Scheme {
  return { name: 'rsa-pss', digest, mgf: digest, salt: DIGEST_BYTES[digest] }
}

function rsaSchemes(options: LocalKeyOptions): readonly Scheme[] {
  const digests = preferred(options.digest ?? 'sha256')
  const pkcs1 = digests.map((digest): Scheme => ({ name: 'rsa-pkcs1', digest }))
  const both = [pkcs1, digests.map(pss)]
  return (options.rsaPadding === 'pss' ? both.reverse() : both).flat()
}

// C4: a key restricted to PSS parameters is used with those parameters only.
function pssSchemes(key: KeyObject, options: LocalKeyOptions): readonly Scheme[] {
  const details = key.asymmetricKeyDetails
  const bound = SHA2.find((digest) => digest === details?.hashAlgorithm)
  if (details?.hashAlgorithm === undefined) return preferred(options.digest ?? 'sha256').map(pss)
  if (bound === undefined || details.mgf1HashAlgorithm !== bound)
    throw new CountersignError('UNSUPPORTED_ALGORITHM', `the key is bound to PSS with ${details.hashAlgorithm}`)
  const salt = Math.max(details.saltLength ?? 0, DIGEST_BYTES[bound])
  return [{ name: 'rsa-pss', digest: bound, mgf: bound, salt }]
}

function ecSchemes(key: KeyObject, options: LocalKeyOptions): readonly Scheme[] {
  const known = CURVES.get(key.asymmetricKeyDetails?.namedCurve ?? '')
  if (known === undefined)
    throw new CountersignError('UNSUPPORTED_ALGORITHM', `no curve for signing: ${key.asymmetricKeyDetails?.namedCurve}`)
  return preferred(options.digest ?? known.digest).map((digest) => ({ name: 'ecdsa', digest, curve: known.curve }))
}

/** Schemes a key can do, the preferred one first. */
export function schemesOf(key: KeyObject, options: LocalKeyOptions = {}): readonly Scheme[] {
  const type = key.asymmetricKeyType
  if (type === 'rsa') return rsaSchemes(options)
  if (type === 'rsa-pss') return pssSchemes(key, options)
  if (type === 'ec') return ecSchemes(key, options)
  if (type === 'ed25519') return [{ name: 'eddsa', variant: 'ed25519' }]
  throw new CountersignError('UNSUPPORTED_ALGORITHM', `no signatures with keys of type ${type}`)
}

function maxSignatureSize(key: KeyObject): number {
  if (key.asymmetricKeyType === 'ed25519') return 64
  const curve = CURVES.get(key.asymmetricKeyDetails?.namedCurve ?? '')
  // SEQUENCE { INTEGER r, INTEGER s }, each with a possible leading zero.
  if (curve !== undefined) return 2 * (curve.bytes + 1 + 2) + 3
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 4096) / 8)
}

function keyInput(key: KeyObject, scheme: Scheme): SignKeyObjectInput {
  if (scheme.name === 'rsa-pss') return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.salt }
  if (scheme.name === 'rsa-pkcs1') return { key, padding: constants.RSA_PKCS1_PADDING }
  return { key, dsaEncoding: 'der' }
}

function digestArgument(scheme: Scheme): Digest | null {
  if (scheme.name === 'rsa-pkcs1' || scheme.name === 'ecdsa') return scheme.digest
  if (scheme.name === 'eddsa') return null
  // MGF1 takes the message digest unless told otherwise, and Node offers no other way.
  if (scheme.name === 'rsa-pss' && scheme.mgf === scheme.digest) return scheme.digest
  throw new CountersignError('UNSUPPORTED_ALGORITHM', `the key cannot do ${schemeName(scheme)}`)
}

function rejected(error: unknown): CountersignError {
  const why = error instanceof Error ? error.message : 'unknown error'
  return new CountersignError('SIGNER_REJECTED', `the key did not sign: ${why}`)
}

/** A value that takes a fraction of a millisecond: handing it to another thread would take longer than the work. */
function isQuick(key: KeyObject): boolean {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) <= 2048 && key.asymmetricKeyDetails?.namedCurve !== 'secp521r1'
}

function signHere(key: KeyObject, scheme: Scheme, data: Uint8Array): Uint8Array {
  try {
    return signData(digestArgument(scheme), data, keyInput(key, scheme))
  } catch (error) {
    throw rejected(error)
  }
}

/** The call with a callback runs outside the event loop's thread. */
function signAside(key: KeyObject, scheme: Scheme, data: Uint8Array): Promise<Uint8Array> {
  return new Promise((done, fail) => {
    signData(digestArgument(scheme), data, keyInput(key, scheme), (error, signature) => {
      if (error) fail(rejected(error))
      else done(signature)
    })
  })
}

function checkBelongs(key: KeyObject, certificate: Uint8Array): void {
  let parsed: X509Certificate
  try {
    parsed = new X509Certificate(certificate)
  } catch (cause) {
    throw new CountersignError('CERT_INVALID', 'the certificate cannot be read', { cause })
  }
  if (!parsed.checkPrivateKey(key))
    throw new CountersignError('KEY_MISMATCH', 'the private key does not belong to the certificate')
}

/** Signer over a private key in this process. Key and certificate must belong together (KEY_MISMATCH). */
export function localSigner(
  key: KeyObject,
  certificate: Uint8Array,
  chain: readonly Uint8Array[],
  options: LocalKeyOptions = {},
): Signer {
  checkBelongs(key, certificate)
  const quick = isQuick(key)
  const info: KeyInfo = {
    certificate,
    chain,
    schemes: schemesOf(key, options),
    accepts: 'data',
    mayRepeat: true,
    maxSignatureSize: () => maxSignatureSize(key),
    ...(options.label === undefined ? {} : { label: options.label }),
  }
  return {
    info: () => Promise.resolve(info),
    sign: async (batch: readonly ToBeSigned[], context: SignContext) => {
      if (context.signal?.aborted === true) throw new CountersignError('ABORTED', 'signing was cancelled')
      const [only] = batch
      if (only !== undefined && batch.length === 1 && quick) return [signHere(key, context.scheme, only.input)]
      return Promise.all(batch.map((one) => signAside(key, context.scheme, one.input)))
    },
  }
}

/** Imports an unencrypted PKCS#8 key. */
export function importPkcs8(der: Uint8Array): KeyObject {
  return createPrivateKey({
    key: Buffer.from(der.buffer, der.byteOffset, der.byteLength),
    format: 'der',
    type: 'pkcs8',
  })
}
