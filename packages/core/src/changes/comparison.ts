import { LimitError } from '../error.ts'
import type { PdfDocument, View } from '../pdf/types.ts'
import type { ChangeLevel } from '../report.ts'
import type { Problem } from '../problem.ts'
import { equalValues, hasDuplicateKeys } from './equal.ts'
import type { FieldTree } from './field-tree.ts'
import type { FoundChange, Place } from './change.ts'
import { DocumentHistory, currentRef } from './history.ts'
import type { PageTree } from './page-tree.ts'

/** Changes kept of one comparison. */
const MOST_CHANGES = 20_000

/** The diff of a revision against the one before it. */
export interface Step {
  readonly changes: readonly FoundChange[]
  readonly problems: readonly Problem[]
  /** `kind path` of each change. */
  readonly keys: ReadonlySet<string>
  /** Every change is one that some rule permits. */
  readonly explained: boolean
}

/** What all comparisons of one document share. */
export interface Surroundings {
  readonly history: DocumentHistory
  readonly pageTree: (revision: number) => PageTree
  readonly fieldTree: (revision: number) => FieldTree
  /** What a revision changed as against the one before it. */
  readonly step: (revision: number) => Step
  /** M-02: upper-case hex SHA-1 of the /Contents of every signature known. */
  readonly vriKeys: ReadonlySet<string>
}

/** A widget that a rule has let appear on a page (M-13). */
export interface ApprovedWidget {
  readonly field: string
  readonly level: ChangeLevel
}

/**
 * One comparison of two views: the walk over both object graphs, the objects that differ, those that a rule has explained,
 * and the changes found. Rules are functions over it, one file each.
 */
export class Comparison {
  readonly old: View
  readonly now: View
  readonly surroundings: Surroundings
  /** Numbers whose object differs between the views; rewritten identical ones are not among them (M-17). */
  readonly changed: ReadonlySet<number>
  /** The changed numbers and all from which one can be reached; the walk needs to go nowhere else. */
  readonly near: ReadonlySet<number>
  readonly changes: FoundChange[] = []
  readonly problems: Problem[] = []
  /** Changed objects that the walk came to, by a rule or by the frozen walk. */
  readonly explained: Set<number> = new Set()
  readonly frozenSeen: Set<number> = new Set()
  readonly approvedWidgets: Map<number, ApprovedWidget> = new Map()

  constructor(old: View, now: View, surroundings: Surroundings, delta: Delta) {
    this.old = old
    this.now = now
    this.surroundings = surroundings
    this.changed = delta.changed
    this.near = delta.near
  }

  get history(): DocumentHistory {
    return this.surroundings.history
  }

  get document(): PdfDocument {
    return this.history.document
  }

  get oldPages(): PageTree {
    return this.surroundings.pageTree(this.old.revision)
  }

  get newPages(): PageTree {
    return this.surroundings.pageTree(this.now.revision)
  }

  get oldFields(): FieldTree {
    return this.surroundings.fieldTree(this.old.revision)
  }

  get newFields(): FieldTree {
    return this.surroundings.fieldTree(this.now.revision)
  }

  /** R-06 for the base of this comparison. */
  isFresh(num: number): boolean {
    return this.history.isFresh(num, this.old.revision)
  }

  /**
   * Objects judged by their own rules wherever they are reached: the catalog, the page tree, fields and annotations of the base. Those
   * rules let only such keys differ as mean nothing in any other role that a dictionary may be made to play.
   */
  isEntity(num: number): boolean {
    return (
      num === this.old.rootRef?.num ||
      this.oldPages.pages.has(num) ||
      this.oldPages.nodes.has(num) ||
      this.oldPages.annotations.has(num) ||
      this.oldFields.nodes.has(num)
    )
  }

  add(change: FoundChange): void {
    // L-23: more changes than anyone will read are not told one by one.
    if (this.changes.length >= MOST_CHANGES) throw new LimitError('CHANGES', 'The update holds too many changes')
    this.changes.push(change)
  }

  /** M-18: a change that no rule permits. */
  refuse(place: Place, detail: { before?: string; after?: string } = {}): void {
    this.add({ ...placeOf(place), rule: place.rule ?? 'M-18', level: 'other', ...detail })
  }

  /** A change that a rule permits at a level. */
  permit(place: Place, level: ChangeLevel, rule: string, detail: Partial<FoundChange> = {}): void {
    this.add({ ...placeOf(place), level, ...detail, rule })
  }
}

function placeOf({ path, num, kind, field, page }: Place): Omit<FoundChange, 'rule' | 'level'> {
  return {
    path,
    num,
    kind,
    ...(field === undefined ? {} : { field }),
    ...(page === undefined ? {} : { page }),
  }
}

/** Which objects differ between two views, and which objects lead to them. */
export interface Delta {
  readonly changed: ReadonlySet<number>
  readonly near: ReadonlySet<number>
}

/**
 * The delta from one base view to each later one, carried forward revision by revision: a step costs what the step changed, whatever
 * the file's size.
 */
export class GrowingDelta implements Delta {
  readonly changed: Set<number> = new Set()
  readonly near: Set<number> = new Set()
  readonly #history: DocumentHistory
  readonly #base: View
  readonly #pages: PageTree
  readonly #fields: FieldTree

  constructor({ history, pageTree, fieldTree }: Surroundings, base: View) {
    this.#history = history
    this.#base = base
    this.#pages = pageTree(base.revision)
    this.#fields = fieldTree(base.revision)
  }

  /** Takes in the next revision. */
  advance(now: View): void {
    const revision = this.#history.document.revisions[now.revision]
    for (const num of revision?.entries.keys() ?? []) {
      if (!differs(this.#base, now, num)) this.changed.delete(num)
      else if (!this.changed.has(num)) {
        this.changed.add(num)
        this.#approach(num)
      }
    }
  }

  /**
   * Adds a number and all that lead to it. What leads to the catalog, a page, a tree node or a field is left out: the walk stops there
   * (Comparison.isEntity), since it comes to each of them by itself. Annotations are come to over their page.
   */
  #approach(num: number): void {
    const stack = [num]
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (this.near.has(next)) continue
      this.near.add(next)
      if (!this.#isVisited(next)) stack.push(...this.#history.referrers(next))
    }
  }

  #isVisited(num: number): boolean {
    const { pages, nodes } = this.#pages
    return num === this.#base.rootRef?.num || pages.has(num) || nodes.has(num) || this.#fields.nodes.has(num)
  }
}

function differs(old: View, now: View, num: number): boolean {
  const oldRef = currentRef(old, num)
  const newRef = currentRef(now, num)
  if (oldRef === undefined || newRef === undefined) return oldRef !== newRef
  // another generation is another object.
  if (oldRef.gen !== newRef.gen) return true
  const before = old.load(oldRef)
  const after = now.load(newRef)
  if (before === after && (typeof before === 'object' || before === null)) return false
  return !equalValues(before, after) || hasDuplicateKeys(after)
}
