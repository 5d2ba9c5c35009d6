import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parsePdfDate } from './date.ts'

test.each([
  ["D:20260601120000+07'00'", '2026-06-01T05:00:00.000Z'],
  ["D:20260601120000+07'00", '2026-06-01T05:00:00.000Z'],
  ["D:20260601120000-03'30'", '2026-06-01T15:30:00.000Z'],
  ['D:20260601120000Z', '2026-06-01T12:00:00.000Z'],
  ["D:20260601120000Z00'00'", '2026-06-01T12:00:00.000Z'],
  ['D:20260601120000', '2026-06-01T12:00:00.000Z'],
  ['20260601', '2026-06-01T00:00:00.000Z'],
  ['D:2026', '2026-01-01T00:00:00.000Z'],
])('%s', (text, iso) => {
  expect(parsePdfDate(text)?.toISOString()).toBe(iso)
})

test.each([
  '',
  'D:',
  'D:20',
  'D:20261301',
  'D:20260230',
  'D:20260601250000',
  'D:2026060',
  'yesterday',
  'D:20260601120000x',
])('%s is no date', (text) => {
  expect(parsePdfDate(text)).toBeUndefined()
})

test('never throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const date = parsePdfDate(`D:${text}`)
      expect(date === undefined || Number.isFinite(date.getTime())).toBe(true)
    }),
    { seed: 3 },
  )
})
