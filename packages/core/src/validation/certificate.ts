import type { Problem } from '../problem.ts'
import type { CertificateReport, Revocation, SubIndication } from '../report.ts'
import type { Certificate } from '../x509/certificate.ts'
import type { Candidate, PathEntry, TrustAnchor } from '../x509/path.ts'
import type { TrustStore } from './trust.ts'

export type Purpose = 'any' | 'signing' | 'timestamping' | 'ocsp'

/** What a chain is checked against, apart from the certificates themselves. */
export interface ChainPolicy {
  /** Default `signing`. */
  readonly purpose?: Purpose
  /** Default `require`. `prefer`: missing data is no error; revoked, or unusable data that was given, is. */
  readonly revocation?: 'none' | 'prefer' | 'require'
  /** Default `policy`: the catalogue of C-16 at `at`. */
  readonly algorithms?: 'policy' | 'any'
  /** Default strict; compat relaxes what the rule book marks so. */
  readonly profile?: 'strict' | 'compat'
  /** Acceptable certificate policies; default any. */
  readonly policies?: readonly string[]
  readonly requireExplicitPolicy?: boolean
  readonly inhibitPolicyMapping?: boolean
  readonly inhibitAnyPolicy?: boolean
}

export interface ChainOptions extends ChainPolicy {
  readonly anchors: readonly TrustAnchor[]
  readonly candidates: readonly Candidate[]
  /** The time the chain must be good at. */
  readonly at: Date
  /** DER of the revocation data at hand; what cannot be read is ignored with a note. */
  readonly crls: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
  /** Counts signature verifications over a whole document (L-16); give the same object to every call. */
  readonly budget?: { verifications: number }
}

export interface ChainResult {
  readonly indication: 'PASSED' | 'INDETERMINATE' | 'FAILED'
  readonly subIndication: SubIndication | null
  /** Leaf first, anchor last; the best failing path, perhaps without an anchor, when none is good. */
  readonly path: readonly PathEntry[]
  /** All observations; those with outcome F, H, S or I are the reasons when not PASSED. */
  readonly problems: readonly Problem[]
  readonly revocation: readonly Revocation[]
  /** When the leaf is revoked or on hold: from this time on. */
  readonly revokedAt?: Date
  /** When a CA of the path is revoked: from this time on. */
  readonly caRevokedAt?: Date
}

export interface ValidateCertificateOptions extends ChainPolicy {
  readonly trust: TrustStore
  readonly intermediates?: readonly Uint8Array[]
  readonly crls?: readonly Uint8Array[]
  readonly ocsps?: readonly Uint8Array[]
  /** Default now is the caller's matter: there is no clock here. */
  readonly at: Date
}

/** A CertificateReport whose findings still lack their texts. */
export type CertificateVerdict = Omit<CertificateReport, 'findings'> & { readonly problems: readonly Problem[] }

/** Builds and checks the best path from `leaf` to an anchor. Never throws for bad certificates. */
export async function checkCertificateChain(leaf: Certificate, options: ChainOptions): Promise<ChainResult> {
  void [leaf, options]
  return { indication: 'INDETERMINATE', subIndication: 'GENERIC', path: [], problems: [], revocation: [] }
}
