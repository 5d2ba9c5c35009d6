import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { PdfArray, PdfDict, PdfName, PdfReal, PdfRef, PdfStream, PdfString } from './objects.ts'
import type { PdfObject } from './objects.ts'
import { openDocument } from './document.ts'
import { encodeNumber, encodeObject, sameObject } from './serialize.ts'
import { storedZlib } from './deflate.ts'
import { inflate } from './filters/inflate.ts'

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

const name = fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 12 }).map((codes) => String.fromCharCode(...codes))
const bytes = fc.uint8Array({ maxLength: 40 })
const real = fc
  .double({ min: -1e9, max: 1e9, noNaN: true })
  .map((value) => encodeNumber(value))
  .filter((text) => text.includes('.'))
  .map((text) => new PdfReal(Number(text), text))

const object = fc.letrec<{ value: PdfObject; atom: PdfObject }>((tie) => ({
  atom: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    real,
    name.map((text) => new PdfName(text)),
    fc.tuple(bytes, fc.boolean()).map(([value, hex]) => new PdfString(value, hex)),
    fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 0, max: 99 })).map(([n, g]) => new PdfRef(n, g)),
  ),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('atom'),
    fc.array(tie('value'), { maxLength: 5 }).map((items) => new PdfArray(items)),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 5 }).map((entries) => new PdfDict(new Map(entries))),
  ),
})).value

/** Reads one object back through a whole file, as object 2. */
async function reread(body: Uint8Array): Promise<PdfObject> {
  const head = '%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n'
  const before = Buffer.from(`${head}2 0 obj\n`, 'latin1')
  const at = before.length + body.length + '\nendobj\n'.length
  const entry = (offset: number): string => `${offset.toString().padStart(10, '0')} 00000 n \n`
  const table = `xref\n0 3\n0000000000 65535 f \n${entry(9)}${entry(head.length)}trailer\n<< /Size 3 /Root 1 0 R >>\n`
  const after = Buffer.from(`\nendobj\n${table}startxref\n${at}\n%%EOF\n`, 'latin1')
  const document = await openDocument(new Uint8Array(Buffer.concat([before, body, after])))
  return document.latest.load(new PdfRef(2, 0))
}

describe('what is written reads back equal', () => {
  test('any object (property)', async () => {
    await fc.assert(
      fc.asyncProperty(object, async (value) => {
        if (value instanceof PdfRef) return
        const read = await reread(encodeObject(value))
        expect(latin1(encodeObject(read))).toBe(latin1(encodeObject(value)))
        expect(sameObject(read, value)).toBe(true)
      }),
      { seed: 20260114, numRuns: 500 },
    )
  })

  test('W10: two objects are the same exactly when their bytes are (property)', () => {
    const few = fc.letrec<{ value: PdfObject }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<PdfObject>(null, true, 1, new PdfReal(1, '1'), new PdfName('A'), new PdfRef(1, 0)),
        fc.boolean().map((hex) => new PdfString(Uint8Array.of(65), hex)),
        fc.array(tie('value'), { maxLength: 2 }).map((items) => new PdfArray(items)),
        fc
          .array(fc.tuple(fc.constantFrom('A', 'B'), tie('value')), { maxLength: 2 })
          .map((entries) => new PdfDict(new Map(entries))),
        tie('value').map(
          (inner) => new PdfStream(new PdfDict(new Map([['A', inner]])), Uint8Array.of(1), undefined as never),
        ),
      ),
    })).value
    fc.assert(
      fc.property(few, few, (a, b) => {
        const spelled = (one: PdfObject): string | undefined => {
          try {
            return latin1(encodeObject(one))
          } catch {
            return undefined // a stream below the top
          }
        }
        const [left, right] = [spelled(a), spelled(b)]
        fc.pre(left !== undefined && right !== undefined)
        expect(sameObject(a, b)).toBe(left === right)
      }),
      { seed: 20260114, numRuns: 2000 },
    )
  })

  test('B8: parentheses, backslashes and line ends are escaped once', async () => {
    for (const text of ['a (b)', '((', ')\\(', '\\n', 'line\r\nnext\r', '\\\\', '\n'])
      expect(latin1(((await reread(encodeObject(new PdfString(Buffer.from(text))))) as PdfString).bytes)).toBe(text)
  })

  test('a stream keeps its bytes, /Length is set', async () => {
    const raw = Uint8Array.of(0, 13, 10, 255, 40)
    const read = (await reread(encodeObject(new PdfStream(new PdfDict(new Map([['Length', 99]])), raw)))) as PdfStream
    expect([...read.raw]).toEqual([...raw])
    expect(read.dict.get('Length')).toBe(5)
  })

  test('100,000 levels of nesting need no stack', () => {
    let deep: PdfObject = null
    for (let i = 0; i < 100_000; i++) deep = new PdfArray([deep])
    expect(encodeObject(deep).length).toBe(200_004)
  })
})

describe('spelling', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [1e-9, '0'],
    [0.1, '0.1'],
    [-12.5, '-12.5'],
    [1e9 + 0.25, '1000000000.25'],
    [9_999_999_999, '9999999999'],
  ])('%d as %s', (value, text) => {
    expect(encodeNumber(value)).toBe(text)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300])('%d is no PDF number', (value) => {
    expect(() => encodeNumber(value)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
  })

  test('W15: strings and new streams are encrypted, streams of the file are kept', () => {
    const cipher = {
      encryptString: (value: Uint8Array) => value.map((byte) => byte ^ 1),
      encryptStream: (value: Uint8Array) => value.map((byte) => byte ^ 2),
    }
    const ref = new PdfRef(7, 0)
    expect(latin1(encodeObject(new PdfString(Buffer.from('ab')), { cipher, ref }))).toBe('(`c)')
    const made = new PdfStream(new PdfDict(new Map()), Buffer.from('ab'))
    expect(latin1(encodeObject(made, { cipher, ref }))).toContain('c`')
    const read = new PdfStream(new PdfDict(new Map()), Buffer.from('ab'), ref)
    expect(latin1(encodeObject(read, { cipher, ref }))).toContain('\nab\n')
    expect(() => encodeObject(read, { cipher, ref: new PdfRef(8, 0) })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    )
  })
})

test('stored zlib inflates to what was stored, checksum included (property)', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 600 }), (part, times) => {
      const data = new Uint8Array(part.length * times)
      for (let i = 0; i < times; i++) data.set(part, i * part.length)
      const result = inflate(storedZlib(data), data.length + 1)
      expect(result).toMatchObject({ end: 'complete', checksum: true })
      expect(Buffer.compare(result.bytes, data)).toBe(0)
    }),
    { seed: 20260114, numRuns: 100 },
  )
})
