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
  notDer: boolean
}

interface Header {
  cls: TagClass
  tag: number
  constructed: boolean
  contentStart: number
  /** Undefined: indefinite length. */
  contentEnd: number | undefined
}

const MAX_DEPTH = 32
const MAX_ELEMENTS = 200_000
/** Universal types with a primitive encoding in DER and BER alike: BOOLEAN, INTEGER, NULL, OID, REAL, ENUMERATED, RELATIVE-OID. */
const ALWAYS_PRIMITIVE = new Set([1, 2, 5, 6, 9, 10, 13])
/** EXTERNAL, EMBEDDED PDV, SEQUENCE, SET. */
const ALWAYS_CONSTRUCTED = new Set([8, 11, 16, 17])

function invalid(what: string, offset: number): CountersignError {
  return new CountersignError('DER_INVALID', `${what} at byte ${offset}`, { details: { offset } })
}

function readTag(blob: Blob, position: number, end: number): { tag: number; next: number } {
  const low = blob.source[position]! & 0x1f
  if (low !== 0x1f) return { tag: low, next: position + 1 }
  let tag = 0
  for (let next = position + 1; next < end; next++) {
    const octet = blob.source[next]!
    if (next === position + 1 && octet === 0x80) throw invalid('tag number is not minimal', position)
    tag = tag * 128 + (octet & 0x7f)
    if (tag > 0x7fffffff) throw invalid('tag number is too large', position)
    if ((octet & 0x80) === 0) {
      if (tag < 0x1f) throw invalid('tag number is not minimal', position)
      return { tag, next: next + 1 }
    }
  }
  throw invalid('data end inside a tag', position)
}

function readLength(blob: Blob, position: number, end: number): { length: number | undefined; next: number } {
  const first = blob.source[position]!
  if (position >= end) throw invalid('data end before a length', position)
  if (first < 0x80) return { length: first, next: position + 1 }
  if (first === 0x80) {
    if (!blob.ber) throw invalid('indefinite length', position)
    blob.notDer = true
    return { length: undefined, next: position + 1 }
  }
  const count = first & 0x7f
  const next = position + 1 + count
  if (first === 0xff || next > end) throw invalid('bad length', position)
  let length = 0
  for (let index = position + 1; index < next; index++) {
    length = length * 256 + blob.source[index]!
    if (length > end) throw invalid('length goes beyond the data', position)
  }
  if (length < 0x80 || blob.source[position + 1] === 0) {
    if (!blob.ber) throw invalid('length is not minimal', position)
    blob.notDer = true
  }
  return { length, next }
}

function checkForm(blob: Blob, header: Header, position: number): void {
  if (header.cls !== 0) return
  if (header.tag === 0) throw invalid('end-of-contents octets out of place', position)
  if (header.constructed) {
    if (ALWAYS_PRIMITIVE.has(header.tag)) throw invalid('primitive type in constructed form', position)
    if (!ALWAYS_CONSTRUCTED.has(header.tag)) {
      if (!blob.ber) throw invalid('constructed string', position)
      blob.notDer = true
    }
  } else if (ALWAYS_CONSTRUCTED.has(header.tag)) throw invalid('SEQUENCE or SET in primitive form', position)
}

function readHeader(blob: Blob, position: number, end: number): Header {
  if (position >= end) throw invalid('data end before an element', position)
  const identifier = blob.source[position]!
  const { tag, next } = readTag(blob, position, end)
  const length = readLength(blob, next, end)
  const contentEnd = length.length === undefined ? undefined : length.next + length.length
  if (contentEnd !== undefined && contentEnd > end) throw invalid('element goes beyond its container', position)
  const header: Header = {
    cls: (identifier >> 6) as TagClass,
    tag,
    constructed: (identifier & 0x20) !== 0,
    contentStart: length.next,
    contentEnd,
  }
  if (contentEnd === undefined && !header.constructed) throw invalid('indefinite length of a primitive', position)
  checkForm(blob, header, position)
  return header
}

/** A container that the scan is inside of; `end` undefined while its end-of-contents octets are still to come. */
interface Open {
  readonly start: number
  readonly end: number | undefined
}

/** Walks the element at `start` with everything in it and returns its end (L-25: own stack, no recursion). */
function scan(blob: Blob, start: number, limit: number): number {
  const { source } = blob
  const open: Open[] = []
  let position = start
  let elements = 0
  let bound = limit
  const bounds: number[] = []
  do {
    const top = open.at(-1)
    if (top !== undefined && top.end === undefined && source[position] === 0 && source[position + 1] === 0) {
      if (position + 2 > bound) throw invalid('data end inside end-of-contents octets', position)
      blob.indefinite.set(top.start, position)
      position += 2
      open.pop()
      bound = bounds.pop()!
    } else {
      const header = readHeader(blob, position, bound)
      if (++elements > blob.maxElements)
        throw new LimitError('ASN1_ELEMENTS', `more than ${blob.maxElements} ASN.1 elements`)
      if (header.constructed) {
        if (open.length >= blob.maxDepth)
          throw new LimitError('ASN1_DEPTH', `ASN.1 nesting deeper than ${blob.maxDepth}`)
        open.push({ start: position, end: header.contentEnd })
        bounds.push(bound)
        bound = header.contentEnd ?? bound
        position = header.contentStart
      } else position = header.contentEnd!
    }
    while (open.length > 0 && open.at(-1)!.end === position) {
      open.pop()
      bound = bounds.pop()!
    }
  } while (open.length > 0)
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
    if (header.contentEnd === undefined) {
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
  return { source, ber, maxDepth, maxElements, indefinite: new Map(), notDer: false }
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
