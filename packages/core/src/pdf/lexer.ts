import { LimitError } from '../error.ts'
import { hexValue, isDigit, isSpace } from './characters.ts'
import { CONTROL, ESCAPE, POWERS, RUN, fastHex, skipSpaces, skipZeros } from './scan.ts'
import type { FileBytes } from './source.ts'
import { spell } from './spelling.ts'
import { WorkBudget } from './work.ts'

/** Kinds of token; `Lexer.next` returns one and fills the lexer's fields. */
export const TOKEN = {
  eof: 0,
  integer: 1,
  real: 2,
  literal: 3,
  hex: 4,
  name: 5,
  arrayOpen: 6,
  arrayClose: 7,
  dictOpen: 8,
  dictClose: 9,
  keyword: 10,
} as const

export type Token = (typeof TOKEN)[keyof typeof TOKEN]

/** Sizes a token may have (L-08). */
export interface TokenLimits {
  readonly name: number
  readonly string: number
}

const MAX_KEYWORD = 128
/** Longer strings are read byte by byte, against the limit. */
const MAX_PLAIN = 256

/**
 * Tokens of PDF syntax over byte windows (ISO 32000-2, 7.2). Never throws for bad syntax: what is no token is a keyword or has
 * `malformed` set; throws LIMIT_NAME and LIMIT_STRING.
 */
export class Lexer {
  /** Next byte to be read. */
  pos: number
  /** Span of the last token. */
  start = 0
  end = 0
  /** Last integer or real. */
  number = 0
  /** Last name (decoded) or keyword, or spelling of a real. */
  text = ''
  /** Last string, after unescaping. */
  bytes: Uint8Array = EMPTY
  /** The last token was not exactly what the standard allows, and readers may differ on it. */
  malformed = false

  private readonly source: FileBytes
  private readonly limits: TokenLimits
  private readonly work: WorkBudget
  private readonly size: number
  /** Kinds of characters in the last run. */
  private found = 0
  private buffer: Uint8Array = EMPTY
  private base = 0

  constructor(source: FileBytes, pos: number, limits: TokenLimits, work: WorkBudget = new WorkBudget(source.size)) {
    this.work = work
    this.source = source
    this.limits = limits
    this.size = source.size
    this.pos = pos
  }

  /** Byte at a file offset, -1 outside the file. */
  at(offset: number): number {
    const index = offset - this.base
    if (index >= 0 && index < this.buffer.length) return this.buffer[index]!
    if (offset < 0 || offset >= this.size) return -1
    const window = this.source.window(offset)
    this.buffer = window.bytes
    this.base = window.base
    return this.buffer[offset - this.base]!
  }

  /** Moves over white space and comments; stops before `%%EOF` when asked to (it is a comment to everybody else). */
  skipSpace(stopAtEof = false): void {
    for (;;) {
      if (isSpace(this.at(this.pos))) this.skipBlanks()
      else if (this.at(this.pos) === 0x25) {
        if (stopAtEof && this.startsWith(this.pos, '%%EOF')) return
        this.skipLine()
      } else return
    }
  }

  /** White space within the window. */
  private skipBlanks(): void {
    const { buffer, base } = this
    const start = this.pos - base
    const end = skipSpaces(buffer, start + 1)
    this.pos = base + end
    // Nothing but blanks in a whole block of a file: most likely a hole, whose end is far away.
    if (start === 0 && end === buffer.length && !this.source.inMemory) this.skipHole()
  }

  private skipHole(): void {
    for (const piece of this.source.chunks(this.pos, this.size)) {
      const end = skipSpaces(piece, skipZeros(piece))
      this.pos += end
      if (end < piece.length) return
    }
  }

  /** Offset of the ASCII text at or after `from`; -1 when it does not stand there. */
  find(text: string, from: number): number {
    const first = text.charCodeAt(0)
    const end = this.size - text.length
    let at = from
    while (at <= end && !this.startsWith(at, text)) at = this.nextByte(first, at + 1)
    this.work.spend(Math.max(0, at - from))
    return at <= end ? at : -1
  }

