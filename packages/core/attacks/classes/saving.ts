// A-02: updates with, without and with half a section. A-13: freed objects, generations, sizes. A-16: bytes around the file, files in it.
import { levelOf } from '../dimensions.ts'
import { GOOD, REFUSED, noted, update, type Expectation, type Stage, type Trick, type UpdateTrick } from '../trick.ts'
import { pick, type Random } from '../random.ts'
import { N, drawText, issue } from '../notice.ts'
import type { PdfFile } from '../pdf-file.ts'

/** Drawings over the page. */
export function drawing(random: Random): string {
  const x = Math.floor(random() * 300)
  const y = Math.floor(random() * 600)
  return pick(random, [
    `1 g ${x} ${y} 250 120 re f 0 g BT /F1 12 Tf ${x} ${y} Td (The fine is 900) Tj ET`,
    `1 1 1 rg ${x} ${y} 200 200 re f`,
    `BT /F1 24 Tf ${x} ${y} Td (Void) Tj ET`,
    `q 0 0 1 RG ${x} ${y} m ${y} ${x} l S Q`,
  ])
}

/** The parts of the page that draw something, each with what makes it draw something else. */
export const DRAWN: readonly (readonly [string, (file: PdfFile, random: Random) => unknown])[] = [
  ['the content of page 1', (file, random) => file.stream(N.contents, drawing(random), file.body(N.contents))],
  ['the content of page 2', (file, random) => file.stream(N.contents2, drawing(random))],
  ['the letterhead', (file, random) => file.stream(N.letterhead, drawing(random), file.body(N.letterhead))],
  ['the image', (file) => file.stream(N.image, '\xff\x00\xff\x00', file.body(N.image))],
  ['the graphics state', (file) => file.set(N.state, '<</Type/ExtGState/CA 0/ca 0>>')],
  [
    'the content array',
    (file, random) =>
      file
        .edit(N.page, (body) => body.replace('/Contents 4 0 R', `/Contents[4 0 R ${N.first} 0 R]`))
        .stream(N.first, drawing(random)),
  ],
  ['the page box', (file) => file.edit(N.page, (body) => body.replace('595 842', '300 400'))],
  ['the crop box', (file) => file.edit(N.page2, (body) => body.replace(/>>$/, '/CropBox[0 0 90 90]>>'))],
  ['the rotation', (file) => file.edit(N.page, (body) => body.replace(/>>$/, '/Rotate 180>>'))],
  ['the unit', (file) => file.edit(N.page2, (body) => body.replace(/>>$/, '/UserUnit 4>>'))],
  ['the resources', (file) => file.edit(N.page, (body) => body.replace('/Head 19 0 R', '/Head 21 0 R'))],
]

const fill = ({ file }: Stage): void => {
  drawText(file, N.first + 5, 'Filled')
  file.edit(N.date, (body) =>
    body.replace(/\/V\([^)]*\)|\/AP<<[^>]*>>/g, '').replace(/>>$/, `/V(Filled)/AP<</N ${N.first + 5} 0 R>>>>`),
  )
}

const loose = (file: PdfFile, random: Random): string =>
  file.written(N.contents, 0, { body: '', data: drawing(random) })

/** Not permitted, or undecided; never good. */
const CAUGHT: Expectation = {
  overall: { mustNotBe: GOOD },
  signatures: [{ field: 'officer', integrity: ['intact', 'broken', 'unknown'] }],
}

/** Bytes behind the last revision that only a reader in repair mode would take as part of the document. */
function behind(name: string, make: (stage: Stage) => string, twin: string): Trick {
  const trick: UpdateTrick = {
    name,
    last: true,
    attack: ({ file }) => void file.edit(N.info, (body) => body.replace('>>', '/Subject(a)>>')),
    finish: (text, stage) => text + make(stage),
    expect: CAUGHT,
  }
  const made = update(trick)
  return {
    ...made,
    make: (dimensions, random) => {
      const pair = made.make(dimensions, random)
      const bytes = new Uint8Array(Buffer.concat([pair.twin.bytes, Buffer.from(twin, 'latin1')]))
      return { attack: pair.attack, twin: { ...pair.twin, bytes } }
    },
  }
}

