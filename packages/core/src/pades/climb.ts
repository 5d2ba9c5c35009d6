// From B-B upwards in the order of signing.md 7.2: time stamp, data gathered and verified, DSS, offline check, document timestamp.
import type { Digest } from '../cms/signer.ts'
import { CountersignError } from '../error.ts'
import { randomBytes } from '../crypto/index.ts'
import { addToDss, vriKey } from '../pdf/dss-update.ts'
import type { DssItems, VriEntry } from '../pdf/dss-update.ts'
import { surveyOf } from './survey.ts'
import type { OpenOptions } from '../pdf/types.ts'
import { Update } from '../pdf/update.ts'
import type { BaselineLevel, SignatureReport, VerificationReport } from '../report.ts'
import type { CheckedToken } from '../tsp/check-reply.ts'
import { dssOf } from './dss.ts'
import { stampDocument } from './document-timestamp.ts'
import type { Stamped } from './document-timestamp.ts'
import { LevelNotReachedError } from './extension-types.ts'
import type { Gap, LongTermOptions, LongTermRecord, StampRecord } from './extension-types.ts'
import { FreshnessPolicy } from './freshness.ts'
import { chainsOf, DataCollection, gapsOf, levelOfReport } from './long-term-data.ts'
import { atLeast, levelsBefore, lowestLevel, reasonOf } from './reached-level.ts'
import type { ReportedChain } from './long-term-data.ts'
import { authorityCertificates, findChain, learnAuthority } from './authority-chain.ts'
import { certificateSha256 } from '../x509/identity.ts'
import { GenuineSignatures } from '../x509/signatures.ts'
import { Material } from './material.ts'
import { renewalTime } from './renewal.ts'
import { encodeDate } from './signature-dict.ts'
import { appendStep, throwIfAborted } from './step.ts'
import type { SignedStep, StepBase } from './step.ts'
import { stampDigests, stampRecord, strongestDigest } from './stamp-record.ts'
import { verifyOpened } from './verify.ts'

export interface ClimbOptions extends LongTermOptions {
  readonly opening: OpenOptions
  readonly ignorePermissions?: boolean | undefined
  readonly random?: ((length: number) => Uint8Array) | undefined
  /** Digest that the signature itself used; document timestamps then take the same (C4, S5). */
  readonly digest?: Digest
  /** Field of the one signature that must reach the level; default: all must. */
  readonly demanded?: string
}

/** Data for the DSS, the report they were taken from, and whether they are as new as the policy wants. */
interface Gathered {
  readonly items: DssItems
  readonly report: VerificationReport
  readonly complete: boolean
}

/** Rounds of looking for data: enough for the signatures that a document may have (L-04), each with its issuer. */
const MAX_ROUNDS = 24

function isMissing({ reason }: Gap): boolean {
  return reason.startsWith('REVOCATION_') || reason.startsWith('LIMIT_')
}

/** The documents of one process meet the same certificates and responses again and again. */
const genuine = new GenuineSignatures()

/** One document on its way up; every revision it makes is a step. */
export class Climb {
  readonly #options: ClimbOptions
  /** Digest states over the bytes that were there before: verifying again reads only what was added (S8). */
  readonly #known: Pick<StepBase, 'digests' | 'covered'>
  readonly material: Material
  readonly steps: SignedStep[] = []
  readonly stamps: StampRecord[] = []
  #base: StepBase
  #added = 0
  #gaps: readonly Gap[] = []
  readonly #freshness: FreshnessPolicy
  #latest: Date
  #report: VerificationReport | undefined
  #before: ReadonlyMap<string, BaselineLevel | null> | undefined

  constructor(base: StepBase, known: Pick<StepBase, 'digests' | 'covered'>, options: ClimbOptions) {
    if (options.trust === undefined)
      throw new CountersignError('ARGUMENT_INVALID', 'a level above B-T needs `trust`: the anchors that paths lead to')
    this.#base = base
    this.#known = known
    this.#options = options
    this.#latest = this.#clock()
    this.material = new Material(options.sources, options.trust)
    this.#freshness = new FreshnessPolicy(options.freshness ?? 'now', () => this.#now())
  }

  get base(): StepBase {
    return this.#base
  }

  /** True for a signature that must reach the level. */
  demands(field: string): boolean {
    const { demanded } = this.#options
    return demanded === undefined || field === demanded
  }

