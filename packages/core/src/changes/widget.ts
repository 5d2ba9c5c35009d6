import type { PdfObject } from '../pdf/objects.ts'
import { PdfDict, PdfRef, numberOf } from '../pdf/objects.ts'
import type { View } from '../pdf/types.ts'
import type { FieldNode, FieldTree } from './field-tree.ts'

/** Annotation flags, ISO 32000-2 table 167. */
export const FLAG = { hidden: 2, print: 4, noView: 32, locked: 128, toggleNoView: 256 } as const

function flagsOf(dict: PdfDict): number {
  const flags = dict.get('F')
  return typeof flags === 'number' ? flags : 0
}

/** The four numbers of /Rect where they stand as M-08 demands: a direct array of finite numbers. */
export function directRect(value: PdfObject | undefined): readonly number[] | undefined {
  const items =
    value !== undefined && value !== null && typeof value === 'object' && 'items' in value ? value.items : []
  const numbers = items.map((item) => numberOf(item))
  return numbers.length === 4 && numbers.every((n) => n !== undefined && Number.isFinite(n))
    ? (numbers as number[])
    : undefined
}

/** M-08: invisible is zero area, or hidden on screen and not printed. What cannot be told is visible. */
export function isInvisible(dict: PdfDict): boolean {
  const rect = directRect(dict.get('Rect'))
  if (rect === undefined) return false
  const [x1, y1, x2, y2] = rect as [number, number, number, number]
  if (x1 === x2 || y1 === y2) return true
  const flags = flagsOf(dict)
  // PDFium draws the look of a signature field on the screen whatever NoView says.
  if ((flags & FLAG.hidden) === 0 && dict.has('AP')) return false
  // With ToggleNoView the annotation shows itself when the pointer comes.
  return (flags & (FLAG.hidden | FLAG.noView)) !== 0 && (flags & (FLAG.print | FLAG.toggleNoView)) === 0
}

/** M-11: whether the widget can be seen, printed and moved must stay as it was; a lock may be added. */
export function keepsVisibility(old: PdfObject | undefined, now: PdfObject | undefined): boolean {
  if (now !== undefined && typeof now !== 'number') return false
  const before = typeof old === 'number' ? old : 0
  const after = now ?? 0
  const kept = FLAG.hidden | FLAG.print | FLAG.noView
  return (before & kept) === (after & kept) && ((before & FLAG.locked) === 0 || (after & FLAG.locked) !== 0)
}

/** Dictionaries of a field's widgets: its own when merged, else those of its kids. */
export function widgetsOf(tree: FieldTree, node: FieldNode): readonly FieldNode[] {
  const kids = node.kids.map((num) => tree.nodes.get(num)).filter((kid): kid is FieldNode => kid?.isWidget === true)
  return kids.length > 0 || !node.dict.has('Subtype') ? kids : [node]
}

/** True when none of the field's widgets can be seen. */
export function isInvisibleField(tree: FieldTree, node: FieldNode): boolean {
  return widgetsOf(tree, node).every(({ dict }) => isInvisible(dict))
}

/** True for a document timestamp's dictionary (P-14): /Type /Sig is never one. */
export function isDocTimeStamp(view: View, value: PdfObject | undefined): boolean {
  const dict = view.dict(value)
  if (dict === undefined) return false
  const type = view.name(dict.get('Type'))?.name
  return view.name(dict.get('SubFilter'))?.name === 'ETSI.RFC3161' && (type === undefined || type === 'DocTimeStamp')
}

/** Number of a reference, undefined for other values. */
export function refNum(value: PdfObject | undefined): number | undefined {
  return value instanceof PdfRef ? value.num : undefined
}
