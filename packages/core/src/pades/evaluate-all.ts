import { CountersignError } from '../error.ts'
import type { SignatureSurvey } from '../pdf/found-signature.ts'
import { findSignatures } from '../pdf/signatures.ts'
import { DEFAULT_LIMITS, type Limits, type PdfDocument } from '../pdf/types.ts'
import { problem, type Problem } from '../problem.ts'
import { resolvePolicy } from '../validation/policy.ts'
import { CandidatePool } from './candidates.ts'
import { DocumentDigests, type DigestPrefixes, type DigestRequest } from './digests.ts'
import {
  certificatesOfEntry,
  digestsNeeded,
  evaluateSignature,
  openSignature,
  type EvaluatedSignature,
} from './evaluation.ts'
import type { VerifyOptions } from './options.ts'
import { revisionDigests } from './revision-digests.ts'

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

/** The digests that checking the signatures of a document will ask for, so that whoever hashes it anyway makes them too (S8). */
export function digestsOfSignatures(document: PdfDocument): readonly DigestRequest[] {
  const limit = DEFAULT_LIMITS.contents
  const { signatures } = findSignatures(document)
  return signatures
    .slice(0, DEFAULT_LIMITS.signatures)
    .flatMap((found, i) => digestsNeeded(openSignature(found, `S${i + 1}`, { compat: false, limit })))
}

/** Finds the signatures, hashes every covered byte once per digest (S8) and checks each signature by itself. */
export async function evaluateAll(
  document: PdfDocument,
  options: VerifyOptions,
  known: { readonly prefixes?: DigestPrefixes; readonly covered?: DocumentDigests | undefined } = {},
): Promise<Evaluation> {
  const started = performance.now()
  const compat = resolvePolicy(options.policy).profile === 'compat'
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits }
  const survey = findSignatures(document, { compat })
  const opened = survey.signatures.map((found, i) =>
    openSignature(found, `S${i + 1}`, { compat, limit: limits.contents }),
  )
  const digests = new DocumentDigests(known.covered)
  const needed = opened.slice(0, limits.signatures).flatMap((one) => digestsNeeded(one))
  const whole = options.poes === undefined ? [] : revisionDigests(document)
  const hashing = performance.now()
  await digests.compute(document, [{ name: 'sha256', range: undefined }, ...needed, ...whole], {
    ...known,
    signal: options.signal,
    onProgress: options.onProgress,
  })
  // L-24 counts work; reading and hashing take what the file's size takes.
  const worked = started + performance.now() - hashing
  const stamped = survey.signatures.flatMap(({ kind, revision }) => (kind === 'document-timestamp' ? [revision] : []))
  const pool = new CandidatePool(document, options.sources, options.signal, stamped.slice(0, limits.signatures))
  pool.include(opened.slice(0, limits.signatures).flatMap((one) => certificatesOfEntry(document, one)))
  const context = { document, digests, compat, candidates: pool.candidates.bind(pool) }
  const evaluated: EvaluatedSignature[] = []
  for (const [i, one] of opened.entries()) {
    if (options.signal?.aborted === true) throw new CountersignError('ABORTED', 'The verification was aborted.')
    const limited = checkLimits(i, worked, limits)
    const unjudged = { signer: undefined, token: undefined, integrity: 'unknown' } as const
    evaluated.push(
      limited.length > 0
        ? { ...one, ...unjudged, problems: [...one.problems, ...limited] }
        : await evaluateSignature(one, context),
    )
  }
  return { survey, evaluated, digests, pool }
}
