// Ways around the rules that the table of attacks does not name: each was open once.
import { describe, expect, test } from '@jest/globals'
import {
  N,
  analyse,
  appearance,
  formBody,
  pageBody,
  signatureField,
  signedNotice,
  textField,
} from '../../../../test/support/office-document.ts'
import type { NoticeOptions } from '../../../../test/support/office-document.ts'
import type { PdfBuilder, RevisionOptions } from '../../../../test/support/pdf-builder.ts'
import type { ChangeResult } from './compare.ts'

const ALL: readonly number[] = [N.officer, N.number, N.date, N.agency, N.seal, N.check]
const P = (level: number): string =>
  `/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P ${level}/V/1.2>>>>]`
const trailer = '/Info 12 0 R'
/** Over the line that says what the fine is. */
const OVER = '60 690 360 730'

async function after(
  change: (b: PdfBuilder) => unknown,
  base: NoticeOptions = {},
  options: RevisionOptions = {},
): Promise<ChangeResult> {
  const builder = signedNotice(base)
  change(builder)
  const { officer } = await analyse(builder.commit({ trailer, ...options }))
  return officer
}

const codes = ({ problems }: ChangeResult): readonly string[] => problems.map(({ code }) => code)

const filled = (look: number, extra = ''): string =>
  textField('number', '50 780 150 800', `/AP<</N ${look} 0 R>>${extra}`)

describe('M-08, M-12: what an appearance draws is in it', () => {
  const resources = (text: string): string => `/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<${text}>>`

  test.each<[string, (b: PdfBuilder) => unknown]>([
    [
      'a form with a layer',
      (b) => appearance(b, 41, 'x', '/OC 60 0 R').stream(40, '/X Do', resources('/XObject<</X 41 0 R>>')),
    ],
    [
      'a form from another file',
      (b) => appearance(b, 41, 'x', '/F(a.pdf)').stream(40, '/X Do', resources('/XObject<</X 41 0 R>>')),
    ],
    [
      'a form by reference',
      (b) => appearance(b, 41, 'x', '/Ref<</F(a.pdf)/Page 0>>').stream(40, '/X Do', resources('/XObject<</X 41 0 R>>')),
    ],
    [
      'an image with a layer',
      (b) =>
        b
          .stream(41, 'x', '/Subtype/Image/Width 1/Height 1/OC 60 0 R')
          .stream(40, '/X Do', resources('/XObject<</X 41 0 R>>')),
    ],
    ['marked content of a layer', (b) => b.stream(40, '/OC /L BDC EMC', resources('/Properties<</L 60 0 R>>'))],
    [
      'a form two levels down',
      (b) =>
        appearance(b, 42, 'x', '/OC 60 0 R')
          .stream(41, '/X Do', resources('/XObject<</X 42 0 R>>'))
          .stream(40, '/X Do', resources('/XObject<</X 41 0 R>>')),
    ],
    [
      'a pattern that draws with a layer',
      (b) =>
        b
          .stream(41, '0 0 1 1 re f', '/Type/Pattern/PatternType 1/Resources<</Properties<</L 60 0 R>>>>')
          .stream(40, 'x', resources('/Pattern<</P 41 0 R>>')),
    ],
  ])('%s is OTHER', async (_, draw) => {
    const base = { extra: (b: PdfBuilder) => b.set(60, '<</Type/OCG/Name(x)>>') }
    const inField = await after((b) => (draw(b), b.set(N.number, filled(40))), base)
    expect(inField.changes).toMatchObject({ level: 'other', permitted: false })
    const inNew = await after((b) => {
      draw(b)
      b.set(30, signatureField('extra', OVER, '/AP<</N 40 0 R>>')).set(N.form, formBody([...ALL, 30]))
      b.set(N.page, pageBody([...ALL, N.note, 30]))
    }, base)
    expect(inNew.changes).toMatchObject({ level: 'other', permitted: false })
  })

  test('forms, images and patterns of its own are form filling', async () => {
    const { changes } = await after((b) => {
      appearance(b, 41, 'x').stream(42, 'x', '/Subtype/Image/Width 1/Height 1')
      b.stream(40, '/X Do /I Do', resources('/XObject<</X 41 0 R/I 42 0 R>>/Properties<</M<</MCID 0>>>>'))
      b.set(N.number, filled(40))
    })
    expect(changes).toMatchObject({ level: 'form', permitted: true })
  })
})

