import type { Problem } from '../problem.ts'
import type { Certificate } from './certificate.ts'

/** A name and a key that the caller trusts, carried by a certificate. */
export interface TrustAnchor {
  readonly certificate: Certificate
  /** What it may vouch for; default everything. */
  readonly purposes?: readonly ('signer' | 'tsa')[]
  /** Trusted no longer after this time. */
  readonly sunset?: Date
}

/** A certificate that may help, and where it came from (`cms`, `dss`, `caller`, ...), for the report. */
export interface Candidate {
  readonly certificate: Certificate
  readonly source: string
}

/** A certificate of a path with its origin; the anchor is last. */
export interface PathEntry extends Candidate {
  readonly anchor: boolean
}

export type { Problem }
