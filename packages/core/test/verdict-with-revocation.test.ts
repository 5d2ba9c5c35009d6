// From file to verdict with revocation data and time stamps (E-03, E-04, C-14).
import { describe, expect, test } from '@jest/globals'
import { OID } from '../src/der/oids.ts'
import { verify } from '../src/pades/verify.ts'
import type { VerificationReport } from '../src/report.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { craftCrl, craftIdentity, type CrlOptions } from './support/craft-certificate.ts'
import { attribute, craftCms, craftToken, hash } from './support/craft-cms.ts'
import { baseObjects, CraftedPdf, FIELD, PAGE } from './support/craft-pdf.ts'

const day = (number: number): Date => new Date(Date.UTC(2026, 5, number))
const root = craftIdentity({ name: 'Root', ca: true, kind: 'ec', serial: 1 })
const signer = craftIdentity({ issuer: root, name: 'Signer', kind: 'ec', serial: 7, notAfter: day(20) })
const tsa = craftIdentity({
  issuer: root,
  name: 'TSA',
  kind: 'ec',
  serial: 9,
  extendedKeyUsage: [OID.timeStamping],
  criticalUsage: true,
})
const trust = createTrustStore([root.certificate])

function crl(revoked: CrlOptions['revoked'] = [], thisUpdate = day(2), nextUpdate = day(9)): Uint8Array {
  return craftCrl({ issuer: root, thisUpdate, nextUpdate, revoked })
}

function signed(stampedAt?: Date, objects: Readonly<Record<number, string>> = baseObjects()): CraftedPdf {
  const sign = (covered: Uint8Array): Uint8Array =>
    craftCms({
      signer,
      digest: hash('sha256', covered),
      ...(stampedAt === undefined
        ? {}
        : {
            unsigned: (signature: Uint8Array) => [
              attribute(
                OID.signatureTimeStampToken,
                craftToken({ tsa, imprint: hash('sha256', signature), genTime: stampedAt }),
              ),
            ],
          }),
    })
  return new CraftedPdf().appendSigned(objects, 5, { sign })
}

async function judged(pdf: CraftedPdf, at: Date, crls: readonly Uint8Array[]): Promise<VerificationReport> {
  return verify(pdf.bytes, { trust, at, sources: { crls } })
}

function verdict(report: VerificationReport): string {
  const [own] = report.signatures
  return `${report.overall} ${own!.indication} ${own!.subIndication}`
}

describe('revocation by CRL, required', () => {
  test('good: valid with nothing relaxed', async () => {
    const report = await judged(signed(), day(3), [crl()])
    expect(verdict(report)).toBe('valid TOTAL-PASSED null')
    expect(report.policy.relaxations).toEqual([])
    expect(report.signatures[0]).toMatchObject({
      checks: { revocation: 'pass', chain: 'pass' },
      revocation: [{ type: 'crl', status: 'good' }],
    })
    expect(report.signatures[0]!.evidence!.map(({ type }) => type)).toEqual(['certificate', 'certificate', 'crl'])
  })

  test('missing: indeterminate, said so', async () => {
    const report = await judged(signed(), day(3), [])
    expect(verdict(report)).toBe('indeterminate INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE')
    expect(report.signatures[0]!.checks).toMatchObject({ chain: 'pass', revocation: 'unknown' })
  })

  test('stale: try later, and when', async () => {
    const report = await judged(signed(), day(12), [crl()])
    expect(verdict(report)).toBe('indeterminate INDETERMINATE TRY_LATER')
    expect(report.signatures[0]!.retryAfter).toBe(day(12).toISOString())
  })

  test('revoked without proof of an earlier signature', async () => {
    const report = await judged(signed(), day(5), [crl([{ serial: 7, at: day(4) }], day(4))])
    expect(verdict(report)).toBe('indeterminate INDETERMINATE REVOKED_NO_POE')
    expect(report.signatures[0]!.checks).toMatchObject({ revocation: 'fail' })
  })
})

