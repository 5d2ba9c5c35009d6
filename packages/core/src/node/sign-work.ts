// The share of a batch that needs no key: preparing and completing one document, here or in a worker thread.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import type { MessagePort, Worker } from 'node:worker_threads'
import type { KeyInfo, Scheme, Signer, CmsSigner } from '../cms/signer.ts'
import { CountersignError } from '../error.ts'
import { batchError } from '../pades/batch.ts'
import type { BatchError } from '../pades/batch.ts'
import { buildCms, complete, embed } from '../pades/complete.ts'
import type { SigningOutcome } from '../pades/complete.ts'
import { openingOf, openInput, prepareOpened } from '../pades/prepare.ts'
import type { Preparation } from '../pades/prepare.ts'
import { sealPrepared } from '../pades/prepared-state.ts'
import type { PreparedState } from '../pades/prepared-state.ts'
import type { Prepared, SigningReport, SignOptions } from '../pades/signing-types.ts'
import { workerCalls } from './worker-calls.ts'

/** One file of a batch. */
export interface SignJob {
  /** The caller's id; default the input's path. Unique in the batch. */
  readonly ref?: string
  readonly input: string
  /** Written as a whole, or not at all. May be the input itself only where no journal is kept. */
  readonly output: string
  /** What differs from the options of the batch; plain data. */
  readonly options?: Omit<Partial<SignOptions>, 'signer'>
}

/** What of a key can be told to a worker. */
export interface KeyDescription {
  readonly certificate: Uint8Array
  readonly chain: readonly Uint8Array[]
  readonly schemes: readonly Scheme[]
  /** Largest value for each scheme. */
  readonly sizes: readonly number[]
  readonly accepts: KeyInfo['accepts']
}

/** Whose signature is prepared: a key by its certificate, or a service that makes whole CMS. */
export type Signatory = { readonly key: KeyDescription } | { readonly maxCmsSize: number }

/** What is to be signed for one document. */
export interface ToAsk {
  readonly scheme: Scheme | null
  /** The signed attributes; empty for a CmsSigner. */
  readonly signedAttributes: Uint8Array
  readonly documentDigest: Uint8Array
  readonly digest: Prepared['digest']
  /** For the journal, where one is kept. */
  readonly state: PreparedState | undefined
}

export type Failed = { readonly error: BatchError }

/** What came for one document; `state` where an earlier run prepared it, or where the document may no longer be open. */
export interface ToComplete {
  readonly job: SignJob
  readonly outcome: SigningOutcome
  readonly state: PreparedState | undefined
}

/** Several documents at a time: a message to a thread costs about as much as a document's cryptography. */
export interface BatchWork {
  prepare(jobs: readonly SignJob[], signatory: Signatory, keep: boolean): Promise<readonly (ToAsk | Failed)[]>
  complete(items: readonly ToComplete[]): Promise<readonly (SigningReport | Failed)[]>
}

/** Options of the side that prepares and completes; the signer is elsewhere. */
export type WorkOptions = Omit<SignOptions, 'signer' | 'ref' | 'idempotencyKey' | 'authorisation'>

export const refOf = (job: SignJob): string => job.ref ?? job.input

export function describeKey(info: KeyInfo): KeyDescription {
  const { certificate, chain, schemes, accepts } = info
  return { certificate, chain, schemes, sizes: schemes.map((scheme) => info.maxSignatureSize(scheme)), accepts }
}

/** Stands for the key while a document is prepared; it signs nothing. */
function standIn(signatory: Signatory): Signer | CmsSigner {
  const none = (): Promise<never> => Promise.reject(new CountersignError('SIGNER_REJECTED', 'the key is elsewhere'))
  if ('maxCmsSize' in signatory) return { maxCmsSize: signatory.maxCmsSize, signCms: none }
  const { key } = signatory
  const info: KeyInfo = { ...key, maxSignatureSize: (scheme) => key.sizes[key.schemes.indexOf(scheme)] ?? 0 }
  return { info: () => Promise.resolve(info), sign: none }
}

/**
 * How files are read and written: asynchronous calls leave the event loop free; in a thread that does nothing else they only cost
 * more than the work.
 */
interface Files {
  read(path: string): Promise<Uint8Array>
  /** Beside its target, then renamed: the old file or the whole new one. */
  write(path: string, parts: readonly Uint8Array[]): Promise<void>
}

function besideOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
}

const aside: Files = {
  read: (path) => readFile(path),
  write: async (path, parts) => {
    const temporary = besideOf(path)
    try {
      await writeFile(temporary, parts, { flag: 'wx' })
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {})
      throw error
    }
  },
}

