import { describe, expect, test } from '@jest/globals'
import { sign } from '../src/pades/sign.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { openDocument } from '../src/pdf/document.ts'
import { listFields } from '../src/pdf/fields.ts'
import { PdfArray, PdfDict, PdfRef, PdfString } from '../src/pdf/objects.ts'
import { encodeObject } from '../src/pdf/serialize.ts'
import { decodeText } from '../src/pdf/text.ts'
import type { PdfDocument } from '../src/pdf/types.ts'
import { preparedReport, streamBody, twoPages } from './support/make-pdf.ts'
import { testSigner } from './support/signers.ts'

async function signed(input: Uint8Array, options: Partial<SignOptions> = {}): Promise<PdfDocument> {
  const { bytes } = await sign(input, { signer: await testSigner('officer-ec'), ...options })
  return openDocument(bytes)
}

/** Numbers of the objects of the newest revision. */
function written(document: PdfDocument): readonly number[] {
  return [...document.revisions.at(-1)!.entries.keys()].filter((number) => number !== 0).toSorted((a, b) => a - b)
}

function text(document: PdfDocument, ref: PdfRef | number): string {
  const target = typeof ref === 'number' ? new PdfRef(ref, 0) : ref
  return Buffer.from(encodeObject(document.latest.load(target))).toString('latin1')
}

function fieldNames(document: PdfDocument): readonly string[] {
  return listFields(document.latest).fields.map((field) => field.name)
}

function signatureOf(document: PdfDocument, name: string): PdfDict {
  const field = listFields(document.latest).fields.find((one) => one.name === name)
  return document.latest.dict(field?.value)!
}

