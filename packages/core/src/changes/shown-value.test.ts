import { describe, expect, test } from '@jest/globals'
import { N, analyse, appearance, signedNotice, textField } from '../../../../test/support/office-document.ts'
import type { PdfBuilder } from '../../../../test/support/pdf-builder.ts'

async function codes(change: (b: PdfBuilder) => unknown): Promise<readonly string[]> {
  const builder = signedNotice()
  change(builder)
  const { officer } = await analyse(builder.commit({ trailer: '/Info 12 0 R' }))
  expect(officer.changes.permitted).toBe(true)
  return officer.problems.map(({ code }) => code)
}

const fill = (value: string) => (b: PdfBuilder) =>
  b.set(N.number, textField('number', '50 780 150 800', `/V${value}/AP<</N 30 0 R>>`))

describe('M-12, A-06: the text drawn should equal the value', () => {
  test('it does', async () => {
    expect(await codes((b) => appearance(fill('(12 / KL)')(b), 30, '12 / KL'))).toEqual([])
    expect(await codes((b) => appearance(fill('<FEFF00310032>')(b), 30, '12'))).toEqual([])
  })

  test('it does not', async () => {
    expect(await codes((b) => appearance(fill('(100)')(b), 30, '900'))).toEqual(['VALUE_NOT_SHOWN'])
    expect(await codes((b) => appearance(fill('(100)')(b), 30, ''))).toEqual(['VALUE_NOT_SHOWN'])
    expect(await codes((b) => appearance(fill('(12)')(b), 30, '21'))).toEqual(['VALUE_NOT_SHOWN'])
  })

  test('pieces, forms inside forms and codes that /ToUnicode explains are read', async () => {
    const form = '/Type/XObject/Subtype/Form/BBox[0 0 100 20]'
    const map =
      '1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfchar <0001> <1ECB> endbfchar ' +
      '2 beginbfrange <0002> <0003> <0061> <0004> <0005> [<0063> <0064>] endbfrange'
    const codesOf = async (shown: string): Promise<readonly string[]> =>
      codes((b) => {
        fill('<FEFF1ECB006100620063>')(b)
        b.stream(30, '/Fm Do', `${form}/Resources<</XObject<</Fm 31 0 R>>>>`)
        b.stream(31, `BT /F 9 Tf [<0001> -20 <0002>] TJ ${shown} Tj ET`, `${form}/Resources<</Font<</F 32 0 R>>>>`)
        b.set(32, '<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 33 0 R>>')
        b.stream(33, map)
      })
    expect(await codesOf('<00030004>')).toEqual([])
    expect(await codesOf('<00030005>')).toEqual(['VALUE_NOT_SHOWN'])
  })

  test('text that is written and not shown does not count', async () => {
    const look = (content: string) => (b: PdfBuilder) =>
      fill('(100)')(b).stream(
        30,
        content,
        '/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 5 0 R>>>>',
      )
    expect(await codes(look('BT /F1 9 Tf 3 Tr (100) Tj ET'))).toEqual(['VALUE_NOT_SHOWN'])
    expect(await codes(look('q 7 Tr BT /F1 9 Tf (100) Tj ET Q'))).toEqual(['VALUE_NOT_SHOWN'])
    expect(await codes(look('BT /F1 0 Tf (100) Tj ET'))).toEqual(['VALUE_NOT_SHOWN'])
    expect(await codes(look('BT /F1 9 Tf 3 Tr (900) Tj 0 Tr (100) Tj ET'))).toEqual([])
    expect(await codes(look('q 3 Tr Q BT /F1 9 Tf 1 Tr (100) Tj ET'))).toEqual([])
    const form = '/Type/XObject/Subtype/Form/BBox[0 0 100 20]'
    const nested = (outer: string) => (b: PdfBuilder) =>
      appearance(fill('(100)')(b), 31, '100').stream(30, outer, `${form}/Resources<</XObject<</X 31 0 R>>>>`)
    // A form begins with the state that it is drawn in (8.10.1).
    expect(await codes(nested('3 Tr /X Do'))).toEqual(['VALUE_NOT_SHOWN'])
    expect(await codes(nested('/X Do'))).toEqual([])
  })

  test('a picture beside the text does not hide it, one instead of it leaves it open', async () => {
    const look = (content: string) => (b: PdfBuilder) =>
      fill('(100)')(b)
        .stream(31, 'x', '/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray')
        .stream(
          30,
          content,
          '/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 5 0 R>>/XObject<</I 31 0 R>>>>',
        )
    const inline = 'BI /W 1 /H 1 /BPC 8 /CS /G ID (( EI '
    expect(await codes(look(`/I Do BT /F1 9 Tf (900) Tj ET`))).toEqual(['VALUE_NOT_SHOWN'])
    expect(await codes(look(`${inline}BT /F1 9 Tf (900) Tj ET`))).toEqual(['VALUE_NOT_SHOWN'])
    expect(await codes(look(`${inline}BT /F1 9 Tf (100) Tj ET`))).toEqual([])
    expect(await codes(look('/I Do'))).toEqual([])
    expect(await codes(look(inline))).toEqual([])
  })

  test('what cannot be told is not noted', async () => {
    const font = '<</Type/Font/Subtype/Type1/BaseFont/X/Encoding<</Differences[48/nine]>>>>'
    const resources = '/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F 32 0 R>>>>'
    expect(await codes((b) => fill('(1)')(b).set(32, font).stream(30, 'BT /F 9 Tf (2) Tj ET', resources))).toEqual([])
  })
})
