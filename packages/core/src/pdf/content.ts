import { isSpace } from './characters.ts'
import { Lexer, TOKEN } from './lexer.ts'
import { PdfArray, PdfName, PdfStream } from './objects.ts'
import { memoryBytes } from './source.ts'
import { DEFAULT_LIMITS } from './types.ts'
import type { View } from './types.ts'
import type { Page } from './pages.ts'

/** What stands before an operator: numbers, names and strings in order; brackets of arrays and dictionaries are left out. */
export type Operand = number | PdfName | Uint8Array

/** One operator of a content stream. An inline image is one operator `BI` with its dictionary as operands. */
export interface Operation {
  readonly operator: string
  readonly operands: readonly Operand[]
  /** Offset of the byte after the operator. */
  readonly end: number
}

/** Operators keep no more operands than this: what a hostile stream piles up is dropped from the front. */
const MAX_OPERANDS = 10_000

/** True where `EI` stands at `at` as a word of its own. */
function isImageEnd(data: Uint8Array, at: number): boolean {
  const before = data[at - 1]
  const after = data[at + 2]
  return (
    data[at] === 0x45 &&
    data[at + 1] === 0x49 &&
    before !== undefined &&
    isSpace(before) &&
    (after === undefined || isSpace(after))
  )
}

function imageEnd(data: Uint8Array, from: number): number {
  for (let at = data.indexOf(0x45, from); at >= 0; at = data.indexOf(0x45, at + 1))
    if (isImageEnd(data, at)) return at + 2
  return data.length
}

/** The operators of decoded content, in order (7.8.2). Never throws for bad syntax; LIMIT_NAME and LIMIT_STRING as the lexer. */
export function* readOperations(data: Uint8Array): Generator<Operation> {
  const lexer = new Lexer(memoryBytes(data), 0, DEFAULT_LIMITS)
  let operands: Operand[] = []
  for (let token = lexer.next(); token !== TOKEN.eof; token = lexer.next()) {
    if (operands.length > MAX_OPERANDS) operands = operands.slice(-6)
    if (token === TOKEN.integer || token === TOKEN.real) operands.push(lexer.number)
    else if (token === TOKEN.name) operands.push(new PdfName(lexer.text))
    else if (token === TOKEN.literal || token === TOKEN.hex) operands.push(lexer.bytes)
    else if (token === TOKEN.keyword) {
      const word = lexer.text
      if (word === 'true' || word === 'false' || word === 'null' || word === 'BI') continue
      if (word === 'ID') lexer.pos = imageEnd(data, lexer.pos)
      yield { operator: word === 'ID' ? 'BI' : word, operands, end: lexer.pos }
      operands = []
    }
  }
}

/** The number that stands `fromEnd` operands before the operator, 0 where there is none. */
export function numberAt(operands: readonly Operand[], fromEnd: number): number {
  const value = operands[operands.length - fromEnd]
  return typeof value === 'number' ? value : 0
}

/** The last name before the operator. */
export function nameAt(operands: readonly Operand[]): string | undefined {
  const value = operands.findLast((one) => one instanceof PdfName)
  return value instanceof PdfName ? value.name : undefined
}

/** The streams of a page's /Contents in order. */
export function contentStreams(view: View, page: Page): readonly PdfStream[] {
  const contents = view.resolve(page.dict.get('Contents'))
  const items = contents instanceof PdfArray ? contents.items : [contents]
  return items.map((item) => view.resolve(item)).filter((item) => item instanceof PdfStream)
}

/** A page's content, decoded; parts are joined by a line feed, as 7.8.2 has them read. Throws LIMIT_*, PDF_DAMAGED. */
export function pageContent(view: View, page: Page): Uint8Array {
  const parts = contentStreams(view, page).map((stream) => view.document.decode(stream))
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length + 1, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    whole[at + part.length] = 0x0a
    at += part.length + 1
  }
  return whole
}
