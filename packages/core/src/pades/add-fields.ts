import { requireArchive } from '../appearance/archive-check.ts'
import { randomBytes } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import { claimsAccessible } from '../pdf/archive-claim.ts'
import { openDocument } from '../pdf/document.ts'
import { listFields } from '../pdf/fields.ts'
import type { Field } from '../pdf/fields.ts'
import { catalogOf, withValues } from '../pdf/form-update.ts'
import { PdfName, PdfString } from '../pdf/objects.ts'
import type { PdfRef } from '../pdf/objects.ts'
import { listPages } from '../pdf/pages.ts'
import { checkPlacement } from '../pdf/placement.ts'
import { resolvePlace } from '../pdf/place.ts'
import { readRestrictions, requirePermission } from '../pdf/restrictions.ts'
import { chooseField, createField, findPage } from '../pdf/signature-field.ts'
import type { FieldTarget, NewField } from '../pdf/signature-field.ts'
import { tagWidget } from '../pdf/structure-update.ts'
import type { Limits, PdfDocument } from '../pdf/types.ts'
import { Update } from '../pdf/update.ts'
import type { Problem } from '../problem.ts'
import type { Finding } from '../report.ts'
import { checkSignable } from './base-checks.ts'
import { findingsOf } from './findings.ts'

/** A field to be prepared. */
export interface FieldToAdd extends NewField {
  /** `text`: for a value that a later signature fills in, such as number or date; read-only for people. Default `signature`. */
  readonly type?: 'signature' | 'text'
  /** Of a text field: its value may have several lines. */
  readonly multiline?: boolean
}

/** Options of `addFields`. */
export interface AddFieldsOptions {
  /** In order: a place may refer to a field before it, as a seal does to the officer's. */
  readonly fields: readonly FieldToAdd[]
  readonly password?: string
  /** Add fields although the file's user permissions forbid it (W16). */
  readonly ignorePermissions?: boolean
  readonly limits?: Partial<Limits>
  /** Source of random bytes, for tests. */
  readonly random?: (length: number) => Uint8Array
}

/** The prepared file. */
export interface AddedFields {
  readonly bytes: Uint8Array
  /** Where each field stands: page 1-based, rectangle x, y, width, height in the page's user space. */
  readonly fields: readonly {
    readonly name: string
    readonly page: number
    readonly rect: readonly [number, number, number, number]
  }[]
  readonly warnings: readonly Finding[]
}

type NewTarget = FieldTarget & { readonly kind: 'new' }

const READ_ONLY = 1
const MULTILINE = 1 << 12
/** Default appearance, which a text field must name (12.7.4.3); what is shown comes with the value. */
const DEFAULT_APPEARANCE = new PdfString(new TextEncoder().encode('/Helv 0 Tf 0 g'))

/** Fields being added to one document. */
class Preparation {
  readonly update: Update
  readonly problems: Problem[] = []
  readonly added: { name: string; page: number; rect: readonly [number, number, number, number] }[] = []
  readonly #fields: Field[]
  readonly #accessible: boolean

  constructor(document: PdfDocument, fields: readonly Field[]) {
    this.update = new Update(document)
    this.#fields = [...fields]
    this.#accessible = claimsAccessible(this.update, catalogOf(this.update).dict)
  }

