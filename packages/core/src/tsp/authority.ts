import type { Digest } from '../cms/signer.ts'

/** What is to be stamped: the digest of some octets, never the octets. */
export interface ImprintRequest {
  readonly digest: Digest
  readonly imprint: Uint8Array
}

export interface TimestampContext {
  readonly signal?: AbortSignal
}

/**
 * Gives RFC 3161 time-stamp tokens; where from does not matter: over HTTP, in process, behind a gateway. Whoever uses a token
 * checks it again: an authority is never taken at its word.
 */
export interface TimestampAuthority {
  /** DER of a TimeStampToken over the imprint. @throws CountersignError TSA_FAILED, ABORTED */
  timestamp(request: ImprintRequest, context?: TimestampContext): Promise<Uint8Array>
  /** The largest token seen or expected, in bytes, for the placeholder (P1, T6). */
  sizeHint?(digest: Digest): number
}

/** P1: room for a token of a TSA that was never asked. */
export const UNKNOWN_TOKEN_SIZE = 8192
