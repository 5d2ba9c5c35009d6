// The rules of the incremental writer that no other test looks at one by one (signing.md 2, 9).
import { describe, expect, test } from '@jest/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { listSignatureFields } from '../src/pades/form-fields.ts'
import { sign } from '../src/pades/sign.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { verify } from '../src/pades/verify.ts'
import { openDocument } from '../src/pdf/document.ts'
import { declareIsoExtensions } from '../src/pdf/extensions.ts'
import { listFields } from '../src/pdf/fields.ts'
import { PdfArray, PdfDict, PdfRef } from '../src/pdf/objects.ts'
import { listPages } from '../src/pdf/pages.ts'
import { encodeObject } from '../src/pdf/serialize.ts'
import type { ByteSource, PdfDocument } from '../src/pdf/types.ts'
import { Update } from '../src/pdf/update.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import type { SignatureReport } from '../src/report.ts'
import { hybrid, preparedReport, streamBody, twoPages } from './support/make-pdf.ts'
import { pdfsigCounts, testFile, testSigner, withFolder } from './support/signers.ts'

const AT = new Date('2026-01-14T08:00:00Z')
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

async function signedBytes(input: Uint8Array, options: Partial<SignOptions> = {}): Promise<Uint8Array> {
  return (await sign(input, { signer: await testSigner('officer-ec'), at: AT, ...options })).bytes
}

async function signed(input: Uint8Array, options: Partial<SignOptions> = {}): Promise<PdfDocument> {
  return openDocument(await signedBytes(input, options))
}

/** What was appended. */
async function section(input: Uint8Array, options: Partial<SignOptions> = {}): Promise<string> {
  return latin1((await signedBytes(input, options)).subarray(input.length))
}

function written(document: PdfDocument): readonly number[] {
  return [...document.revisions.at(-1)!.entries.keys()].filter((number) => number !== 0).toSorted((a, b) => a - b)
}

function text(document: PdfDocument, number: number): string {
  return latin1(encodeObject(document.latest.load(new PdfRef(number, 0))))
}

async function codeOf(input: Uint8Array, options: Partial<SignOptions> = {}): Promise<string> {
  return signedBytes(input, options).then(
    () => 'signed',
    (error: { code: string }) => error.code,
  )
}

async function reports(bytes: Uint8Array): Promise<readonly SignatureReport[]> {
  const trust = createTrustStore([await testFile('root.pem')])
  return (await verify(bytes, { trust, at: AT, policy: { revocation: 'none' } })).signatures
}

