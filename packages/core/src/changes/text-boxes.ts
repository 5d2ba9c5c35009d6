import type { PdfObject } from '../pdf/objects.ts'
import { PdfArray, PdfDict, PdfStream, isName, numberOf } from '../pdf/objects.ts'
import { Lexer, TOKEN } from '../pdf/lexer.ts'
import { IDENTITY, multiply } from '../pdf/matrix.ts'
import type { Matrix } from '../pdf/matrix.ts'
import { memoryBytes } from '../pdf/source.ts'
import type { View } from '../pdf/types.ts'
import { DEFAULT_LIMITS } from '../pdf/types.ts'

/** x0, y0, x1, y1 in the page's space, corners in order. */
export type Box = readonly [number, number, number, number]

const MAX_DEPTH = 6
const MAX_BOXES = 20_000
const MAX_BYTES = 16 * 1024 * 1024
/** Without a font's widths: a letter is taken as half as wide as high. */
const WIDTH = 0.5

function boxOf(matrix: Matrix, width: number, height: number): Box {
  const xs = [0, width * matrix[0], height * matrix[2], width * matrix[0] + height * matrix[2]].map(
    (x) => x + matrix[4],
  )
  const ys = [0, width * matrix[1], height * matrix[3], width * matrix[1] + height * matrix[3]].map(
    (y) => y + matrix[5],
  )
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

/** Runs over a content stream and notes where it shows text, roughly: enough to tell what a box on the page covers. */
class TextFinder {
  readonly boxes: Box[]
  readonly #view: View
  readonly #resources: PdfDict | undefined
  readonly #depth: number
  #matrix: Matrix
  readonly #saved: Matrix[] = []
  #text: Matrix = IDENTITY
  #line: Matrix = IDENTITY
  #size = 0
  #leading = 0
  #wide = false
  #numbers: number[] = []
  #bytes = 0
  #name = ''

  constructor(view: View, resources: PdfDict | undefined, matrix: Matrix, boxes: Box[], depth: number) {
    this.#view = view
    this.#resources = resources
    this.#matrix = matrix
    this.boxes = boxes
    this.#depth = depth
  }

  run(data: Uint8Array): void {
    const lexer = new Lexer(memoryBytes(data), 0, DEFAULT_LIMITS)
    for (let token = lexer.next(); token !== TOKEN.eof && this.boxes.length < MAX_BOXES; token = lexer.next()) {
      if (token === TOKEN.integer || token === TOKEN.real) this.#numbers.push(lexer.number)
      else if (token === TOKEN.literal || token === TOKEN.hex) this.#bytes += lexer.bytes.length
      else if (token === TOKEN.name) this.#name = lexer.text
      else if (token === TOKEN.keyword) {
        this.#operator(lexer.text)
        this.#numbers = []
        this.#bytes = 0
      }
    }
  }

  #number(fromEnd: number): number {
    return this.#numbers[this.#numbers.length - fromEnd] ?? 0
  }

  #six(): Matrix {
    return [6, 5, 4, 3, 2, 1].map((index) => this.#number(index)) as unknown as Matrix
  }

  #operator(operator: string): void {
    if (operator === 'q') this.#saved.push(this.#matrix)
    else if (operator === 'Q') this.#matrix = this.#saved.pop() ?? this.#matrix
    else if (operator === 'cm') this.#matrix = multiply(this.#six(), this.#matrix)
    else if (operator === 'Do') this.#draw()
    else this.#textOperator(operator)
  }

  #textOperator(operator: string): void {
    if (operator === 'BT') this.#setLine(IDENTITY)
    else if (operator === 'Tm') this.#setLine(this.#six())
    else if (operator === 'Tf') this.#chooseFont()
    else if (operator === 'TL') this.#leading = this.#number(1)
    else if (operator === 'Td' || operator === 'TD') {
      if (operator === 'TD') this.#leading = -this.#number(1)
      this.#move(this.#number(2), this.#number(1))
    } else if (operator === 'T*') this.#move(0, -this.#leading)
    else if (operator === 'Tj' || operator === 'TJ') this.#show()
    else if (operator === "'" || operator === '"') {
      this.#move(0, -this.#leading)
      this.#show()
    }
  }

  #setLine(matrix: Matrix): void {
    this.#line = matrix
    this.#text = matrix
  }

  #move(x: number, y: number): void {
    this.#setLine(multiply([1, 0, 0, 1, x, y], this.#line))
  }

  #chooseFont(): void {
    this.#size = this.#number(1)
    const font = this.#view.dict(this.#view.dict(this.#resources?.get('Font'))?.get(this.#name))
    this.#wide = isName(font?.get('Subtype'), 'Type0')
  }

  #show(): void {
    const letters = this.#wide ? this.#bytes / 2 : this.#bytes
    const width = letters * this.#size * WIDTH
    if (width > 0) this.boxes.push(boxOf(multiply(this.#text, this.#matrix), width, this.#size))
    this.#text = multiply([1, 0, 0, 1, width, 0], this.#text)
  }

  #draw(): void {
    const form = this.#view.stream(this.#view.dict(this.#resources?.get('XObject'))?.get(this.#name))
    if (form === undefined || !isName(form.dict.get('Subtype'), 'Form') || this.#depth >= MAX_DEPTH) return
    const resources = this.#view.dict(form.dict.get('Resources')) ?? this.#resources
    const matrix = multiply(readMatrix(this.#view, form.dict.get('Matrix')), this.#matrix)
    new TextFinder(this.#view, resources, matrix, this.boxes, this.#depth + 1).run(decode(this.#view, form))
  }
}

function readMatrix(view: View, value: PdfObject | undefined): Matrix {
  const numbers = (view.array(value)?.items ?? []).map((item) => numberOf(view.resolve(item)) ?? 0)
  return numbers.length === 6 ? (numbers as unknown as Matrix) : IDENTITY
}

function decode(view: View, stream: PdfStream): Uint8Array {
  const data = view.document.decode(stream)
  return data.length > MAX_BYTES ? data.subarray(0, MAX_BYTES) : data
}

/** Where a page's own content shows text, roughly. Never throws: what cannot be read shows none. */
export function findTextBoxes(view: View, page: PdfDict, resources: PdfDict | undefined): readonly Box[] {
  const boxes: Box[] = []
  try {
    const contents = view.resolve(page.get('Contents'))
    const streams = contents instanceof PdfArray ? contents.items : [page.get('Contents') ?? null]
    const pieces: Uint8Array[] = []
    for (const item of streams) {
      const stream = view.stream(item)
      if (stream !== undefined) pieces.push(decode(view, stream), Uint8Array.of(10))
    }
    new TextFinder(view, resources, IDENTITY, boxes, 0).run(join(pieces))
  } catch {
    // A page that cannot be read gives no note; its changes are judged all the same.
  }
  return boxes
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}

/** True when a rectangle lies over at least half of one of the boxes, or over a letter or two of a line: a sum is short. */
export function covers(rect: readonly number[], boxes: readonly Box[]): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = rect
  const [x0, x1] = [Math.min(a, c), Math.max(a, c)]
  const [y0, y1] = [Math.min(b, d), Math.max(b, d)]
  return boxes.some((box) => {
    const width = Math.min(x1, box[2]) - Math.max(x0, box[0])
    const height = Math.min(y1, box[3]) - Math.max(y0, box[1])
    if (width <= 0 || height <= 0) return false
    const [across, up] = [box[2] - box[0], box[3] - box[1]]
    const line = Math.min(across, up)
    const [along, over] = across >= up ? [width, height] : [height, width]
    return width * height * 2 >= across * up || (over * 2 >= line && along >= line)
  })
}
