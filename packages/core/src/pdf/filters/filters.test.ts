import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { deflateRawSync, deflateSync, inflateSync } from 'node:zlib'
import { PdfArray, PdfDict, PdfName, type PdfObject } from '../objects.ts'
import { DEFAULT_LIMITS, type Limits } from '../types.ts'
import { decodeAscii85, decodeAsciiHex } from './ascii.ts'
import { InflateBudget, decodeFilters, filterSteps } from './index.ts'
import { inflate } from './inflate.ts'
import { decodeLzw } from './lzw.ts'
import { undoPredictor } from './predictor.ts'
import { decodeRunLength } from './run-length.ts'

const NO_LIMIT = 1 << 30
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
const dictOf = (entries: Record<string, PdfObject>): PdfDict => new PdfDict(new Map(Object.entries(entries)))
const direct = (value: PdfObject | undefined): PdfObject => value ?? null

/** Data as files have them: runs, repeated pieces and noise. */
const data = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.tuple(fc.nat(255), fc.nat(400)).map(([byte, count]) => new Uint8Array(count).fill(byte)),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.nat(40)).map(([piece, count]) => repeat(piece, count)),
    ),
    { maxLength: 20 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])))

function repeat(piece: Uint8Array, count: number): Uint8Array {
  const out = new Uint8Array(piece.length * count)
  for (let i = 0; i < count; i++) out.set(piece, i * piece.length)
  return out
}

describe('inflate', () => {
  test('gives what zlib was given, at every level and strategy', () => {
    const strategy = fc.integer({ min: 0, max: 4 })
    fc.assert(
      fc.property(data, fc.integer({ min: 0, max: 9 }), strategy, (bytes, level, kind) => {
        const packed = deflateSync(bytes, { level, strategy: kind })
        const result = inflate(packed, NO_LIMIT)
        expect(result).toMatchObject({ end: 'complete', used: packed.length, checksum: true })
        expect(Buffer.from(result.bytes).equals(bytes)).toBe(true)
      }),
      { seed: 20260110, numRuns: 400 },
    )
  })

  test('agrees with zlib on damaged data: never more, and complete only where zlib is', () => {
    fc.assert(
      fc.property(data, fc.nat(), fc.nat(255), (bytes, at, byte) => {
        const packed = Uint8Array.from(deflateSync(bytes))
        packed[at % packed.length] = byte
        const result = inflate(packed, NO_LIMIT)
        expect(result.bytes.length).toBeLessThanOrEqual(NO_LIMIT)
        let theirs: Uint8Array | undefined
        try {
          theirs = inflateSync(packed)
        } catch {
          theirs = undefined
        }
        expect(result.end === 'complete' && result.checksum).toBe(theirs !== undefined)
        if (theirs !== undefined) expect(Buffer.from(result.bytes).equals(theirs)).toBe(true)
      }),
      { seed: 20260111, numRuns: 1500 },
    )
  })

  test('says truncated for every shorter prefix, and gives the beginning', () => {
    const bytes = repeat(ascii('inspection report '), 40)
    const packed = deflateSync(bytes)
    for (let length = 0; length < packed.length - 4; length++) {
      const result = inflate(packed.subarray(0, length), NO_LIMIT)
      expect(result.end).toBe('truncated')
      expect(Buffer.from(bytes.subarray(0, result.bytes.length)).equals(result.bytes)).toBe(true)
    }
    expect(inflate(packed.subarray(0, packed.length - 1), NO_LIMIT)).toMatchObject({ end: 'complete', checksum: false })
  })

  test('leaves bytes behind the data alone', () => {
    const packed = Buffer.concat([deflateSync(Buffer.from('abc')), Buffer.from('\r\nmore')])
    expect(text(inflate(packed, NO_LIMIT).bytes)).toBe('abc')
  })

  test('refuses what is no zlib data', () => {
    expect(inflate(deflateRawSync(Buffer.from('abc')), NO_LIMIT).end).toBe('damaged')
    expect(inflate(ascii('hello world'), NO_LIMIT).end).toBe('damaged')
  })

  test('never gives more than the limit (L-09)', () => {
    const packed = deflateSync(new Uint8Array(1_000_000))
    for (const limit of [0, 1, 999, 999_999]) {
      const result = inflate(packed, limit)
      expect(result.end).toBe('limit')
      expect(result.bytes.length).toBeLessThanOrEqual(limit)
    }
    expect(inflate(packed, 1_000_000).end).toBe('complete')
  })
})

