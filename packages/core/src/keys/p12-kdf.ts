// The key derivation of PKCS#12 itself (RFC 7292 B.2), in slices: six hundred thousand rounds must not hold up the event loop.
import { createHash, hash as hashOnce } from 'node:crypto'

/** Hash block lengths (RFC 7292 B.2 `v`) in bytes. */
export const BLOCK: ReadonlyMap<string, number> = new Map([
  ['sha1', 64],
  ['sha224', 64],
  ['sha256', 64],
  ['sha384', 128],
  ['sha512', 128],
])

/** What the derived bytes are for (B.3). */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const

/** The event loop gets its turn after this many milliseconds of hashing. */
const SLICE_MS = 8
const CHECK_EVERY = 255

/** BMPString with two zero bytes at the end (RFC 7292 B.1). An empty password may also be no bytes at all. */
export function bmpPassword(password: string): Uint8Array {
  const out = new Uint8Array(2 * password.length + 2)
  for (let i = 0; i < password.length; i++) new DataView(out.buffer).setUint16(2 * i, password.charCodeAt(i))
  return out
}

/** How the password has to be given to the key derivation: an empty one exists in two forms. */
export function passwordForms(password: string): readonly Uint8Array[] {
  return password === '' ? [bmpPassword(''), new Uint8Array(0)] : [bmpPassword(password)]
}

function repeated(bytes: Uint8Array, block: number): Uint8Array {
  const out = new Uint8Array(block * Math.ceil(bytes.length / block))
  for (let i = 0; i < out.length; i++) out[i] = bytes[i % bytes.length]!
  return out
}

async function hashedTimes(hash: string, first: Uint8Array, iterations: number): Promise<Uint8Array> {
  let value: Uint8Array = createHash(hash).update(first).digest()
  let started = performance.now()
  for (let i = 1; i < iterations; i++) {
    value = hashOnce(hash, value, 'buffer')
    if ((i & CHECK_EVERY) === 0 && performance.now() - started > SLICE_MS) {
      await new Promise((done) => setImmediate(done))
      started = performance.now()
    }
  }
  return value
}

/** Each block of `input` plus `value` (repeated to a block) plus one, modulo its size (B.2 step 6C). */
function advance(input: Uint8Array, value: Uint8Array, block: number): void {
  for (let at = 0; at < input.length; at += block) {
    let carry = 1
    for (let i = block - 1; i >= 0; i--) {
      const sum = input[at + i]! + value[i % value.length]! + carry
      input[at + i] = sum & 0xff
      carry = sum >> 8
    }
  }
}

export interface P12Derivation {
  readonly hash: string
  readonly purpose: (typeof PURPOSE)[keyof typeof PURPOSE]
  /** As `passwordForms` gives it. */
  readonly password: Uint8Array
  readonly salt: Uint8Array
  readonly iterations: number
  /** Bytes wanted. */
  readonly length: number
}

/** RFC 7292 B.2. */
export async function deriveP12Key(derivation: P12Derivation): Promise<Uint8Array> {
  const { hash, purpose, password, salt, iterations, length } = derivation
  const block = BLOCK.get(hash)!
  const diversifier = new Uint8Array(block).fill(purpose)
  const input = Buffer.concat([repeated(salt, block), repeated(password, block)])
  const out = new Uint8Array(length)
  for (let at = 0; at < length;) {
    const value = await hashedTimes(hash, Buffer.concat([diversifier, input]), iterations)
    out.set(value.subarray(0, length - at), at)
    at += value.length
    if (at < length) advance(input, value, block)
  }
  return out
}
