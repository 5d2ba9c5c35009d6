import type { PdfObject } from '../pdf/objects.ts'
import { PdfRef, PdfStream } from '../pdf/objects.ts'
import { problem } from '../problem.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { equalOptional } from './equal.ts'
import { isFreshClosure, isFreshRef } from './fresh.ts'
import { compareFrozen, refuseAndAbsorb } from './frozen.ts'
import { readXmp } from './xmp.ts'

/** M-04: the document's XMP metadata. */
export function compareMetadata(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  place: Place,
): void {
  const here: Place = {
    ...place,
    kind: 'metadata-changed',
    rule: 'M-04',
    ...(now instanceof PdfRef ? { num: now.num } : {}),
  }
  if (equalOptional(old, now) && !(now instanceof PdfRef)) return compareFrozen(comparison, old, now, here)
  if (equalOptional(old, now) && now instanceof PdfRef && !comparison.near.has(now.num)) return
  const isOwn = now instanceof PdfRef && (equalOptional(old, now) || isFreshRef(comparison, now))
  if (!isOwn) return refuseAndAbsorb(comparison, now, here)
  comparison.explained.add(now.num)
  const stream = comparison.now.load(now)
  const used = comparison.history.countUses(comparison.old, now.num)
  if (
    !(stream instanceof PdfStream) ||
    (equalOptional(old, now) && used !== 1) ||
    !isFreshClosure(comparison, stream)
  ) {
    return refuseAndAbsorb(comparison, now, here)
  }
  const xmp = readXmp(comparison.document.decode(stream))
  if (!xmp.wellFormed) return comparison.refuse(here, { after: xmp.fault })
  const before = comparison.old.stream(old)
  const earlier = before === undefined ? undefined : readXmp(comparison.document.decode(before))
  if (earlier?.wellFormed === true && earlier.pdfaid !== xmp.pdfaid) {
    comparison.problems.push(problem('M-04', 'PDFA_CLAIM_CHANGED', 'W', { revision: comparison.now.revision }))
  }
  comparison.permit(here, 'ltv', 'M-04', { despiteLock: true })
}
