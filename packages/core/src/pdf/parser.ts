import { isSpace } from './characters.ts'
import { TOKEN, type Lexer, type Token } from './lexer.ts'
import { PdfDict, PdfReal, PdfRef, PdfStream, PdfString, type PdfObject, type Span } from './objects.ts'
import { KIND, OpenValues, nameText, type HeldValue, type ParseContext } from './open-values.ts'
import type { FileBytes } from './source.ts'

export type { ParseContext, SyntaxFault } from './open-values.ts'

/** What ended a value: a keyword such as `endobj` or `stream`, or the end of the input (''). */
export interface ParsedValue {
  readonly items: readonly PdfObject[]
  readonly terminator: string
  readonly terminatorStart: number
}

const STRUCTURAL: ReadonlySet<string> = new Set([
  'obj',
  'endobj',
  'stream',
  'endstream',
  'xref',
  'trailer',
  'startxref',
])

/**
 * Reads objects until a structural keyword or the end of the input; iterative, with an explicit stack (L-25).
 * With `single`, stops after the first whole object that is not followed by more numbers of a reference.
 * Throws LIMIT_NESTING, LIMIT_NAME and LIMIT_STRING; bad syntax is told to `context.fault` and read as null.
 */
export function parseValues(lexer: Lexer, context: ParseContext, single = false): ParsedValue {
  const open = new OpenValues(context, lexer.pos)
  for (;;) {
    const token = lexer.next()
    if (lexer.malformed) context.fault('MALFORMED_TOKEN', lexer.start)
    if (token === TOKEN.arrayOpen || token === TOKEN.dictOpen) {
      open.open(token === TOKEN.arrayOpen ? KIND.array : KIND.dict, lexer.start)
    } else if (token === TOKEN.arrayClose || token === TOKEN.dictClose) {
      if (open.kind !== (token === TOKEN.arrayClose ? KIND.array : KIND.dict)) {
        context.fault('UNBALANCED_BRACKETS', lexer.start)
        if (!open.isOpen()) continue
      }
      open.close(lexer.end)
      if (single && !open.isOpen()) return open.finish('', lexer.pos)
    } else if (token === TOKEN.keyword || token === TOKEN.eof) {
      if (token === TOKEN.eof || STRUCTURAL.has(lexer.text)) {
        if (open.isOpen()) context.fault('UNBALANCED_BRACKETS', lexer.start)
        while (open.isOpen()) open.close(lexer.start)
        return open.finish(token === TOKEN.eof ? '' : lexer.text, lexer.start)
      }
      pushKeyword(open, lexer, context)
    } else if (token === TOKEN.name) open.pushName(lexer.text, lexer.start, lexer.end)
    else open.push(simpleObject(token, lexer, open, context), lexer.start, lexer.end)
  }
}

function simpleObject(token: Token, lexer: Lexer, open: OpenValues, context: ParseContext): PdfObject {
  if (token === TOKEN.integer) return lexer.number
  if (token === TOKEN.real) return new PdfReal(lexer.number, lexer.text)
  const string = new PdfString(lexer.bytes, token === TOKEN.hex)
  if (context.decrypt === undefined || open.isContents()) return string
  return new PdfString(context.decrypt(string.bytes), string.hex)
}

function pushKeyword(open: OpenValues, lexer: Lexer, context: ParseContext): void {
  const { text, start, end } = lexer
  if (text === 'R') {
    if (open.pushReference(start, end)) return
    context.fault('MALFORMED_TOKEN', start)
  } else if (text === 'true' || text === 'false') return open.push(text === 'true', start, end)
  else if (text !== 'null' && !lexer.malformed) context.fault('MALFORMED_TOKEN', start)
  open.push(null, start, end)
}

/** Where the values of the dictionary at the lexer's position stand: the same reading once more, for the few that are asked. */
export function locateValues(lexer: Lexer, nesting: number): ReadonlyMap<string, Span> {
  const items: { readonly value: HeldValue; readonly start: number; readonly end: number }[] = []
  const item = (value: HeldValue, start: number, end: number): void => {
    // A reference takes the place of its two numbers.
    const numbers = value instanceof PdfRef ? items.splice(-2) : []
    items.push({ value, start: numbers[0]?.start ?? start, end })
  }
  parseValues(lexer, { nesting, fault: () => undefined, item }, true)
  const found = new Map<string, Span>()
  for (let i = 0; i < items.length;) {
    const key = nameText(items[i]!.value)
    const value = items[i + 1]
    const whole = key !== undefined && value !== undefined
    if (whole) found.set(key, { start: value.start, end: value.end })
    i += whole ? 2 : 1
  }
  return found
}

/** An indirect object as it stands in the file. */
export interface IndirectObject {
  readonly num: number
  readonly gen: number
  readonly value: PdfObject
  /** From the object number to the end of `endobj` (or where it should have been). */
  readonly span: Span
}

