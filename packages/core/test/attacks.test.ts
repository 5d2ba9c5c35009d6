// The attack catalogue (section 4) with files made here: none may pass, and each is caught as broken or as a refused change.
import { describe, expect, test } from '@jest/globals'
import { verify } from '../src/pades/verify.ts'
import type { VerificationReport } from '../src/report.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { craftIdentity } from './support/craft-certificate.ts'
import { craftCms, craftToken, hash } from './support/craft-cms.ts'
import { baseObjects, CraftedPdf, FIELD, PAGE, type SignatureShape } from './support/craft-pdf.ts'

const root = craftIdentity({ name: 'Root', ca: true, kind: 'ec', serial: 1 })
const signer = craftIdentity({ issuer: root, name: 'Signer', kind: 'ec' })
const tsa = craftIdentity({
  issuer: root,
  name: 'TSA',
  kind: 'ec',
  serial: 9,
  extendedKeyUsage: ['1.3.6.1.5.5.7.3.8'],
  criticalUsage: true,
})
const trust = createTrustStore([root.certificate])
const sign = (covered: Uint8Array): Uint8Array => craftCms({ signer, digest: hash('sha256', covered) })

function signedPdf(objects = baseObjects(), shape: Partial<SignatureShape> = {}): CraftedPdf {
  return new CraftedPdf().appendSigned(objects, 5, { sign, ...shape })
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

async function reportOf(bytes: Uint8Array): Promise<VerificationReport> {
  return verify(bytes, { trust, at: new Date('2026-06-02T00:00:00Z'), policy: { revocation: 'none' } })
}

async function expectCaught(bytes: Uint8Array): Promise<VerificationReport> {
  const report = await reportOf(bytes)
  expect(['valid', 'valid-with-notes']).not.toContain(report.overall)
  const caught = report.signatures.some((one) => one.integrity === 'broken' || one.changes.permitted === false)
  expect(caught || report.overall === 'unreadable').toBe(true)
  return report
}

test('the file that the attacks start from is sound', async () => {
  expect((await reportOf(signedPdf().bytes)).overall).toBe('valid')
})

describe('A-01 no usable signature data', () => {
  test.each([
    [
      '/Contents null',
      (text: string) => text.replace(/\/Contents <0*[0-9a-f]*>/, (all) => '/Contents null'.padEnd(all.length)),
    ],
    [
      '/Contents an empty string',
      (text: string) => text.replace(/\/Contents <[0-9a-f]*>/, (all) => '/Contents <>'.padEnd(all.length)),
    ],
    ['no /ByteRange', (text: string) => text.replace('/ByteRange', '/ByteRangX')],
    [
      '/ByteRange null',
      (text: string) => text.replace(/\/ByteRange \[[^\]]*\]/, (all) => '/ByteRange null'.padEnd(all.length)),
    ],
    ['no /Contents', (text: string) => text.replace('/Contents <', '/Contentz <')],
    ['no /SubFilter', (text: string) => text.replace('/SubFilter /ETSI', '/SubFiltex /ETSI')],
  ])('%s', async (_, change) => {
    const report = await reportOf(bytesOf(change(textOf(signedPdf().bytes))))
    expect(report.signatures).toHaveLength(1)
    expect(['valid', 'valid-with-notes', 'unsigned']).not.toContain(report.overall)
    expect(report.signatures[0]!.integrity).not.toBe('intact')
  })
})

describe('A-02 incremental saving', () => {
  const drawing = '<< /Length 27 >>\nstream\n0 0 1 rg 10 10 90 90 re f n \nendstream'

  test('a new page content with a proper section', async () => {
    const report = await expectCaught(signedPdf().append({ 6: drawing }).bytes)
    expect(report.signatures[0]).toMatchObject({ integrity: 'intact', indication: 'TOTAL-FAILED' })
    expect(report.signatures[0]!.findings.map((one) => one.code)).toContain('DOC_CHANGED')
  })

  test.each([
    ['without a section', `6 0 obj\n${drawing}\nendobj\n`],
    ['without a trailer', `6 0 obj\n${drawing}\nendobj\nxref\n6 1\n0000000000 00000 n \n`],
    ['with a terminator only', `6 0 obj\n${drawing}\nendobj\nstartxref\n0\n%%EOF\n`],
  ])('a new page content %s', async (_, tail) => {
    const report = await reportOf(Uint8Array.from([...signedPdf().bytes, ...bytesOf(tail)]))
    expect(['valid', 'valid-with-notes']).not.toContain(report.overall)
  })

  test('with a copy of the signature that claims the whole file', async () => {
    const pdf = signedPdf()
    const original = textOf(pdf.bytes)
    const dictionary = original.slice(
      original.indexOf('<< /Filter'),
      original.indexOf('endobj', original.indexOf('<< /Filter')),
    )
    await expectCaught(pdf.append({ 5: dictionary, 6: drawing }).bytes)
  })
})

describe('A-03 wrapping', () => {
  test('the second range is moved and the space between filled', async () => {
    const pdf = signedPdf(baseObjects(), {
      byteRange: (right) => `[0 ${right[1]} ${right[2] + 40} ${right[3] - 40}]`,
      sign: (covered) => craftCms({ signer, digest: hash('sha256', covered) }),
    })
    await expectCaught(pdf.bytes)
  })
})

