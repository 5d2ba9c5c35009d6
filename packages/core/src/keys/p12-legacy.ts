import { createDecipheriv } from 'node:crypto'
import { rc4 } from '../crypto/index.ts'
import type { DerNode } from '../der/reader.ts'
import { readOctetString, readSmallInteger } from '../der/values.ts'
import { CountersignError } from '../error.ts'
import { deriveP12Key, passwordForms, PURPOSE } from './p12-kdf.ts'
import { checkIterations } from './pbes2.ts'

/** What is used of node-forge, an optional peer that only files with RC2 need. */
interface Forge {
  readonly rc2: { createDecryptionCipher(key: string, bits: number): ForgeCipher }
  readonly util: { createBuffer(bytes: string): unknown }
}

interface ForgeCipher {
  start(iv: string): void
  update(input: unknown): void
  finish(): boolean
  readonly output: { getBytes(): string }
}

interface LegacyCipher {
  readonly cipher: 'rc4' | 'des3' | 'des2' | 'rc2'
  /** Bytes of the key. */
  readonly key: number
}

/** The password-based schemes of PKCS#12 itself (RFC 7292 C), all with SHA-1. */
const SCHEMES: ReadonlyMap<string, LegacyCipher> = new Map([
  ['1.2.840.113549.1.12.1.1', { cipher: 'rc4', key: 16 }],
  ['1.2.840.113549.1.12.1.2', { cipher: 'rc4', key: 5 }],
  ['1.2.840.113549.1.12.1.3', { cipher: 'des3', key: 24 }],
  ['1.2.840.113549.1.12.1.4', { cipher: 'des2', key: 16 }],
  ['1.2.840.113549.1.12.1.5', { cipher: 'rc2', key: 16 }],
  ['1.2.840.113549.1.12.1.6', { cipher: 'rc2', key: 5 }],
])
const IV_BYTES = 8

async function loadForge(): Promise<Forge> {
  // Computed, so that neither bundlers nor the type checker need the optional package.
  const name = 'node-forge'
  try {
    const loaded = (await import(name)) as { default?: Forge } & Forge
    return loaded.default ?? loaded
  } catch (cause) {
    throw new CountersignError(
      'P12_LEGACY_NEEDS_FORGE',
      'the file uses old encryption (RC2): install node-forge, or convert the file to AES',
      { cause },
    )
  }
}

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

async function decryptRc2(key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Promise<Uint8Array | undefined> {
  const forge = await loadForge()
  const cipher = forge.rc2.createDecryptionCipher(binary(key), 8 * key.length)
  cipher.start(binary(iv))
  cipher.update(forge.util.createBuffer(binary(encrypted)))
  return cipher.finish() ? new Uint8Array(Buffer.from(cipher.output.getBytes(), 'latin1')) : undefined
}

function decryptDes(key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Uint8Array | undefined {
  try {
    // Two keys: the first is used again as the third.
    const three = key.length === 24 ? key : Buffer.concat([key, key.subarray(0, 8)])
    const decipher = createDecipheriv('des-ede3-cbc', three, iv)
    return Buffer.concat([decipher.update(encrypted), decipher.final()])
  } catch {
    return undefined
  }
}

/** Decrypts the password-based schemes of PKCS#12 itself; undefined where the padding is wrong. */
export async function decryptLegacy(
  oid: string,
  params: DerNode,
  encrypted: Uint8Array,
  password: string,
): Promise<Uint8Array | undefined> {
  const scheme = SCHEMES.get(oid)
  if (scheme === undefined)
    throw new CountersignError('P12_UNSUPPORTED', `the file is encrypted with ${oid}, which is not supported`)
  const [saltNode, count] = params.children
  if (saltNode === undefined || count === undefined)
    throw new CountersignError('P12_INVALID', 'the parameters of the encryption are incomplete')
  const common = { hash: 'sha1', salt: readOctetString(saltNode), iterations: checkIterations(readSmallInteger(count)) }
  let plain: Uint8Array | undefined
  for (const form of passwordForms(password)) {
    const derive = (purpose: 1 | 2, length: number): Promise<Uint8Array> =>
      deriveP12Key({ ...common, purpose, password: form, length })
    const key = await derive(PURPOSE.key, scheme.key)
    if (scheme.cipher === 'rc4') plain = rc4(key, encrypted)
    else {
      const iv = await derive(PURPOSE.iv, IV_BYTES)
      plain = await (scheme.cipher === 'rc2' ? decryptRc2(key, iv, encrypted) : decryptDes(key, iv, encrypted))
    }
    // A stream cipher has no padding: what came out must at least begin like the structure it is.
    if (plain !== undefined && plain[0] === 0x30) return plain
  }
  return undefined
}
