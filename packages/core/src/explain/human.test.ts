import { describe, expect, test } from '@jest/globals'
import { cert, change, report, signature } from '../../test/support/reports.ts'
import type { SignatureReport } from '../report.ts'
import { explainCertificate } from './certificate.ts'
import { explainReport } from './human.ts'
import { localTime, safe } from './plain.ts'
import { CHANGE_TEXTS, HUMAN_LABELS, HUMAN_TEXTS, UNCHECKED_TEXTS } from './texts/human.ts'
import {
  ADVICE_TEXTS,
  CHECK_TEXTS,
  CHECK_WORDS,
  FACT_LABELS,
  HEADINGS,
  HIDDEN_TEXTS,
  TRUST_TEXTS,
  VALIDITY_TEXTS,
} from './texts/story.ts'

describe('V-05, V-07: order and sentences', () => {
  test('a good file: verdict, sentence, signer, organisation, claimed time, integrity, changes', () => {
    expect(explainReport(report('valid'), { language: 'vi', name: 'tb.pdf' })).toBe(`tb.pdf: HỢP LỆ
  Do Nguyễn Thị Ánh Tuyết ký. Tài liệu không thay đổi kể từ khi ký.

  Chữ ký 1 (phê duyệt): hợp lệ
    Người ký: Nguyễn Thị Ánh Tuyết
    Cơ quan, tổ chức (quản lý chứng thư): Sở Nội vụ
    Thời gian ký: Thời điểm do người ký khai (chưa được chứng minh): 12/10/2026 09:15:02 +07:00
    Thời gian ký: Không có dấu thời gian chứng minh thời điểm ký.
    Xác nhận người ký: Có: chứng thư do "CA TEST" cấp, tổ chức này được "Root TEST" mà bạn tin cậy chứng thực; chứng thư không bị thu hồi.
    Tính toàn vẹn: nội dung đã ký còn nguyên vẹn
    Hiệu lực chứng thư: có hiệu lực tại thời điểm kiểm tra; tại thời điểm ký: chưa được chứng minh
    Đơn vị cấp chứng thư: CA TEST
    Thời hạn chứng thư: từ 01/01/2026 đến 01/01/2027
    Thay đổi sau chữ ký này: Không có thay đổi nào sau chữ ký này.

  Việc cần làm:
    - Đối chiếu người ký nêu trên với người hoặc cơ quan mà bạn chờ đợi. Nếu đúng thì có thể tin dùng tài liệu.

  Thời điểm kiểm tra: 12/10/2026 10:00:00 +07:00`)
  })

  test('permitted changes are named in the sentence and listed at the signature', () => {
    const items = [
      change({ kind: 'appearance-changed', field: 'number' }),
      change({ kind: 'field-value-changed', field: 'number', before: '', after: '05' }),
      change({ kind: 'signature-added', field: 'seal' }),
    ]
    const seal = signature({ id: 'sig-2', field: 'seal', signer: { ...signature().signer!, commonName: 'Sở Nội vụ' } })
    const first = signature({ changes: { level: 'form', permitted: true, items } })
    const text = explainReport(report('valid-with-notes', [first, seal]), { language: 'en' })
    expect(text).toContain(
      'Signed by Nguyễn Thị Ánh Tuyết and Sở Nội vụ. Later additions are of the kind the signer allowed: Field "number": "" became "05"; Sở Nội vụ added a signature.',
    )
    expect(text).toContain('      - Field "number": "" became "05" (allowed)')
  })

  test('an appearance that is judged otherwise than the value is told', () => {
    const items = [
      change({ kind: 'appearance-changed', field: 'number', permitted: false }),
      change({ kind: 'field-value-changed', field: 'number', before: '', after: '05' }),
    ]
    const changed = signature({ indication: 'TOTAL-FAILED', changes: { level: 'other', permitted: false, items } })
    expect(explainReport(report('invalid', [changed]), { language: 'en' })).toContain(
      'in a way not allowed: The appearance of field "number" was changed.',
    )
  })

  test('a forbidden change, a broken signature', () => {
    const items = [change({ kind: 'page-content-changed', page: 2, permitted: false, level: 'other' })]
    const changed = signature({ indication: 'TOTAL-FAILED', changes: { level: 'other', permitted: false, items } })
    expect(explainReport(report('invalid', [changed]), { language: 'en' })).toContain(
      'The document was changed after Nguyễn Thị Ánh Tuyết signed, in a way not allowed: Content of page 2 was changed.',
    )
    const broken = signature({ indication: 'TOTAL-FAILED', integrity: 'broken' })
    expect(explainReport(report('invalid', [broken]), { language: 'vi' })).toContain('Chữ ký không khớp với tài liệu.')
  })

  test('V-06: nothing says valid when chain or revocation is unknown, and what to do is said', () => {
    const open = signature({
      indication: 'INDETERMINATE',
      subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
      checks: { ...signature().checks!, chain: 'unknown', revocation: 'unknown' },
    })
    const tones: string[] = []
    const text = explainReport(report('indeterminate', [open]), {
      language: 'en',
      paint: (tone, part) => {
        tones.push(tone)
        return part
      },
    })
    expect(tones).not.toContain('good')
    expect(text).toContain("the signer's certificate does not lead to an authority you trust")
    expect(text).toContain('needs the certificate of that authority')
  })

  test('dates for revoked, expired and stale data', () => {
    const say = (changes: Partial<SignatureReport>): string =>
      explainReport(report('indeterminate', [signature({ indication: 'INDETERMINATE', ...changes })]), {
        language: 'en',
      })
    const revocation = {
      certificate: 'ab'.repeat(32),
      type: 'crl',
      status: 'revoked',
      thisUpdate: '2026-10-01T00:00:00Z',
      nextUpdate: null,
      revocationTime: '2026-09-30T20:00:00Z',
      sha256: 'ef'.repeat(32),
    } as const
    expect(say({ subIndication: 'REVOKED_NO_POE', revocation: [revocation] })).toContain('revoked on 2026-10-01;')
    expect(say({ subIndication: 'OUT_OF_BOUNDS_NO_POE' })).toContain('expired on 2027-01-01')
    expect(say({ subIndication: 'TRY_LATER', retryAfter: '2026-10-13T00:00:00Z' })).toContain(
      'after 2026-10-13 07:00:00 +07:00',
    )
    expect(say({ subIndication: 'GENERIC' })).toContain('It could not be established')
  })

  test('unsigned, unreadable, empty and removed fields', () => {
    const unsigned = report('unsigned', [], { unsignedFields: ['seal'], removedSignatures: ['officer'] })
    const text = explainReport(unsigned, { language: 'en' })
    expect(text).toContain('NOT SIGNED')
    expect(text).toContain('Field "seal" looks like a signature but is not signed')
    expect(text).toContain('A signature in field "officer" was in the file earlier and has been removed')
    const message = { en: 'not a PDF', vi: 'không phải PDF' }
    const finding = { rule: 'R-01', severity: 'error', code: 'PDF_NOT_PDF', message, args: {} } as const
    expect(explainReport(report('unreadable', [], { findings: [finding] }), { language: 'vi' })).toContain(
      'Tệp không phải là tài liệu PDF.',
    )
  })

  test('details are for those who ask', () => {
    expect(explainReport(report('valid'), { language: 'en' })).not.toContain('SHA-256')
    const text = explainReport(report('valid'), { language: 'en', details: true })
    expect(text).toContain('sig-1 officer:\n      TOTAL-PASSED, B-B, ETSI.CAdES.detached, rsa-pkcs1 sha256 2048')
    expect(text).toContain('Certificate path: CN=Nguyễn Thị Ánh Tuyết,O=Sở Nội vụ < CN=Root TEST')
  })
})

