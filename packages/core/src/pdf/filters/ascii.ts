import { hexValue, isSpace } from '../characters.ts'

/** What a simple filter gave; `clean` is false when the data was cut short or had bytes that do not belong there. */
export interface Decoded {
  readonly bytes: Uint8Array
  readonly clean: boolean
}

/** ASCIIHexDecode (7.4.2): ends at `>`; a missing last digit is 0. */
export function decodeAsciiHex(data: Uint8Array): Decoded {
  const out = new Uint8Array((data.length + 1) >> 1)
  let length = 0
  let high = -1
  let clean = false
  for (const code of data) {
    if (code === 0x3e) {
      clean = true
      break
    }
    if (isSpace(code)) continue
    const value = hexValue(code)
    if (value < 0) return { bytes: out.subarray(0, length), clean: false }
    if (high < 0) high = value
    else {
      out[length++] = high * 16 + value
      high = -1
    }
  }
  if (high >= 0) out[length++] = high * 16
  return { bytes: out.subarray(0, length), clean }
}

/** ASCII85Decode (7.4.3): ends at `~>`; `z` is four zero bytes; a leading `<~` is skipped. Output is at most 4 times the input. */
export function decodeAscii85(data: Uint8Array): Decoded {
  let size = 0
  for (const code of data) size += code === 0x7a ? 4 : 1
  const out = new Uint8Array(size + 4)
  let length = 0
  let value = 0
  let count = 0
  const start = data[0] === 0x3c && data[1] === 0x7e ? 2 : 0
  for (let i = start; i < data.length; i++) {
    const code = data[i]!
    if (code === 0x7e) return finishAscii85(out, length, value, count, data[i + 1] === 0x3e)
    if (isSpace(code)) continue
    if (code === 0x7a && count === 0) {
      length += 4
      continue
    }
    if (code < 0x21 || code > 0x75) return { bytes: out.subarray(0, length), clean: false }
    value = value * 85 + code - 0x21
    if (++count < 5) continue
    if (value > 0xffffffff) return { bytes: out.subarray(0, length), clean: false }
    writeBytes(out, length, value, 4)
    length += 4
    value = 0
    count = 0
  }
  return finishAscii85(out, length, value, count, false)
}

function writeBytes(out: Uint8Array, at: number, value: number, count: number): void {
  for (let i = 0; i < count; i++) out[at + i] = Math.floor(value / 2 ** (24 - 8 * i))
}

/** A last group of n characters stands for n - 1 bytes. */
function finishAscii85(out: Uint8Array, length: number, value: number, count: number, clean: boolean): Decoded {
  if (count === 0) return { bytes: out.subarray(0, length), clean }
  let full = value
  for (let i = count; i < 5; i++) full = full * 85 + 84
  if (count === 1 || full > 0xffffffff) return { bytes: out.subarray(0, length), clean: false }
  writeBytes(out, length, full, count - 1)
  return { bytes: out.subarray(0, length + count - 1), clean }
}
