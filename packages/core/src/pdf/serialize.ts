import { CountersignError } from '../error.ts'
import { PdfArray, PdfDict, PdfName, PdfReal, PdfRef, PdfStream, PdfString } from './objects.ts'
import type { PdfObject } from './objects.ts'

/** What encrypts the strings and streams of one object (W15). READER's `Encryption` fits. */
export interface ObjectCipher {
  encryptString(bytes: Uint8Array, ref: PdfRef): Uint8Array
  encryptStream(bytes: Uint8Array, ref: PdfRef): Uint8Array
}

export interface SerializeOptions {
  /** The indirect object being written; needed with `cipher`. */
  readonly ref?: PdfRef
  readonly cipher?: ObjectCipher | undefined
}

/** Output that grows; text goes in as one byte per char. */
export class ByteWriter {
  private buffer: Uint8Array
  private used = 0

  constructor(capacity = 1024) {
    this.buffer = new Uint8Array(capacity)
  }

  get length(): number {
    return this.used
  }

  ascii(text: string): void {
    this.reserve(text.length)
    for (let i = 0; i < text.length; i++) this.buffer[this.used++] = text.charCodeAt(i)
  }

  byte(value: number): void {
    this.reserve(1)
    this.buffer[this.used++] = value
  }

  bytes(value: Uint8Array): void {
    this.reserve(value.length)
    this.buffer.set(value, this.used)
    this.used += value.length
  }

  /** `count` times the same byte. */
  fill(value: number, count: number): void {
    this.reserve(count)
    this.buffer.fill(value, this.used, this.used + count)
    this.used += count
  }

  /** What was written so far; a view, valid until the next write. */
  finish(): Uint8Array {
    return this.buffer.subarray(0, this.used)
  }

  private reserve(count: number): void {
    if (this.used + count <= this.buffer.length) return
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.used + count))
    larger.set(this.buffer.subarray(0, this.used))
    this.buffer = larger
  }
}

const HEX = '0123456789ABCDEF'
const DELIMITERS = new Set(new TextEncoder().encode('()<>[]{}/%#'))

function writeName(out: ByteWriter, name: string): void {
  out.byte(0x2f)
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    // 7.3.5: a name holds no NUL; chars above one byte cannot come from a file.
    if (code === 0 || code > 0xff) throw new CountersignError('ARGUMENT_INVALID', `not a PDF name: ${name}`)
    if (code > 0x20 && code < 0x7f && !DELIMITERS.has(code)) out.byte(code)
    else out.ascii(`#${HEX.charAt(code >> 4)}${HEX.charAt(code & 15)}`)
  }
}

function writeHex(out: ByteWriter, bytes: Uint8Array): void {
  out.byte(0x3c)
  for (const byte of bytes) {
    out.byte(HEX.charCodeAt(byte >> 4))
    out.byte(HEX.charCodeAt(byte & 15))
  }
  out.byte(0x3e)
}

// W13, B8: the only place where strings are escaped. CR and LF are escaped too, since readers fold a raw CR into LF.
function writeLiteral(out: ByteWriter, bytes: Uint8Array): void {
  out.byte(0x28)
  for (const byte of bytes) {
    if (byte === 0x28 || byte === 0x29 || byte === 0x5c) {
      out.byte(0x5c)
      out.byte(byte)
    } else if (byte === 0x0a) out.ascii('\\n')
    else if (byte === 0x0d) out.ascii('\\r')
    else out.byte(byte)
  }
  out.byte(0x29)
}

/** A number as PDF spells it: no exponent, at most six decimals (7.3.3). */
export function encodeNumber(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw new CountersignError('ARGUMENT_INVALID', `not a PDF number: ${value}`)
  if (Number.isInteger(value)) return Object.is(value, -0) ? '0' : value.toString()
  const text = value.toFixed(6).replace(/0+$/, '').replace(/\.$/, '')
  return text === '-0' ? '0' : text
}

function writeString(out: ByteWriter, value: PdfString, options: SerializeOptions): void {
  const { cipher, ref } = options
  const bytes = cipher === undefined || ref === undefined ? value.bytes : cipher.encryptString(value.bytes, ref)
  if (value.hex) writeHex(out, bytes)
  else writeLiteral(out, bytes)
}

function encodedStream(stream: PdfStream, options: SerializeOptions): Uint8Array {
  const { cipher, ref } = options
  // Streams read from a file carry its encryption already; W15: they may only be written back under their own number.
  if (stream.ref !== undefined) {
    if (cipher !== undefined && (ref?.num !== stream.ref.num || ref.gen !== stream.ref.gen))
      throw new CountersignError(
        'ARGUMENT_INVALID',
        'an encrypted stream cannot be written under another object number',
      )
    return stream.raw
  }
  return cipher === undefined || ref === undefined ? stream.raw : cipher.encryptStream(stream.raw, ref)
}

