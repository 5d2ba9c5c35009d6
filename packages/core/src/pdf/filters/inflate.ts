/** Why inflating stopped. `limit` means that more output was to come. */
export type InflateEnd = 'complete' | 'truncated' | 'damaged' | 'limit'

export interface Inflated {
  readonly bytes: Uint8Array
  readonly end: InflateEnd
  /** Input bytes used, header and checksum included. */
  readonly used: number
  /** The Adler-32 checksum stands behind the data and is right. */
  readonly checksum: boolean
}

const LENGTH_BASE = Uint16Array.of(
  3,
  4,
  5,
  6,
  7,
  8,
  9,
  10,
  11,
  13,
  15,
  17,
  19,
  23,
  27,
  31,
  35,
  43,
  51,
  59,
  67,
  83,
  99,
  115,
  131,
  163,
  195,
  227,
  258,
)
const LENGTH_BITS = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0)
const DISTANCE_BASE = Uint16Array.of(
  1,
  2,
  3,
  4,
  5,
  7,
  9,
  13,
  17,
  25,
  33,
  49,
  65,
  97,
  129,
  193,
  257,
  385,
  513,
  769,
  1025,
  1537,
  2049,
  3073,
  4097,
  6145,
  8193,
  12289,
  16385,
  24577,
)
const DISTANCE_BITS = Uint8Array.of(
  0,
  0,
  0,
  0,
  1,
  1,
  2,
  2,
  3,
  3,
  4,
  4,
  5,
  5,
  6,
  6,
  7,
  7,
  8,
  8,
  9,
  9,
  10,
  10,
  11,
  11,
  12,
  12,
  13,
  13,
)
const CODE_ORDER = Uint8Array.of(16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)

/** A decoding table: `entries[next bits]` is symbol << 4 | length; 0 where no code stands. */
interface Codes {
  readonly entries: Uint16Array
  readonly bits: number
}

class Damaged extends Error {}
class Truncated extends Error {}
class Full extends Error {}

/** Canonical Huffman table (RFC 1951 3.2.2); throws on over-subscribed codes, and on incomplete ones with more than one code. */
function buildCodes(lengths: Uint8Array): Codes {
  const counts = new Uint16Array(16)
  let bits = 0
  for (const length of lengths) {
    counts[length]!++
    if (length > bits) bits = length
  }
  counts[0] = 0
  const next = new Uint16Array(16)
  let code = 0
  let left = 1
  for (let length = 1; length <= 15; length++) {
    left = left * 2 - counts[length]!
    if (left < 0) throw new Damaged()
    code = (code + counts[length - 1]!) << 1
    next[length] = code
  }
  const used = counts.reduce((sum, count) => sum + count, 0)
  if (left > 0 && used > 1) throw new Damaged()
  const entries = new Uint16Array(1 << bits)
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!
    if (length === 0) continue
    const step = 1 << length
    for (let i = reverse(next[length]!++, length); i < entries.length; i += step) entries[i] = (symbol << 4) | length
  }
  return { entries, bits }
}

function reverse(code: number, length: number): number {
  let result = 0
  for (let i = 0; i < length; i++) result |= ((code >> i) & 1) << (length - 1 - i)
  return result
}

let fixedCodes: { literals: Codes; distances: Codes } | undefined

function getFixedCodes(): { literals: Codes; distances: Codes } {
  if (fixedCodes === undefined) {
    const lengths = new Uint8Array(288).fill(8)
    lengths.fill(9, 144, 256)
    lengths.fill(7, 256, 280)
    fixedCodes = { literals: buildCodes(lengths), distances: buildCodes(new Uint8Array(32).fill(5)) }
  }
  return fixedCodes
}

/** Bit reader and output window of one run; the output grows by doubling up to the limit. */
class Inflater {
  private readonly input: Uint8Array
  private readonly limit: number
  private pos: number
  private hold = 0
  private held = 0
  private out: Uint8Array<ArrayBuffer>
  private length = 0

  constructor(input: Uint8Array, pos: number, limit: number) {
    this.input = input
    this.pos = pos
    this.limit = limit
    this.out = new Uint8Array(Math.min(limit, Math.max(64, Math.min(input.length * 4, 1 << 20))))
  }

  get bytes(): Uint8Array {
    return this.out.subarray(0, this.length)
  }

  /** First whole byte not consumed. */
  get position(): number {
    return this.pos - (this.held >> 3)
  }

  run(): void {
    let last = false
    while (!last) {
      last = this.take(1) === 1
      const type = this.take(2)
      if (type === 0) this.stored()
      else if (type === 1) {
        const { literals, distances } = getFixedCodes()
        this.block(literals, distances)
      } else if (type === 2) this.dynamic()
      else throw new Damaged()
    }
  }

  private take(count: number): number {
    while (this.held < count) {
      if (this.pos >= this.input.length) throw new Truncated()
      this.hold |= this.input[this.pos++]! << this.held
      this.held += 8
    }
    const value = this.hold & ((1 << count) - 1)
    this.hold >>>= count
    this.held -= count
    return value
  }

  private symbol(codes: Codes): number {
    while (this.held < codes.bits && this.pos < this.input.length) {
      this.hold |= this.input[this.pos++]! << this.held
      this.held += 8
    }
    const entry = codes.entries[this.hold & ((1 << codes.bits) - 1)]!
    const length = entry & 15
    if (length === 0) throw this.held < codes.bits ? new Truncated() : new Damaged()
    if (length > this.held) throw new Truncated()
    this.hold >>>= length
    this.held -= length
    return entry >> 4
  }

