import { checkHybrid, isHybrid } from './hybrid.ts'
import type { Lexer } from './lexer.ts'
import { PdfArray, PdfDict, PdfRef, PdfStream, isName, type PdfObject, type Span } from './objects.ts'
import { parseIndirect, type ParseContext } from './parser.ts'
import type { ObjectStore } from './store.ts'
import type { PdfDocument, Revision, XrefSection } from './types.ts'
import { parseTerminator } from './xref.ts'

/** An object that stands in the file though no section lists it. */
export interface UnlistedObject {
  readonly span: Span
  readonly num: number
  readonly gen: number
}

/** Types whose dictionaries may have no key twice (P-10). */
const STRUCTURE: ReadonlySet<string> = new Set(['Catalog', 'Pages', 'Page', 'Sig', 'DocTimeStamp'])

/**
 * Reads every object of every revision and accounts for every byte of the file (R-05, P-10, P-16, P-17); what is wrong goes to the
 * document's defects.
 */
export class Audit {
  readonly unaccounted: readonly Span[]
  readonly unlisted: readonly UnlistedObject[]
  /** Where the last thing that is known of the file ends: behind it stands its last gap. */
  readonly lastKnown: number
  private readonly document: PdfDocument
  private readonly store: ObjectStore
  private readonly checked = new Set<PdfObject>()

  /** `known` is the audit of the document without its last revisions, from `first` on. */
  constructor(document: PdfDocument, store: ObjectStore, known?: Audit, first = 0) {
    this.document = document
    this.store = store
    const spans: Span[] = []
    for (const revision of document.revisions.slice(first)) {
      addSectionSpans(spans, revision, store)
      this.addObjectSpans(spans, revision)
      this.checkEntries(revision)
    }
    const gaps = new GapReader(document, store, known)
    this.lastKnown = gaps.read(spans.sort((a, b) => a.start - b.start || a.end - b.end))
    this.unaccounted = gaps.unaccounted
    this.unlisted = gaps.unlisted
    checkHybrid(document, store)
  }

  /** P-16: each entry points at its object, before its own revision's end. */
  private addObjectSpans(spans: Span[], revision: Revision): void {
    const view = this.document.view(revision.index)
    for (const [num, entry] of revision.entries) {
      if (entry.type === 'compressed') this.checkObject(view.load(new PdfRef(num, 0)), num, revision)
      if (entry.type !== 'used') continue
      if (entry.offset >= revision.end) this.add('ENTRY_BEYOND_REVISION', entry.offset, num, revision)
      this.checkObject(view.load(new PdfRef(num, entry.gen)), num, revision)
      const object = entry.offset === 0 ? undefined : this.store.at(entry.offset, view)
      if (object !== undefined) spans.push(object.span)
    }
  }

  private add(code: string, offset: number, num: number, revision: Revision): void {
    this.store.defects.add(code, offset, { num, revision: revision.index })
  }

  /** P-16: all numbers are below /Size, and object streams that extend others do not loop. */
  private checkEntries(revision: Revision): void {
    const size = revision.trailer.get('Size')
    for (const num of revision.entries.keys()) {
      if (typeof size !== 'number' || num >= size) {
        this.add('ENTRY_BEYOND_SIZE', revision.sections[0]!.offset, num, revision)
        break
      }
    }
    for (const { trailer, offset } of revision.sections) {
      if (trailer.duplicates.length > 0) {
        this.store.defects.add('DUPLICATE_KEY_STRUCTURE', offset, { revision: revision.index })
      }
    }
  }

  private checkObject(value: PdfObject, num: number, revision: Revision): void {
    if (typeof value !== 'object' || value === null || this.checked.has(value)) return
    this.checked.add(value)
    this.checkKeys(value, num, revision)
    if (value instanceof PdfStream && value.dict.has('Extends')) this.checkExtends(value, num, revision)
  }

  /** P-10: keys that stand twice, anywhere in the object. */
  private checkKeys(value: PdfObject, num: number, revision: Revision): void {
    const stack: PdfObject[] = [value]
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      if (item instanceof PdfArray) pushComposite(stack, item.items)
      const dict = item instanceof PdfStream ? item.dict : item
      if (!(dict instanceof PdfDict)) continue
      pushComposite(stack, dict.map.values())
      if (dict.duplicates.length === 0) continue
      const code = this.isStructure(dict, revision) ? 'DUPLICATE_KEY_STRUCTURE' : 'DUPLICATE_KEY'
      this.add(code, dict.span?.start ?? -1, num, revision)
    }
  }

  private isStructure(dict: PdfDict, revision: Revision): boolean {
    const type = dict.get('Type')
    if (isName(type) && STRUCTURE.has(type.name)) return true
    if (dict.has('FT') || dict.has('ByteRange')) return true
    const view = this.document.view(revision.index)
    return dict === view.root || dict === view.dict(view.root?.get('AcroForm'))
  }

  private checkExtends(stream: PdfStream, num: number, revision: Revision): void {
    const view = this.document.view(revision.index)
    const seen = new Set<PdfObject>([stream])
    let next = view.resolve(stream.dict.get('Extends'))
    while (next instanceof PdfStream) {
      if (seen.has(next)) return this.add('OBJSTM_EXTENDS_LOOP', -1, num, revision)
      seen.add(next)
      next = view.resolve(next.dict.get('Extends'))
    }
  }
}

