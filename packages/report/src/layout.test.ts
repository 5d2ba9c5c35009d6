import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { textWidth } from './fonts.ts'
import { layoutNotice } from './layout.ts'
import { parseInspectionNotice } from './notice.ts'
import type { InspectionNotice } from './notice.ts'
import { MARGIN, PAGE_HEIGHT, PAGE_WIDTH, TEXT_WIDTH } from './sheet.ts'
import type { Sheet } from './sheet.ts'

const SYLLABLES = [
  'kiểm',
  'tra',
  'cải',
  'cách',
  'hành',
  'chính',
  'Ủy',
  'ban',
  'nhân',
  'dân',
  'nghiêng',
  'ở',
  'đ',
  'x'.repeat(120),
]
const words = (max: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...SYLLABLES), { minLength: 1, maxLength: max }).map((list) => list.join(' '))
const finding = fc.record({
  unit: words(6),
  finding: words(400),
  remedy: words(60),
  deadline: fc.constantFrom('2026-12-15', 'Thường xuyên'),
})
const block: fc.Arbitrary<InspectionNotice['body'][number]> = fc.oneof(
  fc.record({
    kind: fc.constant('heading' as const),
    level: fc.constantFrom(1 as const, 2 as const, 3 as const),
    text: words(4),
  }),
  fc.record({ kind: fc.constant('paragraph' as const), text: words(300) }),
  fc.record({ kind: fc.constant('findings' as const), rows: fc.array(finding, { minLength: 1, maxLength: 8 }) }),
)
const notices: fc.Arbitrary<InspectionNotice> = fc.record({
  kind: fc.constant('inspection-notice' as const),
  id: fc.constant('x'),
  created: fc.constant('2026-10-12T08:30:00+07:00'),
  parent: words(3),
  agency: words(3),
  symbol: fc.constant('TB-SNV'),
  place: fc.constant('Lam Giang'),
  subject: words(3),
  legalBasis: fc.array(words(40), { maxLength: 4 }),
  body: fc.array(block, { minLength: 1, maxLength: 12 }),
  signature: fc.record({ position: fc.constant('Giám đốc'), name: fc.constant('Nguyễn Văn A') }),
  recipients: fc.record({ to: fc.array(words(3), { minLength: 1, maxLength: 100 }), archive: fc.constant('VT') }),
})

function outside(sheet: Sheet, first: boolean): string[] {
  return sheet.marks.flatMap((mark) => {
    if (mark.kind === 'rule') return []
    const right = mark.x + textWidth(mark.text, mark.face, mark.size) + mark.stretch * (mark.text.split(' ').length - 1)
    const pageNumber = !first && mark.y < MARGIN.top
    const inside =
      mark.x >= MARGIN.left - 0.01 &&
      right <= MARGIN.left + TEXT_WIDTH + 0.01 &&
      mark.y <= PAGE_HEIGHT - MARGIN.bottom + 0.01
    return inside || pageNumber ? [] : [mark.text]
  })
}

const letters = (text: string): string => text.normalize('NFC').replace(/[\s;.]/g, '')

test('whatever the data: inside the margins, every letter of the body drawn once and in order, all fields on paper', () => {
  fc.assert(
    fc.property(notices, (data) => {
      const notice = parseInspectionNotice(data)
      const sheets = layoutNotice(notice)
      expect(sheets.flatMap((sheet, index) => outside(sheet, index === 0))).toEqual([])
      const drawn = letters(
        sheets
          .flatMap(({ marks }) => marks.map((mark) => (mark.kind === 'text' && mark.size === 14 ? mark.text : '')))
          .join(''),
      )
      for (const one of notice.body) if (one.kind === 'paragraph') expect(drawn).toContain(letters(one.text))
      for (const field of sheets.flatMap((sheet) => sheet.fields)) {
        expect(field.x).toBeGreaterThanOrEqual(0)
        expect(field.x + field.width).toBeLessThanOrEqual(PAGE_WIDTH)
        expect(field.y + field.height).toBeLessThanOrEqual(PAGE_HEIGHT - MARGIN.bottom)
      }
    }),
    { seed: 20261125, numRuns: 150 },
  )
})

test('a list of recipients longer than a page goes on, none is lost', () => {
  const to = Array.from({ length: 100 }, (_, index) => `Đơn vị thứ ${index}`)
  const one = fc.sample(notices, { numRuns: 1, seed: 1 })[0]
  if (one === undefined) throw new Error('no notice')
  const marks = layoutNotice({ ...one, recipients: { to, archive: 'VT' } }).flatMap((sheet) => sheet.marks)
  const drawn = marks.flatMap((mark) => (mark.kind === 'text' && mark.size === 11 ? [mark.text] : []))
  expect(drawn).toEqual([...to.map((name) => `- ${name};`), '- Lưu: VT.'])
})