describe('ASCII filters', () => {
  test('ASCIIHexDecode', () => {
    expect(text(decodeAsciiHex(ascii('48 65\n6C6c 6F>rest')).bytes)).toBe('Hello')
    expect([...decodeAsciiHex(ascii('487>')).bytes]).toEqual([0x48, 0x70])
    expect(decodeAsciiHex(ascii('48')).clean).toBe(false)
    expect(decodeAsciiHex(ascii('4x>')).clean).toBe(false)
  })

  test('ASCII85Decode', () => {
    expect(text(decodeAscii85(ascii('87cURD]i,"Ebo80~>')).bytes)).toBe('Hello World!')
    expect([...decodeAscii85(ascii('z~>')).bytes]).toEqual([0, 0, 0, 0])
    expect(text(decodeAscii85(ascii('<~87cUR\nDZ~>')).bytes)).toBe('Hello')
    expect(decodeAscii85(ascii('87cUR')).clean).toBe(false)
    expect(decodeAscii85(ascii('u~>')).clean).toBe(false)
    expect(decodeAscii85(ascii('uuuuu~>')).clean).toBe(false)
  })

  test('ASCII85Decode gives what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const result = decodeAscii85(ascii(`${encodeAscii85(bytes)}~>`))
        expect(result.clean).toBe(true)
        expect([...result.bytes]).toEqual([...bytes])
      }),
      { seed: 20260112, numRuns: 500 },
    )
  })
})

function encodeAscii85(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 4) {
    const group = [0, 1, 2, 3].map((k) => bytes[i + k] ?? 0)
    let value = group.reduce((sum, byte) => sum * 256 + byte, 0)
    const count = Math.min(4, bytes.length - i)
    if (value === 0 && count === 4) {
      out += 'z'
      continue
    }
    const chars: string[] = []
    for (let k = 0; k < 5; k++) {
      chars.unshift(String.fromCharCode(0x21 + (value % 85)))
      value = Math.floor(value / 85)
    }
    out += chars.slice(0, count + 1).join('')
  }
  return out
}

test('RunLengthDecode', () => {
  const decode = (bytes: number[], limit = NO_LIMIT): string => {
    const result = decodeRunLength(Uint8Array.from(bytes), limit)
    return `${text(result.bytes)} ${result.end}`
  }
  expect(decode([2, 97, 98, 99, 254, 100, 128, 7])).toBe('abcddd complete')
  expect(decode([2, 97, 98])).toBe('ab truncated')
  expect(decode([200])).toBe(' truncated')
  expect(decode([129, 97, 128], 100)).toBe(' limit')
})

describe('LZWDecode', () => {
  /** The example of ISO 32000-2, 7.4.4.2. */
  test('the example of the standard', () => {
    const packed = Uint8Array.of(0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01)
    const result = decodeLzw(packed, 1, NO_LIMIT)
    expect([...result.bytes]).toEqual([45, 45, 45, 45, 45, 65, 45, 45, 45, 66])
    expect(result.end).toBe('complete')
  })

  test.each([0, 1])('gives what was encoded (EarlyChange %i)', (early) => {
    fc.assert(
      fc.property(data, (bytes) => {
        const result = decodeLzw(encodeLzw(bytes, early), early, NO_LIMIT)
        expect(result.end).toBe('complete')
        expect(Buffer.from(result.bytes).equals(bytes)).toBe(true)
      }),
      { seed: 20260113, numRuns: 150 },
    )
    const long = repeat(
      Uint8Array.from({ length: 251 }, (_, i) => (i * i) & 255),
      200,
    )
    expect(Buffer.from(decodeLzw(encodeLzw(long, early), early, NO_LIMIT).bytes).equals(long)).toBe(true)
  })

  test('is bounded and never trusts a code', () => {
    expect(decodeLzw(encodeLzw(new Uint8Array(100_000), 1), 1, 5000)).toMatchObject({ end: 'limit' })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(decodeLzw(bytes, 1, 100_000).bytes.length).toBeLessThanOrEqual(100_000)
      }),
      { seed: 20260114, numRuns: 500 },
    )
  })
})

