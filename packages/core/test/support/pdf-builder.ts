// Small PDF files for tests: objects as text, sections with right (or deliberately wrong) offsets.
import { deflateSync } from 'node:zlib'

/** Text or bytes; text is written as latin1. */
export type Part = string | Uint8Array

interface Place {
  readonly num: number
  readonly gen: number
  readonly offset: number
}

/** An entry of an object stream, for cross-reference streams. */
interface Compressed {
  readonly num: number
  readonly stream: number
  readonly index: number
}

export class PdfBuilder {
  private readonly parts: Buffer[] = []
  private size = 0
  private places: Place[] = []
  private compressed: Compressed[] = []
  private freed: [num: number, gen: number][] = []
  /** Offset of the newest section. */
  section: number | undefined

  constructor(header: Part = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n') {
    this.write(header)
  }

  get offset(): number {
    return this.size
  }

  write(part: Part): this {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part)
    this.parts.push(bytes)
    this.size += bytes.length
    return this
  }

  object(num: number, body: Part, gen = 0): this {
    this.places.push({ num, gen, offset: this.size })
    return this.write(`${num} ${gen} obj\n`).write(body).write('\nendobj\n')
  }

  stream(num: number, entries: string, data: Part, gen = 0): this {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : Buffer.from(data)
    this.places.push({ num, gen, offset: this.size })
    this.write(`${num} ${gen} obj\n<< ${entries} /Length ${bytes.length} >>\nstream\n`)
    return this.write(bytes).write('\nendstream\nendobj\n')
  }

  /** An object stream with the given objects. */
  objectStream(num: number, objects: readonly (readonly [num: number, body: string])[]): this {
    let table = ''
    let data = ''
    for (const [index, [own, body]] of objects.entries()) {
      table += `${own} ${data.length} `
      data += `${body} `
      this.compressed.push({ num: own, stream: num, index })
    }
    const packed = deflateSync(Buffer.from(table + data, 'latin1'))
    return this.stream(num, `/Type /ObjStm /N ${objects.length} /First ${table.length} /Filter /FlateDecode`, packed)
  }

  free(num: number, gen = 1): this {
    this.freed.push([num, gen])
    return this
  }

  /** A table with the objects since the last section; `trailer` holds what is not /Size or /Prev. */
  table(
    trailer: string,
    options: { size?: number; prev?: number | undefined; startxref?: number; eof?: string } = {},
  ): this {
    const at = this.size
    const entries = new Map<number, string>()
    if (this.section === undefined) entries.set(0, '0000000000 65535 f \n')
    for (const [num, gen] of this.freed) entries.set(num, `0000000000 ${String(gen).padStart(5, '0')} f \n`)
    for (const { num, gen, offset } of this.places) {
      entries.set(num, `${String(offset).padStart(10, '0')} ${String(gen).padStart(5, '0')} n \n`)
    }
    const numbers = [...entries.keys()].sort((a, b) => a - b)
    this.write('xref\n')
    for (const num of numbers) this.write(`${num} 1\n${entries.get(num)!}`)
    if (numbers.length === 0) this.write('0 0\n')
    const prev = 'prev' in options ? options.prev : this.section
    const size = options.size ?? (numbers.at(-1) ?? 0) + 1
    this.write(`trailer\n<< /Size ${size} ${trailer}${prev === undefined ? '' : ` /Prev ${prev}`} >>\n`)
    return this.end(at, options)
  }

  /** A cross-reference stream with the objects since the last section, itself included. */
  xrefStream(num: number, trailer: string, options: { prev?: number | undefined; startxref?: number } = {}): this {
    const at = this.size
    const { data, index, size } = this.streamEntries(num, at)
    const prev = 'prev' in options ? options.prev : this.section
    const previous = prev === undefined ? '' : `/Prev ${prev}`
    const entries = `/Type /XRef /W [1 4 2] /Index [${index}] /Size ${size} /Filter /FlateDecode ${trailer} ${previous}`
    this.stream(num, entries, deflateSync(data))
    return this.end(at, options)
  }

  private streamEntries(num: number, at: number): { data: Buffer; index: string; size: number } {
    const rows = new Map<number, [number, number, number]>([[num, [1, at, 0]]])
    if (this.section === undefined) rows.set(0, [0, 0, 65535])
    for (const [own, gen] of this.freed) rows.set(own, [0, 0, gen])
    for (const { num: own, gen, offset } of this.places) rows.set(own, [1, offset, gen])
    for (const { num: own, stream, index } of this.compressed) rows.set(own, [2, stream, index])
    const numbers = [...rows.keys()].sort((a, b) => a - b)
    const data = Buffer.alloc(7 * numbers.length)
    for (const [i, own] of numbers.entries()) {
      const [type, second, third] = rows.get(own)!
      data.writeUInt8(type, 7 * i)
      data.writeUInt32BE(second, 7 * i + 1)
      data.writeUInt16BE(third, 7 * i + 5)
    }
    return { data, index: numbers.map((own) => `${own} 1`).join(' '), size: numbers.at(-1)! + 1 }
  }

  private end(at: number, options: { startxref?: number; eof?: string }): this {
    this.section = at
    this.places = []
    this.compressed = []
    this.freed = []
    return this.write(`startxref\n${options.startxref ?? at}\n${options.eof ?? '%%EOF\n'}`)
  }

  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.parts))
  }
}

/** Catalog 1, pages 2, one page 3 with contents 4; nothing written behind them yet. */
export function smallPdf(builder: PdfBuilder = new PdfBuilder(), catalog = ''): PdfBuilder {
  return builder
    .object(1, `<< /Type /Catalog /Pages 2 0 R ${catalog}>>`)
    .object(2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>')
    .object(3, '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R >>')
    .stream(4, '', '0 0 10 10 re f')
}
