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

type Task = { readonly text: string } | { readonly name: string } | { readonly value: PdfObject }

function dictTasks(dict: PdfDict): Task[] {
  const tasks: Task[] = [{ text: '<<' }]
  for (const [key, value] of dict.map) tasks.push({ text: ' ' }, { name: key }, { text: ' ' }, { value })
  tasks.push({ text: ' >>' })
  return tasks
}

function arrayTasks(array: PdfArray): Task[] {
  const tasks: Task[] = [{ text: '[' }]
  array.items.forEach((value, index) => tasks.push(...(index === 0 ? [] : [{ text: ' ' }]), { value }))
  tasks.push({ text: ']' })
  return tasks
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

/** Writes one object; a stream only at the top. No recursion on nesting: the values may come from a hostile file. */
export function writeObject(out: ByteWriter, object: PdfObject, options: SerializeOptions = {}): void {
  if (object instanceof PdfStream) {
    writeStream(out, object, options)
    return
  }
  const stack: Task[] = [{ value: object }]
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
    if ('text' in task) out.ascii(task.text)
    else if ('name' in task) writeName(out, task.name)
    else if (task.value instanceof PdfDict) pushReversed(stack, dictTasks(task.value))
    else if (task.value instanceof PdfArray) pushReversed(stack, arrayTasks(task.value))
    else writeAtom(out, task.value, options)
  }
}

function pushReversed(stack: Task[], tasks: readonly Task[]): void {
  for (let i = tasks.length - 1; i >= 0; i--) stack.push(tasks[i]!)
}

/** The bytes of one object (without `N G obj`). */
export function encodeObject(object: PdfObject, options: SerializeOptions = {}): Uint8Array {
  const out = new ByteWriter()
  writeObject(out, object, options)
  return out.finish()
}

/** True when both would be written with the same bytes (W10). Streams compare by dictionary and encoded bytes. */
export function sameObject(a: PdfObject, b: PdfObject): boolean {
  if (a === b) return true
  const left = encodeObject(a)
  const right = encodeObject(b)
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}
