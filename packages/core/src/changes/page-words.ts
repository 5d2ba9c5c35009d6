import { readGlyphs } from '../pdf/page-text.ts'
import type { Glyph } from '../pdf/page-text.ts'
import { pageAt } from '../pdf/pages.ts'
import type { View } from '../pdf/types.ts'
import type { Comparison } from './comparison.ts'

/** Letters shown around what differs, and of what differs. */
const AROUND = 24
const MOST = 120

/** The text that a page draws, in its order of drawing; undefined where it cannot be read. */
function wordsOf(view: View, index: number): string | undefined {
  try {
    const page = pageAt(view, index)
    if (page === undefined) return undefined
    return wordsFrom(readGlyphs(view, page))
  } catch {
    return undefined
  }
}

/** Farther apart than this part of the font size, two glyphs are not of one word. */
const GAP = 0.2

/** The letters of glyphs in their order; a space where one does not begin at the end of the one before, as between table cells. */
export function wordsFrom(glyphs: readonly Glyph[]): string {
  let words = ''
  let last: Glyph | undefined
  for (const glyph of glyphs) {
    const [x, y] = last?.end ?? glyph.start
    const apart = Math.hypot(glyph.start[0] - x, glyph.start[1] - y) > GAP * Math.max(glyph.size, 1)
    words += apart && !words.endsWith(' ') && !glyph.text.startsWith(' ') ? ` ${glyph.text}` : glyph.text
    last = glyph
  }
  return words
}

function excerpt(text: string, from: number, to: number): string {
  const start = Math.max(0, from - AROUND)
  const end = Math.min(text.length, to + AROUND, start + MOST)
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`
}

/** The first place where two texts differ, with a few letters around it (M-26: before, after). */
export function differingWords(before: string, after: string): { readonly before: string; readonly after: string } {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let common = 0
  const most = Math.min(before.length, after.length) - start
  while (common < most && before[before.length - 1 - common] === after[after.length - 1 - common]) common++
  return {
    before: excerpt(before, start, before.length - common),
    after: excerpt(after, start, after.length - common),
  }
}

/** M-26: gives the first refused change of a page's content what the page read before and reads after it, where the words differ. */
export function tellWords(comparison: Comparison, page: number, from: number): void {
  const at = comparison.changes.findIndex(
    ({ kind, page: own, before }, index) =>
      index >= from &&
      own === page &&
      before === undefined &&
      (kind === 'page-content-changed' || kind === 'font-changed'),
  )
  const change = comparison.changes[at]
  if (change === undefined) return
  const before = wordsOf(comparison.old, page - 1)
  const after = wordsOf(comparison.now, page - 1)
  if (before === undefined || after === undefined || before === after) return
  comparison.changes[at] = { ...change, ...differingWords(before, after) }
}
