// One array under two keys: what is added to it stands there once, and a second signature may follow (W18, W19).
import { describe, expect, test } from '@jest/globals'
import { sign } from '../src/pades/sign.ts'
import { openDocument } from '../src/pdf/document.ts'
import { PdfRef } from '../src/pdf/objects.ts'
import { smallPdf } from './support/pdf-builder.ts'
import { testSigner } from './support/signers.ts'

test('/Fields and /Annots are one array', async () => {
  const builder = smallPdf(undefined, '/AcroForm 6 0 R ')
    .object(3, '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Annots 7 0 R >>')
    .object(6, '<< /Fields 7 0 R >>')
    .object(7, '[]')
  const options = { signer: await testSigner('officer'), at: new Date('2026-01-14T08:00:00Z') }
  const first = await sign(builder.table('/Root 1 0 R').bytes(), options)
  const second = await sign(first.bytes, options)
  const { latest } = await openDocument(second.bytes)
  expect(latest.array(new PdfRef(7, 0))?.items).toHaveLength(2)
})

describe('an array that is more than the list of annotations or fields stays what it is', () => {
  const page = '/Type /Page /Parent 2 0 R /MediaBox [0 0 200 100]'
  test.each([
    ['the kids of the page tree, /Annots', '', '/Kids 7 0 R', '/Annots 7 0 R /Contents 4 0 R', '[3 0 R]'],
    [
      'the kids of the page tree, /Fields',
      '/AcroForm << /Fields 7 0 R >>',
      '/Kids 7 0 R',
      '/Contents 4 0 R',
      '[3 0 R]',
    ],
    ['the contents of the page', '', '/Kids [3 0 R]', '/Annots 7 0 R /Contents 7 0 R', '[4 0 R]'],
    ['the order of calculations', '/AcroForm << /Fields 7 0 R /CO 7 0 R >>', '/Kids [3 0 R]', '/Contents 4 0 R', '[]'],
  ])('%s', async (_what, catalog, pages, entries, array) => {
    const builder = smallPdf(undefined, `${catalog} `)
      .object(2, `<< /Type /Pages /Count 1 ${pages} >>`)
      .object(3, `<< ${page} ${entries} >>`)
      .object(7, array)
    const options = { signer: await testSigner('officer'), at: new Date('2026-01-14T08:00:00Z') }
    const { bytes } = await sign(builder.table('/Root 1 0 R').bytes(), options)
    const document = await openDocument(bytes)
    expect(document.latest.array(new PdfRef(7, 0))?.items).toHaveLength(array === '[]' ? 0 : 1)
    expect(document.latest.definedIn(7)).toBe(0)
  })
})
