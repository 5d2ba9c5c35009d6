// Characters by the names that fonts give their glyphs (Adobe Glyph List, as far as texts of offices need it).

const PUNCTUATION =
  'space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus comma hyphen period slash ' +
  'zero one two three four five six seven eight nine colon semicolon less equal greater question at'
const BRACKETS = 'bracketleft backslash bracketright asciicircum underscore grave'
const BRACES = 'braceleft bar braceright asciitilde'

function numbered(names: string, first: number): readonly (readonly [string, string])[] {
  return names.split(' ').map((name, index) => [name, String.fromCharCode(first + index)])
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ...numbered(PUNCTUATION, 0x20),
  ...numbered(BRACKETS, 0x5b),
  ...numbered(BRACES, 0x7b),
  ['quoteright', '\u2019'],
  ['quoteleft', '\u2018'],
  ['quotedblleft', '\u201c'],
  ['quotedblright', '\u201d'],
  ['endash', '\u2013'],
  ['emdash', '\u2014'],
  ['bullet', '\u2022'],
  ['ellipsis', '\u2026'],
  ['section', '\u00a7'],
  ['degree', '\u00b0'],
  ['dcroat', '\u0111'],
  ['Dcroat', '\u0110'],
  ['dmacron', '\u0111'],
  ['Eth', '\u00d0'],
  ['germandbls', '\u00df'],
  ['ae', '\u00e6'],
  ['AE', '\u00c6'],
  ['oe', '\u0153'],
  ['OE', '\u0152'],
  ['oslash', '\u00f8'],
  ['Oslash', '\u00d8'],
  ['fi', 'fi'],
  ['fl', 'fl'],
  ['ff', 'ff'],
  ['ffi', 'ffi'],
  ['ffl', 'ffl'],
  ['nbspace', ' '],
])

/** Marks as they follow a letter in a name: `Acircumflexacute` is A, circumflex, acute. */
const MARKS: readonly (readonly [string, string])[] = [
  ['circumflex', '\u0302'],
  ['breve', '\u0306'],
  ['horn', '\u031b'],
  ['acute', '\u0301'],
  ['grave', '\u0300'],
  ['hookabove', '\u0309'],
  ['tilde', '\u0303'],
  ['dotbelow', '\u0323'],
  ['dieresis', '\u0308'],
  ['ring', '\u030a'],
  ['cedilla', '\u0327'],
  ['caron', '\u030c'],
  ['ogonek', '\u0328'],
  ['macron', '\u0304'],
]

function letterWithMarks(name: string): string | undefined {
  let text = name.slice(0, 1)
  for (let rest = name.slice(1); rest !== '';) {
    const mark = MARKS.find(([word]) => rest.startsWith(word))
    if (mark === undefined) return undefined
    text += mark[1]
    rest = rest.slice(mark[0].length)
  }
  return /^[A-Za-z]/.test(name) ? text.normalize('NFC') : undefined
}

/** What a glyph name stands for; undefined for names that tell nothing, such as `g23`. */
export function textOfGlyph(name: string): string | undefined {
  // Variants of a glyph follow a period: `a.sc`.
  const plain = name.split('.', 1)[0] ?? ''
  const code = /^(?:uni|u)([0-9A-F]{4,6})$/.exec(plain)?.[1]
  if (code !== undefined) {
    const point = parseInt(code, 16)
    return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : undefined
  }
  return NAMES.get(plain) ?? letterWithMarks(plain)
}
