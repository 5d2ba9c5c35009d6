import type { PdfObject } from '../pdf/objects.ts'
import { PdfArray, PdfDict, PdfName, PdfRef, PdfStream, PdfString, isName } from '../pdf/objects.ts'
import type { ChangeLevel } from '../report.ts'
import { isNewAppearanceDictionary } from './appearance.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import type { FieldNode } from './field-tree.ts'
import { warnIfCovering } from './coverage.ts'
import { isFreshClosure, isFreshRef } from './fresh.ts'
import { absorb } from './frozen.ts'
import { readNewValue } from './signature-value.ts'
import type { NewValue } from './signature-value.ts'
import { directRect, isInvisibleField, refNum, widgetsOf } from './widget.ts'

/** M-08. */
const KEYS = new Set(
  'Type Subtype FT T TU Kids Parent Rect P F AP MK BS Border Lock SV V DA Ff StructParent'.split(' '),
)
/** Plain keys beyond M-08's list that widely used producers write and that neither run nor show anything; each with its type. */
const HARMLESS: ReadonlyMap<string, (value: PdfObject) => boolean> = new Map<string, (value: PdfObject) => boolean>([
  ['H', (value) => value instanceof PdfName],
  ['DR', (value) => value instanceof PdfDict || value instanceof PdfRef],
  ['M', (value) => value instanceof PdfString],
  ['NM', (value) => value instanceof PdfString],
  ['TM', (value) => value instanceof PdfString],
  ['Q', (value) => typeof value === 'number'],
])
/** A group that only holds new signature fields. */
const GROUP_KEYS = new Set(['T', 'TU', 'FT', 'Ff', 'Kids', 'Parent'])

/** True when a new value holds nothing but plain data: no stream and none of the keys that run or show something. */
function isPlain(comparison: Comparison, value: PdfObject | undefined, depth = 0): boolean {
  const direct = comparison.now.resolve(value)
  if (depth > 8 || direct instanceof PdfStream) return false
  if (direct instanceof PdfArray) return direct.items.every((item) => isPlain(comparison, item, depth + 1))
  if (!(direct instanceof PdfDict)) return true
  return [...direct.map].every(
    ([key, item]) => !['A', 'AA', 'JS', 'OC', 'Popup'].includes(key) && isPlain(comparison, item, depth + 1),
  )
}

function allowsKeys(dict: PdfDict, keys: ReadonlySet<string>): boolean {
  return dict.duplicates.length === 0 && [...dict.map.keys()].every((key) => keys.has(key))
}

/** Why a new signature field is not one that M-08 permits; undefined when it is. */
function faultOf(comparison: Comparison, node: FieldNode): string | undefined {
  if (node.type !== 'Sig') return 'a new field that is no signature field'
  if (!(node.dict.get('T') instanceof PdfString)) return 'a new field without a name'
  const widgets = widgetsOf(comparison.newFields, node)
  if (widgets.length > 1) return 'a new signature field with several widgets'
  if (node.kids.length > 0 && widgets.length !== node.kids.length)
    return 'a new signature field with kids that are no widgets'
  for (const part of new Set([node, ...widgets])) {
    const fault = faultOfPart(comparison, part, widgets.includes(part))
    if (fault !== undefined) return fault
  }
  return undefined
}

function faultOfPart(comparison: Comparison, { num, dict, parent }: FieldNode, isWidget: boolean): string | undefined {
  if (!comparison.isFresh(num)) return 'a new field in an object that is not new'
  if (dict.duplicates.length > 0) return 'a new field with a key that stands twice'
  for (const [key, value] of dict.map) {
    if (!KEYS.has(key) && HARMLESS.get(key)?.(value) !== true) return `a new signature field with the key /${key}`
  }
  if (!isFreshClosure(comparison, dict.get('DR'))) return 'a new field with resources that are not new'
  for (const key of ['MK', 'BS', 'Border', 'Lock', 'SV']) {
    const value = dict.get(key)
    if (!isPlain(comparison, value) || !isFreshClosure(comparison, value)) return `a new field with an odd /${key}`
  }
  if (!isNewAppearanceDictionary(comparison, dict.get('AP'))) return 'a new field with an appearance that is not new'
  if (isWidget && directRect(dict.get('Rect')) === undefined) return 'a new field without a proper /Rect'
  // What it inherits, it inherits from where it stands in the tree.
  if (dict.has('Parent') && refNum(dict.get('Parent')) !== parent)
    return 'a new field with a parent that does not hold it'
  const page = dict.get('P')
  const isPage = page instanceof PdfRef && comparison.newPages.pages.has(page.num)
  if (page !== undefined && page !== null && !isPage) return 'a new field on something that is no page'
  return isWidget && !isName(dict.get('Subtype'), 'Widget') ? 'a new field that is no widget' : undefined
}

/** M-07: partial names are unique and hold no period. */
function nameFault(comparison: Comparison, node: FieldNode): string | undefined {
  const partial = node.dict.get('T')
  if (partial instanceof PdfString && partial.bytes.includes(0x2e)) return 'a new field with a period in its name'
  return (comparison.newFields.byName.get(node.name)?.length ?? 0) > 1 ? 'a new field with a name in use' : undefined
}

