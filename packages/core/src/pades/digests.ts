import { createDigest, supportsDigest, type DigestName, type RunningDigest } from '../crypto/index.ts'
import { CountersignError, LimitError } from '../error.ts'
import type { ByteRange } from '../pdf/byte-range.ts'
import type { PdfDocument } from '../pdf/types.ts'

/** One digest that is needed: over the covered bytes, or over the whole file where `range` is undefined. */
export interface DigestRequest {
  readonly name: DigestName
  readonly range: ByteRange | undefined
}

/** A digest state over the first `length` bytes of the document, from whoever hashed them already (S8, N4). */
export interface DigestPrefix {
  readonly length: number
  readonly state: RunningDigest
}

export type DigestPrefixes = ReadonlyMap<DigestName, DigestPrefix>

/** Feeds the bytes of a document from `start` on to `each`, in order and once; a signer of files may copy them on the way. */
export type Pass = (each: (bytes: Uint8Array) => Promise<void>, start: number) => Promise<void>

/** Hears how far the pass over the bytes is (S9). */
export type OnHashed = (progress: { readonly step: 'hash'; readonly bytes: number; readonly total: number }) => void

/** How a pass over the bytes goes: what it starts from, where it reads, what interrupts it and hears of it (S9). */
export interface PassOptions {
  readonly prefixes?: DigestPrefixes | undefined
  readonly pass?: Pass | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnHashed | undefined
}

function passOver(document: PdfDocument): Pass {
  return async (each, start) => {
    for await (const piece of document.stream(start, document.size)) await each(piece)
  }
}

/** The first `end` bytes of a document as a range without a gap. */
export function wholePrefix(end: number): ByteRange {
  return { first: { start: 0, end }, second: { start: end, end } }
}

function keyOf({ name, range }: DigestRequest): string {
  return range === undefined ? name : `${name} ${range.first.end} ${range.second.start} ${range.second.end}`
}

/** A copy of the state at one gap, which goes on behind the gap. */
interface Branch {
  readonly key: string
  readonly range: ByteRange
  readonly state: RunningDigest
}

/**
 * What lies behind the gaps is hashed for each signature by itself. Signatures stand in revisions of their own, so that all of it together is
 * hardly more than the file; a file made to cost more than a few times its size gets no further (L-24).
 */
function mostBehindGaps(size: number): number {
  return 4 * size + 16 * 1024 * 1024
}

/** The one running digest of a name over the document, and what branched off it. */
class Lane {
  readonly start: number
  readonly state: RunningDigest
  /** What stands behind this is not needed in the main state. */
  private readonly until: number
  private readonly cuts: { readonly at: number; readonly key: string; readonly range: ByteRange }[]
  private readonly branches: Branch[] = []
  /** Ranges that would cost too much. */
  readonly limited: readonly string[]

  constructor(requests: ReadonlyMap<string, DigestRequest>, name: DigestName, size: number, prefix?: DigestPrefix) {
    const cuts = [...requests]
      .flatMap(([key, { range }]) => (range === undefined ? [] : [{ at: range.first.end, key, range }]))
      .toSorted((a, b) => a.at - b.at)
    let left = mostBehindGaps(size)
    const affordable = ({ range }: { readonly range: ByteRange }): boolean =>
      (left -= range.second.end - range.second.start) >= 0
    this.cuts = cuts.filter(affordable)
    const kept = new Set(this.cuts)
    this.limited = cuts.filter((cut) => !kept.has(cut)).map(({ key }) => key)
    const first = this.cuts[0]?.at ?? size
    this.until = requests.has(name) ? size : (this.cuts.at(-1)?.at ?? 0)
    const usable = prefix !== undefined && prefix.length <= first
    this.start = usable ? prefix.length : 0
    this.state = usable ? prefix.state.copy() : createDigest(name)
  }

