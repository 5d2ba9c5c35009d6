// Many files under one authorisation: results per file, work over threads, and a journal to go on from.
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import { digest as digestOf } from '../crypto/index.ts'
import type { CmsSigner, KeyInfo, Signer } from '../cms/signer.ts'
import { bytesOfHex, hexOf } from '../der/hex.ts'
import { CountersignError } from '../error.ts'
import { batchError, requireDistinct } from '../pades/batch.ts'
import type { BatchError } from '../pades/batch.ts'
import type { SigningOutcome } from '../pades/complete.ts'
import { isCmsSigner } from '../pades/prepare.ts'
import type { PreparedState } from '../pades/prepared-state.ts'
import { withCodes } from '../pades/signer-errors.ts'
import type { SigningReport } from '../pades/signing-types.ts'
import { throwIfAborted } from '../pades/step.ts'
import { openCalls, SignJournal } from './sign-journal.ts'
import type { AskedCall, Standing } from './sign-journal.ts'
import { describeKey, localWork, refOf, workerWork } from './sign-work.ts'
import type { BatchWork, Failed, Signatory, SignJob, ToAsk, WorkOptions } from './sign-work.ts'

/** What became of one file. */
export interface SignFileResult extends SignJob {
  readonly ref: string
  /** `skipped`: an earlier run has done it, and the output is as that run left it. */
  readonly state: 'signed' | 'skipped' | 'failed'
  readonly report?: SigningReport
  readonly error?: BatchError
}

export interface SignAllOptions extends WorkOptions {
  readonly signer: Signer | CmsSigner
  /** SAD, PIN callback, OAuth token for the signer: the same for the whole batch. */
  readonly authorisation?: unknown
  /**
   * Worker threads that prepare, check and write; each runs `answerSignings` with the options of the documents, which those here are
   * then not used for. The key stays in this thread.
   */
  readonly workers?: { readonly count: number; readonly start: () => Worker }
  /** Most documents in one call of the signer. Default: as many as it takes; a key at hand is asked for 16 at a time. */
  readonly batchSize?: number
  /** Where calls and values are written down; a later run with the same journal goes on from there and signs nothing twice. */
  readonly journal?: string
  readonly onResult?: (result: SignFileResult, done: number, total: number) => void
}

export interface SignAllReport {
  readonly total: number
  readonly signed: number
  readonly skipped: number
  readonly failed: number
  /** In the order of the jobs. */
  readonly results: readonly SignFileResult[]
}

const LOCAL_BATCH = 16
/** Groups under way at once: while one waits for its values, others are prepared and written. */
const GROUPS_PER_WORK = 2

/** A document whose value is to come, or has come. */
interface Waiting {
  readonly job: SignJob
  readonly work: BatchWork
  readonly ask: ToAsk
}

/** A document whose value has come. */
interface Valued {
  readonly job: SignJob
  readonly work: BatchWork
  readonly state: PreparedState | undefined
  readonly value: Uint8Array
}

type Repeated = ReadonlyMap<string, Uint8Array> | BatchError

const UNREADABLE: BatchError = { code: 'PREPARED_INVALID', message: 'the journal cannot be read', retryable: false }

function valueOf(repeated: Repeated | undefined, ref: string): Uint8Array | BatchError | undefined {
  return repeated instanceof Map
    ? (repeated as ReadonlyMap<string, Uint8Array>).get(ref)
    : (repeated as BatchError | undefined)
}

function isFailed(value: object): value is Failed {
  return 'error' in value
}

function outcomeOf(signer: Signer | CmsSigner, value: Uint8Array): SigningOutcome {
  return isCmsSigner(signer) ? { cms: value } : { signature: value }
}

/** Those with the same scheme can be asked for together. */
function bySchemes(waiting: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const groups = new Map<string, Waiting[]>()
  for (const one of waiting) {
    const key = JSON.stringify([one.ask.scheme, one.ask.digest])
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()]
}

async function fileSha256(path: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array)
    return hash.digest('hex')
  } catch {
    return undefined
  }
}

/** One run. */
class SigningRun {
  readonly #options: SignAllOptions
  readonly #journal: SignJournal
  readonly #info: KeyInfo | undefined
  readonly #works: readonly BatchWork[]
  readonly #results = new Map<string, SignFileResult>()
  readonly #total: number
  #next = 0

  constructor(
    options: SignAllOptions,
    parts: { journal: SignJournal; info: KeyInfo | undefined; works: readonly BatchWork[]; total: number },
  ) {
    this.#options = options
    this.#journal = parts.journal
    this.#info = parts.info
    this.#works = parts.works
    this.#total = parts.total
  }

  get results(): ReadonlyMap<string, SignFileResult> {
    return this.#results
  }

