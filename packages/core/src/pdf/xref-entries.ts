import type { FileBytes } from './source.ts'
import type { XrefEntries, XrefEntry } from './types.ts'

/** Consecutive object numbers of a section and where their entries begin, in bytes. */
export interface Subsection {
  readonly first: number
  readonly count: number
  readonly at: number
}

/** Fewer entries than this are kept as objects: they are asked for again and again. */
export const FEW = 4096

/** Entries that are read at a time when all are asked for. */
const RUN = 3276

/** Entries of a large section, read where they stand when they are asked for (S3): nothing is kept per object. */
abstract class PlacedEntries implements XrefEntries {
  readonly size: number
  /** Bytes of one entry. */
  protected readonly width: number
  /** In order of their numbers, without overlaps. */
  protected readonly subsections: readonly Subsection[]

  constructor(subsections: readonly Subsection[], width: number) {
    this.width = width
    this.subsections = subsections.filter(({ count }) => count > 0).sort((a, b) => a.first - b.first)
    this.size = subsections.reduce((sum, { count }) => sum + count, 0)
  }

  /** Bytes in which the entries from `at` to `end` stand from `start` on. */
  protected abstract load(at: number, end: number): { readonly bytes: Uint8Array; readonly start: number }

  /** The entry at a place in loaded bytes; undefined for a type that stands for null. */
  protected abstract read(bytes: Uint8Array, at: number): XrefEntry | undefined

  get(num: number): XrefEntry | undefined {
    const at = this.find(num)
    if (at === undefined) return undefined
    const { bytes, start } = this.load(at, at + this.width)
    return this.read(bytes, start)
  }

  has(num: number): boolean {
    return this.get(num) !== undefined
  }

  *keys(): IterableIterator<number> {
    for (const [num] of this) yield num
  }

  /** In order of the numbers. */
  *[Symbol.iterator](): IterableIterator<[number, XrefEntry]> {
    const { width } = this
    for (const { first, count, at } of this.subsections) {
      for (let done = 0; done < count; done += RUN) {
        const run = Math.min(RUN, count - done)
        const { bytes, start } = this.load(at + done * width, at + (done + run) * width)
        for (let i = 0; i < run; i++) {
          const entry = this.read(bytes, start + i * width)
          if (entry !== undefined) yield [first + done + i, entry]
        }
      }
    }
  }

  private find(num: number): number | undefined {
    let low = 0
    let high = this.subsections.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const { first, count, at } = this.subsections[middle]!
      if (num < first) high = middle - 1
      else if (num >= first + count) low = middle + 1
      else return at + (num - first) * this.width
    }
    return undefined
  }
}

/** Bytes of one entry of a table (7.5.4). */
export const TABLE_ENTRY = 20

/** The entries of a table in the file; their form was checked when the section was read. */
export class TableEntries extends PlacedEntries {
  private readonly source: FileBytes
  private readonly shift: number

  /** `shift` is added to every offset (P-01). */
  constructor(source: FileBytes, subsections: readonly Subsection[], shift: number) {
    super(subsections, TABLE_ENTRY)
    this.source = source
    this.shift = shift
  }

  override has(num: number): boolean {
    return this.subsections.some(({ first, count }) => num >= first && num < first + count)
  }

  override *keys(): IterableIterator<number> {
    for (const { first, count } of this.subsections) for (let i = 0; i < count; i++) yield first + i
  }

  protected load(at: number, end: number): { bytes: Uint8Array; start: number } {
    return { bytes: this.source.slice(at, end), start: 0 }
  }

  protected read(bytes: Uint8Array, at: number): XrefEntry {
    return tableEntry(bytes, at, this.shift)!
  }
}

/** True when `count` entries of exactly 20 bytes stand from `at` on. */
export function areTableEntries(source: FileBytes, at: number, count: number): boolean {
  if (at + count * TABLE_ENTRY > source.size) return false
  for (let done = 0; done < count; done += RUN) {
    const run = Math.min(RUN, count - done)
    const bytes = source.slice(at + done * TABLE_ENTRY, at + (done + run) * TABLE_ENTRY)
    for (let i = 0; i < run; i++) if (!isTableEntry(bytes, i * TABLE_ENTRY)) return false
  }
  return true
}

/**
 * The entry in exactly 20 bytes: ten digits, space, five digits, space, `n` or `f`, two bytes of end of line (7.5.4); undefined for any
 * other form.
 */
export function tableEntry(bytes: Uint8Array, at: number, shift: number): XrefEntry | undefined {
  if (!isTableEntry(bytes, at)) return undefined
  const offset = decimal(bytes, at, 10)
  const gen = decimal(bytes, at + 11, 5)
  return bytes[at + 17] === 0x6e ? { type: 'used', offset: offset + shift, gen } : { type: 'free', next: offset, gen }
}

