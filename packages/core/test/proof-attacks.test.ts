// Attempts to get proof, or a verdict that rests on it, from what proves nothing (E-05 to E-08).
import { describe, expect, test } from '@jest/globals'
import { verify } from '../src/pades/verify.ts'
import type { VerificationReport } from '../src/report.ts'
import { TS_119_312 } from '../src/validation/algorithms.ts'
import { OID } from '../src/der/oids.ts'
import { parseDer } from '../src/der/reader.ts'
import { encodeBoolean, encodeInteger, encodeOctetString, encodeSequence } from '../src/der/writer.ts'
import { Archive, of, type Cast } from './support/archive.ts'
import { algorithm } from './support/craft-certificate.ts'
import { attribute, hash } from './support/craft-cms.ts'

const CAST: Cast = {
  root: of('root', undefined, -1, 30),
  ca: of('ca', 'root', -1, 20),
  signer: of('signer', 'ca', -0.5, 1),
  tsa: of('tsa', 'root', -0.5, 10),
}
const QUICK = { fingerprints: false, risks: false } as const

function verdict({ signatures }: VerificationReport, field = 'Field1'): string {
  const { indication, subIndication } = signatures.find((one) => one.field === field)!
  return `${indication} ${subIndication ?? ''}`.trim()
}

// Found by review: the numbers of a later field put it, and the DSS beside it, before an earlier document timestamp.
test('a field whose numbers end before a document timestamp does not stand there, nor does what stands beside it', async () => {
  const file = new Archive({ ...CAST, ca: of('ca', 'root', -1, 2) })
  file.sign('signer', { stamp: 'tsa' }).travel(file.day(0.5))
  const data = file.materialOf('signer', 'tsa')
  file.travel(file.day(1)).seal('tsa').store(data).seal('tsa')
  const bytes = Uint8Array.from(file.bytes)
  const at = Buffer.from(bytes).lastIndexOf('/ByteRange [') + '/ByteRange '.length
  bytes.set(new TextEncoder().encode('[0 10 20 10]'.padEnd(60)), at)
  file.travel(file.year(5))
  const options = { trust: { anchors: file.anchors('root') }, at: file.now, sources: { crls: [file.crl('root')] } }
  const report = await verify(bytes, { ...options, ...QUICK })
  expect(verdict(report)).toBe('INDETERMINATE NO_POE')
  expect(report.overall).not.toMatch(/^valid/u)
})

/** A signer until day 100, whose data come from a responder that has to answer for itself. */
const DELEGATED: Cast = {
  ...CAST,
  signer: of('signer', 'ca', -0.5, 100 / 365.25),
  responder: of('ocsp', 'ca', -0.5, 1, {
    extensions: { ocspNoCheck: null },
    revoked: { at: 60, reason: 'keyCompromise' },
  }),
}

// Found by review: only the responder's state at the proven time was asked, and thieves choose what date they write.
describe('the key of a responder is stolen and revoked on day 60', () => {
  test.each([50, 90])('a response of day %i that nothing proves to be older says nothing on day 200', async (day) => {
    const file = new Archive(DELEGATED)
    file.sign('signer', { stamp: 'tsa' }).travel(file.day(day))
    const ocsps = [file.pki.ocspResponse('signer', { responder: 'responder', nextUpdate: file.day(99) })]
    file.travel(file.day(200))
    const report = await file.verify({ sources: { ocsps, crls: [file.crl('ca'), file.crl('root')] }, ...QUICK })
    expect(verdict(report)).toBe('INDETERMINATE OUT_OF_BOUNDS_NO_POE')
  })

  test.each([
    [50, 55, 'TOTAL-PASSED'],
    [50, 95, 'INDETERMINATE NO_POE'],
    [90, 95, 'INDETERMINATE NO_POE'],
  ])('a response dated day %i and proven on day %i: %s', async (made, sealed, expected) => {
    const file = new Archive(DELEGATED)
    file.sign('signer', { stamp: 'tsa' }).travel(file.day(made))
    const ocsps = [file.pki.ocspResponse('signer', { responder: 'responder', nextUpdate: file.day(99) })]
    file
      .store({ ocsps, ...file.materialOf('signer', 'responder') })
      .travel(file.day(sealed))
      .seal('tsa')
    file.travel(file.day(200))
    const sources = { crls: [file.crl('ca'), file.crl('root')] }
    const policy = { revocationData: { signer: 'ocsp' } } as const
    // The time-stamping authority has no responder.
    const report = await file.verify({ sources, policy, anchors: ['root', 'tsa'], ...QUICK })
    expect(verdict(report)).toBe(expected)
  })
})

