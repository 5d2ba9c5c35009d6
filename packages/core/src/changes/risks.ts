import type { PdfObject } from '../pdf/objects.ts'
import { Lexer, TOKEN } from '../pdf/lexer.ts'
import type { Span } from '../pdf/objects.ts'
import { PdfArray, PdfDict, PdfName, PdfStream, isName } from '../pdf/objects.ts'
import { memoryBytes } from '../pdf/source.ts'
import type { PdfDocument, View } from '../pdf/types.ts'
import { DEFAULT_LIMITS } from '../pdf/types.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { Surroundings } from './comparison.ts'
import { readsOtherwise } from './font-mapping.ts'
import { currentRef } from './history.ts'
import { showsItsValue } from './shown-value.ts'
import { FLAG, directRect } from './widget.ts'

/** Of one kind, this many are listed. */
const MOST = 20
/** Actions that run code, start programs, send or fetch (M-28). */
const ACTIVE = new Set(['JavaScript', 'Launch', 'SubmitForm', 'ImportData', 'Rendition', 'RichMediaExecute'])
/** The standard 14 fonts need not be embedded (9.6.2.2). */
const STANDARD =
  /^(Times-(Roman|Bold|Italic|BoldItalic)|(Helvetica|Courier)(-Bold)?(-?(Oblique|BoldOblique))?|Symbol|ZapfDingbats)$/u

/** What an object holds that is a risk, whichever view shows it. */
interface ObjectRisks {
  readonly active: readonly string[]
  readonly external: boolean
  readonly font: string | undefined
  /** Name of a font that reads as something else than it draws. */
  readonly oddFont: string | undefined
}

const known = new WeakMap<object, ObjectRisks>()

/**
 * M-28: what stood in the signed revision already that may turn the document into another one, or show it differently elsewhere.
 * Told even when nothing was changed later.
 */
export function findRisks(surroundings: Surroundings, revision: number): readonly Problem[] {
  const view = surroundings.history.document.view(revision)
  return [
    ...fieldRisks(surroundings, view),
    ...formRisks(view),
    ...layerRisks(view),
    ...overlapRisks(surroundings, view),
    ...objectRisks(surroundings, view),
    ...definitionRisks(surroundings, view),
  ]
}

function fieldRisks({ fieldTree }: Surroundings, view: View): Problem[] {
  const tree = fieldTree(view.revision)
  const found: Problem[] = []
  for (const node of tree.nodes.values()) {
    if (found.length >= MOST) break
    if (isHidden(node.dict) && node.type !== 'Sig') {
      found.push(problem('M-28', 'HIDDEN_WIDGET', 'W', { field: node.name }))
    }
    if (!node.isWidget && !showsItsValue(view, tree, node)) {
      found.push(problem('M-28', 'VALUE_NOT_SHOWN', 'W', { field: node.name }))
    }
  }
  return found
}

function isHidden(dict: PdfDict): boolean {
  const flags = dict.get('F')
  const rect = directRect(dict.get('Rect'))
  const area = rect === undefined ? 0 : (rect[2]! - rect[0]!) * (rect[3]! - rect[1]!)
  return area !== 0 && typeof flags === 'number' && (flags & (FLAG.hidden | FLAG.noView)) !== 0
}

function formRisks(view: View): Problem[] {
  const form = view.dict(view.root?.get('AcroForm'))
  return form?.get('NeedAppearances') === true ? [problem('M-28', 'NEED_APPEARANCES', 'W')] : []
}

function layerRisks(view: View): Problem[] {
  const layers = view.dict(view.root?.get('OCProperties'))
  const shown = view.dict(layers?.get('D'))
  if (layers === undefined || shown === undefined) return []
  const all = view.array(layers.get('OCGs'))?.items.length ?? 0
  const off = view.array(shown.get('OFF'))?.items.length ?? 0
  const on = view.array(shown.get('ON'))?.items.length ?? 0
  const count = isName(shown.get('BaseState'), 'OFF') ? Math.max(0, all - on) : off
  return count > 0 ? [problem('M-28', 'HIDDEN_LAYER', 'W', { count })] : []
}

