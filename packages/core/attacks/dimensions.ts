// What differs between the variants of one trick, besides the trick: how the file is written, what its signers allow, what came before.
import { pick, type Random } from './random.ts'
import type { XrefForm } from './pdf-file.ts'

export interface Dimensions {
  readonly xref: XrefForm
  /** How the update under test lists its objects. */
  readonly update: XrefForm
  readonly encrypted: boolean
  readonly pages: 'flat' | 'nested'
  /** What the officer's signature says of changes: nothing, certified with P, a transform without /Perms, /P of /Lock. */
  readonly permission: 'none' | 'P1' | 'P2' | 'P3' | 'reference2' | 'reference3' | 'lock1' | 'lock2'
  /** Fields that the officer locks (M-23). */
  readonly lock: 'none' | 'include' | 'exclude' | 'all'
  /** Signed in the first revision, or in one of its own. */
  readonly signedIn: 'base' | 'update'
  /** Signatures of persons before the update under test. */
  readonly signatures: 1 | 2 | 3
  /** Evidence between the signatures and the update. */
  readonly evidence: 'none' | 'dss' | 'timestamp'
  /** What follows the update. */
  readonly after: 'nothing' | 'revert' | 'timestamp' | 'signature'
}

export type Level = 'ltv' | 'form' | 'annotation'

/** P in force, undefined where the signature says nothing. */
export function levelOf({ permission }: Dimensions): 1 | 2 | 3 | undefined {
  const digit = permission.at(-1)
  return digit === '1' || digit === '2' || digit === '3' ? (Number(digit) as 1 | 2 | 3) : undefined
}

/** True where a change of that level is permitted by every signature of the file. Only the officer restricts. */
export function permits(dimensions: Dimensions, level: Level): boolean {
  const allowed = levelOf(dimensions)
  if (level === 'ltv') return true
  if (level === 'annotation') return allowed === 3 && dimensions.signatures === 1
  return allowed !== 1 && dimensions.lock !== 'all'
}

/** More signatures and filled fields need form filling; a signature behind the update too. */
function isConsistent(dimensions: Dimensions): boolean {
  const { signatures, lock, after, permission } = dimensions
  if (permission.startsWith('lock') && lock === 'none') return false
  if (signatures > 1 && !permits(dimensions, 'form')) return false
  return after !== 'signature' || permits(dimensions, 'form')
}

/** Dimensions drawn at random, of those that can be. */
export function drawDimensions(random: Random, fits: (dimensions: Dimensions) => boolean): Dimensions {
  for (let tries = 0; tries < 10_000; tries++) {
    const xref = pick(random, ['table', 'table', 'stream', 'objstm'] as const)
    const dimensions: Dimensions = {
      xref,
      update:
        xref === 'table'
          ? pick(random, ['table', 'table', 'stream'] as const)
          : pick(random, ['stream', 'objstm'] as const),
      encrypted: random() < 0.2,
      pages: pick(random, ['flat', 'nested']),
      permission: pick(random, ['none', 'none', 'P1', 'P2', 'P3', 'reference2', 'reference3', 'lock1', 'lock2']),
      lock: pick(random, ['none', 'none', 'include', 'exclude', 'all']),
      signedIn: pick(random, ['base', 'update']),
      signatures: pick(random, [1, 1, 2, 3]),
      evidence: pick(random, ['none', 'none', 'dss', 'timestamp']),
      after: pick(random, ['nothing', 'nothing', 'revert', 'timestamp', 'signature']),
    }
    if (isConsistent(dimensions) && fits(dimensions)) return dimensions
  }
  throw new Error('no dimensions fit')
}

/** The dimensions as one word, to tell variants apart. */
export function nameOfDimensions(dimensions: Dimensions): string {
  return Object.values(dimensions).join('-')
}