export const A02: readonly Trick[] = [
  ...DRAWN.map(([name, change]) =>
    update({
      name: `${name}, with a proper section`,
      attack: ({ file, random }) => void change(file, random),
      twin: fill,
      level: 'form',
    }),
  ),
  ...DRAWN.slice(0, 3).map(([name, change]) =>
    update({
      name: `${name}, with a new date and seal beside it`,
      suits: ({ signatures }) => signatures === 1,
      attack: ({ file, random }) => {
        issue(file)
        change(file, random)
      },
      twin: ({ file }) => void issue(file),
      level: 'form',
    }),
  ),
  behind('objects behind the end', ({ file, random }) => loose(file, random), '\n\n'),
  behind(
    'objects and a terminator behind the end',
    ({ file, random }) => `${loose(file, random)}startxref\n0\n%%EOF\n`,
    ' \r\n',
  ),
  behind(
    'objects and a terminator to the old section',
    ({ file, random }) => `${loose(file, random)}startxref\n${file.startxref}\n%%EOF\n`,
    '\n',
  ),
  behind(
    'objects and half a section',
    ({ file, random }) => `${loose(file, random)}xref\n4 1\n0000000000 00000 n \n`,
    '% printed\n',
  ),
  behind(
    'objects and a section without a terminator',
    ({ file, random }) => {
      const at = String(file.text.length).padStart(10, '0')
      return `${loose(file, random)}xref\n4 1\n${at} 00000 n \ntrailer\n<</Size ${file.size}/Root 1 0 R/Prev ${file.startxref}>>\n`
    },
    '%\n%\n',
  ),
  behind('objects behind junk', ({ file, random }) => `junk ${loose(file, random)}`, '\x00\x00\n'),
  behind('objects behind a comment that only CR ends', ({ file, random }) => `% x\r${loose(file, random)}`, '% x\r'),
  behind('a section of nothing', ({ file }) => `xref\n0 0\ntrailer\n<</Size ${file.size}/Root 9 0 R>>\n`, '\n'),
  update({
    name: 'objects inside the update that no section lists',
    attack: ({ file, random }) => ({ stray: loose(file, random) }),
    twin: ({ file }) => void file.stream(N.first, 'x'),
  }),
  update({
    name: 'an object in the update that stands twice, once unlisted',
    attack: ({ file, random }) => {
      file.again(N.contents2)
      return { stray: file.written(N.contents2, 0, { body: '', data: drawing(random) }) }
    },
  }),
  update({
    name: 'a copy of the signature that covers it all',
    suits: ({ encrypted }) => !encrypted,
    attack: ({ file, random }) => {
      const [, , dictionary = ''] = /^(\d+ 0 obj\n)([\s\S]*)endobj\n$/.exec(file.textOf(N.signature)) ?? []
      DRAWN[0]![1](file, random)
      file.set(N.signature, dictionary.trim())
    },
    twin: fill,
    level: 'form',
  }),
]

const FREEABLE = [
  N.contents,
  N.contents2,
  N.letterhead,
  N.image,
  N.note,
  N.outline,
  N.state,
  N.font,
  N.metadata,
  N.layer,
] as const