describe('M-08: invisible is what nobody gets to see', () => {
  const add = (flags: number) => (b: PdfBuilder) =>
    b
      .set(30, signatureField('extra', OVER).replace('/F 132', `/F ${flags}`))
      .set(N.form, formBody([...ALL, 30]))
      .set(N.page, pageBody([...ALL, N.note, 30]))

  test('a field that shows itself when the pointer comes is visible', async () => {
    // NoView with ToggleNoView, ISO 32000-2 table 167
    const { changes } = await after(add(32 + 256), { signature: P(1) })
    expect(changes).toMatchObject({ level: 'form', permitted: false })
    expect((await after(add(2), { signature: P(1) })).changes).toMatchObject({ level: 'ltv', permitted: true })
  })
})

describe('A-09: a signature field that is filled may lie over text', () => {
  const hidden = `<</Type/Annot/Subtype/Widget/FT/Sig/T(seal)/Rect[${OVER}]/P 3 0 R/F 2>>`

  test('that is told', async () => {
    const result = await after(
      (b) => {
        appearance(b, 31, 'The fine is 900').signature(30)
        b.set(N.seal, hidden.replace('/F 2', '/F 4/V 30 0 R/AP<</N 31 0 R>>'))
      },
      { extra: (b) => b.set(N.seal, hidden) },
    )
    expect(codes(result)).toContain('DECORATION_COVERS_CONTENT')
  })

  test('beside the text there is nothing to tell', async () => {
    const result = await after((b) => {
      appearance(b, 31, 'Seal').signature(30)
      b.set(N.seal, signatureField('seal', '350 50 450 100', '/V 30 0 R/AP<</N 31 0 R>>'))
    })
    expect(codes(result)).not.toContain('DECORATION_COVERS_CONTENT')
  })
})

describe('A-08: annotations that cover or uncover at P=3', () => {
  const at3: NoticeOptions = { signature: P(3) }
  const ink = `<</Type/Annot/Subtype/Ink/InkList[[60 690 360 730]]/Rect[${OVER}]/P 3 0 R/F 4/AP<</N 61 0 R>>>>`
  const withInk: NoticeOptions = {
    ...at3,
    extra: (b) =>
      appearance(b, 61, 'over')
        .set(60, ink)
        .set(N.page, pageBody([...ALL, N.note, 60])),
  }

  test('one that lay over text and goes is told', async () => {
    const result = await after((b) => b.set(N.page, pageBody([...ALL, N.note])), withInk)
    expect(result.changes).toMatchObject({ level: 'annotation', permitted: true })
    expect(codes(result)).toContain('ANNOTATION_COVERS_CONTENT')
  })

  test('one that is moved over text is told', async () => {
    const note = (rect: string): string => `<</Type/Annot/Subtype/Text/Rect[${rect}]/Contents(read)/P 3 0 R>>`
    expect(codes(await after((b) => b.set(N.note, note(OVER)), at3))).toContain('ANNOTATION_COVERS_CONTENT')
    expect(codes(await after((b) => b.set(N.note, note('500 10 510 20')), at3))).not.toContain(
      'ANNOTATION_COVERS_CONTENT',
    )
  })

  test('a highlight that writes text over the text is told, one that only colours it is not', async () => {
    const highlight = (b: PdfBuilder): PdfBuilder =>
      b
        .set(
          50,
          `<</Type/Annot/Subtype/Highlight/QuadPoints[60 730 360 730 60 690 360 690]/Rect[${OVER}]/P 3 0 R/AP<</N 51 0 R>>>>`,
        )
        .set(N.page, pageBody([...ALL, N.note, 50]))
    const written = await after((b) => appearance(highlight(b), 51, 'The fine is 900'), at3)
    expect(codes(written)).toContain('ANNOTATION_COVERS_CONTENT')
    const form = '/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</ExtGState<</G<</BM/Multiply>>>>>>'
    const coloured = await after((b) => highlight(b).stream(51, '/G gs 1 1 0 rg 0 0 9 9 re f', form), at3)
    expect(codes(coloured)).not.toContain('ANNOTATION_COVERS_CONTENT')
  })
})

