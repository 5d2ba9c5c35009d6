import { describe, expect, test } from '@jest/globals'
import { tellReport } from '@countersign/core'
import { report, signature } from '../../../core/test/support/reports.ts'
import { witnessTest } from '../../../../test/support/witnesses.ts'
import { darkPixels, extract, qpdfCheck, render } from '../../test/rendering.ts'
import { textWidth } from '../fonts.ts'
import { PAGE_HEIGHT, MARGIN } from '../sheet.ts'
import type { TextMark } from '../sheet.ts'
import { drawVerificationReport } from './draw-verification-report.ts'
import { layoutVerification } from './layout.ts'

const EVIL = 'A\u202Egnol 漢字 \u{1F600} \u0000<script>'

const many = signature({
  changes: {
    level: 'other',
    permitted: false,
    items: Array.from({ length: 60 }, (_, index) => ({
      revision: 1,
      madeBefore: null,
      kind: 'field-value-changed',
      field: `trường-${index}`,
      page: 1,
      path: '/AcroForm',
      object: '1 0',
      before: 'một giá trị dài '.repeat(8),
      after: 'giá trị khác '.repeat(8),
      level: 'other',
      permitted: index % 2 === 0,
      rule: 'M-11',
    })),
  },
  indication: 'TOTAL-FAILED',
})
const long = report('invalid', [many, signature({ id: 'sig-2', reason: 'Phê duyệt' }), many])
const evil = report('valid', [signature({ signer: { ...signature().signer!, commonName: EVIL, organization: EVIL } })])

describe('V-10: the report as PDF', () => {
  test('equal reports give equal bytes; other languages, names and reports do not', async () => {
    const drawn = async (language: 'vi' | 'en', name: string, value = report('valid')): Promise<Buffer> =>
      Buffer.from((await drawVerificationReport(value, { language, name })).bytes)
    const first = await drawn('vi', 'a.pdf')
    expect((await drawn('vi', 'a.pdf')).equals(first)).toBe(true)
    for (const other of [drawn('en', 'a.pdf'), drawn('vi', 'b.pdf'), drawn('vi', 'a.pdf', report('invalid'))])
      expect((await other).equals(first)).toBe(false)
    expect(first.toString('latin1')).toContain('/Lang (vi)')
    expect(first.length).toBeLessThan(60 * 1024)
  })

  test('nothing stands outside the margins, over many pages too', () => {
    const sheets = layoutVerification(tellReport(long, { language: 'vi', name: 'a.pdf' }))
    expect(sheets.length).toBeGreaterThan(3)
    for (const { y, x, text, face, size } of sheets.flatMap(({ marks }) =>
      marks.filter((mark) => mark.kind === 'text'),
    )) {
      expect(y).toBeLessThanOrEqual(PAGE_HEIGHT - MARGIN.bottom)
      expect(x + textWidth(text, face, size)).toBeLessThanOrEqual(595.3 - MARGIN.right + 0.5)
    }
  })

  test('letters without a shape in the font are shown as one sign, and nothing fails', async () => {
    await expect(drawVerificationReport(evil, { language: 'en', name: EVIL })).resolves.toMatchObject({ pages: 2 })
    const texts = layoutVerification(tellReport(evil, { language: 'en' })).flatMap(({ marks }) =>
      marks.filter((mark): mark is TextMark => mark.kind === 'text').map(({ text }) => text),
    )
    expect(texts).toContain('A\uFFFDgnol \uFFFD\uFFFD \uFFFD \uFFFD<script>')
  })

  witnessTest(['qpdf', 'pdftotext'], 'qpdf finds no fault; the words extract in NFC', async () => {
    const { bytes } = await drawVerificationReport(long, { language: 'vi', name: 'thông báo.pdf' })
    expect(await qpdfCheck(bytes)).toBe(0)
    const text = (await extract(bytes)).replace(/\s+/g, ' ')
    for (const part of [
      'KHÔNG HỢP LỆ',
      'Nguyễn Thị Ánh Tuyết',
      'Người ký',
      'Việc cần làm',
      '12/10/2026 09:15:02 +07:00',
    ])
      expect(text).toContain(part)
    expect(text).toBe(text.normalize('NFC'))
  })

  witnessTest(['pdftoppm'], 'every letter leaves ink where it was laid out', async () => {
    const story = tellReport(report('valid', [signature({ reason: 'Phê duyệt' })]), {
      language: 'vi',
      name: 'thông báo.pdf',
    })
    const images = await render(
      (
        await drawVerificationReport(report('valid', [signature({ reason: 'Phê duyệt' })]), {
          language: 'vi',
          name: 'thông báo.pdf',
        })
      ).bytes,
    )
    const blank: string[] = []
    layoutVerification(story).forEach(({ marks }, page) => {
      for (const mark of marks.filter((one): one is TextMark => one.kind === 'text')) {
        let { x } = mark
        for (const character of mark.text) {
          const width = textWidth(character, mark.face, mark.size)
          const dark = darkPixels(images[page], x, mark.y - mark.size * 0.95, width, mark.size * 1.2)
          if (character !== ' ' && dark === 0) blank.push(`${character} in ${mark.text}`)
          x += width
        }
      }
    })
    expect(blank).toEqual([])
  })
})
