import type { Problem } from '../problem.ts'
import type { ByteRange } from './byte-range.ts'
import type { PdfDict, PdfRef, Span } from './objects.ts'

/** One signature or document timestamp, from whichever revision holds it (P-02). */
export interface FoundSignature {
  /** Fully qualified field name. */
  readonly field: string
  readonly fieldRef: PdfRef | undefined
  readonly fieldDict: PdfDict
  /** 1-based. */
  readonly page: number | undefined
  /** Object of the signature dictionary; undefined where it stands direct in its field (P-03). */
  readonly ref: PdfRef | undefined
  /** The dictionary as its own revision defines it. */
  readonly dict: PdfDict
  /** The revision that the covered bytes end with; where none does, the first one that shows the signature. */
  readonly revision: number
  readonly subFilter: string | undefined
  readonly kind: 'signature' | 'document-timestamp'
  readonly byteRange: ByteRange | undefined
  /** /Contents with its padding. */
  readonly contents: Uint8Array | undefined
  readonly contentsSpan: Span | undefined
  readonly coverage: 'whole-file' | 'revision' | 'broken'
  /** The newest revision does not show it any more. */
  readonly removed: boolean
  /** P-01, P-03 to P-09, P-11, P-12, P-14. */
  readonly problems: readonly Problem[]
}

/** All that P-02 asks for. */
export interface SignatureSurvey {
  /** Signing order. */
  readonly signatures: readonly FoundSignature[]
  readonly unsignedFields: readonly string[]
  readonly removedFields: readonly string[]
  readonly orphans: number
  readonly problems: readonly Problem[]
}

const INTEGRITY_RULES: ReadonlySet<string> = new Set(['P-01', 'P-04', 'P-05', 'P-06', 'P-07', 'P-08', 'P-09', 'P-12'])
const COVERAGE_RULES: ReadonlySet<string> = new Set(['P-04', 'P-05', 'P-06', 'P-07', 'P-08', 'P-09'])

/** True when a ByteRange rule that integrity rests on is broken (V-03); a later replacement (P-08, last sentence) is not. */
export function breaksIntegrity(found: Problem): boolean {
  return found.outcome === 'F' && INTEGRITY_RULES.has(found.rule) && found.code !== 'SIGNATURE_REPLACED'
}

/** True when the problem makes the coverage `broken` (V-04). */
export function breaksCoverage(found: Problem): boolean {
  return breaksIntegrity(found) && COVERAGE_RULES.has(found.rule)
}
