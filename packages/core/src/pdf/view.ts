import { PdfArray, PdfDict, PdfName, PdfRef, PdfStream, PdfString, numberOf, type PdfObject } from './objects.ts'
import type { ObjectStore } from './store.ts'
import type { PdfDocument, Revision, View, XrefEntry } from './types.ts'

/** Entries of one object number by revision, oldest first. */
export type History = ReadonlyMap<number, readonly HistoryItem[]>

export interface HistoryItem {
  readonly revision: number
  readonly entry: XrefEntry
}

/** What each revision says of each object number. */
export function buildHistory(revisions: readonly Revision[]): History {
  const history = new Map<number, HistoryItem[]>()
  for (const revision of revisions) {
    for (const [num, entry] of revision.entries) {
      const items = history.get(num)
      if (items === undefined) history.set(num, [{ revision: revision.index, entry }])
      else items.push({ revision: revision.index, entry })
    }
  }
  return history
}

/** The object graph at one revision's end. */
export class DocumentView implements View {
  readonly revision: number
  readonly document: PdfDocument
  private readonly store: ObjectStore
  private readonly history: () => History

  constructor(document: PdfDocument, store: ObjectStore, revision: number, history: () => History) {
    this.document = document
    this.store = store
    this.revision = revision
    this.history = history
  }

  get trailer(): PdfDict {
    return this.document.revisions[this.revision]!.trailer
  }

  entry(num: number): XrefEntry | undefined {
    return this.find(num)?.entry
  }

  definedIn(num: number): number | undefined {
    return this.find(num)?.revision
  }

  private find(num: number): HistoryItem | undefined {
    if (this.document.revisions.length === 1) {
      const entry = this.document.revisions[0]!.entries.get(num)
      return entry === undefined ? undefined : { revision: 0, entry }
    }
    const items = this.history().get(num)
    if (items === undefined) return undefined
    for (let i = items.length - 1; i >= 0; i--) if (items[i]!.revision <= this.revision) return items[i]
    return undefined
  }

  *numbers(): IterableIterator<number> {
    for (const [num, items] of this.history()) {
      if (items[0]!.revision > this.revision) continue
      const entry = this.entry(num)
      if (entry !== undefined && entry.type !== 'free') yield num
    }
  }

  load(ref: PdfRef): PdfObject {
    return this.store.object(ref.num, ref.gen, this) ?? null
  }

  resolve(value: PdfObject | undefined): PdfObject {
    return value instanceof PdfRef ? this.store.resolve(value, this) : (value ?? null)
  }

  dict(value: PdfObject | undefined): PdfDict | undefined {
    const direct = this.resolve(value)
    return direct instanceof PdfDict ? direct : undefined
  }

  array(value: PdfObject | undefined): PdfArray | undefined {
    const direct = this.resolve(value)
    return direct instanceof PdfArray ? direct : undefined
  }

  stream(value: PdfObject | undefined): PdfStream | undefined {
    const direct = this.resolve(value)
    return direct instanceof PdfStream ? direct : undefined
  }

  name(value: PdfObject | undefined): PdfName | undefined {
    const direct = this.resolve(value)
    return direct instanceof PdfName ? direct : undefined
  }

  string(value: PdfObject | undefined): PdfString | undefined {
    const direct = this.resolve(value)
    return direct instanceof PdfString ? direct : undefined
  }

  number(value: PdfObject | undefined): number | undefined {
    return numberOf(this.resolve(value))
  }

  get root(): PdfDict | undefined {
    return this.dict(this.trailer.get('Root'))
  }

  get rootRef(): PdfRef | undefined {
    const root = this.trailer.get('Root')
    return root instanceof PdfRef ? root : undefined
  }
}
