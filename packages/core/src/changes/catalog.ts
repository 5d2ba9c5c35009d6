import type { PdfObject } from '../pdf/objects.ts'
import { PdfDict, PdfName, PdfRef, PdfStream } from '../pdf/objects.ts'
import type { ChangeKind } from '../report.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { compareSecurityStore } from './dss.ts'
import { equalOptional } from './equal.ts'
import { compareForm, sameHolder } from './form.ts'
import { isFreshClosure } from './fresh.ts'
import { compareFrozen, refuseAndAbsorb } from './frozen.ts'
import { compareMetadata } from './metadata.ts'
import { comparePages } from './pages.ts'
import { compareStructure } from './structure.ts'

const KINDS: ReadonlyMap<string, ChangeKind> = new Map<string, ChangeKind>([
  ['Names', 'form-structure-changed'],
  ['OpenAction', 'script-or-action-changed'],
  ['AA', 'script-or-action-changed'],
  ['OCProperties', 'layer-changed'],
  ['Perms', 'form-structure-changed'],
  ['AF', 'attachment-changed'],
  ['Collection', 'attachment-changed'],
])

/** M-01: the catalog and, over it, the whole document. */
export function compareCatalog(comparison: Comparison): void {
  const { old, now } = comparison
  const ref = now.rootRef
  if (old.root === undefined || now.root === undefined || ref === undefined) {
    return comparison.refuse({ path: '/Root', num: ref?.num ?? 0, kind: 'unknown', rule: 'R-08' })
  }
  comparison.explained.add(ref.num)
  const place: Place = { path: '/Root', num: ref.num, kind: 'unknown', rule: 'M-01' }
  if (old.root !== now.root && now.root.duplicates.length > 0) comparison.refuse({ ...place, rule: 'P-10' })
  for (const key of order(old.root, now.root)) {
    compareCatalogKey(comparison, key, old.root.get(key), now.root.get(key), {
      ...place,
      path: `/Root/${key}`,
      kind: KINDS.get(key) ?? 'unknown',
    })
  }
}

/** The form goes first: it says which widgets may be appended to pages and to the structure tree. */
function order(old: PdfDict, now: PdfDict): readonly string[] {
  return [...new Set(['AcroForm', ...old.map.keys(), ...now.map.keys()])]
}

function compareCatalogKey(
  comparison: Comparison,
  key: string,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  place: Place,
): void {
  switch (key) {
    case 'AcroForm':
      return compareForm(comparison, old, now)
    case 'DSS':
      return compareSecurityStore(comparison, old, now)
    case 'Metadata':
      return compareMetadata(comparison, old, now, place)
    case 'Extensions':
    case 'MarkInfo':
      return compareAdditions(comparison, old, now, { ...place, kind: 'metadata-changed' })
    case 'Version':
      return compareVersion(comparison, old, now, { ...place, kind: 'metadata-changed' })
    case 'Pages':
      return comparePages(comparison, old, now, place)
    case 'StructTreeRoot':
      return compareStructure(comparison, old, now, place)
    default:
      return compareFrozen(comparison, old, now, { ...place, rule: key === 'Perms' ? 'M-21' : 'M-18' })
  }
}

function compareVersion(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  place: Place,
): void {
  if (old instanceof PdfRef || now instanceof PdfRef) return compareFrozen(comparison, old, now, place)
  if (equalOptional(old, now)) return
  // The version in force is the header's where the catalog names none (7.5.2).
  const before = old instanceof PdfName ? old.name : comparison.document.header.version
  if (!(now instanceof PdfName) || !isVersion(now.name) || now.name < before) return comparison.refuse(place)
  comparison.permit(place, 'ltv', 'M-01', { before, after: now.name, despiteLock: true })
}

function isVersion(name: string): boolean {
  return ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6', '1.7', '2.0'].includes(name)
}

/** M-01: plain data that may be added to but loses nothing. */
function compareAdditions(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  place: Place,
): void {
  const unchanged =
    old instanceof PdfRef ? !comparison.near.has(old.num) : !comparison.history.refsOf(old ?? null).length
  if (equalOptional(old, now) && unchanged) return
  const dicts = sameHolder(comparison, old, now, place)
  if (dicts === undefined) return
  if (!addsOnly(comparison, dicts.before, dicts.after)) return refuseAndAbsorb(comparison, now, place)
  if (!isFreshBelow(comparison, dicts.before, dicts.after)) return refuseAndAbsorb(comparison, now, place)
  comparison.permit(place, 'ltv', 'M-01', { despiteLock: true })
}

function addsOnly(comparison: Comparison, old: PdfDict, now: PdfDict): boolean {
  if (now.duplicates.length > 0) return false
  for (const key of old.map.keys()) if (!now.has(key)) return false
  for (const value of now.map.values()) if (comparison.now.resolve(value) instanceof PdfStream) return false
  return true
}

/** Every value below is unchanged, fresh, or the same dictionary with additions. */
function isFreshBelow(comparison: Comparison, old: PdfDict, now: PdfDict): boolean {
  for (const [key, value] of now.map) {
    const before = old.get(key)
    const inPlace = value instanceof PdfRef && equalOptional(before, value)
    const oldDict = comparison.old.dict(before)
    const newDict = comparison.now.dict(value)
    if (inPlace && comparison.near.has(value.num)) {
      comparison.explained.add(value.num)
      if (newDict === undefined || !addsOnly(comparison, oldDict ?? now, newDict)) return false
      if (!isFreshClosure(comparison, newDict)) return false
    } else if (!isFreshClosure(comparison, value)) return false
    else if (oldDict !== undefined && (newDict === undefined || !addsOnly(comparison, oldDict, newDict))) return false
  }
  return true
}
