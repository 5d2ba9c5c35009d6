import { digest } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import type { PdfDocument } from '../pdf/types.ts'
import { collectComposed, compareStep } from './collect.ts'
import type { Collect } from './collect.ts'
import type { Surroundings } from './comparison.ts'
import type { Diff } from './diff.ts'
import { Fingerprints, unchangedPages } from './fingerprints.ts'
import { readFieldTree, readNextFieldTree } from './field-tree.ts'
import type { FieldTree } from './field-tree.ts'
import { DocumentHistory } from './history.ts'
import { Judgement } from './judgement.ts'
import { readNextPageTree, readPageTree } from './page-tree.ts'
import type { PageTree } from './page-tree.ts'
import { findRisks } from './risks.ts'
import type { ChangeResult, CompareOptions, SignedRevision } from './signed-revision.ts'

export type { ChangeResult, CompareOptions, SignedRevision } from './signed-revision.ts'

/**
 * What happened to a document after each of its signatures (R-09, R-10, M-01 to M-26): every later revision is compared with the one
 * signed. Never throws for what a file holds: what could not be compared has level `unknown`.
 *
 * @throws CountersignError ABORTED when the signal fires.
 */
export async function compareChanges(
  document: PdfDocument,
  signatures: readonly SignedRevision[],
  options: CompareOptions = {},
  collect: Collect = collectComposed,
): Promise<ReadonlyMap<string, ChangeResult>> {
  // M-02: names of VRI entries are judged where something came later.
  const changed = signatures.some(({ revision }) => hasLaterBytes(document, revision))
  const surroundings = await surroundingsOf(document, changed ? signatures : [])
  const fingerprints = options.fingerprints === true ? new PagesOfViews(document) : undefined
  const results = new Map<string, ChangeResult>()
  for (const signature of signatures) {
    if (options.signal?.aborted === true) throw new CountersignError('ABORTED', 'The comparison was aborted')
    const result = analyse(document, signature, signatures, surroundings, options, collect)
    results.set(signature.id, fingerprints === undefined ? result : await withPages(result, signature, fingerprints))
  }
  return results
}

/** Page fingerprints by revision; a view that cannot be read has none. */
class PagesOfViews {
  readonly #document: PdfDocument
  readonly #fingerprints: Fingerprints
  readonly #views = new Map<number, readonly string[] | undefined>()

  constructor(document: PdfDocument) {
    this.#document = document
    this.#fingerprints = new Fingerprints(document)
  }

  async now(): Promise<readonly string[] | undefined> {
    return this.at(this.#document.revisions.length - 1)
  }

  async at(revision: number): Promise<readonly string[] | undefined> {
    if (!this.#views.has(revision)) {
      const hashes = await this.#fingerprints.ofView(this.#document.view(revision)).catch(() => undefined)
      this.#views.set(revision, hashes)
    }
    return this.#views.get(revision)
  }
}

/** M-27: the fingerprints of the signed pages and of those there are now. */
async function withPages(
  result: ChangeResult,
  { revision }: SignedRevision,
  pages: PagesOfViews,
): Promise<ChangeResult> {
  const now = await pages.now()
  const before = revision < 0 ? undefined : await pages.at(revision)
  if (now === undefined || before === undefined) return result
  const pageFingerprints = Array.from({ length: Math.max(before.length, now.length) }, (_, index) => {
    return { page: index + 1, atSigning: before[index] ?? '', now: now[index] ?? '' }
  })
  return { ...result, changes: { ...result.changes, unchangedPages: unchangedPages(before, now), pageFingerprints } }
}

async function surroundingsOf(document: PdfDocument, signatures: readonly SignedRevision[]): Promise<Surroundings> {
  const vriKeys = new Set<string>()
  for (const { contents } of signatures) {
    const hash = await digest('sha1', contents)
    vriKeys.add(Array.from(hash, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(''))
  }
  const pageTree = remember((revision): PageTree => {
    const view = document.view(revision)
    return revision === 0
      ? readPageTree(view)
      : readNextPageTree(view, document.view(revision - 1), pageTree(revision - 1))
  })
  const fieldTree = remember((revision): FieldTree => {
    const view = document.view(revision)
    return revision === 0
      ? readFieldTree(view)
      : readNextFieldTree(view, document.view(revision - 1), fieldTree(revision - 1))
  })
  // No accessor in an object literal: V8 keeps it, and with it the document, in the object's shape until the next full collection.
  const surroundings: Surroundings = {
    history: new DocumentHistory(document),
    pageTree,
    fieldTree,
    vriKeys,
    step: remember((revision) => compareStep(surroundings, revision)),
  }
  return surroundings
}

function remember<T>(read: (revision: number) => T): (revision: number) => T {
  const known = new Map<number, T>()
  return (revision) => {
    let value = known.get(revision)
    if (value === undefined) {
      value = read(revision)
      known.set(revision, value)
    }
    return value
  }
}

function analyse(
  document: PdfDocument,
  signature: SignedRevision,
  signatures: readonly SignedRevision[],
  surroundings: Surroundings,
  options: CompareOptions,
  collect: Collect,
): ChangeResult {
  try {
    const judgement = new Judgement(document, signature, signatures, options)
    if (!hasBase(document, signature)) judgement.add(NO_BASE, 0)
    else if (hasLaterBytes(document, signature.revision)) collect(surroundings, signature.revision, judgement)
    const result = judgement.result()
    if (options.risks !== true || document.revisions[signature.revision] === undefined) return result
    return { ...result, risks: findRisks(surroundings, signature.revision) }
  } catch {
    // Fail closed for this signature alone (0.2, principle 3).
    return { changes: { level: 'unknown', permitted: null, items: [] }, problems: [], risks: [], certified: false }
  }
}

/** P-08: a signature whose covered bytes end with no revision has nothing to compare with. */
function hasBase(document: PdfDocument, { coverage, revision }: SignedRevision): boolean {
  return coverage !== 'broken' && document.revisions[revision] !== undefined
}

const NO_BASE: Diff = { changes: [{ kind: 'unknown', rule: 'P-08', level: 'other', path: '/' }], problems: [] }

function hasLaterBytes(document: PdfDocument, base: number): boolean {
  const end = document.revisions[base]?.end ?? 0
  return base < document.revisions.length - 1 || end < document.size
}
