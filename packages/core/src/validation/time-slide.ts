// Time sliding (E-07, EN 319 102-1 5.6.2.2): the last time at which a whole chain is known to have been good.
import { problem, type Problem } from '../problem.ts'
import type { SubIndication } from '../report.ts'
import { verifySchemeOf } from '../x509/algorithm.ts'
import type { Certificate } from '../x509/certificate.ts'
import type { FreshnessRules } from '../x509/revocation.ts'
import type { SignedObject, VerifyKey } from '../x509/signatures.ts'
import { earliestEnd, type AlgorithmCatalogue } from './algorithms.ts'
import type { DatedEvidence } from './history.ts'
import type { PoeStore } from './poe.ts'
import type { RevocationRule } from './revocation-rule.ts'

/** One certificate of the chain. */
export interface SlideLink {
  readonly certificate: Certificate
  readonly sha256: string
  readonly issuerKey: VerifyKey
  readonly history: readonly DatedEvidence[]
  /** E-01; default either kind. */
  readonly rule?: RevocationRule
}

export interface SlideOptions {
  readonly now: Date
  /** The anchor is trusted no longer after this time. */
  readonly sunset: Date | undefined
  readonly poe: PoeStore
  /** Null where algorithms are not judged. */
  readonly catalogue: AlgorithmCatalogue | null
  /** `require`: no revocation data, no proof; else a CA counts until its certificate ends. */
  readonly revocation: 'none' | 'prefer' | 'require'
  /** X-09; only the age counts here: how long after a signature its data were made is asked where the signature is known. */
  readonly freshness?: FreshnessRules | undefined
}

/** The control time at the end, with the evidence that each certificate rests on; or why there is none. */
export interface SlideResult {
  readonly time: Date | undefined
  readonly problems: readonly Problem[]
  /** Leaf first. */
  readonly used: readonly { readonly certificate: Certificate; readonly evidence: DatedEvidence }[]
  readonly revokedAt: Date | undefined
  readonly caRevokedAt: Date | undefined
}

const SKEW = 5 * 60_000
/** how long a response without nextUpdate counts. */
const WITHOUT_NEXT_UPDATE = 24 * 3_600_000

function endOf({ nextUpdate, thisUpdate, type }: DatedEvidence): number {
  if (nextUpdate !== undefined) return nextUpdate.getTime() + SKEW
  return type === 'ocsp' ? thisUpdate.getTime() + WITHOUT_NEXT_UPDATE : Number.NEGATIVE_INFINITY
}

function isFresh(evidence: DatedEvidence, at: number, maxAge: number): boolean {
  const made = evidence.thisUpdate.getTime()
  return made <= at + SKEW && at <= endOf(evidence) && made > at - maxAge
}

function maxAgeFor({ basicConstraints }: Certificate, rules: FreshnessRules | undefined): number {
  const seconds = (basicConstraints?.ca === true ? rules?.ca : rules?.signer)?.maxAge
  return seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000
}

/** Milliseconds until when the algorithms of a signature hold. */
function algorithmEnd({ signatureAlgorithm }: SignedObject, key: VerifyKey, catalogue: AlgorithmCatalogue): number {
  const scheme = verifySchemeOf(signatureAlgorithm, key.info)
  if ('rule' in scheme) return Number.NEGATIVE_INFINITY
  const until = earliestEnd(scheme, key.info, catalogue)
  if (until === 'always') return Number.POSITIVE_INFINITY
  return until === 'never' ? Number.NEGATIVE_INFINITY : Date.parse(`${until}T00:00:00Z`)
}

function failure(code: string, certificate: Certificate, sub: SubIndication): Problem {
  return problem('E-07', code, 'I', { subject: certificate.subject.toString() }, sub)
}

