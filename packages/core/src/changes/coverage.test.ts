import { describe, expect, test } from '@jest/globals'
import {
  N,
  analyse,
  formBody,
  pageBody,
  signatureField,
  signedNotice,
} from '../../../../test/support/office-document.ts'
import type { NoticeOptions } from '../../../../test/support/office-document.ts'
import type { PdfBuilder } from '../../../../test/support/pdf-builder.ts'
import { covers } from './text-boxes.ts'

const ALL = [N.officer, N.number, N.date, N.agency, N.seal, N.check]

const field = (rect: string) => (b: PdfBuilder) =>
  b
    .signature(31)
    .set(30, signatureField('extra', rect, '/V 31 0 R'))
    .set(N.form, formBody([...ALL, 30]))
    .set(N.page, pageBody([...ALL, N.note, 30]))

const annotation = (subtype: string, rect: string) => (b: PdfBuilder) =>
  b.set(50, `<</Type/Annot/Subtype/${subtype}/Rect[${rect}]>>`).set(N.page, pageBody([...ALL, N.note, 50]))

async function codes(change: (b: PdfBuilder) => unknown, options: NoticeOptions = {}): Promise<readonly string[]> {
  const builder = signedNotice(options)
  change(builder)
  const { officer } = await analyse(builder.commit({ trailer: '/Info 12 0 R' }))
  return officer.problems.map(({ code }) => code)
}

describe('A-08, A-09: something new over text of the page', () => {
  test('a new visible signature field', async () => {
    expect(await codes(field('60 690 400 720'))).toEqual(['DECORATION_COVERS_CONTENT'])
    expect(await codes(field('60 500 400 600'))).toEqual([])
  })

  test('an annotation, but one made to lie on text', async () => {
    expect(await codes(annotation('Ink', '60 690 400 720'))).toContain('ANNOTATION_COVERS_CONTENT')
    expect(await codes(annotation('Ink', '60 500 400 600'))).not.toContain('ANNOTATION_COVERS_CONTENT')
    expect(await codes(annotation('Highlight', '60 690 400 720'))).not.toContain('ANNOTATION_COVERS_CONTENT')
  })

  test('text moved by matrices and drawn by forms is found', async () => {
    const form = '/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Matrix[1 0 0 1 0 100]/Resources<</Font<</F1 5 0 R>>>>'
    const base: NoticeOptions = {
      extra: (b) => {
        b.stream(60, 'BT /F1 10 Tf 20 TL 1 0 0 1 50 300 Tm T* (Hello) Tj ET', form)
        b.stream(N.contents, 'q 2 0 0 1 0 50 cm /Fm Do Q')
        b.set(N.page, pageBody().replace('/Font<<', '/XObject<</Fm 60 0 R>>/Font<<'))
      },
    }
    const change = (rect: string) => (b: PdfBuilder) => {
      field(rect)(b)
      const page = pageBody([...ALL, N.note, 30]).replace('/Font<<', '/XObject<</Fm 60 0 R>>/Font<<')
      b.set(N.page, page)
    }
    // x = 2 * 50, y = 300 - 20 + 100 + 50
    expect(await codes(change('95 425 160 445'), base)).toEqual(['DECORATION_COVERS_CONTENT'])
    expect(await codes(change('300 425 360 445'), base)).toEqual([])
  })

  test('half of a box is enough, the border of one is not', () => {
    expect(covers([0, 0, 5, 10], [[0, 0, 10, 10]])).toBe(true)
    expect(covers([0, 0, 4, 10], [[0, 0, 10, 10]])).toBe(false)
    expect(covers([10, 0, 20, 10], [[0, 0, 10, 10]])).toBe(false)
  })
})
