import { CountersignError, LimitError } from '../error.ts'
import { inflate } from '../pdf/filters/inflate.ts'
import { undoPredictor } from '../pdf/filters/predictor.ts'
import { joined } from './deflate.ts'

/** Pixels of a PNG: colour samples of 8 bits, and alpha where the picture is not opaque throughout. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** 1 gray, 3 RGB. */
  readonly components: 1 | 3
  readonly samples: Uint8Array
  readonly alpha: Uint8Array | undefined
  /** Pixels per metre across and down, where the file says so. */
  readonly resolution: Resolution | undefined
}

type Resolution = readonly [across: number, down: number]

const POINTS_PER_METRE = 72 / 0.0254
/** Where a picture does not tell: pixels of CSS, 96 to the inch. */
const DEFAULT_RESOLUTION = 96 / 0.0254

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const MAX_PIXELS = 16_000_000

interface Header {
  readonly width: number
  readonly height: number
  readonly depth: number
  readonly colour: number
  readonly interlaced: boolean
}

interface Chunks {
  readonly header: Header
  readonly data: Uint8Array
  readonly palette: Uint8Array | undefined
  readonly transparency: Uint8Array | undefined
  readonly resolution: Resolution | undefined
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
  if (view.getUint8(12) > 1) throw damaged('is interlaced in an unknown way')
  return { width, height, depth: view.getUint8(8), colour: view.getUint8(9), interlaced: view.getUint8(12) === 1 }
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
  return {
    header: readHeader(new DataView(header.buffer, header.byteOffset, header.byteLength)),
    data: joined(data),
    palette: found.get('PLTE'),
    transparency: found.get('tRNS'),
    resolution: readResolution(found.get('pHYs')),
  }
}

/** pHYs in pixels per metre (PNG 11.3.4.3). */
function readResolution(chunk: Uint8Array | undefined): Resolution | undefined {
  if (chunk === undefined || chunk.length < 9 || chunk[8] !== 1) return undefined
  const view = new DataView(chunk.buffer, chunk.byteOffset)
  const [across, down] = [view.getUint32(0), view.getUint32(4)]
  return across > 0 && down > 0 ? [across, down] : undefined
}

/** True size in points (V1). */
export function sizeOfPicture({ width, height, resolution }: Pick<Picture, 'width' | 'height' | 'resolution'>): {
  readonly width: number
  readonly height: number
} {
  const [across, down] = resolution ?? [DEFAULT_RESOLUTION, DEFAULT_RESOLUTION]
  return { width: (width * POINTS_PER_METRE) / across, height: (height * POINTS_PER_METRE) / down }
}

/** True size in points of a PNG file; its pixels are not read. Throws ARGUMENT_INVALID, LIMIT_APPEARANCE. */
export function pngSize(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  const { header, resolution } = readChunks(bytes)
  return sizeOfPicture({ ...header, resolution })
}

/** Channels by colour type (PNG 11.2.2). */
const CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
])

/** One image of the seven of an interlaced file, or the whole: start and step of its columns and rows (PNG 8.2). */
type Pass = readonly [x: number, y: number, dx: number, dy: number]
const WHOLE: readonly Pass[] = [[0, 0, 1, 1]]
const ADAM7: readonly Pass[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
]

interface Layout {
  readonly pass: Pass
  readonly columns: number
  readonly rows: number
  readonly rowBytes: number
}

function layouts({ width, height, depth, interlaced }: Header, channels: number): readonly Layout[] {
  return (interlaced ? ADAM7 : WHOLE)
    .map((pass) => {
      const columns = Math.max(0, Math.ceil((width - pass[0]) / pass[2]))
      const rows = Math.max(0, Math.ceil((height - pass[1]) / pass[3]))
      return { pass, columns, rows, rowBytes: Math.ceil((columns * channels * depth) / 8) }
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
}

/** Samples one per byte, row by row; palette indexes stay indexes, others are scaled to 8 bits. */
function unpack({ header, data }: Chunks, channels: number): Uint8Array {
  const passes = layouts(header, channels)
  const length = passes.reduce((sum, { rows, rowBytes }) => sum + (rowBytes + 1) * rows, 0)
  const { bytes, end } = inflate(data, length)
  if (end === 'damaged' || bytes.length < length) throw damaged('has damaged data')
  const samples = new Uint8Array(header.width * channels * header.height)
  let at = 0
  for (const layout of passes) {
    const size = (layout.rowBytes + 1) * layout.rows
    const parameters = { colors: channels, bitsPerComponent: header.depth, columns: layout.columns }
    const rows = undoPredictor(bytes.subarray(at, at + size), { predictor: 15, ...parameters })
    if (rows === undefined) throw damaged('has damaged data')
    spread(rows, layout, header, { samples, channels })
    at += size
  }
  return samples
}

/** Puts the samples of one pass where they stand in the picture. */
function spread(
  rows: Uint8Array,
  { pass: [x0, y0, dx, dy], columns, rows: count, rowBytes }: Layout,
  { width, depth, colour }: Header,
  { samples, channels }: { readonly samples: Uint8Array; readonly channels: number },
): void {
  const scale = colour === 3 || depth > 8 ? 1 : 255 / (2 ** depth - 1)
  for (let row = 0; row < count; row++)
    for (let i = 0; i < columns * channels; i++) {
      const column = Math.floor(i / channels)
      const to = ((y0 + row * dy) * width + x0 + column * dx) * channels + (i % channels)
      if (depth === 8) samples[to] = rows[row * rowBytes + i]!
      else if (depth === 16) samples[to] = rows[row * rowBytes + 2 * i]!
      else samples[to] = bitsAt(rows, row * rowBytes, i, depth) * scale
    }
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

/** tRNS of gray and RGB pictures: one colour, given in the file's own depth, is transparent. */
function keyedAlpha(samples: Uint8Array, colours: 1 | 3, chunks: Chunks): Uint8Array | undefined {
  const { transparency, header } = chunks
  if (transparency === undefined || transparency.length < colours * 2) return undefined
  const scale = header.depth < 8 ? 255 / (2 ** header.depth - 1) : 1
  const byte = header.depth === 16 ? 0 : 1
  const key = Array.from({ length: colours }, (_, c) => transparency[2 * c + byte]! * scale)
  const alpha = new Uint8Array(samples.length / colours).fill(255)
  for (let i = 0; i < alpha.length; i++) if (key.every((value, c) => samples[i * colours + c] === value)) alpha[i] = 0
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
