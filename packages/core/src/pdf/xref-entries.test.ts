import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { deflateSync } from 'node:zlib'
import { openDocument } from './document.ts'
import { PdfRef } from './objects.ts'
import { memoryBytes } from './source.ts'
import type { ByteSource, PdfDocument, XrefEntries, XrefEntry } from './types.ts'
import { HybridEntries, LayeredEntries, StreamEntries, TableEntries, overlap } from './xref-entries.ts'

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

/** Entries in the file as a table has them. */
function tableText(entries: readonly XrefEntry[]): string {
  return entries
    .map((entry) => {
      const [offset, type] = entry.type === 'free' ? [entry.next, 'f'] : [(entry as { offset: number }).offset, 'n']
      return `${String(offset).padStart(10, '0')} ${String((entry as { gen: number }).gen).padStart(5, '0')} ${type}\r\n`
    })
    .join('')
}

const tableEntries: fc.Arbitrary<XrefEntry> = fc.oneof(
  fc.record({
    type: fc.constant('used' as const),
    offset: fc.nat(9_999_999_999),
    gen: fc.nat(65_535),
  }),
  fc.record({ type: fc.constant('free' as const), next: fc.nat(9_999_999_999), gen: fc.nat(65_535) }),
)

/** Runs of entries with gaps between their numbers. */
const runs = (entry: fc.Arbitrary<XrefEntry>): fc.Arbitrary<readonly [number, XrefEntry][]> =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.array(entry, { maxLength: 5 })), { maxLength: 5 })
    .map((parts) => {
      let next = 0
      return parts.flatMap(([skip, some]) => {
        next += skip
        return some.map((one): [number, XrefEntry] => [next++, one])
      })
    })

/** The same as subsections with entries of `width` bytes. */
function subsections(
  pairs: readonly (readonly [number, XrefEntry])[],
  width: number,
): { first: number; count: number; at: number }[] {
  const found: { first: number; count: number; at: number }[] = []
  for (const [i, [num]] of pairs.entries()) {
    const last = found.at(-1)
    if (last !== undefined && last.first + last.count === num) last.count++
    else found.push({ first: num, count: 1, at: i * width })
  }
  return found
}

function expectSame(actual: XrefEntries, expected: ReadonlyMap<number, XrefEntry>): void {
  expect(new Map(actual)).toEqual(expected)
  expect(new Set(actual.keys())).toEqual(new Set(expected.keys()))
  const numbers = Array.from({ length: 60 }, (_, num) => num)
  expect(numbers.map((num) => [actual.get(num), actual.has(num)])).toEqual(
    numbers.map((num) => [expected.get(num), expected.has(num)]),
  )
}

describe('entries that are read where they stand are those of a Map', () => {
  test('in a table', () => {
    fc.assert(
      fc.property(runs(tableEntries), (pairs) => {
        const bytes = latin1(tableText(pairs.map(([, entry]) => entry)))
        expectSame(new TableEntries(memoryBytes(bytes), subsections(pairs, 20), 0), new Map(pairs))
      }),
      { numRuns: 100, seed: 7 },
    )
  })

  test('in a stream, types that nobody knows left out', () => {
    const field = fc.nat(255)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), field, field, field), { maxLength: 40 }), (rows) => {
        const data = Uint8Array.from(rows.flat())
        const expected = new Map<number, XrefEntry>()
        for (const [num, [type, a, b, third]] of rows.entries()) {
          const second = a * 256 + b
          if (type === 0) expected.set(num, { type: 'free', next: second, gen: third })
          if (type === 1) expected.set(num, { type: 'used', offset: second + 5, gen: third })
          if (type === 2) expected.set(num, { type: 'compressed', stream: second, index: third })
        }
        const entries = new StreamEntries(data, [{ first: 0, count: rows.length, at: 0 }], 4, [1, 2, 1], 5)
        expectSame(entries, expected)
        expect(entries.hasUnknownTypes()).toBe(expected.size < rows.length)
      }),
      { numRuns: 100, seed: 7 },
    )
  })

  test('in layers and in hybrid sections', () => {
    fc.assert(
      fc.property(runs(tableEntries), runs(tableEntries), (newer, older) => {
        const [a, b] = [new Map(newer), new Map(older)]
        expectSame(new LayeredEntries([a, b]), new Map([...b, ...a]))
        const hybrid = new Map(a)
        for (const [num, entry] of b) if (a.get(num)?.type !== 'used') hybrid.set(num, entry)
        expectSame(new HybridEntries(a, b), hybrid)
      }),
      { numRuns: 100, seed: 7 },
    )
  })

  test('overlapping subsections are found', () => {
    const at = (first: number, count: number): { first: number; count: number; at: number } => ({ first, count, at: 0 })
    expect(overlap([at(5, 3), at(0, 5), at(8, 1)])).toBe(false)
    expect(overlap([at(5, 3), at(0, 6)])).toBe(true)
    expect(overlap([at(5, 0), at(0, 9)])).toBe(false)
  })
})

const COUNT = 6000

