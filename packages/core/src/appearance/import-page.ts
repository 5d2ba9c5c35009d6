import { CountersignError, LimitError } from '../error.ts'
import { openDocument } from '../pdf/document.ts'
import { PdfArray, PdfDict, PdfName, PdfReal, PdfRef, PdfStream } from '../pdf/objects.ts'
import type { PdfObject } from '../pdf/objects.ts'
import { pageAt } from '../pdf/pages.ts'
import type { Box, Page } from '../pdf/pages.ts'
import { encodeNumber } from '../pdf/serialize.ts'
import type { PdfDocument, View } from '../pdf/types.ts'
import type { Update } from '../pdf/update.ts'

/** A drawing as a form XObject of the update, with its size in points. */
export interface ImportedForm {
  readonly ref: PdfRef
  readonly width: number
  readonly height: number
}

/** Objects and bytes that one appearance may bring along. */
const MAX_OBJECTS = 20_000
const MAX_BYTES = 32 * 1024 * 1024

/** Keys that would lead out of the drawing into the document it comes from. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'Parent',
  'StructParent',
  'StructParents',
  'Length',
  'Metadata',
  'PieceInfo',
])

export function realNumber(value: number): PdfObject {
  return Number.isInteger(value) ? value : new PdfReal(value, encodeNumber(value))
}

export function numbers(...values: readonly number[]): PdfArray {
  return new PdfArray(values.map(realNumber))
}

/** Copies objects of another file into an update, each once, with new numbers. */
class GraphCopy {
  private readonly update: Update
  private readonly view: View
  private readonly copied = new Map<number, PdfRef>()
  private readonly waiting: { readonly from: PdfRef; readonly to: PdfRef }[] = []
  private bytes = 0

  constructor(update: Update, view: View) {
    this.update = update
    this.view = view
  }

  /** The copy of a direct value; references inside point at copies. Nesting is bounded by the parser (L-05). */
  value(object: PdfObject): PdfObject {
    if (object instanceof PdfRef) return this.reference(object)
    if (object instanceof PdfArray) return new PdfArray(object.items.map((item) => this.value(item)))
    if (object instanceof PdfDict) return this.dict(object)
    if (object instanceof PdfStream) return this.stream(object)
    return object
  }

  /** Copies whatever the values so far refer to. */
  finish(): void {
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop())
      this.update.set(next.to, this.value(this.view.load(next.from)))
  }

  private reference(ref: PdfRef): PdfRef {
    const known = this.copied.get(ref.num)
    if (known !== undefined) return known
    if (this.copied.size >= MAX_OBJECTS)
      throw new LimitError('APPEARANCE', `the appearance brings more than ${MAX_OBJECTS} objects`)
    const to = this.update.allocate()
    this.copied.set(ref.num, to)
    this.waiting.push({ from: ref, to })
    return to
  }

  private dict(dict: PdfDict): PdfDict {
    const map = new Map<string, PdfObject>()
    for (const [key, value] of dict.map) if (!LEFT_OUT.has(key)) map.set(key, this.value(value))
    return new PdfDict(map)
  }

  private stream(stream: PdfStream): PdfStream {
    this.bytes += stream.raw.length
    if (this.bytes > MAX_BYTES) throw new LimitError('APPEARANCE', `the appearance is larger than ${MAX_BYTES} bytes`)
    return new PdfStream(this.dict(stream.dict), stream.raw)
  }
}

function contentStreams(view: View, page: Page): readonly PdfStream[] {
  const contents = view.resolve(page.dict.get('Contents'))
  const items = contents instanceof PdfArray ? contents.items : [contents]
  return items.map((item) => view.resolve(item)).filter((item) => item instanceof PdfStream)
}

/** The page's content as one stream; a single one keeps its encoding. */
function pageContent(document: PdfDocument, page: Page): PdfStream {
  const streams = contentStreams(document.latest, page)
  const [only] = streams
  if (only !== undefined && streams.length === 1) {
    const kept = ['Filter', 'DecodeParms'].flatMap((key) => {
      const value = document.latest.resolve(only.dict.get(key))
      return value === null ? [] : [[key, value] as const]
    })
    return new PdfStream(new PdfDict(new Map(kept)), only.raw)
  }
  const parts = streams.map((stream) => document.decode(stream))
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length + 1, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    whole[at + part.length] = 0x0a
    at += part.length + 1
  }
  return new PdfStream(new PdfDict(new Map()), whole)
}

/** The page as a reader shows it, in a box at the origin: its crop box turned by its /Rotate. */
function placement(box: Box, rotate: Page['rotate']): { matrix: PdfArray; width: number; height: number } {
  const [x0, y0, x1, y1] = box
  const [width, height] = [x1 - x0, y1 - y0]
  const turned = { width: height, height: width }
  if (rotate === 90) return { matrix: numbers(0, -1, 1, 0, -y0, x1), ...turned }
  if (rotate === 180) return { matrix: numbers(-1, 0, 0, -1, x1, y1), width, height }
  if (rotate === 270) return { matrix: numbers(0, 1, -1, 0, y1, -x0), ...turned }
  return { matrix: numbers(1, 0, 0, 1, -x0, -y0), width, height }
}

/**
 * Brings the first page of a PDF into the update as a form XObject: content as it is, resources copied and renumbered, nothing
 * else of that file.
 *
 * @throws CountersignError as the reader; ARGUMENT_INVALID for a file without a page or an encrypted one; LIMIT_APPEARANCE.
 */
export async function importPage(update: Update, pdf: Uint8Array): Promise<ImportedForm> {
  const document = await openDocument(pdf)
  const page = pageAt(document.latest, 0)
  if (page === undefined || document.encryption !== undefined)
    throw new CountersignError('ARGUMENT_INVALID', 'the appearance must be an unencrypted PDF with a page')
  const { matrix, width, height } = placement(page.cropBox, page.rotate)
  if (!(width > 0 && height > 0)) throw new CountersignError('ARGUMENT_INVALID', 'the appearance has no size')
  const content = pageContent(document, page)
  const copy = new GraphCopy(update, document.latest)
  const group = document.latest.dict(page.dict.get('Group'))
  const form = new Map<string, PdfObject>([
    ['Type', new PdfName('XObject')],
    ['Subtype', new PdfName('Form')],
    ['BBox', numbers(...page.cropBox)],
    ['Matrix', matrix],
    ['Resources', page.resources === undefined ? new PdfDict(new Map()) : copy.value(page.resources)],
    ...(group === undefined ? [] : ([['Group', copy.value(group)]] as const)),
    ...[...content.dict.map].map(([key, value]) => [key, copy.value(value)] as const),
  ])
  const ref = update.create(new PdfStream(new PdfDict(form), content.raw))
  copy.finish()
  return { ref, width: width * page.userUnit, height: height * page.userUnit }
}
