import type { Glyph } from './page-text.ts'
import { readGlyphs } from './page-text.ts'
import type { Box, Page } from './pages.ts'
import type { View } from './types.ts'
import { pointToViewer, viewerPage } from './viewer.ts'

/** Part of a line: the letters of one glyph, composed, and its extent in viewer coordinates. */
interface Cell {
  readonly text: string
  readonly x0: number
  readonly x1: number
  readonly baseline: number
  readonly size: number
}

/** Rows of cells that stand on one baseline, from left to right. */
type Row = readonly Cell[]

/** Ascent and descent of a line in parts of the font size; capitals with two marks, as in `Ễ`, reach that high. */
const ASCENT = 0.9
const DESCENT = 0.22
/** Baselines nearer than this part of the size are one line. */
const SAME_LINE = 0.25

function cellsOf(view: View, page: Page): readonly Cell[] {
  const viewer = viewerPage(page)
  const cells: Cell[] = []
  for (const glyph of readGlyphs(view, page)) {
    const [x0, y0] = pointToViewer(viewer, ...glyph.start)
    const [x1, y1] = pointToViewer(viewer, ...glyph.end)
    // Only what reads from left to right as the page is shown.
    if (x1 < x0 || Math.abs(y1 - y0) > Math.abs(x1 - x0) * 0.02 + 0.01) continue
    cells.push({ text: glyph.text, x0, x1, baseline: y0, size: sizeOf(glyph, viewer.userUnit) })
  }
  return cells
}

function sizeOf(glyph: Glyph, userUnit: number): number {
  return glyph.size * userUnit
}

function rowsOf(cells: readonly Cell[]): readonly Row[] {
  const rows: Cell[][] = []
  for (const cell of cells.toSorted((a, b) => a.baseline - b.baseline)) {
    const row = rows.at(-1)
    const first = row?.[0]
    const same = first !== undefined && Math.abs(cell.baseline - first.baseline) < SAME_LINE * Math.max(cell.size, 1)
    if (same) row!.push(cell)
    else rows.push([cell])
  }
  return rows.map((row) => row.toSorted((a, b) => a.x0 - b.x0))
}

/** NFC and no white space: spaces in PDF are as often gaps as characters. */
export function searchable(text: string): string {
  return text.normalize('NFC').replaceAll(/[\s\u00a0\u00ad\u200b]/gu, '')
}

/** Letters of a row with the cell of each; marks are composed with the letter before them. */
function spell(row: Row): { readonly text: string; readonly cells: readonly Cell[] } {
  const parts: { text: string; cell: Cell }[] = []
  for (const cell of row) {
    const last = parts.at(-1)
    if (last !== undefined && /^\p{M}/u.test(cell.text)) last.text += cell.text
    else parts.push({ text: cell.text, cell })
  }
  let text = ''
  const cells: Cell[] = []
  for (const part of parts) {
    const letters = searchable(part.text)
    text += letters
    for (let i = 0; i < letters.length; i++) cells.push(part.cell)
  }
  return { text, cells }
}

function boxOf(cells: readonly Cell[]): Box {
  const baseline = cells[0]!.baseline
  const size = Math.max(...cells.map((cell) => cell.size))
  const x0 = Math.min(...cells.map((cell) => cell.x0))
  return [x0, baseline - ASCENT * size, Math.max(...cells.map((cell) => cell.x1)), baseline + DESCENT * size]
}

/**
 * Where a page shows a text on one line, in viewer coordinates (x0, top, x1, bottom), from the top of the page down. White space does
 * not count, the letters' case does; both sides are compared in NFC.
 */
export function findText(view: View, page: Page, wanted: string): readonly Box[] {
  const needle = searchable(wanted)
  if (needle === '') return []
  const found: Box[] = []
  for (const row of rowsOf(cellsOf(view, page))) {
    const { text, cells } = spell(row)
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length))
      found.push(boxOf(cells.slice(at, at + needle.length)))
  }
  return found
}
