import { nameAt, numberAt, pageContent, readOperations } from './content.ts'
import type { Operand, Operation } from './content.ts'
import { IDENTITY, apply, multiply } from './matrix.ts'
import type { Matrix } from './matrix.ts'
import { PdfDict, isName, numberOf } from './objects.ts'
import type { PdfObject, PdfStream } from './objects.ts'
import { codeOf, readPageFont } from './page-fonts.ts'
import type { PageFont } from './page-fonts.ts'
import type { Page } from './pages.ts'
import type { View } from './types.ts'

/** One glyph: what it reads as, and where it begins and ends on its baseline, in user space. */
export interface Glyph {
  readonly text: string
  readonly start: readonly [number, number]
  readonly end: readonly [number, number]
  /** Height of the font on the page. */
  readonly size: number
}

const MAX_DEPTH = 8
const MAX_GLYPHS = 200_000
const MAX_BYTES = 16 * 1024 * 1024

interface TextState {
  readonly font: PageFont | undefined
  readonly size: number
  readonly charSpace: number
  readonly wordSpace: number
  readonly scale: number
  readonly rise: number
  readonly leading: number
}

interface GraphicsState {
  readonly matrix: Matrix
  readonly text: TextState
}

const START: TextState = { font: undefined, size: 0, charSpace: 0, wordSpace: 0, scale: 1, rise: 0, leading: 0 }

interface Shared {
  readonly view: View
  readonly glyphs: Glyph[]
  readonly fonts: Map<PdfObject, PageFont>
  bytes: number
}

/** Runs over one content stream and notes its glyphs; forms in it by a reader of their own. */
class TextReader {
  readonly #shared: Shared
  readonly #resources: PdfDict | undefined
  readonly #depth: number
  readonly #saved: GraphicsState[] = []
  #matrix: Matrix
  #state: TextState
  #text: Matrix = IDENTITY
  #line: Matrix = IDENTITY

  constructor(shared: Shared, resources: PdfDict | undefined, from: GraphicsState, depth: number) {
    this.#shared = shared
    this.#resources = resources
    this.#matrix = from.matrix
    this.#state = from.text
    this.#depth = depth
  }

  run(data: Uint8Array): void {
    this.#shared.bytes += data.length
    if (this.#shared.bytes > MAX_BYTES) return
    for (const operation of readOperations(data)) {
      if (this.#shared.glyphs.length > MAX_GLYPHS) return
      this.#graphics(operation)
    }
  }

  #graphics(operation: Operation): void {
    const { operator, operands } = operation
    if (operator === 'q') this.#saved.push({ matrix: this.#matrix, text: this.#state })
    else if (operator === 'Q') this.#restore()
    else if (operator === 'cm') this.#matrix = multiply(matrixOf(operands), this.#matrix)
    else if (operator === 'Do') this.#draw(operands)
    else if (operator.startsWith('T')) this.#textOperator(operation)
    else if (operator === 'BT') this.#setLine(IDENTITY)
    else if (operator === "'" || operator === '"') this.#nextLineAndShow(operation)
  }

  #restore(): void {
    const saved = this.#saved.pop()
    if (saved === undefined) return
    this.#matrix = saved.matrix
    this.#state = saved.text
  }

