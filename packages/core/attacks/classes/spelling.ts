// keys that stand twice. A-28: tricks with XML. A-29: parser bombs.
import { deflateSync } from 'node:zlib'
import { N, XMP, drawText } from '../notice.ts'
import type { PdfFile } from '../pdf-file.ts'
import { GOOD, update, type Expectation, type Stage, type Trick } from '../trick.ts'
import { fillText } from './fields.ts'

type Edit = (file: PdfFile) => unknown
const NEW = N.first
const NOT_GOOD: Expectation = {
  overall: { mustNotBe: GOOD },
  signatures: [{ field: 'officer', permitted: [false, null] }],
}

/** A key once more, in one of the spellings that mean the same. */
function twice(num: number, entry: string): Edit {
  return (file) => file.edit(num, (body) => body.replace(/>>$/, `${entry}>>`))
}

const KEYS: readonly (readonly [string, Edit])[] = [
  ['the catalog, /Pages', twice(N.catalog, '/Pages 80 0 R')],
  ['the catalog, /P#61ges', twice(N.catalog, '/P#61ges 2 0 R')],
  ['the catalog, /AcroForm', twice(N.catalog, '/AcroForm<</Fields[]>>')],
  ['the page, /Contents', twice(N.page, '/Contents 14 0 R')],
  ['the page, /C#6fntents', twice(N.page, '/C#6fntents 14 0 R')],
  ['the page, /Annots', twice(N.page, '/Annots[]')],
  ['page 2, /MediaBox', twice(N.page2, '/MediaBox[0 0 9 9]')],
  ['page 2, /Contents as it is', twice(N.page2, '/Contents 14 0 R')],
  ['the form, /Fields', twice(N.form, '/Fields[]')],
  ['the form, /DR', twice(N.form, '/DR<<>>')],
  ['a text field, /V', twice(N.groupText, '/V(1)/V(2)')],
  ['a text field, /#56', twice(N.groupText, '/V(1)/#56(2)')],
  ['a text field, /FT', twice(N.groupText, '/FT/Btn')],
  ['a text field, /Rect', twice(N.groupText, '/Rect[0 0 9 9]')],
  ['the officer field, /V', twice(N.officer, '/V 12 0 R')],
  ['the officer field, /T', twice(N.officer, '/T(other)')],
  ['the group, /Kids', twice(N.group, '/Kids[]')],
  ['the pages, /Kids', twice(N.pages, '/Kids[]')],
  [
    'a new look',
    (file) =>
      drawText(file, NEW, 'a', '/BBox[0 0 1 1]').edit(N.groupText, (body) =>
        body.replace(/>>$/, `/V(a)/AP<</N ${NEW} 0 R>>>>`),
      ),
  ],
  [
    'deep below a new look',
    (file) =>
      drawText(file, NEW, 'a', '/Group<</S/Transparency/S/Other>>').edit(N.groupText, (body) =>
        body.replace(/>>$/, `/V(a)/AP<</N ${NEW} 0 R>>>>`),
      ),
  ],
  ['the font', twice(N.font, '/BaseFont/Symbol')],
]

const fillTwin = ({ file }: Stage): void => fillText(file, N.groupText, 'a')

export const A25: readonly Trick[] = [
  ...KEYS.map(([name, change]) =>
    update({
      name: `a key twice: ${name}`,
      attack: ({ file }) => void change(file),
      twin: fillTwin,
      level: 'form',
      expect: NOT_GOOD,
    }),
  ),
  ...['/Root 9 0 R', '/Size 1', '/Prev 0', '/Encrypt null/Encrypt null', '/Info 1 0 R/Info 12 0 R'].map((entry) =>
    update({
      name: `a key twice in the trailer: ${entry}`,
      suits: ({ update: form }) => form === 'table',
      attack: ({ file }) => {
        file.set(NEW, '(x)')
        return { trailer: `/Info 12 0 R${entry}` }
      },
      twin: ({ file }) => void file.set(NEW, '(x)'),
      expect: { overall: { mustNotBe: GOOD }, signatures: [] },
    }),
  ),
]

