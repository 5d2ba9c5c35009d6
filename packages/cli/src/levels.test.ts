import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { servePkiFolder } from '@countersign/test-pki'
import type { ServedFolder } from '@countersign/test-pki'
import type { ExtensionReport, SigningReport, VerificationReport } from '@countersign/core'
import type { ExtendFileResult } from '@countersign/core/node'
import { drawReport } from '@countersign/report'
import type { InspectionNotice } from '@countersign/report'
import { root, runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { countersign as spawned, startCountersign } from '../test/command.ts'
import type { Ran } from '../test/command.ts'
import { run } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-levels-'))
const at = (name: string): string => join(folder, name)
const notice = at('notice.pdf')
const signed = at('signed.pdf')
let pki: ServedFolder
let key: readonly string[]
let online: readonly string[]

beforeAll(async () => {
  pki = await servePkiFolder(at('pki'), { clock: () => new Date(), port: 0 })
  const data = JSON.parse(readFileSync(join(root, 'examples', 'data', 'notice.json'), 'utf8')) as InspectionNotice
  writeFileSync(notice, (await drawReport(data)).bytes)
  writeFileSync(at('password'), 'test\n')
  key = ['--p12', pki.p12['officer'] ?? '', '--password-file', at('password'), '--field', 'officer']
  online = ['--trust', pki.trust, '--online', '--allow-host', new URL(pki.urls.tsa).host]
  expect((await countersign(['sign', ...key, notice, signed])).code).toBe(0)
})
afterAll(async () => {
  await pki.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => fetch(pki.urls.faults, { method: 'PUT' }))

/** The same without a process of its own. */
async function countersign(words: readonly string[]): Promise<Ran> {
  const text = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof text): { write: (part: string) => void } => ({
    write: (part) => void (text[name] += part),
  })
  const code = await run(words, {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    environment: {},
    now: () => new Date(),
    signal: new AbortController().signal,
  })
  return { code, ...text, last: text.stderr.trimEnd().split('\n').at(-1) ?? '' }
}

const json = ({ stdout }: Ran): unknown => JSON.parse(stdout)
const verify = async (file: string): Promise<VerificationReport> =>
  json(await countersign(['verify', '--json', '--trust', pki.trust, file])) as VerificationReport
const levels = ({ signatures }: VerificationReport): unknown[] =>
  signatures.map(({ level, indication }) => [level, indication])

test('sign --level B-LTA: verifies offline with what is embedded', async () => {
  const options = ['--level', 'B-LTA', '--tsa', pki.urls.tsa, ...online]
  const ran = await countersign(['sign', '--json', ...key, ...options, notice, at('lta.pdf')])
  expect([ran.code, ran.last]).toEqual([0, ''])
  const report = json(ran) as SigningReport
  expect([report.requestedLevel, report.reachedLevel, report.longTerm?.gaps]).toEqual(['B-LTA', 'B-LTA', []])
  expect(levels(await verify(at('lta.pdf')))).toEqual([
    ['B-LTA', 'TOTAL-PASSED'],
    [null, 'TOTAL-PASSED'],
  ])
})

test('extend: each level of a file that was signed at B-B, then a renewal', async () => {
  for (const to of ['B-T', 'B-LT', 'B-LTA']) {
    const ran = await countersign([
      'extend',
      '--json',
      '--to',
      to,
      '--tsa',
      pki.urls.tsa,
      ...online,
      signed,
      at(`${to}.pdf`),
    ])
    expect([ran.code, ran.last]).toEqual([0, ''])
    const report = json(ran) as ExtensionReport
    expect(report.signatures).toEqual([{ id: 'S1', field: 'officer', before: 'B-B', after: to }])
  }
  const again = ['--archive-digest', 'sha512', '--tsa', pki.urls.tsa, ...online, at('B-LTA.pdf'), at('renewed.pdf')]
  const renewed = json(await countersign(['extend', '--json', '--to', 'B-LTA', ...again])) as ExtensionReport
  expect(renewed.timestamps.map(({ digest, field }) => [digest, field])).toEqual([['sha512', 'Timestamp3']])
  expect(levels(await verify(at('renewed.pdf')))[0]).toEqual(['B-LTA', 'TOTAL-PASSED'])
})

describe('extend over many files', () => {
  test('a folder: a line per file, a journal, and a second run that has nothing to do', async () => {
    mkdirSync(at('in/deep'), { recursive: true })
    for (const name of ['in/a.pdf', 'in/deep/b.PDF']) copyFileSync(signed, at(name))
    writeFileSync(at('in/bad.pdf'), 'no PDF')
    const words = ['extend', '--to', 'B-LT', '--tsa', pki.urls.tsa, ...online, at('in'), at('out')]
    const first = await countersign([...words, '--json'])
    const lines = first.stdout.trimEnd().split('\n')
    const results = lines.map((line) => JSON.parse(line) as ExtendFileResult)
    const states = results.map(({ state, error }) => error?.code ?? state)
    expect([...states].sort((a, b) => a.localeCompare(b))).toEqual(['extended', 'extended', 'PDF_NOT_PDF'])
    expect([first.code, first.last]).toEqual([1, 'BATCH_INCOMPLETE: 1 of 3 files were not extended'])
    expect(levels(await verify(at('out/deep/b.PDF')))[0]).toEqual(['B-LT', 'TOTAL-PASSED'])
    rmSync(at('in/bad.pdf'))
    const second = await countersign(words)
    const summary = '2 files: 0 extended, 0 there already, 2 done before, 0 failed'
    expect([second.code, second.stdout.split('\n').at(-2)]).toEqual([0, summary])
  })

  test('a list, in worker threads', async () => {
    writeFileSync(at('list.txt'), `${signed}\r\n${at('lta.pdf')}\n`)
    const list = ['--list', at('list.txt')]
    const words = ['extend', '--to', 'B-LT', '--tsa', pki.urls.tsa, ...online, '--workers', '2', ...list]
    const ran = await spawned([...words, '--json', at('listed')])
    expect([ran.code, ran.last]).toEqual([0, ''])
    expect(existsSync(at('listed/signed.pdf'))).toBe(true)
    expect((await countersign(['extend', '--to', 'B-T', ...online, ...list])).code).toBe(64)
  })
})

test('timestamp: a file that nobody signed', async () => {
  const ran = await spawned(['timestamp', '--tsa', pki.urls.tsa, notice, at('stamped.pdf')])
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringMatching(/^Stamped: .*stamped\.pdf \(\d{4}-.*TEST TSA/)])
  const { signatures } = await verify(at('stamped.pdf'))
  expect(signatures).toMatchObject([{ kind: 'document-timestamp', integrity: 'intact', field: 'Timestamp1' }])
})

