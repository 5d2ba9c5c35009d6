import { LimitError } from '../error.ts'
import type { Resolve } from './filters/index.ts'
import { Lexer, TOKEN } from './lexer.ts'
import { PdfRef, type PdfDict, type PdfObject, type PdfStream } from './objects.ts'
import { parseValues } from './parser.ts'
import { memoryBytes } from './source.ts'
import type { Limits } from './types.ts'
import type { WorkBudget } from './work.ts'

/** A fault of an object stream or of an object in it. */
export interface StreamFault {
  readonly code: string
  readonly offset: number
  readonly more: { readonly num?: number }
}

/** What says how the data are read. */
const OWN_KEYS = ['N', 'First', 'Filter', 'DecodeParms'] as const

/** An object stream (7.5.7): which objects it holds and where; each object is read once, when asked for. */
export class ObjectStream {
  readonly stream: PdfStream
  /** Object numbers by index. */
  numbers: readonly number[] = []
  /** Decoded data; may be dropped and decoded again. */
  bytes: Uint8Array | undefined
  broken = false

  /** What was wrong so far, each kind once. */
  readonly faults: StreamFault[] = []

  private readonly limits: Limits
  private readonly offset: number
  private readonly work: WorkBudget
  private indexes: ReadonlyMap<number, number> | undefined
  private offsets: readonly number[] = []
  private readonly objects = new Map<number, PdfObject>()
  private readonly repeated = new Map<number, readonly PdfDict[]>()
  private opened = false

  /** `offset` is where the stream object stands. */
  constructor(stream: PdfStream, limits: Limits, work: WorkBudget, offset: number) {
    this.work = work
    this.stream = stream
    this.limits = limits
    this.offset = offset
  }

  fault(code: string, offset: number = this.offset, more: StreamFault['more'] = {}): void {
    if (!this.faults.some((known) => known.code === code)) this.faults.push({ code, offset, more })
  }

  /** Takes the decoded data; the first time reads the table of numbers and offsets. Throws LIMIT_OBJSTM. */
  open(bytes: Uint8Array, resolve: Resolve): void {
    this.bytes = bytes
    if (this.opened) return
    this.opened = true
    this.work.allow(bytes.length)
    // A later revision could give it other objects: what it holds must be in its own dictionary.
    if (OWN_KEYS.some((key) => this.stream.dict.get(key) instanceof PdfRef)) this.fault('OBJSTM_WRONG')
    const count = resolve(this.stream.dict.get('N'))
    const first = resolve(this.stream.dict.get('First'))
    if (typeof count !== 'number' || typeof first !== 'number' || count < 0 || first < 0) {
      this.broken = true
      return
    }
    if (count > this.limits.objstm) {
      throw new LimitError('OBJSTM', `An object stream holds ${count} objects, the limit is ${this.limits.objstm}.`)
    }
    this.readTable(bytes, count, first)
  }

  private readTable(bytes: Uint8Array, count: number, first: number): void {
    const lexer = new Lexer(memoryBytes(bytes.subarray(0, first)), 0, this.limits, this.work)
    const numbers: number[] = []
    const offsets: number[] = []
    for (let i = 0; i < count; i++) {
      if (lexer.next() !== TOKEN.integer) break
      const num = lexer.number
      if (lexer.next() !== TOKEN.integer) break
      numbers.push(num)
      offsets.push(first + lexer.number)
    }
    if (numbers.length < count) this.fault('OBJSTM_WRONG')
    // P-16: MuPDF takes the first of two, whatever index the cross-reference data give.
    if (new Set(numbers).size < numbers.length) this.fault('OBJSTM_NUMBER_TWICE')
    this.numbers = numbers
    this.offsets = offsets
  }

  /** Index of an object number, where the cross-reference data have another one. */
  indexOf(num: number): number | undefined {
    this.indexes ??= new Map(this.numbers.map((one, index) => [one, index]))
    return this.indexes.get(num)
  }

  parsed(index: number): PdfObject | undefined {
    return this.objects.get(index)
  }

  /** Nothing that was read of it is in use: it may be read again instead of being kept. */
  get unused(): boolean {
    return this.objects.size === 0
  }

  /** Dictionaries with a key twice in the object at an index (P-10). */
  repeatedIn(index: number): readonly PdfDict[] {
    return this.repeated.get(index) ?? NONE
  }

  /** The object at an index; only the value counts, whatever stands behind it belongs to the next one. */
  object(index: number, bytes: Uint8Array, keep: boolean): PdfObject {
    const offset = this.offsets[index]!
    const next = this.offsets[index + 1]
    const end = next !== undefined && next > offset ? next : bytes.length
    const lexer = new Lexer(memoryBytes(bytes.subarray(0, end)), offset, this.limits, this.work)
    const context = {
      nesting: this.limits.nesting,
      fault: (code: string): void => this.fault(code),
      repeated: (dict: PdfDict): void => this.repeat(index, dict),
    }
    this.repeated.delete(index)
    const parsed = parseValues(lexer, context, false)
    if (parsed.items.length !== 1) this.fault('OBJECT_NOT_ONE_VALUE')
    const value = parsed.items[0] ?? null
    if (keep) this.objects.set(index, value)
    return value
  }

  private repeat(index: number, dict: PdfDict): void {
    this.repeated.set(index, [...this.repeatedIn(index), dict])
  }
}

const NONE: readonly PdfDict[] = []