/** 1-based page of a field, by /P or by the page whose /Annots holds a widget. */
export function pageOf(comparison: Comparison, node: FieldNode): number | undefined {
  for (const { num, dict } of widgetsOf(comparison.newFields, node)) {
    const index =
      comparison.newPages.annotations.get(num) ?? comparison.newPages.pages.get(refNum(dict.get('P')) ?? Number.NaN)
    if (index !== undefined) return index + 1
  }
  return undefined
}

/** M-07, M-08: a field or group of fields that the base does not have, with all below it. */
export function compareNewField(comparison: Comparison, node: FieldNode): void {
  comparison.explained.add(node.num)
  const place = placeOfNew(comparison, node)
  const below = node.kids.map((num) => comparison.newFields.nodes.get(num)).filter((kid) => kid !== undefined)
  const isGroup = below.some((kid) => !kid.isWidget)
  for (const kid of below) comparison.explained.add(kid.num)
  acceptKidsArray(comparison, node)
  const fault =
    nameFault(comparison, node) ??
    (isGroup ? groupFault(comparison, node, below) : undefined) ??
    (isGroup ? undefined : faultOf(comparison, node))
  if (fault !== undefined) {
    comparison.refuse({ ...place, rule: 'M-08' }, { after: fault })
    return absorb(comparison, node.dict)
  }
  if (isGroup) for (const kid of below) compareNewField(comparison, kid)
  else acceptNewField(comparison, node, place)
}

function placeOfNew(comparison: Comparison, node: FieldNode): Place {
  const page = pageOf(comparison, node)
  return {
    path: `/Root/AcroForm/Fields/${node.name}`,
    num: node.num,
    kind: 'signature-field-added',
    field: node.name,
    ...(page === undefined ? {} : { page }),
  }
}

function acceptKidsArray(comparison: Comparison, node: FieldNode): void {
  const kids = node.dict.get('Kids')
  if (kids instanceof PdfRef && isFreshRef(comparison, kids)) comparison.explained.add(kids.num)
}

function groupFault(comparison: Comparison, node: FieldNode, below: readonly FieldNode[]): string | undefined {
  if (below.some((kid) => kid.isWidget)) return 'a new group of fields that mixes fields and widgets'
  if (!comparison.isFresh(node.num)) return 'a new group in an object that is not new'
  const type = node.dict.get('FT')
  if (type !== undefined && !(type instanceof PdfName && type.name === 'Sig')) return 'a new group of another type'
  return allowsKeys(node.dict, GROUP_KEYS) ? undefined : 'a new group of fields with more than fields in it'
}

/** Lists the new field, and its signature where it brings one, at the level that M-08 and M-09 give. */
function acceptNewField(comparison: Comparison, node: FieldNode, place: Place): void {
  const invisible = isInvisibleField(comparison.newFields, node)
  const raw = node.dict.get('V')
  const value: NewValue | undefined = raw === undefined || raw === null ? undefined : readNewValue(comparison, node)
  if (raw !== undefined && raw !== null && value === undefined) {
    comparison.refuse({ ...place, rule: 'M-09' }, { after: 'a value that is no new signature' })
    return absorb(comparison, raw)
  }
  const level: ChangeLevel = invisible && value?.kind !== 'signature' ? 'ltv' : 'form'
  const despiteLock = invisible && value?.kind !== 'signature'
  approveWidgets(comparison, node, level)
  const sameRevision = value !== undefined && definedIn(comparison, value.ref.num) === definedIn(comparison, node.num)
  comparison.permit(place, level, 'M-08', {
    despiteLock,
    ...(invisible ? {} : { decoration: { value: value?.ref.num, sameRevision } }),
  })
  if (value !== undefined) listSignature(comparison, node, value, level, despiteLock)
  for (const { dict } of invisible ? [] : widgetsOf(comparison.newFields, node)) {
    warnIfCovering(comparison, dict, place.page, 'DECORATION_COVERS_CONTENT', node.name)
  }
}

function definedIn(comparison: Comparison, num: number): number | undefined {
  return comparison.now.definedIn(num)
}

/** Lists the signature that fills a field. */
export function listSignature(
  comparison: Comparison,
  node: FieldNode,
  value: NewValue,
  level: ChangeLevel,
  despiteLock: boolean,
): void {
  const kind = value.kind === 'signature' ? 'signature-added' : 'doc-timestamp-added'
  const place = { ...placeOfNew(comparison, node), kind, num: value.ref.num } as const
  comparison.permit({ ...place, path: `${place.path}/V` }, level, 'M-09', { despiteLock })
}

/** M-13: the widgets of an approved field may be appended to their page. */
export function approveWidgets(comparison: Comparison, node: FieldNode, level: ChangeLevel): void {
  for (const { num } of widgetsOf(comparison.newFields, node)) {
    comparison.approvedWidgets.set(num, { field: node.name, level })
  }
}