const rewrite =
  (data: string): Edit =>
  (file) =>
    file.stream(N.metadata, data, file.body(N.metadata))

const XML: readonly (readonly [string, string])[] = [
  ['a document type', `<!DOCTYPE x>${XMP}`],
  ['a document type from elsewhere', `<!DOCTYPE x SYSTEM "http://x/y.dtd">${XMP}`],
  ['an entity of its own', `<!DOCTYPE x [<!ENTITY a "b">]>${XMP.replace('Notice', '&a;')}`],
  ['an entity from a file', `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${XMP.replace('Notice', '&a;')}`],
  ['entities of entities', `<!DOCTYPE x [<!ENTITY a "bb"><!ENTITY b "&a;&a;&a;&a;">]>${XMP.replace('Notice', '&b;')}`],
  ['a parameter entity', `<!DOCTYPE x [<!ENTITY % a SYSTEM "http://x"> %a;]>${XMP}`],
  ['an entity that nobody knows', XMP.replace('Notice', '&nbsp;')],
  ['another root', '<html><body>Notice</body></html>'],
  ['two roots', XMP.replace('</x:xmpmeta>', '</x:xmpmeta><x:xmpmeta xmlns:x="adobe:ns:meta/"/>')],
  ['an element that does not end', XMP.replace('</rdf:RDF>', '')],
  ['elements that overlap', XMP.replace('</dc:title></rdf:Description>', '</rdf:Description></dc:title>')],
  ['an attribute twice', XMP.replace('rdf:about=""', 'rdf:about="" rdf:about="x"')],
  ['bytes that are no UTF-8', XMP.replace('Notice', '\xff\xfe\xff')],
  ['no XML at all', '0 0 300 300 re f'],
  ['an empty stream', ''],
  ['characters that XML has not', XMP.replace('Notice', '\x01')],
  ['a comment that does not end', `${XMP}<!-- `],
]

const METADATA: readonly (readonly [string, Edit])[] = [
  [
    'metadata of a page',
    (file) =>
      file
        .stream(NEW, XMP, '/Type/Metadata/Subtype/XML')
        .edit(N.page2, (body) => body.replace(/>>$/, `/Metadata ${NEW} 0 R>>`)),
  ],
  [
    'metadata that are the letterhead',
    (file) =>
      file.edit(N.catalog, (body) => body.replace(`/Metadata ${N.metadata} 0 R`, `/Metadata ${N.letterhead} 0 R`)),
  ],
  [
    'metadata that are no stream',
    (file) =>
      file
        .set(NEW, '(x)')
        .edit(N.catalog, (body) => body.replace(`/Metadata ${N.metadata} 0 R`, `/Metadata ${NEW} 0 R`)),
  ],
]

const xmpTwin = ({ file }: Stage): void =>
  void file.stream(N.metadata, XMP.replace('Notice', 'Notice &amp; list &#38; &lt;'), file.body(N.metadata))

export const A28: readonly Trick[] = [
  ...XML.map(([name, data]) => update({ name, attack: ({ file }) => void rewrite(data)(file), twin: xmpTwin })),
  ...METADATA.map(([name, change]) => update({ name, attack: ({ file }) => void change(file), twin: xmpTwin })),
]

const deflated = (data: string): string => deflateSync(Buffer.from(data, 'latin1')).toString('latin1')

