// The attack catalogue (verification.md 4) as far as later revisions go. Each attack has a harmless twin: the same tool, no attack.
import { describe, expect, test } from '@jest/globals'
import {
  N,
  analyse,
  appearance,
  catalogBody,
  formBody,
  issue,
  pageBody,
  signatureField,
  signedNotice,
  textField,
} from '../../../../test/support/office-document.ts'
import type { NoticeOptions } from '../../../../test/support/office-document.ts'
import type { PdfBuilder, RevisionOptions } from '../../../../test/support/pdf-builder.ts'

const ALL: readonly number[] = [N.officer, N.number, N.date, N.agency, N.seal, N.check]
const P = (level: number): string =>
  `/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P ${level}/V/1.2>>>>]`

type Change = (b: PdfBuilder) => unknown

interface Attack {
  readonly id: string
  readonly name: string
  readonly base?: NoticeOptions
  readonly attack: Change
  readonly twin: Change
  readonly options?: RevisionOptions
}

const fill =
  (value: string, shown = value): Change =>
  (b) => {
    appearance(b, 30, shown)
    b.set(N.number, textField('number', '50 780 150 800', `/V(${value})/AP<</N 30 0 R>>`))
  }
const newField =
  (num: number, extra = '', rect = '0 0 0 0'): Change =>
  (b) =>
    b
      .set(num, signatureField('extra', rect, extra))
      .set(N.form, formBody([...ALL, num]))
      .set(N.page, pageBody([...ALL, N.note, num]))
const annotate =
  (body: string): Change =>
  (b) =>
    b.set(50, body).set(N.page, pageBody([...ALL, N.note, 50]))
const both =
  (...changes: Change[]): Change =>
  (b) =>
    changes.forEach((change) => change(b))
const xmp =
  (body: string): Change =>
  (b) =>
    b.stream(50, body, '/Type/Metadata/Subtype/XML').set(N.catalog, catalogBody('/Metadata 50 0 R'))
const packet = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r"/></x:xmpmeta>'