  #textOperator({ operator, operands }: Operation): void {
    const value = numberAt(operands, 1)
    if (operator === 'Tj' || operator === 'TJ') this.#show(operands)
    else if (operator === 'Tm') this.#setLine(matrixOf(operands))
    else if (operator === 'Td') this.#move(numberAt(operands, 2), value)
    else if (operator === 'TD') {
      this.#state = { ...this.#state, leading: -value }
      this.#move(numberAt(operands, 2), value)
    } else if (operator === 'T*') this.#move(0, -this.#state.leading)
    else this.#setState(operator, operands, value)
  }

  #setState(operator: string, operands: readonly Operand[], value: number): void {
    const state = this.#state
    if (operator === 'Tf') this.#state = { ...state, font: this.#font(nameAt(operands)), size: value }
    else if (operator === 'Tc') this.#state = { ...state, charSpace: value }
    else if (operator === 'Tw') this.#state = { ...state, wordSpace: value }
    else if (operator === 'Tz') this.#state = { ...state, scale: value / 100 }
    else if (operator === 'TL') this.#state = { ...state, leading: value }
    else if (operator === 'Ts') this.#state = { ...state, rise: value }
  }

  #nextLineAndShow({ operator, operands }: Operation): void {
    if (operator === '"') {
      const [wordSpace, charSpace] = operands.filter((one) => typeof one === 'number')
      this.#state = { ...this.#state, wordSpace: wordSpace ?? 0, charSpace: charSpace ?? 0 }
    }
    this.#move(0, -this.#state.leading)
    this.#show(operands.filter((one) => one instanceof Uint8Array))
  }

  #setLine(matrix: Matrix): void {
    this.#line = matrix
    this.#text = matrix
  }

  #move(x: number, y: number): void {
    this.#setLine(multiply([1, 0, 0, 1, x, y], this.#line))
  }

  #advance(by: number): void {
    this.#text = multiply([1, 0, 0, 1, by, 0], this.#text)
  }

  #font(name: string | undefined): PageFont | undefined {
    const { view, fonts } = this.#shared
    const value = name === undefined ? undefined : view.dict(this.#resources?.get('Font'))?.get(name)
    if (value === undefined) return undefined
    const font = fonts.get(value) ?? readPageFont(view, value)
    fonts.set(value, font)
    return font
  }

  #show(operands: readonly Operand[]): void {
    const { size, scale } = this.#state
    for (const operand of operands) {
      // 9.4.3: numbers of TJ move back by thousandths of the font size.
      if (typeof operand === 'number') this.#advance((-operand / 1000) * size * scale)
      else if (operand instanceof Uint8Array) this.#showString(operand)
    }
  }

  #showString(bytes: Uint8Array): void {
    const { font } = this.#state
    if (font === undefined) return
    for (let at = 0; at < bytes.length;) {
      const length = font.length(bytes, at)
      this.#showCode(font, bytes.subarray(at, at + length))
      at += length
    }
  }

  #showCode(font: PageFont, code: Uint8Array): void {
    const { size, charSpace, wordSpace, scale, rise } = this.#state
    const number = codeOf(code)
    const width = font.width(number) * size * scale
    const matrix = multiply(this.#text, this.#matrix)
    this.#shared.glyphs.push({
      text: font.text(code) ?? '\ufffd',
      start: apply(matrix, 0, rise),
      end: apply(matrix, width, rise),
      size: Math.abs(size) * Math.hypot(matrix[2], matrix[3]),
    })
    const space = code.length === 1 && number === 32 ? wordSpace : 0
    this.#advance(width + (charSpace + space) * scale)
  }

  #draw(operands: readonly Operand[]): void {
    const { view } = this.#shared
    const name = nameAt(operands)
    const form = name === undefined ? undefined : view.stream(view.dict(this.#resources?.get('XObject'))?.get(name))
    if (form === undefined || !isName(view.resolve(form.dict.get('Subtype')), 'Form') || this.#depth >= MAX_DEPTH)
      return
    const matrix = multiply(formMatrix(view, form), this.#matrix)
    const resources = view.dict(form.dict.get('Resources')) ?? this.#resources
    const reader = new TextReader(this.#shared, resources, { matrix, text: this.#state }, this.#depth + 1)
    reader.run(view.document.decode(form))
  }
}

function matrixOf(operands: readonly Operand[]): Matrix {
  return [6, 5, 4, 3, 2, 1].map((fromEnd) => numberAt(operands, fromEnd)) as unknown as Matrix
}

function formMatrix(view: View, form: PdfStream): Matrix {
  const numbers = (view.array(form.dict.get('Matrix'))?.items ?? []).map((item) => numberOf(view.resolve(item)) ?? 0)
  return numbers.length === 6 ? (numbers as unknown as Matrix) : IDENTITY
}

/**
 * The glyphs that a page's own content shows, forms in it included, in the order of drawing. What cannot be decoded shows none;
 * a glyph whose font does not say what it means reads as U+FFFD. Throws LIMIT_* of the reader.
 */
export function readGlyphs(view: View, page: Page): readonly Glyph[] {
  const shared: Shared = { view, glyphs: [], fonts: new Map(), bytes: 0 }
  new TextReader(shared, page.resources, { matrix: IDENTITY, text: START }, 0).run(pageContent(view, page))
  return shared.glyphs
}
