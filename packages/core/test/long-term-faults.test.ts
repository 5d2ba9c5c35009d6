// Faults of TSA, OCSP and CRL over loopback HTTP: a coded error or the next source, never less under the stronger name (REQ-08).
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createTestPki, DEFAULT_DECLARATION, serveTestPki } from '@countersign/test-pki'
import type { DefaultActor, Faults, TestPkiServer } from '@countersign/test-pki'
import { extend, httpTimestampAuthority, LevelNotReachedError, onlineSource, pemSigner, sign } from '../src/node.ts'
import { createTrustStore } from '../src/node.ts'
import type { CountersignError, ExtendOptions, LongTermOptions, Signer, TsaOptions } from '../src/node.ts'
import { readDss } from '../src/pades/dss.ts'
import { openDocument } from '../src/pdf/document.ts'
import { twoPages } from './support/make-pdf.ts'

type Actor = DefaultActor | 'tsaExpired'
const declaration = {
  ...DEFAULT_DECLARATION,
  tsaExpired: { ...DEFAULT_DECLARATION.tsaEc, validity: { from: -730, to: -30 } },
}
let served: TestPkiServer<Actor>
let spare: TestPkiServer<Actor>
let signer: Signer
let stamped: Uint8Array

const setFaults = (faults: Faults): void => {
  for (const key of ['wire', 'crl', 'ocsp', 'timestamp'] as const) delete served.faults[key]
  Object.assign(served.faults, faults)
}
/** Only what never answers is not waited for. */
const SLOW: ReadonlySet<string | undefined> = new Set(['silence', 'drip'])
const tsaOf = (one: TestPkiServer<Actor>): TsaOptions => ({
  url: `${one.url}/tsa`,
  timeoutMilliseconds: SLOW.has(one.faults.wire?.tsa) ? 150 : 10_000,
})

/** Nothing is kept from one question to the next. */
function options(tsas = [served]): LongTermOptions & Pick<ExtendOptions, 'trust'> {
  return {
    tsa: httpTimestampAuthority(tsas.map(tsaOf)),
    trust: createTrustStore([served.pki.actors.root.certificate]),
    sources: onlineSource({
      allowHosts: [new URL(served.url).host],
      totalMilliseconds: Object.values(served.faults.wire ?? {}).includes('silence') ? 200 : 5_000,
    }),
  }
}

beforeAll(async () => {
  served = await serveTestPki((baseUrl) => createTestPki<Actor>({ clock: () => new Date(), baseUrl, declaration }))
  spare = await serveTestPki(() => served.pki)
  const { officer, caVn } = served.pki.actors
  signer = await pemSigner({ key: officer.privateKeyPem, certificates: officer.pem + caVn.pem })
  stamped = (await sign(twoPages(), { signer, level: 'B-T', ...options() })).bytes
})
afterAll(() => Promise.all([served.close(), spare.close()]))
beforeEach(() => setFaults({}))

async function errorOf(work: Promise<unknown>): Promise<CountersignError> {
  return work.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error as CountersignError,
  )
}

const HOUR = 3_600_000

