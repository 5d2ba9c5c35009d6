import type { PdfObject } from '../pdf/objects.ts'
import { PdfDict, PdfName, PdfRef, PdfString, isName } from '../pdf/objects.ts'
import type { View } from '../pdf/types.ts'
import { decodeText } from '../pdf/text.ts'

/** One node of the field tree: a field, a group of fields, or a widget that belongs to a field. */
export interface FieldNode {
  readonly num: number
  readonly dict: PdfDict
  readonly parent: number | undefined
  /** Fully qualified name; of a widget, its field's. */
  readonly name: string
  /** A kid without /T: only a place on a page. */
  readonly isWidget: boolean
  /** Inherited /FT. */
  readonly type: string | undefined
  /** Inherited /Ff, 0 where absent. */
  readonly flags: number
  /** Inherited /V, unresolved. */
  readonly value: PdfObject | undefined
  /** Nodes directly below. */
  readonly kids: readonly number[]
}

export interface FieldTree {
  readonly nodes: ReadonlyMap<number, FieldNode>
  /** Nodes named by /Fields itself. */
  readonly roots: readonly number[]
  /** Fields by fully qualified name, as often as the name is used. */
  readonly byName: ReadonlyMap<string, readonly number[]>
  /** Field nodes by the number of the object that is their own /V. */
  readonly byValue: ReadonlyMap<number, readonly number[]>
  /** Indirect /Kids arrays. */
  readonly arrays: ReadonlySet<number>
  readonly defects: readonly string[]
}

/** L-07. */
const MAX_NODES = 50_000

interface Growing {
  readonly view: View
  readonly nodes: Map<number, FieldNode>
  readonly byName: Map<string, number[]>
  readonly byValue: Map<number, number[]>
  readonly arrays: Set<number>
  readonly defects: string[]
}

interface Task {
  readonly ref: PdfRef
  readonly parent: FieldNode | undefined
}

function push(map: Map<string, number[]>, key: string, num: number): void
function push(map: Map<number, number[]>, key: number, num: number): void
function push<K>(map: Map<K, number[]>, key: K, num: number): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [num])
  else list.push(num)
}

/** References of an array; items that are none are defects. */
function refsOfArray(value: PdfObject | undefined, what: string, tree: Growing): readonly PdfRef[] {
  if (value === undefined || value === null) return []
  if (value instanceof PdfRef) tree.arrays.add(value.num)
  const items = tree.view.array(value)?.items
  if (items === undefined) {
    tree.defects.push(`${what} is not an array`)
    return []
  }
  const refs = items.filter((item): item is PdfRef => item instanceof PdfRef)
  if (refs.length !== items.length) tree.defects.push(`${what} holds an item that is not a reference`)
  return refs
}

function makeNode(ref: PdfRef, dict: PdfDict, parent: FieldNode | undefined, kids: readonly number[]): FieldNode {
  const partial = dict.get('T')
  const text = partial instanceof PdfString ? decodeText(partial.bytes) : undefined
  const name = [parent?.name, text].filter((part) => part !== undefined && part !== '').join('.')
  const type = dict.get('FT')
  const flags = dict.get('Ff')
  return {
    num: ref.num,
    dict,
    parent: parent?.num,
    name,
    isWidget: parent !== undefined && !dict.has('T') && isName(dict.get('Subtype'), 'Widget'),
    type: type instanceof PdfName ? type.name : parent?.type,
    flags: typeof flags === 'number' ? flags : (parent?.flags ?? 0),
    value: dict.has('V') ? dict.get('V') : parent?.value,
    kids,
  }
}

/** Walks the field tree of a view. Nodes reached twice, direct kids and kids that are no dictionaries are defects. */
export function readFieldTree(view: View): FieldTree {
  const tree: Growing = {
    view,
    nodes: new Map(),
    byName: new Map(),
    byValue: new Map(),
    arrays: new Set(),
    defects: [],
  }
  const roots = refsOfArray(view.dict(view.root?.get('AcroForm'))?.get('Fields'), '/Fields', tree)
  const stack: Task[] = [...roots].reverse().map((ref) => ({ ref, parent: undefined }))
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
    if (tree.nodes.size > MAX_NODES) {
      tree.defects.push('too many fields')
      break
    }
    addNode(task, tree, stack)
  }
  return { ...tree, roots: roots.map(({ num }) => num) }
}

/**
 * The field tree of a view, taken over from the one before it where the revision in between touched neither the form nor a field: most
 * add evidence or touch a page.
 */
export function readNextFieldTree(view: View, before: View, previous: FieldTree): FieldTree {
  const form = view.root?.get('AcroForm')
  const oldForm = before.root?.get('AcroForm')
  const same =
    form instanceof PdfRef && oldForm instanceof PdfRef && form.num === oldForm.num && form.gen === oldForm.gen
  if (!same || previous.defects.length > 0) return readFieldTree(view)
  const formDict = view.dict(form)
  const fields = formDict?.get('Fields')
  if (formDict !== before.dict(form) || view.array(fields) !== before.array(fields)) return readFieldTree(view)
  const touched = view.document.revisions[view.revision]?.entries.keys() ?? []
  for (const num of touched) if (previous.nodes.has(num) || previous.arrays.has(num)) return readFieldTree(view)
  return previous
}

function addNode({ ref, parent }: Task, tree: Growing, stack: Task[]): void {
  const dict = tree.view.load(ref)
  if (!(dict instanceof PdfDict)) {
    tree.defects.push(`field ${ref.num} is not a dictionary`)
    return
  }
  if (tree.nodes.has(ref.num)) {
    tree.defects.push(`field ${ref.num} is reached twice`)
    return
  }
  const kids = refsOfArray(dict.get('Kids'), `/Kids of field ${ref.num}`, tree)
  const node = makeNode(
    ref,
    dict,
    parent,
    kids.map(({ num }) => num),
  )
  tree.nodes.set(ref.num, node)
  if (!node.isWidget) push(tree.byName, node.name, ref.num)
  const value = dict.get('V')
  if (value instanceof PdfRef) push(tree.byValue, value.num, ref.num)
  for (const kid of [...kids].reverse()) stack.push({ ref: kid, parent: node })
}

/** True when the node's field holds a value: a signature field that is signed (C-01: /V present and not null). */
export function hasValue(view: View, node: FieldNode): boolean {
  return node.value !== undefined && view.resolve(node.value) !== null
}
