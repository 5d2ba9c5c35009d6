import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { encodeExplicit, encodeImplicit, encodeInteger, encodeSequence } from '../der/writer.ts'
import { CountersignError } from '../error.ts'
import { nameOf } from '../../test/support/craft-certificate.ts'
import { craftTstInfo } from '../../test/support/craft-cms.ts'
import { parseGenTime, parseTstInfo } from './tst-info.ts'

const imprint = new Uint8Array(32).fill(7)

function gen(text: string): () => Date {
  return () => parseGenTime(new TextEncoder().encode(text))
}

describe('parseTstInfo (C-15)', () => {
  test('reads every field', () => {
    const name = encodeExplicit(4, nameOf('TSA'))
    const accuracy = encodeSequence(
      encodeInteger(2),
      encodeImplicit(0, false, Uint8Array.of(250)),
      encodeImplicit(1, false, Uint8Array.of(1)),
    )
    const extra = [accuracy, Uint8Array.of(1, 1, 0xff), encodeInteger(5), encodeExplicit(0, name)]
    const info = parseTstInfo(craftTstInfo({ imprint, extra }))
    expect(info).toMatchObject({ version: 1, policy: '1.2.3.4', serial: 99n, ordering: true, nonce: 5n })
    expect(info.imprint.value).toEqual(imprint)
    expect(info.accuracySeconds).toBeCloseTo(2.250001)
    expect(info.genTime.toISOString()).toBe('2026-06-01T10:00:00.000Z')
    expect(info.tsaName).toEqual(nameOf('TSA'))
  })

  test('only the mandatory fields', () => {
    expect(parseTstInfo(craftTstInfo({ imprint }))).toMatchObject({
      accuracySeconds: undefined,
      ordering: false,
      nonce: undefined,
      tsa: undefined,
    })
  })

  test('any byte changed gives a value or a coded error', () => {
    const bytes = craftTstInfo({ imprint })
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }), (position, value) => {
        try {
          parseTstInfo(bytes.with(position, value))
        } catch (error) {
          expect(error).toBeInstanceOf(CountersignError)
        }
      }),
      { seed: 6, numRuns: 2000 },
    )
  })
})

test('genTime: UTC with or without a fraction', () => {
  expect(gen('20260601100000Z')().toISOString()).toBe('2026-06-01T10:00:00.000Z')
  expect(gen('20260601100000.25Z')().toISOString()).toBe('2026-06-01T10:00:00.250Z')
  // Found by review: read as 1999.
  expect(gen('00990601100000Z')().toISOString()).toBe('0099-06-01T10:00:00.000Z')
  for (const wrong of [
    '20260601100000',
    '20260601100000+0700',
    '20260631100000Z',
    '2026060110Z',
    '20260601100000.Z',
    '',
    '20260601100000.2xZ',
  ]) {
    expect(gen(wrong)).toThrow(CountersignError)
  }
})
