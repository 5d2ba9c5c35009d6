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
  indefinite: Map<number, number> | undefined
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

/** The header read last: one object for all, since headers are read by the hundred and used at once. */
const header: Header = { cls: 0, tag: 0, constructed: false, contentStart: 0, contentEnd: 0 }

const INDEFINITE = -1

const MAX_DEPTH = 32
const MAX_ELEMENTS = 200_000
/** Universal types with a primitive encoding in DER and BER alike: BOOLEAN, INTEGER, NULL, OID, REAL, ENUMERATED, RELATIVE-OID. */
const ALWAYS_PRIMITIVE: ReadonlySet<number> = new Set([1, 2, 5, 6, 9, 10, 13])
/** EXTERNAL, EMBEDDED PDV, SEQUENCE, SET: always constructed. */
const STRUCTURES: ReadonlySet<number> = new Set([8, 11, 16, 17])

/** 1 for each identifier octet that is whole and right in DER as it stands: low tag number, primitive or constructed as its type asks. */
const PLAIN: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) => {
  const tag = octet & 0x1f
  if (tag === 0x1f) return 0
  if (octet >> 6 !== 0) return 1
  return tag !== 0 && STRUCTURES.has(tag) === ((octet & 0x20) !== 0) ? 1 : 0
})

function invalid(what: string, offset: number): CountersignError {
  return new CountersignError('DER_INVALID', `${what} at byte ${offset}`, { details: { offset } })
}

/** The tag number at `position` into the header; the position after it. */
function readTag(source: Uint8Array, position: number, end: number): number {
  const low = source[position]! & 0x1f
  header.tag = low
  if (low !== 0x1f) return position + 1
  let tag = 0
  for (let next = position + 1; next < end; next++) {
    const octet = source[next]!
    if (next === position + 1 && octet === 0x80) throw invalid('tag number is not minimal', position)
    tag = tag * 128 + (octet & 0x7f)
    if (tag > 0x7fffffff) throw invalid('tag number is too large', position)
    if ((octet & 0x80) === 0) {
      if (tag < 0x1f) throw invalid('tag number is not minimal', position)
      header.tag = tag
      return next + 1
    }
  }
  throw invalid('data end inside a tag', position)
}

