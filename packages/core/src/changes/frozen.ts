import type { PdfObject } from '../pdf/objects.ts'
import { PdfArray, PdfDict, PdfRef, PdfStream } from '../pdf/objects.ts'
import type { ChangeKind } from '../report.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { equalBytes, equalOptional, equalValues } from './equal.ts'
import { currentRef } from './history.ts'

interface Task {
  readonly old: PdfObject
  readonly now: PdfObject
  readonly place: Place
}

/** Names of dictionary keys only label a change for people; whether it is permitted never depends on them. */
const KINDS: ReadonlyMap<string, ChangeKind> = new Map<string, ChangeKind>([
  ['Font', 'font-changed'],
  ['EmbeddedFiles', 'attachment-changed'],
  ['JavaScript', 'script-or-action-changed'],
  ['A', 'script-or-action-changed'],
  ['AA', 'script-or-action-changed'],
  ['OpenAction', 'script-or-action-changed'],
  ['OCProperties', 'layer-changed'],
])

function below(place: Place, key: string): Place {
  return { ...place, path: `${place.path}/${key}`, kind: KINDS.get(key) ?? place.kind }
}

/**
 * M-18: nothing below may differ. Follows every reference that can lead to a changed object, by every path of the base, and stops
 * at objects that have rules of their own.
 */
export function compareFrozen(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  place: Place,
): void {
  const stack: Task[] = []
  pushTask(comparison, stack, old ?? null, now ?? null, place)
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) compareDirect(comparison, stack, task)
}

/** Adds a pair to compare, following a reference; what cannot differ is not added. */
function pushTask(comparison: Comparison, stack: Task[], old: PdfObject, now: PdfObject, place: Place): void {
  if (!(old instanceof PdfRef) || !(now instanceof PdfRef)) {
    stack.push({ old, now, place })
    return
  }
  if (!equalValues(old, now)) return refuseAndAbsorb(comparison, now, place)
  if (comparison.changed.has(now.num) && isMisnamed(comparison, now)) return refuseAndAbsorb(comparison, now, place)
  if (!comparison.near.has(old.num) || comparison.isEntity(old.num) || comparison.frozenSeen.has(old.num)) return
  comparison.frozenSeen.add(old.num)
  comparison.explained.add(old.num)
  stack.push({ old: comparison.old.load(old), now: comparison.now.load(now), place: { ...place, num: old.num } })
}

/** PDFium and MuPDF follow a reference by its number alone: one of another generation is a path to the object as well. */
function isMisnamed({ old, now }: Comparison, ref: PdfRef): boolean {
  return [old, now].some((view) => (currentRef(view, ref.num)?.gen ?? ref.gen) !== ref.gen)
}

function compareDirect(comparison: Comparison, stack: Task[], { old, now, place }: Task): void {
  if (old instanceof PdfDict && now instanceof PdfDict) return compareDicts(comparison, stack, old, now, place)
  if (old instanceof PdfStream && now instanceof PdfStream) {
    if (old !== now && !equalBytes(old.raw, now.raw)) refuseAndAbsorb(comparison, now, place)
    return compareDicts(comparison, stack, old.dict, now.dict, place)
  }
  if (old instanceof PdfArray && now instanceof PdfArray && old.items.length === now.items.length) {
    old.items.forEach((item, index) => {
      pushChild(comparison, stack, item, now.items[index] as PdfObject, place, String(index))
    })
    return
  }
  if (!equalValues(old, now)) refuseAndAbsorb(comparison, now, place)
}

function compareDicts(comparison: Comparison, stack: Task[], old: PdfDict, now: PdfDict, place: Place): void {
  // P-10: readers disagree on which of two equal keys counts.
  if (old !== now && (old.duplicates.length > 0 || now.duplicates.length > 0)) {
    return refuseAndAbsorb(comparison, now, place)
  }
  for (const [key, value] of old.map) pushChild(comparison, stack, value, now.get(key) ?? null, place, key)
  for (const [key, value] of now.map) if (!old.has(key)) pushChild(comparison, stack, null, value, place, key)
}

function pushChild(
  comparison: Comparison,
  stack: Task[],
  old: PdfObject,
  now: PdfObject,
  place: Place,
  key: string,
): void {
  const scalar = old === null || typeof old !== 'object'
  if (scalar && equalOptional(old, now)) return
  if (old instanceof PdfRef && now instanceof PdfRef && old.num === now.num && !comparison.near.has(old.num)) {
    if (old.gen === now.gen) return
  }
  pushTask(comparison, stack, old, now, below(place, key))
}

/** Refuses a value, and takes the new objects below it as explained by the refusal, so that they are not listed a second time. */
export function refuseAndAbsorb(comparison: Comparison, now: PdfObject | undefined, place: Place): void {
  comparison.refuse(place)
  absorb(comparison, now)
}

/** Marks all fresh objects below a value as explained. */
export function absorb(comparison: Comparison, now: PdfObject | undefined): void {
  const stack = [...comparison.history.refsOf(now ?? null)]
  if (now instanceof PdfRef) stack.push(now)
  for (let ref = stack.pop(); ref !== undefined; ref = stack.pop()) {
    if (!comparison.changed.has(ref.num) || comparison.explained.has(ref.num) || !comparison.isFresh(ref.num)) continue
    comparison.explained.add(ref.num)
    stack.push(...comparison.history.refsOf(comparison.now.load(ref)))
  }
}
