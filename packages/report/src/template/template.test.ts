import { PDFDocument } from '@cantoo/pdf-lib'
import { p12Signer } from '@countersign/core/node'
import { describe, expect, test } from '@jest/globals'
import jsQr from 'jsqr'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { root, witnessTest } from '../../../../test/support/witnesses.ts'
import { SCALE, darkPixels, extract, qpdfCheck, render } from '../../test/rendering.ts'
import { textWidth } from '../fonts.ts'
import { MM } from '../sheet.ts'
import { drawTemplate } from './draw-template.ts'
import type { TemplateInput } from './draw-template.ts'
import { signerVariables } from './signer.ts'
import { parseTemplate } from './template.ts'
import type { StampTemplate } from './template.ts'
import { showTime } from './variables.ts'
import { TEMPLATES } from './vietnam.ts'
import type { TemplateName } from './vietnam.ts'

const signature = readFileSync(join(root, 'examples', 'images', 'officer.png'))
const seal = readFileSync(join(root, 'examples', 'images', 'seal.png'))
const time = new Date('2026-11-25T07:05:06Z')
const agency = 'Sở Nội vụ tỉnh Lam Giang'
const SHOWN = '2026-11-25T14:05:06+07:00'

describe('the templates of Decree 30/2020', () => {
  test.each(Object.entries(TEMPLATES))('V7: %s is JSON that its own check accepts', (_name, template) => {
    expect(parseTemplate(JSON.parse(JSON.stringify(template)))).toEqual(template)
  })

  test('vn-officer: the image alone, between title and printed name', async () => {
    const variables = { title: 'GIÁM ĐỐC', name: 'Nguyễn Văn An' }
    const drawn = await drawTemplate('vn-officer', { images: { signature }, variables })
    expect(drawn.appearance).toBe(signature)
    const image = PNG.sync.read(signature)
    expect(drawn.width / MM).toBeCloseTo(50, 6)
    expect(drawn.height / drawn.width).toBeCloseTo(image.height / image.width, 6)
    expect(drawn.place?.anchor).toEqual({ text: 'GIÁM ĐỐC', until: 'Nguyễn Văn An' })
    expect((await drawTemplate('vn-officer', { images: { signature } })).place).toBeUndefined()
  })

  test('vn-seal: true size in millimetres, over the left third of the officer (V3, D30-19)', async () => {
    const drawn = await drawTemplate('vn-seal', { images: { seal }, widthMm: 32 })
    expect(drawn.appearance).toBe(seal)
    expect(drawn.width / MM).toBeCloseTo(32, 6)
    expect(drawn.place).toMatchObject({ anchor: { sealOf: 'officer' }, width: 32, unit: 'mm' })
    const other = await drawTemplate('vn-seal', { images: { seal }, variables: { officer: 'ky.giamdoc' } })
    expect(other.place?.anchor).toEqual({ sealOf: 'ky.giamdoc' })
  })

  const TEXTS: readonly (readonly [TemplateName, Readonly<Record<string, string>>, readonly string[]])[] = [
    ['vn-info', { agency }, [agency, `Thời gian ký: ${SHOWN}`]],
    ['vn-copy', { agency, kind: 'TRÍCH SAO' }, ['TRÍCH SAO', agency, `Thời gian ký: ${SHOWN}`]],
    ['vn-attachment', { number: '05/TB-SNV' }, ['05/TB-SNV', `Thời gian ký: ${SHOWN}`]],
  ]

  witnessTest(
    ['pdftoppm', 'pdftotext', 'qpdf'],
    'VN-10: the texts stand in Times metrics, 10 points, black',
    async () => {
      for (const [name, variables, lines] of TEXTS) {
        const drawn = await drawTemplate(name, { variables, time })
        expect(await qpdfCheck(drawn.appearance)).toBe(0)
        const text = (await extract(drawn.appearance)).split('\n').map((line) => line.trim())
        expect(text.filter((line) => line !== '' && line !== '\f')).toEqual(lines)
        const [image] = await render(drawn.appearance)
        // Each letter leaves ink where the metrics say, right-aligned.
        for (const [index, line] of lines.entries()) {
          let x = drawn.width - textWidth(line, 'regular', 10)
          for (const letter of line) {
            const width = textWidth(letter, 'regular', 10)
            if (letter !== ' ') expect(darkPixels(image, x, index * 11.07, width, 11.07)).toBeGreaterThan(0)
            x += width
          }
        }
        expect(drawn.place).toMatchObject({ anchor: { corner: 'top-right', page: 1 } })
      }
    },
  )
})

