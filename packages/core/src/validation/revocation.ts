import type { Problem } from '../problem.ts'

/** Certificates and revocation data; each is a candidate only: everything is checked. */
export interface ValidationData {
  /** DER of certificates that may help to build a path. */
  readonly certificates?: readonly Uint8Array[]
  /** DER of certificate revocation lists. */
  readonly crls?: readonly Uint8Array[]
  /** DER of OCSP responses. */
  readonly ocsps?: readonly Uint8Array[]
}

/** A certificate for which something is missing. */
export interface MissingData {
  /** DER. */
  readonly certificate: Uint8Array
  /** DER of its issuer in the path when revocation data are missing; absent when the issuer itself is. */
  readonly issuer?: Uint8Array
}

/** What may still be spent on one verification; shared by all its chains and counted down by the source. */
export interface NetworkBudget {
  /** Fetches for the chain being checked: 8 (SEC-05). */
  fetches: number
  /** Requests for the whole document, redirects included: 20 (L-24). */
  requests: number
  /** Milliseconds for the whole document: 10 000 (L-24). */
  milliseconds: number
  /** Questions that were asked: each is asked once. */
  readonly asked: Set<string>
}

export interface FindRequest {
  readonly missing: readonly MissingData[]
  readonly budget: NetworkBudget
  /** Answers kept from before are of no use: newer data than this is wanted (signing.md L3). */
  readonly newerThan?: Date
  readonly signal?: AbortSignal
}

/** What a source found, and notes on what it could not get. */
export interface FoundData extends ValidationData {
  readonly problems: readonly Problem[]
  /** Called after the check with the SHA-256 (lower-case hex) of what it accepted: only that may be cached (SEC-06). */
  readonly accept?: (sha256: ReadonlySet<string>) => void
}

/** Further material for validation, offline or online. What it returns is candidates only: everything is checked. */
export interface RevocationSource extends ValidationData {
  /** Looks for what a check lacked. Called only then; never rejects but for ABORTED. */
  readonly find?: (request: FindRequest) => Promise<FoundData>
}
