import { describe, expect, test } from '@jest/globals'
import { PdfBuilder, smallPdf } from '../../test/support/pdf-builder.ts'
import { openDocument } from './document.ts'
import { PdfDict, PdfRef, PdfStream, type PdfObject } from './objects.ts'
import { memorySource } from './source.ts'
import type { OpenOptions, PdfDocument } from './types.ts'

const ROOT = '/Root 1 0 R'
const code = (value: string): object => expect.objectContaining({ code: value }) as object
const faults = (document: PdfDocument): unknown[] => {
  document.unaccounted()
  return [...new Set(document.defects.map(({ args, outcome }) => `${outcome} ${String(args['fault'])}`))]
}
const open = (builder: PdfBuilder | Uint8Array, options: OpenOptions = {}): Promise<PdfDocument> =>
  openDocument(builder instanceof Uint8Array ? builder : builder.bytes(), options)
const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
const dataOf = (document: PdfDocument, value: PdfObject): string =>
  value instanceof PdfStream ? latin1(document.decode(value)) : 'no stream'

describe('sections', () => {
  test('a table', async () => {
    const document = await open(smallPdf().table(ROOT))
    expect(document.header).toEqual({ offset: 0, version: '1.7' })
    expect(document.latest.root?.has('Pages')).toBe(true)
    expect(document.latest.rootRef).toEqual(new PdfRef(1, 0))
    expect(dataOf(document, document.latest.load(new PdfRef(4, 0)))).toBe('0 0 10 10 re f')
    expect([...document.latest.numbers()]).toEqual([1, 2, 3, 4])
    expect(document.revisions).toMatchObject([
      { index: 0, start: 0, end: document.size, sections: [{ form: 'table' }] },
    ])
    expect(faults(document)).toEqual([])
    expect(document.unaccounted()).toEqual([])
    expect(document.unlistedObjects()).toEqual([])
  })

  test('a stream, with objects in an object stream', async () => {
    const builder = new PdfBuilder()
      .objectStream(5, [
        [1, '<< /Type /Catalog /Pages 2 0 R >>'],
        [2, '<< /Type /Pages /Kids [] /Count 0 >>'],
        [7, '42'],
      ])
      .xrefStream(6, ROOT)
    const document = await open(builder)
    expect(document.latest.entry(7)).toEqual({ type: 'compressed', stream: 5, index: 2 })
    expect(document.latest.load(new PdfRef(7, 0))).toBe(42)
    expect(document.latest.load(new PdfRef(7, 1))).toBeNull()
    expect(document.latest.root?.valueSpans).toBeUndefined()
    expect(faults(document)).toEqual([])
  })

  test('a source that is no array is read the same way', async () => {
    const bytes = smallPdf().table(ROOT).bytes()
    const document = await openDocument(memorySource(bytes))
    expect(document.latest.root?.has('Pages')).toBe(true)
    await expect(openDocument(memorySource(bytes), { limits: { fileSize: 10 } })).rejects.toThrow(
      code('LIMIT_FILE_SIZE'),
    )
  })

  test('entries of another width are read and told', async () => {
    const bytes = latin1(smallPdf().table(ROOT).bytes()).replace(/ 00000 n \n/g, ' 00000 n\n')
    expect(faults(await open(bytesOf(bytes)))).toEqual(['W XREF_ENTRY_WIDTH'])
  })
})