  private reserve(count: number): void {
    if (this.length + count <= this.out.length) return
    if (this.length + count > this.limit) throw new Full()
    const larger = new Uint8Array(Math.min(this.limit, Math.max(this.out.length * 2, this.length + count)))
    larger.set(this.out.subarray(0, this.length))
    this.out = larger
  }

  private stored(): void {
    this.pos = this.position
    this.hold = 0
    this.held = 0
    if (this.pos + 4 > this.input.length) throw new Truncated()
    const size = this.input[this.pos]! | (this.input[this.pos + 1]! << 8)
    const check = this.input[this.pos + 2]! | (this.input[this.pos + 3]! << 8)
    if ((size ^ 0xffff) !== check) throw new Damaged()
    this.pos += 4
    const part = this.input.subarray(this.pos, this.pos + size)
    this.reserve(part.length)
    this.out.set(part, this.length)
    this.length += part.length
    this.pos += part.length
    if (part.length < size) throw new Truncated()
  }

  private dynamic(): void {
    const literalCount = this.take(5) + 257
    const distanceCount = this.take(5) + 1
    const codeCount = this.take(4) + 4
    if (literalCount > 286 || distanceCount > 30) throw new Damaged()
    const codeLengths = new Uint8Array(19)
    for (let i = 0; i < codeCount; i++) codeLengths[CODE_ORDER[i]!] = this.take(3)
    const lengths = this.codeLengths(buildCodes(codeLengths), literalCount + distanceCount)
    if (lengths[256] === 0) throw new Damaged()
    this.block(buildCodes(lengths.subarray(0, literalCount)), buildCodes(lengths.subarray(literalCount)))
  }

  private codeLengths(codes: Codes, total: number): Uint8Array {
    const lengths = new Uint8Array(total)
    for (let i = 0; i < total;) {
      const symbol = this.symbol(codes)
      if (symbol < 16) {
        lengths[i++] = symbol
        continue
      }
      if (symbol === 16 && i === 0) throw new Damaged()
      const value = symbol === 16 ? lengths[i - 1]! : 0
      const count = symbol === 16 ? 3 + this.take(2) : symbol === 17 ? 3 + this.take(3) : 11 + this.take(7)
      if (i + count > total) throw new Damaged()
      lengths.fill(value, i, i + count)
      i += count
    }
    return lengths
  }

  private block(literals: Codes, distances: Codes): void {
    for (;;) {
      const symbol = this.symbol(literals)
      if (symbol < 256) {
        if (this.length === this.out.length) this.reserve(1)
        this.out[this.length++] = symbol
      } else if (symbol === 256) return
      else this.copy(symbol - 257, distances)
    }
  }

  private copy(code: number, distances: Codes): void {
    if (code > 28) throw new Damaged()
    const length = LENGTH_BASE[code]! + this.take(LENGTH_BITS[code]!)
    const distanceCode = this.symbol(distances)
    if (distanceCode > 29) throw new Damaged()
    const distance = DISTANCE_BASE[distanceCode]! + this.take(DISTANCE_BITS[distanceCode]!)
    if (distance > this.length) throw new Damaged()
    this.reserve(length)
    const { out } = this
    let to = this.length
    for (let from = to - distance, end = to + length; to < end; to++, from++) out[to] = out[from]!
    this.length = to
  }
}

function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (let i = 0; i < bytes.length;) {
    const end = Math.min(i + 3800, bytes.length)
    for (; i < end; i++) {
      a += bytes[i]!
      b += a
    }
    a %= 65521
    b %= 65521
  }
  return ((b << 16) | a) >>> 0
}

/**
 * Inflates zlib data (RFC 1950, 1951) on every runtime; never gives more than `limit` bytes and never throws.
 * Bytes after the checksum are left alone, as every reader of PDF does.
 */
export function inflate(input: Uint8Array, limit: number): Inflated {
  const header = ((input[0] ?? 0) << 8) | (input[1] ?? 0)
  if (input.length < 2) return { bytes: new Uint8Array(0), end: 'truncated', used: input.length, checksum: false }
  if ((header & 0x0f00) !== 0x0800 || header % 31 !== 0 || (header & 0x20) !== 0 || header >> 12 > 7) {
    return { bytes: new Uint8Array(0), end: 'damaged', used: 0, checksum: false }
  }
  const inflater = new Inflater(input, 2, limit)
  const end = runToEnd(inflater)
  const { bytes, position } = inflater
  if (end !== 'complete') return { bytes, end, used: position, checksum: false }
  const stored =
    input.length < position + 4
      ? -1
      : ((input[position]! << 24) |
          (input[position + 1]! << 16) |
          (input[position + 2]! << 8) |
          input[position + 3]!) >>>
        0
  const checksum = stored === adler32(bytes)
  return { bytes, end, used: Math.min(input.length, position + 4), checksum }
}

function runToEnd(inflater: Inflater): InflateEnd {
  try {
    inflater.run()
    return 'complete'
  } catch (error) {
    if (error instanceof Full) return 'limit'
    if (error instanceof Truncated) return 'truncated'
    if (error instanceof Damaged) return 'damaged'
    throw error
  }
}
