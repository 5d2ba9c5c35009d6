import { CountersignError, LimitError } from '../error.ts'

/** Tag class: 0 universal, 1 application, 2 context-specific, 3 private. */
export type TagClass = 0 | 1 | 2 | 3

export interface ReadOptions {
  /** Also accept BER: indefinite and non-minimal lengths, constructed strings. Default false: DER only. */
  readonly ber?: boolean
  /** L-17, default 32. */
  readonly maxDepth?: number
  /** L-17, default 200,000. */
  readonly maxElements?: number
  /** Do not walk the whole tree first; each level is then checked when it is read. For CRLs, which have their own limit (L-19). */
  readonly shallow?: boolean
}

/** What the nodes of one blob share. */
interface Blob {
  readonly source: Uint8Array
  readonly ber: boolean
  readonly maxDepth: number
  readonly maxElements: number
  /** Start of an element of indefinite length -> start of its end-of-contents octets. */
  readonly indefinite: Map<number, number>
  /** The header read last: one object for all, since headers are read by the hundred. */
  readonly header: Header
  notDer: boolean
}

interface Header {
  cls: TagClass
  tag: number
  constructed: boolean
  contentStart: number
  /** INDEFINITE for an indefinite length. */
  contentEnd: number
}

const INDEFINITE = -1

const MAX_DEPTH = 32
const MAX_ELEMENTS = 200_000
/** Universal types with a primitive encoding in DER and BER alike: BOOLEAN, INTEGER, NULL, OID, REAL, ENUMERATED, RELATIVE-OID. */
const ALWAYS_PRIMITIVE = new Set([1, 2, 5, 6, 9, 10, 13])

function invalid(what: string, offset: number): CountersignError {
  return new CountersignError('DER_INVALID', `${what} at byte ${offset}`, { details: { offset } })
}

/** The tag number at `position` into the header; the position after it. */
function readTag(blob: Blob, position: number, end: number): number {
  const low = blob.source[position]! & 0x1f
  blob.header.tag = low
  if (low !== 0x1f) return position + 1
  let tag = 0
  for (let next = position + 1; next < end; next++) {
    const octet = blob.source[next]!
    if (next === position + 1 && octet === 0x80) throw invalid('tag number is not minimal', position)
    tag = tag * 128 + (octet & 0x7f)
    if (tag > 0x7fffffff) throw invalid('tag number is too large', position)
    if ((octet & 0x80) === 0) {
      if (tag < 0x1f) throw invalid('tag number is not minimal', position)
      blob.header.tag = tag
      return next + 1
    }
  }
  throw invalid('data end inside a tag', position)
}

/** The length at `position` into the header. */
function readLength(blob: Blob, position: number, end: number): void {
  if (position >= end) throw invalid('data end before a length', position)
  const { header, source } = blob
  const first = source[position]!
  if (first < 0x80) {
    header.contentStart = position + 1
    header.contentEnd = position + 1 + first
  } else if (first === 0x80) {
    if (!blob.ber) throw invalid('indefinite length', position)
    blob.notDer = true
    header.contentStart = position + 1
    header.contentEnd = INDEFINITE
  } else readLongLength(blob, position, end)
  if (header.contentEnd > end) throw invalid('element goes beyond its container', position)
}

function readLongLength(blob: Blob, position: number, end: number): void {
  const { header, source } = blob
  const first = source[position]!
  const next = position + 1 + (first & 0x7f)
  if (first === 0xff || next > end) throw invalid('bad length', position)
  let length = 0
  for (let index = position + 1; index < next; index++) {
    length = length * 256 + source[index]!
    if (length > end) throw invalid('length goes beyond the data', position)
  }
  if (length < 0x80 || source[position + 1] === 0) {
    if (!blob.ber) throw invalid('length is not minimal', position)
    blob.notDer = true
  }
  header.contentStart = next
  header.contentEnd = next + length
}

function checkForm(blob: Blob, { cls, tag, constructed }: Header, position: number): void {
  if (cls !== 0) return
  if (tag === 0) throw invalid('end-of-contents octets out of place', position)
  const structure = tag === 16 || tag === 17 || tag === 8 || tag === 11
  if (!constructed) {
    if (structure) throw invalid('SEQUENCE or SET in primitive form', position)
  } else if (!structure) {
    if (ALWAYS_PRIMITIVE.has(tag)) throw invalid('primitive type in constructed form', position)
    if (!blob.ber) throw invalid('constructed string', position)
    blob.notDer = true
  }
}

/** Reads the header at `position`; the result holds until the next call. */
function readHeader(blob: Blob, position: number, end: number): Header {
  if (position >= end) throw invalid('data end before an element', position)
  const { header } = blob
  const identifier = blob.source[position]!
  header.cls = (identifier >> 6) as TagClass
  header.constructed = (identifier & 0x20) !== 0
  readLength(blob, readTag(blob, position, end), end)
  if (header.contentEnd === INDEFINITE && !header.constructed)
    throw invalid('indefinite length of a primitive', position)
  checkForm(blob, header, position)
  return header
}

