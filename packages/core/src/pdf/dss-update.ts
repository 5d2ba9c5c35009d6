// Writing the Document Security Store (ISO 32000-2 12.8.4.3, EN 319 142-1 5.4.2): what is there stays, what is new is appended.
import { digest } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import { storedZlib } from './deflate.ts'
import { appendToArray, catalogOf, withValues } from './form-update.ts'
import { PdfArray, PdfDict, PdfName, PdfRef, PdfStream, PdfString } from './objects.ts'
import type { PdfObject } from './objects.ts'
import type { Update } from './update.ts'

/** DER of validation data. */
export interface DssItems {
  readonly certificates: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
}

/** What one signature or time stamp needs, for readers that look for it by the signature (EN 319 142-1 5.4.2.3). */
export interface VriEntry extends DssItems {
  /** `vriKey` of the signature's /Contents. */
  readonly key: string
  /** When the data were gathered, as a PDF date (/TU); absent: none is written. */
  readonly gathered?: string
}

type Kind = keyof DssItems

const ARRAYS: readonly (readonly [Kind, string, string])[] = [
  ['certificates', 'Certs', 'Cert'],
  ['ocsps', 'OCSPs', 'OCSP'],
  ['crls', 'CRLs', 'CRL'],
]

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** W28, B15: upper-case hex of the SHA-1 over the bytes of /Contents with their zero padding, of signatures and time stamps alike. */
export async function vriKey(contents: Uint8Array): Promise<string> {
  return hex(await digest('sha1', contents)).toUpperCase()
}

const sha256 = async (bytes: Uint8Array): Promise<string> => hex(await digest('sha256', bytes))

function dataStream(bytes: Uint8Array): PdfStream {
  return new PdfStream(new PdfDict(new Map([['Filter', new PdfName('FlateDecode')]])), storedZlib(bytes))
}

/** One update's work on the DSS: finds what is stored already, and adds the rest. */
class DssUpdate {
  readonly #update: Update
  readonly #known: Record<Kind, Map<string, PdfRef>> = {
    certificates: new Map(),
    ocsps: new Map(),
    crls: new Map(),
  }
  #dict: PdfDict
  #added = 0

  constructor(update: Update) {
    this.#update = update
    const value = catalogOf(update).dict.get('DSS')
    const dict = update.dict(value)
    if (dict === undefined && update.resolve(value) !== null)
      throw new CountersignError('PDF_DAMAGED', '/DSS is not a dictionary')
    this.#dict = dict ?? new PdfDict(new Map([['Type', new PdfName('DSS')]]))
  }

  async run(items: DssItems, entries: readonly VriEntry[]): Promise<number> {
    for (const [kind, key] of ARRAYS) {
      await this.#read(kind, key)
      for (const bytes of items[kind]) await this.#add(kind, key, bytes)
    }
    for (const entry of entries) await this.#enter(entry)
    this.#write()
    return this.#added
  }

  /** Streams that are stored already, also under an indirect array; what cannot be read is no reason to refuse. */
  async #read(kind: Kind, key: string): Promise<void> {
    for (const item of this.#update.array(this.#dict.get(key))?.items ?? []) {
      const stream = this.#update.resolve(item)
      if (!(item instanceof PdfRef) || !(stream instanceof PdfStream)) continue
      try {
        const name = await sha256(this.#update.document.decode(stream))
        if (!this.#known[kind].has(name)) this.#known[kind].set(name, item)
      } catch (error) {
        if (!(error instanceof CountersignError)) throw error
      }
    }
  }

  async #add(kind: Kind, key: string, bytes: Uint8Array): Promise<PdfRef> {
    const name = await sha256(bytes)
    const stored = this.#known[kind].get(name)
    if (stored !== undefined) return stored
    const ref = this.#update.create(dataStream(bytes))
    this.#known[kind].set(name, ref)
    this.#dict = appendToArray(this.#update, this.#dict, key, ref)
    this.#added++
    return ref
  }

  async #enter(entry: VriEntry): Promise<void> {
    const map = new Map<string, PdfObject>([['Type', new PdfName('VRI')]])
    for (const [kind, key, own] of ARRAYS) {
      const refs: PdfRef[] = []
      for (const bytes of entry[kind]) refs.push(await this.#add(kind, key, bytes))
      if (refs.length > 0) map.set(own, new PdfArray(refs))
    }
    if (entry.gathered !== undefined) map.set('TU', new PdfString(new TextEncoder().encode(entry.gathered)))
    const value = this.#dict.get('VRI')
    const vri = this.#update.dict(value) ?? new PdfDict(new Map())
    const grown = withValues(vri, { [entry.key]: this.#update.create(new PdfDict(map)) })
    const ref = this.#update.lastRef(value)
    if (ref === undefined) this.#dict = withValues(this.#dict, { VRI: grown })
    else this.#update.set(ref, grown)
  }

  #write(): void {
    const catalog = catalogOf(this.#update)
    const ref = this.#update.lastRef(catalog.dict.get('DSS'))
    if (ref !== undefined) this.#update.set(ref, this.#dict)
    // An object of its own: later revisions then leave the catalog alone.
    else this.#update.set(catalog.ref, withValues(catalog.dict, { DSS: this.#update.create(this.#dict) }))
  }
}

/**
 * Adds validation data to the DSS (W28): each value a stream of its own, none twice (by SHA-256), references reused, existing arrays
 * extended where they stand, unknown keys kept. Returns how many streams were added.
 *
 * @throws CountersignError PDF_DAMAGED where /DSS or an array in it is something else
 */
export function addToDss(update: Update, items: DssItems, entries: readonly VriEntry[] = []): Promise<number> {
  return new DssUpdate(update).run(items, entries)
}
