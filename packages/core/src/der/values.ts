import { CountersignError, LimitError } from '../error.ts'
import { hexOf } from './hex.ts'
import { oidText } from './oid-text.ts'
import type { DerNode } from './reader.ts'

/** L-20. */
const MAX_INTEGER = 4096

function invalid(node: DerNode, what: string): CountersignError {
  return new CountersignError('DER_INVALID', `${what} at byte ${node.start}`, { details: { offset: node.start } })
}

/** Universal types must carry their own tag; a context-specific one is implicit tagging, which the caller has looked at. */
function expect(node: DerNode, tag: number, name: string): void {
  if (node.cls === 2 || (node.cls === 0 && node.tag === tag)) return
  throw invalid(node, `expected ${name}`)
}

/** Content octets of an INTEGER (or ENUMERATED), checked to be minimal (X.690 8.3.2). */
export function readIntegerBytes(node: DerNode): Uint8Array {
  if (!node.is(10)) expect(node, 2, 'INTEGER')
  const { content } = node
  if (node.constructed || content.length === 0) throw invalid(node, 'bad INTEGER')
  if (content.length > MAX_INTEGER) throw new LimitError('INTEGER', `an INTEGER has more than ${MAX_INTEGER} bytes`)
  if (content.length > 1) {
    const sign = content[1]! & 0x80
    if ((content[0] === 0 && sign === 0) || (content[0] === 0xff && sign !== 0))
      throw invalid(node, 'INTEGER is not minimal')
  }
  return content
}

/** Big-endian two's complement to bigint. */
export function bigintOf(bytes: Uint8Array): bigint {
  const value = BigInt(`0x${hexOf(bytes)}`)
  return (bytes[0]! & 0x80) === 0 ? value : value - (1n << BigInt(8 * bytes.length))
}

/** An INTEGER of any size up to L-20. */
export function readInteger(node: DerNode): bigint {
  return bigintOf(readIntegerBytes(node))
}

/** An INTEGER that fits a safe integer, else DER_INVALID. */
export function readSmallInteger(node: DerNode): number {
  const bytes = readIntegerBytes(node)
  if (bytes.length > 7) throw invalid(node, 'INTEGER is too large here')
  let value = bytes[0]! >= 0x80 ? -1 : 0
  for (let index = 0; index < bytes.length; index++) value = value * 256 + bytes[index]!
  return value
}

/** BOOLEAN: 00 or FF; any other value only where BER is read. */
export function readBoolean(node: DerNode): boolean {
  expect(node, 1, 'BOOLEAN')
  const { content } = node
  if (node.constructed || content.length !== 1) throw invalid(node, 'bad BOOLEAN')
  const value = content[0]!
  if (value !== 0 && value !== 0xff && !node.ber) throw invalid(node, 'BOOLEAN is neither 00 nor FF')
  return value !== 0
}

/** NULL without content. */
export function readNull(node: DerNode): null {
  expect(node, 5, 'NULL')
  if (node.constructed || node.content.length !== 0) throw invalid(node, 'bad NULL')
  return null
}

/** OBJECT IDENTIFIER in dotted form; arcs of any size (X.690 8.19). */
export function readOid(node: DerNode): string {
  expect(node, 6, 'OBJECT IDENTIFIER')
  const { source, contentStart, contentEnd } = node
  if (node.constructed || contentStart === contentEnd || (source[contentEnd - 1]! & 0x80) !== 0)
    throw invalid(node, 'bad OBJECT IDENTIFIER')
  const known = oidText(source, contentStart, contentEnd)
  if (known !== undefined) return known
  if (contentEnd - contentStart > MAX_INTEGER) throw new LimitError('INTEGER', 'an OBJECT IDENTIFIER is too long')
  let text = ''
  let arc = 0
  let start = contentStart
  for (let index = contentStart; index < contentEnd; index++) {
    const octet = source[index]!
    if (index === start && octet === 0x80) throw invalid(node, 'OBJECT IDENTIFIER is not minimal')
    arc = arc * 128 + (octet & 0x7f)
    if ((octet & 0x80) !== 0) continue
    const exact = index - start < 7 ? arc : largeArc(source.subarray(start, index + 1))
    text = text === '' ? firstArcs(exact) : `${text}.${exact}`
    arc = 0
    start = index + 1
  }
  return text
}

/** An arc of more than 49 bits. */
function largeArc(octets: Uint8Array): bigint {
  let bits = ''
  for (const octet of octets) bits += (octet & 0x7f).toString(2).padStart(7, '0')
  return BigInt(`0b${bits}`)
}