  /** The bytes from `at` on; the main state splits at each gap, the branches take what stands behind theirs. */
  async feed(bytes: Uint8Array, at: number): Promise<void> {
    const end = at + bytes.length
    let from = Math.max(at, this.start)
    const take = async (to: number): Promise<void> => {
      if (to > from) await this.state.update(bytes.subarray(from - at, to - at))
      from = Math.max(from, to)
    }
    while (this.cuts[0] !== undefined && this.cuts[0].at <= end) {
      const cut = this.cuts.shift()!
      await take(cut.at)
      this.branches.push({ ...cut, state: this.state.copy() })
    }
    await take(Math.min(end, this.until))
    for (const { range, state } of this.branches) {
      const [first, last] = [Math.max(at, range.second.start), Math.min(end, range.second.end)]
      if (first < last) await state.update(bytes.subarray(first - at, last - at))
    }
  }

  async values(): Promise<readonly (readonly [string, Uint8Array])[]> {
    return Promise.all(this.branches.map(async ({ key, state }) => [key, await state.digest()] as const))
  }
}

/** Digests of one document: all of its bytes are read once, whatever the number of signatures and algorithms (S8). */
export class DocumentDigests {
  readonly #values = new Map<string, Uint8Array>()
  readonly #limited = new Set<string>()

  /** `known` was computed over the same bytes before more were appended: its ranges still hold. */
  constructor(known?: DocumentDigests) {
    if (known === undefined) return
    for (const [key, value] of known.#values) if (key.includes(' ')) this.#values.set(key, value)
  }

  /** Computes what is not known yet: one running digest per name, copied at each gap. Returns their states at the document's end. */
  async compute(
    document: PdfDocument,
    requests: readonly DigestRequest[],
    options: PassOptions = {},
  ): Promise<DigestPrefixes> {
    const byName = new Map<DigestName, Map<string, DigestRequest>>()
    for (const request of requests) {
      if (!supportsDigest(request.name) || this.#values.has(keyOf(request))) continue
      const list = byName.get(request.name) ?? new Map<string, DigestRequest>()
      byName.set(request.name, list.set(keyOf(request), request))
    }
    const lanes = [...byName].map(
      ([name, list]) => [name, new Lane(list, name, document.size, options.prefixes?.get(name))] as const,
    )
    if (lanes.length === 0) return new Map()
    await this.#run(
      document,
      lanes.map(([, lane]) => lane),
      options,
    )
    const states = new Map<DigestName, DigestPrefix>()
    for (const [name, lane] of lanes) {
      for (const key of lane.limited) this.#limited.add(key)
      for (const [key, value] of await lane.values()) this.#values.set(key, value)
      if (byName.get(name)?.has(name) !== true) continue
      this.#values.set(name, await lane.state.copy().digest())
      states.set(name, { length: document.size, state: lane.state })
    }
    return states
  }

  async #run(document: PdfDocument, lanes: readonly Lane[], options: PassOptions): Promise<void> {
    const start = Math.min(...lanes.map((lane) => lane.start))
    const { pass = passOver(document), signal } = options
    let at = start
    await pass(async (bytes) => {
      if (signal?.aborted === true) throw new CountersignError('ABORTED', 'The work on the document was aborted.')
      for (const lane of lanes) await lane.feed(bytes, at)
      at += bytes.length
      options.onProgress?.({ step: 'hash', bytes: at, total: document.size })
    }, start)
  }

  /** @throws LimitError LIMIT_CPU for a range that was left out because the file asks for too much hashing. */
  requireAffordable(name: DigestName, range: ByteRange): void {
    if (this.#limited.has(keyOf({ name, range })))
      throw new LimitError('CPU', 'the signatures of the file cover far more than the file holds')
  }

  /** A digest computed before; undefined where it was not asked for or the runtime lacks it. */
  get(name: DigestName, range: ByteRange | undefined): Uint8Array | undefined {
    return this.#values.get(keyOf({ name, range }))
  }

  /** SHA-256 of the first `end` bytes in hex, where it was asked for (`wholePrefix`). */
  prefix(end: number): string | undefined {
    const value = this.get('sha256', wholePrefix(end))
    return value && Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')
  }
}
