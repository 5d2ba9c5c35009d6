// the signature dictionary overridden later. A-11: an old signature in a new field. A-24: one signature in several fields, ranges
// that overlap. A-30: signatures removed, files cut back.
import { createHash } from 'node:crypto'
import { attacker, officer2 } from '../identities.ts'
import { permits } from '../dimensions.ts'
import { N, addField, countersign, drawText, issue, signedNotice, widget } from '../notice.ts'
import type { PdfFile } from '../pdf-file.ts'
import { SIGNATURE, cmsOver } from '../signing.ts'
import { GOOD, NOT_GOOD, harmless, update, type Expectation, type Stage, type Trick } from '../trick.ts'

/** The dictionary of the officer's signature as it stands, /ByteRange and /Contents filled in. */
function signedDictionary(file: PdfFile): string {
  const text = file.textOf(N.signature)
  return text.slice(text.indexOf('<<'), text.lastIndexOf('>>') + 2)
}

function override(name: string, change: (dictionary: string, stage: Stage) => string): Trick {
  return update({
    name,
    suits: ({ encrypted, update: form }) => !encrypted && form !== 'objstm',
    attack: (stage) => {
      const dictionary = signedDictionary(stage.file)
      stage.file.set(N.signature, change(dictionary, stage))
    },
    twin: ({ file }) => void file.set(N.signature, signedDictionary(file)),
    expect: { overall: { mustNotBe: GOOD }, signatures: [{ field: 'officer', permitted: [false] }] },
  })
}

const add =
  (entry: string) =>
  (dictionary: string): string =>
    dictionary.replace(/>>$/, `${entry}>>`)

export const A04: readonly Trick[] = [
  override('/Reason added', add('/Reason(I agree to everything)')),
  override('/Name added', add('/Name(Somebody else)')),
  override('/Location added', add('/Location(Elsewhere)')),
  override('/M changed', (dictionary) => dictionary.replace('20260601', '20200101')),
  override('/ByteRange extended', (dictionary, { file }) =>
    dictionary.replace(
      /(\/ByteRange \[0 \d+ (\d+)) \d+\]/,
      (_, head: string, start: string) => `${head} ${file.text.length + 100 - Number(start)}]`,
    ),
  ),
  override('/ByteRange shortened', (dictionary) =>
    dictionary.replace(/ (\d+)\]/, (_, last: string) => ` ${Number(last) - 7}]`),
  ),
  override('/Contents by another signer', (dictionary) => {
    const value = Buffer.from(cmsOver(new Uint8Array(4), attacker())).toString('hex')
    return dictionary.replace(
      /\/Contents <[0-9a-f]*>/,
      (all) => `/Contents <${value.padEnd(all.length - '/Contents <>'.length, '0')}>`,
    )
  }),
  override('/Contents of zeros', (dictionary) =>
    dictionary.replace(/\/Contents <([0-9a-f]*)>/, (_, hex: string) => `/Contents <${'0'.repeat(hex.length)}>`),
  ),
  override('/SubFilter changed', (dictionary) => dictionary.replace('ETSI.CAdES.detached', 'adbe.pkcs7.detached')),
  override('/Filter changed', (dictionary) => dictionary.replace('Adobe.PPKLite', 'Entrust.PPKEF')),
  override('/Type changed', (dictionary) => dictionary.replace('/Type/Sig', '/Type/DocTimeStamp')),
  override('a permission added', add('/Reference[<</TransformMethod/DocMDP/TransformParams<</P 3/V/1.2>>>>]')),
  override('a build added', add('/Prop_Build<</App<</Name/Acrobat>>>>')),
  override('/Reason twice', add('/Reason(a)/Reason(b)')),
  override('made null', () => 'null'),
  override('made an empty dictionary', () => '<<>>'),
  update({
    name: 'the dictionary freed',
    attack: ({ file }) => void file.free(N.signature),
    twin: ({ file }) => void file.set(N.first, '(x)'),
    expect: { overall: { mustNotBe: GOOD }, signatures: [] },
  }),
  ...[
    [
      'the field points to a copy',
      (body: string): string => body.replace(`/V ${N.signature} 0 R`, `/V ${N.first} 0 R`),
    ],
    ['the field points to nothing', (body: string): string => body.replace(`/V ${N.signature} 0 R`, '')],
    [
      'the field shows something else',
      (body: string): string => body.replace(`/N ${N.signatureLook} 0 R`, `/N ${N.first + 1} 0 R`),
    ],
    ['the field moved', (body: string): string => body.replace('50 50 150 100', '300 600 500 700')],
    ['the field renamed', (body: string): string => body.replace('(officer)', '(director)')],
    ['the field hidden', (body: string): string => body.replace('/F 132', '/F 2')],
  ].map(([name, change]) =>
    update({
      name: name as string,
      suits: ({ encrypted, update: form }) => !encrypted && form !== 'objstm',
      attack: ({ file }) => {
        file.set(N.first, signedDictionary(file))
        drawText(file, N.first + 1, 'Director')
        file.edit(N.officer, change as (body: string) => string)
      },
      twin: ({ file }) => void file.again(N.officer),
      expect: { overall: { mustNotBe: GOOD }, signatures: [] },
    }),
  ),
]

