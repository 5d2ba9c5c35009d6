import { hexValue, isRegular, isSpace } from './characters.ts'

/** Kinds of regular characters that tokens ask for: control characters and the `#` of names. */
const OTHER = 1
export const CONTROL = 2
export const ESCAPE = 4
/** Kind of each regular character, 0 for white space and delimiters. */
export const RUN: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => (isRegular(code) ? kindOf(code) : 0))

function kindOf(code: number): number {
  if (code < 0x20) return CONTROL
  return code === 0x23 ? ESCAPE : OTHER
}

/** Powers of ten that are exact. */
export const POWERS: Float64Array = Float64Array.from({ length: 16 }, (_, exponent) => Number(`1e${exponent}`))

/** Index of the first byte from `from` on that is no white space. */
export function skipSpaces(bytes: Uint8Array, from: number): number {
  let index = from
  while (index < bytes.length && isSpace(bytes[index]!)) index++
  return index
}

/** Index before which all bytes are zero, found four at a time. */
export function skipZeros(bytes: Uint8Array): number {
  if (bytes.byteOffset % 4 !== 0) return 0
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  let index = 0
  while (index < words.length && words[index] === 0) index++
  return 4 * index
}

const HEX = Int8Array.from({ length: 256 }, (_, code) => hexValue(code))

/** Bytes of an even number of hex digits with nothing between them, as signatures have them; undefined for any other. */
export function fastHex(digits: Uint8Array): Uint8Array | undefined {
  if (digits.length % 2 !== 0) return undefined
  const bytes = new Uint8Array(digits.length / 2)
  for (let i = 0, from = 0; i < bytes.length; i++, from += 2) {
    const value = (HEX[digits[from]!]! << 4) | HEX[digits[from + 1]!]!
    if (value < 0) return undefined
    bytes[i] = value
  }
  return bytes
}
