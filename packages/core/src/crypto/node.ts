import {
  constants,
  createHash,
  createPublicKey,
  getHashes,
  hash,
  publicDecrypt,
  randomFillSync,
  verify,
} from 'node:crypto'
import type { Hash, KeyObject } from 'node:crypto'
import { CountersignError } from '../error.ts'
import { isPlainSignature, knownKey, parseRs, rsaSpki } from './key.ts'
import type { ParsedKey } from './key.ts'
import { comparePkcs1, rawRsa, rsaKeyFault, verifyPss } from './rsa.ts'
import { signatureCheck } from './signature-check.ts'
import type { SignatureCheck } from './signature-check.ts'
import type { DigestName, RunningDigest, VerifyResult, VerifyScheme } from './types.ts'

const NAMES: Partial<Record<DigestName, string>> = { 'shake256-512': 'shake256' }
const SMALL = 65_536
let known: ReadonlySet<string> | undefined

/** True when this runtime computes the digest. */
export function supportsDigest(name: DigestName): boolean {
  known ??= new Set(getHashes())
  return known.has(NAMES[name] ?? name)
}

function hashOf(name: DigestName): Hash {
  if (!supportsDigest(name))
    throw new CountersignError('UNSUPPORTED_ALGORITHM', `this runtime cannot compute ${name}`, {
      details: { algorithm: name },
    })
  return name === 'shake256-512' ? createHash('shake256', { outputLength: 64 }) : createHash(NAMES[name] ?? name)
}

/** Digest of the joined chunks. @throws CountersignError UNSUPPORTED_ALGORITHM */
// eslint-disable-next-line typescript/require-await -- the same signature on every runtime
export async function digest(name: DigestName, ...chunks: readonly Uint8Array[]): Promise<Uint8Array> {
  const [first] = chunks
  // Half the time of a Hash object, which matters for the many small digests of a chain.
  if (chunks.length === 1 && first!.length <= SMALL && name !== 'shake256-512' && supportsDigest(name))
    return plain(hash(NAMES[name] ?? name, first!, 'buffer'))
  const whole = hashOf(name)
  for (const chunk of chunks) whole.update(chunk)
  return plain(whole.digest())
}

/** Digest of bytes as lower-case hex. @throws CountersignError UNSUPPORTED_ALGORITHM */
// eslint-disable-next-line typescript/require-await -- the same signature on every runtime
export async function digestHex(name: DigestName, bytes: Uint8Array): Promise<string> {
  if (bytes.length <= SMALL && name !== 'shake256-512' && supportsDigest(name)) return hash(NAMES[name] ?? name, bytes)
  return hashOf(name).update(bytes).digest('hex')
}

/** A plain Uint8Array over the same bytes. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

function running(name: DigestName, state: Hash): RunningDigest {
  return {
    name,
    update: async (bytes) => void state.update(bytes),
    // The length of an extendable digest is not copied along.
    copy: () => running(name, state.copy(name === 'shake256-512' ? { outputLength: 64 } : undefined)),
    digest: async () => plain(state.digest()),
  }
}

/** A digest over data in pieces. @throws CountersignError UNSUPPORTED_ALGORITHM */
export function createDigest(name: DigestName): RunningDigest {
  return running(name, hashOf(name))
}

/** Bytes from the system's generator. */
export function randomBytes(length: number): Uint8Array {
  return randomFillSync(new Uint8Array(length))
}

/** `encoded` is what OpenSSL is given, where that is not `spki` itself. */
function imported(spki: Uint8Array, encoded: () => Uint8Array = () => spki): KeyObject | undefined {
  const one = knownKey(spki)
  if (one.imported !== undefined) return one.imported as KeyObject
  try {
    const { buffer, byteOffset, length } = encoded()
    const base64 = Buffer.from(buffer, byteOffset, length).toString('base64')
    // As text: for any object given Node 24 asks four times whether it is a key already, by exceptions that cost more than the import.
    const key = createPublicKey(`-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`)
    one.imported = key
    return key
  } catch {
    return undefined
  }
}

type RsaKey = ParsedKey & { kind: 'rsa' | 'rsa-pss' }

