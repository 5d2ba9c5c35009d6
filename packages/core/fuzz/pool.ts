// Runs numbered cases in child processes: a case that hangs or eats the memory ends its child, is counted, and the rest goes on.
import { fork, type ChildProcess } from 'node:child_process'

export interface CaseResult {
  readonly index: number
  readonly outcome: string
  /** What is wrong with it; undefined when all is well. */
  readonly fault?: string
  readonly milliseconds: number
}

interface Finished {
  readonly kind: 'done'
  readonly result: CaseResult
  readonly rss: number
}
type Message = Finished | { readonly kind: 'ready' }

export interface PoolResult {
  readonly results: readonly CaseResult[]
  /** Highest resident set of any child, in MiB. */
  readonly peak: number
}

/** A case that has not answered by then hangs, on however slow a machine. */
const HANG = 60_000

/** V8 fills what memory it may have before it collects: the caps show what is needed. */
const FLAGS = [
  '--conditions=@countersign/source',
  '--disable-warning=ExperimentalWarning',
  '--max-old-space-size=128',
  '--max-semi-space-size=4',
]

/** One child works through its share; after a hang or a crash another takes over behind the lost case. */
function share(script: string, indices: readonly number[], results: CaseResult[]): Promise<number> {
  return new Promise((resolve, reject) => {
    let next = 0
    let peak = 0
    let child: ChildProcess
    let timer: NodeJS.Timeout
    const lose = (why: string): void => {
      results.push({ index: indices[next]!, outcome: why, fault: why, milliseconds: HANG })
      next++
    }
    const ask = (): void => {
      if (next >= indices.length) {
        child.removeAllListeners('exit')
        child.kill()
        resolve(peak)
        return
      }
      timer = setTimeout(() => {
        child.kill('SIGKILL')
      }, HANG)
      child.send(indices[next]!)
    }
    const start = (): void => {
      child = fork(script, [], { execArgv: FLAGS })
      child.on('message', (message: Message) => {
        clearTimeout(timer)
        if (message.kind === 'done') {
          results.push(message.result)
          peak = Math.max(peak, message.rss)
          next++
        }
        ask()
      })
      child.on('exit', (code, signal) => {
        clearTimeout(timer)
        if (next === 0 && code !== null && code !== 0) {
          reject(new Error(`the worker ${script} does not start`))
          return
        }
        lose(`ended with ${signal ?? String(code)}`)
        start()
      })
    }
    start()
  })
}

/** Cases 0 to `count`-1 over `workers` children. */
export async function runPool(script: string, count: number, workers: number): Promise<PoolResult> {
  const results: CaseResult[] = []
  const shares = Array.from({ length: workers }, (_, worker) =>
    Array.from({ length: count }, (__, index) => index).filter((index) => index % workers === worker),
  )
  const peaks = await Promise.all(shares.map((indices) => share(script, indices, results)))
  return { results: results.sort((a, b) => a.index - b.index), peak: Math.max(...peaks) }
}

/** The child's side: answers each number with what `work` makes of it. CPU time counts, so that a busy machine does not. */
export function serveCases(work: (index: number) => Promise<Omit<CaseResult, 'index' | 'milliseconds'>>): void {
  process.on('message', (index: number) => {
    void answer(index, work)
  })
  process.send?.({ kind: 'ready' } satisfies Message)
}

async function answer(
  index: number,
  work: (index: number) => Promise<Omit<CaseResult, 'index' | 'milliseconds'>>,
): Promise<void> {
  const before = process.cpuUsage()
  const done = await work(index)
  const { user, system } = process.cpuUsage(before)
  const result = { index, ...done, milliseconds: (user + system) / 1000 }
  process.send?.({ kind: 'done', result, rss: process.resourceUsage().maxRSS / 1024 } satisfies Message)
}
