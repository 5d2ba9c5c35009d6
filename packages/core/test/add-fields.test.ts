import { describe, expect, test } from '@jest/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root, runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { addFields } from '../src/pades/add-fields.ts'
import type { FieldToAdd } from '../src/pades/add-fields.ts'
import { listFormFields } from '../src/pades/form-fields.ts'
import { sign } from '../src/pades/sign.ts'
import { verify } from '../src/pades/verify.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { streamBody, twoPages } from './support/make-pdf.ts'
import { certificatePem, pdfsigCounts, testSigner, withFolder } from './support/signers.ts'
import { PAGES, quarteredPdf, turnedPages } from './support/turned-pages.ts'

const notice = new Uint8Array(await readFile(join(root, 'examples', 'data', 'browser-notice.pdf')))

/** The fields of a notice of Decree 30/2020 on a page made by another program (W24, D30-10). */
const FIELDS: readonly FieldToAdd[] = [
  {
    name: 'officer',
    place: { anchor: { text: 'GIÁM ĐỐC', until: 'Nguyễn Văn An' }, width: 50, height: 22 },
    tooltip: 'Chữ ký số của người có thẩm quyền',
  },
  {
    name: 'seal',
    place: { anchor: { sealOf: 'officer' }, width: 36, height: 36 },
    lock: { action: 'All', permission: 1 },
  },
  { name: 'number', type: 'text', place: { anchor: { text: 'Số:', side: 'right' }, width: 12, height: 6 } },
  {
    name: 'agencyInfo',
    type: 'text',
    multiline: true,
    place: { anchor: { corner: 'top-right', margin: [15, 5] }, width: 80, height: 13 },
  },
]

describe('W24: fields prepared in the unsigned base', () => {
  test('stand where they are wanted, in order, by pure append', async () => {
    const { bytes, fields, warnings } = await addFields(notice, { fields: FIELDS })
    expect(Buffer.compare(bytes.subarray(0, notice.length), notice)).toBe(0)
    expect(warnings.filter(({ code }) => code === 'FIELD_OVERLAPS').map(({ args }) => args)).toEqual([])
    expect(fields.map(({ name, page }) => [name, page])).toEqual([
      ['officer', 1],
      ['seal', 1],
      ['number', 1],
      ['agencyInfo', 1],
    ])
    const [officer, seal] = fields.map(({ rect }) => rect)
    expect(seal![0] + seal![2]).toBeCloseTo(officer![0] + officer![2] / 3, 3)
    expect(seal![1] + seal![3] / 2).toBeCloseTo(officer![1] + officer![3] / 2, 3)
    const listed = await listFormFields(bytes)
    expect(listed.map(({ name, type }) => [name, type])).toEqual([
      ['officer', 'signature'],
      ['seal', 'signature'],
      ['number', 'text'],
      ['agencyInfo', 'text'],
    ])
  })

  witnessTest(['pdfsig', 'qpdf'], 'officer, then number and seal in one revision: both signatures hold', () =>
    withFolder(async (folder) => {
      const { bytes } = await addFields(notice, { fields: FIELDS })
      const approved = await sign(bytes, {
        signer: await testSigner('officer'),
        field: 'officer',
        appearance: quarteredPdf(),
      })
      const issued = await sign(approved.bytes, {
        signer: await testSigner('seal'),
        field: 'seal',
        appearance: quarteredPdf(),
        fill: { number: { value: '12', appearance: quarteredPdf() }, agencyInfo: { value: 'Sở Nội vụ' } },
      })
      const report = await verify(issued.bytes, {
        trust: createTrustStore([Buffer.from(await certificatePem('root'))]),
      })
      expect(report.signatures.map((one) => [one.field, one.integrity, one.changes.permitted])).toEqual([
        ['officer', 'intact', true],
        ['seal', 'intact', true],
      ])
      const file = join(folder, 'issued.pdf')
      await writeFile(file, issued.bytes)
      expect(await pdfsigCounts(file)).toEqual({ valid: 2, whole: 1 })
      expect((await runProgram('qpdf', ['--check', file])).code).toBe(0)
    }),
  )

  test('on any page, turned or not, over a table or a stream', async () => {
    for (const input of [turnedPages(), twoPages({}, { form: 'stream' })]) {
      const { fields } = await addFields(input, {
        fields: [
          { name: 'a.b', place: { anchor: { page: -1, left: 9, top: 9 }, width: 20, height: 9 } },
          { name: 'a.c', place: { anchor: { page: 2, corner: 'bottom-left', margin: 5 }, width: 20, height: 10 } },
          { name: 'invisible' },
        ],
      })
      const last = input.length > 5000 ? PAGES.length : 2
      expect(fields.map(({ name, page }) => [name, page])).toEqual([
        ['a.b', last],
        ['a.c', 2],
        ['invisible', 1],
      ])
    }
  })
})

