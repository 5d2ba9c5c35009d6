import { drawSheets, embedFonts, facesOf } from './draw.ts'
import { prepareFields } from './form.ts'
import type { PreparedField } from './form.ts'
import { layoutNotice } from './layout.ts'
import { parseInspectionNotice } from './notice.ts'
import type { InspectionNotice } from './notice.ts'
import { createPdf, savePdf } from './pdf-file.ts'

export interface DrawnReport {
  readonly bytes: Uint8Array
  readonly pages: number
  /** The prepared fields by name: `officer`, `seal`, `agencyInfo`, and `number`, `date` unless the data holds them. */
  readonly fields: Readonly<Record<string, PreparedField>>
}

/** What a field filled later may hold; its letters must be in the embedded subset. */
const FIELD_LETTERS = '0123456789/-:+ ngày tháng năm'

/**
 * Draws an inspection notice as PDF in the layout of Decree 30/2020, App I, ready for signing.
 * Deterministic: equal data gives equal bytes.
 *
 * @throws CountersignError REPORT_DATA_INVALID, GLYPH_MISSING (before anything is drawn)
 * @example
 * ```ts
 * const { bytes, fields } = await drawReport(JSON.parse(await readFile('notice.json', 'utf8')))
 * fields.officer.page // where the officer's signature goes
 * ```
 */
export async function drawReport(data: InspectionNotice): Promise<DrawnReport> {
  const notice = parseInspectionNotice(data)
  const sheets = layoutNotice(notice)
  const pdf = await createPdf({
    title: `${notice.type ?? 'Thông báo'}: ${notice.subject}`.normalize('NFC'),
    author: notice.agency.normalize('NFC'),
    created: new Date(notice.created),
    id: notice.id,
  })
  const faces = facesOf(sheets.flatMap((sheet) => sheet.marks))
  const fonts = await embedFonts(pdf, [...faces, 'regular'], JSON.stringify(notice))
  const pages = drawSheets(pdf, sheets, fonts)
  const regular = fonts.get('regular')
  if (regular === undefined) throw new Error('the regular face is always embedded')
  regular.encodeText(FIELD_LETTERS)
  const fields = prepareFields(pdf, pages, sheets, regular)
  return {
    bytes: await savePdf(pdf),
    pages: sheets.length,
    fields: Object.fromEntries(fields.map((field) => [field.name, field])),
  }
}
