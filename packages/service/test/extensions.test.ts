// /v1/timestamps and /v1/extensions: a file of anybody's gets its time stamp or its level, or an error (REL-04, REL-05, API-08).
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createTrustStore, sign, verify } from '@countersign/core'
import { pemSigner } from '@countersign/core/node'
import { createTestPki, serveTestPki } from '@countersign/test-pki'
import type { DefaultActor, Faults, TestPkiServer } from '@countersign/test-pki'
import { createHash } from 'node:crypto'
import { client, noticePdf, startOffice } from './support/running-office.ts'
import type { Client, RunningOffice } from './support/running-office.ts'

let pki: TestPkiServer<DefaultActor>
let office: RunningOffice
let plain: Uint8Array
let signed: Uint8Array
let lan: Client

const setFaults = (faults: Faults = {}): void => {
  for (const key of ['wire', 'crl', 'ocsp', 'timestamp'] as const) delete pki.faults[key]
  Object.assign(pki.faults, faults)
}

beforeAll(async () => {
  pki = await serveTestPki((baseUrl) => createTestPki({ clock: () => new Date(), baseUrl }))
  const tsa = [{ url: `${pki.url}/tsa`, timeoutSeconds: 10 }]
  office = await startOffice({ tsa, online: { allowHosts: [new URL(pki.url).host] } })
  const { officer, caVn, root } = pki.pki.actors
  // the agency trusts the root of this PKI, by two persons
  const admin = await office.person('quan', 'admin')
  const proposal = { profiles: ['gov'], purposes: ['signer', 'tsa'], provenance: 'thử nghiệm' }
  const asked = { certificate: root.pem, sha256: root.sha256, ...proposal }
  const seen = { proposal: (await admin.send('POST', '/v1/trust-anchors', asked)).body.proposal }
  await office.people.kiem.send('POST', `/v1/trust-anchors/${root.sha256}/confirmation`, seen)
  plain = await noticePdf()
  const signer = await pemSigner({ key: officer.privateKeyPem, certificates: officer.pem + caVn.pem })
  signed = (await sign(plain, { signer, field: 'officer' })).bytes
  lan = office.people.lan
})
afterAll(async () => {
  await office.stop()
  await pki.close()
})
beforeEach(() => setFaults())

const codeOf = ({ status, body }: { status: number; body: { code?: string } }): unknown => [status, body.code]
const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('extensions', () => {
  test.each(['B-T', 'B-LT', 'B-LTA'] as const)(
    'to %s: a report and a file, which verifies with what it holds',
    async (to) => {
      const made = await lan.sendPdf('POST', `/v1/extensions?to=${to}`, signed)
      expect(made.status).toBe(201)
      expect(made.body.report).toMatchObject({ requestedLevel: to, reachedLevel: to, signatures: [{ after: to }] })
      expect(made.body.source).toBe(`sha256:${hex(signed)}`)
      const path = made.headers.get('location')
      expect((await lan.send('GET', path!)).body).toEqual(made.body)
      const file = await lan.send('GET', made.body.file.url)
      expect(`sha256:${hex(file.body)}`).toBe(made.body.file.sha256)
      if (to === 'B-T') return
      const trust = createTrustStore([pki.pki.actors.root.certificate])
      expect((await verify(file.body, { trust })).signatures[0]).toMatchObject({
        level: to,
        indication: 'TOTAL-PASSED',
      })
    },
  )

  test('the same key and file give the same answer; another file with the key does not (API-08)', async () => {
    const headers = { 'idempotency-key': 'extend-once-0001' }
    const first = await lan.sendPdf('POST', '/v1/extensions?to=B-T', signed, headers)
    const asked = pki.requests.length
    const second = await lan.sendPdf('POST', '/v1/extensions?to=B-T', signed, headers)
    expect([second.status, second.body]).toEqual([201, first.body])
    expect(pki.requests.length).toBe(asked)
    expect(codeOf(await lan.sendPdf('POST', '/v1/extensions?to=B-T', plain, headers))).toEqual([
      422,
      'idempotency.mismatch',
    ])
  })

  test('what is not reached is an error that names the certificates, and nothing is kept', async () => {
    setFaults({ wire: { ocsp: 'server-error', crl: 'server-error' } })
    // a signer whose status was never asked before: nothing is kept of it
    const { clerk, ca } = pki.pki.actors
    const signer = await pemSigner({ key: clerk.privateKeyPem, certificates: clerk.pem + ca.pem })
    const other = (await sign(plain, { signer, field: 'officer' })).bytes
    const { status, body } = await office.people.binh.sendPdf('POST', '/v1/extensions?to=B-LTA', other)
    expect([status, body.code, body.coreCode]).toEqual([502, 'level.notReached', 'LEVEL_NOT_REACHED'])
    expect(body.errors).toContainEqual({
      pointer: `/certificates/${clerk.sha256}`,
      code: 'REVOCATION_MISSING',
    })
  })

  test('a level that does not exist, a file without signatures, no PDF at all', async () => {
    const post = (query: string, pdf: Uint8Array) => lan.sendPdf('POST', `/v1/extensions${query}`, pdf)
    expect(codeOf(await post('?to=B-B', signed))).toEqual([422, 'request.invalid'])
    expect(codeOf(await post('', signed))).toEqual([422, 'request.invalid'])
    expect(codeOf(await post('?to=B-T', plain))).toEqual([422, 'pdf.notSignable'])
    expect(codeOf(await post('?to=B-T', Buffer.from('no PDF')))).toEqual([422, 'pdf.malformed'])
  })
})

