import { CountersignError, LimitError } from '../error.ts'
import { PdfArray, PdfDict, PdfRef, PdfString } from './objects.ts'
import type { PdfObject } from './objects.ts'
import { patchByteRange, writeSignatureDict } from './placeholder.ts'
import type { Placeholder } from './placeholder.ts'
import { ByteWriter, sameObject, writeObject } from './serialize.ts'
import { DEFAULT_LIMITS } from './types.ts'
import type { PdfDocument, Revision, View, XrefSection } from './types.ts'
import { MAX_TABLE_OFFSET, writeXrefStream, writeXrefTable } from './xref-section.ts'
import type { NewEntry } from './xref-section.ts'

/** The bytes that one update appends, and where the open values of its signature stand. */
export interface Section {
  /** Length of the file it is appended to. */
  readonly base: number
  readonly bytes: Uint8Array
  readonly placeholder: Placeholder | undefined
}

interface Reserved {
  readonly ref: PdfRef
  readonly dict: PdfDict
  readonly contentsBytes: number
}

const MAX_REF_CHAIN = 32

/** W5: what a new trailer never takes over from the one before. */
const NOT_COPIED = new Set(
  'Prev XRefStm Size Length Filter DecodeParms W Index Type DocChecksum F FFilter FDecodeParms DL'.split(' '),
)

/**
 * One incremental update in the making (W1-W14): objects to write over a document, seen through it as if they were written.
 * Nothing of the input is ever rewritten (N1); only objects whose serialised value differs are written (W10).
 */
export class Update {
  readonly document: PdfDocument
  readonly view: View
  private readonly changed = new Map<number, { readonly ref: PdfRef; readonly object: PdfObject }>()
  private reserved: Reserved | undefined
  private next: number

  constructor(document: PdfDocument) {
    this.document = document
    this.view = document.latest
    this.next = nextNumber(document)
  }

  /** The object as this update leaves it. */
  load(ref: PdfRef): PdfObject {
    const entry = this.changed.get(ref.num)
    return entry !== undefined && entry.ref.gen === ref.gen ? entry.object : this.view.load(ref)
  }

  /** Follows references until a direct object; null where they lead nowhere. */
  resolve(value: PdfObject | undefined): PdfObject {
    const ref = this.lastRef(value)
    return ref === undefined ? (value ?? null) : this.load(ref)
  }

  /** The reference that holds the direct object behind `value`; undefined for a direct value. */
  lastRef(value: PdfObject | undefined): PdfRef | undefined {
    if (!(value instanceof PdfRef)) return undefined
    let ref = value
    for (let hops = 0; hops < MAX_REF_CHAIN; hops++) {
      const object = this.load(ref)
      if (!(object instanceof PdfRef)) return ref
      ref = object
    }
    throw new CountersignError('PDF_DAMAGED', `references from ${value.num} ${value.gen} R lead in a circle`)
  }

  dict(value: PdfObject | undefined): PdfDict | undefined {
    const object = this.resolve(value)
    return object instanceof PdfDict ? object : undefined
  }

  array(value: PdfObject | undefined): PdfArray | undefined {
    const object = this.resolve(value)
    return object instanceof PdfArray ? object : undefined
  }

  /** A number for a new object: never one that the file has used or freed (W9). */
  allocate(): PdfRef {
    return new PdfRef(this.next++, 0)
  }

  create(object: PdfObject): PdfRef {
    const ref = this.allocate()
    this.changed.set(ref.num, { ref, object })
    return ref
  }

  /** Sets the object of `ref`, kept out of the update when nothing differs (W10). */
  set(ref: PdfRef, object: PdfObject): void {
    if (this.view.entry(ref.num) !== undefined && sameObject(this.view.load(ref), object)) this.changed.delete(ref.num)
    else this.changed.set(ref.num, { ref, object })
  }

  /** Reserves the signature dictionary of this update: at most one (B12). */
  reserveSignature(ref: PdfRef, dict: PdfDict, contentsBytes: number): void {
    this.reserved = { ref, dict, contentsBytes }
  }

  /** P2: the same signature dictionary with another room for its CMS; `build` again. */
  resizeSignature(contentsBytes: number): void {
    if (this.reserved !== undefined) this.reserved = { ...this.reserved, contentsBytes }
  }

  /** The objects that will be written, the reserved signature apart. */
  get written(): readonly { readonly ref: PdfRef; readonly object: PdfObject }[] {
    return [...this.changed.values()]
  }

  /** Numbers of the objects that will be written. */
  get numbers(): readonly number[] {
    return [...this.changed.keys(), ...(this.reserved === undefined ? [] : [this.reserved.ref.num])]
  }

