import { equalBytes } from '../der/writer.ts'
import { LimitError } from '../error.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import { checkChain, checkIssuingAnchor, checkValidity } from './chain.ts'
import type { AnchorConstraints, ChainInputs, CheckedChain } from './chain.ts'
import type { Certificate } from './certificate.ts'
import { distancesToAnchors } from './distance.ts'
import type { NameWork } from './name-constraints.ts'
import type { Name } from './name.ts'
import type { SignatureAnswer, SignatureChecks, VerifyKey } from './signatures.ts'

/** A name and a key that the caller trusts, carried by a certificate. */
export interface TrustAnchor {
  readonly certificate: Certificate
  /** What it may vouch for; default everything. */
  readonly purposes?: readonly ('signer' | 'tsa')[]
  /** Trusted from this time on only. */
  readonly start?: Date
  /** Trusted no longer after this time. */
  readonly sunset?: Date
  /** Limits beside those in its certificate (RFC 5937). */
  readonly constraints?: AnchorConstraints
  /** Trust profiles it belongs to (E-15); without them it counts for every one. */
  readonly profiles?: readonly ('gov' | 'public')[]
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

/** L-15: a chain counts its anchor; dead ends count as candidate chains too. */
const MAX_LENGTH = 10
const MAX_CHAINS = 50
const FEW = 8

const proof: unique symbol = Symbol('verified path')

/** A path that passed RFC 5280 section 6 and the caller's own checks: made here only. */
export class VerifiedPath {
  /** Leaf first, anchor last. */
  readonly entries: readonly PathEntry[]
  readonly anchor: TrustAnchor
  /** Policies the path is good for. */
  readonly policies: readonly string[]
  /** Key of each certificate's issuer, leaf first. */
  readonly issuerKeys: readonly VerifyKey[]

  constructor(made: typeof proof, path: Omit<VerifiedPath, never>) {
    if (made !== proof) throw new TypeError('a VerifiedPath is made by buildPath only')
    this.entries = path.entries
    this.anchor = path.anchor
    this.policies = path.policies
    this.issuerKeys = path.issuerKeys
  }
}

/** A chain that reached an anchor, with what is wrong with it. */
export interface FoundChain {
  readonly entries: readonly PathEntry[]
  readonly anchor: TrustAnchor
  readonly policies: readonly string[]
  readonly issuerKeys: readonly VerifyKey[]
}

/** L-15. */
export interface PathLimits {
  readonly chainLength?: number
  readonly chains?: number
}

export interface PathOptions extends ChainInputs {
  readonly limits?: PathLimits
  readonly anchors: readonly TrustAnchor[]
  readonly candidates: readonly Candidate[]
  readonly signatures: SignatureChecks
  /** Where the leaf came from. */
  readonly source?: string
  /** Further conditions of a chain that RFC 5280 accepts; a problem with outcome F, H, S or I makes the search go on. */
  readonly accept?: (chain: FoundChain) => Promise<readonly Problem[]>
}

export interface PathResult {
  readonly path: VerifiedPath | undefined
  /** The path, or the best failing one. */
  readonly entries: readonly PathEntry[]
  readonly problems: readonly Problem[]
}

/** True for a problem that decides. */
export function isFatal({ outcome }: Problem): boolean {
  return outcome !== 'W' && outcome !== 'note'
}

/** Faults beside which it still matters whether the certificate is revoked: its own time, an odd serial number. */
function mayBeOutweighed({ code, subIndication }: Problem): boolean {
  return subIndication === 'OUT_OF_BOUNDS_NO_POE' || code === 'CERT_SERIAL'
}

/** One step up: an anchor, or a certificate that is still to be followed. */
interface Step {
  readonly certificate: Certificate
  readonly source: string
  readonly anchor: TrustAnchor | undefined
}

function sameKey(a: Certificate, b: Certificate): boolean {
  return equalBytes(a.spki, b.spki) && a.subject.equals(b.subject)
}

/** Whoever trusts an anchor set no limits beside those in its certificate. */
function isUnlimited({ start, sunset, constraints }: TrustAnchor): boolean {
  return start === undefined && sunset === undefined && constraints === undefined
}

/** 0 where the key identifiers agree, 1 where one is missing, 2 where they differ: hints, which order and never exclude. */
function keyRank(certificate: Certificate, { certificate: issuer }: Step): 0 | 1 | 2 {
  const hint = certificate.authorityKeyId?.keyId
  const own = issuer.subjectKeyId
  return hint === undefined || own === undefined ? 1 : equalBytes(hint, own) ? 0 : 2
}

/** A failed attempt; lower `score` is more useful to people. */
interface Attempt {
  readonly entries: readonly PathEntry[]
  readonly problems: readonly Problem[]
  readonly score: number
}

/** The search for one leaf: depth first, best issuers first, every chain until one is accepted. */
class Search {
  readonly #options: PathOptions
  readonly #issuers: Map<string, Step[]> = new Map()
  /** With few certificates comparing names is less work than folding all of them. */
  readonly #few: boolean
  #distances: ReadonlyMap<Certificate, number> | undefined
  #best: Attempt | undefined
  readonly #maxLength: number
  readonly #maxChains: number
  #chains = 0
  readonly #work: NameWork = { comparisons: 0 }
  readonly #notes: Problem[] = []

