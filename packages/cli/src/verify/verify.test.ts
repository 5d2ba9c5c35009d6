import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { VerificationReport } from '@countersign/core'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hungryPdf } from '../../../../test/support/hungry-pdf.ts'
import { twoPages } from '../../../core/test/support/make-pdf.ts'
import { certificate } from '../../test/command.ts'
import { run } from '../run.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-batch-'))
const at = (name: string): string => join(folder, name)
const plain = twoPages()
const sha256 = createHash('sha256').update(plain).digest('hex')

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function countersign(...words: readonly string[]): Promise<Ran> {
  const out = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (out[name] += text) })
  const code = await run(words, {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    environment: {},
    now: () => new Date('2026-11-01T00:00:00Z'),
    signal: new AbortController().signal,
  })
  return { code, ...out }
}

const reports = ({ stdout }: Ran): VerificationReport[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as VerificationReport)

beforeAll(() => {
  writeFileSync(at('plain.pdf'), plain)
  writeFileSync(at('text.pdf'), 'no PDF\n')
  writeFileSync(at('hungry.pdf'), hungryPdf(1, 60))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a batch', () => {
  test('a file that wants too much memory gets its line, the others theirs, in order', async () => {
    const others = ['not-there.pdf', 'text.pdf', 'plain.pdf'].map(at)
    const words = ['verify', '--json', '--max-memory', '150', '--jobs', '2', at('plain.pdf'), at('hungry.pdf')]
    const two = await countersign(...words, ...others)
    expect(two.code).toBe(3)
    expect(reports(two).map(({ overall, findings }) => [overall, findings[0]?.code])).toEqual([
      ['unsigned', undefined],
      ['unreadable', 'LIMIT_MEMORY'],
      ['unreadable', 'FILE_NOT_FOUND'],
      ['unreadable', 'PDF_NOT_PDF'],
      ['unsigned', undefined],
    ])
    expect(reports(two)[1]?.document).toMatchObject({
      bytes: readFileSync(at('hungry.pdf')).length,
      sha256: createHash('sha256')
        .update(readFileSync(at('hungry.pdf')))
        .digest('hex'),
    })
  })

  test('the same report as alone, with the options of the command line', async () => {
    const options = ['--json', '--at', '2026-03-04', '--policy', 'compat', '--revocation=prefer']
    const alone = await countersign('verify', ...options, at('plain.pdf'))
    const both = await countersign('verify', ...options, at('plain.pdf'), at('plain.pdf'))
    expect(both.stdout).toBe(alone.stdout + alone.stdout)
    expect(reports(both)[0]).toMatchObject({ validationTime: '2026-03-04T00:00:00.000Z', policy: { id: 'compat' } })
  })

  test('mistakes in options are told before any child starts', async () => {
    for (const wrong of [
      ['--jobs', '0'],
      ['--max-memory', '5'],
      ['--at', 'x'],
      ['--expected-sha256', 'ab'],
      ['--html', 'x'],
    ])
      expect((await countersign('verify', ...wrong, at('plain.pdf'), at('plain.pdf'))).code).toBe(64)
    expect((await countersign('verify', '--trust', at('none'), at('plain.pdf'), at('plain.pdf'))).stderr).toMatch(
      /^FILE_NOT_FOUND: --trust/m,
    )
  })
})

describe('forms', () => {
  test('--html FILE beside the report for people; --format html on standard output', async () => {
    const { stdout, code } = await countersign('verify', '--lang', 'vi', '--html', at('report.html'), at('plain.pdf'))
    expect(code).toBe(3)
    expect(stdout).toContain('CHƯA KÝ SỐ')
    const html = readFileSync(at('report.html'), 'utf8')
    expect(html).toContain('<bdi>plain.pdf</bdi>')
    expect((await countersign('verify', '--lang', 'vi', '--format', 'html', at('plain.pdf'))).stdout).toBe(html)
  })

  test('--format json is --json; both words must agree', async () => {
    const json = await countersign('verify', '--json', at('plain.pdf'))
    expect((await countersign('verify', '--format', 'json', at('plain.pdf'))).stdout).toBe(json.stdout)
    expect((await countersign('verify', '--json', '--format', 'html', at('plain.pdf'))).code).toBe(64)
    const etsi = await countersign('verify', '--format', 'etsi', at('plain.pdf'))
    expect(etsi.stdout).toContain('<ValidationReport xmlns="http://uri.etsi.org/19102/v1.4.1#"')
  })
})

