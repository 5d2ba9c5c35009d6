import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { createLog, describeError } from '../src/http/log.ts'
import { act, bringTo, client, noticePdf, startOffice } from './support/running-office.ts'
import type { RunningOffice } from './support/running-office.ts'

let office: RunningOffice

beforeAll(async () => {
  office = await startOffice({ freshKeys: true })
})

afterAll(() => office.stop())

test('SEC-14 VN-25 planted secrets and personal data never reach the log', async () => {
  const title = 'CCCD 012345678901 MST 0101234567'
  const { lan } = office.people
  const pdf = await noticePdf()
  await lan.sendPdf('POST', `/v1/documents?title=${encodeURIComponent(title)}&symbol=TB-SNV`, pdf)
  await lan.sendPdf('POST', `/v1/documents?title=${encodeURIComponent(title)}&password=hunter2`, pdf)
  await act(office, await bringTo(office, 'signed'), 'sealed')
  await client(office.running.url, 'cs_planted_secret').send('GET', '/v1/documents')
  await lan.send('GET', '/v1/documents/hunter2')
  const secrets = await readdir(join(office.data, 'TEST-pki'))
  const password = await readFile(join(office.data, 'TEST-pki', 'TEST-password.txt'), 'utf8')
  expect(secrets).toContain('TEST-password.txt')
  const log = office.log.join('')
  expect(office.log.length).toBeGreaterThan(10)
  const planted = [password, 'hunter2', 'planted_secret', '012345678901', '0101234567', 'CCCD', 'Nguyễn']
  const keys = Object.values(office.people).map(({ key }) => key.slice(-64))
  for (const secret of [...planted, ...keys]) expect([secret, log.includes(secret)]).toEqual([secret, false])
  // REL-15: one line of JSON per event, with the request id.
  for (const line of office.log)
    expect(JSON.parse(line)).toMatchObject({ service: 'countersign', request: expect.any(String) })
})

test('SEC-14 the redaction list catches what a careless line would add', () => {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const log = createLog(stream)
  log.info({ authorization: 'secret-1', options: { password: 'secret-2' }, a: { b: { jws: 'secret-3' } } }, 'careless')
  expect(lines.join('')).not.toMatch(/secret-\d/u)
  expect(lines.join('')).toContain('[redacted]')
})

test('ERR-02 an unforeseen error is logged by name and frames, without its message', () => {
  const error = new Error('cannot open /home/x/key.p12 with password hunter2\n second line hunter2')
  const told = JSON.stringify(describeError(error))
  expect(told).not.toContain('hunter2')
  expect(told).toContain('secrets.test.ts')
  expect(describeError('hunter2')).toEqual({ error: 'string' })
})

test('ERR-02 answers hold no stack, path or upstream text', async () => {
  const { lan } = office.people
  const bad = await lan.sendPdf('POST', '/v1/documents?title=a&symbol=TB-SNV', new TextEncoder().encode('%PDF-1.7 hm'))
  const text = JSON.stringify(bad.body)
  expect(text).not.toContain(office.data)
  expect(text).not.toMatch(/\bat \w+ \(|node_modules|\.ts:/u)
})
