import { PdfDict, PdfName, PdfStream, isName } from '../pdf/objects.ts'
import type { PdfObject } from '../pdf/objects.ts'
import type { Update } from '../pdf/update.ts'

const FILES = ['FontFile', 'FontFile2', 'FontFile3']

function isEmbedded(update: Update, font: PdfDict): boolean {
  const descriptor = update.dict(font.get('FontDescriptor'))
  return FILES.some((key) => update.resolve(descriptor?.get(key)) instanceof PdfStream)
}

function nameOf(update: Update, value: PdfObject | undefined): string {
  const name = update.resolve(value)
  return name instanceof PdfName ? name.name : 'a font'
}

/** ISO 19005-1 6.3.4, 6.3.8; ISO 19005-2 6.2.11: embedded, and for levels A and U readable as text. */
export function fontFault(update: Update, font: PdfDict, level: string): string | undefined {
  if (isName(update.resolve(font.get('Subtype')), 'Type3')) return undefined
  const composite = isName(update.resolve(font.get('Subtype')), 'Type0')
  const holder = composite ? update.dict(update.array(font.get('DescendantFonts'))?.items[0]) : font
  const name = nameOf(update, font.get('BaseFont'))
  if (holder === undefined || !isEmbedded(update, holder)) return `the font ${name} is not embedded`
  const readable = update.resolve(font.get('ToUnicode')) instanceof PdfStream
  if (composite && !readable && (level === 'A' || level === 'U')) return `the font ${name} has no /ToUnicode`
  return undefined
}
