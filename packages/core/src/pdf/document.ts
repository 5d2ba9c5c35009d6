import { CountersignError } from '../error.ts'
import { Audit } from './audit.ts'
import { DefectList } from './defects.ts'
import { InflateBudget } from './filters/index.ts'
import { Lexer } from './lexer.ts'
import type { PdfStream, Span } from './objects.ts'
import { buildRevisions } from './revisions.ts'
import { loadBytes, type FileBytes } from './source.ts'
import { ObjectStore } from './store.ts'
import { DEFAULT_LIMITS } from './types.ts'
import type { ByteSource, Defect, Encryption, Limits, OpenOptions, PdfDocument, Revision, View } from './types.ts'
import { DocumentView, buildHistory, type History } from './view.ts'
import { findStartxref, readChain, type Terminator } from './xref.ts'

/** The header is looked for in the first KiB, as readers do. */
const HEADER_RANGE = 1024

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
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits }
  return openBytes(await loadBytes(source, limits.fileSize, options.signal), limits, options)
}

function openBytes(source: FileBytes, limits: Limits, options: OpenOptions): PdfDocument {
  const lexer = new Lexer(source, 0, limits)
  const header = findHeader(lexer, source.size)
  const defects = new DefectList()
  const budget = new InflateBudget(limits)
  const last = findStartxref(lexer, source.size)
  if (last === undefined) {
    throw new CountersignError('PDF_DAMAGED', 'No startxref stands at the end of the file.', {
      details: { offset: source.size },
    })
  }
  const { chain, shift } = readShifted(source, limits, budget, defects, header.offset, last)
  if (header.offset > 0) defects.add('LEADING_BYTES', 0)
  const revisions = buildRevisions(chain, last, shift, (code, offset) => defects.add(code, offset))
  if (last.eof === last.end) defects.add('EOF_MARKER_MISSING', last.eof)
  const store = new ObjectStore(source, limits, budget, defects)
  const document = new ParsedDocument(store, header, chain[0]!.section.offset, revisions)
  openEncryption(document, store, options)
  if (document.latest.root === undefined) {
    throw new CountersignError('PDF_DAMAGED', 'The catalog (/Root of the trailer) cannot be read.', {
      details: { offset: chain[0]!.section.offset },
    })
  }
  return document
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
  source: FileBytes,
  limits: Limits,
  budget: InflateBudget,
  defects: DefectList,
  header: number,
  last: Terminator,
): { chain: ReturnType<typeof readChain>; shift: number } {
  const read = (shift: number): ReturnType<typeof readChain> => {
    const lexer = new Lexer(source, 0, limits)
    const fault = (code: string, offset: number): void => defects.add(code, offset)
    return readChain({ source, lexer, limits, budget, shift, fault, entries: 0 }, last)
  }
  if (header === 0) return { chain: read(0), shift: 0 }
  try {
    return { chain: read(header), shift: header }
  } catch (error) {
    if (!(error instanceof CountersignError) || error.code !== 'PDF_DAMAGED') throw error
    return { chain: read(0), shift: 0 }
  }
}

function openEncryption(document: ParsedDocument, store: ObjectStore, options: OpenOptions): void {
  void document
  void store
  void options
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
