import { CountersignError, LimitError } from '../error.ts'
import type { ByteSource } from './types.ts'

/** A piece of the file held in memory: `bytes[0]` stands at file offset `base`. */
export interface ByteWindow {
  readonly bytes: Uint8Array
  readonly base: number
}

/**
 * What the parser reads from: synchronous windows over a file. A source in memory is one window, without a copy.
 * A source that loads blocks on demand answers a miss by throwing `MissingBytes`; the async caller loads and tries again.
 */
export interface FileBytes {
  readonly size: number
  /** A window that holds the byte at `offset` (0 <= offset < size). */
  window(offset: number): ByteWindow
  /** Bytes [start, end), clipped to the file; a view where the source is in memory. */
  slice(start: number, end: number): Uint8Array
}

/** Bytes that are not loaded yet; never leaves the pdf folder. */
export class MissingBytes extends Error {
  readonly start: number
  readonly end: number

  constructor(start: number, end: number) {
    super('bytes are not loaded')
    this.start = start
    this.end = end
  }
}

class MemoryBytes implements FileBytes {
  readonly size: number
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
}

/** The bytes of an array as parser input; no copy. */
export function memoryBytes(bytes: Uint8Array): FileBytes {
  return new MemoryBytes(bytes)
}

/** A ByteSource over bytes in memory. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(offset, into) {
      const part = bytes.subarray(offset, offset + into.length)
      into.set(part)
      return Promise.resolve(part.length)
    },
  }
}

/** Bytes of the input for the parser; throws LIMIT_FILE_SIZE above `limit` bytes. */
export async function loadBytes(
  source: Uint8Array | ByteSource,
  limit: number,
  signal?: AbortSignal,
): Promise<FileBytes> {
  const size = source instanceof Uint8Array ? source.length : source.size
  if (size > limit) throw new LimitError('FILE_SIZE', `The file has ${size} bytes, the limit is ${limit}.`, { size })
  if (source instanceof Uint8Array) return memoryBytes(source)
  const whole = new Uint8Array(size)
  let offset = 0
  while (offset < size) {
    if (signal?.aborted === true) throw new CountersignError('ABORTED', 'Reading the file was aborted.')
    const count = await source.read(offset, whole.subarray(offset, Math.min(size, offset + 0x100000)))
    if (count <= 0) throw new CountersignError('PDF_DAMAGED', `The file ended at byte ${offset} of ${size}.`)
    offset += count
  }
  return memoryBytes(whole)
}