test('VN-11: what a template says of the signer comes from the certificate, in NFC', async () => {
  const p12 = readFileSync(join(root, 'certs-test', 'officer.p12'))
  const variables = await signerVariables(await p12Signer(p12, { password: 'test' }))
  expect(variables).toMatchObject({ name: 'Nguyễn Thị Ánh Tuyết (TEST)' })
  expect(variables['serial']).toMatch(/^[0-9a-f]+$/)
  expect(Object.values(variables).every((value) => value === value.normalize('NFC'))).toBe(true)
  const template: StampTemplate = {
    name: 't',
    width: 80,
    height: 20,
    boxes: [{ kind: 'text', text: '{name} {serial}' }],
  }
  await expect(drawTemplate(template, { variables })).resolves.toBeDefined()
})

describe('D30-17: times', () => {
  test.each([
    ['iso', SHOWN],
    ['iso-without-offset', '2026-11-25T14:05:06'],
    ['day-first', '25-11-2026 14:05:06 +07:00'],
  ] as const)('%s', (format, shown) => expect(showTime(time, format)).toBe(shown))

  test('the day of Vietnam, not of UTC', () => {
    expect(showTime(new Date('2026-12-31T17:00:00Z'))).toBe('2027-01-01T00:00:00+07:00')
  })
})

/** Text, image, QR and PDF in a grid. */
const CARD: StampTemplate = {
  name: 'card',
  width: 90,
  height: 40,
  padding: 2,
  background: '#f4f4ff',
  border: { colour: '#003399', width: 0.5 },
  grid: { columns: [1, 2], rows: [3, 1], gap: 2 },
  boxes: [
    { kind: 'qr', cell: { column: 0, row: 0, rows: 2 }, text: 'https://kiemtra.lamgiang.test/v/{id}' },
    { kind: 'text', cell: { column: 1, row: 0 }, text: 'Ký bởi: {name}\n{reason}', maxSize: 14, colour: '#003399' },
    { kind: 'image', cell: { column: 1, row: 1 }, image: 'signature', align: 'right' },
  ],
}
const FILLED: TemplateInput = {
  variables: { id: '7f3c', name: 'Nguyễn Thị Ễn', reason: 'Phê duyệt báo cáo' },
  images: { signature },
}

