import { drawingSize } from '../appearance/drawing.ts'
import { CountersignError } from '../error.ts'
import { listFields } from '../pdf/fields.ts'
import { resolvePlace } from '../pdf/place.ts'
import type { PdfDocument } from '../pdf/types.ts'
import type { SignOptions } from './signing-types.ts'

/**
 * Options whose new field has a page and a rectangle: a place of V2 is resolved here, before anything is signed.
 *
 * @throws CountersignError ARGUMENT_INVALID, FIELD_UNKNOWN, FIELD_INVALID, ANCHOR_NOT_FOUND, and those of reading the appearance.
 */
export async function withPlace<T extends Pick<SignOptions, 'newField' | 'appearance'>>(
  document: PdfDocument,
  options: T,
): Promise<T> {
  const { newField } = options
  if (typeof newField !== 'object' || newField.place === undefined) return options
  if (newField.rect !== undefined || newField.page !== undefined)
    throw new CountersignError('ARGUMENT_INVALID', 'a new field has either a place, or a page and a rectangle')
  const drawing = options.appearance === undefined ? undefined : await drawingSize(options.appearance)
  const { place, mayCover, ...rest } = newField
  const found = resolvePlace(document.latest, listFields(document.latest).fields, place, drawing)
  return { ...options, newField: { ...rest, ...found, mayCover: [...(mayCover ?? []), ...found.mayCover] } }
}
