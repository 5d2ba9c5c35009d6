import { hex, unsigned } from './key.ts'
import type { ParsedKey } from './key.ts'
import type { DigestName, VerifyResult, VerifyScheme } from './types.ts'

type RsaKey = ParsedKey & { kind: 'rsa' | 'rsa-pss' }
type Hash = (name: DigestName, ...chunks: readonly Uint8Array[]) => Promise<Uint8Array>

/** DER of AlgorithmIdentifier's OID for DigestInfo (RFC 8017 9.2 note 1), content octets in hex. */
const DIGEST_OIDS: Partial<Record<DigestName, string>> = {
  md5: '2a864886f70d0205',
  sha1: '2b0e03021a',
  sha224: '608648016503040204',
  sha256: '608648016503040201',
  sha384: '608648016503040202',
  sha512: '608648016503040203',
  'sha512-224': '608648016503040205',
  'sha512-256': '608648016503040206',
  'sha3-224': '608648016503040207',
  'sha3-256': '608648016503040208',
  'sha3-384': '608648016503040209',
  'sha3-512': '60864801650304020a',
  ripemd160: '2b24030201',
  whirlpool: '28cf06030037',
}

/** Why an RSA key cannot be used at all; undefined when it can (C-10: odd exponent >= 3, 512..16384 bits are verified). */
export function rsaKeyFault(key: RsaKey): VerifyResult | undefined {
  if (key.exponent < 3n || (key.exponent & 1n) === 0n || (key.modulus.at(-1)! & 1) === 0) return 'invalid'
  // Longer exponents cost time on every runtime and are refused by some: the same answer on all.
  if (key.exponent >= 1n << 64n || key.bits < 512 || key.bits > 16_384) return 'unsupported'
  return undefined
}

/** The whole encoded block of EMSA-PKCS1-v1_5, as hex, with or without the NULL parameters of DigestInfo. */
function encodedBlock(digest: DigestName, hash: Uint8Array, size: number, withNull: boolean): string | undefined {
  const oid = DIGEST_OIDS[digest]
  if (oid === undefined) return undefined
  const octet = (value: number): string => value.toString(16).padStart(2, '0')
  const oidLength = oid.length / 2
  const algorithm = `30${octet(oidLength + (withNull ? 4 : 2))}06${octet(oidLength)}${oid}${withNull ? '0500' : ''}`
  const value = `04${octet(hash.length)}${hex(hash)}`
  const info = `30${octet((algorithm.length + value.length) / 2)}${algorithm}${value}`
  const fill = size - 3 - info.length / 2
  return fill < 8 ? undefined : `0001${'ff'.repeat(fill)}00${info}`
}

/** Compares the raw RSA result whole with both blocks; padding is never parsed (C-10). */
export function comparePkcs1(raw: Uint8Array, digest: DigestName, hash: Uint8Array): VerifyResult {
  const found = hex(raw)
  if (found === encodedBlock(digest, hash, raw.length, true)) return 'valid'
  return found === encodedBlock(digest, hash, raw.length, false) ? 'valid-lenient' : 'invalid'
}

/** signature^e mod n as bytes of the modulus's length; undefined when the value is out of range. */
export function rawRsa(key: RsaKey, signature: Uint8Array): Uint8Array | undefined {
  const n = unsigned(key.modulus)
  let base = unsigned(signature)
  if (signature.length !== key.modulus.length || base >= n) return undefined
  let result = 1n
  for (let exponent = key.exponent; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % n
    base = (base * base) % n
  }
  const text = result.toString(16).padStart(2 * key.modulus.length, '0')
  return Uint8Array.from({ length: key.modulus.length }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  )
}

async function mgf1(seed: Uint8Array, length: number, digest: DigestName, hash: Hash): Promise<Uint8Array> {
  const mask = new Uint8Array(length)
  for (let counter = 0, position = 0; position < length; counter++) {
    const block = await hash(digest, seed, Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter))
    mask.set(block.subarray(0, length - position), position)
    position += block.length
  }
  return mask
}

/** EMSA-PSS-VERIFY (RFC 8017 9.1.2) on the raw RSA result, for hash pairs that a platform does not offer. */
export async function verifyPss(
  raw: Uint8Array,
  bits: number,
  scheme: VerifyScheme & { name: 'rsa-pss' },
  messageHash: Uint8Array,
  hash: Hash,
): Promise<VerifyResult> {
  const emBits = bits - 1
  const emLength = Math.ceil(emBits / 8)
  const encoded = raw.subarray(raw.length - emLength)
  const hLength = messageHash.length
  const dbLength = emLength - hLength - 1
  const zeros = dbLength - scheme.salt - 1
  if (raw.length > emLength && raw[0] !== 0) return 'invalid'
  if (scheme.salt < 0 || zeros < 0 || encoded.at(-1) !== 0xbc) return 'invalid'
  const topBits = 8 * emLength - emBits
  if (encoded[0]! >> (8 - topBits) !== 0) return 'invalid'
  const h = encoded.subarray(dbLength, dbLength + hLength)
  const db = await mgf1(h, dbLength, scheme.mgf, hash)
  for (let index = 0; index < dbLength; index++) db[index]! ^= encoded[index]!
  db[0]! &= 0xff >> topBits
  if (db.subarray(0, zeros).some((octet) => octet !== 0) || db[zeros] !== 1) return 'invalid'
  const expected = await hash(scheme.digest, new Uint8Array(8), messageHash, db.subarray(zeros + 1))
  return hex(expected) === hex(h) ? 'valid' : 'invalid'
}
