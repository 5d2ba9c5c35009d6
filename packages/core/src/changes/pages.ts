import type { PdfObject } from '../pdf/objects.ts'
import { PdfArray, PdfDict, PdfRef } from '../pdf/objects.ts'
import type { ChangeKind } from '../report.ts'
import { compareAddedAnnotation, compareKnownAnnotation, removeAnnotation } from './annotations.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { equalOptional, equalValues } from './equal.ts'
import { isFreshRef } from './fresh.ts'
import { compareFrozen, refuseAndAbsorb } from './frozen.ts'
import { tellWords } from './page-words.ts'

/** M-18 for the page tree and the pages, M-13 and M-15 for their annotations. */
export function comparePages(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  place: Place,
): void {
  const defect = comparison.oldPages.defect ?? comparison.newPages.defect
  const here: Place = { ...place, kind: 'page-content-changed', rule: 'M-18' }
  if (!equalOptional(old, now)) return refuseAndAbsorb(comparison, now, here)
  if (defect !== undefined) comparison.refuse(here, { after: defect })
  for (const num of comparison.oldPages.nodes) if (comparison.near.has(num)) compareTreeNode(comparison, num, here)
  for (const [num, index] of comparison.oldPages.pages) {
    if (comparison.near.has(num)) comparePage(comparison, num, index)
  }
}

function objectsOf(comparison: Comparison, num: number): readonly [PdfObject, PdfObject] {
  const ref = refAt(comparison, num)
  return [comparison.old.load(ref), comparison.now.load(ref)]
}

function refAt(comparison: Comparison, num: number): PdfRef {
  const entry = comparison.old.entry(num)
  return new PdfRef(num, entry?.type === 'used' ? entry.gen : 0)
}

function compareTreeNode(comparison: Comparison, num: number, place: Place): void {
  const [old, now] = objectsOf(comparison, num)
  comparison.explained.add(num)
  const here: Place = { ...place, num }
  if (old instanceof PdfArray && now instanceof PdfArray) return compareKids(comparison, old, now, here)
  if (!(old instanceof PdfDict) || !(now instanceof PdfDict)) return refuseAndAbsorb(comparison, now, here)
  if (old !== now && now.duplicates.length > 0) comparison.refuse({ ...here, rule: 'P-10' })
  for (const key of new Set([...old.map.keys(), ...now.map.keys()])) {
    const before = old.get(key)
    const after = now.get(key)
    if (key === 'Kids' && before instanceof PdfArray && after instanceof PdfArray) {
      compareKids(comparison, before, after, here)
    } else if (key === 'Kids' && equalOptional(before, after) && before instanceof PdfRef) continue
    else compareFrozen(comparison, before, after, { ...here, path: `${here.path}/${key}` })
  }
}

function compareKids(comparison: Comparison, old: PdfArray, now: PdfArray, place: Place): void {
  const numbers = (array: PdfArray): number[] => array.items.map((item) => (item instanceof PdfRef ? item.num : -1))
  const before = numbers(old)
  const after = numbers(now)
  const added = after.filter((num) => !before.includes(num))
  const removed = before.filter((num) => !after.includes(num))
  const here: Place = { ...place, path: `${place.path}/Kids` }
  for (const num of added) {
    refuseAndAbsorb(comparison, new PdfRef(num, 0), { ...here, num, kind: 'page-added' })
  }
  for (const num of removed) {
    const index = comparison.oldPages.pages.get(num)
    comparison.refuse({ ...here, num, kind: 'page-removed', ...(index === undefined ? {} : { page: index + 1 }) })
  }
  if (added.length === 0 && removed.length === 0 && !equalValues(old, now)) {
    comparison.refuse({ ...here, kind: 'page-reordered' })
  }
}

