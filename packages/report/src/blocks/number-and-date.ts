// Boxes 3 and 4: number and symbol, place and date. Without a number the register fills both later (D30-10, V5).
import { ASCENT, textWidth } from '../fonts.ts'
import { boxOnBaseline, lineHeight } from '../sheet.ts'
import type { Flow, Style } from '../sheet.ts'
import { documentDate, documentNumber } from '../format.ts'
import { LEFT, RIGHT } from './columns.ts'

const NUMBER: Style = { face: 'regular', size: 13, align: 'left' }
const DATE: Style = { face: 'italic', size: 13, align: 'left' }

export interface NumberAndDate {
  /** Symbol after the number, such as `TB-SNV`. */
  readonly symbol: string
  readonly number?: number | undefined
  readonly place: string
  /** ISO date. */
  readonly date?: string | undefined
}

export function numberAndDate(flow: Flow, data: NumberAndDate): void {
  flow.y += 6
  const baseline = flow.y + ASCENT * 13
  numberLine(flow, data, baseline)
  dateLine(flow, data, baseline)
  flow.y += lineHeight(13, 1.05)
}

function numberLine(flow: Flow, data: NumberAndDate, baseline: number): void {
  const symbol = `/${data.symbol.normalize('NFC')}`
  if (data.number !== undefined) {
    flow.text(
      `Số: ${documentNumber(data.number)}${symbol}`,
      baseline,
      { ...NUMBER, align: 'center' },
      LEFT.x,
      LEFT.width,
    )
    return
  }
  const before = textWidth('Số: ', 'regular', 13)
  const room = textWidth('0000', 'regular', 13)
  const air = 1.5
  const start = LEFT.x + (LEFT.width - before - room - air - textWidth(symbol, 'regular', 13)) / 2
  flow.text('Số: ', baseline, NUMBER, start, LEFT.width)
  flow.field({
    ...boxOnBaseline(start + before, baseline, room, 13),
    name: 'number',
    type: 'text',
    label: 'Số văn bản',
    style: { ...NUMBER, align: 'right' },
  })
  flow.text(symbol, baseline, NUMBER, start + before + room + air, LEFT.width)
}

function dateLine(flow: Flow, data: NumberAndDate, baseline: number): void {
  const place = `${data.place.normalize('NFC')}, `
  if (data.date !== undefined) {
    flow.text(place + documentDate(data.date), baseline, { ...DATE, align: 'center' }, RIGHT.x, RIGHT.width)
    return
  }
  const before = textWidth(place, 'italic', 13)
  const room = textWidth('ngày 30 tháng 12 năm 2026', 'italic', 13) + 4
  const start = RIGHT.x + (RIGHT.width - before - room) / 2
  flow.text(place, baseline, DATE, start, RIGHT.width)
  flow.field({
    ...boxOnBaseline(start + before, baseline, room, 13),
    name: 'date',
    type: 'text',
    label: 'Ngày, tháng, năm ban hành',
    style: DATE,
  })
}