/** The first two arcs share one number. */
function firstArcs(value: number | bigint): string {
  if (value < 40) return `0.${value}`
  if (value < 80) return `1.${Number(value) - 40}`
  return `2.${typeof value === 'bigint' ? value - 80n : value - 80}`
}

/** The pieces of a string that BER may split; one piece in DER. */
function pieces(node: DerNode): Uint8Array[] {
  const found: Uint8Array[] = []
  const waiting: DerNode[] = [node]
  while (waiting.length > 0) {
    const next = waiting.pop()!
    if (next.constructed) waiting.push(...next.children.toReversed())
    else found.push(next.content)
  }
  return found
}

/** Content of a string, joined where BER split it. */
function contentOf(node: DerNode): Uint8Array {
  return node.constructed ? join(pieces(node)) : node.content
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let position = 0
  for (const part of parts) {
    whole.set(part, position)
    position += part.length
  }
  return whole
}

/** OCTET STRING; the pieces of a constructed one are joined. */
export function readOctetString(node: DerNode): Uint8Array {
  expect(node, 4, 'OCTET STRING')
  return contentOf(node)
}

/** BIT STRING: `unused` bits at the end of the last byte, which are zero in DER. */
export function readBitString(node: DerNode): { unused: number; bytes: Uint8Array } {
  expect(node, 3, 'BIT STRING')
  const parts = node.constructed ? pieces(node) : [node.content]
  for (const [index, part] of parts.entries()) {
    if (part.length === 0 || part[0]! > 7 || (part.length === 1 && part[0] !== 0)) throw invalid(node, 'bad BIT STRING')
    if (index < parts.length - 1 && part[0] !== 0) throw invalid(node, 'bad BIT STRING')
  }
  const last = parts.at(-1)
  if (last === undefined) throw invalid(node, 'bad BIT STRING')
  const unused = last[0]!
  if (!node.ber && unused > 0 && (last.at(-1)! & ((1 << unused) - 1)) !== 0)
    throw invalid(node, 'unused bits of a BIT STRING are set')
  return { unused, bytes: parts.length === 1 ? last.subarray(1) : join(parts.map((part) => part.subarray(1))) }
}

/** A signature value: the octets of a BIT STRING; none where its bits are no whole octets, which no signature fits. */
export function readSignatureValue(node: DerNode): Uint8Array {
  // Nobody signs this element's own header: a second encoding of it would be a second certificate that verifies.
  if (!node.is(3)) throw invalid(node, 'expected BIT STRING')
  const { unused, bytes } = readBitString(node)
  return unused === 0 ? bytes : new Uint8Array(0)
}

/** Numbers of the set bits of a named-bit list, bit 0 first. */
export function readNamedBits(node: DerNode): ReadonlySet<number> {
  const { bytes } = readBitString(node)
  const set = new Set<number>()
  for (const [index, octet] of bytes.entries())
    for (let bit = 0; bit < 8; bit++) if ((octet & (0x80 >> bit)) !== 0) set.add(index * 8 + bit)
  return set
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text of one of the string types by the rules of its tag number. */
export function decodeText(tag: number, bytes: Uint8Array): string | undefined {
  switch (tag) {
    case 12:
      if (isAscii(bytes)) return latin1(bytes)
      try {
        return utf8.decode(bytes)
      } catch {
        return undefined
      }
    case 18:
    case 19:
    case 22:
    case 26:
      return isAscii(bytes) ? latin1(bytes) : undefined
    case 20:
    case 21:
    case 25:
    case 27:
      return latin1(bytes)
    case 28:
      return wide(bytes, 4)
    case 30:
      return wide(bytes, 2)
    default:
      return undefined
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) if (bytes[index]! > 0x7f) return false
  return true
}

/** Each byte as the character of its number. */
export function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index++) text += String.fromCharCode(bytes[index]!)
  return text
}

function wide(bytes: Uint8Array, width: 2 | 4): string | undefined {
  if (bytes.length % width !== 0) return undefined
  let text = ''
  for (let index = 0; index < bytes.length; index += width) {
    let code = 0
    for (let octet = 0; octet < width; octet++) code = code * 256 + bytes[index + octet]!
    if (width === 2) text += String.fromCharCode(code)
    else if (code > 0x10ffff) return undefined
    else text += String.fromCodePoint(code)
  }
  return text
}

/**
 * Text of a string element: UTF8, Printable, IA5, Numeric, Visible, BMP, Universal and T61String (read as Latin-1).
 * An implicitly tagged one needs its universal tag number as `tag`.
 */
export function readString(node: DerNode, tag: number = node.cls === 0 ? node.tag : 22): string {
  const text = decodeText(tag, contentOf(node))
  if (text === undefined) throw invalid(node, 'not a readable string')
  return text
}

