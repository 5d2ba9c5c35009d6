import { CountersignError, LimitError } from '../error.ts'
import { isDigit, isRegular, isSpace } from './characters.ts'
import { TOKEN, type Lexer } from './lexer.ts'
import { numberOf } from './objects.ts'
import type { XrefSection } from './types.ts'
import { countEntries, parseSection, type XrefReader, type XrefSource } from './sections.ts'

/** A section with the `startxref ... %%EOF` that stands right behind it, where one does. */
export interface ChainedSection {
  readonly section: XrefSection
  readonly terminator: Terminator | undefined
}

/** A fault of the file's structure. */
export type FoundFault = readonly [code: string, offset: number]

/** The sections of a file, newest first. */
export interface Chain {
  readonly items: readonly ChainedSection[]
  /** How `startxref` missed the newest section, where it did: no part of what an appended section finds by /Prev. */
  readonly startFault: FoundFault | undefined
  /** Faults of the sections and of the links between them. */
  readonly faults: readonly FoundFault[]
  /** Entries of all sections (L-02). */
  readonly entries: number
}

/** `startxref N %%EOF`. */
export interface Terminator {
  readonly start: number
  /** The number as written. */
  readonly value: number
  /** Offset of `%%EOF`. */
  readonly eof: number
  /** After `%%EOF` and at most one end of line. */
  readonly end: number
}

/** How far an offset that misses its section may be off (W5): more is a damaged file, never a search (N2). */
export const CORRECTION = 24

/** Where readers look for `startxref`: the last KiB; some look farther. */
const READERS_TAIL = 1024
const SMALL_TAIL = 2048
const LARGE_TAIL = 65536

/**
 * The last `startxref` of the file (S2): searched in the last 2 KiB, then 64 KiB. One that cannot be read is passed over and recorded:
 * readers that repair files would go on from there (P-15).
 */
export function findStartxref(
  lexer: Lexer,
  size: number,
  fault: (code: string, offset: number) => void,
): Terminator | undefined {
  let from = size - 9
  for (const tail of [SMALL_TAIL, LARGE_TAIL]) {
    const until = Math.max(0, size - tail)
    for (; from >= until; from--) {
      if (lexer.at(from) !== 0x73 || !lexer.startsWith(from, 'startxref')) continue
      const found = parseTerminator(lexer, from, true)
      if (found === undefined) {
        fault('STARTXREF_UNREADABLE', from)
        continue
      }
      // Other readers do not look so far, and put the file together anew from whatever looks like an object.
      if (size - from > READERS_TAIL) fault('STARTXREF_FAR', from)
      return found
    }
  }
  return undefined
}

/** `startxref`, the number and `%%EOF` from `at` on; with `lenient` a missing `%%EOF` is read as standing at the end. */
export function parseTerminator(lexer: Lexer, at: number, lenient: boolean): Terminator | undefined {
  lexer.pos = at
  lexer.skipSpace(true)
  const start = lexer.pos
  if (!lexer.startsWith(start, 'startxref') || (isRegular(lexer.at(start + 9)) && !isDigit(lexer.at(start + 9))))
    return undefined
  lexer.pos = start + 9
  while (isSpace(lexer.at(lexer.pos)) && lexer.at(lexer.pos) !== 0) lexer.pos++
  // Behind a comment, a NUL or a sign Poppler reads no number, and repairs the file.
  if (!isDigit(lexer.at(lexer.pos))) return undefined
  if (lexer.next() !== TOKEN.integer || lexer.number < 0) return undefined
  const value = lexer.number
  const afterNumber = lexer.pos
  lexer.skipSpace(true)
  if (!lexer.startsWith(lexer.pos, '%%EOF')) {
    return lenient ? { start, value, eof: afterNumber, end: afterNumber } : undefined
  }
  return { start, value, eof: lexer.pos, end: afterEol(lexer, lexer.pos + 5) }
}

/** After at most one end of line (P-08). */
function afterEol(lexer: Lexer, at: number): number {
  if (lexer.at(at) === 13) return lexer.at(at + 1) === 10 ? at + 2 : at + 1
  return lexer.at(at) === 10 ? at + 1 : at
}

/**
 * The sections by `startxref` -> /Prev, newest first. Throws PDF_DAMAGED when the newest cannot be read; an older one that
 * cannot be read ends the chain with a fault. Where a /Prev leads to the newest section of `known`, that chain goes on from there.
 */
