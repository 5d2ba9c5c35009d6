import type { PdfDocument } from '../pdf/types.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
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
    if (start < end) continue
    const trailing = start >= last
    if (trailing && !holdsObjects(document, start, stop)) {
      problems.push(problem('R-05', 'TRAILING_DATA', 'W', { start, end: stop }))
      continue
    }
    changes.push({
      kind: trailing ? 'trailing-data' : 'unreferenced-data',
      rule: 'R-05',
      level: 'other',
      path: `/bytes/${start}-${stop}`,
      revision: Math.min(history.revisionAt(start), document.revisions.length - 1),
    })
  }
  return { changes, problems }
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