describe('M-12, A-06: the look says what the value says', () => {
  test('also where a state chooses the look', async () => {
    const states = await after((b) => {
      appearance(b, 40, '900')
      b.set(N.number, textField('number', '50 780 150 800', '/V(100)/AS/a/AP<</N<</a 40 0 R>>>>'))
    })
    expect(codes(states)).toContain('VALUE_NOT_SHOWN')
  })

  test('also where the update makes a password of it', async () => {
    const secret = await after((b) => {
      appearance(b, 40, '900')
      b.set(N.number, filled(40, '/V(100)/Ff 8192'))
    })
    expect(codes(secret)).toContain('VALUE_NOT_SHOWN')
  })

  test('also of a check box: the look of a state that was there is exchanged', async () => {
    const box = (on: number, off: number, state = 'Off'): string =>
      `<</Type/Annot/Subtype/Widget/FT/Btn/T(agreed)/Rect[10 30 20 40]/P 3 0 R/F 4/AS/${state}/V/${state}/AP<</N<</On ${on} 0 R/Off ${off} 0 R>>>>>>`
    const look = (b: PdfBuilder): PdfBuilder =>
      b.stream(40, '0 0 5 5 re f', '/Type/XObject/Subtype/Form/BBox[0 0 10 10]/Resources<<>>')
    const ticked = await after((b) => look(b).set(N.check, box(N.checkOn, 40)))
    expect(ticked.changes).toMatchObject({ level: 'form', permitted: true })
    expect(codes(ticked)).toContain('VALUE_NOT_SHOWN')
    expect(codes(await after((b) => b.set(N.check, box(N.checkOn, N.checkOff, 'On'))))).toEqual([])
    const exchanged = await after((b) => b.set(N.check, box(N.checkOff, N.checkOn)))
    expect(exchanged.changes).toMatchObject({ level: 'other', permitted: false })
  })

  test('a state that was not there before may have a look', async () => {
    const result = await after((b) =>
      b
        .stream(40, '0 0 5 5 re f', '/Type/XObject/Subtype/Form/BBox[0 0 10 10]/Resources<<>>')
        .set(
          N.check,
          '<</Type/Annot/Subtype/Widget/FT/Btn/T(agreed)/Rect[10 30 20 40]/P 3 0 R/F 4/AS/Yes/V/Yes/AP<</N<</On 17 0 R/Off 18 0 R/Yes 40 0 R>>>>>>',
        ),
    )
    expect(codes(result)).toEqual([])
  })

  test('also where the look is overwritten and the field is not touched', async () => {
    const own: NoticeOptions = {
      extra: (b) => appearance(b, 60, '100').set(N.number, filled(60, '/V(100)')),
    }
    expect(codes(await after((b) => appearance(b, 60, '900'), own))).toContain('VALUE_NOT_SHOWN')
    expect(codes(await after((b) => appearance(b, 60, '100', '/Matrix[1 0 0 1 0 0]'), own))).toEqual([])
    const kid: NoticeOptions = {
      extra: (b) =>
        appearance(b, 60, '100')
          .set(61, '<</Type/Annot/Subtype/Widget/Parent 8 0 R/Rect[50 780 150 800]/P 3 0 R/F 4/AP<</N 60 0 R>>>>')
          .set(N.number, '<</FT/Tx/T(number)/V(100)/DA(/F1 12 Tf 0 g)/Kids[61 0 R]>>')
          .set(N.page, pageBody([...ALL.filter((num) => num !== N.number), N.note, 61])),
    }
    expect(codes(await after((b) => appearance(b, 60, '900'), kid))).toContain('VALUE_NOT_SHOWN')
    expect(codes(await after((b) => appearance(b, 60, '100', '/Matrix[1 0 0 1 0 0]'), kid))).toEqual([])
  })

  test('a password stays unread', async () => {
    const secret = await after((b) => appearance(b, 40, '***').set(N.number, filled(40, '/V(100)/Ff 8192')), {
      extra: (b) => b.set(N.number, textField('number', '50 780 150 800', '/Ff 8192')),
    })
    expect(codes(secret)).not.toContain('VALUE_NOT_SHOWN')
  })
})

describe('R-06: what the signed bytes hold is not new', () => {
  const inside = '150 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 1>>\nstream\n \nendstream\nendobj\n'

  test('an object inside a stream of the signed revision, put in force by a later section', async () => {
    const builder = signedNotice({ extra: (b) => b.stream(60, inside), catalog: '/PieceInfo 60 0 R' })
    const offset = Buffer.from(builder.bytes).indexOf('150 0 obj')
    builder.set(N.number, filled(150)).commit({ trailer, entries: new Map([[150, offset]]) })
    const { officer } = await analyse(builder)
    expect(officer.changes.permitted).not.toBe(true)
  })
})
