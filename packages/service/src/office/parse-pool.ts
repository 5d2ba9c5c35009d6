import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { CountersignError, LimitError } from '@countersign/core'
import type { ChildAnswer, ChildMessage } from './parse-protocol.ts'
import type { Validator } from './validator.ts'

/** Bounds of SEC-08. */
export interface ParseLimits {
  readonly milliseconds: number
  readonly heapMegabytes: number
  readonly processes: number
}

export const PARSE_LIMITS: ParseLimits = { milliseconds: 30_000, heapMegabytes: 512, processes: 2 }

/** A validator whose work is done in child processes. */
export interface ParsePool extends Validator {
  close(): void
}

interface Job {
  readonly name: keyof Validator
  readonly args: readonly unknown[]
  readonly done: (result: unknown) => void
  readonly fail: (error: Error) => void
}

interface Worker {
  readonly child: ChildProcess
  job: Job | undefined
  timer: NodeJS.Timeout | undefined
}

/**
 * Keeps up to `processes` children that parse files, each one file at a time. A child that takes too long is killed, one that
 * dies of its memory is replaced; the server itself goes on (SEC-08, REQ-10).
 */
export function createParsePool(
  setup: Omit<Extract<ChildMessage, { readonly type: 'setup' }>, 'type'>,
  limits: ParseLimits = PARSE_LIMITS,
): ParsePool {
  const workers = new Set<Worker>()
  const queue: Job[] = []
  let closed = false

  function next(): void {
    const job = queue[0]
    if (job === undefined) return
    const idle = [...workers].find((worker) => worker.job === undefined)
    const worker = idle ?? (workers.size < limits.processes ? start() : undefined)
    if (worker === undefined) return
    queue.shift()
    give(worker, job)
  }

  function start(): Worker {
    const worker: Worker = { child: forkChild(limits.heapMegabytes), job: undefined, timer: undefined }
    workers.add(worker)
    worker.child.on('message', (answer: ChildAnswer) => {
      settle(worker, (job) => finish(job, answer))
    })
    const lost = (error: Error): void => {
      workers.delete(worker)
      settle(worker, (job) => job.fail(error))
    }
    worker.child.on('exit', (code, signal) => lost(reasonOf(code, signal)))
    worker.child.on('error', lost)
    worker.child.send({ type: 'setup', ...setup } satisfies ChildMessage)
    return worker
  }

  function give(worker: Worker, job: Job): void {
    worker.job = job
    worker.child.ref()
    worker.timer = setTimeout(() => {
      settle(worker, () => job.fail(new LimitError('TIME', 'the file needs more time than allowed')))
      workers.delete(worker)
      worker.child.kill('SIGKILL')
    }, limits.milliseconds)
    worker.child.send({ type: 'call', id: 0, name: job.name, args: job.args } satisfies ChildMessage)
  }

  function settle(worker: Worker, report: (job: Job) => void): void {
    const { job } = worker
    clearTimeout(worker.timer)
    worker.job = undefined
    // An idle child keeps nobody's process alive.
    worker.child.unref()
    worker.child.channel?.unref()
    if (job !== undefined) report(job)
    if (!closed) next()
  }

  function ask(name: keyof Validator, ...args: readonly unknown[]): Promise<unknown> {
    if (closed) return Promise.reject(new CountersignError('ABORTED', 'the service is shutting down'))
    return new Promise((done, fail) => {
      queue.push({ name, args, done, fail })
      next()
    })
  }

  return {
    verify: (...args) => ask('verify', ...args) as ReturnType<Validator['verify']>,
    listFields: (...args) => ask('listFields', ...args) as ReturnType<Validator['listFields']>,
    byteRanges: (...args) => ask('byteRanges', ...args) as ReturnType<Validator['byteRanges']>,
    validateCertificate: (...args) =>
      ask('validateCertificate', ...args) as ReturnType<Validator['validateCertificate']>,
    close() {
      closed = true
      for (const { child } of workers) child.kill('SIGKILL')
    },
  }
}

function finish(job: Job, answer: ChildAnswer): void {
  if ('result' in answer) return job.done(answer.result)
  const { code } = answer.failure
  return job.fail(code === undefined ? new Error('parsing failed') : new CountersignError(code, 'parsing failed'))
}

/** V8 aborts when the heap is full, and the system kills what takes all memory. Any other end is a fault of ours. */
function reasonOf(code: number | null, signal: NodeJS.Signals | null): Error {
  const memory = signal === 'SIGABRT' || signal === 'SIGKILL' || signal === 'SIGTRAP' || code === 134
  if (memory) return new LimitError('MEMORY', 'the file needs more memory than allowed')
  return new Error(`the child process that reads files ended: ${String(code ?? signal)}`)
}

/** The child runs the same file kind as this one: source in the repository, compiled code when installed. */
function forkChild(heapMegabytes: number): ChildProcess {
  const source = import.meta.url.endsWith('.ts')
  const conditions = source ? ['--conditions=@countersign/source', '--experimental-strip-types'] : []
  return fork(new URL(source ? './parse-child.ts' : './parse-child.js', import.meta.url), {
    execArgv: [`--max-old-space-size=${heapMegabytes}`, ...conditions],
    // Nothing of ours: no secrets in variables, no way to our standard streams. Windows cannot start a program without SystemRoot.
    env: process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] } : {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  })
}