describe('cross-references', () => {
  test('W7, W8, B1, B12: startxref points at the x or the first digit; one revision more, nothing behind its ByteRange', async () => {
    for (const form of ['table', 'stream'] as const) {
      const bytes = await signedBytes(twoPages({}, { form }))
      const whole = latin1(bytes)
      const [, offset] = /startxref\n(\d+)\n%%EOF\n$/.exec(whole)!
      expect(whole.slice(Number(offset))).toMatch(form === 'table' ? /^xref\n/ : /^\d+ 0 obj\n<</)
      const numbers = /\/ByteRange *\[0 (\d+) (\d+) (\d+)\]/.exec(whole.slice(twoPages({}, { form }).length))!
      expect(Number(numbers[2]) + Number(numbers[3])).toBe(bytes.length)
      expect((await openDocument(bytes)).revisions).toHaveLength(2)
    }
  })

  test('W4: the stream lists itself, is as wide as its offsets need, uses no predictor, and names the section before', async () => {
    const input = twoPages({}, { form: 'stream' })
    const { latest, revisions, startxref } = await signed(input)
    const { trailer, entries } = revisions.at(-1)!
    const self = Math.max(...entries.keys())
    expect(entries.get(self)).toMatchObject({ type: 'used', offset: startxref })
    expect(trailer.get('Size')).toBe(self + 1)
    expect(trailer.get('Prev')).toBe((await openDocument(input)).startxref)
    const dict = latest.stream(new PdfRef(self, 0))!.dict
    const widths = (dict.get('W') as PdfArray).items as number[]
    expect(256 ** widths[1]!).toBeGreaterThan(startxref)
    expect(dict.has('DecodeParms')).toBe(false)
    const index = (dict.get('Index') as PdfArray).items as number[]
    expect(index.filter((_, i) => i % 2 === 1).reduce((a, b) => a + b)).toBe(entries.size)
  })

  test('W5, B2: keys of the trailer survive, those of the old section do not', async () => {
    const input = twoPages({}, { trailer: '/Info 5 0 R /Mine [1 (two)] /DocChecksum /abc /ID [<01ff><02>]' })
    const added = await section(input)
    const trailer = added.slice(added.indexOf('trailer'))
    expect(trailer).toContain('/Info 5 0 R /Mine [1 (two)]')
    expect(trailer).not.toContain('DocChecksum')
    expect(trailer).toMatch(/\/ID \[<01FF> <[0-9A-F]{32}>\]/)
    expect(trailer.match(/\/Prev \d+/g)).toHaveLength(1)
  })

  test('W2, B22: over a hybrid section a table without /XRefStm is written, and readers of either kind find the signature', async () => {
    const input = hybrid()
    const bytes = await signedBytes(input)
    const added = latin1(bytes.subarray(input.length))
    expect(added).toMatch(/\nxref\n/)
    expect(added).not.toContain('XRefStm')
    const document = await openDocument(bytes)
    expect(document.defects).toEqual([])
    expect(document.revisions.at(-1)!.entries.get(1)).toMatchObject({ type: 'used', gen: 0 }) // W9
    expect((await reports(bytes)).map((one) => [one.integrity, one.coverage])).toEqual([['intact', 'whole-file']])
  })

  witnessTest(['pdfsig', 'qpdf'], 'B22: other readers see the signature in a hybrid file', () =>
    withFolder(async (path) => {
      const file = join(path, 'hybrid.pdf')
      await writeFile(file, await signedBytes(hybrid()))
      expect(await pdfsigCounts(file)).toEqual({ valid: 1, whole: 1 })
      expect((await runProgram('qpdf', ['--check', file])).code).toBe(0)
    }),
  )

  witnessTest(['qpdf', 'pdfsig', 'mutool'], 'B23: a linearized file is signed, and all its pages are still found', () =>
    withFolder(async (path) => {
      const [plain, linear, out] = ['plain', 'linear', 'out'].map((name) => join(path, `${name}.pdf`)) as [
        string,
        string,
        string,
      ]
      await writeFile(plain, preparedReport())
      for (const streams of ['disable', 'generate']) {
        await runProgram('qpdf', ['--linearize', `--object-streams=${streams}`, plain, linear])
        const input = new Uint8Array(await readFile(linear))
        const bytes = await signedBytes(input, { field: 'officer' })
        await writeFile(out, bytes)
        expect(listPages((await openDocument(bytes)).latest).pages).toHaveLength(2)
        expect((await runProgram('mutool', ['info', out])).stdout).toContain('Pages: 2')
        expect(await pdfsigCounts(out)).toEqual({ valid: 1, whole: 1 })
      }
    }),
  )

  test('W3: an offset beyond ten digits goes into a stream, also over a table', async () => {
    const size = 11_000_000_000
    const { source, startxref } = sparse(size)
    const document = await openDocument(source)
    expect(document.startxref).toBe(startxref)
    const update = new Update(document)
    const made = update.create(new PdfDict(new Map([['Late', true]])))
    const { bytes } = update.build((length) => new Uint8Array(length))
    const added = latin1(bytes)
    expect(added).not.toContain('\nxref\n')
    expect(added).toMatch(/\/Type \/XRef \/W \[1 5 1\]/)
    const longer = await openDocument(joinedSource(source, bytes))
    expect(longer.latest.dict(made)?.get('Late')).toBe(true)
    expect(longer.latest.entry(made.num)).toMatchObject({ type: 'used' })
    expect((longer.latest.entry(made.num) as { offset: number }).offset).toBeGreaterThan(size)
  })
})

