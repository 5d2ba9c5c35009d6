import { pageAt } from '../pdf/pages.ts'
import { problem } from '../problem.ts'
import type { Comparison } from './comparison.ts'
import { covers, findTextBoxes } from './text-boxes.ts'
import type { Box } from './text-boxes.ts'
import { directRect } from './widget.ts'
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

/** notes that something new on a page lies over text of the base. */
export function warnIfCovering(
  comparison: Comparison,
  dict: PdfDict,
  page: number | undefined,
  code: 'ANNOTATION_COVERS_CONTENT' | 'DECORATION_COVERS_CONTENT',
  field = '',
): void {
  const rect = directRect(dict.get('Rect'))
  if (rect === undefined || page === undefined || !covers(rect, textBoxes(comparison, page))) return
  const rule = code === 'ANNOTATION_COVERS_CONTENT' ? 'M-15' : 'M-25'
  comparison.problems.push(problem(rule, code, 'W', { field, page, revision: comparison.now.revision }))
}