const here: Files = {
  read: async (path) => readFileSync(path),
  write: async (path, parts) => {
    const temporary = besideOf(path)
    try {
      const file = openSync(temporary, 'wx')
      try {
        for (const part of parts) writeFileSync(file, part)
      } finally {
        closeSync(file)
      }
      renameSync(temporary, path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  },
}

/** Bytes of documents that stay open between the two phases; beyond that they are read again. */
const OPEN_BYTES = 64 * 1024 * 1024

interface OpenDocument {
  readonly preparation: Preparation
  readonly bytes: Uint8Array
}

class LocalWork implements BatchWork {
  readonly #options: WorkOptions
  readonly #files: Files
  readonly #folders = new Set<string>()
  readonly #prepared = new Map<string, Prepared>()
  readonly #open = new Map<string, OpenDocument>()
  #openBytes = 0

  constructor(options: WorkOptions, files: Files) {
    this.#options = options
    this.#files = files
  }

  async #read(path: string): Promise<Uint8Array> {
    try {
      const file = await this.#files.read(path)
      return new Uint8Array(file.buffer, file.byteOffset, file.length)
    } catch (cause) {
      const missing = (cause as { code?: unknown }).code === 'ENOENT'
      throw new CountersignError(missing ? 'FILE_NOT_FOUND' : 'FILE_NOT_READABLE', `${path} cannot be read`, { cause })
    }
  }

  async #write(path: string, parts: readonly Uint8Array[]): Promise<void> {
    try {
      const folder = dirname(path)
      if (!this.#folders.has(folder)) await mkdir(folder, { recursive: true })
      this.#folders.add(folder)
      await this.#files.write(path, parts)
    } catch (cause) {
      throw new CountersignError('FILE_NOT_WRITABLE', `${path} cannot be written`, { cause })
    }
  }

  async prepare(jobs: readonly SignJob[], signatory: Signatory, keep: boolean): Promise<readonly (ToAsk | Failed)[]> {
    const results: (ToAsk | Failed)[] = []
    for (const job of jobs) results.push(await this.#prepareOne(job, signatory, keep))
    return results
  }

  async complete(items: readonly ToComplete[]): Promise<readonly (SigningReport | Failed)[]> {
    const results: (SigningReport | Failed)[] = []
    for (const item of items) results.push(await this.#completeOne(item))
    return results
  }

  async #prepareOne(job: SignJob, signatory: Signatory, keep: boolean): Promise<ToAsk | Failed> {
    try {
      const bytes = await this.#read(job.input)
      const options = { ...this.#options, ...job.options, signer: standIn(signatory) }
      const preparation = await prepareOpened(await openInput(bytes, options), options)
      const { prepared } = preparation
      this.#remember(refOf(job), { preparation, bytes })
      return {
        scheme: prepared.key?.scheme ?? null,
        // Copies: of a view, a message would carry the whole buffer.
        signedAttributes: prepared.key?.signedAttributes.slice() ?? new Uint8Array(),
        documentDigest: prepared.documentDigest.slice(),
        digest: prepared.digest,
        state: keep ? await this.#stateOf(prepared) : undefined,
      }
    } catch (error) {
      return { error: batchError(error) }
    }
  }

  async #stateOf(prepared: Prepared): Promise<PreparedState> {
    return JSON.parse(JSON.stringify(await sealPrepared(prepared, this.#options.stateKey))) as PreparedState
  }

  #remember(ref: string, open: OpenDocument): void {
    this.#prepared.set(ref, open.preparation.prepared)
    if (this.#openBytes + open.bytes.length > OPEN_BYTES) return
    this.#open.set(ref, open)
    this.#openBytes += open.bytes.length
  }

  #forget(ref: string): OpenDocument | undefined {
    const open = this.#open.get(ref)
    this.#open.delete(ref)
    this.#openBytes -= open?.bytes.length ?? 0
    return open
  }

  async #completeOne({ job, outcome, state }: ToComplete): Promise<SigningReport | Failed> {
    const ref = refOf(job)
    const open = this.#forget(ref)
    const prepared = this.#prepared.get(ref)
    this.#prepared.delete(ref)
    try {
      if (open !== undefined) return await this.#embed(job, open, outcome)
      const given = state ?? prepared
      if (given === undefined) throw new CountersignError('ARGUMENT_INVALID', `${ref} was never prepared`)
      const bytes = await this.#read(job.input)
      const result = await complete(bytes, given, outcome, { ...this.#options, ...job.options })
      await this.#write(job.output, [result.bytes])
      return result.report
    } catch (error) {
      return { error: batchError(error) }
    }
  }

  async #embed(job: SignJob, { preparation, bytes }: OpenDocument, outcome: SigningOutcome): Promise<SigningReport> {
    const { prepared, leaf, level, base } = preparation
    const options = { ...this.#options, ...job.options }
    const cms = await buildCms(prepared, leaf, outcome, level)
    const { steps, report } = await embed(base, prepared, cms, { leaf, level, ...openingOf(options) })
    await this.#write(job.output, [bytes, ...steps.map(({ section }) => section)])
    return report
  }
}

/** The work in this thread. */
export function localWork(options: WorkOptions): BatchWork {
  return new LocalWork(options, aside)
}

type Call =
  | { readonly op: 'prepare'; readonly args: Parameters<BatchWork['prepare']> }
  | { readonly op: 'complete'; readonly args: Parameters<BatchWork['complete']> }

interface Answer {
  readonly id: number
  readonly result?: readonly (ToAsk | SigningReport | Failed)[]
}

/** The work in a worker thread; one that dies takes the run with it. */
export function workerWork(worker: Worker): BatchWork {
  const ask = workerCalls<never>(worker, 'signing was cancelled')
  const call = async (message: Call): Promise<never> => ask(message)
  return {
    prepare: (...args) => call({ op: 'prepare', args }),
    complete: (...args) => call({ op: 'complete', args }),
  }
}

/**
 * The other side of `signAll` with workers: call it in the worker's module, with the options that all documents share. The key
 * stays in the main thread; a worker prepares, checks and writes.
 *
 * @example
 * ```ts
 * // worker.js
 * import { parentPort } from 'node:worker_threads'
 * answerSignings(parentPort, { field: 'officer', reason: 'Phê duyệt' })
 * ```
 */
export function answerSignings(port: MessagePort, options: WorkOptions): void {
  const work = new LocalWork(options, here)
  port.on('message', (message: { readonly id: number } & Call) => {
    const { id } = message
    const result = message.op === 'prepare' ? work.prepare(...message.args) : work.complete(...message.args)
    result.then(
      (value) => port.postMessage({ id, result: value } satisfies Answer),
      () => port.postMessage({ id } satisfies Answer),
    )
  })
}