  add(wanted: FieldToAdd): void {
    const { view } = this.update
    if (wanted.type === 'text' && wanted.lock !== undefined)
      throw new CountersignError('ARGUMENT_INVALID', `addFields: ${wanted.name} is a text field and locks nothing`)
    const target = chooseField(view, this.#fields, { newField: this.#placed(wanted) })
    if (target.kind !== 'new') return
    this.problems.push(...checkPlacement(view, this.#fields, target, target.rect[2] > 0))
    const ref = createField(this.update, target, undefined, undefined)
    if (wanted.type === 'text') this.#makeText(ref, wanted.multiline === true)
    this.#tag(target, ref)
    const page = target.page > 0 ? target.page : listPages(view).pages.length + target.page + 1
    this.added.push({ name: target.name, page, rect: target.rect })
    this.#fields.push(this.#fieldOf(target, ref, page))
  }

  #placed({ place, mayCover, ...rest }: FieldToAdd): NewField {
    if (place === undefined) return { ...rest, ...(mayCover === undefined ? {} : { mayCover }) }
    if (rest.rect !== undefined || rest.page !== undefined)
      throw new CountersignError('ARGUMENT_INVALID', 'a new field has either a place, or a page and a rectangle')
    const found = resolvePlace(this.update.view, this.#fields, place, undefined)
    return { ...rest, ...found, mayCover: [...(mayCover ?? []), ...found.mayCover] }
  }

  #makeText(ref: PdfRef, multiline: boolean): void {
    const text = {
      FT: new PdfName('Tx'),
      Ff: READ_ONLY + (multiline ? MULTILINE : 0),
      DA: DEFAULT_APPEARANCE,
    }
    this.update.set(ref, withValues(this.update.dict(ref)!, text))
  }

  #tag(target: NewTarget, ref: PdfRef): void {
    if (!this.#accessible || target.rect[2] === 0 || target.rect[3] === 0) return
    tagWidget(this.update, { ref, page: findPage(this.update.view, target.page).ref, name: target.name }, true)
  }

  /** The new field as the ones after it see it. */
  #fieldOf({ name }: NewTarget, ref: PdfRef, page: number): Field {
    const dict = this.update.dict(ref)!
    const widgets = [{ ref, dict, page }]
    return { name, partial: name, ref, dict, type: 'Sig', flags: 0, value: undefined, widgets, path: [ref] }
  }
}

/** W24: in the unsigned base, so that later signers touch nothing but their own fields. */
function requireUnsigned(document: PdfDocument, fields: readonly Field[]): void {
  const { signers, timestamps } = readRestrictions(document.latest, fields)
  if (signers.length + timestamps.length > 0)
    throw new CountersignError('PDF_SIGNED', 'fields are prepared before the first signature; this file is signed', {
      details: { fields: [...signers, ...timestamps] },
    })
}

/**
 * Prepares fields in a file that nobody has signed yet, by pure append: signature fields for the officers and the agency, text fields
 * for number and date, each where it will be seen (W24, V2). Later, `sign` fills them with `field` and `fill`.
 *
 * @throws CountersignError PDF_SIGNED, PDF_*, FIELD_EXISTS, FIELD_UNKNOWN, FIELD_OUTSIDE_PAGE, ANCHOR_NOT_FOUND, ARGUMENT_INVALID.
 * @example
 * ```ts
 * const { bytes } = await addFields(pdf, {
 *   fields: [
 *     { name: 'officer', place: { anchor: { text: 'GIÁM ĐỐC', until: 'Nguyễn Văn An' }, width: 50, height: 25 } },
 *     { name: 'seal', place: { anchor: { sealOf: 'officer' }, width: 36, height: 36 }, lock: { action: 'All', permission: 1 } },
 *   ],
 * })
 * ```
 */
export async function addFields(input: Uint8Array, options: AddFieldsOptions): Promise<AddedFields> {
  if (!Array.isArray(options?.fields) || options.fields.length === 0)
    throw new CountersignError('ARGUMENT_INVALID', 'addFields: options.fields lists no field')
  const { password, limits } = options
  const opening = { ...(password === undefined ? {} : { password }), ...(limits === undefined ? {} : { limits }) }
  const document = await openDocument(input, opening)
  checkSignable(document, {})
  const { fields } = listFields(document.latest)
  requireUnsigned(document, fields)
  if (options.ignorePermissions !== true) requirePermission(document, true)
  const preparation = new Preparation(document, fields)
  for (const field of options.fields) preparation.add(field)
  requireArchive(preparation.update)
  const section = preparation.update.build(options.random ?? randomBytes)
  const bytes = new Uint8Array(input.length + section.bytes.length)
  bytes.set(input)
  bytes.set(section.bytes, input.length)
  await requireReadable(bytes, preparation, opening)
  return { bytes, fields: preparation.added, warnings: findingsOf(preparation.problems) }
}

/** N4: what was written is read again before it is delivered. */
async function requireReadable(
  bytes: Uint8Array,
  { added }: Preparation,
  opening: { readonly password?: string },
): Promise<void> {
  const names = new Set(listFields((await openDocument(bytes, opening)).latest).fields.map((field) => field.name))
  const lost = added.filter(({ name }) => !names.has(name))
  if (lost.length > 0)
    throw new CountersignError('OUTPUT_NOT_VERIFIED', `the field ${lost[0]!.name} cannot be read back`)
}