describe('W18: the form is kept as found', () => {
  const FORMS: readonly (readonly [title: string, objects: Record<number, string>, changed: readonly number[]])[] = [
    ['no form: the catalog gets one', {}, [1, 3]],
    ['direct form: the catalog', { 1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /DA (x) >> >>' }, [1, 3]],
    [
      'indirect form: it alone',
      { 1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 8 0 R >>', 8: '<< /Fields [] /DA (x) >>' },
      [3, 8],
    ],
    [
      'indirect form and fields: both, when SigFlags change',
      { 1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 8 0 R >>', 8: '<< /Fields 9 0 R >>', 9: '[]' },
      [3, 8, 9],
    ],
    [
      'SigFlags set already: the indirect fields alone',
      { 1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 8 0 R >>', 8: '<< /Fields 9 0 R /SigFlags 3 >>', 9: '[]' },
      [3, 9],
    ],
  ]

  test.each(FORMS)('%s', async (_title, objects, changed) => {
    const input = twoPages(objects, { version: '2.0' })
    const before = await openDocument(input)
    // RSA: PDF 2.0 has no extension to declare for it in the catalog (W27).
    const document = await signed(input, { signer: await testSigner('officer') })
    const known = new Set(before.latest.numbers())
    expect(written(document).filter((number) => known.has(number))).toEqual(changed)
    const form = document.latest.dict(document.latest.root!.get('AcroForm'))!
    expect(form.get('SigFlags')).toBe(3)
    expect(fieldNames(document)).toEqual(['Signature1'])
    if (JSON.stringify(objects).includes('/DA')) expect(form.has('DA')).toBe(true)
  })

  test('NeedAppearances goes, /DR and unknown keys stay', async () => {
    const form = '<< /Fields [] /NeedAppearances true /DR << /Font << /F1 5 0 R >> >> /Mine 1 >>'
    const document = await signed(twoPages({ 1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 8 0 R >>', 8: form }))
    expect(text(document, 8)).toMatch(/\/DR << \/Font << \/F1 5 0 R >> >> \/Mine 1/)
    expect(text(document, 8)).not.toContain('NeedAppearances')
  })
})

describe('W19, W20, B5: the page is kept as found', () => {
  const page = (more: string): string =>
    `<< /Type /Page /Parent 2 0 R /Contents 6 0 R /Resources << /Font << /F1 5 0 R >> >> /Mine [1 [2] ] ${more} >>`
  const pages = '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 595 842] /Rotate 0 >>'
  const link = '<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] >>'

  test.each([
    ['missing', '', false],
    ['null', '/Annots null', false],
    ['direct', '/Annots [8 0 R]', false],
    ['indirect', '/Annots 9 0 R', true],
  ])('/Annots %s', async (_title, annots, indirect) => {
    const document = await signed(twoPages({ 2: pages, 3: page(annots), 8: link, 9: '[8 0 R]' }))
    expect(written(document).includes(3)).toBe(!indirect)
    expect(written(document).includes(9)).toBe(indirect)
    const now = document.latest.load(new PdfRef(3, 0)) as PdfDict
    expect(text(document, 3)).toContain('/Mine [1 [2]]')
    expect(now.has('MediaBox')).toBe(false)
    const items = document.latest.array(now.get('Annots'))!.items
    expect(items).toHaveLength(annots === '' || annots.includes('null') ? 1 : 2)
  })

  test('B4: pages below nodes, the last page by -1', async () => {
    const document = await signed(
      twoPages({
        2: '<< /Type /Pages /Kids [8 0 R 4 0 R] /Count 2 >>',
        8: '<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>',
        3: '<< /Type /Page /Parent 8 0 R /MediaBox [0 0 595 842] /Contents 6 0 R >>',
      }),
      { newField: { name: 'a', page: -1 } },
    )
    expect(text(document, 4)).toContain('/Annots')
    expect(listFields(document.latest).fields[0]!.widgets[0]!.page).toBe(2)
  })
})

describe('fields', () => {
  test('W22: a new field is one merged widget, printed and locked, with an empty appearance', async () => {
    const document = await signed(twoPages(), { newField: { name: 'x', rect: [200, 300, -100, -50] } })
    const field = listFields(document.latest).fields[0]!
    const flat = text(document, field.ref!)
    expect(flat).toContain('/Subtype /Widget /FT /Sig /T (x)')
    expect(flat).toContain('/F 132 /Rect [100 250 200 300] /P 3 0 R')
    const form = document.latest.stream(document.latest.dict(field.dict.get('AP'))!.get('N'))!
    expect(Buffer.from(encodeObject(form.dict)).toString()).toContain('/BBox [0 0 100 50] /Resources << >>')
  })

  test('hierarchical names: groups are made, found again, and their kids only appended', async () => {
    const first = await sign(twoPages(), { signer: await testSigner('officer-ec'), newField: 'agency.officers.first' })
    const document = await signed(first.bytes, { newField: 'agency.officers.second' })
    expect(fieldNames(document)).toEqual(['agency.officers.first', 'agency.officers.second'])
    const other = await signed(first.bytes, { newField: 'agency.seal' })
    expect(fieldNames(other)).toEqual(['agency.officers.first', 'agency.seal'])
    expect((document.latest.dict(document.latest.root!.get('AcroForm'))!.get('Fields') as PdfArray).items).toHaveLength(
      1,
    )
  })

  test('B9: generated names skip those in use, groups included', async () => {
    const catalog = '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R 9 0 R] >> >>'
    const group = '<< /T (Signature1) /Kids [10 0 R] >>'
    const kid = '<< /T (x) /Parent 8 0 R /FT /Tx >>'
    const other = '<< /T (Signature2) /FT /Tx >>'
    expect(fieldNames(await signed(twoPages({ 1: catalog, 8: group, 9: other, 10: kid })))).toContain('Signature3')
  })

  test('the only empty signature field is filled, two are left alone', async () => {
    const two = await signed(preparedReport())
    expect(fieldNames(two)).toContain('Signature1')
    const one = await sign(preparedReport(), { signer: await testSigner('officer-ec'), field: 'seal' })
    const document = await signed(one.bytes)
    expect(signatureOf(document, 'officer')).toBeInstanceOf(PdfDict)
  })

  test('W22, B10: filling keeps the rectangle, and a widget in /Kids stays there', async () => {
    const document = await signed(
      twoPages({
        1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R] >> >>',
        3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R /Annots [9 0 R] >>',
        8: '<< /FT /Sig /T (kids) /Kids [9 0 R] >>',
        9: '<< /Type /Annot /Subtype /Widget /Parent 8 0 R /Rect [1 2 3 4] /F 4 >>',
      }),
      { field: 'kids' },
    )
    expect(text(document, 8)).toMatch(/^<< \/FT \/Sig \/T \(kids\) \/Kids \[9 0 R\] \/V \d+ 0 R >>$/)
    expect(text(document, 9)).toContain('/Rect [1 2 3 4] /F 4 /AP << /N ')
    expect(written(document)).not.toContain(3)
  })

  test('B11: /Perms is merged', async () => {
    const document = await signed(
      twoPages({ 1: '<< /Type /Catalog /Pages 2 0 R /Perms << /UR3 8 0 R >> >>', 8: '<< >>' }),
      {
        certify: 2,
      },
    )
    expect(text(document, 1)).toMatch(/\/Perms << \/UR3 8 0 R \/DocMDP \d+ 0 R >>/)
  })

  test('W26: a lock becomes a FieldMDP transform with the catalog as /Data', async () => {
    const document = await signed(
      twoPages({
        1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R] >> >>',
        8: '<< /Type /Annot /Subtype /Widget /FT /Sig /T (l) /Rect [0 0 0 0] /Lock << /Action /Include /Fields [(a) (b)] /P 2 >> >>',
      }),
    )
    expect(Buffer.from(encodeObject(signatureOf(document, 'l'))).toString('latin1')).toContain(
      '/TransformMethod /FieldMDP /Data 1 0 R /TransformParams << /Type /TransformParams /Action /Include /Fields [(a) (b)] /P 2 /V /1.2 >>',
    )
  })
})

describe('V13: places', () => {
  const warnings = async (input: Uint8Array, rect: [number, number, number, number]): Promise<readonly string[]> => {
    const signer = await testSigner('officer-ec')
    const { report } = await sign(input, { signer, newField: { name: 'x', rect } })
    return report.warnings.map((one) => one.code)
  }

  test('outside the page fails, half outside and over other fields are reported', async () => {
    await expect(warnings(twoPages(), [600, 10, 50, 50])).rejects.toMatchObject({ code: 'FIELD_OUTSIDE_PAGE' })
    expect(await warnings(twoPages(), [580, 10, 50, 50])).toEqual(['FIELD_PARTLY_OUTSIDE'])
    expect(await warnings(preparedReport(), [340, 100, 10, 10])).toEqual(['FIELD_OVERLAPS'])
    expect(await warnings(preparedReport(), [10, 10, 10, 10])).toEqual([])
  })

  test('W18: a value without an appearance is reported', async () => {
    const form = '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R] /NeedAppearances true >> >>'
    const field = '<< /Type /Annot /Subtype /Widget /FT /Tx /T (t) /V (shown by viewers) /Rect [300 300 400 320] >>'
    expect(await warnings(twoPages({ 1: form, 8: field }), [10, 10, 10, 10])).toEqual(['VALUE_WITHOUT_APPEARANCE'])
  })
})

describe('W27: the extension is declared in the first signing revision only', () => {
  const catalog = async (more: string, version: string, objects: Record<number, string> = {}): Promise<string> =>
    text(await signed(twoPages({ 1: `<< /Type /Catalog /Pages 2 0 R ${more} >>`, ...objects }, { version })), 1)
  const metadata = (part: string): Record<number, string> => ({
    8: streamBody('/Type /Metadata /Subtype /XML', `<x:xmpmeta><pdfaid:part>${part}</pdfaid:part></x:xmpmeta>`),
  })

  test('PDF 1.7, 1.4, 2.0, PDF/A-1', async () => {
    const esic = '/Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 2 >> >>'
    expect(await catalog('', '1.7')).toContain(esic)
    expect(await catalog('', '1.7')).not.toContain('/Version')
    expect(await catalog('', '1.4')).toMatch(/\/Version \/1\.7/)
    expect(await catalog('/Version /1.6', '1.4')).toMatch(/\/Version \/1\.7/)
    expect(await catalog('', '2.0')).not.toContain('ESIC')
    expect(await catalog('/Version /2.0', '1.7')).not.toContain('ESIC')
    expect(await catalog('/Metadata 8 0 R', '1.4', metadata('1'))).not.toContain('ESIC')
    expect(await catalog('/Metadata 8 0 R', '1.4', metadata('2'))).toContain(esic)
  })

  test('others stay, an indirect dictionary alone is overridden, a second signature adds nothing', async () => {
    const adbe = '/ADBE << /BaseVersion /1.7 /ExtensionLevel 8 >>'
    expect(await catalog(`/Extensions << ${adbe} >>`, '1.7')).toContain(`/Extensions << ${adbe} /ESIC`)
    const input = twoPages({
      1: '<< /Type /Catalog /Pages 2 0 R /Extensions 8 0 R /AcroForm 9 0 R >>',
      8: `<< ${adbe} >>`,
      9: '<< /Fields [] >>',
    })
    const first = await sign(input, { signer: await testSigner('officer-ec') })
    const once = await openDocument(first.bytes)
    expect(text(once, 8)).toContain('/ESIC')
    expect(written(once)).not.toContain(1)
    const twice = await signed(first.bytes)
    expect(written(twice)).not.toContain(8)
    expect(written(twice)).not.toContain(1)
  })
})

describe('texts', () => {
  test.each([
    'a (b)',
    'Phê duyệt báo cáo kiểm tra',
    '\\(',
    'trailer xref startxref %%EOF /ByteRange [',
    'e\u0302\u0301',
  ])('B6, B8: %j reads back equal after NFC', async (value) => {
    const document = await signed(twoPages(), { reason: value, name: value, location: value, contactInfo: value })
    const dict = signatureOf(document, 'Signature1')
    for (const key of ['Reason', 'Name', 'Location', 'ContactInfo'])
      expect(decodeText((dict.get(key) as PdfString).bytes)).toBe(value.normalize('NFC'))
  })

  test.each([
    [420, "D:20260114150309+07'00'"],
    [0, "D:20260114080309+00'00'"],
    [-570, "D:20260113223309-09'30'"],
  ])('W14: /M at %i minutes', async (utcOffset, expected) => {
    const at = new Date('2026-01-14T08:03:09.999Z')
    const dict = signatureOf(await signed(twoPages(), { at, utcOffset }), 'Signature1')
    expect(decodeText((dict.get('M') as PdfString).bytes)).toBe(expected)
  })
})
