// Extending an archive: many files in one run, with shared caches, results per file, and a journal to go on from.
import { appendFile, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, basename } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { MessagePort, Worker } from 'node:worker_threads'
import { CountersignError } from '../error.ts'
import { checkExtendOptions, extendOpened, openingOf } from '../pades/extend.ts'
import { LevelNotReachedError } from '../pades/extension-types.ts'
import type { ExtendOptions, ExtensionReport } from '../pades/extension-types.ts'
import { openDocument } from '../pdf/document.ts'
import { workerCalls } from './worker-calls.ts'

/** One file of a batch. `output` may be the input itself: it is replaced as a whole. */
export interface ExtendJob {
  readonly input: string
  readonly output: string
}

/** What became of one file. */
export interface ExtendFileResult extends ExtendJob {
  /** `skipped`: an earlier run has done it, and the file has not changed since. */
  readonly state: 'extended' | 'unchanged' | 'skipped' | 'failed'
  readonly milliseconds: number
  readonly report?: ExtensionReport
  /** Code and line of the error; `retryAfter` where waiting helps (L3). */
  readonly error?: { readonly code: string; readonly message: string; readonly retryAfter?: string }
}

export interface ExtendAllOptions {
  /** What `extend` needs; TSA, sources and their caches are shared by all files. Absent where workers have their own. */
  readonly extend?: ExtendOptions
  /** Worker threads beside each other; each runs `answerExtensions` with options of its own. */
  readonly workers?: { readonly count: number; readonly start: () => Worker }
  /** Files under way at once, per worker; default 4: reading and writing overlap with work. */
  readonly parallel?: number
  /** Where what is done is written down, one line of JSON per file; a later run with the same journal goes on from there. */
  readonly journal?: string
  readonly onResult?: (result: ExtendFileResult, done: number, total: number) => void
  readonly signal?: AbortSignal
}

export interface ExtendAllReport {
  readonly total: number
  readonly extended: number
  readonly unchanged: number
  readonly skipped: number
  readonly failed: number
  readonly results: readonly ExtendFileResult[]
}

type Work = (job: ExtendJob) => Promise<ExtendFileResult>

const PARALLEL = 4

/** Errors of the system have codes of their own; they are the file's, not the run's. */
function errorOf(error: unknown): NonNullable<ExtendFileResult['error']> {
  const message = error instanceof Error ? error.message : 'unexpected error'
  if (!(error instanceof CountersignError)) {
    const { code } = error as { code?: unknown }
    return {
      code: code === 'ENOENT' ? 'FILE_NOT_FOUND' : typeof code === 'string' ? 'FILE_FAILED' : 'INTERNAL',
      message,
    }
  }
  const after = error instanceof LevelNotReachedError ? error.record.extendAfter : null
  return { code: error.code, message, ...(after === null ? {} : { retryAfter: after }) }
}

