import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { root } from '../../../test/support/witnesses.ts'
import { initTestPki } from '../src/index.ts'
import { staticFiles } from '../src/static.ts'
import { clock } from './support.ts'

test('certs-test/ is what the committed keys and the declaration make', () => {
  const folder = join(root, 'certs-test')
  const files = staticFiles()
  expect(readdirSync(folder).sort()).toEqual(['README.md', ...files.keys()].sort())
  for (const [name, content] of files) {
    expect([name, readFileSync(join(folder, name)).equals(Buffer.from(content as string))]).toEqual([name, true])
  }
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('never trust these')
})

// REL-13
test('a throw-away PKI says TEST everywhere, lasts 30 days and is never overwritten', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-init-'))
  try {
    const made = await initTestPki(folder, { clock, password: 'test', organisation: 'Sở Nội vụ' })
    for (const name of made.pki.names) {
      const actor = made.pki.actors[name]
      expect(actor.toX509().subject).toContain('TEST')
      expect(actor.notAfter.getTime() - clock().getTime()).toBe(30 * 86_400_000)
    }
    expect(statSync(made.p12.officer).mode & 0o777).toBe(0o600)
    await expect(initTestPki(folder, { clock, password: 'test' })).rejects.toMatchObject({ code: 'EEXIST' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('two throw-away PKIs share no key', async () => {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'countersign-init-')))
  const made = await Promise.all(folders.map((folder) => initTestPki(folder, { clock, password: 'test' })))
  const hashes = made.flatMap(({ pki }) =>
    pki.names.map((name) => Buffer.from(pki.actors[name].publicKey).toString('hex')),
  )
  expect(new Set(hashes).size).toBe(16)
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
