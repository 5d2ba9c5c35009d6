import { pageAt } from '../pdf/pages.ts'
import { problem } from '../problem.ts'
import type { Comparison } from './comparison.ts'
import { hasValue } from './field-tree.ts'
import { covers, findTextBoxes } from './text-boxes.ts'
import type { Box } from './text-boxes.ts'
import { directRect, isInvisible } from './widget.ts'
import type { PdfDict } from '../pdf/objects.ts'

const known = new WeakMap<PdfDict, readonly Box[]>()

function textBoxes(comparison: Comparison, page: number): readonly Box[] {
  const found = pageAt(comparison.old, page - 1)
  if (found === undefined) return []
  let boxes = known.get(found.dict)
  if (boxes === undefined) {
    boxes = findTextBoxes(comparison.old, found.dict, found.resources)
    known.set(found.dict, boxes)
  }
  return boxes
}

/** Where the fields of the base show something on a page; those of signatures may lie over each other (VN-09). */
function fieldBoxes({ old, oldFields, oldPages }: Comparison, page: number): readonly Box[] {
  const boxes: Box[] = []
  for (const [num, index] of oldPages.annotations) {
    const node = index === page - 1 ? oldFields.nodes.get(num) : undefined
    const rect = directRect(node?.dict.get('Rect'))
    if (node === undefined || rect === undefined || node.type === 'Sig' || !hasValue(old, node)) continue
    const [a, b, c, d] = rect as [number, number, number, number]
    const box: Box = [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
    if (box[0] < box[2] && box[1] < box[3] && !isInvisible(node.dict)) boxes.push(box)
  }
  return boxes
}

/** Where an annotation draws: readers draw the lines of an ink annotation without a look wherever they lead. */
function drawnRect({ now }: Comparison, dict: PdfDict): readonly number[] | undefined {
  const rect = directRect(dict.get('Rect'))
  const lines = dict.has('AP') ? undefined : now.array(dict.get('InkList'))
  if (rect === undefined || lines === undefined) return rect
  const width = now.number(now.dict(dict.get('BS'))?.get('W')) ?? 1
  const [xs, ys] = [
    [rect[0]!, rect[2]!],
    [rect[1]!, rect[3]!],
  ]
  for (const line of lines.items) {
    for (const [index, item] of (now.array(line)?.items ?? []).entries()) {
      const at = now.number(item) ?? 0
      ;(index % 2 === 0 ? xs : ys).push(at - width / 2, at + width / 2)
    }
  }
  return [lowest(xs), lowest(ys), highest(xs), highest(ys)]
}

function lowest(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b))
}

function highest(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.max(a, b))
}

/** notes that something new on a page lies over text of the base. */
export function warnIfCovering(
  comparison: Comparison,
  dict: PdfDict,
  page: number | undefined,
  code: 'ANNOTATION_COVERS_CONTENT' | 'DECORATION_COVERS_CONTENT',
  field = '',
): void {
  const rect = drawnRect(comparison, dict)
  if (rect === undefined || page === undefined) return
  if (!covers(rect, textBoxes(comparison, page)) && !covers(rect, fieldBoxes(comparison, page))) return
  const rule = code === 'ANNOTATION_COVERS_CONTENT' ? 'M-15' : 'M-25'
  comparison.problems.push(problem(rule, code, 'W', { field, page, revision: comparison.now.revision }))
}