/** A file with a hole: two pieces at its ends, zeros between. */
function sparse(size: number): { source: ByteSource; startxref: number } {
  const head = new TextEncoder().encode(
    `%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n4 0 obj\n<< /Length ${size} >>\nstream\n`,
  )
  const at = (number: number): string => latin1(head).indexOf(`${number} 0 obj`).toString().padStart(10, '0')
  const end = head.length + size
  const closing = '\nendstream\nendobj\n'
  const startxref = end + closing.length
  const tail = new TextEncoder().encode(
    `${closing}xref\n0 5\n0000000000 65535 f \n${[1, 2, 3, 4].map((number) => `${at(number)} 00000 n \n`).join('')}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${startxref}\n%%EOF\n`,
  )
  return {
    source: pieces(end + tail.length, [
      [0, head],
      [end, tail],
    ]),
    startxref,
  }
}

function pieces(size: number, parts: readonly (readonly [number, Uint8Array])[]): ByteSource {
  const readSync = (offset: number, into: Uint8Array): number => {
    const length = Math.min(into.length, size - offset)
    into.fill(0, 0, length)
    for (const [start, bytes] of parts) {
      const [from, to] = [Math.max(offset, start), Math.min(offset + length, start + bytes.length)]
      if (from < to) into.set(bytes.subarray(from - start, to - start), from - offset)
    }
    return length
  }
  return { size, readSync, read: async (offset, into) => readSync(offset, into) }
}

function joinedSource(base: ByteSource, added: Uint8Array): ByteSource {
  const readSync = (offset: number, into: Uint8Array): number => {
    const own =
      offset < base.size ? base.readSync!(offset, into.subarray(0, Math.min(into.length, base.size - offset))) : 0
    const rest = added.subarray(Math.max(0, offset - base.size), Math.max(0, offset + into.length - base.size))
    into.set(rest, own)
    return own + rest.length
  }
  return { size: base.size + added.length, readSync, read: async (offset, into) => readSync(offset, into) }
}

describe('B7: many objects', () => {
  test('a table of 300,000 entries meets no limit of call arguments', async () => {
    const objects: Record<number, string> = {}
    for (let number = 8; number < 300_000; number += 1000) objects[number] = 'null'
    objects[299_999] = '<< /Last true >>'
    const document = await signed(twoPages(objects))
    expect(Math.max(...written(document))).toBeGreaterThan(299_999)
  })
})

describe('the document around the signature', () => {
  test('W29: XMP and /Info are left alone', async () => {
    const metadata = streamBody('/Type /Metadata /Subtype /XML', '<x:xmpmeta></x:xmpmeta>')
    const catalog = '<< /Type /Catalog /Pages 2 0 R /Metadata 8 0 R >>'
    const input = twoPages({ 1: catalog, 8: metadata, 9: '<< /Title (x) >>' }, { trailer: '/Info 9 0 R' })
    const document = await signed(input)
    expect(written(document)).not.toContain(8)
    expect(written(document)).not.toContain(9)
    expect(document.latest.trailer.get('Info')).toEqual(new PdfRef(9, 0))
  })

  test.each([
    ['the neighbour uses the same array', '/Annots 9 0 R', '/P 3 0 R'],
    ['an annotation of the array says that it stands elsewhere', '', '/P 4 0 R'],
  ])('W19: /Annots shared by two pages: %s', async (_title, annots, parent) => {
    const page = (more: string): string => `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Mine 1 ${more} >>`
    const input = twoPages({
      3: page('/Annots 9 0 R'),
      4: page(annots),
      8: `<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] ${parent} >>`,
      9: '[8 0 R]',
    })
    const document = await signed(input, { newField: { name: 'x', rect: [10, 10, 50, 50] } })
    expect(written(document)).toContain(3)
    expect(written(document)).not.toContain(9)
    expect(text(document, 3)).toMatch(/\/Mine 1 \/Annots \[8 0 R \d+ 0 R\]/)
    expect(text(document, 9)).toBe('[8 0 R]')
    expect(listFields(document.latest).fields[0]!.widgets.map((one) => one.page)).toEqual([1])
  })

  test('W21: the last page is found from the end, whatever /Count says; a loop does not hold it up', async () => {
    const input = twoPages({
      2: '<< /Type /Pages /Kids [8 0 R 4 0 R null 2 0 R] /Count 77 >>',
      8: '<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>',
    })
    for (const [page, object] of [
      [-1, 4],
      [-2, 3],
    ] as const) {
      const document = await signed(input, { newField: { name: 'x', page } })
      expect(text(document, object)).toContain('/Annots')
    }
    expect(await codeOf(input, { newField: { name: 'x', page: -3 } })).toBe('ARGUMENT_INVALID')
  })

  test('W18, W23: nested groups are made below a group that is there, in an indirect /Kids', async () => {
    const input = twoPages({
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 8 0 R >>',
      8: '<< /Fields 9 0 R >>',
      9: '[10 0 R]',
      10: '<< /T (a) /Kids 11 0 R >>',
      11: '[12 0 R]',
      12: '<< /T (x) /Parent 10 0 R /FT /Tx >>',
    })
    const document = await signed(input, { newField: 'a.b.c' })
    expect(listFields(document.latest).fields.map((field) => field.name)).toEqual(['a.x', 'a.b.c'])
    expect(written(document)).not.toContain(9)
    expect(written(document)).not.toContain(10)
    expect(written(document)).toContain(11)
    expect(await codeOf(input, { newField: 'a.x.y' })).toBe('FIELD_EXISTS')
  })

  test('W25, B11: an indirect /Perms is merged in its own object', async () => {
    const catalog = '<< /Type /Catalog /Pages 2 0 R /Perms 8 0 R >>'
    const document = await signed(twoPages({ 1: catalog, 8: '<< /UR3 9 0 R >>', 9: '<< >>' }), { certify: 2 })
    expect(text(document, 8)).toMatch(/^<< \/UR3 9 0 R \/DocMDP \d+ 0 R >>$/)
    expect(text(document, 1)).toContain('/Perms 8 0 R')
  })
})

