import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createTestPki, serveTestPki } from '@countersign/test-pki'
import type { DefaultActor, TestPkiServer } from '@countersign/test-pki'
import { validateCertificate } from '../pades/certificate-report.ts'
import type { CertificateReport } from '../report.ts'
import { createTrustStore } from '../validation/trust.ts'
import type { RevocationSource } from '../validation/revocation.ts'
import { onlineSource } from './online-source.ts'
import type { OnlineOptions } from './online-source.ts'

let served: TestPkiServer<DefaultActor>
beforeAll(async () => {
  served = await serveTestPki((baseUrl) => createTestPki({ clock: () => new Date(), baseUrl }))
})
afterAll(() => served.close())
beforeEach(() => {
  for (const key of Object.keys(served.faults)) delete served.faults[key as keyof typeof served.faults]
})

function source(options: OnlineOptions = {}): RevocationSource {
  return onlineSource({ allowHosts: [new URL(served.url).host], totalMilliseconds: 1_500, ...options })
}

function validate(name: DefaultActor, sources: RevocationSource = source()): Promise<CertificateReport> {
  const trust = createTrustStore([served.pki.actors.root.certificate])
  return validateCertificate(served.pki.actors[name].certificate, { trust, at: new Date(), sources })
}

const codes = ({ findings }: CertificateReport): string[] => findings.map(({ code }) => code)
const kinds = ({ revocation = [] }: CertificateReport): string[] =>
  revocation.map(({ type, status }) => `${type} ${status}`)

/** Requests that a piece of work made. */
async function asked<T>(work: Promise<T>): Promise<{ result: T; requests: readonly string[] }> {
  const before = served.requests.length
  const result = await work
  return { result, requests: served.requests.slice(before) }
}

describe('the places that certificates name', () => {
  test('issuer by AIA, status of both certificates by OCSP: nothing was given but the root', async () => {
    const { result, requests } = await asked(validate('officer'))
    expect([result.indication, codes(result)]).toEqual(['PASSED', []])
    expect(result.path.map((one) => one.source)).toEqual(['leaf', 'aia', 'trust'])
    expect(kinds(result)).toEqual(['ocsp good', 'ocsp good'])
    expect(requests).toEqual(['GET /certs/ca-vn.crt', 'POST /ocsp', 'POST /ocsp'])
  })

  test('a responder that does not answer leaves the list', async () => {
    served.faults.wire = { ocsp: 'server-error' }
    const result = await validate('officer')
    expect([result.indication, kinds(result)]).toEqual(['PASSED', ['crl good', 'crl good']])
    expect(codes(result)).toEqual(['FETCH_FAILED'])
  })

  test('revoked and suspended certificates are found out', async () => {
    expect((await validate('revoked')).subIndication).toBe('REVOKED_NO_POE')
    expect((await validate('onHold')).subIndication).toBe('TRY_LATER')
    expect((await validate('underRevokedCa')).subIndication).toBe('REVOKED_CA_NO_POE')
  })

  test('nothing is asked when nothing is missing, and nothing without a source', async () => {
    const { pki } = served
    const trust = createTrustStore([pki.actors.root.certificate])
    const crls = [pki.issueCrl('caVn'), pki.issueCrl('root')]
    const given = { trust, crls, intermediates: [pki.actors.caVn.certificate], at: new Date() }
    const offline = await asked(validateCertificate(pki.actors.officer.certificate, { ...given, sources: source() }))
    expect([offline.result.valid, offline.requests]).toEqual([true, []])
    const alone = await asked(validateCertificate(pki.actors.officer.certificate, { trust, at: new Date() }))
    expect([alone.result.subIndication, alone.requests]).toEqual(['NO_CERTIFICATE_CHAIN_FOUND', []])
  })

  test('revocation none asks for issuers only', async () => {
    const trust = createTrustStore([served.pki.actors.root.certificate])
    const options = { trust, at: new Date(), sources: source(), revocation: 'none' } as const
    const { result, requests } = await asked(validateCertificate(served.pki.actors.officer.certificate, options))
    expect([result.valid, requests]).toEqual([true, ['GET /certs/ca-vn.crt']])
  })

  test('without allowed hosts no request reaches the loopback address', async () => {
    const { result, requests } = await asked(validate('officer', onlineSource()))
    expect([result.subIndication, codes(result), requests]).toEqual([
      'NO_CERTIFICATE_CHAIN_FOUND',
      ['NO_PATH_TO_ANCHOR', 'FETCH_REFUSED'],
      [],
    ])
  })
})

