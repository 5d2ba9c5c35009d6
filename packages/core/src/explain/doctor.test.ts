import { describe, expect, test } from '@jest/globals'
import { cert, change, report, signature } from '../../test/support/reports.ts'
import type { Finding, SignatureReport, VerificationReport } from '../report.ts'
import { diagnose, explainDoctor } from './doctor.ts'
import type { StructureFacts } from './doctor.ts'
import { DOCTOR_TEXTS } from './texts/doctor.ts'

const SOUND: StructureFacts = {
  leadingBytes: 0,
  encrypted: false,
  hybrid: false,
  needAppearances: false,
  xfa: false,
  sigFlags: true,
  invisibleFields: [],
}

const finding = (code: string, rule = 'C-01', args: Finding['args'] = {}): Finding => ({
  rule,
  severity: 'warning',
  code,
  message: { en: code, vi: code },
  args,
})

const codes = (value: VerificationReport, facts: Partial<StructureFacts> = {}): string[] =>
  diagnose(value, { ...SOUND, ...facts }).map(({ code }) => code)

const of = (changes: Partial<SignatureReport>): VerificationReport => report('valid', [signature(changes)])

/** A signature about which no viewer has anything to say, but for the root that it may not know. */
const lasting = {
  level: 'B-LT',
  times: { ...signature().times, provenBefore: '2026-10-12T04:00:00Z', provenBy: 'T1' },
} as const

/** One way to each code. */
const CASES: Readonly<Record<string, () => string[]>> = {
  NOT_READABLE: () => codes(report('unreadable', [])),
  ROOT_NOT_IN_VIEWERS: () => codes(of({})),
  ISSUER_UNKNOWN: () => codes(of({ subIndication: 'NO_CERTIFICATE_CHAIN_FOUND', indication: 'INDETERMINATE' })),
  NO_REVOCATION_INSIDE: () => codes(of({})),
  NO_TIMESTAMP: () => codes(of({})),
  CERTIFICATE_EXPIRED: () => codes(of({ certificatePath: [{ ...cert('CN=A'), notAfter: '2026-01-01T00:00:00Z' }] })),
  CERTIFICATE_REVOKED: () => codes(of({ checks: { ...signature().checks!, revocation: 'fail' } })),
  ALGORITHM_NEW: () => codes(of({ algorithms: { digest: 'sha3-256', signature: 'ed25519' } })),
  ALGORITHM_OLD: () => codes(of({ algorithms: { digest: 'sha1', signature: 'rsa-pkcs1', keyBits: 1024 } })),
  SUBFILTER_OLD: () => codes(of({ subFilter: 'adbe.pkcs7.sha1' })),
  SUBFILTER_UNKNOWN: () => codes(of({ subFilter: 'Company.own' })),
  DOCUMENT_TIMESTAMP: () => codes(of({ kind: 'document-timestamp' })),
  CERTIFIED_THEN_EVIDENCE: () =>
    codes(of({ role: 'certification', changes: { level: 'ltv', permitted: true, items: [], allowed: 'ltv' } })),
  CHANGED_AFTERWARDS: () => codes(of({ changes: { level: 'form', permitted: true, items: [change({})] } })),
  CHANGED_AGAINST_RULES: () => codes(of({ changes: { level: 'other', permitted: false, items: [] } })),
  REWRITTEN: () => codes(of({ integrity: 'broken' })),
  ESS_MISSING: () => codes(of({ findings: [finding('NO_ESS_BINDING')] })),
  ENCODING: () => codes(of({ findings: [finding('NOT_DER')] })),
  CERTIFICATE_PURPOSE: () => codes(of({ findings: [finding('SIGNER_PURPOSE_UNUSUAL')] })),
  INVISIBLE: () => codes(of({}), { invisibleFields: ['officer'] }),
  BROWSERS_SHOW_NOTHING: () => codes(of({})),
  EMPTY_FIELDS: () => codes(report('unsigned', [], { unsignedFields: ['seal'] })),
  REMOVED_SIGNATURE: () => codes(report('invalid', [signature()], { removedSignatures: ['seal'] })),
  NEED_APPEARANCES: () => codes(of({}), { needAppearances: true }),
  XFA_FORM: () => codes(of({}), { xfa: true }),
  HYBRID_FILE: () => codes(of({}), { hybrid: true }),
  READERS_DISAGREE: () => codes({ ...of({}), findings: [finding('READER_DISAGREEMENT', 'P-15')] }),
  HEADER_MOVED: () => codes(of({}), { leadingBytes: 3 }),
  ENCRYPTED: () => codes(of({}), { encrypted: true }),
  SIGFLAGS_MISSING: () => codes(of({}), { sigFlags: false }),
  FONTS_MISSING: () => codes(of({ risksAtSigning: [finding('FONT_NOT_EMBEDDED', 'M-28', { font: 'Arial' })] })),
  ACTIVE_CONTENT: () => codes(of({ risksAtSigning: [finding('ACTIVE_CONTENT', 'M-28', { kind: 'JavaScript' })] })),
  NOTHING_FOUND: () => codes(report('unsigned', [])),
}

describe('doctor: why another viewer may complain', () => {
  test.each(Object.keys(DOCTOR_TEXTS))('%s is told when it applies, and only then', (code) => {
    expect(CASES[code]?.()).toContain(code)
    const usual = ['ROOT_NOT_IN_VIEWERS', 'NO_REVOCATION_INSIDE', 'NO_TIMESTAMP', 'BROWSERS_SHOW_NOTHING']
    expect(usual.includes(code) || !codes(of({})).includes(code)).toBe(true)
  })

  test('a lasting signature leaves only what no file can change', () => {
    expect(codes(of(lasting))).toEqual(['ROOT_NOT_IN_VIEWERS', 'BROWSERS_SHOW_NOTHING'])
  })

  test('a failed signature is not to be extended', () => {
    const failed = codes(of({ indication: 'TOTAL-FAILED', integrity: 'broken' }))
    expect(failed).not.toContain('NO_TIMESTAMP')
    expect(failed[0]).toBe('REWRITTEN')
  })

  test('every text in both languages with the same places', () => {
    const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted()
    for (const [code, { message, advice }] of Object.entries(DOCTOR_TEXTS)) {
      expect([code, places(message.vi)]).toEqual([code, places(message.en)])
      for (const text of [message, advice])
        expect([code, text.vi.length > 10, text.en === text.vi]).toEqual([code, true, false])
    }
  })

  test('as text: what several signatures share once, dates in +07:00, names made safe', () => {
    const evil = { ...signature().certificatePath[1]!, subject: 'CN=Root \u001B[2J\u202E' }
    const one = { ...signature(), certificatePath: [signature().certificatePath[0]!, evil] }
    const value = report('valid', [one, { ...one, id: 'sig-2' }])
    const text = explainDoctor(
      {
        schema: 'countersign/doctor-report/1',
        document: { sha256: '', bytes: 0 },
        overall: 'valid',
        diagnoses: diagnose(value, SOUND),
        validationTime: value.validationTime,
        engine: value.engine,
      },
      { language: 'vi', name: 'a.pdf' },
    )
    expect(text).toMatch(/^a\.pdf: verify: HỢP LỆ\n/)
    expect(text.match(/Không có dấu thời gian/g)).toHaveLength(1)
    expect(text).toContain('(sig-1, sig-2, Acrobat, Foxit')
    expect(text).toContain('(01/01/2027)')
    for (const character of ['\u001B', '\u202E']) expect(text).not.toContain(character)
  })
})
