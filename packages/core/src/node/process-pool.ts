// Work on files from strangers, done in child processes with a cap on memory and time (section 8, SEC-08): a file that makes a
// child swell or spin costs that child, never this process. `--max-old-space-size` does not count Buffers, so what is watched is
// the memory the whole child holds.
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { CountersignError, LimitError } from '../error.ts'
import type { ErrorCode } from '../error.ts'
import { canWatch, offerToReaper, residentMegabytes } from './resident-memory.ts'

export interface ProcessLimits {
  /** Most time for one call. */
  readonly milliseconds: number
  /** Most memory a child may hold: heap, buffers, code, everything. */
  readonly memoryMegabytes: number
  readonly processes: number
}

export interface ProcessPool<Call, Answer> {
  /**
   * @throws LimitError LIMIT_MEMORY, LIMIT_TIME; CountersignError with the child's code, ABORTED after `close`; Error for a fault
   */
  run(call: Call): Promise<Answer>
  /** Kills the children; calls that wait or run end with ABORTED. */
  close(): void
}

/** What goes to a child. */
export type ToChild<Setup, Call> =
  | { readonly type: 'setup'; readonly setup: Setup; readonly watchMegabytes: number | null }
  | { readonly type: 'call'; readonly call: Call }

/** What comes back: an answer, or a failure with the code of a CountersignError. */
export type FromChild<Answer> =
  { readonly answer: Answer } | { readonly failure: { readonly code?: ErrorCode; readonly message: string } }

/** How often the memory of a working child is looked at. */
const WATCH_MILLISECONDS = 20
/** Enough of standard error to see why V8 gave up. */
const TAIL = 4096

interface Job<Call, Answer> {
  readonly call: Call
  readonly done: (answer: Answer) => void
  readonly fail: (error: Error) => void
}

interface Worker<Call, Answer> {
  readonly child: ChildProcess
  job: Job<Call, Answer> | undefined
  timers: NodeJS.Timeout[]
  /** Why this side killed it. */
  killed: LimitError | undefined
  tail: string
}

export interface PoolOptions<Setup> extends ProcessLimits {
  /** The child's program; it calls `serveProcessPool`. A `.ts` file runs from source. */
  readonly script: URL
  /** Handed to each child once. */
  readonly setup: Setup
  /** `inside`: the child watches itself by a thread, as on systems without /proc. For tests. */
  readonly watch?: 'outside' | 'inside'
}

/**
 * Keeps up to `processes` children, each at one call at a time, reused between calls. A child that holds more memory than allowed
 * or takes too long is killed, and another one takes its place; one that keeps much memory after a call is not used again.
 *
 * @example
 * ```ts
 * const pool = createProcessPool<string, VerificationReport>({
 *   script: new URL('./verify-child.js', import.meta.url), setup: { trust }, processes: 2, memoryMegabytes: 1024, milliseconds: 60_000,
 * })
 * const report = await pool.run('thong-bao.pdf')
 * pool.close()
 * ```
 */
