import { CountersignError } from '../error.ts'
import { Audit, KEPT_ENTRIES, countEntries, extendAudit } from './audit.ts'
import { openEncryption } from './encryption/open.ts'
import { equalObjects } from './equal.ts'
import type { Lexer } from './lexer.ts'
import { PdfRef, type PdfStream, type Span } from './objects.ts'
import { buildRevisions } from './revisions.ts'
import { findMentions, placesWithMentions, type Mentions } from './signature-like.ts'
import type { ObjectStore } from './store.ts'
import type { Defect, Encryption, ObjectPlace, OpenOptions, PdfDocument, Revision, View } from './types.ts'
import { DocumentView, History } from './view.ts'
import { FEW } from './xref-entries.ts'
import type { Chain, Terminator } from './xref.ts'

/** Where the parts of a file were found. */
export interface Structure {
  readonly header: { readonly offset: number; readonly version: string }
  readonly chain: Chain
  /** Added to every offset in the file (P-01). */
  readonly shift: number
}

/** A document over the bytes of a file; made only by `openDocument` and `appendSection`. */
export class ParsedDocument implements PdfDocument {
  readonly size: number
  readonly header: { readonly offset: number; readonly version: string }
  readonly startxref: number
  readonly revisions: readonly Revision[]
  readonly structure: Structure
  readonly store: ObjectStore
  /** Number of defects of the structure alone; those after them were found in what it leads to. */
  readonly structural: number
  encryption: Encryption | undefined
  private readonly views: View[] = []
  /** The document without its newest section, where it was made of one. */
  private readonly base: ParsedDocument | undefined
  private entryHistory: History | undefined
  private audited: Audit | undefined
  private mentions: Mentions | undefined
  /** A Map, not a WeakMap elsewhere: minor collections take a WeakMap's values for alive. */
  private readonly results = new Map<object, unknown>()

  /** The sections are read; revisions are made of them here, and their faults become defects. */
  constructor(store: ObjectStore, structure: Structure, last: Terminator, lexer: Lexer, base?: ParsedDocument) {
    this.store = store
    this.structure = structure
    this.base = base
    this.size = store.source.size
    this.header = structure.header
    const { header, chain, shift } = structure
    this.startxref = chain.items[0]!.section.offset
    const fault = (code: string, offset: number): void => store.defects.add(code, offset)
    for (const found of chain.faults) fault(...found)
    if (chain.startFault !== undefined) fault(...chain.startFault)
    if (header.offset > 0) fault('LEADING_BYTES', 0)
    if (header.version.length < 3) fault('HEADER_VERSION', header.offset)
    this.revisions = buildRevisions(chain.items, last, lexer, shift, fault, base?.revisions)
    if (last.eof === last.end) fault('EOF_MARKER_MISSING', last.eof)
    this.structural = store.defects.size
  }

  /** Encrypted, and not opened because the caller allowed that (P-13). */
  get locked(): boolean {
    return this.store.locked
  }

  /** Opens the encryption, or leaves the file locked where the options allow it. */
  async openEncryption(options: OpenOptions): Promise<void> {
    const { store } = this
    checkEncryptSame(this, store)
    try {
      const opened = await openEncryption(this.latest, options.password)
      if (opened === undefined) return
      const { encryption, permsRight } = opened
      if (!permsRight) store.defects.add('PERMISSIONS_DIFFER', -1)
      if (encryption.mac) store.defects.add('MAC_NOT_CHECKED', -1)
      this.encryption = encryption
      store.decryption = encryption
      store.encryptNumber = encryption.ref?.num
    } catch (error) {
      if (options.encrypted !== 'allow' || !isLockedOut(error)) throw error
      store.locked = true
      store.defects.add('ENCRYPTED_NOT_OPENED', -1)
    }
  }

  /** Takes over what was opened for the same file before more was appended. */
  shareEncryption(from: ParsedDocument): void {
    const { store } = this
    checkEncryptSame(this, store)
    this.encryption = from.encryption
    store.defects.addCodes(from.store.defects, ENCRYPTION_FAULTS)
  }

  /** Throws PDF_DAMAGED. */
  requireCatalog(): void {
    if (this.latest.root !== undefined || this.locked) return
    throw new CountersignError('PDF_DAMAGED', 'The catalog (/Root of the trailer) cannot be read.', {
      details: { offset: this.startxref },
    })
  }