const visible = (value: number, rect = '72 690 300 720', extra = ''): string =>
  widget('Sig', 'new2', rect, `/V ${value} 0 R${extra}`).replace('/F 4', '/F 132')

function fieldFor(value: number, rect?: string, extra?: string) {
  return ({ file }: Stage): void => {
    file.set(N.first, visible(value, rect, extra))
    addField(file, N.first)
  }
}

const freshSignature = ({ file }: Stage): void => void countersign(file, N.first, 'new2', officer2(), '300 100 340 120')

const AGAIN: Expectation = { overall: { mustNotBe: GOOD }, signatures: [{ field: 'officer', integrity: ['intact'] }] }

export const A11: readonly Trick[] = [
  ...['72 690 300 720', '0 0 595 842', '10 10 90 90', '0 0 0 0', '400 400 500 401'].map((rect) =>
    update({
      name: `the officer's signature in a new field at ${rect}`,
      attack: fieldFor(N.signature, rect),
      twin: freshSignature,
      level: 'form',
      expect: AGAIN,
    }),
  ),
  ...['/AP<</N 21 0 R>>', `/AP<</N ${N.letterhead} 0 R>>`, '/MK<</CA(Approved)>>'].map((extra) =>
    update({
      name: `the officer's signature in a new field with ${extra}`,
      attack: fieldFor(N.signature, '72 690 300 720', extra),
      twin: freshSignature,
      level: 'form',
      expect: AGAIN,
    }),
  ),
  update({
    name: "the officer's signature in the seal's field",
    suits: ({ signatures }) => signatures === 1,
    attack: ({ file }) => void file.edit(N.seal, (body) => body.replace(/>>$/, `/V ${N.signature} 0 R>>`)),
    twin: ({ file }) => void issue(file),
    level: 'form',
    expect: AGAIN,
  }),
  update({
    name: "the officer's signature in the group's field",
    attack: ({ file }) => void file.edit(N.groupSignature, (body) => body.replace(/>>$/, `/V ${N.signature} 0 R>>`)),
    expect: AGAIN,
  }),
  update({
    name: 'a copy of the signature in a new field',
    suits: ({ encrypted, update: form }) => !encrypted && form !== 'objstm',
    attack: (stage) => {
      stage.file.set(N.first + 1, signedDictionary(stage.file))
      fieldFor(N.first + 1)(stage)
    },
    twin: freshSignature,
    level: 'form',
    expect: AGAIN,
  }),
  update({
    name: 'one new signature in two fields',
    suits: ({ signatures }) => signatures === 1,
    attack: (stage) => {
      issue(stage.file)
      fieldFor(N.issue + 4)(stage)
    },
    twin: ({ file }) => void issue(file),
    level: 'form',
    expect: AGAIN,
  }),
]

/** A signature whose range is not what follows from the ones before it. */
function ranged(
  name: string,
  byteRange: (right: readonly [number, number, number, number], before: number) => readonly number[],
): Trick {
  return update({
    name,
    suits: ({ after }) => after === 'nothing' || after === 'timestamp',
    attack: ({ file }) => {
      const before = file.text.length
      let numbers: readonly number[] = []
      file.set(N.first, widget('Sig', 'new2', '0 0 0 0', `/V ${N.first + 1} 0 R`).replace('/F 4', '/F 132'))
      file.sign(N.first + 1, SIGNATURE, {
        sign: (covered) => cmsOver(covered, officer2()),
        byteRange: (right) => {
          numbers = byteRange(right, before)
          return `[${numbers.join(' ')}]`
        },
        covered: (text) => {
          const [a = 0, b = 0, c = 0, d = 0] = numbers
          return text.slice(a, a + b) + text.slice(c, c + d)
        },
      })
      addField(file, N.first)
    },
    twin: freshSignature,
    level: 'form',
    expect: NOT_GOOD,
  })
}

