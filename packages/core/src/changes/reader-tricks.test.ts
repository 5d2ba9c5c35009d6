// What common readers show though the file does not say it plainly: each was open once, and was seen in PDFium, MuPDF or Poppler.
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
import type { PdfBuilder } from '../../../../test/support/pdf-builder.ts'
import { openDocument } from '../pdf/document.ts'
import { Lexer } from '../pdf/lexer.ts'
import { ObjectStream } from '../pdf/object-stream.ts'
import { PdfDict, PdfStream } from '../pdf/objects.ts'
import type { PdfObject } from '../pdf/objects.ts'
import { parseValues } from '../pdf/parser.ts'
import { memoryBytes } from '../pdf/source.ts'
import { DEFAULT_LIMITS } from '../pdf/types.ts'
import { WorkBudget } from '../pdf/work.ts'
import type { ChangeResult } from './compare.ts'

const ALL: readonly number[] = [N.officer, N.number, N.date, N.agency, N.seal, N.check]
const P = (level: number): string =>
  `/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P ${level}/V/1.2>>>>]`
const locking = (fields: string): string =>
  `/Reference[<</Type/SigRef/TransformMethod/FieldMDP/TransformParams<</Type/TransformParams/Action/Include/Fields[${fields}]/V/1.2>>>>]`
const OVER = '60 690 360 730'

async function after(
  change: (b: PdfBuilder) => unknown,
  base: NoticeOptions = {},
  tail?: string,
): Promise<ChangeResult> {
  const builder = signedNotice(base)
  change(builder)
  builder.commit({ trailer: '/Info 12 0 R' })
  const bytes = tail === undefined ? builder.bytes : Buffer.concat([builder.bytes, Buffer.from(tail)])
  return (await analyse(new Uint8Array(bytes))).officer
}

const codes = ({ problems }: ChangeResult): readonly string[] => problems.map(({ code }) => code)
const OTHER = { level: 'other', permitted: false } as const

const addField =
  (rect: string, flags: number, extra = '') =>
  (b: PdfBuilder): PdfBuilder =>
    b
      .set(30, signatureField('extra', rect, extra).replace('/F 132', `/F ${flags}`))
      .set(N.form, formBody([...ALL, 30]))
      .set(N.page, pageBody([...ALL, N.note, 30]))

describe('M-08: fields that PDFium shows all the same', () => {
  test('one with a look that NoView alone hides is visible', async () => {
    const hide = (flags: number) => (b: PdfBuilder) =>
      addField(OVER, flags, '/AP<</N 40 0 R>>')(appearance(b, 40, 'The fine is 900'))
    expect((await after(hide(32), { signature: P(1) })).changes).toMatchObject({ level: 'form', permitted: false })
    expect((await after(hide(2), { signature: P(1) })).changes).toMatchObject({ level: 'ltv', permitted: true })
    expect((await after(addField(OVER, 32), { signature: P(1) })).changes).toMatchObject({ level: 'ltv' })
  })

  test('a look without /BBox is bound to no rectangle', async () => {
    const look =
      (data: string, extra = '') =>
      (b: PdfBuilder) =>
        b.stream(40, data, `/Type/XObject/Subtype/Form/Resources<</Font<</F1 5 0 R>>>>${extra}`)
    const lie = 'BT /F1 12 Tf 72 700 Td (The fine is 900) Tj ET'
    const invisible = (b: PdfBuilder): PdfBuilder => addField('0 0 0 0', 132, '/AP<</N 40 0 R>>')(b)
    expect((await after((b) => invisible(look(lie)(b)))).changes).toMatchObject(OTHER)
    expect((await after((b) => invisible(look(lie, '/BBox[0 0 9]')(b)))).changes).toMatchObject(OTHER)
    expect((await after((b) => invisible(look(lie, '/BBox[0 0 0 0]')(b)))).changes).toMatchObject({ level: 'ltv' })
    expect((await after((b) => invisible(look('q Q')(b)))).changes).toMatchObject({ level: 'ltv', permitted: true })
    const fill = (b: PdfBuilder): PdfBuilder =>
      look(lie)(b).set(N.number, textField('number', '50 780 150 800', '/V(The fine is 900)/AP<</N 40 0 R>>'))
    expect((await after(fill)).changes).toMatchObject(OTHER)
    const own: NoticeOptions = {
      extra: (b) =>
        appearance(b, 40, '100').set(N.number, textField('number', '50 780 150 800', '/V(100)/AP<</N 40 0 R>>')),
    }
    expect((await after(look(lie), own)).changes).toMatchObject(OTHER)
  })
})

