import type { PdfObject } from '../pdf/objects.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { compareFrozen } from './frozen.ts'

/** M-14: the structure tree. */
export function compareStructure(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  place: Place,
): void {
  compareFrozen(comparison, old, now, { ...place, kind: 'unknown', rule: 'M-14' })
}
