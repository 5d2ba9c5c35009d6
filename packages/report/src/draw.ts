// Sheets to PDF pages: the only file that turns marks into content streams.
import { createHash } from 'node:crypto'
import {
  PDFArray,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  PDFOperator,
  PDFOperatorNames as Op,
  beginText,
  endText,
  lineTo,
  moveTo,
  setFontAndSize,
  setLineWidth,
  setTextMatrix,
  stroke,
} from '@cantoo/pdf-lib'
import type { PDFFont, PDFPage } from '@cantoo/pdf-lib'
import * as fontkit from 'fontkit'
import { fontBytes } from './fonts.ts'
import type { Face } from './fonts.ts'
import { PAGE_HEIGHT, PAGE_WIDTH } from './sheet.ts'
import type { Mark, RuleMark, Sheet, TextMark } from './sheet.ts'

const POSTSCRIPT: Readonly<Record<Face, string>> = {
  regular: 'Tinos-Regular',
  bold: 'Tinos-Bold',
  italic: 'Tinos-Italic',
  boldItalic: 'Tinos-BoldItalic',
}

export type FontSet = ReadonlyMap<Face, PDFFont>

/** Embeds the faces the text needs as subsets; `seed` makes the six-letter subset tag (ISO 32000-1 9.6.4). */
export async function embedFonts(pdf: PDFDocument, faces: Iterable<Face>, seed: string): Promise<FontSet> {
  pdf.registerFontkit(fontkit as unknown as Parameters<PDFDocument['registerFontkit']>[0])
  const fonts = new Map<Face, PDFFont>()
  for (const face of new Set(faces)) {
    const name = `${subsetTag(`${face}:${seed}`)}+${POSTSCRIPT[face]}`
    fonts.set(
      face,
      await pdf.embedFont(fontBytes(face), {
        subset: true,
        customName: name,
        // Widths are measured glyph by glyph, so glyphs are drawn as they are measured.
        features: { kern: false, liga: false, clig: false, dlig: false },
      }),
    )
  }
  return fonts
}

function subsetTag(seed: string): string {
  const digest = createHash('sha256').update(seed).digest()
  return Array.from(digest.subarray(0, 6), (byte) => String.fromCodePoint(65 + (byte % 26))).join('')
}

export function facesOf(marks: Iterable<Mark>): Set<Face> {
  const faces = new Set<Face>()
  for (const mark of marks) if (mark.kind === 'text') faces.add(mark.face)
  return faces
}

export function drawSheets(pdf: PDFDocument, sheets: readonly Sheet[], fonts: FontSet): readonly PDFPage[] {
  return sheets.map((sheet) => {
    const page = pdf.addPage([round(PAGE_WIDTH), round(PAGE_HEIGHT)])
    drawMarks(page, sheet.marks, fonts, PAGE_HEIGHT)
    return page
  })
}

/** Draws marks, whose y counts from the top, on a page of the given height. */
export function drawMarks(page: PDFPage, marks: readonly Mark[], fonts: FontSet, height: number): void {
  const names = new Map<Face, PDFName>()
  for (const face of facesOf(marks)) {
    const font = fonts.get(face)
    if (font === undefined) throw new Error(`face ${face} is not embedded`)
    const name = PDFName.of(`F${POSTSCRIPT[face].slice('Tinos-'.length)}`)
    page.node.setFontDictionary(name, font.ref)
    names.set(face, name)
  }
  for (const mark of marks)
    page.pushOperators(
      ...(mark.kind === 'rule' ? ruleOperators(mark, height) : textOperators(mark, fonts, names, height)),
    )
}

function ruleOperators(mark: RuleMark, height: number): PDFOperator[] {
  return [
    setLineWidth(mark.thickness),
    moveTo(round(mark.x1), round(height - mark.y1)),
    lineTo(round(mark.x2), round(height - mark.y2)),
    stroke(),
  ]
}

function textOperators(
  mark: TextMark,
  fonts: FontSet,
  names: ReadonlyMap<Face, PDFName>,
  height: number,
): PDFOperator[] {
  const font = fonts.get(mark.face) as PDFFont
  return [
    beginText(),
    setFontAndSize(names.get(mark.face) as PDFName, mark.size),
    setTextMatrix(1, 0, 0, 1, round(mark.x), round(height - mark.y)),
    showText(font, mark),
    endText(),
  ]
}

/** Word spacing (Tw) does not act on two-byte codes: stretched lines place each word by TJ numbers. */
function showText(font: PDFFont, mark: TextMark): PDFOperator {
  if (mark.stretch === 0) return PDFOperator.of(Op.ShowText, [font.encodeText(mark.text)])
  const array = PDFArray.withContext(font.doc.context)
  const words = mark.text.split(' ')
  words.forEach((word, index) => {
    const last = index === words.length - 1
    array.push(PDFHexString.of(font.encodeText(last ? word : `${word} `).asString()))
    if (!last) array.push(PDFNumber.of(round((-mark.stretch * 1000) / mark.size)))
  })
  return PDFOperator.of(Op.ShowTextAdjusted, [array])
}

/** Three decimals: a micrometre, and short files. */
export function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