describe('M-09: a signature field that nobody signs keeps its look', () => {
  const seal = (flags: number, state = ''): string =>
    signatureField('seal', OVER, `${state}/AP<</N<</a 60 0 R/b 61 0 R>>>>`).replace('/F 132', `/F ${flags}`)
  const base = (body: string): NoticeOptions => {
    return { extra: (b) => appearance(appearance(b, 60, 'The fine is 900'), 61, ' ').set(N.seal, body) }
  }

  test('hidden it stays hidden, and its state stays', async () => {
    const shown = await after((b) => b.set(N.seal, seal(4, '/AS/a')), base(seal(2, '/AS/a')))
    expect(shown.changes).toMatchObject(OTHER)
    const switched = await after((b) => b.set(N.seal, seal(4, '/AS/a')), base(seal(4, '/AS/b')))
    expect(switched.changes).toMatchObject(OTHER)
    const fixed = await after((b) => b.set(N.seal, seal(132, '/AS/a')), base(seal(4, '/AS/a')))
    expect(fixed.changes).toMatchObject({ level: 'form', permitted: true })
  })
})

describe('M-06: fields that take their font from the form', () => {
  const drawn: NoticeOptions = {
    extra: (b) =>
      b.set(N.number, '<</Type/Annot/Subtype/Widget/FT/Tx/T(number)/Rect[50 780 150 800]/P 3 0 R/F 4/V(100)>>'),
  }
  const white = (b: PdfBuilder): PdfBuilder => b.set(N.form, formBody().replace('0 g)', '1 g)'))
  const right = (b: PdfBuilder): PdfBuilder => b.set(N.form, formBody(undefined, '/Q 2'))

  test.each([
    ['/DA', white],
    ['/Q', right],
  ])('a reader that has to draw one shows the new %s', async (_, change) => {
    expect((await after(change, { ...drawn, signature: P(1) })).changes).toMatchObject({ permitted: false })
    expect((await after(change, { ...drawn, signature: locking('(number)') })).changes).toMatchObject(OTHER)
    expect((await after(change, { ...drawn, signature: locking('(date)') })).changes).toMatchObject({
      level: 'form',
      permitted: true,
    })
  })

  test('looks that readers drew anew until now', async () => {
    const need = (look: string): NoticeOptions => {
      return {
        signature: P(1),
        form: '/NeedAppearances true',
        extra: (b) =>
          appearance(b, 60, look).set(N.number, textField('number', '50 780 150 800', '/V(100)/AP<</N 60 0 R>>')),
      }
    }
    const off = (b: PdfBuilder): PdfBuilder => b.set(N.form, formBody())
    expect((await after(off, need('900'))).changes).toMatchObject({ level: 'form', permitted: false })
    expect((await after(off, need('100'))).changes).toMatchObject({ level: 'ltv', permitted: true })
  })

  test('where every field has a look or nothing to show it is of no account', async () => {
    expect((await after(white, { signature: P(1) })).changes).toMatchObject({ level: 'ltv', permitted: true })
  })
})

describe('M-23: what a locked field inherits is locked with it', () => {
  test('a value of the field above', async () => {
    const group = (value: string): string => `<</FT/Tx/T(number)/V(${value})/DA(/F1 12 Tf 0 g)/Kids[60 0 R]>>`
    const base: NoticeOptions = {
      signature: locking('(number.one)'),
      extra: (b) =>
        b
          .set(N.number, group('100'))
          .set(60, '<</Type/Annot/Subtype/Widget/T(one)/Parent 8 0 R/Rect[50 780 150 800]/P 3 0 R/F 4>>')
          .set(N.page, pageBody([...ALL.filter((num) => num !== N.number), N.note, 60])),
    }
    expect((await after((b) => b.set(N.number, group('900')), base)).changes).toMatchObject(OTHER)
  })
})

