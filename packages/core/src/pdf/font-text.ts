import type { PdfObject } from './objects.ts'
import { PdfDict, PdfName, isName } from './objects.ts'
import { Lexer, TOKEN } from './lexer.ts'
import { memoryBytes } from './source.ts'
import type { View } from './types.ts'
import { DEFAULT_LIMITS } from './types.ts'

/** Turns the bytes of a shown string into text; undefined where the font does not say what its codes mean. */
export type TextOfCodes = (bytes: Uint8Array) => string | undefined

// WinAnsiEncoding where it differs from Latin-1 (ISO 32000-2, annex D.2).
const WIN_ANSI =
  '\u20ac\u2022\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u2022\u017d\u2022\u2022\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u2022\u017e\u0178'

function winAnsi(code: number): string {
  return code >= 0x80 && code <= 0x9f ? (WIN_ANSI[code - 0x80] as string) : String.fromCharCode(code)
}

function utf16(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    text += String.fromCharCode(((bytes[i] as number) << 8) | (bytes[i + 1] as number))
  }
  return text
}

function codeOf(bytes: Uint8Array): number {
  let code = 0
  for (const byte of bytes) code = code * 256 + byte
  return code
}

const MAX_RANGE = 65_536
/** Texts that are entered at most, ranges over one another included; codes beyond them stay unreadable. */
const MAX_TEXTS = 400_000

/** What codes read as, and how many bytes a code has. */
export interface CodeMap {
  readonly texts: Map<number, string>
  width: number
  left: number
}

/** The bfchar and bfrange entries of a /ToUnicode CMap (9.10.3). */
export function parseToUnicode(data: Uint8Array): CodeMap {
  const map: CodeMap = { texts: new Map(), width: 1, left: MAX_TEXTS }
  const lexer = new Lexer(memoryBytes(data), 0, DEFAULT_LIMITS)
  let held: Uint8Array[] = []
  let list: Uint8Array[] | undefined
  const lists = new Map<number, Uint8Array[]>()
  for (let token = lexer.next(); token !== TOKEN.eof; token = lexer.next()) {
    if (token === TOKEN.hex && list !== undefined) list.push(lexer.bytes)
    else if (token === TOKEN.hex) held.push(lexer.bytes)
    else if (token === TOKEN.arrayOpen) {
      list = []
      lists.set(held.length, list)
    } else if (token === TOKEN.arrayClose) {
      held.push(new Uint8Array(0))
      list = undefined
    } else if (token === TOKEN.keyword) {
      if (lexer.text === 'endcodespacerange') map.width = held[0]?.length ?? map.width
      if (lexer.text === 'endbfchar') addChars(map, held)
      if (lexer.text === 'endbfrange') addRanges(map, held, lists)
      held = []
      lists.clear()
    }
  }
  return map
}

function addChars(map: CodeMap, held: readonly Uint8Array[]): void {
  for (let i = 0; i + 1 < held.length; i += 2) map.texts.set(codeOf(held[i]!), utf16(held[i + 1]!))
}

function addRanges(map: CodeMap, held: readonly Uint8Array[], lists: ReadonlyMap<number, readonly Uint8Array[]>): void {
  for (let i = 0; i + 2 < held.length; i += 3) {
    const low = codeOf(held[i]!)
    const high = Math.min(codeOf(held[i + 1]!), low + Math.min(MAX_RANGE, map.left))
    map.left -= Math.max(0, high - low + 1)
    const list = lists.get(i + 2)
    const start = held[i + 2]!
    for (let code = low; code <= high; code++) {
      const text = list === undefined ? shift(utf16(start), code - low) : utf16(list[code - low] ?? new Uint8Array(0))
      map.texts.set(code, text)
    }
  }
}

function shift(text: string, by: number): string {
  const last = text.charCodeAt(text.length - 1)
  return Number.isNaN(last) ? '' : text.slice(0, -1) + String.fromCharCode(last + by)
}

/** How a font's codes read. Fonts with glyphs of their own order and no /ToUnicode cannot be read. */
export function textOfFont(view: View, font: PdfObject | undefined): TextOfCodes {
  const dict = view.dict(font)
  if (dict === undefined) return () => undefined
  const stream = view.stream(dict.get('ToUnicode'))
  const composite = isName(dict.get('Subtype'), 'Type0')
  if (stream !== undefined) {
    const map = parseToUnicode(view.document.decode(stream))
    return (bytes) => readMapped(map, bytes, composite ? 2 : 1)
  }
  return composite || !isReadable(view, dict) ? () => undefined : (bytes) => Array.from(bytes, winAnsi).join('')
}

function readMapped(map: CodeMap, bytes: Uint8Array, width: number): string | undefined {
  let text = ''
  for (let at = 0; at < bytes.length; at += width) {
    const found = map.texts.get(codeOf(bytes.subarray(at, at + width)))
    if (found === undefined) return undefined
    text += found
  }
  return text
}

/** A simple font in a standard order: no /Differences, no symbols. */
function isReadable(view: View, font: PdfDict): boolean {
  const encoding = view.resolve(font.get('Encoding'))
  if (encoding instanceof PdfDict && encoding.has('Differences')) return false
  const name = view.name(font.get('BaseFont'))?.name ?? ''
  if (name.endsWith('Symbol') || name.endsWith('ZapfDingbats')) return false
  if (encoding instanceof PdfName) return encoding.name === 'WinAnsiEncoding' || encoding.name === 'StandardEncoding'
  return encoding === null && view.dict(font.get('FontDescriptor')) === undefined
}
