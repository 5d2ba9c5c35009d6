// P-01 to P-14 for signatures: each rule with a file made to break it.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { openDocument } from '../src/pdf/document.ts'
import { findSignatures } from '../src/pdf/signatures.ts'
import { inspect } from '../src/pades/inspect.ts'
import { verify } from '../src/pades/verify.ts'
import type { SignatureReport, VerificationReport } from '../src/report.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { craftIdentity } from './support/craft-certificate.ts'
import { craftCms, craftToken, hash } from './support/craft-cms.ts'
import { baseObjects, CraftedPdf, FIELD, PAGE, type SignatureShape } from './support/craft-pdf.ts'

const AT = new Date('2026-06-02T00:00:00Z')
const root = craftIdentity({ name: 'Root', ca: true, kind: 'ec', serial: 1 })
const signer = craftIdentity({ issuer: root, name: 'Signer', kind: 'ec' })
const trust = createTrustStore([root.certificate])
const sign = (covered: Uint8Array): Uint8Array => craftCms({ signer, digest: hash('sha256', covered) })

function signedPdf(shape: Partial<SignatureShape> = {}, objects = baseObjects()): CraftedPdf {
  return new CraftedPdf().appendSigned(objects, 5, { sign, ...shape })
}

function check(bytes: Uint8Array): Promise<VerificationReport> {
  return verify(bytes, { trust, at: AT, policy: { revocation: 'none' } })
}

function codes(report: SignatureReport): string[] {
  return report.findings.filter((one) => one.severity === 'error').map((one) => one.code)
}

async function expectBroken(bytes: Uint8Array, code: string): Promise<SignatureReport> {
  const report = await check(bytes)
  const [own] = report.signatures
  expect(codes(own!)).toContain(code)
  expect([report.overall, own!.integrity, own!.indication]).toEqual(['invalid', 'broken', 'TOTAL-FAILED'])
  return own!
}

/** A second field and signature, as a later revision adds it. */
function secondSignature(pdf: CraftedPdf, shape: Partial<SignatureShape> = {}): CraftedPdf {
  const objects = {
    1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 7 0 R] /SigFlags 3 >> >>',
    3: PAGE.replace('[4 0 R]', '[4 0 R 7 0 R]'),
    7: FIELD.replace('(Sig1)', '(Sig2)').replace('5 0 R', '8 0 R'),
  }
  return pdf.appendSigned(objects, 8, { sign, ...shape })
}

describe('P-01', () => {
  test('bytes before the header', async () => {
    const { bytes } = signedPdf()
    const shifted = Uint8Array.of(0x0a, ...bytes)
    const report = await check(shifted)
    expect(['invalid', 'unreadable']).toContain(report.overall)
    expect(report.signatures.every((one) => one.integrity === 'broken')).toBe(true)
  })
})

