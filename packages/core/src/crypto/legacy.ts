/**
 * MD5, RC4 and AES-CBC as the standard security handler of PDF needs them: own synchronous code, the same on every runtime.
 * For reading old files only; nothing is signed or protected with MD5 or RC4.
 */
import { CountersignError } from '../error.ts'

const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const MD5_CONSTANTS = Int32Array.from({ length: 64 }, (_, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32))

function md5Block(state: Int32Array, words: DataView, offset: number): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number]
  for (let step = 0; step < 64; step++) {
    const round = step >> 4
    let mixed: number
    let word: number
    if (round === 0) [mixed, word] = [(b & c) | (~b & d), step]
    else if (round === 1) [mixed, word] = [(d & b) | (~d & c), (5 * step + 1) & 15]
    else if (round === 2) [mixed, word] = [b ^ c ^ d, (3 * step + 5) & 15]
    else [mixed, word] = [c ^ (b | ~d), (7 * step) & 15]
    const sum = (a + mixed + MD5_CONSTANTS[step]! + words.getInt32(offset + 4 * word, true)) | 0
    const shift = MD5_SHIFTS[round * 4 + (step & 3)]!
    a = d
    d = c
    c = b
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0
  }
  state[0]! += a
  state[1]! += b
  state[2]! += c
  state[3]! += d
}

/** MD5 (RFC 1321) of all of `bytes`: 16 bytes. */
export function md5(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const whole = bytes.length - (bytes.length % 64)
  for (let offset = 0; offset < whole; offset += 64) md5Block(state, view, offset)
  const rest = bytes.subarray(whole)
  const tail = new Uint8Array(rest.length < 56 ? 64 : 128)
  tail.set(rest)
  tail[rest.length] = 0x80
  const tailView = new DataView(tail.buffer)
  tailView.setBigUint64(tail.length - 8, BigInt(bytes.length) * 8n, true)
  for (let offset = 0; offset < tail.length; offset += 64) md5Block(state, tailView, offset)
  const digest = new Uint8Array(16)
  const out = new DataView(digest.buffer)
  for (let index = 0; index < 4; index++) out.setInt32(4 * index, state[index]!, true)
  return digest
}

/** RC4 with a key of 1 to 256 bytes; the same call encrypts and decrypts. */
export function rc4(key: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (key.length === 0 || key.length > 256)
    throw new CountersignError('ARGUMENT_INVALID', 'an RC4 key has 1 to 256 bytes')
  const box = Uint8Array.from({ length: 256 }, (_, index) => index)
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + box[i]! + key[i % key.length]!) & 0xff
    const swap = box[i]!
    box[i] = box[j]!
    box[j] = swap
  }
  const out = new Uint8Array(bytes.length)
  for (let index = 0, i = 0, j = 0; index < bytes.length; index++) {
    i = (i + 1) & 0xff
    const first = box[i]!
    j = (j + first) & 0xff
    const second = box[j]!
    box[i] = second
    box[j] = first
    out[index] = bytes[index]! ^ box[(first + second) & 0xff]!
  }
  return out
}

// AES (FIPS 197) with one table for each direction; rotations of an entry give the other columns.
const SBOX = new Uint8Array(256)
const INVERSE = new Uint8Array(256)
const ENCRYPT = new Int32Array(256)
const DECRYPT = new Int32Array(256)

function double(value: number): number {
  return ((value << 1) ^ (value & 0x80 ? 0x11b : 0)) & 0xff
}

function multiply(a: number, b: number): number {
  let product = 0
  for (let left = a, right = b; right > 0; right >>= 1, left = double(left)) if (right & 1) product ^= left
  return product
}

