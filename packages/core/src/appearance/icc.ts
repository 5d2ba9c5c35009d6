import { PdfArray, PdfDict, PdfName, PdfStream } from '../pdf/objects.ts'
import type { PdfObject } from '../pdf/objects.ts'
import type { Update } from '../pdf/update.ts'
import { deflate } from './deflate.ts'

/** Device colour spaces that get a meaning of their own where the output intent gives none. */
export type ProfiledSpace = 'RGB' | 'GRAY'

type Xyz = readonly [number, number, number]

// sRGB (IEC 61966-2-1) adapted to D50, the white of ICC profiles.
const D50: Xyz = [0.9642, 1, 0.8249]
const PRIMARIES: Readonly<Record<string, Xyz>> = {
  rXYZ: [0.43607, 0.22249, 0.01392],
  gXYZ: [0.38515, 0.71687, 0.09708],
  bXYZ: [0.14307, 0.06061, 0.7141],
}
const HEADER_BYTES = 128
const CURVE_POINTS = 256

class BigEndian {
  readonly bytes: Uint8Array
  private readonly view: DataView

  constructor(length: number) {
    this.bytes = new Uint8Array(length)
    this.view = new DataView(this.bytes.buffer)
  }

  u16(at: number, value: number): this {
    this.view.setUint16(at, value)
    return this
  }

  u32(at: number, value: number): this {
    this.view.setUint32(at, value)
    return this
  }

  text(at: number, value: string): this {
    for (let i = 0; i < value.length; i++) this.bytes[at + i] = value.charCodeAt(i)
    return this
  }

  /** s15Fixed16Number, three of them (ICC.1 4.2). */
  xyz(at: number, value: Xyz): this {
    for (const [i, part] of value.entries()) this.view.setInt32(at + 4 * i, Math.round(part * 65536))
    return this
  }
}

function xyzTag(value: Xyz): Uint8Array {
  return new BigEndian(20).text(0, 'XYZ ').xyz(8, value).bytes
}

/** The curve of sRGB as a table (ICC.1:2001-04 6.5.3). */
function curveTag(): Uint8Array {
  const tag = new BigEndian(12 + 2 * CURVE_POINTS).text(0, 'curv').u32(8, CURVE_POINTS)
  for (let i = 0; i < CURVE_POINTS; i++) {
    const value = i / (CURVE_POINTS - 1)
    const linear = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    tag.u16(12 + 2 * i, Math.round(linear * 65535))
  }
  return tag.bytes
}

/** textDescriptionType: ASCII, then empty Unicode and ScriptCode parts. */
function descriptionTag(text: string): Uint8Array {
  return new BigEndian(12 + text.length + 1 + 8 + 3 + 67)
    .text(0, 'desc')
    .u32(8, text.length + 1)
    .text(12, text).bytes
}

function textTag(text: string): Uint8Array {
  return new BigEndian(8 + text.length + 1).text(0, 'text').text(8, text).bytes
}

function header(out: BigEndian, space: ProfiledSpace): void {
  out.u32(0, out.bytes.length).u32(8, 0x02100000).text(12, 'mntr').text(16, space.padEnd(4)).text(20, 'XYZ ')
  // 1 January 2000: a profile that never changes.
  out.u16(24, 2000).u16(26, 1).u16(28, 1).text(36, 'acsp').xyz(68, D50)
}

/** An ICC profile, version 2.1, of sRGB or of gray with the curve of sRGB: about a kilobyte, made here and not copied from anywhere. */
export function iccProfile(space: ProfiledSpace): Uint8Array {
  const curve = curveTag()
  const tags: readonly (readonly [string, Uint8Array])[] = [
    ['desc', descriptionTag(space === 'RGB' ? 'sRGB' : 'Gray, sRGB curve')],
    ['cprt', textTag('Public domain')],
    ['wtpt', xyzTag(D50)],
    ...(space === 'RGB' ? Object.entries(PRIMARIES).map(([name, value]) => [name, xyzTag(value)] as const) : []),
    ...(space === 'RGB' ? ['rTRC', 'gTRC', 'bTRC'] : ['kTRC']).map((name) => [name, curve] as const),
  ]
  const places = new Map<Uint8Array, number>()
  let length = HEADER_BYTES + 4 + 12 * tags.length
  for (const [, data] of tags)
    if (!places.has(data)) {
      places.set(data, length)
      length += Math.ceil(data.length / 4) * 4
    }
  const out = new BigEndian(length)
  header(out, space)
  out.u32(HEADER_BYTES, tags.length)
  for (const [i, [name, data]] of tags.entries()) {
    const entry = HEADER_BYTES + 4 + 12 * i
    const at = places.get(data) ?? 0
    out
      .text(entry, name)
      .u32(entry + 4, at)
      .u32(entry + 8, data.length)
    out.bytes.set(data, at)
  }
  return out.bytes
}

/** V11: a colour space by a profile, written into the update. */
export async function profiledSpace(update: Update, space: ProfiledSpace): Promise<PdfArray> {
  const dict = new PdfDict(
    new Map<string, PdfObject>([
      ['N', space === 'RGB' ? 3 : 1],
      ['Filter', new PdfName('FlateDecode')],
    ]),
  )
  const profile = update.create(new PdfStream(dict, await deflate(iccProfile(space))))
  return new PdfArray([new PdfName('ICCBased'), profile])
}
