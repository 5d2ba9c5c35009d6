// The value of a text field as a one-page PDF, for core's `fill` (D30-10).
import { CountersignError } from '@countersign/core'
import { drawMarks, embedFonts, round } from './draw.ts'
import { ASCENT, DESCENT } from './fonts.ts'
import { createPdf, savePdf } from './pdf-file.ts'
import { Flow, lineHeight } from './sheet.ts'
import type { Style } from './sheet.ts'
import { breakLines, cleanText } from './text.ts'

/** How the values of the prepared text fields look (vietnam.md 1.5, vn-info). */
export const FIELD_STYLES: Readonly<Record<'number' | 'date' | 'agencyInfo', Style>> = {
  number: { face: 'regular', size: 13, align: 'right' },
  date: { face: 'italic', size: 13, align: 'left' },
  agencyInfo: { face: 'regular', size: 10, align: 'right' },
}

/** Text shrinks to this before it is refused. */
const MINIMUM_SIZE = 6

export interface FieldValue {
  /** Line feeds begin a new line. */
  readonly text: string
  /** Size of the field in points. */
  readonly width: number
  readonly height: number
  readonly style: Style
}

/**
 * Draws the value of a text field as a one-page PDF of the field's size, for the `fill` option of `sign`.
 *
 * @throws CountersignError GLYPH_MISSING; ARGUMENT_INVALID when the text does not fit at 6 pt
 * @example
 * ```ts
 * const appearance = await drawFieldValue({ text: '05', ...fields.number, style: FIELD_STYLES.number })
 * await sign(pdf, { signer, field: 'seal', fill: { number: { value: '05', appearance } } })
 * ```
 */
export async function drawFieldValue({ text, width, height, style }: FieldValue): Promise<Uint8Array> {
  const flow = new Flow()
  const { lines, size } = fit(text, width, height, style)
  const fitted = { ...style, size }
  const pitch = lineHeight(size, 1)
  const top = (height - lines.length * pitch) / 2
  lines.forEach((line, index) => flow.text(line.text, top + index * pitch + ASCENT * size, fitted, 0, width))
  const seed = JSON.stringify([text, width, height, style])
  const pdf = await createPdf({ title: cleanText(text), created: new Date(0), id: seed })
  const page = pdf.addPage([round(width), round(height)])
  drawMarks(page, flow.sheet.marks, await embedFonts(pdf, [style.face], seed), height)
  return await savePdf(pdf)
}

function fit(
  text: string,
  width: number,
  height: number,
  style: Style,
): { lines: readonly { text: string }[]; size: number } {
  for (let { size } = style; size >= MINIMUM_SIZE; size -= 0.5) {
    const lines = breakLines(text, style.face, size, width)
    const oneLine = height < 2 * style.size * (ASCENT + DESCENT)
    const fits = lines.length * lineHeight(size, 1) <= height && !(oneLine && lines.length > 1)
    if (fits) return { lines, size }
  }
  throw new CountersignError('ARGUMENT_INVALID', `"${text.slice(0, 40)}" does not fit into ${width} x ${height} points`)
}
