// Where the boxes of a template stand, in points from its top left corner. Pure.
import { CountersignError } from '@countersign/core'
import { lineHeight, MM } from '../sheet.ts'
import type { Box } from '../sheet.ts'
import { breakLines, cleanText } from '../text.ts'
import { textWidth } from '../fonts.ts'
import type { StampTemplate, TemplateBox, TextBox } from './template.ts'

/** Size in points. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** Start and length of some neighbouring parts of a weighted division, without the gap at their end. */
function part(weights: readonly number[], gap: number, length: number, first: number, count: number): [number, number] {
  if (first + count > weights.length) throw wrong(`cell ${first} lies outside the grid`)
  const free = length - gap * (weights.length - 1)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const sizes = weights.map((weight) => (weight / sum) * free)
  const before = sizes.slice(0, first).reduce((total, one) => total + one + gap, 0)
  const inside = sizes.slice(first, first + count).reduce((total, one) => total + one, 0)
  return [before, inside + gap * (count - 1)]
}

function wrong(message: string): CountersignError {
  return new CountersignError('ARGUMENT_INVALID', `template: ${message}`)
}

/** The box without its padding. */
export function boxArea(template: StampTemplate, box: TemplateBox, whole: Size): Box {
  const margin = (template.padding ?? 0) * MM
  const inner: Box = { x: margin, y: margin, width: whole.width - 2 * margin, height: whole.height - 2 * margin }
  const area = box.cell === undefined ? placedBox(box, inner) : gridBox(template, box.cell, inner)
  const padding = (box.padding ?? 0) * MM
  const padded = {
    x: area.x + padding,
    y: area.y + padding,
    width: area.width - 2 * padding,
    height: area.height - 2 * padding,
  }
  if (!(padded.width > 0 && padded.height > 0)) throw wrong(`a box of ${template.name} has no room inside its padding`)
  const within = padded.x > -0.01 && padded.y > -0.01
  if (!within || padded.x + padded.width > whole.width + 0.01 || padded.y + padded.height > whole.height + 0.01)
    throw wrong(`a box of ${template.name} reaches out of it`)
  return padded
}

function placedBox(box: TemplateBox, inner: Box): Box {
  const [x, y] = [(box.x ?? 0) * MM, (box.y ?? 0) * MM]
  return {
    x: inner.x + x,
    y: inner.y + y,
    width: box.width === undefined ? inner.width - x : box.width * MM,
    height: box.height === undefined ? inner.height - y : box.height * MM,
  }
}

function gridBox({ grid, name }: StampTemplate, cell: NonNullable<TemplateBox['cell']>, inner: Box): Box {
  if (grid === undefined) throw wrong(`${name} has a cell but no grid`)
  const gap = (grid.gap ?? 0) * MM
  const [x, width] = part(grid.columns, gap, inner.width, cell.column, cell.columns ?? 1)
  const [y, height] = part(grid.rows, gap, inner.height, cell.row, cell.rows ?? 1)
  return { x: inner.x + x, y: inner.y + y, width, height }
}

/** Left and top of something of a size in an area. */
export function aligned(
  { align = 'center', valign = 'middle' }: Pick<TemplateBox, 'align' | 'valign'>,
  area: Box,
  size: Size,
): { readonly x: number; readonly y: number } {
  const [across, down] = [area.width - size.width, area.height - size.height]
  return {
    x: area.x + (align === 'left' ? 0 : align === 'right' ? across : across / 2),
    y: area.y + (valign === 'top' ? 0 : valign === 'bottom' ? down : down / 2),
  }
}

/** V1: as large as fits, never stretched. */
export function contained(size: Size, area: Box): Size {
  const scale = Math.min(area.width / size.width, area.height / size.height)
  return { width: size.width * scale, height: size.height * scale }
}

export interface FittedText extends Size {
  readonly lines: readonly string[]
  readonly fontSize: number
  /** From one baseline to the next. */
  readonly pitch: number
}

function linesOf(box: TextBox, text: string, fontSize: number, width: number): readonly string[] {
  const face = box.face ?? 'regular'
  if (box.wrap === false) return cleanText(text).split('\n')
  return breakLines(text, face, fontSize, width).map((line) => line.text)
}

/** The largest size at which a text fits its area (V7). Throws ARGUMENT_INVALID where none does, GLYPH_MISSING (V8). */
export function fitText(box: TextBox, text: string, area: Box): FittedText {
  const [max, min] = [box.maxSize ?? 10, Math.min(box.minSize ?? 6, box.maxSize ?? 10)]
  const face = box.face ?? 'regular'
  for (let fontSize = max; ; fontSize = Math.max(min, fontSize - 0.25)) {
    const lines = linesOf(box, text, fontSize, area.width)
    const width = Math.max(...lines.map((line) => textWidth(line, face, fontSize)))
    const pitch = lineHeight(fontSize, box.lineSpacing ?? 1)
    const height = pitch * (lines.length - 1) + lineHeight(fontSize, 1)
    if (width <= area.width + 0.01 && height <= area.height + 0.01) return { lines, fontSize, pitch, width, height }
    if (fontSize <= min) break
  }
  throw wrong(`"${text.slice(0, 40)}" does not fit into ${mm(area.width)} x ${mm(area.height)} mm at ${min} points`)
}

function mm(points: number): string {
  return (points / MM).toFixed(1)
}
