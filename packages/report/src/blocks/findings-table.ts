// The findings of an inspection: unit, what was found, how it is put right, by when. Breaks over pages, the head repeated.
import { breakLines } from '../text.ts'
import type { Line } from '../text.ts'
import { MARGIN, MM, TEXT_WIDTH, lineHeight } from '../sheet.ts'
import type { Flow, Style } from '../sheet.ts'
import { shortDate } from '../format.ts'

export interface InspectionFinding {
  /** Unit that must act (đơn vị). */
  readonly unit: string
  /** What is wrong (tồn tại, hạn chế). */
  readonly finding: string
  /** How it is put right (biện pháp khắc phục). */
  readonly remedy: string
  /** Until when (thời hạn): ISO date, or words. */
  readonly deadline: string
}

const SIZE = 13
const LINE: number = lineHeight(SIZE, 1.02)
const PAD_X = 4
const PAD_Y = 3
/** Rows up to this height move to the next page whole; taller ones are cut between lines. */
const WHOLE_ROW: number = 90 * MM

interface TableColumn {
  readonly head: string
  readonly width: number
  readonly align: 'left' | 'center'
  readonly value: (finding: InspectionFinding, index: number) => string
}

const COLUMNS: readonly TableColumn[] = [
  { head: 'TT', width: 10 * MM, align: 'center', value: (_, index) => String(index + 1) },
  { head: 'Đơn vị', width: 29 * MM, align: 'left', value: (row) => row.unit },
  { head: 'Tồn tại, hạn chế', width: 52 * MM, align: 'left', value: (row) => row.finding },
  { head: 'Biện pháp khắc phục', width: 49 * MM, align: 'left', value: (row) => row.remedy },
  { head: 'Thời hạn', width: TEXT_WIDTH - 140 * MM, align: 'center', value: (row) => deadlineText(row.deadline) },
]

type Row = readonly (readonly Line[])[]

export function findingsTable(flow: Flow, findings: readonly InspectionFinding[]): void {
  const head = COLUMNS.map((column) => breakLines(column.head, 'bold', SIZE, column.width - 2 * PAD_X))
  const rows = findings.map((finding, index) =>
    COLUMNS.map((column) => breakLines(column.value(finding, index), 'regular', SIZE, column.width - 2 * PAD_X)),
  )
  flow.gap(8)
  flow.reserve(rowHeight(head) + Math.min(rows[0] === undefined ? 0 : rowHeight(rows[0]), WHOLE_ROW))
  drawHead(flow, head)
  for (const row of rows) drawRow(flow, row, head)
  flow.y += 4
}

function deadlineText(deadline: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(deadline) ? shortDate(deadline) : deadline
}

function rowHeight(row: Row): number {
  return Math.max(...row.map((lines) => lines.length)) * LINE + 2 * PAD_Y
}

function drawHead(flow: Flow, head: Row): void {
  flow.rule(MARGIN.left, flow.y, MARGIN.left + TEXT_WIDTH, flow.y, 0.5)
  drawCells(flow, head, () => ({ face: 'bold', size: SIZE, align: 'center' }), true)
}

function drawRow(flow: Flow, row: Row, head: Row): void {
  let rest = row
  for (;;) {
    const height = rowHeight(rest)
    if (height <= flow.room) break
    const fits = Math.floor((flow.room - 2 * PAD_Y) / LINE)
    if (height > WHOLE_ROW && fits >= 3) {
      const part = rest.map((lines) => lines.slice(0, fits))
      drawCells(flow, part, bodyStyle, false)
      rest = rest.map((lines) => lines.slice(fits))
    }
    flow.nextPage()
    drawHead(flow, head)
  }
  drawCells(flow, rest, bodyStyle, false)
}

function bodyStyle(column: TableColumn): Style {
  return { face: 'regular', size: SIZE, align: column.align }
}

function drawCells(flow: Flow, row: Row, style: (column: TableColumn) => Style, middle: boolean): void {
  const height = rowHeight(row)
  const { y } = flow
  let { left: x } = MARGIN
  flow.rule(x, y, x, y + height, 0.5)
  COLUMNS.forEach((column, index) => {
    const lines = row[index] ?? []
    const top = y + (middle ? (height - lines.length * LINE) / 2 : PAD_Y)
    lines.forEach((line, at) => flow.line(line, top + at * LINE, style(column), x + PAD_X, column.width - 2 * PAD_X))
    x += column.width
    flow.rule(x, y, x, y + height, 0.5)
  })
  flow.rule(MARGIN.left, y + height, x, y + height, 0.5)
  flow.y += height
}
