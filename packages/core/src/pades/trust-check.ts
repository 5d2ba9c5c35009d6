import type { SignerAnswer } from '../cms/check.ts'
import type { SignedData } from '../cms/signed-data.ts'
import { problem, type Problem } from '../problem.ts'
import type { Cert, CheckResult, Revocation, SignerIdentity, SubIndication } from '../report.ts'
import { checkDigestAge, checkSignatureAge } from '../validation/algorithms.ts'
import {
  checkCertificateChain,
  describePath,
  type ChainOptions,
  type ChainPolicy,
  type ChainResult,
} from '../validation/certificate.ts'
import type { PastChain } from '../validation/past.ts'
import type { ResolvedPolicy } from '../validation/policy.ts'
import type { Certificate } from '../x509/certificate.ts'
import { certificateSha256, describeSigner } from '../x509/identity.ts'
import type { PathEntry, TrustAnchor } from '../x509/path.ts'
import type { FreshnessRule, FreshnessRules } from '../x509/revocation.ts'
import type { CandidatePool } from './candidates.ts'
import type { VerifyOptions } from './options.ts'

export interface TrustContext {
  readonly policy: ResolvedPolicy
  readonly options: VerifyOptions
  readonly at: Date
  readonly pool: CandidatePool
  /** L-16, shared by the whole document. */
  readonly budget: { verifications: number }
}

/** XCV: what the certificate path of one signer comes to. */
export interface TrustCheck {
  /** Null where the chain passed. */
  readonly verdict: SubIndication | null
  readonly problems: readonly Problem[]
  readonly path: readonly Cert[]
  /** The same path. */
  readonly entries: readonly PathEntry[]
  readonly revocation: readonly Revocation[]
  readonly chain: CheckResult
  readonly revocationResult: CheckResult
  readonly algorithmsJudged: boolean
  readonly revokedAt?: Date
  readonly caRevokedAt?: Date
}

function anchored(result: ChainResult): boolean {
  return result.path.at(-1)?.anchor === true
}

/** A reason that concerns revocation alone: the path itself is good. */
function concernsRevocation({ code, subIndication }: Problem): boolean {
  const reasons: readonly (SubIndication | undefined)[] = ['REVOKED_NO_POE', 'REVOKED_CA_NO_POE', 'TRY_LATER']
  return code.startsWith('REVOCATION_') || reasons.includes(subIndication)
}

function chainResult(result: ChainResult): CheckResult {
  if (result.indication === 'PASSED') return 'pass'
  const fatal = result.problems.filter(({ outcome }) => outcome !== 'W' && outcome !== 'note')
  if (fatal.length === 0) return 'unknown'
  return anchored(result) && fatal.every((found) => concernsRevocation(found)) ? 'pass' : 'fail'
}

function revocationResult(result: ChainResult, policy: ResolvedPolicy): CheckResult {
  if (policy.revocation === 'none') return 'skipped'
  const revoked = result.revocation.some(({ status }) => status === 'revoked' || status === 'hold')
  if (revoked || result.revokedAt !== undefined || result.caRevokedAt !== undefined) return 'fail'
  const settled = result.indication === 'PASSED' && result.revocation.some(({ status }) => status === 'good')
  return settled ? 'pass' : 'unknown'
}

/** A required answer that is not there is a failure, whatever the chain says (X-09, fail closed). */
function checkRevocationKnown(result: ChainResult, leaf: string, policy: ResolvedPolicy): readonly Problem[] {
  if (policy.revocation !== 'require' || result.indication !== 'PASSED' || result.path.length < 2) return []
  if (policy.revocationData?.signer === 'none') return []
  if (result.revocation.some(({ certificate, status }) => certificate === leaf && status === 'good')) return []
  const subject = result.path[0]!.certificate.subject.toString()
  return [problem('X-09', 'REVOCATION_UNKNOWN', 'I', { subject }, 'CERTIFICATE_CHAIN_GENERAL_FAILURE')]
}

/** Nobody to check. */
export const UNCHECKED: TrustCheck = {
  verdict: 'NO_SIGNING_CERTIFICATE_FOUND',
  problems: [],
  path: [],
  entries: [],
  revocation: [],
  chain: 'unknown',
  revocationResult: 'unknown',
  algorithmsJudged: false,
}

/** E-15: the anchors of the policy's profile; those that belong to none count for every one. */
export function anchorsOf(
  anchors: readonly TrustAnchor[],
  policy: Pick<ResolvedPolicy, 'anchors'>,
): readonly TrustAnchor[] {
  const wanted = policy.anchors
  if (wanted === undefined) return anchors
  return anchors.filter(({ profiles }) => profiles === undefined || profiles.includes(wanted))
}

/** Nothing can be newer than a time stamp that is judged now: to wait for data is asked of people's signatures. */
function withoutGrace({ signer = {}, ca = {} }: FreshnessRules): FreshnessRules {
  const ageOf = ({ maxAge }: FreshnessRule): FreshnessRule => (maxAge === undefined ? {} : { maxAge })
  return { signer: ageOf(signer), ca: ageOf(ca) }
}

