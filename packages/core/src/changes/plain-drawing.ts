import type { PdfObject } from '../pdf/objects.ts'
import { PdfDict, PdfStream } from '../pdf/objects.ts'
import type { View } from '../pdf/types.ts'

/** Objects below one appearance that are looked at; an appearance that needs more is not taken as plain. */
const MOST = 5_000

/**
 * True when a drawing shows what it holds, always and everywhere: no layer decides on it or on a part of it, and nothing of it comes from
 * another file (M-08: no OC anywhere below; M-12). Follows what the operators of the drawing can name: forms, images, patterns, soft masks
 * and fonts that are drawings themselves.
 */
export function drawsPlainly(view: View, drawing: PdfStream): boolean {
  const seen = new Set<PdfObject>()
  const stack: PdfObject[] = [drawing]
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (seen.has(item)) continue
    seen.add(item)
    if (seen.size > MOST) return false
    if (item instanceof PdfStream) {
      if (item.dict.has('OC') || item.dict.has('F') || item.dict.has('Ref')) return false
      push(view, stack, item.dict.get('Resources'))
    } else if (item instanceof PdfDict && !readResources(view, item, stack)) return false
  }
  return true
}

function push(view: View, stack: PdfObject[], value: PdfObject | undefined): void {
  const direct = view.resolve(value)
  if (direct instanceof PdfStream || direct instanceof PdfDict) stack.push(direct)
}

/** Entries of one category of a resource dictionary. */
function entries(view: View, resources: PdfDict, category: string): readonly PdfObject[] {
  return [...(view.dict(resources.get(category))?.map.values() ?? [])]
}

/** Adds what a resource dictionary lets be drawn; false where its marked content is a layer's. */
function readResources(view: View, resources: PdfDict, stack: PdfObject[]): boolean {
  for (const value of [...entries(view, resources, 'XObject'), ...entries(view, resources, 'Pattern')]) {
    const stream = view.stream(value)
    if (stream !== undefined) stack.push(stream)
  }
  for (const value of entries(view, resources, 'ExtGState')) {
    push(view, stack, view.dict(view.dict(value)?.get('SMask'))?.get('G'))
  }
  for (const value of entries(view, resources, 'Font')) {
    const font = view.dict(value)
    if (view.name(font?.get('Subtype'))?.name === 'Type3') push(view, stack, font?.get('Resources'))
  }
  return entries(view, resources, 'Properties').every((value) => {
    const type = view.name(view.dict(value)?.get('Type'))?.name
    return type !== 'OCG' && type !== 'OCMD'
  })
}

/** True when something below a drawing lets what lies under it shine through: a blend mode or transparency. */
export function isTranslucent(view: View, drawing: PdfStream): boolean {
  const seen = new Set<PdfObject>()
  const stack: PdfStream[] = [drawing]
  for (let form = stack.pop(); form !== undefined && seen.size < MOST; form = stack.pop()) {
    if (seen.has(form)) continue
    seen.add(form)
    const resources = view.dict(form.dict.get('Resources'))
    if (resources === undefined) continue
    for (const value of entries(view, resources, 'ExtGState')) {
      const state = view.dict(value)
      const mode = view.name(state?.get('BM'))?.name
      const alpha = view.number(state?.get('ca'))
      if ((mode !== undefined && mode !== 'Normal' && mode !== 'Compatible') || (alpha ?? 1) < 1) return true
    }
    for (const value of entries(view, resources, 'XObject')) {
      const stream = view.stream(value)
      if (stream !== undefined) stack.push(stream)
    }
  }
  return false
}