describe('V7: templates of one`s own', () => {
  witnessTest(['pdftoppm'], 'V12: the QR code is read back from the page', async () => {
    const { appearance } = await drawTemplate(CARD, FILLED)
    const [image] = await render(appearance)
    const found = jsQr.default(new Uint8ClampedArray(image!.data), image!.width, image!.height)
    expect(found?.data).toBe('https://kiemtra.lamgiang.test/v/7f3c')
    // Four modules of quiet zone: white between the card's ground and the first module.
    const side = ((90 - 2 * 2 - 2) / 3) * MM
    const unit = side / (found!.version * 4 + 17 + 8)
    const top = ((40 - 2 * 2) * MM - side) / 2 + 2 * MM
    expect(darkPixels(image, 2 * MM + 0.5, top + 0.5, side - 1, 3.5 * unit)).toBe(0)
    const at = (x: number, y: number): number[] => {
      const offset = (Math.round(y * SCALE) * image!.width + Math.round(x * SCALE)) * 4
      return [...image!.data.subarray(offset, offset + 3)]
    }
    expect(at(2 * MM + unit, top + unit)).toEqual([255, 255, 255])
    expect(at(2 * MM + side + 2, top)).toEqual([244, 244, 255])
  })

  test('equal values give equal bytes, a page of the size asked for', async () => {
    const [one, two] = [await drawTemplate(CARD, FILLED), await drawTemplate(CARD, FILLED)]
    expect(Buffer.compare(one.appearance, two.appearance)).toBe(0)
    const page = (await PDFDocument.load(one.appearance, { updateMetadata: false })).getPage(0)
    expect(page.getWidth() / MM).toBeCloseTo(90, 2)
    expect(page.getHeight() / MM).toBeCloseTo(40, 2)
  })

  witnessTest(['pdftoppm'], 'a PDF inside a template keeps its shape', async () => {
    const inner = (await drawTemplate('vn-info', { variables: { agency }, time })).appearance
    const template: StampTemplate = { name: 'p', width: 40, height: 40, boxes: [{ kind: 'pdf', pdf: 'info' }] }
    const { appearance, height } = await drawTemplate(template, { pdfs: { info: inner } })
    const [image] = await render(appearance)
    const strip = (40 * 13 * MM) / 80
    expect(darkPixels(image, 0, (height - strip) / 2, 40 * MM, strip)).toBeGreaterThan(50)
    expect(darkPixels(image, 0, 0, 40 * MM, (height - strip) / 2 - 1)).toBe(0)
  })

  const box = (more: object): StampTemplate => ({
    name: 'one',
    width: 20,
    height: 10,
    boxes: [{ kind: 'text', text: '{x}', ...more } as StampTemplate['boxes'][number]],
  })
  const opaque = PNG.sync.write(PNG.sync.read(seal), { colorType: 2 })

  test.each<readonly [string, StampTemplate | TemplateName, TemplateInput, string]>([
    ['a missing value', box({}), {}, 'ARGUMENT_INVALID'],
    ['V8: a letter without a glyph', box({}), { variables: { x: 'ký㊞' } }, 'GLYPH_MISSING'],
    ['a text that does not fit', box({}), { variables: { x: 'x '.repeat(200) } }, 'ARGUMENT_INVALID'],
    ['a line that may not break', box({ wrap: false }), { variables: { x: 'x '.repeat(40) } }, 'ARGUMENT_INVALID'],
    ['a box outside', box({ x: 15, width: 10 }), { variables: { x: 'x' } }, 'ARGUMENT_INVALID'],
    ['a cell without a grid', box({ cell: { column: 0, row: 0 } }), { variables: { x: 'x' } }, 'ARGUMENT_INVALID'],
    ['an unknown key', box({ colour: 'red' }), {}, 'REPORT_DATA_INVALID'],
    ['an unknown template', 'vn-nobody' as TemplateName, {}, 'ARGUMENT_INVALID'],
    ['a missing image', 'vn-seal', {}, 'ARGUMENT_INVALID'],
    ['D30-19: an image without transparency', 'vn-seal', { images: { seal: opaque } }, 'ARGUMENT_INVALID'],
    ['a size out of reason', 'vn-seal', { images: { seal }, widthMm: 5000 }, 'ARGUMENT_INVALID'],
    [
      'V12: a person`s data as QR code',
      { ...CARD, boxes: [{ kind: 'qr', text: 'CCCD 0123456789' }] },
      {},
      'ARGUMENT_INVALID',
    ],
  ])('%s is refused', async (_title, template, input, code) => {
    await expect(drawTemplate(template, input)).rejects.toMatchObject({ code })
  })

  test('V7: the largest size that fits is taken, and text is composed first (V8)', async () => {
    const decomposed = 'Nguye\u0302\u0303n'
    const { appearance } = await drawTemplate(box({ maxSize: 40 }), { variables: { x: decomposed } })
    expect(appearance.length).toBeGreaterThan(1000)
    expect(textWidth('Nguyễn', 'regular', 1)).toBeGreaterThan(0)
  })
})
