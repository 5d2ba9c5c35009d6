import { CountersignError } from '../error.ts'
import type { Limits } from '../pdf/types.ts'
import type { CallerPoe } from '../validation/poe.ts'
import type { OnHashed } from './digests.ts'
import type { Policy, PolicyName } from '../validation/policy.ts'
import type { RevocationSource } from '../validation/revocation.ts'
import type { TrustStore } from '../validation/trust.ts'

/** Options of `verify`. */
export interface VerifyOptions {
  /** The anchors to trust; there is no built-in trust. */
  readonly trust: TrustStore
  /** Validation time, default now. */
  readonly at?: Date
  /** A preset by its name, or a policy of the caller's; default `strict` (0.4, E-15). */
  readonly policy?: Policy | PolicyName
  /** Further certificates, CRLs and OCSP responses, offline or online. */
  readonly sources?: RevocationSource
  /** User or owner password of an encrypted file. */
  readonly password?: string
  /** SHA-256 of the document that is expected, such as the issued one. */
  readonly expectedDigest?: Uint8Array
  /** What the caller can prove to have existed at a time, such as entries of an issue register (E-01). */
  readonly poes?: readonly CallerPoe[]
  readonly limits?: Partial<Limits>
  /** Page fingerprints in `changes` (M-27), default true. */
  readonly fingerprints?: boolean
  /** Risks at signing time (M-28), default true. */
  readonly risks?: boolean
  readonly signal?: AbortSignal
  /** Bytes read so far of the one pass over the document (S9). */
  readonly onProgress?: OnHashed
}

function wrong(what: string): CountersignError {
  return new CountersignError('ARGUMENT_INVALID', `verify: ${what}.`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isCallerPoe(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { sha256, time, source } = value
  const dated = time instanceof Date && Number.isFinite(time.getTime())
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/iu.test(sha256) && dated && typeof source === 'string'
}

/** Refuses what only a caller's mistake can be; the document is never the reason. */
export function checkVerifyOptions(options: unknown): void {
  if (!isRecord(options)) throw wrong('options are missing')
  const { trust, at, password, expectedDigest, poes } = options
  if (!isRecord(trust) || !Array.isArray(trust['anchors'])) throw wrong('options.trust is no trust store')
  if (at !== undefined && !(at instanceof Date && Number.isFinite(at.getTime()))) throw wrong('options.at is no date')
  if (password !== undefined && typeof password !== 'string') throw wrong('options.password is no string')
  if (expectedDigest !== undefined && !(expectedDigest instanceof Uint8Array && expectedDigest.length === 32)) {
    throw wrong('options.expectedDigest is no SHA-256 value')
  }
  if (poes !== undefined && !(Array.isArray(poes) && poes.every((one) => isCallerPoe(one))))
    throw wrong('options.poes is no list of { sha256, time, source }')
}
