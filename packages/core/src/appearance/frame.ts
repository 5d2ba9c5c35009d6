import type { Size } from '../pdf/anchors.ts'
import type { ArchiveClaim } from '../pdf/archive-claim.ts'
import { PdfArray, PdfDict, PdfName, PdfReal, PdfStream } from '../pdf/objects.ts'
import type { PdfObject } from '../pdf/objects.ts'
import { encodeNumber } from '../pdf/serialize.ts'
import type { WidgetPlace } from '../pdf/signature-field.ts'
import { deflate } from './deflate.ts'
import type { ProfiledSpace } from './icc.ts'

/** The upright box that a drawing is fitted into, and the document's rules for what may stand in it. */
export interface Frame {
  readonly width: number
  readonly height: number
  /** Turns the form against the page's rotation (V10). */
  readonly matrix: PdfArray | undefined
  /** What the document claims to conform to. */
  readonly archive: ArchiveClaim | undefined
  /** Device colour spaces that the document's rules demand a meaning for and its output intent does not give one. */
  readonly unexplained: ReadonlySet<ProfiledSpace>
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

/** V11: device colours need an output intent of their kind; gray is served by any (ISO 19005-1 6.2.3.3). */
function unexplained(archive: ArchiveClaim | undefined): ReadonlySet<ProfiledSpace> {
  if (archive === undefined || archive.intent === 'RGB') return new Set()
  return new Set(archive.intent === undefined ? ['RGB', 'GRAY'] : ['RGB'])
}

/** The frame of a widget; a page turned by 90 or 270 degrees shows its rectangle with width and height swapped. */
export function frameOf(place: WidgetPlace, archive: ArchiveClaim | undefined): Frame {
  const turned = place.rotate === 90 || place.rotate === 270
  const size = turned ? { width: place.height, height: place.width } : { width: place.width, height: place.height }
  return { ...size, matrix: counterRotation(place.rotate, size), archive, unexplained: unexplained(archive) }
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
