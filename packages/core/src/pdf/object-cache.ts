import type { InflateBudget } from './filters/index.ts'
import type { ObjectStream } from './object-stream.ts'
import type { PdfDict, PdfRef, PdfStream } from './objects.ts'
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

/** How much was read. */
export interface ReadCounts {
  /** Objects parsed: each at its place once, those in object streams one by one. */
  objects: number
  /** Object streams inflated. */
  objectStreams: number
  /** Bytes of decoded object streams that are kept (L-11). */
  kept: number
}

/** Where the objects of a document are kept that more bytes behind it cannot change: read without a fault, and ended before its end. */
interface Layer {
  /** First offset that belongs to this layer and not to the one below. */
  readonly start: number
  readonly end: number
  readonly places: Places
  readonly below: Layer | undefined
}

/**
 * What a document shares with the one that it goes on from and with those that go on from it. Two documents may go on from one in
 * different ways: each has a layer of its own for what stands behind it.
 */
export class ObjectCache {
  readonly objectStreams: Map<PdfStream, ObjectStream>
  /** Streams whose decoded size is in the budget. */
  readonly counted: WeakSet<PdfStream>
  readonly budget: InflateBudget
  readonly counts: ReadCounts
  /** Dictionaries with a key twice, by the object that holds them (P-10). */
  readonly repeated: WeakMap<IndirectObject, readonly PdfDict[]>
  private readonly layer: Layer

  /** `size` is that of the document. */
  constructor(budget: InflateBudget, size: number, below?: ObjectCache) {
    this.budget = budget
    this.objectStreams = below?.objectStreams ?? new Map()
    this.counted = below?.counted ?? new WeakSet()
    this.counts = below?.counts ?? { objects: 0, objectStreams: 0, kept: 0 }
    this.repeated = below?.repeated ?? new WeakMap()
    this.layer = { start: below?.layer.end ?? 0, end: size, places: new Places(), below: below?.layer }
  }

  /** The cache of a document that goes on behind this one. */
  extend(size: number): ObjectCache {
    return new ObjectCache(this.budget, size, this)
  }

  /** Where objects at the offset are kept. */
  placesAt(offset: number): Places {
    return this.layerAt(offset).places
  }

  /** True when no bytes behind the document of the offset's layer can change an object that ends there. */
  isSettled(offset: number, end: number): boolean {
    return end < this.layerAt(offset).end
  }

  private layerAt(offset: number): Layer {
    let { layer } = this
    while (offset < layer.start) layer = layer.below!
    return layer
  }
}