describe('W26: locks', () => {
  test('a new field with a lock: /Lock is an object, the signature gets the transform, and the lock holds', async () => {
    const lock = { action: 'Include', fields: ['number'] } as const
    const bytes = await signedBytes(preparedReport(), { newField: { name: 'first', lock } })
    const document = await openDocument(bytes)
    const field = listFields(document.latest).fields.find((one) => one.name === 'first')!
    expect(field.dict.get('Lock')).toBeInstanceOf(PdfRef)
    expect(latin1(encodeObject(document.latest.dict(field.dict.get('Lock'))!))).toBe(
      '<< /Type /SigFieldLock /Action /Include /Fields [(number)] >>',
    )
    expect(latin1(encodeObject(document.latest.dict(field.value)!))).toContain(
      '/TransformMethod /FieldMDP /Data 1 0 R /TransformParams << /Type /TransformParams /Action /Include /Fields [(number)] /V /1.2 >>',
    )
    expect(await codeOf(bytes, { field: 'seal', fill: { number: { value: '1' } } })).toBe('FIELD_LOCKED')
    expect(await codeOf(bytes, { field: 'seal', fill: { date: { value: '1' } } })).toBe('signed')
  })

  test('an approval tightens what the certification allowed: 2, then 1 by /Lock /P; the signature before stays permitted', async () => {
    const certified = await signedBytes(preparedReport(), { field: 'officer', certify: 2 })
    expect(await codeOf(certified, { field: 'seal' })).toBe('signed')
    const lock = { action: 'All', permission: 1 } as const
    const sealed = await signedBytes(certified, { newField: { name: 'closing', lock } })
    expect(await codeOf(sealed, { field: 'seal' })).toBe('PDF_CERTIFIED_NO_CHANGES')
    const [officer, closing] = await reports(sealed)
    expect([officer!.integrity, officer!.changes.permitted, closing!.integrity]).toEqual(['intact', true, 'intact'])
  })

  test('a lock that says nothing definite is a mistake of the caller', async () => {
    for (const lock of [
      { action: 'Some' },
      { action: 'All', fields: ['a'] },
      { action: 'Include' },
      { action: 'All', permission: 4 },
    ])
      expect(await codeOf(preparedReport(), { newField: { name: 'x', lock: lock as never } })).toBe('ARGUMENT_INVALID')
  })

  test('indirect /Fields and names of a lock are copied as direct values (W11)', async () => {
    const widget = '<< /Type /Annot /Subtype /Widget /FT /Sig /T (l) /Rect [0 0 0 0] /Lock 9 0 R >>'
    const document = await signed(
      twoPages({
        1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R] >> >>',
        8: widget,
        9: '<< /Action /Exclude /Fields 10 0 R >>',
        10: '[11 0 R (b)]',
        11: '(a)',
      }),
    )
    const value = latin1(encodeObject(document.latest.dict(listFields(document.latest).fields[0]!.value)!))
    expect(value).toContain('/Action /Exclude /Fields [(a) (b)]')
  })
})