  constructor(options: PathOptions) {
    this.#options = options
    this.#maxLength = options.limits?.chainLength ?? MAX_LENGTH
    this.#maxChains = options.limits?.chains ?? MAX_CHAINS
    this.#few = options.anchors.length + options.candidates.length <= FEW
    const anchors: Step[] = []
    for (const anchor of options.anchors) {
      const { certificate } = anchor
      if (anchors.some((other) => certificate.equals(other.certificate) && isUnlimited(other.anchor!))) continue
      anchors.push({ certificate, source: 'trust', anchor })
      this.#stepsOf(certificate.subject).push(anchors.at(-1)!)
    }
    const bySerial = new Map<string, Certificate[]>()
    for (const { certificate, source } of options.candidates) {
      const twins = bySerial.get(certificate.serialHex) ?? []
      if (twins.some((other) => other.equals(certificate))) continue
      // An anchor's own certificate adds nothing; another authority's for its key is a way round the anchor's limits.
      if (certificate.isSelfIssued && anchors.some((other) => sameKey(other.certificate, certificate))) continue
      bySerial.set(certificate.serialHex, [...twins, certificate])
      this.#stepsOf(certificate.subject).push({ certificate, source, anchor: undefined })
    }
  }

  #stepsOf(name: Name): Step[] {
    const key = this.#few ? '' : name.key
    let steps = this.#issuers.get(key)
    if (steps === undefined) this.#issuers.set(key, (steps = []))
    return steps
  }

