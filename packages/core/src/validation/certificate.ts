import { LimitError } from '../error.ts'
import type { Problem } from '../problem.ts'
import type { Cert, CertificateReport, Revocation, SubIndication } from '../report.ts'
import { verifySchemeOf } from '../x509/algorithm.ts'
import { Certificate } from '../x509/certificate.ts'
import { describeCertificate } from '../x509/identity.ts'
import { buildPath, isFatal } from '../x509/path.ts'
import type { Candidate, FoundChain, PathEntry, PathLimits, TrustAnchor, VerifiedPath } from '../x509/path.ts'
import type { FreshnessRules } from '../x509/revocation.ts'
import { signatureChecks } from '../x509/signatures.ts'
import type { Budget } from '../x509/signatures.ts'
import { checkKeyAge, checkSignatureAge } from './algorithms.ts'
import type { AlgorithmCatalogue } from './algorithms.ts'
import { checkPurpose, checkPurposeLists } from './purpose.ts'
import { checkChainRevocation, openRevocationData } from './revocation-check.ts'
import type { ChainRevocation } from './revocation-check.ts'
import type { Purpose, PurposeLists } from './purpose.ts'
import type { RevocationRules } from './revocation-rule.ts'
import type { TrustStore } from './trust.ts'

export type { Purpose } from './purpose.ts'

/** What a chain is checked against, apart from the certificates themselves. */
export interface ChainPolicy {
  /** Default `signing`. */
  readonly purpose?: Purpose
  /** Default `require`. `prefer`: missing data is no error; revoked, or unusable data that was given, is. */
  readonly revocation?: 'none' | 'prefer' | 'require'
  /** Default `policy`: the catalogue of C-16 at `at`. */
  readonly algorithms?: 'policy' | 'any'
  /** Default TS 119 312 as in C-16. */
  readonly catalogue?: AlgorithmCatalogue
  /** Default strict; compat relaxes what the rule book marks so. */
  readonly profile?: 'strict' | 'compat'
  /** An extended key usage of the signer that excludes documents: a failure (default), or a warning (E-15). */
  readonly eku?: 'enforce' | 'warn'
  /** Purposes asked of signers beside the rules. */
  readonly purposes?: PurposeLists
  /** How new revocation data must be beside what they say themselves; default: within their nextUpdate. */
  readonly freshness?: FreshnessRules
  /** Which revocation data each certificate needs (E-01); default either kind. */
  readonly kinds?: RevocationRules
  /** L-15: certificates in a chain with its anchor, default 10, and candidate chains, default 50. */
  readonly limits?: PathLimits
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
  /** The time of the check, default `at`: revocation data made between the two count for `at`. */
  readonly now?: Date
  /** DER of the revocation data at hand; what cannot be read is ignored with a note. */
  readonly crls: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
  /** Counts signature verifications over a whole document (L-16); give the same object to every call. */
  readonly budget?: Budget
  /** Where the leaf came from, default `leaf`. */
  readonly source?: string
  /** Judge the leaf's own key too, as no signature of it is at hand (C-16); default: the caller judges the signature it made. */
  readonly judgesLeafKey?: boolean
  /** When whoever signed revocation data on the leaf must be valid: when they were made (default, X-08), or at the check too (5.4). */
  readonly dataSigners?: 'then' | 'now'
}

export interface ChainResult {
  readonly indication: 'PASSED' | 'INDETERMINATE' | 'FAILED'
  readonly subIndication: SubIndication | null
  /** The proof, only when PASSED. */
  readonly verified: VerifiedPath | undefined
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
  /** DER of certificates that may help. */
  readonly intermediates?: readonly Uint8Array[]
  /** DER. */
  readonly crls?: readonly Uint8Array[]
  /** DER. */
  readonly ocsps?: readonly Uint8Array[]
  /** The time the certificate must be good at. There is no clock here: the caller says when. */
  readonly at: Date
  /** The time of the check, default `at`: revocation data made between the two count for `at`. */
  readonly now?: Date
}

