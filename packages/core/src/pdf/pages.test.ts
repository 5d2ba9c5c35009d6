import { describe, expect, test } from '@jest/globals'
import { PdfBuilder } from '../../test/support/pdf-builder.ts'
import { openDocument } from './document.ts'
import { PdfRef } from './objects.ts'
import { listPages, pageAt } from './pages.ts'
import type { View } from './types.ts'

async function viewOf(objects: Record<number, string>): Promise<View> {
  const builder = new PdfBuilder().object(1, '<< /Type /Catalog /Pages 2 0 R >>')
  for (const [num, body] of Object.entries(objects)) builder.object(Number(num), body)
  return (await openDocument(builder.table('/Root 1 0 R').bytes())).latest
}

describe('pages (W21)', () => {
  test('inherit boxes, rotation and resources', async () => {
    const view = await viewOf({
      2: '<< /Kids [3 0 R 5 0 R] /MediaBox [100 200 0 0] /Rotate -90 /Resources << /A 1 >> /Count 77 >>',
      3: '<< /Kids [4 0 R] /CropBox [1 1 9 9] >>',
      4: '<< /Type /Page /UserUnit 2.0 >>',
      5: '<< /Type /Page /MediaBox [0 0 5 5] /Rotate 450 /Resources << /B 1 >> >>',
    })
    const { pages, problems } = listPages(view)
    expect(problems).toEqual([])
    expect(pages).toMatchObject([
      { index: 0, ref: new PdfRef(4, 0), mediaBox: [0, 0, 100, 200], cropBox: [1, 1, 9, 9], rotate: 270, userUnit: 2 },
      { index: 1, ref: new PdfRef(5, 0), mediaBox: [0, 0, 5, 5], cropBox: [0, 0, 5, 5], rotate: 90, userUnit: 1 },
    ])
    expect(pages.map((page) => [...(page.resources?.map.keys() ?? [])])).toEqual([['A'], ['B']])
    expect(pageAt(view, 1)?.ref).toEqual(new PdfRef(5, 0))
    expect(pageAt(view, 2)).toBeUndefined()
  })

  test.each([
    ['a circle', { 2: '<< /Kids [3 0 R] >>', 3: '<< /Kids [2 0 R] >>' }, 'PAGE_TREE_LOOP', 0],
    ['a page twice', { 2: '<< /Kids [3 0 R 3 0 R] >>', 3: '<< /MediaBox [0 0 1 1] >>' }, 'PAGE_TREE_LOOP', 1],
    ['a null kid', { 2: '<< /Kids [null 3 0 R] >>', 3: '<< /MediaBox [0 0 1 1] >>' }, 'PAGE_TREE_NODE_INVALID', 1],
    ['no size', { 2: '<< /Kids [3 0 R] >>', 3: '<< /MediaBox [0 0 0 0] >>' }, 'PAGE_WITHOUT_SIZE', 1],
    ['no tree', {}, 'PAGE_TREE_NODE_INVALID', 0],
  ])('%s is told', async (_, objects, code, count) => {
    const { pages, problems } = listPages(await viewOf(objects as Record<number, string>))
    expect(problems.map((one) => one.code)).toEqual([code])
    expect(pages).toHaveLength(count)
  })

  test('direct kids are pages', async () => {
    const { pages } = listPages(await viewOf({ 2: '<< /Kids [<< /MediaBox [0 0 1 1] >>] >>' }))
    expect(pages).toMatchObject([{ ref: undefined, index: 0 }])
  })

  test('are bounded in depth and number (L-06)', async () => {
    const deep: Record<number, string> = {}
    for (let num = 2; num < 80; num++) deep[num] = `<< /Kids [${num + 1} 0 R] >>`
    const code = (limit: string): object => expect.objectContaining({ code: limit }) as object
    const view = await viewOf(deep)
    expect(() => listPages(view)).toThrow(code('LIMIT_PAGE_DEPTH'))
    const wide = await viewOf({ 2: `<< /Kids [${'<< /MediaBox [0 0 1 1] >>'.repeat(9)}] >>` })
    expect(() => listPages(wide, { pages: 8, pageDepth: 9 })).toThrow(code('LIMIT_PAGES'))
  })
})
