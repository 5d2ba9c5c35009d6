import { CountersignError, LimitError } from '../error.ts'
import type { DefectList } from './defects.ts'
import type { Decryption } from './encryption/decryption.ts'
import { InflateBudget, decodeFilters, filterSteps, type FilterStep, type Resolve } from './filters/index.ts'
import { Lexer } from './lexer.ts'
import { Places, type ObjectCache } from './object-cache.ts'
import { ObjectStream } from './object-stream.ts'
import { PdfDict, PdfRef, PdfStream, isName, type PdfObject, type Span } from './objects.ts'
import { locateValues, parseIndirect, type IndirectObject, type LengthOf, type ParseContext } from './parser.ts'
import type { FileBytes } from './source.ts'
import type { Limits, XrefEntry } from './types.ts'
import type { WorkBudget } from './work.ts'

/** How deep lengths of streams may depend on other streams' lengths. */
const LENGTH_DEPTH = 4
/** Decoded object streams kept (L-11). */
const OBJSTM_CACHE = 64 * 1024 * 1024

/** What the store needs of a view: the meaning of references in it. */
export interface Lookup {
  entry(num: number): XrefEntry | undefined
}

type UsedEntry = Exclude<XrefEntry, { readonly type: 'free' }>

/** What an entry leads to. */
export interface Inspected {
  /** Undefined where another object stands at the place, or none. */
  readonly value: PdfObject | undefined
  /** Where an object stands, whichever it is; undefined for one in an object stream. */
  readonly span: Span | undefined
  /** Dictionaries in it with a key that stands twice (P-10). */
  readonly repeated: readonly PdfDict[]
}

const NONE: readonly PdfDict[] = []
type Placed = IndirectObject | undefined

/**
 * The objects of a file by place: the same entry gives the same instance in every view. Only a stream with an indirect /Length may
 * have more than one form, one for each length that views find.
 */
export class ObjectStore {
  readonly source: FileBytes
  readonly limits: Limits
  readonly cache: ObjectCache
  readonly defects: DefectList
  readonly work: WorkBudget
  decryption: Decryption | undefined
  /** Object number of the /Encrypt dictionary: its strings are not encrypted. */
  encryptNumber: number | undefined
  /** Encrypted and not opened: object streams cannot be read. */
  locked = false

  private readonly lexer: Lexer
  /** What cannot be shared with a document that goes on behind this one. */
  private readonly own = new Places()
  private depth = 0
  private lengths = 0
  private faults = 0
  /** Dictionaries with a key twice in the object that is being read. */
  private repeated: PdfDict[] | undefined
  private readonly plain: ParseContext

  constructor(source: FileBytes, limits: Limits, work: WorkBudget, cache: ObjectCache, defects: DefectList) {
    this.work = work
    this.source = source
    this.limits = limits
    this.cache = cache
    this.defects = defects
    this.lexer = this.newLexer(0)
    this.plain = {
      nesting: limits.nesting,
      fault: (code, at) => this.fault(code, at),
      locate: (span) => locateValues(this.newLexer(span.start), limits.nesting),
      repeated: (dict) => (this.repeated ??= []).push(dict),
    }
  }

  private fault(code: string, at: number): void {
    this.faults++
    this.defects.add(code, at)
  }

  /** Reads with the keys of a store over the same file. */
  shareEncryption(from: ObjectStore): void {
    this.decryption = from.decryption
    this.encryptNumber = from.encryptNumber
    this.locked = from.locked
  }

  newLexer(offset: number): Lexer {
    return new Lexer(this.source, offset, this.limits, this.work)
  }

  /**
   * The object an entry leads to in the view; undefined when there is none, or another number or generation stands there. With `keep`
   * false, what was not read before is not kept.
   */
  object(num: number, gen: number, view: Lookup, keep = true): PdfObject | undefined {
    const entry = view.entry(num)
    if (entry === undefined || entry.type === 'free') return undefined
    if (entry.type === 'compressed') return gen === 0 ? this.compressed(num, entry, view, keep)?.value : undefined
    if (entry.gen !== gen) return undefined
    const object = this.placed(num, entry, view, keep)
    return this.isRight(object, num, entry) ? object.value : undefined
  }

