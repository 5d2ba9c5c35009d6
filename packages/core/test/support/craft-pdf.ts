// Small PDF files written by hand, independent of our own writer, with signatures whose every byte a test may choose.
function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('')
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const RANGE_ROOM = 60
const CONTENTS_BYTES = 8192

/** What a test may change about the signature it adds. */
export interface SignatureShape {
  /** Signature data for the covered bytes. */
  readonly sign: (covered: Uint8Array) => Uint8Array
  readonly subFilter?: string
  /** Further entries of the dictionary, such as `/Reason (x)`. */
  readonly entries?: string
  /** Numbers of /ByteRange where they are not the right ones. */
  readonly byteRange?: (right: readonly [number, number, number, number]) => string
  /** Text of the /Contents token, `<`hex`>` by default. */
  readonly contents?: (hex: string) => string
}

export const PAGE =
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Annots [4 0 R] /Contents 6 0 R /Resources << >> >>'
export const FIELD = '<< /FT /Sig /Type /Annot /Subtype /Widget /T (Sig1) /V 5 0 R /P 3 0 R /Rect [0 0 0 0] /F 132 >>'

/** Objects of a one-page file with one signature field; 5 0 is its signature. */
export function baseObjects(changes: Readonly<Record<number, string>> = {}): Record<number, string> {
  return {
    1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /SigFlags 3 >> >>',
    2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    3: PAGE,
    4: FIELD,
    6: '<< /Length 8 >>\nstream\n0 0 m S \nendstream',
    ...changes,
  }
}

/** A file that grows revision by revision. */
export class CraftedPdf {
  bytes: Uint8Array = latin1('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')
  #startxref: number | undefined
  #size = 1

  /** Adds a revision of plain objects. */
  append(objects: Readonly<Record<number, string>>, trailer = ''): this {
    this.#write(objects, trailer)
    return this
  }

  /** Adds a revision with the signature dictionary as object `number`. */
  appendSigned(objects: Readonly<Record<number, string>>, number: number, shape: SignatureShape): this {
    const subFilter = shape.subFilter ?? 'ETSI.CAdES.detached'
    const entries = shape.entries ?? '/Type /Sig /M (D:20260601100000Z)'
    const blank = `<${'0'.repeat(2 * CONTENTS_BYTES)}>`
    const range = ' '.repeat(RANGE_ROOM)
    const dictionary = `<< /Filter /Adobe.PPKLite /SubFilter /${subFilter} ${entries} /ByteRange ${range} /Contents ${blank} >>`
    const start = this.bytes.length
    this.#write({ ...objects, [number]: dictionary }, '')
    this.#fill(start, shape)
    return this
  }

  #fill(start: number, shape: SignatureShape): void {
    const text = Array.from(this.bytes.subarray(start), (octet) => String.fromCharCode(octet)).join('')
    const rangeAt = start + text.indexOf('/ByteRange ') + '/ByteRange '.length
    const gapStart = start + text.indexOf('/Contents <') + '/Contents '.length
    const gapEnd = gapStart + 2 + 2 * CONTENTS_BYTES
    const right = [0, gapStart, gapEnd, this.bytes.length - gapEnd] as const
    const range = shape.byteRange?.(right) ?? `[${right.join(' ')}]`
    this.bytes.set(latin1(range.padEnd(RANGE_ROOM)), rangeAt)
    const covered = joined(this.bytes.subarray(0, gapStart), this.bytes.subarray(gapEnd))
    const hex = toHex(shape.sign(covered)).padEnd(2 * CONTENTS_BYTES, '0')
    const token = shape.contents?.(hex) ?? `<${hex}>`
    if (token.length !== gapEnd - gapStart) throw new Error(`the token must keep its length (${token.length})`)
    this.bytes.set(latin1(token), gapStart)
  }

  #write(objects: Readonly<Record<number, string>>, trailer: string): void {
    const numbers = Object.keys(objects)
      .map(Number)
      .toSorted((a, b) => a - b)
    this.#size = Math.max(this.#size, ...numbers.map((number) => number + 1))
    const offsets = new Map<number, number>()
    for (const number of numbers) {
      offsets.set(number, this.bytes.length)
      this.#add(`${number} 0 obj\n${objects[number]!}\nendobj\n`)
    }
    const xref = this.bytes.length
    const rows = numbers.map((number) => `${number} 1\n${String(offsets.get(number)).padStart(10, '0')} 00000 n \n`)
    const head = this.#startxref === undefined ? '0 1\n0000000000 65535 f \n' : ''
    const previous = this.#startxref === undefined ? '' : ` /Prev ${this.#startxref}`
    this.#add(`xref\n${head}${rows.join('')}trailer\n<< /Size ${this.#size} /Root 1 0 R${previous} ${trailer}>>\n`)
    this.#add(`startxref\n${xref}\n%%EOF\n`)
    this.#startxref = xref
  }

  #add(text: string): void {
    this.bytes = joined(this.bytes, latin1(text))
  }
}