  #work(): BatchWork {
    this.#next = (this.#next + 1) % this.#works.length
    return this.#works[this.#next]!
  }

  #settle(job: SignJob, result: Omit<SignFileResult, keyof SignJob>): void {
    const ref = refOf(job)
    const whole: SignFileResult = { ...job, ref, ...result }
    this.#results.set(ref, whole)
    this.#options.onResult?.(whole, this.#results.size, this.#total)
  }

  get #signatory(): Signatory {
    const { signer } = this.#options
    return isCmsSigner(signer) ? { maxCmsSize: signer.maxCmsSize } : { key: describeKey(this.#info!) }
  }

  get batchSize(): number {
    const most = this.#options.batchSize ?? (this.#info?.mayRepeat === true ? LOCAL_BATCH : Infinity)
    return Math.max(1, Math.min(most, this.#info?.maxBatch ?? Infinity))
  }

  /** G2: as many values as documents. The call is all or nothing. */
  async #call(
    call: Omit<AskedCall, 'type' | 'entries'>,
    asks: readonly (ToAsk & { ref: string })[],
  ): Promise<readonly Uint8Array[]> {
    const { signer, signal, authorisation } = this.#options
    throwIfAborted(signal)
    const context = {
      idempotencyKey: call.idempotencyKey,
      ...(signal === undefined ? {} : { signal }),
      ...(authorisation === undefined ? {} : { authorisation }),
    }
    const values = await withCodes(async () => {
      if (isCmsSigner(signer)) return signer.signCms(asks, context)
      const accepts = this.#info!.accepts
      const batch = asks.map(async ({ ref, documentDigest, signedAttributes, digest }) => ({
        ref,
        input: accepts === 'data' ? signedAttributes : await digestOf(digest, signedAttributes),
        documentDigest,
      }))
      return signer.sign(await Promise.all(batch), { ...context, scheme: call.scheme! })
    })
    if (values.length !== asks.length)
      throw new CountersignError(
        'SIGNATURE_MISMATCH',
        `the signer returned ${values.length} values for ${asks.length} documents`,
      )
    return values
  }

  async #ask(waiting: readonly Waiting[]): Promise<void> {
    const [first] = waiting
    const call = { idempotencyKey: hexOf(randomBytes(16)), scheme: first!.ask.scheme }
    const asks = waiting.map(({ job, ask }) => ({ ...ask, ref: refOf(job) }))
    if (this.#journal.isKept)
      await this.#journal.asked({ ...call, entries: asks.map(({ ref, state }) => ({ ref, state: state! })) })
    let values: readonly Uint8Array[]
    try {
      values = await this.#call(call, asks)
    } catch (error) {
      const failed = batchError(error)
      for (const { job } of waiting) this.#settle(job, { state: 'failed', error: failed })
      return
    }
    if (this.#journal.isKept)
      await this.#journal.answered(
        call.idempotencyKey,
        values.map((value) => hexOf(value)),
      )
    const items = waiting.map(({ job, work, ask }, index) => ({ job, work, state: ask.state, value: values[index]! }))
    await this.complete(items)
  }

  /** Each where it was prepared. */
  async complete(items: readonly Valued[]): Promise<void> {
    const shares = new Map<BatchWork, Valued[]>()
    for (const item of items) shares.set(item.work, [...(shares.get(item.work) ?? []), item])
    await Promise.all(
      [...shares].flatMap(([work, share]) =>
        [...groupsOf(share, LOCAL_BATCH)].map((group) => this.#completeShare(work, group)),
      ),
    )
  }

  async #completeShare(work: BatchWork, items: readonly Valued[]): Promise<void> {
    const { signer } = this.#options
    const results = await work.complete(
      items.map(({ job, value, state }) => ({ job, state, outcome: outcomeOf(signer, value) })),
    )
    for (const [index, { job }] of items.entries()) {
      const result = results[index]!
      if (isFailed(result)) this.#settle(job, { state: 'failed', error: result.error })
      else {
        await this.#journal.done(refOf(job), job.output, result.document.sha256)
        this.#settle(job, { state: 'signed', report: result })
      }
    }
  }

  async #prepareShare(jobs: readonly SignJob[]): Promise<readonly Waiting[]> {
    const work = this.#work()
    const asks = await work.prepare(jobs, this.#signatory, this.#journal.isKept)
    return jobs.flatMap((job, index) => {
      const ask = asks[index]!
      if (!isFailed(ask)) return [{ job, work, ask }]
      this.#settle(job, { state: 'failed', error: ask.error })
      return []
    })
  }

  /** Prepares a group, asks for it, completes it. */
  async group(jobs: readonly SignJob[]): Promise<void> {
    throwIfAborted(this.#options.signal)
    const shares = [...groupsOf(jobs, LOCAL_BATCH)].map((share) => this.#prepareShare(share))
    const prepared = (await Promise.all(shares)).flat()
    for (const waiting of bySchemes(prepared)) await this.#ask(waiting)
  }

  /** A call whose result nobody knows is repeated as it was, under its own key (G4). */
  async repeat(call: AskedCall): Promise<Repeated> {
    const asks = call.entries.map(({ ref, state }) => ({
      ref,
      scheme: call.scheme,
      signedAttributes: bytesOfHex(state.key?.signedAttributes ?? '') ?? new Uint8Array(),
      documentDigest: bytesOfHex(state.documentDigest) ?? new Uint8Array(),
      digest: state.digest,
      state,
    }))
    try {
      const values = await this.#call(call, asks)
      await this.#journal.answered(
        call.idempotencyKey,
        values.map((value) => hexOf(value)),
      )
      return new Map(asks.map(({ ref }, index) => [ref, values[index]!]))
    } catch (error) {
      return batchError(error)
    }
  }

  /** Finishes what an earlier run had asked for. */
  async resume(job: SignJob, standing: Standing, repeated: Repeated | undefined): Promise<void> {
    const { done, state, value } = standing
    if (done?.output === job.output && (await fileSha256(job.output)) === done.sha256)
      return this.#settle(job, { state: 'skipped' })
    const found = value === undefined ? valueOf(repeated, refOf(job)) : bytesOfHex(value)
    if (found instanceof Uint8Array) return this.complete([{ job, work: this.#work(), value: found, state }])
    this.#settle(job, { state: 'failed', error: found ?? UNREADABLE })
  }
}

/** Takes groups until none is left. */
async function lane(groups: Iterator<readonly SignJob[]>, run: SigningRun): Promise<void> {
  for (let next = groups.next(); next.done !== true; next = groups.next()) await run.group(next.value)
}

function* groupsOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}

async function goOn(
  run: SigningRun,
  jobs: readonly SignJob[],
  standings: ReadonlyMap<string, Standing>,
): Promise<void> {
  const repeated = new Map<AskedCall, Repeated>()
  for (const call of openCalls(standings)) repeated.set(call, await run.repeat(call))
  for (const group of groupsOf(jobs, LOCAL_BATCH))
    await Promise.all(
      group.map((job) => {
        const standing = standings.get(refOf(job))!
        return run.resume(job, standing, repeated.get(standing.call))
      }),
    )
}

async function everyJob(run: SigningRun, jobs: readonly SignJob[], journal: SignJournal, lanes: number): Promise<void> {
  const known = jobs.filter((job) => journal.standings.has(refOf(job)))
  if (known.length > 0) await goOn(run, known, journal.standings)
  const fresh = jobs.filter((job) => !journal.standings.has(refOf(job)))
  const groups = groupsOf(fresh, run.batchSize)
  const ended = await Promise.allSettled(Array.from({ length: lanes }, () => lane(groups, run)))
  const failed = ended.find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

function checkJobs(jobs: readonly SignJob[], { journal }: SignAllOptions): void {
  requireDistinct(jobs.map((job) => refOf(job)))
  requireDistinct(jobs.map(({ output }) => output))
  const same = jobs.find(({ input, output }) => input === output)
  if (same !== undefined && journal !== undefined)
    throw new CountersignError(
      'ARGUMENT_INVALID',
      `${same.input}: with a journal the output must be another file than the input`,
    )
}

/**
 * Signs many files under one authorisation. Failures are results, one does not stop the rest. With a journal, a run that was killed
 * goes on where it was: what is done is skipped, values that came are used, a call whose result nobody knows is repeated as it was
 * under the same idempotency key, and nothing is prepared a second time.
 *
 * @throws CountersignError ARGUMENT_INVALID, CERT_*, ABORTED after what was under way has ended, NOT_AVAILABLE when a worker dies,
 * FILE_NOT_WRITABLE for the journal, and what the signer's `info` throws
 * @example
 * ```ts
 * const { signed, failed, results } = await signAll(jobs, { signer, authorisation: pin, field: 'officer', journal: 'batch.jsonl' })
 * ```
 */
export async function signAll(jobs: readonly SignJob[], options: SignAllOptions): Promise<SignAllReport> {
  checkJobs(jobs, options)
  const { signer, workers, signal } = options
  const info = isCmsSigner(signer)
    ? undefined
    : await withCodes(() => signer.info(signal === undefined ? {} : { signal }))
  const journal = await SignJournal.open(options.journal)
  const started = workers === undefined ? [] : Array.from({ length: workers.count }, () => workers.start())
  const works = started.length === 0 ? [localWork(withoutSigner(options))] : started.map((worker) => workerWork(worker))
  const run = new SigningRun(options, { journal, info, works, total: jobs.length })
  try {
    await everyJob(run, jobs, journal, GROUPS_PER_WORK * works.length)
  } finally {
    await Promise.all(started.map((worker) => worker.terminate()))
    await journal.close()
  }
  return summary(jobs, run.results)
}

function withoutSigner(options: SignAllOptions): WorkOptions {
  const { signer: _, authorisation: _a, workers: _w, batchSize: _b, journal: _j, onResult: _r, ...work } = options
  return work
}

function summary(jobs: readonly SignJob[], results: ReadonlyMap<string, SignFileResult>): SignAllReport {
  const list = jobs.map((job) => results.get(refOf(job))!)
  const count = (state: SignFileResult['state']): number => list.filter((one) => one.state === state).length
  return {
    total: jobs.length,
    signed: count('signed'),
    skipped: count('skipped'),
    failed: count('failed'),
    results: list,
  }
}
