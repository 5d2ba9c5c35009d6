// Many files: each is verified in a child process with a cap on its memory, so that a file which kills its child costs one line.
import { CountersignError } from '@countersign/core'
import type { VerificationReport } from '@countersign/core'
import { createProcessPool } from '@countersign/core/node'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import type { CommandLine } from '../command-line.ts'
import { unreadableReport } from '../unreadable.ts'
import { UsageError } from '../usage.ts'
import type { ChildSetup } from './child.ts'
import { CHECK_OPTIONS } from './options.ts'

/** Core's own budget of computing time is far below; this is for what it cannot see. */
const MILLISECONDS = 300_000
const MIB = 1024 * 1024
/** A child is worth its start when it gets some files. */
const FILES_PER_CHILD = 8

export interface Batch {
  readonly jobs: number
  readonly memoryMegabytes: number
}

/** --jobs and --max-memory; one file without --max-memory needs no child. */
export function batchOptions(line: CommandLine): Batch | undefined {
  const files = line.files.length
  const wanted = line.integer('jobs')
  if (wanted !== undefined && (wanted < 1 || wanted > 64)) throw new UsageError('--jobs must be from 1 to 64')
  const cap = line.integer('max-memory')
  if (cap !== undefined && cap < 128) throw new UsageError('--max-memory must be at least 128 (megabytes)')
  if (files < 2 && cap === undefined) return undefined
  const jobs = wanted ?? Math.max(1, Math.min(availableParallelism(), 4, Math.ceil(files / FILES_PER_CHILD)))
  const share = Math.floor((totalmem() / MIB) * (0.7 / jobs))
  return { jobs, memoryMegabytes: cap ?? Math.max(256, Math.min(2048, share)) }
}

/** The words of the options that a child needs; those about printing stay here. */
export function checkWords(line: CommandLine): readonly string[] {
  return Object.entries(CHECK_OPTIONS).flatMap(([name, kind]) => {
    if (name === 'password' || name === 'password-file-pdf') return []
    return kind === 'flag'
      ? line.flag(name)
        ? [`--${name}`]
        : []
      : line.values(name).map((value) => `--${name}=${value}`)
  })
}

const SCRIPT = new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url)

/** The reports in the order of the files, each as soon as it and those before it are there. */
export async function* verifyBatch(
  files: readonly string[],
  setup: ChildSetup,
  { jobs, memoryMegabytes }: Batch,
  signal: AbortSignal,
): AsyncGenerator<VerificationReport> {
  const pool = createProcessPool<ChildSetup, string, VerificationReport>({
    script: SCRIPT,
    setup,
    processes: jobs,
    memoryMegabytes,
    milliseconds: MILLISECONDS,
  })
  const stop = (): void => pool.close()
  signal.addEventListener('abort', stop)
  try {
    const reports = files.map((file) => pool.run(file).catch((error: unknown) => lostReport(file, error, setup.now)))
    // Told when its turn comes.
    for (const report of reports) report.catch(() => undefined)
    for (const report of reports) yield await report
  } finally {
    signal.removeEventListener('abort', stop)
    pool.close()
  }
}

/** The line of a file whose child died of it, or failed. */
async function lostReport(file: string, error: unknown, at: Date): Promise<VerificationReport> {
  if (error instanceof CountersignError && error.code === 'ABORTED') throw error
  const limit = error instanceof CountersignError && error.code.startsWith('LIMIT_')
  const code = limit ? error.code : 'ANALYSIS_FAILED'
  const { sha256, bytes } = await digestOf(file)
  const report = unreadableReport(code, (error as Error).message, undefined, at)
  return { ...report, document: { ...report.document, sha256, bytes } }
}

/** Streamed: what killed a child shall not be held in memory here. */
async function digestOf(file: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of createReadStream(file)) {
      const part = chunk as Uint8Array
      hash.update(part)
      bytes += part.length
    }
    return { sha256: hash.digest('hex'), bytes }
  } catch {
    return { sha256: '', bytes: 0 }
  }
}
