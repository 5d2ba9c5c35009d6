import { CountersignError, LimitError } from '../error.ts'
import { contentStreams, pageContent, readOperations } from '../pdf/content.ts'
import { multiply } from '../pdf/matrix.ts'
import type { Matrix } from '../pdf/matrix.ts'
import { PdfArray, PdfDict, PdfRef, PdfStream, isName } from '../pdf/objects.ts'
import type { PdfObject } from '../pdf/objects.ts'
import type { Page } from '../pdf/pages.ts'
import type { View } from '../pdf/types.ts'
import type { Update } from '../pdf/update.ts'
import { viewerPage, visibleBox } from '../pdf/viewer.ts'
import { openDrawing } from './drawing.ts'
import type { Drawing } from './drawing.ts'
import { boxInFrame, formStream, numberText } from './frame.ts'
import type { Frame } from './frame.ts'
import { profiledSpace } from './icc.ts'

/** Objects and bytes that one appearance may bring along. */
const MAX_OBJECTS = 20_000
const MAX_BYTES = 32 * 1024 * 1024

/** Keys that would lead out of the drawing into the document it comes from, and alternatives that no form needs. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'Parent',
  'StructParent',
  'StructParents',
  'Length',
  'Metadata',
  'PieceInfo',
  'LastModified',
  'OC',
  'OPI',
  'Alternates',
])

/** Copies objects of another file into an update, each once, with new numbers. */
class GraphCopy {
  private readonly update: Update
  private readonly view: View
  private readonly archive: boolean
  private readonly copied = new Map<number, PdfRef>()
  private readonly waiting: { readonly from: PdfRef; readonly to: PdfRef }[] = []
  private bytes = 0

  constructor(update: Update, view: View, archive: boolean) {
    this.update = update
    this.view = view
    this.archive = archive
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
      this.update.set(next.to, this.value(this.load(next.from)))
  }

  /** What the file lists and nobody can read would be missing in the drawing without a word. */
  private load(ref: PdfRef): PdfObject {
    if (isLost(this.view, ref)) throw new CountersignError('PDF_DAMAGED', `its object ${ref.num} cannot be read`)
    return this.view.load(ref)
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
    // ISO 19005-1 6.2.4: no interpolation.
    if (this.archive) map.delete('Interpolate')
    return new PdfDict(map)
  }

  private stream(stream: PdfStream): PdfStream {
    const raw = this.view.document.encoded(stream)
    this.bytes += raw.length
    if (this.bytes > MAX_BYTES) throw new LimitError('APPEARANCE', `the appearance is larger than ${MAX_BYTES} bytes`)
    const dict = this.dict(stream.dict)
    if (usesFilter(this.view, stream.dict, 'Crypt'))
      throw new CountersignError('ARGUMENT_INVALID', 'it has streams with a crypt filter of their own')
    if (!this.archive || !usesFilter(this.view, stream.dict, 'LZWDecode')) return new PdfStream(dict, raw)
    // ISO 19005-1 6.1.10: no LZW.
    const plain = new Map(dict.map)
    plain.delete('Filter')
    plain.delete('DecodeParms')
    return new PdfStream(new PdfDict(plain), this.view.document.decode(stream))
  }
}

function usesFilter(view: View, dict: PdfDict, wanted: string): boolean {
  const filter = view.resolve(dict.get('Filter'))
  const names = filter instanceof PdfArray ? filter.items.map((item) => view.resolve(item)) : [filter]
  return names.some((name) => isName(name, wanted))
}

/** True for a reference to what the file lists and does not yield; one to nothing is null and well (7.3.10). */
function isLost(view: View, value: PdfObject | undefined): boolean {
  if (!(value instanceof PdfRef) || view.load(value) !== null) return false
  const entry = view.entry(value.num)
  return entry !== undefined && entry.type !== 'free'
}

/** The page's content; empty only where the page says so. */
function readContent(view: View, page: Page): Uint8Array {
  const value = page.dict.get('Contents')
  const parts = view.array(value)?.items ?? [value]
  if (parts.some((part) => isLost(view, part)))
    throw new CountersignError('PDF_DAMAGED', 'the content of its page cannot be read')
  return contentStreams(view, page).length === 0 ? new Uint8Array(0) : pageContent(view, page)
}

