// PDF files written by hand, revision by revision, independent of our own writer: tables, cross-reference streams, object streams,
// encryption, signatures over real bytes.
import { deflateSync } from 'node:zlib'
import { encryptFor, encryptionFor, encryptStrings, type FileEncryption } from './encryption.ts'

/** How a revision lists its objects. */
export type XrefForm = 'table' | 'stream' | 'objstm'

/** A signature to be made when the revision is complete. */
export interface SignatureSlot {
  /** Signature data for the covered bytes. */
  readonly sign: (covered: Uint8Array) => Uint8Array
  /** Room of /Contents in bytes. */
  readonly room?: number
  /** The numbers of /ByteRange where they are not the right ones. */
  readonly byteRange?: (right: readonly [number, number, number, number]) => string
  /** The bytes that are signed where they are not those between the right numbers. */
  readonly covered?: (file: string, right: readonly [number, number, number, number]) => string
  /** Text of the /Contents token: `<`hex`>` unless told otherwise, of the same length. */
  readonly token?: (hex: string) => string
  /** Last change of the finished dictionary, of the same length. */
  readonly alter?: (dictionary: string) => string
}

export interface CommitOptions {
  readonly form?: XrefForm
  /** Further entries of the trailer. */
  readonly trailer?: string
  readonly root?: string
  /** First /ID as hex. */
  readonly id?: string
  /** Bytes between the objects and the section that nobody lists. */
  readonly stray?: string
  readonly size?: number
  /** Another /Prev. */
  readonly prev?: number
  /** The section's rows as they are to stand. */
  readonly rows?: (rows: Map<number, Row>) => void
  /** Without the section, the trailer or the terminator. */
  readonly omit?: 'section' | 'trailer' | 'terminator'
}

/** An entry of a section. */
export interface Row {
  kind: 'used' | 'free' | 'compressed'
  /** Offset, next free object, or the object stream. */
  at: number
  /** Generation, or the index in the object stream. */
  gen: number
}

interface Staged {
  readonly gen: number
  /** Undefined where the number is freed. */
  readonly body: string | undefined
  readonly data?: string
}

const RANGE_ROOM = 44
const ROOM = 5400

export class PdfFile {
  text = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'
  /** Offset of the newest section. */
  startxref = -1
  size = 1
  /** Number of the next object or cross-reference stream: out of the way of all others. */
  #next = 500
  readonly bodies: Map<number, Staged> = new Map()
  form: XrefForm = 'table'
  readonly id: string
  #staged = new Map<number, Staged>()
  #slots = new Map<number, SignatureSlot>()
  #encryption: FileEncryption | undefined

  constructor(options: { readonly form: XrefForm; readonly encrypted: boolean; readonly id?: string }) {
    this.form = options.form
    this.id = options.id ?? '00112233445566778899aabbccddeeff'
    if (options.encrypted) this.#encryption = encryptionFor(Buffer.from(this.id, 'hex'))
  }

  /** A copy that goes its own way. */
  fork(): PdfFile {
    const copy = new PdfFile({ form: this.form, encrypted: false, id: this.id })
    copy.text = this.text
    copy.startxref = this.startxref
    copy.size = this.size
    copy.#next = this.#next
    copy.#encryption = this.#encryption
    for (const [num, body] of this.bodies) copy.bodies.set(num, body)
    return copy
  }

  get encrypted(): boolean {
    return this.#encryption !== undefined
  }

  get bytes(): Uint8Array {
    return new Uint8Array(Buffer.from(this.text, 'latin1'))
  }

  set(num: number, body: string, gen = 0): this {
    this.#staged.set(num, { gen, body })
    return this
  }

  stream(num: number, data: string, dict = '', gen = 0): this {
    this.#staged.set(num, { gen, body: dict, data })
    return this
  }

  free(num: number, gen = 1): this {
    this.#staged.set(num, { gen, body: undefined })
    return this
  }

  /** A signature dictionary as object `num`. */
  sign(num: number, entries: string, slot: SignatureSlot): this {
    const room = '0'.repeat(2 * (slot.room ?? ROOM))
    this.set(num, `<<${entries}/ByteRange ${' '.repeat(RANGE_ROOM)}/Contents <${room}>>>`)
    this.#slots.set(num, slot)
    return this
  }

  /** The body that the newest revision gives an object. */
  body(num: number): string {
    const { body } = this.#staged.get(num) ?? this.bodies.get(num) ?? { body: undefined }
    if (body === undefined) throw new Error(`object ${num} has no body`)
    return body
  }

