// vn-info (signing.md 8, V4): agency name and time of its signature, top right of page 1, filled when the seal signs.
import { MARGIN, MM, PAGE_WIDTH } from '../sheet.ts'
import type { Sheet } from '../sheet.ts'

export function agencyInfo(first: Sheet): void {
  const width = 80 * MM
  first.fields.push({
    x: PAGE_WIDTH - MARGIN.right - width,
    y: 5 * MM,
    width,
    height: 13 * MM,
    name: 'agencyInfo',
    type: 'text',
    label: 'Thông tin chữ ký số của cơ quan',
    style: { face: 'regular', size: 10, align: 'right' },
    multiline: true,
  })
}
