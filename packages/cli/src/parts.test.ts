import { describe, expect, test } from '@jest/globals'
import { isRecent, serveCommand } from './commands/serve.ts'
import { matchesSigner } from './expected-signer.ts'
import { languageOf, painter, progress } from './terminal.ts'
import type { Terminal } from './terminal.ts'
import { writeOutput } from './files.ts'
import { run } from './run.ts'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inFolder } from '../test/command.ts'

const memory = (
  isTTY = false,
  environment: Record<string, string> = {},
): Terminal & { out: string[]; err: string[] } => {
  const out: string[] = []
  const err: string[] = []
  return {
    out,
    err,
    stdout: { isTTY, write: (text) => out.push(text) },
    stderr: { isTTY, write: (text) => err.push(text) },
    environment,
    now: () => new Date('2026-10-12T00:00:00Z'),
    signal: new AbortController().signal,
  }
}

describe('serve', () => {
  test('NODE_TOO_OLD on Node before 22.16', async () => {
    expect(['v20.19.0', 'v22.12.0', 'v22.15.9', 'v21.0.0'].map(isRecent)).toEqual([false, false, false, false])
    expect(['v22.16.0', 'v24.0.0', 'v23.0.0'].map(isRecent)).toEqual([true, true, true])
    await expect(serveCommand([], memory(), 'v20.19.0')).rejects.toMatchObject({
      name: 'UsageError',
      code: 'NODE_TOO_OLD',
    })
  })
})

describe('colours', () => {
  test('only on a terminal that wants them', () => {
    const red = (isTTY: boolean, environment: Record<string, string>): string =>
      painter({ isTTY, write: () => 0 }, environment)('bad', 'x')
    expect(red(true, {})).toBe('\u001B[31mx\u001B[0m')
    expect([red(false, {}), red(true, { NO_COLOR: '1' }), red(true, { TERM: 'dumb' })]).toEqual(['x', 'x', 'x'])
  })

  test('progress only on a terminal, and wiped', () => {
    const shown = memory(true)
    const bar = progress(shown.stderr)
    bar.show('1/2')
    bar.clear()
    expect(shown.err.join('')).toBe('\r\u001B[K1/2\r\u001B[K')
    const hidden = memory(false)
    progress(hidden.stderr).show('1/2')
    expect(hidden.err).toEqual([])
  })
})

test('language: option, then locale, then English', () => {
  expect(languageOf('vi', {})).toBe('vi')
  expect(languageOf(undefined, { LANG: 'vi_VN.UTF-8' })).toBe('vi')
  expect(languageOf(undefined, { LC_ALL: 'C', LANG: 'vi_VN.UTF-8' })).toBe('en')
  expect(languageOf(undefined, {})).toBe('en')
})

test('an interrupt leaves nothing and says so', async () => {
  const aborted = new AbortController()
  aborted.abort()
  const terminal = { ...memory(), signal: aborted.signal }
  const root = join(import.meta.dirname, '..', '..', '..')
  await inFolder(async (folder) => {
    const options = [
      '--key',
      join(root, 'certs-test', 'officer-ec.key'),
      '--cert',
      join(root, 'certs-test', 'officer-ec.pem'),
    ]
    const code = await run(['sign', ...options, join(root, 'package.json'), join(folder, 'out.pdf')], terminal)
    expect(code).toBe(1)
    expect(readdirSync(folder)).toEqual([])
  })
})

test('an output that cannot be renamed into place leaves no temporary file', async () => {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, 'taken', 'inside'), { recursive: true })
    await expect(writeOutput(join(folder, 'taken'), new Uint8Array(3))).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
    })
    expect(readdirSync(folder)).toEqual(['taken'])
    expect(existsSync(join(folder, 'taken', 'inside'))).toBe(true)
  })
})

describe('--signer', () => {
  const signature = (subject: string): Parameters<typeof matchesSigner>[0] =>
    ({ signer: { subject, sha256: 'ab'.repeat(32) } }) as Parameters<typeof matchesSigner>[0]
  test('escaped subjects are found by what they say', () => {
    const subject = 'CN=Lê\\, Văn A,UID=MST:0000000029,O=Sở Nội vụ\\2C tỉnh'
    expect(matchesSigner(signature(subject), 'lê, văn a')).toBe(true)
    expect(matchesSigner(signature(subject), 'Sở Nội vụ, tỉnh')).toBe(true)
    expect(matchesSigner(signature(subject), 'MST:0000000029')).toBe(true)
    expect(matchesSigner(signature(subject), 'AB'.repeat(32))).toBe(true)
    expect(matchesSigner(signature(subject), 'cd'.repeat(32))).toBe(false)
  })
})
