// Past certificate and signature validation (E-06, EN 319 102-1 5.6.2): was it good when it is proven to have existed?
import type { Problem } from '../problem.ts'
import type { Revocation, SubIndication } from '../report.ts'
import type { Certificate } from '../x509/certificate.ts'
import { certificateSha256 } from '../x509/identity.ts'
import { buildPath, isFatal } from '../x509/path.ts'
import type { Candidate, FoundChain, PathEntry } from '../x509/path.ts'
import { signatureChecks } from '../x509/signatures.ts'
import { checkLeaf, usableAnchors, type ChainOptions } from './certificate.ts'
import { revocationHistory, type DatedEvidence } from './history.ts'
import type { PoeStore } from './poe.ts'
import { describeEvidence, openRevocationData, targetsOf } from './revocation-check.ts'
import { ruleFor } from './revocation-rule.ts'
import { slideTime, type SlideResult } from './time-slide.ts'
import { TS_119_312 } from './algorithms.ts'
import type { Verdict } from './verdict.ts'

export interface PastOptions extends Omit<ChainOptions, 'at'> {
  readonly now: Date
  readonly poe: PoeStore
  /** Since when the object that the certificate signed is proven: the first time at which a chain is tried. */
  readonly best: Date
}

/** What past certificate validation comes to. */
export interface PastChain {
  /** The control time: the chain was good until then; undefined where it is not shown to have been good. */
  readonly time: Date | undefined
  readonly problems: readonly Problem[]
  readonly path: readonly PathEntry[]
  readonly revocation: readonly Revocation[]
  /** The evidence on the leaf. */
  readonly leafEvidence: DatedEvidence | undefined
  readonly revokedAt: Date | undefined
  readonly caRevokedAt: Date | undefined
}

/** More dates than any real set of CA certificates calls for. */
const MAX_DATES = 12

/**
 * Dates at which to try a chain: wherever the validities of a chain have a time in common, they have the latest of their beginnings in
 * common. The proven time comes first, since it is nearly always right.
 */
function datesFor(leaf: Certificate, { best, candidates }: PastOptions): readonly Date[] {
  const inside = (date: Date): boolean => date >= leaf.notBefore && date <= leaf.notAfter
  const starts = candidates.map(({ certificate }) => certificate.notBefore).filter(inside)
  const clamped = best < leaf.notBefore ? leaf.notBefore : best > leaf.notAfter ? leaf.notAfter : best
  const times = new Set([clamped, leaf.notBefore, ...starts].map((date) => date.getTime()))
  return [...times].slice(0, MAX_DATES).map((time) => new Date(time))
}

/** Certificates of the chain may sign lists themselves. */
function withOwn(candidates: readonly Candidate[], { entries }: FoundChain): readonly Candidate[] {
  const known = new Set(candidates.map(({ certificate }) => certificate))
  return [...candidates, ...entries.filter(({ certificate }) => !known.has(certificate))]
}

async function slideOver(chain: FoundChain, options: PastOptions): Promise<SlideResult> {
  const { revocation = 'require', now, poe, algorithms, catalogue = TS_119_312 } = options
  const signatures = signatureChecks(options.budget)
  const data = openRevocationData(options.crls, options.ocsps, options.budget)
  const common = { ...options, at: now, candidates: withOwn(options.candidates, chain) }
  const links = await Promise.all(
    targetsOf(chain).map(async (target) => ({
      certificate: target.certificate,
      sha256: await certificateSha256(target.certificate),
      issuerKey: target.issuerKey,
      rule: ruleFor(target.certificate, options.kinds),
      history: revocation === 'none' ? [] : await revocationHistory(target, chain, data, signatures, common),
    })),
  )
  const judged = algorithms === 'any' ? null : catalogue
  const { sunset } = chain.anchor
  return slideTime(links, { now, sunset, poe, catalogue: judged, revocation, freshness: options.freshness })
}

async function tryAt(leaf: Certificate, at: Date, options: PastOptions): Promise<PastChain> {
  const slides = new Map<readonly PathEntry[], SlideResult>()
  const accept = async (chain: FoundChain): Promise<readonly Problem[]> => {
    const slide = await slideOver(chain, options)
    slides.set(chain.entries, slide)
    return [...checkLeaf(leaf, options), ...slide.problems]
  }
  const result = await buildPath(leaf, {
    ...options,
    at,
    compat: options.profile === 'compat',
    anchors: usableAnchors(options),
    signatures: signatureChecks(options.budget),
    accept,
  })
  const slide = slides.get(result.entries)
  const used = slide?.used ?? []
  return {
    time: result.path === undefined ? undefined : (slide?.time ?? options.now),
    problems: result.problems,
    path: result.entries,
    revocation: await Promise.all(used.map(({ certificate, evidence }) => describeEvidence(certificate, evidence))),
    leafEvidence: used.find(({ certificate }) => certificate === leaf)?.evidence,
    revokedAt: slide?.revokedAt,
    caRevokedAt: slide?.caRevokedAt,
  }
}

