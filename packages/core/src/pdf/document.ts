import { CountersignError } from '../error.ts'
import { Audit } from './audit.ts'
import { DefectList } from './defects.ts'
import { openEncryption } from './encryption/open.ts'
import { equalObjects } from './equal.ts'
import { InflateBudget } from './filters/index.ts'
import { Lexer } from './lexer.ts'
import { PdfRef, type PdfStream, type Span } from './objects.ts'
import { buildRevisions } from './revisions.ts'
import type { XrefReader } from './sections.ts'
import { loadBytes, type FileBytes } from './source.ts'
import { ObjectStore } from './store.ts'
import { DEFAULT_LIMITS } from './types.ts'
import type { ByteSource, Defect, Encryption, Limits, OpenOptions, PdfDocument, Revision, View } from './types.ts'
import { DocumentView, buildHistory, type History } from './view.ts'
import { WorkBudget } from './work.ts'
import { findStartxref, readChain, type Terminator } from './xref.ts'

/** The header is looked for in the first KiB, as readers do. */
const HEADER_RANGE = 1024

/** L-02 for sources that are read block by block. */
const FILE_XREF_ENTRIES = 10_000_000

/**
 * Opens a PDF file: its revisions and views. Nothing is repaired: an offset that is off by a few bytes is corrected and recorded as
 * a defect, anything worse is PDF_DAMAGED (W5, N2).
 *
 * Throws PDF_NOT_PDF, PDF_DAMAGED, PDF_PASSWORD_NEEDED, PDF_PASSWORD_WRONG, PDF_PUBKEY_ENCRYPTED, PDF_ENCRYPTION_UNSUPPORTED,
 * ABORTED and LIMIT_*.
 *
 * @example
 * ```ts
 * const document = await openDocument(bytes)
 * document.latest.root?.get('Pages')
 * ```
 */
export async function openDocument(source: Uint8Array | ByteSource, options: OpenOptions = {}): Promise<PdfDocument> {
  const given = options.limits
  const loaded = await loadBytes(source, given?.fileSize, DEFAULT_LIMITS.fileSize, options.signal)
  const limits: Limits = { ...DEFAULT_LIMITS, ...(loaded.inMemory ? {} : { xrefEntries: FILE_XREF_ENTRIES }), ...given }
  const document = parseDocument(loaded, limits)
  await document.openEncryption(options)
  if (document.latest.root === undefined && !document.locked) {
    throw new CountersignError('PDF_DAMAGED', 'The catalog (/Root of the trailer) cannot be read.', {
      details: { offset: document.startxref },
    })
  }
  return document
}

function parseDocument(source: FileBytes, limits: Limits): ParsedDocument {
  const work = new WorkBudget(source.size)
  const lexer = new Lexer(source, 0, limits, work)
  const header = findHeader(lexer, source.size)
  const defects = new DefectList()
  const budget = new InflateBudget(limits)
  const last = findStartxref(lexer, source.size, (code, offset) => defects.add(code, offset))
  if (last === undefined) {
    throw new CountersignError('PDF_DAMAGED', 'No startxref stands at the end of the file.', {
      details: { offset: source.size },
    })
  }
  const { chain, shift } = readShifted({ source, lexer, limits, budget, defects }, header.offset, last)
  if (header.offset > 0) defects.add('LEADING_BYTES', 0)
  if (header.version.length < 3) defects.add('HEADER_VERSION', header.offset)
  const revisions = buildRevisions(chain, last, lexer, shift, (code, offset) => defects.add(code, offset))
  if (last.eof === last.end) defects.add('EOF_MARKER_MISSING', last.eof)
  const store = new ObjectStore(source, limits, work, budget, defects)
  return new ParsedDocument(store, header, chain[0]!.section.offset, revisions)
}

function findHeader(lexer: Lexer, size: number): { offset: number; version: string } {
  for (let at = 0; at < Math.min(size, HEADER_RANGE); at++) {
    if (lexer.at(at) !== 0x25 || !lexer.startsWith(at, '%PDF-')) continue
    let version = ''
    for (let i = at + 5; i < at + 13; i++) {
      const code = lexer.at(i)
      if ((code < 0x30 || code > 0x39) && code !== 0x2e) break
      version += String.fromCharCode(code)
    }
    return { offset: at, version }
  }
  throw new CountersignError('PDF_NOT_PDF', 'The file has no %PDF- header.')
}

/** Offsets count from the file's start, or from a header that does not stand there (P-01). */
function readShifted(
  file: Pick<XrefReader, 'source' | 'lexer' | 'limits' | 'budget'> & { readonly defects: DefectList },
  header: number,
  last: Terminator,
): { chain: ReturnType<typeof readChain>; shift: number } {
  const read = (shift: number): ReturnType<typeof readChain> => {
    const fault = (code: string, offset: number): void => file.defects.add(code, offset)
    return readChain({ ...file, shift, fault, entries: 0 }, last)
  }
  if (header === 0) return { chain: read(0), shift: 0 }
  try {
    return { chain: read(header), shift: header }
  } catch (error) {
    if (!(error instanceof CountersignError) || error.code !== 'PDF_DAMAGED') throw error
    return { chain: read(0), shift: 0 }
  }
}

/** A document over the bytes of a file; made only by `openDocument`. */
export class ParsedDocument implements PdfDocument {
  readonly size: number
  readonly header: { readonly offset: number; readonly version: string }
  readonly startxref: number
  readonly revisions: readonly Revision[]
  encryption: Encryption | undefined
  private readonly store: ObjectStore
  private readonly views: View[] = []
  private entryHistory: History | undefined
  private audited: Audit | undefined

  constructor(
    store: ObjectStore,
    header: { readonly offset: number; readonly version: string },
    startxref: number,
    revisions: readonly Revision[],
  ) {
    this.store = store
    this.size = store.source.size
    this.header = header
    this.startxref = startxref
    this.revisions = revisions
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
    return (this.entryHistory ??= buildHistory(this.revisions))
  }

  bytes(start: number, end: number): Uint8Array {
    return this.store.source.slice(start, end)
  }

  decode(stream: PdfStream): Uint8Array {
    const view = this.latest
    return this.store.decode(stream, (value) => view.resolve(value))
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
    return (this.audited ??= new Audit(this, this.store))
  }

  unaccounted(): readonly Span[] {
    return this.audit.unaccounted
  }

  unlistedObjects(): readonly { readonly span: Span; readonly num: number; readonly gen: number }[] {
    return this.audit.unlisted
  }
}

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
