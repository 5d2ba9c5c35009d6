import type { Outcome } from '../problem.ts'
import type { Defect } from './types.ts'

/** Rule and outcome of each fault of a file's structure; P-15 faults are reported as READER_DISAGREEMENT. */
const FAULTS: Readonly<Record<string, readonly [rule: string, outcome: Outcome]>> = {
  // Readers repair these each in its own way (P-15).
  MALFORMED_TOKEN: ['P-15', 'I'],
  MALFORMED_DICTIONARY: ['P-15', 'I'],
  UNBALANCED_BRACKETS: ['P-15', 'I'],
  OBJECT_NOT_ONE_VALUE: ['P-15', 'I'],
  ENDOBJ_MISSING: ['P-15', 'I'],
  ENDSTREAM_MISSING: ['P-15', 'I'],
  STREAM_LENGTH_WRONG: ['P-15', 'I'],
  STREAM_DATA_DAMAGED: ['P-15', 'I'],
  STARTXREF_UNREADABLE: ['P-15', 'I'],
  STARTXREF_DIFFERS: ['P-15', 'I'],
  STARTXREF_FAR: ['P-15', 'I'],
  XREF_ENTRY_FORM: ['P-15', 'I'],
  XREF_ENTRY_TYPE: ['P-15', 'I'],
  XREF_OFFSET_CORRECTED: ['P-15', 'I'],
  XREF_STREAM_SHORT: ['P-15', 'I'],
  XREF_ENTRY_TWICE: ['P-15', 'I'],
  XREF_ENTRY_WRONG: ['P-15', 'I'],
  OBJSTM_WRONG: ['P-15', 'I'],
  OBJSTM_INDEX_WRONG: ['P-15', 'I'],
  OBJSTM_NUMBER_TWICE: ['P-15', 'I'],
  PREV_UNREADABLE: ['P-15', 'I'],
  XREFSTM_UNREADABLE: ['P-15', 'I'],
  // Every reader takes these the same way, though the standard does not allow them.
  STREAM_EOL: ['P-15', 'W'],
  XREF_ENTRY_WIDTH: ['P-16', 'W'],
  XREF_OFFSET_IN_SPACE: ['P-15', 'W'],
  EOF_MARKER_MISSING: ['R-04', 'W'],
  // sections before the same %%EOF are one revision.
  REVISION_NOT_TERMINATED: ['R-03', 'W'],
  XREF_ENTRY_EMPTY: ['P-16', 'W'],
  OBJECTS_OVERLAP: ['P-16', 'W'],
  HYBRID_HIDES: ['P-17', 'note'],
  HEADER_VERSION: ['P-01', 'W'],
  LEADING_BYTES: ['P-01', 'F'],
  DUPLICATE_KEY: ['P-10', 'W'],
  DUPLICATE_KEY_STRUCTURE: ['P-10', 'F'],
  ENTRY_BEYOND_SIZE: ['P-16', 'F'],
  ENTRY_BEYOND_REVISION: ['P-16', 'F'],
  OBJSTM_EXTENDS_LOOP: ['P-16', 'F'],
  HYBRID_DIFFERS: ['P-17', 'F'],
  PREV_LOOP: ['R-01', 'F'],
  PREV_FORWARD: ['R-01', 'F'],
  REVISIONS_OVERLAP: ['R-01', 'F'],
  ENCRYPT_CHANGED: ['P-13', 'F'],
  ENCRYPTED_NOT_OPENED: ['P-13', 'I'],
  PERMISSIONS_DIFFER: ['P-13', 'W'],
  MAC_NOT_CHECKED: ['P-13', 'I'],
}

/** More attention notes than this are not kept. Faults that decide the verdict are capped apart, so that notes cannot crowd them out. */
const MOST = 500

/** Collects the defects of a document, each fault at one place once. */
export class DefectList {
  private readonly found = new Map<string, Defect>()
  private notes = 0
  private sorted: readonly Defect[] | undefined

  /** In order of revision and place, whatever was read first. */
  get list(): readonly Defect[] {
    return (this.sorted ??= [...this.found.values()].sort(byPlace))
  }

  /** How many are known by now. */
  get size(): number {
    return this.found.size
  }

  /** One of the caps is reached: what is kept depends on what was read first. */
  get full(): boolean {
    return this.notes >= MOST || this.found.size - this.notes >= MOST
  }

  add(fault: string, offset: number, more: { revision?: number; num?: number } = {}): void {
    const key = `${fault} ${offset} ${more.num ?? ''}`
    if (this.found.has(key)) return
    const [rule, outcome] = FAULTS[fault] ?? ['P-15', 'I']
    const code = rule === 'P-15' && outcome === 'I' ? 'READER_DISAGREEMENT' : fault
    // `place` reads the same in every language.
    const place = more.num === undefined || offset >= 0 ? `byte ${offset}` : `obj ${more.num}`
    const args = {
      fault,
      place,
      ...(offset < 0 ? {} : { offset }),
      ...(more.num === undefined ? {} : { object: more.num }),
    }
    const revision = more.revision === undefined ? {} : { revision: more.revision }
    this.keep(key, { rule, code, outcome, args, ...(offset < 0 ? {} : { offset }), ...revision })
  }

  /** Takes over the defects that another list found after its first `from`. */
  addFrom(other: DefectList, from: number): void {
    let index = 0
    for (const [key, defect] of other.found) if (index++ >= from && !this.found.has(key)) this.keep(key, defect)
  }

  /** Takes over the defects with these codes. */
  addCodes(other: DefectList, codes: ReadonlySet<string>): void {
    for (const [key, defect] of other.found) if (codes.has(defect.code) && !this.found.has(key)) this.keep(key, defect)
  }

  private keep(key: string, defect: Defect): void {
    const note = defect.outcome === 'W' || defect.outcome === 'note'
    if ((note ? this.notes : this.found.size - this.notes) >= MOST) return
    if (note) this.notes++
    this.found.set(key, defect)
    this.sorted = undefined
  }
}

function byPlace(a: Defect, b: Defect): number {
  return (
    (a.revision ?? -1) - (b.revision ?? -1) || (a.offset ?? -1) - (b.offset ?? -1) || compareText(textOf(a), textOf(b))
  )
}

function textOf({ args }: Defect): string {
  return `${String(args['fault'])} ${String(args['place'])}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