/**
 * Content that leaves the graphics state as it found it: a `Q` too many, which readers ignore on a page, would undo what stands around
 * the drawing and is blanked out; those that are missing are added.
 */
function balanced(content: Uint8Array): Uint8Array {
  const copy = content.slice()
  let depth = 0
  for (const { operator, end } of readOperations(content)) {
    if (operator === 'q') depth++
    else if (operator === 'Q' && depth > 0) depth--
    else if (operator === 'Q') copy[end - 1] = 0x20
  }
  return joined('', copy, `\n${'Q '.repeat(depth)}`)
}

/** Layers that are off by default would be shown by a copy, which has no layers. */
function requireNoHiddenLayer(view: View): void {
  const config = view.dict(view.dict(view.root?.get('OCProperties'))?.get('D'))
  const off = view.array(config?.get('OFF'))?.items.length ?? 0
  if (off > 0 || isName(view.resolve(config?.get('BaseState')), 'OFF'))
    throw new CountersignError('ARGUMENT_INVALID', 'the appearance has layers that are off; flatten them first')
}

/** From the page's user space to the frame's lower left corner. */
function pageMatrix(page: Page, frame: Frame): { readonly matrix: Matrix; readonly clip: string } {
  const viewer = viewerPage(page)
  const [x0, y0, x1, y1] = visibleBox(page)
  const { scale, left, bottom } = boxInFrame(viewer, frame)
  const place: Matrix = [scale, 0, 0, -scale, left, bottom + viewer.height * scale]
  return {
    matrix: multiply(viewer.matrix, place),
    clip: `${[x0, y0, x1 - x0, y1 - y0].map(numberText).join(' ')} re W n`,
  }
}

/** Keys of the page's transparency group. PDF/A-1 knows none; without other transparency it draws the same without. */
function groupOf(view: View, page: Page, copy: GraphCopy, part: number | undefined): readonly [string, PdfObject][] {
  const group = view.dict(page.dict.get('Group'))
  return group === undefined || part === 1 ? [] : [['Group', copy.value(group)]]
}

function joined(before: string, content: Uint8Array, after: string): Uint8Array {
  const encoder = new TextEncoder()
  const [head, tail] = [encoder.encode(before), encoder.encode(after)]
  const whole = new Uint8Array(head.length + content.length + tail.length)
  whole.set(head)
  whole.set(content, head.length)
  whole.set(tail, head.length + content.length)
  return whole
}

/**
 * Brings a page of a PDF into the update as the form XObject of a frame: content as it is, cropped and turned as a viewer shows it,
 * resources copied and renumbered, nothing else of that file (V9).
 *
 * @throws CountersignError as the reader; ARGUMENT_INVALID for a missing page or hidden layers; PDF_PERMISSION; LIMIT_APPEARANCE.
 */
export async function importPage(update: Update, drawing: Drawing, frame: Frame): Promise<PdfRef> {
  const { document, page } = await openDrawing(drawing)
  const view = document.latest
  requireNoHiddenLayer(view)
  const content = balanced(readContent(view, page))
  const { matrix, clip } = pageMatrix(page, frame)
  const copy = new GraphCopy(update, view, frame.archive !== undefined)
  const own = page.resources === undefined ? undefined : copy.value(page.resources)
  const group = groupOf(view, page, copy, frame.archive?.part)
  copy.finish()
  const resources = await withDefaults(update, own instanceof PdfDict ? own : new PdfDict(new Map()), frame)
  const body = joined(`q ${matrix.map(numberText).join(' ')} cm ${clip}\n`, content, 'Q\n')
  return update.create(await formStream(frame, resources, body, group))
}

/** Device colours without an output intent of their kind get a meaning (ISO 19005-2 6.2.4.3). */
async function withDefaults(update: Update, resources: PdfDict, { unexplained }: Frame): Promise<PdfDict> {
  if (unexplained.size === 0) return resources
  const spaces = new Map<string, PdfObject>()
  for (const space of unexplained)
    spaces.set(space === 'RGB' ? 'DefaultRGB' : 'DefaultGray', await profiledSpace(update, space))
  for (const [name, space] of update.dict(resources.get('ColorSpace'))?.map ?? []) spaces.set(name, space)
  return new PdfDict(new Map<string, PdfObject>([...resources.map, ['ColorSpace', new PdfDict(spaces)]]))
}