function fillTables(): void {
  for (let p = 1, q = 1, count = 0; count < 255; count++) {
    p ^= double(p) // p * 3, q / 3: inverse elements of the field
    q ^= q << 1
    q ^= q << 2
    q ^= q << 4
    q &= 0xff
    if (q & 0x80) q ^= 0x09
    const spread = q | (q << 8)
    SBOX[p] = (q ^ (spread >> 7) ^ (spread >> 6) ^ (spread >> 5) ^ (spread >> 4) ^ 0x63) & 0xff
  }
  SBOX[0] = 0x63
  for (let value = 0; value < 256; value++) INVERSE[SBOX[value]!] = value
  for (let value = 0; value < 256; value++) {
    const s = SBOX[value]!
    const i = INVERSE[value]!
    ENCRYPT[value] = (multiply(s, 2) << 24) | (s << 16) | (s << 8) | multiply(s, 3)
    DECRYPT[value] = (multiply(i, 14) << 24) | (multiply(i, 9) << 16) | (multiply(i, 13) << 8) | multiply(i, 11)
  }
}
fillTables()

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}

function substitute(word: number): number {
  return (
    (SBOX[word >>> 24]! << 24) |
    (SBOX[(word >>> 16) & 0xff]! << 16) |
    (SBOX[(word >>> 8) & 0xff]! << 8) |
    SBOX[word & 0xff]!
  )
}

function expandKey(key: Uint8Array): Int32Array {
  const size = key.length / 4
  if (size !== 4 && size !== 6 && size !== 8)
    throw new CountersignError('ARGUMENT_INVALID', 'an AES key has 16, 24 or 32 bytes')
  const words = new Int32Array(4 * (size + 7))
  const view = new DataView(key.buffer, key.byteOffset, key.length)
  for (let index = 0, constant = 1; index < words.length; index++) {
    if (index < size) {
      words[index] = view.getInt32(4 * index)
      continue
    }
    let word = words[index - 1]!
    if (index % size === 0) {
      word = substitute(rotate(word, 24)) ^ (constant << 24)
      constant = double(constant)
    } else if (size === 8 && index % size === 4) word = substitute(word)
    words[index] = words[index - size]! ^ word
  }
  return words
}

/** Key schedule of the equivalent inverse cipher: round keys reversed, the middle ones through InvMixColumns. */
function invertKey(words: Int32Array): Int32Array {
  const inverse = new Int32Array(words.length)
  for (let index = 0; index < words.length; index++) {
    const word = words[words.length - 4 - (index & ~3) + (index & 3)]!
    if (index < 4 || index >= words.length - 4) inverse[index] = word
    else
      inverse[index] =
        DECRYPT[SBOX[word >>> 24]!]! ^
        rotate(DECRYPT[SBOX[(word >>> 16) & 0xff]!]!, 8) ^
        rotate(DECRYPT[SBOX[(word >>> 8) & 0xff]!]!, 16) ^
        rotate(DECRYPT[SBOX[word & 0xff]!]!, 24)
  }
  return inverse
}

/** One block in place; `step` 1 encrypts, 3 decrypts (the direction in which ShiftRows turns). */
function cipherBlock(block: Int32Array, keys: Int32Array, step: 1 | 3): void {
  const table = step === 1 ? ENCRYPT : DECRYPT
  const box = step === 1 ? SBOX : INVERSE
  let a = block[0]! ^ keys[0]!
  let b = block[1]! ^ keys[1]!
  let c = block[2]! ^ keys[2]!
  let d = block[3]! ^ keys[3]!
  const column = (w: number, x: number, y: number, z: number): number =>
    table[w >>> 24]! ^
    rotate(table[(x >>> 16) & 0xff]!, 8) ^
    rotate(table[(y >>> 8) & 0xff]!, 16) ^
    rotate(table[z & 0xff]!, 24)
  const last = (w: number, x: number, y: number, z: number): number =>
    (box[w >>> 24]! << 24) | (box[(x >>> 16) & 0xff]! << 16) | (box[(y >>> 8) & 0xff]! << 8) | box[z & 0xff]!
  let at = 4
  for (; at < keys.length - 4; at += 4) {
    const [e, f, g, h] = step === 1 ? [b, c, d, a] : [d, a, b, c]
    const [p, q, r, s] = step === 1 ? [d, a, b, c] : [b, c, d, a]
    const next = column(a, e, c, p) ^ keys[at]!
    const next1 = column(b, f, d, q) ^ keys[at + 1]!
    const next2 = column(c, g, a, r) ^ keys[at + 2]!
    d = column(d, h, b, s) ^ keys[at + 3]!
    a = next
    b = next1
    c = next2
  }
  const [e, f, g, h] = step === 1 ? [b, c, d, a] : [d, a, b, c]
  const [p, q, r, s] = step === 1 ? [d, a, b, c] : [b, c, d, a]
  block[0] = last(a, e, c, p) ^ keys[at]!
  block[1] = last(b, f, d, q) ^ keys[at + 1]!
  block[2] = last(c, g, a, r) ^ keys[at + 2]!
  block[3] = last(d, h, b, s) ^ keys[at + 3]!
}

