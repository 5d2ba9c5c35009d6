import type { PdfObject } from '../pdf/objects.ts'
import { PdfArray, PdfDict, PdfRef, PdfStream } from '../pdf/objects.ts'
import { problem } from '../problem.ts'
import { compareAppearance } from './appearance.ts'
import type { Place } from './change.ts'
import type { View } from '../pdf/types.ts'
import type { Comparison } from './comparison.ts'
import { warnIfCovering } from './coverage.ts'
import { drawnText, lettersOf } from './drawn-text.ts'
import { equalOptional } from './equal.ts'
import { isFreshClosure, isFreshRef } from './fresh.ts'
import { absorb, compareFrozen, refuseAndAbsorb } from './frozen.ts'
import { currentRef } from './history.ts'
import { isTranslucent } from './plain-drawing.ts'

/** M-15: what a reader adds to a page without touching it. */
const MARKUP = new Set(['Text', 'Highlight', 'Underline', 'StrikeOut', 'Squiggly', 'Popup', 'Ink'])
/** Kinds that are meant to lie on text, or show nothing. */
const ON_TEXT = new Set(['Highlight', 'Underline', 'StrikeOut', 'Squiggly', 'Popup', 'Link'])
/** M-15: kinds that can cover or replace what the page shows, or lead elsewhere. */
const DANGEROUS = new Set(['FreeText', 'Stamp', 'Redact', 'Link', 'FileAttachment', 'Screen', '3D'])
/** Keys that run or change something when the annotation is used. */
const ACTIVE = ['A', 'AA', 'PA', 'OC', 'AF']

/** What editing a markup annotation changes (12.5.2, 12.5.6); in a resource dictionary none but STATE means anything. */
const EDITABLE = new Set(
  (
    'Contents M NM F C CA ca QuadPoints InkList AP AS Rect RD Popup IRT RT T RC DS Name Open Subj CreationDate IT BS BE Border ' +
    'State StateModel Lang BM'
  ).split(' '),
)

function subtypeOf(comparison: Comparison, dict: PdfDict | undefined): string {
  return comparison.now.name(dict?.get('Subtype'))?.name ?? ''
}

/** Pages and annotations that a new annotation may name: its page, its popup, the one it answers. */
function knownAround(comparison: Comparison, dict: PdfDict): ReadonlySet<number> {
  const known = new Set<number>()
  for (const key of ['P', 'Parent', 'Popup', 'IRT']) {
    const value = dict.get(key)
    if (!(value instanceof PdfRef)) continue
    if (comparison.newPages.pages.has(value.num) || comparison.newPages.annotations.has(value.num)) known.add(value.num)
  }
  return known
}

/** M-15: an annotation that the base does not have. */
export function compareAddedAnnotation(comparison: Comparison, item: PdfObject, place: Place): void {
  const dict = comparison.now.dict(item)
  const subtype = subtypeOf(comparison, dict)
  const here: Place = { ...place, kind: 'annotation-added', rule: 'M-15' }
  const isNew = item instanceof PdfDict || isFreshRef(comparison, item)
  if (dict === undefined || !isNew || !isPermittedKind(comparison, dict, subtype)) {
    return refuseAndAbsorb(comparison, item, here)
  }
  const appearance = dict.get('AP')
  const drawn = compareAppearance(comparison, undefined, appearance, { place: here, stateful: false })
  if (drawn === 'refused' || !isFreshClosure(comparison, item, knownAround(comparison, dict))) {
    comparison.refuse(here)
    return absorb(comparison, item)
  }
  warnIfDangerous(comparison, subtype, place)
  if (covers(comparison.now, dict, subtype)) warnIfCovering(comparison, dict, place.page, 'ANNOTATION_COVERS_CONTENT')
  comparison.permit(here, 'annotation', 'M-15', { after: subtype })
}

/** What can hide the text it lies on: every kind that is not made for lying there, and such with a look that writes or is opaque. */
function covers(view: View, dict: PdfDict, subtype: string): boolean {
  if (!ON_TEXT.has(subtype)) return true
  const look = view.stream(view.dict(dict.get('AP'))?.get('N'))
  if (look === undefined) return false
  const drawn = drawnText(view, look)
  if (!drawn.known || drawn.images || lettersOf(drawn.text) !== '') return true
  return subtype === 'Highlight' && !isTranslucent(view, look)
}

function isPermittedKind(comparison: Comparison, dict: PdfDict, subtype: string): boolean {
  if (!MARKUP.has(subtype) && !DANGEROUS.has(subtype)) return false
  return dict.duplicates.length === 0 && !ACTIVE.some((key) => dict.has(key))
}

function warnIfDangerous(comparison: Comparison, subtype: string, place: Place): void {
  if (!DANGEROUS.has(subtype)) return
  const args = { subtype, page: place.page ?? null, revision: comparison.now.revision }
  comparison.problems.push(problem('M-15', 'DANGEROUS_ANNOTATION', 'W', args))
}