function objectRisks({ history }: Surroundings, view: View): Problem[] {
  const reached = history.reachable(view)
  const active = new Set<string>()
  const fonts = new Set<string>()
  const odd = new Set<string>()
  let external = false
  let unused = 0
  const dangling = new Set<number>()
  for (const num of view.numbers()) {
    const ref = currentRef(view, num)
    if (ref === undefined) continue
    const object = view.peek(ref)
    if (!reached.has(num)) {
      if (isShowable(object)) unused++
      continue
    }
    const risks = risksOf(view, object)
    for (const kind of risks.active) active.add(kind)
    if (risks.font !== undefined) fonts.add(risks.font)
    if (risks.oddFont !== undefined) odd.add(risks.oddFont)
    external ||= risks.external
    for (const target of history.refsOf(object))
      if (currentRef(view, target.num) === undefined) dangling.add(target.num)
  }
  return [
    ...[...active].map((kind) => problem('M-28', 'ACTIVE_CONTENT', 'W', { kind })),
    ...(external ? [problem('M-28', 'EXTERNAL_CONTENT', 'W')] : []),
    ...(unused > 0 ? [problem('M-28', 'UNREFERENCED_OBJECTS', 'note', { count: unused })] : []),
    ...(dangling.size > 0 ? [problem('M-28', 'DANGLING_REFERENCE', 'note', { count: dangling.size })] : []),
    ...[...odd].slice(0, MOST).map((font) => problem('M-28', 'FONT_READS_OTHERWISE', 'W', { font })),
    ...[...fonts].slice(0, MOST).map((font) => problem('M-28', 'FONT_NOT_EMBEDDED', 'note', { font })),
  ]
}

/** Pages and drawings: what could be made to show by a reference alone. */
function isShowable(object: PdfObject): boolean {
  if (object instanceof PdfDict) return isName(object.get('Type'), 'Page')
  if (!(object instanceof PdfStream)) return false
  return isName(object.dict.get('Subtype'), 'Form') || isName(object.dict.get('Subtype'), 'Image')
}

function risksOf(view: View, object: PdfObject): ObjectRisks {
  if (object === null || typeof object !== 'object')
    return { active: [], external: false, font: undefined, oddFont: undefined }
  let risks = known.get(object)
  if (risks === undefined) {
    risks = readRisks(view, object)
    known.set(object, risks)
  }
  return risks
}

function readRisks(view: View, object: PdfObject): ObjectRisks {
  const active: string[] = []
  const external = object instanceof PdfStream && object.dict.has('F')
  const stack: PdfObject[] = [object instanceof PdfStream ? object.dict : object]
  let font: string | undefined
  let oddFont: string | undefined
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (item instanceof PdfArray) stack.push(...item.items)
    if (!(item instanceof PdfDict)) continue
    stack.push(...item.map.values())
    const action = item.get('S')
    if (action instanceof PdfName && ACTIVE.has(action.name)) active.push(action.name)
    font ??= outsideFont(view, item)
    if (item.has('ToUnicode') && readsOtherwise(view, item)) oddFont ??= view.name(item.get('BaseFont'))?.name ?? ''
  }
  return { active, external, font, oddFont }
}

/** Name of a simple or CID font whose program is not in the file. */
function outsideFont(view: View, dict: PdfDict): string | undefined {
  const subtype = view.name(dict.get('Subtype'))?.name ?? ''
  if (!isName(dict.get('Type'), 'Font') || subtype === 'Type0' || subtype === 'Type3') return undefined
  const name = view.name(dict.get('BaseFont'))?.name ?? ''
  const descriptor = view.dict(dict.get('FontDescriptor'))
  if (['FontFile', 'FontFile2', 'FontFile3'].some((key) => descriptor?.has(key) === true)) return undefined
  return STANDARD.test(name) ? undefined : name
}