function encodeLzw(bytes: Uint8Array, early: number): Uint8Array {
  const out: number[] = []
  let hold = 0
  let held = 0
  let width = 9
  const put = (code: number): void => {
    hold = ((hold << width) | code) & 0xffffff
    held += width
    while (held >= 8) {
      held -= 8
      out.push((hold >> held) & 255)
    }
  }
  let table = new Map<string, number>()
  let next = 258
  put(256)
  let run = ''
  const codeOf = (piece: string): number => (piece.length === 1 ? piece.charCodeAt(0) : table.get(piece)!)
  for (const byte of bytes) {
    const longer = run + String.fromCharCode(byte)
    if (longer.length === 1 || table.has(longer)) {
      run = longer
      continue
    }
    put(codeOf(run))
    table.set(longer, next++)
    if (next + early > 1 << width) width++
    if (next >= 4094) {
      put(256)
      table = new Map()
      next = 258
      width = 9
    }
    run = String.fromCharCode(byte)
  }
  if (run !== '') {
    put(codeOf(run))
    next++
    if (next + early > 1 << width && width < 12) width++
  }
  put(257)
  if (held > 0) out.push((hold << (8 - held)) & 255)
  return Uint8Array.from(out)
}

describe('predictors', () => {
  const parameters = fc.record({
    colors: fc.integer({ min: 1, max: 4 }),
    bitsPerComponent: fc.constantFrom(1, 2, 4, 8, 16),
    columns: fc.integer({ min: 1, max: 20 }),
  })

  test('PNG predictors are undone, row by row', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        parameters,
        fc.array(fc.nat(4), { minLength: 1 }),
        (bytes, own, tags) => {
          const rowBytes = Math.ceil((own.colors * own.bitsPerComponent * own.columns) / 8)
          const pixelBytes = Math.max(1, (own.colors * own.bitsPerComponent) >> 3)
          const encoded = applyPng(bytes, rowBytes, pixelBytes, tags)
          expect([...(undoPredictor(encoded, { predictor: 15, ...own }) ?? [])]).toEqual([...bytes])
        },
      ),
      { seed: 20260115, numRuns: 300 },
    )
  })

  test('TIFF predictor with 8 and 16 bits', () => {
    const eight = { predictor: 2, colors: 3, bitsPerComponent: 8, columns: 2 }
    expect([...undoPredictor(Uint8Array.of(1, 2, 3, 1, 1, 255), eight)!]).toEqual([1, 2, 3, 2, 3, 2])
    const sixteen = { predictor: 2, colors: 1, bitsPerComponent: 16, columns: 2 }
    expect([...undoPredictor(Uint8Array.of(0, 255, 0, 1), sixteen)!]).toEqual([0, 255, 1, 0])
    const four = { predictor: 2, colors: 1, bitsPerComponent: 4, columns: 4 }
    expect([...undoPredictor(Uint8Array.of(0x1f, 0x11), four)!]).toEqual([0x10, 0x12])
  })

  test.each([
    { predictor: 3, colors: 1, bitsPerComponent: 8, columns: 1 },
    { predictor: 12, colors: 0, bitsPerComponent: 8, columns: 1 },
    { predictor: 12, colors: 1, bitsPerComponent: 7, columns: 1 },
    { predictor: 12, colors: 1, bitsPerComponent: 8, columns: 0 },
    { predictor: 12, colors: 1, bitsPerComponent: 8, columns: 1e9 },
  ])('%j makes no sense (L-10)', (own) => {
    expect(undoPredictor(new Uint8Array(10), own)).toBeUndefined()
  })

  test('a row with an unknown tag makes no sense', () => {
    const own = { predictor: 12, colors: 1, bitsPerComponent: 8, columns: 2 }
    expect(undoPredictor(Uint8Array.of(5, 1, 2), own)).toBeUndefined()
  })
})

