// Small PDF files written by hand, revision by revision, for tests of reading and comparing. Signatures hold no CMS: what is tested
// here is what a file says, not who signed it.

export interface RevisionOptions {
  /** Extra trailer entries, such as `/Info 9 0 R`. */
  readonly trailer?: string
  /** Replaces the trailer's /Root, /ID. */
  readonly root?: string
  readonly id?: string
  /** Bytes put between the objects and the section, listed by nobody. */
  readonly stray?: string
  /** `stream`: a cross-reference stream instead of a table. */
  readonly form?: 'table' | 'stream'
  /** Objects written into one object stream of this number (needs `form: 'stream'`). */
  readonly compress?: number
  /** Further entries of a table: numbers and the offsets that they are to have. */
  readonly entries?: ReadonlyMap<number, number>
}

interface Pending {
  readonly num: number
  readonly gen: number
  /** Undefined: freed. */
  readonly body: string | undefined
}

const CONTENTS_BYTES = 32

/** Builds a PDF in memory as a binary string; each `commit` ends a revision. */
export class PdfBuilder {
  #file = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'
  #pending: Pending[] = []
  #previous: number | undefined
  #size = 1

  /** A direct body such as `<</Type/Catalog>>`, to stand as object `num` of the next revision. */
  set(num: number, body: string, gen = 0): this {
    this.#put({ num, gen, body })
    return this
  }

