import { expect, test } from '@jest/globals'
import { PoeStore } from './poe.ts'

const day = (number: number): Date => new Date(Date.UTC(2026, 0, number))

test('everything exists now; the earliest proof of each object is kept, with who gave it', () => {
  const store = new PoeStore(day(10))
  expect(store.of('a')).toEqual({ time: day(10), by: null })
  store.add(['a', 'b'], { time: day(5), by: 'S2' })
  store.add(['a'], { time: day(7), by: 'S3' })
  store.add(['b'], { time: day(3), by: 'register' })
  expect(store.of('a')).toEqual({ time: day(5), by: 'S2' })
  expect(store.of('b')).toEqual({ time: day(3), by: 'register' })
})

test('a proof of this very moment counts, one of the future is of now', () => {
  const store = new PoeStore(day(10))
  store.add(['a'], { time: day(10), by: 'S1-T1' })
  store.add(['b'], { time: day(11), by: 'S1-T1' })
  expect([store.of('a'), store.of('b')]).toEqual([
    { time: day(10), by: 'S1-T1' },
    { time: day(10), by: 'S1-T1' },
  ])
})