describe('P-02 finding signatures', () => {
  test('empty fields are listed, filled ones are not', async () => {
    const { bytes } = new CraftedPdf().append(baseObjects({ 4: FIELD.replace('/V 5 0 R', '') }))
    const report = await check(bytes)
    expect(report).toMatchObject({ overall: 'unsigned', unsignedFields: ['Sig1'], signatures: [] })
  })

  test('/FT may be inherited and fields may stand in groups', async () => {
    const objects = baseObjects({
      4: '<< /FT /Sig /T (Group) /Kids [7 0 R] >>',
      7: FIELD.replace('/FT /Sig ', '').replace('/V', '/Parent 4 0 R /V'),
    })
    const report = await check(signedPdf({}, objects).bytes)
    expect(report.signatures.map((one) => [one.field, one.integrity])).toEqual([['Group.Sig1', 'intact']])
  })

  test('a signature removed later is listed with its own verdict, and its removal refused', async () => {
    const pdf = signedPdf().append({
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /SigFlags 3 >> >>',
    })
    const report = await check(pdf.bytes)
    expect(report).toMatchObject({ overall: 'invalid', removedSignatures: ['Sig1'] })
    expect(report.signatures[0]).toMatchObject({ field: 'Sig1', integrity: 'intact', coverage: 'revision' })
    expect(report.signatures[0]!.changes).toMatchObject({ level: 'other', permitted: false })
  })

  test('a signature that no field refers to is counted', async () => {
    const report = await check(signedPdf({}, baseObjects({ 4: FIELD.replace('/V 5 0 R', '') })).bytes)
    expect(report).toMatchObject({ overall: 'unsigned', orphanSignatures: 1 })
  })

  test('in a damaged file a signature is listed even where its field is lost', async () => {
    const { bytes } = signedPdf()
    const at = Buffer.from(bytes).indexOf('4 0 obj')
    const report = await check(bytes.with(at, 0x39))
    expect(report).toMatchObject({ overall: 'invalid', orphanSignatures: 0 })
    expect(report.signatures.map((one) => one.integrity)).toEqual(['broken'])
    expect(codes(report.signatures[0]!)).toContain('SIGNATURE_WITHOUT_FIELD')
  })

  test('a value that cannot be read is a broken signature, a missing object none', async () => {
    const { bytes } = signedPdf()
    const at = Buffer.from(bytes).indexOf('5 0 obj')
    const report = await check(bytes.with(at, 0x39))
    expect(report.signatures.map((one) => [one.field, one.integrity])).toEqual([['Sig1', 'broken']])
    const missing = await check(new CraftedPdf().append(baseObjects()).bytes)
    expect(missing).toMatchObject({ overall: 'unsigned', unsignedFields: ['Sig1'] })
  })

  test('a widget outside the form is listed with a note', async () => {
    const objects = baseObjects({
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /SigFlags 3 >> >>',
    })
    const report = await check(signedPdf({}, objects).bytes)
    expect(report.signatures).toHaveLength(1)
    expect(report.signatures[0]!.findings.map((one) => one.code)).toContain('SIGNATURE_FIELD_NOT_IN_FORM')
  })

  test('two signatures stand in signing order, each with its coverage', async () => {
    const report = await check(secondSignature(signedPdf()).bytes)
    expect(report.signatures.map((one) => [one.id, one.field, one.coverage, one.integrity])).toEqual([
      ['S1', 'Sig1', 'revision', 'intact'],
      ['S2', 'Sig2', 'whole-file', 'intact'],
    ])
    expect(report.document.revisions).toBe(2)
  })
})

describe('P-03', () => {
  test('a value that is no dictionary, and one that stands direct', async () => {
    const wrong = await check(signedPdf({}, baseObjects({ 4: FIELD.replace('/V 5 0 R', '/V (text)') })).bytes)
    expect(wrong.overall).toBe('invalid')
    expect(wrong.signatures[0]).toMatchObject({ field: 'Sig1', integrity: 'broken', coverage: 'broken' })
    expect(codes(wrong.signatures[0]!)).toContain('SIGNATURE_VALUE_NOT_DICTIONARY')
    const direct = '<< /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 1 2 3] /Contents <00> >>'
    const report = await check(new CraftedPdf().append(baseObjects({ 4: FIELD.replace('5 0 R', direct) })).bytes)
    expect(codes(report.signatures[0]!)).toContain('SIGNATURE_DIRECT')
  })
})