export function createProcessPool<Setup, Call, Answer>(options: PoolOptions<Setup>): ProcessPool<Call, Answer> {
  const { memoryMegabytes, milliseconds } = options
  const outside = options.watch === undefined ? canWatch() : options.watch === 'outside'
  const workers = new Set<Worker<Call, Answer>>()
  const queue: Job<Call, Answer>[] = []
  let closed = false

  function next(): void {
    const job = queue[0]
    if (job === undefined || closed) return
    const idle = [...workers].find((worker) => worker.job === undefined)
    const worker = idle ?? (workers.size < options.processes ? start() : undefined)
    if (worker === undefined) return
    queue.shift()
    give(worker, job)
  }

  function start(): Worker<Call, Answer> {
    const child = forkChild(options.script, memoryMegabytes)
    const worker: Worker<Call, Answer> = { child, job: undefined, timers: [], killed: undefined, tail: '' }
    workers.add(worker)
    offerToReaper(child.pid)
    child.stderr?.setEncoding('utf8').on('data', (part: string) => (worker.tail = (worker.tail + part).slice(-TAIL)))
    child.on('message', (message: FromChild<Answer>) => {
      if (holdsMuch(worker)) retire(worker)
      settle(worker, (job) => finish(job, message))
    })
    const lost = (error: Error): void => {
      workers.delete(worker)
      settle(worker, (job) => job.fail(closed ? closedError() : error))
    }
    // `close` comes after the last of standard error, unlike `exit`.
    child.on('close', (code, signal) => lost(worker.killed ?? reasonOf(code, signal, worker.tail)))
    child.on('error', lost)
    send(worker, { type: 'setup', setup: options.setup, watchMegabytes: outside ? null : memoryMegabytes })
    return worker
  }

  function give(worker: Worker<Call, Answer>, job: Job<Call, Answer>): void {
    worker.job = job
    worker.child.ref()
    const slow = new LimitError('TIME', 'the file needs more time than allowed', { milliseconds })
    worker.timers.push(setTimeout(() => kill(worker, slow), milliseconds))
    if (outside) {
      const large = new LimitError('MEMORY', 'the file needs more memory than allowed', { megabytes: memoryMegabytes })
      const look = (): void => {
        if (residentMegabytes(worker.child.pid) > memoryMegabytes) kill(worker, large)
      }
      worker.timers.push(setInterval(look, WATCH_MILLISECONDS))
    }
    send(worker, { type: 'call', call: job.call })
  }

  function kill(worker: Worker<Call, Answer>, reason: LimitError): void {
    worker.killed = reason
    retire(worker)
  }

  /** No call goes to it any more. */
  function retire(worker: Worker<Call, Answer>): void {
    workers.delete(worker)
    worker.child.kill('SIGKILL')
  }

  /** Garbage of one call must not count against the next. */
  function holdsMuch(worker: Worker<Call, Answer>): boolean {
    return outside && residentMegabytes(worker.child.pid) > memoryMegabytes / 2
  }

  function settle(worker: Worker<Call, Answer>, report: (job: Job<Call, Answer>) => void): void {
    const { job } = worker
    for (const timer of worker.timers) clearInterval(timer)
    worker.timers = []
    worker.job = undefined
    // An idle child keeps nobody's process alive.
    worker.child.unref()
    worker.child.channel?.unref()
    if (job !== undefined) report(job)
    next()
  }

  function send(worker: Worker<Call, Answer>, message: ToChild<Setup, Call>): void {
    // A child that is gone says so by its end.
    worker.child.send(message, () => undefined)
  }

  return {
    run(call) {
      if (closed) return Promise.reject(closedError())
      return new Promise((done, fail) => {
        queue.push({ call, done, fail })
        next()
      })
    },
    close() {
      closed = true
      for (const { child } of workers) child.kill('SIGKILL')
      for (const { fail } of queue.splice(0)) fail(closedError())
    },
  }
}

function closedError(): CountersignError {
  return new CountersignError('ABORTED', 'the pool of child processes is closed')
}

function finish<Call, Answer>(job: Job<Call, Answer>, message: FromChild<Answer>): void {
  if ('answer' in message) return job.done(message.answer)
  const { code, message: text } = message.failure
  return job.fail(code === undefined ? new Error(text) : new CountersignError(code, text))
}

/** V8 aborts when the heap is full, and the system kills what takes all memory. Any other end is a fault of ours. */
function reasonOf(code: number | null, signal: NodeJS.Signals | null, tail: string): Error {
  const told = tail.includes('LIMIT_MEMORY') || tail.includes('out of memory')
  const memory = told || signal === 'SIGABRT' || signal === 'SIGKILL' || signal === 'SIGTRAP' || code === 134
  if (memory) return new LimitError('MEMORY', 'the file needs more memory than allowed')
  return new Error(`the child process that reads files ended: ${String(code ?? signal)}`)
}

function forkChild(script: URL, memoryMegabytes: number): ChildProcess {
  const source = script.pathname.endsWith('.ts')
  const conditions = source ? ['--conditions=@countersign/source', '--experimental-strip-types'] : []
  return fork(script, {
    execArgv: [`--max-old-space-size=${memoryMegabytes}`, ...conditions],
    // Nothing of ours: no secrets in variables, no way to our standard streams. Windows cannot start a program without SystemRoot.
    env: process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] } : {},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  })
}
