import type { Span } from './objects.ts'
import type { ObjectStore } from './store.ts'
import type { PdfDocument } from './types.ts'

/** Accounts for every byte of a file. */
export class Audit {
  readonly unaccounted: readonly Span[] = []
  readonly unlisted: readonly { readonly span: Span; readonly num: number; readonly gen: number }[] = []

  constructor(document: PdfDocument, store: ObjectStore) {
    void document
    void store
  }
}
