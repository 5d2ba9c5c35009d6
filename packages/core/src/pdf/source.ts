import { CountersignError, LimitError } from '../error.ts'
import type { ByteSource } from './types.ts'

/** A piece of the file held in memory: `bytes[0]` stands at file offset `base`. */
export interface ByteWindow {
  readonly bytes: Uint8Array
  readonly base: number
}

/** What the parser reads from: windows over a file. A source in memory is one window, without a copy. */
export interface FileBytes {
  readonly size: number
  /** `slice` is a view of memory and costs nothing. */
  readonly inMemory: boolean
  /** A window that holds the byte at `offset` (0 <= offset < size). */
  window(offset: number): ByteWindow
  /** Bytes [start, end), clipped to the file; a view where the source is in memory. */
  slice(start: number, end: number): Uint8Array
  /** Bytes [start, end), clipped to the file, in pieces of bounded size; each is good until the next is asked for. */
  chunks(start: number, end: number): Iterable<Uint8Array>
  /** The same for work that can wait: a file reads the next piece while one is in use. */
  stream(start: number, end: number): Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** Size of a piece: what hashing reads at a time. */
const CHUNK = 1024 * 1024

class MemoryBytes implements FileBytes {
  readonly size: number
  readonly inMemory = true
  private readonly whole: ByteWindow

  constructor(bytes: Uint8Array) {
    this.size = bytes.length
    this.whole = { bytes, base: 0 }
  }

  window(): ByteWindow {
    return this.whole
  }

  slice(start: number, end: number): Uint8Array {
    return this.whole.bytes.subarray(Math.max(0, start), Math.max(0, end))
  }

  *chunks(start: number, end: number): Iterable<Uint8Array> {
    const to = Math.min(this.size, end)
    for (let at = Math.max(0, start); at < to; at += CHUNK) yield this.slice(at, Math.min(to, at + CHUNK))
  }

  stream(start: number, end: number): Iterable<Uint8Array> {
    return this.chunks(start, end)
  }
}

type BlockSource = ByteSource & { readSync(offset: number, into: Uint8Array): number }

function isBlockSource(source: ByteSource): source is BlockSource {
  return source.readSync !== undefined
}

const BLOCK = 65_536
const BLOCKS = 64

/** A source that is read at once, block by block; the last 64 blocks are kept (S1). */
class BlockBytes implements FileBytes {
  readonly size: number
  readonly inMemory = false
  private readonly source: BlockSource
  /** In order of use, the oldest first. */
  private readonly blocks = new Map<number, ByteWindow>()

  constructor(source: BlockSource) {
    this.size = source.size
    this.source = source
  }

  window(offset: number): ByteWindow {
    const base = offset - (offset % BLOCK)
    const known = this.blocks.get(base)
    const block = known ?? { bytes: this.load(base, Math.min(this.size, base + BLOCK)), base }
    this.blocks.delete(base)
    this.blocks.set(base, block)
    if (known === undefined && this.blocks.size > BLOCKS) {
      const [oldest] = this.blocks.keys()
      this.blocks.delete(oldest!)
    }
    return block
  }

  slice(start: number, end: number): Uint8Array {
    const from = Math.max(0, start)
    const to = Math.min(this.size, Math.max(from, end))
    if (to > from && to - from <= BLOCK) {
      const { bytes, base } = this.window(from)
      if (to <= base + bytes.length) return bytes.subarray(from - base, to - base)
    }
    return this.load(from, to)
  }

  /** One buffer is filled again and again; the blocks kept for the parser stay as they are. */
  *chunks(start: number, end: number): Iterable<Uint8Array> {
    const to = Math.min(this.size, end)
    const from = Math.max(0, start)
    const buffer = new Uint8Array(Math.max(0, Math.min(CHUNK, to - from)))
    for (let at = from; at < to; at += CHUNK) yield this.fill(at, buffer.subarray(0, Math.min(CHUNK, to - at)))
  }

  /** Two pieces are on their way while one is in use. */
  async *stream(start: number, end: number): AsyncIterable<Uint8Array> {
    const to = Math.min(this.size, end)
    const from = Math.max(0, start)
    const size = Math.max(0, Math.min(CHUNK, to - from))
    const buffers = [new Uint8Array(size), new Uint8Array(size), new Uint8Array(size)]
    const ahead: Promise<Uint8Array>[] = []
    let next = from
    const load = (): void => {
      if (next >= to) return
      const buffer = buffers[((next - from) / CHUNK) % buffers.length]!
      const piece = this.fillLater(next, buffer.subarray(0, Math.min(CHUNK, to - next)))
      // Awaited in its turn: until then its failure is not unhandled.
      piece.catch(() => undefined)
      ahead.push(piece)
      next += CHUNK
    }
    load()
    load()
    try {
      for (let piece = ahead.shift(); piece !== undefined; piece = ahead.shift()) {
        const bytes = await piece
        load()
        yield bytes
      }
    } finally {
      // Whoever stops early may close the file at once.
      await Promise.allSettled(ahead)
    }
  }

