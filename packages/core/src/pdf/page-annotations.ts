import { appendToArray, withValues } from './form-update.ts'
import { PdfArray, PdfDict, PdfRef } from './objects.ts'
import type { PdfObject } from './objects.ts'
import type { Update } from './update.ts'

/** Pages on each side, and annotations of the array, that are looked at: signing page 1 must not read a long file's other pages. */
const NEIGHBOURS = 4
const ANNOTATIONS = 8

function neighbours(update: Update, page: PdfRef, dict: PdfDict): readonly PdfObject[] {
  const kids = update.array(update.dict(dict.get('Parent'))?.get('Kids'))?.items ?? []
  const own = kids.findIndex((kid) => kid instanceof PdfRef && kid.num === page.num)
  if (own < 0) return []
  return kids
    .slice(Math.max(0, own - NEIGHBOURS), own + NEIGHBOURS + 1)
    .filter((_kid, i, list) => list[i] !== kids[own])
}

function usesArray(update: Update, page: PdfObject, array: PdfRef): boolean {
  return update.lastRef(update.dict(page)?.get('Annots'))?.num === array.num
}

/** An annotation that says it stands on another page is shown there by the same array. */
function standsElsewhere(update: Update, annotation: PdfObject, page: PdfRef): boolean {
  const own = update.dict(annotation)?.get('P')
  return own instanceof PdfRef && own.num !== page.num && update.dict(own) !== undefined
}

/** True where another page shows the same array of annotations: a widget added to it would stand on both (W22). */
function isShared(update: Update, page: PdfRef, dict: PdfDict, array: PdfRef): boolean {
  if (neighbours(update, page, dict).some((other) => usesArray(update, other, array))) return true
  const annotations = update.array(array)?.items.slice(0, ANNOTATIONS) ?? []
  return annotations.some((one) => standsElsewhere(update, one, page))
}

/** Adds a widget to a page's annotations: an indirect array alone is overridden, all else with the page (W19). */
export function addAnnotation(update: Update, page: PdfRef, widget: PdfRef): void {
  const dict = update.dict(page)!
  const value = dict.get('Annots')
  const array = update.lastRef(value)
  const items = update.array(value)?.items
  if (array !== undefined && items !== undefined && isShared(update, page, dict, array))
    update.set(page, withValues(dict, { Annots: new PdfArray([...items, widget]) }))
  else update.set(page, appendToArray(update, dict, 'Annots', widget, [update.dict(dict.get('Parent'))]))
}
