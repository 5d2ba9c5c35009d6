import { PdfArray, PdfDict, PdfRef, PdfStream, type PdfObject } from './objects.ts'
import { mergeEntries } from './revisions.ts'
import type { ObjectStore } from './store.ts'
import type { PdfDocument, View, XrefEntry } from './types.ts'

/**
 * P-17: reads each revision of a hybrid file as a reader does that knows no /XRefStm, and compares the places of all objects that are
 * reached from the trailer. Objects of the structure tree, outlines and page labels that such a reader does not see are what hybrid
 * files are made for (7.5.8.4: writers hide there what old readers can do without) and are listed. Any other object that it does not
 * see, or sees elsewhere, makes two documents out of one file.
 */
export function checkHybrid(document: PdfDocument, store: ObjectStore): void {
  const hybrid = document.revisions.findIndex(({ sections }) =>
    sections.some((section) => section.hybrid !== undefined),
  )
  if (hybrid < 0) return
  const told = new Set<string>()
  const classic = new Map<number, XrefEntry>()
  for (const revision of document.revisions) {
    for (const [num, entry] of mergeEntries(revision.sections, true)) classic.set(num, entry)
    if (revision.index < hybrid) continue
    const view = document.view(revision.index)
    const shown = new Set(reachable(view, ASIDE))
    for (const num of reachable(view, NONE)) {
      // Each revision is walked; a file with many large ones is bounded like any other work (L-24).
      store.work.spend(16)
      const code = compare(view.entry(num), classic.get(num))
      if (code === undefined) continue
      const fault = code === 'HYBRID_HIDES' && !shown.has(num) ? code : 'HYBRID_DIFFERS'
      // One of each kind tells enough: a tagged file hides thousands.
      if (!told.has(fault)) store.defects.add(fault, -1, { num, revision: revision.index })
      told.add(fault)
    }
  }
}

const NONE: ReadonlySet<string> = new Set()
/** Keys of the catalog and of its name dictionary that say nothing of what pages show. */
const ASIDE: ReadonlySet<string> = new Set(['StructTreeRoot', 'Outlines', 'PageLabels', 'IDTree'])

function compare(own: XrefEntry | undefined, classic: XrefEntry | undefined): string | undefined {
  const ownFree = own === undefined || own.type === 'free'
  const classicFree = classic === undefined || classic.type === 'free'
  if (ownFree && classicFree) return undefined
  if (ownFree) return 'HYBRID_DIFFERS'
  if (classicFree) return 'HYBRID_HIDES'
  if (own.type === 'used' && classic.type === 'used') {
    return own.offset === classic.offset && own.gen === classic.gen ? undefined : 'HYBRID_DIFFERS'
  }
  if (own.type === 'compressed' && classic.type === 'compressed') {
    return own.stream === classic.stream && own.index === classic.index ? undefined : 'HYBRID_DIFFERS'
  }
  return 'HYBRID_DIFFERS'
}

/** Numbers of all objects that the trailer reaches, missing ones included; what the catalog or its /Names has under `without` is left out. */
function* reachable(view: View, without: ReadonlySet<string>): Generator<number> {
  const seen = new Set<number>()
  const { root } = view
  const names = view.dict(root?.get('Names'))
  const stack: PdfObject[] = [view.trailer]
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (value instanceof PdfRef) {
      if (seen.has(value.num)) continue
      seen.add(value.num)
      yield value.num
      stack.push(view.load(value))
    } else if (value instanceof PdfArray) for (const item of value.items) stack.push(item)
    else if (value instanceof PdfDict) {
      for (const [key, item] of value.map)
        if ((value !== root && value !== names) || !without.has(key)) stack.push(item)
    } else if (value instanceof PdfStream) stack.push(value.dict)
  }
}