describe('R-10: references that some readers follow', () => {
  test('one with another generation leads PDFium and MuPDF to the object all the same', async () => {
    const base: NoticeOptions = {
      signature: P(1),
      catalog: '/Extensions 60 0 R',
      extra: (b) => b.set(60, '<</ADBE<</BaseVersion/1.7/ExtensionLevel 3>>>>').set(N.page2, page2),
    }
    const page2 = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 14 0 R/Resources 60 1 R>>'
    const change = (b: PdfBuilder): PdfBuilder =>
      appearance(b, 40, 'x').set(60, '<</ADBE<</BaseVersion/1.7/ExtensionLevel 3>>/XObject<</X 40 0 R>>>>')
    expect((await after(change, base)).changes).toMatchObject(OTHER)
  })

  test('a markup annotation that is a graphics state as well', async () => {
    const note = (alpha: number): string =>
      `<</Type/Annot/Subtype/Text/Rect[10 10 20 20]/Contents(read)/P 3 0 R/ca ${alpha}>>`
    const page = pageBody().replace('/Font', '/ExtGState<</G 15 0 R>>/Font')
    const base = (body: string): NoticeOptions => {
      return { signature: P(3), extra: (b) => b.set(N.note, note(0)).set(N.page, body) }
    }
    expect((await after((b) => b.set(N.note, note(1)), base(page))).changes).toMatchObject(OTHER)
    expect((await after((b) => b.set(N.note, note(1)), base(pageBody()))).changes).toMatchObject({
      level: 'annotation',
      permitted: true,
    })
  })
})

describe('R-05: behind the last terminator', () => {
  const same = (b: PdfBuilder): PdfBuilder => b.set(N.info, '<</Title(Notice)/Producer(test)>>')

  test('a comment is more than white space', async () => {
    const plain = await after(same, {}, '% more\n')
    expect(plain.changes).toMatchObject({ permitted: true })
    expect(codes(plain)).toContain('TRAILING_DATA')
    expect((await after(same, {}, '% 4 0 obj\n')).changes).toMatchObject(OTHER)
    expect(codes(await after(same, {}, '\r\n  \n'))).toEqual([])
  })
})

describe('P-15: files that Poppler puts together anew', () => {
  // It then takes the object that the stream of an update seems to hold.
  const open = async (alter: (text: string) => string): Promise<readonly unknown[]> => {
    const builder = signedNotice().stream(40, '4 0 obj\n<</Length 1>>\nstream\nx\nendstream\nendobj\n')
    const text = Buffer.from(builder.commit({ trailer: '/Info 12 0 R' }).bytes).toString('latin1')
    const document = await openDocument(Buffer.from(alter(text), 'latin1'))
    document.unaccounted()
    return document.defects.map(({ args }) => args['fault'])
  }

  test('startxref stands too far from the end', async () => {
    expect(await open((text) => text + ' '.repeat(900))).toEqual([])
    expect(await open((text) => text + ' '.repeat(1100))).toEqual(['STARTXREF_FAR'])
  })

  test.each([' %x\n', '\n+', ' \0'])('%j stands before the number', async (before) => {
    const put = (between: string) => (text: string) => {
      const at = text.lastIndexOf('startxref') + 'startxref'.length
      return text.slice(0, at) + between + text.slice(at + 1)
    }
    expect(await open(put(before))).toContain('STARTXREF_UNREADABLE')
    expect(await open(put(' \t\r\n'))).toEqual([])
  })
})

describe('P-16: numbers', () => {
  test('objects from the newest /Size on are missing for some readers', async () => {
    const faults = async (size: number): Promise<readonly unknown[]> => {
      const builder = signedNotice()
      builder.set(N.info, '<</Title(x)>>').commit({ trailer: '/Info 12 0 R' })
      const text = Buffer.from(builder.bytes).toString('latin1')
      const at = text.lastIndexOf('/Size 22')
      const document = await openDocument(
        Buffer.from(`${text.slice(0, at)}/Size ${size}${text.slice(at + 8)}`, 'latin1'),
      )
      document.unaccounted()
      return document.defects.map(({ code }) => code)
    }
    expect(await faults(22)).toEqual([])
    expect(await faults(13)).toEqual(['ENTRY_BEYOND_SIZE'])
  })

  test('a reference beyond 32 bits leads MuPDF to another object', () => {
    const read = (text: string): readonly string[] => {
      const faults: string[] = []
      const lexer = new Lexer(memoryBytes(new TextEncoder().encode(text)), 0, DEFAULT_LIMITS)
      parseValues(lexer, { nesting: 100, fault: (code) => faults.push(code) })
      return faults
    }
    expect(read('[40 0 R]')).toEqual([])
    expect(read('[4294967336 0 R]')).toContain('MALFORMED_TOKEN')
  })
})

describe('P-16: object streams', () => {
  test('of an object that stands twice in one MuPDF shows the first', () => {
    const open = (table: string): readonly string[] => {
      const dict = new PdfDict(
        new Map<string, PdfObject>([
          ['N', 2],
          ['First', table.length],
        ]),
      )
      const stream = new ObjectStream(new PdfStream(dict, new Uint8Array()), DEFAULT_LIMITS, new WorkBudget(1000), 0)
      stream.open(new TextEncoder().encode(`${table}<<>> <<>> `), (value) => value ?? null)
      return stream.faults.map(({ code }) => code)
    }
    expect(open('13 0 13 5 ')).toEqual(['OBJSTM_NUMBER_TWICE'])
    expect(open('13 0 14 5 ')).toEqual([])
  })
})

