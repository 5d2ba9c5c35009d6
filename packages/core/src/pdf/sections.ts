import { CountersignError, LimitError } from '../error.ts'
import { isDigit, isRegular } from './characters.ts'
import { InflateBudget, decodeFilters, filterSteps } from './filters/index.ts'
import { Lexer, TOKEN } from './lexer.ts'
import { PdfArray, PdfDict, PdfStream, isName, numberOf, type PdfObject } from './objects.ts'
import { parseIndirect, parseValues, type ParseContext } from './parser.ts'
import type { FileBytes } from './source.ts'
import type { Limits, XrefEntry, XrefSection } from './types.ts'

/** The file whose sections are read. */
export interface XrefSource {
  readonly source: FileBytes
  readonly lexer: Lexer
  readonly limits: Limits
  readonly budget: InflateBudget
  /** Added to every offset in the file: bytes before the header (P-01). */
  readonly shift: number
}

/** What reading sections shares: the file, the counter and where faults go. */
export interface XrefReader extends XrefSource {
  fault: (code: string, offset: number) => void
  /** Entries read so far (L-02). */
  entries: number
}

/** The section at exactly `offset`, undefined when there is none; faults are told only of a section that is one. Throws LimitError. */
export function parseSection(reader: XrefReader, offset: number): XrefSection | undefined {
  const { fault, entries } = reader
  const faults: [code: string, offset: number][] = []
  reader.fault = (code, at) => faults.push([code, at])
  try {
    const section = parseAt(reader, offset)
    if (section === undefined) reader.entries = entries
    else for (const [code, at] of faults) fault(code, at)
    return section
  } finally {
    reader.fault = fault
  }
}

function parseAt(reader: XrefReader, offset: number): XrefSection | undefined {
  if (offset < 0 || offset >= reader.source.size) return undefined
  const { lexer } = reader
  if (lexer.startsWith(offset, 'xref') && !isRegular(lexer.at(offset + 4))) return parseTable(reader, offset)
  return isDigit(lexer.at(offset)) ? parseXrefStream(reader, offset) : undefined
}

function contextOf(reader: XrefReader): ParseContext {
  return { nesting: reader.limits.nesting, fault: (code, offset) => reader.fault(code, offset), spans: true }
}

/** Throws LIMIT_XREF_ENTRIES. */
export function countEntries(reader: XrefReader, count: number): void {
  reader.entries += count
  if (reader.entries > reader.limits.xrefEntries) {
    throw new LimitError('XREF_ENTRIES', `The file has more than ${reader.limits.xrefEntries} cross-reference entries.`)
  }
}

function checkNumber(reader: XrefReader, num: number): void {
  if (num > reader.limits.objectNumber) {
    throw new LimitError('OBJECT_NUMBER', `Object number ${num} is above ${reader.limits.objectNumber}.`)
  }
}

/** `xref`, subsections, `trailer` and its dictionary (7.5.4, 7.5.5). */
function parseTable(reader: XrefReader, offset: number): XrefSection | undefined {
  const { lexer } = reader
  const entries = new Map<number, XrefEntry>()
  lexer.pos = offset + 4
  for (;;) {
    const token = lexer.next()
    if (token === TOKEN.keyword && lexer.text === 'trailer') break
    if (token !== TOKEN.integer) return undefined
    const first = lexer.number
    if (lexer.next() !== TOKEN.integer || first < 0 || lexer.number < 0) return undefined
    const count = lexer.number
    countEntries(reader, count)
    if (count > 0) checkNumber(reader, first + count - 1)
    if (!parseSubsection(reader, offset, entries, first, count)) return undefined
  }
  const { value: trailer, end } = parseDirect(reader)
  if (!(trailer instanceof PdfDict)) return undefined
  return { form: 'table', offset, end, entries, trailer }
}

/** The next object, direct: a trailer dictionary ends at its `>>`. */
function parseDirect(reader: XrefReader): { value: PdfObject | undefined; end: number } {
  const parsed = parseValues(reader.lexer, contextOf(reader), true)
  return { value: parsed.items.length === 1 ? parsed.items[0] : undefined, end: reader.lexer.pos }
}

function parseSubsection(
  reader: XrefReader,
  table: number,
  entries: Map<number, XrefEntry>,
  first: number,
  count: number,
): boolean {
  const { lexer } = reader
  lexer.skipSpace()
  for (let num = first; num < first + count; num++) {
    const entry = parseFixedEntry(reader, lexer.pos) ?? parseLooseEntry(reader, table)
    if (entry === undefined) return false
    if (entries.has(num)) reader.fault('XREF_ENTRY_TWICE', table)
    entries.set(num, entry)
  }
  return true
}

/** Exactly 20 bytes: ten digits, space, five digits, space, `n` or `f`, two bytes of end of line (7.5.4). */
function parseFixedEntry(reader: XrefReader, at: number): XrefEntry | undefined {
  const { lexer } = reader
  const type = lexer.at(at + 17)
  if (lexer.at(at + 10) !== 32 || lexer.at(at + 16) !== 32 || (type !== 0x6e && type !== 0x66)) return undefined
  const [first, second] = [lexer.at(at + 18), lexer.at(at + 19)]
  if ((first !== 32 && first !== 13) || (second !== 10 && second !== 13)) return undefined
  const offset = digits(lexer, at, 10)
  const gen = digits(lexer, at + 11, 5)
  if (offset < 0 || gen < 0) return undefined
  lexer.pos = at + 20
  return makeEntry(reader, type === 0x6e, offset, gen)
}

function digits(lexer: Lexer, at: number, count: number): number {
  let value = 0
  for (let i = 0; i < count; i++) {
    const code = lexer.at(at + i)
    if (!isDigit(code)) return -1
    value = value * 10 + code - 0x30
  }
  return value
}

