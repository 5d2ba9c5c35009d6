import { CountersignError, LimitError } from '../error.ts'
import { DefectList } from './defects.ts'
import { openLoaded } from './document.ts'
import { equalObjects } from './equal.ts'
import { Lexer } from './lexer.ts'
import { PdfRef, type PdfObject } from './objects.ts'
import { ParsedDocument } from './parsed-document.ts'
import { appendBytes, type FileBytes } from './source.ts'
import { ObjectStore } from './store.ts'
import type { OpenOptions, PdfDocument, View, XrefSection } from './types.ts'
import { WorkBudget } from './work.ts'
import { findStartxref, parseTerminator, readChain, type Chain, type ChainedSection } from './xref.ts'

/**
 * The document that the file becomes with `section` behind it: the same as `openDocument` over the joined bytes, without joining them and
 * without reading anything of the open document again. Sections, objects and the audit's findings that more bytes cannot change are
 * shared; the new section is read by the same code and under the same rules. Where the section does not simply follow (it is damaged,
 * skips a revision, changes the encryption), the whole is read anew. Limits are those of the open document.
 *
 * @param options - the password, for a section that changes the encryption
 * @throws CountersignError as `openDocument`
 * @example
 * ```ts
 * const longer = await appendSection(document, section)
 * longer.revisions.length // one more
 * ```
 */
export async function appendSection(
  document: PdfDocument,
  section: Uint8Array,
  options: Pick<OpenOptions, 'password' | 'encrypted'> = {},
): Promise<PdfDocument> {
  if (!(document instanceof ParsedDocument))
    throw new CountersignError('ARGUMENT_INVALID', 'appendSection: the document was not opened by openDocument.')
  const { limits, source, locked } = document.store
  const longer = appendBytes(source, section)
  if (source.inMemory && longer.size > limits.fileSize)
    throw new LimitError('FILE_SIZE', `The file has ${longer.size} bytes, the limit is ${limits.fileSize}.`)
  const shared = parseBehind(document, longer)
  if (shared === undefined) return openLoaded(longer, limits, locked ? { encrypted: 'allow', ...options } : options)
  shared.shareEncryption(document)
  shared.requireCatalog()
  return shared
}

/** Undefined where the longer file does not simply go on behind the document. */
function parseBehind(base: ParsedDocument, source: FileBytes): ParsedDocument | undefined {
  const { structure, size, store } = base
  const { header, shift } = structure
  if (header.offset > 0 || !structure.chain.items.every(({ section }) => endsBefore(section, size))) return undefined
  const { limits, cache } = store
  const work = new WorkBudget(source.size)
  const lexer = new Lexer(source, 0, limits, work)
  const defects = new DefectList()
  const last = findStartxref(lexer, source.size, (code, offset) => defects.add(code, offset))
  if (last === undefined || last.start < size) return undefined
  const older = withTerminators(structure.chain, lexer, size)
  const chain = readChain({ source, lexer, limits, budget: cache.budget, shift }, last, older)
  if (!goesOn(chain, older, size)) return undefined
  const longerStore = new ObjectStore(source, limits, work, cache.extend(source.size), defects)
  longerStore.shareEncryption(store)
  const longer = new ParsedDocument(longerStore, { header, chain, shift }, last, lexer, base)
  return sameEncryption(base.latest, longer.latest) ? longer : undefined
}

function endsBefore(section: XrefSection, size: number): boolean {
  return section.end < size && (section.hybrid === undefined || section.hybrid.end < size)
}

/** What stands behind a section at the document's end may go on in the longer file: it is read again. */
function withTerminators(chain: Chain, lexer: Lexer, size: number): Chain {
  const items = chain.items.map((item): ChainedSection => {
    const { section, terminator } = item
    if (terminator !== undefined && terminator.end < size) return item
    return { section, terminator: parseTerminator(lexer, section.end, false) }
  })
  return { ...chain, items }
}

/** True when new sections stand behind the document and the rest of the chain is the document's. */
function goesOn(chain: Chain, older: Chain, size: number): boolean {
  const added = chain.items.length - older.items.length
  if (added < 1 || chain.items[added]!.section !== older.items[0]!.section) return false
  return chain.items.slice(0, added).every(({ section }) => startsBehind(section, size))
}

function startsBehind(section: XrefSection, size: number): boolean {
  return section.offset >= size && (section.hybrid === undefined || section.hybrid.offset >= size)
}

/** P-13: the same /Encrypt, and the same first /ID, which its key may depend on. */
function sameEncryption(before: View, after: View): boolean {
  const own = before.trailer.get('Encrypt') ?? null
  if (!sameReference(own, after.trailer.get('Encrypt') ?? null, before, after)) return false
  if (own === null) return true
  const ids = [before, after].map((view) => view.resolve(view.array(view.trailer.get('ID'))?.items[0]))
  return equalObjects(ids[0], ids[1]) && before.trailer.has('AuthCode') === after.trailer.has('AuthCode')
}

function sameReference(own: PdfObject, other: PdfObject, before: View, after: View): boolean {
  if (!equalObjects(own, other)) return false
  return !(own instanceof PdfRef) || before.resolve(own) === after.resolve(own)
}