function applyPng(bytes: Uint8Array, rowBytes: number, pixelBytes: number, tags: readonly number[]): Uint8Array {
  const out: number[] = []
  for (let row = 0; row * rowBytes < bytes.length; row++) {
    const tag = tags[row % tags.length]!
    out.push(tag)
    for (let i = 0; i < rowBytes && row * rowBytes + i < bytes.length; i++) {
      const at = row * rowBytes + i
      const left = i >= pixelBytes ? bytes[at - pixelBytes]! : 0
      const up = row > 0 ? bytes[at - rowBytes]! : 0
      const corner = row > 0 && i >= pixelBytes ? bytes[at - rowBytes - pixelBytes]! : 0
      out.push((bytes[at]! - [0, left, up, (left + up) >> 1, paeth(left, up, corner)][tag]!) & 255)
    }
  }
  return Uint8Array.from(out)
}

function paeth(left: number, up: number, corner: number): number {
  const near = (value: number): number => Math.abs(left + up - corner - value)
  if (near(left) <= near(up) && near(left) <= near(corner)) return left
  return near(up) <= near(corner) ? up : corner
}

describe('filter chains', () => {
  const decode = (raw: Uint8Array, dict: PdfDict, limits: Partial<Limits> = {}): Uint8Array => {
    const all = { ...DEFAULT_LIMITS, ...limits }
    return decodeFilters(raw, filterSteps(dict, direct, all.filters), direct, new InflateBudget(all)).bytes
  }
  const name = (value: string): PdfName => new PdfName(value)

  test('are undone in order, each with its parameters', () => {
    const predicted = applyPng(ascii('hello world!'), 4, 1, [2])
    const raw = ascii(`${Buffer.from(deflateSync(predicted)).toString('hex')}>`)
    const dict = dictOf({
      Filter: new PdfArray([name('ASCIIHexDecode'), name('FlateDecode')]),
      DecodeParms: new PdfArray([null, dictOf({ Predictor: 12, Columns: 4 })]),
    })
    expect(text(decode(raw, dict))).toBe('hello world!')
  })

  test('are bounded in number, size, ratio and total (L-09, L-10)', () => {
    const flate = name('FlateDecode')
    const code = (limit: string): object => expect.objectContaining({ code: limit }) as object
    const five = dictOf({ Filter: new PdfArray([flate, flate, flate, flate, flate]) })
    expect(() => decode(new Uint8Array(0), five)).toThrow(code('LIMIT_FILTERS'))
    const bomb = deflateSync(new Uint8Array(8 << 20), { level: 9 })
    const one = dictOf({ Filter: flate })
    expect(() => decode(bomb, one, { inflateOne: 1000 })).toThrow(code('LIMIT_INFLATE_ONE'))
    expect(() => decode(bomb, one)).toThrow(code('LIMIT_INFLATE_RATIO'))
    expect(() => decode(bomb, one, { inflateTotal: 2000 })).toThrow(code('LIMIT_INFLATE_TOTAL'))
    const twice = deflateSync(bomb, { level: 9 })
    expect(() => decode(twice, dictOf({ Filter: new PdfArray([flate, flate]) }))).toThrow(
      /times its size|together|bytes/,
    )
  })

  test('a filter that is not decoded here says so', () => {
    const dict = dictOf({ Filter: name('DCTDecode') })
    expect(() => decode(new Uint8Array(1), dict)).toThrow(expect.objectContaining({ code: 'PDF_UNSUPPORTED' }))
    expect(() => decode(new Uint8Array(1), dictOf({ Filter: 5 }))).toThrow(
      expect.objectContaining({ code: 'PDF_DAMAGED' }),
    )
  })
})
