import { expect, test } from '@jest/globals'
import { joinStores } from './candidates.ts'

function item(number: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  new DataView(bytes.buffer).setUint32(size >> 1, number)
  return bytes
}

function store(crls: readonly Uint8Array[]): Parameters<typeof joinStores>[0][number] {
  return { certificates: [], crls, ocsps: [], problems: [] }
}

test('an item that several stores hold counts once', () => {
  const [a, b] = [item(1, 400), item(2, 400)]
  expect(joinStores([store([a, b]), store([a, item(2, 400), item(3, 400)])]).crls).toEqual([a, b, item(3, 400)])
})

// Found by review: each was held against all others, hours for a file of a few megabytes.
test('thousands of items that look alike but for their middle cost little, and none is lost', () => {
  const stores = Array.from({ length: 8 }, (_, i) =>
    store(Array.from({ length: 1000 }, (__, j) => item(i * 1000 + j, 4000))),
  )
  expect(joinStores(stores).crls).toHaveLength(8000)
})
