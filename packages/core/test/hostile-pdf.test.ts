// A-29 and P-15: whatever is done to a file's bytes, reading it gives a document, or an error with a code, soon.
import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { CountersignError } from '../src/error.ts'
import { openDocument } from '../src/pdf/document.ts'
import { listFields } from '../src/pdf/fields.ts'
import { PdfRef, PdfStream } from '../src/pdf/objects.ts'
import { listPages } from '../src/pdf/pages.ts'
import { PdfBuilder, smallPdf } from './support/pdf-builder.ts'

const FORM = '/AcroForm << /Fields [6 0 R] >> '
const FIELD = '<< /FT /Sig /T (s) /V 7 0 R /Subtype /Widget /Rect [0 0 1 1] /P 3 0 R >>'
const SIGNATURE = '<< /Type /Sig /ByteRange [0 10 20 30] /Contents <00112233> /Reason (a\\)b) >>'
const ENCRYPTED = JSON.parse(readFileSync(new URL('fixtures/encrypted.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>

const FILES: Readonly<Record<string, Uint8Array>> = {
  table: smallPdf(new PdfBuilder(), FORM).object(6, FIELD).object(7, SIGNATURE).table('/Root 1 0 R').bytes(),
  updates: smallPdf(new PdfBuilder(), FORM)
    .object(6, '<< /FT /Sig /T (s) >>')
    .table('/Root 1 0 R')
    .object(6, FIELD)
    .object(7, SIGNATURE)
    .table('/Root 1 0 R', { size: 8 })
    .stream(8, '/Filter /FlateDecode', deflateSync('late'))
    .table('/Root 1 0 R')
    .bytes(),
  streams: new PdfBuilder()
    .objectStream(5, [
      [1, `<< /Type /Catalog /Pages 2 0 R ${FORM}>>`],
      [2, '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 9 9] >>'],
      [3, '<< /Type /Page /Parent 2 0 R >>'],
      [6, FIELD],
    ])
    .object(7, SIGNATURE)
    .xrefStream(9, '/Root 1 0 R')
    .bytes(),
  encrypted: new Uint8Array(Buffer.from(ENCRYPTED['aes-128'] ?? '', 'base64')),
}

/** Words whose places decide what a reader does. */
const WORDS = (
  '<<|>>|[|]|(|)|<|>|%|/|R|obj|endobj|stream|endstream|xref|trailer|startxref|%%EOF|/Prev 0|/Prev 15|/Kids|/Length 0|' +
  '/Length 9 0 R|/Filter|/Size 2|/Type /ObjStm|-1|99999999999|1 0 R|7 0 R|/Encrypt 1 0 R|/XRefStm 15|/Extends 5 0 R|null'
).split('|')

/** A small random generator with a fixed seed: every run makes the same mutants. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  let result = Buffer.from(bytes)
  for (let i = random(5); i >= 0; i--) {
    const at = random(result.length)
    const length = random(80)
    const kind = random(7)
    if (kind === 0) result[at] = random(256)
    else if (kind === 1) result[at] = result[at]! ^ (1 << random(8))
    else if (kind === 2) result[at] = 0x30 + random(10)
    else if (kind === 3) result.write(WORDS[random(WORDS.length)]!, at, 'latin1')
    else if (kind === 4) result = Buffer.concat([result.subarray(0, at), result.subarray(at + length)])
    else if (kind === 5)
      result = Buffer.concat([result.subarray(0, at), Buffer.from(WORDS[random(WORDS.length)]!), result.subarray(at)])
    else
      result = Buffer.concat([result.subarray(0, at), result.subarray(random(at + 1)), result.subarray(at)]).subarray(
        0,
        20_000,
      )
  }
  return new Uint8Array(result)
}

/** Everything that can be read from a file. */
async function readAll(bytes: Uint8Array): Promise<string> {
  try {
    const document = await openDocument(bytes, { password: 'user' })
    listPages(document.latest)
    listFields(document.latest)
    for (const { index } of document.revisions) {
      const view = document.view(index)
      for (const num of view.numbers()) {
        const entry = view.entry(num)
        const value = view.load(new PdfRef(num, entry?.type === 'used' ? entry.gen : 0))
        if (value instanceof PdfStream) decode(() => document.decode(value))
      }
    }
    const rest = document.unaccounted().length + document.unlistedObjects().length
    return document.defects.length + rest === 0 ? 'clean' : 'defects'
  } catch (error) {
    return codeOf(error)
  }
}

function decode(body: () => unknown): void {
  try {
    body()
  } catch (error) {
    codeOf(error)
  }
}

function codeOf(error: unknown): string {
  if (error instanceof CountersignError && /^(PDF|LIMIT)_[A-Z_]+$/.test(error.code)) return error.code
  throw error
}

describe.each(Object.entries(FILES))('%s', (name, bytes) => {
  test('is clean before', async () => {
    expect(await readAll(bytes)).toBe('clean')
  })

  test('2,000 mutants give a document or a coded error', async () => {
    const random = randomFrom(name.length * 7919)
    const results = new Set<string>()
    for (let i = 0; i < 2000; i++) results.add(await readAll(mutate(bytes, random)))
    expect([...results]).toEqual(expect.arrayContaining(['clean', 'defects', 'PDF_DAMAGED']))
  }, 60_000)

  test('a prefix is clean only where a revision ends', async () => {
    for (let length = 0; length < bytes.length; length++) {
      const prefix = bytes.subarray(0, length)
      if ((await readAll(prefix)) !== 'clean') continue
      expect(Buffer.from(prefix).toString('latin1')).toMatch(/%%EOF[\r\n]*$/)
    }
  }, 60_000)
})
