import { aesCbcDecrypt, aesCbcEncrypt, digest } from '../../crypto/index.ts'
import type { StandardEncryption } from './encrypt-dict.ts'
import { concat, equalBytes } from './legacy-key.ts'

const ZERO_IV = new Uint8Array(16)
const NOTHING = new Uint8Array(0)
const DIGESTS = ['sha256', 'sha384', 'sha512'] as const

/** Algorithm 2.B (revision 6) or one SHA-256 (revision 5, never standardised). `user` is /U for owner passwords. */
async function hash(revision: number, password: Uint8Array, salt: Uint8Array, user: Uint8Array): Promise<Uint8Array> {
  let key = await digest('sha256', concat(password, salt, user))
  if (revision === 5) return key
  for (let round = 0; ; round++) {
    const once = concat(password, key, user)
    const input = new Uint8Array(once.length * 64)
    for (let i = 0; i < 64; i++) input.set(once, i * once.length)
    const encrypted = aesCbcEncrypt(key.subarray(0, 16), key.subarray(16, 32), input, { padding: false })
    // The first 16 bytes as a number modulo 3: 256 is 1 modulo 3, so the sum of the bytes is enough.
    const sum = encrypted.subarray(0, 16).reduce((total, byte) => total + byte, 0)
    key = await digest(DIGESTS[sum % 3]!, encrypted)
    if (round >= 63 && encrypted.at(-1)! <= round - 31) return key.subarray(0, 32)
  }
}

/** The file key for revisions 5 and 6, with the access the password gives; undefined when it is wrong. */
export async function openModern(
  dict: StandardEncryption,
  password: Uint8Array,
): Promise<{ key: Uint8Array; access: 'user' | 'owner' } | undefined> {
  const { revision, owner, user } = dict
  const short = password.subarray(0, 127)
  if (equalBytes(await hash(revision, short, owner.subarray(32, 40), user), owner.subarray(0, 32))) {
    const key = await hash(revision, short, owner.subarray(40, 48), user)
    return { key: unwrap(key, dict.ownerKey), access: 'owner' }
  }
  if (equalBytes(await hash(revision, short, user.subarray(32, 40), NOTHING), user.subarray(0, 32))) {
    const key = await hash(revision, short, user.subarray(40, 48), NOTHING)
    return { key: unwrap(key, dict.userKey), access: 'user' }
  }
  return undefined
}

function unwrap(key: Uint8Array, wrapped: Uint8Array): Uint8Array {
  return aesCbcDecrypt(key, ZERO_IV, wrapped, { padding: false })!
}

/** Algorithm 13: /Perms repeats /P and EncryptMetadata under the file key. */
export function checkPerms(dict: StandardEncryption, key: Uint8Array): boolean {
  if (dict.perms.length < 16) return false
  const plain = aesCbcDecrypt(key, ZERO_IV, dict.perms.subarray(0, 16), { padding: false })!
  const permissions = plain[0]! | (plain[1]! << 8) | (plain[2]! << 16) | (plain[3]! << 24)
  const marked = plain[9] === 0x61 && plain[10] === 0x64 && plain[11] === 0x62
  return marked && permissions === dict.permissions && plain[8] === (dict.encryptMetadata ? 0x54 : 0x46)
}
