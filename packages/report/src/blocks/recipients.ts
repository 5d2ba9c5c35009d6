// Box 9b: Nơi nhận, left of the signature; the list ends with where the file copy is kept.
import { ASCENT } from '../fonts.ts'
import { breakLines } from '../text.ts'
import type { Line } from '../text.ts'
import { MM, lineHeight } from '../sheet.ts'
import type { Flow, Style } from '../sheet.ts'
import { LEFT } from './columns.ts'

export interface Recipients {
  readonly to: readonly string[]
  /** Where the file copy stays, such as `VT, CCHC`. */
  readonly archive: string
}

const LABEL: Style = { face: 'boldItalic', size: 12, align: 'left' }
const ITEM: Style = { face: 'regular', size: 11, align: 'left' }
const LINE: number = lineHeight(11, 1.03)
/** The seal reaches into the left column; the list keeps clear of it. */
const WIDTH: number = LEFT.width

function itemLines(recipients: Recipients): readonly (readonly Line[])[] {
  const items = [
    ...recipients.to.map((item) => `${item.replace(/[;.]+$/, '')};`),
    `Lưu: ${recipients.archive.replace(/[;.]+$/, '')}.`,
  ]
  return items.map((item) => breakLines(`- ${item}`, ITEM.face, ITEM.size, WIDTH - 4 * MM))
}

export function recipientsHeight(recipients: Recipients): number {
  return lineHeight(12, 1.05) + itemLines(recipients).flat().length * LINE
}

/** Draws the list at the flow's place; a list longer than the page goes on at the top of the next. */
export function recipientsList(flow: Flow, recipients: Recipients): void {
  flow.text('Nơi nhận:', flow.y + ASCENT * 12, LABEL, LEFT.x, WIDTH)
  flow.y += lineHeight(12, 1.05)
  for (const line of itemLines(recipients).flat()) {
    flow.reserve(LINE)
    flow.line(line, flow.y, ITEM, LEFT.x, WIDTH)
    flow.y += LINE
  }
}