export function readChain(file: XrefSource, start: Terminator, known?: Chain): Chain {
  const faults: FoundFault[] = []
  const reader: XrefReader = { ...file, fault: (code, offset) => faults.push([code, offset]), entries: 0 }
  const items: ChainedSection[] = []
  let startFault: FoundFault | undefined
  const seen = new Set<number>()
  let next: number | undefined = start.value + reader.shift
  while (next !== undefined) {
    if (known !== undefined && items.length > 0 && next === known.items[0]!.section.offset) {
      return joinChains(reader, { items, startFault, faults, entries: reader.entries }, known)
    }
    const { section, correction } = sectionNear(reader, next)
    if (section === undefined) {
      const newest = items.at(-1)
      if (newest === undefined) throw damaged(start.value)
      reader.fault('PREV_UNREADABLE', next)
      next = startxrefBefore(reader, newest.section.offset)
      continue
    }
    if (correction !== undefined && items.length === 0) startFault = [correction, next]
    else if (correction !== undefined) faults.push([correction, next])
    if (seen.has(section.offset)) {
      reader.fault('PREV_LOOP', section.offset)
      break
    }
    seen.add(section.offset)
    checkLength(reader, items.length + 1)
    items.push({
      section: withHybrid(reader, section),
      terminator: parseTerminator(reader.lexer, section.end, false),
    })
    next = prevOf(reader, section)
  }
  return { items, startFault, faults, entries: reader.entries }
}

function joinChains(reader: XrefReader, newer: Chain, older: Chain): Chain {
  checkLength(reader, newer.items.length + older.items.length)
  countEntries(reader, older.entries)
  return {
    items: [...newer.items, ...older.items],
    startFault: newer.startFault,
    faults: [...newer.faults, ...older.faults],
    entries: reader.entries,
  }
}

function checkLength({ limits }: XrefReader, sections: number): void {
  if (sections > 2 * limits.revisions) {
    throw new LimitError('REVISIONS', `The file has more than ${limits.revisions} revisions.`)
  }
}

function damaged(offset: number): CountersignError {
  return new CountersignError(
    'PDF_DAMAGED',
    `No cross-reference section stands at byte ${offset}, where startxref points.`,
    {
      details: { offset },
    },
  )
}

function prevOf(reader: XrefReader, section: XrefSection): number | undefined {
  const value = section.trailer.get('Prev')
  if (value === undefined || value === null) return undefined
  const prev = numberOf(value)
  if (prev === undefined || !Number.isInteger(prev) || prev < 0) {
    reader.fault('PREV_UNREADABLE', section.offset)
    return undefined
  }
  if (typeof value !== 'number') reader.fault('MALFORMED_TOKEN', section.offset)
  return prev + reader.shift
}

/** Adds the section that /XRefStm of a table names; its own /Prev says nothing. */
function withHybrid(reader: XrefReader, section: XrefSection): XrefSection {
  const at = section.form === 'table' ? section.trailer.get('XRefStm') : undefined
  if (at === undefined || at === null) return section
  const { section: hybrid, correction } = typeof at === 'number' ? sectionNear(reader, at + reader.shift) : NOTHING
  if (correction !== undefined) reader.fault(correction, (at as number) + reader.shift)
  if (hybrid === undefined || hybrid.form !== 'stream') {
    reader.fault('XREFSTM_UNREADABLE', section.offset)
    return section
  }
  return { ...section, hybrid }
}

/**
 * Where a broken /Prev is made up for, with a defect recorded (P-15): the offset in the nearest `startxref ... %%EOF` before the
 * section, provided that it stands right behind the section it names. So no signature of an older revision is lost from the list.
 */
function startxrefBefore(reader: XrefReader, before: number): number | undefined {
  const { lexer } = reader
  for (let at = lexer.findBack('startxref', before - 8); at >= 0; at = lexer.findBack('startxref', at)) {
    const found = parseTerminator(lexer, at, false)
    if (found === undefined || found.value + reader.shift >= at) continue
    const section = parseSection(reader, found.value + reader.shift)
    if (section !== undefined && parseTerminator(lexer, section.end, false)?.start === at) return section.offset
  }
  return undefined
}

interface FoundSection {
  readonly section: XrefSection | undefined
  /** The fault to tell where the offset missed the section. */
  readonly correction: string | undefined
}

const NOTHING: FoundSection = { section: undefined, correction: undefined }

/** The section at the offset, or the only one within a few bytes of it, with the correction to be recorded (W5, P-15). */
function sectionNear(reader: XrefReader, offset: number): FoundSection {
  const exact = parseSection(reader, offset)
  if (exact !== undefined) return { section: exact, correction: undefined }
  const { lexer } = reader
  lexer.pos = offset
  lexer.skipSpace()
  const blanks = lexer.pos > offset && lexer.pos <= offset + CORRECTION
  const after = blanks ? parseSection(reader, lexer.pos) : undefined
  if (after !== undefined) return { section: after, correction: 'XREF_OFFSET_IN_SPACE' }
  const corrected = candidateNear(reader, offset)
  return corrected === undefined ? NOTHING : { section: corrected, correction: 'XREF_OFFSET_CORRECTED' }
}

/** The nearest section that starts within the correction distance and after a byte that is not part of a token. */
function candidateNear(reader: XrefReader, offset: number): XrefSection | undefined {
  const { lexer } = reader
  for (let distance = 1; distance <= CORRECTION; distance++) {
    for (const at of [offset - distance, offset + distance]) {
      const code = lexer.at(at)
      if ((code !== 0x78 && !isDigit(code)) || isRegular(lexer.at(at - 1))) continue
      const section = parseSection(reader, at)
      if (section !== undefined) return section
    }
  }
  return undefined
}
