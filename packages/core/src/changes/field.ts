import type { PdfObject } from '../pdf/objects.ts'
import { PdfArray, PdfDict, PdfName, PdfRef, PdfStream, PdfString, isName } from '../pdf/objects.ts'
import type { ChangeKind } from '../report.ts'
import type { View } from '../pdf/types.ts'
import { decodeText } from '../pdf/text.ts'
import { problem } from '../problem.ts'
import { compareAppearance, refuseAppearance } from './appearance.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { warnIfCovering } from './coverage.ts'
import { equalOptional } from './equal.ts'
import { hasValue } from './field-tree.ts'
import type { FieldNode } from './field-tree.ts'
import { isFreshClosure, isFreshRef } from './fresh.ts'
import { compareFrozen, refuseAndAbsorb } from './frozen.ts'
import { approveWidgets, listSignature, pageOf } from './new-field.ts'
import { keepsStateLook, keepsText, showsItsValue } from './shown-value.ts'
import { readNewValue } from './signature-value.ts'
import { isInvisible, isInvisibleField, keepsVisibility, widgetsOf } from './widget.ts'

/** What may differ in a field, by its state in the base (M-09 to M-11). */
const FILL_SIGNATURE: ReadonlySet<string> = new Set(['V', 'AP', 'AS', 'F', 'DA', 'Q', 'Ff', 'Type'])
const SIGNED: ReadonlySet<string> = new Set(['Ff', 'Type'])
const FILL_VALUE: ReadonlySet<string> = new Set(['V', 'AP', 'AS', 'F', 'DA', 'Q', 'Ff', 'I', 'RV'])
const NOTHING: ReadonlySet<string> = new Set()

/** Field flags that decide the type of a button or choice: Radio, Pushbutton, Combo (M-07: no type change). */
const TYPE_FLAGS = (1 << 15) | (1 << 16) | (1 << 17)

const PUSH_BUTTON = 1 << 16

type State = 'group' | 'signed' | 'empty-signature' | 'value'

function stateOf(comparison: Comparison, node: FieldNode): State {
  if (node.type === undefined) return 'group'
  if (node.type !== 'Sig') return 'value'
  return hasValue(comparison.old, node) ? 'signed' : 'empty-signature'
}

const ALLOWED: Readonly<Record<State, ReadonlySet<string>>> = {
  group: NOTHING,
  signed: SIGNED,
  'empty-signature': FILL_SIGNATURE,
  value: FILL_VALUE,
}

const RULES: Readonly<Record<State, string>> = {
  group: 'M-07',
  signed: 'M-10',
  'empty-signature': 'M-09',
  value: 'M-11',
}

interface Subject {
  readonly comparison: Comparison
  readonly old: FieldNode
  readonly now: FieldNode
  readonly state: State
  readonly place: Place
}

/** M-07, M-09 to M-11: a field, group or widget that both views have. /Kids is compared by the field tree's rule. */
export function compareField(comparison: Comparison, old: FieldNode, now: FieldNode): void {
  comparison.explained.add(old.num)
  const page = pageOf(comparison, now)
  const place: Place = {
    path: `/Root/AcroForm/Fields/${old.name}`,
    num: old.num,
    kind: 'form-structure-changed',
    field: old.name,
    ...(page === undefined ? {} : { page }),
  }
  const subject = { comparison, old, now, state: stateOf(comparison, old), place }
  if (old.dict !== now.dict && (old.dict.duplicates.length > 0 || now.dict.duplicates.length > 0)) {
    return refuseAndAbsorb(comparison, now.dict, { ...place, rule: 'P-10' })
  }
  for (const key of new Set([...old.dict.map.keys(), ...now.dict.map.keys()])) compareKey(subject, key)
  if (subject.state === 'empty-signature') compareSignatureValue(subject)
  if (subject.state === 'value') {
    compareValue(subject)
    warnIfNotShown(subject)
  }
}

/** M-12, A-06: the text drawn should be the value. Told where the update touched the field or what it shows. */
function warnIfNotShown({ comparison, old, now }: Subject): void {
  const untouched = old.dict === now.dict && lookOf(comparison.old, old) === lookOf(comparison.now, now)
  if (untouched || isShown(comparison, old, now)) return
  const args = { field: now.name, revision: comparison.now.revision }
  comparison.problems.push(problem('M-12', 'VALUE_NOT_SHOWN', 'W', args))
}

