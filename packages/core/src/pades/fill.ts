import { widgetForm } from '../appearance/widget-form.ts'
import { CountersignError } from '../error.ts'
import { listFields } from '../pdf/fields.ts'
import type { Field } from '../pdf/fields.ts'
import { withValues } from '../pdf/form-update.ts'
import type { PdfObject, PdfRef } from '../pdf/objects.ts'
import { appearanceDict, widgetPlace } from '../pdf/signature-field.ts'
import { encodeText } from '../pdf/text.ts'
import type { Update } from '../pdf/update.ts'
import type { FillValue } from './signing-types.ts'

function textField(fields: readonly Field[], name: string): Field & { readonly ref: PdfRef } {
  const found = fields.filter((field) => field.name.normalize('NFC') === name.normalize('NFC'))
  const details = { field: name }
  if (found.length === 0) throw new CountersignError('FIELD_UNKNOWN', `there is no field ${name}`, { details })
  const [field] = found
  if (found.length > 1 || field?.type !== 'Tx' || field.ref === undefined)
    throw new CountersignError('FIELD_INVALID', `${name} is not a text field that can be filled`, { details })
  return { ...field, ref: field.ref }
}

/** /V of one text field and the appearance of its widgets, in the update of a signature (D30-10). */
async function fillOne(update: Update, field: Field & { readonly ref: PdfRef }, fill: FillValue): Promise<void> {
  const value = encodeText(fill.value.normalize('NFC'))
  update.set(field.ref, withValues(update.dict(field.ref)!, { V: value }))
  for (const widget of field.widgets) {
    const ref = widget.ref ?? field.ref
    // Without an appearance of its own the old one goes: it would show the old value.
    const drawing = fill.appearance
    const appearance: PdfObject | undefined =
      drawing === undefined
        ? undefined
        : appearanceDict(await widgetForm(update, drawing, widgetPlace(update, widget.dict, widget.page)))
    update.set(ref, withValues(update.dict(ref)!, { AP: appearance }))
  }
}

/** Fills text fields; returns their names. Throws FIELD_UNKNOWN, FIELD_INVALID. */
export async function fillTextFields(
  update: Update,
  values: Readonly<Record<string, FillValue>>,
): Promise<readonly string[]> {
  const names = Object.keys(values)
  if (names.length === 0) return names
  const fields = listFields(update.view).fields
  for (const name of names) await fillOne(update, textField(fields, name), values[name]!)
  return names
}
