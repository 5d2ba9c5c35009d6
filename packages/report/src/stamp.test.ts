import { PDFDocument } from '@cantoo/pdf-lib'
import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { root, witnessTest } from '../../../test/support/witnesses.ts'
import { qpdfCheck, render } from '../test/rendering.ts'
import { MM } from './sheet.ts'
import { drawStamp } from './stamp.ts'

const seal = readFileSync(join(root, 'examples', 'images', 'seal.png'))

test('D30-19: true size in millimetres, the aspect kept', async () => {
  const { bytes, width, height } = await drawStamp({ png: seal, widthMm: 36 })
  expect(width / MM).toBeCloseTo(36, 2)
  const image = PNG.sync.read(seal)
  expect(height / width).toBeCloseTo(image.height / image.width, 3)
  const page = (await PDFDocument.load(bytes, { updateMetadata: false })).getPage(0)
  expect(page.getSize()).toEqual({ width, height })
})

test('D30-19: a PNG without transparency, another file, a wrong size are refused', async () => {
  const opaque = PNG.sync.write(PNG.sync.read(seal), { colorType: 2 })
  const refused = { code: 'ARGUMENT_INVALID' }
  await expect(drawStamp({ png: opaque, widthMm: 36 })).rejects.toMatchObject(refused)
  await expect(drawStamp({ png: opaque, widthMm: 36 })).rejects.toThrow('no transparency')
  await expect(drawStamp({ png: new Uint8Array(100), widthMm: 36 })).rejects.toMatchObject(refused)
  await expect(drawStamp({ png: seal, widthMm: Number.NaN })).rejects.toMatchObject(refused)
  await expect(drawStamp({ png: seal, widthMm: 400 })).rejects.toMatchObject(refused)
})

witnessTest(['pdftoppm', 'qpdf'], 'the seal is red where it has ink and nothing elsewhere', async () => {
  const { bytes } = await drawStamp({ png: seal, widthMm: 36 })
  expect(await qpdfCheck(bytes)).toBe(0)
  const [image] = await render(bytes)
  let red = 0
  let other = 0
  for (let index = 0; index < (image?.data.length ?? 0); index += 4) {
    const [r = 0, g = 0, b = 0] = image?.data.subarray(index, index + 3) ?? []
    if (r > 120 && g < 100 && b < 100) red++
    if (r < 100) other++
  }
  expect(red).toBeGreaterThan(1000)
  expect(other).toBe(0)
})
