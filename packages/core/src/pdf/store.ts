import { CountersignError, LimitError } from '../error.ts'
import type { DefectList } from './defects.ts'
import type { Decryption } from './encryption/decryption.ts'
import { InflateBudget, decodeFilters, filterSteps, type Resolve } from './filters/index.ts'
import { Lexer } from './lexer.ts'
import { ObjectStream } from './object-stream.ts'
import { PdfDict, PdfRef, PdfStream, isName, type PdfObject } from './objects.ts'
import { parseIndirect, type IndirectObject, type LengthOf, type ParseContext } from './parser.ts'
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

/** A stream whose /Length is a reference: one form for each length that a view gives it. */
interface Measured {
  readonly lengthRef: PdfRef
  readonly byLength: Map<number | undefined, IndirectObject>
}

/**
 * The objects of a file by place: the same entry gives the same instance in every view. Only a stream with an indirect /Length may
 * have more than one form, one for each length that views find.
 */
export class ObjectStore {
  readonly source: FileBytes
  readonly limits: Limits
  readonly budget: InflateBudget
  readonly defects: DefectList
  readonly work: WorkBudget
  decryption: Decryption | undefined
  /** Object number of the /Encrypt dictionary: its strings are not encrypted. */
  encryptNumber: number | undefined
  /** Encrypted and not opened: object streams cannot be read. */
  locked = false

  private readonly lexer: Lexer
  private readonly places = new Map<number, IndirectObject | undefined>()
  private readonly measured = new Map<number, Measured>()
  private readonly objectStreams = new Map<PdfStream, ObjectStream>()
  private readonly counted = new WeakSet<PdfStream>()
  private cached = 0
  private depth = 0
  private lengths = 0

  constructor(source: FileBytes, limits: Limits, work: WorkBudget, budget: InflateBudget, defects: DefectList) {
    this.work = work
    this.source = source
    this.limits = limits
    this.budget = budget
    this.defects = defects
    this.lexer = this.newLexer(0)
  }

  newLexer(offset: number): Lexer {
    return new Lexer(this.source, offset, this.limits, this.work)
  }

  /** The object an entry leads to in the view; undefined when there is none, or another number or generation stands there. */
  object(num: number, gen: number, view: Lookup): PdfObject | undefined {
    const entry = view.entry(num)
    if (entry === undefined || entry.type === 'free') return undefined
    if (entry.type === 'compressed')
      return gen === 0 ? this.compressed(num, entry.stream, entry.index, view) : undefined
    if (entry.gen !== gen) return undefined
    if (entry.offset === 0) {
      this.defects.add('XREF_ENTRY_EMPTY', -1, { num })
      return undefined
    }
    const object = this.at(entry.offset, view)
    if (object === undefined || object.num !== num || object.gen !== gen) {
      this.defects.add('XREF_ENTRY_WRONG', entry.offset, { num })
      return undefined
    }
    return object.value
  }

  /** The indirect object at an offset of the file as the view reads it. */
  at(offset: number, view: Lookup): IndirectObject | undefined {
    const known = this.places.get(offset)
    if (known !== undefined || this.places.has(offset)) return known
    const measured = this.measured.get(offset)
    if (measured === undefined) return this.read(offset, view)
    return measured.byLength.get(this.lengthOf(measured.lengthRef, view)) ?? this.read(offset, view)
  }

  private read(offset: number, view: Lookup): IndirectObject | undefined {
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
    this.depth++
    try {
      const object = parseIndirect(this.source, lexer, offset, this.context(offset, lexer), lengthOf)
      this.keep(offset, object, lengthRef, length)
      return object
    } finally {
      this.depth--
    }
  }

  private keep(
    offset: number,
    object: IndirectObject | undefined,
    lengthRef: PdfRef | undefined,
    length: number | undefined,
  ): void {
    if (lengthRef === undefined || object === undefined) {
      this.places.set(offset, object)
      return
    }
    const known = this.measured.get(offset)
    if (known === undefined) this.measured.set(offset, { lengthRef, byLength: new Map([[length, object]]) })
    else known.byLength.set(length, object)
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
    const { decryption } = this
    const fault = (code: string, at: number): void => this.defects.add(code, at)
    if (decryption === undefined) return { nesting: this.limits.nesting, fault, spans: true }
    // The number and generation are the two integers at the offset; the parser reads them again and checks them.
    lexer.pos = offset
    lexer.next()
    const num = lexer.number
    lexer.next()
    const gen = lexer.number
    if (num === this.encryptNumber) return { nesting: this.limits.nesting, fault, spans: true }
    const decrypt = (bytes: Uint8Array): Uint8Array => decryption.decryptString(bytes, num, gen)
    return { nesting: this.limits.nesting, fault, spans: true, decrypt }
  }

