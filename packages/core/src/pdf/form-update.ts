import { CountersignError } from '../error.ts'
import { PdfArray, PdfDict, PdfRef } from './objects.ts'
import type { PdfObject } from './objects.ts'
import type { Update } from './update.ts'

/** Copy of a dictionary with some values set; undefined removes the key. Own keys stay verbatim and in order (W20). */
export function withValues(dict: PdfDict, values: Readonly<Record<string, PdfObject | undefined>>): PdfDict {
  const map = new Map(dict.map)
  for (const [key, value] of Object.entries(values))
    if (value === undefined) map.delete(key)
    else map.set(key, value)
  return new PdfDict(map)
}

/**
 * True where one of the dictionaries names the array under another key too: what is added would enter the pages, the contents of a page
 * or the order of calculations. Damaged and made-up files do so.
 */
export function hasOtherRole(array: PdfRef, key: string, holders: readonly (PdfDict | undefined)[]): boolean {
  const names = (value: PdfObject): boolean => value instanceof PdfRef && value.num === array.num
  return holders.some((holder) => [...(holder?.map ?? [])].some(([own, value]) => own !== key && names(value)))
}

/**
 * Appends a reference to the array under `key` of `holder`, kept as found (W18, W19): an indirect array is overridden alone,
 * a direct or missing one with the dictionary that holds it; so is an indirect one that is something else in one of `others`. Returns
 * the dictionary for the holder, the same where it stays.
 */
export function appendToArray(
  update: Update,
  holder: PdfDict,
  key: string,
  item: PdfRef,
  others: readonly (PdfDict | undefined)[] = [],
): PdfDict {
  const value = holder.get(key)
  const array = update.array(value)
  const ref = update.lastRef(value)
  const grown = new PdfArray([...(array?.items ?? []), item])
  // One array may be both /Fields and /Annots: the widget enters it once.
  if (array?.items.some((one) => one instanceof PdfRef && one.num === item.num && one.gen === item.gen)) return holder
  if (array !== undefined && ref !== undefined && !hasOtherRole(ref, key, [holder, ...others])) {
    update.set(ref, grown)
    return holder
  }
  if (array === undefined && update.resolve(value) !== null)
    throw new CountersignError('PDF_DAMAGED', `/${key} is not an array`)
  return withValues(holder, { [key]: grown })
}

/** The catalog and its reference. Throws PDF_DAMAGED. */
export function catalogOf(update: Update): { readonly ref: PdfRef; readonly dict: PdfDict } {
  const ref = update.view.rootRef
  const dict = ref === undefined ? undefined : update.dict(ref)
  if (ref === undefined || dict === undefined)
    throw new CountersignError('PDF_DAMAGED', 'the trailer names no document catalog')
  return { ref, dict }
}

/** Where the interactive form stands: its own object, or direct in the catalog, or nowhere yet. */
interface FormPlace {
  readonly dict: PdfDict
  readonly ref: PdfRef | undefined
  readonly missing: boolean
}

function formPlace(update: Update): FormPlace {
  const value = catalogOf(update).dict.get('AcroForm')
  const dict = update.dict(value)
  if (dict !== undefined) return { dict, ref: update.lastRef(value), missing: false }
  if (update.resolve(value) !== null) throw new CountersignError('PDF_DAMAGED', '/AcroForm is not a dictionary')
  return { dict: new PdfDict(new Map()), ref: undefined, missing: true }
}

/** The interactive form as this update leaves it. */
export function formOf(update: Update): PdfDict | undefined {
  const place = formPlace(update)
  return place.missing ? undefined : place.dict
}

/** Changes the interactive form: an indirect one alone, a direct one with the catalog, a missing one is made (W18). */
export function changeForm(update: Update, change: (form: PdfDict) => PdfDict): void {
  const place = formPlace(update)
  const changed = change(place.dict)
  if (place.ref !== undefined) {
    update.set(place.ref, changed)
    return
  }
  const catalog = catalogOf(update)
  // A new form gets an object of its own, so that later signatures leave the catalog alone.
  const value = place.missing ? update.create(changed) : changed
  update.set(catalog.ref, withValues(catalog.dict, { AcroForm: value }))
}

/** SigFlags SignaturesExist and AppendOnly are set, /NeedAppearances goes (W18); /DR, /DA and all else stay. */
export function markSigned(update: Update): void {
  changeForm(update, (form) => {
    const flags = update.resolve(form.get('SigFlags'))
    const sigFlags = (typeof flags === 'number' ? flags : 0) | 3
    const marked = flags === sigFlags ? form : withValues(form, { SigFlags: sigFlags })
    return marked.has('NeedAppearances') ? withValues(marked, { NeedAppearances: undefined }) : marked
  })
}

/** The parts of a dotted name; every part must hold something and the name must fit a file. */
export function splitFieldName(name: string): readonly string[] {
  const parts = name.normalize('NFC').split('.')
  if (name.length === 0 || name.length > 500 || parts.some((part) => part.length === 0))
    throw new CountersignError('FIELD_INVALID', `not a field name: ${name.slice(0, 80)}`)
  return parts
}

/** Adds entries to the catalog's /Perms; its other keys stay (W25, B11). */
export function mergePerms(update: Update, entries: Readonly<Record<string, PdfObject>>): void {
  const catalog = catalogOf(update)
  const value = catalog.dict.get('Perms')
  const perms = update.dict(value)
  const ref = update.lastRef(value)
  const merged = withValues(perms ?? new PdfDict(new Map()), entries)
  if (perms !== undefined && ref !== undefined) update.set(ref, merged)
  else update.set(catalog.ref, withValues(catalog.dict, { Perms: merged }))
}