describe('the report as PDF', () => {
  const key = ['--p12', certificate('officer.p12'), '--password-file']

  test('equal inputs give equal files; signed, it verifies and certifies itself', async () => {
    writeFileSync(at('password'), 'test')
    const draw = (out: string, ...more: string[]): Promise<Ran> =>
      countersign('verify', '--lang', 'vi', '--report-pdf', at(out), ...more, at('plain.pdf'))
    expect((await draw('a.pdf')).code).toBe(3)
    await draw('b.pdf')
    expect(readFileSync(at('b.pdf')).equals(readFileSync(at('a.pdf')))).toBe(true)
    await draw('signed.pdf', ...key, at('password'))
    await draw('again.pdf', ...key, at('password'))
    expect(readFileSync(at('again.pdf')).equals(readFileSync(at('signed.pdf')))).toBe(true)
    expect(
      readFileSync(at('signed.pdf'))
        .subarray(0, readFileSync(at('a.pdf')).length)
        .equals(readFileSync(at('a.pdf'))),
    ).toBe(true)
    const crls = ['root', 'ca-vn'].flatMap((name) => ['--crl', certificate(`crl-${name}.der`)])
    const checked = await countersign('verify', '--json', '--trust', certificate('root.pem'), ...crls, at('signed.pdf'))
    expect(reports(checked)[0]).toMatchObject({
      overall: 'valid',
      signatures: [{ role: 'certification', times: { claimed: '2026-11-01T00:00:00.000Z' } }],
    })
  })

  test('a key without --report-pdf is a mistake, a wrong password an error', async () => {
    expect((await countersign('verify', ...key, at('password'), at('plain.pdf'))).code).toBe(64)
    writeFileSync(at('wrong'), 'no')
    const { code, stderr } = await countersign(
      'verify',
      '--report-pdf',
      at('never.pdf'),
      ...key,
      at('wrong'),
      at('plain.pdf'),
    )
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^P12_PASSWORD_WRONG: /)])
    expect(existsSync(at('never.pdf'))).toBe(false)
  })
})

test('doctor: why another viewer may complain; what it finds is no error', async () => {
  const plainly = await countersign('doctor', at('plain.pdf'))
  expect([plainly.code, plainly.stdout]).toEqual([
    0,
    expect.stringContaining('Nothing was found that makes other viewers'),
  ])
  const broken = await countersign('doctor', '--json', '--lang', 'vi', at('text.pdf'))
  expect(broken.code).toBe(0)
  expect(JSON.parse(broken.stdout)).toMatchObject({ overall: 'unreadable', diagnoses: [{ code: 'NOT_READABLE' }] })
})

test('A-30: --expected-sha256 demands the one file a register knows', async () => {
  const right = await countersign(
    'verify',
    '--json',
    '--expected-sha256',
    `sha256:${sha256.toUpperCase()}`,
    at('plain.pdf'),
  )
  expect(reports(right)[0]).toMatchObject({ overall: 'unsigned', findings: [] })
  const wrong = await countersign('verify', '--expected-sha256', '0'.repeat(64), at('plain.pdf'))
  expect(wrong.code).toBe(1)
  expect(wrong.stdout).toContain(
    `This is not the expected document: its SHA-256 is ${sha256}, expected ${'0'.repeat(64)}.`,
  )
  expect(wrong.stdout).toContain('it is another one than the one on record')
})
