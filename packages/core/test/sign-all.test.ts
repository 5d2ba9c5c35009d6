// Batches: results per document, one failure stops nothing, and a killed run goes on without a second signature.
import { describe, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { hasWitness, root, runProgram } from '../../../test/support/witnesses.ts'
import type { Signer } from '../src/cms/signer.ts'
import { signAll } from '../src/node/sign-all.ts'
import { completeAll, prepareAll } from '../src/pades/batch.ts'
import { preparedReport } from './support/make-pdf.ts'
import { testSigner, withFolder } from './support/signers.ts'

const officer = await testSigner('officer')
const at = new Date('2026-01-14T08:00:00Z')

/** A key that is asked once for all: its calls are counted. */
function counted(
  change: (values: readonly Uint8Array[]) => readonly Uint8Array[] = (values) => values,
): Signer & { calls: number[] } {
  const calls: number[] = []
  return {
    calls,
    info: async () => {
      const { mayRepeat: _, ...info } = await officer.info()
      return info
    },
    sign: async (batch, context) => {
      calls.push(batch.length)
      return change(await officer.sign(batch, context))
    },
  }
}

async function folderOf(
  count: number,
  body: (folder: string, jobs: readonly { ref: string; input: string; output: string }[]) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const jobs = Array.from({ length: count }, (_, index) => {
      const name = String(index).padStart(3, '0')
      return { ref: name, input: join(folder, `${name}.in.pdf`), output: join(folder, `${name}.out.pdf`) }
    })
    for (const { input } of jobs) await writeFile(input, preparedReport())
    await body(folder, jobs)
  })
}

async function requireValid(path: string): Promise<void> {
  if (!hasWitness('pdfsig')) return
  const { stdout } = await runProgram('pdfsig', ['-nocert', path])
  expect(stdout).toContain('Signature is Valid')
  expect(stdout).toContain('Total document signed')
}