  /** Data of a stream of the newest revision. */
  data(num: number): string {
    return (this.#staged.get(num) ?? this.bodies.get(num))?.data ?? ''
  }

  has(num: number): boolean {
    return this.bodies.get(num)?.body !== undefined
  }

  /** Writes an object again just as it stands. */
  again(num: number): this {
    const known = this.bodies.get(num)
    if (known !== undefined) this.#staged.set(num, known)
    return this
  }

  /** Gives an object another body, made from the one it has; a stream keeps its data. */
  edit(num: number, change: (body: string) => string): this {
    const known = this.#staged.get(num) ?? this.bodies.get(num)
    if (known?.body === undefined) throw new Error(`object ${num} has no body`)
    const body = change(known.body)
    if (body === known.body) throw new Error(`the edit of object ${num} changes nothing: ${body.slice(0, 200)}`)
    this.#staged.set(num, { ...known, body })
    return this
  }

  /** Numbers that the next revision will hold. */
  get touched(): readonly number[] {
    return [...this.#staged.keys()]
  }

  /** The raw text of the newest definition of an object. */
  textOf(num: number): string {
    const at = this.text.lastIndexOf(`\n${num} 0 obj\n`) + 1
    return this.text.slice(at, this.text.indexOf('endobj\n', at) + 'endobj\n'.length)
  }

  /** Bytes behind everything. */
  append(bytes: string): this {
    this.text += bytes
    return this
  }

  /** The bytes of an object as they stand in the file. */
  written(num: number, gen: number, { body = '', data }: Pick<Staged, 'body' | 'data'>): string {
    // A cross-reference stream is never encrypted (7.5.8.2).
    const key = body.includes('/Type/XRef') ? undefined : this.#encryption?.key
    const dict = key === undefined ? body : encryptStrings(key, num, gen, body)
    if (data === undefined) return `${num} ${gen} obj\n${dict}\nendobj\n`
    const plain = dict.includes('/FlateDecode') ? deflateSync(Buffer.from(data, 'latin1')).toString('latin1') : data
    const held = key === undefined ? plain : encryptFor(key, num, gen, plain)
    return `${num} ${gen} obj\n<<${dict}/Length ${held.length}>>\nstream\n${held}\nendstream\nendobj\n`
  }

  commit(options: CommitOptions = {}): this {
    const form = options.form ?? this.form
    const start = this.text.length
    if (this.startxref < 0 && this.#encryption !== undefined) this.#staged.set(999, { gen: 0, body: '' })
    const rows = new Map<number, Row>()
    const packed: [number, Staged][] = []
    for (const [num, item] of this.#staged) {
      this.size = Math.max(this.size, num + 1)
      if (item.body === undefined) rows.set(num, { kind: 'free', at: 0, gen: item.gen })
      else if (form === 'objstm' && this.#isPlain(num, item)) packed.push([num, item])
      else this.#write(num, item, rows)
    }
    if (packed.length > 0) this.#pack(packed, rows)
    this.text += options.stray ?? ''
    options.rows?.(rows)
    this.#section(form, rows, options)
    for (const [num, item] of this.#staged) this.bodies.set(num, item)
    this.#staged = new Map()
    for (const slot of this.#slots.values()) this.#fill(start, slot)
    this.#slots = new Map()
    return this
  }

  #isPlain(num: number, { data, body, gen }: Staged): boolean {
    return num !== 999 && data === undefined && gen === 0 && body?.includes('/ByteRange') === false
  }

  #write(num: number, item: Staged, rows: Map<number, Row>): void {
    rows.set(num, { kind: 'used', at: this.text.length, gen: item.gen })
    if (num === 999) this.text += `999 0 obj\n${this.#encryption!.dictionary}\nendobj\n`
    else this.text += this.written(num, item.gen, item)
  }

  #ownNumber(): number {
    this.size = Math.max(this.size, this.#next + 1)
    return this.#next++
  }

  #pack(packed: readonly (readonly [number, Staged])[], rows: Map<number, Row>): void {
    const num = this.#ownNumber()
    let header = ''
    let data = ''
    packed.forEach(([inner, { body }], index) => {
      header += `${inner} ${data.length} `
      data += `${body} `
      rows.set(inner, { kind: 'compressed', at: num, gen: index })
    })
    rows.set(num, { kind: 'used', at: this.text.length, gen: 0 })
    const dict = `/Type/ObjStm/N ${packed.length}/First ${header.length}`
    this.text += this.written(num, 0, { body: dict, data: header + data })
  }

  #section(form: XrefForm, rows: Map<number, Row>, options: CommitOptions): void {
    if (options.omit === 'section') return
    const at = this.text.length
    if (form === 'table') this.#table(rows, options)
    else this.#stream(rows, options)
    if (options.omit !== 'terminator' && options.omit !== 'trailer') this.text += `startxref\n${at}\n%%EOF\n`
    this.startxref = at
  }

  #trailer(options: CommitOptions): string {
    const prev = options.prev ?? this.startxref
    const before = prev < 0 ? '' : `/Prev ${prev}`
    const id = `/ID[<${options.id ?? this.id}><${this.id}>]`
    const encrypt = this.#encryption === undefined ? '' : '/Encrypt 999 0 R'
    const root = `/Size ${options.size ?? this.size}/Root ${options.root ?? '1 0 R'}`
    return `${root}${id}${before}${encrypt}${options.trailer ?? '/Info 12 0 R'}`
  }

  #table(rows: Map<number, Row>, options: CommitOptions): void {
    let text = 'xref\n'
    if (this.startxref < 0) text += '0 1\n0000000000 65535 f \n'
    for (const [num, { kind, at, gen }] of [...rows].sort(([a], [b]) => a - b)) {
      text += `${num} 1\n${String(at).padStart(10, '0')} ${String(gen).padStart(5, '0')} ${kind === 'free' ? 'f' : 'n'} \n`
    }
    this.text += options.omit === 'trailer' ? text : `${text}trailer\n<<${this.#trailer(options)}>>\n`
  }

