import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { suiteTest } from '../../../test/support/witnesses.ts'
import { ROUTES } from '../src/http/app.ts'
import { act, advance, bringTo, noticePdf, standingOf, startOffice } from './support/running-office.ts'
import type { RunningOffice } from './support/running-office.ts'

let office: RunningOffice

beforeAll(async () => {
  office = await startOffice()
})

afterAll(() => office.stop())

// Every answer is also held against its documented problems by the client of these tests.

suiteTest(
  'corpus',
  'REQ-10 every hard input gets a verdict or a 422, never a 500',
  (folder) => checkAll(folder),
  300_000,
)

async function checkAll(folder: string): Promise<void> {
  const inputs = join(folder, 'inputs')
  const names = readdirSync(inputs).filter((name) => name.endsWith('.pdf'))
  expect(names.length).toBeGreaterThan(100)
  const unexpected: string[] = []
  for (const name of names) {
    const { status } = await office.nobody.sendPdf('POST', '/v1/validations', readFileSync(join(inputs, name)))
    if (status !== 200 && status !== 422) unexpected.push(`${name}: ${status}`)
  }
  expect(unexpected).toEqual([])
}

suiteTest('corpus', 'an encrypted draft cannot be signed, and the answer says why', async (folder) => {
  const encrypted = readFileSync(join(folder, 'inputs', 'pyhanko-minimal-aes256.pdf'))
  const approved = await bringTo(office, 'approved', encrypted)
  const { status, body } = await act(office, approved, 'signed')
  expect([status, body.code, body.coreCode]).toEqual([422, 'pdf.notSignable', 'PDF_PASSWORD_NEEDED'])
  // The approval is not used up by a failure.
  expect((await office.people.dung.send('GET', `/v1/documents/${approved.id}`)).body.state).toBe('approved')
})

test('ERR-03 random bytes cut out of, or put into, a PDF get a verdict or a 422', async () => {
  const pdf = await noticePdf()
  const edit = fc.record({ at: fc.nat(pdf.length), cut: fc.nat(5000), put: fc.uint8Array({ maxLength: 200 }) })
  for (const { at, cut, put } of fc.sample(edit, { numRuns: 60, seed: 1 })) {
    const changed = new Uint8Array([...pdf.subarray(0, at), ...put, ...pdf.subarray(at + cut)])
    const { status } = await office.nobody.sendPdf('POST', '/v1/validations', changed)
    expect([200, 422]).toContain(status)
  }
}, 120_000)

test('ERR-03 random JSON in every body is a client error', async () => {
  const draft = await bringTo(office, 'draft')
  const everything = await office.person(
    'moi',
    'drafter',
    'officer',
    'clerk',
    'admin',
    'content-reviewer',
    'form-reviewer',
  )
  const jsonRoutes = ROUTES.filter(({ body }) => body.type === 'json')
  expect(jsonRoutes.length).toBeGreaterThan(7)
  for (const route of jsonRoutes) {
    for (const value of fc.sample(fc.jsonValue({ maxDepth: 3 }), { numRuns: 30, seed: 7 })) {
      const path = route.path.replace('{id}', draft.id)
      const { status } = await everything.send('POST', path, value, { 'if-match': draft.etag })
      expect([route.path, status >= 400 && status < 500]).toEqual([route.path, true])
    }
  }
}, 120_000)

test('a draft whose officer field is signed already is refused, and nothing is overwritten', async () => {
  const first = await bringTo(office, 'signed')
  const file = await office.people.lan.send('GET', `/v1/documents/${first.id}/file`)
  const approved = await bringTo(office, 'approved', file.body)
  const { status, body } = await act(office, approved, 'signed')
  // The prepared officer field is taken already: core says so, nothing is overwritten.
  expect([status, body.coreCode]).toEqual([422, 'FIELD_SIGNED'])
  expect(standingOf(await act(office, first, 'sealed')).document.state).toBe('sealed')
  expect((await advance(office, await bringTo(office, 'sealed'), 'issued')).document.state).toBe('issued')
})
