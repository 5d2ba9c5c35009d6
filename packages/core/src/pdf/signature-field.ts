import { CountersignError } from '../error.ts'
import type { Place } from './anchors.ts'
import { checkLock, lockDict } from './field-lock.ts'
import type { NewLock } from './field-lock.ts'
import type { Field } from './fields.ts'
import { appendToArray, catalogOf, changeForm, formOf, splitFieldName, withValues } from './form-update.ts'
import { PdfArray, PdfDict, PdfName, PdfReal, PdfRef, PdfStream, PdfString } from './objects.ts'
import type { PdfObject } from './objects.ts'
import { addAnnotation } from './page-annotations.ts'
import { pageAt, pageFromEnd } from './pages.ts'
import type { Page } from './pages.ts'
import { encodeNumber } from './serialize.ts'
import { decodeText, encodeText } from './text.ts'
import type { View } from './types.ts'
import type { Update } from './update.ts'

/** A signature field to be made. Lengths in points of the page's user space, origin at its lower left. */
export interface NewField {
  /** Fully qualified; a dot separates levels (W23). */
  readonly name: string
  /** 1-based; negative counts from the end, -1 the last page. Default 1. */
  readonly page?: number
  /** x, y, width, height; negative sizes count to the left and downwards. Absent: an invisible field. */
  readonly rect?: readonly [number, number, number, number]
  /** Instead of `page` and `rect`: a place on the page as a viewer shows it, resolved before signing (V2). */
  readonly place?: Place
  /** Names of fields that it may lie over without a warning (V13). */
  readonly mayCover?: readonly string[]
  /** What the field is for, read out by screen readers (/TU, A3). */
  readonly tooltip?: string
  /** What its signature locks (/Lock): other fields, and with a permission the whole document (W26). */
  readonly lock?: NewLock
}

/** The field a signature goes into. */
export type FieldTarget =
  | { readonly kind: 'existing'; readonly name: string; readonly field: Field; readonly ref: PdfRef }
  | {
      readonly kind: 'new'
      readonly name: string
      readonly page: number
      readonly rect: readonly [number, number, number, number]
      readonly mayCover?: readonly string[]
      readonly tooltip?: string
      readonly lock?: PdfDict
    }

/** What a caller asked for: fill `field`, or make `newField`, or neither. */
export interface FieldRequest {
  readonly field?: string | undefined
  readonly newField?: NewField | string | undefined
}

const INVISIBLE: FieldTarget & { kind: 'new' } = { kind: 'new', name: '', page: 1, rect: [0, 0, 0, 0] }
/** Print + Locked (W22). */
const WIDGET_FLAGS = 4 + 128
const MAX_LEVELS = 32

function isSigned(view: View, field: Field): boolean {
  return field.value !== undefined && view.resolve(field.value) !== null
}

function namedField(view: View, fields: readonly Field[], name: string): FieldTarget {
  const wanted = name.normalize('NFC')
  const found = fields.filter((field) => field.name.normalize('NFC') === wanted)
  const signatures = found.filter((field) => field.type === 'Sig')
  if (signatures.length === 0) {
    const what = found.length === 0 ? 'there is no field' : 'the field is not a signature field'
    throw new CountersignError('FIELD_UNKNOWN', `${what}: ${name}`, { details: { field: name } })
  }
  if (found.length > 1)
    throw new CountersignError('FIELD_INVALID', `the name ${name} is used by ${found.length} fields`, {
      details: { field: name },
    })
  return existingTarget(view, signatures[0]!)
}

function existingTarget(view: View, field: Field): FieldTarget {
  const details = { field: field.name }
  if (isSigned(view, field))
    throw new CountersignError('FIELD_SIGNED', `the field ${field.name} is signed already`, { details })
  if (field.widgets.length > 1)
    throw new CountersignError('FIELD_INVALID', `the field ${field.name} has ${field.widgets.length} widgets`, {
      details,
    })
  if (field.ref === undefined)
    throw new CountersignError('FIELD_INVALID', `the field ${field.name} is not an object of its own`, { details })
  return { kind: 'existing', name: field.name, field, ref: field.ref }
}

function rectOf([x, y, width, height]: readonly [number, number, number, number]): FieldTarget & { kind: 'new' } {
  if (![x, y, width, height].every(Number.isFinite))
    throw new CountersignError('ARGUMENT_INVALID', 'the rectangle needs four finite numbers')
  const rect = [Math.min(x, x + width), Math.min(y, y + height), Math.abs(width), Math.abs(height)] as const
  return { ...INVISIBLE, rect }
}

/** Names in use, non-terminal ones included. */
function usedNames(fields: readonly Field[]): ReadonlySet<string> {
  const used = new Set<string>()
  for (const field of fields) {
    const parts = field.name.normalize('NFC').split('.')
    parts.forEach((_part, index) => used.add(parts.slice(0, index + 1).join('.')))
  }
  return used
}

