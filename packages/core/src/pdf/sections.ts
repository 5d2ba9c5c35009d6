import { CountersignError, LimitError } from '../error.ts'
import { isDigit, isRegular } from './characters.ts'
import { InflateBudget, decodeFilters, filterSteps } from './filters/index.ts'
import { Lexer, TOKEN } from './lexer.ts'
import { PdfArray, PdfDict, PdfStream, isName, numberOf, type PdfObject } from './objects.ts'
import { parseIndirect, parseValues, type ParseContext } from './parser.ts'
import type { FileBytes } from './source.ts'
import type { Limits, XrefEntries, XrefEntry, XrefSection } from './types.ts'
import {
  FEW,
  LayeredEntries,
  StreamEntries,
  TABLE_ENTRY,
  TableEntries,
  areTableEntries,
  overlap,
  tableEntry,
  type FieldWidths,
  type Subsection,
} from './xref-entries.ts'

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
  return { nesting: reader.limits.nesting, fault: (code, offset) => reader.fault(code, offset) }
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
  const parts: TablePart[] = []
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
    const part = parseSubsection(reader, offset, first, count)
    if (part === undefined) return undefined
    parts.push(part)
  }
  const { value: trailer, end } = parseDirect(reader)
  if (!(trailer instanceof PdfDict)) return undefined
  return { form: 'table', offset, end, entries: joinParts(reader, parts, offset), trailer }
}

/** A subsection of a table: where its entries stand, or what they are. */
interface TablePart extends Subsection {
  readonly entries?: readonly XrefEntry[]
}

/** A few entries as a Map; many stay in the file, unless some number stands twice: then the last entry holds, as in a Map. */
function joinParts(reader: XrefReader, parts: readonly TablePart[], table: number): XrefEntries {
  const placed = parts.filter(({ entries }) => entries === undefined)
  const entries = new Map<number, XrefEntry>()
  const add = (num: number, entry: XrefEntry): void => {
    if (entries.has(num)) reader.fault('XREF_ENTRY_TWICE', table)
    entries.set(num, entry)
  }
  const twice = placed.length > 0 && overlap(parts)
  for (const part of parts) {
    if (part.entries !== undefined) for (const [i, entry] of part.entries.entries()) add(part.first + i, entry)
    else if (twice) for (const [num, entry] of new TableEntries(reader.source, [part], reader.shift)) add(num, entry)
  }
  if (placed.length === 0 || twice) return entries
  const large = new TableEntries(reader.source, placed, reader.shift)
  return entries.size === 0 ? large : new LayeredEntries([entries, large])
}

/** The next object, direct: a trailer dictionary ends at its `>>`. */
function parseDirect(reader: XrefReader): { value: PdfObject | undefined; end: number } {
  const parsed = parseValues(reader.lexer, contextOf(reader), true)
  return { value: parsed.items.length === 1 ? parsed.items[0] : undefined, end: reader.lexer.pos }
}

function parseSubsection(reader: XrefReader, table: number, first: number, count: number): TablePart | undefined {
  const { lexer, source, shift } = reader
  lexer.skipSpace()
  const at = lexer.pos
  if (count > FEW && areTableEntries(source, at, count)) {
    lexer.pos = at + count * TABLE_ENTRY
    return { first, count, at }
  }
  const entries: XrefEntry[] = []
  let [run, start] = [source.slice(at, at), at]
  for (let i = 0; i < count; i++) {
    if (lexer.pos + TABLE_ENTRY > start + run.length) {
      start = lexer.pos
      run = source.slice(start, start + Math.min(count - i, FEW) * TABLE_ENTRY)
    }
    const fixed = tableEntry(run, lexer.pos - start, shift)
    if (fixed !== undefined) lexer.pos += TABLE_ENTRY
    const entry = fixed ?? parseLooseEntry(reader, table)
    if (entry === undefined) return undefined
    entries.push(entry)
  }
  return { first, count, at, entries }
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

function digits(lexer: Lexer, at: number, count: number): number {
  let value = 0
  for (let i = 0; i < count; i++) {
    const code = lexer.at(at + i)
    if (!isDigit(code)) return -1
    value = value * 10 + code - 0x30
  }
  return value
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

function readEntries(reader: XrefReader, stream: PdfStream, offset: number): XrefEntries | undefined {
  const widths = integers(stream.dict.get('W'))
  const size = numberOf(stream.dict.get('Size')) ?? 0
  const index = stream.dict.has('Index') ? integers(stream.dict.get('Index')) : [0, size]
  if (widths === undefined || widths.length < 3 || widths.some((width) => width > 8)) return undefined
  if (index === undefined || index.length % 2 !== 0) return undefined
  const data = decodeXrefData(reader, stream, offset)
  const width = widths.reduce((sum, one) => sum + one, 0)
  if (data === undefined || width === 0) return undefined
  const subsections: Subsection[] = []
  let at = 0
  for (let i = 0; i < index.length; i += 2) {
    const [first, count] = [index[i]!, index[i + 1]!]
    countEntries(reader, count)
    if (count > 0) checkNumber(reader, first + count - 1)
    const there = Math.min(count, Math.floor((data.length - at) / width))
    subsections.push({ first, count: there, at })
    at += there * width
    if (there === count) continue
    reader.fault('XREF_STREAM_SHORT', offset)
    break
  }
  const entries = (some: readonly Subsection[]): StreamEntries =>
    new StreamEntries(data, some, width, fieldWidths(widths), reader.shift)
  const placed = entries(subsections)
  if (placed.hasUnknownTypes()) reader.fault('XREF_ENTRY_TYPE', offset)
  if (placed.size > FEW && !placed.overlaps) return placed
  return mapOf(
    reader,
    subsections.map((one) => entries([one])),
    offset,
  )
}

function fieldWidths(widths: readonly number[]): FieldWidths {
  return [widths[0]!, widths[1]!, widths[2]!]
}

/** A few entries, or some that stand twice, as a Map: of those the last holds. */
function mapOf(reader: XrefReader, subsections: readonly XrefEntries[], offset: number): XrefEntries {
  const entries = new Map<number, XrefEntry>()
  for (const subsection of subsections) {
    for (const [num, entry] of subsection) {
      if (entries.has(num)) reader.fault('XREF_ENTRY_TWICE', offset)
      entries.set(num, entry)
    }
  }
  return entries
}

const SLACK = 65_536

function decodeXrefData(reader: XrefReader, stream: PdfStream, offset: number): Uint8Array | undefined {
  const resolve = (value: PdfObject | undefined): PdfObject => value ?? null
  try {
    const steps = filterSteps(stream.dict, resolve, reader.limits.filters)
    const decoded = decodeFilters(stream.raw, steps, resolve, reader.budget)
    if (decoded.fault !== undefined) reader.fault('STREAM_DATA_DAMAGED', offset)
    // What the buffer had room for beyond the data would be kept as long as the document.
    return decoded.bytes.length > SLACK ? decoded.bytes.slice() : decoded.bytes
  } catch (error) {
    if (error instanceof CountersignError && !(error instanceof LimitError)) return undefined
    throw error
  }
}
