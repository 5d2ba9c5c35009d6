import type { PdfDocument } from '../pdf/types.ts'
import type { Changes } from '../report.ts'
import { problem, type Problem } from '../problem.ts'
import type { ResolvedPolicy } from '../validation/policy.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import type { VerifyOptions } from './options.ts'

/** What happened to the document after one signature. */
export interface ChangeOutcome {
  readonly changes: Changes
  readonly problems: readonly Problem[]
  readonly risks: readonly Problem[]
  /** The signature certifies the document (M-21). */
  readonly certified: boolean
}

const NOTHING: Changes = { level: 'none', permitted: true, items: [] }
const UNKNOWN: Changes = { level: 'unknown', permitted: null, items: [] }

function outcomeWithoutComparison(one: EvaluatedSignature): ChangeOutcome {
  const whole = one.found.coverage === 'whole-file' && !one.found.removed
  if (whole) return { changes: NOTHING, problems: [], risks: [], certified: false }
  // Decision 9: a change that no rule explains yet is unknown and not permitted.
  const changes: Changes = { ...UNKNOWN, permitted: false }
  return { changes, problems: [problem('E-11', 'CHANGES_NOT_COMPARED', 'I')], risks: [], certified: false }
}

/** Compares every later revision with each signature's own; fails closed (E-11). */
export async function analyseChanges(
  document: PdfDocument,
  signatures: readonly EvaluatedSignature[],
  options: VerifyOptions,
  policy: ResolvedPolicy,
): Promise<ReadonlyMap<string, ChangeOutcome>> {
  void document
  void options
  void policy
  return new Map(signatures.map((one) => [one.id, outcomeWithoutComparison(one)]))
}
