import { CountersignError, LimitError } from '../error.ts'
import { hex, isPlainSignature, parseRs, plainSignature, rsaSpki } from './key.ts'
import type { ParsedKey } from './key.ts'
import { md5 } from './legacy.ts'
import { comparePkcs1, rawRsa, rsaKeyFault, verifyPss } from './rsa.ts'
import { signatureCheck } from './signature-check.ts'
import type { SignatureCheck } from './signature-check.ts'
import type { DigestName, RunningDigest, VerifyResult, VerifyScheme } from './types.ts'

/** The part of WebCrypto used here, spelled out so that neither DOM nor Node types are needed. */
interface Subtle {
  digest(name: string, data: Uint8Array): Promise<ArrayBuffer>
  importKey(format: 'spki', key: Uint8Array, algorithm: object, extractable: boolean, usages: string[]): Promise<object>
  verify(algorithm: object | string, key: object, signature: Uint8Array, data: Uint8Array): Promise<boolean>
}

interface WebCrypto {
  readonly subtle: Subtle
  getRandomValues(bytes: Uint8Array): Uint8Array
}

function web(): WebCrypto {
  const { crypto } = globalThis as unknown as { crypto?: WebCrypto }
  // Browsers offer `subtle` to secure contexts only.
  if (crypto?.subtle === undefined)
    throw new CountersignError('UNSUPPORTED_ALGORITHM', 'WebCrypto is missing: open the page over https')
  return crypto
}

const NAMES: Partial<Record<DigestName, string>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
}

/** DESIGN.md: in the browser a digest is one call over the joined bytes. */
const MAX_DIGEST = 256 * 1024 * 1024

/** True when this runtime computes the digest: what every WebCrypto has, and MD5 by own code. */
export function supportsDigest(name: DigestName): boolean {
  return name === 'md5' || NAMES[name] !== undefined
}

function checkDigest(name: DigestName): void {
  if (!supportsDigest(name))
    throw new CountersignError('UNSUPPORTED_ALGORITHM', `this runtime cannot compute ${name}`, {
      details: { algorithm: name },
    })
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  if (length > MAX_DIGEST) throw new LimitError('FILE_SIZE', `more than ${MAX_DIGEST} bytes to hash in a browser`)
  const whole = new Uint8Array(length)
  let position = 0
  for (const chunk of chunks) {
    whole.set(chunk, position)
    position += chunk.length
  }
  return whole
}

/** Digest of the joined chunks. @throws CountersignError UNSUPPORTED_ALGORITHM */
export async function digest(name: DigestName, ...chunks: readonly Uint8Array[]): Promise<Uint8Array> {
  checkDigest(name)
  const bytes = joined(chunks)
  return name === 'md5' ? md5(bytes) : new Uint8Array(await web().subtle.digest(NAMES[name]!, bytes))
}

/** Digest of bytes as lower-case hex. @throws CountersignError UNSUPPORTED_ALGORITHM */
export async function digestHex(name: DigestName, bytes: Uint8Array): Promise<string> {
  return hex(await digest(name, bytes))
}

function running(name: DigestName, chunks: Uint8Array[]): RunningDigest {
  return {
    name,
    update: async (bytes) => void chunks.push(bytes.slice()),
    copy: () => running(name, [...chunks]),
    digest: () => digest(name, ...chunks),
  }
}

/** A digest over data in pieces; the pieces are kept until the end. @throws CountersignError UNSUPPORTED_ALGORITHM */
export function createDigest(name: DigestName): RunningDigest {
  checkDigest(name)
  return running(name, [])
}

/** Bytes from the system's generator. */
export function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let start = 0; start < length; start += 65_536) web().getRandomValues(bytes.subarray(start, start + 65_536))
  return bytes
}

type RsaKey = ParsedKey & { kind: 'rsa' | 'rsa-pss' }

