import { CountersignError } from '../error.ts'
import type { SignatureSurvey } from '../pdf/found-signature.ts'
import { findSignatures } from '../pdf/signatures.ts'
import { DEFAULT_LIMITS, type Limits, type PdfDocument } from '../pdf/types.ts'
import { problem, type Problem } from '../problem.ts'
import { CandidatePool } from './candidates.ts'
import { DocumentDigests, type DigestPrefixes } from './digests.ts'
import { digestsNeeded, evaluateSignature, openSignature, type EvaluatedSignature } from './evaluation.ts'
import type { VerifyOptions } from './options.ts'

/** Every signature of a document with its cryptographic answers, in signing order. */
export interface Evaluation {
  readonly survey: SignatureSurvey
  readonly evaluated: readonly EvaluatedSignature[]
  readonly digests: DocumentDigests
  readonly pool: CandidatePool
}

/** L-04 and L-24: what is beyond a limit is listed and not judged. */
function checkLimits(index: number, started: number, limits: Limits): readonly Problem[] {
  if (index >= limits.signatures) return [problem('L-04', 'LIMIT_SIGNATURES', 'I', { limit: limits.signatures })]
  if (performance.now() - started > limits.cpu) return [problem('L-24', 'LIMIT_CPU', 'I', { limit: limits.cpu })]
  return []
}

/** Finds the signatures, hashes every covered byte once per digest (S8) and checks each signature by itself. */
export async function evaluateAll(
  document: PdfDocument,
  options: VerifyOptions,
  prefixes: DigestPrefixes | undefined,
): Promise<Evaluation> {
  const started = performance.now()
  const compat = options.policy?.profile === 'compat'
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits }
  const survey = findSignatures(document, { compat })
  const opened = survey.signatures.map((found, i) =>
    openSignature(found, `S${i + 1}`, { compat, limit: limits.contents }),
  )
  const digests = new DocumentDigests()
  const needed = opened.slice(0, limits.signatures).flatMap((one) => digestsNeeded(one))
  await digests.compute(document, [{ name: 'sha256', range: undefined }, ...needed], prefixes)
  const stamped = survey.signatures.flatMap(({ kind, revision }) => (kind === 'document-timestamp' ? [revision] : []))
  const pool = new CandidatePool(document, options.sources, options.signal, stamped.slice(0, limits.signatures))
  const context = { document, digests, compat, candidates: pool.candidates.bind(pool) }
  const evaluated: EvaluatedSignature[] = []
  for (const [i, one] of opened.entries()) {
    if (options.signal?.aborted === true) throw new CountersignError('ABORTED', 'The verification was aborted.')
    const limited = checkLimits(i, started, limits)
    const unjudged = { signer: undefined, token: undefined, integrity: 'unknown' } as const
    evaluated.push(
      limited.length > 0
        ? { ...one, ...unjudged, problems: [...one.problems, ...limited] }
        : await evaluateSignature(one, context),
    )
  }
  return { survey, evaluated, digests, pool }
}
