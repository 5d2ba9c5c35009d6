// Proof of existence for everything in a document: what its time stamps and the caller prove (E-05, E-06, E-08).
import { isFatal } from '../x509/path.ts'
import { problem, type Problem } from '../problem.ts'
import { digestUntil, holdsAt } from '../validation/algorithms.ts'
import { PoeStore, sha256Of, type Poe } from '../validation/poe.ts'
import { checkPastChain, mayBeOfThePast, pastVerdict } from '../validation/past.ts'
import { subIndicationsOf, type Verdict } from '../validation/verdict.ts'
import { verdictWithTime } from '../validation/with-time.ts'
import type { SignerAnswer } from '../cms/check.ts'
import type { SignedData } from '../cms/signed-data.ts'
import { readCmsRevocation, type EmbeddedData } from './dss.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import { revisionSha256 } from './revision-digests.ts'
import {
  isGenuine,
  openContentStamps,
  openDocumentStamp,
  openSignatureStamps,
  type Stamp,
  type StampContext,
} from './timestamps.ts'
import {
  chainOptions,
  checkAcceptance,
  isFreshAt,
  trustOfPast,
  turnedByTime,
  type TrustCheck,
  type TrustContext,
} from './trust-check.ts'

/** A time stamp judged with what later ones prove; `proves` when its time counts for what it covers. */
export interface JudgedStamp extends Stamp {
  readonly proves: boolean
}

/** All proof in one document. */
export interface Proofs {
  readonly poe: PoeStore
  /** Document timestamps by id. */
  readonly documents: ReadonlyMap<string, JudgedStamp>
  /** Time stamps inside each signature by its id: over its value, and over its content. */
  readonly signatures: ReadonlyMap<string, readonly JudgedStamp[]>
  /** Keys of what a document timestamp or the caller proves, as against a stamp over one signature value. */
  readonly covered: ReadonlySet<string>
}

/** Something signed whose verdict of the present may be turned by proof that it is older. */
export interface ProvenCase {
  readonly certificate: SignerAnswer['certificate']
  readonly signer: SignerAnswer | undefined
  readonly data: SignedData | undefined
  readonly purpose: 'signing' | 'timestamping'
  /** Every problem outside chain and algorithms: those of the document too. */
  readonly format: readonly Problem[]
  readonly trust: TrustCheck
  readonly current: Verdict
  readonly best: Poe
}

export interface ProvenAnswer {
  readonly verdict: Verdict
  readonly trust: TrustCheck
}

/** E-06: was it good when it is proven to have existed? What is not of the past stays as it is. */
export async function judgePast(one: ProvenCase, poe: PoeStore, context: TrustContext): Promise<ProvenAnswer> {
  const { certificate, signer, data, purpose, format, trust, current, best } = one
  const present = { verdict: current, trust }
  if (certificate === undefined || best.by === null || current.indication !== 'INDETERMINATE') return present
  const weak = 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
  if (format.filter(isFatal).some(({ subIndication }) => subIndication !== weak)) return present
  if (checkAcceptance(signer, best.time, context.policy).some(isFatal)) return present
  if (!trust.problems.filter(isFatal).every(mayBeOfThePast)) return present
  const options = chainOptions(data, purpose, context)
  const chain = await checkPastChain(certificate, { ...options, now: context.at, poe, best: best.time })
  const grace = purpose === 'signing' ? context.policy.freshness?.signer?.grace : undefined
  const verdict = await pastVerdict({ current, certificate, best: best.time, chain, poe, grace })
  if (verdict.indication !== 'TOTAL-PASSED') return { verdict, trust }
  const past = await trustOfPast(chain, context.policy)
  // What is wrong today is history, not a finding against what was right then.
  return { verdict, trust: { ...past, problems: [...past.problems, ...turnedByTime(trust).problems] } }
}

/**
 * 5.4: what is wrong with the chain, once data of before the certificate's end show that it was not revoked at the proven time: data
 * of after its end say nothing of it any more. Where a CA was revoked since, past validation decides.
 */
async function knownNotRevoked(one: ProvenCase, context: TrustContext): Promise<readonly Problem[]> {
  const { certificate, data, trust, best } = one
  const outside = trust.problems.find(({ subIndication }) => subIndication === 'OUT_OF_BOUNDS_NO_POE')
  if (certificate === undefined || outside === undefined || trust.caRevokedAt !== undefined) return trust.problems
  if (best.time >= certificate.notAfter || !(await isFreshAt(certificate, data, best.time, context)))
    return trust.problems
  const { subject } = outside.args
  const others = trust.problems.filter(
    (found) => found !== outside && !(found.code.startsWith('REVOCATION_') && found.args['subject'] === subject),
  )
  return [{ ...outside, subIndication: 'OUT_OF_BOUNDS_NOT_REVOKED' }, ...others]
}

