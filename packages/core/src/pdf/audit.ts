import { checkHybrid, isHybrid } from './hybrid.ts'
import { readGaps, type Gaps } from './gaps.ts'
import { PdfRef, PdfStream, isName, type PdfDict, type PdfObject } from './objects.ts'
import { looksSigned } from './signature-like.ts'
import { SpanList } from './span-list.ts'
import type { ObjectStore } from './store.ts'
import type { ObjectPlace, PdfDocument, Revision, View, XrefEntry, XrefSection } from './types.ts'
import { parseTerminator } from './xref.ts'

/** Types whose dictionaries may have no key twice (P-10). */
const STRUCTURE: ReadonlySet<string> = new Set(['Catalog', 'Pages', 'Page', 'Sig', 'DocTimeStamp'])

/** Of files with more entries the audit keeps no objects: who needs one reads it again. */
export const KEPT_ENTRIES = 100_000

/**
 * Reads every object of every revision and accounts for every byte of the file (R-05, P-10, P-16, P-17); what is wrong goes to the
 * document's defects. Of a stream only the dictionary is read and what stands behind its data: the span accounts for the data.
 */
export class Audit {
  readonly gaps: Gaps
  /** Objects that look like signatures (P-02). */
  readonly signatureLike: readonly ObjectPlace[]
  private readonly document: PdfDocument
  private readonly store: ObjectStore
  private readonly found: ObjectPlace[]
  private readonly keep: boolean
  /** The highest object number in use in any revision so far. */
  private highest: number

  /** `known` is the audit of the document without its last revisions, from `first` on. */
  constructor(document: PdfDocument, store: ObjectStore, known?: Audit, first = 0) {
    this.document = document
    this.store = store
    this.found = [...(known?.signatureLike ?? [])]
    this.signatureLike = this.found
    this.keep = countEntries(document.revisions) <= KEPT_ENTRIES
    this.highest = known?.highest ?? 0
    const spans = new SpanList()
    for (const revision of document.revisions.slice(first)) {
      addSectionSpans(spans, revision, store)
      this.readObjects(spans, revision)
      this.checkEntries(revision)
    }
    this.gaps = readGaps(document, store, spans, known?.gaps)
    checkHybrid(document, store)
  }

  /** P-16: each entry points at its object, before its own revision's end. */
  private readObjects(spans: SpanList, revision: Revision): void {
    const view = this.document.view(revision.index)
    for (const [num, entry] of revision.entries) {
      if (entry.type === 'free') continue
      this.highest = Math.max(this.highest, num)
      if (entry.type === 'used' && entry.offset >= revision.end) {
        this.add('ENTRY_BEYOND_REVISION', entry.offset, num, revision)
      }
      let object = this.store.inspect(num, entry, view, this.keep)
      // What a dictionary is shows by what refers to it: it must be the one that the view gives.
      if (!this.keep && object !== undefined && object.repeated.length > 0) {
        object = this.store.inspect(num, entry, view, true)
      }
      if (object === undefined) continue
      if (object.span !== undefined) spans.push(object.span.start, object.span.end)
      if (object.value !== undefined) this.checkObject(object.value, object.repeated, num, entry, view)
    }
  }

  private add(code: string, offset: number, num: number, revision: { readonly index: number }): void {
    this.store.defects.add(code, offset, { num, revision: revision.index })
  }

  /** P-16: all numbers are below /Size, and object streams that extend others do not loop. */
  private checkEntries(revision: Revision): void {
    const size = revision.trailer.get('Size')
    for (const num of revision.entries.keys()) {
      if (typeof size !== 'number' || num >= size) {
        this.add('ENTRY_BEYOND_SIZE', revision.sections[0]!.offset, num, revision)
        return this.checkTrailers(revision)
      }
    }
    // Objects of earlier revisions from /Size on are missing for a reader that follows the standard (7.5.5).
    if (this.highest >= (size as number))
      this.add('ENTRY_BEYOND_SIZE', revision.sections[0]!.offset, this.highest, revision)
    this.checkTrailers(revision)
  }

  private checkTrailers(revision: Revision): void {
    for (const { trailer, offset } of revision.sections) {
      if (trailer.duplicates.length > 0) {
        this.store.defects.add('DUPLICATE_KEY_STRUCTURE', offset, { revision: revision.index })
      }
    }
  }

  private checkObject(value: PdfObject, repeated: readonly PdfDict[], num: number, entry: XrefEntry, view: View): void {
    const revision = { index: view.revision }
    // P-10: keys that stand twice, anywhere in the object.
    for (const dict of repeated) {
      const code = isStructure(dict, view) ? 'DUPLICATE_KEY_STRUCTURE' : 'DUPLICATE_KEY'
      this.add(code, dict.span?.start ?? -1, num, revision)
    }
    if (value instanceof PdfStream && value.dict.has('Extends')) this.checkExtends(value, num, view)
    if (!looksSigned(value)) return
    this.found.push({ revision: view.revision, ref: new PdfRef(num, entry.type === 'used' ? entry.gen : 0) })
  }

  private checkExtends(stream: PdfStream, num: number, view: View): void {
    // By number: an object may be read anew each time.
    const seen = new Set<number | undefined>([stream.ref?.num])
    let next = view.resolve(stream.dict.get('Extends'))
    while (next instanceof PdfStream) {
      if (seen.has(next.ref?.num)) return this.add('OBJSTM_EXTENDS_LOOP', -1, num, { index: view.revision })
      seen.add(next.ref?.num)
      next = view.resolve(next.dict.get('Extends'))
    }
  }
}

export function countEntries(revisions: readonly Revision[]): number {
  return revisions.reduce((sum, { entries }) => sum + entries.size, 0)
}

function isStructure(dict: PdfDict, view: View): boolean {
  const type = dict.get('Type')
  if (isName(type) && STRUCTURE.has(type.name)) return true
  if (dict.has('FT') || dict.has('ByteRange')) return true
  const { root } = view
  return dict === root || dict === view.dict(root?.get('AcroForm'))
}

/** The sections themselves, with the `startxref` that stands behind them. */
function addSectionSpans(spans: SpanList, revision: Revision, store: ObjectStore): void {
  const lexer = store.newLexer(0)
  const add = (section: XrefSection): void => {
    spans.push(section.offset, section.end)
    const terminator = parseTerminator(lexer, section.end, false)
    if (terminator !== undefined) spans.push(terminator.start, terminator.end)
    if (section.hybrid !== undefined) spans.push(section.hybrid.offset, section.hybrid.end)
  }
  for (const section of revision.sections) add(section)
}

/** A document as its audit sees it. */
export interface AuditedDocument extends PdfDocument {
  readonly store: ObjectStore
  /** Number of defects of its structure; those after them were found in objects. */
  readonly structural: number
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
