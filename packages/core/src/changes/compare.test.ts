import { describe, expect, test } from '@jest/globals'
import { N, analyse, issue, signedNotice } from '../../../../test/support/office-document.ts'
import {
  appearance,
  catalogBody,
  formBody,
  pageBody,
  signatureField,
  textField,
} from '../../../../test/support/office-document.ts'
import type { PdfBuilder } from '../../../../test/support/pdf-builder.ts'
import { differingWords, wordsFrom } from './page-words.ts'

const trailer = { trailer: '/Info 12 0 R' }

/** One later revision over the signed notice. */
async function after(change: (builder: PdfBuilder) => unknown, options: Parameters<typeof signedNotice>[0] = {}) {
  const builder = signedNotice(options)
  change(builder)
  const { officer } = await analyse(builder.commit(trailer))
  return officer.changes
}

const P = (level: number): string =>
  `/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P ${level}/V/1.2>>>>]`

test('nothing after the signature', async () => {
  const { officer } = await analyse(signedNotice())
  expect(officer.changes).toEqual({ level: 'none', permitted: true, items: [], allowed: 'form' })
})

describe('D30-10: number, date, agency text and seal in one update', () => {
  test('is permitted and listed', async () => {
    const { officer, results } = await analyse(issue(signedNotice()))
    expect(officer.changes).toMatchObject({ level: 'form', permitted: true })
    const listed = officer.changes.items.map(({ kind, field, after: now, page, madeBefore, permitted, revision }) => ({
      kind,
      field,
      now,
      page,
      madeBefore,
      permitted,
      revision,
    }))
    const common = { page: 1, madeBefore: 'S2', permitted: true, revision: 2 }
    expect(listed).toContainEqual({ kind: 'field-value-changed', field: 'number', now: '12/KL-SNV', ...common })
    expect(listed).toContainEqual({ kind: 'field-value-changed', field: 'date', now: '25 November 2026', ...common })
    expect(listed).toContainEqual({ kind: 'field-value-changed', field: 'agencyInfo', now: 'Department', ...common })
    expect(listed).toContainEqual({ kind: 'signature-added', field: 'seal', now: undefined, ...common })
    expect(results.get('seal')?.changes.level).toBe('none')
  })

  test('one character elsewhere is not', async () => {
    const builder = signedNotice().stream(N.contents, 'BT /F1 12 Tf 72 700 Td (The fine is 900) Tj ET')
    const { officer } = await analyse(issue(builder))
    expect(officer.changes).toMatchObject({ level: 'other', permitted: false })
    expect(officer.changes.items).toContainEqual(
      expect.objectContaining({
        kind: 'page-content-changed',
        page: 1,
        rule: 'M-18',
        permitted: false,
        before: 'The fine is 100',
        after: 'The fine is 900',
      }),
    )
  })

  test('with the fields locked by the officer it is not', async () => {
    const lock = '/Lock<</Type/SigFieldLock/Action/Include/Fields[(number)]>>'
    const { officer } = await analyse(issue(signedNotice({ officer: lock })))
    expect(officer.changes).toMatchObject({ level: 'other', permitted: false })
    expect(officer.changes.items).toContainEqual(
      expect.objectContaining({ field: 'number', rule: 'M-23', level: 'other' }),
    )
    expect(officer.changes.items).toContainEqual(
      expect.objectContaining({ field: 'date', level: 'form', permitted: true }),
    )
  })
})

