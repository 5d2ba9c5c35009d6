import type { InflateBudget } from './filters/index.ts'
import type { ObjectStream } from './object-stream.ts'
import type { PdfRef, PdfStream } from './objects.ts'
import type { IndirectObject } from './parser.ts'

/** Length that a reference leads to in the view at hand. */
type LengthBy = (ref: PdfRef) => number | undefined

/** A stream whose /Length is a reference: one form for each length that a view gives it. */
interface Measured {
  readonly lengthRef: PdfRef
  readonly byLength: Map<number | undefined, IndirectObject>
}

/** What was read at which offset: an object, or null where none stands. */
export class Places {
  private readonly plain = new Map<number, IndirectObject | null>()
  private readonly measured = new Map<number, Measured>()

  find(offset: number, lengthBy: LengthBy): IndirectObject | null | undefined {
    const known = this.plain.get(offset)
    if (known !== undefined || this.measured.size === 0) return known
    const measured = this.measured.get(offset)
    return measured?.byLength.get(lengthBy(measured.lengthRef))
  }

  keep(offset: number, object: IndirectObject | undefined, lengthRef?: PdfRef, length?: number): void {
    if (lengthRef === undefined || object === undefined) {
      this.plain.set(offset, object ?? null)
      return
    }
    const known = this.measured.get(offset)
    if (known === undefined) this.measured.set(offset, { lengthRef, byLength: new Map([[length, object]]) })
    else known.byLength.set(length, object)
  }
}

/** How much was read, for tests and measurements: nothing decides by it. */
export interface ReadCounts {
  /** Objects parsed: each at its place once, those in object streams one by one. */
  objects: number
  /** Object streams inflated. */
  objectStreams: number
}

/**
 * What documents that begin with the same bytes share: objects that were read without a fault and wholly before the end of the
 * document that read them. Whatever else was read is each document's own, since more bytes behind it could change its reading.
 */
export class ObjectCache {
  readonly places: Places = new Places()
  readonly objectStreams: Map<PdfStream, ObjectStream> = new Map()
  /** Streams whose decoded size is in the budget. */
  readonly counted: WeakSet<PdfStream> = new WeakSet()
  readonly budget: InflateBudget
  readonly counts: ReadCounts = { objects: 0, objectStreams: 0 }
  /** Bytes of decoded object streams that are kept. */
  kept = 0

  constructor(budget: InflateBudget) {
    this.budget = budget
  }
}
