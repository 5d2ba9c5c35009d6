import { digest } from '../crypto/index.ts'
import type { PdfObject } from '../pdf/objects.ts'
import { PdfArray, PdfDict, PdfName, PdfReal, PdfRef, PdfStream, PdfString } from '../pdf/objects.ts'
import { listPages } from '../pdf/pages.ts'
import type { Page } from '../pdf/pages.ts'
import type { PdfDocument, View } from '../pdf/types.ts'

/** More pages than this get no fingerprints: they are for people to compare. */
const MAX_PAGES = 5_000
/** Objects of one page's closure; a page beyond it has no fingerprint. */
const MAX_OBJECTS = 200_000
/** Keys of a page that its static content depends on (M-27); annotations are left out. */
const KEYS = ['Contents', 'Group'] as const
/** How a stream is packed is not what it holds. */
const PACKING = new Set(['Length', 'Filter', 'DecodeParms'])
const NONE: ReadonlySet<string> = new Set()

interface Known {
  readonly head: string
  readonly closure: readonly (readonly [PdfRef, PdfObject])[]
  readonly hash: string
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Fingerprints of the static content of pages: equal ones prove that a page shows the same, annotations aside (M-27). */
export class Fingerprints {
  readonly #document: PdfDocument
  readonly #known = new Map<number, Known>()
  readonly #streams = new WeakMap<PdfStream, string>()

  constructor(document: PdfDocument) {
    this.#document = document
  }

  /** SHA-256 of each page of a view, lower-case hex; undefined where there are too many pages to tell. */
  async ofView(view: View): Promise<readonly string[] | undefined> {
    const { pages } = listPages(view)
    if (pages.length > MAX_PAGES) return undefined
    const hashes: string[] = []
    const places = new Map(pages.map(({ dict, index }) => [dict, index]))
    for (const page of pages) hashes.push(await this.#ofPage(view, page, places))
    return hashes
  }

  async #ofPage(view: View, page: Page, places: ReadonlyMap<PdfDict, number>): Promise<string> {
    const { mediaBox, cropBox, rotate, userUnit } = page
    const head = JSON.stringify([mediaBox, cropBox, rotate, userUnit])
    const known = this.#known.get(page.index)
    const same =
      known?.head === head &&
      known.closure[0]?.[1] === page.dict &&
      known.closure.every(([ref, object]) => view.load(ref) === object)
    if (known !== undefined && same) return known.hash
    const walk = new Walk(view, this.#document, this.#streams, page, places)
    const hash = hex(await digest('sha256', new TextEncoder().encode(head + (await walk.run()))))
    if (page.ref !== undefined)
      this.#known.set(page.index, { head, closure: [[page.ref, page.dict], ...walk.closure], hash })
    return hash
  }
}

/** Writes everything below a page in one canonical way: object numbers do not show, only what they hold. */
class Walk {
  readonly closure: (readonly [PdfRef, PdfObject])[] = []
  readonly #view: View
  readonly #document: PdfDocument
  readonly #streams: WeakMap<PdfStream, string>
  readonly #page: Page
  /** Pages of the view: a link to a page is written as its place, not followed. */
  readonly #places: ReadonlyMap<PdfDict, number>
  readonly #order = new Map<number, number>()
  readonly #queue: PdfObject[] = []
  readonly #text: string[] = []

  constructor(
    view: View,
    document: PdfDocument,
    streams: WeakMap<PdfStream, string>,
    page: Page,
    places: ReadonlyMap<PdfDict, number>,
  ) {
    this.#places = places
    this.#view = view
    this.#document = document
    this.#streams = streams
    this.#page = page
  }

  async run(): Promise<string> {
    const { dict, resources } = this.#page
    await this.#write(resources ?? null)
    for (const key of KEYS) await this.#write(dict.get(key) ?? null)
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) await this.#write(next)
    return this.#text.join(' ')
  }

  async #write(value: PdfObject): Promise<void> {
    if (value instanceof PdfRef) return this.#writeRef(value)
    if (value instanceof PdfArray) {
      this.#text.push('[')
      for (const item of value.items) await this.#write(item)
      this.#text.push(']')
    } else if (value instanceof PdfDict) await this.#writeDict(value)
    else if (value instanceof PdfStream) {
      await this.#writeDict(value.dict, PACKING)
      this.#text.push(`s${await this.#streamHash(value)}`)
    } else if (value instanceof PdfString) this.#text.push(`(${hex(value.bytes)})`)
    else if (value instanceof PdfName) this.#text.push(`/${value.name.length}:${value.name}`)
    else this.#text.push(value instanceof PdfReal ? String(value.value) : String(value))
  }

  async #writeDict(dict: PdfDict, except: ReadonlySet<string> = NONE): Promise<void> {
    this.#text.push('<')
    for (const key of [...dict.map.keys()].sort()) {
      if (except.has(key)) continue
      this.#text.push(`/${key.length}:${key}`)
      await this.#write(dict.get(key) ?? null)
    }
    this.#text.push('>')
  }

  #writeRef(ref: PdfRef): void {
    const target = this.#view.load(ref)
    const index = target instanceof PdfDict ? this.#places.get(target) : undefined
    if (index !== undefined) {
      this.#text.push(`p${index}`)
      return
    }
    let place = this.#order.get(ref.num)
    if (place === undefined) {
      place = this.#order.size
      if (place > MAX_OBJECTS) throw new RangeError('too many objects below a page')
      this.#order.set(ref.num, place)
      this.closure.push([ref, target])
      this.#queue.push(target)
    }
    this.#text.push(`#${place}`)
  }

  /** Hash of the decoded data; of the data as they stand where no decoder knows them, such as images. */
  async #streamHash(stream: PdfStream): Promise<string> {
    const known = this.#streams.get(stream)
    if (known !== undefined) return known
    const hash = hex(await digest('sha256', this.#decode(stream)))
    this.#streams.set(stream, hash)
    return hash
  }

  #decode(stream: PdfStream): Uint8Array {
    try {
      return this.#document.decode(stream)
    } catch {
      return stream.raw
    }
  }
}

/** `1-3, 5`: 1-based numbers of the pages whose fingerprint is the same in both lists, by position. */
export function unchangedPages(before: readonly string[], now: readonly string[]): string {
  const ranges: string[] = []
  let start = -1
  for (let index = 0; index <= now.length; index++) {
    const same = index < now.length && before[index] === now[index]
    if (same && start < 0) start = index
    if (!same && start >= 0) {
      ranges.push(start + 1 === index ? `${index}` : `${start + 1}-${index}`)
      start = -1
    }
  }
  return ranges.join(', ')
}
