import type { PdfDict, PdfObject } from '../pdf/objects.ts'
import { PdfRef, PdfStream, isName } from '../pdf/objects.ts'
import type { PdfDocument, Revision, View, XrefEntry } from '../pdf/types.ts'
import { collectRefs } from './equal.ts'

/** The reference under which an object number is in use in a view, undefined when it is free or absent. */
export function currentRef(view: View, num: number): PdfRef | undefined {
  return refOfEntry(num, view.entry(num))
}

function refOfEntry(num: number, entry: XrefEntry | undefined): PdfRef | undefined {
  if (entry === undefined || entry.type === 'free') return undefined
  return new PdfRef(num, entry.type === 'used' ? entry.gen : 0)
}

/** Object numbers in the header of an object stream. Throws when the header cannot be read: nobody knows then what it holds. */
function numbersInStream(document: PdfDocument, view: View, stream: PdfStream): number[] {
  const count = view.number(stream.dict.get('N'))
  if (count === undefined || !(count >= 0)) throw new RangeError('an object stream without /N')
  const data = document.decode(stream)
  const numbers: number[] = []
  let position = 0
  for (let token = 0; token < count * 2; token++) {
    while (position < data.length && isWhite(data[position])) position++
    const start = position
    let value = 0
    while (position < data.length && isDigit(data[position])) value = value * 10 + ((data[position++] as number) - 48)
    if (position === start) throw new RangeError('an object stream with less than /N objects')
    if (token % 2 === 0) numbers.push(value)
  }
  return numbers
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57
}

function isWhite(byte: number | undefined): boolean {
  return byte === 0 || byte === 9 || byte === 10 || byte === 12 || byte === 13 || byte === 32
}

/**
 * What a trailer refers to. Keys that the standard does not know lead nowhere: some producers let them name objects that do not exist,
 * and no viewer follows them (R-08 notes them).
 */
function trailerRefs(trailer: PdfDict): PdfRef[] {
  return ['Root', 'Info', 'Encrypt'].flatMap((key) => collectRefs(trailer.get(key) ?? null))
}

/** An object that stands in an object stream without any cross-reference entry naming it there. */
export interface HiddenObject {
  readonly revision: number
  readonly stream: number
  readonly num: number
}

/**
 * What every revision of a file says of every object number, and which objects refer to which over all their versions.
 * Built once per document, when first asked for, by one pass over all versions of all objects.
 */
export class DocumentHistory {
  readonly document: PdfDocument
  readonly #refs = new WeakMap<object, readonly PdfRef[]>()
  /** The views asked for last; a set per revision of a large file would fill the memory. */
  #reachable: readonly { readonly revision: number; readonly numbers: ReadonlySet<number> }[] = []

  #mentions: Mentions | undefined

  constructor(document: PdfDocument) {
    this.document = document
  }

  get #known(): Mentions {
    return (this.#mentions ??= this.#readMentions())
  }

