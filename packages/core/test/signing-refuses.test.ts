import { describe, expect, test } from '@jest/globals'
import { sign } from '../src/pades/sign.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { makePdf, preparedReport, twoPages } from './support/make-pdf.ts'
import type { Signer } from '../src/cms/signer.ts'
import { testSigner } from './support/signers.ts'

type Changes = Partial<SignOptions>

async function codeOf(input: Uint8Array, options: Changes = {}, actor = 'officer-ec'): Promise<string> {
  const before = input.slice()
  const outcome = await sign(input, { signer: await testSigner(actor), ...options }).then(
    () => 'signed',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )
  expect(Buffer.compare(input, before)).toBe(0)
  return outcome
}

async function signed(input: Uint8Array, options: Changes = {}): Promise<Uint8Array> {
  return (await sign(input, { signer: await testSigner('officer-ec'), ...options })).bytes
}

const utf8 = new TextEncoder()

describe('inputs', () => {
  test('not a PDF, an empty file, a cut file', async () => {
    expect(await codeOf(utf8.encode('Not a PDF at all'))).toBe('PDF_NOT_PDF')
    expect(await codeOf(new Uint8Array(0))).toBe('PDF_NOT_PDF')
    expect(await codeOf(twoPages().subarray(0, 500))).toBe('PDF_DAMAGED')
  })

  test('B20: an xref that only a scan could find is refused, never rewritten', async () => {
    const text = Buffer.from(twoPages())
      .toString('latin1')
      .replace(/startxref\n\d+/, 'startxref\n7')
    expect(await codeOf(Buffer.from(text, 'latin1'))).toBe('PDF_DAMAGED')
  })

  test('bytes before the header, another file behind the end', async () => {
    expect(await codeOf(Buffer.concat([utf8.encode('junk\n'), twoPages()]))).toBe('PDF_DAMAGED')
    expect(await codeOf(Buffer.concat([twoPages(), utf8.encode('x'.repeat(2000))]))).toBe('PDF_DAMAGED')
    expect(await codeOf(Buffer.concat([twoPages(), utf8.encode(' '.repeat(2000))]))).toBe('signed')
  })

  test('L-03: a file with as many revisions as our reader takes, before the key is asked', async () => {
    let asked = 0
    const real = await testSigner('officer')
    const signer: Signer = { info: (options) => (asked++, real.info(options)), sign: (...given) => real.sign(...given) }
    const attempt = sign(twoPages(), { signer, limits: { revisions: 1 } })
    await expect(attempt).rejects.toMatchObject({ code: 'LIMIT_REVISIONS' })
    expect(asked).toBe(0)
  })

  test('a dynamic XFA form', async () => {
    const form = (more: string): Uint8Array =>
      twoPages({
        1: `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /XFA [(config) 8 0 R] >> ${more} >>`,
        8: '<< /Length 0 >>\nstream\n\nendstream',
      })
    expect(await codeOf(form('/NeedsRendering true'))).toBe('PDF_UNSUPPORTED')
    expect(await codeOf(form(''))).toBe('signed')
  })

  test('defects are warnings, or PDF_DEFECTS on demand', async () => {
    const text = Buffer.from(twoPages()).toString('latin1')
    const shifted = Buffer.from(
      text.replace(/startxref\n(\d+)/, (_all, at: string) => `startxref\n${Number(at) + 1}`),
      'latin1',
    )
    const { report } = await sign(shifted, { signer: await testSigner('officer-ec') })
    expect(report.warnings.map((one) => one.rule)).toContain('P-15')
    expect(await codeOf(shifted, { requireClean: true })).toBe('PDF_DEFECTS')
    expect(await codeOf(twoPages(), { requireClean: true })).toBe('signed')
  })
})

