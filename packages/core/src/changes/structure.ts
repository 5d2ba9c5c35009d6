import type { PdfObject } from '../pdf/objects.ts'
import { PdfArray, PdfDict, PdfName, PdfRef, PdfStream } from '../pdf/objects.ts'
import type { ChangeLevel } from '../report.ts'
import { highest } from './change.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { equalOptional } from './equal.ts'
import { sameHolder } from './form.ts'
import { isFreshRef } from './fresh.ts'
import { absorb, compareFrozen, refuseAndAbsorb } from './frozen.ts'

/** What a new structure element may hold (14.7.2); nothing that runs, and no text that replaces what is shown. */
const ELEMENT_KEYS = new Set(['Type', 'S', 'P', 'Pg', 'K', 'ID', 'T', 'Lang', 'R', 'NS'])
const LINK_KEYS = new Set(['Type', 'Obj', 'Pg'])

/** M-14: the structure tree may be appended to for new widgets; all that stood in it stays. */
export function compareStructure(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
  place: Place,
): void {
  const root: Place = { ...place, kind: 'form-structure-changed', rule: 'M-14' }
  const before = comparison.old.dict(old)
  if (before === undefined || !equalOptional(old, now)) return compareFrozen(comparison, old, now, root)
  const rewritten = old instanceof PdfRef && comparison.near.has(old.num)
  if (!rewritten && !comparison.history.refsOf(before).some((ref) => comparison.near.has(ref.num))) return
  new StructureWalk(comparison, root).run(old, now)
}

interface Pair {
  readonly old: PdfObject | undefined
  readonly now: PdfObject | undefined
  readonly place: Place
}

/** Walks both structure trees side by side. */
class StructureWalk {
  readonly #comparison: Comparison
  readonly #root: Place
  readonly #stack: Pair[] = []
  readonly #seen = new Set<number>()
  #level: ChangeLevel = 'none'

  constructor(comparison: Comparison, root: Place) {
    this.#comparison = comparison
    this.#root = root
  }

