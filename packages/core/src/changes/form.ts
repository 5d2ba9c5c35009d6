import type { PdfObject } from '../pdf/objects.ts'
import { PdfArray, PdfDict, PdfRef, PdfStream, PdfString } from '../pdf/objects.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { equalOptional } from './equal.ts'
import { compareField } from './field.ts'
import type { FieldNode } from './field-tree.ts'
import { isFreshClosure, isFreshRef } from './fresh.ts'
import { absorb, compareFrozen, refuseAndAbsorb } from './frozen.ts'
import { fieldsDrawnBy } from './form-defaults.ts'
import { compareNewField } from './new-field.ts'

const FORM: Omit<Place, 'num'> = { path: '/Root/AcroForm', kind: 'form-structure-changed', rule: 'M-06' }
const EMPTY = new PdfDict(new Map())

/** M-06, M-07: the interactive form. */
export function compareForm(comparison: Comparison, old: PdfObject | undefined, now: PdfObject | undefined): void {
  const place: Place = { ...FORM, num: now instanceof PdfRef ? now.num : (comparison.now.rootRef?.num ?? 0) }
  const dicts = sameHolder(comparison, old, now, place)
  if (dicts === undefined) return
  const { before, after } = dicts
  if (before !== after && after.duplicates.length > 0)
    return refuseAndAbsorb(comparison, after, { ...place, rule: 'P-10' })
  for (const key of new Set([...before.map.keys(), ...after.map.keys()])) {
    compareFormKey(comparison, key, before, after, place)
  }
  compareFieldTree(comparison, before.get('Fields'), after.get('Fields'), place)
}

interface Dicts {
  readonly before: PdfDict
  readonly after: PdfDict
}

/** The dictionaries of a value that is the same object, or new where there was none or a direct one. */
export function sameHolder(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  place: Place,
): Dicts | undefined {
  const before = comparison.old.dict(old)
  const after = comparison.now.dict(now)
  const moved = now instanceof PdfRef && !equalOptional(old, now) && !isFreshRef(comparison, now)
  const isAbsent = old === undefined || old === null
  if (after === undefined || moved || (before === undefined && !isAbsent)) {
    if (isAbsent && (now === undefined || now === null)) return undefined
    refuseAndAbsorb(comparison, now, place)
    return undefined
  }
  if (now instanceof PdfRef) comparison.explained.add(now.num)
  return { before: before ?? EMPTY, after }
}

function compareFormKey(comparison: Comparison, key: string, old: PdfDict, now: PdfDict, form: Place): void {
  const before = old.get(key)
  const after = now.get(key)
  const place = { ...form, path: `${form.path}/${key}` }
  if (key === 'Fields') return
  if (key === 'DR') return compareResources(comparison, before, after, place)
  if (equalOptional(before, after) || !['DA', 'Q', 'NeedAppearances', 'SigFlags'].includes(key)) {
    return compareFrozen(comparison, before, after, place)
  }
  if (!isAllowed(key, before, after)) return comparison.refuse(place)
  // A viewer that draws the fields itself uses /DA and /Q: then they change what is shown.
  const drawn = fieldsDrawnBy(comparison, key, before)
  for (const field of drawn) comparison.permit({ ...place, field }, 'form', 'M-06')
  if (drawn.length > 0) return
  const shown = (key === 'DA' || key === 'Q') && now.get('NeedAppearances') === true
  comparison.permit(place, shown ? 'form' : 'ltv', 'M-06', { despiteLock: !shown })
}

function isAllowed(key: string, before: PdfObject | undefined, after: PdfObject | undefined): boolean {
  if (key === 'NeedAppearances') return after === undefined || after === false
  if (key === 'DA') return after === undefined || after instanceof PdfString
  if (key === 'Q') return after === undefined || typeof after === 'number'
  const flags = typeof before === 'number' ? before : 0
  return typeof after === 'number' && (flags & after) === flags
}

/** M-06: resources of the form may be added to; what a name meant it still means. */
function compareResources(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  place: Place,
): void {
  if (now === undefined && old !== undefined) return comparison.refuse({ ...place, kind: 'font-changed' })
  const dicts = sameHolder(comparison, old, now, place)
  if (dicts === undefined) return
  let added = false
  for (const [category, value] of dicts.before.map) {
    const place2 = { ...place, path: `${place.path}/${category}`, kind: 'font-changed' as const }
    const after = dicts.after.get(category)
    if (comparison.old.dict(value) === undefined) compareFrozen(comparison, value, after, place2)
    else added = compareCategory(comparison, value, after, place2) || added
  }
  for (const [category, value] of dicts.after.map) {
    if (dicts.before.has(category)) continue
    added = true
    if (!isFreshClosure(comparison, value))
      refuseAndAbsorb(comparison, value, { ...place, path: `${place.path}/${category}` })
  }
  if (added) comparison.permit(place, 'form', 'M-06')
}

function compareCategory(comparison: Comparison, old: PdfObject, now: PdfObject | undefined, place: Place): boolean {
  const dicts = sameHolder(comparison, old, now, place)
  if (dicts === undefined) return false
  if (dicts.before !== dicts.after && dicts.after.duplicates.length > 0) comparison.refuse({ ...place, rule: 'P-10' })
  let renewed = false
  for (const [name, value] of dicts.before.map) {
    const after = dicts.after.get(name)
    if (isRenewedForm(comparison, place.path, value, after)) renewed = true
    else compareFrozen(comparison, value, after, { ...place, path: `${place.path}/${name}` })
  }
  const added = [...dicts.after.map].filter(([name]) => !dicts.before.has(name))
  for (const [name, value] of added) {
    if (!isFreshClosure(comparison, value))
      refuseAndAbsorb(comparison, value, { ...place, path: `${place.path}/${name}` })
  }
  return renewed || added.length > 0
}

