// The shared prefix against the plain way: whatever revisions a file has and wherever it is cut, the document that grew section by
// section is the document of the joined bytes. Compared is what the reader says, not only what a report makes of it.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { CountersignError } from '../src/error.ts'
import { appendSection } from '../src/pdf/append.ts'
import { openDocument } from '../src/pdf/document.ts'
import { PdfRef } from '../src/pdf/objects.ts'
import { encodeObject } from '../src/pdf/serialize.ts'
import type { PdfDocument, View } from '../src/pdf/types.ts'
import { Update } from '../src/pdf/update.ts'
import { PdfBuilder, smallPdf } from './support/pdf-builder.ts'

const ROOT = '/Root 1 0 R'

/** One later revision; the numbers choose among few objects, so that revisions meet. */
interface Step {
  readonly form: 'table' | 'stream' | 'hybrid'
  readonly body:
    'value' | 'page' | 'contents' | 'length' | 'packed' | 'free' | 'again' | 'nothing' | 'signature' | 'twice'
  readonly num: number
  readonly gen: number
  readonly prev: 'right' | 'near' | 'older' | 'none' | 'wrong'
  readonly startxref: 'right' | 'near' | 'wrong'
  readonly size: number | undefined
  readonly before: string
  readonly after: string
}

const GAPS = [
  '',
  '',
  '',
  '\n',
  ' ',
  '%',
  '% note\n',
  '(',
  '<<',
  '7 0 obj',
  'startxref',
  'startxref 9',
  'endobj',
  '\0\0',
]

const steps = fc.array(
  fc.record<Step>({
    form: fc.constantFrom('table', 'table', 'stream', 'hybrid'),
    body: fc.constantFrom(
      'value',
      'page',
      'contents',
      'length',
      'packed',
      'free',
      'again',
      'nothing',
      'signature',
      'twice',
    ),
    num: fc.constantFrom(3, 4, 5, 6, 8, 20),
    gen: fc.constantFrom(0, 0, 0, 1, 65535),
    prev: fc.constantFrom('right', 'right', 'right', 'right', 'right', 'near', 'older', 'none', 'wrong'),
    startxref: fc.constantFrom('right', 'right', 'right', 'right', 'near', 'wrong'),
    size: fc.constantFrom(undefined, undefined, undefined, 4, 100),
    before: fc.constantFrom(...GAPS),
    after: fc.constantFrom(...GAPS),
  }),
  { minLength: 1, maxLength: 4 },
)

function writeBody(b: PdfBuilder, { body, num, gen }: Step, at: number): void {
  if (body === 'value') b.object(num, `(revision ${at})`, gen)
  if (body === 'page') b.object(3, `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${at}0 50] /Contents 4 0 R >>`)
  // Its /Length is another object's: a later revision may give it another value.
  if (body === 'contents') {
    b.object(4, '<< /Length 5 0 R >>\nstream\n0 0 10 10 re f\nendstream')
    b.object(5, '14')
  }
  if (body === 'length') b.object(5, `${at}`)
  if (body === 'packed') b.objectStream(30 + at, [[num, `(packed ${at})`]])
  if (body === 'free') b.free(num, gen)
  if (body === 'again') b.free(num, 1).object(num, `<< /Again ${at} /Again 1 >>`, 1)
  if (body === 'signature') b.object(num, '<< /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >>')
  if (body === 'twice') b.object(num, `(first ${at})`).object(num, `(second ${at})`)
}

function writeSection(b: PdfBuilder, step: Step, at: number, older: readonly number[]): void {
  const last = older.at(-1)!
  const prev = { right: last, near: last + 3, older: older[0]!, none: undefined, wrong: 2 }[step.prev]
  const off = { right: 0, near: -2, wrong: -100_000 }[step.startxref]
  const size = step.size === undefined ? {} : { size: step.size }
  if (step.form === 'stream') {
    const startxref = b.offset + off
    b.xrefStream(40 + at, ROOT, { prev, startxref: Math.max(0, startxref) })
    return
  }
  let hybrid = ''
  if (step.form === 'hybrid') {
    hybrid = `/XRefStm ${b.offset}`
    const row = Buffer.from([1, 0, 0, 0, 9, 0, 0])
    b.write(`50 0 obj\n<< /Type /XRef /W [1 4 2] /Index [${step.num} 1] /Size 60 /Length 7 >>\nstream\n`)
    b.write(row).write('\nendstream\nendobj\n')
  }
  b.table(`${ROOT} ${hybrid}`, { prev, startxref: Math.max(0, b.offset + off), ...size })
}

