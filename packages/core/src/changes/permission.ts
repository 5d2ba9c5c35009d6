import type { PdfObject } from '../pdf/objects.ts'
import { PdfDict, PdfString } from '../pdf/objects.ts'
import { decodeText } from '../pdf/text.ts'
import type { View } from '../pdf/types.ts'
import type { ChangeLevel } from '../report.ts'

/** Fields that a signature locks (M-23). */
export interface FieldLock {
  readonly action: 'All' | 'Include' | 'Exclude'
  readonly names: readonly string[]
}

/** What a signature says of later changes (M-20, M-23). */
export interface Permission {
  /** 1 nothing but evidence, 2 form filling and signing, 3 annotations too; undefined where it says nothing. */
  readonly level: 1 | 2 | 3 | undefined
  readonly locks: readonly FieldLock[]
  /** Holds a DocMDP transform of its own. */
  readonly docMdp: boolean
}

/** A /P that is none of the three values allows nothing: fail closed. */
function readLevel(view: View, value: PdfObject | undefined): 1 | 2 | 3 {
  const level = view.number(value)
  return level === 2 || level === 3 ? level : 1
}

function readLock(view: View, dict: PdfDict): FieldLock | undefined {
  const action = view.name(dict.get('Action'))?.name
  if (action === undefined && !dict.has('Fields')) return undefined
  const items = view.array(dict.get('Fields'))?.items ?? []
  const names = items.flatMap((item) => {
    const text = view.resolve(item)
    return text instanceof PdfString ? [decodeText(text.bytes)] : []
  })
  // An action nobody knows locks everything.
  return { action: action === 'Include' || action === 'Exclude' ? action : 'All', names }
}

interface Transforms {
  docMdp: 1 | 2 | 3 | undefined
  fieldMdp: 1 | 2 | 3 | undefined
  readonly locks: FieldLock[]
}

function readReference(view: View, item: PdfObject, found: Transforms): void {
  const reference = view.dict(item)
  const method = view.name(reference?.get('TransformMethod'))?.name
  const params = view.dict(reference?.get('TransformParams')) ?? new PdfDict(new Map())
  if (method === 'DocMDP') {
    // ISO 32000-2, table 257: /P is 2 where it is absent.
    const level = params.has('P') ? readLevel(view, params.get('P')) : 2
    found.docMdp = found.docMdp === undefined || level < found.docMdp ? level : found.docMdp
  }
  if (method === 'FieldMDP') {
    // M-23: enforced whatever /Data says.
    found.locks.push(readLock(view, params) ?? { action: 'All', names: [] })
    if (params.has('P')) found.fieldMdp = readLevel(view, params.get('P'))
  }
}

/**
 * M-20, M-23: the permission a signature gives, from its own dictionary and the /Lock of its field as its revision has them. The DocMDP
 * transform decides, else /P of /Lock, else /P of FieldMDP; locks come from FieldMDP, from /Lock where there is no such transform.
 */
export function readPermission(view: View, signature: PdfDict, field: PdfDict | undefined): Permission {
  const found: Transforms = { docMdp: undefined, fieldMdp: undefined, locks: [] }
  for (const item of view.array(signature.get('Reference'))?.items ?? []) readReference(view, item, found)
  const lock = view.dict(field?.get('Lock'))
  const fromLock = lock?.has('P') === true ? readLevel(view, lock.get('P')) : undefined
  const lockedFields = lock === undefined ? undefined : readLock(view, lock)
  return {
    level: found.docMdp ?? fromLock ?? found.fieldMdp,
    locks: found.locks.length > 0 || lockedFields === undefined ? found.locks : [lockedFields],
    docMdp: found.docMdp !== undefined,
  }
}

/** The change level a permission allows (M-22); undefined where the signature says nothing. */
export function allowedLevel(permission: Permission, acrobat: boolean): ChangeLevel | undefined {
  if (permission.level === undefined) return undefined
  if (permission.level === 1) return acrobat ? 'none' : 'ltv'
  return permission.level === 2 ? 'form' : 'annotation'
}

/** M-23: names are fully qualified; the name of a group covers all below it. */
export function isLocked(locks: readonly FieldLock[], field: string): boolean {
  return locks.some(({ action, names }) => {
    const named = names.some((name) => field === name || field.startsWith(`${name}.`))
    return action === 'All' || (action === 'Include') === named
  })
}

/** M-23: true where a field below is locked by its own name: what it inherits from this one is locked with it. */
export function locksBelow(locks: readonly FieldLock[], field: string): boolean {
  return locks.some(({ action, names }) => action === 'Include' && names.some((name) => name.startsWith(`${field}.`)))
}
