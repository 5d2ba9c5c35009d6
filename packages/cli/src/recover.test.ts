import { expect, test } from '@jest/globals'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../../test/support/witnesses.ts'
import { run } from './run.ts'

/** The command line in this process. */
async function countersign(words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', '']
  const code = await run(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment: {},
    now: () => new Date('2026-11-01T00:00:00Z'),
    signal: new AbortController().signal,
  })
  return { code, stdout, stderr }
}

test('sign --in-place appends to the file, recover cuts a half-written signature off again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-recover-'))
  try {
    const file = join(folder, 'in-place')
    copyFileSync(join(root, 'examples', 'data', 'letter.pdf'), file)
    const old = readFileSync(file)
    const key = join(root, 'certs-test', 'officer.key')
    const signing = ['--key', key, '--cert', join(root, 'certs-test', 'officer.pem')]
    expect(await countersign(['sign', ...signing, '--in-place', file])).toMatchObject({ code: 0 })
    const signed = readFileSync(file)
    expect(signed.subarray(0, old.length).equals(old) && signed.length > old.length).toBe(true)
    expect(readdirSync(folder)).toEqual(['in-place'])

    const section = signed.subarray(old.length)
    const owner = { pid: 999_999_999, host: hostname(), boot: '', started: '' }
    const header = { schema: 'countersign/journal/1', id: 'a', owner, length: old.length, section: section.length }
    writeFileSync(file, signed.subarray(0, old.length + 50))
    writeFileSync(
      join(folder, '.in-place.countersign-journal'),
      Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), section]),
    )
    const { code, stdout } = await countersign(['recover', '--force', '--json', file])
    expect({ code, recovery: (JSON.parse(stdout) as { recovery: string }).recovery }).toEqual({
      code: 0,
      recovery: 'restored',
    })
    expect(readFileSync(file).equals(old)).toBe(true)
    expect(readdirSync(folder)).toEqual(['in-place'])

    // An output of that name is a file like any other.
    expect(await countersign(['sign', ...signing, '--in-place', file, file])).toMatchObject({ code: 64 })
    expect((await countersign(['recover', join(folder, 'none')])).stderr).toMatch(/^FILE_NOT_FOUND: /)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