describe('keys and certificates (before the key is asked)', () => {
  test.each([
    ['small-key', 'KEY_TOO_SMALL'],
    ['expired', 'CERT_EXPIRED'],
    ['not-yet-valid', 'CERT_NOT_YET_VALID'],
    ['wrong-purpose', 'CERT_PURPOSE'],
    ['tsa', 'CERT_PURPOSE'],
    ['ca', 'CERT_PURPOSE'],
  ])('%s: %s', async (actor, code) => {
    const signer = await testSigner(actor)
    const never = { info: () => signer.info(), sign: () => Promise.reject(new Error('the key was asked')) }
    expect(await codeOf(twoPages(), { signer: never })).toBe(code)
  })

  test('no scheme in common: SCHEME_NOT_AGREED with all lists', async () => {
    const signer = await testSigner('officer-ec')
    const schemes = [{ name: 'rsa-pkcs1', digest: 'sha256' }] as const
    await expect(sign(twoPages(), { signer, schemes })).rejects.toMatchObject({
      code: 'SCHEME_NOT_AGREED',
      details: { policy: ['rsa-pkcs1 sha256'] },
    })
  })

  test('C7: a value of another key, a wrong count, too large a CMS are never embedded', async () => {
    const [good, other] = [await testSigner('officer'), await testSigner('seal')]
    const info = (): ReturnType<typeof good.info> => good.info()
    expect(await codeOf(twoPages(), { signer: { info, sign: (...args) => other.sign(...args) } })).toBe(
      'SIGNATURE_MISMATCH',
    )
    expect(await codeOf(twoPages(), { signer: { info, sign: () => Promise.resolve([]) } })).toBe('SIGNATURE_MISMATCH')
    const large = { maxCmsSize: 100, signCms: () => Promise.resolve([new Uint8Array(5000)]) }
    expect(await codeOf(twoPages(), { signer: large })).toBe('CMS_TOO_LARGE')
    const wrong = { maxCmsSize: 100, signCms: () => Promise.resolve([new Uint8Array(50)]) }
    expect(await codeOf(twoPages(), { signer: wrong })).toBe('OUTPUT_NOT_VERIFIED')
  })

  test('G4: what a signer throws gets a code', async () => {
    const good = await testSigner('officer')
    const info = (): ReturnType<typeof good.info> => good.info()
    const failing = (error: Error): Promise<string> => {
      const fail = async (): Promise<never> => {
        throw error
      }
      return codeOf(twoPages(), { signer: { info, sign: fail } })
    }
    expect(await failing(new Error('socket closed'))).toBe('SIGNER_REJECTED')
    expect(await failing(new DOMException('stop', 'AbortError'))).toBe('ABORTED')
    expect(
      await codeOf(twoPages(), { signer: { info: () => Promise.reject(new Error('no token')), sign: good.sign } }),
    ).toBe('SIGNER_REJECTED')
  })

  test('a higher level is refused by name, never lowered', async () => {
    expect(await codeOf(twoPages(), { level: 'B-T' })).toBe('LEVEL_NOT_REACHED')
  })

  test('an aborted call', async () => {
    expect(await codeOf(twoPages(), { signal: AbortSignal.abort() })).toBe('ABORTED')
  })
})