describe('revisions', () => {
  const twice = (): PdfBuilder =>
    smallPdf().object(5, '(old)').table(ROOT).object(5, '(new)').object(6, '7').table(ROOT)

  test('each is a view of its own; equal places give the same instance', async () => {
    const document = await open(twice())
    const [first, second] = [document.view(0), document.view(1)]
    expect(document.revisions).toHaveLength(2)
    expect(document.revisions[0]?.end).toBe(document.revisions[1]?.start)
    expect(latin1(first.string(new PdfRef(5, 0))!.bytes)).toBe('old')
    expect(latin1(second.string(new PdfRef(5, 0))!.bytes)).toBe('new')
    expect([first.definedIn(5), second.definedIn(5), second.definedIn(1)]).toEqual([0, 1, 0])
    expect(first.load(new PdfRef(6, 0))).toBeNull()
    expect(first.load(new PdfRef(3, 0))).toBe(second.load(new PdfRef(3, 0)))
    expect([...first.numbers()]).not.toContain(6)
    expect(faults(document)).toEqual([])
  })

  test('end where their own terminator stands, whatever text looks like one (R-04)', async () => {
    const trick = 'startxref\n9\n%%EOF\n'
    const builder = smallPdf().object(5, `(${trick})`).stream(6, '', trick).table(ROOT).object(7, '1').table(ROOT)
    const document = await open(builder)
    expect(document.revisions).toHaveLength(2)
    expect(faults(document)).toEqual([])
  })

  test.each(['%%EOF', '%%EOF\n', '%%EOF\r\n', '%%EOF\r'])('include one end of line behind %j', async (eof) => {
    const document = await open(smallPdf().table(ROOT, { eof }).object(5, '1').table(ROOT))
    const { end, eof: at } = document.revisions[0]!
    expect(end - at).toBe(eof.length)
    const text = latin1(document.bytes(at, end))
    expect(text).toBe(eof)
  })

  test('freed objects and other generations are null (7.3.10)', async () => {
    const document = await open(smallPdf().object(5, '1').table(ROOT).free(5).table(ROOT))
    expect(document.view(0).load(new PdfRef(5, 0))).toBe(1)
    expect(document.view(1).load(new PdfRef(5, 0))).toBeNull()
    expect(document.view(0).load(new PdfRef(5, 1))).toBeNull()
    expect(document.view(1).entry(5)).toMatchObject({ type: 'free' })
  })

  test('a reference to a length is followed in each view', async () => {
    const builder = smallPdf()
    const at = builder.offset
    builder.write('5 0 obj << /Length 6 0 R >> stream\nabcdef\nendstream\nendobj\n')
    builder.object(6, '6')
    const entry = `5 1\n${String(at).padStart(10, '0')} 00000 n \n`
    const text = latin1(builder.table(ROOT, { size: 7 }).bytes()).replace('6 1\n', `${entry}6 1\n`)
    const document = await open(bytesOf(text))
    expect(dataOf(document, document.latest.load(new PdfRef(5, 0)))).toBe('abcdef')
    expect(faults(document)).toEqual([])
  })

  test('a loop of /Prev ends the chain (R-01)', async () => {
    const builder = smallPdf().table(ROOT, { prev: 7654321 }).object(5, '1').table(ROOT)
    const looped = latin1(builder.bytes()).replace('7654321', String(builder.section).padStart(7, '0'))
    const document = await open(bytesOf(looped))
    expect(faults(document)).toContain('F PREV_LOOP')
  })

  test('a broken /Prev is made up for by the startxref before it, and told (P-15)', async () => {
    const builder = smallPdf().object(5, '(old)').table(ROOT)
    const document = await open(builder.object(6, '1').table(ROOT, { prev: 3 }))
    expect(document.revisions).toHaveLength(2)
    expect(faults(document)).toContain('I PREV_UNREADABLE')
    expect(document.defects.map((defect) => defect.code)).toContain('READER_DISAGREEMENT')
  })

  test('more than the limit are refused (L-03)', async () => {
    const builder = smallPdf().table(ROOT)
    for (let i = 0; i < 12; i++) builder.object(5, `${i}`).table(ROOT)
    await expect(open(builder, { limits: { revisions: 5 } })).rejects.toThrow(code('LIMIT_REVISIONS'))
  })
})