describe('P-04 and P-05 the numbers', () => {
  test.each<[string, string, (right: readonly number[]) => string]>([
    ['two numbers', 'BYTERANGE_SHAPE', (right) => `[${right[0]} ${right[1]}]`],
    ['six numbers', 'BYTERANGE_SHAPE', (right) => `[${right.join(' ')} 0 0]`],
    ['a real', 'BYTERANGE_SHAPE', (right) => `[${right[0]}.0 ${right.slice(1).join(' ')}]`],
    ['a negative number', 'BYTERANGE_SHAPE', (right) => `[0 ${right[1]} ${right[2]} -${right[3]}]`],
    ['a reference', 'BYTERANGE_NOT_DIRECT_ARRAY', () => '6 0 R'],
    ['a number beyond 53 bits', 'BYTERANGE_SHAPE', (right) => `[0 ${right[1]} ${right[2]} 99999999999999999]`],
    [
      'a first range that does not begin at 0',
      'BYTERANGE_BOUNDS',
      (right) => `[1 ${right[1]! - 1} ${right[2]} ${right[3]}]`,
    ],
    ['an empty second range', 'BYTERANGE_BOUNDS', (right) => `[0 ${right[1]} ${right[2]} 0]`],
    ['one byte past the end', 'BYTERANGE_BOUNDS', (right) => `[0 ${right[1]} ${right[2]} ${right[3]! + 1}]`],
    ['ranges that meet', 'BYTERANGE_BOUNDS', (right) => `[0 ${right[2]} ${right[2]} ${right[3]}]`],
    [
      '2^32 more, which 32 bits would lose',
      'BYTERANGE_BOUNDS',
      (right) => `[0 ${right[1]} ${right[2]! + 2 ** 32} ${right[3]}]`,
    ],
  ])('%s', async (_, code, byteRange) => {
    const own = await expectBroken(signedPdf({ byteRange }).bytes, code)
    expect(own.coverage).toBe('broken')
  })
})

describe('P-06 the gap', () => {
  test('a gap that is wider than the token (wrapping)', async () => {
    const byteRange = (right: readonly number[]): string => `[0 ${right[1]! - 1} ${right[2]} ${right[3]}]`
    await expectBroken(signedPdf({ byteRange }).bytes, 'GAP_NOT_CONTENTS')
  })

  test('a gap of digits only is a note in compat, never in strict', async () => {
    const byteRange = (right: readonly number[]): string => `[0 ${right[1]! + 1} ${right[2]! - 1} ${right[3]! + 1}]`
    await expectBroken(signedPdf({ byteRange }).bytes, 'GAP_NOT_CONTENTS')
  })

  test.each([
    ['white space', (hex: string) => `<${hex.slice(0, -1)} >`],
    ['a comment', (hex: string) => `<${hex.slice(0, -4)}%a\n0>`],
    ['a literal string', (hex: string) => `(${hex})`],
    ['keys behind a shorter string', (hex: string) => `<${hex.slice(0, -12)}> /Reason (x)`],
  ])('%s inside the token', async (_, contents) => {
    const { bytes } = signedPdf({ contents })
    const report = await check(bytes)
    expect(report.signatures[0]!.integrity).toBe('broken')
    expect(codes(report.signatures[0]!).some((code) => code.startsWith('CONTENTS') || code.startsWith('GAP'))).toBe(
      true,
    )
  })
})