describe('M-25: a time stamp speaks for nobody', () => {
  test('a new visible field for one', async () => {
    const add = (b: PdfBuilder): PdfBuilder =>
      addField('350 250 450 300', 132, '/V 41 0 R/AP<</N 40 0 R>>')(appearance(b, 40, 'Approved')).signature(41)
    const stamp = (b: PdfBuilder): PdfBuilder =>
      addField(
        '350 250 450 300',
        132,
        '/V 41 0 R/AP<</N 40 0 R>>',
      )(appearance(b, 40, 'Approved')).signature(41, '', 'ETSI.RFC3161', 'DocTimeStamp')
    expect((await after(add, { signature: P(2) })).changes).toMatchObject({ level: 'form', permitted: true })
    expect((await after(stamp, { signature: P(2) })).changes).toMatchObject(OTHER)
    expect(codes(await after(add))).toEqual([])
    expect(codes(await after(stamp))).toEqual(['UNSIGNED_DECORATION'])
  })

  test('a visible field that was there', async () => {
    const seal = signatureField('seal', '350 50 450 100', '/V 41 0 R/AP<</N 40 0 R>>')
    const result = await after((b) =>
      appearance(b, 40, 'Approved').signature(41, '', 'ETSI.RFC3161', 'DocTimeStamp').set(N.seal, seal),
    )
    expect(codes(result)).toEqual(['UNSIGNED_DECORATION'])
  })
})

describe('A-08, A-09: what lies over a part of a line', () => {
  const sign = (rect: string) => (b: PdfBuilder) =>
    addField(rect, 132, '/V 41 0 R/AP<</N 40 0 R>>')(appearance(b, 40, '900')).signature(41)

  test('is told, as is what lies over a filled field', async () => {
    expect(codes(await after(sign('140 695 165 715')))).toEqual(['DECORATION_COVERS_CONTENT'])
    expect(codes(await after(sign('140 640 165 690')))).toEqual([])
    const filled: NoticeOptions = {
      extra: (b) =>
        appearance(b, 60, '100').set(N.number, textField('number', '50 780 150 800', '/V(100)/AP<</N 60 0 R>>')),
    }
    expect(codes(await after(sign('40 770 160 810'), filled))).toEqual(['DECORATION_COVERS_CONTENT'])
    expect(codes(await after(sign('40 770 160 810')))).toEqual([])
  })

  test('an ink annotation is drawn where its lines are', async () => {
    const ink = (list: string): string =>
      `<</Type/Annot/Subtype/Ink/P 3 0 R/F 4/Rect[400 400 410 410]/C[1 1 1]/BS<</W 40>>/InkList[[${list}]]>>`
    const add = (list: string) => (b: PdfBuilder) => b.set(50, ink(list)).set(N.page, pageBody([...ALL, N.note, 50]))
    expect(codes(await after(add('60 705 360 705'), { signature: P(3) }))).toContain('ANNOTATION_COVERS_CONTENT')
    expect(codes(await after(add('401 401 409 409'), { signature: P(3) }))).not.toContain('ANNOTATION_COVERS_CONTENT')
  })
})

describe('M-12: a look that says something where there is no value', () => {
  test('is told', async () => {
    const look = (b: PdfBuilder): PdfBuilder =>
      appearance(b, 40, 'The fine is 900').set(N.number, textField('number', '50 780 150 800', '/AP<</N 40 0 R>>'))
    expect(codes(await after(look))).toEqual(['VALUE_NOT_SHOWN'])
    const button = (num: number): string =>
      `<</Type/Annot/Subtype/Widget/FT/Btn/Ff 65536/T(agreed)/Rect[${OVER}]/P 3 0 R/F 4/AP<</N ${num} 0 R>>>>`
    const pushed: NoticeOptions = { extra: (b) => appearance(b, 60, 'Print').set(N.check, button(60)) }
    expect(codes(await after((b) => appearance(b, 40, 'The fine is 900').set(N.check, button(40)), pushed))).toEqual([
      'VALUE_NOT_SHOWN',
    ])
    expect(codes(await after((b) => appearance(b, 40, 'Print').set(N.check, button(40)), pushed))).toEqual([])
  })
})