/**
 * Some signing software keeps the appearance of its latest signature as a named form in /DR. The name may get another form where no
 * appearance of the base can mean the old one by it: each has resources of its own. Fonts never.
 */
function isRenewedForm(comparison: Comparison, path: string, old: PdfObject, now: PdfObject | undefined): boolean {
  if (!path.endsWith('/DR/XObject') || !(now instanceof PdfRef) || equalOptional(old, now)) return false
  if (!(old instanceof PdfRef) || comparison.near.has(old.num)) return false
  if (!everyAppearanceHasResources(comparison)) return false
  return isFreshRef(comparison, now) && comparison.now.stream(now) !== undefined && isFreshClosure(comparison, now)
}

const borrows = new WeakMap<PdfStream, boolean>()

/** True for an appearance without resources of its own that draws something by name. */
function borrowsForms(comparison: Comparison, stream: PdfStream | undefined): boolean {
  if (stream === undefined || stream.dict.has('Resources')) return false
  const known = borrows.get(stream)
  if (known !== undefined) return known
  const data = comparison.document.decode(stream)
  const answer = data.some((byte, index) => byte === 0x44 && data[index + 1] === 0x6f) // Do
  borrows.set(stream, answer)
  return answer
}

function everyAppearanceHasResources(comparison: Comparison): boolean {
  const { old } = comparison
  for (const { dict } of comparison.oldFields.nodes.values()) {
    for (const entry of old.dict(dict.get('AP'))?.map.values() ?? []) {
      const streams = old.dict(entry)?.map.values() ?? [entry]
      for (const stream of streams) if (borrowsForms(comparison, old.stream(stream))) return false
    }
  }
  return true
}

/** M-07: nothing deleted, renamed or moved; new fields by M-08 only. */
function compareFieldTree(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  form: Place,
): void {
  const place: Place = { ...form, path: `${form.path}/Fields`, rule: 'M-07' }
  const before = comparison.oldFields
  const after = comparison.newFields
  const known = new Set(before.defects)
  for (const defect of after.defects) if (!known.has(defect)) comparison.refuse(place, { after: defect })
  compareList(comparison, old, now, place)
  for (const node of before.nodes.values()) {
    if (comparison.near.has(node.num)) compareNode(comparison, node, after.nodes.get(node.num), place)
  }
}

function compareNode(comparison: Comparison, old: FieldNode, now: FieldNode | undefined, place: Place): void {
  const here: Place = { ...place, path: `/Root/AcroForm/Fields/${old.name}`, num: old.num, field: old.name }
  if (now === undefined) {
    comparison.explained.add(old.num)
    return comparison.refuse(here, { before: old.name })
  }
  if (now.parent !== old.parent || now.name !== old.name || now.isWidget !== old.isWidget || now.type !== old.type) {
    comparison.refuse(here, { before: old.name, after: now.name })
  }
  if (old.kids.length > 0 || now.kids.length > 0 || !equalOptional(old.dict.get('Kids'), now.dict.get('Kids'))) {
    compareList(comparison, old.dict.get('Kids'), now.dict.get('Kids'), here, old)
  }
  compareField(comparison, old, now)
}

/** /Fields, or the /Kids of a field: the old entries stand first and in order, then only new fields. */
function compareList(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  place: Place,
  parent?: FieldNode,
): void {
  if (now instanceof PdfRef) {
    const own = equalOptional(old, now) || isFreshRef(comparison, now)
    if (!own) return refuseAndAbsorb(comparison, now, place)
    if (!comparison.near.has(now.num) && equalOptional(old, now)) return
    comparison.explained.add(now.num)
  }
  const before = comparison.old.array(old)?.items ?? []
  const array = comparison.now.array(now)
  const isAbsent = (value: PdfObject | undefined): boolean => value === undefined || value === null
  if (!(array instanceof PdfArray)) {
    if (!isAbsent(now) || !isAbsent(old)) refuseAndAbsorb(comparison, now, place)
    return
  }
  if (isAbsent(old) && parent !== undefined) return refuseAndAbsorb(comparison, now, place)
  const kept = before.every((item, index) => equalOptional(item, array.items[index]))
  if (!kept) comparison.refuse(place)
  before.forEach((item, index) => {
    if (!(item instanceof PdfRef)) compareFrozen(comparison, item, array.items[index], place)
  })
  const known = new Set(before.map((item) => (item instanceof PdfRef ? item.num : -1)))
  for (const item of array.items) {
    if (!(item instanceof PdfRef) || known.has(item.num)) continue
    known.add(item.num)
    addField(comparison, item, place, parent)
  }
}

function addField(comparison: Comparison, ref: PdfRef, place: Place, parent: FieldNode | undefined): void {
  const node = comparison.newFields.nodes.get(ref.num)
  // M-07: a group may gain fields; a field with a type of its own may gain nothing, a widget least of all.
  const isGroup =
    parent === undefined || parent.kids.some((num) => comparison.oldFields.nodes.get(num)?.isWidget !== true)
  const isKnown = comparison.oldFields.nodes.has(ref.num)
  if (node === undefined || node.isWidget || !isGroup || isKnown || node.parent !== parent?.num) {
    comparison.refuse({ ...place, num: ref.num })
    return absorb(comparison, ref)
  }
  compareNewField(comparison, node)
}
