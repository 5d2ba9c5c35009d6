import type { PdfObject } from '../pdf/objects.ts'
import { PdfRef } from '../pdf/objects.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { hasDuplicateKeys } from './equal.ts'
import { compareFrozen } from './frozen.ts'
import { currentRef } from './history.ts'

/**
 * True when everything below a new value is either fresh or an object of the base that is still as it was. Marks the fresh ones
 * as explained. `known` names objects that may be referred to whatever happened to them, such as the page of a widget.
 */
export function isFreshClosure(
  comparison: Comparison,
  value: PdfObject | undefined,
  known: ReadonlySet<number> = new Set(),
): boolean {
  if (value === undefined) return true
  if (hasDuplicateKeys(value)) return false // P-10
  const stack = value instanceof PdfRef ? [value] : [...comparison.history.refsOf(value)]
  const seen = new Set<number>()
  for (let ref = stack.pop(); ref !== undefined; ref = stack.pop()) {
    if (seen.has(ref.num) || known.has(ref.num)) continue
    seen.add(ref.num)
    if (!comparison.changed.has(ref.num)) {
      // An unchanged object that leads to a changed one: that path has to be cleared as well.
      if (comparison.near.has(ref.num)) compareFrozen(comparison, ref, ref, placeOfNew(ref))
      continue
    }
    // Some readers follow a reference by its number alone, to an object that is not looked at here.
    if (!comparison.isFresh(ref.num) || currentRef(comparison.now, ref.num)?.gen !== ref.gen) return false
    const object = comparison.now.load(ref)
    if (hasDuplicateKeys(object)) return false
    comparison.explained.add(ref.num)
    stack.push(...comparison.history.refsOf(object))
  }
  return true
}

/** True for a reference to an object that is new since the base. */
export function isFreshRef(comparison: Comparison, value: PdfObject | undefined): boolean {
  return value instanceof PdfRef && comparison.changed.has(value.num) && comparison.isFresh(value.num)
}

function placeOfNew(ref: PdfRef): Place {
  return { path: `/${ref.num}`, num: ref.num, kind: 'unknown', rule: 'R-10' }
}