/** Past certificate validation: RFC 5280 at a date inside all validities, then time sliding, then the constraints. Never throws. */
export async function checkPastChain(leaf: Certificate, options: PastOptions): Promise<PastChain> {
  let first: PastChain | undefined
  for (const at of datesFor(leaf, options)) {
    const tried = await tryAt(leaf, at, options)
    if (tried.time !== undefined) return tried
    first ??= tried
  }
  return first!
}

/** Reasons of the present that the past can answer. Every other one stays. */
const ANSWERED: ReadonlySet<SubIndication> = new Set([
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'REVOCATION_OUT_OF_BOUNDS_NO_POE',
  'TRY_LATER',
  'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
  'OUT_OF_BOUNDS_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
])

/** Reasons that say only that the certificate is too old: where the signature is not, missing proof of the data is the reason. */
const TOO_OLD: ReadonlySet<SubIndication> = new Set([
  'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
  'OUT_OF_BOUNDS_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
  'CERTIFICATE_CHAIN_GENERAL_FAILURE',
])

/** True where the present's problem with a chain may be only that time has passed: a CA that expired is one (5.2.6, 5.6.2.1). */
export function mayBeOfThePast({ code, subIndication = 'GENERIC' }: Problem): boolean {
  if (ANSWERED.has(subIndication)) return true
  return code === 'CERT_EXPIRED' || code.startsWith('REVOCATION_')
}

/** What past signature validation needs to know (E-06). */
export interface PastSignature {
  /** The verdict of the present. */
  readonly current: Verdict
  readonly certificate: Certificate
  /** Since when the signature is proven to exist. */
  readonly best: Date
  readonly chain: PastChain
  readonly poe: PoeStore
  /** Seconds after the proven time that the data on the leaf must have been made at. */
  readonly grace?: number | undefined
}

const PASSED: Verdict = { indication: 'TOTAL-PASSED', subIndication: null }

function indeterminate(subIndication: SubIndication): Verdict {
  return { indication: 'INDETERMINATE', subIndication }
}

/**
 * E-06, first line: the data on the leaf are proven to have existed while the certificate of whoever signed them was valid. That the
 * certificate alone is proven to be that old says nothing of what was signed with its key later. An anchor's dates do not count.
 */
function madeInValidity({ leafEvidence, path }: PastChain, poe: PoeStore): boolean {
  if (leafEvidence === undefined) return true
  const issuer = path[1]?.anchor === false ? path[1].certificate : undefined
  const signer = leafEvidence.delegate ?? issuer
  return signer === undefined || signer.isValidAt(poe.of(leafEvidence.sha256).time)
}

/** Past signature validation over a chain that was tried already (E-06). */
export function pastVerdict(signature: PastSignature): Verdict {
  const { current, certificate, best, chain, poe } = signature
  if (best < certificate.notBefore) return { indication: 'TOTAL-FAILED', subIndication: 'NOT_YET_VALID' }
  // The past may know of a revocation that the present could not see behind an expired CA.
  const before = (time: Date | undefined): boolean => time !== undefined && time <= best
  if (before(chain.caRevokedAt)) return indeterminate('REVOKED_CA_NO_POE')
  if (before(chain.revokedAt)) return indeterminate('REVOKED_NO_POE')
  const inValidity = best < certificate.notAfter
  if (chain.time === undefined) {
    const unproven = chain.problems.filter(isFatal).every(({ subIndication }) => subIndication === 'NO_POE')
    const old = current.subIndication !== null && TOO_OLD.has(current.subIndication)
    return unproven && old && inValidity ? indeterminate('NO_POE') : current
  }
  if (best > chain.time) return current
  if (!inValidity)
    return indeterminate(chain.leafEvidence === undefined ? 'OUT_OF_BOUNDS_NO_POE' : 'OUT_OF_BOUNDS_NOT_REVOKED')
  // TRY_LATER(stale): a revocation of before the signature could not have surfaced yet.
  const made = chain.leafEvidence?.thisUpdate.getTime() ?? Infinity
  if (signature.grace !== undefined && made < best.getTime() + signature.grace * 1000) return indeterminate('TRY_LATER')
  return madeInValidity(chain, poe) ? PASSED : indeterminate('REVOCATION_OUT_OF_BOUNDS_NO_POE')
}
