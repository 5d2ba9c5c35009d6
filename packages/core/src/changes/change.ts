import type { ChangeKind, ChangeLevel } from '../report.ts'

const ORDER: readonly ChangeLevel[] = ['none', 'ltv', 'form', 'annotation', 'other', 'unknown']

/** The higher of two levels (0.5); `unknown` outranks all. */
export function highest(a: ChangeLevel, b: ChangeLevel): ChangeLevel {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b
}

/** True when a level is within what is allowed; `other` and `unknown` never are. */
export function isWithin(level: ChangeLevel, allowed: ChangeLevel): boolean {
  if (level === 'other' || level === 'unknown') return false
  return ORDER.indexOf(level) <= ORDER.indexOf(allowed)
}

/** A change as the rules see it, before a signature's permissions are applied. */
export interface FoundChange {
  readonly kind: ChangeKind
  readonly rule: string
  readonly level: ChangeLevel
  readonly path: string
  /** Number of the object that changed or was added; absent for changes of the file's bytes. */
  readonly num?: number
  readonly field?: string
  /** 1-based. */
  readonly page?: number
  readonly before?: string
  readonly after?: string
  /** Revision that made it, where it is not the one that defines the object. */
  readonly revision?: number
  /** M-23: a field lock does not forbid it. */
  readonly despiteLock?: boolean
  /** The change is only good where a later intact signature covers it; else it is OTHER. */
  readonly needsSignature?: boolean
  /** M-25: the change brings a new visible signature field. */
  readonly decoration?: Decoration
}

/** A new visible signature field, and the number of the signature dictionary that fills it, if one does. */
export interface Decoration {
  readonly value: number | undefined
  /** Filled in the revision that brought the field. */
  readonly sameRevision: boolean
}

/** Where a value stands, for the list of changes: everything but the verdict. */
export interface Place {
  readonly path: string
  readonly num: number
  readonly kind: ChangeKind
  readonly rule?: string
  readonly field?: string
  readonly page?: number
}
