// A-01: no usable signature data. A-03: wrapping. A-25, in part: keys put into the gap.
import { SIGNATURE } from '../signing.ts'
import { pick, type Random } from '../random.ts'
import { signing, type Trick } from '../trick.ts'
import type { Preparation } from '../notice.ts'

/** Spellings that are as good as any other: what the same tool writes when it means no harm. */
function wellSpelled(random: Random): Preparation {
  const extra = pick(random, [
    '',
    '/Name(Officer)',
    '/Reason(Approved)',
    '/Location(Dong Thap)',
    '/ContactInfo(-)',
    '/Prop_Build<</App<</Name/x>>>>',
  ])
  const room = pick(random, [5300, 5400, 6000, 7000])
  const token = random() < 0.3 ? { token: (hex: string): string => `<${hex.toUpperCase()}>` } : {}
  const byteRange = random() < 0.3 ? { byteRange: (right: readonly number[]): string => `[${right.join('\n')} ]` } : {}
  return { entries: SIGNATURE + extra, officer: { room, ...token, ...byteRange } }
}

const twin = (_: unknown, random: Random): Preparation => wellSpelled(random)

/** Another text in the place of one value of the finished dictionary. */
function inPlace(pattern: RegExp, text: string): Preparation {
  return { officer: { alter: (dictionary) => dictionary.replace(pattern, (all) => text.padEnd(all.length)) } }
}

const CONTENTS = /\/Contents <[0-9a-f]*>/
const RANGE = /\/ByteRange \[[^\]]*\]/

const VALUES: readonly (readonly [string, RegExp, string])[] = [
  ['/Contents null', CONTENTS, '/Contents null'],
  ['/Contents empty', CONTENTS, '/Contents <>'],
  ['/Contents an empty literal string', CONTENTS, '/Contents ()'],
  ['/Contents a name', CONTENTS, '/Contents /None'],
  ['/Contents a number', CONTENTS, '/Contents 0'],
  ['/Contents a reference', CONTENTS, '/Contents 12 0 R'],
  ['/Contents an array', CONTENTS, '/Contents []'],
  ['/Contents a few bytes', CONTENTS, '/Contents <3003020101>'],
  ['no /Contents', CONTENTS, ' '],
  ['no /ByteRange', RANGE, ' '],
  ['/ByteRange null', RANGE, '/ByteRange null'],
  ['/ByteRange empty', RANGE, '/ByteRange []'],
  ['/ByteRange of zeros', RANGE, '/ByteRange [0 0 0 0]'],
  ['/ByteRange a reference', RANGE, '/ByteRange 12 0 R'],
  ['/ByteRange a string', RANGE, '/ByteRange (0 0 0 0)'],
  ['/ByteRange of names', RANGE, '/ByteRange [/a /b /c /d]'],
  ['/ByteRange negative', RANGE, '/ByteRange [0 -1 0 -1]'],
]

const zeroed: Preparation = { officer: { token: (hex) => `<${'0'.repeat(hex.length)}>` } }

/** Numbers of /ByteRange made from the right ones, signed over what they name as far as they can be. */
function ranges(change: (right: readonly [number, number, number, number]) => string): Preparation {
  return { officer: { byteRange: change } }
}

const RANGES: readonly (readonly [string, Preparation])[] = [
  ['/ByteRange as reals', ranges((right) => `[${right.map((n) => `${n}.0`).join(' ')}]`)],
  ['/ByteRange of three numbers', ranges(([a, b, c]) => `[${a} ${b} ${c}]`)],
  ['/ByteRange of two numbers', ranges(([a, b]) => `[${a} ${b}]`)],
  ['/ByteRange of six numbers', ranges(([a, b, c, d]) => `[${a} ${b} ${c} ${d} ${c + d} 0]`)],
  ['/ByteRange past the end', ranges(([a, b, c, d]) => `[${a} ${b} ${c} ${d + 1}]`)],
  ['/ByteRange one short', ranges(([a, b, c, d]) => `[${a} ${b} ${c} ${d - 1}]`)],
  ['/ByteRange beyond all files', ranges(([a, b, c]) => `[${a} ${b} ${c} 9007199254740993]`)],
  ['/ByteRange that wraps at 32 bits', ranges(([a, b, c, d]) => `[${a} ${b} ${c} ${d + 4294967296}]`)],
  ['/ByteRange not from the start', ranges(([, b, c, d]) => `[1 ${b - 1} ${c} ${d}]`)],
  ['/ByteRange without a second part', ranges(([a, b, c]) => `[${a} ${b} ${c} 0]`)],
  ['/ByteRange without a first part', ranges(([, , c, d]) => `[0 0 ${c} ${d}]`)],
  ['/ByteRange in the wrong order', ranges(([, b, c, d]) => `[${c} ${d} 0 ${b}]`)],
  ['/ByteRange over /Contents too', ranges(([a, b, c, d]) => `[${a} ${b} ${b} ${c - b + d}]`)],
]