/** What the policy asks of signers only. */
function peopleRules({ purposes, certificatePolicies }: ResolvedPolicy): Partial<ChainPolicy> {
  const { acceptable, requireExplicit, inhibitMapping, inhibitAny } = certificatePolicies ?? {}
  return {
    ...(purposes === undefined ? {} : { purposes }),
    ...(acceptable === undefined ? {} : { policies: acceptable }),
    ...(requireExplicit === undefined ? {} : { requireExplicitPolicy: requireExplicit }),
    ...(inhibitMapping === undefined ? {} : { inhibitPolicyMapping: inhibitMapping }),
    ...(inhibitAny === undefined ? {} : { inhibitAnyPolicy: inhibitAny }),
  }
}

/** What every chain of one document is checked against. */
export function chainOptions(
  data: SignedData | undefined,
  purpose: 'signing' | 'timestamping',
  { policy, options, pool, budget, at }: TrustContext,
): ChainOptions {
  const { crls, ocsps } = pool.revocation(data)
  const { revocation, algorithms, profile, catalogue, eku, freshness } = policy
  const anchors = anchorsOf(options.trust.anchors, policy)
  const candidates = pool.sources(data)
  const aged = freshness === undefined ? {} : { freshness: purpose === 'signing' ? freshness : withoutGrace(freshness) }
  const kinds = policy.revocationData === undefined ? {} : { kinds: policy.revocationData }
  const people = purpose === 'signing' ? peopleRules(policy) : {}
  const rules = { purpose, revocation, algorithms, profile, catalogue, eku, ...aged, ...kinds, ...people } as const
  return { anchors, candidates, at, crls, ocsps, budget, source: 'cms', dataSigners: 'now', ...rules }
}

/** Builds and checks the path of a signer or TSA to the caller's anchors, with all data at hand. Never throws. */
export async function checkTrust(
  certificate: Certificate | undefined,
  data: SignedData | undefined,
  purpose: 'signing' | 'timestamping',
  context: TrustContext,
): Promise<TrustCheck> {
  if (certificate === undefined) return UNCHECKED
  const { policy } = context
  const result = await context.pool.gathering.check(certificate, () => chainOptions(data, purpose, context))
  const unknown = checkRevocationKnown(result, await certificateSha256(certificate), policy)
  const reason = result.indication === 'PASSED' ? null : (result.subIndication ?? 'GENERIC')
  return {
    verdict: reason ?? unknown[0]?.subIndication ?? null,
    problems: [...result.problems, ...unknown],
    path: await describePath(result.path),
    entries: result.path,
    revocation: result.revocation,
    chain: chainResult(result),
    revocationResult: revocationResult(result, policy),
    algorithmsJudged: policy.algorithms === 'policy' && anchored(result),
    ...(result.revokedAt === undefined ? {} : { revokedAt: result.revokedAt }),
    ...(result.caRevokedAt === undefined ? {} : { caRevokedAt: result.caRevokedAt }),
  }
}

/** true when the path holds at an earlier time with the revocation data known now. */
export async function isFreshAt(
  certificate: Certificate,
  data: SignedData | undefined,
  best: Date,
  context: TrustContext,
): Promise<boolean> {
  const options = { ...chainOptions(data, 'signing', context), at: best, now: context.at }
  const { indication } = await checkCertificateChain(certificate, options)
  return indication === 'PASSED'
}

/** The same check once proof of an earlier time has turned its reasons: they are history, not findings against the signature. */
export function turnedByTime(trust: TrustCheck): TrustCheck {
  const problems = trust.problems.map((found) =>
    found.outcome === 'I' ? { ...found, outcome: 'note' as const } : found,
  )
  const settled = trust.revocationResult === 'skipped' ? 'skipped' : 'pass'
  return { ...trust, problems, chain: 'pass', revocationResult: settled }
}

/** What past validation found, in the terms of the present (E-06). */
export async function trustOfPast(chain: PastChain, policy: ResolvedPolicy): Promise<TrustCheck> {
  const { problems, path, revocation, revokedAt, caRevokedAt } = chain
  return {
    verdict: null,
    problems,
    path: await describePath(path),
    entries: path,
    revocation,
    chain: 'pass',
    revocationResult: policy.revocation === 'none' ? 'skipped' : revocation.length > 0 ? 'pass' : 'unknown',
    algorithmsJudged: policy.algorithms === 'policy',
    ...(revokedAt === undefined ? {} : { revokedAt }),
    ...(caRevokedAt === undefined ? {} : { caRevokedAt }),
  }
}

/** SAV: C-16 for the signature value and its digest, at the time that counts. */
export function checkAcceptance(
  signer: SignerAnswer | undefined,
  at: Date,
  policy: ResolvedPolicy,
): readonly Problem[] {
  if (policy.algorithms === 'any' || signer?.scheme === undefined || signer.certificate === undefined) return []
  const { scheme, certificate, digest } = signer
  const value = checkSignatureAge(scheme, certificate.publicKey, at, 'signature', policy.catalogue)
  const covered = scheme.name === 'eddsa' ? undefined : scheme.digest
  const other =
    digest === undefined || digest === covered ? [] : checkDigestAge(digest, at, 'signature', policy.catalogue)
  return [...value, ...other]
}

/** Who signed, as the certificate says, with whether it leads to an anchor. */
export async function identityOf(
  certificate: Certificate | undefined,
  trust: TrustCheck,
): Promise<SignerIdentity | null> {
  if (certificate === undefined) return null
  const identity = await describeSigner(certificate)
  return { ...identity, trust: trust.chain === 'pass' ? 'anchored' : 'not-anchored' }
}