/** The seal's prepared appearance is also drawn by the page; so is the number's. */
const shared: NoticeOptions = {
  extra: (b) => {
    appearance(b, 60, 'empty')
    b.set(N.number, textField('number', '50 780 150 800', '/AP<</N 60 0 R>>'))
    b.stream(N.contents2, '/Fm Do')
    const resources = '/Resources<</XObject<</Fm 60 0 R>>>>'
    b.set(N.page2, `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 14 0 R${resources}>>`)
  },
}
const own: NoticeOptions = {
  extra: (b) => {
    appearance(b, 60, 'empty')
    b.set(N.number, textField('number', '50 780 150 800', '/AP<</N 60 0 R>>'))
  },
}
/** /AP of its own object, used by two widgets. */
const sharedDictionary: NoticeOptions = {
  extra: (b) => {
    appearance(b, 60, 'empty')
    b.set(61, '<</N 60 0 R>>')
    b.set(N.number, textField('number', '50 780 150 800', '/AP 61 0 R'))
    b.set(N.date, textField('date', '200 780 300 800', '/AP 61 0 R'))
  },
}
/** The dictionary of extensions is also the resources of page 2. */
const rogue: NoticeOptions = {
  catalog: '/Extensions 60 0 R',
  extra: (b) => {
    b.set(60, '<</ADBE<</BaseVersion/1.7/ExtensionLevel 3>>>>')
    b.set(N.page2, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 14 0 R/Resources 60 0 R>>')
  },
}
/** Page 2 names as its parent what the page tree does not. */
const rogueParent: NoticeOptions = {
  catalog: '/Extensions 60 0 R',
  extra: (b) => {
    b.set(60, '<</ADBE<</BaseVersion/1.7/ExtensionLevel 3>>>>')
    b.set(N.page2, '<</Type/Page/Parent 60 0 R/MediaBox[0 0 595 842]/Contents 14 0 R/Resources<<>>>>')
  },
}
/** A highlight that is also the resource dictionary of page 2. */
const polyglot: NoticeOptions = {
  signature: P(3),
  extra: (b) => {
    b.set(60, '<</Subtype/Highlight/Rect[0 0 1 1]/QuadPoints[0 0 1 0 0 1 1 1]/P 3 0 R/XObject<</Fm 17 0 R>>>>')
    b.set(N.page, pageBody([...ALL, N.note, 60]))
    b.set(N.page2, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 14 0 R/Resources 60 0 R>>')
  },
}
const hidden: NoticeOptions = { extra: (b) => appearance(b, 60, 'prepared') }
const plain: NoticeOptions = {}

const ATTACKS: readonly Attack[] = [
  {
    id: 'A-02',
    name: 'update with other content',
    attack: both(fill('1'), (b) => b.stream(N.contents, 'x')),
    twin: fill('1'),
  },
  { id: 'A-02', name: 'objects without a section', attack: (b) => b.set(50, '(x)'), twin: (b) => b.set(50, '(x)') },
  {
    id: 'A-04',
    name: 'signature dictionary overridden',
    attack: (b) => b.signature(N.signature, '/Reason(x)'),
    twin: fill('1'),
  },
  {
    id: 'A-06',
    name: 'value of another type',
    attack: (b) => b.set(N.number, textField('number', '50 780 150 800', '/V 30 0 R')).set(30, '<<>>'),
    twin: fill('1'),
  },
  {
    id: 'A-07',
    name: 'hidden object activated',
    base: hidden,
    attack: (b) => b.set(N.number, textField('number', '50 780 150 800', '/AP<</N 60 0 R>>')),
    twin: fill('1'),
  },
  {
    id: 'A-08',
    name: 'annotation with an action',
    base: { signature: P(3) },
    attack: annotate('<</Type/Annot/Subtype/Text/Rect[1 1 9 9]/A<</S/URI/URI(x)>>>>'),
    twin: annotate('<</Type/Annot/Subtype/Text/Rect[1 1 9 9]>>'),
  },
  {
    id: 'A-08',
    name: 'annotation with a layer',
    base: { signature: P(3) },
    attack: annotate('<</Type/Annot/Subtype/Text/Rect[1 1 9 9]/OC 51 0 R>>'),
    twin: annotate('<</Type/Annot/Subtype/Text/Rect[1 1 9 9]/Contents(x)>>'),
  },
  {
    id: 'A-09',
    name: 'visible field without a signature',
    base: { signature: P(2) },
    attack: newField(30, '', '72 690 300 720'),
    twin: both(newField(30, '/V 31 0 R', '72 690 300 720'), (b) => b.signature(31)),
  },
  {
    id: 'A-09',
    name: 'visible field that an old page stream draws',
    base: hidden,
    attack: newField(30, '/AP<</N 60 0 R>>', '72 690 300 720'),
    twin: both(newField(30, '/AP<</N 31 0 R>>', '72 690 300 720'), (b) => appearance(b, 31, 'x')),
  },
  { id: 'A-10', name: 'action in a new field', attack: newField(30, '/A<</S/JavaScript/JS(1)>>'), twin: newField(30) },
  {
    id: 'A-10',
    name: 'action below a new field',
    attack: newField(30, '/MK<</AC 31 0 R/A<<>>>>'),
    twin: newField(30, '/MK<</CA(x)>>'),
  },
  {
    id: 'A-10',
    name: 'script in the form',
    attack: (b) => b.set(N.catalog, catalogBody('/AA<</WC<</S/JavaScript/JS(1)>>>>')),
    twin: (b) => b.set(N.catalog, catalogBody('/Version/2.0')),
  },
  {
    id: 'A-11',
    name: 'old signature in a new field',
    attack: newField(30, '/V 20 0 R'),
    twin: both(newField(30, '/V 31 0 R'), (b) => b.signature(31)),
  },
  {
    id: 'A-11',
    name: 'one new signature in two fields',
    attack: both(
      (b) => b.signature(31),
      (b) => b.set(N.seal, signatureField('seal', '350 50 450 100', '/V 31 0 R')),
      newField(30, '/V 31 0 R'),
    ),
    twin: both(
      (b) => b.signature(31),
      (b) => b.set(N.seal, signatureField('seal', '350 50 450 100', '/V 31 0 R')),
    ),
  },
  {
    id: 'A-12',
    name: 'appearance that a page draws too',
    base: shared,
    attack: (b) => appearance(b, 60, 'other'),
    twin: fill('1'),
  },
  {
    id: 'A-12',
    name: 'appearance of its own',
    base: own,
    attack: both(
      (b) => appearance(b, 60, '1'),
      (b) => b.stream(N.checkOn, 'x'),
    ),
    twin: (b) => appearance(b, 60, '1'),
  },
  {
    id: 'A-12',
    name: 'appearance dictionary of two widgets',
    base: sharedDictionary,
    attack: (b) => appearance(b, 60, 'x'),
    twin: fill('1'),
  },
  {
    id: 'A-12',
    name: 'extensions that are resources',
    base: rogue,
    attack: (b) => b.set(60, '<</ADBE<</BaseVersion/1.7/ExtensionLevel 3>>/Font<</F1 5 0 R>>>>'),
    twin: fill('1'),
  },
  {
    id: 'A-12',
    name: 'extensions that are a parent',
    base: rogueParent,
    attack: (b) => b.set(60, '<</ADBE<</BaseVersion/1.7/ExtensionLevel 3>>/Rotate 90>>'),
    twin: fill('1'),
  },
  {
    id: 'A-12',
    name: 'annotation that is a resource',
    base: polyglot,
    attack: (b) =>
      b.set(60, '<</Subtype/Highlight/Rect[0 0 1 1]/QuadPoints[0 0 1 0 0 1 1 1]/P 3 0 R/XObject<</Fm 18 0 R>>>>'),
    twin: (b) =>
      b.set(
        60,
        '<</Subtype/Highlight/Rect[0 0 1 1]/QuadPoints[0 0 1 0 0 1 1 1]/P 3 0 R/XObject<</Fm 17 0 R>>/Contents(x)>>',
      ),
  },
  { id: 'A-13', name: 'page content freed', attack: (b) => b.free(N.contents2), twin: (b) => b.set(50, '(x)') },
  {
    id: 'A-13',
    name: 'page content of another generation',
    attack: (b) => b.set(N.contents2, '<</Length 1>>\nstream\nx\nendstream', 1),
    twin: (b) => b.stream(N.contents2, '0 0 100 100 re f'),
  },
  {
    id: 'A-13',
    name: 'page content made null',
    attack: (b) => b.set(N.contents2, 'null'),
    twin: (b) => b.set(50, 'null'),
  },
  {
    id: 'A-15',
    name: 'default font repointed',
    attack: (b) =>
      b.set(50, '<</Type/Font/Subtype/Type1/BaseFont/Courier>>').set(N.form, formBody().replace('/F1 5', '/F1 50')),
    twin: (b) =>
      b
        .set(50, '<</Type/Font/Subtype/Type1/BaseFont/Courier>>')
        .set(N.form, formBody().replace('/F1 5 0 R', '/F1 5 0 R/F2 50 0 R')),
  },
  {
    id: 'A-15',
    name: 'page font changed',
    attack: (b) => b.set(N.font, '<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding<</Differences[48/nine]>>>>'),
    twin: fill('1'),
  },
  {
    id: 'A-15',
    name: 'new font that an existing descriptor serves',
    base: { extra: (b) => b.set(60, '<</Type/FontDescriptor>>') },
    attack: (b) =>
      b
        .set(60, '<</Type/FontDescriptor/Flags 4>>')
        .set(50, '<</Type/Font/FontDescriptor 60 0 R>>')
        .set(N.form, formBody().replace('/F1 5 0 R', '/F1 5 0 R/F2 50 0 R')),
    twin: (b) =>
      b
        .set(50, '<</Type/Font/FontDescriptor 60 0 R>>')
        .set(N.form, formBody().replace('/F1 5 0 R', '/F1 5 0 R/F2 50 0 R')),
  },
  {
    id: 'A-16',
    name: 'attachment',
    attack: (b) =>
      b.set(N.catalog, catalogBody('/Names<</EmbeddedFiles<</Names[(a) 50 0 R]>>>>')).set(50, '<</Type/Filespec>>'),
    twin: (b) => b.set(N.catalog, catalogBody('/Extensions<</ADBE<</BaseVersion/1.7/ExtensionLevel 3>>>>')),
  },
  {
    id: 'A-16',
    name: 'associated file',
    attack: (b) => b.set(N.catalog, catalogBody('/AF[50 0 R]')).set(50, '<</Type/Filespec>>'),
    twin: fill('1'),
  },
  {
    id: 'A-25',
    name: 'key twice in a field',
    attack: (b) => b.set(N.number, textField('number', '50 780 150 800', '/V(1)/V(2)')),
    twin: (b) => b.set(N.number, textField('number', '50 780 150 800', '/V(1)')),
  },
  {
    id: 'A-25',
    name: 'key twice below a new appearance',
    attack: both(fill('1'), (b) =>
      b.stream(30, 'x', '/Subtype/Form/BBox[0 0 1 1]/Resources<</Font<</F1 5 0 R/F1 50 0 R>>>>'),
    ),
    twin: fill('1'),
  },
  {
    id: 'A-26',
    name: 'page added',
    attack: (b) =>
      b
        .set(50, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>')
        .set(N.pages, '<</Type/Pages/Kids[3 0 R 13 0 R 50 0 R]/Count 3>>'),
    twin: fill('1'),
  },
  {
    id: 'A-26',
    name: 'page removed',
    attack: (b) => b.set(N.pages, '<</Type/Pages/Kids[3 0 R]/Count 1>>'),
    twin: (b) => b.set(N.pages, '<</Type/Pages/Kids[3 0 R 13 0 R]/Count 2>>'),
  },
  {
    id: 'A-26',
    name: 'page replaced by itself without content',
    attack: (b) => b.set(N.page2, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>'),
    twin: fill('1'),
  },
  {
    id: 'A-27',
    name: 'field of another type',
    attack: (b) => b.set(N.number, textField('number', '50 780 150 800').replace('/Tx', '/Sig')),
    twin: fill('1'),
  },
  {
    id: 'A-27',
    name: 'field in a circle',
    attack: (b) => b.set(N.number, textField('number', '50 780 150 800', '/Kids[8 0 R]')),
    twin: fill('1'),
  },
  {
    id: 'A-27',
    name: 'field listed twice',
    attack: (b) => b.set(N.form, formBody([...ALL, N.number])),
    twin: (b) => b.set(N.form, formBody()),
  },
  {
    id: 'A-27',
    name: 'period in a name',
    attack: both(newField(30), (b) => b.set(30, signatureField('a.b', '0 0 0 0'))),
    twin: newField(30),
  },
  {
    id: 'A-27',
    name: 'new text field',
    attack: both(newField(30), (b) => b.set(30, textField('t', '0 0 0 0'))),
    twin: newField(30),
  },
  { id: 'A-27', name: 'new field with a foreign parent', attack: newField(30, '/Parent 8 0 R'), twin: newField(30) },
  {
    id: 'A-08',
    name: 'annotation drawn once more, over all others',
    attack: (b) => b.set(N.page, pageBody([...ALL, N.note, N.number])),
    twin: (b) => b.set(N.page, pageBody([...ALL, N.note])),
  },
  {
    id: 'A-08',
    name: 'annotation of one page put on another',
    attack: (b) =>
      b.set(N.page2, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 14 0 R/Resources<<>>/Annots[8 0 R]>>'),
    twin: fill('1'),
  },
  { id: 'A-28', name: 'DTD in XMP', attack: xmp(`<!DOCTYPE x SYSTEM "http://x">${packet}`), twin: xmp(packet) },
  {
    id: 'A-28',
    name: 'entity in XMP',
    attack: xmp(packet.replace('<rdf', '&xxe;<rdf')),
    twin: xmp(packet.replace('<rdf', '&#38;<rdf')),
  },
]

async function officerAfter({ base = plain }: Attack, change: Change, options: RevisionOptions = {}) {
  const builder = signedNotice(base)
  change(builder)
  const { officer } = await analyse(builder.commit({ trailer: '/Info 12 0 R', ...options }))
  return officer.changes
}

describe.each(ATTACKS.map((attack) => [`${attack.id} ${attack.name}`, attack] as const))('%s', (name, attack) => {
  // The same object without a section is an attack, with one it is only useless.
  const loose: RevisionOptions = name.includes('without a section') ? { stray: '51 0 obj\n(y)\nendobj\n' } : {}

  test('is not permitted', async () => {
    expect((await officerAfter(attack, attack.attack, loose)).permitted).toBe(false)
  })

  test('its twin is', async () => {
    expect((await officerAfter(attack, attack.twin)).permitted).toBe(true)
  })

  test('nor is it when an issue follows, or a revert', async () => {
    const builder = signedNotice(attack.base ?? plain)
    attack.attack(builder)
    builder.commit({ trailer: '/Info 12 0 R', ...loose })
    const { officer } = await analyse(issue(builder, 100))
    expect(officer.changes.permitted).toBe(false)
  })

  test('over a cross-reference stream the same', async () => {
    expect((await officerAfter(attack, attack.attack, { ...loose, form: 'stream' })).permitted).toBe(false)
    expect((await officerAfter(attack, attack.twin, { form: 'stream' })).permitted).toBe(true)
    expect((await officerAfter(attack, attack.twin, { form: 'stream', compress: 200 })).permitted).toBe(true)
    expect((await officerAfter(attack, attack.attack, { ...loose, form: 'stream', compress: 200 })).permitted).toBe(
      false,
    )
  })
})

test('A-16: bytes before the header shift every offset and every signature', async () => {
  const bytes = signedNotice().bytes
  const shifted = new Uint8Array(bytes.length + 5)
  shifted.set(bytes, 5)
  const answer = await analyse(shifted).then(
    ({ officer }) => officer.changes.permitted,
    () => 'unreadable',
  )
  expect(answer).not.toBe(true)
})
