import { GrowingBytes } from './growing.ts'
import type { InflateEnd } from './inflate.ts'

const CLEAR = 256
const END = 257
const MAX_CODES = 4096

/** LZWDecode (7.4.4): codes of 9 to 12 bits, high bit first. `early` is /EarlyChange, 1 by default. */
export function decodeLzw(data: Uint8Array, early: number, limit: number): { bytes: Uint8Array; end: InflateEnd } {
  const out = new GrowingBytes(limit, data.length * 4)
  // Each entry is a run of the output seen before: where it starts and how long it is.
  const starts = new Float64Array(MAX_CODES)
  const lengths = new Uint32Array(MAX_CODES)
  let next = END + 1
  let width = 9
  let previousStart = -1
  let previousLength = 0
  let hold = 0
  let held = 0
  for (let pos = 0; ;) {
    while (held < width) {
      if (pos >= data.length) return { bytes: out.bytes, end: 'truncated' }
      hold = ((hold << 8) | data[pos++]!) & 0xffffff
      held += 8
    }
    held -= width
    const code = (hold >> held) & ((1 << width) - 1)
    if (code === END) return { bytes: out.bytes, end: 'complete' }
    if (code === CLEAR) {
      next = END + 1
      width = 9
      previousStart = -1
      continue
    }
    const start = out.length
    if (code < CLEAR) {
      if (!out.reserve(1)) return { bytes: out.bytes, end: 'limit' }
      out.push(code)
    } else {
      // The code being defined right now is the previous run and its own first byte again.
      const self = code === next && previousStart >= 0
      if (code >= next && !self) return { bytes: out.bytes, end: 'damaged' }
      const length = self ? previousLength + 1 : lengths[code]!
      if (!out.reserve(length)) return { bytes: out.bytes, end: 'limit' }
      out.repeat(self ? previousStart : starts[code]!, length)
    }
    if (previousStart >= 0 && next < MAX_CODES) {
      starts[next] = previousStart
      lengths[next++] = previousLength + 1
    }
    previousStart = start
    previousLength = out.length - start
    if (next + early >= 1 << width && width < 12) width++
  }
}
