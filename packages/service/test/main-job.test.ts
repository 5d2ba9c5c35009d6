import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { act, bringTo, noticePdf, startOffice } from './support/running-office.ts'
import type { RunningOffice } from './support/running-office.ts'

let office: RunningOffice

beforeAll(async () => {
  office = await startOffice()
})

afterAll(() => office.stop())

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('from draft to issue', () => {
  test('the whole way: drafted, reviewed twice, approved, signed, numbered and sealed, issued, verified', async () => {
    const issued = await bringTo(office, 'issued')
    expect(issued.document).toMatchObject({ state: 'issued', code: '01/TB-SNV', test: true })
    expect(issued.document.registerEntry).toMatchObject({ seq: 1, number: 1, signer: 'Phạm Văn Dũng' })
    const file = await office.people.kiem.send('GET', `/v1/documents/${issued.id}/file`)
    expect(`sha256:${sha256(file.body)}`).toBe(issued.sha256)
    const draft = await noticePdf()
    // W1: nothing of the approved bytes was rewritten.
    expect(sha256(file.body.subarray(0, draft.length))).toBe(sha256(draft))
    const verdict = await office.nobody.sendPdf('POST', '/v1/validations', file.body)
    expect(verdict.body).toMatchObject({ verdict: 'valid', signatureCount: 2, validCount: 2 })
  })
})

test('an act answers with the ETag the next one needs', async () => {
  const draft = await bringTo(office, 'draft')
  const answer = await act(office, draft, 'submitted')
  expect(answer.etag).toBe('"submitted-2"')
})
