// The child's side of a process pool.
import { Worker } from 'node:worker_threads'
import { CountersignError } from '../error.ts'
import type { FromChild, ToChild } from './process-pool.ts'

/** Looks at the memory of the whole process from a thread of its own: the thread that works may not come round to it. */
const WATCHMAN = `
const { workerData } = require('node:worker_threads')
const { writeSync } = require('node:fs')
setInterval(() => {
  if (process.memoryUsage.rss() <= workerData * 1048576) return
  writeSync(2, 'LIMIT_MEMORY\\n')
  process.kill(process.pid, 'SIGKILL')
}, 20)
`

function watchSelf(megabytes: number): void {
  new Worker(WATCHMAN, { eval: true, workerData: megabytes, stdout: false, stderr: false }).unref()
}

function send<Answer>(message: FromChild<Answer>): void {
  process.send?.(message)
}

function failureOf(error: unknown): { code?: CountersignError['code']; message: string } {
  if (error instanceof CountersignError) return { code: error.code, message: error.message }
  return { message: error instanceof Error ? error.message : String(error) }
}

/** Turns what the pool was given as `setup`, whose type only the two programs know, into the function that answers calls. */
export type Prepare<Call, Answer> = (
  setup: never,
) => Promise<(call: Call) => Promise<Answer>> | ((call: Call) => Promise<Answer>)

/**
 * Answers the calls of the process that made this child, one at a time, until that process is gone.
 */
export function serveProcessPool<Call, Answer>(prepare: Prepare<Call, Answer>): void {
  let ready: Promise<(call: Call) => Promise<Answer>> | undefined
  const answer = async (call: Call): Promise<void> => {
    try {
      if (ready === undefined) throw new Error('not set up')
      send({ answer: await (await ready)(call) })
    } catch (error) {
      send({ failure: failureOf(error) })
    }
  }
  process.on('message', (message: ToChild<never, Call>) => {
    if (message.type === 'call') {
      void answer(message.call)
      return
    }
    if (message.watchMegabytes !== null) watchSelf(message.watchMegabytes)
    ready = Promise.resolve().then(() => prepare(message.setup))
    // Told with the first call.
    ready.catch(() => undefined)
  })
  // An interrupt of the terminal reaches the whole group: the parent decides.
  process.on('SIGINT', () => undefined)
  process.on('disconnect', () => process.exit())
}
