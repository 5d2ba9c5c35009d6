import { compareChanges, type ChangeResult, type SignedRevision } from '../changes/compare.ts'
import { isLocked } from '../pdf/locked.ts'
import type { PdfDocument } from '../pdf/types.ts'
import { problem } from '../problem.ts'
import type { Changes, SignatureReport } from '../report.ts'
import type { ResolvedPolicy } from '../validation/policy.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import { findingsOf } from './findings.ts'
import type { VerifyOptions } from './options.ts'

const UNKNOWN: Changes = { level: 'unknown', permitted: null, items: [] }

/** E-11: where the comparison gave no answer the document state is open. */
export const NOT_COMPARED: ChangeResult = {
  changes: UNKNOWN,
  problems: [problem('E-11', 'CHANGES_NOT_COMPARED', 'I')],
  risks: [],
  certified: false,
}

/** What the comparison needs to know of a signature. */
export function signedRevisionOf(one: Pick<EvaluatedSignature, 'id' | 'found' | 'integrity'>): SignedRevision {
  const { field, kind, revision, ref, fieldRef, dict, contents, coverage } = one.found
  return {
    id: one.id,
    field,
    kind,
    revision,
    ...(ref === undefined ? {} : { ref }),
    ...(fieldRef === undefined ? {} : { fieldRef }),
    dict,
    integrity: one.integrity,
    coverage,
    contents: contents ?? new Uint8Array(),
  }
}

/** M-25: a new visible field is permitted for its signature's sake; where that signer is not trusted, the reader is told. */
export function noteUntrustedSigners(
  signatures: readonly SignatureReport[],
  changes: ReadonlyMap<string, ChangeResult>,
): readonly SignatureReport[] {
  const trusted = new Set(signatures.filter((one) => one.indication === 'TOTAL-PASSED').map(({ id }) => id))
  return signatures.map((one) => {
    const untrusted = (changes.get(one.id)?.decorations ?? []).filter(({ signature }) => !trusted.has(signature))
    if (untrusted.length === 0) return one
    const notes = untrusted.map(({ field, signature }) =>
      problem('M-25', 'SIGNER_UNTRUSTED', 'W', { field, signature }),
    )
    return Object.assign({}, one, { findings: [...one.findings, ...findingsOf(notes)] })
  })
}

/** Readers may see another document than ours in the covered or the later bytes. */
function readTwoWays(document: PdfDocument): boolean {
  return document.defects.some(({ outcome }) => outcome === 'F' || outcome === 'I')
}

/** P-15, R-11: what was compared is one reading of several, so nothing of it is said to be permitted. */
function undecided(result: ChangeResult): ChangeResult {
  const { changes } = result
  if (changes.permitted !== true || changes.level === 'none') return result
  return Object.assign({}, result, { changes: Object.assign({}, changes, { permitted: null }) })
}

/** Compares every later revision with each signature's own. Fails closed: what was not compared is `unknown`. */
export async function analyseChanges(
  document: PdfDocument,
  signatures: readonly EvaluatedSignature[],
  options: VerifyOptions,
  policy: ResolvedPolicy,
): Promise<ReadonlyMap<string, ChangeResult>> {
  // P-13: without the password the cryptography can be checked, the state of the document cannot.
  if (isLocked(document)) return new Map(signatures.map(({ id }) => [id, NOT_COMPARED]))
  const { limits, fingerprints = true, risks = true, signal } = options
  const results = await compareChanges(
    document,
    signatures.map((one) => signedRevisionOf(one)),
    {
      profile: policy.acrobat ? 'acrobat' : policy.profile,
      ...(policy.allowedChanges === undefined ? {} : { allowed: policy.allowedChanges }),
      ...(limits === undefined ? {} : { limits }),
      fingerprints,
      risks,
      ...(signal === undefined ? {} : { signal }),
    },
  )
  if (!readTwoWays(document)) return results
  return new Map([...results].map(([id, result]) => [id, undecided(result)]))
}