/** Items that may hold dictionaries. One by one: a spread of a million items would not fit on the call stack. */
function pushComposite(stack: PdfObject[], items: Iterable<PdfObject>): void {
  for (const item of items) if (item instanceof PdfArray || item instanceof PdfDict) stack.push(item)
}

/** The sections themselves, with the `startxref` that stands behind them. */
function addSectionSpans(spans: Span[], revision: Revision, store: ObjectStore): void {
  const lexer = store.newLexer(0)
  const add = (section: XrefSection): void => {
    spans.push({ start: section.offset, end: section.end })
    const terminator = parseTerminator(lexer, section.end, false)
    if (terminator !== undefined) spans.push({ start: terminator.start, end: terminator.end })
    if (section.hybrid !== undefined) spans.push({ start: section.hybrid.offset, end: section.hybrid.end })
  }
  for (const section of revision.sections) add(section)
}

/** Reads what stands between the known spans. */
class GapReader {
  readonly unaccounted: Span[] = []
  readonly unlisted: UnlistedObject[] = []
  private readonly document: PdfDocument
  private readonly store: ObjectStore
  private readonly lexer: Lexer
  private readonly context: ParseContext
  private readonly start: number

  /** Goes on where the `known` audit had its last gap. */
  constructor(document: PdfDocument, store: ObjectStore, known: Audit | undefined) {
    this.document = document
    this.store = store
    this.lexer = store.newLexer(0)
    this.context = { nesting: store.limits.nesting, fault: () => undefined, spans: false }
    this.start = known?.lastKnown ?? document.header.offset
    if (known === undefined && this.start > 0) this.unaccounted.push({ start: 0, end: this.start })
    for (const span of known?.unaccounted ?? []) if (span.start < this.start) this.unaccounted.push(span)
    for (const object of known?.unlisted ?? []) if (object.span.start < this.start) this.unlisted.push(object)
  }

  /** `spans` are in order of their start. Returns where the last gap begins. */
  read(spans: readonly Span[]): number {
    let at = this.start
    for (const span of spans) {
      if (span.start > at) this.gap(at, span.start)
      else if (span.start < at && span.end > at) this.store.defects.add('OBJECTS_OVERLAP', span.start)
      at = Math.max(at, span.end)
    }
    this.gap(at, this.document.size)
    return at
  }

  /** White space, comments and objects that nobody lists; whatever else stands there is unaccounted for, up to the gap's end. */
  private gap(start: number, end: number): void {
    const { lexer } = this
    lexer.pos = start
    for (;;) {
      lexer.skipSpace()
      const at = lexer.pos
      if (at >= end) return
      const object = this.object(at, end)
      if (object !== undefined) {
        this.unlisted.push(object)
        lexer.pos = object.span.end
        continue
      }
      const terminator = parseTerminator(lexer, at, true)
      if (terminator === undefined || !this.document.revisions.some(({ eof }) => eof === terminator.eof)) {
        this.unaccounted.push({ start: at, end })
        return
      }
      lexer.pos = terminator.end
    }
  }

  private object(offset: number, end: number): UnlistedObject | undefined {
    const object = parseIndirect(this.store.source, this.lexer, offset, this.context, (value) =>
      typeof value === 'number' ? value : undefined,
    )
    if (object === undefined || object.span.end > end) return undefined
    return { span: object.span, num: object.num, gen: object.gen }
  }
}

/**
 * The audit of `longer`, which is `shorter` with a section behind it (see append.ts): what was found in the shorter document holds, and
 * only the section is read. Undefined where the section says something of the bytes before it, or where a defect of the shorter document
 * may look otherwise with more bytes behind it: then all is read again.
 */
export function extendAudit(
  shorter: AuditedDocument,
  longer: AuditedDocument,
  auditOf: () => Audit,
): Audit | undefined {
  const first = shorter.revisions.length
  const added = longer.revisions.slice(first)
  if (!shorter.revisions.every((revision, i) => revision === longer.revisions[i])) return undefined
  if (isHybrid(longer.revisions) || !added.every((revision) => isBehind(revision, shorter.size))) return undefined
  const audit = auditOf()
  const { defects } = shorter.store
  if (defects.full || defects.list.some(({ code }) => code === 'READER_DISAGREEMENT')) return undefined
  longer.store.defects.addFrom(defects, shorter.structural)
  return new Audit(longer, longer.store, audit, first)
}

/** All that a revision lists stands behind the offset. */
function isBehind({ entries }: Revision, offset: number): boolean {
  for (const [, entry] of entries) if (entry.type === 'used' && entry.offset < offset && entry.offset > 0) return false
  return true
}

/** A document as its audit sees it. */
export interface AuditedDocument extends PdfDocument {
  readonly store: ObjectStore
  /** Number of defects of its structure; those after them were found in objects. */
  readonly structural: number
}
