import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cert, change, report, signature } from '../../../test/support/reports.ts'
import type { Revocation, TimestampReport, VerificationReport } from '../../report.ts'
import { base64OfHex } from './objects.ts'
import { exportEtsiReport } from './report.ts'

const revocation: Revocation = {
  certificate: 'cd'.repeat(32),
  type: 'ocsp',
  status: 'revoked',
  thisUpdate: '2026-10-12T00:00:00Z',
  nextUpdate: null,
  revocationTime: '2026-10-01T00:00:00Z',
  reason: 'keyCompromise',
  sha256: 'ef'.repeat(32),
}

const stamp: TimestampReport = {
  id: 'S1-T1',
  genTime: '2026-10-12T02:16:00Z',
  imprint: 'match',
  indication: 'TOTAL-PASSED',
  subIndication: null,
  tsa: { ...signature().signer!, sha256: '12'.repeat(32) },
  algorithms: { digest: 'sha256', signature: 'ecdsa' },
  certificatePath: [{ ...cert('CN=TSA'), sha256: '12'.repeat(32) }],
  revocation: [],
  findings: [],
}

const stamped = signature({
  timestamps: [stamp],
  times: { ...signature().times, best: stamp.genTime, provenBefore: stamp.genTime, provenBy: stamp.id },
  revocation: [revocation],
  reason: 'Phê duyệt',
  location: 'Đồng Tháp',
  changes: { level: 'form', permitted: true, items: [change({})] },
})
const docStamp = signature({ id: 'T2', kind: 'document-timestamp', times: { ...stamped.times, provenBy: 'T2' } })
const full = report('valid-with-notes', [stamped, docStamp], {
  policy: { id: 'strict', version: '2', hash: 'ab'.repeat(32), relaxations: [] },
})

/** Names of the elements in order, nested as they are. */
function shape(xml: string): string {
  return [...xml.matchAll(/<(\/?[A-Za-z:]+)[^>]*?(\/?)>/g)].map(([, name, end]) => `${name}${end}`).join(' ')
}

/** Children of the first element of a name. */
function children(xml: string, name: string): readonly string[] {
  const start = xml.indexOf(`<${name}>`)
  const inner = xml.slice(start, xml.indexOf(`</${name}>`, start))
  const indent = /\n( +)</.exec(inner)?.[1] ?? ''
  return [...inner.matchAll(new RegExp(`\\n${indent}<([A-Za-z:]+)`, 'g'))].map((match) => match[1] ?? '')
}

const references = (xml: string): string[] =>
  [...xml.matchAll(/VOReference="([^"]+)"/g)].flatMap((match) => match[1]!.split(' '))
const ids = (xml: string): string[] => [...xml.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!)

describe('V-08: ETSI TS 119 102-2', () => {
  const xml = exportEtsiReport(full)

  test('the elements of a report stand in the order of the schema (V1.4.1)', () => {
    expect(children(xml, 'SignatureValidationReport')).toEqual([
      'SignatureIdentifier',
      'ValidationConstraintsEvaluationReport',
      'ValidationTimeInfo',
      'SignatureAttributes',
      'SignerInformation',
      'SignatureValidationProcess',
      'SignatureValidationStatus',
    ])
    expect(children(xml, 'AssociatedValidationReportData')).toEqual([
      'CertificateChain',
      'RelatedValidationObject',
      'RevocationStatusInformation',
      'CryptoInformation',
      'AdditionalValidationReportData',
    ])
    expect(shape(xml)).toMatch(
      /^ValidationReport SignatureValidationReport .* SignatureValidationObjects .* \/ValidationReport$/,
    )
  })

  test('indications, process, best time and its proof by the names of the standard', () => {
    for (const part of [
      'urn:etsi:019102:mainindication:total-passed',
      'urn:etsi:019102:validationprocess:LTVM',
      '<TypeOfProof>urn:etsi:019102:poetype:validation</TypeOfProof>',
      '<POEObject VOReference="S-S1-T1"/>',
      'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      `<ds:DigestValue>${Buffer.from('ab'.repeat(32), 'hex').toString('base64')}</ds:DigestValue>`,
      'urn:countersign:change:unknown',
    ])
      expect(xml).toContain(part)
    const failed = exportEtsiReport(
      report('invalid', [signature({ indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' })]),
    )
    expect(failed).toContain('urn:etsi:019102:subindication:HASH_FAILURE')
    const given = { ...stamped.times, provenBy: 'caller' }
    expect(exportEtsiReport(report('valid', [signature({ times: given })]))).toContain(
      'urn:etsi:019102:poetype:provided',
    )
  })

  test('every id once, every reference leads to one; ids follow from SHA-256', () => {
    expect(new Set(ids(xml)).size).toBe(ids(xml).length)
    expect(references(xml).filter((id) => !ids(xml).includes(id))).toEqual([])
    expect(ids(xml)).toEqual(
      expect.arrayContaining([`C-${'cd'.repeat(32)}`, `R-${'ef'.repeat(32)}`, 'S-S1-T1', 'S-T2']),
    )
  })

  test('a document time stamp is a validation object with a report of its own', () => {
    expect(xml.match(/<SignatureValidationReport>/g)).toHaveLength(1)
    expect(children(xml.slice(xml.indexOf('id="S-T2"')), 'ValidationReport')[0]).toBe('SignatureIdentifier')
  })

  test('a file without signatures still gives one report', () => {
    expect(shape(exportEtsiReport(report('unsigned', [])))).toContain('SignatureValidationStatus MainIndication')
  })

  test('V-10: equal reports give equal files', () => expect(exportEtsiReport(full)).toBe(xml))

  test('whatever a file says stays text', () => {
    const named = (name: string): VerificationReport =>
      report('valid', [signature({ field: name, reason: name, signer: { ...signature().signer!, subject: name } })])
    const usual = shape(exportEtsiReport(named('A')))
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (name) => {
        const text = exportEtsiReport(named(`${name}<x a="]]>&`))
        expect(shape(text)).toBe(usual)
        // oxlint-disable-next-line no-control-regex -- they are what must not occur
        expect(text).not.toMatch(/[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]/)
      }),
      { seed: 4, numRuns: 100 },
    )
  })

  test('hex as base64', () => {
    for (const hex of ['', '00', 'ff01', 'ff01ab', 'ff01abcd', 'ab'.repeat(32)])
      expect(base64OfHex(hex)).toBe(Buffer.from(hex, 'hex').toString('base64'))
  })
})
