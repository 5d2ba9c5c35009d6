// A batch over files: shared caches, results per file, resumable.
import { describe, expect, test } from '@jest/globals'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { extendAll } from '../src/node/extend-all.ts'
import type { ExtendFileResult, ExtendJob } from '../src/node/extend-all.ts'
import type { ExtendOptions } from '../src/pades/extension-types.ts'
import { sign } from '../src/pades/sign.ts'
import { verify } from '../src/pades/verify.ts'
import { twoPages } from './support/make-pdf.ts'
import { member, World } from './support/long-term.ts'
import { withFolder } from './support/signers.ts'

const CAST = {
  root: member('root', 'officerP521', undefined, -1, 12),
  ca: member('ca', 'caEc', 'root', -1, 9),
  signer: member('signer', 'officerEc', 'ca', -0.1, 3),
  tsa: member('tsa', 'tsaEc', 'ca', -0.1, 8),
}
const w = new World<keyof typeof CAST>(CAST, new Date('2026-06-01T08:00:00Z'))
const options: ExtendOptions = {
  to: 'B-LTA',
  tsa: w.tsa('tsa'),
  trust: w.trust('root'),
  sources: w.sources,
  now: () => w.now,
}
const { bytes: signed } = await sign(twoPages(), { signer: await w.signer('signer'), at: w.now })

async function withArchive(work: (folder: string, jobs: readonly ExtendJob[]) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const jobs = ['a', 'b', 'c', 'broken', 'unsigned', 'missing'].map((name) => ({
      input: join(folder, `${name}.pdf`),
      output: join(folder, 'out', `${name}.pdf`),
    }))
    for (const { input } of jobs.slice(0, 3)) await writeFile(input, signed)
    await writeFile(jobs[3]!.input, 'no PDF')
    await writeFile(jobs[4]!.input, twoPages())
    await work(folder, jobs)
  })
}

const states = (results: readonly ExtendFileResult[]): unknown =>
  Object.fromEntries(results.map((one) => [one.input.split('/').at(-1), one.error?.code ?? one.state]))

describe('extendAll', () => {
  test('each file has its own result; what fails leaves nothing behind', async () => {
    await withArchive(async (folder, jobs) => {
      const seen: string[] = []
      const report = await extendAll(jobs, {
        extend: options,
        onResult: (one, done, total) => seen.push(`${one.state} ${done}/${total}`),
      })
      expect(states(report.results)).toEqual({
        'a.pdf': 'extended',
        'b.pdf': 'extended',
        'c.pdf': 'extended',
        'broken.pdf': 'PDF_NOT_PDF',
        'unsigned.pdf': 'NOTHING_TO_EXTEND',
        'missing.pdf': 'FILE_NOT_FOUND',
      })
      expect([report.total, report.extended, report.failed, seen.length]).toEqual([6, 3, 3, 6])
      expect((await readdir(join(folder, 'out'))).toSorted()).toEqual(['a.pdf', 'b.pdf', 'c.pdf'])
      const verified = await verify(await readFile(jobs[0]!.output), { trust: options.trust, at: w.now })
      expect(verified.signatures[0]).toMatchObject({ level: 'B-LTA', indication: 'TOTAL-PASSED' })
    })
  })

  test('a run that was stopped goes on where it was', async () => {
    await withArchive(async (folder, jobs) => {
      const journal = join(folder, 'journal.jsonl')
      const stop = new AbortController()
      const first = extendAll(jobs, {
        extend: options,
        journal,
        parallel: 1,
        signal: stop.signal,
        onResult: () => stop.abort(),
      })
      await expect(first).rejects.toMatchObject({ code: 'ABORTED' })
      const before = await readFile(jobs[0]!.output)
      // half a line, as a crash may leave it
      await writeFile(journal, `${await readFile(journal, 'utf8')}{"input":"`)
      const asked = w.attempts.length
      const second = await extendAll(jobs, { extend: options, journal })
      expect([second.skipped, second.extended]).toEqual([1, 2])
      // two document timestamps for each of the two files
      expect(w.attempts.length - asked).toBe(4)
      expect(await readFile(jobs[0]!.output)).toEqual(before)
      // a file that has changed since is done anew
      await writeFile(jobs[1]!.input, (await sign(signed, { signer: await w.signer('signer'), at: w.now })).bytes)
      const third = await extendAll(jobs, { extend: options, journal })
      expect([third.skipped, third.extended]).toEqual([2, 1])
    })
  })

  test('in place: the file is replaced as a whole', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'a.pdf')
      await writeFile(file, signed)
      const jobs = [{ input: file, output: file }]
      const journal = join(folder, 'journal')
      expect((await extendAll(jobs, { extend: options, journal })).extended).toBe(1)
      expect((await readFile(file)).length).toBeGreaterThan(signed.length)
      expect((await extendAll(jobs, { extend: options, journal })).skipped).toBe(1)
      expect(await readdir(folder)).toEqual(['a.pdf', 'journal'])
      await mkdir(join(folder, 'x'))
    })
  })

  test('wrong arguments', async () => {
    await expect(extendAll([], {})).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })
})