export const A01: readonly Trick[] = [
  ...VALUES.map(([name, pattern, text]) => signing({ name, attack: () => inPlace(pattern, text), twin })),
  signing({ name: '/Contents of zeros', attack: () => zeroed, twin }),
  signing({
    name: 'no /SubFilter',
    attack: () => ({ entries: SIGNATURE.replace('/SubFilter/ETSI.CAdES.detached', '') }),
    twin,
  }),
  signing({
    name: 'a /SubFilter that nobody knows',
    attack: (_, random) => ({
      entries: SIGNATURE.replace('ETSI.CAdES.detached', pick(random, ['ETSI.CAdES', 'null', 'adbe.pkcs7.none', 'X'])),
    }),
    twin,
  }),
  ...RANGES.map(([name, preparation]) => signing({ name, attack: () => preparation, twin })),
]

/** A /Contents token with something else in the gap: the digest is right, and the rest of the gap says what the attacker wants. */
function inGap(make: (hex: string, room: number) => string): Preparation {
  return {
    officer: {
      token: (hex) => {
        const token = make(hex, 400)
        return token.padEnd(hex.length + 2)
      },
    },
  }
}

const shorter = (hex: string, by: number): string => `<${hex.slice(0, hex.length - by)}>`

/** What stands between the ranges besides the signature. */
const GAPS: readonly (readonly [string, (hex: string) => string])[] = [
  ['white space in the gap', (hex) => shorter(hex, 40)],
  ['a comment in the gap', (hex) => `${shorter(hex, 400)}%${'x'.repeat(300)}`],
  ['a key in the gap', (hex) => `${shorter(hex, 400)}/Reason(changed)`],
  ['many keys in the gap', (hex) => `${shorter(hex, 400)}/Name(Somebody)/Location(Elsewhere)/M(D:20200101000000Z)`],
  ['a second /Contents in the gap', (hex) => `${shorter(hex, 400)}/Contents<00>`],
  ['a second /ByteRange in the gap', (hex) => `${shorter(hex, 400)}/ByteRange[0 10 20 30]`],
  [
    'the dictionary ends in the gap',
    (hex) => `${shorter(hex, 400)}>>endobj 4 0 obj<</Length 0>>stream\nendstream endobj 99 0 obj<<`,
  ],
  ['white space in the digits', (hex) => `<${hex.slice(0, 100)}  ${hex.slice(100, hex.length - 2)}>`],
  ['an odd count of digits', (hex) => `<${hex.slice(0, hex.length - 1)}> `],
  ['a literal string', (hex) => `(${hex.slice(0, hex.length - 8)})`],
]

/** Ranges that leave a part of the dictionary or of the file unsigned, and a digest over just what they name. */
function uncovered(from: number, to: number): Preparation {
  return {
    officer: {
      byteRange: ([a, b, c, d]) => `[${a} ${b + from} ${c + to} ${d - to}]`,
      covered: (file, [, b, c]) => file.slice(0, b + from) + file.slice(c + to),
    },
  }
}

const MOVES: readonly (readonly [string, number, number])[] = [
  ['the second range begins later', 0, 40],
  ['the second range begins far later', 0, 300],
  ['the second range begins one byte later', 0, 1],
  ['the first range ends earlier', -20, 0],
  ['the first range ends one byte earlier', -1, 0],
  ['both ranges leave room', -12, 3],
  ['the delimiters are signed', 1, -1],
]

export const A03: readonly Trick[] = [
  ...GAPS.map(([name, make]) => signing({ name, attack: () => inGap(make), twin })),
  ...MOVES.map(([name, from, to]) => signing({ name, attack: () => uncovered(from, to), twin })),
]