/** The verdict once proof of an earlier time is taken into account (E-04): every open reason must be turned by it. */
export async function judgeWithTime(one: ProvenCase, context: TrustContext): Promise<Verdict> {
  const { certificate, signer, data, format, trust, current, best } = one
  if (best.by === null || certificate === undefined || current.indication === 'TOTAL-FAILED') return current
  const weakNow = checkAcceptance(signer, context.at, context.policy)
  const weakThen = checkAcceptance(signer, best.time, context.policy)
  const chain = await knownNotRevoked(one, context)
  const reasons = subIndicationsOf([...format, ...chain, ...weakNow])
  const expired = current.subIndication === 'OUT_OF_BOUNDS_NO_POE' && reasons.includes('OUT_OF_BOUNDS_NOT_REVOKED')
  if (current.subIndication !== null && !expired && !reasons.includes(current.subIndication)) return current
  const chainReliable = !subIndicationsOf(chain).some((reason) => reason.startsWith('CRYPTO_'))
  const timed = {
    best: best.time,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    revokedAt: trust.revokedAt,
    caRevokedAt: trust.caRevokedAt,
    reliableAtBest: weakThen.length === 0 && chainReliable,
    freshForBest: reasons.includes('TRY_LATER') && (await isFreshAt(certificate, data, best.time, context)),
  }
  const open = reasons.length === 0 ? [null] : reasons
  for (const subIndication of open) {
    const indication = subIndication === null ? 'TOTAL-PASSED' : 'INDETERMINATE'
    const verdict = verdictWithTime({ ...timed, basic: { indication, subIndication } })
    if (verdict.indication !== 'TOTAL-PASSED') return verdict
  }
  return { indication: 'TOTAL-PASSED', subIndication: null }
}

function hashesOf(items: readonly Uint8Array[]): Promise<readonly string[]> {
  return Promise.all(items.map((item) => sha256Of(item)))
}

async function keysOfCms(data: SignedData | undefined): Promise<readonly string[]> {
  if (data === undefined) return []
  const { crls, ocsps } = readCmsRevocation(data)
  return hashesOf([...data.certificates, ...crls, ...ocsps])
}

function keysOfStore({ certificates, crls, ocsps }: EmbeddedData): Promise<readonly string[]> {
  return hashesOf([...certificates, ...crls, ...ocsps])
}

/** C-16: the hash of the imprint must have been reliable when the stamp is proven to have existed. */
function checkImprint({ id, token }: Stamp, poe: PoeStore, { policy }: TrustContext): readonly Problem[] {
  const name = token?.imprintDigest
  if (name === undefined || policy.algorithms === 'any') return []
  const until = digestUntil(name, policy.catalogue)
  return holdsAt(until, poe.of(id).time) ? [] : [problem('E-05', 'IMPRINT_WEAK', 'W', { algorithm: name, until })]
}

/** Works out all proof of one document, newest stamp first (E-05, E-12). */
class Prover {
  readonly #evaluated: readonly EvaluatedSignature[]
  readonly #context: StampContext
  readonly #poe: PoeStore
  readonly #stamps: Map<string, readonly Stamp[]> = new Map()
  readonly #judged: Map<string, JudgedStamp> = new Map()
  readonly #keys: Map<string, readonly string[]> = new Map()
  readonly #covered: Set<string> = new Set()

  constructor(evaluated: readonly EvaluatedSignature[], context: StampContext) {
    this.#evaluated = evaluated
    this.#context = context
    this.#poe = new PoeStore(context.at)
  }