function isTableEntry(bytes: Uint8Array, at: number): boolean {
  if (bytes[at + 10] !== 32 || bytes[at + 16] !== 32) return false
  const type = bytes[at + 17]
  if (type !== 0x6e && type !== 0x66) return false
  const [first, second] = [bytes[at + 18], bytes[at + 19]]
  if ((first !== 32 && first !== 13) || (second !== 10 && second !== 13)) return false
  for (let i = 0; i < 16; i++) if (i !== 10 && !isDecimal(bytes[at + i]!)) return false
  return true
}

function isDecimal(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function decimal(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i++) value = value * 10 + bytes[i]! - 0x30
  return value
}

/** Bytes of the three fields of an entry of a cross-reference stream (/W); further fields say nothing. */
export type FieldWidths = readonly [type: number, second: number, third: number]

/** The entries of a cross-reference stream in its decoded data. */
export class StreamEntries extends PlacedEntries {
  private readonly data: Uint8Array
  private readonly widths: FieldWidths
  private readonly shift: number

  /** Some number stands in two subsections. */
  readonly overlaps: boolean

  /** `width` is that of all fields of an entry. */
  constructor(data: Uint8Array, subsections: readonly Subsection[], width: number, widths: FieldWidths, shift: number) {
    super(subsections, width)
    this.overlaps = overlap(subsections)
    this.data = data
    this.widths = widths
    this.shift = shift
  }

  /** True when some entry has a type that the standard does not know. */
  hasUnknownTypes(): boolean {
    const [typeWidth] = this.widths
    if (typeWidth === 0) return false
    const { data, width } = this
    return this.subsections.some(({ at, count }) => {
      for (let i = at; i < at + count * width; i += width) if (bigEndian(data, i, typeWidth) > 2) return true
      return false
    })
  }

  protected load(at: number): { bytes: Uint8Array; start: number } {
    return { bytes: this.data, start: at }
  }

  protected read(bytes: Uint8Array, at: number): XrefEntry | undefined {
    return streamEntry(bytes, at, this.widths, this.shift)
  }
}

/** Types 0, 1 and 2 (table 18); undefined for any other, which stands for null. */
export function streamEntry(
  data: Uint8Array,
  at: number,
  [typeWidth, secondWidth, thirdWidth]: FieldWidths,
  shift: number,
): XrefEntry | undefined {
  const type = typeWidth === 0 ? 1 : bigEndian(data, at, typeWidth)
  const second = bigEndian(data, at + typeWidth, secondWidth)
  const third = bigEndian(data, at + typeWidth + secondWidth, thirdWidth)
  if (type === 0) return { type: 'free', next: second, gen: third }
  if (type === 1) return { type: 'used', offset: second + shift, gen: third }
  return type === 2 ? { type: 'compressed', stream: second, index: third } : undefined
}

function bigEndian(data: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = 0; i < width; i++) value = value * 256 + data[at + i]!
  return value
}

/** True where two of the subsections have a number in common. */
export function overlap(subsections: readonly Subsection[]): boolean {
  const sorted = subsections.filter(({ count }) => count > 0).sort((a, b) => a.first - b.first)
  return sorted.some(({ first }, i) => i > 0 && first < sorted[i - 1]!.first + sorted[i - 1]!.count)
}

/** Several sections as one: the first that has a number in it says what it is. */
export class LayeredEntries implements XrefEntries {
  private readonly layers: readonly XrefEntries[]

  constructor(layers: readonly XrefEntries[]) {
    this.layers = layers
  }

  /** At most: numbers that several layers have count for each. */
  get size(): number {
    return this.layers.reduce((sum, layer) => sum + layer.size, 0)
  }

  get(num: number): XrefEntry | undefined {
    for (const layer of this.layers) {
      const entry = layer.get(num)
      if (entry !== undefined) return entry
    }
    return undefined
  }

  has(num: number): boolean {
    return this.layers.some((layer) => layer.has(num))
  }

  *keys(): IterableIterator<number> {
    for (const [num] of this) yield num
  }

  *[Symbol.iterator](): IterableIterator<[number, XrefEntry]> {
    for (const [i, layer] of this.layers.entries()) {
      const before = this.layers.slice(0, i)
      for (const [num, entry] of layer) if (!before.some((one) => one.has(num))) yield [num, entry]
    }
  }
}

/** A table and the stream that its /XRefStm names: what the table calls free is looked up in the stream (7.5.8.4). */
export class HybridEntries implements XrefEntries {
  private readonly table: XrefEntries
  private readonly stream: XrefEntries

  constructor(table: XrefEntries, stream: XrefEntries) {
    this.table = table
    this.stream = stream
  }

  get size(): number {
    return this.table.size + this.stream.size
  }

  get(num: number): XrefEntry | undefined {
    const own = this.table.get(num)
    if (own !== undefined && own.type !== 'free') return own
    return this.stream.get(num) ?? own
  }

  has(num: number): boolean {
    return this.table.has(num) || this.stream.has(num)
  }

  *keys(): IterableIterator<number> {
    for (const [num] of this) yield num
  }

  *[Symbol.iterator](): IterableIterator<[number, XrefEntry]> {
    for (const num of this.table.keys()) yield [num, this.get(num)!]
    for (const [num, entry] of this.stream) if (!this.table.has(num)) yield [num, entry]
  }
}
