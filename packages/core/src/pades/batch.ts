// Two-phase signing of many documents: failures are results, one does not stop the rest.
import { CountersignError } from '../error.ts'
import type { ByteSource } from '../pdf/types.ts'
import { complete } from './complete.ts'
import type { CompleteOptions, SigningOutcome } from './complete.ts'
import { prepare } from './prepare.ts'
import type { PreparedState } from './prepared-state.ts'
import type { Prepared, SigningReport, SignOptions } from './signing-types.ts'

/** Why one document of a batch failed. */
export interface BatchError {
  /** Code of the CountersignError; `INTERNAL` for anything else. */
  readonly code: string
  readonly message: string
  /** The same document may succeed later (G4). */
  readonly retryable: boolean
}

export interface DocumentToPrepare {
  /** The caller's id of the document; unique in the batch. */
  readonly ref: string
  readonly input: Uint8Array | ByteSource
  /** What differs from the options of the batch. */
  readonly options?: Omit<Partial<SignOptions>, 'signer'>
}

/** One document of `prepareAll`: the state, or why there is none. */
export type PreparedDocument =
  { readonly ref: string; readonly prepared: Prepared } | { readonly ref: string; readonly error: BatchError }

export interface DocumentToComplete {
  readonly ref: string
  readonly input: Uint8Array
  readonly prepared: Prepared | PreparedState
  readonly outcome: SigningOutcome
}

/** One document of `completeAll`. */
export type CompletedDocument =
  | { readonly ref: string; readonly bytes: Uint8Array; readonly report: SigningReport }
  | { readonly ref: string; readonly error: BatchError }

/** An error as one document's result. @throws the error itself where it is the caller's wish to stop */
export function batchError(error: unknown): BatchError {
  if (!(error instanceof CountersignError))
    return { code: 'INTERNAL', message: error instanceof Error ? error.message : 'unexpected error', retryable: false }
  if (error.code === 'ABORTED') throw error
  return { code: error.code, message: error.message, retryable: error.retryable }
}

/** Each ref once: results are told apart by it. @throws CountersignError ARGUMENT_INVALID */
export function requireDistinct(refs: readonly string[]): void {
  if (new Set(refs).size === refs.length) return
  const twice = refs.find((ref, index) => refs.indexOf(ref) !== index)
  throw new CountersignError('ARGUMENT_INVALID', `two documents of the batch have the ref ${twice}`)
}

/**
 * Prepares many documents for one key; each state is completed for itself, so that a value which belongs to another document is
 * found (C7).
 *
 * @throws CountersignError ABORTED, ARGUMENT_INVALID
 * @example
 * ```ts
 * const prepared = await prepareAll(files.map(({ name, bytes }) => ({ ref: name, input: bytes })), { signer, field: 'officer' })
 * ```
 */
export async function prepareAll(
  documents: readonly DocumentToPrepare[],
  options: SignOptions,
): Promise<readonly PreparedDocument[]> {
  requireDistinct(documents.map(({ ref }) => ref))
  const results: PreparedDocument[] = []
  for (const { ref, input, options: own } of documents)
    try {
      results.push({ ref, prepared: await prepare(input, { ...options, ref, ...own }) })
    } catch (error) {
      results.push({ ref, error: batchError(error) })
    }
  return results
}

/**
 * Completes many documents with the values that came back for them.
 *
 * @throws CountersignError ABORTED, ARGUMENT_INVALID
 */
export async function completeAll(
  documents: readonly DocumentToComplete[],
  options: CompleteOptions = {},
): Promise<readonly CompletedDocument[]> {
  requireDistinct(documents.map(({ ref }) => ref))
  const results: CompletedDocument[] = []
  for (const { ref, input, prepared, outcome } of documents)
    try {
      results.push({ ref, ...(await complete(input, prepared, outcome, options)) })
    } catch (error) {
      results.push({ ref, error: batchError(error) })
    }
  return results
}