  async run(leaf: Certificate): Promise<PathResult> {
    const start: Step = { certificate: leaf, source: this.#options.source ?? 'leaf', anchor: undefined }
    const own = this.#options.anchors.find((anchor) => anchor.certificate.equals(leaf))
    if (own !== undefined) {
      const path = await this.#complete([{ ...start, anchor: own }])
      if (path !== undefined) return path
    }
    return (await this.#climb(start)) ?? this.#failed(start)
  }

  async #climb(start: Step): Promise<PathResult | undefined> {
    const chain: Step[] = [start]
    const waiting: Step[][] = [this.#issuersOf(start.certificate)]
    while (chain.length > 0) {
      const step = waiting.at(-1)!.shift()
      if (step === undefined) {
        chain.pop()
        waiting.pop()
        continue
      }
      if (this.#chains >= this.#maxChains) {
        this.#notes.push(problem('L-15', 'LIMIT_CHAINS', 'I', { limit: this.#maxChains }))
        return undefined
      }
      if (!(await this.#follows(chain, step))) continue
      if (step.anchor !== undefined) {
        const path = await this.#complete([...chain, step])
        if (path !== undefined) return path
      } else if (chain.length + 1 + (this.#distance(step) ?? 1) > this.#maxLength) {
        this.#fail(this.#entries(chain), [problem('L-15', 'LIMIT_CHAIN_LENGTH', 'I', { limit: this.#maxLength })], 60)
      } else {
        chain.push(step)
        const above = this.#issuersOf(step.certificate)
        waiting.push(above)
        if (above.length === 0) this.#fail(this.#entries(chain), [this.#noIssuer(step.certificate)], 90 - chain.length)
      }
    }
    return undefined
  }

  /** True when `step` signed the last certificate of the chain and does not close a circle. */
  async #follows(chain: readonly Step[], step: Step): Promise<boolean> {
    if (step.anchor === undefined && chain.some(({ certificate }) => sameKey(certificate, step.certificate)))
      return false
    const { certificate } = chain.at(-1)!
    const info = step.certificate.publicKey
    // A DSA key without parameters verifies nothing until the chain above it is known.
    if (info.inherits === true) return true
    const answer = await this.#options.signatures.check(certificate, { spki: step.certificate.spki, info })
    if (answer === 'valid' || answer === 'lenient') return true
    this.#failLink(chain, step, answer)
    return false
  }

  #failLink(chain: readonly Step[], step: Step, answer: SignatureAnswer): void {
    const { certificate } = chain.at(-1)!
    const subject = certificate.subject.toString()
    if (answer === 'unsupported')
      this.#fail(
        this.#entries(chain),
        [problem('C-10', 'UNSUPPORTED_ALGORITHM', 'I', { algorithm: certificate.signatureAlgorithm.oid })],
        70,
        false,
      )
    // Another key of the same name is no evidence of forgery when the key identifiers differ anyway.
    else if (keyRank(certificate, step) < 2)
      this.#fail(
        this.#entries([...chain, step]),
        [problem('RFC 5280 6.1.3', 'CERT_SIGNATURE_INVALID', 'I', { subject }, 'CERTIFICATE_CHAIN_GENERAL_FAILURE')],
        75,
        false,
      )
  }

  /** Best first. */
  #issuersOf(certificate: Certificate): Step[] {
    const { issuer } = certificate
    const steps = this.#stepsOf(issuer).filter((step) => step.certificate.subject.equals(issuer))
    if (steps.length < 2) return steps
    const ranks = new Map(steps.map((step) => [step, this.#rank(certificate, step)]))
    return steps.sort((a, b) => ranks.get(a)! - ranks.get(b)!)
  }

  #rank(certificate: Certificate, step: Step): number {
    const distance = this.#distance(step)
    const invalid = step.anchor !== undefined || step.certificate.isValidAt(this.#options.at) ? 0 : 1
    // Where no chain of names leads to an anchor, nothing but the report can be won.
    return (distance === undefined ? 10_000 : Math.min(distance, 99) * 2) + keyRank(certificate, step) * 1000 + invalid
  }

  /** Certificates above this one to the nearest anchor; undefined where no names lead there. With few certificates all are near. */
  #distance(step: Step): number | undefined {
    if (step.anchor !== undefined) return 0
    if (this.#few) return 1
    this.#distances ??= distancesToAnchors(
      this.#options.anchors.map(({ certificate }) => certificate),
      this.#options.candidates.map(({ certificate }) => certificate),
    )
    return this.#distances.get(step.certificate)
  }

  #noIssuer(certificate: Certificate): Problem {
    const issuer = certificate.issuer.toString()
    return problem('X-01', 'NO_PATH_TO_ANCHOR', 'I', { issuer }, 'NO_CERTIFICATE_CHAIN_FOUND')
  }

  #entries(steps: readonly Step[]): readonly PathEntry[] {
    return steps.map(({ certificate, source, anchor }) => ({ certificate, source, anchor: anchor !== undefined }))
  }