describe('linearized files (R-03)', () => {
  /** First-page section at the front, main section at the end, each with its own %%EOF. */
  function linearized(): PdfBuilder {
    const builder = new PdfBuilder()
    const front = `xref\n3 2\n@@@@@@@@@3 00000 n \n@@@@@@@@@4 00000 n \ntrailer\n<< /Size 5 /Root 1 0 R /Prev @@@@@@@@@p >>\nstartxref\n0\n%%EOF\n`
    const at = builder.offset
    builder.write(front)
    const offsets = new Map<string, number>()
    const mark = (key: string): void => void offsets.set(key, builder.offset)
    mark('3')
    builder.write('3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >> endobj\n')
    mark('4')
    builder.write('4 0 obj 44 endobj\n')
    const first = builder.offset
    builder.write('1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n')
    const second = builder.offset
    builder.write('2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n')
    mark('p')
    const entries = [first, second].map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
    builder.write(`xref\n0 3\n0000000000 65535 f \n${entries}trailer\n<< /Size 3 >>\nstartxref\n${at}\n%%EOF\n`)
    const text = latin1(builder.bytes()).replace(/@@@@@@@@@(.)/g, (_, key: string) =>
      String(offsets.get(key)).padStart(10, '0'),
    )
    const done = new PdfBuilder(text)
    done.section = at
    return done
  }

  test('both sections are one revision', async () => {
    const document = await open(linearized())
    expect(document.revisions).toHaveLength(1)
    expect(document.revisions[0]).toMatchObject({ start: 0, end: document.size, sections: [{}, {}] })
    expect(document.latest.load(new PdfRef(4, 0))).toBe(44)
    expect(faults(document)).toEqual([])
    expect(document.unaccounted()).toEqual([])
  })

  test('updates come behind it', async () => {
    const document = await open(linearized().object(4, '45').table(ROOT))
    expect(document.revisions).toHaveLength(2)
    expect([document.view(0).load(new PdfRef(4, 0)), document.view(1).load(new PdfRef(4, 0))]).toEqual([44, 45])
    expect(faults(document)).toEqual([])
  })

  test('any other forward link is a fault (R-01)', async () => {
    const builder = smallPdf().table(ROOT, { prev: 7654321 })
    const old = builder.section!
    builder.object(5, '1').table(ROOT, { prev: undefined })
    const middle = String(builder.section).padStart(7, '0')
    builder.object(6, '1').table(ROOT, { prev: old })
    const document = await open(bytesOf(latin1(builder.bytes()).replace('7654321', middle)))
    expect(faults(document)).toContain('F PREV_FORWARD')
  })
})

describe('hybrid files (P-17)', () => {
  function hybrid(
    hidden: string,
    table: (builder: PdfBuilder, stream: number) => void,
    newer: string = '(hybrid)',
  ): PdfBuilder {
    const builder = smallPdf(new PdfBuilder(), hidden).object(8, '(classic)')
    builder.table(ROOT, { size: 12 })
    const classic = builder.section!
    builder.objectStream(9, [
      [8, newer],
      [10, '<< /Type /StructTreeRoot >>'],
    ])
    builder.xrefStream(11, ROOT, { prev: classic })
    const at = builder.section!
    // The stream's own startxref goes; the table that follows names the stream.
    const text = latin1(builder.bytes()).replace(/startxref\n\d+\n%%EOF\n$/, '')
    const rest = new PdfBuilder(text)
    rest.section = classic
    table(rest, at)
    return rest
  }

  test('objects that only newer readers see, outside of what pages show, are accepted', async () => {
    const builder = hybrid('/StructTreeRoot 10 0 R ', (rest, at) =>
      rest.free(8).table(`${ROOT} /XRefStm ${at}`, { size: 12 }),
    )
    const document = await open(builder)
    expect(document.revisions[1]?.sections[0]?.hybrid).toBeDefined()
    expect(document.latest.dict(new PdfRef(10, 0))).toBeInstanceOf(PdfDict)
    expect(faults(document)).toEqual(['note HYBRID_HIDES'])
  })

  test('a table entry in use wins over the stream', async () => {
    const builder = hybrid('/Extra 8 0 R ', (rest, at) =>
      rest.object(8, '(table)').table(`${ROOT} /XRefStm ${at}`, { size: 12 }),
    )
    const document = await open(builder)
    expect(latin1(document.latest.string(new PdfRef(8, 0))!.bytes)).toBe('table')
    expect(faults(document)).toEqual(['note HYBRID_HIDES'])
  })

  test('a reachable object with two readings is a fault', async () => {
    const builder = hybrid('/Extra 8 0 R ', (rest, at) => rest.table(`${ROOT} /XRefStm ${at}`, { size: 12 }))
    const document = await open(builder)
    expect(latin1(document.latest.string(new PdfRef(8, 0))!.bytes)).toBe('hybrid')
    expect(latin1(document.view(0).string(new PdfRef(8, 0))!.bytes)).toBe('classic')
    expect(faults(document)).toContain('F HYBRID_DIFFERS')
  })

  test('an object that both readers find in other places and that says the same is accepted', async () => {
    const table = (rest: PdfBuilder, at: number): unknown => rest.table(`${ROOT} /XRefStm ${at}`, { size: 12 })
    const same = await open(hybrid('/Extra 8 0 R ', table, '(classic)'))
    expect(faults(same)).not.toContain('F HYBRID_DIFFERS')
    const almost = await open(hybrid('/Extra 8 0 R ', table, '(classic )'))
    expect(faults(almost)).toContain('F HYBRID_DIFFERS')
  })
})