describe('timestamps', () => {
  test('over a file that nobody signed', async () => {
    const made = await lan.sendPdf('POST', '/v1/timestamps?digest=sha512', plain)
    expect([made.status, made.body.report.timestamps]).toEqual([
      201,
      [expect.objectContaining({ kind: 'document', digest: 'sha512' })],
    ])
    const file = await lan.send('GET', made.body.file.url)
    const { signatures } = await verify(file.body, { trust: { anchors: [] } })
    expect(signatures).toMatchObject([{ kind: 'document-timestamp', integrity: 'intact' }])
  })

  test('a TSA that answers wrongly gives an error, never our own clock (REL-04)', async () => {
    setFaults({ timestamp: { flaws: ['wrong-nonce'] } })
    const { status, body } = await lan.sendPdf('POST', '/v1/timestamps', plain)
    expect([status, body.code, body.coreCode, body.retryable]).toEqual([502, 'tsa.failed', 'TSA_FAILED', true])
  })
})

test('only with a key; what one agency made is nothing to another (SEC-10); kinds are not mixed up', async () => {
  expect(codeOf(await office.nobody.sendPdf('POST', '/v1/timestamps', plain))).toEqual([401, 'auth.missing'])
  const made = await lan.sendPdf('POST', '/v1/timestamps', plain)
  const { id } = made.body
  expect(codeOf(await client(office.running.url, '').send('GET', `/v1/timestamps/${id}`))).toEqual([
    401,
    'auth.missing',
  ])
  expect(codeOf(await lan.send('GET', `/v1/extensions/${id}`))).toEqual([404, 'notFound'])
  expect(codeOf(await lan.send('GET', `/v1/timestamps/${'0'.repeat(32)}/file`))).toEqual([404, 'notFound'])
})

test('each is in the audit log, with who stamped and under which number (T7)', async () => {
  const made = await lan.sendPdf('POST', '/v1/timestamps', plain)
  const [{ serial } = { serial: '' }] = made.body.report.timestamps
  const { body } = await office.people.kiem.send('GET', '/v1/audit')
  expect(JSON.stringify(body)).toContain(`"timestamped"`)
  expect(JSON.stringify(body)).toContain(serial)
})

test('without a TSA nothing is stamped (REL-05)', async () => {
  const bare = await startOffice()
  try {
    const own = bare.people.lan
    expect(codeOf(await own.sendPdf('POST', '/v1/timestamps', plain))).toEqual([503, 'tsa.missing'])
    expect(codeOf(await own.sendPdf('POST', '/v1/extensions?to=B-LTA', signed))).toEqual([503, 'tsa.missing'])
  } finally {
    await bare.stop()
  }
})
