import { tellReport } from '@countersign/core'
import type { TellOptions, VerificationReport } from '@countersign/core'
import { PDFName, PDFString } from '@cantoo/pdf-lib'
import { drawSheets, embedFonts, facesOf } from '../draw.ts'
import { createPdf, savePdf } from '../pdf-file.ts'
import { layoutVerification } from './layout.ts'

export interface DrawnVerificationReport {
  readonly bytes: Uint8Array
  readonly pages: number
}

/**
 * Draws a verification report as PDF, A4, in the same words as the HTML report: to be printed, filed, or signed in its turn.
 * Deterministic: the same report in the same language gives the same bytes (V-10). Letters that the font does not have are shown as
 * U+FFFD: a name in a file never makes the report fail.
 *
 * @example
 * ```ts
 * const { bytes } = await drawVerificationReport(await verify(pdf, { trust }), { language: 'vi', name: 'thong-bao.pdf' })
 * const signed = await sign(bytes, { signer, newField: 'report' })
 * ```
 */
export async function drawVerificationReport(
  report: VerificationReport,
  options: TellOptions,
): Promise<DrawnVerificationReport> {
  const story = tellReport(report, options)
  const sheets = layoutVerification(story)
  const content = JSON.stringify(story)
  const pdf = await createPdf({
    title: [story.words.title, ...(story.name === undefined ? [] : [story.name])].join(': '),
    created: new Date(report.validationTime),
    id: content,
  })
  pdf.catalog.set(PDFName.of('Lang'), PDFString.of(story.language))
  const fonts = await embedFonts(pdf, facesOf(sheets.flatMap((sheet) => sheet.marks)), content)
  drawSheets(pdf, sheets, fonts)
  return { bytes: await savePdf(pdf), pages: sheets.length }
}