  #stream(rows: Map<number, Row>, options: CommitOptions): void {
    const own = this.#ownNumber()
    rows.set(own, { kind: 'used', at: this.text.length, gen: 0 })
    if (this.startxref < 0) rows.set(0, { kind: 'free', at: 0, gen: 65535 })
    const sorted = [...rows].sort(([a], [b]) => a - b)
    const data = Buffer.alloc(sorted.length * 7)
    sorted.forEach(([, { kind, at, gen }], index) => {
      data.writeUInt8(kind === 'free' ? 0 : kind === 'used' ? 1 : 2, index * 7)
      data.writeUInt32BE(at, index * 7 + 1)
      data.writeUInt16BE(gen, index * 7 + 5)
    })
    const index = sorted.map(([num]) => `${num} 1`).join(' ')
    const dict = `/Type/XRef/W[1 4 2]/Index[${index}]${this.#trailer(options)}`
    this.text += this.written(own, 0, { body: dict, data: data.toString('latin1') })
  }

  #fill(start: number, slot: SignatureSlot): void {
    const rangeAt = this.text.indexOf(`/ByteRange ${' '.repeat(RANGE_ROOM)}`, start) + '/ByteRange '.length
    const gapStart = this.text.indexOf('/Contents <', rangeAt) + '/Contents '.length
    const gapEnd = gapStart + 2 + 2 * (slot.room ?? ROOM)
    const right = [0, gapStart, gapEnd, this.text.length - gapEnd] as const
    const range = slot.byteRange?.(right) ?? `[${right.join(' ')}]`
    if (range.length > RANGE_ROOM) throw new Error(`the range is too long: ${range}`)
    this.text = this.text.slice(0, rangeAt) + range.padEnd(RANGE_ROOM) + this.text.slice(rangeAt + RANGE_ROOM)
    const covered = slot.covered?.(this.text, right) ?? this.text.slice(0, gapStart) + this.text.slice(gapEnd)
    const value = slot.sign(new Uint8Array(Buffer.from(covered, 'latin1')))
    const hex = Buffer.from(value)
      .toString('hex')
      .padEnd(gapEnd - gapStart - 2, '0')
    const token = slot.token?.(hex) ?? `<${hex}>`
    if (token.length !== gapEnd - gapStart)
      throw new Error(`/Contents must keep its length: ${token.length - (gapEnd - gapStart)}`)
    this.text = this.text.slice(0, gapStart) + token + this.text.slice(gapEnd)
    if (slot.alter !== undefined) this.#alter(rangeAt, gapEnd, slot.alter)
  }

  #alter(inside: number, end: number, alter: (dictionary: string) => string): void {
    const from = this.text.lastIndexOf(' obj\n', inside) + ' obj\n'.length
    const to = end + '>>'.length
    const altered = alter(this.text.slice(from, to))
    if (altered.length !== to - from)
      throw new Error(`the alteration must keep the length: ${altered.length - (to - from)}`)
    this.text = this.text.slice(0, from) + altered + this.text.slice(to)
  }
}