  /** One definition of a number in a revision: the last one. */
  #put(item: Pending): void {
    this.#pending = [...this.#pending.filter(({ num }) => num !== item.num), item]
  }

  stream(num: number, data: string, dict = ''): this {
    return this.set(num, `<<${dict}/Length ${data.length}>>\nstream\n${data}\nendstream`)
  }

  free(num: number, gen = 1): this {
    this.#put({ num, gen, body: undefined })
    return this
  }

  /** Puts raw bytes at the end of the file, outside any revision. */
  append(bytes: string): this {
    this.#file += bytes
    return this
  }

  /** An object that signs: /Contents and /ByteRange are filled in by `commit`. */
  signature(num: number, extra = '', subFilter = 'ETSI.CAdES.detached', type = 'Sig'): this {
    const contents = `<3003020101${'0'.repeat(CONTENTS_BYTES * 2 - 10)}>`
    const range = `[0 ${'#'.repeat(10)} ${'#'.repeat(10)} ${'#'.repeat(10)}]`
    const head = `<</Type/${type}/Filter/Adobe.PPKLite/SubFilter/${subFilter}`
    return this.set(num, `${head}/ByteRange ${range}/Contents ${contents}${extra}>>`)
  }

  commit(options: RevisionOptions = {}): this {
    const offsets = new Map<number, { offset: number; gen: number } | { free: true; gen: number } | { index: number }>()
    const compressed = options.compress === undefined ? [] : this.#pending.filter(({ body }) => isPlain(body))
    for (const item of this.#pending) {
      if (compressed.includes(item)) continue
      if (item.body === undefined) offsets.set(item.num, { free: true, gen: item.gen })
      else {
        offsets.set(item.num, { offset: this.#file.length, gen: item.gen })
        this.#file += `${item.num} ${item.gen} obj\n${item.body}\nendobj\n`
      }
      this.#size = Math.max(this.#size, item.num + 1)
    }
    for (const [num, offset] of options.entries ?? []) {
      offsets.set(num, { offset, gen: 0 })
      this.#size = Math.max(this.#size, num + 1)
    }
    if (options.compress !== undefined) this.#writeObjectStream(options.compress, compressed, offsets)
    this.#file += options.stray ?? ''
    const start = this.#file.length
    if (options.form === 'stream') this.#writeStream(offsets, options)
    else this.#writeTable(offsets, options)
    this.#file += `startxref\n${start}\n%%EOF\n`
    this.#previous = start
    this.#pending = []
    this.#file = seal(this.#file)
    return this
  }

  #trailer(options: RevisionOptions): string {
    const previous = this.#previous === undefined ? '' : `/Prev ${this.#previous}`
    const root = options.root ?? '1 0 R'
    const id = options.id ?? '<00112233445566778899aabbccddeeff>'
    return `/Size ${this.#size}/Root ${root}/ID[${id}${id}]${previous}${options.trailer ?? ''}`
  }

  #writeTable(offsets: ReadonlyMap<number, object>, options: RevisionOptions): void {
    this.#file += 'xref\n'
    if (this.#previous === undefined) this.#file += '0 1\n0000000000 65535 f \n'
    for (const [num, place] of [...offsets].sort(([a], [b]) => a - b)) {
      const { offset = 0, gen = 0, free } = place as { offset?: number; gen?: number; free?: true }
      const kind = free === true ? 'f' : 'n'
      this.#file += `${num} 1\n${String(offset).padStart(10, '0')} ${String(gen).padStart(5, '0')} ${kind} \n`
    }
    this.#file += `trailer\n<<${this.#trailer(options)}>>\n`
  }

  #writeObjectStream(num: number, items: readonly Pending[], offsets: Map<number, object>): void {
    let header = ''
    let data = ''
    items.forEach((item, index) => {
      header += `${item.num} ${data.length} `
      data += `${item.body} `
      offsets.set(item.num, { index, stream: num })
      this.#size = Math.max(this.#size, item.num + 1)
    })
    const body = header + data
    offsets.set(num, { offset: this.#file.length, gen: 0 })
    this.#size = Math.max(this.#size, num + 1)
    const dict = `<</Type/ObjStm/N ${items.length}/First ${header.length}/Length ${body.length}>>`
    this.#file += `${num} 0 obj\n${dict}\nstream\n${body}\nendstream\nendobj\n`
  }

  #writeStream(offsets: Map<number, object>, options: RevisionOptions): void {
    const own = this.#size++
    offsets.set(own, { offset: this.#file.length, gen: 0 })
    const rows = [...offsets].sort(([a], [b]) => a - b)
    let data = ''
    for (const [, place] of rows) data += row(place)
    const index = rows.map(([num]) => `${num} 1`).join(' ')
    const dict = `<</Type/XRef/W[1 4 2]/Index[${index}]/Length ${data.length}${this.#trailer(options)}>>`
    this.#file += `${own} 0 obj\n${dict}\nstream\n${data}\nendstream\nendobj\n`
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#file, (char) => char.charCodeAt(0))
  }
}

interface Place {
  readonly offset?: number
  readonly gen?: number
  readonly free?: true
  readonly index?: number
  readonly stream?: number
}

function row({ offset = 0, gen = 0, free, index, stream }: Place): string {
  if (index !== undefined) return number(2, 1) + number(stream ?? 0, 4) + number(index, 2)
  return number(free === true ? 0 : 1, 1) + number(offset, 4) + number(gen, 2)
}

function number(value: number, width: number): string {
  let text = ''
  for (let shift = (width - 1) * 8; shift >= 0; shift -= 8) text += String.fromCharCode((value >>> shift) & 0xff)
  return text
}

function isPlain(body: string | undefined): boolean {
  return body !== undefined && !body.includes('\nstream\n') && !body.includes('/ByteRange')
}

/** Fills in the /ByteRange of a signature written in this revision, so that it covers the file up to here. */
function seal(file: string): string {
  const at = file.indexOf('/ByteRange [0 ##########')
  if (at < 0) return file
  const start = file.indexOf('/Contents <', at) + '/Contents '.length
  const end = file.indexOf('>', start) + 1
  const numbers = [start, end, file.length - end].map((value) => String(value).padStart(10, ' ')).join(' ')
  const range = `/ByteRange [0 ${numbers}]`
  return file.slice(0, at) + range + file.slice(at + range.length)
}
