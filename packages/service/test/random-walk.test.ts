// The workflow's rules are proven over their pure functions; here random persons send random requests to the running service, and
// what came of it is judged by the audit log and the files alone.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { noticePdf, standingOf, startOffice } from './support/running-office.ts'
import type { Answer, Client, RunningOffice } from './support/running-office.ts'

const PERSONS = ['mot', 'hai', 'ba', 'bon', 'nam'] as const
const ROLES = ['drafter', 'content-reviewer', 'form-reviewer', 'officer', 'clerk'] as const
const ACTS = [
  'submissions',
  'content',
  'form',
  'approvals',
  'signatures',
  'seal',
  'issuance',
  'file',
  'return',
] as const
const WALKS = 25

let office: RunningOffice
let clients: readonly Client[]
let files: readonly Uint8Array[]

beforeAll(async () => {
  office = await startOffice()
  clients = await Promise.all(PERSONS.map((person) => office.person(person, ...ROLES)))
  const pdf = await noticePdf()
  files = [pdf, new Uint8Array([...pdf, 10]), new Uint8Array([...pdf, 10, 10])]
})

afterAll(() => office.stop())

interface Step {
  readonly person: number
  readonly onward: boolean
  readonly act: (typeof ACTS)[number]
  readonly file: number
  readonly stale: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  person: fc.nat(PERSONS.length - 1),
  onward: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  act: fc.constantFrom(...ACTS),
  file: fc.nat(2),
  stale: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
})

const ONWARD: Readonly<Record<string, (typeof ACTS)[number]>> = {
  draft: 'submissions',
  reviewed: 'approvals',
  approved: 'signatures',
  signed: 'seal',
  sealed: 'issuance',
}

function send(who: Client, at: Answer, { act, file, stale }: Step, hashes: readonly string[]): Promise<Answer> {
  const path = `/v1/documents/${at.body.id}`
  const headers = { 'if-match': at.etag }
  const sha256 = stale ? hashes[file] : at.body.file.sha256
  const post = (name: string, body: unknown): Promise<Answer> => who.send('POST', `${path}/${name}`, body, headers)
  if (act === 'file') return who.sendPdf('PUT', `${path}/file`, files[file]!, headers)
  if (act === 'content' || act === 'form') return post('reviews', { kind: act, outcome: 'passed', sha256 })
  if (act === 'return') return post('approvals', { outcome: 'returned', reason: 'r' })
  if (act === 'approvals') return post('approvals', { outcome: 'approved', sha256 })
  return post(act, act === 'signatures' ? { sha256 } : {})
}

async function walk(steps: readonly Step[], hashes: readonly string[]): Promise<Answer> {
  let at = await clients[0]!.sendPdf('POST', '/v1/documents?title=a&symbol=TB-SNV', files[0]!)
  let reviews = 0
  for (const chosen of steps) {
    const next = at.body.state === 'submitted' ? (reviews++ % 2 === 0 ? 'content' : 'form') : ONWARD[at.body.state]
    const act = chosen.onward ? (next ?? chosen.act) : chosen.act
    const answer = await send(clients[chosen.person]!, at, { ...chosen, act }, hashes)
    expect(answer.status).toBeLessThan(500)
    if (answer.status < 300) at = answer
  }
  return at
}

interface AuditEntry {
  readonly event: string
  readonly actor: string
  readonly document: string | null
  readonly data: Readonly<Record<string, string>>
}

function judge(entries: readonly AuditEntry[]): void {
  const authors = new Set<string>()
  let round: AuditEntry[] = []
  for (const entry of entries) {
    if (['created', 'fileReplaced', 'returned'].includes(entry.event)) round = []
    if (entry.event === 'created' || entry.event === 'fileReplaced') authors.add(entry.actor)
    const actors = (event: string): string[] => round.filter((past) => past.event === event).map(({ actor }) => actor)
    if (
      entry.event === 'approved' ||
      entry.event === 'signed' ||
      entry.event === 'sealed' ||
      entry.event === 'issued'
    ) {
      expect(authors.has(entry.actor)).toBe(false)
    }
    if (entry.event === 'approved') expect(actors('reviewed').slice(-2)).not.toContain(entry.actor)
    if (entry.event === 'signed') {
      expect(round.filter(({ event }) => event === 'approved').map(({ data }) => data['sha256'])).toEqual([
        entry.data['over'],
      ])
    }
    if (entry.event === 'sealed') {
      expect(actors('signed')).toHaveLength(1)
      expect([...actors('approved'), ...actors('signed')]).not.toContain(entry.actor)
    }
    if (entry.event === 'issued') expect(actors('sealed')).toHaveLength(1)
    round.push(entry)
  }
}

test('REQ-02 random requests of random persons: what is signed was approved, what is sealed was signed, by others each time', async () => {
  const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
  const hashes = files.map((bytes) => `sha256:${hash(bytes)}`)
  const walks = fc.sample(fc.array(step, { minLength: 40, maxLength: 60 }), { numRuns: WALKS, seed: 118 })
  const ends: Answer[] = []
  for (const steps of walks) ends.push(await walk(steps, hashes))
  const entries: AuditEntry[] = []
  for (let after = 0; ; after += 1000) {
    const { body } = await office.people.kiem.send('GET', `/v1/audit?limit=1000&after=${after}`)
    expect(body.intact).toBe(true)
    entries.push(...body.entries)
    if (body.entries.length < 1000) break
  }
  for (const { body } of ends)
    judge(entries.filter(({ document, event }) => document === body.id && event !== 'refused'))
  const issued = ends.filter(({ body }) => body.state === 'issued' || body.state === 'sealed')
  expect(issued.length).toBeGreaterThan(3)
  expect(entries.filter(({ event }) => event === 'refused').length).toBeGreaterThan(100)
  for (const { body } of issued) {
    const file = await clients[0]!.send('GET', `/v1/documents/${body.id}/file`)
    const verdict = await office.nobody.sendPdf('POST', '/v1/validations', file.body)
    expect([verdict.body.verdict, verdict.body.validCount]).toEqual(['valid', 2])
    expect(`sha256:${hash(file.body.subarray(0, body.approved.length))}`).toBe(body.approved.sha256)
  }
  expect(standingOf(issued[0]!).id).not.toBe('')
}, 300_000)
