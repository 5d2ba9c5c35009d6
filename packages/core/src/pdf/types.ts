import type { Problem } from '../problem.ts'
import type { PdfArray, PdfDict, PdfName, PdfObject, PdfRef, PdfStream, PdfString, Span } from './objects.ts'

/** Random access to the bytes of a file (S1): bytes, a file handle, a Blob. Nothing else touches bytes. */
export interface ByteSource {
  readonly size: number
  /** Fills `into` from `offset` on; resolves to the number of bytes read, less than asked only at the end. */
  read(offset: number, into: Uint8Array): Promise<number>
  /**
   * The same at once, where the source can (a file in Node). Such a source is read block by block as needed, so it may be far larger
   * than the memory; without it the source is read whole.
   */
  readSync?(offset: number, into: Uint8Array): number
}

/** Place of an object in the file. */
export type XrefEntry =
  | { readonly type: 'free'; readonly next: number; readonly gen: number }
  | { readonly type: 'used'; readonly offset: number; readonly gen: number }
  | { readonly type: 'compressed'; readonly stream: number; readonly index: number }

/** What a section, or all sections of a revision, say of object numbers: a Map, or something that reads entries where they stand. */
export interface XrefEntries extends Iterable<readonly [num: number, entry: XrefEntry]> {
  /** Number of entries, or a little more where sections repeat numbers. */
  readonly size: number
  get(num: number): XrefEntry | undefined
  has(num: number): boolean
  keys(): Iterable<number>
}

/** One cross-reference section: a table with trailer, or a stream. */
export interface XrefSection {
  readonly form: 'table' | 'stream'
  /** Offset of the `x` of `xref`, or of the first digit of the stream object. */
  readonly offset: number
  /** First byte after the trailer dictionary or the stream object. */
  readonly end: number
  readonly entries: XrefEntries
  readonly trailer: PdfDict
  /** Hybrid: the section named by /XRefStm. */
  readonly hybrid?: XrefSection
}

/** One revision of the file: what a writer added in one go (R-01..R-04). */
export interface Revision {
  readonly index: number
  readonly start: number
  /** After `%%EOF` and at most one EOL. */
  readonly end: number
  /** Offset of the terminating `%%EOF`. */
  readonly eof: number
  /** Usually one; a linearized first revision has two. Newest first. */
  readonly sections: readonly XrefSection[]
  /** What this revision says of objects: its sections merged. */
  readonly entries: XrefEntries
  readonly trailer: PdfDict
}

/** The object graph as a reader of the file cut at one revision's end sees it. */
export interface View {
  readonly revision: number
  readonly trailer: PdfDict
  readonly document: PdfDocument
  /** Newest entry at this revision. */
  entry(num: number): XrefEntry | undefined
  /** Revision whose section holds the entry in force. */
  definedIn(num: number): number | undefined
  /** Numbers of all objects in use. */
  numbers(): Iterable<number>
  /** The object, null when missing, free or of another generation (7.3.10). Cached by place, so equal entries give the same instance in every view. */
  load(ref: PdfRef): PdfObject
  /** The same for a pass over many objects: what was not read before is not kept, so a second call may give another instance. */
  peek(ref: PdfRef): PdfObject
  /** Follows references (bounded) until a direct object. */
  resolve(value: PdfObject | undefined): PdfObject
  dict(value: PdfObject | undefined): PdfDict | undefined
  array(value: PdfObject | undefined): PdfArray | undefined
  stream(value: PdfObject | undefined): PdfStream | undefined
  name(value: PdfObject | undefined): PdfName | undefined
  string(value: PdfObject | undefined): PdfString | undefined
  number(value: PdfObject | undefined): number | undefined
  readonly root: PdfDict | undefined
  readonly rootRef: PdfRef | undefined
}

