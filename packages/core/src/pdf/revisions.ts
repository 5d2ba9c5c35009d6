import type { Lexer } from './lexer.ts'
import type { Revision, XrefEntries, XrefSection } from './types.ts'
import { FEW, HybridEntries, LayeredEntries } from './xref-entries.ts'
import { CORRECTION, type ChainedSection, type Terminator } from './xref.ts'

/** A fault of the file's structure, with the revision it belongs to where known. */
export type StructureFault = (code: string, offset: number) => void

/**
 * Groups the chain (newest first) into revisions, oldest first (R-01..R-04). A revision ends where the `%%EOF` behind its section
 * ends, never where a text search finds one; the two sections of a linearized file are one revision. `known` are revisions of the
 * same file before more was appended: what was merged for them is not merged again.
 */
export function buildRevisions(
  chain: readonly ChainedSection[],
  last: Terminator,
  lexer: Lexer,
  shift: number,
  fault: StructureFault,
  known: readonly Revision[] = [],
): Revision[] {
  const revisions: Revision[] = []
  const linearized = isLinearized(chain, shift)
  let pending: ChainedSection[] = []
  for (let i = chain.length - 1; i >= 0; i--) {
    const item = chain[i]!
    pending.unshift(item)
    checkOrder(chain, i, linearized, fault)
    if (linearized && i === chain.length - 1) continue
    const ending = linearized && i === chain.length - 2 ? chain[i + 1]! : item
    const terminator = ending.terminator ?? (i === 0 ? last : undefined)
    if (terminator === undefined || terminator.end <= (revisions.at(-1)?.end ?? 0)) {
      fault(terminator === undefined ? 'REVISION_NOT_TERMINATED' : 'REVISIONS_OVERLAP', item.section.offset)
      if (i > 0) continue
    }
    revisions.push(makeRevision(revisions, pending, terminator ?? last, known))
    if (i > 0) checkStartxref(pending, terminator ?? last, lexer, shift, fault)
    pending = []
  }
  return revisions
}

/**
 * the oldest section (main) stands behind the one that names it (first page), both before the newer ones, and the `startxref`
 * behind the main section leads back to the first-page section. Without that last link it is a jump over a revision.
 */
function isLinearized(chain: readonly ChainedSection[], shift: number): boolean {
  const main = chain.at(-1)
  const first = chain.at(-2)
  if (main === undefined || first === undefined || main.section.offset <= first.section.offset) return false
  if (main.terminator === undefined || main.terminator.value + shift !== first.section.offset) return false
  const newer = chain.at(-3)
  return newer === undefined || main.terminator.end <= newer.section.offset
}

/** each offset lies before the terminator of the section that names it; the one forward link is that of R-03. */
function checkOrder(chain: readonly ChainedSection[], i: number, linearized: boolean, fault: StructureFault): void {
  const { section } = chain[i]!
  const { terminator } = chain[linearized && i === chain.length - 2 ? i + 1 : i]!
  const older = chain[i + 1]
  if (older !== undefined && older.section.offset > section.offset && !(linearized && i === chain.length - 2)) {
    fault('PREV_FORWARD', section.offset)
  }
  if (section.hybrid !== undefined && terminator !== undefined && section.hybrid.offset > terminator.eof) {
    fault('PREV_FORWARD', section.offset)
  }
}

/** A reader of the file cut at this revision's end starts where its own `startxref` points; the newest was followed already. */
function checkStartxref(
  sections: readonly ChainedSection[],
  terminator: Terminator,
  lexer: Lexer,
  shift: number,
  fault: StructureFault,
): void {
  const from = terminator.value + shift
  const { offset } = sections[0]!.section
  if (from === offset) return
  lexer.pos = from
  lexer.skipSpace()
  if (lexer.pos === offset) fault('XREF_OFFSET_IN_SPACE', terminator.start)
  else fault(Math.abs(from - offset) <= CORRECTION ? 'XREF_OFFSET_CORRECTED' : 'STARTXREF_DIFFERS', terminator.start)
}

function makeRevision(
  before: readonly Revision[],
  pending: readonly ChainedSection[],
  terminator: Terminator,
  known: readonly Revision[],
): Revision {
  const sections = pending.map((item) => item.section)
  const index = before.length
  const start = before.at(-1)?.end ?? 0
  const { end, eof } = terminator
  const same = known[index]
  const merged = same?.sections.length === sections.length && same.sections.every((one, i) => one === sections[i])
  if (merged && same.start === start && same.end === end && same.eof === eof) return same
  const entries = merged ? same.entries : mergeEntries(sections)
  return { index, start, end, eof, sections, entries, trailer: sections[0]!.trailer }
}

/** The sections of one revision as one, newest first; with `classic`, as a reader that knows no /XRefStm sees it (P-17). */
export function mergeEntries(sections: readonly XrefSection[], classic = false): XrefEntries {
  const layers = sections.map(({ entries, hybrid }) =>
    hybrid === undefined || classic ? entries : new HybridEntries(entries, hybrid.entries),
  )
  if (layers.length === 1 && layers[0] === sections[0]!.entries) return layers[0]
  const merged = layers.length === 1 ? layers[0]! : new LayeredEntries(layers)
  return merged.size > FEW ? merged : new Map(merged)
}
