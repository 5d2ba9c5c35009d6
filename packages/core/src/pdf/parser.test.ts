import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Lexer } from './lexer.ts'
import {
  PdfArray,
  PdfDict,
  PdfName,
  PdfReal,
  PdfRef,
  PdfStream,
  PdfString,
  type PdfObject,
  type Span,
} from './objects.ts'
import { locateValues, parseIndirect, parseValues } from './parser.ts'
import { memoryBytes } from './source.ts'

const LIMITS = { name: 1024, string: 1 << 20 }
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

function parse(text: string, nesting = 100): { items: readonly PdfObject[]; faults: string[] } {
  const faults: string[] = []
  const lexerAt = (at: number): Lexer => new Lexer(memoryBytes(bytesOf(text)), at, LIMITS)
  const lexer = lexerAt(0)
  const locate = (span: Span): ReadonlyMap<string, Span> => locateValues(lexerAt(span.start), nesting)
  const context = { nesting, fault: (code: string) => faults.push(code), locate }
  return { items: parseValues(lexer, context).items, faults }
}

/** One object without its spans, for comparing. */
function plain(value: PdfObject | undefined): unknown {
  if (value instanceof PdfArray) return value.items.map(plain)
  if (value instanceof PdfDict) return Object.fromEntries([...value.map].map(([key, item]) => [`/${key}`, plain(item)]))
  if (value instanceof PdfName) return `/${value.name}`
  if (value instanceof PdfString) return `(${String.fromCharCode(...value.bytes)})`
  if (value instanceof PdfReal) return `real ${value.raw}`
  return value instanceof PdfRef ? value.toString() : value
}

describe('values', () => {
  test('of every type', () => {
    const { items, faults } = parse('<< /A [1 -2 3.50 true false null (x) <41> /N 7 0 R 5] /B << >> /C 12 3 R >> 4 0 R')
    expect(items.map(plain)).toEqual([
      { '/A': [1, -2, 'real 3.50', true, false, null, '(x)', '(A)', '/N', '7 0 R', 5], '/B': {}, '/C': '12 3 R' },
      '4 0 R',
    ])
    expect(faults).toEqual([])
  })

  test('value spans of a dictionary hold the tokens with their delimiters (P-06)', () => {
    const text = '<</Contents  <0011> /ByteRange [0 1 2 3] /R 1 0 R /S(a\\)b)>>'
    const [dict] = parse(text).items
    expect(dict).toBeInstanceOf(PdfDict)
    const at = (key: string): string => {
      const span = (dict as PdfDict).valueSpans?.get(key)
      return span === undefined ? '' : text.slice(span.start, span.end)
    }
    expect(['Contents', 'ByteRange', 'R', 'S'].map(at)).toEqual(['<0011>', '[0 1 2 3]', '1 0 R', '(a\\)b)'])
    expect((dict as PdfDict).span).toEqual({ start: 0, end: text.length })
  })

  test('keys that stand twice are recorded, the last value kept (P-10)', () => {
    const [dict] = parse('<< /A 1 /B 2 /A 3 /A 4 >>').items as [PdfDict]
    expect([...dict.map]).toEqual([
      ['A', 4],
      ['B', 2],
    ])
    expect(dict.duplicates).toEqual(['A'])
    expect(parse('<< /__proto__ 1 /constructor 2 >>').items.map(plain)).toEqual(
      [{ '/__proto__': 1, '/constructor': 2 }].map((entry) => Object.fromEntries(Object.entries(entry))),
    )
  })

  test.each([
    ['<< /A 1 /B >>', 'MALFORMED_DICTIONARY'],
    ['<< 1 /A 2 >>', 'MALFORMED_DICTIONARY'],
    ['[1 2', 'UNBALANCED_BRACKETS'],
    ['[1 >>', 'UNBALANCED_BRACKETS'],
    [']', 'UNBALANCED_BRACKETS'],
    ['R', 'MALFORMED_TOKEN'],
    ['1 R', 'MALFORMED_TOKEN'],
    ['[--1]', 'MALFORMED_TOKEN'],
    ['hello', 'MALFORMED_TOKEN'],
    ['/A#', 'MALFORMED_TOKEN'],
    ['/A\x0bB', 'MALFORMED_TOKEN'],
  ])('%j tells %s', (text, fault) => {
    expect(parse(text).faults).toContain(fault)
  })

  test('nesting is bounded without recursion (L-05, L-25)', () => {
    expect(() => parse('['.repeat(101))).toThrow(expect.objectContaining({ code: 'LIMIT_NESTING' }))
    expect(parse(`${'['.repeat(90_000)}${']'.repeat(90_000)}`, 100_000).faults).toEqual([])
  })
})

