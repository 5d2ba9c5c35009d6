import type { PdfObject } from '../pdf/objects.ts'
import { PdfDict, PdfRef, PdfStream } from '../pdf/objects.ts'
import type { View } from '../pdf/types.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { equalOptional } from './equal.ts'
import { isFreshClosure, isFreshRef } from './fresh.ts'
import { absorb, compareFrozen } from './frozen.ts'
import { drawsPlainly } from './plain-drawing.ts'
import { paints } from './shown-value.ts'

const KINDS = ['N', 'R', 'D'] as const

/** A new appearance stream: fresh, without a layer or an outside file in it or below, resources fresh or unchanged (M-12). */
export function isNewAppearance(comparison: Comparison, value: PdfObject | undefined): boolean {
  if (!(value instanceof PdfRef) || !isFreshRef(comparison, value)) return false
  const stream = comparison.now.load(value)
  if (!(stream instanceof PdfStream) || !drawsPlainly(comparison.now, stream)) return false
  if (!staysInside(comparison.now, stream)) return false
  return isFreshClosure(comparison, value)
}

/**
 * True when a drawing has a /BBox that binds it to the annotation's rectangle, or leaves nothing on the page. PDFium draws one without
 * a /BBox all over the page, whatever the rectangle is.
 */
function staysInside(view: View, drawing: PdfStream): boolean {
  const box = view.array(drawing.dict.get('BBox'))?.items ?? []
  if (box.length === 4 && box.every((side) => view.number(side) !== undefined)) return true
  try {
    return !paints(view, drawing)
  } catch {
    return false
  }
}

/** Answer of a comparison of appearances: whether they differ, where the rule permits it. */
export type AppearanceResult = 'same' | 'changed' | 'refused'

interface Subject {
  readonly place: Place
  /** Check boxes, radio buttons: the appearance is chosen by state. */
  readonly stateful: boolean
}

/** M-12: the /AP of a widget before and after. */
export function compareAppearance(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  subject: Subject,
): AppearanceResult {
  const before = comparison.old.dict(old)
  const sameRef = old instanceof PdfRef && equalOptional(old, now)
  if (sameRef) {
    if (!comparison.near.has(old.num)) return 'same'
    // M-12: /AP itself is used by one widget. A frozen path to the same object is refused on its own.
    if (comparison.history.countUses(comparison.old, old.num) > 1) return refuseUnlessFrozen(comparison, old, subject)
    comparison.explained.add(old.num)
  } else if (now instanceof PdfRef && !isFreshRef(comparison, now)) return 'refused'
  else if (now instanceof PdfRef) comparison.explained.add(now.num)
  if (now === undefined) return old === undefined ? 'same' : 'changed'
  const after = comparison.now.dict(now)
  if (after === undefined || after.duplicates.length > 0) return 'refused'
  for (const key of new Set([...(before?.map.keys() ?? []), ...after.map.keys()])) {
    if (KINDS.some((kind) => kind === key)) continue
    compareFrozen(comparison, before?.get(key), after.get(key), subject.place)
  }
  return worst(KINDS.map((kind) => compareEntry(comparison, before?.get(kind), after.get(kind), subject)))
}

/** An /AP that several widgets share: nothing of it may differ. */
function refuseUnlessFrozen(comparison: Comparison, shared: PdfRef, { place }: Subject): AppearanceResult {
  compareFrozen(comparison, shared, shared, { ...place, path: `${place.path}/AP`, rule: 'M-12' })
  return 'same'
}

function worst(results: readonly AppearanceResult[]): AppearanceResult {
  if (results.includes('refused')) return 'refused'
  return results.includes('changed') ? 'changed' : 'same'
}

/** One of /N, /R, /D: a stream, or a dictionary of streams by state. */
function compareEntry(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  subject: Subject,
): AppearanceResult {
  if (now === undefined || now === null) return old === undefined || old === null ? 'same' : 'changed'
  const states = comparison.now.dict(now)
  if (states !== undefined) return compareStates(comparison, old, now, states, subject)
  if (equalOptional(old, now)) return compareInPlace(comparison, now, subject)
  return isNewAppearance(comparison, now) ? 'changed' : 'refused'
}

function compareStates(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject,
  states: PdfDict,
  subject: Subject,
): AppearanceResult {
  if (states.duplicates.length > 0) return 'refused'
  if (now instanceof PdfRef) {
    const inPlace = equalOptional(old, now)
    if (!inPlace && !isFreshRef(comparison, now)) return 'refused'
    if (inPlace && comparison.changed.has(now.num) && comparison.history.countUses(comparison.old, now.num) > 1) {
      return 'refused'
    }
    comparison.explained.add(now.num)
  }
  const before = comparison.old.dict(old)
  const stateful = { ...subject, stateful: true }
  return worst(
    [...states.map].map(([state, value]) => {
      if (equalOptional(before?.get(state), value)) return compareInPlace(comparison, value, stateful)
      return isNewAppearance(comparison, value) ? 'changed' : 'refused'
    }),
  )
}

/** The same stream as before, perhaps overwritten. */
function compareInPlace(comparison: Comparison, value: PdfObject, subject: Subject): AppearanceResult {
  if (!(value instanceof PdfRef) || !comparison.near.has(value.num)) return 'same'
  if (!comparison.changed.has(value.num)) {
    compareFrozen(comparison, value, value, { ...subject.place, path: `${subject.place.path}/AP` })
    return 'same'
  }
  const stream = comparison.now.load(value)
  // M-12: overwritten in place only with a single user and where no state chooses the appearance.
  if (subject.stateful || !(stream instanceof PdfStream)) return 'refused'
  if (comparison.history.countUses(comparison.old, value.num) !== 1) return 'refused'
  if (!drawsPlainly(comparison.now, stream) || !staysInside(comparison.now, stream)) return 'refused'
  if (!isFreshClosure(comparison, stream)) return 'refused'
  comparison.explained.add(value.num)
  return 'changed'
}

/** Refuses an appearance and what is new below it. */
export function refuseAppearance(comparison: Comparison, now: PdfObject | undefined, place: Place): void {
  comparison.refuse({ ...place, rule: 'M-12', path: `${place.path}/AP`, kind: 'appearance-changed' })
  absorb(comparison, now)
  if (now instanceof PdfRef) comparison.explained.add(now.num)
}

/** True when a value is a dictionary of the kind /AP is: only /N, /R, /D, each new (M-08). */
export function isNewAppearanceDictionary(comparison: Comparison, value: PdfObject | undefined): boolean {
  if (value === undefined) return true
  return compareAppearance(comparison, undefined, value, { place: NOWHERE, stateful: false }) !== 'refused'
}

const NOWHERE: Place = { path: '', num: 0, kind: 'appearance-changed' }
