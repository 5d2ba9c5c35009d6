import { CountersignError, LimitError } from '../error.ts'
import { PdfDict, PdfName, PdfStream } from '../pdf/objects.ts'
import type { PdfObject, PdfRef } from '../pdf/objects.ts'
import type { WidgetPlace } from '../pdf/signature-field.ts'
import type { Update } from '../pdf/update.ts'
import { importPage, numbers } from './import-page.ts'
import type { ImportedForm } from './import-page.ts'
import { isPng, parsePng } from './png.ts'
import type { Picture } from './png.ts'

const POINTS_PER_METRE = 72 / 0.0254
/** Where a picture does not tell: pixels of CSS, 96 to the inch. */
const DEFAULT_RESOLUTION = 96 / 0.0254

/** Flate by the runtime's own compressor, which Node and browsers share. */
async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new CompressionStream('deflate')
  const writer = stream.writable.getWriter()
  const written = writer.write(new Uint8Array(bytes)).then(() => writer.close())
  const parts: Uint8Array[] = []
  const reader = stream.readable.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) parts.push(next.value as Uint8Array)
  await written
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

async function imageStream(picture: Picture, samples: Uint8Array, gray: boolean, mask?: PdfRef): Promise<PdfStream> {
  const dict = new Map<string, PdfObject>([
    ['Type', new PdfName('XObject')],
    ['Subtype', new PdfName('Image')],
    ['Width', picture.width],
    ['Height', picture.height],
    ['ColorSpace', new PdfName(gray ? 'DeviceGray' : 'DeviceRGB')],
    ['BitsPerComponent', 8],
    ['Filter', new PdfName('FlateDecode')],
    ...(mask === undefined ? [] : ([['SMask', mask]] as const)),
  ])
  return new PdfStream(new PdfDict(dict), await deflate(samples))
}

/** A PNG as a form XObject of its true size (V1, V11). */
async function importPng(update: Update, bytes: Uint8Array): Promise<ImportedForm> {
  const picture = parsePng(bytes)
  const { samples, alpha, components } = picture
  const mask = alpha === undefined ? undefined : update.create(await imageStream(picture, alpha, true))
  const image = update.create(await imageStream(picture, samples, components === 1, mask))
  const scale = POINTS_PER_METRE / (picture.resolution ?? DEFAULT_RESOLUTION)
  const [width, height] = [picture.width * scale, picture.height * scale]
  const content = `q ${numberText(width)} 0 0 ${numberText(height)} 0 0 cm /Im Do Q`
  const ref = update.create(formStream(width, height, undefined, new Map([['Im', image]]), content))
  return { ref, width, height }
}

function numberText(value: number): string {
  return value.toFixed(4)
}

function formStream(
  width: number,
  height: number,
  matrix: PdfObject | undefined,
  objects: ReadonlyMap<string, PdfRef>,
  content: string,
): PdfStream {
  const resources = new PdfDict(new Map<string, PdfObject>([['XObject', new PdfDict(objects)]]))
  const dict = new Map<string, PdfObject>([
    ['Type', new PdfName('XObject')],
    ['Subtype', new PdfName('Form')],
    ['BBox', numbers(0, 0, width, height)],
    ...(matrix === undefined ? [] : ([['Matrix', matrix]] as const)),
    ['Resources', resources],
  ])
  return new PdfStream(new PdfDict(dict), new TextEncoder().encode(content))
}

/** V10: turns the form against the page's rotation, so that it stands upright for the reader. */
function counterRotation(rotate: WidgetPlace['rotate'], width: number, height: number): PdfObject | undefined {
  if (rotate === 90) return numbers(0, 1, -1, 0, height, 0)
  if (rotate === 180) return numbers(-1, 0, 0, -1, width, height)
  return rotate === 270 ? numbers(0, -1, 1, 0, 0, width) : undefined
}

/** Errors of the reader speak of "the file": here it is the drawing. */
async function importDrawing(update: Update, drawing: Uint8Array): Promise<ImportedForm> {
  try {
    return isPng(drawing) ? await importPng(update, drawing) : await importPage(update, drawing)
  } catch (error) {
    if (!(error instanceof CountersignError) || error instanceof LimitError) throw error
    throw new CountersignError(error.code, `the appearance cannot be used: ${error.message}`, { cause: error })
  }
}

/**
 * The appearance of a widget: a PDF's first page or a PNG, whole and undistorted, centred in the rectangle (V1, V9, V10).
 *
 * @throws CountersignError ARGUMENT_INVALID for a widget without size or a drawing that cannot be read; LIMIT_APPEARANCE.
 */
export async function widgetForm(update: Update, drawing: Uint8Array, place: WidgetPlace): Promise<PdfRef> {
  if (!(place.width > 0 && place.height > 0))
    throw new CountersignError('ARGUMENT_INVALID', 'an appearance needs a field with a rectangle')
  const inner = await importDrawing(update, drawing)
  const turned = place.rotate === 90 || place.rotate === 270
  const [width, height] = turned ? [place.height, place.width] : [place.width, place.height]
  const scale = Math.min(width / inner.width, height / inner.height)
  const left = (width - inner.width * scale) / 2
  const bottom = (height - inner.height * scale) / 2
  const cm = [scale, 0, 0, scale, left, bottom].map(numberText).join(' ')
  const matrix = counterRotation(place.rotate, width, height)
  return update.create(formStream(width, height, matrix, new Map([['Fm', inner.ref]]), `q ${cm} cm /Fm Do Q`))
}