describe('M-11, M-12: field values', () => {
  test('a value with a new appearance is form filling', async () => {
    const changes = await after((b) => {
      appearance(b, 30, 'A')
      b.set(N.number, textField('number', '50 780 150 800', '/V(A)/AP<</N 30 0 R>>'))
    })
    expect(changes).toMatchObject({ level: 'form', permitted: true })
  })

  test.each([
    ['moved', textField('number', '50 700 150 800', '/V(A)')],
    ['hidden', textField('number', '50 780 150 800', '/V(A)').replace('/F 4', '/F 2')],
    ['given an action', textField('number', '50 780 150 800', '/AA<</K<</S/JavaScript/JS(1)>>>>')],
    ['given a value of another type', textField('number', '50 780 150 800', '/V 7')],
    ['renamed', textField('numero', '50 780 150 800')],
    ['made a button', textField('number', '50 780 150 800').replace('/Tx', '/Btn')],
    ['put on another page', textField('number', '50 780 150 800').replace('/P 3', '/P 13')],
    ['shown by an old stream', textField('number', '50 780 150 800', '/V(A)/AP<</N 21 0 R>>')],
    ['with a null appearance', textField('number', '50 780 150 800', '/AP null')],
    ['with a key twice', textField('number', '50 780 150 800', '/V(A)/V(B)')],
  ])('a text field %s is OTHER', async (_, body) => {
    expect(await after((b) => b.set(N.number, body))).toMatchObject({ level: 'other', permitted: false })
  })

  test('a check box may be ticked, its appearances not overwritten', async () => {
    const box = (state: string): string =>
      `<</Type/Annot/Subtype/Widget/FT/Btn/T(agreed)/Rect[10 30 20 40]/P 3 0 R/F 4/AS/${state}/V/${state}/AP<</N<</On 17 0 R/Off 18 0 R>>>>>>`
    expect(await after((b) => b.set(N.check, box('On')))).toMatchObject({ level: 'form', permitted: true })
    const dict = '/Type/XObject/Subtype/Form/BBox[0 0 10 10]/Resources<<>>'
    expect(await after((b) => b.stream(N.checkOff, '0 0 5 5 re f', dict))).toMatchObject({ level: 'other' })
  })
})

describe('M-08, M-09, M-25: new signature fields', () => {
  const field =
    (extra = '', rect = '0 0 0 0'): ((b: PdfBuilder) => PdfBuilder) =>
    (b) =>
      b
        .set(30, signatureField('extra', rect, extra))
        .set(N.form, formBody([N.officer, N.number, N.date, N.agency, N.seal, N.check, 30]))
        .set(N.page, pageBody([N.officer, N.number, N.date, N.agency, N.seal, N.check, N.note, 30]))

  test('an invisible empty field is LTV, a visible one FORM', async () => {
    expect(await after(field())).toMatchObject({ level: 'ltv', permitted: true })
    expect(await after(field('', '100 100 200 200'))).toMatchObject({ level: 'form', permitted: true })
  })

  test('an invisible document timestamp is LTV even where nothing may change', async () => {
    const changes = await after((b) => field('/V 31 0 R')(b).signature(31, '', 'ETSI.RFC3161', 'DocTimeStamp'), {
      signature: P(1),
    })
    expect(changes).toMatchObject({ level: 'ltv', permitted: true, allowed: 'ltv' })
    expect(changes.items.map(({ kind }) => kind)).toContain('doc-timestamp-added')
  })

  test('a signature is not permitted under P=1', async () => {
    const changes = await after((b) => field('/V 31 0 R')(b).signature(31), { signature: P(1) })
    expect(changes).toMatchObject({ level: 'form', permitted: false, allowed: 'ltv' })
  })

  test.each(['/A<</S/URI/URI(http://x)>>', '/AA<<>>', '/OC 40 0 R', '/Popup 15 0 R', '/MK<</AA<<>>>>'])(
    'a field with %s is OTHER',
    async (extra) => {
      expect(await after(field(extra))).toMatchObject({ level: 'other', permitted: false })
    },
  )

  test('a name in use, a period, a missing page are OTHER', async () => {
    const named = (name: string) => (b: PdfBuilder) => {
      field()(b)
      b.set(30, signatureField(name, '0 0 0 0'))
    }
    expect(await after(named('number'))).toMatchObject({ level: 'other' })
    expect(await after(named('a.b'))).toMatchObject({ level: 'other' })
    expect(
      await after((b) => field()(b).set(30, signatureField('x', '0 0 0 0').replace('/P 3', '/P 4'))),
    ).toMatchObject({
      level: 'other',
    })
  })

  test('M-25: under P=2 a visible field needs an intact signature in the same revision', async () => {
    const visible = field('/V 31 0 R', '100 100 200 200')
    const build = (): PdfBuilder => {
      const b = signedNotice({ signature: P(2) })
      return visible(b).signature(31).commit(trailer)
    }
    const intact = await analyse(build())
    expect(intact.officer.changes).toMatchObject({ level: 'form', permitted: true })
    expect(intact.officer.decorations).toEqual([{ field: 'extra', signature: 'S2' }])
    const broken = await analyse(build(), { integrity: { extra: 'broken' } })
    expect(broken.officer.changes).toMatchObject({ level: 'other', permitted: false })
    const unknown = await analyse(build(), { integrity: { extra: 'unknown' } })
    expect(unknown.officer.changes.permitted).toBeNull()
    expect(await after(field('', '100 100 200 200'), { signature: P(2) })).toMatchObject({
      level: 'other',
      permitted: false,
    })
  })
})

