import type { PdfObject } from '../pdf/objects.ts'
import { PdfArray, PdfDict, PdfName, isName } from '../pdf/objects.ts'
import type { View } from '../pdf/types.ts'
import { parseToUnicode } from '../pdf/font-text.ts'

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

/** The letter or digit that a glyph's name stands for; undefined for all others. */
function letterOfGlyph(name: string): string | undefined {
  if (name.length === 1) return isLetter(name) ? name : undefined
  const digit = DIGITS.indexOf(name)
  return digit < 0 ? undefined : String(digit)
}

function isLetter(text: string): boolean {
  return text.length === 1 && /[0-9A-Za-z]/.test(text)
}

/** Names that /Differences gives to codes. */
function differencesOf(view: View, encoding: PdfObject): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  const list = encoding instanceof PdfDict ? view.array(encoding.get('Differences')) : undefined
  let code = 0
  for (const item of list instanceof PdfArray ? list.items.slice(0, 1024) : []) {
    const value = view.resolve(item)
    if (typeof value === 'number') code = value
    else if (value instanceof PdfName) names.set(code++, value.name)
  }
  return names
}

/** What a code of a simple font draws, where a standard order or a glyph's name tells. */
function drawnBy(view: View, font: PdfDict): (code: number) => string | undefined {
  const encoding = view.resolve(font.get('Encoding'))
  const names = differencesOf(view, encoding)
  const base = encoding instanceof PdfDict ? view.resolve(encoding.get('BaseEncoding')) : encoding
  const isStandard = base instanceof PdfName && (isName(base, 'WinAnsiEncoding') || isName(base, 'StandardEncoding'))
  return (code) => {
    const name = names.get(code)
    if (name !== undefined) return letterOfGlyph(name)
    const letter = String.fromCharCode(code)
    return isStandard && isLetter(letter) ? letter : undefined
  }
}

/**
 * True when a font lets a letter or digit be read as another than it draws (M-28): what is searched, copied or compared by a program is
 * then not what people see. Small capitals are no other letter.
 */
export function readsOtherwise(view: View, font: PdfDict): boolean {
  const subtype = view.name(font.get('Subtype'))?.name
  const stream = view.stream(font.get('ToUnicode'))
  if (stream === undefined || subtype === 'Type0' || subtype === 'Type3') return false
  try {
    const drawn = drawnBy(view, font)
    for (const [code, text] of parseToUnicode(view.document.decode(stream)).texts) {
      const letter = drawn(code)
      if (letter !== undefined && isLetter(text) && letter.toLowerCase() !== text.toLowerCase()) return true
    }
  } catch {
    // What cannot be read is told by other rules.
  }
  return false
}