test('a certificate: verdict, path, what is wrong', () => {
  const finding = {
    rule: 'X-07',
    severity: 'error',
    code: 'CERT_REVOKED',
    message: { en: 'revoked', vi: 'đã bị thu hồi' },
    args: {},
  } as const
  const text = explainCertificate(
    {
      valid: false,
      indication: 'FAILED',
      subIndication: 'REVOKED',
      path: [cert('CN=A'), cert('CN=R', true)],
      findings: [finding],
    },
    { language: 'vi', name: 'a.pem' },
  )
  expect(text).toContain('a.pem: KHÔNG HỢP LỆ (REVOKED)')
  expect(text).toContain('    - CN=A (từ 01/01/2026 đến 01/01/2027)')
  expect(text).toContain('    - đã bị thu hồi')
})

describe('text from a file', () => {
  test('cannot give orders to a terminal nor turn the writing around', () => {
    const evil = signature({ reason: '\u001B[2J\u001B]0;x\u0007HỢP LỆ\u202Egnol\u200B\u009B1m\nfake: line' })
    const text = explainReport(report('valid', [evil]), { language: 'vi' })
    for (const character of ['\u001B', '\u0007', '\u202E', '\u200B', '\u009B']) expect(text).not.toContain(character)
    expect(text).not.toContain('\nfake: line')
  })

  test('letters that nobody sees are shown, piled-up marks are cut, composed letters stay', () => {
    expect(safe('A\u00ADB\uFE0FC\u{E0041}D\uD800E')).toBe('A\uFFFDB\uFFFDC\uFFFDD\uFFFDE')
    expect(safe(`a${'\u0316'.repeat(50)}b`)).toHaveLength(6)
    expect(safe('Nguyễn Thị Ánh Tuyết'.normalize('NFD'))).toBe('Nguyễn Thị Ánh Tuyết')
  })

  test('is cut', () => expect(safe('a'.repeat(1000))).toHaveLength(303))
})