/** M-15: an annotation that the page no longer shows. Only the kinds that cover nothing may go. */
export function removeAnnotation(comparison: Comparison, item: PdfObject, place: Place): void {
  const dict = comparison.old.dict(item)
  const subtype = subtypeOf(comparison, dict)
  const num = item instanceof PdfRef ? item.num : place.num
  const here: Place = { ...place, num, kind: 'annotation-removed', rule: 'M-15' }
  if (!MARKUP.has(subtype)) return comparison.refuse(here, { before: subtype })
  if (item instanceof PdfRef) comparison.explained.add(item.num)
  // what lay over the text when it was signed, and goes now, uncovers it.
  if (dict !== undefined && covers(comparison.old, dict, subtype)) {
    warnIfCovering(comparison, dict, place.page, 'ANNOTATION_COVERS_CONTENT')
  }
  comparison.permit(here, 'annotation', 'M-15', { before: subtype })
}

/** An annotation that both views have. Widgets of fields are the form's business. */
export function compareKnownAnnotation(comparison: Comparison, item: PdfObject, place: Place): void {
  if (!(item instanceof PdfRef)) return compareFrozen(comparison, item, item, place)
  if (!comparison.near.has(item.num) || comparison.oldFields.nodes.has(item.num)) return
  if (comparison.frozenSeen.has(item.num)) return
  comparison.frozenSeen.add(item.num)
  comparison.explained.add(item.num)
  const old = comparison.old.load(item)
  const now = comparison.now.load(item)
  const here: Place = { ...place, num: item.num, rule: 'M-15' }
  if (!(old instanceof PdfDict) || !(now instanceof PdfDict)) {
    if (old !== now) refuseAndAbsorb(comparison, now, here)
    return
  }
  const subtype = subtypeOf(comparison, old)
  if (MARKUP.has(subtype) && subtypeOf(comparison, now) === subtype) compareMarkup(comparison, old, now, here)
  else compareAnnotationKeys(comparison, old, now, { ...here, rule: 'M-18' }, new Set())
}

function compareAnnotationKeys(
  comparison: Comparison,
  old: PdfDict,
  now: PdfDict,
  place: Place,
  except: ReadonlySet<string>,
): void {
  if (old !== now && now.duplicates.length > 0) comparison.refuse({ ...place, rule: 'P-10' })
  for (const key of new Set([...old.map.keys(), ...now.map.keys()])) {
    if (except.has(key)) continue
    compareFrozen(comparison, old.get(key), now.get(key), { ...place, path: `${place.path}/${place.num}/${key}` })
  }
}

/** Keys that mean something in a graphics state as well. */
const STATE = ['CA', 'ca', 'BM'] as const
/** Keys under which an annotation is held as one. */
const AS_ANNOTATION: ReadonlySet<string> = new Set(['Annots', 'Popup', 'Parent', 'IRT', 'Obj'])

/** an annotation may have been made to play another role, such as a graphics state, where /ca and /BM mean something. */
function servesElsewhere(comparison: Comparison, num: number): boolean {
  const stack = [...comparison.history.referrers(num)].map((referrer): PdfObject => {
    const ref = currentRef(comparison.old, referrer)
    return ref === undefined ? null : comparison.old.load(ref)
  })
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (item instanceof PdfArray) stack.push(...item.items.filter((one) => !(one instanceof PdfRef)))
    const dict = item instanceof PdfStream ? item.dict : item
    if (!(dict instanceof PdfDict)) continue
    for (const [key, value] of dict.map) {
      if (value instanceof PdfRef && value.num === num && !AS_ANNOTATION.has(key)) return true
      if (value instanceof PdfArray || value instanceof PdfDict) stack.push(value)
    }
  }
  return false
}

/** M-15: a markup annotation may be edited, but gains no action. */
function compareMarkup(comparison: Comparison, old: PdfDict, now: PdfDict, place: Place): void {
  const edited = new Set<string>()
  for (const key of new Set([...old.map.keys(), ...now.map.keys()])) {
    if (EDITABLE.has(key) && !equalOptional(old.get(key), now.get(key))) edited.add(key)
  }
  const values = [...edited].map((key) => now.get(key))
  const clean = values.every(
    (value) => value === undefined || isFreshClosure(comparison, value, knownAround(comparison, now)),
  )
  if (!clean || (STATE.some((key) => edited.has(key)) && servesElsewhere(comparison, place.num))) {
    return refuseAndAbsorb(comparison, now, place)
  }
  if (edited.size > 0) comparison.permit(place, 'annotation', 'M-15')
  const subtype = subtypeOf(comparison, now)
  const moved = edited.has('Rect') || edited.has('AP') || edited.has('F')
  if (moved && covers(comparison.now, now, subtype)) {
    warnIfCovering(comparison, now, place.page, 'ANNOTATION_COVERS_CONTENT')
  }
  compareAnnotationKeys(comparison, old, now, place, edited)
}
