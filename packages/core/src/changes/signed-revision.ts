import type { PdfDict, PdfRef } from '../pdf/objects.ts'
import type { Limits } from '../pdf/types.ts'
import type { Problem } from '../problem.ts'
import type { ChangeLevel, Changes, Coverage, Integrity } from '../report.ts'

/** A signature as the change analysis needs it. */
export interface SignedRevision {
  readonly id: string
  /** Fully qualified field name. */
  readonly field: string
  readonly kind: 'signature' | 'document-timestamp'
  /** Index of the revision that its covered bytes end with: the base B. */
  readonly revision: number
  /** Of the signature dictionary; absent where it stands direct in its field. */
  readonly ref?: PdfRef
  readonly fieldRef?: PdfRef
  readonly dict: PdfDict
  readonly integrity: Integrity
  /** `broken`: its bytes end with no revision, so that nothing after it can be called permitted (P-05 to P-08). */
  readonly coverage?: Coverage
  /** /Contents with its padding. */
  readonly contents: Uint8Array
}

export interface CompareOptions {
  readonly profile?: 'strict' | 'compat' | 'acrobat'
  /** M-20: what a signature that says nothing allows; by default form filling, with annotations undecided. */
  readonly allowed?: ChangeLevel
  readonly limits?: Partial<Limits>
  readonly fingerprints?: boolean
  readonly risks?: boolean
  readonly signal?: AbortSignal
}

export interface ChangeResult {
  readonly changes: Changes
  /** About the changes and permissions, such as ANNOTATED_AFTER_SIGNING. */
  readonly problems: readonly Problem[]
  /** M-28, computed on the signed revision. */
  readonly risks: readonly Problem[]
  /** M-21. */
  readonly certified: boolean
  /** M-25: new visible fields that are permitted for the sake of the signature that fills them, by its id. */
  readonly decorations?: readonly { readonly field: string; readonly signature: string }[]
}
