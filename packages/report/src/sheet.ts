// The sheets a report is laid out on: A4 portrait, margins by D30-21. Layout is pure; draw.ts turns the marks into PDF.
import { ASCENT, DESCENT, textWidth } from './fonts.ts'
import type { Face } from './fonts.ts'
import type { Line } from './text.ts'

/** Points per millimetre. */
export const MM: number = 72 / 25.4

export const PAGE_WIDTH: number = 210 * MM
export const PAGE_HEIGHT: number = 297 * MM
/** D30-21: top and bottom 20-25, left 30-35, right 15-20 mm. */
export const MARGIN: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number } =
  {
    top: 20 * MM,
    bottom: 20 * MM,
    left: 30 * MM,
    right: 15 * MM,
  }
export const TEXT_WIDTH: number = PAGE_WIDTH - MARGIN.left - MARGIN.right

export type Align = 'left' | 'center' | 'right' | 'justify'

export interface Style {
  readonly face: Face
  /** Points. */
  readonly size: number
  readonly align: Align
}

/** One line of text; y is the baseline, measured from the top of the page as everything here. */
export interface TextMark {
  readonly kind: 'text'
  readonly x: number
  readonly y: number
  readonly text: string
  readonly face: Face
  readonly size: number
  /** Points added to each space (justified lines). */
  readonly stretch: number
}

export interface RuleMark {
  readonly kind: 'rule'
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
  readonly thickness: number
}

export type Mark = TextMark | RuleMark

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A form field prepared for later signers (W24). The box is measured from the top left corner of the page. */
export interface PreparedBox extends Box {
  readonly name: string
  readonly type: 'signature' | 'text'
  /** What the field is for, read out by screen readers (/TU). */
  readonly label: string
  readonly style?: Style
  readonly multiline?: boolean
  /** /Lock of a signature field: what its signature locks. */
  readonly lock?: 'all'
}

export interface Sheet {
  readonly marks: Mark[]
  readonly fields: PreparedBox[]
}

/** Height of one line of text at a line spacing. */
export function lineHeight(size: number, spacing: number): number {
  return size * (ASCENT + DESCENT) * spacing
}

/** The sheets and the place where the next block begins. */
export class Flow {
  readonly sheets: Sheet[] = [{ marks: [], fields: [] }]
  /** Distance from the top of the page. */
  y: number = MARGIN.top

  get sheet(): Sheet {
    return this.sheets[this.sheets.length - 1] as Sheet
  }

  /** Points left on this page. */
  get room(): number {
    return PAGE_HEIGHT - MARGIN.bottom - this.y
  }

  get atTop(): boolean {
    return this.y === MARGIN.top
  }

  nextPage(): void {
    this.sheets.push({ marks: [], fields: [] })
    this.y = MARGIN.top
  }

  /** Begins a new page when `height` does not fit on this one. */
  reserve(height: number): void {
    if (height > this.room && !this.atTop) this.nextPage()
  }

  /** Free space between blocks; none at the top of a page. */
  gap(height: number): void {
    if (!this.atTop) this.y += height
  }

  rule(x1: number, y1: number, x2: number, y2: number, thickness = 0.75): void {
    this.sheet.marks.push({ kind: 'rule', x1, y1, x2, y2, thickness })
  }

  field(field: PreparedBox): void {
    this.sheet.fields.push(field)
  }

  /** Text with its baseline at y, aligned in the column from x over `width`; returns where it begins. */
  text(text: string, y: number, style: Style, x: number, width: number): number {
    const used = textWidth(text, style.face, style.size)
    const start = style.align === 'center' ? x + (width - used) / 2 : style.align === 'right' ? x + width - used : x
    this.sheet.marks.push({ kind: 'text', x: start, y, text, face: style.face, size: style.size, stretch: 0 })
    return start
  }

  /** One broken line whose top is at y; justified lines but the last are stretched to the width. */
  line(line: Line, y: number, style: Style, x: number, width: number): void {
    const baseline = y + ASCENT * style.size
    if (style.align !== 'justify') {
      this.text(line.text, baseline, style, x, width)
      return
    }
    const spaces = line.text.split(' ').length - 1
    const stretch = line.last || spaces === 0 ? 0 : (width - line.width) / spaces
    this.sheet.marks.push({
      kind: 'text',
      x,
      y: baseline,
      text: line.text,
      face: style.face,
      size: style.size,
      stretch,
    })
  }
}

/** The box of a text field whose value stands on a baseline with the text around it. */
export function boxOnBaseline(x: number, baseline: number, width: number, size: number): Box {
  const height = Math.ceil(size * (ASCENT + DESCENT) + 2)
  return { x, y: baseline - ASCENT * size - 1, width, height }
}