/** A CertificateReport whose findings still lack their texts. */
export type CertificateVerdict = Omit<CertificateReport, 'findings'> & { readonly problems: readonly Problem[] }

/** Sub-indications by how much they say: of several, the first in this list is reported (5.4). */
const ORDER: readonly SubIndication[] = [
  'FORMAT_FAILURE',
  'REVOKED_CA_NO_POE',
  'REVOKED_NO_POE',
  'NO_CERTIFICATE_CHAIN_FOUND',
  'CERTIFICATE_CHAIN_GENERAL_FAILURE',
  'CHAIN_CONSTRAINTS_FAILURE',
  'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
  'OUT_OF_BOUNDS_NO_POE',
  'TRY_LATER',
  'CRYPTO_CONSTRAINTS_FAILURE',
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
]

/** Rank in ORDER; missing revocation data say less than a certificate outside its validity. */
function rankOf({ code, subIndication = 'GENERIC' }: Problem): number {
  const place = ORDER.indexOf(subIndication)
  if (place < 0) return ORDER.length
  return code.startsWith('REVOCATION_') && subIndication === 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
    ? ORDER.length - 3.5
    : place
}

/** What decides before what is only to be known, and of that the most telling first: whoever reads one line reads the right one. */
function mostTellingFirst(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length < 2) return problems
  const place = (item: Problem): number => (isFatal(item) ? rankOf(item) : item.outcome === 'W' ? 100 : 101)
  return problems.toSorted((a, b) => place(a) - place(b))
}

/** The sub-indication of the most telling problem; null when none decides. */
export function subIndicationOf(problems: readonly Problem[]): SubIndication | null {
  const [first] = problems.filter(isFatal).sort((a, b) => rankOf(a) - rankOf(b))
  return first === undefined ? null : (first.subIndication ?? 'GENERIC')
}

/** C-16 for every signature of the chain. The leaf's own key is judged as the signature it makes: by the caller. */
function checkChainAlgorithms({ entries, issuerKeys }: FoundChain, options: ChainOptions): readonly Problem[] {
  if (options.algorithms === 'any') return []
  return issuerKeys.flatMap((key, index) => {
    const { certificate } = entries[index]!
    const scheme = verifySchemeOf(certificate.signatureAlgorithm, key.info)
    const use = certificate.subject.toString()
    return 'rule' in scheme ? [] : checkSignatureAge(scheme, key.info, options.at, use, options.catalogue)
  })
}

/** C-16 for the leaf's own key. */
function checkLeafKey(
  leaf: Certificate,
  { judgesLeafKey, algorithms, at, catalogue }: ChainOptions,
): readonly Problem[] {
  if (judgesLeafKey !== true || algorithms === 'any') return []
  return checkKeyAge(leaf.publicKey, at, leaf.subject.toString(), catalogue)
}

/** The anchors that may vouch for the purpose asked. */
export function usableAnchors({ anchors, purpose }: Pick<ChainOptions, 'anchors' | 'purpose'>): readonly TrustAnchor[] {
  const wanted = purpose === 'timestamping' ? 'tsa' : purpose === 'ocsp' || purpose === 'any' ? undefined : 'signer'
  return anchors.filter(({ purposes }) => wanted === undefined || purposes === undefined || purposes.includes(wanted))
}

/** 5.4: outside its validity, but data show that it was not revoked. */
function refineValidity(problems: readonly Problem[], leafIsGood: boolean): readonly Problem[] {
  if (!leafIsGood) return problems
  return problems.map((item) =>
    item.subIndication === 'OUT_OF_BOUNDS_NO_POE' ? { ...item, subIndication: 'OUT_OF_BOUNDS_NOT_REVOKED' } : item,
  )
}

/** Purpose of the leaf: the rules, and for signers the caller's own lists. */
export function checkLeaf(
  leaf: Certificate,
  { purpose = 'signing', eku, purposes }: Pick<ChainOptions, 'purpose' | 'eku' | 'purposes'>,
): readonly Problem[] {
  const lists = purpose === 'signing' && purposes !== undefined ? checkPurposeLists(leaf, purposes) : []
  return [...checkPurpose(leaf, purpose, eku), ...lists]
}