/** Undefined when WebCrypto does not take the key or the algorithm: the caller then decides by other means. */
async function tried(
  spki: Uint8Array,
  importAs: object,
  verifyAs: object | string,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean | undefined> {
  const { subtle } = web()
  try {
    const key = await subtle.importKey('spki', spki, importAs, false, ['verify'])
    return await subtle.verify(verifyAs, key, signature, data)
  } catch {
    return undefined
  }
}

async function verifyPkcs1(
  key: RsaKey,
  name: DigestName,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<VerifyResult> {
  const hash = NAMES[name]
  if (hash !== undefined) {
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash }
    if ((await tried(rsaSpki(key), algorithm, algorithm.name, data, signature)) === true) return 'valid'
  }
  const raw = rawRsa(key, signature)
  return raw === undefined ? 'invalid' : comparePkcs1(raw, name, await digest(name, data))
}

async function verifyRsaPss(
  key: RsaKey,
  scheme: VerifyScheme & { name: 'rsa-pss' },
  data: Uint8Array,
  signature: Uint8Array,
): Promise<VerifyResult> {
  const hash = NAMES[scheme.digest]
  if (hash !== undefined && scheme.mgf === scheme.digest) {
    const verifyAs = { name: 'RSA-PSS', saltLength: scheme.salt }
    const valid = await tried(rsaSpki(key), { name: 'RSA-PSS', hash }, verifyAs, data, signature)
    if (valid !== undefined) return valid ? 'valid' : 'invalid'
  }
  const raw = rawRsa(key, signature)
  return raw === undefined ? 'invalid' : verifyPss(raw, key.bits, scheme, await digest(scheme.digest, data), digest)
}

async function verifyEcdsa(
  { curve, compressed }: ParsedKey & { kind: 'ec' },
  scheme: VerifyScheme & { name: 'ecdsa' },
  spki: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<VerifyResult> {
  let value = signature
  if (scheme.encoding === 'der') {
    const rs = parseRs(signature, curve.order)
    if (rs === undefined) return 'invalid'
    value = plainSignature(rs, curve.size)
  } else if (!isPlainSignature(signature, curve)) return 'invalid'
  const hash = NAMES[scheme.digest]
  if (hash === undefined || !WEB_CURVES.has(curve.name)) return 'unsupported'
  const key = { name: 'ECDSA', namedCurve: curve.name }
  const valid = await tried(spki, key, { name: 'ECDSA', hash }, data, value)
  // Compressed points are an option of WebCrypto: no import does not mean a bad key then.
  if (valid === undefined && compressed) return 'unsupported'
  return valid === true ? 'valid' : 'invalid'
}

const WEB_CURVES: ReadonlySet<string> = new Set(['P-256', 'P-384', 'P-521'])

async function verifyEddsa(
  variant: 'ed25519' | 'ed448',
  spki: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<VerifyResult> {
  if (signature.length !== (variant === 'ed25519' ? 64 : 114)) return 'invalid'
  const name = variant === 'ed25519' ? 'Ed25519' : 'Ed448'
  // Older browsers have no Ed25519 and most have no Ed448: the import fails there.
  const valid = await tried(spki, { name }, name, data, signature)
  return valid === undefined ? 'unsupported' : valid ? 'valid' : 'invalid'
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
      return key.kind === 'rsa' ? (rsaKeyFault(key) ?? verifyPkcs1(key, scheme.digest, data, signature)) : 'invalid'
    case 'rsa-pss':
      if (key.kind !== 'rsa' && key.kind !== 'rsa-pss') return 'invalid'
      if (!supportsDigest(scheme.mgf)) return 'unsupported'
      return rsaKeyFault(key) ?? verifyRsaPss(key, scheme, data, signature)
    case 'ecdsa':
      return key.kind === 'ec' ? verifyEcdsa(key, scheme, spki, data, signature) : 'invalid'
    case 'dsa':
      return key.kind === 'dsa' ? 'unsupported' : 'invalid'
    case 'eddsa':
      break
  }
  return key.kind === scheme.variant ? verifyEddsa(scheme.variant, spki, data, signature) : 'invalid'
}

/** Checks a signature value (C-10). `spki` is the DER SubjectPublicKeyInfo. Never throws for bad keys or values. */
export const verifySignature: SignatureCheck = signatureCheck(supportsDigest, verifyWithKey)
