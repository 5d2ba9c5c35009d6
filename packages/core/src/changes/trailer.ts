import type { PdfObject } from '../pdf/objects.ts'
import { PdfArray, PdfDict, PdfRef, PdfString } from '../pdf/objects.ts'
import { problem } from '../problem.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { equalBytes, equalOptional } from './equal.ts'
import { describe } from './field.ts'
import { isFreshClosure, isFreshRef } from './fresh.ts'
import { compareFrozen, refuseAndAbsorb } from './frozen.ts'

/** Keys of the file's structure, which each section has anew (7.5.5, 7.5.8). */
const STRUCTURE = new Set([
  'Size',
  'Prev',
  'XRefStm',
  'Type',
  'W',
  'Index',
  'Filter',
  'DecodeParms',
  'Length',
  'Root',
  'ID',
  'Encrypt',
  'Info',
])

/** R-08 and M-03: the trailer. */
export function compareTrailer(comparison: Comparison): void {
  const old = comparison.old.trailer
  const now = comparison.now.trailer
  const place: Place = { path: '', num: 0, kind: 'unknown', rule: 'R-08' }
  if (now.duplicates.length > 0) comparison.refuse({ ...place, rule: 'P-10' })
  if (!(now.get('Root') instanceof PdfRef) || !equalOptional(old.get('Root'), now.get('Root'))) {
    comparison.refuse({ ...place, path: '/Root' })
  }
  compareId(comparison, { ...place, path: '/ID', kind: 'metadata-changed' })
  compareFrozen(comparison, old.get('Encrypt'), now.get('Encrypt'), { ...place, path: '/Encrypt' })
  compareInfo(comparison, old.get('Info'), now.get('Info'))
  for (const [key, value] of now.map) {
    if (STRUCTURE.has(key) || equalOptional(old.get(key), value)) continue
    comparison.problems.push(problem('R-08', 'TRAILER_KEY_ADDED', 'W', { key, revision: comparison.now.revision }))
  }
}

/**
 * R-08: /ID[0] is fixed. It takes part in decryption; elsewhere it shows nothing, and widely used signing software renews it, so that a
 * signer who covers the new one may have changed it.
 */
function compareId(comparison: Comparison, place: Place): void {
  const { old, now } = comparison
  if (equalBytes(firstId(comparison, old.trailer), firstId(comparison, now.trailer))) return
  if (old.trailer.has('Encrypt') || now.trailer.has('Encrypt')) return comparison.refuse(place)
  comparison.permit(place, 'ltv', 'R-08', { despiteLock: true, needsSignature: true })
}

function firstId(comparison: Comparison, trailer: PdfDict): Uint8Array {
  const id = comparison.now.resolve(trailer.get('ID'))
  const first = id instanceof PdfArray ? comparison.now.resolve(id.items[0]) : null
  return first instanceof PdfString ? first.bytes : new Uint8Array(0)
}

/** M-03: indirect, a dictionary, reached from the trailer only. */
function compareInfo(comparison: Comparison, old: PdfObject | undefined, now: PdfObject | undefined): void {
  const place: Place = {
    path: '/Info',
    num: now instanceof PdfRef ? now.num : 0,
    kind: 'metadata-changed',
    rule: 'M-03',
  }
  if (now === undefined || now === null) {
    if (old instanceof PdfRef) comparison.permit(place, 'ltv', 'M-03', { after: '', despiteLock: true })
    return
  }
  if (now instanceof PdfRef && equalOptional(old, now) && !comparison.near.has(now.num)) return
  const dict = comparison.now.dict(now)
  const isOwn = now instanceof PdfRef && (equalOptional(old, now) || isFreshRef(comparison, now))
  // A writer may not turn another object into the information dictionary: only a new one, or the same.
  if (!isOwn || dict === undefined) {
    if (!equalOptional(old, now)) refuseAndAbsorb(comparison, now, place)
    return
  }
  comparison.explained.add(now.num)
  const uses = comparison.history.countUses(comparison.now, now.num)
  const clean = isFreshClosure(comparison, dict) && dict.duplicates.length === 0
  if (uses !== 1 || !clean) return refuseAndAbsorb(comparison, now, place)
  listInfoKeys(comparison, comparison.old.dict(old), dict, place)
}

function listInfoKeys(comparison: Comparison, old: PdfDict | undefined, now: PdfDict, place: Place): void {
  for (const key of new Set([...(old?.map.keys() ?? []), ...now.map.keys()])) {
    const before = comparison.old.resolve(old?.get(key))
    const after = comparison.now.resolve(now.get(key))
    if (equalOptional(before, after)) continue
    comparison.permit({ ...place, path: `/Info/${key}` }, 'ltv', 'M-03', {
      before: describe(before) ?? '',
      after: describe(after) ?? '',
      despiteLock: true,
    })
    // The title is what the viewer's window shows.
    const preferences = comparison.now.dict(comparison.now.root?.get('ViewerPreferences'))
    if (key === 'Title' && comparison.now.resolve(preferences?.get('DisplayDocTitle')) === true) {
      comparison.problems.push(problem('M-03', 'TITLE_CHANGED', 'W', { revision: comparison.now.revision }))
    }
  }
}
