// Box 6: the body. Justified, first line indented 1 cm, at least 6 pt between paragraphs, lines 1 to 1.5 apart.
import { breakLines } from '../text.ts'
import type { Line } from '../text.ts'
import { MARGIN, MM, TEXT_WIDTH, lineHeight } from '../sheet.ts'
import type { Flow, Style } from '../sheet.ts'

export const BODY_SIZE = 14
const SPACING = 1.08
const GAP = 6
const INDENT: number = 10 * MM
const LINE: number = lineHeight(BODY_SIZE, SPACING)

interface Paragraph {
  readonly text: string
  readonly style: Style
  /** Lines of what follows that must stay on the same page (headings). */
  readonly keepWithNext?: number
}

const BODY: Style = { face: 'regular', size: BODY_SIZE, align: 'justify' }

/** A paragraph of running text. */
export function paragraph(flow: Flow, text: string): void {
  draw(flow, { text, style: BODY })
}

/** One reason for the document (Căn cứ): italic, each ends with a semicolon, the last with a full stop. */
export function legalBasis(flow: Flow, reasons: readonly string[]): void {
  reasons.forEach((reason, index) => {
    const text = reason.trim().replace(/[;.]+$/, '') + (index === reasons.length - 1 ? '.' : ';')
    draw(flow, { text, style: { ...BODY, face: 'italic' } })
  })
}

/** A heading: levels 1 and 2 bold, level 3 italic; never the last line of a page. */
export function heading(flow: Flow, text: string, level: 1 | 2 | 3): void {
  draw(flow, { text, style: { ...BODY, face: level === 3 ? 'italic' : 'bold' }, keepWithNext: 2 })
}

/** Height the paragraph will take, its gap included. */
export function paragraphHeight(text: string): number {
  return GAP + breakLines(text, BODY.face, BODY.size, TEXT_WIDTH, INDENT).length * LINE
}

function draw(flow: Flow, { text, style, keepWithNext = 0 }: Paragraph): void {
  const lines = breakLines(text, style.face, style.size, TEXT_WIDTH, INDENT)
  flow.gap(GAP)
  flow.reserve((Math.min(lines.length, 2) + keepWithNext) * LINE + (keepWithNext > 0 ? GAP : 0))
  lines.forEach((line, index) => {
    // No single last line alone on the next page.
    const left = lines.length - index
    if (LINE > flow.room || (left === 2 && lines.length > 3 && 2 * LINE > flow.room)) flow.nextPage()
    drawLine(flow, line, style, index === 0 ? INDENT : 0)
  })
}

function drawLine(flow: Flow, line: Line, style: Style, indent: number): void {
  flow.line(line, flow.y, style, MARGIN.left + indent, TEXT_WIDTH - indent)
  flow.y += LINE
}
