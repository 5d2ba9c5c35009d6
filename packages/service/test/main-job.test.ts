import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { witnessTest } from '../../../test/support/witnesses.ts'
import { act, advance, bringTo, noticePdf, standingOf, startOffice } from './support/running-office.ts'
import type { RunningOffice, Standing } from './support/running-office.ts'

let office: RunningOffice
let issued: Standing
let pdf: Uint8Array

beforeAll(async () => {
  office = await startOffice()
  issued = await bringTo(office, 'issued')
  pdf = (await office.people.kiem.send('GET', `/v1/documents/${issued.id}/file`)).body
}, 60_000)

afterAll(() => office.stop())

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const count = (bytes: Uint8Array, word: string): number => Buffer.from(bytes).toString('latin1').split(word).length - 1

describe('from draft to issue', () => {
  test('drafted, reviewed twice, approved, signed, numbered and sealed, issued, registered', async () => {
    expect(issued.document).toMatchObject({ state: 'issued', code: '01/TB-SNV', test: true })
    expect(issued.document.history.map(({ type }: { type: string }) => type)).toEqual([
      'created',
      'submitted',
      'reviewed',
      'reviewed',
      'approved',
      'signed',
      'sealed',
      'issued',
    ])
    const entry = await office.people.lan.send('GET', '/v1/register/entries/1')
    expect(entry.body).toMatchObject({
      code: '01/TB-SNV',
      signer: 'Phạm Văn Dũng',
      clerk: 'Võ Thị Giang',
      sha256: `sha256:${sha256(pdf)}`,
      document: issued.id,
    })
    expect(issued.document.registerEntry).toEqual(entry.body)
    expect((await office.people.lan.send('GET', '/v1/register/entries?year=2025')).body.entries).toEqual([])
    expect((await office.people.lan.send('GET', '/v1/register/entries/2')).status).toBe(404)
  })

  test('D30-10 VN-07 number, date, agency info and seal are one update after the officer, all of it permitted', async () => {
    const draft = await noticePdf()
    expect(sha256(pdf.subarray(0, draft.length))).toBe(sha256(draft))
    expect(count(pdf, '%%EOF') - count(draft, '%%EOF')).toBe(2)
    const { body } = await office.nobody.sendPdf('POST', '/v1/validations', pdf)
    expect(body).toMatchObject({ verdict: 'valid', signatureCount: 2, validCount: 2 })
    const [officer, seal] = body.report.signatures
    expect([officer.field, seal.field]).toEqual(['officer', 'seal'])
    expect(officer.changes.permitted).toBe(true)
    const filled = officer.changes.items.filter(({ kind }: { kind: string }) => kind === 'field-value-changed')
    expect(filled.map(({ field }: { field: string }) => field).sort()).toEqual(['agencyInfo', 'date', 'number'])
    expect(body.signatures[0].scope.byteRange[0]).toBe(0)
    expect(body.documentHash).toBe(`sha256:${sha256(pdf)}`)
  })

  test('VN-07 one letter changed in a copy is reported as modified', async () => {
    const copy = Uint8Array.from(pdf)
    copy[1000]! ^= 1
    const { status, body } = await office.nobody.sendPdf('POST', '/v1/validations', copy)
    expect(status).toBe(200)
    expect(body).toMatchObject({ verdict: 'invalid', validCount: 0 })
  })

  test('API-05 API-11 the policy named in the result can be read, and hashes as said', async () => {
    const { body } = await office.nobody.sendPdf('POST', '/v1/validations', pdf)
    const policy = await office.nobody.send('GET', body.policy.url)
    expect([policy.status, policy.body.hash, policy.body.version]).toEqual([200, body.policy.hash, body.policy.version])
  })

  test('API-11 the validation time is an input: before the certificates there is no valid signature', async () => {
    const { body } = await office.nobody.sendPdf('POST', '/v1/validations?at=2020-01-01T00:00:00Z', pdf)
    expect(body.verdict).not.toBe('valid')
    expect(body.validationTime).toBe('2020-01-01T00:00:00.000Z')
  })

  test('a PDF without signatures is indeterminate, a broken one has no verdict (API-06)', async () => {
    const { status, body } = await office.nobody.sendPdf('POST', '/v1/validations', await noticePdf())
    expect([status, body.verdict, body.signatureCount]).toEqual([200, 'indeterminate', 0])
    const broken = await office.nobody.sendPdf('POST', '/v1/validations', new TextEncoder().encode('%PDF-1.7'))
    expect([broken.status, broken.body.code]).toEqual([422, 'pdf.malformed'])
  })

  witnessTest(['pdfsig', 'qpdf'], 'pdfsig finds both signatures valid, qpdf no error', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-witness-'))
    const path = join(folder, 'issued.pdf')
    await writeFile(path, pdf)
    const text = execFileSync('pdfsig', ['-nocert', path], { encoding: 'utf8' })
    expect(text.match(/Signature Validation: Signature is Valid\./gu)).toHaveLength(2)
    expect(text).toContain('Total document signed')
    execFileSync('qpdf', ['--check', path])
    await rm(folder, { recursive: true })
  })
})