/** A file whose table has thousands of entries; `bend` changes its text. */
function largeTable(bend: (table: string) => string = (table) => table): Uint8Array {
  const objects: string[] = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>']
  for (let i = 3; i <= COUNT; i++) objects.push(`(${i})`)
  let text = '%PDF-1.7\n'
  const entries: XrefEntry[] = [{ type: 'free', next: 0, gen: 65_535 }]
  for (const [i, body] of objects.entries()) {
    entries.push({ type: 'used', offset: text.length, gen: 0 })
    text += `${i + 1} 0 obj\n${body}\nendobj\n`
  }
  const at = text.length
  text += `xref\n${bend(`0 ${entries.length}\n${tableText(entries)}`)}trailer\n<< /Size ${entries.length} /Root 1 0 R >>\n`
  return latin1(`${text}startxref\n${at}\n%%EOF\n`)
}

function inBlocks(bytes: Uint8Array): ByteSource {
  const readSync = (offset: number, into: Uint8Array): number => {
    const part = bytes.subarray(offset, offset + into.length)
    into.set(part)
    return part.length
  }
  return { size: bytes.length, read: (offset, into) => Promise.resolve(readSync(offset, into)), readSync }
}

function lastObject(document: PdfDocument): string {
  return Buffer.from(document.latest.string(new PdfRef(COUNT, 0))?.bytes ?? []).toString()
}

describe('large sections', () => {
  test.each([
    ['in memory', (bytes: Uint8Array) => bytes],
    ['in blocks', inBlocks],
  ])('a table stays in the file, %s', async (_, source) => {
    const document = await openDocument(source(largeTable()))
    expect(document.latest.trailer.get('Size')).toBe(COUNT + 1)
    expect(document.revisions[0]!.entries).toBeInstanceOf(TableEntries)
    expect(lastObject(document)).toBe(String(COUNT))
    expect([...document.latest.numbers()]).toHaveLength(COUNT)
    expect(document.unaccounted()).toEqual([])
    expect(document.defects).toEqual([])
  })

  test('an entry of another width, or a number that stands twice, is read as in a small one', async () => {
    const narrow = await openDocument(largeTable((table) => table.replace(' n\r\n', ' n\n')))
    expect(narrow.defects.map(({ code }) => code)).toEqual(['XREF_ENTRY_WIDTH'])
    expect(lastObject(narrow)).toBe(String(COUNT))
    const twice = await openDocument(largeTable((table) => `${table}${COUNT} 1\n0000000009 00000 n\r\n`))
    expect(twice.defects.map(({ args }) => args['fault'])).toEqual(['XREF_ENTRY_TWICE'])
    expect(twice.latest.entry(COUNT)).toEqual({ type: 'used', offset: 9, gen: 0 })
  })

  test('a large subsection beside a small one', async () => {
    const document = await openDocument(
      largeTable((table) => table.replace(`0 ${COUNT + 1}\n`, '0 1\n').replace('f\r\n', `f\r\n1 ${COUNT}\n`)),
    )
    expect(document.revisions[0]!.entries).toBeInstanceOf(LayeredEntries)
    expect(document.unaccounted()).toEqual([])
    expect(lastObject(document)).toBe(String(COUNT))
  })

  test('a stream is kept as its data', async () => {
    const table = Buffer.from(largeTable()).toString('latin1')
    const at = table.indexOf('xref\n0')
    const rows = table.slice(at, table.indexOf('trailer')).split('\n').slice(2, -1)
    const self = COUNT + 1
    const data = Buffer.alloc((rows.length + 1) * 5)
    for (const [i, row] of [...rows, `${String(at).padStart(10, '0')} 00000 n`].entries()) {
      data[i * 5] = row.includes('n') ? 1 : 0
      data.writeUInt32BE(Number(row.slice(0, 10)), i * 5 + 1)
    }
    const packed = deflateSync(data)
    const dict = `<< /Type /XRef /W [1 4 0] /Size ${self + 1} /Root 1 0 R /Filter /FlateDecode /Length ${packed.length} >>`
    const text = `${table.slice(0, at)}${self} 0 obj\n${dict}\nstream\n${packed.toString('latin1')}\nendstream\nendobj\n`
    const document = await openDocument(latin1(`${text}startxref\n${at}\n%%EOF\n`))
    expect(document.revisions[0]!.entries).toBeInstanceOf(StreamEntries)
    expect(lastObject(document)).toBe(String(COUNT))
    expect(document.unaccounted()).toEqual([])
    expect(document.defects).toEqual([])
  })

  test('of numbers that stand twice in a stream the last entry holds, in the order of /Index', async () => {
    const head =
      '%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Kids [] /Count 0 >>\nendobj\n'
    const [first, second] = [head.indexOf('1 0 obj'), head.indexOf('2 0 obj')]
    // 2, then 1 to 3.
    const data = Buffer.from([9, first, second, head.length].flatMap((offset) => [1, offset]))
    const dict = `<< /Type /XRef /W [1 1 0] /Index [2 1 1 3] /Size 4 /Root 1 0 R /Length ${data.length} >>`
    const text = `${head}3 0 obj\n${dict}\nstream\n${data.toString('latin1')}\nendstream\nendobj\n`
    const document = await openDocument(latin1(`${text}startxref\n${head.length}\n%%EOF\n`))
    expect(document.latest.entry(2)).toEqual({ type: 'used', offset: second, gen: 0 })
    expect(document.defects.map(({ args }) => args['fault'])).toEqual(['XREF_ENTRY_TWICE'])
  })
})
