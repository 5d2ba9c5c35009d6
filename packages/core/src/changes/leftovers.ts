import { PdfStream, isName } from '../pdf/objects.ts'
import type { PdfObject } from '../pdf/objects.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { hasDuplicateKeys } from './equal.ts'
import { currentRef } from './history.ts'

/** every changed object that the walk did not come to must be explained as well. */
export function compareLeftovers(comparison: Comparison): void {
  for (const num of comparison.changed) if (!comparison.explained.has(num)) compareLeftover(comparison, num)
}

function compareLeftover(comparison: Comparison, num: number): void {
  const ref = currentRef(comparison.now, num)
  const place: Place = { path: `/${num}`, num, kind: 'unreferenced-data' }
  const isReached = comparison.history.reachable(comparison.now).has(num)
  if (ref === undefined) {
    // freed, and nothing of the document as it is now needs it: every path to it is a change judged by its own rule.
    if (isReached) comparison.refuse({ ...place, kind: 'object-freed', rule: 'R-07' })
    else comparison.permit({ ...place, kind: 'object-freed' }, 'ltv', 'R-07', { despiteLock: true })
    return
  }
  const object = comparison.now.load(ref)
  if (!isReached && comparison.isFresh(num)) {
    if (isFileStructure(object)) return // M-05
    if (hasDuplicateKeys(object)) return comparison.refuse({ ...place, rule: 'P-10' })
    return comparison.permit(place, 'ltv', 'M-16', { despiteLock: true })
  }
  const oldRef = currentRef(comparison.old, num)
  const wasReached = comparison.history.reachable(comparison.old).has(num)
  // overwritten, and no longer reached: every path of the base to it is gone, by a change that was judged on its own.
  if (!isReached && oldRef !== undefined && (wasReached || object === null)) {
    return comparison.permit(place, 'ltv', 'R-10', { despiteLock: true })
  }
  comparison.refuse({ ...place, kind: 'unknown', rule: wasReached || isReached ? 'R-10' : 'R-06' })
}

function isFileStructure(object: PdfObject): boolean {
  return (
    object instanceof PdfStream &&
    (isName(object.dict.get('Type'), 'XRef') || isName(object.dict.get('Type'), 'ObjStm'))
  )
}
