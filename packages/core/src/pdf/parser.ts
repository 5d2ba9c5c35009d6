import { LimitError } from '../error.ts'
import { isSpace } from './characters.ts'
import { TOKEN, type Lexer, type Token } from './lexer.ts'
import {
  PdfArray,
  PdfDict,
  PdfName,
  PdfReal,
  PdfRef,
  PdfStream,
  PdfString,
  type PdfObject,
  type Span,
} from './objects.ts'
import type { FileBytes } from './source.ts'

/** What the parser tells about syntax that readers may read differently. */
export type SyntaxFault = (code: string, offset: number) => void

/** What parsing needs beside the bytes. */
export interface ParseContext {
  /** Deepest nesting of arrays and dictionaries (L-05). */
  readonly nesting: number
  readonly fault: SyntaxFault
  /** Record where dictionaries, arrays and their values stand: true for the file itself, false inside object streams. */
  readonly spans: boolean
  readonly decrypt?: ((bytes: Uint8Array) => Uint8Array) | undefined
  /** Told of each dictionary in which a key stands twice (P-10). */
  readonly repeated?: ((dict: PdfDict) => void) | undefined
}

/** An array or dictionary under construction; `spans` holds start and end of each item of a dictionary. */
interface Frame {
  readonly kind: 'root' | 'array' | 'dict'
  readonly start: number
  readonly items: PdfObject[]
  readonly spans: number[]
}

/** What ended a value: a keyword such as `endobj` or `stream`, or the end of the input (''). */
export interface ParsedValue {
  readonly items: readonly PdfObject[]
  readonly terminator: string
  readonly terminatorStart: number
}

/** Items of one array or dictionary: far above any real file, far below what fills the memory. */
const MOST_ITEMS = 4_000_000

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
  const root: Frame = { kind: 'root', start: lexer.pos, items: [], spans: [] }
  const stack: Frame[] = []
  let frame = root
  for (;;) {
    const token = lexer.next()
    if (lexer.malformed) context.fault('MALFORMED_TOKEN', lexer.start)
    if (token === TOKEN.arrayOpen || token === TOKEN.dictOpen) {
      if (stack.length >= context.nesting) {
        throw new LimitError('NESTING', `Objects at byte ${lexer.start} are nested deeper than ${context.nesting}.`)
      }
      stack.push(frame)
      frame = { kind: token === TOKEN.arrayOpen ? 'array' : 'dict', start: lexer.start, items: [], spans: [] }
    } else if (token === TOKEN.arrayClose || token === TOKEN.dictClose) {
      if (frame.kind !== (token === TOKEN.arrayClose ? 'array' : 'dict')) {
        context.fault('UNBALANCED_BRACKETS', lexer.start)
        if (frame === root) continue
      }
      const value = closeFrame(frame, lexer.end, context)
      const start = frame.start
      frame = stack.pop() ?? root
      pushItem(frame, value, start, lexer.end)
      if (single && frame === root) return { items: root.items, terminator: '', terminatorStart: lexer.pos }
    } else if (token === TOKEN.keyword || token === TOKEN.eof) {
      if (token === TOKEN.eof || STRUCTURAL.has(lexer.text)) {
        if (frame !== root) context.fault('UNBALANCED_BRACKETS', lexer.start)
        while (frame !== root) {
          const value = closeFrame(frame, lexer.start, context)
          const start = frame.start
          frame = stack.pop() ?? root
          pushItem(frame, value, start, lexer.start)
        }
        return {
          items: root.items,
          terminator: token === TOKEN.eof ? '' : lexer.text,
          terminatorStart: lexer.start,
        }
      }
      pushKeyword(frame, lexer, context)
    } else {
      pushItem(frame, simpleObject(token, lexer, frame, context), lexer.start, lexer.end)
    }
  }
}

function pushItem(frame: Frame, value: PdfObject, start: number, end: number): void {
  if (frame.items.length >= MOST_ITEMS) {
    throw new LimitError('ITEMS', `An array or dictionary at byte ${frame.start} has more than ${MOST_ITEMS} items.`)
  }
  frame.items.push(value)
  if (frame.kind === 'dict') frame.spans.push(start, end)
}

function simpleObject(token: Token, lexer: Lexer, frame: Frame, context: ParseContext): PdfObject {
  if (token === TOKEN.integer) return lexer.number
  if (token === TOKEN.real) return new PdfReal(lexer.number, lexer.text)
  if (token === TOKEN.name) return new PdfName(lexer.text)
  const string = new PdfString(lexer.bytes, token === TOKEN.hex)
  if (context.decrypt === undefined || isContents(frame)) return string
  return new PdfString(context.decrypt(string.bytes), string.hex)
}

