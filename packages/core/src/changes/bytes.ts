import { onlyWhiteSpace } from '../pdf/byte-range.ts'
import type { PdfDocument } from '../pdf/types.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { ChangeKind } from '../report.ts'
import type { FoundChange } from './change.ts'
import type { DocumentHistory } from './history.ts'

/** Changes and notes about bytes that belong to no object, section or trailer. */
export interface ByteChanges {
  readonly changes: readonly FoundChange[]
  readonly problems: readonly Problem[]
}

/** L-09: how much of unexplained bytes is searched for object tokens; more is taken as if it held some. */
const MAX_SEARCH = 16 * 1024 * 1024

/** what stands in the file behind the end of a base revision without being listed. */
export function compareBytes(history: DocumentHistory, base: number): ByteChanges {
  const { document } = history
  const end = document.revisions[base]?.end ?? 0
  const last = document.revisions.at(-1)?.end ?? 0
  const changes: FoundChange[] = []
  const problems: Problem[] = []
  for (const { span, num, gen } of document.unlistedObjects()) {
    if (span.start < end) continue
    changes.push(unlisted(history, span.start, num, `${num} ${gen} obj`))
  }
  for (const { revision, num } of history.hidden) {
    const start = document.revisions[revision]?.start ?? 0
    if (revision > base) changes.push(unlisted(history, start, num, `object ${num} in an object stream`))
  }
  for (const { start, end: stop } of document.unaccounted()) {
    if (start >= end && start < last) changes.push(unexplained(history, start, stop, 'unreferenced-data'))
  }
  // Behind the last terminator a comment is not white space: it may hold what other readers search for.
  if (!onlyWhiteSpace(document, last, document.size)) {
    if (holdsObjects(document, last, document.size)) {
      changes.push(unexplained(history, last, document.size, 'trailing-data'))
    } else problems.push(problem('R-05', 'TRAILING_DATA', 'W', { start: last, end: document.size }))
  }
  return { changes, problems }
}

function unexplained(history: DocumentHistory, start: number, end: number, kind: ChangeKind): FoundChange {
  const revision = Math.min(history.revisionAt(start), history.document.revisions.length - 1)
  return { kind, rule: 'R-05', level: 'other', path: `/bytes/${start}-${end}`, revision }
}

function unlisted(history: DocumentHistory, offset: number, num: number, path: string): FoundChange {
  const revision = Math.min(history.revisionAt(offset), history.document.revisions.length - 1)
  return { kind: 'unreferenced-data', rule: 'R-05', level: 'other', path, num, revision }
}

/** ISA: an `obj` or `xref` token among trailing bytes. */
function holdsObjects(document: PdfDocument, start: number, end: number): boolean {
  if (end - start > MAX_SEARCH) return true
  const bytes = document.bytes(start, end)
  return includes(bytes, 'obj') || includes(bytes, 'xref') || includes(bytes, 'trailer')
}

function includes(bytes: Uint8Array, token: string): boolean {
  const first = token.charCodeAt(0)
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let length = 1
    while (length < token.length && bytes[at + length] === token.charCodeAt(length)) length++
    if (length === token.length) return true
  }
  return false
}
