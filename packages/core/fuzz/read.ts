// `npm run fuzz:read`: two readers, one file. First every corpus file as it is, then mutants of signed files.
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { CountersignError } from '../src/error.ts'
import { openDocument } from '../src/pdf/document.ts'
import { runPool, type CaseResult } from './pool.ts'
import { differences, hasQpdf, readWithQpdf } from './qpdf.ts'

const SLOWEST = 5_000

interface Listed {
  readonly file: string
  readonly password?: string | null
}

interface Compared {
  readonly both: number
  readonly faults: readonly string[]
  /** Files with a defect that our reader names, which qpdf reads otherwise. */
  readonly named: readonly string[]
}

async function compareFile(
  folder: string,
  { file, password }: Listed,
): Promise<readonly string[] | 'unread' | 'named'> {
  const secret = typeof password === 'string' ? password : undefined
  const reading = readWithQpdf(join(folder, file), secret)
  if (reading === undefined) return 'unread'
  try {
    const options = secret === undefined ? {} : { password: secret }
    const document = await openDocument(new Uint8Array(readFileSync(join(folder, file))), options)
    document.unaccounted()
    const found = differences(document, reading)
    const named = document.defects.some(({ outcome }) => outcome === 'F' || outcome === 'I')
    return found.length > 0 && named ? 'named' : found.slice(0, 3).map((one) => `${file}: ${one}`)
  } catch (error) {
    if (error instanceof CountersignError) return 'unread'
    throw error
  }
}

async function compareCorpus(): Promise<Compared> {
  const folder = join(resolve(process.env['COUNTERSIGN_SUITES'] ?? '../shared'), 'corpus')
  const result = { both: 0, faults: [] as string[], named: [] as string[] }
  if (!existsSync(folder)) {
    console.log('corpus: skipped, not there')
    return result
  }
  for (const list of ['inputs', 'signed', 'changes']) {
    for (const one of JSON.parse(readFileSync(join(folder, `${list}.json`), 'utf8')) as readonly Listed[]) {
      const found = await compareFile(folder, one)
      if (found === 'unread') continue
      result.both++
      if (found === 'named') result.named.push(one.file)
      else result.faults.push(...found)
    }
  }
  return result
}

function print(results: readonly CaseResult[]): void {
  const counts = new Map<string, number>()
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  for (const [outcome, times] of [...counts].sort((a, b) => b[1] - a[1]))
    console.log(`${String(times).padStart(7)}  ${outcome}`)
}

if (!hasQpdf()) {
  console.log('skipped: no qpdf')
  process.exit(process.env['COUNTERSIGN_WITNESSES'] === 'required' ? 1 : 0)
}
const count = Number(
  process.argv.find((one) => /^\d+$/.test(one)) ?? (process.argv.includes('--bounded') ? 1500 : 20_000),
)
const started = performance.now()
const corpus = await compareCorpus()
console.log(`corpus: ${corpus.both} files read by both, ${corpus.faults.length} objects differ`)
for (const file of corpus.named) console.log(`  read differently, and said to be defective by us: ${file}`)
const { results, peak } = await runPool(join(import.meta.dirname, 'read-worker.ts'), count, availableParallelism())
print(results)
const faults = [
  ...corpus.faults,
  ...results.flatMap(({ index, fault }) => (fault === undefined ? [] : [`${index}: ${fault}`])),
  ...results.flatMap(({ index, milliseconds }) => (milliseconds > SLOWEST ? [`${index}: ${milliseconds} ms`] : [])),
]
for (const fault of faults.slice(0, 40)) console.error(fault)
console.log(
  `${results.length} mutants in ${((performance.now() - started) / 1000).toFixed(0)} s, peak ${peak.toFixed(0)} MiB, ${faults.length} faults`,
)
process.exitCode = faults.length === 0 ? 0 : 1
