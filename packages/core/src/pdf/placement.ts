import { CountersignError } from '../error.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { Field } from './fields.ts'
import { listPages, readBox } from './pages.ts'
import type { Box, Page } from './pages.ts'
import { findPage } from './signature-field.ts'
import type { FieldTarget } from './signature-field.ts'
import type { View } from './types.ts'
import { visibleBox } from './viewer.ts'

function overlaps(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

function contains(outer: Box, inner: Box): boolean {
  return inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3]
}

/** V13: fields whose visible widgets the new one would cover or be covered by, but for those it is meant to cover. */
function collisions(
  view: View,
  fields: readonly Field[],
  { box, page, mayCover }: { readonly box: Box; readonly page: Page; readonly mayCover: readonly string[] },
): readonly string[] {
  const meant = new Set(mayCover.map((name) => name.normalize('NFC')))
  const hit = fields.filter(
    (field) =>
      !meant.has(field.name.normalize('NFC')) &&
      field.widgets.some((widget) => {
        const other = readBox(view, widget.dict.get('Rect'))
        // Its page comes last: to number pages, all of them are walked.
        return other !== undefined && overlaps(box, other) && widget.page === numberOf(view, page)
      }),
  )
  return hit.map((field) => field.name)
}

/** 1-based number of a page that may have been found from the end. */
function numberOf(view: View, { index }: Page): number {
  return index >= 0 ? index + 1 : listPages(view).pages.length + index + 1
}

/** A box may reach over the edge by this many points: rounding, never a visible part. */
const TOLERANCE = 0.5

function grown([x0, y0, x1, y1]: Box, by: number): Box {
  return [x0 - by, y0 - by, x1 + by, y1 + by]
}

/**
 * V13: where a new visible field would stand. What could not be seen, or of a drawing not whole, fails: FIELD_OUTSIDE_PAGE. A field
 * without a drawing that is half outside, and one over other fields, is reported.
 */
export function checkPlacement(
  view: View,
  fields: readonly Field[],
  target: FieldTarget,
  drawn = false,
): readonly Problem[] {
  if (target.kind === 'existing') return []
  const [x, y, width, height] = target.rect
  if (width === 0 || height === 0) return []
  const page = findPage(view, target.page)
  const box: Box = [x, y, x + width, y + height]
  const args = { field: target.name, page: target.page }
  const visible = visibleBox(page)
  const whole = contains(grown(visible, TOLERANCE / page.userUnit), box)
  if (!overlaps(box, visible) || (drawn && !whole))
    throw new CountersignError(
      'FIELD_OUTSIDE_PAGE',
      `the rectangle of ${target.name} lies ${overlaps(box, visible) ? 'partly ' : ''}outside page ${args.page}`,
      { details: args },
    )
  const names = collisions(view, fields, { box, page, mayCover: target.mayCover ?? [] })
  return [
    ...(whole ? [] : [problem('V13', 'FIELD_PARTLY_OUTSIDE', 'W', args)]),
    ...(names.length === 0 ? [] : [problem('V13', 'FIELD_OVERLAPS', 'W', { ...args, others: names.join(', ') })]),
  ]
}

/** W18: values that only a viewer's own drawing shows, once /NeedAppearances is gone. */
export function checkAppearances(view: View, fields: readonly Field[]): readonly Problem[] {
  const form = view.dict(view.root?.get('AcroForm'))
  if (view.resolve(form?.get('NeedAppearances')) !== true) return []
  const bare = fields.filter(
    (field) =>
      field.type !== 'Sig' &&
      view.resolve(field.value) !== null &&
      field.widgets.some((widget) => view.dict(widget.dict.get('AP')) === undefined),
  )
  return bare.map((field) => problem('W18', 'VALUE_WITHOUT_APPEARANCE', 'W', { field: field.name }))
}
