// What a batch has asked its signer for, and what it got: written down before and after each call, so that a run which was killed
// goes on without a second signature (G4).
import { open, readFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { CountersignError } from '../error.ts'
import type { Scheme } from '../cms/signer.ts'
import type { PreparedState } from '../pades/prepared-state.ts'

/** One call of the signer: the same documents in the same order under the same key whenever it is repeated. */
export interface AskedCall {
  readonly type: 'asked'
  readonly idempotencyKey: string
  /** Null for a CmsSigner. */
  readonly scheme: Scheme | null
  readonly entries: readonly { readonly ref: string; readonly state: PreparedState }[]
}

interface Answered {
  readonly type: 'answered'
  readonly idempotencyKey: string
  /** Signature values, or whole CMS, in hex; by the order of the entries. */
  readonly values: readonly string[]
}

interface Done {
  readonly type: 'done'
  readonly ref: string
  readonly output: string
  readonly sha256: string
}

type Line = AskedCall | Answered | Done

/** Where a document of the batch stands after an earlier run. */
export interface Standing {
  readonly state: PreparedState
  /** Hex; undefined where nobody knows whether the signer signed. */
  readonly value: string | undefined
  readonly call: AskedCall
  readonly done: Done | undefined
}

function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && 'type' in value
}

function linesOf(text: string): readonly Line[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line)
      return isLine(value) ? [value] : []
    } catch {
      // the last line of a run that was cut off
      return []
    }
  })
}

/** By ref. A call that is only half written was never made. */
function standingsOf(lines: readonly Line[]): Map<string, Standing> {
  const answers = new Map(lines.filter((one) => one.type === 'answered').map((one) => [one.idempotencyKey, one]))
  const done = new Map(lines.filter((one) => one.type === 'done').map((one) => [one.ref, one]))
  const standings = new Map<string, Standing>()
  for (const call of lines) {
    if (call.type !== 'asked') continue
    const values = answers.get(call.idempotencyKey)?.values
    for (const [index, { ref, state }] of call.entries.entries())
      standings.set(ref, { state, value: values?.[index], call, done: done.get(ref) })
  }
  return standings
}

/** Nobody knows what the first of these calls came to: each is to be repeated as it was. */
export function openCalls(standings: ReadonlyMap<string, Standing>): readonly AskedCall[] {
  return [...new Set([...standings.values()].filter(({ value }) => value === undefined).map(({ call }) => call))]
}

/** The journal of one batch: a file of JSON lines, only ever appended to. */
export class SignJournal {
  readonly #file: FileHandle | undefined
  #last: Promise<void> = Promise.resolve()
  readonly standings: ReadonlyMap<string, Standing>

  private constructor(file: FileHandle | undefined, standings: ReadonlyMap<string, Standing>) {
    this.#file = file
    this.standings = standings
  }

  get isKept(): boolean {
    return this.#file !== undefined
  }

  /** Without a path nothing is written down. @throws CountersignError FILE_NOT_WRITABLE */
  static async open(path: string | undefined): Promise<SignJournal> {
    if (path === undefined) return new SignJournal(undefined, new Map())
    try {
      const file = await open(path, 'a+', 0o600)
      const text = await readFile(path, 'utf8')
      if (text !== '' && !text.endsWith('\n')) await file.appendFile('\n')
      return new SignJournal(file, standingsOf(linesOf(text)))
    } catch (cause) {
      throw new CountersignError('FILE_NOT_WRITABLE', `the journal ${path} cannot be written`, { cause })
    }
  }

  /** One line after the other: a long one is written in pieces. */
  #write(line: Line, durable: boolean): Promise<void> {
    const file = this.#file
    if (file === undefined) return Promise.resolve()
    const written = this.#last.then(() => file.appendFile(`${JSON.stringify(line)}\n`))
    this.#last = written.catch(() => {})
    return durable ? written.then(() => file.datasync()) : written
  }

  /** On the disk before the signer hears of it. */
  asked(call: Omit<AskedCall, 'type'>): Promise<void> {
    return this.#write({ type: 'asked', ...call }, true)
  }

  /** On the disk before any document is written. */
  answered(idempotencyKey: string, values: readonly string[]): Promise<void> {
    return this.#write({ type: 'answered', idempotencyKey, values }, true)
  }

  /** Not waited for: what is lost of it is completed again from the value, which is not. */
  done(ref: string, output: string, sha256: string): Promise<void> {
    return this.#write({ type: 'done', ref, output, sha256 }, false)
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }
}
