import { PdfString } from './objects.ts'

// PDFDocEncoding where it differs from Latin-1 (ISO 32000-2, annex D.3).
const LOW = '\u02d8\u02c7\u02c6\u02d9\u02dd\u02db\u02da\u02dc'
const HIGH =
  '\u2022\u2020\u2021\u2026\u2014\u2013\u0192\u2044\u2039\u203a\u2212\u2030\u201e\u201c\u201d\u2018\u2019\u201a\u2122\ufb01\ufb02' +
  '\u0141\u0152\u0160\u0178\u017d\u0131\u0142\u0153\u0161\u017e\ufffd\u20ac'

const TO_BYTE: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, code): [string, number] => [fromDocEncoding(code), code]).filter(
    ([char]) => char !== '\ufffd',
  ),
)

function fromDocEncoding(code: number): string {
  if (code >= 0x18 && code <= 0x1f) return LOW[code - 0x18]!
  if (code >= 0x80 && code <= 0xa0) return HIGH[code - 0x80]!
  return code === 0x7f || code === 0xad ? '\ufffd' : String.fromCharCode(code)
}

const FROM_CODE: readonly string[] = Array.from({ length: 256 }, (_, code) => fromDocEncoding(code))
const FROM_BYTE: Uint16Array = Uint16Array.from({ length: 256 }, (_, code) => fromDocEncoding(code).charCodeAt(0))

/** The text of a text string (7.9.2.2): UTF-16 or UTF-8 with a byte order mark, else PDFDocEncoding. Never throws. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, false)
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, true)
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder().decode(bytes)
  // Names of fields are short and many: joining characters is faster than filling an array.
  if (bytes.length <= 64) {
    let text = ''
    for (let i = 0; i < bytes.length; i++) text += FROM_CODE[bytes[i]!]!
    return text
  }
  const units = new Uint16Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) units[i] = FROM_BYTE[bytes[i]!]!
  return fromUnits(units)
}

/** Text of UTF-16 units, in pieces: one call may not have too many arguments. */
function fromUnits(units: Uint16Array): string {
  if (units.length <= 4096) return String.fromCharCode(...units)
  const pieces: string[] = []
  for (let i = 0; i < units.length; i += 4096) pieces.push(String.fromCharCode(...units.subarray(i, i + 4096)))
  return pieces.join('')
}

function decodeUtf16(bytes: Uint8Array, littleEndian: boolean): string {
  const units = new Uint16Array(bytes.length >> 1)
  let length = 0
  let escaped = false
  for (let i = 2; i + 1 < bytes.length; i += 2) {
    const unit = littleEndian ? bytes[i]! | (bytes[i + 1]! << 8) : (bytes[i]! << 8) | bytes[i + 1]!
    // 7.9.2.2: a language code stands between two ESC characters and is no text.
    if (unit === 0x1b) escaped = !escaped
    else if (!escaped) units[length++] = unit
  }
  return fromUnits(units.subarray(0, length))
}

/** A text string: PDFDocEncoding when possible, else UTF-16BE with BOM, or UTF-8 with BOM where `utf8` allows it (W13, PDF 2.0 only). */
export function encodeText(text: string, utf8 = false): PdfString {
  const bytes = new Uint8Array(text.length)
  let plain = true
  for (let i = 0; i < text.length && plain; i++) {
    const code = TO_BYTE.get(text[i]!)
    if (code === undefined) plain = false
    else bytes[i] = code
  }
  // Text that would be taken for one with a byte order mark is not written plainly.
  if (plain && !startsLikeMark(bytes)) return new PdfString(bytes)
  return new PdfString(utf8 ? encodeUtf8(text) : encodeUtf16(text))
}

function startsLikeMark(bytes: Uint8Array): boolean {
  const [first, second, third] = bytes
  return (
    (first === 0xfe && second === 0xff) ||
    (first === 0xff && second === 0xfe) ||
    (first === 0xef && second === 0xbb && third === 0xbf)
  )
}

function encodeUtf8(text: string): Uint8Array {
  const encoded = new TextEncoder().encode(text)
  const bytes = new Uint8Array(encoded.length + 3)
  bytes.set([0xef, 0xbb, 0xbf])
  bytes.set(encoded, 3)
  return bytes
}

function encodeUtf16(text: string): Uint8Array {
  const bytes = new Uint8Array(2 + 2 * text.length)
  bytes.set([0xfe, 0xff])
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    bytes[2 + 2 * i] = unit >> 8
    bytes[3 + 2 * i] = unit & 255
  }
  return bytes
}
