import { CountersignError } from '../error.ts'
import { archiveClaim } from '../pdf/archive-claim.ts'
import type { PdfRef } from '../pdf/objects.ts'
import type { WidgetPlace } from '../pdf/signature-field.ts'
import type { Update } from '../pdf/update.ts'
import { aboutTheDrawing, drawingOf } from './drawing.ts'
import type { Appearance } from './drawing.ts'
import { frameOf } from './frame.ts'
import { importPage } from './import-page.ts'
import { importPng } from './import-png.ts'
import { isPng } from './png.ts'

/**
 * The appearance of a widget: a page of a PDF or a PNG, whole and undistorted, centred in the rectangle (V1, V9, V10, V11).
 *
 * @throws CountersignError ARGUMENT_INVALID for a widget without size or a drawing that cannot be read; LIMIT_APPEARANCE.
 */
export async function widgetForm(update: Update, appearance: Appearance, place: WidgetPlace): Promise<PdfRef> {
  if (!(place.width > 0 && place.height > 0))
    throw new CountersignError('ARGUMENT_INVALID', 'an appearance needs a field with a rectangle')
  const drawing = drawingOf(appearance)
  const frame = frameOf(place, archiveClaim(update, update.dict(update.view.rootRef)))
  return await aboutTheDrawing(() =>
    isPng(drawing.content) ? importPng(update, drawing.content, frame) : importPage(update, drawing, frame),
  )
}
