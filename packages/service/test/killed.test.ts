import { afterAll, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { act, bringTo, client, layOutTestPki, peopleOf, standingOf, startOffice } from './support/running-office.ts'
import type { People, Standing } from './support/running-office.ts'

const DOCUMENTS = 8
const folders: string[] = []
const children: ChildProcess[] = []

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function spawnService(data: string): Promise<{ child: ChildProcess; url: string; key: string }> {
  const script = fileURLToPath(new URL('./support/serve-child.ts', import.meta.url))
  const flags = ['--conditions=@countersign/source', '--experimental-strip-types', '--no-warnings']
  const child = spawn(process.execPath, [...flags, script, data], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const line = await new Promise<string>((done) => createInterface({ input: child.stdout }).once('line', done))
  return { child, ...(JSON.parse(line) as { url: string; key: string }) }
}

/** Kills the service some time after all seals were asked for, starts it again and finishes the work. */
async function killAfter(milliseconds: number): Promise<{ codes: string[]; sealedBefore: number; intact: boolean }> {
  const data = await mkdtemp(join(tmpdir(), 'countersign-killed-'))
  folders.push(data)
  await layOutTestPki(data)
  const { child, url, key } = await spawnService(data)
  const admin = client(url, key)
  const people = await peopleOf(async (person, name, role) => {
    const { body } = await admin.send('POST', '/v1/api-keys', { person, name, roles: [role] })
    return client(url, body.key)
  })
  const signed: Standing[] = []
  for (let i = 0; i < DOCUMENTS; i++) signed.push(await bringTo({ people }, 'signed'))
  const asked = Promise.allSettled(signed.map((at) => act({ people }, at, 'sealed')))
  await new Promise((done) => setTimeout(done, milliseconds))
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGKILL')
  await Promise.all([gone, asked])

  // A minute later, by its own clock: whatever the dead process had claimed is free again (REL-01).
  const office = await startOffice({ data, now: () => new Date(Date.now() + 60_000) })
  const again: People = await peopleOf((person) => Promise.resolve(client(office.running.url, people[person].key)))
  const codes: string[] = []
  let sealedBefore = 0
  for (const { id, sha256 } of signed) {
    const found = await again.giang.send('GET', `/v1/documents/${id}`)
    if (found.body.state === 'sealed') sealedBefore += 1
    const at = { id, sha256, etag: found.etag, document: found.body }
    const sealed = found.body.state === 'sealed' ? at : standingOf(await act({ people: again }, at, 'sealed'))
    const history: { type: string }[] = sealed.document.history
    expect(history.filter(({ type }) => type === 'sealed')).toHaveLength(1)
    const issued = await act({ people: again }, sealed, 'issued')
    codes.push(standingOf(issued).document.code)
  }
  const audit = await again.kiem.send('GET', '/v1/audit')
  await office.stop()
  return { codes, sealedBefore, intact: audit.body.intact }
}

test.each([60, 300])(
  'REQ-05 REQ-07 killed %i ms into the seals: numbers contiguous, one seal per document, all of them issued after the restart',
  async (milliseconds) => {
    const { codes, intact } = await killAfter(milliseconds)
    const numbers = codes.map((code) => Number(code.split('/')[0])).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: DOCUMENTS }, (_, index) => index + 1))
    expect(intact).toBe(true)
  },
  60_000,
)