test('what a page read before and after is told where it differs', () => {
  const around = 'Thời hạn khắc phục của đơn vị được kiểm tra là trước ngày '
  const page = { kind: 'page-content-changed', page: 1, permitted: false, level: 'other' } as const
  const items = [
    change({ ...page, before: `${around}27/10/2026, hết.`, after: `${around}27/01/2027, hết.` }),
    change({ ...page, path: '/Root/Pages/1/Contents/0/Length' }),
  ]
  const text = explainReport(
    report('invalid', [
      signature({ indication: 'TOTAL-FAILED', changes: { level: 'other', permitted: false, items } }),
    ]),
    { language: 'en' },
  )
  expect(text).toContain('in a way not allowed: Content of page 1 was changed.')
  expect(text).toContain(
    '      - Content of page 1 was changed: "…là trước ngày «27/10/2026,» hết." became "…là trước ngày «27/01/2027,» hết." (NOT ALLOWED)',
  )
  expect(text.match(/Content of page 1 was changed/g)).toHaveLength(2)
})

test('a revocation is a fault, not an open point, and a later stated time is pointed at; organisations are as stated', () => {
  const entry = {
    certificate: 'ab'.repeat(32),
    type: 'crl',
    status: 'revoked',
    thisUpdate: '2026-10-01T00:00:00Z',
    nextUpdate: null,
    revocationTime: '2026-09-30T20:00:00Z',
    sha256: 'ef'.repeat(32),
  } as const
  const revoked = signature({
    indication: 'INDETERMINATE',
    subIndication: 'REVOKED_NO_POE',
    checks: { ...signature().checks!, revocation: 'fail' },
    revocation: [entry],
  })
  const text = explainReport(report('indeterminate', [revoked]), { language: 'en' })
  expect(text).toContain('was revoked on 2026-10-01, BEFORE the time that the signer states.')
  expect(text).toContain('    What is wrong:\n      - The certificate was revoked on 2026-10-01;')
  expect(text).not.toContain('What could not be checked')
  expect(text).toContain('Organisation, as the certificate says: Sở Nội vụ')
})

test('what nobody signed has no question mark; an empty place is explained; every signer concerned is named', () => {
  const tones: string[] = []
  const paint = (tone: string, part: string): string => {
    tones.push(tone)
    return part
  }
  const text = explainReport(report('unsigned', [], { unsignedFields: ['seal'] }), { language: 'en', paint })
  expect(tones).toContain('neutral')
  expect(text).toContain('is not signed. It is a place prepared for a signature that nobody has filled')
  const broken = signature({ indication: 'TOTAL-FAILED', integrity: 'broken' })
  const other = { ...broken, id: 'sig-2', signer: { ...broken.signer!, commonName: 'Sở Nội vụ' } }
  expect(explainReport(report('invalid', [broken, other]), { language: 'en' })).toContain(
    'Ask the sender, or Nguyễn Thị Ánh Tuyết or Sở Nội vụ, for an intact copy',
  )
})

test('V-06: what was left out as asked is not shown as good either', () => {
  const tones: string[] = []
  const paint = (tone: string, part: string): string => {
    tones.push(tone)
    return part
  }
  const skipped = signature({ checks: { ...signature().checks!, revocation: 'skipped' } })
  const text = explainReport(report('valid', [skipped]), { language: 'en', paint })
  expect(tones).not.toContain('good')
  expect(text).toMatch(/^VALID, NOT FULLY CHECKED\n/)
  expect(text).toContain('Signer, NOT confirmed: Nguyễn Thị Ánh Tuyết')
  expect(text).toContain('Check again in full before relying on the document.')
})

test('VN-05: no revocation data is told by a sentence of its own, never as valid', () => {
  const open = signature({
    indication: 'INDETERMINATE',
    subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
    checks: { ...signature().checks!, revocation: 'unknown' },
  })
  const text = explainReport(report('indeterminate', [open]), { language: 'vi' })
  expect(text).toMatch(
    /^KHÔNG XÁC ĐỊNH\n {2}Chữ ký còn nguyên vẹn nhưng chưa kiểm tra được chứng thư của người ký có bị thu hồi/,
  )
  expect(text).toContain('Kiểm tra lại qua mạng, hoặc với danh sách thu hồi mới nhất của "CA TEST"')
})

