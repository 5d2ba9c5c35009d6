import { LimitError } from '../error.ts'
import { PdfArray, PdfDict, PdfName, PdfRef, PdfString, type PdfObject, type ValueLocator } from './objects.ts'

/** What is open: nothing, an array or a dictionary. */
export const KIND = { none: 0, array: 1, dict: 2 } as const

export type Kind = (typeof KIND)[keyof typeof KIND]

/** A value, or the text of a name where a dictionary has its keys: most of those need no object. */
export type HeldValue = PdfObject | string

/** The text of a name; undefined for anything else. */
export function nameText(value: HeldValue | undefined): string | undefined {
  if (typeof value === 'string') return value
  return value instanceof PdfName ? value.name : undefined
}

/** What the parser tells about syntax that readers may read differently. */
export type SyntaxFault = (code: string, offset: number) => void

/** What parsing needs beside the bytes. */
export interface ParseContext {
  /** Deepest nesting of arrays and dictionaries (L-05). */
  readonly nesting: number
  readonly fault: SyntaxFault
  /** Dictionaries know where they stand, and find their values by this: for the file itself, not for object streams. */
  readonly locate?: ValueLocator | undefined
  readonly decrypt?: ((bytes: Uint8Array) => Uint8Array) | undefined
  /** Told of each dictionary in which a key stands twice (P-10). */
  readonly repeated?: ((dict: PdfDict) => void) | undefined
  /** Told where each item of the outermost dictionary stands, keys and values in turn. */
  readonly item?: ((value: HeldValue, start: number, end: number) => void) | undefined
}

/** Items of one array or dictionary: far above any real file, far below what fills the memory. */
const MOST_ITEMS = 4_000_000

const NONE: readonly string[] = []

/** Arrays and dictionaries under construction: the items of all of them stand one behind the other, and each takes its own when it closes. */
export class OpenValues {
  kind: Kind = KIND.none
  private start: number
  /** Index of the first item of what is open. */
  private first = 0
  private depth = 0
  private readonly items: HeldValue[] = []
  /** Kind, start and first item of all that stands around it. */
  private readonly outer: number[] = []
  private readonly context: ParseContext

  constructor(context: ParseContext, start: number) {
    this.context = context
    this.start = start
  }

  /** Throws LIMIT_NESTING. */
  open(kind: Kind, start: number): void {
    const { nesting } = this.context
    if (this.depth >= nesting) {
      throw new LimitError('NESTING', `Objects at byte ${start} are nested deeper than ${nesting}.`)
    }
    this.outer.push(this.kind, this.start, this.first)
    this.kind = kind
    this.start = start
    this.first = this.items.length
    this.depth++
  }

  /** False at the top, outside of any array or dictionary. */
  isOpen(): boolean {
    return this.depth > 0
  }

  close(end: number): void {
    const { start, items, outer } = this
    const value = this.kind === KIND.array ? new PdfArray(items.slice(this.first) as PdfObject[]) : this.dict(end)
    items.length = this.first
    this.first = outer.pop()!
    this.start = outer.pop()!
    this.kind = outer.pop()! as Kind
    this.depth--
    this.push(value, start, end)
  }

  push(value: HeldValue, start: number, end: number): void {
    if (this.items.length - this.first >= MOST_ITEMS) {
      throw new LimitError('ITEMS', `An array or dictionary at byte ${this.start} has more than ${MOST_ITEMS} items.`)
    }
    this.items.push(value)
    if (this.depth === 1) this.context.item?.(value, start, end)
  }

  pushName(text: string, start: number, end: number): void {
    const isKey = this.kind === KIND.dict && (this.items.length - this.first) % 2 === 0
    this.push(isKey ? text : new PdfName(text), start, end)
  }

  /** `N G R`: the two integers before it become a reference; false where there are none. */
  pushReference(start: number, end: number): boolean {
    const { items } = this
    const gen = items.length - this.first < 2 ? undefined : items[items.length - 1]
    const num = items[items.length - 2]
    if (typeof num !== 'number' || typeof gen !== 'number' || num < 0 || gen < 0) return false
    // Readers that count with 32 bits would find another object there (P-15).
    if (num > 0x7fffffff) return false
    items.length -= 2
    this.push(new PdfRef(num, gen), start, end)
    return true
  }

  finish(
    terminator: string,
    terminatorStart: number,
  ): { items: PdfObject[]; terminator: string; terminatorStart: number } {
    return { items: this.items as PdfObject[], terminator, terminatorStart }
  }

  /** The value to come is that of /Contents in a dictionary: decrypted only when the dictionary is known to be no signature (P-13). */
  isContents(): boolean {
    const { items, first } = this
    if (this.kind !== KIND.dict || (items.length - first) % 2 === 0) return false
    return nameText(items[items.length - 1]) === 'Contents'
  }

  private dict(end: number): PdfDict {
    const { items, first, start, context } = this
    const map = new Map<string, PdfObject>()
    let duplicates: string[] | undefined
    for (let i = first; i < items.length;) {
      const key = nameText(items[i])
      if (key === undefined || i + 1 >= items.length) {
        context.fault('MALFORMED_DICTIONARY', start)
        i++
        continue
      }
      // P-10: the last value is kept and the key remembered.
      if (map.has(key) && duplicates?.includes(key) !== true) (duplicates ??= []).push(key)
      const value = items[i + 1]!
      // Where a key is missing, a name that was taken for one is a value.
      map.set(key, typeof value === 'string' ? new PdfName(value) : value)
      i += 2
    }
    decryptContents(map, context)
    const { locate } = context
    if (locate === undefined && duplicates === undefined) return new PdfDict(map)
    const dict = new PdfDict(map, duplicates ?? NONE, locate === undefined ? -1 : start, end, locate)
    if (duplicates !== undefined && this.isInFirst()) context.repeated?.(dict)
    return dict
  }

  /** What is open belongs to the first value: any further one is not read (P-15). */
  private isInFirst(): boolean {
    return (this.depth === 1 ? this.first : this.outer[5]) === 0
  }
}

// P-13: /Contents of a dictionary with /ByteRange is never encrypted, every other /Contents string is.
function decryptContents(map: Map<string, PdfObject>, context: ParseContext): void {
  if (context.decrypt === undefined || map.has('ByteRange')) return
  const contents = map.get('Contents')
  if (contents instanceof PdfString) map.set('Contents', new PdfString(context.decrypt(contents.bytes), contents.hex))
}