  /** What an entry of the view leads to. With `keep` false, what was not read before is not kept. */
  inspect(num: number, entry: UsedEntry, view: Lookup, keep: boolean): Inspected | undefined {
    if (entry.type === 'compressed') return this.compressed(num, entry, view, keep)
    const object = this.placed(num, entry, view, keep)
    const value = this.isRight(object, num, entry) ? object.value : undefined
    return object && { value, span: object.span, repeated: this.cache.repeated.get(object) ?? NONE }
  }

  private placed(num: number, entry: UsedEntry & { type: 'used' }, view: Lookup, keep: boolean): Placed {
    if (entry.offset !== 0) return this.at(entry.offset, view, keep)
    this.defects.add('XREF_ENTRY_EMPTY', -1, { num })
    return undefined
  }

  /** Exactly that object stands at the offset (P-16). */
  private isRight(object: Placed, num: number, entry: UsedEntry & { type: 'used' }): object is IndirectObject {
    if (object?.num === num && object.gen === entry.gen) return true
    if (entry.offset !== 0) this.defects.add('XREF_ENTRY_WRONG', entry.offset, { num })
    return false
  }

  /** The indirect object at an offset of the file as the view reads it. */
  at(offset: number, view: Lookup, keep = true): IndirectObject | undefined {
    const lengthBy = (ref: PdfRef): number | undefined => this.lengthOf(ref, view)
    const shared = this.cache.placesAt(offset).find(offset, lengthBy)
    if (shared !== undefined) return shared ?? undefined
    const known = this.own.find(offset, lengthBy)
    return known === undefined ? this.read(offset, view, keep) : (known ?? undefined)
  }

  private read(offset: number, view: Lookup, keep: boolean): IndirectObject | undefined {
    let lengthRef: PdfRef | undefined
    let length: number | undefined
    const lengthOf: LengthOf = (value) => {
      if (!(value instanceof PdfRef)) return typeof value === 'number' ? value : undefined
      lengthRef = value
      length = this.lengthOf(value, view)
      return length
    }
    // A lexer of its own: finding a length reads other objects in between.
    const lexer = this.depth === 0 ? this.lexer : this.newLexer(offset)
    const { faults, repeated } = this
    this.repeated = undefined
    this.depth++
    try {
      const object = parseIndirect(this.source, lexer, offset, this.context(offset, lexer), lengthOf)
      this.cache.counts.objects++
      if (object !== undefined && this.repeated !== undefined) this.cache.repeated.set(object, this.repeated)
      const clean = this.faults === faults && object !== undefined && this.cache.isSettled(offset, object.span.end)
      const places = clean ? this.cache.placesAt(offset) : this.own
      if (keep) places.keep(offset, object, lengthRef, length)
      return object
    } finally {
      this.depth--
      this.repeated = repeated
    }
  }

  /** What a reference to a length gives; a length that needs itself, or others too deeply, is none. */
  private lengthOf(ref: PdfRef, view: Lookup): number | undefined {
    if (this.lengths >= LENGTH_DEPTH) return undefined
    this.lengths++
    try {
      const value = this.object(ref.num, ref.gen, view)
      return typeof value === 'number' ? value : undefined
    } finally {
      this.lengths--
    }
  }

  private context(offset: number, lexer: Lexer): ParseContext {
    const { decryption, plain } = this
    if (decryption === undefined) return plain
    // The number and generation are the two integers at the offset; the parser reads them again and checks them.
    lexer.pos = offset
    lexer.next()
    const num = lexer.number
    lexer.next()
    const gen = lexer.number
    if (num === this.encryptNumber) return plain
    const decrypt = (bytes: Uint8Array): Uint8Array => decryption.decryptString(bytes, num, gen)
    return { ...plain, decrypt }
  }

  private compressed(
    num: number,
    entry: UsedEntry & { type: 'compressed' },
    view: Lookup,
    keep: boolean,
  ): Inspected | undefined {
    if (this.locked) return undefined
    const stream = this.objectStream(entry.stream, view)
    if (stream === undefined) {
      this.defects.add('OBJSTM_WRONG', -1, { num: entry.stream })
      return undefined
    }
    let position = entry.index
    if (stream.numbers[position] !== num) {
      this.defects.add('OBJSTM_INDEX_WRONG', -1, { num })
      const found = stream.indexOf(num)
      if (found === undefined) return undefined
      position = found
    }
    let value = stream.parsed(position)
    if (value === undefined) {
      value = stream.object(position, this.bytesOf(stream, view), keep)
      this.cache.counts.objects++
      this.tellFaults(stream)
    }
    return { value, span: undefined, repeated: stream.repeatedIn(position) }
  }

