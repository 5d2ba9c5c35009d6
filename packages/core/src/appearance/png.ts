import { CountersignError, LimitError } from '../error.ts'
import { inflate } from '../pdf/filters/inflate.ts'
import { undoPredictor } from '../pdf/filters/predictor.ts'

/** Pixels of a PNG: colour samples of 8 bits, and alpha where the picture is not opaque throughout. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** 1 gray, 3 RGB. */
  readonly components: 1 | 3
  readonly samples: Uint8Array
  readonly alpha: Uint8Array | undefined
  /** Pixels per metre, where the file says so. */
  readonly resolution: number | undefined
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const MAX_PIXELS = 16_000_000

interface Header {
  readonly width: number
  readonly height: number
  readonly depth: number
  readonly colour: number
}

interface Chunks {
  readonly header: Header
  readonly data: Uint8Array
  readonly palette: Uint8Array | undefined
  readonly transparency: Uint8Array | undefined
  readonly resolution: number | undefined
}

function damaged(what: string): CountersignError {
  return new CountersignError('ARGUMENT_INVALID', `the PNG picture ${what}`)
}

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte)
}

function readHeader(view: DataView): Header {
  const [width, height] = [view.getUint32(0), view.getUint32(4)]
  if (width === 0 || height === 0) throw damaged('is empty')
  if (width * height > MAX_PIXELS) throw new LimitError('APPEARANCE', `the picture has more than ${MAX_PIXELS} pixels`)
  if (view.getUint8(12) !== 0) throw damaged('is interlaced, which is not supported')
  return { width, height, depth: view.getUint8(8), colour: view.getUint8(9) }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function readChunks(bytes: Uint8Array): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = new Map<string, Uint8Array>()
  const data: Uint8Array[] = []
  for (let at = SIGNATURE.length; at + 12 <= bytes.length;) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const content = bytes.subarray(at + 8, at + 8 + length)
    if (content.length !== length) throw damaged('is cut off')
    if (type === 'IDAT') data.push(content)
    else found.set(type, content)
    at += 12 + length
  }
  const header = found.get('IHDR')
  if (header === undefined || header.length < 13 || data.length === 0) throw damaged('is incomplete')
  const physical = found.get('pHYs')
  const dots = physical === undefined || physical.length < 9 || physical[8] !== 1 ? undefined : physical
  return {
    header: readHeader(new DataView(header.buffer, header.byteOffset, header.byteLength)),
    data: joined(data),
    palette: found.get('PLTE'),
    transparency: found.get('tRNS'),
    resolution: dots === undefined ? undefined : new DataView(dots.buffer, dots.byteOffset).getUint32(0),
  }
}

/** Channels by colour type (PNG 11.2.2). */
const CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
])

/** Samples one per byte, row by row; palette indexes stay indexes, others are scaled to 8 bits. */
function unpack({ header, data }: Chunks, channels: number): Uint8Array {
  const { width, height, depth, colour } = header
  const rowBytes = Math.ceil((width * channels * depth) / 8)
  const { bytes, end } = inflate(data, (rowBytes + 1) * height)
  if (end === 'damaged' || bytes.length < (rowBytes + 1) * height) throw damaged('has damaged data')
  const rows = undoPredictor(bytes, { predictor: 15, colors: channels, bitsPerComponent: depth, columns: width })
  if (rows === undefined) throw damaged('has damaged data')
  if (depth === 8) return rows
  const samples = new Uint8Array(width * channels * height)
  const scale = colour === 3 || depth > 8 ? 1 : 255 / (2 ** depth - 1)
  for (let row = 0, to = 0; row < height; row++)
    for (let i = 0; i < width * channels; i++, to++)
      samples[to] = depth === 16 ? rows[row * rowBytes + 2 * i]! : bitsAt(rows, row * rowBytes, i, depth) * scale
  return samples
}

function bitsAt(rows: Uint8Array, start: number, index: number, depth: number): number {
  const bit = index * depth
  return (rows[start + (bit >> 3)]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1)
}

function splitAlpha(samples: Uint8Array, colours: 1 | 3): { samples: Uint8Array; alpha: Uint8Array } {
  const pixels = samples.length / (colours + 1)
  const out = new Uint8Array(pixels * colours)
  const alpha = new Uint8Array(pixels)
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < colours; c++) out[i * colours + c] = samples[i * (colours + 1) + c]!
    alpha[i] = samples[i * (colours + 1) + colours]!
  }
  return { samples: out, alpha }
}

function fromPalette(
  indexes: Uint8Array,
  { palette, transparency }: Chunks,
): { samples: Uint8Array; alpha: Uint8Array } {
  if (palette === undefined) throw damaged('has no palette')
  const samples = new Uint8Array(indexes.length * 3)
  const alpha = new Uint8Array(indexes.length).fill(255)
  indexes.forEach((index, i) => {
    samples.set(palette.subarray(index * 3, index * 3 + 3), i * 3)
    if (transparency !== undefined && index < transparency.length) alpha[i] = transparency[index]!
  })
  return { samples, alpha }
}

/** tRNS of gray and RGB pictures: one colour is transparent. */
function keyedAlpha(samples: Uint8Array, colours: 1 | 3, chunks: Chunks): Uint8Array | undefined {
  const { transparency, header } = chunks
  if (transparency === undefined || transparency.length < colours * 2 || header.depth !== 8) return undefined
  const alpha = new Uint8Array(samples.length / colours).fill(255)
  for (let i = 0; i < alpha.length; i++) {
    let same = true
    for (let c = 0; c < colours; c++) same &&= samples[i * colours + c] === transparency[2 * c + 1]
    if (same) alpha[i] = 0
  }
  return alpha
}

/** Reads a PNG. Throws ARGUMENT_INVALID, LIMIT_APPEARANCE. */
export function parsePng(bytes: Uint8Array): Picture {
  const chunks = readChunks(bytes)
  const { header, resolution } = chunks
  const channels = CHANNELS.get(header.colour)
  if (channels === undefined || ![1, 2, 4, 8, 16].includes(header.depth)) throw damaged('has an unknown colour type')
  const unpacked = unpack(chunks, channels)
  const components = header.colour === 0 || header.colour === 4 ? 1 : 3
  const split =
    header.colour === 3
      ? fromPalette(unpacked, chunks)
      : header.colour >= 4
        ? splitAlpha(unpacked, components)
        : { samples: unpacked, alpha: keyedAlpha(unpacked, components, chunks) }
  const opaque = split.alpha === undefined || split.alpha.every((value) => value === 255)
  const { width, height } = header
  return { width, height, components, samples: split.samples, alpha: opaque ? undefined : split.alpha, resolution }
}
