import { CountersignError } from '../error.ts'
import { PdfArray, PdfDict, PdfName } from './objects.ts'
import type { PdfObject } from './objects.ts'
import { encodeText } from './text.ts'

/** What a field locks when it is signed (ISO 32000-2 table 235). */
export interface NewLock {
  readonly action: 'All' | 'Include' | 'Exclude'
  /** Fully qualified names of the fields that `Include` locks or `Exclude` leaves open. */
  readonly fields?: readonly string[]
  /** What may still be done to the document afterwards: 1 nothing, 2 form filling and signing, 3 annotations too (PDF 2.0, W26). */
  readonly permission?: 1 | 2 | 3
}

const ACTIONS: ReadonlySet<string> = new Set(['All', 'Include', 'Exclude'])

/** Refuses a lock that says nothing definite. @throws CountersignError ARGUMENT_INVALID */
export function checkLock(lock: NewLock): void {
  const { action, fields, permission } = lock
  const wrong = (what: string): CountersignError => new CountersignError('ARGUMENT_INVALID', `newField.lock: ${what}`)
  if (!ACTIONS.has(action)) throw wrong('action must be All, Include or Exclude')
  if ((action === 'All') !== (fields === undefined)) throw wrong('fields belong to Include and Exclude')
  if (fields?.some((name) => typeof name !== 'string' || name === '') === true) throw wrong('fields must be names')
  if (permission !== undefined && ![1, 2, 3].includes(permission)) throw wrong('permission must be 1, 2 or 3')
}

/** The dictionary of a lock. */
export function lockDict({ action, fields, permission }: NewLock): PdfDict {
  const names = fields?.map((name) => encodeText(name.normalize('NFC')))
  return new PdfDict(
    new Map<string, PdfObject>([
      ['Type', new PdfName('SigFieldLock')],
      ['Action', new PdfName(action)],
      ...(names === undefined ? [] : ([['Fields', new PdfArray(names)]] as const)),
      ...(permission === undefined ? [] : ([['P', permission]] as const)),
    ]),
  )
}
