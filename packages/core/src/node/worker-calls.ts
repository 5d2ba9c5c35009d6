import type { Worker } from 'node:worker_threads'
import { CountersignError } from '../error.ts'

interface Answer {
  readonly id: number
  /** Absent where the work was cancelled. */
  readonly result?: unknown
}

/**
 * Calls to a worker thread, each answered by its number; a worker that dies takes the run with it.
 *
 * @param aborted - text of the ABORTED error of a call that was cancelled over there
 */
export function workerCalls<Result>(worker: Worker, aborted: string): (message: object) => Promise<Result> {
  const waiting = new Map<number, { resolve: (result: Result) => void; reject: (error: Error) => void }>()
  let next = 0
  const fail = (reason: string): void => {
    for (const { reject } of waiting.values()) reject(new CountersignError('NOT_AVAILABLE', reason))
    waiting.clear()
  }
  worker.on('message', ({ id, result }: Answer) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (result === undefined) asked?.reject(new CountersignError('ABORTED', aborted))
    else asked?.resolve(result as Result)
  })
  worker.on('error', (error) => fail(`a worker ended: ${error instanceof Error ? error.message : 'unexpected error'}`))
  worker.on('exit', () => fail('a worker ended'))
  return (message) =>
    new Promise((resolve, reject) => {
      const id = next++
      waiting.set(id, { resolve, reject })
      worker.postMessage({ id, ...message }, [])
    })
}
