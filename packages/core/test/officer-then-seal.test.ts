import { describe, expect, test } from '@jest/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { sign } from '../src/pades/sign.ts'
import { verify } from '../src/pades/verify.ts'
import { openDocument } from '../src/pdf/document.ts'
import { listFields } from '../src/pdf/fields.ts'
import { PdfString } from '../src/pdf/objects.ts'
import { decodeText } from '../src/pdf/text.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { makePdf, preparedReport, streamBody, twoPages } from './support/make-pdf.ts'
import { certificatePem, pdfsigCounts, testSigner, withFolder } from './support/signers.ts'

/** A drawing of its own: black box over the whole page of the given size. */
function drawing(width: number, height: number, more = ''): Uint8Array {
  return makePdf({
    objects: {
      1: '<< /Type /Catalog /Pages 2 0 R >>',
      2: '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 1 1] >>',
      3: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents [4 0 R 5 0 R] /Resources << /ExtGState << /G 6 0 R >> >> ${more} >>`,
      4: streamBody('', '/G gs 0 g'),
      5: streamBody('', `0 0 ${width} ${height} re f`),
      6: '<< /Type /ExtGState /ca 1 >>',
    },
  })
}

async function officerThenSeal(form: 'table' | 'stream'): Promise<{ officer: Uint8Array; sealed: Uint8Array }> {
  const officer = await sign(preparedReport({ form }), {
    signer: await testSigner('officer'),
    field: 'officer',
    appearance: drawing(170, 80),
    reason: 'Phê duyệt',
  })
  const sealed = await sign(officer.bytes, {
    signer: await testSigner('seal'),
    field: 'seal',
    appearance: drawing(100, 100),
    fill: {
      number: { value: '12/TB-SNV', appearance: drawing(100, 20) },
      date: { value: 'ngày 14 tháng 01 năm 2026', appearance: drawing(150, 20) },
    },
  })
  expect(sealed.report).toMatchObject({ field: 'seal', filled: ['number', 'date'], revision: 2, earlierSignatures: 1 })
  return { officer: officer.bytes, sealed: sealed.bytes }
}

describe.each(['table', 'stream'] as const)('D30-10 over a cross-reference %s', (form) => {
  test('number, date and seal are one revision, and the officer signature stays valid', async () => {
    const { sealed } = await officerThenSeal(form)
    const document = await openDocument(sealed)
    expect(document.revisions).toHaveLength(3)
    const values = new Map(
      listFields(document.latest).fields.map((field) => [field.name, document.latest.resolve(field.value)]),
    )
    expect(decodeText((values.get('number') as PdfString).bytes)).toBe('12/TB-SNV')
    expect(decodeText((values.get('date') as PdfString).bytes)).toBe('ngày 14 tháng 01 năm 2026')
    const trust = createTrustStore([Buffer.from(await certificatePem('root'))])
    const report = await verify(sealed, { trust })
    expect(report.signatures.map((one) => [one.field, one.integrity, one.changes.permitted])).toEqual([
      ['officer', 'intact', true],
      ['seal', 'intact', true],
    ])
    expect(report.signatures[0]!.changes.level).toBe('form')
  })

  witnessTest(
    ['pdfsig', 'qpdf', 'pdftoppm'],
    'pdfsig and qpdf accept; the drawings stand in their rectangles',
    async () => {
      const { officer, sealed } = await officerThenSeal(form)
      await withFolder(async (path) => {
        for (const [name, bytes, count] of [
          ['officer', officer, 1],
          ['sealed', sealed, 2],
        ] as const) {
          const file = join(path, `${name}.pdf`)
          await writeFile(file, bytes)
          expect(await pdfsigCounts(file)).toEqual({ valid: count, whole: 1 })
          expect(await runProgram('qpdf', ['--check', file])).toMatchObject({ code: 0 })
        }
        const dark = await darkBoxes(join(path, 'sealed.pdf'), path)
        expect(dark(340, 110, 490, 170)).toBe(1)
        expect(dark(285, 95, 375, 185)).toBe(1)
        expect(dark(74, 782, 170, 798)).toBe(1)
        expect(dark(302, 782, 448, 798)).toBe(1)
        expect(dark(510, 100, 590, 180)).toBe(0)
        expect(dark(180, 782, 290, 798)).toBe(0)
      })
    },
  )
})

/** Share of dark pixels in a rectangle of page 1 (A4, user space), as pdftoppm draws it at 72 dpi. */
async function darkBoxes(file: string, path: string, page = 1): Promise<(...box: number[]) => number> {
  const out = join(path, 'page')
  await runProgram('pdftoppm', ['-r', '72', '-gray', '-f', `${page}`, '-l', `${page}`, '-singlefile', file, out])
  const pgm = await readFile(`${out}.pgm`)
  const [, width, height] = pgm.subarray(0, 40).toString('latin1').split(/\s+/)
  const pixels = pgm.subarray(pgm.length - Number(width) * Number(height))
  return (x0, y0, x1, y1) => {
    let dark = 0
    for (let y = y0!; y < y1!; y++)
      for (let x = x0!; x < x1!; x++) if (pixels[(Number(height) - 1 - y) * Number(width) + x]! < 128) dark++
    return dark / ((x1! - x0!) * (y1! - y0!))
  }
}

describe('appearances', () => {
  witnessTest(['pdftoppm'], 'V1: a drawing is never stretched, but centred in its rectangle', () =>
    withFolder(async (path) => {
      const newField = { name: 'wide', page: -1, rect: [100, 100, 200, 100] } as const
      const { bytes } = await sign(twoPages(), {
        signer: await testSigner('officer-ec'),
        newField,
        appearance: drawing(30, 30),
      })
      await writeFile(join(path, 'a.pdf'), bytes)
      const dark = await darkBoxes(join(path, 'a.pdf'), path, 2)
      expect(dark(153, 103, 247, 197)).toBe(1)
      expect(dark(103, 103, 147, 197)).toBe(0)
      expect(dark(253, 103, 297, 197)).toBe(0)
    }),
  )

  witnessTest(['pdftoppm'], 'B31: all else renders pixel-equal before and after', () =>
    withFolder(async (path) => {
      const input = preparedReport()
      const newField = { name: 'x', rect: [300, 300, 50, 50] } as const
      const { bytes } = await sign(input, {
        signer: await testSigner('officer-ec'),
        newField,
        appearance: drawing(5, 5),
      })
      await writeFile(join(path, 'before.pdf'), input)
      await writeFile(join(path, 'after.pdf'), bytes)
      for (const name of ['before', 'after'])
        await runProgram('pdftoppm', ['-r', '72', '-gray', join(path, `${name}.pdf`), join(path, name)])
      expect((await readFile(join(path, 'before-2.pgm'))).equals(await readFile(join(path, 'after-2.pgm')))).toBe(true)
      const [before, after] = [await readFile(join(path, 'before-1.pgm')), await readFile(join(path, 'after-1.pgm'))]
      let different = 0
      for (let i = 0; i < before.length; i++) if (before[i] !== after[i]) different++
      expect(different).toBeGreaterThanOrEqual(2400)
      expect(different).toBeLessThanOrEqual(2704) // 52 x 52: the rectangle and its soft edge
    }),
  )

  test('refusals: no PDF, no page, no rectangle, a broken PNG', async () => {
    const signer = await testSigner('officer-ec')
    const rect = [0, 0, 10, 10] as const
    const attempt = (appearance: Uint8Array, newField = { name: 'x', rect } as { name: string; rect?: typeof rect }) =>
      sign(twoPages(), { signer, newField, appearance })
    await expect(attempt(Buffer.from('GIF89a'))).rejects.toMatchObject({ code: 'PDF_NOT_PDF' })
    await expect(attempt(drawing(10, 10), { name: 'x' })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    const empty = makePdf({
      objects: { 1: '<< /Type /Catalog /Pages 2 0 R >>', 2: '<< /Type /Pages /Kids [] /Count 0 >>' },
    })
    await expect(attempt(empty)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    await expect(attempt(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10))).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    })
  })
})
