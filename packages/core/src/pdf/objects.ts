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

  constructor(items: readonly PdfObject[]) {
    this.items = items
  }
}

/** Finds where the values of the dictionary at a span of the file stand, by key. */
export type ValueLocator = (span: Span) => ReadonlyMap<string, Span>

/** A dictionary. Keys are names without the slash; a Map, so that `__proto__` is a key like any other (L-27). */
export class PdfDict {
  readonly map: ReadonlyMap<string, PdfObject>
  /** Keys that stand more than once (P-10); the map holds the last value. */
  readonly duplicates: readonly string[]
  private readonly start: number
  private readonly end: number
  private readonly locate: ValueLocator | undefined
  private located: ReadonlyMap<string, Span> | undefined

  /** `start`, `end` and `locate` are for dictionaries read from the file itself: few are asked where they stand. */
  constructor(
    map: ReadonlyMap<string, PdfObject>,
    duplicates: readonly string[] = NONE,
    start = -1,
    end = -1,
    locate?: ValueLocator,
  ) {
    this.map = map
    this.duplicates = duplicates
    this.start = start
    this.end = end
    this.locate = locate
  }

  /** From `<<` to `>>` in the file; undefined for objects from object streams or made in memory. */
  get span(): Span | undefined {
    return this.start < 0 ? undefined : { start: this.start, end: this.end }
  }

  /** Spans of the value tokens by key, for dictionaries read from the file itself. */
  get valueSpans(): ReadonlyMap<string, Span> | undefined {
    const { span } = this
    if (span === undefined) return undefined
    return (this.located ??= this.locate?.(span))
  }

  /** The value as it stands, unresolved; undefined when the key is absent. */
  get(key: string): PdfObject | undefined {
    return this.map.get(key)
  }

  has(key: string): boolean {
    return this.map.has(key)
  }
}

const NONE: readonly string[] = []

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
