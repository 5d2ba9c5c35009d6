import { openDocument } from '../pdf/document.ts'
import { listFields } from '../pdf/fields.ts'
import type { Field } from '../pdf/fields.ts'
import { readBox } from '../pdf/pages.ts'
import { readLock, readLockPermission } from '../pdf/restrictions.ts'
import { readSeedValues } from '../pdf/seed-value.ts'
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

/** A signature field as the latest revision has it; claimed, nothing is checked. */
export interface SignatureField {
  /** Fully qualified name. */
  readonly name: string
  readonly signed: boolean
  /** Of a signed field: by its dictionary's SubFilter. */
  readonly kind?: 'signature' | 'document-timestamp'
  /** 1-based page of the widget that a page shows. */
  readonly page?: number
  /** That widget's rectangle in points, normalised; absent for an invisible field. */
  readonly rect?: readonly [x0: number, y0: number, x1: number, y1: number]
  readonly visible: boolean
  /** What signing it locks (/Lock). */
  readonly lock?: {
    readonly action: 'All' | 'Include' | 'Exclude'
    readonly fields: readonly string[]
    readonly permission?: 1 | 2 | 3
  }
  /** Digests it accepts, where it demands some (/SV). */
  readonly digests?: readonly string[]
  /** Reasons it accepts, where it demands one; empty where none may be given (/SV). */
  readonly reasons?: readonly string[]
}

/**
 * Lists the signature fields of a PDF, signed and empty, in the order of the form: what `sign` can take as `field` (W24).
 *
 * @throws CountersignError PDF_NOT_PDF, PDF_DAMAGED, PDF_PASSWORD_NEEDED, PDF_PASSWORD_WRONG, LIMIT_*
 * @example
 * ```ts
 * const [next] = (await listSignatureFields(pdf)).filter((field) => !field.signed)
 * if (next !== undefined) await sign(pdf, { signer, field: next.name })
 * ```
 */
export async function listSignatureFields(
  input: Uint8Array | ByteSource,
  options: { readonly password?: string; readonly limits?: Partial<Limits> } = {},
): Promise<readonly SignatureField[]> {
  const source = input instanceof Uint8Array ? memorySource(input) : input
  return signatureFieldsOf((await openDocument(source, options)).latest)
}

/** The same of a document that is open already. */
export function signatureFieldsOf(view: View): readonly SignatureField[] {
  const { fields } = listFields(view)
  return fields.filter(({ type }) => type === 'Sig').map((field) => describeSignature(view, field))
}

function describeSignature(view: View, field: Field): SignatureField {
  const { name, signed, page, rect } = describe(view, field)
  const stamp = view.name(view.dict(field.value)?.get('SubFilter'))?.name === 'ETSI.RFC3161'
  const { digests, reasons } = readSeedValues(view, field.dict) ?? {}
  return {
    name,
    signed,
    ...(signed ? { kind: stamp ? 'document-timestamp' : 'signature' } : {}),
    ...(page === undefined ? {} : { page }),
    ...(rect === undefined ? {} : { rect }),
    visible: rect !== undefined,
    ...lockOf(view, field),
    ...(digests === undefined ? {} : { digests }),
    ...(reasons === undefined ? {} : { reasons }),
  }
}

function lockOf(view: View, field: Field): Pick<SignatureField, 'lock'> {
  const dict = view.dict(field.dict.get('Lock'))
  if (dict === undefined) return {}
  const { action, names } = readLock(view, field.name, dict)
  const permission = readLockPermission(view, dict)
  return { lock: { action, fields: names, ...(permission === undefined ? {} : { permission }) } }
}
