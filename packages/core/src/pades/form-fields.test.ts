import { expect, test } from '@jest/globals'
import { listFormFields } from './form-fields.ts'

const PDF = `%PDF-1.7
1 0 obj
<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 5 0 R 7 0 R]>>>>
endobj
2 0 obj
<</Type/Pages/Kids[3 0 R]/Count 1>>
endobj
3 0 obj
<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Annots[4 0 R 6 0 R]>>
endobj
4 0 obj
<</Type/Annot/Subtype/Widget/FT/Sig/T(officer)/Rect[110 60 10 10]>>
endobj
5 0 obj
<</T(agency)/FT/Tx/Kids[6 0 R]>>
endobj
6 0 obj
<</Type/Annot/Subtype/Widget/Parent 5 0 R/T(info)/Rect[0 0 50 20]>>
endobj
7 0 obj
<</FT/Sig/T(done)/V 8 0 R>>
endobj
8 0 obj
<</Type/Sig>>
endobj
`

function build(): Uint8Array {
  const offsets = [...PDF.matchAll(/^(\d) 0 obj/gmu)].map(({ index }) => index)
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const xref = `xref\n0 9\n0000000000 65535 f \n${rows}`
  return new TextEncoder().encode(`${PDF}${xref}trailer\n<</Size 9/Root 1 0 R>>\nstartxref\n${PDF.length}\n%%EOF\n`)
}

test('lists fields with type, page and rectangle', async () => {
  expect(await listFormFields(build())).toEqual([
    { name: 'officer', type: 'signature', signed: false, page: 1, rect: [10, 10, 110, 60] },
    { name: 'agency.info', type: 'text', signed: false, page: 1, rect: [0, 0, 50, 20] },
    { name: 'done', type: 'signature', signed: true },
  ])
})

test('says what it cannot open', async () => {
  await expect(listFormFields(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: 'PDF_NOT_PDF' })
})
