import type { PdfObject } from '../pdf/objects.ts'
import { PdfDict, PdfRef } from '../pdf/objects.ts'
import type { Comparison } from './comparison.ts'
import type { FieldNode } from './field-tree.ts'
import { isFreshClosure, isFreshRef } from './fresh.ts'
import { isDocTimeStamp } from './widget.ts'

/** How a field that was empty in the base is filled now. */
export interface NewValue {
  readonly kind: 'signature' | 'document-timestamp'
  readonly ref: PdfRef
}

/**
 * M-09: the value of a newly signed field is a fresh indirect dictionary that one field uses (P-11), and what it refers to is fresh or
 * unchanged; /Data of a signature reference may name the catalog (W26). Undefined where that does not hold.
 */
export function readNewValue(comparison: Comparison, node: FieldNode): NewValue | undefined {
  const value: PdfObject | undefined = node.dict.get('V')
  if (!(value instanceof PdfRef) || !isFreshRef(comparison, value)) return undefined
  const dict = comparison.now.load(value)
  if (!(dict instanceof PdfDict)) return undefined
  if ((comparison.newFields.byValue.get(value.num)?.length ?? 0) !== 1) return undefined
  const catalog = comparison.now.rootRef
  if (!isFreshClosure(comparison, value, new Set(catalog === undefined ? [] : [catalog.num]))) return undefined
  return { kind: isDocTimeStamp(comparison.now, value) ? 'document-timestamp' : 'signature', ref: value }
}
