// Signature and seal images as PDF pages of their true size (D30-19).
import { CountersignError } from '@countersign/core'
import { createHash } from 'node:crypto'
import { PDFDocument, PDFHexString } from 'pdf-lib'
import { round } from './draw.ts'
import { MM } from './sheet.ts'

export interface Stamp {
  /** PNG with transparency: red for a seal, blue for a handwritten signature. */
  readonly png: Uint8Array
  /** Width on paper in millimetres; the height follows from the image, nothing is stretched. */
  readonly widthMm: number
}

export interface DrawnStamp {
  /** One-page PDF for the `appearance` option of `sign`. */
  readonly bytes: Uint8Array
  /** Points. */
  readonly width: number
  readonly height: number
}

/**
 * Draws a seal or a handwritten signature in its true size.
 *
 * @throws CountersignError ARGUMENT_INVALID for what is no PNG, a PNG without transparency, or an impossible size
 * @example
 * ```ts
 * const seal = await drawStamp({ png: await readFile('seal.png'), widthMm: 36 })
 * await sign(pdf, { signer, field: 'seal', appearance: seal.bytes })
 * ```
 */
export async function drawStamp({ png, widthMm }: Stamp): Promise<DrawnStamp> {
  if (!(widthMm >= 5 && widthMm <= 200)) throw wrong(`a stamp is 5 to 200 mm wide, not ${widthMm}`)
  const size = transparentPng(png)
  const width = round(widthMm * MM)
  const height = round((width * size.height) / size.width)
  const id = createHash('sha256').update(png).update(String(widthMm)).digest('hex')
  const pdf = await emptyPdf(id)
  const page = pdf.addPage([width, height])
  page.drawImage(await pdf.embedPng(png), { x: 0, y: 0, width, height })
  return { bytes: await pdf.save({ useObjectStreams: false, addDefaultPage: false }), width, height }
}

/** A document whose bytes depend on nothing but the stamp: fixed dates, an /ID from its content. */
async function emptyPdf(id: string): Promise<PDFDocument> {
  const pdf = await PDFDocument.create({ updateMetadata: false })
  pdf.setTitle('stamp')
  pdf.setProducer('Countersign report')
  pdf.setCreationDate(new Date(0))
  pdf.setModificationDate(new Date(0))
  const value = PDFHexString.of(id.slice(0, 32))
  pdf.context.trailerInfo.ID = pdf.context.obj([value, value])
  return pdf
}

function wrong(message: string): CountersignError {
  return new CountersignError('ARGUMENT_INVALID', message)
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** Size of a PNG that has an alpha channel or a transparent colour. */
export function transparentPng(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  if (png.length < 33 || SIGNATURE.some((byte, index) => png[index] !== byte)) throw wrong('the image is no PNG')
  const width = view.getUint32(16)
  const height = view.getUint32(20)
  if (width === 0 || height === 0 || width * height > 50_000_000) throw wrong('the size of the image is not usable')
  const alpha = png[25] === 4 || png[25] === 6 || hasTransparentColour(view)
  // D30-19: an opaque image would hide what lies below it.
  if (!alpha) throw wrong('the PNG has no transparency; a seal or signature image needs a transparent background')
  return { width, height }
}

/** Walks the chunks up to the pixels for tRNS. */
function hasTransparentColour(view: DataView): boolean {
  for (let offset = 8; offset + 12 <= view.byteLength;) {
    const type = view.getUint32(offset + 4)
    if (type === 0x74524e53) return true
    if (type === 0x49444154) return false
    offset += 12 + view.getUint32(offset)
  }
  return false
}
