// Files signed on disk: the same bytes as in memory, and the old file wherever something comes between (S5, S6, S9, B32).
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { appendFileSync, chmodSync, symlinkSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Signer } from '../src/cms/signer.ts'
import { journalPath, parseJournal } from '../src/node/journal.ts'
import { thisOwner } from '../src/node/owner.ts'
import { recoverFile } from '../src/node/recover-file.ts'
import { extendFile, signFile, timestampFile } from '../src/node/sign-file.ts'
import { sign } from '../src/pades/sign.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { verify } from '../src/pades/verify.ts'
import { member, World } from './support/long-term.ts'
import { preparedReport } from './support/make-pdf.ts'
import { testSigner, withFolder } from './support/signers.ts'

const INPUT = preparedReport()
const signer = await testSigner('officer')
const options: SignOptions = {
  signer,
  field: 'officer',
  at: new Date('2026-01-14T08:00:00Z'),
  utcOffset: 420,
  random: (length) => new Uint8Array(length).fill(7),
}

function inFolder(body: (input: string, output: string, folder: string) => Promise<void>): () => Promise<void> {
  return () =>
    withFolder(async (folder) => {
      const input = join(folder, 'in.pdf')
      await writeFile(input, INPUT)
      await body(input, join(folder, 'out.pdf'), folder)
    })
}

async function isOld(input: string): Promise<boolean> {
  return Buffer.compare(await readFile(input), INPUT) === 0
}

/** The key, with something that happens while it is asked. */
function whileSigning(happens: () => unknown): Signer {
  return {
    info: (given) => signer.info(given),
    sign: async (batch, context) => {
      await happens()
      return signer.sign(batch, context)
    },
  }
}

