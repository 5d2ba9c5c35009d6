import { md5, rc4 } from '../../crypto/index.ts'
import type { StandardEncryption } from './encrypt-dict.ts'

/** The padding string of 7.6.4.3.3. */
const PADDING = Uint8Array.of(
  0x28,
  0xbf,
  0x4e,
  0x5e,
  0x4e,
  0x75,
  0x8a,
  0x41,
  0x64,
  0x00,
  0x4e,
  0x56,
  0xff,
  0xfa,
  0x01,
  0x08,
  0x2e,
  0x2e,
  0x00,
  0xb6,
  0xd0,
  0x68,
  0x3e,
  0x80,
  0x2f,
  0x0c,
  0xa9,
  0xfe,
  0x64,
  0x53,
  0x69,
  0x7a,
)

/** Joins byte arrays. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

function pad(password: Uint8Array): Uint8Array {
  return concat(password.subarray(0, 32), PADDING).subarray(0, 32)
}

function repeatedMd5(start: Uint8Array, times: number, length: number): Uint8Array {
  let hash = md5(start)
  for (let i = 0; i < times; i++) hash = md5(hash.subarray(0, length))
  return hash.subarray(0, length)
}

/** Algorithm 2: the file key from a (padded) user password. */
function fileKey(dict: StandardEncryption, padded: Uint8Array, id: Uint8Array, length: number): Uint8Array {
  const { permissions: p } = dict
  const permissions = Uint8Array.of(p, p >> 8, p >> 16, p >> 24)
  const metadata = dict.revision >= 4 && !dict.encryptMetadata ? Uint8Array.of(255, 255, 255, 255) : new Uint8Array(0)
  const start = concat(padded, dict.owner, permissions, id, metadata)
  return repeatedMd5(start, dict.revision >= 3 ? 50 : 0, length)
}

/** RC4 with the key and, for revision 3 and later, with 19 more keys derived from it (algorithms 3, 5 and 7). */
function rounds(key: Uint8Array, bytes: Uint8Array, order: readonly number[]): Uint8Array {
  let result = bytes
  for (const round of order)
    result = rc4(
      key.map((byte) => byte ^ round),
      result,
    )
  return result
}

const UPWARD: readonly number[] = Array.from({ length: 20 }, (_, index) => index)
const DOWNWARD: readonly number[] = [...UPWARD].reverse()

/** Algorithms 4, 5 and 6: the file key when the padded user password is right. */
function checkUser(
  dict: StandardEncryption,
  padded: Uint8Array,
  id: Uint8Array,
  length: number,
): Uint8Array | undefined {
  const key = fileKey(dict, padded, id, length)
  if (dict.revision === 2) return equalBytes(rc4(key, PADDING), dict.user) ? key : undefined
  const expected = rounds(key, md5(concat(PADDING, id)), UPWARD)
  return equalBytes(expected, dict.user.subarray(0, 16)) ? key : undefined
}

/** Algorithm 7: the padded user password that an owner password leads to. */
function userOfOwner(dict: StandardEncryption, password: Uint8Array, length: number): Uint8Array {
  const key = repeatedMd5(pad(password), dict.revision >= 3 ? 50 : 0, length)
  return rounds(key, dict.owner, dict.revision === 2 ? [0] : DOWNWARD)
}

/** The file key for revisions 2 to 4, with the access the password gives; undefined when it is wrong. */
export function openLegacy(
  dict: StandardEncryption,
  password: Uint8Array,
  id: Uint8Array,
): { key: Uint8Array; access: 'user' | 'owner' } | undefined {
  for (const length of dict.keyLengths) {
    const owner = checkUser(dict, userOfOwner(dict, password, length), id, length)
    if (owner !== undefined) return { key: owner, access: 'owner' }
    const user = checkUser(dict, pad(password), id, length)
    if (user !== undefined) return { key: user, access: 'user' }
  }
  return undefined
}