describe('A-04 to A-07 later definitions', () => {
  test('an object that was there and unused is put in force by a section alone', async () => {
    // The hidden page content is signed as object 9; the attack only writes a section that lets 6 point to it.
    const hidden = '<< /Length 10 >>\nstream\n1 0 0 rg n \nendstream'
    const pdf = signedPdf(baseObjects({ 9: hidden }))
    await expectCaught(pdf.append({ 3: PAGE.replace('6 0 R', '9 0 R') }).bytes)
  })

  test('another catalog by the trailer', async () => {
    const pdf = signedPdf(
      baseObjects({ 9: '<< /Type /Catalog /Pages 10 0 R >>', 10: '<< /Type /Pages /Kids [] /Count 0 >>' }),
    )
    const text = textOf(pdf.append({ 11: 'null' }).bytes)
    const at = text.lastIndexOf('/Root 1 0 R')
    await expectCaught(bytesOf(`${text.slice(0, at)}/Root 9 0 R${text.slice(at + 11)}`))
  })
})

describe('A-08 to A-11 annotations, fields and scripts', () => {
  const annotated = (annotation: string): CraftedPdf =>
    signedPdf().append({ 3: PAGE.replace('[4 0 R]', '[4 0 R 12 0 R]'), 12: annotation })

  test.each([
    ['a link with a script', '<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /JavaScript /JS (x) >> >>'],
    ['a stamp over the page', '<< /Type /Annot /Subtype /Stamp /Rect [0 0 200 200] >>'],
    ['free text', '<< /Type /Annot /Subtype /FreeText /Rect [0 0 200 200] /Contents (x) /DA (/F 1 Tf) >>'],
  ])('%s does not pass unnoticed', async (_, annotation) => {
    const report = await reportOf(annotated(annotation).bytes)
    expect(['valid', 'valid-with-notes']).not.toContain(report.overall)
  })

  test('a script in the catalog', async () => {
    const catalog = '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /SigFlags 3 >>'
    await expectCaught(signedPdf().append({ 1: `${catalog} /OpenAction << /S /JavaScript /JS (x) >> >>` }).bytes)
  })

  test('an old signature in a new visible field', async () => {
    const pdf = signedPdf().append({
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 12 0 R] /SigFlags 3 >> >>',
      3: PAGE.replace('[4 0 R]', '[4 0 R 12 0 R]'),
      12: FIELD.replace('(Sig1)', '(Fake)').replace('[0 0 0 0]', '[10 10 90 90]'),
    })
    await expectCaught(pdf.bytes)
  })
})

describe('A-16 other bytes around the file', () => {
  test('bytes in front', async () => {
    await expectCaught(Uint8Array.from([...bytesOf('%!PS\n'), ...signedPdf().bytes]))
  })

  test('a second file behind', async () => {
    const report = await reportOf(
      Uint8Array.from([
        ...signedPdf().bytes,
        ...new CraftedPdf().append(baseObjects({ 4: FIELD.replace('/V 5 0 R', '') })).bytes,
      ]),
    )
    expect(['valid', 'valid-with-notes']).not.toContain(report.overall)
  })

  test('white space behind is harmless', async () => {
    expect((await reportOf(Uint8Array.from([...signedPdf().bytes, 0x0a, 0x20]))).overall).toMatch(/^valid/)
  })
})

describe('A-22 and A-23 time stamps from elsewhere', () => {
  test('a document timestamp copied into a later revision proves nothing', async () => {
    let token: Uint8Array = new Uint8Array()
    const stamp = {
      subFilter: 'ETSI.RFC3161',
      entries: '/Type /DocTimeStamp',
      sign: (covered: Uint8Array) => (token = craftToken({ tsa, imprint: hash('sha256', covered) })),
    }
    new CraftedPdf().appendSigned(baseObjects(), 5, stamp)
    const objects = {
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 7 0 R] /SigFlags 3 >> >>',
      3: PAGE.replace('[4 0 R]', '[4 0 R 7 0 R]'),
      7: FIELD.replace('(Sig1)', '(Stamp)').replace('5 0 R', '8 0 R'),
    }
    const copied = signedPdf().appendSigned(objects, 8, { ...stamp, sign: () => token })
    const report = await reportOf(copied.bytes)
    expect(report.signatures[1]).toMatchObject({ kind: 'document-timestamp', integrity: 'broken' })
    expect(report.signatures[0]!.times.provenBefore).toBeNull()
  })
})

describe('A-26 pages', () => {
  test('a page added', async () => {
    const pdf = signedPdf().append({
      2: '<< /Type /Pages /Kids [3 0 R 12 0 R] /Count 2 >>',
      12: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << >> >>',
    })
    await expectCaught(pdf.bytes)
  })

  test('the only page removed', async () => {
    await expectCaught(signedPdf().append({ 2: '<< /Type /Pages /Kids [] /Count 0 >>' }).bytes)
  })
})

describe('A-30 an earlier stage', () => {
  test('the file cut back to its first signature is sound, only the expected digest tells', async () => {
    const first = signedPdf()
    const { bytes } = first
    const whole = first.append({ 12: '<< >>' }).bytes
    const cut = whole.subarray(0, bytes.length)
    expect((await reportOf(cut)).overall).toBe('valid')
    const report = await verify(cut, {
      trust,
      at: new Date('2026-06-02T00:00:00Z'),
      policy: { revocation: 'none' },
      expectedDigest: hash('sha256', whole),
    })
    expect(report.overall).toBe('invalid')
  })
})
