import { OID } from '../der/oids.ts'
import type { Certificate } from './certificate.ts'
import type { Crl } from './crl.ts'
import type { OcspResponse } from './ocsp.ts'
import type { Candidate, TrustAnchor } from './path.ts'
import type { SignatureChecks, VerifyKey } from './signatures.ts'

/** Names of CRLReason (RFC 5280 5.3.1). */
const REASONS: readonly string[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'unused',
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
]

/** The name of a revocation reason. */
export function reasonName(reason: number): string {
  return REASONS[reason] ?? `reason ${reason}`
}

/** A certificate whose status is asked, with the key of its issuer from a checked path. */
export interface RevocationTarget {
  readonly certificate: Certificate
  /** The issuer's certificate in the path. */
  readonly issuer: Certificate
  readonly issuerKey: VerifyKey
}

/** What one list or response says of one certificate. */
export interface Evidence {
  readonly type: 'crl' | 'ocsp'
  readonly status: 'good' | 'revoked' | 'hold'
  readonly thisUpdate: Date
  readonly nextUpdate: Date | undefined
  readonly producedAt?: Date
  readonly revocationTime?: Date
  readonly reason?: number
  readonly source: Crl | OcspResponse
  /** The key that signed it: for C-16. */
  readonly signer: VerifyKey
}

/** What was found: evidence to decide by, and why other data could not be used. */
export interface Gathered {
  readonly evidence: readonly Evidence[]
  readonly faults: readonly string[]
  /** The latest time at which data that are only too old went out of date. */
  readonly staleSince?: Date
  /** Lists covered only some reasons. */
  readonly partial?: boolean
}

/** What revocation checking works with. */
export interface RevocationContext {
  readonly crls: readonly Crl[]
  readonly ocsps: readonly OcspResponse[]
  readonly at: Date
  readonly now: Date
  readonly freshness?: FreshnessRules
  readonly compat: boolean
  readonly signatures: SignatureChecks
  readonly anchor: TrustAnchor
  readonly candidates: readonly Candidate[]
  /** Is this certificate good as signer of lists for certificates under the same anchor: path and its own revocation. */
  readonly vouchFor: (certificate: Certificate) => Promise<boolean>
  /** The same for a delegated OCSP responder without nocheck: its own status by lists only. */
  readonly isNotRevoked: (target: RevocationTarget) => Promise<boolean>
}

const SKEW = 5 * 60_000

/** How new revocation data must be beside what they say themselves, in seconds. */
export interface FreshnessRule {
  /** They must have been made later than the time that counts less this: EN 319 102-1 as it stands. */
  readonly maxAge?: number
  /** They must have been made no earlier than the time that counts and this: only then a revocation could have surfaced in them. */
  readonly grace?: number
}

/** One rule for people's certificates, one for those of CAs, whose lists come out seldom. */
export interface FreshnessRules {
  readonly signer?: FreshnessRule
  readonly ca?: FreshnessRule
}

export interface Freshness {
  readonly state: 'fresh' | 'stale' | 'future'
  /** When stale: out of date from this time on, where the data tell. */
  readonly since?: Date | undefined
}

/** made before the check, still in force at the time that counts, and as new as the rule for the certificate demands. */
export function freshness(
  thisUpdate: Date,
  nextUpdate: Date | undefined,
  { at, now, freshness: rules }: Pick<RevocationContext, 'at' | 'now' | 'freshness'>,
  certificate: Certificate,
): Freshness {
  const [made, counts] = [thisUpdate.getTime(), at.getTime()]
  if (made > now.getTime() + SKEW) return { state: 'future' }
  if (nextUpdate === undefined || nextUpdate.getTime() + SKEW < counts) return { state: 'stale', since: nextUpdate }
  const { maxAge, grace } = (certificate.basicConstraints?.ca === true ? rules?.ca : rules?.signer) ?? {}
  if (maxAge !== undefined && made <= counts - maxAge * 1000)
    return { state: 'stale', since: new Date(made + maxAge * 1000) }
  if (grace !== undefined && made < counts + grace * 1000) return { state: 'stale', since: thisUpdate }
  return { state: 'fresh' }
}

/**
 * From when on a listed certificate counts as revoked: whoever lists it has revoked it by then at the latest, even where the entry
 * names a later day.
 */
export function effectiveRevocation(listed: Date, thisUpdate: Date): Date {
  return listed.getTime() <= thisUpdate.getTime() ? listed : thisUpdate
}

/** True when data made at `thisUpdate` may have dropped the certificate because it had expired. */
export function mayBeDropped(certificate: Certificate, thisUpdate: Date, keptSince: Date | undefined): boolean {
  const end = certificate.notAfter.getTime()
  return end < thisUpdate.getTime() && (keptSince === undefined || keptSince.getTime() > end)
}

/** KeyUsage allows signing lists, where it says anything. */
export function maySignCrls(certificate: Certificate): boolean {
  return !certificate.extensions.has(OID.keyUsage) || certificate.keyUsage?.has('cRLSign') === true
}

const proof: unique symbol = Symbol('not revoked')

/** Proof that a certificate was not revoked at a time: made by revocation checking only. */
export class NotRevoked {
  readonly certificate: Certificate
  readonly at: Date
  readonly evidence: readonly Evidence[]

  constructor(made: typeof proof, certificate: Certificate, at: Date, evidence: readonly Evidence[]) {
    if (made !== proof) throw new TypeError('NotRevoked is made by revocation checking only')
    this.certificate = certificate
    this.at = at
    this.evidence = evidence
  }
}

export type RevocationAnswer =
  | { readonly status: 'good'; readonly proof: NotRevoked; readonly evidence: readonly Evidence[] }
  | { readonly status: 'revoked' | 'hold'; readonly deciding: Evidence; readonly evidence: readonly Evidence[] }
  | ({ readonly status: 'unknown' } & Gathered)

/** Weighs what was found: any revocation decides; of holds and releases the latest; no good evidence is no answer. */
export function decide(certificate: Certificate, at: Date, gathered: Gathered): RevocationAnswer {
  const { evidence } = gathered
  const revoked = evidence.find(({ status }) => status === 'revoked')
  if (revoked !== undefined) return { status: 'revoked', deciding: revoked, evidence }
  const [latest] = evidence.toSorted((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())
  if (latest === undefined) return { status: 'unknown', ...gathered }
  if (latest.status === 'hold') return { status: 'hold', deciding: latest, evidence }
  return { status: 'good', proof: new NotRevoked(proof, certificate, at, evidence), evidence }
}