  #readMentions(): Mentions {
    const mentions: Mentions = { first: new Map(), referrers: new Map(), hidden: [], unreadable: [] }
    for (const revision of this.document.revisions) this.#addRevision(revision, mentions)
    for (const { num, span } of this.document.unlistedObjects()) mention(mentions, num, this.revisionAt(span.start))
    return mentions
  }

  /** Objects inside object streams that no section lists. */
  get hidden(): readonly HiddenObject[] {
    return this.#known.hidden
  }

  /** Revisions that hold an object which could not be read, with its number. */
  get unreadable(): readonly { readonly revision: number; readonly num: number }[] {
    return this.#known.unreadable
  }

  /** no revision up to the base mentions the number in any way. */
  isFresh(num: number, base: number): boolean {
    const first = this.#known.first.get(num)
    return first === undefined || first > base
  }

  /** Numbers of objects of which any version refers to `num`. */
  referrers(num: number): Iterable<number> {
    return this.#known.referrers.get(num) ?? []
  }

  /** Every reference an object holds, remembered by instance. */
  refsOf(object: PdfObject): readonly PdfRef[] {
    if (object === null || typeof object !== 'object') return []
    let refs = this.#refs.get(object)
    if (refs === undefined) {
      refs = collectRefs(object)
      this.#refs.set(object, refs)
    }
    return refs
  }

  /** How often the objects in use in a view, and its trailer, refer to `num`. */
  countUses(view: View, num: number): number {
    const count = (refs: readonly PdfRef[]): number => refs.filter((ref) => ref.num === num).length
    let uses = count(trailerRefs(view.trailer))
    for (const referrer of this.referrers(num)) {
      const ref = currentRef(view, referrer)
      if (ref !== undefined) uses += count(this.refsOf(view.load(ref)))
    }
    return uses
  }

  /** Numbers that a view reaches from its trailer over any reference, back links included. */
  reachable(view: View): ReadonlySet<number> {
    const known = this.#reachable.find(({ revision }) => revision === view.revision)
    if (known !== undefined) return known.numbers
    const seen = new Set<number>()
    const stack = trailerRefs(view.trailer)
    for (let ref = stack.pop(); ref !== undefined; ref = stack.pop()) {
      if (seen.has(ref.num)) continue
      seen.add(ref.num)
      for (const next of this.refsOf(view.peek(ref))) stack.push(next)
    }
    this.#reachable = [{ revision: view.revision, numbers: seen }, ...this.#reachable.slice(0, 3)]
    return seen
  }

  /** Index of the revision whose bytes hold an offset. */
  revisionAt(offset: number): number {
    const revision = this.document.revisions.find(({ end }) => offset < end)
    return revision?.index ?? this.document.revisions.length
  }

  #addRevision(revision: Revision, mentions: Mentions): void {
    const view = this.document.view(revision.index)
    for (const section of revision.sections) addTrailer(mentions, section.trailer, revision.index)
    addTrailer(mentions, revision.trailer, revision.index)
    for (const [num, entry] of revision.entries) {
      const ref = refOfEntry(num, entry)
      // a free entry says nothing new; where the number was in use before, that use is the mention.
      if (ref === undefined) continue
      mention(mentions, num, revision.index)
      // an object that a later section finds in earlier bytes was there before, whatever held it.
      if (entry.type === 'used' && entry.offset < revision.start) mention(mentions, num, this.revisionAt(entry.offset))
      try {
        this.#addObject(num, view.peek(ref), revision, mentions)
      } catch {
        mentions.unreadable.push({ revision: revision.index, num })
      }
    }
  }

  #addObject(num: number, object: PdfObject, revision: Revision, mentions: Mentions): void {
    // The dictionary of a cross-reference stream is a trailer, not part of the document.
    const isTrailer = object instanceof PdfStream && isName(object.dict.get('Type'), 'XRef')
    for (const ref of this.refsOf(object)) {
      mention(mentions, ref.num, revision.index)
      if (isTrailer) continue
      const referrers = mentions.referrers.get(ref.num)
      if (referrers === undefined) mentions.referrers.set(ref.num, new Set([num]))
      else referrers.add(num)
    }
    if (!(object instanceof PdfStream) || !isName(object.dict.get('Type'), 'ObjStm')) return
    for (const inner of numbersInStream(this.document, this.document.view(revision.index), object)) {
      mention(mentions, inner, revision.index)
      if (!isListed(revision, inner)) mentions.hidden.push({ revision: revision.index, stream: num, num: inner })
    }
  }
}

/** What one pass over all versions of all objects finds. */
interface Mentions {
  /** By number: the first revision that mentions it. */
  readonly first: Map<number, number>
  /** By number: the objects of which any version refers to it. */
  readonly referrers: Map<number, Set<number>>
  readonly hidden: HiddenObject[]
  readonly unreadable: { readonly revision: number; readonly num: number }[]
}

function mention({ first }: Mentions, num: number, revision: number): void {
  const known = first.get(num)
  if (known === undefined || known > revision) first.set(num, revision)
}

function addTrailer(mentions: Mentions, trailer: PdfDict, revision: number): void {
  for (const ref of trailerRefs(trailer)) mention(mentions, ref.num, revision)
}

function isListed(revision: Revision, num: number): boolean {
  if (revision.entries.has(num)) return true
  return revision.sections.some(
    (section) => section.entries.has(num) || (section.hybrid !== undefined && section.hybrid.entries.has(num)),
  )
}
