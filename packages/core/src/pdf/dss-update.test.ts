import { describe, expect, test } from '@jest/globals'
import { randomBytes } from '../crypto/index.ts'
import { makePdf, streamBody } from '../../test/support/make-pdf.ts'
import { addToDss, vriKey } from './dss-update.ts'
import type { DssItems, VriEntry } from './dss-update.ts'
import { openDocument } from './document.ts'
import { PdfArray, PdfRef, PdfStream } from './objects.ts'
import type { PdfDocument } from './types.ts'
import { Update } from './update.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const NONE: DssItems = { certificates: [], ocsps: [], crls: [] }

async function added(
  dss: string,
  items: DssItems,
  entries: readonly VriEntry[] = [],
): Promise<{ document: PdfDocument; before: PdfDocument; count: number; numbers: readonly number[] }> {
  const objects = {
    1: `<< /Type /Catalog /Pages 2 0 R ${dss} >>`,
    2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>',
    4: streamBody('', 'old certificate'),
    5: '[4 0 R]',
    6: '<< /Certs 5 0 R /Own /Key /VRI 7 0 R >>',
    7: '<< /ABCD << /TU (D:20200101) >> >>',
  }
  const input = makePdf({ objects })
  const before = await openDocument(input)
  const update = new Update(before)
  const count = await addToDss(update, items, entries)
  const { numbers } = update
  const section = update.build(randomBytes)
  return { document: await openDocument(Buffer.concat([input, section.bytes])), before, count, numbers }
}

function itemsOf(document: PdfDocument, key: string): readonly string[] {
  const { latest } = document
  const dss = latest.dict(latest.root?.get('DSS'))
  return (latest.array(dss?.get(key))?.items ?? []).map((item) => {
    const stream = latest.resolve(item) as PdfStream
    return new TextDecoder().decode(document.decode(stream))
  })
}

describe('W28: the DSS', () => {
  test('a first one, each value in a stream of its own', async () => {
    const items = { certificates: [bytes('a'), bytes('b')], ocsps: [bytes('o')], crls: [bytes('c')] }
    const { document, count } = await added('', items)
    expect(count).toBe(4)
    expect([itemsOf(document, 'Certs'), itemsOf(document, 'OCSPs'), itemsOf(document, 'CRLs')]).toEqual([
      ['a', 'b'],
      ['o'],
      ['c'],
    ])
    expect(document.latest.root?.get('DSS')).toBeInstanceOf(PdfRef)
  })

  test('B29: an indirect array is extended where it stands, unknown keys and what is stored stay', async () => {
    const items = { ...NONE, certificates: [bytes('new'), bytes('old certificate'), bytes('new')] }
    const { document, count, numbers } = await added('/DSS 6 0 R', items)
    expect(count).toBe(1)
    expect(itemsOf(document, 'Certs')).toEqual(['old certificate', 'new'])
    // the array and the new stream, nothing else
    expect([...numbers].sort((a, b) => a - b)).toEqual([5, 8])
    expect(document.latest.dict(new PdfRef(6, 0))?.get('Own')).toMatchObject({ name: 'Key' })
  })

  test('a direct DSS with a direct array becomes an object of its own and keeps its keys', async () => {
    const { document } = await added('/DSS << /Certs [4 0 R] /Own 1 >>', { ...NONE, crls: [bytes('c')] })
    const dss = document.latest.dict(document.latest.root?.get('DSS'))
    expect([...(dss?.map.keys() ?? [])]).toEqual(['Certs', 'Own', 'CRLs'])
    expect(itemsOf(document, 'Certs')).toEqual(['old certificate'])
  })

  test('nothing new: nothing is written', async () => {
    const { numbers, count } = await added('/DSS 6 0 R', { ...NONE, certificates: [bytes('old certificate')] })
    expect([numbers, count]).toEqual([[], 0])
  })

  test.each(['/DSS 12', '/DSS << /Certs /Name >>', '/DSS << /Certs << >> >>'])('%s is refused', async (dss) => {
    await expect(added(dss, { ...NONE, certificates: [bytes('x')] })).rejects.toMatchObject({ code: 'PDF_DAMAGED' })
  })

  test('B15: VRI on request, keyed by SHA-1 over the padded contents, with the references of the store', async () => {
    const key = await vriKey(bytes('cms\0\0\0'))
    expect(key).toBe('EBDA8427E95E37188BF044F1D414692C4D0BCF72')
    expect(key).not.toBe(await vriKey(bytes('cms')))
    const own = { certificates: [bytes('old certificate')], ocsps: [bytes('o')], crls: [] }
    const { document } = await added('/DSS 6 0 R', own, [{ key, ...own, gathered: "D:20260601000000+00'00'" }])
    const { latest } = document
    const vri = latest.dict(latest.dict(latest.root?.get('DSS'))?.get('VRI'))
    expect([...(vri?.map.keys() ?? [])]).toEqual(['ABCD', key])
    const entry = latest.dict(vri?.get(key))
    expect([...(entry?.map.keys() ?? [])]).toEqual(['Type', 'Cert', 'OCSP', 'TU'])
    expect((latest.array(entry?.get('Cert')) as PdfArray).items).toEqual([new PdfRef(4, 0)])
  })
})
