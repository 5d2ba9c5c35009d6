import { catalogOf, withValues } from './form-update.ts'
import { PdfArray, PdfDict, PdfName, PdfRef, isName } from './objects.ts'
import type { PdfObject } from './objects.ts'
import { encodeText } from './text.ts'
import type { Update } from './update.ts'

/** Nodes of a parent tree that are looked at. */
const MAX_NODES = 10_000

/** A widget that needs a place in the structure of its document. */
export interface UntaggedWidget {
  readonly ref: PdfRef
  readonly page: PdfRef
  /** Read out where the field has no /TU of its own. */
  readonly name: string
}

/** The first number above all of the parent tree (14.7.5.4). */
function nextKey(update: Update, root: PdfDict): number {
  const told = update.resolve(root.get('ParentTreeNextKey'))
  let next = typeof told === 'number' && Number.isInteger(told) && told >= 0 ? told : 0
  const waiting: (PdfObject | undefined)[] = [root.get('ParentTree')]
  for (let nodes = 0; waiting.length > 0 && nodes < MAX_NODES; nodes++) {
    const node = update.dict(waiting.pop())
    waiting.push(...(update.array(node?.get('Kids'))?.items ?? []))
    const leaves = update.array(node?.get('Nums'))?.items ?? []
    for (let i = 0; i < leaves.length; i += 2) {
      const key = update.resolve(leaves[i])
      if (typeof key === 'number' && key >= next) next = key + 1
    }
  }
  return next
}

/** An array under `key` with items added, overridden where it stands; a single value becomes the first of an array. */
function extended(update: Update, holder: PdfDict, key: string, items: readonly PdfObject[]): PdfDict {
  const value = holder.get(key)
  const array = update.array(value)
  const ref = array === undefined ? undefined : update.lastRef(value)
  const before = array?.items ?? (update.resolve(value) === null ? [] : [value!])
  const grown = new PdfArray([...before, ...items])
  if (ref === undefined) return withValues(holder, { [key]: grown })
  update.set(ref, grown)
  return holder
}

/** The element that new ones go into: the one /Document element of the root, else the root itself. */
function parentOf(update: Update, rootRef: PdfRef, root: PdfDict): PdfRef {
  const kids = update.array(root.get('K'))?.items ?? [root.get('K') ?? null]
  const [only] = kids
  const element = kids.length === 1 ? update.dict(only) : undefined
  const ref = only instanceof PdfRef ? update.lastRef(only) : undefined
  return ref !== undefined && isName(update.resolve(element?.get('S')), 'Document') ? ref : rootRef
}

function numberLeaf(key: number, element: PdfRef): PdfDict {
  return new PdfDict(
    new Map<string, PdfObject>([
      ['Limits', new PdfArray([key, key])],
      ['Nums', new PdfArray([key, element])],
    ]),
  )
}

/** The structure root with the element entered in its parent tree. */
function withParentEntry(update: Update, root: PdfDict, key: number, element: PdfRef): PdfDict {
  const value = root.get('ParentTree')
  const tree = update.dict(value) ?? new PdfDict(new Map())
  const grown = tree.has('Kids')
    ? extended(update, tree, 'Kids', [update.create(numberLeaf(key, element))])
    : extended(update, tree, 'Nums', [key, element])
  const ref = update.lastRef(value)
  if (ref !== undefined) update.set(ref, grown)
  return withValues(root, {
    ParentTreeNextKey: key + 1,
    ...(ref === undefined ? { ParentTree: grown } : {}),
  })
}

/**
 * A3: gives a widget a /Form element in the structure tree, with its link back, and a /TU. `setTabs` also has its page read in the
 * order of the structure, which only an unsigned file may be changed to (A5). Nothing happens in a file without structure.
 */
export function tagWidget(update: Update, { ref, page, name }: UntaggedWidget, setTabs: boolean): void {
  const rootRef = update.lastRef(catalogOf(update).dict.get('StructTreeRoot'))
  const root = update.dict(rootRef)
  if (rootRef === undefined || root === undefined) return
  const key = nextKey(update, root)
  const parent = parentOf(update, rootRef, root)
  const link = new PdfDict(
    new Map<string, PdfObject>([
      ['Type', new PdfName('OBJR')],
      ['Obj', ref],
      ['Pg', page],
    ]),
  )
  const element = update.create(
    new PdfDict(
      new Map<string, PdfObject>([
        ['Type', new PdfName('StructElem')],
        ['S', new PdfName('Form')],
        ['P', parent],
        ['Pg', page],
        ['K', link],
      ]),
    ),
  )
  update.set(parent, extended(update, update.dict(parent)!, 'K', [element]))
  update.set(rootRef, withParentEntry(update, update.dict(rootRef)!, key, element))
  const widget = update.dict(ref)!
  const label = widget.has('TU') ? {} : { TU: encodeText(name) }
  update.set(ref, withValues(widget, { StructParent: key, ...label }))
  const holder = update.dict(page)!
  if (setTabs && !isName(update.resolve(holder.get('Tabs')), 'S'))
    update.set(page, withValues(holder, { Tabs: new PdfName('S') }))
}
