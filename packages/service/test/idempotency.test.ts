import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { act, bringTo, client, noticePdf, standingOf, startOffice } from './support/running-office.ts'
import type { Answer, RunningOffice } from './support/running-office.ts'

let office: RunningOffice
let data: string

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'countersign-replay-'))
  office = await startOffice({ data })
})

afterAll(async () => {
  await office.stop()
  await rm(data, { recursive: true, force: true })
})

const KEY = { 'idempotency-key': 'sign-once-0001' }

describe('REQ-06 an act with an Idempotency-Key happens once', () => {
  test('100 equal requests to sign, in parallel and across a restart: one signature, the same answer', async () => {
    const approved = await bringTo(office, 'approved')
    const answers = await Promise.all(Array.from({ length: 50 }, () => act(office, approved, 'signed', KEY)))
    const done = answers.filter(({ status }) => status === 201)
    const running = answers.filter(({ status }) => status !== 201)
    expect(done.length).toBeGreaterThan(0)
    expect(running.every(({ body }) => body.code === 'idempotency.running')).toBe(true)

    await office.running.close()
    const before = office.people.dung.key
    office = await startOffice({ data })
    const again: Answer[] = []
    for (let i = 0; i < 50; i++) {
      const dung = client(office.running.url, before)
      const headers = { 'if-match': approved.etag, ...KEY }
      again.push(
        await dung.send('POST', `/v1/documents/${approved.id}/signatures`, { sha256: approved.sha256 }, headers),
      )
    }
    const bodies = new Set([...done, ...again].map(({ body, etag }) => JSON.stringify([body, etag])))
    expect(bodies.size).toBe(1)
    const { body } = await office.people.kiem.send('GET', '/v1/audit?limit=1000')
    expect(body.entries.filter(({ event }: { event: string }) => event === 'signed')).toHaveLength(1)
  })

  test('the same key with another body, target or file is refused', async () => {
    const { lan } = office.people
    const headers = { 'idempotency-key': 'draft-0001' }
    const path = '/v1/documents?title=a&symbol=TB-SNV'
    const pdf = await noticePdf()
    const first = await lan.sendPdf('POST', path, pdf, headers)
    const replay = await lan.sendPdf('POST', path, pdf, headers)
    expect([replay.status, replay.body.id, replay.etag]).toEqual([201, first.body.id, first.etag])
    expect(replay.headers.get('location')).toBe(first.headers.get('location'))
    const longer = new Uint8Array([...pdf, 10])
    for (const answer of [
      await lan.sendPdf('POST', path, longer, headers),
      await lan.sendPdf('POST', `${path}&x=1`.replace('title=a', 'title=b').replace('&x=1', ''), pdf, headers),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([422, 'idempotency.mismatch'])
    }
    // Another person's key of the same text is another key.
    expect((await (await office.person('moi', 'drafter')).sendPdf('POST', path, pdf, headers)).body.id).not.toBe(
      first.body.id,
    )
  })

  test('after a refusal the key is free again', async () => {
    const draft = await bringTo(office, 'draft')
    const headers = { 'idempotency-key': 'submit-0001' }
    const wrong = await act(office, { ...draft, etag: '"draft-9"' }, 'submitted', headers)
    expect(wrong.status).toBe(412)
    expect(standingOf(await act(office, draft, 'submitted', headers)).document.state).toBe('submitted')
  })

  test('a key that is none is refused', async () => {
    const answer = await office.people.lan.sendPdf('POST', '/v1/documents?title=a&symbol=TB-SNV', await noticePdf(), {
      'idempotency-key': 'short',
    })
    expect(answer.body.errors).toEqual([{ pointer: '/headers/idempotency-key', code: 'invalid_format' }])
  })

  test('the secret of an API key is not kept for replays', async () => {
    const admin = await office.person('quantri', 'admin')
    const body = { person: 'moi2', name: 'Mới', roles: ['drafter'] }
    const headers = { 'idempotency-key': 'key-000001' }
    const first = await admin.send('POST', '/v1/api-keys', body, headers)
    const replay = await admin.send('POST', '/v1/api-keys', body, headers)
    expect(replay.body.id).toBe(first.body.id)
    expect(first.body.key).toMatch(/^cs_/u)
    expect(replay.body.key).toBe('shown once')
  })
})
