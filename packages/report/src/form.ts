// The prepared fields of W24: later signers touch only their field, its appearance and its value.
import { PDFArray, PDFDict, PDFHexString, PDFName, PDFRawStream, PDFRef, PDFString } from '@cantoo/pdf-lib'
import type { PDFDocument, PDFFont, PDFPage } from '@cantoo/pdf-lib'
import { PAGE_HEIGHT } from './sheet.ts'
import type { PreparedBox, Sheet } from './sheet.ts'
import { round } from './draw.ts'

const PRINT = 4
const LOCKED = 128
const MULTILINE = 1 << 12
const READ_ONLY = 1

/** A prepared field as callers see it; `rect` in PDF user space. */
export interface PreparedField {
  readonly name: string
  readonly type: 'signature' | 'text'
  /** 1-based. */
  readonly page: number
  /** Lower left x, y, width and height in points. */
  readonly rect: readonly [x: number, y: number, width: number, height: number]
  readonly width: number
  readonly height: number
}

/** Writes the AcroForm and every widget. No NeedAppearances, no calculation order, no scripts. */
export function prepareFields(
  pdf: PDFDocument,
  pages: readonly PDFPage[],
  sheets: readonly Sheet[],
  font: PDFFont,
): readonly PreparedField[] {
  const { context } = pdf
  const fields: PreparedField[] = []
  const refs = PDFArray.withContext(context)
  sheets.forEach((sheet, index) => {
    const page = pages[index] as PDFPage
    for (const box of sheet.fields) {
      const ref = context.register(widget(pdf, page, box))
      page.node.addAnnot(ref)
      refs.push(ref)
      const rect = userSpace(box)
      fields.push({ name: box.name, type: box.type, page: index + 1, rect, width: rect[2], height: rect[3] })
    }
  })
  const form = context.obj({ SigFlags: 0, DA: PDFString.of('/Tinos 0 Tf 0 g'), DR: { Font: { Tinos: font.ref } } })
  form.set(PDFName.of('Fields'), refs)
  pdf.catalog.set(PDFName.of('AcroForm'), context.register(form))
  return fields
}

function userSpace(box: PreparedBox): readonly [number, number, number, number] {
  return [round(box.x), round(PAGE_HEIGHT - box.y - box.height), round(box.width), round(box.height)]
}

function widget(pdf: PDFDocument, page: PDFPage, box: PreparedBox): PDFDict {
  const { context } = pdf
  const [x, y, width, height] = userSpace(box)
  const dict = context.obj({
    Type: 'Annot',
    Subtype: 'Widget',
    FT: box.type === 'signature' ? 'Sig' : 'Tx',
    T: PDFString.of(box.name),
    TU: PDFHexString.fromText(box.label),
    F: PRINT | LOCKED,
    Rect: [x, y, round(x + width), round(y + height)],
    P: page.ref,
    AP: { N: emptyAppearance(pdf, width, height) },
  })
  if (box.type === 'text') textKeys(dict, box)
  if (box.lock === 'all')
    dict.set(PDFName.of('Lock'), context.register(context.obj({ Type: 'SigFieldLock', Action: 'All', P: 1 })))
  return dict
}

function textKeys(dict: PDFDict, box: PreparedBox): void {
  const { context } = dict
  const align = box.style?.align
  dict.set(PDFName.of('DA'), PDFString.of(`/Tinos ${box.style?.size ?? 12} Tf 0 g`))
  dict.set(PDFName.of('Q'), context.obj(align === 'center' ? 1 : align === 'right' ? 2 : 0))
  // Read only: the register fills it, never a person in a viewer.
  dict.set(PDFName.of('Ff'), context.obj(READ_ONLY | (box.multiline === true ? MULTILINE : 0)))
}

/** W22: a field without value still has an appearance, an empty form. */
function emptyAppearance(pdf: PDFDocument, width: number, height: number): PDFRef {
  const { context } = pdf
  const dict = context.obj({ Type: 'XObject', Subtype: 'Form', BBox: [0, 0, width, height], Resources: {}, Length: 0 })
  return context.register(PDFRawStream.of(dict, new Uint8Array(0)))
}
