import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { deflateSync } from 'node:zlib'
import { CountersignError } from '../error.ts'
import { parsePng, pngSize } from './png.ts'

function chunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length)
  head.write(type, 4, 'latin1')
  // The checksum is not looked at: what the picture shows is drawn, nothing is trusted.
  return Buffer.concat([head, data, Buffer.alloc(4)])
}

interface Parts {
  readonly width: number
  readonly height: number
  readonly depth: number
  readonly colour: number
  readonly interlaced?: boolean
  /** Filter byte and packed samples of each row, pass after pass. */
  readonly rows: readonly (readonly number[])[]
  readonly more?: readonly Buffer[]
}

function png({ width, height, depth, colour, interlaced = false, rows, more = [] }: Parts): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8)
  const data = deflateSync(Uint8Array.from(rows.flat()))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])
  // The data in two chunks, as writers cut it.
  const parts = [chunk('IDAT', data.subarray(0, 3)), chunk('IDAT', data.subarray(3)), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([signature, chunk('IHDR', header), ...more, ...parts])
}

function physical(across: number, down: number): Buffer {
  const data = Buffer.alloc(9)
  data.writeUInt32BE(across)
  data.writeUInt32BE(down, 4)
  data[8] = 1
  return chunk('pHYs', data)
}

describe('pixels', () => {
  test('RGB with alpha is split', () => {
    const rows = [[0, 1, 2, 3, 0, 4, 5, 6, 128]]
    expect(parsePng(png({ width: 2, height: 1, depth: 8, colour: 6, rows }))).toMatchObject({
      components: 3,
      samples: Uint8Array.of(1, 2, 3, 4, 5, 6),
      alpha: Uint8Array.of(0, 128),
    })
  })

  test('gray of two bits is scaled, its one transparent gray found', () => {
    const more = [chunk('tRNS', Uint8Array.of(0, 2))]
    const picture = parsePng(png({ width: 4, height: 1, depth: 2, colour: 0, rows: [[0, 0b00011011]], more }))
    expect([...picture.samples]).toEqual([0, 85, 170, 255])
    expect([...picture.alpha!]).toEqual([255, 255, 0, 255])
  })

  test('a palette with alpha', () => {
    const more = [chunk('PLTE', Uint8Array.of(9, 8, 7, 6, 5, 4)), chunk('tRNS', Uint8Array.of(77))]
    const picture = parsePng(png({ width: 2, height: 1, depth: 1, colour: 3, rows: [[0, 0b01000000]], more }))
    expect([...picture.samples]).toEqual([9, 8, 7, 6, 5, 4])
    expect([...picture.alpha!]).toEqual([77, 255])
  })

  test('sixteen bits keep the high byte; opaque throughout means no alpha', () => {
    const rows = [[0, 200, 1, 255, 255]]
    const picture = parsePng(png({ width: 1, height: 1, depth: 16, colour: 4, rows }))
    expect([...picture.samples]).toEqual([200])
    expect(picture.alpha).toBeUndefined()
  })

  test('interlaced pictures come out as the others (Adam7)', () => {
    const [width, height] = [5, 3]
    const at = (x: number, y: number): number => y * 10 + x
    const passes = [
      [0, 0, 8, 8],
      [4, 0, 8, 8],
      [0, 4, 4, 8],
      [2, 0, 4, 4],
      [0, 2, 2, 4],
      [1, 0, 2, 2],
      [0, 1, 1, 2],
    ] as const
    const rows: number[][] = []
    for (const [x0, y0, dx, dy] of passes)
      for (let y = y0; y < height; y += dy) {
        const row: number[] = []
        for (let x = x0; x < width; x += dx) row.push(at(x, y))
        if (row.length > 0) rows.push([0, ...row])
      }
    const picture = parsePng(png({ width, height, depth: 8, colour: 0, interlaced: true, rows }))
    const expected = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_x, x) => at(x, y)))
    expect([...picture.samples]).toEqual(expected.flat())
  })
})

describe('V1: true size', () => {
  const rows = [[0, 0, 0, 0]]
  test('by the resolution, which may differ across and down', () => {
    const bytes = png({ width: 3, height: 1, depth: 8, colour: 0, rows, more: [physical(11811, 5906)] })
    const size = pngSize(bytes)
    expect(size.width).toBeCloseTo((3 / 300) * 72, 2)
    expect(size.height).toBeCloseTo((1 / 150) * 72, 2)
  })

  test('without one, 96 pixels to the inch', () => {
    const { width, height } = pngSize(png({ width: 3, height: 1, depth: 8, colour: 0, rows }))
    expect(width).toBeCloseTo(2.25, 9)
    expect(height).toBeCloseTo(0.75, 9)
  })
})

describe('damaged and hostile files', () => {
  const rows = [[0, 0]]
  test.each<readonly [string, Uint8Array, string]>([
    ['a huge picture', png({ width: 100_000, height: 100_000, depth: 8, colour: 6, rows }), 'LIMIT_APPEARANCE'],
    ['no rows', png({ width: 2, height: 9, depth: 8, colour: 0, rows }), 'ARGUMENT_INVALID'],
    ['an unknown colour type', png({ width: 1, height: 1, depth: 8, colour: 5, rows }), 'ARGUMENT_INVALID'],
    ['a palette that is missing', png({ width: 1, height: 1, depth: 8, colour: 3, rows }), 'ARGUMENT_INVALID'],
    ['no size', png({ width: 0, height: 1, depth: 8, colour: 0, rows }), 'ARGUMENT_INVALID'],
  ])('%s', (_title, bytes, code) => {
    expect(() => parsePng(bytes)).toThrow(expect.objectContaining({ code }))
  })

  test('any damage is a coded error or a picture', () => {
    const seed = png({
      width: 4,
      height: 2,
      depth: 8,
      colour: 6,
      rows: [
        [1, ...Array(16).keys()],
        [2, ...Array(16).keys()],
      ],
    })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(40),
        (edits, cut) => {
          const bytes = Uint8Array.from(seed.subarray(0, seed.length - cut))
          for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value
          try {
            const { width, height, components, samples } = parsePng(bytes)
            expect(samples).toHaveLength(width * height * components)
          } catch (error) {
            expect(error).toBeInstanceOf(CountersignError)
          }
        },
      ),
      { seed: 20261125, numRuns: 300 },
    )
  })
})
