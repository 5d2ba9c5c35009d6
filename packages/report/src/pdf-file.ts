// What every PDF of this package has in common: fixed dates, an injected id, one contiguous cross-reference table (W30).
import { createHash } from 'node:crypto'
import { PDFDocument, PDFHexString, PDFName, PDFString } from '@cantoo/pdf-lib'

export interface FileInfo {
  readonly title: string
  readonly author?: string
  readonly created: Date
  /** Anything unique to the document; hashed into /ID. */
  readonly id: string
}

export async function createPdf(info: FileInfo): Promise<PDFDocument> {
  const pdf = await PDFDocument.create({ updateMetadata: false })
  pdf.setTitle(info.title, { showInWindowTitleBar: true })
  if (info.author !== undefined) pdf.setAuthor(info.author)
  pdf.setCreator('Countersign')
  pdf.setProducer('Countersign report')
  pdf.setCreationDate(info.created)
  pdf.setModificationDate(info.created)
  pdf.catalog.set(PDFName.of('Lang'), PDFString.of('vi'))
  const id = PDFHexString.of(createHash('sha256').update(info.id).digest('hex').slice(0, 32))
  pdf.context.trailerInfo.ID = pdf.context.obj([id, id])
  return pdf
}

/** A plain table, no object streams: what every reader and the next signer's table section agree with (W2, W30). */
export async function savePdf(pdf: PDFDocument): Promise<Uint8Array> {
  return await pdf.save({ useObjectStreams: false, addDefaultPage: false, updateFieldAppearances: false })
}