/** What makes a careless reader run, recurse or allocate for ever; the answer has to come all the same. */
const BOMBS: readonly (readonly [string, (stage: Stage) => ReturnType<Parameters<typeof update>[0]['attack']>])[] = [
  ['a chain of sections that loops', ({ file }) => (file.set(NEW, '(x)'), { prev: file.text.length + 20 })],
  [
    'a section that is its own predecessor',
    ({ file }) => (
      file.again(N.info),
      { prev: file.text.length + file.written(N.info, 0, { body: file.body(N.info) }).length }
    ),
  ],
  ['a predecessor behind the end', ({ file }) => (file.set(NEW, '(x)'), { prev: 999_999_999 })],
  ['a predecessor before the start', ({ file }) => (file.set(NEW, '(x)'), { prev: 3 })],
  [
    'a size of a thousand million',
    ({ file }) => (file.edit(N.page2, (body) => body.replace(/>>$/, '/PieceInfo<</a 1>>>>')), { size: 999_999_999 }),
  ],
  [
    'deep arrays',
    ({ file }) =>
      void file.edit(N.page2, (body) => body.replace(/>>$/, `/PieceInfo ${'['.repeat(3000)}${']'.repeat(3000)}>>`)),
  ],
  [
    'deep dictionaries',
    ({ file }) =>
      void file.edit(N.page2, (body) =>
        body.replace(/>>$/, `/PieceInfo ${'<</a'.repeat(2000)} 0${'>>'.repeat(2000)}>>`),
      ),
  ],
  ['a long name', ({ file }) => void file.edit(N.page2, (body) => body.replace(/>>$/, `/${'n'.repeat(70_000)} 1>>`))],
  [
    'many kids',
    ({ file, dimensions }) =>
      void file.edit(dimensions.pages === 'nested' ? N.node : N.pages, (body) =>
        body.replace('13 0 R]', `13 0 R ${'13 0 R '.repeat(20_000)}]`),
      ),
  ],
  [
    'many annotations',
    ({ file }) => void file.edit(N.page2, (body) => body.replace(/>>$/, `/Annots[${'15 0 R '.repeat(20_000)}]>>`)),
  ],
  ['a page tree that loops', ({ file }) => void file.edit(N.pages, (body) => body.replace('/Kids[', '/Kids[2 0 R '))],
  [
    'a tree of fields that loops',
    ({ file }) => void file.edit(N.group, (body) => body.replace('/Kids[', `/Kids[${N.group} 0 R `)),
  ],
  ['an object that is a reference to itself', ({ file }) => void file.set(N.contents2, `${N.contents2} 0 R`)],
  [
    'objects that refer to each other',
    ({ file }) => void file.set(N.contents2, `${NEW} 0 R`).set(NEW, `${N.contents2} 0 R`),
  ],
  [
    'a length that is its own stream',
    ({ file }) => void file.set(N.contents2, `<</Length ${N.contents2} 0 R>>\nstream\nx\nendstream`),
  ],
  ['a content that swells', ({ file }) => void file.stream(N.contents2, '\0'.repeat(3_000_000), '/Filter/FlateDecode')],
  [
    'a content that swells twice',
    ({ file }) => void file.stream(N.contents2, deflated('\0'.repeat(3_000_000)), '/Filter[/FlateDecode/FlateDecode]'),
  ],
  ['many filters', ({ file }) => void file.stream(N.contents2, 'x', `/Filter[${'/ASCIIHexDecode'.repeat(500)}]`)],
  [
    'an object stream that extends itself',
    ({ file }) => void file.stream(NEW, '150 0 1', `/Type/ObjStm/N 1/First 6/Extends ${NEW} 0 R`),
  ],
  [
    'an object stream that claims a thousand million',
    ({ file }) => void file.stream(NEW, '150 0 1', '/Type/ObjStm/N 999999999/First 6'),
  ],
  [
    'names of prototypes',
    ({ file }) =>
      void file.edit(N.page2, (body) => body.replace(/>>$/, '/__proto__<</a 1>>/constructor 1/toString 2>>')),
  ],
  [
    'field names of prototypes',
    ({ file }) => void file.edit(N.groupText, (body) => body.replace('(open)', '(__proto__)')),
  ],
  [
    'a number of many digits',
    ({ file }) => void file.edit(N.page2, (body) => body.replace(/>>$/, `/UserUnit ${'9'.repeat(5000)}>>`)),
  ],
  [
    'a predictor of many columns',
    ({ file }) =>
      void file.stream(N.contents2, 'x', '/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2000000000>>'),
  ],
]

export const A29: readonly Trick[] = BOMBS.map(([name, attack]) =>
  update({
    name,
    attack,
    twin: ({ file }) => void file.set(NEW, '(x)').edit(N.info, (body) => body.replace('>>', '/Keywords(plain)>>')),
    expect: { overall: { mustNotBe: GOOD }, signatures: [] },
    last: true,
  }),
)