// Found by review: the algorithms of revocation data were judged at the proven time of the signature, which proves nothing of the data.
test.each([
  [150, 'TOTAL-PASSED'],
  [200, 'INDETERMINATE OUT_OF_BOUNDS_NO_POE'],
])('a response signed with an algorithm that ends on day 180, not proven: on day %i %s', async (day, expected) => {
  const file = new Archive({
    ...CAST,
    signer: of('signer', 'ca', -0.5, 100 / 365.25),
    responder: of('ocsp', 'ca', -0.5, 1, { key: 'ocsp' }),
  })
  const until = file.day(180).toISOString().slice(0, 10)
  const catalogue = { ...TS_119_312, id: 'test', rsaPkcs1: [{ bits: 1024, until }] }
  file.sign('signer', { stamp: 'tsa' }).travel(file.day(50))
  const ocsps = [file.pki.ocspResponse('signer', { responder: 'responder', nextUpdate: file.day(99) })]
  file.travel(file.day(day))
  const sources = { ocsps, crls: [file.crl('root')] }
  expect(verdict(await file.verify({ sources, policy: { catalogue }, ...QUICK }))).toBe(expected)
})

// Found by review: a certificate of today stamped two years ago, and nobody was told.
test.each([
  [-0.4, false],
  [-0.6, true],
])('a time stamp of %d years, by a certificate of half a year ago: told %s', async (years, told) => {
  const file = new Archive({ ...CAST, signer: of('signer', 'ca', -3, 1) })
  file.sign('signer', { stamp: 'tsa', stampOptions: { genTime: file.year(years) } })
  const { signatures } = await file.verify({ sources: { crls: file.materialOf('signer', 'tsa').crls! }, ...QUICK })
  const codes = signatures[0]!.timestamps[0]!.findings.map(({ code }) => code)
  expect(codes.includes('TSA_TIME_OUTSIDE_VALIDITY')).toBe(told)
})

// Found by review: a stamp that proves no time gave the level all the same.
test('a time stamp over a SHA-1 value gives no level above B-B', async () => {
  const file = new Archive(CAST)
  const token = (value: Uint8Array): Uint8Array => {
    const imprint = encodeSequence(algorithm(OID.sha1), encodeOctetString(hash('sha1', value)))
    const reply = file.pki.timestamp(encodeSequence(encodeInteger(1), imprint, encodeBoolean(true)), { tsa: 'tsa' })
    return parseDer(reply).children[1]!.bytes
  }
  file.sign('signer', { unsigned: (value) => [attribute(OID.signatureTimeStampToken, token(value))] })
  file.store(file.materialOf('signer', 'tsa'))
  const { signatures } = await file.verify(QUICK)
  expect(signatures[0]).toMatchObject({ level: 'B-B', times: { provenBefore: null } })
})

// Found by review: the report let a document timestamp pass that proves nothing, since it took it for a person's signature.
test('a document timestamp passes in the report only where it proves something', async () => {
  const file = new Archive({
    ...CAST,
    tsaCa: of('ca', 'root', -1, 20, { revoked: { at: 100, reason: 'cACompromise' } }),
    tsa: of('tsa', 'tsaCa', -0.5, 10),
    tsa2: of('tsa', 'root', -0.5, 20),
  })
  file.seal('tsa').travel(file.day(50)).seal('tsa2')
  const unproven = file.travel(file.day(200)).materialOf('tsa', 'tsa2')
  const { signatures, overall } = await file.verify({ sources: { crls: unproven.crls! }, ...QUICK })
  expect(signatures[0]).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'REVOKED_CA_NO_POE' })
  expect(signatures[1]).toMatchObject({ indication: 'TOTAL-PASSED' })
  expect(overall).toBe('indeterminate')
})

// Found by review: the certificate of a responder was proven in time, and its key could answer for ever after.
test.each([3, 1000])(
  'a response that nothing proves, by a responder that has expired, is none (nextUpdate: day %i)',
  async (next) => {
    const file = new Archive({ ...DELEGATED, responder: of('ocsp', 'ca', -0.5, 30 / 365.25) })
    file.sign('signer', { stamp: 'tsa' }).store({ certificates: file.materialOf('responder').certificates! })
    file.travel(file.day(1)).seal('tsa')
    const made = { thisUpdate: file.day(0.5), producedAt: file.day(0.5), nextUpdate: file.day(next) }
    const ocsps = [file.pki.ocspResponse('signer', { responder: 'responder', ...made })]
    file.travel(file.day(300))
    const report = await file.verify({ sources: { ocsps, crls: [file.crl('ca'), file.crl('root')] }, ...QUICK })
    expect(verdict(report)).toBe('INDETERMINATE REVOCATION_OUT_OF_BOUNDS_NO_POE')
  },
)

// Found by review: only signature and document time stamps were held against each other, so that the earlier time counted.
test.each([
  [11, 'TOTAL-PASSED'],
  [5, 'INDETERMINATE TIMESTAMP_ORDER_FAILURE'],
])('a document timestamp of day %i over one of day 10: %s', async (day, expected) => {
  const file = new Archive(CAST)
  file
    .sign('signer')
    .seal('tsa', { genTime: file.day(10) })
    .seal('tsa', { genTime: file.day(day) })
  file.travel(file.day(20))
  const report = await file.verify({ sources: { crls: file.materialOf('signer', 'tsa').crls! }, ...QUICK })
  expect(verdict(report)).toBe(expected)
})
