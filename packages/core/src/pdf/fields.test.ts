import { describe, expect, test } from '@jest/globals'
import { PdfBuilder, smallPdf } from '../../test/support/pdf-builder.ts'
import { openDocument } from './document.ts'
import { listFields, type Field } from './fields.ts'
import { PdfRef } from './objects.ts'

async function fieldsOf(
  fields: string,
  objects: Record<number, string>,
): Promise<{ fields: readonly Field[]; codes: string[] }> {
  const builder = smallPdf(new PdfBuilder(), `/AcroForm << /Fields ${fields} >> `)
  for (const [num, body] of Object.entries(objects)) builder.object(Number(num), body)
  const document = await openDocument(builder.table('/Root 1 0 R').bytes())
  const { fields: found, problems } = listFields(document.latest)
  return { fields: found, codes: problems.map((one) => one.code) }
}

describe('fields', () => {
  test('of groups inherit type, flags and value and have full names', async () => {
    const { fields, codes } = await fieldsOf('[10 0 R]', {
      10: '<< /T (group) /FT /Tx /Ff 2 /V (all) /Kids [11 0 R 12 0 R] >>',
      11: '<< /T (one) /Parent 10 0 R /Subtype /Widget /Rect [0 0 1 1] /P 3 0 R >>',
      12: '<< /T <FEFF1EBF> /Parent 10 0 R /FT /Sig /Ff 1 >>',
    })
    expect(codes).toEqual([])
    expect(fields.map(({ name, partial, type, flags }) => ({ name, partial, type, flags }))).toEqual([
      { name: 'group.one', partial: 'one', type: 'Tx', flags: 2 },
      { name: 'group.ế', partial: 'ế', type: 'Sig', flags: 1 },
    ])
    expect(fields[0]).toMatchObject({ ref: new PdfRef(11, 0), path: [new PdfRef(10, 0), new PdfRef(11, 0)] })
    expect(fields[0]?.widgets.map(({ ref, page }) => ({ ref, page }))).toEqual([{ ref: new PdfRef(11, 0), page: 1 }])
    expect(fields[1]?.widgets).toEqual([])
    expect(fields[1]?.value).toEqual(fields[0]?.value)
  })

  test('have kids without /T as widgets', async () => {
    const { fields } = await fieldsOf('[10 0 R]', {
      10: '<< /T (radio) /FT /Btn /Kids [11 0 R << /Subtype /Widget >>] >>',
      11: '<< /Subtype /Widget /Parent 10 0 R >>',
    })
    expect(fields).toHaveLength(1)
    expect(fields[0]?.widgets.map(({ ref }) => ref)).toEqual([new PdfRef(11, 0), undefined])
  })

  test.each([
    [
      'a circle',
      '[10 0 R]',
      { 10: '<< /T (a) /Kids [11 0 R] >>', 11: '<< /T (b) /Kids [10 0 R] >>' },
      'FIELD_TREE_LOOP',
    ],
    ['a field that is listed twice', '[10 0 R 10 0 R]', { 10: '<< /T (a) /FT /Sig >>' }, 'FIELD_TREE_LOOP'],
    ['a node that is no dictionary', '[10 0 R]', { 10: '5' }, 'FIELD_NODE_INVALID'],
    ['a missing node', '[99 0 R]', {}, 'FIELD_NODE_INVALID'],
    ['a period in a name', '[10 0 R]', { 10: '<< /T (a.b) /FT /Sig >>' }, 'FIELD_NAME_PERIOD'],
    [
      'a name used twice',
      '[10 0 R 11 0 R]',
      { 10: '<< /T (a) /FT /Sig >>', 11: '<< /T (a) /FT /Tx >>' },
      'FIELD_NAME_TWICE',
    ],
  ])('%s is told', async (_, fields, objects, code) => {
    expect((await fieldsOf(fields, objects)).codes).toContain(code)
  })

  test('are bounded (L-07)', async () => {
    const builder = smallPdf(new PdfBuilder(), `/AcroForm << /Fields [${'10 0 R '.repeat(60)}] >> `)
    const document = await openDocument(builder.object(10, '<< /T (a) >>').table('/Root 1 0 R').bytes())
    expect(() => listFields(document.latest, { fields: 50, kids: 10 })).toThrow(
      expect.objectContaining({ code: 'LIMIT_FIELDS' }),
    )
  })

  test('deep chains and long shared names are bounded (L-05)', async () => {
    const deep: Record<number, string> = {}
    for (let num = 10; num < 150; num++) deep[num] = `<< /T (a) /Kids [${num + 1} 0 R] >>`
    await expect(fieldsOf('[10 0 R]', deep)).rejects.toThrow(expect.objectContaining({ code: 'LIMIT_NESTING' }))
    const wide: Record<number, string> = { 9: `(${'n'.repeat(1_000_000)})` }
    for (let num = 10; num < 50; num++) wide[num] = '<< /T 9 0 R /FT /Tx >>'
    const all = `[${Object.keys(wide)
      .slice(1)
      .map((num) => `${num} 0 R`)
      .join(' ')}]`
    await expect(fieldsOf(all, wide)).rejects.toThrow(expect.objectContaining({ code: 'LIMIT_STRING' }))
  })

  test('none without a form', async () => {
    const document = await openDocument(smallPdf().table('/Root 1 0 R').bytes())
    expect(listFields(document.latest)).toEqual({ fields: [], problems: [] })
  })
})
