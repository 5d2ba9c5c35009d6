import type { DerNode } from '../der/reader.ts'
import { CountersignError } from '../error.ts'

/** What is used of node-forge, an optional peer that only old files need. */
interface Forge {
  readonly asn1: { fromDer(bytes: string): unknown }
  readonly pbe: {
    getCipher(oid: string, params: unknown, password: string): ForgeCipher
  }
  readonly util: { createBuffer(bytes: string): unknown }
}

interface ForgeCipher {
  update(input: unknown): void
  finish(): boolean
  readonly output: { getBytes(): string }
}

/** pbeWithSHAAnd3-KeyTripleDES-CBC and pbeWithSHAAnd40BitRC2-CBC (RFC 7292 C), which node-forge reads. */
const FORGE_SCHEMES = new Set(['1.2.840.113549.1.12.1.3', '1.2.840.113549.1.12.1.6'])

async function loadForge(): Promise<Forge> {
  // Computed, so that neither bundlers nor the type checker need the optional package.
  const name = 'node-forge'
  try {
    const loaded = (await import(name)) as { default?: Forge } & Forge
    return loaded.default ?? loaded
  } catch (cause) {
    throw new CountersignError(
      'P12_LEGACY_NEEDS_FORGE',
      'the file uses old encryption (3DES or RC2): install node-forge, or convert the file to AES',
      { cause },
    )
  }
}

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** Decrypts the password-based schemes of PKCS#12 itself; undefined where the padding is wrong. */
export async function decryptLegacy(
  oid: string,
  params: DerNode,
  encrypted: Uint8Array,
  password: string,
): Promise<Uint8Array | undefined> {
  if (!FORGE_SCHEMES.has(oid))
    throw new CountersignError('P12_UNSUPPORTED', `the file is encrypted with ${oid}, which is not supported`)
  const forge = await loadForge()
  try {
    const cipher = forge.pbe.getCipher(oid, forge.asn1.fromDer(binary(params.bytes)), password)
    cipher.update(forge.util.createBuffer(binary(encrypted)))
    return cipher.finish() ? new Uint8Array(Buffer.from(cipher.output.getBytes(), 'latin1')) : undefined
  } catch (cause) {
    throw new CountersignError('P12_INVALID', 'the file cannot be decrypted', { cause })
  }
}
