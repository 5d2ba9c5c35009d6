// Proof of existence for everything in a document: what its time stamps and the caller prove (E-05, E-08).
import type { SignerAnswer } from '../cms/check.ts'
import type { SignedData } from '../cms/signed-data.ts'
import { problem, type Problem } from '../problem.ts'
import { digestUntil, holdsAt } from '../validation/algorithms.ts'
import { PoeStore, sha256Of, type Poe } from '../validation/poe.ts'
import { readCmsRevocation, type EmbeddedData } from './dss.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import { judgePast } from './proven-case.ts'
import { documentSha256, revisionSha256 } from './revision-digests.ts'
import {
  isGenuine,
  openContentStamps,
  openDocumentStamp,
  openSignatureStamps,
  type Stamp,
  type StampContext,
} from './timestamps.ts'
import type { TrustContext } from './trust-check.ts'

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

/**
 * The certificate that exists as long as a signature value does: a genuine value binds the signed attributes, and these the signer's
 * certificate (ESS). Octets that are no signature bind nothing, whatever stands beside them.
 */
export function boundBy(
  signer: Pick<SignerAnswer, 'binding' | 'certificate' | 'signatureValue'> | undefined,
): readonly Uint8Array[] {
  if (signer?.certificate === undefined || signer.binding !== 'ess' || signer.signatureValue !== 'valid') return []
  return [signer.certificate.der]
}

/**
 * True for a signature that stands in the first `end` bytes: one whose numbers only say so, without that being its place (P-04 to P-09),
 * may be of any later day, with all that its CMS holds.
 */
function standsWithin({ found: { byteRange, coverage } }: EvaluatedSignature, end: number): boolean {
  return byteRange !== undefined && coverage !== 'broken' && byteRange.second.end <= end
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
    this.#poe.add([carrier.id, ...(await hashesOf(boundBy(carrier.signer)))], poe)
  }

  /** Everything inside the first `end` bytes, which are whole up to `revision`: signatures with their CMS, and the DSS as read there. */
  async #prefix(revision: number, end: number): Promise<readonly string[]> {
    const { pool } = this.#context
    const keys: string[] = []
    for (const one of this.#evaluated) if (standsWithin(one, end)) keys.push(...(await this.#keysOf(one)))
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
      const revision = document.revisions.findLast(({ end }) => revisionSha256(digests, end) === sha256.toLowerCase())
      // White space may follow the last revision, and the caller hashed the file.
      const whole = documentSha256(digests) === sha256.toLowerCase() ? document.revisions.at(-1) : undefined
      const found = revision ?? whole
      if (found !== undefined) this.#add(await this.#prefix(found.index, found.end), poe)
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
  return [...documents.values()].filter(
    ({ proves, carrier }) => proves && standsWithin(one, carrier.found.byteRange?.first.end ?? 0),
  )
}
