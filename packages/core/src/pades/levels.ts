import type { UnsignedAttribute } from '../cms/build.ts'
import type { Digest } from '../cms/signer.ts'
import { CountersignError } from '../error.ts'
import type { BaselineLevel } from '../report.ts'
import type { Prepared } from './signing-types.ts'
import type { SignedStep } from './step.ts'

/** What the level of a signature needs beyond B-B; the options of `sign` and `complete` hold it. */
export interface LevelOptions {
  readonly signal?: AbortSignal
}

/** How a signing call reaches a level above B-B. */
export interface LevelPlan {
  /** Room for the unsigned attributes in the placeholder, in bytes (P1). */
  readonly unsignedSize: number
  /** Unsigned attributes over the signature value (signature-time-stamp); called again when the placeholder had to grow (P2). */
  unsigned(signature: Uint8Array, digest: Digest): Promise<readonly UnsignedAttribute[]>
  /** Further revisions after the signature's own (DSS, document timestamp), and the level that they reach. */
  further(step: SignedStep, prepared: Prepared): Promise<LevelReached>
}

export interface LevelReached {
  readonly steps: readonly SignedStep[]
  readonly level: BaselineLevel
}

/** The plan for a level; undefined for B-B, which needs nothing more. Throws before anything is read or any key is asked. */
export function planLevel(level: BaselineLevel, _options: LevelOptions): LevelPlan | undefined {
  if (level === 'B-B') return undefined
  throw new CountersignError('NOT_AVAILABLE', `level ${level} is not available yet`, { details: { level } })
}