/** A file whose signature dictionary stands in an object stream, its numbers otherwise right. */
function signatureInObjectStream(): Uint8Array {
  const parts: string[] = ['%PDF-1.7\n']
  const offsets: number[] = [0]
  const here = (): number => parts.join('').length
  const objects = baseObjects()
  for (const number of [1, 2, 3, 4, 6]) {
    offsets[number] = here()
    parts.push(`${number} 0 obj\n${objects[number]!}\nendobj\n`)
  }
  const room = 4096
  const range = ' '.repeat(60)
  const dictionary = `<< /Type /Sig /Filter /X /SubFilter /ETSI.CAdES.detached /ByteRange ${range} /Contents <${'0'.repeat(room)}> >>`
  const body = `5 0 ${dictionary}`
  offsets[7] = here()
  parts.push(`7 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length ${body.length} >>\nstream\n${body}\nendstream\nendobj\n`)
  const xref = here()
  const rows = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => {
    if (number === 5) return '02000000070000'
    return `01${(number === 8 ? xref : offsets[number]!).toString(16).padStart(8, '0')}0000`
  })
  const table = `00000000000000${rows.join('')}>`
  const entries = `/Type /XRef /Size 9 /Root 1 0 R /W [1 4 2] /Filter /ASCIIHexDecode /Length ${table.length}`
  parts.push(`8 0 obj\n<< ${entries} >>\nstream\n${table}\nendstream\nendobj\nstartxref\n${xref}\n%%EOF\n`)
  const text = parts.join('')
  const gapStart = text.indexOf('/Contents <') + 10
  const gapEnd = gapStart + room + 2
  const right = `[0 ${gapStart} ${gapEnd} ${text.length - gapEnd}]`.padEnd(60)
  const ranged = text.replace(range, right)
  const covered = new Uint8Array(Buffer.from(ranged.slice(0, gapStart) + ranged.slice(gapEnd), 'latin1'))
  const hex = Buffer.from(sign(covered)).toString('hex').padEnd(room, '0')
  return new Uint8Array(Buffer.from(`${ranged.slice(0, gapStart)}<${hex}>${ranged.slice(gapEnd)}`, 'latin1'))
}

test('P-07: a signature in an object stream is broken, whatever its digest', async () => {
  const own = await expectBroken(signatureInObjectStream(), 'SIGNATURE_NOT_PLAIN_OBJECT')
  expect(own.coverage).toBe('broken')
})

describe('P-08 the revision', () => {
  test('covered bytes that end in the middle of a revision', async () => {
    const byteRange = (right: readonly number[]): string => `[0 ${right[1]} ${right[2]} ${right[3]! - 20}]`
    await expectBroken(signedPdf({ byteRange }).bytes, 'COVERED_END_NO_REVISION')
  })

  test('the end may leave out the last EOL, and white space may follow', async () => {
    const shorter = (covered: Uint8Array): Uint8Array => sign(covered.subarray(0, -1))
    const byteRange = (right: readonly number[]): string => `[0 ${right[1]} ${right[2]} ${right[3]! - 1}]`
    const { bytes } = signedPdf({ byteRange, sign: shorter })
    expect((await check(bytes)).signatures[0]).toMatchObject({ integrity: 'intact', coverage: 'whole-file' })
    const spaced = Uint8Array.from([...signedPdf().bytes, 0x20, 0x0d, 0x0a])
    expect((await check(spaced)).signatures[0]).toMatchObject({ integrity: 'intact', coverage: 'whole-file' })
  })

  test('a later definition with another Reason fails but leaves the integrity as it was', async () => {
    const pdf = signedPdf()
    const text = Array.from(pdf.bytes, (octet) => String.fromCharCode(octet)).join('')
    const start = text.indexOf('<< /Filter /Adobe.PPKLite')
    const dictionary = text.slice(start, text.indexOf('endobj', start))
    pdf.append({ 5: dictionary.replace('/Type /Sig', '/Type /Sig /Reason (spoofed)') })
    const report = await check(pdf.bytes)
    expect(report.overall).toBe('invalid')
    expect(report.signatures).toHaveLength(1)
    expect(codes(report.signatures[0]!)).toContain('SIGNATURE_REPLACED')
    expect(report.signatures[0]!.integrity).toBe('intact')
    expect(report.signatures[0]!.reason).toBeUndefined()
  })

  test('an identical definition later is no replacement (M-17)', async () => {
    const pdf = signedPdf()
    const text = Array.from(pdf.bytes, (octet) => String.fromCharCode(octet)).join('')
    const start = text.indexOf('<< /Filter /Adobe.PPKLite')
    pdf.append({ 5: text.slice(start, text.indexOf('endobj', start)) })
    const report = await check(pdf.bytes)
    expect(codes(report.signatures[0]!)).not.toContain('SIGNATURE_REPLACED')
    expect(report.signatures).toHaveLength(1)
  })
})