/** What an unlisted object must not hold: with one of these it could be another document, or a signature that was left out. */
const PREPARED = new Set(['ByteRange', 'Catalog', 'ObjStm', 'Page', 'Pages'])

/** How much of an unlisted object is searched: dictionaries are far smaller, and what follows in a stream is its data. */
const MOST_SEARCHED = 1024 * 1024

/** True when an object that no section lists is a page, a catalog, a signature or a store of objects. */
function isPrepared(document: PdfDocument, { start, end }: Span): boolean {
  const searched = Math.min(end, start + MOST_SEARCHED)
  const lexer = new Lexer(memoryBytes(document.bytes(start, searched)), 0, DEFAULT_LIMITS)
  for (let token = lexer.next(); token !== TOKEN.eof; token = lexer.next()) {
    if (token === TOKEN.name && PREPARED.has(lexer.text)) return true
    if (token === TOKEN.keyword && lexer.text === 'stream') return false
  }
  // What was not searched may hold anything.
  return searched < end
}

/**
 * Definitions that no section lists, of numbers that mean something else or of what makes a document: prepared for a later section to
 * name, or left out of the chain of sections together with a signature.
 */
function definitionRisks({ history }: Surroundings, view: View): Problem[] {
  const { document } = history
  const end = document.revisions[view.revision]?.end ?? 0
  const numbers = new Set(
    document
      .unlistedObjects()
      .filter(({ span, num }) => {
        if (span.start >= end) return false
        return currentRef(view, num) !== undefined || isPrepared(document, span)
      })
      .map(({ num }) => num),
  )
  return numbers.size > 0 ? [problem('M-28', 'HIDDEN_DEFINITION', 'W', { count: numbers.size })] : []
}

/**
 * Widgets that lie over each other (M-28); a kid of the same field does not count. Two signature fields hide no text:
 * an agency's seal lies over the officer's image by decree (V13, VN-09), so that is only noted.
 */
function overlapRisks({ fieldTree, pageTree }: Surroundings, view: View): readonly Problem[] {
  const tree = fieldTree(view.revision)
  const byPage = new Map<number, { name: string; rect: readonly number[]; signature: boolean }[]>()
  const found: Problem[] = []
  for (const node of tree.nodes.values()) {
    const page = pageTree(view.revision).annotations.get(node.num)
    const rect = directRect(node.dict.get('Rect'))
    // What has no area lies over nothing.
    const isFlat = rect === undefined || rect[0] === rect[2] || rect[1] === rect[3]
    if (page === undefined || isFlat || found.length >= MOST) continue
    const others = byPage.get(page) ?? []
    byPage.set(page, others)
    const signature = node.type === 'Sig'
    const other = others.slice(0, 500).find((one) => one.name !== node.name && overlap(one.rect, rect))
    if (other !== undefined) {
      const outcome = signature && other.signature ? 'note' : 'W'
      found.push(problem('M-28', 'WIDGETS_OVERLAP', outcome, { page: page + 1, first: other.name, second: node.name }))
    }
    others.push({ name: node.name, rect, signature })
  }
  return found
}

/** True when two rectangles share more than a border: a tenth of the smaller one. */
function overlap(a: readonly number[], b: readonly number[]): boolean {
  const side = (low: number, high: number): number => {
    const from = Math.max(Math.min(a[low]!, a[high]!), Math.min(b[low]!, b[high]!))
    const to = Math.min(Math.max(a[low]!, a[high]!), Math.max(b[low]!, b[high]!))
    return Math.max(0, to - from)
  }
  const area = (rect: readonly number[]): number => Math.abs((rect[2]! - rect[0]!) * (rect[3]! - rect[1]!))
  const common = side(0, 2) * side(1, 3)
  return common > 0 && common >= Math.min(area(a), area(b)) / 10
}
