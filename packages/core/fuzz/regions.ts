// Where the parts of a file lie, so that mutants can aim at them.
import { openDocument } from '../src/pdf/document.ts'
import { PdfArray, PdfDict, PdfRef, PdfStream } from '../src/pdf/objects.ts'
import type { PdfObject, Span } from '../src/pdf/objects.ts'
import { listPages } from '../src/pdf/pages.ts'
import type { PdfDocument } from '../src/pdf/types.ts'

export interface Regions {
  /** Cross-reference sections with their trailers, and the end of the file. */
  readonly references: readonly Span[]
  /** Objects without their stream data. */
  readonly dictionaries: readonly Span[]
  /** Encoded stream data, page contents among them. */
  readonly streams: readonly Span[]
  /** Encoded data of page content streams that nothing else uses. */
  readonly contents: readonly Span[]
  /** Bodies of objects that no path from the trailer reaches. */
  readonly unreferenced: readonly Span[]
}

function* partsOf(value: PdfObject): Generator<PdfObject> {
  if (value instanceof PdfArray) yield* value.items
  else if (value instanceof PdfDict) yield* value.map.values()
  else if (value instanceof PdfStream) yield* value.dict.map.values()
}

/** Numbers of all objects that the trailers of any revision reach. */
function reachable(document: PdfDocument): ReadonlySet<number> {
  const seen = new Set<number>()
  const view = document.latest
  const todo: PdfObject[] = document.revisions.flatMap(({ sections }) => sections.map(({ trailer }) => trailer))
  for (let value = todo.pop(); value !== undefined; value = todo.pop()) {
    if (!(value instanceof PdfRef)) todo.push(...partsOf(value))
    else if (!seen.has(value.num)) {
      seen.add(value.num)
      todo.push(view.load(value))
    }
  }
  return seen
}

/** The span of a stream's data, where the reader shows it without a copy. */
function dataSpan(stream: PdfStream, file: Uint8Array): Span | undefined {
  const { raw } = stream
  if (raw.buffer !== file.buffer || raw.length === 0) return undefined
  const start = raw.byteOffset - file.byteOffset
  return { start, end: start + raw.length }
}

function contentNumbers(document: PdfDocument): ReadonlySet<number> {
  const numbers = new Set<number>()
  for (const { dict } of listPages(document.latest).pages) {
    const contents = dict.get('Contents')
    if (contents instanceof PdfRef) numbers.add(contents.num)
    const items = document.latest.array(contents)?.items ?? []
    for (const item of items) if (item instanceof PdfRef) numbers.add(item.num)
  }
  return numbers
}

/** Regions of a file that the reader opens. */
export async function regionsOf(file: Uint8Array, password?: string): Promise<Regions> {
  const document = await openDocument(file, password === undefined ? {} : { password })
  const used = reachable(document)
  const pages = contentNumbers(document)
  const regions = { references: [] as Span[], dictionaries: [] as Span[], streams: [] as Span[] }
  const found = { ...regions, contents: [] as Span[], unreferenced: [] as Span[] }
  for (const revision of document.revisions) {
    for (const section of revision.sections) found.references.push({ start: section.offset, end: section.end })
    found.references.push({ start: Math.max(0, revision.eof - 24), end: revision.eof + 5 })
  }
  for (const num of document.latest.numbers()) addObject(document, num, file, { found, used, pages })
  return found
}

interface Collected {
  readonly found: { -readonly [K in keyof Regions]: Span[] }
  readonly used: ReadonlySet<number>
  readonly pages: ReadonlySet<number>
}

function addObject(document: PdfDocument, num: number, file: Uint8Array, { found, used, pages }: Collected): void {
  const entry = document.latest.entry(num)
  if (entry?.type !== 'used') return
  const span = document.objectSpan(entry.offset)
  if (span === undefined) return
  const value = document.latest.load(new PdfRef(num, entry.gen))
  const data = value instanceof PdfStream ? dataSpan(value, file) : undefined
  // between `N G obj` and `endobj`, so that the object itself stays where the section says
  const body = { start: span.start + `${num} ${entry.gen} obj`.length, end: span.end - 'endobj'.length }
  const type = value instanceof PdfStream ? value.dict.get('Type') : undefined
  const structural = type !== undefined && 'name' in (type as object)
  if (!used.has(num) && !structural && body.start < body.end) found.unreferenced.push(body)
  else found.dictionaries.push({ start: span.start, end: data?.start ?? span.end })
  if (data === undefined) return
  found.streams.push(data)
  if (pages.has(num)) found.contents.push(data)
}

/** The regions of each file, found once. */
export function rememberRegions(): (file: {
  readonly bytes: Uint8Array
  readonly password?: string
}) => Promise<Regions> {
  const known = new WeakMap<Uint8Array, Regions>()
  return async ({ bytes, password }) => {
    let regions = known.get(bytes)
    if (regions === undefined) {
      regions = await regionsOf(bytes, password)
      known.set(bytes, regions)
    }
    return regions
  }
}
