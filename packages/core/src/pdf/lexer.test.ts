import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Lexer, TOKEN, type Token } from './lexer.ts'
import { memoryBytes, type FileBytes } from './source.ts'

const LIMITS = { name: 1024, string: 1 << 20 }

function lexerOf(text: string): Lexer {
  return new Lexer(memoryBytes(Uint8Array.from(text, (char) => char.charCodeAt(0))), 0, LIMITS)
}

function tokens(text: string): [Token, unknown, boolean][] {
  const lexer = lexerOf(text)
  const found: [Token, unknown, boolean][] = []
  for (let kind = lexer.next(); kind !== TOKEN.eof; kind = lexer.next()) {
    const string = kind === TOKEN.literal || kind === TOKEN.hex
    const value = string ? String.fromCharCode(...lexer.bytes) : kind === TOKEN.integer ? lexer.number : lexer.text
    found.push([kind, value, lexer.malformed])
  }
  return found
}

describe('numbers (P-18)', () => {
  test.each([
    ['0', 0],
    ['-17', -17],
    ['+3', 3],
    ['0007', 7],
    ['9007199254740991', 9007199254740991],
  ])('%s is an integer', (text, value) => {
    expect(tokens(text)).toEqual([[TOKEN.integer, value, false]])
  })

  test.each(['1.0', '-.5', '4.', '0.00', '9007199254740993', '99999999999999999999'])(
    '%s is a real that keeps its spelling',
    (text) => {
      expect(tokens(text)).toEqual([[TOKEN.real, text, false]])
    },
  )

  test.each(['--5', '1-2', '1.2.3', '+', '-', '.', '12a', '1e5'])('%s is malformed', (text) => {
    expect(tokens(text)).toEqual([[TOKEN.keyword, text, true]])
  })
})

describe('names', () => {
  test('are decoded and compared as bytes', () => {
    expect(tokens('/A#42 /A#2fB /#41 /')).toEqual([
      [TOKEN.name, 'AB', false],
      [TOKEN.name, 'A/B', false],
      [TOKEN.name, 'A', false],
      [TOKEN.name, '', false],
    ])
  })

  test('keep a # without two hex digits, and say so', () => {
    expect(tokens('/A#4 /B#')).toEqual([
      [TOKEN.name, 'A#4', true],
      [TOKEN.name, 'B#', true],
    ])
  })

  test('are bounded (L-08)', () => {
    expect(() => tokens(`/${'a'.repeat(1025)}`)).toThrow(expect.objectContaining({ code: 'LIMIT_NAME' }))
  })
})

describe('strings', () => {
  test.each([
    ['(a(b)c)', 'a(b)c'],
    ['(\\(\\)\\\\)', '()\\'],
    ['(\\101\\7\\0534)', 'A\x07+4'],
    ['(a\\\r\nb\\\nc)', 'abc'],
    ['(a\r\nb\rc\nd)', 'a\nb\nc\nd'],
    ['(\\n\\r\\t\\b\\f\\q)', '\n\r\t\b\fq'],
    ['<48 65 6C6c6F>', 'Hello'],
    ['<486>', 'H`'],
    ['<>', ''],
  ])('%j', (text, value) => {
    expect(tokens(text)).toEqual([[expect.any(Number), value, false]])
  })

  test.each(['(abc', '<4x>', '<41'])('%s is malformed', (text) => {
    expect(tokens(text)[0]?.[2]).toBe(true)
  })

  test('are bounded (L-08)', () => {
    const long = 'a'.repeat(1 << 22)
    expect(() => tokens(`(${long})`)).toThrow(expect.objectContaining({ code: 'LIMIT_STRING' }))
    expect(() => tokens(`<${long}>`)).toThrow(expect.objectContaining({ code: 'LIMIT_STRING' }))
  })
})

test('comments are white space, and end at CR or LF', () => {
  expect(tokens('1%x\r2%y\n3%%EOF').map(([, value]) => value)).toEqual([1, 2, 3])
})

test('tells where tokens stand', () => {
  const lexer = lexerOf('  <</A<41>>>')
  expect([lexer.next(), lexer.start, lexer.end]).toEqual([TOKEN.dictOpen, 2, 4])
  expect([lexer.next(), lexer.start, lexer.end]).toEqual([TOKEN.name, 4, 6])
  expect([lexer.next(), lexer.start, lexer.end]).toEqual([TOKEN.hex, 6, 10])
  expect([lexer.next(), lexer.start, lexer.end]).toEqual([TOKEN.dictClose, 10, 12])
})