  /** The section's bytes; `random` gives the second half of /ID (W6). May be called again after another reservation (P2). */
  build(random: (length: number) => Uint8Array): Section {
    this.requireNumbers()
    const base = this.document.size
    const out = new ByteWriter(4096 + 2 * (this.reserved?.contentsBytes ?? 0))
    if (!endsWithEol(this.document)) out.byte(0x0a) // W1
    const entries = this.writeObjects(out, base)
    const placeholder = this.writeReserved(out, base, entries)
    const start = base + out.length
    const trailer = this.trailer(random)
    if (sectionForm(this.document) === 'table' && start <= MAX_TABLE_OFFSET)
      writeXrefTable(out, [...this.freeHead(), ...entries], withSize(trailer, this.next))
    else {
      const self = { num: this.next, gen: 0, offset: start }
      writeXrefStream(out, [...entries, self], withSize(trailer, this.next + 1))
    }
    out.ascii(`startxref\n${start}\n%%EOF\n`) // W7, W8
    const bytes = out.finish()
    if (placeholder !== undefined) patchByteRange(base, bytes, placeholder)
    return { base, bytes, placeholder }
  }

  /** L-02: what our own reader would refuse is refused before any key is asked; one number more is the stream of W4. */
  private requireNumbers(): void {
    if (this.next > DEFAULT_LIMITS.objectNumber)
      throw new LimitError('OBJECT_NUMBER', `The file has no object numbers left below ${DEFAULT_LIMITS.objectNumber}.`)
  }

  private writeObjects(out: ByteWriter, base: number): NewEntry[] {
    const entries: NewEntry[] = []
    for (const { ref, object } of [...this.changed.values()].sort((a, b) => a.ref.num - b.ref.num)) {
      entries.push({ num: ref.num, gen: ref.gen, offset: base + out.length })
      out.ascii(`${ref.num} ${ref.gen} obj\n`)
      writeObject(out, object, { ref, cipher: this.document.encryption })
      out.ascii('\nendobj\n')
    }
    return entries
  }

  private writeReserved(out: ByteWriter, base: number, entries: NewEntry[]): Placeholder | undefined {
    if (this.reserved === undefined) return undefined
    const { ref, dict, contentsBytes } = this.reserved
    entries.push({ num: ref.num, gen: ref.gen, offset: base + out.length })
    out.ascii(`${ref.num} ${ref.gen} obj\n`)
    const placeholder = writeSignatureDict(out, dict, contentsBytes, ref, this.document.encryption)
    out.ascii('\nendobj\n')
    return placeholder
  }

  /** W3: entry 0 as it stands in the file, for readers that want it; the list of free objects stays as it is. */
  private freeHead(): NewEntry[] {
    const entry = this.view.entry(0)
    const next = entry?.type === 'free' && entry.next < this.next ? entry.next : 0
    return [{ num: 0, gen: 65535, offset: next, free: true }]
  }

  /** W5, W6. */
  private trailer(random: (length: number) => Uint8Array): PdfDict {
    const map = new Map<string, PdfObject>()
    for (const [key, value] of newestRevision(this.document).trailer.map) if (!NOT_COPIED.has(key)) map.set(key, value)
    map.set('Prev', this.document.startxref)
    map.set('ID', this.fileIdentifier(map.get('ID'), random))
    return new PdfDict(map)
  }

  private fileIdentifier(old: PdfObject | undefined, random: (length: number) => Uint8Array): PdfArray {
    const changing = new PdfString(random(16), true)
    const first = this.view.resolve(this.view.array(old)?.items[0])
    if (first instanceof PdfString) return new PdfArray([new PdfString(first.bytes, true), changing])
    if (this.document.encryption !== undefined)
      throw new CountersignError('PDF_DAMAGED', 'the file is encrypted but its trailer has no /ID')
    return new PdfArray([new PdfString(random(16), true), changing])
  }
}

function withSize(trailer: PdfDict, size: number): PdfDict {
  return new PdfDict(new Map<string, PdfObject>([['Size', size], ...trailer.map]))
}

function newestRevision(document: PdfDocument): Revision {
  return document.revisions.at(-1)!
}

/** W2: the form of the section that startxref names; a hybrid section counts as the table it is. */
function sectionForm(document: PdfDocument): XrefSection['form'] {
  const { sections } = newestRevision(document)
  return (sections.find((section) => section.offset === document.startxref) ?? sections[0]!).form
}

function endsWithEol(document: PdfDocument): boolean {
  const last = document.bytes(document.size - 1, document.size)[0]
  return last === 0x0a || last === 0x0d
}

/** W5, W9: above every number that any section or any plausible /Size mentions. */
function nextNumber(document: PdfDocument): number {
  let next = 1
  for (const revision of document.revisions)
    for (const section of revision.sections)
      for (const part of section.hybrid === undefined ? [section] : [section, section.hybrid]) {
        const size = part.trailer.get('Size')
        if (typeof size === 'number' && size <= DEFAULT_LIMITS.objectNumber) next = Math.max(next, size)
        for (const num of part.entries.keys()) if (num >= next) next = num + 1
      }
  return next
}