test('a caller’s mistakes are ARGUMENT_INVALID, before the key is asked', async () => {
  const signer = await testSigner('officer-ec')
  const never = { info: () => Promise.reject(new Error('asked')), sign: () => Promise.reject(new Error('asked')) }
  const wrong: readonly unknown[] = [
    { signer: undefined },
    { signer: {} },
    { signer: never, certify: 4 },
    { signer: never, level: 'B-X' },
    { signer: never, at: new Date(Number.NaN) },
    { signer: never, at: '2026-01-14' },
    { signer: never, utcOffset: 7.5 },
    { signer: never, utcOffset: 9999 },
    { signer: never, reason: 5 },
    { signer: never, fill: { number: '12' } },
    { signer: never, appearance: 'stamp.png' },
    { signer: never, newField: { name: 'x', rect: [0, 0, Number.NaN, 1] } },
    { signer: never, newField: { name: 'x', page: 0 } },
    undefined,
  ]
  for (const options of wrong)
    await expect(sign(twoPages(), options as SignOptions)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  for (const input of [undefined, 'report.pdf', {}, 5])
    await expect(sign(input as unknown as Uint8Array, { signer })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
})

describe('fields', () => {
  test('unknown, no signature field, signed, existing', async () => {
    expect(await codeOf(preparedReport(), { field: 'director' })).toBe('FIELD_UNKNOWN')
    expect(await codeOf(preparedReport(), { field: 'number' })).toBe('FIELD_UNKNOWN')
    const once = await signed(preparedReport(), { field: 'officer' })
    expect(await codeOf(once, { field: 'officer' })).toBe('FIELD_SIGNED')
    expect(await codeOf(once, { newField: 'officer' })).toBe('FIELD_EXISTS') // B9
    expect(await codeOf(once, { newField: 'number' })).toBe('FIELD_EXISTS')
    expect(await codeOf(once, { newField: 'number.sub' })).toBe('FIELD_EXISTS')
    expect(await codeOf(once, { newField: 'a..b' })).toBe('FIELD_INVALID')
    expect(await codeOf(once, { newField: { name: 'x', page: 9 } })).toBe('ARGUMENT_INVALID')
    expect(await codeOf(once, { newField: 'x', field: 'seal' })).toBe('ARGUMENT_INVALID')
  })

  test('W23: a name that two fields use', async () => {
    const widget = '<< /Type /Annot /Subtype /Widget /FT /Sig /T (twice) /Rect [0 0 0 0] >>'
    const catalog = '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R 9 0 R] >> >>'
    expect(await codeOf(twoPages({ 1: catalog, 8: widget, 9: widget }), { field: 'twice' })).toBe('FIELD_INVALID')
  })

  test('values: unknown field, no text field', async () => {
    expect(await codeOf(preparedReport(), { fill: { symbol: { value: '1' } } })).toBe('FIELD_UNKNOWN')
    expect(await codeOf(preparedReport(), { field: 'officer', fill: { seal: { value: '1' } } })).toBe('FIELD_INVALID')
  })

  test('G1: digests and kinds that the field demands', async () => {
    const seeded = (seed: string): Uint8Array =>
      makePdfFrom(Buffer.from(preparedReport()).toString('latin1'), `<< /Action /All >> /SV ${seed}`)
    const field = { field: 'officer' }
    expect(await codeOf(seeded('<< /Ff 64 /DigestMethod [(SHA256)] >>'), field)).toBe('signed')
    expect(await codeOf(seeded('<< /Ff 64 /DigestMethod [(SHA1)] >>'), field)).toBe('SCHEME_NOT_AGREED')
    expect(await codeOf(seeded('<< /Ff 0 /DigestMethod [(SHA1)] >>'), field)).toBe('signed')
    expect(await codeOf(seeded('<< /Ff 2 /SubFilter [/adbe.pkcs7.detached] >>'), field)).toBe('FIELD_INVALID')
    const { report } = await sign(seeded('<< /Ff 64 /DigestMethod [(SHA384)] >>'), {
      signer: await testSigner('officer'),
      ...field,
    })
    expect(report.algorithms.digest).toBe('sha384')
  })

  test('FieldMDP: what an earlier signature locked stays untouched', async () => {
    const lock = (value: string): Uint8Array => {
      const text = Buffer.from(preparedReport()).toString('latin1')
      return makePdfFrom(text, value)
    }
    const all = await signed(lock('<< /Type /SigFieldLock /Action /All >>'), { field: 'officer' })
    expect(await codeOf(all, { field: 'seal' })).toBe('FIELD_LOCKED')
    const include = await signed(lock('<< /Type /SigFieldLock /Action /Include /Fields [(number)] >>'), {
      field: 'officer',
    })
    expect(await codeOf(include, { field: 'seal', fill: { number: { value: '1' } } })).toBe('FIELD_LOCKED')
    expect(await codeOf(include, { field: 'seal', fill: { date: { value: '1' } } })).toBe('signed')
    const strict = await signed(lock('<< /Type /SigFieldLock /Action /Include /Fields [(number)] /P 1 >>'), {
      field: 'officer',
    })
    expect(await codeOf(strict, { field: 'seal' })).toBe('PDF_CERTIFIED_NO_CHANGES')
  })
})

/** The prepared report with a /Lock in its officer field. */
function makePdfFrom(text: string, lock: string): Uint8Array {
  const objects: Record<number, string> = {}
  for (const match of text.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) objects[Number(match[1])] = match[2]!
  objects[11] = objects[11]!.replace('/T (officer)', `/T (officer) /Lock ${lock}`)
  return makePdf({ objects })
}

describe('certification', () => {
  test.each([1, 2, 3] as const)('P=%i: what may follow', async (level) => {
    const certified = await signed(preparedReport(), { field: 'officer', certify: level })
    const allowed = level === 1 ? 'PDF_CERTIFIED_NO_CHANGES' : 'signed'
    expect(await codeOf(certified, { field: 'seal' })).toBe(allowed)
    expect(await codeOf(certified, { field: 'seal', fill: { number: { value: '12' } } })).toBe(allowed)
  })

  test('W25: only as the first signature', async () => {
    const once = await signed(preparedReport(), { field: 'officer' })
    expect(await codeOf(once, { field: 'seal', certify: 2 })).toBe('CERTIFICATION_NOT_FIRST')
    const certified = await signed(preparedReport(), { field: 'officer', certify: 2 })
    expect(await codeOf(certified, { field: 'seal', certify: 2 })).toBe('CERTIFICATION_NOT_FIRST')
  })
})