  private compressed(num: number, container: number, index: number, view: Lookup): PdfObject | undefined {
    if (this.locked) return undefined
    const stream = this.objectStream(container, view)
    if (stream === undefined) {
      this.defects.add('OBJSTM_WRONG', -1, { num: container })
      return undefined
    }
    let position = index
    if (stream.numbers[index] !== num) {
      this.defects.add('OBJSTM_INDEX_WRONG', -1, { num })
      const found = stream.indexOf(num)
      if (found === undefined) return undefined
      position = found
    }
    const known = stream.parsed(position)
    return known === undefined ? stream.object(position, this.bytesOf(stream, view)) : known
  }

  /** The object stream of a number in the view; P-16: an ordinary object of type ObjStm, never inside another one. */
  objectStream(container: number, view: Lookup): ObjectStream | undefined {
    const entry = view.entry(container)
    if (entry?.type !== 'used') return undefined
    const value = this.object(container, entry.gen, view)
    if (!(value instanceof PdfStream) || !isName(value.dict.get('Type'), 'ObjStm')) return undefined
    const known = this.objectStreams.get(value)
    if (known !== undefined) return known.broken ? undefined : known
    const stream = new ObjectStream(value, this.limits, this.work, (code) => this.defects.add(code, entry.offset))
    this.objectStreams.set(value, stream)
    this.bytesOf(stream, view)
    return stream.broken ? undefined : stream
  }

  /** Decoded bytes of an object stream, from the cache where they still are (L-11). */
  private bytesOf(stream: ObjectStream, view: Lookup): Uint8Array {
    if (stream.bytes === undefined) {
      const resolve: Resolve = (value) => this.resolve(value, view)
      let bytes: Uint8Array = new Uint8Array(0)
      try {
        bytes = this.decode(stream.stream, resolve, true)
      } catch (error) {
        if (!(error instanceof CountersignError) || error instanceof LimitError) throw error
        this.defects.add('STREAM_DATA_DAMAGED', -1, { num: stream.stream.ref?.num ?? 0 })
      }
      this.cached += bytes.length
      if (this.cached > OBJSTM_CACHE) this.forgetBytes()
      stream.open(bytes, resolve)
    }
    return stream.bytes ?? new Uint8Array(0)
  }

  private forgetBytes(): void {
    for (const stream of this.objectStreams.values()) stream.bytes = undefined
    this.cached = 0
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

  /** Decrypts and undoes the filters. Damaged data throws PDF_DAMAGED; with `lenient`, what could be read is given and recorded. */
  decode(stream: PdfStream, resolve: Resolve, lenient = false): Uint8Array {
    const steps = filterSteps(stream.dict, resolve, this.limits.filters)
    const { ref } = stream
    const raw =
      ref === undefined || this.decryption === undefined
        ? stream.raw
        : this.decryption.decryptStream(stream.raw, ref.num, ref.gen, stream.dict, steps)
    // Decoding once more what was counted already is the caller's own work.
    const budget = this.counted.has(stream) ? new InflateBudget(this.limits) : this.budget
    this.counted.add(stream)
    const decoded = decodeFilters(raw, steps, resolve, budget)
    if (decoded.fault === undefined) return decoded.bytes
    if (!lenient) {
      throw new CountersignError('PDF_DAMAGED', `The data of stream ${ref?.toString() ?? ''} is ${decoded.fault}.`)
    }
    this.defects.add('STREAM_DATA_DAMAGED', -1, { num: ref?.num ?? 0 })
    return decoded.bytes
  }
}

/** True for dictionaries alone or of a stream. */
export function dictOf(value: PdfObject): PdfDict | undefined {
  if (value instanceof PdfDict) return value
  return value instanceof PdfStream ? value.dict : undefined
}