  #demanded({ signatures }: VerificationReport): readonly SignatureReport[] {
    return signatures.filter(({ kind, field }) => kind === 'signature' && this.demands(field))
  }

  reached(report: VerificationReport): BaselineLevel | null {
    return lowestLevel(this.#demanded(report))
  }

  /** A document with time stamps only is at any level whose newest time stamp passes. */
  isAt(report: VerificationReport, level: BaselineLevel): boolean {
    if (report.signatures.some(({ kind }) => kind === 'signature')) return atLeast(this.reached(report), level)
    return report.signatures.at(-1)?.indication === 'TOTAL-PASSED'
  }

  /** A further time stamp can help: nothing is broken for good, and no time stamp at hand lacks nothing but revocation data. */
  isHopeful(report: VerificationReport): boolean {
    const stamps = chainsOf(report).filter(({ kind }) => kind === 'tsa')
    if (stamps.some(({ findings }) => findings.some(({ code }) => code.startsWith('REVOCATION_')))) return false
    return this.#demanded(report).every(({ indication }) => indication !== 'TOTAL-FAILED')
  }

  /** Levels by field as they were found. */
  get levelsBefore(): ReadonlyMap<string, BaselineLevel | null> {
    return this.#before ?? new Map()
  }

  get storesAtOnce(): boolean {
    return this.#options.archiveData === 'at-once'
  }

  get record(): LongTermRecord {
    const report = this.#report
    const renewBefore = report === undefined ? undefined : renewalTime(report, this.#options, this.material)
    return {
      timestamps: this.stamps,
      added: this.#added,
      gaps: this.#gaps,
      extendAfter: this.#freshness.extendAfter?.toISOString() ?? null,
      renewBefore: renewBefore?.toISOString() ?? null,
    }
  }

  #clock(): Date {
    return this.#options.now?.() ?? new Date()
  }

  /** The verifier's time: our clock, and never before a time stamp that was just made. */
  #now(): Date {
    const now = this.#clock()
    return now > this.#latest ? now : this.#latest
  }

  /** A time stamp that was made elsewhere on the way, such as that of the signature value. */
  noteToken(token: CheckedToken, record: StampRecord): void {
    this.stamps.push(record)
    if (token.info.genTime > this.#latest) this.#latest = token.info.genTime
  }

  /** Verifies the document as it stands, with everything at hand, or with what is embedded alone (L7). */
  async verify(how: 'online' | 'embedded'): Promise<VerificationReport> {
    throwIfAborted(this.#options.signal)
    const { policy, signal, opening } = this.#options
    const report = await verifyOpened(
      this.#base.document,
      {
        trust: this.#options.trust!,
        at: this.#now(),
        fingerprints: false,
        risks: false,
        ...(policy === undefined ? {} : { policy }),
        ...(how === 'online' ? { sources: this.material.online() } : {}),
        ...(opening.limits === undefined ? {} : { limits: opening.limits }),
        ...(signal === undefined ? {} : { signal }),
      },
      { prefixes: this.#known.digests, covered: this.#known.covered, genuine },
    )
    this.#report = report
    this.#before ??= levelsBefore(
      report,
      this.stamps.some(({ kind }) => kind === 'document'),
    )
    return report
  }

  /**
   * Verifies with everything that can be found. One verification asks no more than its bounds allow (L-24): where a document has many
   * signers, the next one goes on with what the last one found.
   */
  async gather(): Promise<VerificationReport> {
    for (let round = 1; ; round++) {
      const before = this.material.size
      const report = await this.verify('online')
      const open = chainsOf(report).some((chain) => !chain.passed && gapsOf(chain).some(isMissing))
      if (!open || this.material.size === before || round === MAX_ROUNDS) return report
    }
  }

  /** T8: a document timestamp over all that is there. */
  async stamp(digest: Digest, by: 'tsa' | 'archive'): Promise<Stamped> {
    const { tsa, archiveTsa, opening, ignorePermissions, random, signal } = this.#options
    const authority = by === 'archive' ? (archiveTsa ?? tsa) : tsa
    if (authority === undefined) throw new CountersignError('ARGUMENT_INVALID', 'a time stamp needs `tsa`')
    const stamped = await stampDocument(this.#base, {
      tsa: authority,
      digest,
      opening,
      ignorePermissions,
      random,
      signal,
    })
    this.#push(stamped.step)
    learnAuthority(authority, stamped.token)
    await this.material.addToken(stamped.token.der)
    this.noteToken(stamped.token, stampRecord('document', stamped.token, stamped.field))
    return stamped
  }

  #push(step: SignedStep): void {
    this.steps.push(step)
    this.#base = step
  }

  /**
   * T6: the path of the authority that will stamp next, so that its time stamp can be checked with what is embedded before it. Asked
   * once for each authority; undefined where the report holds that path already.
   */
  async #archiveChain(digest: Digest, report: VerificationReport): Promise<ReportedChain | undefined> {
    const authority = this.#options.archiveTsa ?? this.#options.tsa
    if (authority === undefined) return undefined
    const known = chainsOf(report).flatMap((chain) =>
      chain.passed && chain.kind === 'tsa' ? chain.path.slice(0, 1) : [],
    )
    const own = await authorityCertificates(authority, digest, this.#options.signal)
    const leaf = await certificateSha256(own.certificate)
    if (known.some(({ sha256 }) => sha256 === leaf)) return undefined
    await this.material.add({ certificates: own.certificates })
    const { trust, policy, signal } = this.#options
    const { material } = this
    return findChain(own.certificate, { material, trust: trust!, policy, at: this.#now(), genuine, signal })
  }

  /** Data for every chain of the report, verified; newer ones are looked for where the policy wants them (L3 to L5). */
  async collect(report: VerificationReport, archive: boolean): Promise<Gathered> {
    const { signal } = this.#options
    const refreshed = await this.#freshness.refresh(report, this.material, signal)
    const fresh = refreshed ? await this.gather() : report
    const { trust, policy } = this.#options
    const collection = new DataCollection({ material: this.material, trust: trust!, policy, at: this.#now(), genuine })
    for (const chain of chainsOf(fresh)) {
      if (!chain.passed) collection.addGaps(gapsOf(chain))
      else await collection.addChain(chain, this.#freshness.threshold(chain.provenBefore))
    }
    const next = archive ? await this.#archiveChain(this.archiveDigest(), fresh) : undefined
    if (next?.passed === true) await collection.addChain(next)
    else if (next !== undefined) collection.addGaps(gapsOf(next))
    const demanded = new Set(this.#demanded(fresh).map(({ id }) => id))
    const stale = this.#freshness.gaps(fresh, demanded)
    collection.addGaps(stale)
    const { items, gaps } = collection.result
    this.#gaps = gaps
    return { items, report: fresh, complete: stale.length === 0 }
  }

  /** L3: for a document left at B-T, when data newer than its proof can be expected. */
  noteExtendAfter(report: VerificationReport): void {
    this.#freshness.noteProof(report)
  }

  /** One DSS revision for all signatures; none where everything is stored already (L6, W28). */
  async writeDss(items: DssItems): Promise<void> {
    const { document } = this.#base
    const update = new Update(document)
    const entries = this.#options.vri === true ? await this.#vriEntries(items) : []
    const added = await addToDss(update, items, entries)
    if (added === 0 && entries.length === 0 && dssOf(document.latest) !== undefined) return
    const section = update.build(this.#options.random ?? randomBytes)
    this.#added += added
    this.#push(await appendStep(this.#base, section.bytes, this.#options.opening))
  }

  /** Data are shared by all signatures of a document: each entry names all of them. */
  async #vriEntries(items: DssItems): Promise<readonly VriEntry[]> {
    const gathered = encodeDate(this.#now(), 0)
    const { signatures } = surveyOf(this.#base.document)
    const contents = signatures.flatMap((one) => (one.contents === undefined ? [] : [one.contents]))
    return Promise.all(contents.map(async (bytes) => ({ ...items, key: await vriKey(bytes), gathered })))
  }

  /** C4, L10: as strong as the strongest that was used for time stamps of this document. */
  archiveDigest(): Digest {
    const { archiveDigest, digest } = this.#options
    const strongest = strongestDigest(digest, ...stampDigests(this.#base.document))
    if (archiveDigest !== undefined && strongestDigest(strongest, archiveDigest) !== archiveDigest)
      throw new CountersignError('ARGUMENT_INVALID', `${archiveDigest} is weaker than the ${strongest} in use (L10)`)
    return archiveDigest ?? strongest
  }

  /** REL-05: never less under the same name. */
  fail(requested: BaselineLevel, report: VerificationReport): never {
    const bad = this.#demanded(report).filter((one) => !atLeast(levelOfReport(one), requested))
    const chains = chainsOf(report).filter(({ passed }) => !passed)
    const known = new Set(this.#gaps.map(({ sha256 }) => sha256))
    this.#gaps = [...this.#gaps, ...chains.flatMap(gapsOf).filter(({ sha256 }) => !known.has(sha256))]
    const error = new LevelNotReachedError(requested, this.reached(report), this.record, bad.map(reasonOf))
    error.steps = this.steps
    throw error
  }
}
