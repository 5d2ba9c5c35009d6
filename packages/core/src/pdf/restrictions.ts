import { CountersignError } from '../error.ts'
import type { Field } from './fields.ts'
import { isName, PdfDict, PdfString } from './objects.ts'
import type { PdfObject } from './objects.ts'
import { decodeText } from './text.ts'
import type { PdfDocument, View } from './types.ts'

/** Fields that a signature locks (FieldMDP). */
export interface FieldLock {
  /** Field of the signature that set the lock. */
  readonly by: string
  readonly action: 'All' | 'Include' | 'Exclude'
  readonly names: readonly string[]
}

/** What the existing signatures still allow (M-20, M-24: the strictest counts). */
export interface Restrictions {
  /** 1 no changes, 2 form filling and signing, 3 annotations too; undefined: nobody restricted changes. */
  readonly permission: 1 | 2 | 3 | undefined
  readonly locks: readonly FieldLock[]
  /** Fields of signatures (document timestamps left out). */
  readonly signers: readonly string[]
  /** Fields of document timestamps. */
  readonly timestamps: readonly string[]
}

function level(value: PdfObject): 1 | 2 | 3 | undefined {
  return value === 1 || value === 2 || value === 3 ? value : undefined
}

function textItems(view: View, value: PdfObject | undefined): readonly string[] {
  return (view.array(value)?.items ?? []).flatMap((item) => {
    const text = view.resolve(item)
    return text instanceof PdfString ? [decodeText(text.bytes).normalize('NFC')] : []
  })
}

/** A FieldMDP parameter or /Lock dictionary. An unknown action locks all: fail closed. */
export function readLock(view: View, by: string, dict: PdfDict): FieldLock {
  const action = view.name(dict.get('Action'))?.name
  const names = textItems(view, dict.get('Fields'))
  return { by, action: action === 'Include' || action === 'Exclude' ? action : 'All', names }
}

/** /P of a /Lock dictionary (M-20). */
export function readLockPermission(view: View, dict: PdfDict): 1 | 2 | 3 | undefined {
  return level(view.resolve(dict.get('P')))
}

interface Found {
  readonly permissions: number[]
  readonly locks: FieldLock[]
}

function readReferences(view: View, field: Field, signature: PdfDict, found: Found): void {
  const before = { docMdp: 0, fieldMdp: found.locks.length }
  for (const item of view.array(signature.get('Reference'))?.items ?? []) {
    const reference = view.dict(item)
    const method = view.name(reference?.get('TransformMethod'))?.name
    const params = view.dict(reference?.get('TransformParams')) ?? new PdfDict(new Map())
    const permission = level(view.resolve(params.get('P')))
    if (method === 'DocMDP') {
      before.docMdp++
      found.permissions.push(permission ?? 2) // ISO 32000-2 table 257: default 2
    } else if (method === 'FieldMDP') {
      found.locks.push(readLock(view, field.name, params))
      if (permission !== undefined) found.permissions.push(permission)
    }
  }
  const lock = view.dict(field.dict.get('Lock'))
  if (lock === undefined) return
  // M-20: /Lock /P counts where no DocMDP transform does; M-23: the lock itself where no FieldMDP transform does.
  const permission = readLockPermission(view, lock)
  if (before.docMdp === 0 && permission !== undefined) found.permissions.push(permission)
  if (found.locks.length === before.fieldMdp) found.locks.push(readLock(view, field.name, lock))
}

/** Reads what the signatures of the newest view demand of later changes. */
export function readRestrictions(view: View, fields: readonly Field[]): Restrictions {
  const found: Found = { permissions: [], locks: [] }
  const signers: string[] = []
  const timestamps: string[] = []
  for (const field of fields) {
    const signature = field.type === 'Sig' ? view.dict(field.value) : undefined
    if (signature === undefined) continue
    const stamp = isName(view.resolve(signature.get('SubFilter')), 'ETSI.RFC3161')
    ;(stamp ? timestamps : signers).push(field.name)
    if (!stamp) readReferences(view, field, signature, found)
  }
  readPerms(view, found)
  const strictest = found.permissions.length === 0 ? undefined : level(Math.min(...found.permissions))
  return { permission: strictest, locks: found.locks, signers, timestamps }
}

// A certification whose field cannot be found still counts.
function readPerms(view: View, found: Found): void {
  const signature = view.dict(view.dict(view.root?.get('Perms'))?.get('DocMDP'))
  for (const item of view.array(signature?.get('Reference'))?.items ?? []) {
    const reference = view.dict(item)
    if (!isName(view.resolve(reference?.get('TransformMethod')), 'DocMDP')) continue
    const params = view.dict(reference?.get('TransformParams'))
    found.permissions.push(level(view.resolve(params?.get('P'))) ?? 2)
  }
}

function covers(names: readonly string[], field: string): boolean {
  return names.some((name) => field === name || field.startsWith(`${name}.`))
}

/** True when the lock forbids changes of the field; a group's name covers its members (M-23). */
export function isLocked(lock: FieldLock, field: string): boolean {
  const name = field.normalize('NFC')
  if (lock.action === 'All') return true
  return covers(lock.names, name) === (lock.action === 'Include')
}

/** Checks DocMDP and FieldMDP before anything is signed. Throws PDF_CERTIFIED_NO_CHANGES, FIELD_LOCKED. */
export function requireAllowed(restrictions: Restrictions, fields: readonly string[]): void {
  if (restrictions.permission === 1)
    throw new CountersignError(
      'PDF_CERTIFIED_NO_CHANGES',
      'a signature of this document forbids every later change, further signatures included',
    )
  for (const field of fields) {
    const lock = restrictions.locks.find((one) => isLocked(one, field))
    if (lock !== undefined)
      throw new CountersignError('FIELD_LOCKED', `the field ${field} is locked by the signature in ${lock.by}`, {
        details: { field, lockedBy: lock.by },
      })
  }
}

const FORM_BITS = { annotate: 1 << 5, modify: 1 << 3, fill: 1 << 8 } as const

/** W16: user permissions of an encrypted file. Throws PDF_PERMISSION. */
export function requirePermission(document: PdfDocument, creates: boolean): void {
  const encryption = document.encryption
  if (encryption === undefined || encryption.access === 'owner') return
  const has = (bit: number): boolean => (encryption.permissions & bit) !== 0
  const fills = has(FORM_BITS.annotate) || (encryption.revision >= 3 && has(FORM_BITS.fill))
  const allowed = creates ? has(FORM_BITS.modify) && has(FORM_BITS.annotate) : fills
  if (allowed) return
  throw new CountersignError(
    'PDF_PERMISSION',
    creates
      ? 'the file does not permit its users to add form fields: give the owner password, or sign into a prepared field'
      : 'the file does not permit its users to fill in forms: give the owner password',
  )
}
