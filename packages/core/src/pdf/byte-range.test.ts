import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkBounds, checkGap, decodeHexToken, parseByteRange } from './byte-range.ts'
import { PdfArray, PdfDict, PdfReal, PdfRef, type PdfObject } from './objects.ts'

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function rangeOf(...items: PdfObject[]): ReturnType<typeof parseByteRange> {
  return parseByteRange(new PdfDict(new Map([['ByteRange', new PdfArray(items)]])))
}

describe('decodeHexToken (P-06)', () => {
  test('reads back what was written in hexadecimal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, upper) => {
        const hex = Buffer.from(bytes).toString('hex')
        expect(decodeHexToken(ascii(`<${upper ? hex.toUpperCase() : hex}>`))).toEqual(bytes)
      }),
      { seed: 1 },
    )
  })

  test.each([
    '',
    '<',
    '>',
    '<0>',
    '<0 >',
    '<00 00>',
    '<00\n>',
    '<0g>',
    '(00)',
    '<00',
    '00>',
    '<0\u0000>',
    '<@@>',
    '<[[>',
  ])('refuses %j', (text) => {
    expect(decodeHexToken(ascii(text))).toBeUndefined()
  })
})

describe('parseByteRange (P-04)', () => {
  test('takes four direct non-negative integers up to 2^53-1 and nothing else', () => {
    expect(rangeOf(0, 10, 20, Number.MAX_SAFE_INTEGER - 20)).toMatchObject({
      first: { end: 10 },
      second: { start: 20 },
    })
    for (const wrong of [-1, new PdfReal(1, '1.0'), new PdfRef(1, 0), null, 2 ** 53]) {
      expect(rangeOf(0, 10, 20, wrong)).toMatchObject({ rule: 'P-04', outcome: 'F' })
    }
    expect(rangeOf(0, 10)).toMatchObject({ code: 'BYTERANGE_SHAPE' })
    expect(parseByteRange(new PdfDict(new Map([['ByteRange', new PdfRef(1, 0)]])))).toMatchObject({ rule: 'P-04' })
    expect(parseByteRange(new PdfDict(new Map()))).toMatchObject({ rule: 'P-04' })
  })
})

test('checkBounds (P-05) and checkGap (P-06): only the one sound shape passes', () => {
  const small = fc.integer({ min: -2, max: 12 })
  fc.assert(
    fc.property(small, small, small, small, (off1, len1, off2, len2) => {
      const range = { first: { start: off1, end: off1 + len1 }, second: { start: off2, end: off2 + len2 } }
      const sound = off1 === 0 && len1 > 0 && off2 > len1 && len2 > 0 && off2 + len2 <= 10
      expect(checkBounds(range, 10).length === 0).toBe(sound)
      const gap = checkGap(range, { start: 3, end: 7 }, false)
      expect(gap.length === 0).toBe(range.first.end === 3 && range.second.start === 7)
    }),
    { seed: 2, numRuns: 2000 },
  )
  const digits = { first: { start: 0, end: 4 }, second: { start: 6, end: 9 } }
  expect(checkGap(digits, { start: 3, end: 7 }, true)).toMatchObject([{ outcome: 'W' }])
  expect(checkGap(digits, { start: 3, end: 7 }, false)).toMatchObject([{ outcome: 'F' }])
})
