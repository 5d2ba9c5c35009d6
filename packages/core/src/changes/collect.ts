import { compareBytes } from './bytes.ts'
import type { FoundChange } from './change.ts'
import { GrowingDelta } from './comparison.ts'
import type { Step, Surroundings } from './comparison.ts'
import { compareViews } from './diff.ts'
import type { Diff } from './diff.ts'
import type { Judgement } from './judgement.ts'

/** Gathers all changes since a base revision into a judgement. */
export type Collect = (surroundings: Surroundings, base: number, judgement: Judgement) => void

function isExplained(diff: Diff): boolean {
  return diff.changes.every(({ level }) => level !== 'other' && level !== 'unknown')
}

/** the diff of a revision against the one before it, which tells what that revision did. */
export function compareStep(surroundings: Surroundings, revision: number): Step {
  const diff = compareDirect(surroundings, revision - 1, revision)
  const keys = new Set(diff.changes.map(({ kind, path }) => `${kind} ${path}`))
  return { changes: diff.changes, problems: diff.problems, keys, explained: isExplained(diff) }
}

function compareDirect(surroundings: Surroundings, base: number, revision: number): Diff {
  const { document } = surroundings.history
  const old = document.view(base)
  const delta = new GrowingDelta(surroundings, old)
  for (let index = base + 1; index <= revision; index++) delta.advance(document.view(index))
  return compareViews(old, document.view(revision), surroundings, delta)
}

/**
 * R-09 with the comparison of base and revision composed from steps: where the revision before is explained against the base, and the
 * step to this one is explained too, this one is explained against the base, since every rule holds from each step to the next (what is
 * equal stays equal, what may grow grows, and what is fresh for the later base is fresh for the earlier one, R-06). Only where a step
 * is not explained the views themselves are compared: what it did may be harmless to what stood in the base.
 */
export const collectComposed: Collect = (surroundings, base, judgement) => {
  let explained = true
  for (let revision = base + 1; revision < surroundings.history.document.revisions.length; revision++) {
    const step = surroundings.step(revision)
    if (!explained || step.explained) judgement.add(step, revision, step.keys)
    else {
      const direct = compareDirect(surroundings, base, revision)
      explained = isExplained(direct)
      judgement.add(news(direct, step), revision, step.keys)
    }
  }
  collectBytes(surroundings, base, judgement)
}

/** Of a comparison with the base only what the last step did, and what is not permitted. */
function news(direct: Diff, step: Step): Diff {
  const changes = direct.changes.filter(
    ({ kind, path, level }) => level === 'other' || level === 'unknown' || step.keys.has(`${kind} ${path}`),
  )
  return { changes, problems: direct.problems }
}

/** R-09 as it is written: every later view against the base. The oracle of `collectComposed`, at a cost that grows with the square. */
export const collectPairwise: Collect = (surroundings, base, judgement) => {
  const { history, step } = surroundings
  const { document } = history
  const old = document.view(base)
  const delta = new GrowingDelta(surroundings, old)
  for (let revision = base + 1; revision < document.revisions.length; revision++) {
    const now = document.view(revision)
    delta.advance(now)
    judgement.add(compareViews(old, now, surroundings, delta), revision, step(revision).keys)
  }
  collectBytes(surroundings, base, judgement)
}

function collectBytes({ history }: Surroundings, base: number, judgement: Judgement): void {
  for (const { revision, num } of history.unreadable) {
    if (revision > base) judgement.add({ changes: [unreadable(revision, num)], problems: [] }, revision)
  }
  judgement.add(compareBytes(history, base), history.document.revisions.length - 1)
}

function unreadable(revision: number, num: number): FoundChange {
  return { kind: 'unknown', rule: 'R-11', level: 'unknown', path: `/${num}`, num, revision }
}
