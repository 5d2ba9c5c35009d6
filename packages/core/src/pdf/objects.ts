/** The PDF object types (ISO 32000-2, 7.3). Integers are JavaScript numbers; reals keep their spelling (P-18). */
export type PdfObject =
  null | boolean | number | PdfReal | PdfString | PdfName | PdfArray | PdfDict | PdfStream | PdfRef

/** A half-open byte range [start, end) of the file. */
export interface Span {
  readonly start: number
  readonly end: number
}

export class PdfReal {
  readonly value: number
  /** As spelled in the file, such as `1.50`. */
  readonly raw: string

  constructor(value: number, raw: string) {
    this.value = value
    this.raw = raw
  }
}

export class PdfString {
  /** After unescaping and, where the file is encrypted, decryption. */
  readonly bytes: Uint8Array
  /** Written as `<...>`. */
  readonly hex: boolean

  constructor(bytes: Uint8Array, hex = false) {
    this.bytes = bytes
    this.hex = hex
  }
}

/** A name after `#xx` decoding; one char per byte (latin1), so that names compare as bytes (P-18). */
export class PdfName {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

export class PdfRef {
  readonly num: number
  readonly gen: number

  constructor(num: number, gen: number) {
    this.num = num
    this.gen = gen
  }

  toString(): string {
    return `${this.num} ${this.gen} R`
  }
}

export class PdfArray {
  readonly items: readonly PdfObject[]
  /** Byte span of the token in the file; absent for objects from object streams or made in memory. */
  readonly span: Span | undefined

  constructor(items: readonly PdfObject[], span?: Span) {
    this.items = items
    this.span = span
  }
}

/** A dictionary. Keys are names without the slash; a Map, so that `__proto__` is a key like any other (L-27). */
export class PdfDict {
  readonly map: ReadonlyMap<string, PdfObject>
  /** Keys that stand more than once (P-10); the map holds the last value. */
  readonly duplicates: readonly string[]
  readonly span: Span | undefined
  private spans: ReadonlyMap<string, Span> | (() => ReadonlyMap<string, Span>) | undefined

  /** `valueSpans` may be a function that finds them when they are first asked for. */
  constructor(
    map: ReadonlyMap<string, PdfObject>,
    duplicates: readonly string[] = [],
    span?: Span,
    valueSpans?: ReadonlyMap<string, Span> | (() => ReadonlyMap<string, Span>),
  ) {
    this.map = map
    this.duplicates = duplicates
    this.span = span
    this.spans = valueSpans
  }

  /** Spans of the value tokens by key, for dictionaries read from the file itself. */
  get valueSpans(): ReadonlyMap<string, Span> | undefined {
    if (typeof this.spans === 'function') this.spans = this.spans()
    return this.spans
  }

  /** The value as it stands, unresolved; undefined when the key is absent. */
  get(key: string): PdfObject | undefined {
    return this.map.get(key)
  }

  has(key: string): boolean {
    return this.map.has(key)
  }
}

export class PdfStream {
  readonly dict: PdfDict
  /** Object that holds it, for the decryption key; absent when made in memory. */
  readonly ref: PdfRef | undefined
  private data: Uint8Array | (() => Uint8Array)

  /** `raw` may be a function that reads the bytes when they are first asked for. */
  constructor(dict: PdfDict, raw: Uint8Array | (() => Uint8Array), ref?: PdfRef) {
    this.dict = dict
    this.data = raw
    this.ref = ref
  }

  /** The encoded bytes as they stand in the file (still encrypted where the file is). */
  get raw(): Uint8Array {
    return typeof this.data === 'function' ? this.data() : this.data
  }
}

export function isName(value: PdfObject | undefined, name?: string): value is PdfName {
  return value instanceof PdfName && (name === undefined || value.name === name)
}

/** Number of an integer or real, undefined for everything else. */
export function numberOf(value: PdfObject | undefined): number | undefined {
  if (typeof value === 'number') return value
  return value instanceof PdfReal ? value.value : undefined
}
