import { PDFDocument } from '@cantoo/pdf-lib'
import { expect, test } from '@jest/globals'
import { witnessTest } from '../../../test/support/witnesses.ts'
import { darkPixels, qpdfCheck, render } from '../test/rendering.ts'
import { FIELD_STYLES, drawFieldValue } from './field-value.ts'
import { textWidth } from './fonts.ts'

const date = { text: 'ngày 05 tháng 02 năm 2026', width: 149.5, height: 17, style: FIELD_STYLES.date }

test('one page of the size of the field', async () => {
  const pdf = await PDFDocument.load(await drawFieldValue(date), { updateMetadata: false })
  expect(pdf.getPageCount()).toBe(1)
  expect(pdf.getPage(0).getSize()).toEqual({ width: 149.5, height: 17 })
})

test('equal values give equal bytes', async () => {
  expect(Buffer.compare(await drawFieldValue(date), await drawFieldValue(date))).toBe(0)
})

witnessTest(['pdftoppm', 'qpdf'], 'every letter of the value leaves ink', async () => {
  const bytes = await drawFieldValue(date)
  expect(await qpdfCheck(bytes)).toBe(0)
  const [image] = await render(bytes)
  let x = 0
  for (const character of date.text) {
    const width = textWidth(character, 'italic', 13)
    if (character !== ' ') expect(darkPixels(image, x, 0, width, 17)).toBeGreaterThan(0)
    x += width
  }
})

test('long text shrinks, then is refused', async () => {
  const style = FIELD_STYLES.number
  await expect(drawFieldValue({ text: '123456', width: 26, height: 17, style })).resolves.toBeInstanceOf(Uint8Array)
  await expect(drawFieldValue({ text: '9'.repeat(40), width: 26, height: 17, style })).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
  })
})

test('a character without glyph is refused', async () => {
  await expect(drawFieldValue({ ...date, text: '㊞' })).rejects.toMatchObject({ code: 'GLYPH_MISSING' })
})
