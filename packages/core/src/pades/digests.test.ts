import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createDigest } from '../crypto/index.ts'
import type { DigestName } from '../crypto/index.ts'
import type { PdfDocument } from '../pdf/types.ts'
import { DocumentDigests, wholePrefix } from './digests.ts'
import type { DigestRequest, Pass } from './digests.ts'

function documentOf(bytes: Uint8Array): PdfDocument {
  async function* stream(start: number, end: number): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(start, end)
  }
  return { size: bytes.length, stream } as Pick<PdfDocument, 'size' | 'stream'> as PdfDocument
}

function expected(bytes: Uint8Array, { name, range }: DigestRequest): Uint8Array {
  const hash = createHash(name)
  if (range === undefined) hash.update(bytes)
  else hash.update(bytes.subarray(0, range.first.end)).update(bytes.subarray(range.second.start, range.second.end))
  return new Uint8Array(hash.digest())
}

/** Reads in pieces of the given sizes, and counts. */
function pieces(bytes: Uint8Array, sizes: readonly number[], seen: { read: number }): Pass {
  return async (each, start) => {
    for (let at = start, i = 0; at < bytes.length; i++) {
      const end = Math.min(bytes.length, at + sizes[i % sizes.length]!)
      seen.read += end - at
      await each(bytes.subarray(at, end))
      at = end
    }
  }
}

const name = fc.constantFrom<DigestName>('sha1', 'sha256', 'sha512')
const cuts = fc.array(fc.nat(400), { minLength: 3, maxLength: 3 }).map((list) => list.toSorted((a, b) => a - b))
const request = fc.record({ name, cuts: fc.option(cuts) }).map(({ name: digest, cuts: where }): DigestRequest => {
  if (where === null) return { name: digest, range: undefined }
  const [a, b, c] = where as [number, number, number]
  return { name: digest, range: { first: { start: 0, end: a }, second: { start: b, end: c } } }
})

test('S8: any ranges and digests, in pieces of any size, from any prefix: as hashed one by one, every byte read once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 400, maxLength: 600 }),
      fc.array(request, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(300)),
      async (bytes, requests, sizes, length) => {
        const prefixes = new Map()
        if (length !== null) {
          const state = createDigest('sha256')
          await state.update(bytes.subarray(0, length))
          prefixes.set('sha256', { length, state })
        }
        const seen = { read: 0 }
        const digests = new DocumentDigests()
        const states = await digests.compute(documentOf(bytes), requests, {
          prefixes,
          pass: pieces(bytes, sizes, seen),
        })
        for (const one of requests) expect(digests.get(one.name, one.range)).toEqual(expected(bytes, one))
        expect(seen.read).toBeLessThanOrEqual(bytes.length)
        for (const [digest, { state }] of states)
          expect(await state.digest()).toEqual(expected(bytes, { name: digest, range: undefined }))
      },
    ),
    { seed: 20260114, numRuns: 300 },
  )
})

test('ranges known before are not hashed again when the document has grown, the whole is', async () => {
  const bytes = Uint8Array.from({ length: 500 }, (_, i) => i)
  const range = { first: { start: 0, end: 100 }, second: { start: 150, end: 300 } }
  const before = new DocumentDigests()
  const requests: readonly DigestRequest[] = [
    { name: 'sha256', range },
    { name: 'sha256', range: undefined },
  ]
  const prefixes = await before.compute(documentOf(bytes.subarray(0, 300)), requests)
  const seen = { read: 0 }
  const after = new DocumentDigests(before)
  await after.compute(documentOf(bytes), requests, { prefixes, pass: pieces(bytes, [64], seen) })
  expect(seen.read).toBe(200)
  expect(after.get('sha256', range)).toEqual(expected(bytes, requests[0]!))
  expect(after.get('sha256', undefined)).toEqual(expected(bytes, requests[1]!))
})

test('the whole of a prefix is a range without a gap', async () => {
  const bytes = Uint8Array.from({ length: 50 }, (_, i) => i)
  const digests = new DocumentDigests()
  await digests.compute(documentOf(bytes), [{ name: 'sha256', range: wholePrefix(50) }])
  expect(digests.prefix(50)).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(digests.prefix(49)).toBeUndefined()
})

test('L-24: ranges that together cover many times the file are left out, the first ones are not', async () => {
  const bytes = new Uint8Array(2 * 1024 * 1024)
  const requests = Array.from({ length: 40 }, (_, i): DigestRequest => {
    const range = { first: { start: 0, end: 10 + i }, second: { start: 100, end: bytes.length } }
    return { name: 'sha256', range }
  })
  const digests = new DocumentDigests()
  await digests.compute(documentOf(bytes), requests)
  const known = requests.filter((one) => digests.get(one.name, one.range) !== undefined)
  expect(known.length).toBe(12) // 4 x 2 MiB + 16 MiB
  expect(digests.get('sha256', requests[0]!.range)).toEqual(expected(bytes, requests[0]!))
  expect(() => digests.requireAffordable('sha256', requests[0]!.range!)).not.toThrow()
  expect(() => digests.requireAffordable('sha256', requests[39]!.range!)).toThrow(
    expect.objectContaining({ code: 'LIMIT_CPU' }),
  )
})
