import type { Size } from '../pdf/anchors.ts'
import type { ArchiveClaim } from '../pdf/archive-claim.ts'
import { PdfArray, PdfDict, PdfName, PdfReal, PdfStream } from '../pdf/objects.ts'
import type { PdfObject } from '../pdf/objects.ts'
import { encodeNumber } from '../pdf/serialize.ts'
import type { WidgetPlace } from '../pdf/signature-field.ts'
import { deflate } from './deflate.ts'

/** The upright box that a drawing is fitted into, and the document's rules for what may stand in it. */
export interface Frame {
  readonly width: number
  readonly height: number
  /** Turns the form against the page's rotation (V10). */
  readonly matrix: PdfArray | undefined
  /** What the document claims to conform to. */
  readonly archive: ArchiveClaim | undefined
  /** Default colour spaces that the document's output intent does not give a meaning. */
  readonly colours: ReadonlyMap<string, PdfObject>
}

function realNumber(value: number): PdfObject {
  return Number.isInteger(value) ? value : new PdfReal(value, encodeNumber(value))
}

export function numbers(...values: readonly number[]): PdfArray {
  return new PdfArray(values.map(realNumber))
}

/** A number in content: five decimals, no exponent, no trailing zeros. */
export function numberText(value: number): string {
  const text = value.toFixed(5)
  const cut = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return cut === '-0' ? '0' : cut
}

/** V10: so that the form stands upright for the reader. */
function counterRotation(rotate: WidgetPlace['rotate'], { width, height }: Size): PdfArray | undefined {
  if (rotate === 90) return numbers(0, 1, -1, 0, height, 0)
  if (rotate === 180) return numbers(-1, 0, 0, -1, width, height)
  return rotate === 270 ? numbers(0, -1, 1, 0, 0, width) : undefined
}

// sRGB by its primaries and a gamma near its curve (IEC 61966-2-1); device-independent without a profile of its own (8.6.5).
const WHITE = [0.9505, 1, 1.089]
const CAL_RGB = new PdfArray([
  new PdfName('CalRGB'),
  new PdfDict(
    new Map<string, PdfObject>([
      ['WhitePoint', numbers(...WHITE)],
      ['Gamma', numbers(2.2, 2.2, 2.2)],
      ['Matrix', numbers(0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.7222, 0.9505)],
    ]),
  ),
])
const CAL_GRAY = new PdfArray([
  new PdfName('CalGray'),
  new PdfDict(
    new Map<string, PdfObject>([
      ['WhitePoint', numbers(...WHITE)],
      ['Gamma', new PdfReal(2.2, '2.2')],
    ]),
  ),
])

/** V11: device colours need an output intent of their kind; gray is served by any (ISO 19005-1 6.2.3.3). */
function calibrated(archive: ArchiveClaim | undefined): ReadonlyMap<string, PdfObject> {
  if (archive === undefined || archive.intent === 'RGB') return new Map()
  const gray: [string, PdfObject][] = archive.intent === undefined ? [['DefaultGray', CAL_GRAY]] : []
  return new Map<string, PdfObject>([['DefaultRGB', CAL_RGB], ...gray])
}

/** The frame of a widget; a page turned by 90 or 270 degrees shows its rectangle with width and height swapped. */
export function frameOf(place: WidgetPlace, archive: ArchiveClaim | undefined): Frame {
  const turned = place.rotate === 90 || place.rotate === 270
  const size = turned ? { width: place.height, height: place.width } : { width: place.width, height: place.height }
  return { ...size, matrix: counterRotation(place.rotate, size), archive, colours: calibrated(archive) }
}

/** V1: as large as fits, never stretched, in the middle. */
export function boxInFrame(drawing: Size, frame: Size): { scale: number; left: number; bottom: number } {
  const scale = Math.min(frame.width / drawing.width, frame.height / drawing.height)
  return {
    scale,
    left: (frame.width - drawing.width * scale) / 2,
    bottom: (frame.height - drawing.height * scale) / 2,
  }
}

/** V9: the one form XObject of the widget, with resources of its own. */
export async function formStream(
  frame: Frame,
  resources: PdfDict,
  content: Uint8Array,
  more: readonly (readonly [string, PdfObject])[] = [],
): Promise<PdfStream> {
  const dict = new Map<string, PdfObject>([
    ['Type', new PdfName('XObject')],
    ['Subtype', new PdfName('Form')],
    ['BBox', numbers(0, 0, frame.width, frame.height)],
    ...(frame.matrix === undefined ? [] : ([['Matrix', frame.matrix]] as const)),
    ['Resources', resources],
    ...more,
    ['Filter', new PdfName('FlateDecode')],
  ])
  return new PdfStream(new PdfDict(dict), await deflate(content))
}