describe('proven time', () => {
  const revokedOn4 = crl([{ serial: 7, at: day(4) }], day(4))

  test('stamped before the revocation passes, after it does not', async () => {
    const before = await judged(signed(day(3)), day(5), [revokedOn4])
    expect(verdict(before)).toBe('valid TOTAL-PASSED null')
    expect(before.signatures[0]!.times).toMatchObject({ best: day(3).toISOString(), provenBy: 'S1-T1' })
    expect(verdict(await judged(signed(new Date(day(4).getTime() + 1)), day(5), [revokedOn4]))).toBe(
      'indeterminate INDETERMINATE REVOKED_NO_POE',
    )
  })

  test('a document timestamp proves as much (E-12)', async () => {
    const objects = {
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 7 0 R] /SigFlags 3 >> >>',
      3: PAGE.replace('[4 0 R]', '[4 0 R 7 0 R]'),
      7: FIELD.replace('(Sig1)', '(Stamp)').replace('5 0 R', '8 0 R'),
    }
    const stamped = signed().appendSigned(objects, 8, {
      subFilter: 'ETSI.RFC3161',
      entries: '/Type /DocTimeStamp',
      sign: (covered) => craftToken({ tsa, imprint: hash('sha256', covered), genTime: day(3) }),
    })
    const report = await judged(stamped, day(5), [revokedOn4])
    expect(verdict(report)).toBe('valid-with-notes TOTAL-PASSED null')
    expect(report.signatures[0]).toMatchObject({ level: 'B-T', times: { provenBy: 'S2' } })
  })

  test('a stamp older than the certificate is a failure', async () => {
    const early = await judged(signed(new Date('2025-12-31T00:00:00Z')), day(3), [crl()])
    expect(early.signatures[0]!.timestamps[0]!.indication).toBe('TOTAL-PASSED')
    expect(verdict(early)).toBe('invalid TOTAL-FAILED NOT_YET_VALID')
  })

  test('a revoked TSA proves nothing', async () => {
    const both = crl(
      [7, 9].map((serial) => ({ serial, at: day(4) })),
      day(4),
    )
    expect(verdict(await judged(signed(day(3)), day(5), [both]))).toBe('indeterminate INDETERMINATE REVOKED_NO_POE')
  })

  // Found by review: the reasons that the document itself gives were left out, so the stamp turned the others.
  test('a document that two readers could read differently is not saved by a stamp', async () => {
    const wrongLength = baseObjects({ 6: '<< /Length 3 >>\nstream\n0 0 m S \nendstream' })
    const report = await judged(signed(day(3), wrongLength), day(5), [revokedOn4])
    expect(report.findings.map(({ rule }) => rule)).toContain('P-15')
    expect(report.signatures[0]!.indication).toBe('INDETERMINATE')
  })

  test('a chain that is not trusted is not saved by a stamp', async () => {
    const report = await verify(signed(day(3)).bytes, {
      trust: { anchors: [] },
      at: day(5),
      sources: { crls: [revokedOn4] },
    })
    expect(report.signatures[0]!.indication).toBe('INDETERMINATE')
  })
})

describe('levels', () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  const stream = (bytes: Uint8Array): string =>
    `<< /Length ${2 * bytes.length + 1} /Filter /ASCIIHexDecode >>\nstream\n${hex(bytes)}>\nendstream`

  test('a store with chain and revocation gives B-LT, a timestamp over it B-LTA', async () => {
    const fields = '/AcroForm << /Fields [4 0 R] /SigFlags 3 >>'
    const pdf = signed(day(3)).append({
      1: `<< /Type /Catalog /Pages 2 0 R ${fields} /DSS 20 0 R >>`,
      20: '<< /Certs [21 0 R 22 0 R 23 0 R] /CRLs [24 0 R] >>',
      21: stream(signer.certificate),
      22: stream(root.certificate),
      23: stream(tsa.certificate),
      24: stream(crl()),
    })
    const kept = await judged(pdf, day(5), [])
    expect([kept.overall, kept.signatures[0]!.level]).toEqual(['valid-with-notes', 'B-LT'])
    const objects = {
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 7 0 R] /SigFlags 3 >> /DSS 20 0 R >>',
      3: PAGE.replace('[4 0 R]', '[4 0 R 7 0 R]'),
      7: FIELD.replace('(Sig1)', '(Stamp)').replace('5 0 R', '8 0 R'),
    }
    const archived = pdf.appendSigned(objects, 8, {
      subFilter: 'ETSI.RFC3161',
      entries: '/Type /DocTimeStamp',
      sign: (covered) => craftToken({ tsa, imprint: hash('sha256', covered), genTime: day(4) }),
    })
    const report = await judged(archived, day(5), [])
    expect([report.overall, report.signatures[0]!.level]).toEqual(['valid-with-notes', 'B-LTA'])
  })
})
