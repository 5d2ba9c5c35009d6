import { CountersignError } from '../error.ts'
import { DefectList } from './defects.ts'
import { InflateBudget } from './filters/index.ts'
import { Lexer } from './lexer.ts'
import { ObjectCache } from './object-cache.ts'
import { ParsedDocument } from './parsed-document.ts'
import type { XrefSource } from './sections.ts'
import { loadBytes, type FileBytes } from './source.ts'
import { ObjectStore } from './store.ts'
import { DEFAULT_LIMITS } from './types.ts'
import type { ByteSource, Limits, OpenOptions, PdfDocument } from './types.ts'
import { WorkBudget } from './work.ts'
import { findStartxref, readChain, type Chain, type Terminator } from './xref.ts'

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
  return openLoaded(loaded, limits, options)
}

/** `openDocument` for bytes that can be read already. */
export async function openLoaded(source: FileBytes, limits: Limits, options: OpenOptions): Promise<ParsedDocument> {
  const document = parseDocument(source, limits)
  await document.openEncryption(options)
  document.requireCatalog()
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
  const { chain, shift } = readShifted({ source, lexer, limits, budget }, header.offset, last)
  const store = new ObjectStore(source, limits, work, new ObjectCache(budget, source.size), defects)
  return new ParsedDocument(store, { header, chain, shift }, last, lexer)
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
  file: Omit<XrefSource, 'shift'>,
  header: number,
  last: Terminator,
): { chain: Chain; shift: number } {
  if (header === 0) return { chain: readChain({ ...file, shift: 0 }, last), shift: 0 }
  try {
    return { chain: readChain({ ...file, shift: header }, last), shift: header }
  } catch (error) {
    if (!(error instanceof CountersignError) || error.code !== 'PDF_DAMAGED') throw error
    return { chain: readChain({ ...file, shift: 0 }, last), shift: 0 }
  }
}