export const A13: readonly Trick[] = [
  ...FREEABLE.map((num) =>
    update({
      name: `object ${num} freed`,
      attack: ({ file }) => void file.free(num),
      twin: ({ file }) => void file.again(num).set(N.first, '(new)'),
      ...(num === N.metadata ? { expect: REFUSED } : {}),
    }),
  ),
  ...[N.contents, N.page2, N.letterhead].map((num) =>
    update({
      name: `object ${num} of another generation`,
      suits: ({ update: form }) => form !== 'objstm',
      attack: ({ file }) => {
        const data = file.data(num)
        if (data === '') file.set(num, file.body(num), 1)
        else file.stream(num, data, file.body(num), 1)
      },
      twin: ({ file }) => void file.again(num),
    }),
  ),
  ...[N.contents2, N.image, N.font].map((num) =>
    update({
      name: `object ${num} made null`,
      attack: ({ file }) => void file.set(num, 'null'),
      twin: ({ file }) => void file.set(N.first, 'null'),
    }),
  ),
  update({
    name: 'the update says the file is smaller than it is',
    attack: ({ file, random }) => {
      file.stream(N.contents2, drawing(random))
      return { size: 14 }
    },
    twin: ({ file }) => void file.again(N.contents2),
  }),
  update({
    name: 'a number beyond /Size',
    suits: ({ update: form }) => form === 'table',
    before: { prepare: (file) => void file.edit(N.page2, (body) => body.replace(/>>$/, '/PieceInfo 950 0 R>>')) },
    attack: ({ file }) => void file.set(950, '<<>>'),
    twin: ({ file }) => void file.set(951, '<<>>'),
  }),
  update({
    name: 'a dangling reference of a page filled',
    before: {
      prepare: (file) => void file.edit(N.page2, (body) => body.replace('/Font<<', '/XObject<</Late 150 0 R>>/Font<<')),
    },
    attack: ({ file, random }) =>
      void file.stream(150, drawing(random), '/Type/XObject/Subtype/Form/BBox[0 0 500 500]'),
    twin: ({ file, random }) => void file.stream(151, drawing(random)),
  }),
  update({
    name: 'a dangling reference of a field filled',
    before: { prepare: (file) => void file.edit(N.number, (body) => body.replace('/N 28 0 R', '/N 150 0 R')) },
    // It changes how the field looks, which is form filling.
    suits: (dimensions) => levelOf(dimensions) === 1,
    attack: ({ file }) => void drawText(file, 150, 'late'),
    twin: ({ file }) => void drawText(file, 151, 'late'),
  }),
  update({
    name: 'an older version put in force by the section alone',
    suits: ({ xref, update: form, signedIn }) => xref !== 'objstm' && form !== 'objstm' && signedIn === 'update',
    attack: ({ file }) => {
      file.set(N.first, '(x)')
      return {
        rows: (rows) =>
          void rows.set(N.officer, { kind: 'used', at: file.text.indexOf(`\n${N.officer} 0 obj\n`) + 1, gen: 0 }),
      }
    },
    twin: ({ file }) => void file.again(N.officer),
  }),
  ...[N.contents2, N.numberLook, N.info].map((num) =>
    update({
      name: `object ${num} twice in one section`,
      suits: ({ update: form, xref }) => form === 'table' && xref === 'table',
      last: true,
      attack: ({ file }) => void file.set(N.first, '(x)'),
      finish: (text) => {
        const at = text.lastIndexOf('\nxref\n') + '\nxref\n'.length
        const row = (of: number): string =>
          `${num} 1\n${String(text.indexOf(`\n${of} 0 obj\n`) + 1).padStart(10, '0')} 00000 n \n`
        return text.slice(0, at) + row(num) + row(N.outline) + text.slice(at)
      },
      twin: ({ file }) => void file.again(num),
      expect: { overall: { mustNotBe: GOOD }, signatures: [] },
    }),
  ),
  ...[N.contents, N.officer, N.page2, N.info].map((num) =>
    update({
      name: `object ${num} at the offset 0`,
      suits: ({ update: form }) => form !== 'objstm',
      attack: ({ file }) => {
        file.set(N.first, '(x)')
        return { rows: (rows) => void rows.set(num, { kind: 'used', at: 0, gen: 0 }) }
      },
      twin: ({ file }) => void file.again(num),
      ...(num === N.info ? { expect: noted('XREF_ENTRY_EMPTY', 'XREF_ENTRY_WRONG', 'READER_DISAGREEMENT') } : {}),
    }),
  ),
  ...[N.contents2, N.seal, N.font].map((num) =>
    update({
      name: `object ${num} at the place of another`,
      suits: ({ xref, update: form }) => xref !== 'objstm' && form !== 'objstm',
      attack: ({ file }) => {
        file.set(N.first, '(x)')
        const at = file.text.indexOf(`\n${N.outline} 0 obj\n`) + 1
        return { rows: (rows) => void rows.set(num, { kind: 'used', at, gen: 0 }) }
      },
      twin: ({ file }) => void file.again(num),
      expect: { overall: { mustNotBe: GOOD }, signatures: [] },
    }),
  ),
]

