// `countersign extend` over a folder or a list: results per file, a journal to go on from, worker threads on request.
import { readdir, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ExtendOptions } from '@countersign/core'
import { extendAll } from '@countersign/core/node'
import type { ExtendFileResult, ExtendJob } from '@countersign/core/node'
import type { CommandLine } from '../command-line.ts'
import { readOption } from '../files.ts'
import { languageOf, progress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT, UsageError } from '../usage.ts'

const JOURNAL = '.countersign-extend.jsonl'
const MAX_WORKERS = 64

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}

/** True where the command line names more than one file. */
export async function isBatch(line: CommandLine): Promise<boolean> {
  const [input] = line.files
  return line.flag('list') || (input !== undefined && (await isFolder(input)))
}

async function pdfsUnder(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile() && entry.name.toLowerCase().endsWith('.pdf'))
  return files.map((entry) => join(entry.parentPath, entry.name)).toSorted()
}

async function listed(line: CommandLine): Promise<readonly string[]> {
  const text = new TextDecoder().decode(await readOption(line.required('list'), 'list'))
  const names = text.split('\n').map((name) => (name.endsWith('\r') ? name.slice(0, -1) : name))
  return names.filter((name) => name !== '')
}

/** A list may name files anywhere: those below the working folder keep their place, of others only the name is kept. */
function placeOf(file: string): string {
  const inside = relative(process.cwd(), resolve(file))
  return inside.startsWith('..') || isAbsolute(inside) ? (file.split(/[\\/]/u).at(-1) ?? file) : inside
}

async function jobsOf(line: CommandLine): Promise<{ readonly jobs: readonly ExtendJob[]; readonly folder: string }> {
  const [first, second, ...rest] = line.files
  const list = line.flag('list')
  const folder = list ? first : second
  if (folder === undefined || rest.length > 0 || (list && second !== undefined))
    throw new UsageError('extend needs IN-FOLDER OUT-FOLDER, or --list FILE OUT-FOLDER')
  const files = list ? await listed(line) : await pdfsUnder(first ?? '')
  const place = (file: string): string => (list ? placeOf(file) : relative(first ?? '', file))
  const jobs = files.map((file) => ({ input: file, output: join(folder, place(file)) }))
  const outputs = new Map(jobs.map(({ output, input }) => [resolve(output), input]))
  if (outputs.size < jobs.length) throw new UsageError('--list: two files would be written to the same place')
  return { jobs, folder }
}

/** Each thread reads the same command line: authorities, anchors and caches are its own. */
function startWorker(words: readonly string[]): Worker {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new Worker(new URL(`extend-worker.${ending}`, import.meta.url), { workerData: words })
}

function lineOf({ input, state, report, error }: ExtendFileResult): string {
  if (error !== undefined) return `${input}: ${error.code}: ${error.message.replace(/\s+/gu, ' ')}`
  const level = report?.reachedLevel ?? null
  return `${input}: ${state}${level === null ? '' : ` ${level}`}`
}

/** Exit 0 when every file is at the level; else 1, with what is missing in the lines of the files. */
export async function extendBatch(
  line: CommandLine,
  words: readonly string[],
  options: ExtendOptions,
  terminal: Terminal,
): Promise<number> {
  const { jobs, folder } = await jobsOf(line)
  const workers = line.integer('workers') ?? 0
  if (workers < 0 || workers > MAX_WORKERS) throw new UsageError(`--workers must be 0 to ${MAX_WORKERS}`)
  const json = line.flag('json')
  const bar = progress(terminal.stderr)
  let failures = 0
  const report = await extendAll(jobs, {
    ...(workers === 0 ? { extend: options } : { workers: { count: workers, start: () => startWorker(words) } }),
    journal: line.value('journal') ?? join(folder, JOURNAL),
    signal: terminal.signal,
    onResult: (result, done, total) => {
      if (result.state === 'failed') failures++
      bar.clear()
      terminal.stdout.write(`${json ? JSON.stringify(result) : lineOf(result)}\n`)
      bar.show(`${done}/${total}${failures === 0 ? '' : `, ${failures} failed`}`)
    },
  }).finally(() => bar.clear())
  const { total, extended, unchanged, skipped, failed } = report
  const vietnamese = languageOf(line.value('lang'), terminal.environment) === 'vi'
  if (!json)
    terminal.stdout.write(
      vietnamese
        ? `${total} tệp: ${extended} đã nâng mức, ${unchanged} đã đạt sẵn, ${skipped} đã làm trước đó, ${failed} lỗi\n`
        : `${total} files: ${extended} extended, ${unchanged} there already, ${skipped} done before, ${failed} failed\n`,
    )
  if (failed === 0) return EXIT.valid
  terminal.stderr.write(
    vietnamese
      ? `BATCH_INCOMPLETE: ${failed} trong ${total} tệp chưa được nâng mức\n`
      : `BATCH_INCOMPLETE: ${failed} of ${total} files were not extended\n`,
  )
  return EXIT.invalid
}