/** An entry of another width, read by its tokens and recorded (S3); one of another form is a guess (P-15). */
function parseLooseEntry(reader: XrefReader, table: number): XrefEntry | undefined {
  const { lexer } = reader
  const start = lexer.pos
  if (lexer.next() !== TOKEN.integer) return undefined
  const offset = lexer.number
  if (lexer.next() !== TOKEN.integer) return undefined
  const gen = lexer.number
  if (lexer.next() !== TOKEN.keyword || (lexer.text !== 'n' && lexer.text !== 'f') || offset < 0 || gen < 0)
    return undefined
  const used = lexer.text === 'n'
  reader.fault(hasEntryForm(lexer, start) ? 'XREF_ENTRY_WIDTH' : 'XREF_ENTRY_FORM', table)
  lexer.skipSpace()
  return makeEntry(reader, used, offset, gen)
}

/** Ten digits (spaces may stand for leading zeros), five digits, `n` or `f`, with spaces between, and then an end of line. */
function hasEntryForm(lexer: Lexer, start: number): boolean {
  let at = start
  while (lexer.at(at) === 32) at++
  let width = 0
  while (isDigit(lexer.at(at + width))) width++
  for (let i = width; i < 10; i++) if (lexer.at(at - 1 - i + width) !== 32) return false
  for (const count of [width, 5]) {
    if (digits(lexer, at, count) < 0) return false
    at += count
    if (lexer.at(at) !== 32) return false
    while (lexer.at(at) === 32) at++
  }
  at++
  while (lexer.at(at) === 32) at++
  return lexer.at(at) === 10 || lexer.at(at) === 13
}

function makeEntry(reader: XrefReader, used: boolean, offset: number, gen: number): XrefEntry {
  return used ? { type: 'used', offset: offset + reader.shift, gen } : { type: 'free', next: offset, gen }
}

/** A cross-reference stream (7.5.8); its strings are never encrypted. */
function parseXrefStream(reader: XrefReader, offset: number): XrefSection | undefined {
  const { source, lexer } = reader
  const object = parseIndirect(source, lexer, offset, contextOf(reader), (value) =>
    typeof value === 'number' ? value : undefined,
  )
  const stream = object?.value
  if (object === undefined || !(stream instanceof PdfStream) || !isName(stream.dict.get('Type'), 'XRef'))
    return undefined
  const entries = readEntries(reader, stream, offset)
  if (entries === undefined) return undefined
  return { form: 'stream', offset, end: object.span.end, entries, trailer: stream.dict }
}

function integers(value: PdfObject | undefined): readonly number[] | undefined {
  if (!(value instanceof PdfArray)) return undefined
  const numbers: number[] = []
  for (const item of value.items) {
    if (typeof item !== 'number' || item < 0) return undefined
    numbers.push(item)
  }
  return numbers
}

function readEntries(reader: XrefReader, stream: PdfStream, offset: number): Map<number, XrefEntry> | undefined {
  const widths = integers(stream.dict.get('W'))
  const size = numberOf(stream.dict.get('Size')) ?? 0
  const index = stream.dict.has('Index') ? integers(stream.dict.get('Index')) : [0, size]
  if (widths === undefined || widths.length < 3 || widths.some((width) => width > 8)) return undefined
  if (index === undefined || index.length % 2 !== 0) return undefined
  const data = decodeXrefData(reader, stream, offset)
  if (data === undefined) return undefined
  const entries = new Map<number, XrefEntry>()
  const width = widths.reduce((sum, one) => sum + one, 0)
  if (width === 0) return undefined
  let at = 0
  for (let i = 0; i < index.length; i += 2) {
    const first = index[i]!
    const count = index[i + 1]!
    countEntries(reader, count)
    if (count > 0) checkNumber(reader, first + count - 1)
    for (let num = first; num < first + count; num++, at += width) {
      if (at + width > data.length) {
        reader.fault('XREF_STREAM_SHORT', offset)
        return entries
      }
      const entry = streamEntry(reader, data, at, widths, offset)
      if (entry === undefined) continue
      if (entries.has(num)) reader.fault('XREF_ENTRY_TWICE', offset)
      entries.set(num, entry)
    }
  }
  return entries
}

function decodeXrefData(reader: XrefReader, stream: PdfStream, offset: number): Uint8Array | undefined {
  const resolve = (value: PdfObject | undefined): PdfObject => value ?? null
  try {
    const steps = filterSteps(stream.dict, resolve, reader.limits.filters)
    const decoded = decodeFilters(stream.raw, steps, resolve, reader.budget)
    if (decoded.fault !== undefined) reader.fault('STREAM_DATA_DAMAGED', offset)
    return decoded.bytes
  } catch (error) {
    if (error instanceof CountersignError && !(error instanceof LimitError)) return undefined
    throw error
  }
}

function field(data: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = 0; i < width; i++) value = value * 256 + data[at + i]!
  return value
}

/** Types 0, 1 and 2 (table 18); any other type stands for null and is left out. */
function streamEntry(
  reader: XrefReader,
  data: Uint8Array,
  at: number,
  widths: readonly number[],
  offset: number,
): XrefEntry | undefined {
  const [typeWidth, secondWidth, thirdWidth] = widths as readonly [number, number, number]
  const type = typeWidth === 0 ? 1 : field(data, at, typeWidth)
  const second = field(data, at + typeWidth, secondWidth)
  const third = field(data, at + typeWidth + secondWidth, thirdWidth)
  if (type === 0) return { type: 'free', next: second, gen: third }
  if (type === 1) return { type: 'used', offset: second + reader.shift, gen: third }
  if (type === 2) return { type: 'compressed', stream: second, index: third }
  reader.fault('XREF_ENTRY_TYPE', offset)
  return undefined
}