function newTarget(fields: readonly Field[], request: NewField): FieldTarget {
  const name = splitFieldName(request.name).join('.')
  if (usedNames(fields).has(name))
    throw new CountersignError('FIELD_EXISTS', `there is a field named ${name} already`, { details: { field: name } })
  if (request.lock !== undefined) checkLock(request.lock)
  const page = request.page ?? 1
  if (!Number.isInteger(page) || page === 0)
    throw new CountersignError(
      'ARGUMENT_INVALID',
      `there is no page ${page}: pages count from 1, or from -1 at the end`,
    )
  return {
    ...rectOf(request.rect ?? INVISIBLE.rect),
    name,
    page,
    ...(request.mayCover === undefined ? {} : { mayCover: request.mayCover }),
    ...(request.tooltip === undefined ? {} : { tooltip: request.tooltip }),
    ...(request.lock === undefined ? {} : { lock: lockDict(request.lock) }),
  }
}

/** DESIGN: the only empty signature field if there is exactly one, else a new invisible `SignatureN` (B9). */
function defaultTarget(view: View, fields: readonly Field[]): FieldTarget {
  const empty = fields.filter((field) => field.type === 'Sig' && !isSigned(view, field))
  if (empty.length === 1) return namedField(view, fields, empty[0]!.name)
  const used = usedNames(fields)
  let number = 1
  while (used.has(`Signature${number}`)) number++
  return { ...INVISIBLE, name: `Signature${number}` }
}

/**
 * Decides which field the signature goes into.
 *
 * @throws CountersignError FIELD_UNKNOWN, FIELD_SIGNED, FIELD_EXISTS, FIELD_INVALID, ARGUMENT_INVALID.
 */
export function chooseField(view: View, fields: readonly Field[], request: FieldRequest): FieldTarget {
  if (request.field !== undefined && request.newField !== undefined)
    throw new CountersignError('ARGUMENT_INVALID', 'give either `field` or `newField`, not both')
  if (request.field !== undefined) return namedField(view, fields, request.field)
  if (request.newField === undefined) return defaultTarget(view, fields)
  const wanted = typeof request.newField === 'string' ? { name: request.newField } : request.newField
  return newTarget(fields, wanted)
}

function real(value: number): PdfObject {
  return Number.isInteger(value) ? value : new PdfReal(value, encodeNumber(value))
}

function rectangle([x, y, width, height]: readonly [number, number, number, number]): PdfArray {
  return new PdfArray([x, y, x + width, y + height].map(real))
}

/** W22: an appearance that draws nothing. */
export function emptyAppearance(update: Update, width: number, height: number): PdfRef {
  const dict = new PdfDict(
    new Map<string, PdfObject>([
      ['Type', new PdfName('XObject')],
      ['Subtype', new PdfName('Form')],
      ['BBox', new PdfArray([0, 0, real(width), real(height)])],
      ['Resources', new PdfDict(new Map())],
    ]),
  )
  return update.create(new PdfStream(dict, new Uint8Array(0)))
}

export function appearanceDict(form: PdfRef): PdfDict {
  return new PdfDict(new Map<string, PdfObject>([['N', form]]))
}

/** A page by 1-based number, or from the end. Throws ARGUMENT_INVALID, PDF_DAMAGED. */
export function findPage(view: View, number: number): Page & { readonly ref: PdfRef } {
  const page = number > 0 ? pageAt(view, number - 1) : pageFromEnd(view, -number)
  if (page === undefined && Math.abs(number) === 1)
    throw new CountersignError('PDF_DAMAGED', 'the document has no page that can be found')
  if (page === undefined)
    throw new CountersignError('ARGUMENT_INVALID', `the document has no page ${number}`, { details: { page: number } })
  if (page.ref === undefined) throw new CountersignError('PDF_DAMAGED', `page ${number} is not an object of its own`)
  return { ...page, ref: page.ref }
}

interface Level {
  /** Nodes of this level and where new ones are appended. */
  readonly kids: PdfObject | undefined
  readonly parent: PdfRef | undefined
}

function partialName(dict: PdfDict, update: Update): string | undefined {
  const value = update.resolve(dict.get('T'))
  return value instanceof PdfString ? decodeText(value.bytes).normalize('NFC') : undefined
}

function childNamed(update: Update, level: Level, name: string): PdfRef | undefined {
  for (const kid of update.array(level.kids)?.items ?? []) {
    const dict = update.dict(kid)
    if (dict !== undefined && kid instanceof PdfRef && partialName(dict, update) === name) return update.lastRef(kid)
  }
  return undefined
}

/** Puts a field without /Parent at its place in the tree, making the groups that are missing. */
function attach(update: Update, parts: readonly string[], field: PdfRef): void {
  if (parts.length > MAX_LEVELS) throw new CountersignError('FIELD_INVALID', 'the field name has too many levels')
  let level: Level = { kids: formOf(update)?.get('Fields'), parent: undefined }
  let depth = 0
  for (; depth < parts.length - 1; depth++) {
    const group = childNamed(update, level, parts[depth]!)
    if (group === undefined) break
    const dict = update.dict(group)!
    if (dict.has('FT') || (update.array(dict.get('Kids')) === undefined && dict.has('Kids')))
      throw new CountersignError('FIELD_EXISTS', `${parts.slice(0, depth + 1).join('.')} is a field, not a group`)
    level = { kids: dict.get('Kids'), parent: group }
  }
  const top = makeGroups(update, parts.slice(depth, -1), field, level.parent)
  if (level.parent === undefined) addToForm(update, top)
  else update.set(level.parent, appendToArray(update, update.dict(level.parent)!, 'Kids', top))
}