/** Beside its target, made durable, then renamed: the old file or the whole new one. */
async function writeWhole(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const file = await open(temporary, 'wx')
    try {
      for (const part of parts) await file.writeFile(part)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

async function extendFile({ input, output }: ExtendJob, options: ExtendOptions): Promise<ExtendFileResult> {
  const started = performance.now()
  const since = (): number => Math.round(performance.now() - started)
  try {
    const before = await readFile(input)
    const bytes = new Uint8Array(before.buffer, before.byteOffset, before.length)
    const { steps, report } = await extendOpened(await openDocument(bytes, openingOf(options)), options)
    const changed = report.document.addedBytes > 0
    if (changed || input !== output) {
      await mkdir(dirname(output), { recursive: true })
      // The megabytes that were there are written from where they were read.
      await writeWhole(output, [bytes, ...steps.map(({ section }) => section)])
    }
    return { input, output, state: changed ? 'extended' : 'unchanged', milliseconds: since(), report }
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'ABORTED') throw error
    return { input, output, state: 'failed', milliseconds: since(), error: errorOf(error) }
  }
}

/** A line of the journal: what the input was, and what was written. */
interface JournalLine extends ExtendJob {
  readonly size: number
  readonly modified: number
  readonly bytes: number
  readonly level: string | null
}

class Journal {
  readonly #path: string | undefined
  readonly #done = new Map<string, JournalLine>()

  constructor(path: string | undefined) {
    this.#path = path
  }

  async open(): Promise<void> {
    if (this.#path === undefined) return
    const text = await readFile(this.#path, 'utf8').catch((error: unknown) => {
      if ((error as { code?: unknown }).code === 'ENOENT') return ''
      throw error
    })
    // A run that was cut off may have left half a line: the next one must not go on in it.
    if (text !== '' && !text.endsWith('\n')) await appendFile(this.#path, '\n')
    for (const line of text.split('\n')) {
      try {
        const entry = JSON.parse(line) as JournalLine
        this.#done.set(`${entry.input}\n${entry.output}`, entry)
      } catch {
        continue
      }
    }
  }

  /** Done by an earlier run, and both files are as that run left them. */
  async isDone({ input, output }: ExtendJob): Promise<boolean> {
    const entry = this.#done.get(`${input}\n${output}`)
    if (entry === undefined) return false
    const written = await stat(output).catch(() => undefined)
    if (written?.size !== entry.bytes) return false
    if (input === output) return true
    const read = await stat(input).catch(() => undefined)
    return read?.size === entry.size && Math.trunc(read.mtimeMs) === entry.modified
  }

  async add({ input, output, report }: ExtendFileResult): Promise<void> {
    if (this.#path === undefined || report === undefined) return
    const { size, mtimeMs } = await stat(input)
    const { bytes } = report.document
    const line: JournalLine = { input, output, size, modified: Math.trunc(mtimeMs), bytes, level: report.reachedLevel }
    await appendFile(this.#path, `${JSON.stringify(line)}\n`)
  }
}

interface Answer {
  readonly id: number
  readonly result?: ExtendFileResult
  readonly aborted?: boolean
}

/** The work in a worker thread. */
function remoteWork(worker: Worker): Work {
  const call = workerCalls<ExtendFileResult>(worker, 'The extension was aborted.')
  return (job) => call({ job })
}

/**
 * The other side of `extendAll` with workers: call it in the worker's module with that worker's own options.
 *
 * @example
 * ```ts
 * // worker.js
 * import { parentPort } from 'node:worker_threads'
 * answerExtensions(parentPort, { to: 'B-LTA', tsa, trust, sources })
 * ```
 */
export function answerExtensions(port: MessagePort, options: ExtendOptions): void {
  checkExtendOptions(options)
  port.on('message', ({ id, job }: { readonly id: number; readonly job: ExtendJob }) => {
    extendFile(job, options).then(
      (result) => port.postMessage({ id, result } satisfies Answer),
      () => port.postMessage({ id, aborted: true } satisfies Answer),
    )
  })
}

/** Takes jobs until none is left, or the caller has had enough. */
async function lane(jobs: Iterator<ExtendJob>, work: Work, options: ExtendAllOptions): Promise<void> {
  for (let next = jobs.next(); next.done !== true; next = jobs.next()) {
    if (options.signal?.aborted === true) throw new CountersignError('ABORTED', 'The extension was aborted.')
    await work(next.value)
  }
}

/**
 * Extends many files: failures are results, not exceptions; with a journal a second run does only what the first did not finish.
 *
 * @throws CountersignError ARGUMENT_INVALID, ABORTED after what was under way has ended, NOT_AVAILABLE when a worker dies
 * @example
 * ```ts
 * const { extended, failed } = await extendAll(jobs, { extend: { to: 'B-LTA', tsa, trust, sources }, journal: 'archive.jsonl' })
 * ```
 */
export async function extendAll(jobs: readonly ExtendJob[], options: ExtendAllOptions): Promise<ExtendAllReport> {
  const { extend: own, workers, parallel = PARALLEL } = options
  if ((own === undefined) === (workers === undefined))
    throw new CountersignError('ARGUMENT_INVALID', 'extendAll: give either `extend` or `workers`')
  if (own !== undefined) checkExtendOptions(own)
  const journal = new Journal(options.journal)
  await journal.open()
  const results: ExtendFileResult[] = []
  const started = workers === undefined ? [] : Array.from({ length: workers.count }, () => workers.start())
  const works: readonly Work[] =
    own === undefined ? started.map(remoteWork) : [(job) => extendFile(job, withSignal(own, options.signal))]
  const queue = jobs[Symbol.iterator]()
  const noted =
    (work: Work): Work =>
    async (job) => {
      const skipped = await journal.isDone(job)
      const result = skipped ? ({ ...job, state: 'skipped', milliseconds: 0 } as const) : await work(job)
      if (!skipped) await journal.add(result)
      results.push(result)
      options.onResult?.(result, results.length, jobs.length)
      return result
    }
  const lanes = works.flatMap((work) => Array.from({ length: parallel }, () => lane(queue, noted(work), options)))
  try {
    const ended = await Promise.allSettled(lanes)
    const failed = ended.find((one) => one.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  } finally {
    await Promise.all(started.map((worker) => worker.terminate()))
  }
  return summary(jobs.length, results)
}

function withSignal(options: ExtendOptions, signal: AbortSignal | undefined): ExtendOptions {
  return signal === undefined ? options : { ...options, signal }
}

function summary(total: number, results: readonly ExtendFileResult[]): ExtendAllReport {
  const count = (state: ExtendFileResult['state']): number => results.filter((one) => one.state === state).length
  const [extended, unchanged] = [count('extended'), count('unchanged')]
  return { total, extended, unchanged, skipped: count('skipped'), failed: count('failed'), results }
}
