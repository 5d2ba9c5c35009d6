/** Output of a filter that expands: grows by doubling and never beyond the limit. */
export class GrowingBytes {
  length = 0
  private readonly limit: number
  private buffer: Uint8Array<ArrayBuffer>

  constructor(limit: number, expected: number) {
    this.limit = limit
    this.buffer = new Uint8Array(Math.min(limit, Math.max(64, expected)))
  }

  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length)
  }

  /** Room for `count` more bytes; false when that would be more than the limit. */
  reserve(count: number): boolean {
    const needed = this.length + count
    if (needed <= this.buffer.length) return true
    if (needed > this.limit) return false
    const larger = new Uint8Array(Math.min(this.limit, Math.max(needed, this.buffer.length * 2)))
    larger.set(this.bytes)
    this.buffer = larger
    return true
  }

  push(byte: number): void {
    this.buffer[this.length++] = byte
  }

  append(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  fill(byte: number, count: number): void {
    this.buffer.fill(byte, this.length, this.length + count)
    this.length += count
  }

  /** Appends `count` bytes of the output from `start` on, byte by byte: the run may reach into what it appends. */
  repeat(start: number, count: number): void {
    const { buffer } = this
    let to = this.length
    for (let from = start, end = start + count; from < end; from++) buffer[to++] = buffer[from]!
    this.length = to
  }
}