describe('signFile', () => {
  test(
    'in place and to a new file: the bytes that `sign` gives, nothing beside them, and a report of the whole',
    inFolder(async (input, output, folder) => {
      const expected = await sign(INPUT, options)
      expect(await signFile(input, output, options)).toEqual(expected.report)
      expect(Buffer.compare(await readFile(output), expected.bytes)).toBe(0)
      expect(await isOld(input)).toBe(true)
      expect(await signFile(input, 'in-place', options)).toEqual(expected.report)
      expect(Buffer.compare(await readFile(input), expected.bytes)).toBe(0)
      expect((await readdir(folder)).toSorted()).toEqual(['in.pdf', 'out.pdf'])
    }),
  )

  test(
    'a second signature on disk is checked against the first',
    inFolder(async (input, output) => {
      await signFile(input, 'in-place', options)
      const report = await signFile(input, output, { ...options, field: 'seal' })
      expect(report).toMatchObject({ signatureId: 'S2', earlierSignatures: 1, revision: 2 })
    }),
  )

  test(
    'the mode of a file that was there is kept, a link is followed, input and output may be one',
    inFolder(async (input, output, folder) => {
      await writeFile(output, 'old')
      chmodSync(output, 0o640)
      await signFile(input, output, options)
      expect((await stat(output)).mode & 0o777).toBe(0o640)
      symlinkSync('in.pdf', join(folder, 'link.pdf'))
      await signFile(join(folder, 'link.pdf'), 'in-place', options)
      expect(await isOld(input)).toBe(false)
      await signFile(input, input, { ...options, field: 'seal' })
      expect((await readFile(input)).length).toBeGreaterThan(INPUT.length * 2)
    }),
  )

  test(
    'S9: progress counts the bytes of one pass; an abort in any phase leaves the old file and nothing beside it',
    inFolder(async (input, output, folder) => {
      const seen: string[] = []
      await signFile(input, output, {
        ...options,
        onProgress: ({ step, bytes, total }) => seen.push(`${step} ${bytes}/${total}`),
      })
      const size = INPUT.length
      expect(seen).toEqual([`hash ${size}/${size}`, `sign ${size}/${size}`, `verify ${size}/${size}`])
      for (const target of ['in-place', join(folder, 'never.pdf')])
        for (const phase of ['hash', 'sign', 'verify']) {
          const stop = new AbortController()
          const onProgress = ({ step }: { step: string }): void => {
            if (step === phase) stop.abort()
          }
          const attempt = signFile(input, target, { ...options, signal: stop.signal, onProgress })
          await expect(attempt).rejects.toMatchObject({ code: 'ABORTED' })
          expect(await isOld(input)).toBe(true)
          expect((await readdir(folder)).toSorted()).toEqual(['in.pdf', 'out.pdf'])
        }
      await expect(signFile(input, 'in-place', { ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'ABORTED',
      })
    }),
  )

  test(
    'another program writes to the file meanwhile: BASE_CHANGED, and its bytes stay',
    inFolder(async (input, output, folder) => {
      const changing = whileSigning(() => appendFileSync(input, '\n'))
      await expect(signFile(input, 'in-place', { ...options, signer: changing })).rejects.toMatchObject({
        code: 'BASE_CHANGED',
      })
      expect((await readFile(input)).length).toBe(INPUT.length + 1)
      await expect(signFile(input, output, { ...options, signer: changing })).rejects.toMatchObject({
        code: 'BASE_CHANGED',
      })
      expect(await readdir(folder)).toEqual(['in.pdf'])
    }),
  )

  test(
    'two calls at once on one file: one signs, the other is told to come again',
    inFolder(async (input) => {
      const codes = await Promise.all(
        [1, 2].map(() =>
          signFile(input, 'in-place', options).then(
            () => 'signed',
            (error: { code: string; retryable: boolean }) => `${error.code} ${error.retryable}`,
          ),
        ),
      )
      expect(codes.toSorted()).toEqual(['FILE_LOCKED true', 'signed'])
      const expected = await sign(INPUT, options)
      expect(Buffer.compare(await readFile(input), expected.bytes)).toBe(0)
    }),
  )

  test(
    'what cannot be read or written has its code, and the path stands in the text',
    inFolder(async (input, output, folder) => {
      const code = (from: string, to: string): Promise<string> =>
        signFile(from, to, options).then(
          () => 'signed',
          (error: { code: string; message: string }) => error.code,
        )
      expect(await code(join(folder, 'none.pdf'), output)).toBe('FILE_NOT_FOUND')
      expect(await code(join(folder, 'none.pdf'), 'in-place')).toBe('FILE_NOT_FOUND')
      await mkdir(join(folder, 'sub'))
      expect(await code(join(folder, 'sub'), output)).toBe('FILE_NOT_READABLE')
      expect(await code(input, join(folder, 'none', 'out.pdf'))).toBe('FILE_NOT_WRITABLE')
      expect(await code(input, join(folder, 'sub'))).toBe('FILE_NOT_WRITABLE')
      expect(await code(input, '')).toBe('ARGUMENT_INVALID')
      await writeFile(join(folder, 'text.pdf'), 'no pdf')
      expect(await code(join(folder, 'text.pdf'), 'in-place')).toBe('PDF_NOT_PDF')
      expect((await readdir(folder)).toSorted()).toEqual(['in.pdf', 'sub', 'text.pdf'])
    }),
  )

  test(
    'a name as long as the file system takes',
    inFolder(async (_input, _output, folder) => {
      const long = join(folder, `${'ộ'.repeat(83)}.pdf`)
      await writeFile(long, INPUT)
      await signFile(long, 'in-place', options)
      await signFile(long, join(folder, `${'ệ'.repeat(83)}.pdf`), { ...options, field: 'seal' })
      expect(await readdir(folder)).toHaveLength(3)
    }),
  )

  test(
    'files in the making that ended processes left behind are removed',
    inFolder(async (input, output, folder) => {
      const dead = '.out.pdf.999999999-1-abc.countersign-tmp'
      const living = `.out.pdf.${process.pid}--abc.countersign-tmp`
      for (const name of [dead, living, '.out.pdf.mine']) await writeFile(join(folder, name), 'x')
      await signFile(input, output, options)
      expect((await readdir(folder)).toSorted()).toEqual(['.out.pdf.mine', living, 'in.pdf', 'out.pdf'].toSorted())
    }),
  )
})

describe('levels above B-B on disk', () => {
  const cast = {
    root: member('root', 'root', undefined, -1, 12),
    ca: member('ca', 'caVn', 'root', -1, 9),
    ocsp: member('ocsp', 'ocspVn', 'ca', -1, 3),
    ocspRoot: member('ocsp', 'ocsp', 'root', -1, 9),
    signer: member('signer', 'officer', 'ca', -0.1, 3),
    tsa: member('tsa', 'tsaEc', 'ca', -0.1, 8),
  } as const

  test(
    'B-LTA in one call, an extension in place and a time stamp leave valid files',
    inFolder(async (input, output, folder) => {
      const world = new World<keyof typeof cast>(cast, new Date('2026-06-01T08:00:00Z'))
      const longTerm = {
        tsa: world.tsa('tsa'),
        trust: world.trust('root'),
        sources: world.sources,
        now: () => world.now,
      }
      const signing = { signer: await world.signer('signer'), field: 'officer', at: world.now }
      const report = await signFile(input, output, { ...signing, level: 'B-LTA', ...longTerm })
      expect(report.reachedLevel).toBe('B-LTA')
      await signFile(input, 'in-place', { ...signing, level: 'B-T', ...longTerm })
      expect((await extendFile(input, 'in-place', { to: 'B-LTA', ...longTerm })).reachedLevel).toBe('B-LTA')
      await timestampFile(input, join(folder, 'stamped.pdf'), longTerm)
      expect((await readdir(folder)).toSorted()).toEqual(['in.pdf', 'out.pdf', 'stamped.pdf'])
      for (const [file, stamps] of [
        ['in.pdf', 1],
        ['out.pdf', 1],
        ['stamped.pdf', 2],
      ] as const) {
        const bytes = new Uint8Array(await readFile(join(folder, file)))
        const { signatures } = await verify(bytes, { trust: world.trust('root'), at: world.now })
        expect(signatures.map((one) => one.integrity)).toEqual(Array.from({ length: stamps + 1 }, () => 'intact'))
        expect(signatures[0]).toMatchObject({ indication: 'TOTAL-PASSED', level: 'B-LTA' })
      }
      const stopped = extendFile(input, 'in-place', { to: 'B-LTA', ...longTerm, signal: AbortSignal.abort() })
      await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' })
    }),
  )
})

interface Header {
  readonly pid?: number
  readonly host?: string
  readonly length?: number
  readonly section?: Uint8Array | undefined
}

/** A journal as a process has left it; by default one of this machine that has ended. */
async function leaveJournal(input: string, header: Header = {}): Promise<void> {
  const own = thisOwner()
  const { section } = header
  const owner = { ...own, pid: header.pid ?? 999_999_999, host: header.host ?? own.host }
  const line = {
    schema: 'countersign/journal/1',
    id: 'abc',
    owner,
    length: header.length ?? INPUT.length,
    section: section?.length ?? null,
  }
  await writeFile(
    journalPath(input),
    Buffer.concat([Buffer.from(`${JSON.stringify(line)}\n`), section ?? new Uint8Array(0)]),
  )
}

describe('the journal', () => {
  test(
    'of an ended process: what it appended is cut off, by the next call or by recoverFile',
    inFolder(async (input, _output, folder) => {
      const { bytes } = await sign(INPUT, options)
      const section = bytes.subarray(INPUT.length)
      for (const [length, recovery] of [
        [0, 'clean'],
        [100, 'restored'],
        [section.length, 'restored'],
      ] as const) {
        await writeFile(input, bytes.subarray(0, INPUT.length + length))
        await leaveJournal(input, { section })
        expect(await recoverFile(input)).toBe(recovery)
        expect(await isOld(input)).toBe(true)
        expect(await readdir(folder)).toEqual(['in.pdf'])
      }
      await writeFile(input, bytes.subarray(0, INPUT.length + 100))
      await leaveJournal(input, { section })
      await signFile(input, 'in-place', options)
      expect(Buffer.compare(await readFile(input), bytes)).toBe(0)
      expect(await recoverFile(input)).toBe('clean')
    }),
  )

  test(
    'blocks that never reached the disk are zeros; other bytes are somebody else’s and stay',
    inFolder(async (input) => {
      const section = Uint8Array.from({ length: 300 }, (_, i) => i % 255)
      await leaveJournal(input, { section })
      await writeFile(input, Buffer.concat([INPUT, section.subarray(0, 100), new Uint8Array(150)]))
      expect(await recoverFile(input)).toBe('restored')
      for (const wrong of [Buffer.from('another program'), Buffer.alloc(400)]) {
        await writeFile(input, Buffer.concat([INPUT, wrong]))
        await leaveJournal(input, { section })
        await writeFile(input, Buffer.concat([INPUT, wrong]))
        await expect(recoverFile(input)).rejects.toMatchObject({ code: 'FILE_JOURNAL_MISMATCH' })
        await expect(signFile(input, 'in-place', options)).rejects.toMatchObject({ code: 'FILE_JOURNAL_MISMATCH' })
        expect((await readFile(input)).length).toBe(INPUT.length + wrong.length)
      }
    }),
  )

  test(
    'of a living process, or of a machine nothing is known of: FILE_LOCKED until force says otherwise',
    inFolder(async (input) => {
      for (const header of [{ pid: process.pid }, { pid: 1, host: 'another machine' }]) {
        await leaveJournal(input, header)
        await expect(signFile(input, 'in-place', options)).rejects.toMatchObject({
          code: 'FILE_LOCKED',
          retryable: true,
        })
        await expect(recoverFile(input)).rejects.toMatchObject({ code: 'FILE_LOCKED' })
      }
      expect(await recoverFile(input, { force: true })).toBe('clean')
      expect(await isOld(input)).toBe(true)
    }),
  )

  test(
    'many that find the journal of an ended process: one deals with it, the file is whole afterwards',
    inFolder(async (input, _output, folder) => {
      const section = new Uint8Array(500).fill(9)
      await leaveJournal(input, { section })
      await writeFile(input, Buffer.concat([INPUT, section.subarray(0, 77)]))
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => recoverFile(input)))
      const restored = results.filter((one) => one.status === 'fulfilled' && one.value === 'restored')
      expect(restored).toHaveLength(1)
      for (const one of results)
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'FILE_LOCKED' })
      expect(await isOld(input)).toBe(true)
      expect(await readdir(folder)).toEqual(['in.pdf'])
    }),
  )

  test('any bytes: read or not, never thrown (property)', () => {
    const text =
      '{"schema":"countersign/journal/1","id":"a","owner":{"pid":1,"host":"","boot":"","started":""},"length":5,"section":2}\nab'
    expect(parseJournal(Buffer.from(text))).toMatchObject({ id: 'a', length: 5 })
    expect(parseJournal(Buffer.from(text.slice(0, -1)))).toBeUndefined()
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(text.length),
        fc.integer({ min: 0, max: 255 }),
        (bytes, at, byte) => {
          parseJournal(bytes)
          const changed = Buffer.from(text)
          changed[at] = byte
          const entry = parseJournal(changed)
          if (entry !== undefined) expect(typeof entry.length).toBe('number')
          parseJournal(Buffer.concat([Buffer.from('null\n'), bytes]))
        },
      ),
      { seed: 20260114, numRuns: 500 },
    )
  })
})
