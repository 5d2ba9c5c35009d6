import { describe, expect, test } from '@jest/globals'
import { PdfBuilder, smallPdf } from '../../test/support/pdf-builder.ts'
import { openDocument } from './document.ts'
import { PdfRef, PdfStream } from './objects.ts'
import { appendBytes, loadBytes, memoryBytes, memorySource } from './source.ts'
import type { ByteSource } from './types.ts'

const pattern = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8)) & 255)

/** A source that counts the bytes read of it. */
function counting(bytes: Uint8Array, most = Infinity): ByteSource & { total: number } {
  const source = {
    size: bytes.length,
    total: 0,
    read: (offset: number, into: Uint8Array): Promise<number> => Promise.resolve(source.readSync(offset, into)),
    readSync(offset: number, into: Uint8Array): number {
      const part = bytes.subarray(offset, offset + Math.min(into.length, most))
      into.set(part)
      source.total += part.length
      return part.length
    },
  }
  return source
}

describe('blocks (S1)', () => {
  test('give the same bytes as the whole, whatever comes per read', async () => {
    const bytes = pattern(300_000)
    for (const most of [Infinity, 1000]) {
      const file = await loadBytes(counting(bytes, most), undefined, 10)
      for (const [start, end] of [
        [0, 5],
        [65_530, 65_540],
        [0, 300_000],
        [200_000, 400_000],
        [299_999, 300_000],
        [5, 5],
      ] as const) {
        expect(Buffer.from(file.slice(start, end)).equals(bytes.subarray(start, end))).toBe(true)
      }
      const { bytes: block, base } = file.window(131_072 + 9)
      expect([base, block.length, block[9]]).toEqual([131_072, 65_536, bytes[131_081]])
    }
  })

  test('come in pieces, also while the next is read', async () => {
    const bytes = pattern(2_500_000)
    const layered = appendBytes(await loadBytes(counting(bytes), undefined, 10), pattern(5000))
    const whole = Buffer.concat([bytes, pattern(5000)])
    for (const file of [memoryBytes(new Uint8Array(whole)), layered]) {
      for (const [start, end] of [
        [0, whole.length],
        [1, 2_500_001],
        [2_499_990, whole.length + 9],
        [2_500_000, 2_500_010],
        [7, 7],
      ] as const) {
        const [now, later] = [[] as Buffer[], [] as Buffer[]]
        for (const piece of file.chunks(start, end)) now.push(Buffer.from(piece))
        for await (const piece of file.stream(start, end)) later.push(Buffer.from(piece))
        for (const pieces of [now, later]) expect(Buffer.concat(pieces).equals(whole.subarray(start, end))).toBe(true)
        expect(Math.max(0, ...now.map(({ length }) => length))).toBeLessThanOrEqual(1_048_576)
      }
    }
  })

  test('that fail while they are read ahead throw where they are asked for', async () => {
    const source = counting(pattern(3_000_000))
    const file = await loadBytes(
      { ...source, read: (at, into) => (at > 0 ? Promise.resolve(0) : source.read(at, into)) },
      undefined,
      10,
    )
    const read = async (): Promise<void> => {
      for await (const piece of file.stream(0, file.size)) expect(piece).toHaveLength(1_048_576)
    }
    await expect(read()).rejects.toThrow(expect.objectContaining({ code: 'PDF_DAMAGED' }))
  })

  test('are read once while they are kept', async () => {
    const source = counting(pattern(4 * 65_536))
    const file = await loadBytes(source, undefined, 10)
    for (let i = 0; i < 100; i++) file.window((i % 4) * 65_536)
    expect(source.total).toBe(4 * 65_536)
  })

  test('a hole between objects is white space, however large', async () => {
    const builder = smallPdf()
    const size = 3_000_000
    const bytes = builder.write(new Uint8Array(size)).object(5, '(behind)').table('/Root 1 0 R').bytes()
    for (const source of [bytes, counting(bytes)]) {
      const document = await openDocument(source)
      expect(document.unaccounted()).toEqual([])
      expect(document.defects).toEqual([])
    }
  })

  test('a source that ends too early is damaged', async () => {
    const source = counting(pattern(10))
    await expect(openDocument({ ...source, size: 20 })).rejects.toThrow(
      expect.objectContaining({ code: 'PDF_DAMAGED' }),
    )
    const { read } = source
    await expect(openDocument({ size: 20, read })).rejects.toThrow(expect.objectContaining({ code: 'PDF_DAMAGED' }))
  })
})

test('a document in blocks reads only what is asked for (S4)', async () => {
  const big = pattern(3_000_000)
  const bytes = smallPdf(new PdfBuilder().stream(9, '', big))
    .table('/Root 1 0 R')
    .bytes()
  const source = counting(bytes)
  const document = await openDocument(source)
  const stream = document.latest.load(new PdfRef(9, 0))
  expect(document.latest.root?.has('Pages')).toBe(true)
  expect(source.total).toBeLessThan(300_000)
  expect(stream).toBeInstanceOf(PdfStream)
  expect(Buffer.from((stream as PdfStream).raw).equals(big)).toBe(true)
  expect(document.unaccounted()).toEqual([])
  expect(document.defects).toEqual([])
})

test('the size limit holds where it is given, and for what has to be in memory (L-01)', async () => {
  const bytes = smallPdf().table('/Root 1 0 R').bytes()
  const code = expect.objectContaining({ code: 'LIMIT_FILE_SIZE' }) as object
  await expect(loadBytes(bytes, undefined, 10)).rejects.toThrow(code)
  await expect(loadBytes(memorySource(bytes), undefined, 10)).rejects.toThrow(code)
  await expect(loadBytes(counting(bytes), 10, 1000)).rejects.toThrow(code)
  expect((await loadBytes(counting(bytes), undefined, 10)).size).toBe(bytes.length)
})

test('bytes in memory are not copied', async () => {
  const bytes = pattern(10)
  expect((await loadBytes(memorySource(bytes), undefined, 100)).slice(0, 10).buffer).toBe(bytes.buffer)
})

test('reading can be aborted', async () => {
  const { size, read } = counting(pattern(10))
  await expect(openDocument({ size, read }, { signal: AbortSignal.abort() })).rejects.toThrow(
    expect.objectContaining({ code: 'ABORTED' }),
  )
})