describe('faults of the other side', () => {
  test('OCSP: another nonce, a bad signature, no status, another certificate; the list answers instead', async () => {
    const faults = [
      { flaws: ['wrong-nonce'] },
      { flaws: ['bad-signature'] },
      { flaws: ['wrong-serial'] },
      { flaws: ['unknown-critical-extension'] },
      { status: { status: 'unknown' } },
      { responseStatus: 6 },
    ] as const
    for (const ocsp of faults) {
      served.faults.ocsp = ocsp
      const result = await validate('officer')
      expect([ocsp, result.indication, kinds(result)]).toEqual([ocsp, 'PASSED', ['crl good', 'crl good']])
    }
  })

  test('a nonce that is not ours is refused though the response is genuine (X-08)', async () => {
    served.faults.ocsp = { flaws: ['wrong-nonce'] }
    served.faults.wire = { crl: 'server-error' }
    const result = await validate('officer')
    expect([result.valid, result.subIndication]).toEqual([false, 'CERTIFICATE_CHAIN_GENERAL_FAILURE'])
    expect(codes(result)).toContain('FETCH_UNUSABLE')
    expect(result.findings.find(({ code }) => code === 'FETCH_UNUSABLE')?.message.en).toContain('nonce')
  })

  for (const fault of ['silence', 'drip', 'html', 'huge', 'empty', 'truncated', 'redirect', 'reset'] as const)
    test(`every place answers with: ${fault}`, async () => {
      served.faults.wire = { ocsp: fault, crl: fault }
      const started = performance.now()
      const result = await validate('officer', source({ totalMilliseconds: 300 }))
      expect([result.valid, codes(result).includes('REVOCATION_MISSING')]).toEqual([false, true])
      expect(codes(result).some((code) => code.startsWith('FETCH_'))).toBe(true)
      expect(performance.now() - started).toBeLessThan(6_000)
    })

  test('the issuer place answers with something else', async () => {
    for (const certs of ['html', 'truncated', 'empty', 'redirect'] as const) {
      served.faults.wire = { certs }
      const result = await validate('officer')
      expect([certs, result.subIndication]).toEqual([certs, 'NO_CERTIFICATE_CHAIN_FOUND'])
    }
  })
})

describe('what is kept (SEC-06)', () => {
  test('accepted answers are asked once for many checks', async () => {
    const sources = source()
    await validate('officer', sources)
    const again = await asked(validate('officer', sources))
    expect([again.result.indication, again.requests]).toEqual(['PASSED', []])
    const other = await asked(validate('officer2', sources))
    expect([other.result.indication, other.requests]).toEqual(['PASSED', ['POST /ocsp']])
  })

  test('until they are out of date', async () => {
    let now = Date.now()
    const sources = source({ now: () => new Date(now) })
    await validate('officer', sources)
    now += 25 * 3_600_000
    const again = await asked(validate('officer', sources))
    expect(again.requests).toEqual(['GET /certs/ca-vn.crt', 'POST /ocsp', 'POST /ocsp'])
  })

  test('an answer that the check did not accept is asked again', async () => {
    const sources = source()
    served.faults.ocsp = { flaws: ['bad-signature'] }
    served.faults.wire = { crl: 'server-error' }
    expect((await validate('officer', sources)).valid).toBe(false)
    delete served.faults.ocsp
    const again = await asked(validate('officer', sources))
    expect([again.result.indication, kinds(again.result)]).toEqual(['PASSED', ['ocsp good', 'ocsp good']])
  })
})

test('at most 8 fetches for a chain and 20 requests for a document (SEC-05, L-24)', async () => {
  const { find } = source()
  const { officer, caVn } = served.pki.actors
  const missing = Array.from({ length: 4 }, () => ({ certificate: officer.certificate, issuer: caVn.certificate }))
  const budget = { fetches: 1, requests: 20, milliseconds: 10_000, asked: new Set<string>() }
  const { result, requests } = await asked(find!({ missing, budget }))
  expect([requests.length, budget.fetches, budget.requests]).toEqual([1, 0, 19])
  expect(result.problems.map(({ code }) => code)).toEqual(['LIMIT_NETWORK'])
  const spent = { fetches: 8, requests: 0, milliseconds: 10_000, asked: new Set<string>() }
  const none = await asked(find!({ missing: missing.slice(0, 1), budget: spent }))
  expect([none.requests, none.result.problems.map(({ code }) => code)]).toEqual([
    [],
    ['LIMIT_NETWORK', 'LIMIT_NETWORK'],
  ])
})

test('an abort ends the search', async () => {
  served.faults.wire = { certs: 'silence' }
  const signal = AbortSignal.timeout(100)
  const trust = createTrustStore([served.pki.actors.root.certificate])
  const certificate = served.pki.actors.officer.certificate
  const options = { trust, at: new Date(), sources: source(), signal }
  await expect(validateCertificate(certificate, options)).rejects.toMatchObject({ code: 'ABORTED' })
})
