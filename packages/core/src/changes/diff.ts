import type { View } from '../pdf/types.ts'
import type { Problem } from '../problem.ts'
import { compareCatalog } from './catalog.ts'
import type { FoundChange } from './change.ts'
import { Comparison } from './comparison.ts'
import type { Delta, Surroundings } from './comparison.ts'
import { compareLeftovers } from './leftovers.ts'
import { compareTrailer } from './trailer.ts'

/** What differs between two views, judged by the rules but not yet by any signature's permissions. */
export interface Diff {
  readonly changes: readonly FoundChange[]
  readonly problems: readonly Problem[]
}

/** compares two views by all rules. What cannot be compared is one change of level `unknown`; nothing is thrown. */
export function compareViews(old: View, now: View, surroundings: Surroundings, delta: Delta): Diff {
  const comparison = new Comparison(old, now, surroundings, delta)
  try {
    compareTrailer(comparison)
    compareCatalog(comparison)
    compareLeftovers(comparison)
  } catch (error) {
    const reason = error instanceof Error || hasMessage(error) ? String(error.message) : 'unknown error'
    comparison.changes.push({
      kind: 'unknown',
      rule: 'R-11',
      level: 'unknown',
      path: '/',
      after: reason,
      revision: now.revision,
    })
  }
  return comparison
}

function hasMessage(error: unknown): error is { message: unknown } {
  return typeof error === 'object' && error !== null && 'message' in error
}
