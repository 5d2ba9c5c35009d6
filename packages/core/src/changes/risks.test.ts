import { describe, expect, test } from '@jest/globals'
import {
  N,
  analyse,
  appearance,
  signatureField,
  signedNotice,
  textField,
} from '../../../../test/support/office-document.ts'
import type { NoticeOptions } from '../../../../test/support/office-document.ts'
import type { PdfBuilder } from '../../../../test/support/pdf-builder.ts'
import { hasText } from '../explain/texts/index.ts'

async function risks(options: NoticeOptions): Promise<readonly string[]> {
  const { officer } = await analyse(signedNotice(options), { risks: true })
  for (const { code } of officer.risks) expect(hasText(code)).toBe(true)
  return officer.risks.map(({ code, outcome }) => `${code} ${outcome}`)
}

describe('M-28: risks at signing time', () => {
  test('a plain notice has none', async () => {
    expect(await risks({})).toEqual([])
  })

  test.each<[string, NoticeOptions]>([
    [
      'HIDDEN_WIDGET W',
      { extra: (b) => b.set(N.number, textField('number', '50 780 150 800').replace('/F 4', '/F 2')) },
    ],
    [
      'HIDDEN_LAYER W',
      { catalog: '/OCProperties<</OCGs[60 0 R]/D<</OFF[60 0 R]>>>>', extra: (b) => b.set(60, '<</Type/OCG/Name(x)>>') },
    ],
    [
      'HIDDEN_LAYER W',
      {
        catalog: '/OCProperties<</OCGs[60 0 R]/D<</BaseState/OFF>>>>',
        extra: (b) => b.set(60, '<</Type/OCG/Name(x)>>'),
      },
    ],
    ['NEED_APPEARANCES W', { form: '/NeedAppearances true' }],
    [
      'VALUE_NOT_SHOWN W',
      {
        extra: (b) =>
          appearance(b, 60, '900').set(N.number, textField('number', '50 780 150 800', '/V(100)/AP<</N 60 0 R>>')),
      },
    ],
    ['UNREFERENCED_OBJECTS note', { extra: (b) => appearance(b, 60, 'prepared') }],
    ['DANGLING_REFERENCE note', { page: '/PieceInfo 70 0 R' }],
    ['ACTIVE_CONTENT W', { catalog: '/OpenAction<</S/JavaScript/JS(1)>>' }],
    ['EXTERNAL_CONTENT W', { page: '/PieceInfo 60 0 R', extra: (b) => b.stream(60, '', '/F(outside.pdf)') }],
    [
      'FONT_READS_OTHERWISE W',
      {
        extra: (b) =>
          b
            .stream(60, '1 beginbfchar <39> <0031> endbfchar')
            .set(N.font, '<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding/ToUnicode 60 0 R>>'),
      },
    ],
    [
      'FONT_READS_OTHERWISE W',
      {
        extra: (b) =>
          b
            .stream(60, '1 beginbfrange <41> <43> <0031> endbfrange')
            .set(
              N.font,
              '<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding<</Differences[65/one/two/four]>>/ToUnicode 60 0 R>>',
            ),
      },
    ],
    ['FONT_NOT_EMBEDDED note', { extra: (b) => b.set(N.font, '<</Type/Font/Subtype/TrueType/BaseFont/Arial>>') }],
    // V13: the seal over the officer's image is by design
    ['WIDGETS_OVERLAP note', { extra: (b) => b.set(N.seal, signatureField('seal', '55 55 145 95')) }],
    ['WIDGETS_OVERLAP W', { extra: (b) => b.set(N.seal, signatureField('seal', '50 780 150 800')) }],
  ])('%s', async (code, options) => {
    expect(await risks(options)).toEqual([code])
  })

  test('a font whose codes stand in an order of their own, as subsets have them, is none', async () => {
    const mapped = '3 beginbfchar <41> <0031> <42> <0032> <43> <00C1> endbfchar 1 beginbfchar <44> <0041> endbfchar'
    const font = '/Type/Font/Subtype/Type1/BaseFont/Times-Roman'
    const extra = (b: PdfBuilder): PdfBuilder =>
      b.stream(60, mapped).set(N.font, `<<${font}/Encoding<</Differences[65/one/two/Aacute/a]>>/ToUnicode 60 0 R>>`)
    expect(await risks({ extra })).toEqual([])
  })

  test('a second definition that nothing lists', async () => {
    const { officer } = await analyse(signedNotice({ stray: '4 0 obj\n(hidden)\nendobj\n' }), { risks: true })
    expect(officer.risks.map(({ code }) => code)).toEqual(['HIDDEN_DEFINITION'])
  })

  test.each([
    ['a signature', '90 0 obj\n<</Type/Sig/ByteRange [0 1 2 3]/Contents<00>>>\nendobj\n'],
    ['an object stream', '90 0 obj\n<</Type/ObjStm/N 1/First 4/Length 6>>\nstream\n4 0 ()\nendstream\nendobj\n'],
    ['a catalog', '90 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n'],
    ['a page', '90 0 obj\n<</Type /Page/Parent 2 0 R>>\nendobj\n'],
  ])('%s that a section left out, such as one skipped by /Prev', async (_, stray) => {
    const { officer } = await analyse(signedNotice({ stray }), { risks: true })
    expect(officer.risks.map(({ code }) => code)).toEqual(['HIDDEN_DEFINITION'])
  })

  test('a plain object that nothing lists is none', async () => {
    const { officer } = await analyse(signedNotice({ stray: '90 0 obj\n(left over)\nendobj\n' }), { risks: true })
    expect(officer.risks).toEqual([])
  })
})