describe('P-10 and P-11', () => {
  test('a key twice in the signature dictionary', async () => {
    const entries = '/Type /Sig /M (D:20260601100000Z) /Reason (a) /Reason (b)'
    const report = await check(signedPdf({ entries }).bytes)
    expect(codes(report.signatures[0]!)).toContain('DUPLICATE_KEYS')
    expect(report.overall).toBe('invalid')
  })

  test('two fields with one signature: the first keeps it, the second fails', async () => {
    const objects = baseObjects({
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 7 0 R] /SigFlags 3 >> >>',
      7: FIELD.replace('(Sig1)', '(Sig2)'),
    })
    const report = await check(signedPdf({}, objects).bytes)
    expect(report.signatures.map((one) => [one.field, one.integrity])).toEqual([
      ['Sig1', 'intact'],
      ['Sig2', 'intact'],
    ])
    expect(codes(report.signatures[0]!)).not.toContain('SIGNATURE_SHARED')
    expect(codes(report.signatures[1]!)).toContain('SIGNATURE_SHARED')
    expect(report.overall).toBe('invalid')
  })
})

describe('P-12', () => {
  test('a second range that begins inside the first fails, the first keeps its verdict', async () => {
    const bad = secondSignature(signedPdf(), {
      byteRange: (right) => `[0 600 ${right[2]} ${right[3]}]`,
    })
    const report = await check(bad.bytes)
    expect(report.signatures.map((one) => [one.field, one.integrity])).toContainEqual(['Sig1', 'intact'])
    expect(report.signatures.find((one) => one.field === 'Sig2')!.integrity).toBe('broken')
    expect(report.overall).toBe('invalid')
  })
})

describe('V-01 over signatures and timestamps', () => {
  const tsa = craftIdentity({
    issuer: root,
    name: 'TSA',
    kind: 'ec',
    serial: 9,
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.8'],
    criticalUsage: true,
  })
  const stamp = { subFilter: 'ETSI.RFC3161', entries: '/Type /DocTimeStamp' }

  test('a good document timestamp after a signature', async () => {
    const pdf = secondSignature(signedPdf(), {
      ...stamp,
      sign: (covered) => craftToken({ tsa, imprint: hash('sha256', covered) }),
    })
    const report = await check(pdf.bytes)
    expect(report.signatures.map((one) => [one.kind, one.indication])).toEqual([
      ['signature', 'TOTAL-PASSED'],
      ['document-timestamp', 'TOTAL-PASSED'],
    ])
    expect(report.overall).toBe('valid-with-notes')
  })

  test('a failed one is only a note', async () => {
    const pdf = secondSignature(signedPdf(), {
      ...stamp,
      sign: () => craftToken({ tsa, imprint: hash('sha256', Uint8Array.of(1)) }),
    })
    const report = await check(pdf.bytes)
    expect(report.signatures[1]!.indication).toBe('TOTAL-FAILED')
    expect(report.overall).toBe('valid-with-notes')
  })
})