/** The latest data of the kind that the rule demands; where it demands both, the older of the two. */
function decidingOf(evidence: readonly DatedEvidence[], rule: RevocationRule): DatedEvidence | undefined {
  const newest = (type?: DatedEvidence['type']): DatedEvidence | undefined =>
    evidence
      .filter((one) => type === undefined || one.type === type)
      .toSorted((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())[0]
  if (rule === 'crl' || rule === 'ocsp') return newest(rule)
  if (rule !== 'both') return newest()
  const [list, response] = [newest('crl'), newest('ocsp')]
  if (list === undefined || response === undefined) return undefined
  return list.thisUpdate < response.thisUpdate ? list : response
}

class Slide {
  readonly #options: SlideOptions
  #control: number
  readonly problems: Problem[] = []
  readonly used: { certificate: Certificate; evidence: DatedEvidence }[] = []
  revokedAt: Date | undefined
  caRevokedAt: Date | undefined

  constructor(options: SlideOptions) {
    this.#options = options
    this.#control = Math.min(options.now.getTime(), options.sunset?.getTime() ?? Infinity)
  }

  get control(): number {
    return this.#control
  }

  #lower(to: number): void {
    this.#control = Math.min(this.#control, to)
  }

  #proven(key: string): number {
    return this.#options.poe.of(key).time.getTime()
  }

  descend(link: SlideLink, leaf: boolean): void {
    const { certificate, history } = link
    const before = this.#control
    if (this.#proven(link.sha256) > before) {
      this.problems.push(failure('CERTIFICATE_NOT_PROVEN', certificate, 'NO_POE'))
      return
    }
    const usable = history.filter((one) => this.#countsAt(one, before))
    // Weak data that may be of a later hand speak for nobody; what they say against somebody is heeded below.
    const strong = usable.filter((one) => this.#outlives(one.source, one.signer, one.sha256))
    const latest = decidingOf(strong, link.rule ?? 'either')
    this.#weigh(latest, link, { before, weak: usable.length > strong.length })
    this.#heedRevocation(link, leaf, latest)
    this.#judgeAlgorithms(link, latest)
  }

  /** Made and proven by then, and proven to be older than the revocation of whoever signed it. */
  #countsAt({ thisUpdate, sha256, signerRevokedAt }: DatedEvidence, control: number): boolean {
    const proven = this.#proven(sha256)
    if (signerRevokedAt !== undefined && proven >= signerRevokedAt.getTime()) return false
    return thisUpdate.getTime() <= control && proven <= control
  }

  /** C-16: proven to be older than the end of its algorithms. */
  #outlives(signed: SignedObject, key: VerifyKey, sha256: string): boolean {
    const { catalogue } = this.#options
    return catalogue === null || this.#proven(sha256) < algorithmEnd(signed, key, catalogue)
  }

  /** Good data count for the latest proven time at which they were in force, else for the time they were made (E-13). */
  #weigh(
    latest: DatedEvidence | undefined,
    { certificate, rule }: SlideLink,
    { before, weak }: { readonly before: number; readonly weak: boolean },
  ): void {
    if (latest === undefined) {
      // Nothing says more of a CA than its own certificate.
      if (this.#options.revocation !== 'require' || rule === 'none') this.#lower(certificate.notAfter.getTime())
      else if (weak) this.problems.push(failure('WEAK_NOT_PROVEN', certificate, 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'))
      else this.problems.push(failure('REVOCATION_NOT_PROVEN', certificate, 'NO_POE'))
      return
    }
    this.used.unshift({ certificate, evidence: latest })
    const maxAge = maxAgeFor(certificate, this.#options.freshness)
    if (latest.status !== 'good' || isFresh(latest, before, maxAge)) return
    const proof = this.#proven(latest.sha256)
    this.#lower(
      isFresh(latest, proof, maxAge) ? Math.max(proof, latest.thisUpdate.getTime()) : latest.thisUpdate.getTime(),
    )
  }

  /** A genuine revocation counts whenever it came to be known; a hold until it was released. */
  #heedRevocation({ history }: SlideLink, leaf: boolean, latest: DatedEvidence | undefined): void {
    for (const { status, revocationTime } of history) {
      const held = status === 'hold' && latest?.status === 'hold'
      if (revocationTime === undefined || (status !== 'revoked' && !held)) continue
      this.#lower(revocationTime.getTime())
      if (held) continue
      if (leaf) this.revokedAt = earlier(this.revokedAt, revocationTime)
      else this.caRevokedAt = earlier(this.caRevokedAt, revocationTime)
    }
  }

  /** A weak certificate must be proven older than the end of its algorithms; what it and its data vouch for too. */
  #judgeAlgorithms({ certificate, sha256, issuerKey }: SlideLink, latest: DatedEvidence | undefined): void {
    const { catalogue } = this.#options
    if (catalogue === null) return
    if (!this.#outlives(certificate, issuerKey, sha256))
      this.problems.push(failure('WEAK_NOT_PROVEN', certificate, 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'))
    this.#lower(algorithmEnd(certificate, issuerKey, catalogue))
    if (latest !== undefined) this.#lower(algorithmEnd(latest.source, latest.signer, catalogue))
  }
}

function earlier(a: Date | undefined, b: Date): Date {
  return a === undefined || b < a ? b : a
}

/**
 * Slides from the anchor down (E-07). The control time starts at the check, or at the anchor's sunset; each certificate and the latest
 * data on it must be proven to have existed by the control time, and lower it: to the revocation, to the end of a weak algorithm, and
 * where the data were in force no longer to the latest proven time at which they were (docs/adr/009).
 *
 * @param links leaf first
 */
export function slideTime(links: readonly SlideLink[], options: SlideOptions): SlideResult {
  const slide = new Slide(options)
  for (const [index, link] of [...links.entries()].toReversed()) {
    slide.descend(link, index === 0)
    if (slide.problems.length > 0) break
  }
  const { problems, used, revokedAt, caRevokedAt } = slide
  const time = problems.length > 0 ? undefined : new Date(slide.control)
  return { time, problems, used, revokedAt, caRevokedAt }
}
