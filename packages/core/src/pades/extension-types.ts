import type { Digest } from '../cms/signer.ts'
import { CountersignError } from '../error.ts'
import type { Limits } from '../pdf/types.ts'
import type { BaselineLevel, Finding } from '../report.ts'
import type { TimestampAuthority } from '../tsp/authority.ts'
import type { Policy } from '../validation/policy.ts'
import type { RevocationSource } from '../validation/revocation.ts'
import type { TrustStore } from '../validation/trust.ts'
import type { OnHashed } from './digests.ts'
import type { SignedStep } from './step.ts'

/**
 * How new revocation data must be (L3): `now` what a verifier accepts today; `after-timestamp` issued after the proven time of the
 * signature; `maxAge` in milliseconds.
 */
export type Freshness = 'now' | 'after-timestamp' | { readonly maxAge: number }

/** What levels above B-B need, for `sign`, `complete` and `extend` alike. */
export interface LongTermOptions {
  /** Gives the time stamps; needed for B-T and above. */
  readonly tsa?: TimestampAuthority
  /** Gives the document timestamps of B-LTA and renewals; default `tsa`. Another authority is better (L10). */
  readonly archiveTsa?: TimestampAuthority
  /** Digest of document timestamps; never weaker than that of the last one. Default: the strongest so far, else SHA-256 (L10). */
  readonly archiveDigest?: Digest
  /** Whom to trust: paths are built to these anchors (L4). Needed for B-LT and above. */
  readonly trust?: TrustStore
  /** Certificates and revocation data, given or looked for (L4). */
  readonly sources?: RevocationSource
  readonly policy?: Policy
  /** Default `now`. */
  readonly freshness?: Freshness
  /** Write VRI entries too (W28). Default false. */
  readonly vri?: boolean
  /** Validation data of the last document timestamp: at the next renewal (default, then fresher), or at once in a further revision (L9). */
  readonly archiveData?: 'next-renewal' | 'at-once'
  /** A time of the caller's before which to renew (L10). */
  readonly renewBy?: Date
  /** Default: the clock of the system. */
  readonly now?: () => Date
  readonly signal?: AbortSignal
}

/** A time stamp that was made. */
export interface StampRecord {
  readonly kind: 'signature' | 'document'
  /** Field of a document timestamp. */
  readonly field?: string
  readonly genTime: string
  /** Upper-case hex. */
  readonly serial: string
  readonly tsa: string
  readonly digest: string
  /** Size of the token. */
  readonly bytes: number
}

/** A certificate for which no usable revocation data was at hand. */
export interface Gap {
  readonly role: 'signer' | 'ca' | 'tsa' | 'tsa-ca' | 'ocsp-responder' | 'crl-issuer'
  /** Signature or time stamp that needs it, as in the VerificationReport. */
  readonly for: string
  readonly subject: string
  readonly sha256: string
  /** Code of the finding, such as REVOCATION_MISSING, REVOCATION_STALE, REVOCATION_NOT_FRESH. */
  readonly reason: string
}

/** What was done beyond the signature itself; times ISO 8601 UTC. */
export interface LongTermRecord {
  readonly timestamps: readonly StampRecord[]
  /** Streams added to the DSS. */
  readonly added: number
  readonly gaps: readonly Gap[]
  /** From then on revocation data newer than the proof can be expected (L3); null where nothing is to be waited for. */
  readonly extendAfter: string | null
  /** Before then a new document timestamp is due (L10); null where there is no time stamp. */
  readonly renewBefore: string | null
}

/** Options of `timestamp`. */
export interface TimestampOptions {
  readonly tsa: TimestampAuthority
  /** Default SHA-256. */
  readonly digest?: Digest
  /** A prepared empty signature field (W24); default a new invisible one. */
  readonly field?: string
  readonly password?: string
  /** Stamp although the file's user permissions forbid it (W16). */
  readonly ignorePermissions?: boolean
  readonly limits?: Partial<Limits>
  readonly signal?: AbortSignal
  /** Bytes read so far of the one pass over the document (S9). */
  readonly onProgress?: OnHashed
  /** Source of random bytes, for tests. */
  readonly random?: (length: number) => Uint8Array
}

/** Options of `extend`. */
export interface ExtendOptions extends LongTermOptions {
  /** Reaching it is demanded for every signature of the document. */
  readonly to: Exclude<BaselineLevel, 'B-B'>
  readonly trust: TrustStore
  readonly password?: string
  readonly ignorePermissions?: boolean
  readonly limits?: Partial<Limits>
  /** Bytes read so far of the one pass over the document (S9). */
  readonly onProgress?: OnHashed
  readonly random?: (length: number) => Uint8Array
}

export interface ExtendedSignature {
  readonly id: string
  readonly field: string
  readonly before: BaselineLevel | null
  readonly after: BaselineLevel | null
}

/** What `timestamp` and `extend` did. Hashes lower-case hex. */
export interface ExtensionReport extends LongTermRecord {
  readonly schema: 'countersign/extension-report/1'
  readonly requestedLevel: BaselineLevel | null
  readonly reachedLevel: BaselineLevel | null
  readonly signatures: readonly ExtendedSignature[]
  readonly document: { readonly sha256: string; readonly bytes: number; readonly addedBytes: number }
  readonly warnings: readonly Finding[]
}

export interface ExtendResult {
  readonly bytes: Uint8Array
  readonly report: ExtensionReport
}

/**
 * LEVEL_NOT_REACHED (REL-05): what was asked for was not reached, and why. Nothing is called by a stronger name than it has.
 * `sign` leaves the file it could make in `partial`: a signature is not asked for twice.
 */
export class LevelNotReachedError extends CountersignError {
  override readonly name: string = 'LevelNotReachedError'
  readonly record: LongTermRecord
  readonly reached: BaselineLevel | null
  /** The file at the level reached; undefined where nothing was made. */
  partial: { readonly bytes: Uint8Array; readonly level: BaselineLevel | null } | undefined
  /** The revisions that were made. */
  steps: readonly SignedStep[] = []

  constructor(
    requested: BaselineLevel,
    reached: BaselineLevel | null,
    record: LongTermRecord,
    reasons: readonly string[],
  ) {
    const gaps = record.gaps.map(({ role, subject, reason }) => `${role} ${subject}: ${reason}`)
    const why = [...reasons, ...gaps].slice(0, 3).join('; ')
    super(
      'LEVEL_NOT_REACHED',
      `Level ${requested} was not reached${reached === null ? '' : `, only ${reached}`}: ${why}.`,
      {
        retryable: record.extendAfter !== null,
        details: { requested, reached, reasons, gaps, extendAfter: record.extendAfter },
      },
    )
    this.record = record
    this.reached = reached
  }

  /** Puts the file together for the caller. */
  keep(join: (steps: readonly SignedStep[]) => Uint8Array): void {
    if (this.steps.length > 0) this.partial = { bytes: join(this.steps), level: this.reached }
  }
}