/**
 * Builds and checks the best path from `leaf` to an anchor: RFC 5280 section 6, purpose, algorithms, revocation.
 * Never throws for bad certificates or data.
 */
export async function checkCertificateChain(leaf: Certificate, options: ChainOptions): Promise<ChainResult> {
  const signatures = signatureChecks(options.budget)
  const data = openRevocationData(options.crls, options.ocsps, options.budget)
  const outcomes = new Map<readonly PathEntry[], ChainRevocation>()
  const accept = async (chain: FoundChain): Promise<readonly Problem[]> => {
    const revocation = await checkChainRevocation(chain, data, signatures, options)
    outcomes.set(chain.entries, revocation)
    const algorithms = [...checkLeafKey(leaf, options), ...checkChainAlgorithms(chain, options)]
    return [...checkLeaf(leaf, options), ...algorithms, ...revocation.problems]
  }
  const result = await buildPath(leaf, {
    ...options,
    compat: options.profile === 'compat',
    anchors: usableAnchors(options),
    signatures,
    accept,
  })
  const outcome = outcomes.get(result.entries)
  const problems = mostTellingFirst([
    ...refineValidity(result.problems, outcome?.leafIsGood === true),
    ...data.problems,
  ])
  const passed = result.path !== undefined
  return {
    indication: passed ? 'PASSED' : 'INDETERMINATE',
    subIndication: passed ? null : subIndicationOf(problems),
    verified: result.path,
    path: result.entries,
    problems,
    revocation: outcome?.revocation ?? [],
    ...(outcome?.revokedAt === undefined ? {} : { revokedAt: outcome.revokedAt }),
    ...(outcome?.caRevokedAt === undefined ? {} : { caRevokedAt: outcome.caRevokedAt }),
  }
}

/** Those of the certificates that can be read; `source` says where they came from. */
export function parseCandidates(certificates: readonly Uint8Array[], source: string): readonly Candidate[] {
  return certificates.flatMap((der) => {
    try {
      return [{ certificate: Certificate.parse(der), source }]
    } catch {
      return []
    }
  })
}

/** The entries of a path for the report. */
export function describePath(path: readonly PathEntry[]): Promise<readonly Cert[]> {
  return Promise.all(
    path.map(({ certificate, anchor, source }) => describeCertificate(certificate, { anchor, source })),
  )
}

/**
 * Validates one certificate (contract of `certificate validate`). Bad material is a verdict, never an exception.
 *
 * @param certificate DER
 * @param check how a chain is checked: a caller may look for missing data and check again
 */
export async function validateCertificate(
  certificate: Uint8Array,
  options: ValidateCertificateOptions,
  check: typeof checkCertificateChain = checkCertificateChain,
): Promise<CertificateVerdict> {
  let leaf: Certificate
  try {
    leaf = Certificate.parse(certificate)
  } catch (error) {
    const code = error instanceof LimitError ? error.code : 'CERT_UNREADABLE'
    const detail = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : ''
    const unreadable: Problem = { rule: 'X-02', code, outcome: 'F', args: { detail }, subIndication: 'FORMAT_FAILURE' }
    return { valid: false, indication: 'FAILED', subIndication: 'FORMAT_FAILURE', path: [], problems: [unreadable] }
  }
  const result = await check(leaf, {
    ...options,
    anchors: options.trust.anchors,
    candidates: parseCandidates(options.intermediates ?? [], 'caller'),
    judgesLeafKey: true,
    crls: options.crls ?? [],
    ocsps: options.ocsps ?? [],
  })
  return {
    valid: result.indication === 'PASSED',
    indication: result.indication,
    subIndication: result.subIndication,
    path: await describePath(result.path),
    revocation: result.revocation,
    problems: result.problems,
  }
}
