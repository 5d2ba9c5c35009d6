// The cases of the corpus, whichever list they stand in, in one shape.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChangeLevel, Integrity } from '../src/report.ts'

export type CaseClass =
  | 'valid'
  | 'modified-after-allowed'
  | 'modified-after-forbidden'
  | 'integrity-broken'
  | 'malformed'
  | 'attack'
  | 'unsupported'
  | 'error'

export interface ExpectedSignature {
  readonly field: string
  readonly integrity?: Integrity
  readonly level?: ChangeLevel
  /** `changesAfter` as `permitted`; undefined where it is not judged. */
  readonly permitted?: boolean
}

export interface Case {
  /** Path inside the corpus. */
  readonly file: string
  readonly list: 'signed' | 'changes'
  readonly class: CaseClass
  readonly confidence: 'high' | 'medium' | 'low'
  readonly password?: string
  readonly expected: readonly ExpectedSignature[]
}

interface SignedEntry {
  readonly file: string
  readonly class: CaseClass
  readonly confidence: Case['confidence']
  readonly password?: string
  readonly expected: readonly { field: string; integrity: 'intact' | 'broken' | null; changesAfter: string | null }[]
}

interface ChangesEntry {
  readonly file: string
  readonly class: CaseClass
  readonly password?: string
  readonly signatures: readonly { field: string; level: string }[]
}

const LEVELS: Readonly<Record<string, ChangeLevel>> = {
  NONE: 'none',
  LTA_UPDATES: 'ltv',
  FORM_FILLING: 'form',
  ANNOTATIONS: 'annotation',
  OTHER: 'other',
}
const PERMITTED: Readonly<Record<string, boolean>> = { none: true, allowed: true, forbidden: false }

function read(folder: string, list: string): unknown {
  return JSON.parse(readFileSync(join(folder, `${list}.json`), 'utf8'))
}

function signedCase(entry: SignedEntry): Case {
  return {
    file: entry.file,
    list: 'signed',
    class: entry.class,
    confidence: entry.confidence,
    ...(entry.password === undefined ? {} : { password: entry.password }),
    expected: entry.expected.map(({ field, integrity, changesAfter }) => {
      const permitted = PERMITTED[changesAfter ?? '']
      return {
        field,
        ...(integrity === null ? {} : { integrity }),
        ...(permitted === undefined ? {} : { permitted }),
      }
    }),
  }
}

function changesCase(entry: ChangesEntry): Case {
  return {
    file: entry.file,
    list: 'changes',
    class: entry.class,
    confidence: 'high',
    ...(entry.password === undefined ? {} : { password: entry.password }),
    expected: entry.signatures.map(({ field, level }) => {
      const known = LEVELS[level]
      return { field, ...(known === undefined ? {} : { level: known }) }
    }),
  }
}

/** Every case of the corpus in its own order. */
export function readCases(folder: string): readonly Case[] {
  return [
    ...(read(folder, 'signed') as readonly SignedEntry[]).map(signedCase),
    ...(read(folder, 'changes') as readonly ChangesEntry[]).map(changesCase),
  ]
}

/** Classes of which no file may pass (the hard gate). */
export const GATED: ReadonlySet<CaseClass> = new Set<CaseClass>([
  'attack',
  'malformed',
  'integrity-broken',
  'modified-after-forbidden',
])