  /** The object stream of a number in the view; P-16: an ordinary object of type ObjStm, never inside another one. */
  objectStream(container: number, view: Lookup): ObjectStream | undefined {
    const entry = view.entry(container)
    if (entry?.type !== 'used') return undefined
    const value = this.object(container, entry.gen, view)
    if (!(value instanceof PdfStream) || !isName(value.dict.get('Type'), 'ObjStm')) return undefined
    const known = this.cache.objectStreams.get(value)
    const stream = known ?? new ObjectStream(value, this.limits, this.work, entry.offset)
    if (known === undefined) {
      this.cache.objectStreams.set(value, stream)
      this.bytesOf(stream, view)
    }
    this.tellFaults(stream)
    return stream.broken ? undefined : stream
  }

  /** A stream that documents share tells each of them what is wrong with it. */
  private tellFaults(stream: ObjectStream): void {
    for (const { code, offset, more } of stream.faults) this.defects.add(code, offset, more)
  }

  /** Decoded bytes of an object stream, from the cache where they still are (L-11). */
  private bytesOf(stream: ObjectStream, view: Lookup): Uint8Array {
    if (stream.bytes === undefined) {
      const resolve: Resolve = (value) => this.resolve(value, view)
      const damaged = (): void => stream.fault('STREAM_DATA_DAMAGED', -1, { num: stream.stream.ref?.num ?? 0 })
      let bytes: Uint8Array = new Uint8Array(0)
      try {
        bytes = this.decodeLenient(stream.stream, resolve, damaged)
      } catch (error) {
        if (!(error instanceof CountersignError) || error instanceof LimitError) throw error
        damaged()
      }
      this.cache.counts.objectStreams++
      this.cache.counts.kept += bytes.length
      if (this.cache.counts.kept > OBJSTM_CACHE) this.forgetBytes()
      stream.open(bytes, resolve)
    }
    return stream.bytes ?? new Uint8Array(0)
  }

  private forgetBytes(): void {
    const { objectStreams, counts } = this.cache
    for (const [key, stream] of objectStreams) {
      stream.bytes = undefined
      if (stream.unused) objectStreams.delete(key)
    }
    counts.kept = 0
  }

  /** Follows references, up to 32 of them. */
  resolve(value: PdfObject | undefined, view: Lookup): PdfObject {
    let current: PdfObject = value ?? null
    for (let i = 0; current instanceof PdfRef; i++) {
      if (i === 32) return null
      current = this.object(current.num, current.gen, view) ?? null
    }
    return current
  }

  /** Decrypts and undoes the filters; damaged data throws PDF_DAMAGED. */
  decode(stream: PdfStream, resolve: Resolve): Uint8Array {
    return this.decodeLenient(stream, resolve, (fault) => {
      throw new CountersignError('PDF_DAMAGED', `The data of stream ${stream.ref?.toString() ?? ''} is ${fault}.`)
    })
  }

  /** Decrypted, the filters still on. */
  encoded(stream: PdfStream, resolve: Resolve): Uint8Array {
    return this.decrypted(stream, filterSteps(stream.dict, resolve, this.limits.filters))
  }

  private decrypted({ raw, ref, dict }: PdfStream, steps: readonly FilterStep[]): Uint8Array {
    if (ref === undefined || this.decryption === undefined) return raw
    return this.decryption.decryptStream(raw, ref.num, ref.gen, dict, steps)
  }

  /** The same, where damaged data is told of and what could be read is given. */
  private decodeLenient(stream: PdfStream, resolve: Resolve, damaged: (fault: string) => void): Uint8Array {
    const steps = filterSteps(stream.dict, resolve, this.limits.filters)
    const raw = this.decrypted(stream, steps)
    // Decoding once more what was counted already is the caller's own work.
    const { counted, budget } = this.cache
    const decoded = decodeFilters(raw, steps, resolve, counted.has(stream) ? new InflateBudget(this.limits) : budget)
    counted.add(stream)
    if (decoded.fault !== undefined) damaged(decoded.fault)
    return decoded.bytes
  }
}

/** True for dictionaries alone or of a stream. */
export function dictOf(value: PdfObject): PdfDict | undefined {
  if (value instanceof PdfDict) return value
  return value instanceof PdfStream ? value.dict : undefined
}