/** At the end of /Fields; an array that is also the page tree's stays that. */
function addToForm(update: Update, field: PdfRef): void {
  const { dict: catalog } = catalogOf(update)
  const others = [catalog, update.dict(catalog.get('Pages'))]
  changeForm(update, (form) => appendToArray(update, form, 'Fields', field, others))
}

/** Groups from the inside out; returns the object that enters the existing tree. */
function makeGroups(update: Update, groups: readonly string[], field: PdfRef, parent: PdfRef | undefined): PdfRef {
  let top = field
  for (const name of groups.toReversed()) {
    const group = update.create(
      new PdfDict(
        new Map<string, PdfObject>([
          ['T', encodeText(name)],
          ['Kids', new PdfArray([top])],
        ]),
      ),
    )
    update.set(top, withValues(update.dict(top)!, { Parent: group }))
    top = group
  }
  if (parent !== undefined) update.set(top, withValues(update.dict(top)!, { Parent: parent }))
  return top
}

/** Makes the field with its merged widget on its page (W18 to W20, W22, W23); `value` and `form` may be absent. */
export function createField(
  update: Update,
  target: FieldTarget & { readonly kind: 'new' },
  value: PdfRef | undefined,
  form: PdfRef | undefined,
): PdfRef {
  const page = findPage(update.view, target.page)
  const parts = splitFieldName(target.name)
  const appearance = form ?? emptyAppearance(update, target.rect[2], target.rect[3])
  const ref = update.create(
    new PdfDict(
      new Map<string, PdfObject>([
        ['Type', new PdfName('Annot')],
        ['Subtype', new PdfName('Widget')],
        ['FT', new PdfName('Sig')],
        ['T', encodeText(parts.at(-1)!)],
        ...(target.tooltip === undefined ? [] : ([['TU', encodeText(target.tooltip.normalize('NFC'))]] as const)),
        ...(value === undefined ? [] : ([['V', value]] as const)),
        ['F', WIDGET_FLAGS],
        ['Rect', rectangle(target.rect)],
        ['P', page.ref],
        ['AP', appearanceDict(appearance)],
        // Table 235: a lock is an object of its own.
        ...(target.lock === undefined ? [] : ([['Lock', update.create(target.lock)]] as const)),
      ]),
    ),
  )
  attach(update, parts, ref)
  addAnnotation(update, page.ref, ref)
  return ref
}

function hasAppearance(update: Update, widget: PdfDict): boolean {
  return update.resolve(update.dict(widget.get('AP'))?.get('N')) !== null
}

function sizeOf(update: Update, widget: PdfDict): readonly [number, number] {
  const numbers = (update.array(widget.get('Rect'))?.items ?? []).map((item) => {
    const value = update.resolve(item)
    return value instanceof PdfReal ? value.value : typeof value === 'number' ? value : 0
  })
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = numbers
  return [Math.abs(x2 - x1), Math.abs(y2 - y1)]
}

/** Size and rotation of a rectangle on a page: what an appearance is drawn for (V10). */
export interface WidgetPlace {
  readonly width: number
  readonly height: number
  readonly rotate: Page['rotate']
}

/** Place of an existing widget; `page` 1-based, undefined where no page shows it. */
export function widgetPlace(update: Update, widget: PdfDict, page: number | undefined): WidgetPlace {
  const [width, height] = sizeOf(update, widget)
  return { width, height, rotate: page === undefined ? 0 : (pageAt(update.view, page - 1)?.rotate ?? 0) }
}

/** Place of the widget that a signature will use. */
export function targetPlace(update: Update, target: FieldTarget): WidgetPlace {
  if (target.kind === 'new') {
    const [, , width, height] = target.rect
    return { width, height, rotate: findPage(update.view, target.page).rotate }
  }
  const widget = target.field.widgets[0]
  if (widget === undefined) return { width: 0, height: 0, rotate: 0 }
  return widgetPlace(update, widget.dict, widget.page)
}

/** Sets /V of an empty field and, where given or missing, the appearance of its widget; /Rect and /Kids stay (W22, B10). */
export function fillField(
  update: Update,
  target: FieldTarget & { readonly kind: 'existing' },
  value: PdfRef,
  form: PdfRef | undefined,
): void {
  const widget = target.field.widgets[0]
  const widgetRef = widget?.ref ?? target.ref
  update.set(target.ref, withValues(update.dict(target.ref)!, { V: value }))
  if (widget === undefined) return
  const dict = update.dict(widgetRef)!
  if (form === undefined && hasAppearance(update, dict)) return
  const appearance = form ?? emptyAppearance(update, ...sizeOf(update, dict))
  update.set(widgetRef, withValues(dict, { AP: appearanceDict(appearance) }))
}