  async run(): Promise<Proofs> {
    for (const one of this.#evaluated) {
      const document = one.found.kind === 'document-timestamp'
      const own = document
        ? [await openDocumentStamp(one, this.#context)]
        : [...(await openSignatureStamps(one, this.#context)), ...(await openContentStamps(one, this.#context))]
      this.#stamps.set(one.id, own)
    }
    await this.#addCallerProofs()
    const newestFirst = this.#evaluated.toSorted((a, b) => b.found.revision - a.found.revision)
    for (const one of newestFirst)
      for (const stamp of this.#stamps.get(one.id) ?? []) this.#judged.set(stamp.id, await this.#judge(stamp))
    const judgedOf = (id: string): readonly JudgedStamp[] =>
      (this.#stamps.get(id) ?? []).map((stamp) => this.#judged.get(stamp.id)!)
    const isDocument = ({ found }: EvaluatedSignature): boolean => found.kind === 'document-timestamp'
    const documents = this.#evaluated.filter(isDocument).flatMap(({ id }) => judgedOf(id))
    return {
      poe: this.#poe,
      documents: new Map(documents.map((stamp) => [stamp.id, stamp])),
      signatures: new Map(this.#evaluated.filter((one) => !isDocument(one)).map(({ id }) => [id, judgedOf(id)])),
      covered: this.#covered,
    }
  }

  async #judge(stamp: Stamp): Promise<JudgedStamp> {
    const { data, token, format, trust, verdict: current } = stamp
    const signer = token?.cms.signer
    const best = this.#poe.of(stamp.id)
    const certificate = signer?.certificate
    const subject = { certificate, signer, data, purpose: 'timestamping', format, trust, current, best } as const
    const genuine = isGenuine(stamp)
    const answer = genuine ? await judgePast(subject, this.#poe, this.#context) : { verdict: current, trust }
    const weak = answer.verdict.indication === 'TOTAL-PASSED' ? checkImprint(stamp, this.#poe, this.#context) : []
    const time = token?.info?.genTime
    const proves = genuine && answer.verdict.indication === 'TOTAL-PASSED' && weak.length === 0
    if (proves && time !== undefined) await this.#grant(stamp, { time, by: stamp.id })
    return { ...stamp, ...answer, format: [...format, ...weak], proves }
  }

  #add(keys: readonly string[], poe: Poe): void {
    this.#poe.add(keys, poe)
    for (const key of keys) this.#covered.add(key)
  }

  /** E-08. A content time stamp is older than its signature, so it proves nothing here. */
  async #grant({ carrier, kind }: Stamp, poe: Poe): Promise<void> {
    if (kind === 'content') return
    if (kind === 'document') {
      this.#add(await this.#prefix(carrier.found.revision, carrier.found.byteRange?.first.end ?? 0), poe)
      return
    }
    // The signature value binds the signed attributes, and these the signer's certificate (ESS).
    const signer = carrier.signer
    const bound = signer?.binding === 'ess' && signer.certificate !== undefined ? [signer.certificate.der] : []
    this.#poe.add([carrier.id, ...(await hashesOf(bound))], poe)
  }

  /** Everything inside the first `end` bytes, which are whole up to `revision`: signatures with their CMS, and the DSS as read there. */
  async #prefix(revision: number, end: number): Promise<readonly string[]> {
    const { pool } = this.#context
    const keys: string[] = []
    for (const one of this.#evaluated)
      if ((one.found.byteRange?.second.end ?? Infinity) <= end) keys.push(...(await this.#keysOf(one)))
    return [...keys, ...(await keysOfStore(pool.storeAt(revision)))]
  }

  /** A signature with all that its CMS holds; a document timestamp with the store as it stood there, too. */
  async #keysOf({ id, found, data }: EvaluatedSignature): Promise<readonly string[]> {
    const known = this.#keys.get(id)
    if (known !== undefined) return known
    const keys = [id, ...(await keysOfCms(data))]
    for (const stamp of this.#stamps.get(id) ?? []) keys.push(stamp.id, ...(await keysOfCms(stamp.data)))
    if (found.kind === 'document-timestamp')
      keys.push(...(await keysOfStore(this.#context.pool.storeAt(found.revision))))
    this.#keys.set(id, keys)
    return keys
  }

  /** E-01. */
  async #addCallerProofs(): Promise<void> {
    const { options, digests, document } = this.#context
    for (const { sha256, time, source } of options.poes ?? []) {
      const poe = { time, by: source }
      this.#add([sha256.toLowerCase()], poe)
      for (const { index, end } of [...document.revisions].toReversed()) {
        if (revisionSha256(digests, end) !== sha256.toLowerCase()) continue
        this.#add(await this.#prefix(index, end), poe)
        break
      }
    }
    if (options.poes === undefined) return
    for (const { id, data } of this.#evaluated) {
      const value = data?.signerInfos[0]?.signature
      if (value !== undefined) this.#addAlias(id, await sha256Of(value))
      for (const stamp of this.#stamps.get(id) ?? []) this.#addAlias(stamp.id, await sha256Of(stamp.encoding))
    }
  }

  /** What the caller names by its hash is known here by its id. */
  #addAlias(id: string, sha256: string): void {
    const poe = this.#poe.of(sha256)
    if (poe.by !== null) this.#add([id], poe)
  }
}

/** What the time stamps of a document and the caller prove (E-05). Never throws for a bad document. */
export function gatherProof(evaluated: readonly EvaluatedSignature[], context: StampContext): Promise<Proofs> {
  return new Prover(evaluated, context).run()
}

/** Document timestamps that prove a signature, oldest revision first (E-08). */
export function stampsOver(one: EvaluatedSignature, { documents }: Proofs): readonly JudgedStamp[] {
  const end = one.found.byteRange?.second.end
  if (end === undefined) return []
  return [...documents.values()].filter(
    ({ proves, carrier }) => proves && end <= (carrier.found.byteRange?.first.end ?? 0),
  )
}
