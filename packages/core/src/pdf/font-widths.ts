import { PdfArray, PdfDict, isName, numberOf } from './objects.ts'
import type { PdfObject } from './objects.ts'
import type { View } from './types.ts'

/** How wide the glyph of a code is, in parts of the font size. */
export type WidthOfCode = (code: number) => number

// Widths of the printable ASCII characters in the standard fonts (9.6.2.2), in thousandths, from the published AFM files.
const STANDARD: Readonly<Record<string, string>> = {
  Helvetica:
    '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584',
  'Helvetica-Bold':
    '278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584',
  'Times-Roman':
    '250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500 500 500 500 278 278 564 564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 556 722 667 556 611 722 722 944 722 722 611 333 278 333 469 500 333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 500 500 333 389 278 500 500 722 500 500 444 480 200 480 541',
  'Times-Bold':
    '250 333 555 500 500 1000 833 278 333 333 500 570 250 333 250 278 500 500 500 500 500 500 500 500 500 500 333 333 570 570 570 500 930 722 667 722 722 667 611 778 778 389 500 778 667 944 722 778 611 778 722 556 667 722 722 1000 722 722 667 333 278 333 581 500 333 500 556 444 556 444 333 500 556 278 333 556 278 833 556 500 556 556 444 389 333 556 500 722 500 500 444 394 220 394 520',
  'Times-Italic':
    '250 333 420 500 500 833 778 214 333 333 500 675 250 333 250 278 500 500 500 500 500 500 500 500 500 500 333 333 675 675 675 500 920 611 611 667 722 611 611 722 722 333 444 667 556 833 667 722 611 722 611 500 556 722 611 833 611 556 556 389 278 389 422 500 333 500 500 444 500 444 278 500 500 278 278 444 278 722 500 500 500 500 389 389 278 500 444 667 444 444 389 400 275 400 541',
  'Times-BoldItalic':
    '250 389 555 500 500 833 778 278 333 333 500 570 250 333 250 278 500 500 500 500 500 500 500 500 500 500 333 333 570 570 570 500 832 667 667 667 722 667 667 722 778 389 500 667 611 889 722 722 611 722 667 556 611 722 667 889 667 611 611 333 278 333 570 500 333 500 500 444 500 444 333 500 556 278 278 500 278 778 556 500 500 500 389 389 278 556 444 667 500 444 389 348 220 348 570',
}
const ALIASES: Readonly<Record<string, string>> = {
  'Helvetica-Oblique': 'Helvetica',
  'Helvetica-BoldOblique': 'Helvetica-Bold',
  Arial: 'Helvetica',
  'Arial,Bold': 'Helvetica-Bold',
  TimesNewRoman: 'Times-Roman',
  'TimesNewRoman,Bold': 'Times-Bold',
}
const FIRST = 32
/** Where nothing is said of a code. */
const UNKNOWN = 0.5
/** Widths that are entered at most, ranges over one another included: a font has 65,536 codes. */
const MAX_ENTRIES = 200_000

function standardWidths(name: string): WidthOfCode {
  if (name.startsWith('Courier')) return () => 0.6
  const row = STANDARD[ALIASES[name] ?? name]
  if (row === undefined) return () => UNKNOWN
  const widths = row.split(' ').map((width) => Number(width) / 1000)
  return (code) => widths[code - FIRST] ?? 0.556
}

/** /W of a CIDFont: `c [w1 w2 ...]` and `first last w` (9.7.4.3). */
function cidWidths(view: View, value: PdfObject | undefined): ReadonlyMap<number, number> {
  const widths = new Map<number, number>()
  const items = view.array(value)?.items ?? []
  let left = MAX_ENTRIES
  for (let at = 0; at + 1 < items.length && left > 0;) {
    const first = numberOf(view.resolve(items[at])) ?? 0
    const second = view.resolve(items[at + 1])
    if (second instanceof PdfArray) {
      const listed = second.items.slice(0, left)
      for (const [i, width] of listed.entries()) widths.set(first + i, numberOf(view.resolve(width)) ?? 0)
      left -= listed.length
      at += 2
      continue
    }
    const last = Math.min(numberOf(second) ?? 0, first + Math.min(0xffff, left))
    const width = numberOf(view.resolve(items[at + 2])) ?? 0
    for (let code = first; code <= last; code++) widths.set(code, width)
    left -= Math.max(1, last - first)
    at += 3
  }
  return widths
}

function simpleWidths(view: View, font: PdfDict): WidthOfCode {
  const widths = view.array(font.get('Widths'))?.items.map((item) => numberOf(view.resolve(item)) ?? 0)
  if (widths === undefined) return standardWidths(view.name(font.get('BaseFont'))?.name ?? '')
  const first = view.number(font.get('FirstChar')) ?? 0
  const missing = view.number(view.dict(font.get('FontDescriptor'))?.get('MissingWidth')) ?? 0
  // 9.6.4: widths of a Type 3 font are in its own glyph space.
  const matrix = isName(view.resolve(font.get('Subtype')), 'Type3') ? view.array(font.get('FontMatrix')) : undefined
  const scale = matrix === undefined ? 0.001 : (numberOf(view.resolve(matrix.items[0])) ?? 0.001)
  return (code) => (widths[code - first] ?? missing) * scale
}

/** Widths of a font's codes; composite fonts are read as Identity, code = CID. */
export function widthsOfFont(view: View, value: PdfObject | undefined): WidthOfCode {
  const font = view.dict(value)
  if (font === undefined) return () => UNKNOWN
  if (!isName(view.resolve(font.get('Subtype')), 'Type0')) return simpleWidths(view, font)
  const descendant = view.dict(view.array(font.get('DescendantFonts'))?.items[0])
  const usual = view.number(descendant?.get('DW')) ?? 1000
  const widths = cidWidths(view, descendant?.get('W'))
  return (code) => (widths.get(code) ?? usual) / 1000
}
