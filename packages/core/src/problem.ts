import type { Finding, SubIndication } from './report.ts'

/**
 * What a failed check does to the verdict (verification.md 0.3):
 * F FORMAT_FAILURE, H HASH_FAILURE, S SIG_CRYPTO_FAILURE (all TOTAL-FAILED), I INDETERMINATE, W attention note, note listed only.
 */
export type Outcome = 'F' | 'H' | 'S' | 'I' | 'W' | 'note'

/** A finding before it gets its texts: what the checks below `pades/` return. Checks return problems, they never throw for bad input. */
export interface Problem {
  /** Rule number, such as `P-06`, or the clause for rules that have none. */
  readonly rule: string
  /** Stable code in capitals; `explain/texts` holds its Vietnamese and English text. */
  readonly code: string
  readonly outcome: Outcome
  /** With outcome I; GENERIC when absent. */
  readonly subIndication?: SubIndication
  readonly args: Readonly<Record<string, string | number | boolean | null>>
}

/** Makes a Problem; `args` default to none. */
export function problem(
  rule: string,
  code: string,
  outcome: Outcome,
  args: Problem['args'] = {},
  subIndication?: SubIndication,
): Problem {
  return subIndication === undefined ? { rule, code, outcome, args } : { rule, code, outcome, args, subIndication }
}

/** Severity of a problem in the report: F, H, S, I error; W warning; note info (0.3). */
export function severityOf(outcome: Outcome): Finding['severity'] {
  if (outcome === 'W') return 'warning'
  return outcome === 'note' ? 'info' : 'error'
}
