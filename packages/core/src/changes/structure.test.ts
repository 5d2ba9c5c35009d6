import { describe, expect, test } from '@jest/globals'
import {
  N,
  analyse,
  formBody,
  pageBody,
  signatureField,
  signedNotice,
} from '../../../../test/support/office-document.ts'
import type { PdfBuilder } from '../../../../test/support/pdf-builder.ts'

const ALL = [N.officer, N.number, N.date, N.agency, N.seal, N.check]
const ROOT = 80
const ELEMENT = 81
const TREE = 82

const rootBody = (kids: string, key = 1, extra = ''): string =>
  `<</Type/StructTreeRoot/K[${kids}]/ParentTree 82 0 R/ParentTreeNextKey ${key}${extra}>>`
const element = (kids: string): string => `<</Type/StructElem/S/P/P 80 0 R/Pg 3 0 R/K[${kids}]>>`

/** A tagged notice, signed. */
function tagged(): PdfBuilder {
  return signedNotice({
    catalog: '/MarkInfo<</Marked true>>/StructTreeRoot 80 0 R',
    extra: (b) => {
      b.set(ROOT, rootBody('81 0 R'))
      b.set(ELEMENT, element('0'))
      b.set(TREE, '<</Nums[0 [81 0 R]]>>')
    },
  })
}

/** A new signature field with its element in the structure tree. */
function addTaggedField(b: PdfBuilder): PdfBuilder {
  b.set(90, signatureField('extra', '0 0 0 0', '/StructParent 1'))
  b.set(N.form, formBody([...ALL, 90]))
  b.set(N.page, pageBody([...ALL, N.note, 90]))
  b.set(91, '<</Type/StructElem/S/Form/P 80 0 R/K 92 0 R>>')
  b.set(92, '<</Type/OBJR/Obj 90 0 R/Pg 3 0 R>>')
  b.set(ROOT, rootBody('81 0 R 91 0 R', 2))
  return b.set(TREE, '<</Nums[0 [81 0 R] 1 91 0 R]>>')
}

async function after(change: (b: PdfBuilder) => unknown) {
  const builder = tagged()
  change(builder)
  return (await analyse(builder.commit({ trailer: '/Info 12 0 R' }))).officer.changes
}

describe('M-14: the structure tree', () => {
  test('a new widget may get its element', async () => {
    const changes = await after(addTaggedField)
    expect(changes).toMatchObject({ level: 'ltv', permitted: true })
    expect(changes.items).toContainEqual(expect.objectContaining({ rule: 'M-14', path: '/Root/StructTreeRoot' }))
  })

  test('a link may go into an element that stood there', async () => {
    const changes = await after((b) => {
      addTaggedField(b)
      b.set(ROOT, rootBody('81 0 R', 2)).set(ELEMENT, element('0 92 0 R')).set(91, 'null')
      b.set(TREE, '<</Nums[0 [81 0 R] 1 81 0 R]>>')
    })
    expect(changes).toMatchObject({ level: 'ltv', permitted: true })
  })

  test.each<[string, (b: PdfBuilder) => unknown]>([
    ['an element dropped', (b) => b.set(ROOT, rootBody(''))],
    ['an element with other content', (b) => b.set(ELEMENT, element('1'))],
    ['an element with a text of its own', (b) => b.set(ELEMENT, element('0').replace('>>', '/ActualText(no)>>'))],
    ['an element for something that is no new widget', (b) => addTaggedField(b).set(92, '<</Type/OBJR/Obj 15 0 R>>')],
    [
      'a new element with a text',
      (b) => addTaggedField(b).set(91, '<</Type/StructElem/S/P/P 80 0 R/K 92 0 R/Alt(x)>>'),
    ],
    ['a tree that loses an entry', (b) => addTaggedField(b).set(TREE, '<</Nums[1 91 0 R]>>')],
    ['a tree that changes an entry', (b) => addTaggedField(b).set(TREE, '<</Nums[0 [91 0 R] 1 91 0 R]>>')],
    ['a tree in a circle', (b) => b.set(TREE, '<</Kids[82 0 R]>>')],
    ['the next key lowered', (b) => b.set(ROOT, rootBody('81 0 R', 0))],
    ['roles mapped anew', (b) => b.set(ROOT, rootBody('81 0 R', 1, '/RoleMap<</P/Artifact>>'))],
  ])('%s is OTHER', async (_, change) => {
    expect(await after(change)).toMatchObject({ level: 'other', permitted: false })
  })
})