const NESTED =
  '%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\nxref\n0 0\ntrailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n'

function aroundFile(name: string, finish: (text: string) => string): Trick {
  return update({
    name,
    last: true,
    attack: ({ file }) => void file.edit(N.info, (body) => body.replace('>>', '/Subject(a)>>')),
    finish,
    expect: { overall: { mustNotBe: GOOD }, signatures: [] },
  })
}

export const A16: readonly Trick[] = [
  ...['\n', '%!PS\n', '<html><!--\n', 'GIF89a', 'PK\x03\x04', '%PDF-1.3\n', '\xef\xbb\xbf', '\x00'.repeat(64)].map(
    (head) => aroundFile(`bytes in front: ${JSON.stringify(head)}`, (text) => head + text),
  ),
  aroundFile('a second file behind', (text) => text + NESTED),
  aroundFile('the same file once more behind', (text) => text + text.slice(0, 3000)),
  aroundFile('a header behind and objects', (text) => `${text}%PDF-1.7\n3 0 obj\n<</Type/Page>>\nendobj\n`),
  ...(
    [
      [
        'an attachment in the name tree',
        (file: PdfFile) =>
          file.edit(N.catalog, (body) => body.replace('[(list) 35 0 R]', `[(list) 35 0 R (paid) ${N.first} 0 R]`)),
      ],
      [
        'an associated file',
        (file: PdfFile) => file.edit(N.catalog, (body) => body.replace(/>>$/, `/AF[${N.first} 0 R]>>`)),
      ],
      [
        'an associated file of a page',
        (file: PdfFile) => file.edit(N.page2, (body) => body.replace(/>>$/, `/AF[${N.first} 0 R]>>`)),
      ],
      [
        'a portfolio',
        (file: PdfFile) => file.edit(N.catalog, (body) => body.replace(/>>$/, '/Collection<</View/D>>>>')),
      ],
    ] as const
  ).map(([name, change]) =>
    update({
      name,
      attack: ({ file }) => {
        change(file)
        file.set(N.first, `<</Type/Filespec/F(paid.pdf)/UF(paid.pdf)/EF<</F ${N.first + 1} 0 R>>>>`)
        file.stream(N.first + 1, NESTED, '/Type/EmbeddedFile/Subtype/application#2Fpdf')
      },
      twin: ({ file }) => void file.stream(N.first + 1, NESTED, '/Type/EmbeddedFile/Subtype/application#2Fpdf'),
    }),
  ),
  update({
    name: 'the attached file replaced',
    attack: ({ file }) => void file.stream(N.attached, NESTED, '/Type/EmbeddedFile'),
    twin: ({ file }) => void file.again(N.attached).again(N.attachment),
  }),
  update({
    name: 'the attachment points elsewhere',
    attack: ({ file }) =>
      void file
        .stream(N.first, NESTED, '/Type/EmbeddedFile')
        .edit(N.attachment, (body) => body.replace('/F 36 0 R', `/F ${N.first} 0 R`)),
    twin: ({ file }) => void file.stream(N.first, NESTED, '/Type/EmbeddedFile'),
  }),
]