export const A24: readonly Trick[] = [
  ranged('a range that begins behind the first signature', ([, b, c, d], before) => [before, b - before, c, d]),
  ranged('a range that ends where the first one ended', ([, , ,], before) => [0, before - 400, before - 200, 200]),
  ranged('a range that leaves out the revision before', ([, , c, d], before) => [0, before - 900, c, d]),
  ranged('a range over its own gap', ([a, b, c, d]) => [a, b, b, c + d - b]),
  ranged('a range that ends inside its revision', ([a, b, c, d]) => [a, b, c, d - 20]),
  ranged('a range that ends at the first terminator', ([a, b, c], before) => [a, b, c, Math.max(1, before - c)]),
  ...['0 0 0 0', '72 690 300 720', '10 10 500 800'].map((rect) =>
    update({
      name: `two fields of the same signature in one update, ${rect}`,
      attack: ({ file }) => {
        countersign(file, N.first, 'new2', officer2(), rect)
        file.set(N.first + 2, widget('Sig', 'new3', rect, `/V ${N.first + 1} 0 R`).replace('/F 4', '/F 132'))
        addField(file, N.first + 2)
      },
      twin: freshSignature,
      level: 'form',
      expect: NOT_GOOD,
    }),
  ),
  ...['0 0 0 0', '100 600 300 640'].map((rect) =>
    update({
      name: `two fields of the same signature in two updates, ${rect}`,
      attack: ({ file }) => {
        countersign(file, N.first, 'new2', officer2(), rect).commit()
        file.set(N.first + 2, widget('Sig', 'new3', rect, `/V ${N.first + 1} 0 R`).replace('/F 4', '/F 132'))
        addField(file, N.first + 2)
      },
      twin: ({ file }) => {
        countersign(file, N.first, 'new2', officer2(), '0 0 0 0').commit()
        countersign(file, N.first + 4, 'new', officer2(), '0 0 0 0')
      },
      suits: (dimensions) => dimensions.signatures < 3 && permits(dimensions, 'form'),
      level: 'form',
      expect: NOT_GOOD,
    }),
  ),
]

function removal(name: string, change: (file: PdfFile) => unknown): Trick {
  return update({
    name,
    attack: ({ file }) => void change(file),
    twin: ({ file }) => void file.again(N.officer),
    expect: { overall: { mustNotBe: GOOD }, signatures: [] },
  })
}

const digestOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest())

/** The issued file, cut back: only who knows the issued digest can tell. */
function cut(name: string, at: (text: string) => number, known: boolean, expect: Expectation = NOT_GOOD): Trick {
  return {
    name,
    suits: ({ signatures, evidence, after }) => (signatures > 1 || evidence !== 'none') && after === 'nothing',
    make: (dimensions, random) => {
      const fine = Math.floor(random() * 10_000)
      const file = signedNotice(dimensions, {
        prepare: (unsigned) => void unsigned.stream(N.contents2, `BT /F1 12 Tf 72 700 Td (A fine of ${fine}) Tj ET`),
      })
      const whole = file.bytes
      const bytes = whole.slice(0, at(file.text))
      const expectedDigest = digestOf(whole)
      const told = known ? { expectedDigest } : {}
      return {
        attack: { bytes, expect, ...told },
        twin: { bytes: whole, expect: harmless(), ...told },
      }
    },
  }
}

const endOf = (text: string, index: number): number => {
  let at = -1
  for (let i = 0; i <= index; i++) {
    const next = text.indexOf('%%EOF\n', at + 1)
    if (next < 0) break
    at = next
  }
  return at + '%%EOF\n'.length
}

export const A30: readonly Trick[] = [
  cut('cut back to the first terminator, the issued digest known', (text) => endOf(text, 0), true),
  cut(
    'cut back by one revision, the issued digest known',
    (text) => text.lastIndexOf('%%EOF', text.length - 8) + 6,
    true,
  ),
  cut('cut in the middle of the last revision', (text) => text.length - 200, false),
  cut('cut before the last terminator', (text) => text.lastIndexOf('startxref'), false),
  // The document is whole, its last marker is not: that is told.
  cut('the end of the last marker cut', (text) => text.length - 3, false, {
    overall: { mustNotBe: ['valid'] },
    signatures: [],
  }),
  removal('the value taken from the field', (file) =>
    file.edit(N.officer, (body) => body.replace(`/V ${N.signature} 0 R`, '')),
  ),
  removal('the field taken from the form', (file) => file.edit(N.form, (body) => body.replace(`${N.officer} 0 R`, ''))),
  removal('the form taken from the catalog', (file) =>
    file.edit(N.catalog, (body) => body.replace('/AcroForm 6 0 R', '')),
  ),
  removal('the widget taken from the page', (file) =>
    file.edit(N.page, (body) => body.replace(`${N.officer} 0 R`, '')),
  ),
  removal('the field freed', (file) => file.free(N.officer)),
  removal('the field no signature field any more', (file) =>
    file.edit(N.officer, (body) => body.replace('/FT/Sig', '/FT/Tx')),
  ),
  removal('the form emptied', (file) => file.set(N.form, '<</Fields[]>>')),
  removal('/SigFlags taken away', (file) => file.edit(N.form, (body) => body.replace('/SigFlags 3', '/SigFlags 0'))),
]
