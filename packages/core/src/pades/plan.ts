import { requireArchive } from '../appearance/archive-check.ts'
import { widgetForm } from '../appearance/widget-form.ts'
import { CountersignError } from '../error.ts'
import { claimsAccessible } from '../pdf/archive-claim.ts'
import { declareExtensions, declareIsoExtensions } from '../pdf/extensions.ts'
import type { IsoExtension } from '../pdf/extensions.ts'
import { listFields } from '../pdf/fields.ts'
import { catalogOf, mergePerms, markSigned } from '../pdf/form-update.ts'
import type { PdfDict, PdfRef } from '../pdf/objects.ts'
import { checkAppearances, checkPlacement } from '../pdf/placement.ts'
import { readRestrictions, requireAllowed, requirePermission } from '../pdf/restrictions.ts'
import type { Restrictions } from '../pdf/restrictions.ts'
import { readSeedValues } from '../pdf/seed-value.ts'
import type { SeedValues } from '../pdf/seed-value.ts'
import { chooseField, createField, fillField, findPage, targetPlace } from '../pdf/signature-field.ts'
import type { FieldTarget } from '../pdf/signature-field.ts'
import { tagWidget } from '../pdf/structure-update.ts'
import type { PdfDocument } from '../pdf/types.ts'
import { Update } from '../pdf/update.ts'
import type { Problem } from '../problem.ts'
import { fillTextFields } from './fill.ts'
import { checkSeedValues } from './seed-values.ts'
import { docMdpReference, fieldMdpReference, signatureDict } from './signature-dict.ts'
import type { SignOptions } from './signing-types.ts'

// W25: the first signature of all; document timestamps may precede it.
function requireFirst(restrictions: Restrictions): void {
  if (restrictions.signers.length > 0)
    throw new CountersignError(
      'CERTIFICATION_NOT_FIRST',
      `a certification must be the first signature, ${restrictions.signers.join(', ')} is signed already`,
    )
}

function references(update: Update, target: FieldTarget, options: SignOptions): readonly PdfDict[] {
  const lock = target.kind === 'existing' ? update.view.dict(target.field.dict.get('Lock')) : target.lock
  return [
    ...(options.certify === undefined ? [] : [docMdpReference(options.certify)]),
    ...(lock === undefined ? [] : [fieldMdpReference(update.view, lock, catalogOf(update).ref)]),
  ]
}

/** A signature field and the update it is written with. */
export interface Plan {
  readonly update: Update
  readonly target: FieldTarget
  readonly restrictions: Restrictions
  /** What the field demands (G1). */
  readonly seed: SeedValues | undefined
  /** What the caller should know of the field's place and of the form. */
  readonly notes: readonly Problem[]
}

/** Chooses the field and obeys what the document permits, before anything is signed (W16, W23, W25, M-24). */
export function planField(document: PdfDocument, options: SignOptions): Plan {
  const update = new Update(document)
  const fields = listFields(document.latest).fields
  const restrictions = readRestrictions(document.latest, fields)
  const target = chooseField(document.latest, fields, options)
  if (options.certify !== undefined) requireFirst(restrictions)
  requireAllowed(restrictions, [target.name, ...Object.keys(options.fill ?? {})])
  if (options.ignorePermissions !== true) requirePermission(document, target.kind === 'new')
  const seed = target.kind === 'new' ? undefined : readSeedValues(document.latest, target.field.dict)
  if (seed !== undefined) checkSeedValues(target.name, seed, options)
  const drawn = options.appearance !== undefined
  const notes = [
    ...checkPlacement(document.latest, fields, target, drawn),
    ...checkAppearances(document.latest, fields),
  ]
  return { update, target, restrictions, seed, notes }
}

/** The field that was made or filled, and the text fields filled with it. */
export interface PlannedObjects {
  readonly field: PdfRef
  readonly filled: readonly string[]
}

/** What is fixed before the objects are written. */
export interface Fixed {
  /** Claimed time. */
  readonly time: Date
  /** Bytes for the CMS. */
  readonly room: number
  /** What the algorithms need declared (W27). */
  readonly extensions: readonly IsoExtension[]
}

/** A3, A4: a visible field of a PDF/UA file takes its place in the structure; an invisible one has none. */
function tagField(update: Update, target: FieldTarget, field: PdfRef, unsigned: boolean): void {
  if (target.kind === 'existing' || target.rect[2] === 0 || target.rect[3] === 0) return
  if (!claimsAccessible(update, catalogOf(update).dict)) return
  tagWidget(update, { ref: field, page: findPage(update.view, target.page).ref, name: target.name }, unsigned)
}

/** Writes all objects of the signature's revision. */
export async function planObjects(plan: Plan, options: SignOptions, fixed: Fixed): Promise<PlannedObjects> {
  const { update, target } = plan
  const { time } = fixed
  const value = update.allocate()
  const dict = signatureDict({
    ...options,
    time,
    utcOffset: options.utcOffset ?? -time.getTimezoneOffset(),
    references: references(update, target, options),
  })
  update.reserveSignature(value, dict, fixed.room)
  const form =
    options.appearance === undefined
      ? undefined
      : await widgetForm(update, options.appearance, targetPlace(update, target))
  const field = target.kind === 'new' ? createField(update, target, value, form) : target.ref
  if (target.kind === 'existing') fillField(update, target, value, form)
  const filled = await fillTextFields(update, options.fill ?? {})
  markSigned(update)
  const unsigned = plan.restrictions.signers.length + plan.restrictions.timestamps.length === 0
  tagField(update, target, field, unsigned)
  if (unsigned) {
    declareExtensions(update)
    declareIsoExtensions(update, fixed.extensions)
  }
  if (options.certify !== undefined) mergePerms(update, { DocMDP: value })
  requireArchive(update)
  return { field, filled }
}