test('A-11: an old signature in a new field is OTHER', async () => {
  const changes = await after((b) =>
    b
      .set(30, signatureField('extra', '100 100 200 200', '/V 20 0 R'))
      .set(N.form, formBody([N.officer, N.number, N.date, N.agency, N.seal, N.check, 30]))
      .set(N.page, pageBody([N.officer, N.number, N.date, N.agency, N.seal, N.check, N.note, 30])),
  )
  expect(changes).toMatchObject({ level: 'other', permitted: false })
})

describe('M-26: what a page read before and after', () => {
  test('the first words that differ, with what stands around them', () => {
    const [head, tail] = ['a'.repeat(60), 'z'.repeat(60)]
    const words = differingWords(`${head}100${tail}`, `${head}90 000${tail}`)
    expect(words.before).toBe(`…${'a'.repeat(24)}100${'z'.repeat(22)}…`)
    expect(words.after).toBe(`…${'a'.repeat(24)}90 000${'z'.repeat(22)}…`)
    expect(differingWords('aaa', 'aaaa')).toEqual({ before: 'aaa', after: 'aaaa' })
    expect(differingWords('', 'x'.repeat(500)).after).toHaveLength(121)
    const glyph = (text: string, x: number, y = 0) => ({ text, start: [x, y], end: [x + 5, y], size: 10 }) as const
    expect(
      wordsFrom([glyph('a', 0), glyph('b', 5.5), glyph('c', 60), glyph('d', 0, -12), glyph(' ', 9), glyph('e', 90)]),
    ).toBe('ab c d e')
  })

  test('a drawing has no words', async () => {
    const drawing = await after((b) => b.stream(N.contents2, '0 0 50 50 re f'))
    expect(drawing.items[0]).toMatchObject({ kind: 'page-content-changed', page: 2 })
    expect(drawing.items[0]).not.toHaveProperty('before')
  })
})

describe('M-18: what never may change', () => {
  test.each<[string, (b: PdfBuilder) => unknown]>([
    ['page content', (b) => b.stream(N.contents, 'other')],
    ['a page key', (b) => b.set(N.page, pageBody(undefined, '/Rotate 90'))],
    ['a page box', (b) => b.set(N.page, pageBody().replace('842', '800'))],
    ['the font', (b) => b.set(N.font, '<</Type/Font/Subtype/Type1/BaseFont/Courier>>')],
    ['a page removed', (b) => b.set(N.pages, '<</Type/Pages/Kids[3 0 R]/Count 1>>')],
    ['pages swapped', (b) => b.set(N.pages, '<</Type/Pages/Kids[13 0 R 3 0 R]/Count 2>>')],
    ['an open action', (b) => b.set(N.catalog, catalogBody('/OpenAction<</S/JavaScript/JS(1)>>'))],
    ['a name tree', (b) => b.set(N.catalog, catalogBody('/Names<</JavaScript<<>>>>'))],
    ['layers', (b) => b.set(N.catalog, catalogBody('/OCProperties<</OCGs[]/D<<>>>>'))],
    ['permissions', (b) => b.set(N.catalog, catalogBody('/Perms<</DocMDP 20 0 R>>'))],
    ['the signature itself', (b) => b.signature(N.signature, '/Reason(other)')],
    ['the signed field', (b) => b.set(N.officer, signatureField('officer', '50 50 150 100'))],
    ['the appearance of the signature', (b) => appearance(b, 21, 'Other')],
    ['fields dropped', (b) => b.set(N.form, formBody([N.officer, N.number]))],
    ['XFA', (b) => b.set(N.form, formBody(undefined, '/XFA(x)'))],
    ['appearances to be drawn anew', (b) => b.set(N.form, formBody(undefined, '/NeedAppearances true'))],
    [
      'a default font repointed',
      (b) =>
        b.set(40, '<</Type/Font/Subtype/Type1/BaseFont/Courier>>').set(N.form, formBody().replace('/F1 5', '/F1 40')),
    ],
    ['the page freed', (b) => b.free(N.page)],
  ])('%s', async (_, change) => {
    expect(await after(change)).toMatchObject({ level: 'other', permitted: false })
  })

  test('the root', async () => {
    const { officer } = await analyse(signedNotice().set(40, catalogBody()).commit({ root: '40 0 R' }))
    expect(officer.changes).toMatchObject({ level: 'other', permitted: false })
  })
})