/** The file and where each of its revisions ends. */
function build(list: readonly Step[]): { readonly bytes: Uint8Array; readonly ends: readonly number[] } {
  const b = smallPdf(new PdfBuilder()).object(5, '14').table(ROOT)
  const ends = [b.offset]
  const sections = [b.section!]
  list.forEach((step, i) => {
    b.write(step.before)
    writeBody(b, step, i + 1)
    writeSection(b, step, i + 1, sections)
    sections.push(b.section!)
    b.write(step.after)
    ends.push(b.offset)
  })
  return { bytes: b.bytes(), ends }
}

function text(view: View, num: number): string {
  const entry = view.entry(num)
  if (entry === undefined) return '-'
  const object = view.load(new PdfRef(num, entry.type === 'used' ? entry.gen : 0))
  return `${JSON.stringify(entry)} ${String(view.definedIn(num))} ${Buffer.from(encodeObject(object)).toString('latin1')}`
}

/** All that a document says. */
function tell(document: PdfDocument): string {
  const { revisions, startxref, size, header } = document
  const views = revisions.map(({ index, start, end, eof, sections, entries }) => ({
    place: [index, start, end, eof],
    sections: sections.map((one) => [one.form, one.offset, one.end, one.hybrid?.offset]),
    entries: [...entries].toSorted(([a], [b]) => a - b),
    objects: [...document.view(index).numbers()].toSorted((a, b) => a - b).map((n) => text(document.view(index), n)),
  }))
  const section = new Update(document).build((length) => new Uint8Array(length))
  const unlisted = document.unlistedObjects()
  return JSON.stringify({
    place: [size, startxref, header],
    views,
    unlisted,
    gaps: document.unaccounted(),
    signatures: [...document.signatureLike([])].map(({ revision, ref }) => `${revision} ${String(ref)}`).toSorted(),
    section: Buffer.from(section.bytes).toString('latin1'),
    // The order in which faults are found says nothing.
    defects: document.defects.map((one) => JSON.stringify(one)).toSorted(),
  })
}

async function outcome(open: () => Promise<PdfDocument>): Promise<string> {
  try {
    return tell(await open())
  } catch (error) {
    if (error instanceof CountersignError) return `${error.code}: ${error.message}`
    throw error
  }
}

/** Opens the first part and appends the others; `warm` documents have been read wholly before each step. */
async function grow(bytes: Uint8Array, cuts: readonly number[], warm: boolean): Promise<PdfDocument> {
  let document = await openDocument(bytes.slice(0, cuts[0]))
  for (const [i, cut] of cuts.entries()) {
    if (warm) await outcome(() => Promise.resolve(document))
    document = await appendSection(document, bytes.slice(cut, cuts[i + 1]))
  }
  return document
}

test('a document that grew is the document of the joined bytes (property)', async () => {
  let grown = 0
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.boolean(),
      fc.nat(3),
      fc.integer({ min: -3, max: 3 }),
      async (list, warm, skip, shift) => {
        const { bytes, ends } = build(list)
        // The last end is the file's; cuts are revisions' ends, now and then a few bytes beside them.
        const cuts = ends.slice(skip % list.length, -1).map((end) => end + (Math.abs(shift) > 2 ? shift : 0))
        const joined = await outcome(() => openDocument(bytes))
        // What the parts before the whole are does not matter, as long as they can be opened.
        const opens = await Promise.all(
          cuts.map((cut) =>
            openDocument(bytes.slice(0, cut)).then(
              () => true,
              () => false,
            ),
          ),
        )
        fc.pre(!opens.includes(false))
        grown++
        expect(await outcome(() => grow(bytes, cuts, warm))).toBe(joined)
      },
    ),
    { numRuns: Number(process.env['COUNTERSIGN_RUNS'] ?? 120), seed: 20260114 },
  )
  expect(grown).toBeGreaterThan(30)
}, 600_000)