/** A PDF file as read: revisions, views and the defects found on the way. */
export interface PdfDocument {
  readonly size: number
  readonly header: { readonly offset: number; readonly version: string }
  /** `startxref` value in force (corrected where it had to be) and where it points. */
  readonly startxref: number
  /** Oldest first. */
  readonly revisions: readonly Revision[]
  readonly encryption: Encryption | undefined
  /** Defects of the file (P-01, P-10, P-15, P-16, P-17, R-*), each with the revision it was found in where known. */
  readonly defects: readonly Defect[]
  view(revision: number): View
  /** The newest view. */
  readonly latest: View
  /** Bytes [start, end), without a copy where the source is in memory. */
  bytes(start: number, end: number): Uint8Array
  /** The same in pieces of at most 1 MiB or so, for work that needs each byte once; a piece is good until the next is asked for. */
  chunks(start: number, end: number): Iterable<Uint8Array>
  /** The same for work that can wait: a file reads the next piece while one is in use. */
  stream(start: number, end: number): Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  /** Decoded stream data (all filters, decrypted), bounded by the limits; throws LimitError or PDF_DAMAGED. */
  decode(stream: PdfStream): Uint8Array
  /** Stream data decrypted, with its filters still on: what a copy into another file keeps. Throws PDF_DAMAGED, LIMIT_FILTERS. */
  encoded(stream: PdfStream): Uint8Array
  /** Span of `N G obj ... endobj` of a used entry; undefined when it cannot be read. */
  objectSpan(offset: number): Span | undefined
  /** Ranges of the file that no object, section, trailer, header, comment or white space explains. */
  unaccounted(): readonly Span[]
  /** Object spans that no section lists, by revision. */
  unlistedObjects(): readonly { readonly span: Span; readonly num: number; readonly gen: number }[]
  /** What `make` gave for the key when it was first asked for: work that is done once per document. */
  once<T>(key: object, make: () => T): T
  /** Where objects stand that may be signatures, all of them (P-02); those within the `known` spans may be left out. */
  signatureLike(known: readonly Span[]): Iterable<ObjectPlace>
}

/** An object as one revision defines it. */
export interface ObjectPlace {
  readonly revision: number
  readonly ref: PdfRef
}

export interface Defect extends Problem {
  readonly revision?: number
  readonly offset?: number
}

export interface Encryption {
  readonly handler: 'standard'
  readonly revision: number
  readonly method: 'rc4' | 'aes-128' | 'aes-256'
  readonly access: 'user' | 'owner'
  /** The /P value, as 32 signed bits. */
  readonly permissions: number
  readonly encryptMetadata: boolean
  /** A MAC protects the file (ISO/TS 32004): a revision without a new MAC would be invalid (W17, PDF_MAC_REQUIRED). */
  readonly mac?: boolean
  readonly dict: PdfDict
  readonly ref: PdfRef | undefined
  /** Encrypts a string or stream of object `ref` with the file's filters (W15). */
  encryptString(bytes: Uint8Array, ref: PdfRef): Uint8Array
  encryptStream(bytes: Uint8Array, ref: PdfRef): Uint8Array
}

/** Caps on hostile input (verification.md 8); names as there, camel case. Bytes, counts and milliseconds. */
export interface Limits {
  readonly fileSize: number
  readonly xrefEntries: number
  readonly objectNumber: number
  readonly revisions: number
  readonly signatures: number
  readonly nesting: number
  readonly pageDepth: number
  readonly pages: number
  readonly fields: number
  readonly kids: number
  readonly name: number
  readonly string: number
  readonly inflateOne: number
  readonly inflateTotal: number
  readonly inflateRatio: number
  readonly filters: number
  readonly objstm: number
  readonly paths: number
  readonly contents: number
  readonly changes: number
  readonly cpu: number
}

/** Defaults for untrusted bytes (L-01..L-24). */
export const DEFAULT_LIMITS: Limits = {
  fileSize: 256 * 1024 * 1024,
  xrefEntries: 1_000_000,
  objectNumber: 8_388_607,
  revisions: 1_000,
  signatures: 200,
  nesting: 100,
  pageDepth: 64,
  pages: 50_000,
  fields: 50_000,
  kids: 10_000,
  name: 1024,
  string: 16 * 1024 * 1024,
  inflateOne: 64 * 1024 * 1024,
  inflateTotal: 512 * 1024 * 1024,
  inflateRatio: 1000,
  filters: 4,
  objstm: 100_000,
  paths: 256,
  contents: 4 * 1024 * 1024,
  changes: 10_000,
  cpu: 20_000,
}

/** Options of `openDocument`. */
export interface OpenOptions {
  readonly password?: string
  readonly limits?: Partial<Limits>
  readonly signal?: AbortSignal
  /**
   * `allow` opens an encrypted file without its password: strings and streams stay encrypted, `encryption` is undefined and a defect
   * says so; for checks that need no content (P-13).
   */
  readonly encrypted?: 'refuse' | 'allow'
}
