import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeText, encodeText } from './text.ts'

describe('text strings (W13)', () => {
  test('PDFDocEncoding where it can say it', () => {
    expect([...encodeText('Ab\u2022\u20ac\u00e9').bytes]).toEqual([0x41, 0x62, 0x80, 0xa0, 0xe9])
    expect(decodeText(Uint8Array.of(0x41, 0x18, 0x80, 0xa0, 0x9e))).toBe('A\u02d8\u2022\u20ac\u017e')
  })

  test('UTF-16BE with a byte order mark for the rest, UTF-8 where allowed', () => {
    expect([...encodeText('ế').bytes]).toEqual([0xfe, 0xff, 0x1e, 0xbf])
    expect([...encodeText('ế', true).bytes]).toEqual([0xef, 0xbb, 0xbf, 0xe1, 0xba, 0xbf])
    expect(decodeText(Uint8Array.of(0xff, 0xfe, 0xbf, 0x1e))).toBe('ế')
  })

  test('language codes are no text', () => {
    expect(decodeText(Uint8Array.of(0xfe, 0xff, 0, 0x1b, 0, 0x76, 0, 0x69, 0, 0x1b, 0, 0x41))).toBe('A')
  })

  test('what is encoded is decoded, however it begins', () => {
    const start = fc.constantFrom('', 'þÿ', 'ÿþ', 'ï»¿', '\u0018')
    const words = fc.string({ unit: 'grapheme', maxLength: 20 })
    fc.assert(
      fc.property(start, words, fc.boolean(), (before, rest, utf8) => {
        const value = `${before}${rest}`.replaceAll('\u001b', '')
        expect(decodeText(encodeText(value, utf8).bytes)).toBe(value)
      }),
      { seed: 20260120, numRuns: 500 },
    )
  })
})