describe('documents that cannot be judged', () => {
  test('what is no PDF, cut files and noise give a report', async () => {
    const { bytes } = signedPdf()
    for (const input of [new Uint8Array(), new TextEncoder().encode('hello'), bytes.subarray(0, 300)]) {
      const report = await check(input)
      expect(report.overall).toBe('unreadable')
      expect(report.findings).toHaveLength(1)
      expect(report.document.bytes).toBe(input.length)
      expect(report.document.sha256).toBe(Buffer.from(hash('sha256', input)).toString('hex'))
    }
  })

  test('a document other than the expected one is refused (A-30)', async () => {
    const { bytes } = signedPdf()
    const policy = { revocation: 'none' } as const
    const right = await verify(bytes, { trust, at: AT, policy, expectedDigest: hash('sha256', bytes) })
    expect(right.overall).toBe('valid')
    const wrong = await verify(bytes, { trust, at: AT, policy, expectedDigest: new Uint8Array(32) })
    expect(wrong.overall).toBe('invalid')
    expect(wrong.findings.map((one) => one.code)).toEqual(['DOCUMENT_NOT_EXPECTED'])
    const unreadable = await verify(new Uint8Array([1]), { trust, at: AT, policy, expectedDigest: new Uint8Array(32) })
    expect(unreadable.overall).toBe('unreadable')
    expect(unreadable.findings.map((one) => one.code)).toEqual(['PDF_NOT_PDF', 'DOCUMENT_NOT_EXPECTED'])
  })

  test('memory that runs out is a limit, not damage', async () => {
    let reads = 0
    const read = (offset: number, into: Uint8Array): Promise<number> => {
      if (reads++ === 0) throw new RangeError('Array buffer allocation failed')
      into.fill(offset)
      return Promise.resolve(into.length)
    }
    const report = await verify({ size: 1000, read }, { trust, at: AT })
    expect([report.overall, report.findings[0]?.code]).toEqual(['unreadable', 'LIMIT_MEMORY'])
  })

  test("a caller's mistakes are exceptions with a code", async () => {
    const { bytes } = signedPdf()
    for (const options of [undefined, {}, { trust: 1 }, { trust, at: 'now' }, { trust, at: new Date(Number.NaN) }]) {
      await expect(verify(bytes, options as never)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    }
    await expect(verify('x' as never, { trust })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })

  test('an abort is an exception, not a report', async () => {
    const signal = AbortSignal.abort()
    await expect(verify(signedPdf().bytes, { trust, signal })).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('more signatures than the limit are listed, the rest is not judged', async () => {
    const pdf = secondSignature(signedPdf())
    const report = await verify(pdf.bytes, { trust, at: AT, limits: { signatures: 1 } })
    expect(report.signatures[1]!.integrity).toBe('unknown')
    expect(codes(report.signatures[1]!)).toContain('LIMIT_SIGNATURES')
    const small = await verify(pdf.bytes, { trust, at: AT, limits: { contents: 10 } })
    expect(codes(small.signatures[0]!)).toContain('LIMIT_CONTENTS')
    const file = await verify(pdf.bytes, { trust, at: AT, limits: { fileSize: 100 } })
    expect(file).toMatchObject({ overall: 'unreadable' })
    expect(file.findings[0]!.code).toBe('LIMIT_FILE_SIZE')
  })
})

test('inspect lists the claims without a word on whether they hold', async () => {
  const { bytes } = signedPdf({ entries: "/Type /Sig /M (D:20260601120000+02'00') /Reason (Approved) /Name (Someone)" })
  const claims = await inspect(bytes.with(200, bytes[200]! ^ 1))
  expect(claims).toMatchObject([
    {
      id: 'S1',
      field: 'Sig1',
      page: 1,
      claimedSigner: { commonName: 'Signer' },
      claimedTime: '2026-06-01T10:00:00.000Z',
      claimedReason: 'Approved',
      claimedName: 'Someone',
    },
  ])
  expect(claims[0]!.claimedRange).toHaveLength(2)
  await expect(inspect(new Uint8Array(5))).rejects.toMatchObject({ code: 'PDF_NOT_PDF' })
})

test('no change of covered bytes is ever called intact, and none throws', async () => {
  const { bytes } = secondSignature(signedPdf())
  const document = await openDocument(bytes)
  const ranges = findSignatures(document).signatures.map((one) => one.byteRange!)
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (position, change) => {
      const report = await check(bytes.with(position, bytes[position]! ^ change))
      for (const [i, range] of ranges.entries()) {
        const inFirst = position < range.first.end
        const inSecond = position >= range.second.start && position < range.second.end
        const own = report.signatures.find((one) => one.field === `Sig${i + 1}`)
        if (inFirst || inSecond) expect(own?.integrity).not.toBe('intact')
      }
    }),
    { seed: 20_261_125, numRuns: 300 },
  )
})