describe('refusals', () => {
  const attempt = (fields: readonly FieldToAdd[], input: Uint8Array = notice): Promise<unknown> =>
    addFields(input, { fields })

  test('a signed file, by its code', async () => {
    const { bytes } = await sign(twoPages(), { signer: await testSigner('officer-ec') })
    await expect(attempt([{ name: 'x' }], bytes)).rejects.toMatchObject({ code: 'PDF_SIGNED' })
  })

  test.each<readonly [string, readonly FieldToAdd[], string]>([
    ['no field', [], 'ARGUMENT_INVALID'],
    ['one name twice', [{ name: 'x' }, { name: 'x' }], 'FIELD_EXISTS'],
    [
      'a place outside',
      [{ name: 'x', place: { anchor: { left: 200, top: 9 }, width: 20, height: 9 } }],
      'FIELD_OUTSIDE_PAGE',
    ],
    [
      'a field that comes later',
      [{ name: 's', place: { anchor: { sealOf: 'x' }, width: 9, height: 9 } }, { name: 'x' }],
      'FIELD_UNKNOWN',
    ],
    [
      'place and rectangle',
      [{ name: 'x', rect: [0, 0, 9, 9], place: { anchor: { left: 1, top: 1 } } }],
      'ARGUMENT_INVALID',
    ],
    ['a text that locks', [{ name: 'x', type: 'text', lock: { action: 'All' } }], 'ARGUMENT_INVALID'],
    ['a size that is missing', [{ name: 'x', place: { anchor: { left: 1, top: 1 } } }], 'ARGUMENT_INVALID'],
  ])('%s', async (_title, fields, code) => {
    await expect(attempt(fields)).rejects.toMatchObject({ code })
  })

  test('overlapping fields are reported', async () => {
    const { warnings } = await addFields(notice, {
      fields: [
        { name: 'a', rect: [100, 100, 50, 50] },
        { name: 'b', rect: [120, 120, 50, 50] },
        { name: 'c', rect: [120, 120, 10, 10], mayCover: ['a', 'b'] },
      ],
    })
    expect(warnings.map(({ code, args }) => [code, args['field']])).toEqual([['FIELD_OVERLAPS', 'b']])
  })

  test('A3: in a PDF/UA file each visible field is tagged', async () => {
    const packet = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><a pdfuaid:part="1"/></x:xmpmeta>'
    const input = twoPages({
      1: '<< /Type /Catalog /Pages 2 0 R /Metadata 8 0 R /StructTreeRoot 9 0 R >>',
      8: streamBody('/Type /Metadata /Subtype /XML', packet),
      9: '<< /Type /StructTreeRoot >>',
    })
    const { bytes } = await addFields(input, {
      fields: [
        { name: 'a', rect: [100, 100, 50, 50] },
        { name: 'b', rect: [200, 100, 50, 50], tooltip: 'B' },
      ],
    })
    const text = Buffer.from(bytes).toString('latin1')
    expect(text.match(/\/StructParent \d/g)).toEqual(['/StructParent 0', '/StructParent 1'])
    expect(text).toMatch(/\/Nums \[0 \d+ 0 R 1 \d+ 0 R\]/)
  })
})