  get defects(): readonly Defect[] {
    return this.store.defects.list
  }

  view(revision: number): View {
    const known = this.views[revision]
    if (known !== undefined) return known
    if (this.revisions[revision] === undefined) {
      throw new CountersignError('ARGUMENT_INVALID', `The document has no revision ${revision}.`)
    }
    return (this.views[revision] = new DocumentView(this, this.store, revision, () => this.history))
  }

  get latest(): View {
    return this.view(this.revisions.length - 1)
  }

  private get history(): History {
    return (this.entryHistory ??= new History(this.revisions))
  }

  bytes(start: number, end: number): Uint8Array {
    return this.store.source.slice(start, end)
  }

  chunks(start: number, end: number): Iterable<Uint8Array> {
    return this.store.source.chunks(start, end)
  }

  stream(start: number, end: number): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
    return this.store.source.stream(start, end)
  }

  once<T>(key: object, make: () => T): T {
    let result = this.results.get(key)
    if (result === undefined) {
      result = make()
      this.results.set(key, result)
    }
    return result as T
  }

  signatureLike(known: readonly Span[]): Iterable<ObjectPlace> {
    const entries = countEntries(this.revisions)
    if (this.audited !== undefined || entries > KEPT_ENTRIES) return this.audit.signatureLike
    this.mentions ??= this.findMentions(entries)
    return placesWithMentions(this, this.mentions, known)
  }

  /** A few objects are read faster than all bytes of a file. */
  private findMentions(entries: number): Mentions {
    const { store, base } = this
    if (!store.source.inMemory && entries <= FEW) return { at: undefined }
    return findMentions(store.source, base?.mentions, base?.size ?? 0)
  }

  decode(stream: PdfStream): Uint8Array {
    const view = this.latest
    return this.store.decode(stream, (value) => view.resolve(value))
  }

  encoded(stream: PdfStream): Uint8Array {
    const view = this.latest
    return this.store.encoded(stream, (value) => view.resolve(value))
  }

  objectSpan(offset: number): Span | undefined {
    return this.store.at(offset, this.viewAt(offset))?.span
  }

  /** The view in which an object at the offset was written. */
  private viewAt(offset: number): View {
    const revision = this.revisions.find((candidate) => offset < candidate.end)
    return this.view(revision?.index ?? this.revisions.length - 1)
  }

  private get audit(): Audit {
    return (this.audited ??= this.base?.auditOf(this) ?? new Audit(this, this.store))
  }

  /** The audit of this document with one more section, where the section adds to it and changes nothing; else undefined. */
  private auditOf(longer: ParsedDocument): Audit | undefined {
    return extendAudit(this, longer, () => this.audit)
  }

  unaccounted(): readonly Span[] {
    return this.audit.gaps.unaccounted
  }

  unlistedObjects(): readonly { readonly span: Span; readonly num: number; readonly gen: number }[] {
    return this.audit.gaps.unlisted
  }
}

/** Defects that opening the encryption adds. */
const ENCRYPTION_FAULTS: ReadonlySet<string> = new Set([
  'PERMISSIONS_DIFFER',
  'MAC_NOT_CHECKED',
  'ENCRYPTED_NOT_OPENED',
])

function isLockedOut(error: unknown): boolean {
  return (
    error instanceof CountersignError &&
    ['PDF_PASSWORD_NEEDED', 'PDF_PASSWORD_WRONG', 'PDF_PUBKEY_ENCRYPTED', 'PDF_ENCRYPTION_UNSUPPORTED'].includes(
      error.code,
    )
  )
}

/** P-13: /Encrypt is the same object in all revisions. */
function checkEncryptSame(document: ParsedDocument, store: ObjectStore): void {
  const { latest } = document
  const entry = latest.trailer.get('Encrypt') ?? null
  for (const revision of document.revisions) {
    const own = revision.trailer.get('Encrypt') ?? null
    const view = document.view(revision.index)
    const same = own instanceof PdfRef && entry instanceof PdfRef && view.resolve(own) === latest.resolve(entry)
    if (!same && !equalObjects(own, entry)) store.defects.add('ENCRYPT_CHANGED', -1, { revision: revision.index })
  }
}
