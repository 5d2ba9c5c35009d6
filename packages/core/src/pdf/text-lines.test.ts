import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { makePdf, streamBody, twoPages } from '../../test/support/make-pdf.ts'
import { CountersignError } from '../error.ts'
import { readOperations } from './content.ts'
import { openDocument } from './document.ts'
import { PdfName } from './objects.ts'
import { readGlyphs } from './page-text.ts'
import { pageAt } from './pages.ts'
import { findText, searchable } from './text-lines.ts'

const FONTS = '/F1 5 0 R /U 8 0 R'

/** A page of 400 x 300 with this content; F1 is Helvetica, U a composite font whose /ToUnicode maps 1, 2, 3 to A, combining hook, B. */
async function pageWith(
  content: string,
  more: Readonly<Record<number, string>> = {},
): Promise<Parameters<typeof findText>> {
  const cmap =
    '1 begincodespacerange <0000> <FFFF> endcodespacerange 3 beginbfchar <0001> <0041> <0002> <0309> <0003> <0042> endbfchar'
  const bytes = makePdf({
    objects: {
      1: '<< /Type /Catalog /Pages 2 0 R >>',
      2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      3: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 4 0 R /Resources << /Font << ${FONTS} >> /XObject << /Fm 9 0 R >> >> >>`,
      4: streamBody('', content),
      5: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
      8: '<< /Type /Font /Subtype /Type0 /BaseFont /U /Encoding /Identity-H /DescendantFonts [10 0 R] /ToUnicode 11 0 R >>',
      9: streamBody(
        `/Subtype /Form /BBox [0 0 99 99] /Matrix [1 0 0 1 50 0] /Resources << /Font << ${FONTS} >> >>`,
        'BT /F1 10 Tf 0 20 Td (inside) Tj ET',
      ),
      10: '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /U /DW 500 /W [1 [700] 2 2 0 3 [600]] >>',
      11: streamBody('', cmap),
      ...more,
    },
  })
  const { latest } = await openDocument(bytes)
  return [latest, pageAt(latest, 0)!, '']
}

async function find(content: string, text: string): Promise<readonly (readonly number[])[]> {
  const [view, page] = await pageWith(content)
  return findText(view, page, text).map((box) => box.map((value) => Math.round(value * 100) / 100))
}

describe('V2: where a page shows a text', () => {
  // Widths of Helvetica in thousandths: A 667, b 556, space 278.
  test.each<readonly [string, string, string, readonly (readonly number[])[]]>([
    ['plain', 'BT /F1 10 Tf 100 200 Td (Ab) Tj ET', 'Ab', [[100, 91, 112.23, 102.2]]],
    ['a part of a line', 'BT /F1 10 Tf 100 200 Td (AAbA) Tj ET', 'b', [[113.34, 91, 118.9, 102.2]]],
    ['spaces as gaps', 'BT /F1 10 Tf 100 200 Td [(A) -600 (b)] TJ ET', 'A b', [[100, 91, 118.23, 102.2]]],
    [
      'two strings of one line, out of order',
      'BT /F1 10 Tf 150 200 Td (b) Tj -50 0 Td (A) Tj ET',
      'A b',
      [[100, 91, 155.56, 102.2]],
    ],
    ['scaled by the page', 'q 2 0 0 2 0 0 cm BT /F1 5 Tf 50 100 Td (Ab) Tj ET Q', 'Ab', [[100, 91, 112.23, 102.2]]],
    [
      'text matrix, spacing, scaling',
      'BT /F1 10 Tf 1 Tc 50 Tz 1 0 0 1 100 200 Tm (Ab) Tj ET',
      'Ab',
      [[100, 91, 106.62, 102.2]],
    ],
    ['word spacing and next line', 'BT /F1 10 Tf 12 TL 100 212 Td 5 0 (A b) " ET', 'A b', [[100, 91, 120.01, 102.2]]],
    [
      'twice, from the top down',
      'BT /F1 10 Tf 9 90 Td (b) Tj 0 100 Td (b) Tj ET',
      'b',
      [
        [9, 101, 14.56, 112.2],
        [9, 201, 14.56, 212.2],
      ],
    ],
    ['in a form', '/Fm Do', 'inside', [[50, 271, 76.12, 282.2]]],
    ['a letter composed of two', 'BT /U 10 Tf 100 200 Td <000100020003> Tj ET', '\u1ea2B', [[100, 91, 113, 102.2]]],
    [
      'after an inline image',
      'BI /W 1 /H 1 /BPC 8 /CS /G ID EI\u0001 EI BT /F1 10 Tf 100 200 Td (A) Tj ET',
      'A',
      [[100, 91, 106.67, 102.2]],
    ],
    ['not text that is turned', 'BT /F1 10 Tf 0 1 -1 0 100 200 Tm (Ab) Tj ET', 'Ab', []],
    ['not another case', 'BT /F1 10 Tf 100 200 Td (Ab) Tj ET', 'AB', []],
    ['not over two lines', 'BT /F1 10 Tf 100 200 Td (A) Tj 0 -12 Td (b) Tj ET', 'Ab', []],
    ['nothing', 'BT /F1 10 Tf 100 200 Td (Ab) Tj ET', '  ', []],
  ])('%s', async (_title, content, text, boxes) => {
    expect(await find(content, text)).toEqual(boxes)
  })

  test('both sides are composed, white space does not count', () => {
    expect(searchable('A\u0309 \u00a0B\n')).toBe('\u1ea2B')
  })

  test('a form that draws itself ends', async () => {
    const own = streamBody('/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /Fm 9 0 R >> >>', '/Fm Do /Fm Do')
    const [view, page] = await pageWith('/Fm Do', { 9: own })
    expect(readGlyphs(view, page)).toEqual([])
  })
})

describe('content as operators', () => {
  test('operands, arrays flattened, inline images as one', () => {
    const content = new TextEncoder().encode('q 1 0 0 -1.5 0 0 cm /Im Do [(a) -20 <62>] TJ BI /W 1 ID xx EI Q')
    const read = [...readOperations(content)].map(({ operator, operands }) => [
      operator,
      ...operands.map((one) =>
        one instanceof PdfName ? `/${one.name}` : one instanceof Uint8Array ? one.length : one,
      ),
    ])
    expect(read).toEqual([['q'], ['cm', 1, 0, 0, -1.5, 0, 0], ['Do', '/Im'], ['TJ', 1, -20, 1], ['BI', '/W', 1], ['Q']])
  })

  test('any bytes end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        for (const { end } of readOperations(bytes)) expect(end).toBeLessThanOrEqual(bytes.length)
      }),
      { seed: 20261125, numRuns: 300 },
    )
  })

  test('any page gives glyphs or a coded error', async () => {
    const words = fc.constantFrom(
      ...'q Q cm BT ET Tf Td TD T* Tm TL Tc Tw Tz Ts Tj TJ Do BI ID EI /F1 /U /Fm (Ab) <0001> [ ] 1 -2 0.5 1e9 99999999999'.split(
        ' ',
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 80 }), async (parts) => {
        const [view, page] = await pageWith(parts.join(' '))
        try {
          findText(view, page, 'Ab')
        } catch (error) {
          expect(error).toBeInstanceOf(CountersignError)
        }
      }),
      { seed: 20261125, numRuns: 150 },
    )
  })
})

test('a font that names its glyphs and tells no Unicode', async () => {
  const names = '[1 /G /I /Aacute /M 5 /Dcroat /Ocircumflexacute /C 8 /space /uni1EA2 /g23 /a.sc]'
  const [view, page] = await pageWith('BT /F1 10 Tf 100 200 Td <0102030408050607090A0B41> Tj ET', {
    5: `<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+CMR10 /Encoding << /Differences ${names} >> /FirstChar 1 /Widths [500 500 500 500 500 500 500 500 500 500 500] >>`,
  })
  expect(readGlyphs(view, page).map((glyph) => glyph.text)).toEqual('GIÁM ĐỐCẢ\ufffdaA'.split(''))
  expect(findText(view, page, 'GIÁM ĐỐC')).toHaveLength(1)
})

test('a composite font with a CMap of its own: codes of one byte, CIDs for the widths', async () => {
  const encoding = '1 begincodespacerange <00> <7F> endcodespacerange 1 begincidrange <41> <42> 7 endcidrange'
  const unicode = '1 begincodespacerange <00> <7F> endcodespacerange 1 beginbfrange <41> <42> <0110> endbfrange'
  const composite = (cmap: string): Record<number, string> => ({
    8: '<< /Type /Font /Subtype /Type0 /BaseFont /U /Encoding 12 0 R /DescendantFonts [10 0 R] /ToUnicode 11 0 R >>',
    10: '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /U /W [7 [700 800]] >>',
    11: streamBody('', unicode),
    12: streamBody('/Type /CMap', cmap),
  })
  const [view, page] = await pageWith('BT /U 10 Tf 100 200 Td (AB) Tj ET', composite(encoding))
  expect(readGlyphs(view, page).map((one) => [one.text, one.start[0], one.end[0]])).toEqual([
    ['\u0110', 100, 107],
    ['\u0111', 107, 115],
  ])
  // A code space of no bytes still ends.
  const [odd, same] = await pageWith(
    'BT /U 10 Tf (AB) Tj ET',
    composite('1 begincodespacerange <> <> endcodespacerange'),
  )
  expect(readGlyphs(odd, same)).toHaveLength(2)
})

test('an embedded simple font without an encoding reads as ASCII', async () => {
  const [view, page] = await pageWith('BT /F1 10 Tf 100 200 Td (Ab\\377) Tj ET', {
    5: '<< /Type /Font /Subtype /Type1 /BaseFont /Odd /FirstChar 65 /Widths [600] /FontDescriptor << /Type /FontDescriptor /MissingWidth 300 >> >>',
  })
  expect(readGlyphs(view, page).map((one) => one.text)).toEqual(['A', 'b', '\ufffd'])
})

test('maps that enter every code again and again end soon', async () => {
  const started = performance.now()
  const ranges = '100 beginbfrange ' + '<0000> <FFFF> <0041> '.repeat(20_000) + 'endbfrange'
  const [view, page] = await pageWith('BT /U 10 Tf (ABCD) Tj ET', {
    10: `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /U /W [${'0 65535 500 '.repeat(20_000)}] >>`,
    11: streamBody('', ranges),
  })
  expect(readGlyphs(view, page)).toHaveLength(2)
  expect(performance.now() - started).toBeLessThan(5000)
})

test('the widths of the standard fonts', async () => {
  const { latest } = await openDocument(twoPages())
  const glyphs = readGlyphs(latest, pageAt(latest, 0)!)
  expect(glyphs.map((glyph) => glyph.text).join('')).toBe('Inspection report')
  // I 278, n 556, s 500, p 556, e 556, c 500, t 278, i 222, o 556, n 556, space 278, r 333 e 556 p 556 o 556 r 333 t 278.
  expect(glyphs.at(-1)!.end[0]).toBeCloseTo(72 + (7448 * 24) / 1000, 6)
})