describe('offsets that miss', () => {
  const shifted = (by: number): PdfBuilder => {
    const builder = smallPdf()
    return builder.table(ROOT, { startxref: builder.offset + by })
  }

  test.each([
    [-1, 'W XREF_OFFSET_IN_SPACE'],
    [1, 'I XREF_OFFSET_CORRECTED'],
    [-8, 'I XREF_OFFSET_CORRECTED'],
    [20, 'I XREF_OFFSET_CORRECTED'],
  ])('by %i bytes are corrected and told (W5, P-15)', async (by, fault) => {
    const document = await open(shifted(by))
    expect(faults(document)).toEqual([fault])
    expect(latin1(document.bytes(document.startxref, document.startxref + 4))).toBe('xref')
  })

  test.each([-100, 60, 1e9])('by %i bytes are a damaged file (N2)', async (by) => {
    await expect(open(shifted(by))).rejects.toThrow(code('PDF_DAMAGED'))
  })

  test('an entry that does not point at its object is null and told (P-16)', async () => {
    const builder = smallPdf().object(5, '1').table(ROOT)
    const text = latin1(builder.bytes()).replace(/5 1\n(\d{10})/, (_, digits: string) => {
      return `5 1\n${String(Number(digits) + 1).padStart(10, '0')}`
    })
    const document = await open(bytesOf(text))
    expect(document.latest.load(new PdfRef(5, 0))).toBeNull()
    expect(faults(document)).toEqual(['I XREF_ENTRY_WRONG'])
  })

  test('an entry beyond /Size is a fault (P-16)', async () => {
    expect(faults(await open(smallPdf().table(ROOT, { size: 4 })))).toEqual(['F ENTRY_BEYOND_SIZE'])
  })

  test('an entry that points behind its own revision is a fault (P-16)', async () => {
    const builder = smallPdf().object(5, '1').table(ROOT)
    const later = String(builder.offset).padStart(10, '0')
    const text = latin1(builder.object(5, '2').table(ROOT).bytes()).replace(/5 1\n\d{10}/, `5 1\n${later}`)
    expect(faults(await open(bytesOf(text)))).toEqual(['F ENTRY_BEYOND_REVISION'])
  })
})

test('a last startxref that cannot be read is told: other readers repair from there (P-15)', async () => {
  const builder = smallPdf().table(ROOT).object(5, '1').table(ROOT)
  const text = latin1(builder.bytes()).replace(/startxref\n\d+\n%%EOF\n$/, 'startxref\noops\n%%EOF\n')
  const document = await open(bytesOf(text))
  expect(document.revisions).toHaveLength(1)
  expect(faults(document)).toEqual(['I STARTXREF_UNREADABLE'])
  expect(document.unlistedObjects().map(({ num }) => num)).toEqual([5])
})

test.each([
  ['0000000016 00000 n \n', '16 00000 n         \n', 'I XREF_ENTRY_FORM'],
  [' 00000 n \n', ' -0000 n \n', 'I XREF_ENTRY_FORM'],
  ['0000000016 00000 n \n', '        16 00000 n \n', 'W XREF_ENTRY_WIDTH'],
  ['n \n', 'n  ', 'I XREF_ENTRY_FORM'],
])('an entry %j written as %j is told: %s (P-15)', async (from, to, fault) => {
  const text = latin1(smallPdf(new PdfBuilder('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n ')).table(ROOT).bytes())
  expect(text).toContain(from)
  expect(faults(await open(bytesOf(text.replace(from, to))))).toContain(fault)
})