function lookOf(view: View, { dict }: FieldNode): PdfObject {
  return view.resolve(view.dict(dict.get('AP'))?.get('N'))
}

function isShown(comparison: Comparison, old: FieldNode, now: FieldNode): boolean {
  if (old.type === 'Btn') {
    const keeps = (old.flags & PUSH_BUTTON) === 0 ? keepsStateLook : keepsText
    return keeps(comparison.old, old.dict, comparison.now, now.dict)
  }
  const { newFields } = comparison
  // A widget shows the value of its field.
  const field = now.isWidget ? (newFields.nodes.get(now.parent ?? Number.NaN) ?? now) : now
  if (!hasValue(comparison.now, field)) return keepsText(comparison.old, old.dict, comparison.now, now.dict)
  // What kind of field it is the signed revision says: an update cannot make a password of it.
  return showsItsValue(comparison.now, newFields, field, old.flags)
}

function compareKey(subject: Subject, key: string): void {
  const { comparison, old, now, state, place } = subject
  if (key === 'Kids') return
  const before = old.dict.get(key)
  const after = now.dict.get(key)
  if (key === 'AP' && ALLOWED[state].has('AP')) return compareFieldAppearance(subject)
  if (key === 'V' && ALLOWED[state].has('V')) return
  if (ALLOWED[state].has(key) && !equalOptional(before, after)) return compareAllowed(subject, key, before, after)
  compareFrozen(comparison, before, after, { ...place, path: `${place.path}/${key}`, rule: RULES[state] })
}

/** One of the keys that filling may change, but for /V and /AP. */
function compareAllowed(
  subject: Subject,
  key: string,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): void {
  const { comparison, state, place } = subject
  const here: Place = { ...place, path: `${place.path}/${key}`, kind: kindOfKey(key), rule: RULES[state] }
  if (!isAllowedValue(subject, key, before, after)) return refuseAndAbsorb(comparison, after, here)
  const level = key === 'Type' || (key === 'Ff' && state === 'signed') ? 'ltv' : 'form'
  comparison.permit(here, level, RULES[state], {
    ...described(comparison, before, after),
    despiteLock: level === 'ltv',
  })
}

function kindOfKey(key: string): ChangeKind {
  if (key === 'F') return 'widget-visibility-changed'
  if (key === 'V' || key === 'I' || key === 'RV') return 'field-value-changed'
  return key === 'Ff' || key === 'Type' ? 'form-structure-changed' : 'appearance-changed'
}

function isAllowedValue(
  { comparison, old, now, state }: Subject,
  key: string,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): boolean {
  if (key === 'Type') return before === undefined && isName(after, 'Annot')
  // M-09: only its signature may show what a signature field had ready.
  const isUnsigned = state === 'empty-signature' && !hasValue(comparison.now, now)
  if (key === 'AS' && isUnsigned && now.dict.has('AP')) return false
  if (key === 'F' && (state === 'value' || isUnsigned)) return keepsVisibility(before, after)
  if (key === 'F') return after === undefined || typeof after === 'number'
  if (key === 'Ff') {
    if (after !== undefined && typeof after !== 'number') return false
    const flags = after ?? 0
    return old.type === 'Sig' || old.type === 'Tx' || (old.flags & TYPE_FLAGS) === (flags & TYPE_FLAGS)
  }
  if (after === undefined || after === null) return true
  if (key === 'AS') return after instanceof PdfName
  if (key === 'DA') return after instanceof PdfString
  if (key === 'Q') return typeof after === 'number'
  if (key === 'I') return after instanceof PdfArray && after.items.every((item) => typeof item === 'number')
  return isTextValue(comparison, before, after)
}

/** A string, or a stream or string object of its own that is fresh or, with one user, overwritten. */
function isTextValue(comparison: Comparison, before: PdfObject | undefined, after: PdfObject): boolean {
  const direct = comparison.now.resolve(after)
  if (!(direct instanceof PdfString) && !(direct instanceof PdfStream)) return false
  return isOwnObject(comparison, before, after)
}

function isOwnObject(comparison: Comparison, before: PdfObject | undefined, after: PdfObject): boolean {
  if (!(after instanceof PdfRef)) return isFreshClosure(comparison, after)
  if (isFreshRef(comparison, after)) return isFreshClosure(comparison, after)
  if (!equalOptional(before, after)) return !comparison.near.has(after.num)
  if (!comparison.changed.has(after.num)) return true
  comparison.explained.add(after.num)
  return (
    comparison.history.countUses(comparison.old, after.num) === 1 &&
    isFreshClosure(comparison, comparison.now.load(after))
  )
}