describe('indirect objects', () => {
  function indirect(text: string): { value: PdfObject | undefined; end: number | undefined; faults: string[] } {
    const source = memoryBytes(bytesOf(text))
    const faults: string[] = []
    const context = { nesting: 100, fault: (code: string) => faults.push(code) }
    const lexer = new Lexer(source, 0, LIMITS)
    const length = (value: PdfObject | undefined): number | undefined => (typeof value === 'number' ? value : undefined)
    const object = parseIndirect(source, lexer, 0, context, length)
    return { value: object?.value, end: object?.span.end, faults }
  }
  const data = (value: PdfObject | undefined): string =>
    value instanceof PdfStream ? String.fromCharCode(...value.raw) : 'no stream'

  test('end behind endobj', () => {
    expect(indirect('1 0 obj\n42\nendobj\n')).toEqual({ value: 42, end: 17, faults: [] })
    expect(indirect('1 0 obj 2 0 R endobj').value).toEqual(new PdfRef(2, 0))
    expect(indirect(' 1 0 obj 3 endobj').value).toBeUndefined()
    expect(indirect('1 0 R').value).toBeUndefined()
  })

  test.each(['stream\n', 'stream\r\n'])('data behind %j are as long as /Length says', (keyword) => {
    const { value, faults } = indirect(`1 0 obj << /Length 12 >> ${keyword}endstreamabc\nendstream endobj`)
    expect(data(value)).toBe('endstreamabc')
    expect(faults).toEqual([])
  })

  test.each([
    ['1 0 obj << /Length 99 >> stream\nabc\nendstream endobj', 'abc', 'STREAM_LENGTH_WRONG'],
    ['1 0 obj << /Length 1 >> stream\nabc\r\nendstream endobj', 'abc', 'STREAM_LENGTH_WRONG'],
    ['1 0 obj << >> stream\nabc\nendstream endobj', 'abc', 'STREAM_LENGTH_WRONG'],
    ['1 0 obj << /Length 3 >> stream\rabc\nendstream endobj', 'abc', 'STREAM_EOL'],
    ['1 0 obj << /Length 3 >> stream\nabc\nendstream 2 0 obj', 'abc', 'ENDOBJ_MISSING'],
    ['1 0 obj << /Length 3 >> stream\nabc', 'abc', 'ENDSTREAM_MISSING'],
  ])('%j is read, and told as a repair (P-15)', (text, expected, fault) => {
    const { value, faults } = indirect(text)
    expect(data(value)).toBe(expected)
    expect(faults).toContain(fault)
  })

  test('a missing endobj is told (P-15)', () => {
    expect(indirect('1 0 obj 5 2 0 obj 6 endobj').faults).toContain('ENDOBJ_MISSING')
    expect(indirect('1 0 obj endobj').faults).toEqual(['OBJECT_NOT_ONE_VALUE'])
    expect(indirect('1 0 obj 1 2 endobj').faults).toEqual(['OBJECT_NOT_ONE_VALUE'])
  })
})

describe('properties', () => {
  const names = fc.stringMatching(/^[A-Za-z]{1,8}$/)
  const leaf = fc.oneof(
    fc.integer().map((n) => ({ text: `${n}`, value: n as unknown })),
    names.map((name) => ({ text: `/${name}`, value: `/${name}` as unknown })),
    fc.constantFrom('true', 'false', 'null').map((word) => ({ text: word, value: JSON.parse(word) as unknown })),
    fc
      .tuple(fc.nat(9999), fc.nat(9))
      .map(([num, gen]) => ({ text: `${num} ${gen} R`, value: `${num} ${gen} R` as unknown })),
  )
  const { tree } = fc.letrec<{ tree: { text: string; value: unknown } }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree'), { maxLength: 5 }).map((items) => ({
        text: `[${items.map((item) => item.text).join(' ')}]`,
        value: items.map((item) => item.value) as unknown,
      })),
      fc.dictionary(names, tie('tree'), { maxKeys: 5 }).map((entries) => ({
        text: `<<${Object.entries(entries)
          .map(([key, item]) => `/${key} ${item.text}`)
          .join('\n')}>>`,
        value: Object.fromEntries(Object.entries(entries).map(([key, item]) => [`/${key}`, item.value])) as unknown,
      })),
    ),
  }))

  test('what is written is read back', () => {
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        const { items, faults } = parse(text)
        expect(faults).toEqual([])
        expect(items.map(plain)).toEqual([value])
      }),
      { seed: 20260103, numRuns: 500 },
    )
  })

  test('any bytes give values or a coded error', () => {
    const word = fc.constantFrom(
      '<<',
      '>>',
      '[',
      ']',
      '(',
      ')',
      '<41>',
      '/A',
      '1',
      '0',
      'R',
      'obj',
      'endobj',
      'stream',
      'null',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 3 })), { maxLength: 60 }), (parts) => {
        expect(parse(parts.join(' ')).items.length).toBeGreaterThanOrEqual(0)
      }),
      { seed: 20260104, numRuns: 1500 },
    )
  })
})