test('a cross-reference stream with an unknown type of entry is told (P-15)', async () => {
  const data = Uint8Array.of(9, 0, 0, 0, 0, 0, 0)
  const builder = smallPdf().table(ROOT)
  const at = builder.offset
  const entries = `/Type /XRef /W [1 4 2] /Index [7 1] /Size 8 ${ROOT} /Prev ${builder.section!}`
  const document = await open(builder.stream(6, entries, data).write(`startxref\n${at}\n%%EOF\n`))
  expect(faults(document)).toContain('I XREF_ENTRY_TYPE')
})

describe('bytes that nothing explains (R-05)', () => {
  test('leading bytes are a fault, offsets count from the header (P-01)', async () => {
    const inner = smallPdf().table(ROOT).bytes()
    const document = await open(new PdfBuilder('junk\n').write(inner))
    expect(document.latest.root?.has('Pages')).toBe(true)
    expect(document.unaccounted()).toEqual([{ start: 0, end: 5 }])
    expect(faults(document)).toEqual(['F LEADING_BYTES'])
  })

  test('bytes between objects and behind the end', async () => {
    const builder = smallPdf().write('% a comment\n').write('stray ').object(5, '1').table(ROOT).write('tail')
    const document = await open(builder)
    expect(document.unaccounted().map(({ start, end }) => latin1(document.bytes(start, end)).trim())).toEqual([
      'stray',
      'tail',
    ])
  })

  test('objects that no section lists', async () => {
    const builder = smallPdf().write('9 0 obj << /Length 3 >> stream\nabc\nendstream endobj\n').table(ROOT)
    const document = await open(builder.write('10 2 obj (behind the end) endobj\n'))
    expect(document.unlistedObjects().map(({ num, gen }) => [num, gen])).toEqual([
      [9, 0],
      [10, 2],
    ])
    expect(document.unaccounted()).toEqual([])
  })

  test('a section that the chain does not reach', async () => {
    const builder = smallPdf().table(ROOT)
    const first = builder.section!
    builder.object(5, '1').table(ROOT)
    const document = await open(builder.object(6, '2').table(ROOT, { prev: first }))
    expect(document.revisions).toHaveLength(2)
    expect(document.unlistedObjects().map(({ num }) => num)).toEqual([5])
    expect(latin1(document.bytes(document.unaccounted()[0]!.start, document.unaccounted()[0]!.start + 4))).toBe('xref')
  })
})

describe('keys that stand twice (P-10)', () => {
  test.each([
    ['an ordinary object', '<< /A 1 /A 2 >>', 'W DUPLICATE_KEY'],
    ['a page', '<< /Type /Page /A 1 /A 2 >>', 'F DUPLICATE_KEY_STRUCTURE'],
    ['a field', '<< /FT /Sig /A 1 /A 2 >>', 'F DUPLICATE_KEY_STRUCTURE'],
    ['deep inside', '[ << /B [ << /A 1 /A 2 >> ] >> ]', 'W DUPLICATE_KEY'],
  ])('%s', async (_, body, fault) => {
    expect(faults(await open(smallPdf().object(5, body).table(ROOT)))).toEqual([fault])
  })

  test('the catalog and the trailer', async () => {
    expect(faults(await open(smallPdf(new PdfBuilder(), '/A 1 /A 2 ').table(ROOT)))).toEqual([
      'F DUPLICATE_KEY_STRUCTURE',
    ])
    expect(faults(await open(smallPdf().table(`${ROOT} /A 1 /A 2`)))).toEqual(['F DUPLICATE_KEY_STRUCTURE'])
  })
})