const hex = (byte: number): string => byte.toString(16).padStart(2, '0')

describe('properties', () => {
  test('any bytes survive as hex string, escaped literal string and escaped name', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const codes = [...bytes]
        const asHex = `<${codes.map(hex).join('')}>`
        const asLiteral = `(${codes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')})`
        const asName = `/${codes.map((byte) => `#${hex(byte)}`).join('')}`
        const expected = String.fromCharCode(...codes)
        expect(tokens(`${asHex}${asLiteral}${asName}`)).toEqual([
          [TOKEN.hex, expected, false],
          [TOKEN.literal, expected, false],
          [TOKEN.name, expected, false],
        ])
      }),
      { seed: 20260101, numRuns: 300 },
    )
  })

  test('any bytes are read to the end, each token at least one byte long and behind the one before', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const lexer = new Lexer(memoryBytes(bytes), 0, LIMITS)
        let before = 0
        while (lexer.next() !== TOKEN.eof) {
          expect(lexer.start).toBeGreaterThanOrEqual(before)
          expect(lexer.end).toBeGreaterThan(lexer.start)
          before = lexer.end
        }
        expect(before).toBeLessThanOrEqual(bytes.length)
      }),
      { seed: 20260102, numRuns: 2000 },
    )
  })
})

/** A source whose windows hold a few bytes each. */
function inWindows(bytes: Uint8Array, width: number): FileBytes {
  return {
    ...memoryBytes(bytes),
    size: bytes.length,
    inMemory: false,
    window: (offset) => {
      const base = offset - (offset % width)
      return { bytes: bytes.subarray(base, base + width), base }
    },
    slice: (start, end) => bytes.subarray(start, end),
    chunks: (start, end) => [bytes.subarray(start, end)],
  }
}

describe('tokens', () => {
  const piece = fc.constantFrom(
    '/Name',
    '/A#42',
    '(a\\)b(c))',
    '(x',
    ')',
    '<4142>',
    '<4 1',
    '<<',
    '>>',
    '[',
    ']',
    '12',
    '-3.50',
    '+.',
    '1.2.3',
    '99999999999999999999',
    'obj',
    'R',
    'tr\u0001ue',
    '%c\n',
    '   ',
    '\n',
    '\0\0\0\0\0\0\0\0\0',
    '{',
    'endobj',
    '0000000017 00000 n',
  )

  test('are the same however the file is cut into windows', () => {
    const read = (lexer: Lexer): unknown[] => {
      const found: unknown[] = []
      for (let kind = lexer.next(); kind !== TOKEN.eof; kind = lexer.next()) {
        found.push([kind, lexer.start, lexer.end, lexer.number, lexer.text, [...lexer.bytes], lexer.malformed])
      }
      return found
    }
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.integer({ min: 1, max: 9 }), (pieces, width) => {
        const bytes = Uint8Array.from(pieces.join(pieces.length % 2 === 0 ? ' ' : ''), (char) => char.charCodeAt(0))
        expect(read(new Lexer(inWindows(bytes, width), 0, LIMITS))).toEqual(
          read(new Lexer(memoryBytes(bytes), 0, LIMITS)),
        )
      }),
      { numRuns: 300, seed: 3 },
    )
  })

  test('text is found in both directions however the file is cut into windows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'ab', 'aab', 'x'), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        (parts, width) => {
          const text = parts.join('')
          const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0))
          for (let at = 0; at <= text.length; at++) {
            const lexer = new Lexer(inWindows(bytes, width), 0, LIMITS)
            expect(lexer.find('aab', at)).toBe(text.indexOf('aab', at))
            expect(lexer.findBack('aab', at)).toBe(at === 0 ? -1 : text.lastIndexOf('aab', at - 1))
          }
        },
      ),
      { numRuns: 200, seed: 3 },
    )
  })

  test('reals have the value that their spelling has', () => {
    const digits = fc.array(fc.nat(9), { maxLength: 12 }).map((all) => all.join(''))
    fc.assert(
      fc.property(fc.constantFrom('', '-', '+'), digits, digits, (sign, whole, part) => {
        const text = `${sign}${whole}.${part}`
        const lexer = lexerOf(text)
        if (whole + part === '') expect(lexer.next()).toBe(TOKEN.keyword)
        else expect([lexer.next(), lexer.number]).toEqual([TOKEN.real, Number(text)])
      }),
      { numRuns: 500, seed: 3 },
    )
  })
})
