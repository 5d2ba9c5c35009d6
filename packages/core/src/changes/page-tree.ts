import type { PdfDict, PdfObject } from '../pdf/objects.ts'
import { PdfDict as Dict, PdfRef, isName } from '../pdf/objects.ts'
import type { View } from '../pdf/types.ts'

/** The page tree of one view, as numbers. */
export interface PageTree {
  /** Page object number to 0-based index. */
  readonly pages: ReadonlyMap<number, number>
  /** Page tree nodes and indirect /Kids arrays. */
  readonly nodes: ReadonlySet<number>
  /** Annotations of pages, with the index of the (first) page. */
  readonly annotations: ReadonlyMap<number, number>
  /** Indirect /Annots arrays. */
  readonly arrays: ReadonlySet<number>
  /** What keeps the tree from being walked in full; a tree with a defect is never compared as equal (fail closed). */
  readonly defect: string | undefined
}

/** L-06. */
const MAX_NODES = 100_000

interface Growing {
  readonly pages: Map<number, number>
  readonly nodes: Set<number>
  readonly annotations: Map<number, number>
  readonly arrays: Set<number>
  defect: string | undefined
}

function kidsOf(view: View, node: PdfDict, tree: Growing): readonly PdfObject[] | undefined {
  const kids = node.get('Kids')
  if (kids instanceof PdfRef) tree.nodes.add(kids.num)
  return view.array(kids)?.items
}

function addAnnotations(view: View, page: PdfDict, index: number, tree: Growing): void {
  const annotations = page.get('Annots')
  if (annotations instanceof PdfRef) tree.arrays.add(annotations.num)
  for (const item of view.array(annotations)?.items ?? []) {
    if (item instanceof PdfRef && !tree.annotations.has(item.num)) tree.annotations.set(item.num, index)
  }
}

/** Walks the page tree of a view in page order. Cycles, direct kids and kids that are no dictionaries are defects. */
export function readPageTree(view: View): PageTree {
  const tree: Growing = {
    pages: new Map(),
    nodes: new Set(),
    annotations: new Map(),
    arrays: new Set(),
    defect: undefined,
  }
  const root = view.root?.get('Pages')
  if (!(root instanceof PdfRef)) return { ...tree, defect: 'no /Pages reference in the catalog' }
  const stack: PdfRef[] = [root]
  for (let ref = stack.pop(); ref !== undefined; ref = stack.pop()) {
    const node = view.load(ref)
    if (!(node instanceof Dict)) {
      tree.defect = `page tree entry ${ref.num} is not a dictionary`
      continue
    }
    if (tree.nodes.has(ref.num) || tree.pages.has(ref.num)) {
      tree.defect = `page tree entry ${ref.num} is reached twice`
      continue
    }
    if (tree.nodes.size + tree.pages.size > MAX_NODES) return { ...tree, defect: 'too many pages' }
    addNode(view, ref, node, tree, stack)
  }
  return tree
}

/**
 * The page tree of a view, taken over from the one before it where the revision in between left the tree alone: most touch one page.
 * The same `pages` and `nodes` mean that no page came, went or moved.
 */
export function readNextPageTree(view: View, before: View, previous: PageTree): PageTree {
  const root = view.root?.get('Pages')
  const oldRoot = before.root?.get('Pages')
  const sameRoot =
    root instanceof PdfRef && oldRoot instanceof PdfRef && root.num === oldRoot.num && root.gen === oldRoot.gen
  const touched = [...(view.document.revisions[view.revision]?.entries.keys() ?? [])]
  const inTree = touched.some((num) => previous.nodes.has(num) || previous.arrays.has(num))
  if (!sameRoot || inTree || previous.defect !== undefined) return readPageTree(view)
  const pages = touched.filter((num) => previous.pages.has(num))
  if (pages.length === 0) return previous
  return withPages(view, previous, pages) ?? readPageTree(view)
}

/** The tree with the annotations of some pages read anew; undefined where one of them is no page any more. */
function withPages(view: View, previous: PageTree, touched: readonly number[]): PageTree | undefined {
  const indices = new Set(touched.map((num) => previous.pages.get(num)))
  const annotations = new Map([...previous.annotations].filter(([, index]) => !indices.has(index)))
  const arrays = new Set(previous.arrays)
  const tree: Growing = { pages: new Map(), nodes: new Set(), annotations, arrays, defect: undefined }
  for (const num of touched) {
    const entry = view.entry(num)
    const page = view.load(new PdfRef(num, entry?.type === 'used' ? entry.gen : 0))
    if (!(page instanceof Dict) || (page.has('Kids') && !isName(page.get('Type'), 'Page'))) return undefined
    addAnnotations(view, page, previous.pages.get(num) ?? 0, tree)
  }
  // One that is gone here may stand on another page too: only a full reading tells.
  for (const [num, index] of previous.annotations) if (indices.has(index) && !annotations.has(num)) return undefined
  return { pages: previous.pages, nodes: previous.nodes, annotations, arrays, defect: undefined }
}

function addNode(view: View, ref: PdfRef, node: PdfDict, tree: Growing, stack: PdfRef[]): void {
  if (!node.has('Kids') || isName(node.get('Type'), 'Page')) {
    const index = tree.pages.size
    tree.pages.set(ref.num, index)
    addAnnotations(view, node, index, tree)
    return
  }
  tree.nodes.add(ref.num)
  const kids = kidsOf(view, node, tree)
  if (kids === undefined) tree.defect = `page tree node ${ref.num} has no /Kids array`
  for (const kid of [...(kids ?? [])].reverse()) {
    if (kid instanceof PdfRef) stack.push(kid)
    else tree.defect = `page tree node ${ref.num} has a direct kid`
  }
}