/** The value to come is that of /Contents in a dictionary: decrypted only when the dictionary is known to be no signature (P-13). */
function isContents(frame: Frame): boolean {
  if (frame.kind !== 'dict' || frame.items.length % 2 === 0) return false
  const key = frame.items[frame.items.length - 1]
  return key instanceof PdfName && key.name === 'Contents'
}

function pushKeyword(frame: Frame, lexer: Lexer, context: ParseContext): void {
  switch (lexer.text) {
    case 'true':
      return pushItem(frame, true, lexer.start, lexer.end)
    case 'false':
      return pushItem(frame, false, lexer.start, lexer.end)
    case 'null':
      return pushItem(frame, null, lexer.start, lexer.end)
    case 'R':
      return pushReference(frame, lexer, context)
    default:
      if (!lexer.malformed) context.fault('MALFORMED_TOKEN', lexer.start)
      pushItem(frame, null, lexer.start, lexer.end)
  }
}

/** `N G R`: the two integers before it become a reference. */
function pushReference(frame: Frame, lexer: Lexer, context: ParseContext): void {
  const { items, spans } = frame
  const gen = items[items.length - 1]
  const num = items[items.length - 2]
  if (typeof num !== 'number' || typeof gen !== 'number' || num < 0 || gen < 0) {
    context.fault('MALFORMED_TOKEN', lexer.start)
    return pushItem(frame, null, lexer.start, lexer.end)
  }
  items.length -= 2
  items.push(new PdfRef(num, gen))
  if (frame.kind === 'dict') {
    const start = spans[spans.length - 4]!
    spans.length -= 4
    spans.push(start, lexer.end)
  }
}

function closeFrame(frame: Frame, end: number, context: ParseContext): PdfArray | PdfDict {
  const span: Span | undefined = context.spans ? { start: frame.start, end } : undefined
  if (frame.kind === 'array') return new PdfArray(frame.items, span)
  return buildDict(frame, span, context)
}

function buildDict(frame: Frame, span: Span | undefined, context: ParseContext): PdfDict {
  const { items, spans } = frame
  const map = new Map<string, PdfObject>()
  let duplicates: string[] | undefined
  for (let i = 0; i < items.length;) {
    const key = items[i]
    if (!(key instanceof PdfName) || i + 1 >= items.length) {
      context.fault('MALFORMED_DICTIONARY', spans[2 * i]!)
      i++
      continue
    }
    // P-10: the last value is kept and the key remembered.
    if (map.has(key.name) && duplicates?.includes(key.name) !== true) (duplicates ??= []).push(key.name)
    map.set(key.name, items[i + 1]!)
    i += 2
  }
  decryptContents(map, context)
  const valueSpans = span === undefined ? undefined : (): ReadonlyMap<string, Span> => valueSpansOf(items, spans)
  const dict = new PdfDict(map, duplicates ?? NONE, span, valueSpans)
  if (duplicates !== undefined) context.repeated?.(dict)
  return dict
}

const NONE: readonly string[] = []

/** Where the values of a dictionary stand; found when asked for, since few dictionaries are. */
function valueSpansOf(items: readonly PdfObject[], spans: readonly number[]): ReadonlyMap<string, Span> {
  const found = new Map<string, Span>()
  for (let i = 0; i < items.length;) {
    const key = items[i]
    const whole = key instanceof PdfName && i + 1 < items.length
    if (whole) found.set(key.name, { start: spans[2 * i + 2]!, end: spans[2 * i + 3]! })
    i += whole ? 2 : 1
  }
  return found
}

// P-13: /Contents of a dictionary with /ByteRange is never encrypted, every other /Contents string is.
function decryptContents(map: Map<string, PdfObject>, context: ParseContext): void {
  if (context.decrypt === undefined || map.has('ByteRange')) return
  const contents = map.get('Contents')
  if (contents instanceof PdfString) map.set('Contents', new PdfString(context.decrypt(contents.bytes), contents.hex))
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
  const parsed = parseValues(lexer, context)
  if (parsed.items.length !== 1) context.fault('OBJECT_NOT_ONE_VALUE', offset)
  let value: PdfObject = parsed.items[0] ?? null
  if (parsed.terminator === 'stream') {
    if (value instanceof PdfDict) {
      value = readStream(source, lexer, value, new PdfRef(header.num, header.gen), context, lengthOf)
    } else context.fault('MALFORMED_TOKEN', parsed.terminatorStart)
    return { ...header, value, span: { start: offset, end: readEndobj(lexer, context) } }
  }
  if (parsed.terminator === 'endobj') return { ...header, value, span: { start: offset, end: lexer.end } }
  context.fault('ENDOBJ_MISSING', parsed.terminatorStart)
  lexer.pos = parsed.terminatorStart
  return { ...header, value, span: { start: offset, end: parsed.terminatorStart } }
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
