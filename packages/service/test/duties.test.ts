import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { act, advance, bringTo, noticePdf, standingOf, startOffice } from './support/running-office.ts'
import type { Answer, Client, RunningOffice, Standing } from './support/running-office.ts'

let office: RunningOffice
let everything: Client

beforeAll(async () => {
  office = await startOffice()
  // Somebody with every role: only the duties can stop this person.
  everything = await office.person('moi', 'drafter', 'content-reviewer', 'form-reviewer', 'officer', 'clerk')
})

afterAll(() => office.stop())

function post(who: Client, at: Standing, path: string, body: unknown): Promise<Answer> {
  return who.send('POST', `/v1/documents/${at.id}/${path}`, body, { 'if-match': at.etag })
}

async function draftOf(who: Client): Promise<Standing> {
  return standingOf(
    await who.sendPdf('POST', '/v1/documents?title=Th%C3%B4ng%20b%C3%A1o&symbol=TB-SNV', await noticePdf()),
  )
}

describe('each rule of Decree 30 by the requests that would break it', () => {
  test('D30-01 a document with the officer signature alone is signed, not issued', async () => {
    const signed = await bringTo(office, 'signed')
    expect(signed.document.state).toBe('signed')
    const answer = await post(office.people.giang, signed, 'issuance', {})
    expect([answer.status, answer.body.code]).toEqual([409, 'state.conflict'])
    expect((await office.people.giang.send('GET', '/v1/register/entries')).body.entries).toEqual([])
  })

  test('D30-02 the original is the file signed by the competent person, byte for byte the approved one before it', async () => {
    const approved = await bringTo(office, 'approved')
    const signed = await advance(office, approved, 'signed')
    const file = await office.people.dung.send('GET', `/v1/documents/${signed.id}/file`)
    const draft = await noticePdf()
    expect(Buffer.compare(file.body.subarray(0, draft.length), draft)).toBe(0)
    expect(signed.document.approved.sha256).toBe(approved.sha256)
    expect(signed.document.file.length).toBeGreaterThan(draft.length)
  })

  test('D30-03 content and form are checked by two persons, neither of them the drafter', async () => {
    const own = standingOf(await post(everything, await draftOf(everything), 'submissions', {}))
    for (const kind of ['content', 'form']) {
      const answer = await post(everything, own, 'reviews', { kind, outcome: 'passed', sha256: own.sha256 })
      expect([answer.status, answer.body.code, answer.body.rule]).toEqual([403, 'duty.conflict', 'D30-03'])
    }
    const other = await bringTo(office, 'submitted')
    const review = { kind: 'content', outcome: 'passed', sha256: other.sha256 }
    const half = standingOf(await post(everything, other, 'reviews', review))
    const answer = await post(everything, half, 'reviews', { ...review, kind: 'form' })
    expect([answer.status, answer.body.code]).toEqual([403, 'duty.conflict'])
    expect(half.document.state).toBe('submitted')
  })

  test('D30-04 nobody approves his own draft; approved bytes that change go back for approval', async () => {
    let own = standingOf(await post(everything, await draftOf(everything), 'submissions', {}))
    own = await advance(office, own, 'reviewed')
    const self = await post(everything, own, 'approvals', { outcome: 'approved', sha256: own.sha256 })
    expect([self.status, self.body.code]).toEqual([403, 'duty.conflict'])

    const approved = await bringTo(office, 'approved')
    const changed = await noticePdf()
    const longer = new Uint8Array([...changed, 0x0a])
    const path = `/v1/documents/${approved.id}/file`
    const draft = standingOf(await office.people.lan.sendPdf('PUT', path, longer, { 'if-match': approved.etag }))
    expect(draft.document).toMatchObject({ state: 'draft', approved: null })
    const signing = await act(office, { ...approved, etag: draft.etag }, 'signed')
    expect([signing.status, signing.body.code]).toEqual([409, 'hash.notApproved'])
    const signingNew = await act(office, draft, 'signed')
    expect([signingNew.status, signingNew.body.code]).toEqual([409, 'hash.notApproved'])
  })

  test('D30-05 the agency signs by the act of a named clerk; no other role can make it', async () => {
    const signed = await bringTo(office, 'signed')
    for (const who of [office.people.lan, office.people.dung, office.people.kiem]) {
      const answer = await post(who, signed, 'seal', {})
      expect([answer.status, answer.body.code]).toEqual([403, 'auth.forbidden'])
    }
    const sealed = await advance(office, signed, 'sealed')
    const entry = sealed.document.history.at(-1)
    expect([entry.type, entry.by]).toEqual(['sealed', { id: 'giang', name: 'Võ Thị Giang' }])
  })

  test('D30-06 no seal before the officer has signed', async () => {
    const approved = await bringTo(office, 'approved')
    const answer = await act(office, approved, 'sealed')
    expect([answer.status, answer.body.code]).toEqual([409, 'state.conflict'])
  })

  test('D30-09 the officer cannot number and seal, not even with the role', async () => {
    const approved = await bringTo(office, 'approved')
    const officer = await office.person('dung', 'officer', 'clerk')
    const signed = standingOf(await post(officer, approved, 'signatures', { sha256: approved.sha256 }))
    const answer = await post(officer, signed, 'seal', {})
    expect([answer.status, answer.body.code, answer.body.rule]).toEqual([403, 'duty.conflict', 'D30-09'])
    expect(answer.body.text.vi).toBe('Một người không thể đảm nhận hai nhiệm vụ trên cùng một văn bản.')
  })

  test('VN-03 approval names the bytes: another hash approves nothing', async () => {
    const reviewed = await bringTo(office, 'reviewed')
    const answer = await post(office.people.dung, reviewed, 'approvals', {
      outcome: 'approved',
      sha256: `sha256:${'0'.repeat(64)}`,
    })
    expect([answer.status, answer.body.code]).toEqual([409, 'hash.mismatch'])
  })

  test('a document comes back with a reason, is corrected, and goes the way again', async () => {
    const reviewed = await bringTo(office, 'reviewed')
    const reason = 'Mục II thiếu thời hạn khắc phục'
    const returned = standingOf(await post(office.people.dung, reviewed, 'approvals', { outcome: 'returned', reason }))
    expect(returned.document).toMatchObject({ state: 'draft', approved: null })
    expect(returned.document.history.at(-1)).toMatchObject({ type: 'returned', reason })
    const again = await advance(office, await advance(office, returned, 'submitted'), 'reviewed')
    expect((await advance(office, again, 'approved')).document.state).toBe('approved')
  })

  test('refusals are part of the audit log', async () => {
    const log = await office.people.kiem.send('GET', '/v1/audit?limit=1000')
    const refused = log.body.entries.filter((entry: { event: string }) => entry.event === 'refused')
    expect(refused.map((entry: { data: { code: string } }) => entry.data.code)).toEqual(
      expect.arrayContaining(['duty.conflict', 'hash.notApproved', 'auth.forbidden', 'state.conflict']),
    )
    expect(log.body).toMatchObject({ intact: true, firstBad: null })
  })
})
