import { PdfDict, PdfName, PdfStream } from '../pdf/objects.ts'
import type { PdfObject, PdfRef } from '../pdf/objects.ts'
import type { Update } from '../pdf/update.ts'
import { deflate } from './deflate.ts'
import { boxInFrame, formStream, numberText } from './frame.ts'
import type { Frame } from './frame.ts'
import { profiledSpace } from './icc.ts'
import { parsePng, sizeOfPicture } from './png.ts'
import type { Picture } from './png.ts'

function imageDict({ width, height }: Picture, more: readonly (readonly [string, PdfObject])[]): PdfDict {
  return new PdfDict(
    new Map<string, PdfObject>([
      ['Type', new PdfName('XObject')],
      ['Subtype', new PdfName('Image')],
      ['Width', width],
      ['Height', height],
      ...more,
      ['Filter', new PdfName('FlateDecode')],
    ]),
  )
}

/** V11: the picture on white paper. */
function onWhite({ samples, alpha, components }: Picture): Uint8Array {
  if (alpha === undefined) return samples
  const flat = new Uint8Array(samples.length)
  for (let pixel = 0; pixel < alpha.length; pixel++) {
    const a = alpha[pixel]!
    for (let c = 0, at = pixel * components; c < components; c++, at++)
      flat[at] = Math.round((samples[at]! * a + 255 * (255 - a)) / 255)
  }
  return flat
}

/** One bit per pixel, 1 where nothing is painted (8.9.6.3): what PDF/A-1 allows where it forbids soft masks. */
function stencil({ width, height, alpha }: Picture): Uint8Array {
  const row = Math.ceil(width / 8)
  const bits = new Uint8Array(row * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if (alpha![y * width + x] === 0) bits[y * row + (x >> 3)]! |= 0x80 >> (x & 7)
  return bits
}

/** What keeps the transparent parts unpainted, as the document's rules allow it. */
async function maskOf(
  update: Update,
  picture: Picture,
  flat: boolean,
): Promise<readonly (readonly [string, PdfRef])[]> {
  if (picture.alpha === undefined) return []
  const more: readonly (readonly [string, PdfObject])[] = flat
    ? [
        ['ImageMask', true],
        ['BitsPerComponent', 1],
      ]
    : [
        ['ColorSpace', new PdfName('DeviceGray')],
        ['BitsPerComponent', 8],
      ]
  const data = await deflate(flat ? stencil(picture) : picture.alpha)
  return [[flat ? 'Mask' : 'SMask', update.create(new PdfStream(imageDict(picture, more), data))]]
}

async function colourSpace(update: Update, { unexplained }: Frame, { components }: Picture): Promise<PdfObject> {
  const space = components === 1 ? 'GRAY' : 'RGB'
  if (unexplained.has(space)) return await profiledSpace(update, space)
  return new PdfName(components === 1 ? 'DeviceGray' : 'DeviceRGB')
}

/** A PNG as the form XObject of a frame (V11): alpha as a soft mask, or flattened where the document may hold no transparency. */
export async function importPng(update: Update, bytes: Uint8Array, frame: Frame): Promise<PdfRef> {
  const picture = parsePng(bytes)
  const { archive } = frame
  // Without an output intent, transparency would need a blending colour space (ISO 19005-2 6.2.10).
  const flat = archive !== undefined && (archive.part === 1 || archive.intent === undefined)
  const image = update.create(
    new PdfStream(
      imageDict(picture, [
        ['ColorSpace', await colourSpace(update, frame, picture)],
        ['BitsPerComponent', 8],
        ...(await maskOf(update, picture, flat)),
      ]),
      await deflate(flat ? onWhite(picture) : picture.samples),
    ),
  )
  const size = sizeOfPicture(picture)
  const { scale, left, bottom } = boxInFrame(size, frame)
  const cm = [size.width * scale, 0, 0, size.height * scale, left, bottom].map(numberText).join(' ')
  const resources = new PdfDict(new Map([['XObject', new PdfDict(new Map([['Im', image]]))]]))
  return update.create(await formStream(frame, resources, new TextEncoder().encode(`q ${cm} cm /Im Do Q\n`)))
}