export interface CbcOptions {
  /** PKCS#7 padding; default true. Without it the data must be whole blocks. */
  readonly padding?: boolean
}

/** Words of the initialisation vector; 16 bytes. */
function vectorOf(iv: Uint8Array): Int32Array {
  if (iv.length !== 16) throw new CountersignError('ARGUMENT_INVALID', 'an AES initialisation vector has 16 bytes')
  const view = new DataView(iv.buffer, iv.byteOffset, 16)
  return Int32Array.of(view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12))
}

/** AES-CBC encryption with a key of 16, 24 or 32 bytes. */
export function aesCbcEncrypt(
  key: Uint8Array,
  iv: Uint8Array,
  bytes: Uint8Array,
  options: CbcOptions = {},
): Uint8Array<ArrayBuffer> {
  const pad = (options.padding ?? true) ? 16 - (bytes.length % 16) : 0
  if (pad === 0 && bytes.length % 16 !== 0)
    throw new CountersignError('ARGUMENT_INVALID', 'AES data are not whole blocks')
  const out = new Uint8Array(bytes.length + pad)
  out.set(bytes)
  out.fill(pad, bytes.length)
  const keys = expandKey(key)
  const chain = vectorOf(iv)
  const view = new DataView(out.buffer)
  for (let offset = 0; offset < out.length; offset += 16) {
    for (let index = 0; index < 4; index++) chain[index]! ^= view.getInt32(offset + 4 * index)
    cipherBlock(chain, keys, 1)
    for (let index = 0; index < 4; index++) view.setInt32(offset + 4 * index, chain[index]!)
  }
  return out
}

/** Length of the PKCS#7 padding at the end; undefined when it is not one. */
function paddingOf(bytes: Uint8Array): number | undefined {
  const pad = bytes.at(-1) ?? 0
  if (pad < 1 || pad > 16 || pad > bytes.length) return undefined
  return bytes.subarray(bytes.length - pad).every((octet) => octet === pad) ? pad : undefined
}

/**
 * AES-CBC decryption with a key of 16, 24 or 32 bytes. Undefined when the data are not whole blocks or, with padding,
 * when the padding is wrong (wrong key or damaged data).
 */
export function aesCbcDecrypt(
  key: Uint8Array,
  iv: Uint8Array,
  bytes: Uint8Array,
  options: CbcOptions = {},
): Uint8Array<ArrayBuffer> | undefined {
  if (bytes.length % 16 !== 0) return undefined
  const keys = invertKey(expandKey(key))
  const chain = vectorOf(iv)
  const block = new Int32Array(4)
  const out = new Uint8Array(bytes.length)
  const input = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const view = new DataView(out.buffer)
  for (let offset = 0; offset < out.length; offset += 16) {
    for (let index = 0; index < 4; index++) block[index] = input.getInt32(offset + 4 * index)
    cipherBlock(block, keys, 3)
    for (let index = 0; index < 4; index++) {
      view.setInt32(offset + 4 * index, block[index]! ^ chain[index]!)
      chain[index] = input.getInt32(offset + 4 * index)
    }
  }
  if (options.padding === false) return out
  const pad = paddingOf(out)
  return pad === undefined ? undefined : out.subarray(0, out.length - pad)
}
