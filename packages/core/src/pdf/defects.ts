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
  XREF_ENTRY_FORM: ['P-15', 'I'],
  XREF_ENTRY_TYPE: ['P-15', 'I'],
  XREF_OFFSET_CORRECTED: ['P-15', 'I'],
  XREF_STREAM_SHORT: ['P-15', 'I'],
  XREF_ENTRY_TWICE: ['P-15', 'I'],
  XREF_ENTRY_WRONG: ['P-15', 'I'],
  OBJSTM_WRONG: ['P-15', 'I'],
  OBJSTM_INDEX_WRONG: ['P-15', 'I'],
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
  readonly list: Defect[] = []
  private readonly seen = new Set<string>()
  private notes = 0

  add(fault: string, offset: number, more: { revision?: number; num?: number } = {}): void {
    const key = `${fault} ${offset} ${more.num ?? ''}`
    if (this.seen.has(key)) return
    const [rule, outcome] = FAULTS[fault] ?? ['P-15', 'I']
    const note = outcome === 'W' || outcome === 'note'
    if ((note ? this.notes : this.list.length - this.notes) >= MOST) return
    if (note) this.notes++
    this.seen.add(key)
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
    this.list.push({ rule, code, outcome, args, ...(offset < 0 ? {} : { offset }), ...revision })
  }
}
