import type { Lexer } from './lexer.ts'
import type { Span } from './objects.ts'
import { parseIndirect, type ParseContext } from './parser.ts'
import type { SpanList } from './span-list.ts'
import type { ObjectStore } from './store.ts'
import type { PdfDocument } from './types.ts'
import { parseTerminator } from './xref.ts'

/** An object that stands in the file though no section lists it. */
export interface UnlistedObject {
  readonly span: Span
  readonly num: number
  readonly gen: number
}

/** What stands between the parts of a file that are known. */
export interface Gaps {
  /** Bytes that nothing explains. */
  readonly unaccounted: readonly Span[]
  readonly unlisted: readonly UnlistedObject[]
  /** Where the last known part ends: behind it is the last gap. */
  readonly lastKnown: number
}

/**
 * Reads what stands between the spans of all that sections list. `known` are the gaps of the document without its last revisions:
 * reading goes on where its last gap begins.
 */
export function readGaps(document: PdfDocument, store: ObjectStore, spans: SpanList, known?: Gaps): Gaps {
  return new GapReader(document, store, known).read(spans)
}

class GapReader {
  private readonly unaccounted: Span[] = []
  private readonly unlisted: UnlistedObject[] = []
  private readonly document: PdfDocument
  private readonly store: ObjectStore
  private readonly lexer: Lexer
  private readonly context: ParseContext
  private readonly start: number

  constructor(document: PdfDocument, store: ObjectStore, known: Gaps | undefined) {
    this.document = document
    this.store = store
    this.lexer = store.newLexer(0)
    this.context = { nesting: store.limits.nesting, fault: () => undefined }
    this.start = known?.lastKnown ?? document.header.offset
    if (known === undefined && this.start > 0) this.unaccounted.push({ start: 0, end: this.start })
    for (const span of known?.unaccounted ?? []) if (span.start < this.start) this.unaccounted.push(span)
    for (const object of known?.unlisted ?? []) if (object.span.start < this.start) this.unlisted.push(object)
  }

  read(spans: SpanList): Gaps {
    let at = this.start
    spans.each((start, end) => {
      if (start > at) this.gap(at, start)
      else if (start < at && end > at) this.store.defects.add('OBJECTS_OVERLAP', start)
      at = Math.max(at, end)
    })
    this.gap(at, this.document.size)
    return { unaccounted: this.unaccounted, unlisted: this.unlisted, lastKnown: at }
  }

  /** White space, comments and objects that nobody lists; whatever else stands there is unaccounted for, up to the gap's end. */
  private gap(start: number, end: number): void {
    const { lexer } = this
    lexer.pos = start
    for (;;) {
      lexer.skipSpace()
      const at = lexer.pos
      if (at >= end) return
      const object = this.object(at, end)
      if (object !== undefined) {
        this.unlisted.push(object)
        lexer.pos = object.span.end
        continue
      }
      const terminator = parseTerminator(lexer, at, true)
      if (terminator === undefined || !this.document.revisions.some(({ eof }) => eof === terminator.eof)) {
        this.unaccounted.push({ start: at, end })
        return
      }
      lexer.pos = terminator.end
    }
  }

  private object(offset: number, end: number): UnlistedObject | undefined {
    const object = parseIndirect(this.store.source, this.lexer, offset, this.context, (value) =>
      typeof value === 'number' ? value : undefined,
    )
    if (object === undefined || object.span.end > end) return undefined
    return { span: object.span, num: object.num, gen: object.gen }
  }
}
