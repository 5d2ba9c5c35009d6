import { CountersignError } from '../error.ts'
import type { TagClass } from './reader.ts'

/** Joins byte strings. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let position = 0
  for (const part of parts) {
    whole.set(part, position)
    position += part.length
  }
  return whole
}

/** -1, 0 or 1 by unsigned bytes, a shorter prefix first: the order of SET OF (X.690 11.6). */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) if (a[index] !== b[index]) return a[index]! < b[index]! ? -1 : 1
  return Math.sign(a.length - b.length)
}

/** True when both hold the same bytes. Not constant in time: for public data. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}

function identifier(cls: TagClass, constructed: boolean, tag: number): number[] {
  const first = (cls << 6) | (constructed ? 0x20 : 0)
  return tag < 0x1f ? [first | tag] : [first | 0x1f, ...base128(BigInt(tag))]
}

function base128(value: bigint): number[] {
  const octets = [Number(value & 0x7fn)]
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80)
  return octets
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length]
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return [0x80 | octets.length, ...octets]
}

/** Any element in DER: minimal tag number, minimal definite length. */
export function encodeTlv(
  cls: TagClass,
  constructed: boolean,
  tag: number,
  ...content: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  let length = 0
  for (const part of content) length += part.length
  return concat(Uint8Array.from([...identifier(cls, constructed, tag), ...lengthOctets(length)]), ...content)
}

/** Minimal two's complement content octets of an integer. */
function integerOctets(value: bigint): Uint8Array {
  const octets: number[] = []
  let rest = value
  do {
    octets.unshift(Number(rest & 0xffn))
    rest >>= 8n
  } while (!((rest === 0n && octets[0]! < 0x80) || (rest === -1n && octets[0]! >= 0x80)))
  return Uint8Array.from(octets)
}

/** INTEGER; bytes are content octets in two's complement and are made minimal. */
export function encodeInteger(value: bigint | number | Uint8Array): Uint8Array<ArrayBuffer> {
  if (!(value instanceof Uint8Array)) return encodeTlv(0, false, 2, integerOctets(BigInt(value)))
  let start = 0
  while (
    start < value.length - 1 &&
    ((value[start] === 0 && value[start + 1]! < 0x80) || (value[start] === 0xff && value[start + 1]! >= 0x80))
  )
    start++
  return encodeTlv(0, false, 2, value.length === 0 ? Uint8Array.of(0) : value.subarray(start))
}

/** INTEGER of the unsigned big-endian number in `bytes`, such as an ECDSA r or s. */
export function encodeUnsignedInteger(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeInteger(concat(Uint8Array.of(0), bytes))
}

export function encodeSequence(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return encodeTlv(0, true, 16, ...parts)
}

/** SET OF: parts are sorted (X.690 11.6). */
export function encodeSet(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return encodeTlv(0, true, 17, ...[...parts].sort(compareBytes))
}

/** OBJECT IDENTIFIER from its dotted form. @throws CountersignError ARGUMENT_INVALID */
export function encodeOid(dotted: string): Uint8Array<ArrayBuffer> {
  const arcs = dotted.split('.')
  const [first, second] = arcs
  const plain = arcs.every((arc) => arc.length > 0 && Array.from(arc).every((digit) => digit >= '0' && digit <= '9'))
  if (!plain || second === undefined || Number(first) > 2 || (Number(first) < 2 && BigInt(second) > 39n))
    throw new CountersignError('ARGUMENT_INVALID', `not an object identifier: ${dotted.slice(0, 80)}`)
  const numbers = [BigInt(first!) * 40n + BigInt(second), ...arcs.slice(2).map(BigInt)]
  return encodeTlv(0, false, 6, Uint8Array.from(numbers.flatMap(base128)))
}

export function encodeOctetString(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeTlv(0, false, 4, bytes)
}

export function encodeBitString(bytes: Uint8Array, unused: number = 0): Uint8Array<ArrayBuffer> {
  return encodeTlv(0, false, 3, Uint8Array.of(unused), bytes)
}

export function encodeNull(): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(5, 0)
}

export function encodeBoolean(value: boolean): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(1, 1, value ? 0xff : 0)
}

const utf8 = new TextEncoder()

export function encodeUtf8String(text: string): Uint8Array<ArrayBuffer> {
  return encodeTlv(0, false, 12, utf8.encode(text))
}

/** PrintableString; the caller keeps to its letters. */
export function encodePrintableString(text: string): Uint8Array<ArrayBuffer> {
  return encodeTlv(0, false, 19, utf8.encode(text))
}

export function encodeIa5String(text: string): Uint8Array<ArrayBuffer> {
  return encodeTlv(0, false, 22, utf8.encode(text))
}

/** `YYYYMMDDHHMMSS`; the fraction of a second is cut off. */
function stamp(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '').replaceAll('T', '')
}

/** UTCTime for the years 1950 to 2049, GeneralizedTime for others (RFC 5280 4.1.2.5). */
export function encodeTime(time: Date): Uint8Array<ArrayBuffer> {
  const year = time.getUTCFullYear()
  return year >= 1950 && year < 2050
    ? encodeTlv(0, false, 23, utf8.encode(`${stamp(time).slice(2)}Z`))
    : encodeGeneralizedTime(time)
}

/** GeneralizedTime in whole seconds. */
export function encodeGeneralizedTime(time: Date): Uint8Array<ArrayBuffer> {
  return encodeTlv(0, false, 24, utf8.encode(`${stamp(time)}Z`))
}

/** `[tag] EXPLICIT`: the finished elements in `content` inside a context-specific tag. */
export function encodeExplicit(tag: number, ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return encodeTlv(2, true, tag, ...content)
}

/** `[tag] IMPLICIT`: content octets without their own header. */
export function encodeImplicit(tag: number, constructed: boolean, content: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeTlv(2, constructed, tag, content)
}