function rawValue(key: RsaKey, object: KeyObject, signature: Uint8Array): Uint8Array | undefined {
  if (signature.length !== key.modulus.length) return undefined
  try {
    return publicDecrypt({ key: object, padding: constants.RSA_NO_PADDING }, signature)
  } catch {
    return rawRsa(key, signature)
  }
}

async function verifyPkcs1(
  spki: Uint8Array,
  key: RsaKey,
  name: DigestName,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<VerifyResult> {
  const object = imported(spki, () => rsaSpki(key))
  if (object === undefined) return 'invalid'
  try {
    // A bare key object, whose default is PKCS#1 v1.5: an options object around it costs Node half a verification.
    if (verify(name, data, object, signature)) return 'valid'
  } catch {
    // a digest that the platform does not pair with RSA: compare whole blocks below
  }
  const raw = rawValue(key, object, signature)
  return raw === undefined ? 'invalid' : comparePkcs1(raw, name, await digest(name, data))
}

async function verifyRsaPss(
  spki: Uint8Array,
  key: RsaKey,
  scheme: VerifyScheme & { name: 'rsa-pss' },
  data: Uint8Array,
  signature: Uint8Array,
): Promise<VerifyResult> {
  const object = imported(spki, () => rsaSpki(key))
  if (object === undefined || signature.length !== key.modulus.length) return 'invalid'
  if (scheme.mgf === scheme.digest && scheme.digest !== 'shake256-512') {
    const options = { key: object, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.salt }
    return tried(() => verify(scheme.digest, data, options, signature))
  }
  const raw = rawValue(key, object, signature)
  if (raw === undefined) return 'invalid'
  return verifyPss(raw, key.bits, scheme, await digest(scheme.digest, data), digest)
}

function tried(check: () => boolean): VerifyResult {
  try {
    return check() ? 'valid' : 'invalid'
  } catch {
    return 'invalid'
  }
}

function verifyEcdsa(
  key: ParsedKey & { kind: 'ec' },
  scheme: VerifyScheme & { name: 'ecdsa' },
  spki: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): VerifyResult {
  // What parseRs accepts is strict DER, which OpenSSL takes as it stands: faster than another encoding.
  const der = scheme.encoding === 'der'
  const wellFormed = der ? parseRs(signature, key.curve.order) !== undefined : isPlainSignature(signature, key.curve)
  const object = wellFormed ? imported(spki) : undefined
  if (object === undefined) return 'invalid'
  const input = der ? object : { key: object, dsaEncoding: 'ieee-p1363' as const }
  return tried(() => verify(scheme.digest, data, input, signature))
}

function verifyWithKey(
  key: ParsedKey,
  scheme: VerifyScheme,
  spki: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): VerifyResult | Promise<VerifyResult> {
  switch (scheme.name) {
    case 'rsa-pkcs1':
      // C-10: PKCS#1 v1.5 with a key typed id-RSASSA-PSS is no signature.
      return key.kind === 'rsa'
        ? (rsaKeyFault(key) ?? verifyPkcs1(spki, key, scheme.digest, data, signature))
        : 'invalid'
    case 'rsa-pss':
      if (key.kind !== 'rsa' && key.kind !== 'rsa-pss') return 'invalid'
      if (!supportsDigest(scheme.mgf)) return 'unsupported'
      return rsaKeyFault(key) ?? verifyRsaPss(spki, key, scheme, data, signature)
    case 'ecdsa':
      return key.kind === 'ec' ? verifyEcdsa(key, scheme, spki, data, signature) : 'invalid'
    case 'dsa': {
      if (key.kind !== 'dsa' || parseRs(signature, key.order) === undefined) return 'invalid'
      const object = imported(spki)
      if (object === undefined) return 'invalid'
      return tried(() => verify(scheme.digest, data, object, signature))
    }
    case 'eddsa':
      break
  }
  if (key.kind !== scheme.variant || signature.length !== (key.kind === 'ed25519' ? 64 : 114)) return 'invalid'
  const object = imported(spki)
  return object === undefined ? 'invalid' : tried(() => verify(null, data, object, signature))
}

/** Checks a signature value (C-10). `spki` is the DER SubjectPublicKeyInfo. Never throws for bad keys or values. */
export const verifySignature: SignatureCheck = signatureCheck(supportsDigest, verifyWithKey)
