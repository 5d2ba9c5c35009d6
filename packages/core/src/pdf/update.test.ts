import { describe, expect, test } from '@jest/globals'
import { makePdf, twoPages } from '../../test/support/make-pdf.ts'
import { openDocument } from './document.ts'
import { PdfArray, PdfDict, PdfName, PdfRef, PdfString } from './objects.ts'
import type { PdfObject } from './objects.ts'
import { byteRangeOf, patchContents } from './placeholder.ts'
import { Update } from './update.ts'

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const random = (length: number): Uint8Array => new Uint8Array(length).fill(0xab)

async function updateOf(bytes: Uint8Array): Promise<Update> {
  return new Update(await openDocument(bytes))
}

function joined(base: Uint8Array, section: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([base, section]))
}

const dict = (entries: Readonly<Record<string, PdfObject>>): PdfDict => new PdfDict(new Map(Object.entries(entries)))

describe.each(['table', 'stream'] as const)('over a cross-reference %s', (form) => {
  test('W2 to W8: golden section', async () => {
    const base = twoPages({}, { form, trailer: '/Info 5 0 R /Custom (kept) /ID [<0102><03>]' })
    const update = await updateOf(base)
    const made = update.create(dict({ A: 1 }))
    update.set(new PdfRef(5, 0), dict({ B: made }))
    const section = update.build(random)
    const text = latin1(section.bytes)
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)![1])
    expect(latin1(joined(base, section.bytes)).slice(start)).toMatch(form === 'table' ? /^xref\n/ : /^\d+ 0 obj\n/)
    expect(text).toContain('/Custom (kept)')
    expect(text).toContain('/ID [<0102> <ABABABABABABABABABABABABABABABAB>]')
    expect(text.includes('/XRefStm')).toBe(false)
    if (form === 'table')
      expect(text).toMatch(
        /xref\n0 1\n0{10} 65535 f\r\n5 1\n\d{10} 00000 n\r\n8 1\n\d{10} 00000 n\r\ntrailer\n<< \/Size 9 /,
      )
    const document = await openDocument(joined(base, section.bytes))
    expect(document.revisions).toHaveLength(2)
    expect(document.defects).toEqual([])
    expect(document.latest.dict(made)?.get('A')).toBe(1)
  })

  test('W10: an object set to what it is, is not written', async () => {
    const update = await updateOf(twoPages({}, { form }))
    const page = update.view.load(new PdfRef(3, 0))
    update.set(new PdfRef(3, 0), page)
    update.set(new PdfRef(3, 0), new PdfDict(new Map((page as PdfDict).map)))
    expect(update.numbers).toEqual([])
  })
})

describe('details', () => {
  test('W1, B21: every byte of an end without EOL is kept', async () => {
    for (const end of ['', '\r', '\n', '\r\n', '  ', ' \n ']) {
      const base = twoPages({}, { end })
      const update = await updateOf(base)
      const ref = update.create(7)
      const { bytes } = update.build(random)
      expect(bytes[0] === 0x0a).toBe(end === '' || end.endsWith(' '))
      expect((await openDocument(joined(base, bytes))).latest.load(ref)).toBe(7)
    }
  })

  test('W9, B3: an override keeps its generation, new numbers lie above /Size and every entry', async () => {
    const base = twoPages({ 12: '<< /X 1 >>' }, { generations: { 12: 3 }, trailer: '/Size 40' })
    const update = await updateOf(base)
    update.set(new PdfRef(12, 3), dict({ X: 2 }))
    const made = update.create(dict({}))
    expect(made.num).toBeGreaterThanOrEqual(13)
    const text = latin1(update.build(random).bytes)
    expect(text).toContain('12 3 obj')
    expect(text).toMatch(/12 \d\n\d{10} 00003 n/)
  })

  test('W6: /ID is made where there is none', async () => {
    const update = await updateOf(twoPages())
    update.create(1)
    expect(latin1(update.build(random).bytes).match(/\/ID \[<(AB){16}> <(AB){16}>\]/)).not.toBeNull()
  })

  test('W11, W12, B6: offsets are recorded, not searched for', async () => {
    const base = twoPages()
    const update = await updateOf(base)
    const ref = update.allocate()
    const trap = '/ByteRange [0 1 2 3] /Contents <00> %%EOF trailer startxref xref'
    update.reserveSignature(ref, dict({ Type: new PdfName('Sig'), Reason: new PdfString(Buffer.from(trap)) }), 64)
    const section = update.build(random)
    const filled = patchContents(section.bytes, section.placeholder!, Uint8Array.of(1, 2, 3))
    const whole = joined(base, filled)
    const [zero, before, after, rest] = byteRangeOf(base.length, filled, section.placeholder!)
    expect(zero).toBe(0)
    expect(latin1(whole.subarray(before, after))).toBe(`<010203${'0'.repeat(122)}>`)
    expect(after! + rest!).toBe(whole.length)
    const found = (await openDocument(whole)).latest.dict(ref)
    expect(latin1((found!.get('Reason') as PdfString).bytes)).toBe(trap)
    expect((found!.get('ByteRange') as PdfArray).items).toEqual([0, before, after, rest])
    expect(() => patchContents(section.bytes, section.placeholder!, new Uint8Array(65))).toThrow(
      expect.objectContaining({ code: 'CMS_TOO_LARGE', details: { needed: 65, reserved: 64 } }),
    )
  })

  test('W12: room for offsets of fifteen digits', () => {
    const room = '[0 999999999999999 999999999999999 999999999999999]'.length
    const placeholder = { byteRange: { start: 0, end: room }, contents: { start: 60, end: 64 } }
    expect(`[${byteRangeOf(9e14, new Uint8Array(80), placeholder).join(' ')}]`.length).toBeLessThanOrEqual(room)
  })

  test('W9: a file that has used up the object numbers is refused before anything is written', async () => {
    const update = await updateOf(makePdf({ objects: { 1: '<< /Type /Catalog >>' }, trailer: '/Size 8388606' }))
    expect(update.create(1).num).toBe(8_388_606)
    expect(() => update.build(random)).not.toThrow()
    update.create(2)
    expect(() => update.build(random)).toThrow(expect.objectContaining({ code: 'LIMIT_OBJECT_NUMBER' }))
  })

  test('references in a circle: PDF_DAMAGED', async () => {
    const update = await updateOf(makePdf({ objects: { 1: '<< /Type /Catalog >>', 2: '3 0 R', 3: '2 0 R' } }))
    expect(() => update.resolve(new PdfRef(2, 0))).toThrow(expect.objectContaining({ code: 'PDF_DAMAGED' }))
  })
})
