// D30-21: Arabic, size 13 to 14, centred in the top margin, from the second page on.
import { MARGIN, MM, PAGE_WIDTH } from '../sheet.ts'
import type { Sheet } from '../sheet.ts'
import { textWidth } from '../fonts.ts'

const SIZE = 13

export function pageNumbers(sheets: readonly Sheet[]): void {
  sheets.forEach((sheet, index) => {
    if (index === 0) return
    const text = String(index + 1)
    const x = (PAGE_WIDTH - textWidth(text, 'regular', SIZE)) / 2
    sheet.marks.push({ kind: 'text', x, y: MARGIN.top - 6 * MM, text, face: 'regular', size: SIZE, stretch: 0 })
  })
}