/** Where `N G obj` ends, with its numbers; undefined when it does not stand exactly at the offset. */
export function parseObjectHeader(lexer: Lexer, offset: number): { num: number; gen: number } | undefined {
  const first = lexer.at(offset)
  if (first < 0x30 || first > 0x39) return undefined
  lexer.pos = offset
  if (lexer.next() !== TOKEN.integer) return undefined
  const num = lexer.number
  if (lexer.next() !== TOKEN.integer || lexer.number < 0) return undefined
  const gen = lexer.number
  if (lexer.next() !== TOKEN.keyword || lexer.text !== 'obj') return undefined
  return { num, gen }
}

/** Length of a stream: the direct number, or what a reference leads to in the view at hand. */
export type LengthOf = (value: PdfObject | undefined) => number | undefined

/**
 * The object at `offset`; undefined when no `N G obj` stands there. Missing `endobj`, missing `endstream` and a wrong /Length are
 * told to `context.fault` (P-15) and read as well as can be.
 */
export function parseIndirect(
  source: FileBytes,
  lexer: Lexer,
  offset: number,
  context: ParseContext,
  lengthOf: LengthOf,
): IndirectObject | undefined {
  const header = parseObjectHeader(lexer, offset)
  if (header === undefined) return undefined
  const { num, gen } = header
  const parsed = parseValues(lexer, context)
  if (parsed.items.length !== 1) context.fault('OBJECT_NOT_ONE_VALUE', offset)
  let value: PdfObject = parsed.items[0] ?? null
  if (parsed.terminator === 'stream') {
    if (value instanceof PdfDict) {
      value = readStream(source, lexer, value, new PdfRef(num, gen), context, lengthOf)
    } else context.fault('MALFORMED_TOKEN', parsed.terminatorStart)
    return { num, gen, value, span: { start: offset, end: readEndobj(lexer, context) } }
  }
  if (parsed.terminator === 'endobj') return { num, gen, value, span: { start: offset, end: lexer.end } }
  context.fault('ENDOBJ_MISSING', parsed.terminatorStart)
  lexer.pos = parsed.terminatorStart
  return { num, gen, value, span: { start: offset, end: parsed.terminatorStart } }
}

function readEndobj(lexer: Lexer, context: ParseContext): number {
  const before = lexer.pos
  if (lexer.next() === TOKEN.keyword && lexer.text === 'endobj') return lexer.end
  context.fault('ENDOBJ_MISSING', before)
  lexer.pos = before
  return before
}

/** After the keyword `stream`: the data by /Length, checked against `endstream`, else searched for (P-15). */
function readStream(
  source: FileBytes,
  lexer: Lexer,
  dict: PdfDict,
  ref: PdfRef,
  context: ParseContext,
  lengthOf: LengthOf,
): PdfStream {
  const start = skipStreamEol(lexer, context)
  const length = lengthOf(dict.get('Length'))
  if (length !== undefined && length >= 0 && start + length <= source.size && endstreamAt(lexer, start + length)) {
    return new PdfStream(dict, rawBytes(source, start, start + length), ref)
  }
  context.fault('STREAM_LENGTH_WRONG', start)
  const end = findEndstream(lexer, start)
  if (end === undefined) {
    context.fault('ENDSTREAM_MISSING', start)
    lexer.pos = source.size
    return new PdfStream(dict, rawBytes(source, start, source.size), ref)
  }
  return new PdfStream(dict, rawBytes(source, start, end), ref)
}

/** The data of a stream: at once where that is a view of memory, else when they are asked for (S4). */
function rawBytes(source: FileBytes, start: number, end: number): Uint8Array | (() => Uint8Array) {
  return source.inMemory ? source.slice(start, end) : () => source.slice(start, end)
}

// 7.3.8.1: CR LF or LF; a lone CR (or nothing) is read as pdf.js, qpdf and MuPDF do and recorded.
function skipStreamEol(lexer: Lexer, context: ParseContext): number {
  const code = lexer.at(lexer.end)
  if (code === 10) return lexer.end + 1
  if (code === 13 && lexer.at(lexer.end + 1) === 10) return lexer.end + 2
  if (code === 32 || code === 9) {
    let pos = lexer.end
    while (lexer.at(pos) === 32 || lexer.at(pos) === 9) pos++
    if (lexer.at(pos) === 13) pos++
    if (lexer.at(pos) === 10) {
      context.fault('STREAM_EOL', lexer.end)
      return pos + 1
    }
  }
  context.fault('STREAM_EOL', lexer.end)
  return code === 13 ? lexer.end + 1 : lexer.end
}

/** `endstream` at the offset, after white space; leaves the lexer behind it. */
function endstreamAt(lexer: Lexer, offset: number): boolean {
  let pos = offset
  while (isSpace(lexer.at(pos))) pos++
  if (!lexer.startsWith(pos, 'endstream')) return false
  lexer.pos = pos + 9
  return true
}

/** End of the data before the next `endstream` (less one end of line); leaves the lexer behind the keyword. */
function findEndstream(lexer: Lexer, start: number): number | undefined {
  const at = lexer.find('endstream', start)
  if (at < 0) return undefined
  lexer.pos = at + 9
  let end = at
  if (end > start && lexer.at(end - 1) === 10) end--
  if (end > start && lexer.at(end - 1) === 13) end--
  return end
}