/** The length at `position` into the header. */
function readLength(blob: Blob, position: number, end: number): void {
  if (position >= end) throw invalid('data end before a length', position)
  const first = blob.source[position]!
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
  const { source } = blob
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

function checkForm(blob: Blob, position: number): void {
  const { cls, tag, constructed } = header
  if (cls !== 0) return
  if (tag === 0) throw invalid('end-of-contents octets out of place', position)
  const structure = STRUCTURES.has(tag)
  if (!constructed) {
    if (structure) throw invalid('SEQUENCE or SET in primitive form', position)
  } else if (!structure) {
    if (ALWAYS_PRIMITIVE.has(tag)) throw invalid('primitive type in constructed form', position)
    if (!blob.ber) throw invalid('constructed string', position)
    blob.notDer = true
  }
}

/** Reads the header at `position` into `header`, which holds until the next call. */
function readHeader(blob: Blob, position: number, end: number): void {
  if (position >= end) throw invalid('data end before an element', position)
  const identifier = blob.source[position]!
  header.cls = (identifier >> 6) as TagClass
  header.constructed = (identifier & 0x20) !== 0
  if (PLAIN[identifier] === 1) {
    header.tag = identifier & 0x1f
    readLength(blob, position + 1, end)
  } else readLength(blob, readTag(blob.source, position, end), end)
  if (header.contentEnd === INDEFINITE && !header.constructed)
    throw invalid('indefinite length of a primitive', position)
  if (PLAIN[identifier] === 0) checkForm(blob, position)
}

function tooMany({ maxElements }: Blob): LimitError {
  return new LimitError('ASN1_ELEMENTS', `more than ${maxElements} ASN.1 elements`)
}

function tooDeep({ maxDepth }: Blob): LimitError {
  return new LimitError('ASN1_DEPTH', `ASN.1 nesting deeper than ${maxDepth}`)
}

/** Walks the element at `start` with everything in it and returns its end (L-25: own stacks, no recursion). */
function scan(blob: Blob, start: number, limit: number): number {
  return blob.ber ? scanBer(blob, start, limit) : scanDer(blob, start, limit)
}

/** Every length is definite: a stack of the ends of the open containers is enough. */
function scanDer(blob: Blob, start: number, limit: number): number {
  const { source, maxDepth, maxElements } = blob
  const ends: number[] = []
  let bound = limit
  let position = start
  let elements = 0
  do {
    const identifier = source[position]!
    const length = source[position + 1]!
    let contentStart = position + 2
    let contentEnd = contentStart + length
    // Nearly every header is two octets; all others, and whatever is wrong, take the long way.
    if (!(contentEnd <= bound) || length >= 0x80 || PLAIN[identifier] !== 1) {
      readHeader(blob, position, bound)
      ;({ contentStart, contentEnd } = header)
    }
    if (++elements > maxElements) throw tooMany(blob)
    if ((identifier & 0x20) !== 0) {
      if (ends.length >= maxDepth) throw tooDeep(blob)
      ends.push(bound)
      bound = contentEnd
      position = contentStart
    } else position = contentEnd
    while (position === bound && ends.length > 0) bound = ends.pop()!
  } while (ends.length > 0)
  return position
}

function scanBer(blob: Blob, start: number, limit: number): number {
  const { source, maxElements } = blob
  const indefinite = (blob.indefinite ??= new Map())
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
      indefinite.set(starts.pop()!, position)
      position += 2
      ends.pop()
      bound = bounds.pop()!
    } else {
      readHeader(blob, position, bound)
      const { constructed, contentStart, contentEnd } = header
      if (++elements > maxElements) throw tooMany(blob)
      if (constructed) {
        if (ends.length >= blob.maxDepth) throw tooDeep(blob)
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

const NONE: readonly DerNode[] = []

const CONSTRUCTED = 4
const UNBOUNDED = 8
const DEPTH_SHIFT = 4

/** One element, read from `source`; views into it, nothing copied. */
export class DerNode {
  readonly tag: number
  readonly start: number
  readonly contentStart: number
  readonly contentEnd: number
  /** Class, the form, whether the length is indefinite, and the depth: one number, since there are many nodes. */
  readonly #traits: number
  readonly #blob: Blob
  #children: readonly DerNode[] | undefined

  /** Made by the parse functions only. */
  constructor(blob: Blob, start: number, bound: number, depth: number) {
    readHeader(blob, start, bound)
    this.tag = header.tag
    this.start = start
    this.contentStart = header.contentStart
    let traits = header.cls | (header.constructed ? CONSTRUCTED : 0) | (depth << DEPTH_SHIFT)
    let { contentEnd } = header
    if (contentEnd === INDEFINITE) {
      traits |= UNBOUNDED
      if (blob.indefinite?.has(start) !== true) scan(blob, start, bound)
      contentEnd = blob.indefinite!.get(start)!
    }
    this.contentEnd = contentEnd
    this.#traits = traits
    this.#blob = blob
  }

  get cls(): TagClass {
    return (this.#traits & 3) as TagClass
  }

  get constructed(): boolean {
    return (this.#traits & CONSTRUCTED) !== 0
  }

  /** After the element, end-of-contents octets included. */
  get end(): number {
    return (this.#traits & UNBOUNDED) === 0 ? this.contentEnd : this.contentEnd + 2
  }

  /** The bytes that `start` and the other offsets count in. */
  get source(): Uint8Array {
    return this.#blob.source
  }

  /** The whole element, header included. */
  get bytes(): Uint8Array {
    const { source } = this.#blob
    return this.start === 0 && this.end === source.length ? source : source.subarray(this.start, this.end)
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
    if (!this.constructed) return NONE
    const found: DerNode[] = []
    const depth = this.#traits >> DEPTH_SHIFT
    if (depth >= this.#blob.maxDepth) throw tooDeep(this.#blob)
    for (let position = this.contentStart; position < this.contentEnd;) {
      const child = new DerNode(this.#blob, position, this.contentEnd, depth + 1)
      found.push(child)
      position = child.end
    }
    return found
  }

  /** True for the universal type with this tag number. */
  is(tag: number): boolean {
    return this.tag === tag && (this.#traits & 3) === 0
  }

  /** True for the context-specific tag `[number]`. */
  isContext(tag: number): boolean {
    return this.tag === tag && (this.#traits & 3) === 2
  }
}

function blobOf(source: Uint8Array, options: ReadOptions, ber: boolean): Blob {
  const maxDepth = options.maxDepth ?? MAX_DEPTH
  const maxElements = options.maxElements ?? MAX_ELEMENTS
  return { source, ber, maxDepth, maxElements, indefinite: undefined, notDer: false }
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
  if (options.shallow !== true) scan(blob, 0, bytes.length)
  const node = new DerNode(blob, 0, bytes.length, 0)
  return { node, length: node.end, ber: blob.notDer }
}
