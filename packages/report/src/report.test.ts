import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PDFArray, PDFDict, PDFDocument, PDFName } from '@cantoo/pdf-lib'
import { describe, expect, test } from '@jest/globals'
import { root, witnessTest } from '../../../test/support/witnesses.ts'
import { darkPixels, extract, qpdfCheck, render } from '../test/rendering.ts'
import { textWidth } from './fonts.ts'
import { drawReport } from './report.ts'
import { layoutNotice } from './layout.ts'
import { parseInspectionNotice } from './notice.ts'
import type { InspectionNotice } from './notice.ts'
import { MARGIN, MM, PAGE_HEIGHT, PAGE_WIDTH, TEXT_WIDTH } from './sheet.ts'
import type { Sheet, TextMark } from './sheet.ts'

const example = (name: string): InspectionNotice =>
  parseInspectionNotice(JSON.parse(readFileSync(join(root, 'examples', 'data', `${name}.json`), 'utf8')))
const notice = example('notice')
const long = example('long-notice')
const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const texts = (sheet: Sheet | undefined): readonly TextMark[] =>
  (sheet?.marks ?? []).filter((mark) => mark.kind === 'text')
const find = (sheets: readonly Sheet[], text: string): TextMark => {
  const found = sheets.flatMap(texts).find((mark) => mark.text === text)
  if (found === undefined) throw new Error(`no text ${text}`)
  return found
}

describe('file', () => {
  test('a two-page notice is at most 120 kB', async () => {
    const { bytes, pages } = await drawReport(notice)
    expect(pages).toBe(2)
    expect(bytes.length).toBeLessThanOrEqual(120 * 1024)
  })

  test('equal data gives equal bytes, decomposed text the same as composed (D30-20)', async () => {
    const first = await drawReport(notice)
    const decomposed = JSON.parse(JSON.stringify(notice).normalize('NFD')) as InspectionNotice
    expect(Buffer.compare((await drawReport(notice)).bytes, first.bytes)).toBe(0)
    expect(Buffer.compare((await drawReport(decomposed)).bytes, first.bytes)).toBe(0)
  })

  test('W30: one contiguous cross-reference table from 0, every entry in use but the first', async () => {
    const pdf = latin((await drawReport(long)).bytes)
    const table = pdf.slice(pdf.lastIndexOf('\nxref\n') + 1, pdf.lastIndexOf('trailer'))
    const [, subsection = '', ...entries] = table.trim().split('\n')
    expect(subsection.trim()).toBe(`0 ${entries.length}`)
    expect(entries[0]).toMatch(/^0{10} 65535 f/)
    expect(entries.slice(1).every((entry) => / 00000 n/.test(entry))).toBe(true)
    expect(pdf).toContain(`/Size ${entries.length}`)
  })

  test('no NeedAppearances, scripts, object streams or outside content; title, language, id and dates from the data', async () => {
    const { bytes } = await drawReport(notice)
    const pdf = latin(bytes)
    for (const word of ['/NeedAppearances', '/JavaScript', '/JS', '/AA', '/OpenAction', '/ObjStm', '/URI', '/XFA'])
      expect(pdf).not.toContain(word)
    const read = await PDFDocument.load(bytes, { updateMetadata: false })
    expect(read.getTitle()).toBe(`Thông báo: ${notice.subject}`)
    expect(read.getCreationDate()?.toISOString()).toBe('2026-10-12T01:30:00.000Z')
    expect(pdf).toContain('/Lang (vi)')
    expect(pdf).toMatch(/\/ID \[ ?<[0-9a-f]{32}> <[0-9a-f]{32}> ?\]/)
  })

  witnessTest(['qpdf'], 'qpdf finds no fault', async () => {
    expect(await qpdfCheck((await drawReport(notice)).bytes)).toBe(0)
    expect(await qpdfCheck((await drawReport(long)).bytes)).toBe(0)
  })
})

