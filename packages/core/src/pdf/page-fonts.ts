import { textOfFont } from './font-text.ts'
import { widthsOfFont } from './font-widths.ts'
import { textOfGlyph } from './glyph-names.ts'
import { Lexer, TOKEN } from './lexer.ts'
import { PdfName, PdfStream, isName } from './objects.ts'
import type { PdfObject } from './objects.ts'
import { memoryBytes } from './source.ts'
import { DEFAULT_LIMITS } from './types.ts'
import type { View } from './types.ts'

/** A font as a reader of a page's text needs it. */
export interface PageFont {
  /** Bytes of the code that begins at a place. */
  length(bytes: Uint8Array, at: number): number
  /** What a code reads as; undefined where the font does not tell. */
  text(code: Uint8Array): string | undefined
  /** Width of a code's glyph in parts of the font size. */
  width(code: number): number
}

export function codeOf(bytes: Uint8Array): number {
  let code = 0
  for (const byte of bytes) code = code * 256 + byte
  return code
}

/** The /Differences of a simple font by glyph names (9.6.5). */
function differencesOf(view: View, font: PdfObject): ReadonlyMap<number, string | undefined> {
  const items = view.array(view.dict(view.dict(font)?.get('Encoding'))?.get('Differences'))?.items ?? []
  const texts = new Map<number, string | undefined>()
  let code = 0
  for (const item of items) {
    const value = view.resolve(item)
    if (typeof value === 'number') code = value
    else if (value instanceof PdfName) texts.set(code++, textOfGlyph(value.name))
  }
  return texts
}

function simpleFont(view: View, font: PdfObject): PageFont {
  const told = textOfFont(view, font)
  const named = differencesOf(view, font)
  return {
    length: () => 1,
    width: widthsOfFont(view, font),
    text: (code) => {
      const [byte = 0] = code
      // All encodings of Latin fonts agree on ASCII.
      const ascii = byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : undefined
      return told(code) ?? (named.has(byte) ? named.get(byte) : ascii)
    },
  }
}

/** Codes of one length, from `low` to `high`, and their first CID where the range gives one. */
interface CodeRange {
  readonly length: number
  readonly low: number
  readonly high: number
  readonly cid: number
}

interface CodeMap {
  readonly spaces: readonly CodeRange[]
  readonly cids: readonly CodeRange[]
}

/** More ranges than real CMaps of embedded fonts have; what is beyond them is not read. */
const MAX_SPACES = 100
const MAX_RANGES = 5000

/** The code space and the CIDs of an embedded CMap (9.7.5.4). */
function readCodeMap(data: Uint8Array): CodeMap {
  const spaces: CodeRange[] = []
  const cids: CodeRange[] = []
  const lexer = new Lexer(memoryBytes(data), 0, DEFAULT_LIMITS)
  let codes: Uint8Array[] = []
  let numbers: number[] = []
  for (let token = lexer.next(); token !== TOKEN.eof && cids.length < MAX_RANGES; token = lexer.next()) {
    if (token === TOKEN.hex) codes.push(lexer.bytes)
    else if (token === TOKEN.integer) numbers.push(lexer.number)
    else if (token === TOKEN.keyword) {
      if (lexer.text === 'endcodespacerange') spaces.push(...ranges(codes, 2, []))
      else if (lexer.text === 'endcidrange') cids.push(...ranges(codes, 2, numbers))
      else if (lexer.text === 'endcidchar') cids.push(...ranges(codes, 1, numbers))
      codes = []
      numbers = []
    }
  }
  return { spaces: spaces.slice(0, MAX_SPACES), cids: cids.slice(0, MAX_RANGES) }
}

function* ranges(codes: readonly Uint8Array[], step: 1 | 2, cids: readonly number[]): Generator<CodeRange> {
  for (let i = 0; i + step <= codes.length; i += step) {
    const low = codes[i]!
    yield { length: low.length, low: codeOf(low), high: codeOf(codes[i + step - 1]!), cid: cids[i / step] ?? 0 }
  }
}

function lengthIn(spaces: readonly CodeRange[], bytes: Uint8Array, at: number): number {
  for (const length of [1, 2, 3, 4]) {
    const code = codeOf(bytes.subarray(at, at + length))
    if (spaces.some((one) => one.length === length && code >= one.low && code <= one.high)) return length
  }
  return Math.max(1, spaces[0]?.length ?? 2)
}

function cidOf(cids: readonly CodeRange[], code: number): number {
  const range = cids.find((one) => code >= one.low && code <= one.high)
  return range === undefined ? code : range.cid + code - range.low
}

function compositeFont(view: View, font: PdfObject): PageFont {
  const text = textOfFont(view, font)
  const width = widthsOfFont(view, font)
  const encoding = view.resolve(view.dict(font)?.get('Encoding'))
  if (!(encoding instanceof PdfStream)) return { length: () => 2, text, width }
  const { spaces, cids } = readCodeMap(view.document.decode(encoding))
  const known = new Map<number, number>()
  return {
    length: (bytes, at) => lengthIn(spaces, bytes, at),
    text,
    width: (code) => {
      const found = known.get(code) ?? width(cidOf(cids, code))
      known.set(code, found)
      return found
    },
  }
}

export function readPageFont(view: View, font: PdfObject): PageFont {
  const composite = isName(view.resolve(view.dict(font)?.get('Subtype')), 'Type0')
  return composite ? compositeFont(view, font) : simpleFont(view, font)
}