test('the list to get is that of whoever issued the certificate that nothing is known about', () => {
  const [leaf, root] = signature().certificatePath
  const authority = { ...leaf!, subject: 'CN=CA TEST', issuer: 'CN=Root TEST' }
  const open = signature({
    indication: 'INDETERMINATE',
    subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
    checks: { ...signature().checks!, revocation: 'unknown' },
    certificatePath: [leaf!, authority, root!],
    findings: [
      {
        rule: 'X-07',
        severity: 'error',
        code: 'REVOCATION_MISSING',
        message: { en: '', vi: '' },
        args: { subject: authority.subject },
      },
    ],
  })
  const text = explainReport(report('indeterminate', [open]), { language: 'en' })
  expect(text).toContain('with the current revocation list of "Root TEST";')
})

test('V-03: a broken signature confirms nobody, and something did change', () => {
  const broken = signature({ indication: 'TOTAL-FAILED', integrity: 'broken' })
  const text = explainReport(report('invalid', [broken]), { language: 'en' })
  expect(text).toContain('It does not show that "Nguyễn Thị Ánh Tuyết" signed this content.')
  expect(text).toContain('The signed content itself was altered or damaged')
  expect(text).not.toContain('Nothing was changed')
})

test('A-30, --signer: what was demanded and not met comes first', () => {
  const finding = (code: string, args: Record<string, unknown>) => ({
    findings: [{ rule: 'A-30', severity: 'error', code, message: { en: code, vi: code }, args } as const],
  })
  const other = report('invalid', [signature()], finding('DOCUMENT_NOT_EXPECTED', { actual: 'aa', expected: 'bb' }))
  expect(explainReport(other, { language: 'en' })).toMatch(/^NOT VALID\n {2}This is not the expected document/)
  const stranger = report('valid', [signature()], finding('SIGNER_MISMATCH', { signer: 'Trần' }))
  const text = explainReport(stranger, { language: 'vi' })
  expect(text).toMatch(
    /^KHÔNG PHẢI NGƯỜI KÝ ĐƯỢC YÊU CẦU\n {2}Không có chữ ký hợp lệ nào trong tài liệu này là của Trần/,
  )
  expect(text).toContain('Không coi đây là tài liệu của Trần')
})

test('times and names inside messages are told like the others', () => {
  const args = { subject: 'CN=Nguyễn\\, A,O=Sở', limit: '2026-01-01T00:00:00.000Z', at: '2026-10-12T03:00:00.000Z' }
  const finding = { rule: 'X-06', severity: 'error', code: 'CERT_EXPIRED', message: { en: '', vi: '' }, args } as const
  const failed = signature({ indication: 'TOTAL-FAILED', findings: [finding] })
  expect(explainReport(report('invalid', [failed]), { language: 'vi' })).toContain(
    'Chứng thư số Nguyễn, A đã hết hạn ngày 01/01/2026 07:00:00 +07:00; thời điểm kiểm tra 12/10/2026 10:00:00 +07:00.',
  )
})

test('the proof of a document time stamp names its authority', () => {
  const stamp = signature({
    id: 'T1',
    kind: 'document-timestamp',
    signer: { ...signature().signer!, commonName: 'TSA' },
  })
  const times = { ...signature().times, provenBefore: '2026-10-12T04:00:00Z', provenBy: 'T1' }
  expect(explainReport(report('valid', [signature({ times }), stamp]), { language: 'en' })).toContain(
    'Existed before 2026-10-12 11:00:00 +07:00, proven by time stamp from TSA',
  )
})

test('time stamps alone are no signature of anybody', () => {
  const times = { ...signature().times, claimed: null, provenBefore: '2026-10-12T04:00:00Z', provenBy: 'T1' }
  const stamp = signature({ id: 'T1', kind: 'document-timestamp', role: null, times })
  const text = explainReport(report('valid', [stamp]), { language: 'en' })
  expect(text).toContain(
    'Nobody signed the document. A time stamp from Nguyễn Thị Ánh Tuyết proves that it existed before',
  )
  expect(text).toContain('not who made or approved it')
})

test('times are shown in +07:00 whatever the machine', () => {
  expect(localTime('2026-12-31T20:00:00Z', 'vi')).toBe('01/01/2027 03:00:00 +07:00')
  expect(localTime('2026-12-31T20:00:00Z', 'en')).toBe('2027-01-01 03:00:00 +07:00')
})

test('every text is there in both languages with the same places', () => {
  const checks = Object.fromEntries(CHECK_TEXTS)
  const story = [HEADINGS, FACT_LABELS, TRUST_TEXTS, VALIDITY_TEXTS, ADVICE_TEXTS, CHECK_WORDS, HIDDEN_TEXTS, checks]
  for (const texts of [HUMAN_TEXTS, HUMAN_LABELS, CHANGE_TEXTS, UNCHECKED_TEXTS, ...story])
    for (const [key, { en, vi }] of Object.entries(texts as Record<string, { en: string; vi: string }>)) {
      const places = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
      expect({ key, places: places(vi) }).toEqual({ key, places: places(en) })
      expect(vi).not.toBe('')
    }
})