  run(old: PdfObject | undefined, now: PdfObject | undefined): void {
    const dicts = sameHolder(this.#comparison, old, now, this.#root)
    if (dicts === undefined) return
    const { before, after } = dicts
    if (after.duplicates.length > 0) return this.#refuse(after, this.#root)
    const num = old instanceof PdfRef ? old.num : undefined
    const trees: [Pair, 'Names' | 'Nums'][] = []
    for (const key of new Set([...before.map.keys(), ...after.map.keys()])) {
      const pair = this.#pair(before, after, key)
      if (key === 'K') this.#compareKids(pair, num)
      else if (key === 'ParentTree' || key === 'IDTree') trees.push([pair, key === 'IDTree' ? 'Names' : 'Nums'])
      else if (key === 'ParentTreeNextKey') this.#compareNextKey(pair)
      else compareFrozen(this.#comparison, pair.old, pair.now, pair.place)
    }
    this.#drain()
    // The elements come first: they say what a new entry may lead to.
    for (const [pair, leaves] of trees) this.#compareTree(pair, leaves)
    this.#drain()
    if (this.#level !== 'none') this.#comparison.permit(this.#root, this.#level, 'M-14', { despiteLock: true })
  }

  #drain(): void {
    for (let pair = this.#stack.pop(); pair !== undefined; pair = this.#stack.pop()) this.#compareElement(pair)
  }

  #pair(old: PdfDict, now: PdfDict, key: string, place: Place = this.#root): Pair {
    return { old: old.get(key), now: now.get(key), place: { ...place, path: `${place.path}/${key}` } }
  }

  #refuse(now: PdfObject | undefined, place: Place): void {
    refuseAndAbsorb(this.#comparison, now, place)
  }

  #compareNextKey({ old, now, place }: Pair): void {
    if (equalOptional(old, now)) return
    const before = typeof old === 'number' ? old : 0
    if (typeof now === 'number' && now >= before) this.#level = highest(this.#level, 'ltv')
    else this.#comparison.refuse(place)
  }

  /** /K of the root or of an element: what stood there stands first and in order, then elements or links for new widgets. */
  #compareKids({ old, now, place }: Pair, parent: number | undefined): void {
    const comparison = this.#comparison
    if (!this.#isOwnHolder(old, now)) return this.#refuse(now, place)
    const before = itemsOf(comparison.old.resolve(old), old)
    const after = itemsOf(comparison.now.resolve(now), now)
    if (before.some((item, index) => !this.#isSameKid(item, after[index]))) return this.#refuse(now, place)
    before.forEach((item, index) => this.#stack.push({ old: item, now: after[index], place }))
    for (const item of after.slice(before.length)) this.#addKid(item, parent, place)
  }

  /** Direct links and marked-content references are compared as values, elements on their own. */
  #isSameKid(old: PdfObject, now: PdfObject | undefined): boolean {
    if (old instanceof PdfDict && now instanceof PdfDict) return true
    return equalOptional(old, now)
  }

  #isOwnHolder(old: PdfObject | undefined, now: PdfObject | undefined): boolean {
    if (!(now instanceof PdfRef) || !(this.#comparison.now.load(now) instanceof PdfArray)) return true
    if (!equalOptional(old, now) && !isFreshRef(this.#comparison, now)) return false
    this.#comparison.explained.add(now.num)
    return true
  }

  #compareElement({ old, now, place }: Pair): void {
    const comparison = this.#comparison
    const num = old instanceof PdfRef ? old.num : undefined
    if (num !== undefined) {
      if (!comparison.near.has(num) || this.#seen.has(num)) return
      this.#seen.add(num)
      comparison.explained.add(num)
    }
    const before = comparison.old.resolve(old)
    const after = comparison.now.resolve(now)
    const here: Place = { ...place, ...(num === undefined ? {} : { num, path: `${this.#root.path}/${num}` }) }
    if (!(before instanceof PdfDict) || !(after instanceof PdfDict)) {
      if (!equalOptional(before, after)) this.#refuse(after, here)
      return
    }
    if (before !== after && after.duplicates.length > 0) return this.#refuse(after, here)
    for (const key of new Set([...before.map.keys(), ...after.map.keys()])) {
      const pair = this.#pair(before, after, key, here)
      if (key === 'K') this.#compareKids(pair, num)
      else if (key === 'P' || key === 'Pg' || key === 'Obj') {
        // Links to the parent, the page and the annotation, which are compared on their own paths.
        if (!equalOptional(pair.old, pair.now)) this.#refuse(pair.now, pair.place)
      } else compareFrozen(comparison, pair.old, pair.now, pair.place)
    }
  }

  /** A new element that leads to new widgets only, or a link to one. */
  #addKid(item: PdfObject, parent: number | undefined, place: Place): void {
    const level = this.#levelOfNew(item, parent, 0)
    if (level === undefined) {
      this.#comparison.refuse(place)
      absorb(this.#comparison, item)
    } else this.#level = highest(this.#level, level)
  }

  #levelOfNew(item: PdfObject, parent: number | undefined, depth: number): ChangeLevel | undefined {
    const comparison = this.#comparison
    const dict = comparison.now.dict(item)
    const isNew = item instanceof PdfDict || isFreshRef(comparison, item)
    if (dict === undefined || !isNew || dict.duplicates.length > 0 || depth > 16) return undefined
    if (item instanceof PdfRef) comparison.explained.add(item.num)
    if (comparison.now.name(dict.get('Type'))?.name === 'OBJR') return this.#levelOfLink(dict)
    if (![...dict.map.keys()].every((key) => ELEMENT_KEYS.has(key)) || !(dict.get('S') instanceof PdfName))
      return undefined
    const up = dict.get('P')
    if (!(up instanceof PdfRef) || up.num !== parent) return undefined
    const kids = itemsOf(comparison.now.resolve(dict.get('K')), dict.get('K'))
    const own = item instanceof PdfRef ? item.num : undefined
    if (!this.#isOwnHolder(undefined, dict.get('K'))) return undefined
    return this.#highestOf(kids.map((kid) => this.#levelOfNew(kid, own, depth + 1)))
  }

  #highestOf(levels: readonly (ChangeLevel | undefined)[]): ChangeLevel | undefined {
    let level: ChangeLevel = 'ltv'
    for (const one of levels) {
      if (one === undefined) return undefined
      level = highest(level, one)
    }
    return level
  }

  #levelOfLink(dict: PdfDict): ChangeLevel | undefined {
    const target = dict.get('Obj')
    if (!(target instanceof PdfRef) || ![...dict.map.keys()].every((key) => LINK_KEYS.has(key))) return undefined
    return this.#comparison.approvedWidgets.get(target.num)?.level
  }

  /** /ParentTree or /IDTree: entries may be added, each leading to a new element; existing entries stay. */
  #compareTree({ old, now, place }: Pair, leaves: 'Nums' | 'Names'): void {
    const comparison = this.#comparison
    const before = readTree(comparison, old, leaves, 'old')
    const after = readTree(comparison, now, leaves, 'now')
    if (before === undefined || after === undefined) return this.#refuse(now, place)
    for (const [key, value] of before) {
      const here = { ...place, path: `${place.path}/${key}` }
      const current = after.get(key)
      if (value instanceof PdfRef && equalOptional(value, current))
        this.#stack.push({ old: value, now: current, place })
      else this.#compareTreeValue(value, current, here)
    }
    for (const [key, value] of after) {
      if (before.has(key)) continue
      if (this.#isNewTreeValue(value)) this.#level = highest(this.#level, 'ltv')
      else this.#refuse(value, { ...place, path: `${place.path}/${key}` })
    }
  }

  /** The value of a page's marked content: a list of elements, each compared on its own. */
  #compareTreeValue(old: PdfObject, now: PdfObject | undefined, place: Place): void {
    if (!equalOptional(old, now)) this.#refuse(now, place)
    else if (old instanceof PdfArray) for (const item of old.items) this.#stack.push({ old: item, now: item, place })
  }

  #isNewTreeValue(value: PdfObject): boolean {
    const comparison = this.#comparison
    if (!(value instanceof PdfRef)) return false
    // An element that the walk over /K has accepted, or an existing one that gained the widget.
    if (comparison.explained.has(value.num)) return comparison.now.dict(value) !== undefined
    return !comparison.near.has(value.num) && comparison.now.dict(value) !== undefined
  }
}

/** /K holds one item or an array of them. */
function itemsOf(resolved: PdfObject, raw: PdfObject | undefined): readonly PdfObject[] {
  if (resolved instanceof PdfArray) return resolved.items
  return raw === undefined || raw === null ? [] : [raw]
}

/** All leaves of a number or name tree by key; undefined where the tree is not one. Marks its nodes as explained. */
function readTree(
  comparison: Comparison,
  root: PdfObject | undefined,
  leaves: 'Nums' | 'Names',
  side: 'old' | 'now',
): ReadonlyMap<string, PdfObject> | undefined {
  const view = comparison[side]
  const entries = new Map<string, PdfObject>()
  const seen = new Set<PdfDict>()
  const stack: PdfObject[] = root === undefined || root === null ? [] : [root]
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const node = view.dict(item)
    if (node === undefined || seen.has(node) || node.duplicates.length > 0) return undefined
    seen.add(node)
    if (side === 'now' && !markNode(comparison, item)) return undefined
    if ([...node.map.keys()].some((key) => !['Type', 'Kids', 'Limits', leaves].includes(key))) return undefined
    if (side === 'now' && ![node.get('Kids'), node.get(leaves)].every((held) => markNode(comparison, held)))
      return undefined
    stack.push(...(view.array(node.get('Kids'))?.items ?? []))
    const items = view.array(node.get(leaves))?.items ?? []
    for (let index = 0; index + 1 < items.length; index += 2) {
      const key = keyText(items[index])
      if (key === undefined || entries.has(key)) return undefined
      entries.set(key, items[index + 1] ?? null)
    }
  }
  return entries
}

function keyText(key: PdfObject | undefined): string | undefined {
  if (typeof key === 'number') return String(key)
  if (key === undefined || key === null || typeof key !== 'object' || !('bytes' in key)) return undefined
  return Array.from(key.bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A node of a tree in the later view: unchanged, new, or the tree's own node with entries added. */
function markNode(comparison: Comparison, item: PdfObject | undefined): boolean {
  if (!(item instanceof PdfRef)) return true
  if (comparison.now.load(item) instanceof PdfStream) return false
  comparison.explained.add(item.num)
  return true
}
