import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { PdfBuilder } from '../../test/support/pdf-builder.ts'
import { openDocument } from './document.ts'
import { PdfRef } from './objects.ts'
import { pageNumbersOf } from './page-numbers.ts'
import type { PdfDocument } from './types.ts'

const PAGES = 4
/** Numbers of the objects: 1 catalog, 2 the tree, then the pages, then lists of annotations, then what may be an annotation. */
const page = (index: number): number => 3 + index
const list = (index: number): number => 10 + index
const ANNOTATIONS = [20, 21, 22, 23, 24]

/** What one revision does to the file. */
interface Step {
  readonly kind: 'annotate' | 'list' | 'remove' | 'reorder' | 'alias' | 'nothing'
  readonly page: number
  readonly items: readonly number[]
}

const refs = (nums: readonly number[]): string => nums.map((num) => `${num} 0 R`).join(' ')

function pageBody(annots: string): string {
  return `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots ${annots} >>`
}

function write(builder: PdfBuilder, step: Step): void {
  const { kind, items } = step
  if (kind === 'annotate') builder.object(page(step.page), pageBody(`[${refs(items)}]`))
  if (kind === 'list') builder.object(list(step.page), `[${refs(items)}]`)
  if (kind === 'remove') builder.object(page(step.page), 'null')
  if (kind === 'alias') builder.object(page(step.page), `${page((step.page + 1) % PAGES)} 0 R`)
  if (kind === 'reorder') builder.object(2, `<< /Type /Pages /Count 4 /Kids [${refs([4, 3, 6, 5])}] >>`)
  if (kind === 'nothing') builder.object(30, '(x)')
}

function fileOf(steps: readonly Step[]): Uint8Array {
  const builder = new PdfBuilder().object(1, '<< /Type /Catalog /Pages 2 0 R >>')
  builder.object(2, `<< /Type /Pages /Count 4 /Kids [${refs([3, 4, 5, 6])}] >>`)
  for (let i = 0; i < PAGES; i++) {
    builder.object(page(i), pageBody(i % 2 === 0 ? `${list(i)} 0 R` : '[]')).object(list(i), '[]')
  }
  for (const num of ANNOTATIONS) builder.object(num, '<< /Subtype /Link >>')
  builder.table('/Root 1 0 R')
  for (const step of steps) {
    write(builder, step)
    builder.table('/Root 1 0 R')
  }
  return builder.bytes()
}

/** All numbers in all views, asked for in the given order of revisions. */
function numbers(document: PdfDocument, order: readonly number[]): Map<number, unknown> {
  const found = new Map<number, unknown>()
  for (const revision of order) {
    const known = pageNumbersOf(document.view(revision))
    const pages = Array.from({ length: PAGES }, (_, i) => known.page(new PdfRef(page(i), 0)))
    found.set(revision, [pages, ANNOTATIONS.map((num) => known.annotation(new PdfRef(num, 0)))])
  }
  return found
}

describe('page numbers', () => {
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('annotate', 'annotate', 'list', 'list', 'nothing', 'remove', 'reorder', 'alias'),
    page: fc.nat(PAGES - 1),
    items: fc.subarray(ANNOTATIONS),
  })

  test('carried from revision to revision are those of each revision alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const bytes = fileOf(steps)
        const revisions = Array.from({ length: steps.length + 1 }, (_, i) => i)
        // Twice: what a later revision added must not show in an earlier one.
        const together = numbers(await openDocument(bytes), [...revisions, ...revisions])
        for (const revision of revisions) {
          const alone = numbers(await openDocument(bytes), [revision])
          expect(together.get(revision)).toEqual(alone.get(revision))
        }
      }),
      { numRuns: 150, seed: 17 },
    )
  })

  test('of a page and of the annotations on it count from 1', async () => {
    const document = await openDocument(fileOf([{ kind: 'list', page: 2, items: [21] }]))
    expect(numbers(document, [0, 1])).toEqual(
      new Map([
        [
          0,
          [
            [1, 2, 3, 4],
            [undefined, undefined, undefined, undefined, undefined],
          ],
        ],
        [
          1,
          [
            [1, 2, 3, 4],
            [undefined, 3, undefined, undefined, undefined],
          ],
        ],
      ]),
    )
  })
})