describe('R-05, R-06, M-16, M-17: bytes and objects', () => {
  test('an identical rewrite is nothing', async () => {
    expect(await after((b) => b.stream(N.contents2, '0 0 100 100 re f'))).toMatchObject({
      level: 'none',
      permitted: true,
    })
  })

  test('a new object that nothing reaches is LTV and listed', async () => {
    const changes = await after((b) => b.set(50, '(hello)'))
    expect(changes).toMatchObject({ level: 'ltv', permitted: true })
    expect(changes.items).toMatchObject([{ kind: 'unreferenced-data', rule: 'M-16', object: '50 0' }])
  })

  test('an unlisted object is OTHER, so is one in an object stream', async () => {
    const stray = await analyse(signedNotice().commit({ stray: '60 0 obj\n(hidden)\nendobj\n' }))
    expect(stray.officer.changes).toMatchObject({ level: 'other', permitted: false })
    const streamed = '<</Type/ObjStm/N 1/First 5/Length 13>>\nstream\n60 0 (hidden)\nendstream'
    expect(await after((b) => b.set(50, streamed))).toMatchObject({ level: 'other', permitted: false })
  })

  test.each(['/N 999999999/First 5', '/N 2/First 5', '/N -1/First 5', '/N (1)/First 5'])(
    'an object stream whose list of objects cannot be read (%s) leaves the answer open',
    async (entries) => {
      const streamed = `<</Type/ObjStm${entries}/Length 13>>\nstream\n60 0 (hidden)\nendstream`
      const changes = await after((b) => b.set(50, streamed))
      expect(changes.permitted).not.toBe(true)
    },
  )

  test('bytes after the end: a note, or OTHER with an object in them', async () => {
    const plain = await analyse(signedNotice().append('some text\n'))
    expect(plain.officer.problems).toMatchObject([{ code: 'TRAILING_DATA', outcome: 'W' }])
    expect(plain.officer.changes.level).toBe('none')
    const objects = await analyse(signedNotice().append('junk 4 0 obj (x) endobj\n'))
    expect(objects.officer.changes).toMatchObject({ level: 'other', permitted: false })
  })

  test('an object whose number a signed object names is not new', async () => {
    const builder = signedNotice({ page: '/PieceInfo 70 0 R' }).set(70, '<<>>')
    const { officer } = await analyse(builder.commit(trailer))
    expect(officer.changes).toMatchObject({ level: 'other', permitted: false })
  })

  test('change and revert is still a change', async () => {
    const builder = signedNotice().stream(N.contents, 'BT (gone) Tj ET').commit(trailer)
    builder.stream(N.contents, 'BT /F1 12 Tf 72 700 Td (The fine is 100) Tj ET').commit(trailer)
    const { officer } = await analyse(builder)
    expect(officer.changes).toMatchObject({ level: 'other', permitted: false })
  })
})

describe('M-02 to M-04: evidence and metadata', () => {
  test('evidence that is none is OTHER', async () => {
    const changes = await after((b) =>
      b.stream(50, 'no certificate').set(N.catalog, catalogBody('/DSS<</Certs[50 0 R]>>')),
    )
    expect(changes).toMatchObject({ level: 'other', permitted: false })
  })

  test('the information dictionary is LTV with its keys listed', async () => {
    const changes = await after((b) => b.set(N.info, '<</Title(Other)/Producer(test)>>'))
    expect(changes).toMatchObject({ level: 'ltv', permitted: true })
    expect(changes.items).toMatchObject([
      { kind: 'metadata-changed', path: '/Info/Title', before: 'Notice', after: 'Other' },
    ])
  })

  test('XMP is LTV, with a DTD it is OTHER', async () => {
    const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>1 &amp; 2</a></x:xmpmeta>'
    const add = (text: string) => (b: PdfBuilder) =>
      b.stream(50, text, '/Type/Metadata/Subtype/XML').set(N.catalog, catalogBody('/Metadata 50 0 R'))
    expect(await after(add(xmp))).toMatchObject({ level: 'ltv', permitted: true })
    expect(await after(add(`<!DOCTYPE a [<!ENTITY b "c">]>${xmp}`))).toMatchObject({ level: 'other' })
    expect(await after(add(xmp.replace('&amp;', '&b;')))).toMatchObject({ level: 'other' })
    expect(await after(add('<a/>'))).toMatchObject({ level: 'other' })
    expect(await after(add(xmp.replace('1 &amp; 2', 'a\x01b')))).toMatchObject({ level: 'other' })
    expect(await after(add(xmp.replace('1 &amp; 2', 'a\ufffeb').replace('\ufffe', '\xef\xbf\xbe')))).toMatchObject({
      level: 'other',
    })
    expect(await after(add(xmp.replace('1 &amp; 2', '&#1;')))).toMatchObject({ level: 'other' })
    expect(await after(add(xmp.replace('1 &amp; 2', '\t\r\n&#10;')))).toMatchObject({ level: 'ltv' })
  })
})