describe('signAll', () => {
  test('one call of the signer for all; a damaged, a missing and a signed file fail alone', async () => {
    await folderOf(12, async (folder, jobs) => {
      await writeFile(jobs[3]!.input, 'no PDF')
      const missing = { ref: 'missing', input: join(folder, 'none.pdf'), output: join(folder, 'none.out.pdf') }
      const unknown = { ...jobs[5]!, ref: 'unknown', output: join(folder, 'x.pdf'), options: { field: 'nobody' } }
      const signer = counted()
      const seen: string[] = []
      const report = await signAll([...jobs, missing, unknown], {
        signer,
        field: 'officer',
        at,
        onResult: ({ ref }) => seen.push(ref),
      })
      expect(signer.calls).toEqual([11])
      expect(report).toMatchObject({ total: 14, signed: 11, failed: 3, skipped: 0 })
      const codes = report.results.flatMap(({ ref, error }) => (error === undefined ? [] : [`${ref} ${error.code}`]))
      expect(codes).toEqual(['003 PDF_NOT_PDF', 'missing FILE_NOT_FOUND', 'unknown FIELD_UNKNOWN'])
      expect(seen).toHaveLength(14)
      expect((await readdir(folder)).filter((name) => name.endsWith('.out.pdf'))).toHaveLength(11)
      await requireValid(jobs[11]!.output)
    })
  })

  test('C7, G2: swapped values fail their two documents, a missing value the whole call', async () => {
    await folderOf(4, async (_, jobs) => {
      const swapped = counted(([a, b, ...rest]) => [b!, a!, ...rest])
      const report = await signAll(jobs, { signer: swapped, field: 'officer', at })
      expect(report.results.map(({ error }) => error?.code)).toEqual([
        'SIGNATURE_MISMATCH',
        'SIGNATURE_MISMATCH',
        undefined,
        undefined,
      ])
      const short = await signAll(jobs, { signer: counted((values) => values.slice(1)), field: 'officer', at })
      expect(short).toMatchObject({ signed: 0, failed: 4 })
    })
  })

  test('in worker threads; the key stays here', async () => {
    await folderOf(8, async (_, jobs) => {
      const script = new URL('./support/sign-all-worker.mjs', import.meta.url)
      const start = (): Worker => new Worker(script, { execArgv: ['--conditions=@countersign/source'] })
      const signer = counted()
      const report = await signAll(jobs, { signer, workers: { count: 2, start } })
      expect(report).toMatchObject({ signed: 8, failed: 0 })
      expect(signer.calls).toEqual([8])
      await requireValid(jobs[7]!.output)
    })
  })

  test('cancelled: nothing is asked', async () => {
    await folderOf(2, async (_, jobs) => {
      const signer = counted()
      await expect(signAll(jobs, { signer, field: 'officer', signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'ABORTED',
      })
      expect(signer.calls).toEqual([])
    })
  })

  test('refs and outputs are distinct; with a journal the input is kept', async () => {
    const job = { input: '/a', output: '/b' }
    await expect(signAll([job, job], { signer: officer })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    const same = { input: '/a', output: '/a' }
    await expect(signAll([same], { signer: officer, journal: '/j' })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    })
  })
})

interface Run {
  readonly killed: boolean
  readonly report: { signed: number; skipped: number; failed: number; codes: string[] } | undefined
}

function run(folder: string, death: string): Promise<Run> {
  const script = join(root, 'packages/core/test/support/sign-all-process.ts')
  return new Promise((done) => {
    execFile(process.execPath, ['--conditions=@countersign/source', script, folder, death], (error, stdout, stderr) => {
      const killed = error?.signal === 'SIGKILL'
      if (error !== null && !killed) throw new Error(stderr)
      done({ killed, report: killed ? undefined : (JSON.parse(stdout) as NonNullable<Run['report']>) })
    })
  })
}

test('killed before, in and after the calls and among the files: every document is signed once', async () => {
  await folderOf(12, async (folder) => {
    // within the call; after the token signed and before anybody knows; among the files that are written
    for (const death of ['after', 'before', 'done:3', 'done:7']) expect((await run(folder, death)).killed).toBe(true)
    const { report } = await run(folder, 'never')
    expect(report).toMatchObject({ failed: 0 })
    expect(report!.signed + report!.skipped).toBe(12)
    const book = (await readFile(join(folder, 'token.jsonl'), 'utf8')).trim().split('\n')
    const refs = book.flatMap((line) => (JSON.parse(line) as { refs: string[] }).refs)
    expect(refs.toSorted()).toEqual((await readdir(folder)).filter((name) => name.endsWith('.in.pdf')).toSorted())
    for (const name of ['000', '008', '011']) await requireValid(join(folder, `${name}.out.pdf`))
    // Done is done; what was lost is written again from its value; a changed input is never signed anew.
    await writeFile(join(folder, '004.out.pdf'), 'lost')
    await writeFile(join(folder, '005.out.pdf'), 'lost')
    await writeFile(join(folder, '005.in.pdf'), preparedReport({ form: 'stream' }))
    expect((await run(folder, 'never')).report).toMatchObject({ signed: 1, skipped: 10, codes: ['BASE_CHANGED'] })
    expect((await readFile(join(folder, 'token.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(book.length)
  })
}, 60_000)

test('prepareAll and completeAll: each for itself, swapped entries found', async () => {
  const input = preparedReport()
  const documents = ['a', 'b', 'c'].map((ref) => ({ ref, input }))
  const options = { signer: officer, field: 'officer', at }
  const prepared = await prepareAll([...documents, { ref: 'd', input: new Uint8Array(3) }], options)
  expect(prepared[3]).toMatchObject({ ref: 'd', error: { code: 'PDF_NOT_PDF' } })
  const states = prepared.flatMap((one) => ('prepared' in one ? [one.prepared] : []))
  const requests = states.map(({ key, documentDigest }, i) => ({
    ref: `${i}`,
    input: key!.signedAttributes,
    documentDigest,
  }))
  const values = await officer.sign(requests, { scheme: states[0]!.key!.scheme, idempotencyKey: 'k' })
  const items = documents.map((one, i) => ({ ...one, prepared: states[i]!, outcome: { signature: values[i]! } }))
  expect((await completeAll(items)).map((one) => 'report' in one)).toEqual([true, true, true])
  const [a, b, c] = items
  const swapped = [{ ...a!, outcome: b!.outcome }, { ...b!, outcome: a!.outcome }, c!]
  const codes = (await completeAll(swapped)).map((one) => ('error' in one ? one.error.code : 'completed'))
  expect(codes).toEqual(['SIGNATURE_MISMATCH', 'SIGNATURE_MISMATCH', 'completed'])
})
