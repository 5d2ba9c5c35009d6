import { LimitError } from '../error.ts'
import { problem, type Problem } from '../problem.ts'
import { PdfArray, PdfDict, PdfRef, numberOf, type PdfObject } from './objects.ts'
import type { View } from './types.ts'

/** Lower left and upper right corner: x0, y0, x1, y1 in default user space. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number]

/** A page with what it inherits from its ancestors (7.7.3.4). */
export interface Page {
  /** 0-based. */
  readonly index: number
  readonly ref: PdfRef | undefined
  readonly dict: PdfDict
  readonly resources: PdfDict | undefined
  readonly mediaBox: Box
  /** The media box where there is none. */
  readonly cropBox: Box
  /** 0, 90, 180 or 270, clockwise. */
  readonly rotate: 0 | 90 | 180 | 270
  readonly userUnit: number
}

interface Inherited {
  readonly resources: PdfObject | undefined
  readonly mediaBox: PdfObject | undefined
  readonly cropBox: PdfObject | undefined
  readonly rotate: PdfObject | undefined
}

interface Visit {
  readonly value: PdfObject
  readonly inherited: Inherited
  readonly depth: number
}

const NOTHING: Inherited = { resources: undefined, mediaBox: undefined, cropBox: undefined, rotate: undefined }
/** US Letter, as readers assume where no page size is given. */
const DEFAULT_BOX: Box = [0, 0, 612, 792]

/** All pages in order (W21). Throws LIMIT_PAGES, LIMIT_PAGE_DEPTH, LIMIT_KIDS. */
export function listPages(view: View, limits?: PageLimits): { pages: readonly Page[]; problems: readonly Problem[] } {
  const problems: Problem[] = []
  const pages = [...walkPages(view, problems, limits ?? DEFAULTS)]
  return { pages, problems }
}

/** The page at a 0-based index; walks the tree only as far as needed, /Count is not trusted. */
export function pageAt(view: View, index: number, limits?: PageLimits): Page | undefined {
  for (const page of walkPages(view, [], limits ?? DEFAULTS)) if (page.index === index) return page
  return undefined
}

/** The page that many from the end, 1 the last: only the way there is read. Its `index` counts from the end too: -1 the last. */
export function pageFromEnd(view: View, number: number, limits?: PageLimits): Page | undefined {
  for (const page of walkPages(view, [], limits ?? DEFAULTS, true))
    if (page.index === number - 1) return { ...page, index: -number }
  return undefined
}

/** Caps of L-06; kids per node are bounded by the number of pages. */
export interface PageLimits {
  readonly pages: number
  readonly pageDepth: number
}

const DEFAULTS: PageLimits = { pages: 50_000, pageDepth: 64 }

/** Told of each value of the tree: `kids` of a node, undefined for a page and for what is neither. */
export type TreeObserver = (value: PdfObject, dict: PdfDict | undefined, kids: PdfArray | undefined) => void

/** The pages in order, or from the last one on; throws as `listPages`. */
export function* walkPages(
  view: View,
  problems: Problem[] = [],
  limits: PageLimits = DEFAULTS,
  backwards = false,
  observe?: TreeObserver,
): Generator<Page> {
  const seen = new Set<string | PdfObject>()
  const stack: Visit[] = [{ value: view.root?.get('Pages') ?? null, inherited: NOTHING, depth: 0 }]
  let index = 0
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { value } = visit
    const key = value instanceof PdfRef ? value.toString() : value
    const dict = view.dict(value)
    if (dict === undefined) {
      observe?.(value, undefined, undefined)
      problems.push(problem('P-15', 'PAGE_TREE_NODE_INVALID', 'W', { object: objectNumber(value) }))
      continue
    }
    if (seen.has(key)) {
      problems.push(problem('P-15', 'PAGE_TREE_LOOP', 'W', { object: objectNumber(value) }))
      continue
    }
    seen.add(key)
    const inherited = inherit(dict, visit.inherited)
    const kids = view.array(dict.get('Kids'))
    observe?.(value, dict, kids)
    if (kids === undefined) {
      if (index >= limits.pages) throw new LimitError('PAGES', `The document has more than ${limits.pages} pages.`)
      yield makePage(view, index++, value, dict, inherited, problems)
      continue
    }
    if (visit.depth >= limits.pageDepth) {
      throw new LimitError('PAGE_DEPTH', `The page tree is deeper than ${limits.pageDepth}.`)
    }
    if (kids.items.length > limits.pages)
      throw new LimitError('PAGES', `A page tree node has ${kids.items.length} kids.`)
    for (const kid of backwards ? kids.items : kids.items.toReversed()) {
      stack.push({ value: kid, inherited, depth: visit.depth + 1 })
    }
  }
}

function objectNumber(value: PdfObject): number | null {
  return value instanceof PdfRef ? value.num : null
}

function inherit(dict: PdfDict, from: Inherited): Inherited {
  return {
    resources: dict.get('Resources') ?? from.resources,
    mediaBox: dict.get('MediaBox') ?? from.mediaBox,
    cropBox: dict.get('CropBox') ?? from.cropBox,
    rotate: dict.get('Rotate') ?? from.rotate,
  }
}

function makePage(
  view: View,
  index: number,
  value: PdfObject,
  dict: PdfDict,
  inherited: Inherited,
  problems: Problem[],
): Page {
  const mediaBox = readBox(view, inherited.mediaBox)
  if (mediaBox === undefined) problems.push(problem('P-15', 'PAGE_WITHOUT_SIZE', 'W', { page: index + 1 }))
  const userUnit = numberOf(view.resolve(dict.get('UserUnit'))) ?? 1
  return {
    index,
    ref: value instanceof PdfRef ? value : undefined,
    dict,
    resources: view.dict(inherited.resources),
    mediaBox: mediaBox ?? DEFAULT_BOX,
    cropBox: readBox(view, inherited.cropBox) ?? mediaBox ?? DEFAULT_BOX,
    rotate: readRotation(numberOf(view.resolve(inherited.rotate)) ?? 0),
    userUnit: userUnit > 0 ? userUnit : 1,
  }
}

function readRotation(value: number): Page['rotate'] {
  const turned = ((value % 360) + 360) % 360
  return turned === 90 || turned === 180 || turned === 270 ? turned : 0
}

/** A rectangle with its corners in order (7.9.5); undefined when it is none or has no area. */
export function readBox(view: View, value: PdfObject | undefined): Box | undefined {
  const array = view.resolve(value)
  if (!(array instanceof PdfArray) || array.items.length !== 4) return undefined
  const numbers = array.items.map((item) => numberOf(view.resolve(item)))
  const [x0, y0, x1, y1] = numbers
  if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) return undefined
  if (x0 === x1 || y0 === y1) return undefined
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)]
}
