import { openDocument } from '../pdf/document.ts'
import { listFields } from '../pdf/fields.ts'
import type { Field } from '../pdf/fields.ts'
import { readBox } from '../pdf/pages.ts'
import { memorySource } from '../pdf/source.ts'
import type { ByteSource, Limits, View } from '../pdf/types.ts'

/** A field of the form as the latest revision has it; claimed, nothing is checked. */
export interface FormField {
  /** Fully qualified name. */
  readonly name: string
  readonly type: 'signature' | 'text' | 'button' | 'choice' | 'unknown'
  /** A signature field that has a value. */
  readonly signed: boolean
  /** 1-based page of the first widget that a page shows. */
  readonly page?: number
  /** That widget's rectangle in points, normalised. */
  readonly rect?: readonly [x0: number, y0: number, x1: number, y1: number]
}

const TYPES: ReadonlyMap<string | undefined, FormField['type']> = new Map([
  ['Sig', 'signature'],
  ['Tx', 'text'],
  ['Btn', 'button'],
  ['Ch', 'choice'],
])

/**
 * Lists the form fields of a PDF, such as the prepared ones that `sign` can use and fill (W24, D30-10).
 *
 * @throws CountersignError PDF_NOT_PDF, PDF_DAMAGED, PDF_PASSWORD_NEEDED, PDF_PASSWORD_WRONG, LIMIT_*
 * @example
 * ```ts
 * const empty = (await listFormFields(pdf)).filter((field) => field.type === 'signature' && !field.signed)
 * ```
 */
export async function listFormFields(
  input: Uint8Array | ByteSource,
  options: { readonly password?: string; readonly limits?: Partial<Limits> } = {},
): Promise<readonly FormField[]> {
  const source = input instanceof Uint8Array ? memorySource(input) : input
  const { latest } = await openDocument(source, options)
  return listFields(latest).fields.map((field) => describe(latest, field))
}

function describe(view: View, field: Field): FormField {
  const type = TYPES.get(field.type) ?? 'unknown'
  const signed = type === 'signature' && view.dict(field.value) !== undefined
  const widget = field.widgets.find(({ page }) => page !== undefined)
  const rect = widget === undefined ? undefined : readBox(view, widget.dict.get('Rect'))
  const place = widget?.page === undefined ? {} : { page: widget.page, ...(rect === undefined ? {} : { rect }) }
  return { name: field.name, type, signed, ...place }
}