describe('POST /v1/certificate-validations', () => {
  test('a certificate of the configured CA is valid, another or none is not', async () => {
    const pem = async (name: string): Promise<string> => readFile(join(office.data, 'TEST-pki', name), 'utf8')
    const ask = (body: object): ReturnType<RunningOffice['nobody']['send']> =>
      office.nobody.send('POST', '/v1/certificate-validations', body)
    const chain = (await pem('chain.pem')).split(/(?<=-----END CERTIFICATE-----\n)/u)
    const ca = await ask({ certificate: chain[0], purpose: 'any' })
    expect([ca.status, ca.body.valid, ca.body.path.length]).toEqual([200, true, 2])
    const base64 = (chain[0] ?? '').replaceAll(/-----[A-Z ]+-----|\s/gu, '')
    expect((await ask({ certificate: base64, purpose: 'any' })).body.valid).toBe(true)
    expect((await ask({ certificate: base64, purpose: 'any', at: '2020-01-01T00:00:00Z' })).body.valid).toBe(false)
    const garbage = await ask({ certificate: 'AAAA' })
    expect([garbage.status, garbage.body.valid]).toEqual([200, false])
    const none = await ask({ certificate: '%%%' })
    expect([none.status, none.body.errors]).toEqual([422, [{ pointer: '/certificate', code: 'not_pem_or_base64' }]])
  })
})

describe('VN-06 many at once', () => {
  test('20 documents sealed in parallel get 20 consecutive numbers, and each its own', async () => {
    const signed: Standing[] = []
    for (let i = 0; i < 20; i++) signed.push(await bringTo(office, 'signed'))
    const sealed = await Promise.all(signed.map((at) => act(office, at, 'sealed')))
    const codes = sealed.map(standingOf).map(({ document }) => Number(document.code.split('/')[0]))
    expect(codes.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 2))
  }, 120_000)

  test('a seal that is asked for twice at once is made once', async () => {
    const signed = await bringTo(office, 'signed')
    const answers = await Promise.all(Array.from({ length: 5 }, () => act(office, signed, 'sealed')))
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b)
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    const codes = answers.filter(({ status }) => status !== 201).map(({ body }) => body.code)
    expect(codes.every((code) => code === 'signing.running' || code === 'precondition.failed')).toBe(true)
  })
})

test('VN-24 an issued document stays as it is', async () => {
  const { lan, giang } = office.people
  const path = `/v1/documents/${issued.id}`
  const headers = { 'if-match': issued.etag }
  const answers = [
    await lan.sendPdf('PUT', `${path}/file`, await noticePdf(), headers),
    await lan.send('POST', `${path}/withdrawals`, { reason: 'r' }, headers),
    await giang.send('POST', `${path}/seal`, {}, headers),
    await giang.send('POST', `${path}/issuance`, {}, headers),
  ]
  for (const { status, body } of answers) expect([status, body.code]).toEqual([409, 'state.conflict'])
})

test('a plain PDF without prepared fields goes the same way', async () => {
  const plain = new Uint8Array(await readFile(new URL('../../../examples/data/letter.pdf', import.meta.url)))
  let at = await bringTo(office, 'sealed', plain)
  at = await advance(office, at, 'issued')
  const file = await office.people.kiem.send('GET', `/v1/documents/${at.id}/file`)
  const { body } = await office.nobody.sendPdf('POST', '/v1/validations', file.body)
  expect([body.verdict, body.validCount]).toEqual(['valid', 2])
})