function compareFieldAppearance(subject: Subject): void {
  const { comparison, old, now, state, place } = subject
  const stateful = old.type === 'Btn' && (old.flags & PUSH_BUTTON) === 0
  const after = now.dict.get('AP')
  const result = compareAppearance(comparison, old.dict.get('AP'), after, { place, stateful })
  if (result === 'refused') return refuseAppearance(comparison, after, place)
  if (result === 'same') return
  const here: Place = { ...place, path: `${place.path}/AP`, kind: 'appearance-changed' }
  // An unsigned signature field has nothing to show: its appearance changes only with its signature.
  if (state === 'empty-signature' && !hasValue(comparison.now, now)) {
    return comparison.refuse({ ...here, rule: 'M-09' })
  }
  comparison.permit(here, 'form', 'M-12')
}

/** M-09: an empty signature field that is signed now. */
function compareSignatureValue({ comparison, old, now, place }: Subject): void {
  const before = old.dict.get('V')
  const after = now.dict.get('V')
  if (equalOptional(before, after) && !(after instanceof PdfRef && comparison.near.has(after.num))) return
  if (after === undefined || after === null) return
  const value = readNewValue(comparison, now)
  if (value === undefined) {
    return refuseAndAbsorb(comparison, after, {
      ...place,
      path: `${place.path}/V`,
      kind: 'field-value-changed',
      rule: 'M-09',
    })
  }
  const invisible = isInvisibleField(comparison.newFields, now) && isInvisibleField(comparison.oldFields, old)
  const quiet = invisible && value.kind === 'document-timestamp'
  approveWidgets(comparison, now, quiet ? 'ltv' : 'form')
  listSignature(comparison, now, value, quiet ? 'ltv' : 'form', quiet)
  // M-25: a time stamp speaks for nobody, so that nobody vouches for what its field shows.
  if (!invisible && value.kind === 'document-timestamp') {
    comparison.problems.push(problem('M-25', 'UNSIGNED_DECORATION', 'W', { field: now.name }))
  }
  // a prepared field may be as large as the text that its new look is to cover.
  for (const { dict } of widgetsOf(comparison.newFields, now)) {
    if (!isInvisible(dict)) warnIfCovering(comparison, dict, place.page, 'DECORATION_COVERS_CONTENT', now.name)
  }
}

/** M-11: the value of any other field. */
function compareValue(subject: Subject): void {
  const { comparison, old, now, place } = subject
  const before = old.dict.get('V')
  const after = now.dict.get('V')
  const here: Place = { ...place, path: `${place.path}/V`, kind: 'field-value-changed' }
  const inPlace = after instanceof PdfRef && comparison.near.has(after.num)
  if (equalOptional(before, after) && !inPlace) return compareFrozen(comparison, before, after, here)
  if (!isTypeCorrect(comparison, now, after) || (after !== undefined && !isOwnObject(comparison, before, after))) {
    return refuseAndAbsorb(comparison, after, { ...here, rule: 'M-11' })
  }
  comparison.permit(here, 'form', 'M-11', described(comparison, before, after))
}

function isTypeCorrect(comparison: Comparison, node: FieldNode, value: PdfObject | undefined): boolean {
  const direct = comparison.now.resolve(value)
  if (direct === null) return true
  if (node.type === 'Btn') return direct instanceof PdfName
  if (node.type === 'Tx') return direct instanceof PdfString || direct instanceof PdfStream
  if (node.type !== 'Ch') return false
  return (
    direct instanceof PdfString || (direct instanceof PdfArray && direct.items.every((i) => i instanceof PdfString))
  )
}

function described(
  comparison: Comparison,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): { before?: string; after?: string } {
  const old = describe(comparison.old.resolve(before))
  const now = describe(comparison.now.resolve(after))
  return { ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) }
}

/** A value as text for people; the empty text for none. */
export function describe(value: PdfObject): string | undefined {
  if (value === null) return ''
  if (value instanceof PdfString) return decodeText(value.bytes)
  if (value instanceof PdfName) return value.name
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof PdfArray) return value.items.map((item) => describe(item) ?? '...').join(', ')
  return value instanceof PdfDict || value instanceof PdfRef ? undefined : '...'
}
