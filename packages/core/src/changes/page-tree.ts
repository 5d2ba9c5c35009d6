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
  /** What keeps the tree from being walked in full; a tree with a defect is never compared as equal (fail closed). */
  readonly defect: string | undefined
}

/** L-06. */
const MAX_NODES = 100_000

interface Growing {
  readonly pages: Map<number, number>
  readonly nodes: Set<number>
  readonly annotations: Map<number, number>
  defect: string | undefined
}

function kidsOf(view: View, node: PdfDict, tree: Growing): readonly PdfObject[] | undefined {
  const kids = node.get('Kids')
  if (kids instanceof PdfRef) tree.nodes.add(kids.num)
  return view.array(kids)?.items
}

function addAnnotations(view: View, page: PdfDict, index: number, tree: Growing): void {
  for (const item of view.array(page.get('Annots'))?.items ?? []) {
    if (item instanceof PdfRef && !tree.annotations.has(item.num)) tree.annotations.set(item.num, index)
  }
}

/** Walks the page tree of a view in page order. Cycles, direct kids and kids that are no dictionaries are defects. */
export function readPageTree(view: View): PageTree {
  const tree: Growing = { pages: new Map(), nodes: new Set(), annotations: new Map(), defect: undefined }
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