describe('TSA', () => {
  const faults: readonly (readonly [string, () => Faults, string])[] = [
    ['silence', () => ({ wire: { tsa: 'silence' } }), 'TSA_TIMEOUT'],
    ['drip', () => ({ wire: { tsa: 'drip' } }), 'TSA_TIMEOUT'],
    ['status 500', () => ({ wire: { tsa: 'server-error' } }), 'TSA_UNREACHABLE'],
    ['connection reset', () => ({ wire: { tsa: 'reset' } }), 'TSA_UNREACHABLE'],
    ['redirect elsewhere', () => ({ wire: { tsa: 'redirect' } }), 'TSA_UNREACHABLE'],
    ['HTML instead of DER', () => ({ wire: { tsa: 'html' } }), 'TSA_REPLY_INVALID'],
    ['huge', () => ({ wire: { tsa: 'huge' } }), 'TSA_REPLY_INVALID'],
    ['empty', () => ({ wire: { tsa: 'empty' } }), 'TSA_REPLY_INVALID'],
    ['truncated', () => ({ wire: { tsa: 'truncated' } }), 'TSA_REPLY_INVALID'],
    ['refused', () => ({ timestamp: { failure: 2 } }), 'TSA_REJECTED'],
    ['wrong imprint', () => ({ timestamp: { flaws: ['wrong-imprint'] } }), 'TSA_IMPRINT_MISMATCH'],
    ['wrong nonce', () => ({ timestamp: { flaws: ['wrong-nonce'] } }), 'TSA_NONCE_MISMATCH'],
    ['no nonce', () => ({ timestamp: { flaws: ['no-nonce'] } }), 'TSA_NONCE_MISMATCH'],
    ['an hour ago', () => ({ timestamp: { genTime: new Date(Date.now() - HOUR) } }), 'TSA_TIME_OFF'],
    ['in an hour', () => ({ timestamp: { genTime: new Date(Date.now() + HOUR) } }), 'TSA_TIME_OFF'],
    ['wrong EKU', () => ({ timestamp: { tsa: 'tsaWrongPurpose' } }), 'TSA_CERT_PURPOSE'],
    ['expired', () => ({ timestamp: { tsa: 'tsaExpired' } }), 'TSA_CERT_EXPIRED'],
    ['no certificate', () => ({ timestamp: { flaws: ['no-certificate'] } }), 'TSA_CERT_MISSING'],
    ['wrong ESS', () => ({ timestamp: { flaws: ['wrong-signing-certificate'] } }), 'TSA_CERT_MISMATCH'],
    ['bad signature', () => ({ timestamp: { flaws: ['bad-signature'] } }), 'TSA_SIGNATURE_INVALID'],
    ['no TSTInfo', () => ({ timestamp: { flaws: ['wrong-content-type'] } }), 'TSA_TOKEN_INVALID'],
  ]
  test.each(faults)('%s: TSA_FAILED alone, B-T with the next one', async (_, fault, code) => {
    setFaults(fault())
    const error = await errorOf(sign(twoPages(), { signer, level: 'B-T', ...options() }))
    expect([error.code, error.details['code']]).toEqual(['TSA_FAILED', code])
    const { report } = await sign(twoPages(), { signer, level: 'B-T', ...options([served, spare]) })
    expect([report.reachedLevel, report.longTerm?.timestamps.length]).toEqual(['B-T', 1])
  })
})

/** Data that must never get into the DSS, and what then happens: lists instead of responses. */
describe('OCSP: the list is asked instead, and nothing unverified is stored (L5, B17)', () => {
  const faults: readonly (readonly [string, () => Faults])[] = [
    ['silence', () => ({ wire: { ocsp: 'silence' } })],
    ['status 500', () => ({ wire: { ocsp: 'server-error' } })],
    ['HTML instead of DER', () => ({ wire: { ocsp: 'html' } })],
    ['huge', () => ({ wire: { ocsp: 'huge' } })],
    ['tryLater', () => ({ ocsp: { responseStatus: 3 } })],
    ['wrong nonce', () => ({ ocsp: { flaws: ['wrong-nonce'] } })],
  ]
  test.each(faults)('%s', async (_, fault) => {
    setFaults(fault())
    const { bytes, report } = await extend(stamped, { to: 'B-LT', ...options() })
    expect([report.reachedLevel, report.gaps]).toEqual(['B-LT', []])
    const document = await openDocument(bytes)
    const { ocsps, crls } = readDss(document, document.latest)
    expect([ocsps.length, crls.length > 0]).toEqual([0, true])
  })

  const bad: readonly (readonly [string, () => Faults])[] = [
    ['bad signature', () => ({ ocsp: { flaws: ['bad-signature'] } })],
    ['another certificate', () => ({ ocsp: { flaws: ['wrong-serial'] } })],
    ['no certificate of the responder', () => ({ ocsp: { flaws: ['no-certificate'] } })],
    ['an unknown critical extension', () => ({ ocsp: { flaws: ['unknown-critical-extension'] } })],
    ['out of date', () => ({ ocsp: { thisUpdate: new Date(Date.now() - 72 * HOUR) } })],
    ['from the future', () => ({ ocsp: { thisUpdate: new Date(Date.now() + 72 * HOUR) } })],
    ['unknown', () => ({ ocsp: { status: { status: 'unknown' } } })],
    ['revoked', () => ({ ocsp: { status: { status: 'revoked', at: new Date(Date.now() - 24 * HOUR) } } })],
  ]
  test.each(bad)('%s: not stored, and B-LT only where the list says so', async (name, fault) => {
    setFaults(fault())
    const result = await extend(stamped, { to: 'B-LT', ...options() }).catch((error: unknown) => error)
    if (result instanceof Error) {
      expect(result).toBeInstanceOf(LevelNotReachedError)
      return
    }
    const { bytes, report } = result as Awaited<ReturnType<typeof extend>>
    expect([name, report.reachedLevel]).not.toEqual(['revoked', 'B-LT'])
    const document = await openDocument(bytes)
    expect(readDss(document, document.latest).ocsps).toEqual([])
  })
})

