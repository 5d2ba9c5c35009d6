import { GrowingBytes } from './growing.ts'
import type { InflateEnd } from './inflate.ts'

/** RunLengthDecode (7.4.5); 128 ends the data. */
export function decodeRunLength(data: Uint8Array, limit: number): { bytes: Uint8Array; end: InflateEnd } {
  const out = new GrowingBytes(limit, data.length * 2)
  for (let i = 0; i < data.length;) {
    const code = data[i++]!
    if (code === 128) return { bytes: out.bytes, end: 'complete' }
    const count = code < 128 ? code + 1 : 257 - code
    if (!out.reserve(count)) return { bytes: out.bytes, end: 'limit' }
    if (code < 128) {
      out.append(data.subarray(i, i + count))
      if (i + count > data.length) return { bytes: out.bytes, end: 'truncated' }
      i += count
    } else {
      if (i >= data.length) return { bytes: out.bytes, end: 'truncated' }
      out.fill(data[i++]!, count)
    }
  }
  return { bytes: out.bytes, end: 'truncated' }
}
