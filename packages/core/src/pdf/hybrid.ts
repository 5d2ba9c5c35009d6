import { PdfArray, PdfDict, PdfRef, PdfStream, type PdfObject } from './objects.ts'
import { equalObjects } from './equal.ts'
import { mergeEntries } from './revisions.ts'
import type { Lookup, ObjectStore } from './store.ts'
import type { PdfDocument, Revision, View, XrefEntry } from './types.ts'

/**
 * P-17: reads each revision of a hybrid file as a reader does that knows no /XRefStm, and compares the places of all objects that are
 * reached from the trailer. Objects of the structure tree, outlines and page labels that such a reader does not see are what hybrid
 * files are made for (7.5.8.4: writers hide there what old readers can do without) and are listed. Any other object that it does not
 * see, or sees elsewhere, makes two documents out of one file.
 */
export function checkHybrid(document: PdfDocument, store: ObjectStore): void {
  if (!isHybrid(document.revisions)) return
  const classic = new Map<number, XrefEntry>()
  const listed = new Set<number>()
  const told = new Set<string>()
  const tell = (fault: string, num: number, revision: number): void => {
    // One of each kind tells enough: a tagged file hides thousands.
    if (!told.has(fault)) store.defects.add(fault, -1, { num, revision })
    told.add(fault)
  }
  for (const revision of document.revisions) {
    for (const [num, entry] of mergeEntries(revision.sections, true)) classic.set(num, entry)
    for (const { hybrid } of revision.sections) for (const num of hybrid?.entries.keys() ?? []) listed.add(num)
    const view = document.view(revision.index)
    const differing = differences(view, classic, listed, store)
    if (differing.size === 0) continue
    const shown = reachable(view, ASIDE, store)
    const elsewhere = [...differing.values()].includes('HYBRID_DIFFERS') ? reachable(view, NONE, store) : shown
    for (const [num, code] of differing) {
      if (shown.has(num) || (code === 'HYBRID_DIFFERS' && elsewhere.has(num)))
        tell('HYBRID_DIFFERS', num, revision.index)
      else if (code === 'HYBRID_HIDES') tell(code, num, revision.index)
    }
  }
}

/** True where a section names another one by /XRefStm. */
export function isHybrid(revisions: readonly Revision[]): boolean {
  return revisions.some(({ sections }) => sections.some(({ hybrid }) => hybrid !== undefined))
}

/** Numbers of the streams' objects that the two readers find in different places. */
function differences(
  view: View,
  classic: ReadonlyMap<number, XrefEntry>,
  listed: ReadonlySet<number>,
  store: ObjectStore,
): ReadonlyMap<number, string> {
  const found = new Map<number, string>()
  for (const num of listed) {
    const other = classic.get(num)
    const code = compare(view.entry(num), other)
    if (code === undefined || (code === 'HYBRID_DIFFERS' && saysTheSame(view, num, other, store))) continue
    found.set(num, code)
  }
  return found
}

/** P-17: two places, one object. What it refers to is compared by itself. */
function saysTheSame(view: View, num: number, other: XrefEntry | undefined, store: ObjectStore): boolean {
  const own = view.entry(num)
  if (own === undefined || other === undefined || own.type === 'free' || other.type === 'free') return false
  const gen = (entry: XrefEntry): number => (entry.type === 'used' ? entry.gen : 0)
  if (gen(own) !== gen(other)) return false
  const there: Lookup = { entry: (wanted) => (wanted === num ? other : view.entry(wanted)) }
  const [mine, theirs] = [view.load(new PdfRef(num, gen(own))), store.object(num, gen(other), there)]
  if (mine instanceof PdfStream && theirs instanceof PdfStream) {
    const { raw } = theirs
    return (
      equalObjects(mine.dict, theirs.dict) &&
      mine.raw.length === raw.length &&
      mine.raw.every((byte, index) => byte === raw[index])
    )
  }
  return theirs !== undefined && equalObjects(mine, theirs)
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
function reachable(view: View, without: ReadonlySet<string>, store: ObjectStore): ReadonlySet<number> {
  const seen = new Set<number>()
  const { root } = view
  const names = view.dict(root?.get('Names'))
  const stack: PdfObject[] = [view.trailer]
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (value instanceof PdfRef) {
      if (seen.has(value.num)) continue
      seen.add(value.num)
      // Each revision is walked; a file with many large ones is bounded like any other work (L-24).
      store.work.spend(16)
      stack.push(view.load(value))
    } else if (value instanceof PdfArray) for (const item of value.items) stack.push(item)
    else if (value instanceof PdfDict) {
      for (const [key, item] of value.map)
        if ((value !== root && value !== names) || !without.has(key)) stack.push(item)
    } else if (value instanceof PdfStream) stack.push(value.dict)
  }
  return seen
}