  /** Offset of the last ASCII text that begins before `before`; -1 when there is none. */
  findBack(text: string, before: number): number {
    const first = text.charCodeAt(0)
    let at = Math.min(before, this.size) - 1
    while (at >= 0 && !this.startsWith(at, text)) at = this.previousByte(first, at - 1)
    this.work.spend(Math.max(0, before - Math.max(0, at)))
    return at
  }

  /** Offset of a byte value in the window at `from`, backwards, or where the window before it ends. */
  private previousByte(value: number, from: number): number {
    if (this.at(from) === -1) return from
    const found = this.buffer.lastIndexOf(value, from - this.base)
    return found < 0 ? this.base - 1 : this.base + found
  }

  /** Offset of a byte value in the window at `from`, or where the window ends. */
  private nextByte(value: number, from: number): number {
    if (this.at(from) === -1) return from
    const found = this.buffer.indexOf(value, from - this.base)
    return this.base + (found < 0 ? this.buffer.length : found)
  }

  /** True when the ASCII text stands at the offset. */
  startsWith(offset: number, text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.at(offset + i) !== text.charCodeAt(i)) return false
    return true
  }

  next(): Token {
    const from = this.pos
    this.skipSpace()
    this.malformed = false
    this.start = this.pos
    const kind = this.read()
    this.end = this.pos
    this.work.spend(this.pos - from)
    return kind
  }

  private skipLine(): void {
    for (;;) {
      const code = this.at(++this.pos)
      if (code === 10 || code === 13 || code === -1) return
    }
  }

  private read(): Token {
    const code = this.at(this.pos)
    switch (code) {
      case -1:
        return TOKEN.eof
      case 0x2f:
        return this.readName()
      case 0x28:
        return this.readLiteral()
      case 0x3c:
        if (this.at(this.pos + 1) !== 0x3c) return this.readHex()
        this.pos += 2
        return TOKEN.dictOpen
      case 0x3e:
        if (this.at(this.pos + 1) !== 0x3e) return this.readStray()
        this.pos += 2
        return TOKEN.dictClose
      case 0x5b:
        this.pos++
        return TOKEN.arrayOpen
      case 0x5d:
        this.pos++
        return TOKEN.arrayClose
      case 0x29:
      case 0x7b:
      case 0x7d:
        return this.readStray()
      default:
        return isDigit(code) || code === 0x2b || code === 0x2d || code === 0x2e ? this.readNumber() : this.readKeyword()
    }
  }

  /** A delimiter where none may stand. */
  private readStray(): Token {
    this.text = String.fromCharCode(this.at(this.pos++))
    this.malformed = true
    return TOKEN.keyword
  }

  /** End of the run of regular characters at an offset; `found` tells which kinds are in it. */
  private runEnd(from: number): number {
    let [pos, found] = [from, 0]
    while (this.at(pos) >= 0) {
      const { buffer, base } = this
      const { length } = buffer
      let index = pos - base
      for (; index < length; index++) {
        const kind = RUN[buffer[index]!]!
        if (kind === 0) break
        found |= kind
      }
      pos = base + index
      if (index < length) break
    }
    this.found = found
    return pos
  }

  private readKeyword(): Token {
    const start = this.pos
    this.pos = this.runEnd(start)
    if ((this.found & CONTROL) !== 0) this.malformed = true
    this.text = this.spelling(start, Math.min(this.pos, start + MAX_KEYWORD))
    return TOKEN.keyword
  }

  /** [+-] digits [. digits]; anything else that starts so is a keyword with `malformed` set (P-18). */
  private readNumber(): Token {
    const start = this.pos
    const end = this.runEnd(start)
    this.pos = end
    const inside = start >= this.base && end <= this.base + this.buffer.length
    const bytes = inside ? this.buffer : this.source.slice(start, end)
    const first = inside ? start - this.base : 0
    const last = first + end - start
    const negative = bytes[first] === 0x2d
    let index = negative || bytes[first] === 0x2b ? first + 1 : first
    let value = 0
    let digits = 0
    for (; index < last && isDigit(bytes[index]!); index++, digits++) value = value * 10 + (bytes[index]! - 0x30)
    const whole = index === last
    let scale = 0
    if (!whole && bytes[index] === 0x2e) {
      for (index++; index < last && isDigit(bytes[index]!); index++, scale++)
        value = value * 10 + (bytes[index]! - 0x30)
    }
    if (index < last || digits + scale === 0) return this.badNumber(start)
    // Integers beyond 2^53 are kept by their spelling, never narrowed (P-04).
    if (!whole || value > Number.MAX_SAFE_INTEGER) return this.real(start, negative, value, digits + scale, scale)
    this.number = negative && value !== 0 ? -value : value
    // A sign is legal but two spellings of one integer are worth keeping apart where it matters (P-04).
    this.text = ''
    return TOKEN.integer
  }

  private real(start: number, negative: boolean, value: number, digits: number, scale: number): Token {
    if (this.pos - start > MAX_KEYWORD) this.malformed = true
    this.text = this.spelling(start, Math.min(this.pos, start + MAX_KEYWORD))
    // Up to 15 digits both are exact, and so their quotient is rounded as the spelling would be.
    this.number = digits > 15 ? Number(this.text) : (negative ? -value : value) / POWERS[scale]!
    return TOKEN.real
  }

  private badNumber(start: number): Token {
    this.text = this.spelling(start, Math.min(this.pos, start + MAX_KEYWORD))
    this.malformed = true
    return TOKEN.keyword
  }

  private readName(): Token {
    const start = this.pos + 1
    this.pos = this.runEnd(start)
    // 7.3.5: control characters are written with #; some readers take a vertical tab for white space.
    if ((this.found & CONTROL) !== 0) this.malformed = true
    if (this.pos - start > this.limits.name) {
      throw new LimitError('NAME', `A name at byte ${this.start} is longer than ${this.limits.name} bytes.`)
    }
    const escaped = (this.found & ESCAPE) !== 0
    this.text = escaped ? this.unescapeName(this.slice(start, this.pos)) : this.spelling(start, this.pos)
    return TOKEN.name
  }

  private unescapeName(bytes: Uint8Array): string {
    const out = new Uint8Array(bytes.length)
    let length = 0
    for (let i = 0; i < bytes.length; i++) {
      let value = bytes[i]!
      if (value === 0x23) {
        const high = hexValue(bytes[i + 1] ?? -1)
        const low = high < 0 ? -1 : hexValue(bytes[i + 2] ?? -1)
        // A bare `#` stands for itself, as in PDF 1.1; readers differ on it.
        if (low < 0) this.malformed = true
        else {
          value = high * 16 + low
          i += 2
        }
      }
      out[length++] = value
    }
    return spell(out, 0, length)
  }

  private readHex(): Token {
    const close = this.findHexEnd()
    const digits = this.slice(this.pos + 1, close)
    this.bytes = fastHex(digits) ?? this.looseHex(digits)
    if (this.at(close) === -1) this.malformed = true
    this.pos = Math.min(this.size, close + 1)
    return TOKEN.hex
  }

  /** Hex digits with white space, an odd count or anything else between them. */
  private looseHex(digits: Uint8Array): Uint8Array {
    const bytes = new Uint8Array((digits.length + 1) >> 1)
    let length = 0
    let high = -1
    for (const code of digits) {
      const value = hexValue(code)
      if (value < 0) {
        if (!isSpace(code)) this.malformed = true
      } else if (high < 0) high = value
      else {
        bytes[length++] = high * 16 + value
        high = -1
      }
    }
    if (high >= 0) bytes[length++] = high * 16
    return bytes.slice(0, length)
  }

  /** Offset of the next `>`, or the end of the file. Long strings are searched by the window's own fast search. */
  private findHexEnd(): number {
    let at = this.pos + 1
    while (this.at(at) !== -1) {
      const { buffer, base } = this
      const limit = Math.min(buffer.length, this.pos + 2 * this.limits.string + 2 - base)
      const found = buffer.subarray(at - base, limit).indexOf(0x3e)
      if (found >= 0) return at + found
      at = limit + base
      if (at - this.pos > 2 * this.limits.string) this.tooLong()
    }
    return at
  }

  private spelling(start: number, end: number): string {
    const { buffer, base } = this
    if (start >= base && end <= base + buffer.length) return spell(buffer, start - base, end - base)
    return spell(this.source.slice(start, end), 0, end - start)
  }

  private slice(start: number, end: number): Uint8Array {
    const { buffer, base } = this
    if (start >= base && end <= base + buffer.length) return buffer.subarray(start - base, end - base)
    return this.source.slice(start, end)
  }

  private tooLong(): never {
    throw new LimitError('STRING', `A string at byte ${this.start} is longer than ${this.limits.string} bytes.`)
  }

  private readLiteral(): Token {
    const plain = this.plainLiteral()
    if (plain !== undefined) {
      this.bytes = plain
      return TOKEN.literal
    }
    let out = new Uint8Array(Math.min(64, this.limits.string))
    let length = 0
    let depth = 1
    this.pos++
    for (;;) {
      let code = this.at(this.pos++)
      if (code === -1) {
        this.pos = this.size
        this.malformed = true
        break
      }
      if (code === 0x29 && --depth === 0) break
      if (code === 0x28) depth++
      else if (code === 0x5c) code = this.readEscape()
      else if (code === 13) {
        // 7.3.4.2: an end of line inside a string is one LF, however it is written.
        if (this.at(this.pos) === 10) this.pos++
        code = 10
      }
      if (code < 0) continue
      if (length === out.length) out = this.grow(out)
      out[length++] = code
    }
    this.bytes = out.slice(0, length)
    return TOKEN.literal
  }

  /** A short string within the window in which every byte stands for itself: most are. Moves behind it. */
  private plainLiteral(): Uint8Array | undefined {
    const { buffer, base } = this
    const start = this.pos + 1 - base
    const limit = Math.min(buffer.length, start + Math.min(MAX_PLAIN, this.limits.string))
    for (let i = start; i < limit; i++) {
      const code = buffer[i]!
      if (code === 0x29) {
        this.pos = base + i + 1
        return buffer.slice(start, i)
      }
      if (code === 0x28 || code === 0x5c || code === 13) return undefined
    }
    return undefined
  }

  private grow(out: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (out.length >= this.limits.string) this.tooLong()
    const larger = new Uint8Array(Math.min(out.length * 4, this.limits.string))
    larger.set(out)
    return larger
  }

  /** After a backslash; -1 for a line continuation. */
  private readEscape(): number {
    const code = this.at(this.pos++)
    if (code >= 0x30 && code <= 0x37) return this.readOctal(code - 0x30)
    switch (code) {
      case 0x6e:
        return 10
      case 0x72:
        return 13
      case 0x74:
        return 9
      case 0x62:
        return 8
      case 0x66:
        return 12
      case 13:
        if (this.at(this.pos) === 10) this.pos++
        return -1
      case 10:
        return -1
      case -1:
        this.pos = this.size
        return -1
      default:
        return code
    }
  }

  private readOctal(first: number): number {
    let value = first
    for (let i = 0; i < 2; i++) {
      const code = this.at(this.pos)
      if (code < 0x30 || code > 0x37) break
      value = value * 8 + code - 0x30
      this.pos++
    }
    return value & 255
  }
}

const EMPTY = new Uint8Array(0)