function comparePage(comparison: Comparison, num: number, index: number): void {
  const [old, now] = objectsOf(comparison, num)
  comparison.explained.add(num)
  const place: Place = {
    path: `/Root/Pages/${index + 1}`,
    num,
    kind: 'page-content-changed',
    rule: 'M-18',
    page: index + 1,
  }
  if (!(old instanceof PdfDict) || !(now instanceof PdfDict)) return refuseAndAbsorb(comparison, now, place)
  const found = comparison.changes.length
  if (old !== now && now.duplicates.length > 0) comparison.refuse({ ...place, rule: 'P-10' })
  for (const key of new Set([...old.map.keys(), ...now.map.keys()])) {
    const here: Place = { ...place, path: `${place.path}/${key}`, kind: kindOfPageKey(key) }
    if (key === 'Annots') compareAnnotations(comparison, old.get(key), now.get(key), here)
    else compareFrozen(comparison, old.get(key), now.get(key), here)
  }
  if (comparison.changes.length > found) tellWords(comparison, index + 1, found)
}

function kindOfPageKey(key: string): ChangeKind {
  if (key === 'AA') return 'script-or-action-changed'
  return key === 'Annots' ? 'annotation-changed' : 'page-content-changed'
}

/** M-13: the array may only grow at its end; single annotations are judged by their own rules. */
function compareAnnotations(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  place: Place,
): void {
  const before = comparison.old.array(old)?.items ?? []
  const after = comparison.now.array(now)?.items ?? []
  const isAbsent = (value: PdfObject | undefined): boolean => value === undefined || value === null
  if (!isAbsent(now) && comparison.now.array(now) === undefined) {
    if (!equalOptional(old, now)) refuseAndAbsorb(comparison, now, place)
    return
  }
  if (now instanceof PdfRef) {
    if (!equalOptional(old, now) && !isFreshRef(comparison, now)) return refuseAndAbsorb(comparison, now, place)
    if (!equalOptional(old, now) || comparison.near.has(now.num)) comparison.explained.add(now.num)
  }
  const inAfter = membership(after)
  const inBefore = membership(before)
  const kept = before.filter(inAfter)
  const inOrder = kept.every((item, index) => equalOptional(item, after[index]))
  // An annotation listed once more would be drawn once more, over what came after it.
  if (!inOrder || repeats(after) > repeats(before)) comparison.refuse({ ...place, rule: 'M-13' })
  for (const item of before) if (!inAfter(item)) removeAnnotation(comparison, item, place)
  for (const item of kept) compareKnownAnnotation(comparison, item, place)
  for (const item of after) if (!inBefore(item)) compareAdded(comparison, item, place)
}

function repeats(items: readonly PdfObject[]): number {
  const refs = items.filter((item) => item instanceof PdfRef).map(String)
  return refs.length - new Set(refs).size
}

/** Tells whether a list holds an item: references by number and generation, direct ones by value. */
function membership(items: readonly PdfObject[]): (item: PdfObject) => boolean {
  const refs = new Set(items.map((item) => (item instanceof PdfRef ? String(item) : '')))
  const direct = items.filter((item) => !(item instanceof PdfRef))
  return (item) => (item instanceof PdfRef ? refs.has(String(item)) : direct.some((one) => equalValues(one, item)))
}

function compareAdded(comparison: Comparison, item: PdfObject, place: Place): void {
  const num = item instanceof PdfRef ? item.num : place.num
  if (item instanceof PdfRef && comparison.approvedWidgets.has(item.num))
    return checkWidgetPage(comparison, item, place)
  compareAddedAnnotation(comparison, item, { ...place, num })
}

/** The widget stands on the page that it names, and on no other. */
function checkWidgetPage(comparison: Comparison, item: PdfRef, place: Place): void {
  const widget = comparison.now.dict(item)
  const page = widget?.get('P')
  const isElsewhere = page instanceof PdfRef && comparison.newPages.pages.get(page.num) !== (place.page ?? 0) - 1
  const isShared = comparison.newPages.annotations.get(item.num) !== (place.page ?? 0) - 1
  const field = comparison.approvedWidgets.get(item.num)?.field
  if (isElsewhere || isShared) comparison.refuse({ ...place, rule: 'M-13', ...(field === undefined ? {} : { field }) })
}
