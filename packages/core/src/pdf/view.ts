import { PdfArray, PdfDict, PdfName, PdfRef, PdfStream, PdfString, numberOf, type PdfObject } from './objects.ts'
import type { ObjectStore } from './store.ts'
import type { PdfDocument, Revision, View, XrefEntry } from './types.ts'
import { FEW } from './xref-entries.ts'

/** What one revision says of an object number. */
export interface HistoryItem {
  readonly revision: number
  readonly entry: XrefEntry
}

/** What each revision says of each object number. Of large revisions nothing is kept: they are asked. */
export class History {
  /** Oldest first. */
  private readonly items = new Map<number, HistoryItem[]>()
  private readonly large: Revision[] = []

  constructor(revisions: readonly Revision[]) {
    for (const revision of revisions) {
      if (revision.entries.size > FEW) this.large.push(revision)
      else this.addAll(revision)
    }
  }

  private addAll({ index, entries }: Revision): void {
    for (const [num, entry] of entries) {
      const items = this.items.get(num)
      if (items === undefined) this.items.set(num, [{ revision: index, entry }])
      else items.push({ revision: index, entry })
    }
  }

  /** The newest mention in revisions up to the given one. */
  newest(num: number, until: number): HistoryItem | undefined {
    const small = newestOf(this.items.get(num) ?? NONE, until)
    for (let i = this.large.length - 1; i >= 0; i--) {
      const { index, entries } = this.large[i]!
      if (index > until) continue
      if (small !== undefined && small.revision > index) return small
      const entry = entries.get(num)
      if (entry !== undefined) return { revision: index, entry }
    }
    return small
  }

  /** True when a revision before the given one mentions the number. */
  isKnownBefore(num: number, before: number): boolean {
    const first = this.items.get(num)?.[0]
    if (first !== undefined && first.revision < before) return true
    return this.large.some(({ index, entries }) => index < before && entries.has(num))
  }
}

const NONE: readonly HistoryItem[] = []

function newestOf(items: readonly HistoryItem[], until: number): HistoryItem | undefined {
  for (let i = items.length - 1; i >= 0; i--) if (items[i]!.revision <= until) return items[i]
  return undefined
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
    return this.history().newest(num, this.revision)
  }

  *numbers(): IterableIterator<number> {
    const { revisions } = this.document
    for (const { index, entries } of revisions.slice(0, this.revision + 1)) {
      for (const num of entries.keys()) {
        if (index > 0 && this.history().isKnownBefore(num, index)) continue
        const entry = this.entry(num)
        if (entry !== undefined && entry.type !== 'free') yield num
      }
    }
  }

  load(ref: PdfRef): PdfObject {
    return this.store.object(ref.num, ref.gen, this) ?? null
  }

  peek(ref: PdfRef): PdfObject {
    return this.store.object(ref.num, ref.gen, this, false) ?? null
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