describe('M-15, M-20: annotations', () => {
  const add = (body: string) => (b: PdfBuilder) =>
    b.set(50, body).set(N.page, pageBody([N.officer, N.number, N.date, N.agency, N.seal, N.check, N.note, 50]))
  const note = '<</Type/Annot/Subtype/Highlight/Rect[1 1 9 9]/QuadPoints[1 1 9 1 1 9 9 9]/P 3 0 R>>'

  test('without a permission the signer neither allowed nor forbade them', async () => {
    const builder = add(note)(signedNotice())
    const { officer } = await analyse(builder.commit(trailer))
    expect(officer.changes).toMatchObject({ level: 'annotation', permitted: null })
    expect(officer.problems).toContainEqual(expect.objectContaining({ code: 'ANNOTATED_AFTER_SIGNING', outcome: 'I' }))
  })

  test('P=3 permits them, P=2 does not', async () => {
    expect(await after(add(note), { signature: P(3) })).toMatchObject({ level: 'annotation', permitted: true })
    expect(await after(add(note), { signature: P(2) })).toMatchObject({ level: 'annotation', permitted: false })
  })

  test('kinds that can cover the page are noted even at P=3, actions are OTHER', async () => {
    const stamp = signedNotice({ signature: P(3) })
    add('<</Type/Annot/Subtype/Stamp/Rect[1 1 500 800]/P 3 0 R>>')(stamp)
    const { officer } = await analyse(stamp.commit(trailer))
    expect(officer.problems).toContainEqual(expect.objectContaining({ code: 'DANGEROUS_ANNOTATION', outcome: 'W' }))
    const link = '<</Type/Annot/Subtype/Link/Rect[1 1 9 9]/A<</S/URI/URI(x)>>>>'
    expect(await after(add(link), { signature: P(3) })).toMatchObject({ level: 'other', permitted: false })
  })

  test('a note may be edited or removed at P=3; put in front it is OTHER', async () => {
    const edited = (b: PdfBuilder): PdfBuilder =>
      b.set(N.note, '<</Type/Annot/Subtype/Text/Rect[10 10 20 20]/Contents(seen)/P 3 0 R>>')
    expect(await after(edited, { signature: P(3) })).toMatchObject({ level: 'annotation', permitted: true })
    const removed = (b: PdfBuilder): PdfBuilder =>
      b.set(N.page, pageBody([N.officer, N.number, N.date, N.agency, N.seal, N.check]))
    expect(await after(removed, { signature: P(3) })).toMatchObject({ level: 'annotation', permitted: true })
    const front = (b: PdfBuilder): PdfBuilder =>
      b.set(50, note).set(N.page, pageBody([50, N.officer, N.number, N.date, N.agency, N.seal, N.check, N.note]))
    expect(await after(front, { signature: P(3) })).toMatchObject({ level: 'other' })
  })
})

test('L-23: more changes than are kept leave the answer open, never permitted', async () => {
  const builder = signedNotice()
  for (let num = 100; num < 110; num++) builder.set(num, '(x)')
  const { officer } = await analyse(builder.commit(trailer), { limits: { changes: 5 } })
  expect(officer.changes).toMatchObject({ level: 'unknown', permitted: null })
  expect(officer.changes.items).toHaveLength(5)
  expect(officer.problems).toMatchObject([{ code: 'LIMIT_CHANGES', outcome: 'I' }])
})