describe('fonts, proven by rendering', () => {
  const everyGlyph = async (data: InspectionNotice): Promise<void> => {
    const images = await render((await drawReport(data)).bytes)
    const blank: string[] = []
    layoutNotice(data).forEach((sheet, index) => {
      for (const mark of texts(sheet)) {
        let { x } = mark
        for (const character of mark.text) {
          const width = textWidth(character, mark.face, mark.size)
          const dark = darkPixels(images[index], x, mark.y - mark.size * 0.95, width, mark.size * 1.2)
          if (character !== ' ' && dark === 0) blank.push(`${character} in ${mark.text}`)
          x += width + (character === ' ' ? mark.stretch : 0)
        }
      }
    })
    expect(blank).toEqual([])
  }
  witnessTest(['pdftoppm'], 'every letter of a notice leaves ink where it was laid out', () => everyGlyph(notice))
  witnessTest(['pdftoppm'], 'the whole Vietnamese alphabet too', async () => {
    const vowels = 'aăâeêioôơuưy'
    const marks = ['', '\u0300', '\u0301', '\u0309', '\u0303', '\u0323']
    const letters = Array.from(vowels, (vowel) => marks.map((mark) => vowel + mark).join('')).join(' ')
    const text = `${letters} bcdđghklmnpqrstvx ${letters.toUpperCase()} BCDĐGHKLMNPQRSTVX`
    const blocks = (['heading', 'paragraph'] as const).map((kind) =>
      kind === 'heading' ? { kind, level: 1 as const, text } : { kind, text },
    )
    await everyGlyph({ ...notice, legalBasis: [text], body: [...blocks, { kind: 'heading', level: 3, text }] })
  })
  witnessTest(['pdftoppm'], 'accents differ: ô, ố, ồ and o are four pictures', async () => {
    const words = ['oooooooo', 'ôôôôôôôô', 'ốốốốốốốố', 'ồồồồồồồồ', 'ọọọọọọọọ']
    const data = { ...notice, body: words.map((text) => ({ kind: 'paragraph' as const, text })) }
    const [image] = await render((await drawReport(data)).bytes)
    const sheets = layoutNotice(data)
    const ink = words.map((word) => {
      const mark = find(sheets, word)
      return darkPixels(image, mark.x, mark.y - 15, textWidth(word, mark.face, mark.size), 20)
    })
    expect(new Set(ink).size).toBe(words.length)
  })

  witnessTest(['pdftotext'], 'text extracts in NFC, words whole (VN-11)', async () => {
    const text = await extract((await drawReport(notice)).bytes)
    for (const part of ['CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'Độc lập - Tự do - Hạnh phúc', 'Nguyễn Thị Ánh Tuyết'])
      expect(text).toContain(part)
    const flat = text.replace(/\s+/g, ' ')
    expect(flat).toContain(notice.body.find((block) => block.kind === 'paragraph')?.text.slice(0, 60))
    expect(text).toBe(text.normalize('NFC'))
  })

  test('V8: a character without glyph is refused before drawing', async () => {
    await expect(drawReport({ ...notice, subject: 'Kết luận 漢字' })).rejects.toMatchObject({
      code: 'GLYPH_MISSING',
      details: { codePoint: 'U+6F22' },
    })
  })
})

describe('layout of Decree 30/2020', () => {
  const sheets = layoutNotice(notice)
  const many = layoutNotice(long)

  test('D30-21: A4, text inside the margins, page number centred in the top margin from page 2', () => {
    expect([PAGE_WIDTH, PAGE_HEIGHT].map(Math.round)).toEqual([595, 842])
    expect([MARGIN.top, MARGIN.bottom, MARGIN.left, MARGIN.right].map((margin) => Math.round(margin / MM))).toEqual([
      20, 20, 30, 15,
    ])
    many.forEach((sheet, index) => {
      const numbers = texts(sheet).filter((mark) => mark.y < MARGIN.top)
      expect(numbers.map((mark) => mark.text)).toEqual(index === 0 ? [] : [String(index + 1)])
      for (const number of numbers) {
        expect(number.x + textWidth(number.text, 'regular', number.size) / 2).toBeCloseTo(PAGE_WIDTH / 2)
        expect(number.size).toBeGreaterThanOrEqual(13)
      }
      for (const mark of texts(sheet)) {
        const stretch = mark.stretch * (mark.text.split(' ').length - 1)
        expect(mark.x).toBeGreaterThanOrEqual(MARGIN.left - 0.01)
        expect(mark.x + textWidth(mark.text, mark.face, mark.size) + stretch).toBeLessThanOrEqual(
          MARGIN.left + TEXT_WIDTH + 0.01,
        )
        expect(mark.y).toBeLessThanOrEqual(PAGE_HEIGHT - MARGIN.bottom)
      }
    })
    expect(many.length).toBeGreaterThanOrEqual(6)
  })

  test('box 1: the national name in capitals, bold, 12 to 13; the motto with a rule of its own length below', () => {
    const nation = find(sheets, 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM')
    const motto = find(sheets, 'Độc lập - Tự do - Hạnh phúc')
    expect([nation.face, nation.size, motto.face, motto.size]).toEqual(['bold', 12, 'bold', 13])
    const rule = sheets[0]?.marks.find((mark) => mark.kind === 'rule' && Math.abs(mark.x1 - motto.x) < 0.01)
    expect(rule).toMatchObject({ x2: motto.x + textWidth(motto.text, 'bold', 13) })
  })

  test('boxes 2 to 5: parent upright, agency bold, subject with a rule of a third to a half', () => {
    expect(find(sheets, 'ỦY BAN NHÂN DÂN').face).toBe('regular')
    const agency = find(sheets, 'SỞ NỘI VỤ')
    expect(agency.face).toBe('bold')
    expect(find(sheets, '/TB-SNV').size).toBe(13)
    expect(find(sheets, 'Lam Giang, ').face).toBe('italic')
    expect(find(sheets, 'THÔNG BÁO').face).toBe('bold')
    const width = textWidth(agency.text, 'bold', agency.size)
    const rule = sheets[0]?.marks.find(
      (mark) => mark.kind === 'rule' && mark.x1 > agency.x && mark.x2 < agency.x + width,
    )
    if (rule?.kind !== 'rule') throw new Error('no rule below the agency')
    expect((rule.x2 - rule.x1) / width).toBeGreaterThan(1 / 3)
    expect((rule.x2 - rule.x1) / width).toBeLessThan(1 / 2)
  })

  test('D30-12: number and date given in the data are drawn and not prepared as fields', () => {
    const numbered = layoutNotice({ ...notice, number: 5, date: '2026-02-05' })
    expect(find(numbered, 'Số: 05/TB-SNV').size).toBe(13)
    expect(find(numbered, 'Lam Giang, ngày 05 tháng 02 năm 2026').face).toBe('italic')
    expect(numbered.flatMap((sheet) => sheet.fields).map((field) => field.name)).toEqual([
      'agencyInfo',
      'officer',
      'seal',
    ])
  })

  test('Căn cứ: italic, semicolons, the last with a full stop', () => {
    const italic = sheets.flatMap(texts).filter((mark) => mark.face === 'italic' && mark.size === 14)
    const ends = italic.map((mark) => mark.text.at(-1)).filter((end) => end === ';' || end === '.')
    expect(ends).toEqual([';', ';', '.'])
  })

  test('the findings table repeats its head on every page and loses no row', () => {
    const heads = many.map((sheet) => texts(sheet).filter((mark) => mark.text === 'Thời hạn').length)
    expect(heads).toEqual([0, 1, 1, 1, 1, 0])
    const first = many
      .flatMap(texts)
      .filter((mark) => mark.size === 13 && /^\d+$/.test(mark.text) && mark.y > MARGIN.top)
    expect(first.map((mark) => Number(mark.text))).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
  })

  test('a row taller than a page is cut between lines and nothing is lost', () => {
    const words = Array.from({ length: 1500 }, (_, index) => `tồn${index}`)
    const rows = [{ unit: 'Sở A', finding: words.join(' '), remedy: 'Sửa', deadline: '2026-12-15' }]
    const drawn = layoutNotice({ ...notice, body: [{ kind: 'findings', rows }] }).flatMap(texts)
    const found = drawn.flatMap((mark) => mark.text.split(' ')).filter((word) => /^tồn\d+$/.test(word))
    expect(found).toEqual(words)
  })

  test('the signature is never alone on a page', () => {
    for (let extra = 0; extra < 60; extra += 3) {
      const filler = Array.from({ length: extra }, () => ({ kind: 'paragraph' as const, text: 'Một dòng.' }))
      const last = layoutNotice({ ...notice, body: [...filler, { kind: 'paragraph', text: 'Dòng cuối.' }] }).at(-1)
      expect(texts(last).some((mark) => mark.text === 'Dòng cuối.')).toBe(true)
    }
  })
})

describe('prepared fields (W24, D30-10)', () => {
  test('officer, seal, number, date and agencyInfo, one widget each, with an empty normal appearance only (A2)', async () => {
    const { bytes } = await drawReport(notice)
    const read = await PDFDocument.load(bytes, { updateMetadata: false })
    const form = read.catalog.lookup(PDFName.of('AcroForm'), PDFDict)
    const fields = form.lookup(PDFName.of('Fields'), PDFArray)
    const dicts = Array.from({ length: fields.size() }, (_, index) => fields.lookup(index, PDFDict))
    const names = dicts.map((dict) => String(dict.get(PDFName.of('T'))))
    expect(names).toEqual(['(agencyInfo)', '(number)', '(date)', '(officer)', '(seal)'])
    for (const dict of dicts) {
      expect(String(dict.get(PDFName.of('F')))).toBe('132')
      expect(dict.has(PDFName.of('V'))).toBe(false)
      expect(dict.has(PDFName.of('Kids'))).toBe(false)
      expect([...dict.lookup(PDFName.of('AP'), PDFDict).keys()].map(String)).toEqual(['/N'])
    }
    const locks = dicts.filter((dict) => dict.has(PDFName.of('Lock'))).map((dict) => String(dict.get(PDFName.of('T'))))
    expect(locks).toEqual(['(seal)'])
  })

  test('V3, VN-09: the seal covers the left third of the officer box at the same height', async () => {
    const { officer, seal } = (await drawReport(notice)).fields
    if (officer === undefined || seal === undefined) throw new Error('fields missing')
    const [x, y, width, height] = officer.rect
    const [sealX, sealY, sealWidth, sealHeight] = seal.rect
    expect((sealX + sealWidth - x) / width).toBeCloseTo(1 / 3, 3)
    expect(sealY + sealHeight / 2).toBeCloseTo(y + height / 2, 1)
    expect(sealWidth / MM).toBeCloseTo(36, 2)
    expect(officer.page).toBe(2)
  })

  test('the officer box is centred between the title and the printed name', () => {
    const sheets = layoutNotice(notice)
    const officer = sheets[1]?.fields.find((field) => field.name === 'officer')
    const above = find(sheets, 'PHÓ GIÁM ĐỐC')
    const below = find(sheets, 'Nguyễn Thị Ánh Tuyết')
    if (officer === undefined) throw new Error('no officer field')
    expect(officer.y).toBeGreaterThan(above.y)
    expect(officer.y + officer.height).toBeLessThan(below.y - below.size * 0.7)
    const centre = (mark: TextMark): number => mark.x + textWidth(mark.text, mark.face, mark.size) / 2
    expect(officer.x + officer.width / 2).toBeCloseTo(centre(above))
    expect(officer.x + officer.width / 2).toBeCloseTo(centre(below))
  })

  witnessTest(['pdftoppm'], 'V13: no field lies over anything printed', async () => {
    for (const data of [notice, long]) {
      const images = await render((await drawReport(data)).bytes)
      layoutNotice(data).forEach((sheet, index) => {
        for (const box of sheet.fields) expect(darkPixels(images[index], box.x, box.y, box.width, box.height)).toBe(0)
      })
    }
  })
})