  private async fillLater(start: number, bytes: Uint8Array): Promise<Uint8Array> {
    let done = 0
    while (done < bytes.length) {
      const count = await this.source.read(start + done, bytes.subarray(done))
      if (count <= 0) throw shorter(start + done, this.size)
      done += count
    }
    return bytes
  }

  private load(start: number, end: number): Uint8Array {
    return this.fill(start, new Uint8Array(Math.max(0, end - start)))
  }

  private fill(start: number, bytes: Uint8Array): Uint8Array {
    let done = 0
    while (done < bytes.length) {
      const count = this.source.readSync(start + done, bytes.subarray(done))
      if (count <= 0) throw shorter(start + done, this.size)
      done += count
    }
    return bytes
  }
}

/** A file and what is appended to it, as one: neither is copied. */
class LayeredBytes implements FileBytes {
  readonly size: number
  readonly inMemory: boolean
  readonly base: FileBytes
  readonly added: Uint8Array
  private readonly top: ByteWindow

  constructor(base: FileBytes, added: Uint8Array) {
    this.size = base.size + added.length
    this.inMemory = base.inMemory
    this.base = base
    this.added = added
    this.top = { bytes: added, base: base.size }
  }

  window(offset: number): ByteWindow {
    return offset >= this.base.size ? this.top : this.base.window(offset)
  }

  slice(start: number, end: number): Uint8Array {
    const { base, added } = this
    const from = Math.max(0, start)
    const to = Math.min(this.size, Math.max(from, end))
    if (to <= base.size) return base.slice(from, to)
    if (from >= base.size) return added.subarray(from - base.size, to - base.size)
    const joined = new Uint8Array(to - from)
    joined.set(base.slice(from, base.size))
    joined.set(added.subarray(0, to - base.size), base.size - from)
    return joined
  }

  *chunks(start: number, end: number): Iterable<Uint8Array> {
    const { base, added } = this
    yield* base.chunks(start, Math.min(end, base.size))
    const rest = added.subarray(Math.max(0, start - base.size), Math.max(0, end - base.size))
    if (rest.length > 0) yield rest
  }

  stream(start: number, end: number): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
    return this.inMemory ? this.chunks(start, end) : this.streamBoth(start, end)
  }

  private async *streamBoth(start: number, end: number): AsyncIterable<Uint8Array> {
    const { base } = this
    yield* base.stream(start, Math.min(end, base.size))
    yield* this.chunks(Math.max(start, base.size), end)
  }
}

/** The bytes with more behind them. Sections of several steps become one piece, so that layers do not pile up. */
export function appendBytes(base: FileBytes, added: Uint8Array): FileBytes {
  if (!(base instanceof LayeredBytes)) return new LayeredBytes(base, added)
  const joined = new Uint8Array(base.added.length + added.length)
  joined.set(base.added)
  joined.set(added, base.added.length)
  return new LayeredBytes(base.base, joined)
}

function shorter(at: number, size: number): CountersignError {
  return new CountersignError('PDF_DAMAGED', `The file ended at byte ${at} of ${size}.`, { details: { offset: at } })
}

/** The bytes of an array as parser input; no copy. */
export function memoryBytes(bytes: Uint8Array): FileBytes {
  return new MemoryBytes(bytes)
}

class MemorySource implements ByteSource {
  readonly size: number
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.size = bytes.length
    this.bytes = bytes
  }

  read(offset: number, into: Uint8Array): Promise<number> {
    const part = this.bytes.subarray(offset, offset + into.length)
    into.set(part)
    return Promise.resolve(part.length)
  }
}

/** A ByteSource over bytes in memory; they are used in place. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return new MemorySource(bytes)
}

/**
 * Bytes of the input for the parser. `limit` is the caller's LIMIT_FILE_SIZE; without one, `otherwise` holds for sources that have to
 * be in memory, and none for those that are read block by block (L-01).
 */
export async function loadBytes(
  source: Uint8Array | ByteSource,
  limit: number | undefined,
  otherwise: number,
  signal?: AbortSignal,
): Promise<FileBytes> {
  const bytes = source instanceof MemorySource ? source.bytes : source
  const size = bytes instanceof Uint8Array ? bytes.length : bytes.size
  const blocks = !(bytes instanceof Uint8Array) && isBlockSource(bytes)
  const most = limit ?? (blocks ? Number.MAX_SAFE_INTEGER : otherwise)
  if (size > most) throw new LimitError('FILE_SIZE', `The file has ${size} bytes, the limit is ${most}.`, { size })
  if (bytes instanceof Uint8Array) return memoryBytes(bytes)
  if (isBlockSource(bytes)) return new BlockBytes(bytes)
  return memoryBytes(await readWhole(bytes, signal))
}

async function readWhole(source: ByteSource, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const whole = new Uint8Array(source.size)
  let offset = 0
  while (offset < whole.length) {
    if (signal?.aborted === true) throw new CountersignError('ABORTED', 'Reading the file was aborted.')
    const count = await source.read(offset, whole.subarray(offset, Math.min(whole.length, offset + 0x100000)))
    if (count <= 0) throw shorter(offset, source.size)
    offset += count
  }
  return whole
}