function streamDict(stream: PdfStream, length: number): PdfDict {
  const map = new Map(stream.dict.map)
  map.set('Length', length)
  return new PdfDict(map)
}

function writeStream(out: ByteWriter, stream: PdfStream, options: SerializeOptions): void {
  const raw = encodedStream(stream, options)
  writeObject(out, streamDict(stream, raw.length), options)
  out.ascii('\nstream\n')
  out.bytes(raw)
  out.ascii('\nendstream')
}

function writeAtom(out: ByteWriter, value: PdfObject, options: SerializeOptions): void {
  if (value === null) out.ascii('null')
  else if (typeof value === 'boolean') out.ascii(value ? 'true' : 'false')
  else if (typeof value === 'number') out.ascii(encodeNumber(value))
  else if (value instanceof PdfReal) out.ascii(value.raw)
  else if (value instanceof PdfName) writeName(out, value.name)
  else if (value instanceof PdfRef) out.ascii(`${value.num} ${value.gen} R`)
  else if (value instanceof PdfString) writeString(out, value, options)
  else throw new CountersignError('ARGUMENT_INVALID', 'a stream must be an indirect object')
}

/** A dictionary or array being written, and how far it is. */
interface Frame {
  readonly close: string
  readonly keys: IterableIterator<string> | undefined
  readonly values: IterableIterator<PdfObject>
  first: boolean
}

function openContainer(out: ByteWriter, value: PdfDict | PdfArray): Frame {
  const isDict = value instanceof PdfDict
  out.ascii(isDict ? '<<' : '[')
  if (!isDict) return { close: ']', keys: undefined, values: value.items[Symbol.iterator](), first: true }
  return { close: ' >>', keys: value.map.keys(), values: value.map.values(), first: true }
}

/** What stands before the next value: its key in a dictionary, a space in an array. */
function writeSeparator(out: ByteWriter, frame: Frame): void {
  if (frame.keys !== undefined || !frame.first) out.byte(0x20)
  frame.first = false
  if (frame.keys === undefined) return
  writeName(out, frame.keys.next().value as string)
  out.byte(0x20)
}

/** Writes one object; a stream only at the top. No recursion on nesting: the values may come from a hostile file. */
export function writeObject(out: ByteWriter, object: PdfObject, options: SerializeOptions = {}): void {
  if (object instanceof PdfStream) {
    writeStream(out, object, options)
    return
  }
  if (!(object instanceof PdfDict || object instanceof PdfArray)) {
    writeAtom(out, object, options)
    return
  }
  const stack = [openContainer(out, object)]
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const next = frame.values.next()
    if (next.done === true) {
      out.ascii(frame.close)
      stack.pop()
      continue
    }
    writeSeparator(out, frame)
    const { value } = next
    if (value instanceof PdfDict || value instanceof PdfArray) stack.push(openContainer(out, value))
    else writeAtom(out, value, options)
  }
}

/** The bytes of one object (without `N G obj`). */
export function encodeObject(object: PdfObject, options: SerializeOptions = {}): Uint8Array {
  const out = new ByteWriter(256)
  writeObject(out, object, options)
  return out.finish()
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

function sameAtom(a: PdfObject, b: PdfObject): boolean {
  if (typeof a === 'object' && typeof b === 'object' && a?.constructor !== b?.constructor) return false
  return sameBytes(encodeObject(a), encodeObject(b))
}

type Pair = readonly [PdfObject, PdfObject]

/** Pairs that are left to compare inside two containers; undefined where they differ already. */
function innerPairs(a: PdfDict | PdfArray, b: PdfObject): readonly Pair[] | undefined {
  if (a instanceof PdfArray) {
    if (!(b instanceof PdfArray) || a.items.length !== b.items.length) return undefined
    return a.items.map((item, i): Pair => [item, b.items[i]!]).filter(([one, other]) => one !== other)
  }
  if (!(b instanceof PdfDict) || a.map.size !== b.map.size) return undefined
  const others = b.map.keys()
  const pairs: Pair[] = []
  for (const [key, value] of a.map) {
    // Another order is written with other bytes.
    if (others.next().value !== key) return undefined
    const other = b.map.get(key)!
    if (other !== value) pairs.push([value, other])
  }
  return pairs
}

/** True when both would be written with the same bytes (W10). Streams compare by dictionary and encoded bytes. */
export function sameObject(a: PdfObject, b: PdfObject): boolean {
  const stack: Pair[] = [[a, b]]
  for (let pair = stack.pop(); pair !== undefined; pair = stack.pop()) {
    const [one, other] = pair
    if (one === other) continue
    if (!(one instanceof PdfDict || one instanceof PdfArray)) {
      if (!sameAtom(one, other)) return false
      continue
    }
    const inner = innerPairs(one, other)
    if (inner === undefined) return false
    for (const next of inner) stack.push(next)
  }
  return true
}
