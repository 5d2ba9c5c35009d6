import { describe, expect, test } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { sign } from '../src/pades/sign.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { verify } from '../src/pades/verify.ts'
import { openDocument } from '../src/pdf/document.ts'
import { listFields } from '../src/pdf/fields.ts'
import { PdfDict, PdfRef, PdfString, isName } from '../src/pdf/objects.ts'
import { decodeText } from '../src/pdf/text.ts'
import type { PdfDocument } from '../src/pdf/types.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { makePdf, streamBody } from './support/make-pdf.ts'
import { certificatePem, testSigner, withFolder } from './support/signers.ts'

const PACKET =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description><pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta>'

/** A page with one paragraph in its structure, made accessible as PDF/UA says. */
function accessible(more: Readonly<Record<number, string>> = {}, packet = PACKET): Uint8Array {
  return makePdf({
    objects: {
      1: '<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R /MarkInfo << /Marked true >> /StructTreeRoot 7 0 R /Lang (vi) >>',
      2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /StructParents 0 /Resources << /Font << /F1 5 0 R >> >> >>',
      4: streamBody('', '/P << /MCID 0 >> BDC BT /F1 12 Tf 72 720 Td (Text) Tj ET EMC'),
      5: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      6: streamBody('/Type /Metadata /Subtype /XML', packet),
      7: '<< /Type /StructTreeRoot /K 8 0 R /ParentTree 10 0 R /ParentTreeNextKey 1 >>',
      8: '<< /Type /StructElem /S /Document /P 7 0 R /K [9 0 R] >>',
      9: '<< /Type /StructElem /S /P /P 8 0 R /Pg 3 0 R /K 0 >>',
      10: '<< /Nums [0 [9 0 R]] >>',
      ...more,
    },
  })
}

async function signed(input: Uint8Array, newField: NonNullable<SignOptions['newField']>): Promise<Uint8Array> {
  return (await sign(input, { signer: await testSigner('officer-ec'), newField })).bytes
}

const visible = (name: string, more: object = {}): NonNullable<SignOptions['newField']> => ({
  name,
  rect: [100, 100, 150, 60],
  ...more,
})

/** The element that a widget's /StructParent leads to, through whatever shape the parent tree has. */
function elementOf(
  document: PdfDocument,
  name: string,
): { widget: PdfDict; ref: PdfRef; element: PdfDict | undefined } {
  const { latest } = document
  const field = listFields(latest).fields.find((one) => one.name === name)!
  const widget = field.widgets[0]!.dict
  const key = latest.number(widget.get('StructParent'))
  const waiting = [latest.dict(latest.root?.get('StructTreeRoot'))?.get('ParentTree')]
  let element: PdfDict | undefined
  for (let node = latest.dict(waiting.pop()); node !== undefined; node = latest.dict(waiting.pop())) {
    waiting.push(...(latest.array(node.get('Kids'))?.items ?? []))
    const leaves = latest.array(node.get('Nums'))?.items ?? []
    for (let i = 0; i < leaves.length; i += 2) if (leaves[i] === key) element = latest.dict(leaves[i + 1])
  }
  return { widget, ref: field.ref!, element }
}

describe('A3: a visible field of a PDF/UA file', () => {
  const shapes: readonly (readonly [string, Readonly<Record<number, string>>])[] = [
    ['a flat parent tree', {}],
    ['an indirect list of numbers', { 10: '<< /Nums 11 0 R >>', 11: '[0 [9 0 R]]' }],
    ['a tree with kids', { 10: '<< /Kids [11 0 R] >>', 11: '<< /Limits [0 0] /Nums [0 [9 0 R]] >>' }],
    ['a direct parent tree', { 7: '<< /Type /StructTreeRoot /K [8 0 R] /ParentTree << /Nums [0 [9 0 R]] >> >>' }],
    ['no document element', { 8: '<< /Type /StructElem /S /Sect /P 7 0 R /K 9 0 R >>' }],
    ['one kid that is no array', { 8: '<< /Type /StructElem /S /Document /P 7 0 R /K 9 0 R >>' }],
  ]

  test.each(shapes)('takes its place in the structure: %s', async (_title, objects) => {
    const document = await openDocument(await signed(accessible(objects), visible('x', { tooltip: 'Chữ ký số' })))
    const { widget, ref, element } = elementOf(document, 'x')
    expect(isName(element?.get('S'), 'Form')).toBe(true)
    const link = document.latest.dict(element?.get('K'))
    expect([link?.get('Obj'), element?.get('Pg')]).toEqual([ref, new PdfRef(3, 0)])
    expect(decodeText((widget.get('TU') as PdfString).bytes)).toBe('Chữ ký số')
    expect(isName(document.latest.dict(new PdfRef(3, 0))?.get('Tabs'), 'S')).toBe(true)
    // Its parent knows it, after all that stood there before.
    const parent = document.latest.dict(element?.get('P'))!
    const kids = document.latest.array(parent.get('K'))!.items
    expect(document.latest.dict(kids.at(-1))).toBe(element)
    expect(kids).toHaveLength(2)
  })

  test('a second one later leaves the first signature as it was', async () => {
    const first = await signed(accessible(), visible('a'))
    const both = await signed(first, { name: 'b', rect: [300, 100, 150, 60] })
    const document = await openDocument(both)
    expect(elementOf(document, 'a').element).toBeDefined()
    expect(elementOf(document, 'b').element).toBeDefined()
    const report = await verify(both, { trust: createTrustStore([Buffer.from(await certificatePem('root'))]) })
    expect(report.signatures.map((one) => [one.field, one.integrity, one.changes.permitted])).toEqual([
      ['a', 'intact', true],
      ['b', 'intact', true],
    ])
  })

  test('without a tooltip the field`s name is read out', async () => {
    const { widget } = elementOf(await openDocument(await signed(accessible(), visible('officer'))), 'officer')
    expect(decodeText((widget.get('TU') as PdfString).bytes)).toBe('officer')
  })

  witnessTest(['pdfinfo', 'qpdf'], 'other programs see the form in the structure', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'a.pdf')
      await writeFile(file, await signed(accessible(), visible('x')))
      expect((await runProgram('pdfinfo', ['-struct', file])).stdout).toMatch(/Document\s+P[^\n]*\s+Form/)
      expect((await runProgram('qpdf', ['--check', file])).code).toBe(0)
    }),
  )
})

test('A4, W10: invisible fields, and files that do not claim PDF/UA, keep their structure untouched', async () => {
  const untouched = async (input: Uint8Array, field: NonNullable<SignOptions['newField']>): Promise<boolean> => {
    const document = await openDocument(await signed(input, field))
    return [7, 8, 9, 10].every((number) => document.latest.definedIn(number) === 0)
  }
  expect(await untouched(accessible(), 'x')).toBe(true)
  expect(await untouched(accessible({}, PACKET.replaceAll('pdfuaid', 'other')), visible('x'))).toBe(true)
})
