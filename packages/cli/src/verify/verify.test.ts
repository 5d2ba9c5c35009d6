import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { VerificationReport } from '@countersign/core'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hungryPdf } from '../../../../test/support/hungry-pdf.ts'
import { twoPages } from '../../../core/test/support/make-pdf.ts'
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
  writeFileSync(at('hungry.pdf'), hungryPdf(2, 60))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a batch', () => {
  test('a file that wants too much memory gets its line, the others theirs, in order; --jobs changes nothing', async () => {
    const others = ['not-there.pdf', 'text.pdf', 'plain.pdf'].map(at)
    const cap = ['verify', '--json', '--max-memory', '150', '--jobs']
    const two = await countersign(...cap, '2', at('plain.pdf'), at('hungry.pdf'), ...others)
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
    const one = await countersign(...cap, '1', ...others)
    expect(one.stdout).toBe(two.stdout.split('\n').slice(2).join('\n'))
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
  })
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