/** Walks the element at `start` with everything in it and returns its end (L-25: own stacks, no recursion). */
function scan(blob: Blob, start: number, limit: number): number {
  const { source } = blob
  // Of each open container: its start, its end (or INDEFINITE), and the bound that held outside of it.
  const starts: number[] = []
  const ends: number[] = []
  const bounds: number[] = []
  let position = start
  let elements = 0
  let bound = limit
  do {
    if (ends.at(-1) === INDEFINITE && source[position] === 0 && source[position + 1] === 0) {
      if (position + 2 > bound) throw invalid('data end inside end-of-contents octets', position)
      blob.indefinite.set(starts.pop()!, position)
      position += 2
      ends.pop()
      bound = bounds.pop()!
    } else {
      const { constructed, contentStart, contentEnd } = readHeader(blob, position, bound)
      if (++elements > blob.maxElements)
        throw new LimitError('ASN1_ELEMENTS', `more than ${blob.maxElements} ASN.1 elements`)
      if (constructed) {
        if (ends.length >= blob.maxDepth)
          throw new LimitError('ASN1_DEPTH', `ASN.1 nesting deeper than ${blob.maxDepth}`)
        starts.push(position)
        ends.push(contentEnd)
        bounds.push(bound)
        if (contentEnd !== INDEFINITE) bound = contentEnd
        position = contentStart
      } else position = contentEnd
    }
    while (ends.length > 0 && ends.at(-1) === position) {
      starts.pop()
      ends.pop()
      bound = bounds.pop()!
    }
  } while (ends.length > 0)
  return position
}

/** One element, read from `source`; views into it, nothing copied. */
export class DerNode {
  readonly cls: TagClass
  readonly tag: number
  readonly constructed: boolean
  readonly start: number
  readonly contentStart: number
  readonly contentEnd: number
  readonly end: number
  readonly #blob: Blob
  readonly #depth: number
  #children: readonly DerNode[] | undefined

  /** Made by the parse functions only. */
  constructor(blob: Blob, start: number, bound: number, depth: number) {
    const header = readHeader(blob, start, bound)
    this.cls = header.cls
    this.tag = header.tag
    this.constructed = header.constructed
    this.start = start
    this.contentStart = header.contentStart
    if (header.contentEnd === INDEFINITE) {
      let contentEnd = blob.indefinite.get(start)
      if (contentEnd === undefined) {
        scan(blob, start, bound)
        contentEnd = blob.indefinite.get(start)!
      }
      this.contentEnd = contentEnd
      this.end = contentEnd + 2
    } else {
      this.contentEnd = header.contentEnd
      this.end = header.contentEnd
    }
    this.#blob = blob
    this.#depth = depth
  }

  /** The bytes that `start` and the other offsets count in. */
  get source(): Uint8Array {
    return this.#blob.source
  }

  /** The whole element, header included. */
  get bytes(): Uint8Array {
    return this.#blob.source.subarray(this.start, this.end)
  }

  /** Content octets, without end-of-contents octets. */
  get content(): Uint8Array {
    return this.#blob.source.subarray(this.contentStart, this.contentEnd)
  }

  /** True when the element was read by BER rules. */
  get ber(): boolean {
    return this.#blob.ber
  }

  /** The elements directly inside; none for a primitive. */
  get children(): readonly DerNode[] {
    this.#children ??= this.#read()
    return this.#children
  }

  #read(): readonly DerNode[] {
    const found: DerNode[] = []
    if (!this.constructed) return found
    this.#checkDepth()
    for (let position = this.contentStart; position < this.contentEnd;) {
      const child = new DerNode(this.#blob, position, this.contentEnd, this.#depth + 1)
      found.push(child)
      position = child.end
    }
    return found
  }

  #checkDepth(): void {
    if (this.#depth >= this.#blob.maxDepth)
      throw new LimitError('ASN1_DEPTH', `ASN.1 nesting deeper than ${this.#blob.maxDepth}`)
  }

  /** True for the universal type with this tag number. */
  is(tag: number): boolean {
    return this.cls === 0 && this.tag === tag
  }

  /** True for the context-specific tag `[number]`. */
  isContext(tag: number): boolean {
    return this.cls === 2 && this.tag === tag
  }
}

function blobOf(source: Uint8Array, options: ReadOptions, ber: boolean): Blob {
  const maxDepth = options.maxDepth ?? MAX_DEPTH
  const maxElements = options.maxElements ?? MAX_ELEMENTS
  return {
    source,
    ber,
    maxDepth,
    maxElements,
    indefinite: new Map(),
    header: { cls: 0, tag: 0, constructed: false, contentStart: 0, contentEnd: 0 },
    notDer: false,
  }
}

/**
 * Reads one element that fills `bytes` wholly. Strict DER unless `ber` is set: what parses strictly re-encodes to the same bytes.
 *
 * @throws CountersignError DER_INVALID (with the offset; trailing data too), LimitError ASN1_DEPTH or ASN1_ELEMENTS (L-17).
 * @example
 * ```ts
 * const [version, serial] = parseDer(bytes).children
 * ```
 */
export function parseDer(bytes: Uint8Array, options: ReadOptions = {}): DerNode {
  const blob = blobOf(bytes, options, options.ber ?? false)
  if (options.shallow !== true) scan(blob, 0, bytes.length)
  const node = new DerNode(blob, 0, bytes.length, 0)
  if (node.end !== bytes.length) throw invalid('data after the element', node.end)
  return node
}

/**
 * Reads the first element of `bytes`, by BER rules unless `ber` is false; whatever follows is left to the caller (C-01).
 * `ber` of the result is true when something in the element was not DER: end-of-contents octets are tracked through nesting.
 *
 * @throws as {@link parseDer}
 */
export function parseDerPrefix(
  bytes: Uint8Array,
  options: ReadOptions = {},
): { node: DerNode; length: number; ber: boolean } {
  const blob = blobOf(bytes, options, options.ber ?? true)
  scan(blob, 0, bytes.length)
  const node = new DerNode(blob, 0, bytes.length, 0)
  return { node, length: node.end, ber: blob.notDer }
}