describe('W27: extensions of PDF 2.0', () => {
  const extensions = async (input: Uint8Array, signer: string): Promise<string> => {
    const document = await signed(input, { signer: await testSigner(signer) })
    return text(document, 1)
  }
  const iso32002 =
    '<< /Type /DeveloperExtensions /BaseVersion /2.0 /ExtensionLevel 32002 /ExtensionRevision (:2022) /URL (https://www.iso.org/standard/45875.html) >>'

  test('listed curves are declared, RSA is not, PDF 1.7 has no such extension', async () => {
    expect(await extensions(twoPages({}, { version: '2.0' }), 'officer-ec')).toContain(
      `/Extensions << /ISO_ [${iso32002}] >>`,
    )
    expect(await extensions(twoPages({}, { version: '2.0' }), 'officer')).not.toContain('ISO_')
    expect(await extensions(twoPages(), 'officer-ec')).not.toContain('ISO_')
  })

  test('entries that are there stay, nothing is declared twice or after the first signature', async () => {
    const other = '<< /BaseVersion /2.0 /ExtensionLevel 24654 >>'
    const catalog = (iso: string): string => `<< /Type /Catalog /Pages 2 0 R /Extensions << /ISO_ ${iso} /X << >> >> >>`
    const with2 = async (iso: string): Promise<string> =>
      extensions(twoPages({ 1: catalog(iso) }, { version: '2.0' }), 'officer-ec')
    expect(await with2(other)).toContain(`/ISO_ [${other} ${iso32002}] /X << >>`)
    expect(await with2(`[${iso32002}]`)).toContain(`/ISO_ [${iso32002}] /X`)
    const first = await signedBytes(twoPages({}, { version: '2.0' }), { signer: await testSigner('officer') })
    expect(text(await signed(first), 1)).not.toContain('ISO_')
  })

  test('SHA-3 is declared as 32001', async () => {
    const update = new Update(await openDocument(twoPages({}, { version: '2.0' })))
    declareIsoExtensions(update, [32001, 32002])
    const catalog = latin1(encodeObject(update.dict(update.view.rootRef)!))
    expect(catalog).toMatch(/\/ISO_ \[<< .*32001 .*45874\.html\) >> << .*32002 /)
  })
})

test('listSignatureFields: place, kind, lock and digests of each signature field', async () => {
  const input = twoPages({
    1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R 9 0 R 10 0 R] >> >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [8 0 R] >>',
    8: '<< /Type /Annot /Subtype /Widget /FT /Sig /T (officer) /Rect [110 60 10 10] /Lock << /Action /Include /Fields [(a)] /P 2 >> >>',
    9: '<< /FT /Sig /T (strict) /SV << /Ff 72 /DigestMethod [(SHA384)] /Reasons [(.)] >> >>',
    10: '<< /FT /Tx /T (text) >>',
  })
  expect(await listSignatureFields(input)).toEqual([
    {
      name: 'officer',
      signed: false,
      page: 1,
      rect: [10, 10, 110, 60],
      visible: true,
      lock: { action: 'Include', fields: ['a'], permission: 2 },
    },
    { name: 'strict', signed: false, visible: false, digests: ['sha384'], reasons: [] },
  ])
  const bytes = await signedBytes(preparedReport(), { field: 'seal' })
  expect((await listSignatureFields(bytes)).map(({ name, signed: done, kind }) => [name, done, kind])).toEqual([
    ['officer', false, undefined],
    ['seal', true, 'signature'],
  ])
})
