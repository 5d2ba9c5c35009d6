// `npm run bench:growth`: how the cost of a whole verification, change analysis included, grows with the revisions of a file. Every second
// revision signs in a new field, the others add evidence. Also the bounds for 25 signatures: in 5 MB, in a fresh process.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { createTrustStore } from '../packages/core/src/validation/trust.ts'
import { verify } from '../packages/core/src/pades/verify.ts'
import { addEvidence, countersign, signedNotice } from '../packages/core/attacks/notice.ts'
import { officer2, root } from '../packages/core/attacks/identities.ts'
import { VERIFIED_AT } from '../packages/core/attacks/signing.ts'
import type { Dimensions } from '../packages/core/attacks/dimensions.ts'

const PLAIN: Dimensions = {
  xref: 'table',
  update: 'table',
  encrypted: false,
  pages: 'flat',
  permission: 'none',
  lock: 'none',
  signedIn: 'base',
  signatures: 1,
  evidence: 'none',
  after: 'nothing',
}

/** A notice with that many revisions and, with `padding`, that many bytes of an image more. */
function documentOf(revisions: number, padding = 0): Uint8Array {
  const file = signedNotice(PLAIN, {
    prepare: (unsigned) => {
      if (padding > 0) unsigned.stream(90, 'x'.repeat(padding), '/Type/XObject/Subtype/Image/Width 1/Height 1')
      if (padding > 0) unsigned.edit(3, (body) => body.replace('/Head 19', '/Large 90 0 R/Head 19'))
    },
  })
  for (let index = 1; index < revisions; index++) {
    const first = 1000 + 10 * index
    if (index % 2 === 1) countersign(file, first, `signer${index}`, officer2())
    else addEvidence(file, first)
    file.commit()
  }
  return file.bytes
}

const trust = createTrustStore([root()])

interface Run {
  readonly milliseconds: number
  /** Time of the processor: what else runs on the machine does not count. */
  readonly cpu: number
  readonly signatures: number
  readonly items: number
}

const run = async (bytes: Uint8Array): Promise<Run> => {
  const start = performance.now()
  const before = process.cpuUsage()
  const report = await verify(bytes, { trust, at: VERIFIED_AT, policy: { revocation: 'none' } })
  const milliseconds = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  if (report.overall !== 'valid' && report.overall !== 'valid-with-notes') throw new Error(`overall ${report.overall}`)
  const items = report.signatures.reduce((sum, { changes }) => sum + changes.items.length, 0)
  return { milliseconds, cpu: (user + system) / 1000, signatures: report.signatures.length, items }
}

/** Median of a few runs in a warm process. */
async function warm(bytes: Uint8Array, runs: number): Promise<Run> {
  const results: Run[] = []
  for (let index = 0; index < runs; index++) results.push(await run(bytes))
  return results.toSorted((a, b) => a.cpu - b.cpu)[runs >> 1]!
}

async function growth(): Promise<void> {
  await warm(documentOf(20), 8)
  for (const revisions of [10, 50, 100, 200, 380]) {
    const bytes = documentOf(revisions)
    const { milliseconds, cpu, signatures, items } = await warm(bytes, 7)
    const perRevision = (cpu / revisions).toFixed(2)
    console.log(
      `${String(revisions).padStart(4)} revisions, ${String(signatures).padStart(3)} signatures, ${(bytes.length / 1e6).toFixed(2)} MB: ` +
        `${milliseconds.toFixed(0).padStart(5)} ms, ${perRevision} ms of CPU a revision, ${items} changes listed`,
    )
  }
}

async function corpusFile(): Promise<void> {
  const suites = resolve(
    fileURLToPath(new URL('..', import.meta.url)),
    process.env['COUNTERSIGN_SUITES'] ?? '../shared',
  )
  const path = join(suites, 'corpus', 'signed', 'dss-25sigs.pdf')
  if (!existsSync(path)) return console.log(`dss-25sigs.pdf: skipped, ${path} does not exist`)
  const bytes = new Uint8Array(readFileSync(path))
  const times: number[] = []
  for (let index = 0; index < 12; index++) {
    const start = performance.now()
    await verify(bytes, { trust: { anchors: [] }, at: VERIFIED_AT })
    times.push(performance.now() - start)
  }
  const median = times.slice(2).toSorted((a, b) => a - b)[5]!
  console.log(`dss-25sigs.pdf, warm: ${median.toFixed(0)} ms (at most 250)`)
  if (median > 250) process.exitCode = 1
}

/** In a process of its own: nothing is compiled yet. */
async function cold(): Promise<void> {
  const { milliseconds, signatures } = await run(documentOf(49, 5_000_000))
  console.log(`${signatures} signatures in 5 MB, cold: ${milliseconds.toFixed(0)} ms (at most 1000)`)
  if (milliseconds > 1000) process.exitCode = 1
}

if (process.argv.includes('--cold')) await cold()
else {
  console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'} x ${cpus().length}`)
  await growth()
  await corpusFile()
  const child = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), '--cold'], {
    stdio: 'inherit',
  })
  if (child.status !== 0) process.exitCode = 1
}