  /** Keeps the most useful failure. A chain that ends here counts against L-15; a link that does not hold costs a verification only. */
  #fail(entries: readonly PathEntry[], problems: readonly Problem[], score: number, isChain = true): void {
    if (isChain) this.#chains++
    if (this.#best === undefined || score < this.#best.score) this.#best = { entries, problems, score }
  }

  /** Checks a chain that reached an anchor; undefined sends the search on. */
  async #complete(steps: readonly Step[]): Promise<PathResult | undefined> {
    const anchor = steps.at(-1)!.anchor!
    const entries = this.#entries(steps)
    const below = steps.slice(0, -1).map(({ certificate }) => certificate)
    const checked = await this.#check(below, anchor)
    if (checked instanceof LimitError) {
      this.#fail(entries, [problem(checked.code === 'LIMIT_NC_WORK' ? 'L-22' : 'L-21', checked.code, 'I')], 50)
      return undefined
    }
    const problems = [
      ...checked.problems,
      ...this.#checkAnchor(anchor),
      ...(below.length === 0 ? [] : checkIssuingAnchor(anchor.certificate)),
    ]
    // A leaf that is itself an anchor needs no path, but its own time still counts.
    if (below.length === 0) problems.push(...checkValidity(anchor.certificate, this.#options.at, true))
    const found: FoundChain = { entries, anchor, policies: checked.policies, issuerKeys: checked.issuerKeys }
    const general = problems.filter(isFatal).length
    // What the caller checks (revocation, purpose) is asked of good chains, and of those whose faults it may outweigh.
    if (problems.filter(isFatal).every(mayBeOutweighed)) problems.push(...((await this.#options.accept?.(found)) ?? []))
    const fatal = problems.filter(isFatal).length
    if (fatal > 0) {
      this.#fail(entries, problems, general === 0 ? Math.min(fatal, 20) : 20 + Math.min(general, 20))
      return undefined
    }
    return { path: new VerifiedPath(proof, found), entries, problems }
  }

  /** A chain that costs too much is one that fails; others may still be good. */
  async #check(below: readonly Certificate[], anchor: TrustAnchor): Promise<CheckedChain | LimitError> {
    const { signatures } = this.#options
    const limits = { constraints: anchor.constraints, work: this.#work }
    try {
      return await checkChain(below, anchor.certificate, this.#options, signatures, limits)
    } catch (error) {
      if (error instanceof LimitError && error.code !== 'LIMIT_VERIFICATIONS') return error
      throw error
    }
  }

  #checkAnchor(anchor: TrustAnchor): readonly Problem[] {
    const { at } = this.#options
    const subject = anchor.certificate.subject.toString()
    if (anchor.start !== undefined && at.getTime() < anchor.start.getTime()) {
      const args = { subject, start: anchor.start.toISOString() }
      return [problem('X-01', 'ANCHOR_NOT_YET', 'I', args, 'NO_CERTIFICATE_CHAIN_FOUND')]
    }
    if (anchor.sunset === undefined || at.getTime() <= anchor.sunset.getTime()) return []
    const args = { subject, sunset: anchor.sunset.toISOString() }
    return [problem('X-01', 'ANCHOR_SUNSET', 'I', args, 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE')]
  }

  #failed(start: Step): PathResult {
    const best = this.#best ?? {
      entries: this.#entries([start]),
      problems: [this.#noIssuer(start.certificate)],
    }
    return { path: undefined, entries: best.entries, problems: [...best.problems, ...this.#notes] }
  }
}

/**
 * Builds paths from `leaf` to the anchors and returns the first that passes RFC 5280 section 6 and `accept`, else the
 * most useful failure. Never throws for bad certificates: a limit that was reached is a problem LIMIT_{name}.
 */
export async function buildPath(leaf: Certificate, options: PathOptions): Promise<PathResult> {
  try {
    return await new Search(options).run(leaf)
  } catch (error) {
    if (!(error instanceof LimitError)) throw error
    const entries = [{ certificate: leaf, source: options.source ?? 'leaf', anchor: false }]
    return { path: undefined, entries, problems: [problem('L-16', error.code, 'I')] }
  }
}