describe('no usable revocation data at all: LEVEL_NOT_REACHED that names the certificates', () => {
  const down = { ocsp: 'server-error' } as const
  const faults: readonly (readonly [string, () => Faults])[] = [
    ['both silent', () => ({ wire: { ocsp: 'server-error', crl: 'silence' } })],
    ['both with a web page', () => ({ wire: { ocsp: 'html', crl: 'html' } })],
    ['list with a bad signature', () => ({ wire: down, crl: { flaws: ['bad-signature'] } })],
    ['list of another issuer', () => ({ wire: down, crl: { flaws: ['wrong-issuer-name'] } })],
    ['list with an unknown critical extension', () => ({ wire: down, crl: { flaws: ['unknown-critical-extension'] } })],
    ['list out of date', () => ({ wire: down, crl: { thisUpdate: new Date(Date.now() - 400 * HOUR) } })],
    ['list truncated', () => ({ wire: { ocsp: 'server-error', crl: 'truncated' } })],
    ['list empty', () => ({ wire: { ocsp: 'server-error', crl: 'empty' } })],
  ]
  test.each(faults)('%s', async (_, fault) => {
    setFaults(fault())
    const error = (await errorOf(extend(stamped, { to: 'B-LTA', ...options() }))) as LevelNotReachedError
    expect([error.code, error.details['requested'], error.partial]).toEqual(['LEVEL_NOT_REACHED', 'B-LTA', undefined])
    const roles = new Set(error.record.gaps.map(({ role }) => role))
    expect(roles.has('signer') && roles.has('ca')).toBe(true)
  })

  test('a signature that was made is not lost, and is called what it is', async () => {
    setFaults({ wire: down, crl: { flaws: ['bad-signature'] } })
    const error = (await errorOf(sign(twoPages(), { signer, level: 'B-LT', ...options() }))) as LevelNotReachedError
    expect([error.code, error.partial?.level ?? null]).toEqual(['LEVEL_NOT_REACHED', null])
    setFaults({})
    const { report } = await extend(error.partial!.bytes, { to: 'B-LT', ...options() })
    expect(report.signatures).toMatchObject([{ before: 'B-T', after: 'B-LT' }])
  })

  test('a revoked signer is no gap: it stops the extension (L5)', async () => {
    const { revoked, ca } = served.pki.actors
    const own = await pemSigner({ key: revoked.privateKeyPem, certificates: revoked.pem + ca.pem })
    const error = (await errorOf(
      sign(twoPages(), { signer: own, level: 'B-LTA', ...options() }),
    )) as LevelNotReachedError
    expect(error.details['reasons']).toEqual([expect.stringContaining('REVOKED_NO_POE')])
  })
})
