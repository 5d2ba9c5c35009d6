// A signed document without any revocation data: the source finds what is missing, core judges it (X-10, SEC-05, L-24).
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createTestPki, serveTestPki } from '@countersign/test-pki'
import type { DefaultActor, TestPkiServer } from '@countersign/test-pki'
import { createTrustStore, onlineSource, pemSigner, sign, verify } from '../src/node.ts'
import type { VerificationReport } from '../src/node.ts'
import { preparedReport } from './support/make-pdf.ts'

let served: TestPkiServer<DefaultActor>
let signed: Uint8Array

/** Signs with the signer's certificate alone: neither issuer nor revocation data are in the file. */
async function signAs(pdf: Uint8Array, name: DefaultActor, field: string): Promise<Uint8Array> {
  const { privateKey, certificate } = served.pki.actors[name]
  const key = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(privateKey).toString('base64')}\n-----END PRIVATE KEY-----\n`
  const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate).toString('base64')}\n-----END CERTIFICATE-----\n`
  return (await sign(pdf, { signer: await pemSigner({ key, certificates: pem }), field })).bytes
}

beforeAll(async () => {
  served = await serveTestPki((baseUrl) => createTestPki({ clock: () => new Date(), baseUrl }))
  signed = await signAs(await signAs(preparedReport({ form: 'table' }), 'officer', 'officer'), 'seal', 'seal')
})
afterAll(() => served.close())
beforeEach(() => {
  delete served.faults.wire
})

async function check(
  online: boolean,
  pdf = signed,
): Promise<{ report: VerificationReport; requests: readonly string[] }> {
  const before = served.requests.length
  // short where nothing will come; else a busy machine must not decide
  const totalMilliseconds = served.faults.wire === undefined ? 10_000 : 400
  const sources = online ? { sources: onlineSource({ allowHosts: [new URL(served.url).host], totalMilliseconds }) } : {}
  const report = await verify(pdf, { trust: createTrustStore([served.pki.actors.root.certificate]), ...sources })
  return { report, requests: served.requests.slice(before) }
}

test('offline nothing is asked and nothing is valid', async () => {
  const { report, requests } = await check(false)
  expect([report.overall, requests]).toEqual(['indeterminate', []])
})

test('online both signatures are valid; what they share is asked once', async () => {
  const { report, requests } = await check(true)
  expect([report.overall, requests.toSorted()]).toEqual([
    'valid-with-notes',
    ['GET /certs/ca-vn.crt', 'POST /ocsp', 'POST /ocsp', 'POST /ocsp'],
  ])
  const [officer] = report.signatures
  expect(officer?.certificatePath.map(({ source }) => source)).toEqual(['cms', 'aia', 'trust'])
  expect(officer?.checks).toMatchObject({ chain: 'pass', revocation: 'pass' })
  expect(officer?.revocation.map(({ status }) => status)).toEqual(['good', 'good'])
})

test('online a revoked signer is found out', async () => {
  const { report } = await check(true, await signAs(preparedReport({ form: 'table' }), 'revoked', 'officer'))
  expect(report.signatures[0]).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'REVOKED_NO_POE' })
})

test('silent places cost seconds, not the verdict: it is never valid', async () => {
  served.faults.wire = { ocsp: 'silence', crl: 'silence' }
  const started = performance.now()
  const { report, requests } = await check(true)
  expect(report.overall).toBe('indeterminate')
  expect(report.signatures[0]?.findings.map(({ code }) => code)).toContain('FETCH_FAILED')
  expect(requests.length).toBeLessThanOrEqual(20)
  expect(performance.now() - started).toBeLessThan(10_000)
})