interface TimeParts {
  readonly year: number
  readonly rest: string
}

function timeParts(node: DerNode, text: string): TimeParts {
  if (node.is(23)) {
    const short = Number(text.slice(0, 2))
    // X-02, RFC 5280 4.1.2.5.1: the pivot is 50.
    return { year: short >= 50 ? 1900 + short : 2000 + short, rest: text.slice(2) }
  }
  if (!node.is(24)) throw invalid(node, 'expected a time')
  return { year: Number(text.slice(0, 4)), rest: text.slice(4) }
}

function digits(text: string, from: number, count: number): number | undefined {
  let value = 0
  for (let index = from; index < from + count; index++) {
    const digit = text.charCodeAt(index) - 48
    if (!(digit >= 0 && digit <= 9)) return undefined
    value = value * 10 + digit
  }
  return value
}

/** Milliseconds of `.ddd`, digits at `from`; the position after them. */
function fraction(text: string, from: number): { ms: number; next: number } {
  let next = from
  while (digits(text, next, 1) !== undefined) next++
  return { ms: Math.floor(Number(`0.${text.slice(from, next)}`) * 1000), next }
}

/** Offset of `Z`, `+hhmm`, `-hhmm` in minutes; undefined when it is none of them or something follows. */
function zone(text: string, from: number): number | undefined {
  if (text.slice(from) === 'Z') return 0
  const sign = text[from] === '+' ? 1 : text[from] === '-' ? -1 : 0
  const hours = digits(text, from + 1, 2)
  const minutes = digits(text, from + 3, 2)
  if (sign === 0 || hours === undefined || minutes === undefined || text.length !== from + 5) return undefined
  return sign * (hours * 60 + minutes)
}

/** The one form of nearly every time, `yymmddhhmmssZ` or `yyyymmddhhmmssZ`; undefined for another, or for no such time. */
function usualTime(node: DerNode): Date | undefined {
  const { source, contentStart: start, contentEnd: end } = node
  const short = node.is(23)
  if (node.constructed || (!short && !node.is(24)) || end - start !== (short ? 13 : 15)) return undefined
  if (source[end - 1] !== 0x5a) return undefined
  const pair = (at: number): number => {
    const [tens, ones] = [source[at]! - 48, source[at + 1]! - 48]
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
  }
  const first = pair(start)
  // X-02, RFC 5280 4.1.2.5.1: the pivot is 50.
  const year = short ? (first >= 50 ? 1900 : 2000) + first : first * 100 + pair(start + 2)
  const month = pair(end - 11)
  const day = pair(end - 9)
  const hour = pair(end - 7)
  const minute = pair(end - 5)
  const second = pair(end - 3)
  // Date.UTC means another century by years below 100.
  if (!(year >= 100 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59))
    return undefined
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  // 31 February would roll over.
  return time.getUTCDate() === day ? time : undefined
}

/**
 * UTCTime or GeneralizedTime. DER form: seconds and `Z`; a fraction only in GeneralizedTime and only unless `fractions` is false
 * (RFC 5280 4.1.2.5 forbids it in certificates). Where BER is read, a missing second and an offset are understood too.
 */
export function readTime(node: DerNode, options: { readonly fractions?: boolean } = {}): Date {
  const usual = usualTime(node)
  if (usual !== undefined) return usual
  const text = latin1(contentOf(node))
  const { year, rest } = timeParts(node, text)
  const fields = [0, 2, 4, 6].map((from) => digits(rest, from, 2))
  const [month, day, hour, minute] = fields
  let second = digits(rest, 8, 2)
  let next = 10
  if (second === undefined && node.ber) [second, next] = [0, 8]
  let ms = 0
  if (rest[next] === '.' && node.is(24) && options.fractions !== false) ({ ms, next } = fraction(rest, next + 1))
  const offset = zone(rest, next)
  if (
    Number.isNaN(year) ||
    fields.includes(undefined) ||
    second === undefined ||
    offset === undefined ||
    (offset !== 0 && !node.ber)
  )
    throw invalid(node, 'bad time')
  const time = new Date(0)
  time.setUTCFullYear(year, month! - 1, day)
  time.setUTCHours(hour!, minute! - offset, second, ms)
  const plain = new Date(time.getTime() + offset * 60_000)
  // Dates such as 31 February or 25:00 would roll over silently.
  if (
    plain.getUTCMonth() !== month! - 1 ||
    plain.getUTCDate() !== day ||
    plain.getUTCHours() !== hour ||
    second > 59 ||
    minute! > 59
  )
    throw invalid(node, 'no such time')
  return time
}