describe('never less under the same name (REL-05)', () => {
  const put = (faults: unknown): Promise<unknown> =>
    fetch(pki.urls.faults, { method: 'PUT', body: JSON.stringify(faults) })

  test('a revoked signer stops the extension', async () => {
    const own = ['--p12', pki.p12['revoked'] ?? '', '--password-file', at('password'), '--field', 'officer']
    expect((await countersign(['sign', ...own, notice, at('revoked.pdf')])).code).toBe(0)
    const words = ['--to', 'B-LT', '--tsa', pki.urls.tsa, ...online, at('revoked.pdf'), at('no.pdf')]
    const { code, last } = await countersign(['extend', ...words])
    expect([code, last]).toEqual([1, expect.stringMatching(/^LEVEL_NOT_REACHED: .*REVOKED/)])
    expect(existsSync(at('no.pdf'))).toBe(false)
  })

  test('no revocation data', async () => {
    await put({ wire: { ocsp: 'server-error', crl: 'server-error' } })
    const words = ['--to', 'B-LT', '--tsa', pki.urls.tsa, ...online, signed, at('no.pdf')]
    const { code, last } = await countersign(['extend', ...words])
    expect([code, last]).toEqual([1, expect.stringMatching(/^LEVEL_NOT_REACHED: .*REVOCATION_MISSING/)])
  })

  test('a TSA that fails: the next one, else TSA_FAILED', async () => {
    await put({ timestamp: { flaws: ['wrong-nonce'] } })
    const words = ['--tsa', pki.urls.tsa, notice, at('no.pdf')]
    const { code, last } = await countersign(['timestamp', ...words])
    expect([code, last]).toEqual([1, expect.stringMatching(/^TSA_FAILED: .*TSA_NONCE_MISMATCH/)])
    await put({})
    expect((await countersign(['timestamp', '--tsa', 'http://127.0.0.1:9/', ...words])).code).toBe(0)
    expect(existsSync(at('no.pdf'))).toBe(true)
  })

  test.each([
    ['timestamp', [], '--tsa is missing'],
    ['timestamp', ['--tsa', 'ftp://tsa.example'], '--tsa'],
    ['extend', [], '--to is missing'],
    ['extend', ['--to', 'B-B'], '--to must be one of'],
    ['extend', ['--to', 'B-LT'], '--trust is missing'],
    ['sign', ['--tsa', 'http://tsa.example/'], '--tsa needs --level'],
  ])('%s %j: usage', async (command, options, text) => {
    const own = command === 'sign' ? key : []
    const { code, last } = await countersign([command, ...own, ...options, notice, at('x.pdf')])
    expect([code, last]).toEqual([64, expect.stringContaining(text)])
  })
})

witnessTest(['pdfsig', 'qpdf'], 'pdfsig and qpdf accept what was extended', async () => {
  const { stdout } = await runProgram('pdfsig', ['-nocert', at('renewed.pdf')])
  expect(stdout).toContain('Signature Validation: Signature is Valid.')
  expect((await runProgram('qpdf', ['--check', at('renewed.pdf')])).code).toBe(0)
})

test('pki serve: one command, its files and addresses, and a clean end', async () => {
  const started = startCountersign(['pki', 'serve', '--port', '0', at('served')])
  const url = await started.line(/tsa +(http:\S+)$/)
  const ran = await countersign(['timestamp', '--tsa', url, notice, at('served.pdf')])
  expect(ran.code).toBe(0)
  expect(existsSync(at('served/officer.p12'))).toBe(true)
  started.interrupt()
  expect(await started.exit).toBe(0)
})