describe('files that cannot be read', () => {
  test.each([
    ['', 'PDF_NOT_PDF'],
    ['hello', 'PDF_NOT_PDF'],
    ['%PDF-1.7\n', 'PDF_DAMAGED'],
    ['%PDF-1.7\nstartxref\n0\n%%EOF', 'PDF_DAMAGED'],
    ['%PDF-1.7\nxref\n0 0\ntrailer\n<< >>\nstartxref\n9\n%%EOF', 'PDF_DAMAGED'],
    ['%PDF-1.7\nxref\n0 9999999\ntrailer\n<< >>\nstartxref\n9\n%%EOF', 'LIMIT_XREF_ENTRIES'],
    ['%PDF-1.7\nxref\n99999999 1\ntrailer\n<< >>\nstartxref\n9\n%%EOF', 'LIMIT_OBJECT_NUMBER'],
  ])('%j: %s', async (text, expected) => {
    await expect(open(bytesOf(text))).rejects.toThrow(code(expected))
  })
})

describe('hostile structure', () => {
  test('a length that needs itself', async () => {
    const builder = smallPdf()
    const at = builder.offset
    builder.write('5 0 obj << /Length 5 0 R >> stream\nabc\nendstream\nendobj\n')
    const entry = `5 1\n${String(at).padStart(10, '0')} 00000 n \n`
    const text = latin1(builder.table(ROOT, { size: 6 }).bytes()).replace('trailer', `${entry}trailer`)
    const document = await open(bytesOf(text))
    document.latest.load(new PdfRef(5, 0))
    document.latest.load(new PdfRef(5, 0))
    expect(faults(document)).toEqual(['I STREAM_LENGTH_WRONG'])
  })

  test('an object stream inside itself or another one', async () => {
    const builder = smallPdf()
      .objectStream(5, [[6, '<< /Type /ObjStm >>']])
      .objectStream(7, [[5, '1']])
      .xrefStream(8, ROOT)
    const document = await open(builder)
    expect(document.latest.load(new PdfRef(6, 0))).toBeNull()
    expect(faults(document)).toContain('I OBJSTM_WRONG')
  })

  test('an object stream whose number of objects another revision could change', async () => {
    const text = latin1(
      smallPdf()
        .object(9, '1')
        .objectStream(5, [[6, '(in it)']])
        .xrefStream(8, ROOT)
        .bytes(),
    )
    // Same length: offsets behind it stay.
    const bent = text.replace(
      '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode',
      '/Type/ObjStm /N 9 0 R/First 4/Filter/FlateDecode',
    )
    expect(bent).not.toBe(text)
    const document = await open(bytesOf(bent))
    expect(document.latest.load(new PdfRef(6, 0))).not.toBeNull()
    expect(faults(document)).toEqual(['I OBJSTM_WRONG'])
  })

  test('arrays with very many arrays in them', async () => {
    const document = await open(
      smallPdf()
        .object(5, `[${'[]'.repeat(300_000)}]`)
        .table(ROOT),
    )
    expect(document.unaccounted()).toEqual([])
  })

  test('very many objects', async () => {
    const builder = smallPdf()
    for (let num = 5; num < 150_000; num++) builder.object(num, '1')
    const document = await open(builder.table(ROOT))
    expect(document.unlistedObjects()).toEqual([])
  })

  test('references that lead in a circle', async () => {
    const document = await open(smallPdf().object(5, '6 0 R').object(6, '5 0 R').table(ROOT))
    expect(document.latest.resolve(new PdfRef(5, 0))).toBeNull()
  })

  test('many objects whose strings reach to the end of the file are refused, soon (L-24)', async () => {
    const count = 3000
    const builder = new PdfBuilder()
    for (let num = 5; num < count; num++) builder.object(num, `(${'a'.repeat(1000)}`)
    const document = await open(smallPdf(builder.write(')'.repeat(count))).table(ROOT), {})
    expect(() => document.unaccounted()).toThrow(code('LIMIT_CPU'))
  })

  test('many streams without an end are refused, soon (L-24)', async () => {
    const builder = smallPdf()
    const text = 'stream\nabc\n'
    for (let num = 5; num < 8000; num++) builder.object(num, `<< >> ${text}${'x'.repeat(500)}`)
    const document = await open(builder.table(ROOT))
    expect(() => document.unaccounted()).toThrow(code('LIMIT_CPU'))
  })
})
