// `npm run fuzz:sign`: mutated files are signed validly or refused with a code; nothing hangs, eats the memory or crashes.
import { join } from 'node:path'
import { availableParallelism } from 'node:os'
import { runPool, type CaseResult } from './pool.ts'

const SLOWEST = 5_000
const MEMORY = 300
/** At least so many of the mutants that touch only page content or unreferenced objects are signed. */
const QUIET = 0.99

function counted(results: readonly CaseResult[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return new Map([...counts].sort((a, b) => b[1] - a[1]))
}

const count = Number(
  process.argv.find((one) => /^\d+$/.test(one)) ?? (process.argv.includes('--bounded') ? 1500 : 20_000),
)
const started = performance.now()
const { results, peak } = await runPool(join(import.meta.dirname, 'sign-worker.ts'), count, availableParallelism())
const counts = counted(results)
for (const [outcome, times] of counts) console.log(`${String(times).padStart(7)}  ${outcome}`)

const faults = results.flatMap(({ index, fault }) => (fault === undefined ? [] : [`${index}: ${fault}`]))
for (const { index, milliseconds } of results) if (milliseconds > SLOWEST) faults.push(`${index}: ${milliseconds} ms`)
if (peak > MEMORY) faults.push(`peak memory ${peak.toFixed(0)} MiB`)
const quiet = results.filter(({ outcome }) => outcome.startsWith('quiet '))
const rate = (counts.get('quiet signed') ?? 0) / Math.max(1, quiet.length)
if (rate < QUIET) faults.push(`only ${(rate * 100).toFixed(2)} % of the quiet mutants were signed`)

for (const fault of faults.slice(0, 40)) console.error(fault)
const slowest = Math.max(...results.map(({ milliseconds }) => milliseconds))
console.log(
  `${results.length} cases in ${((performance.now() - started) / 1000).toFixed(0)} s, slowest ${slowest.toFixed(0)} ms of CPU, ` +
    `peak ${peak.toFixed(0)} MiB, quiet mutants signed ${(rate * 100).toFixed(2)} %, ${faults.length} faults`,
)
process.exitCode = faults.length === 0 ? 0 : 1
