// Box 5a: the type of document in capitals, the subject (trích yếu) below it, and a short rule.
import { breakEvenly } from '../text.ts'
import { MARGIN, MM, TEXT_WIDTH, lineHeight } from '../sheet.ts'
import type { Flow, Style } from '../sheet.ts'
import { SHORT_RULE } from './national-header.ts'

const TITLE: Style = { face: 'bold', size: 14, align: 'center' }

export function title(flow: Flow, type: string, subject: string): void {
  flow.gap(20)
  flow.line({ text: type.toLocaleUpperCase('vi'), width: 0, last: true }, flow.y, TITLE, MARGIN.left, TEXT_WIDTH)
  flow.y += lineHeight(14, 1.1)
  const width = TEXT_WIDTH - 30 * MM
  const lines = breakEvenly(subject, TITLE.face, TITLE.size, width)
  for (const line of lines) {
    flow.line(line, flow.y, TITLE, MARGIN.left + 15 * MM, width)
    flow.y += lineHeight(14, 1.05)
  }
  const rule = Math.max(...lines.map((line) => line.width)) * SHORT_RULE
  const start = MARGIN.left + (TEXT_WIDTH - rule) / 2
  flow.rule(start, flow.y + 3, start + rule, flow.y + 3)
  flow.y += 14
}
