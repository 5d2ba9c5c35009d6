import { createDigest, supportsDigest, type DigestName, type RunningDigest } from '../crypto/index.ts'
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

const CHUNK = 4 * 1024 * 1024

function keyOf({ name, range }: DigestRequest): string {
  return range === undefined ? name : `${name} ${range.first.end} ${range.second.start} ${range.second.end}`
}

async function feed(state: RunningDigest, document: PdfDocument, start: number, end: number): Promise<void> {
  for (let at = start; at < end; at += CHUNK) await state.update(document.bytes(at, Math.min(end, at + CHUNK)))
}

/** Digests of one document, every prefix hashed once per algorithm (S8). */
export class DocumentDigests {
  readonly #values = new Map<string, Uint8Array>()

  /** Computes all requests: one running digest over the file, copied at each gap. */
  async compute(document: PdfDocument, requests: readonly DigestRequest[], prefixes?: DigestPrefixes): Promise<void> {
    const byName = new Map<DigestName, DigestRequest[]>()
    for (const request of requests) {
      if (!supportsDigest(request.name)) continue
      const list = byName.get(request.name)
      if (list === undefined) byName.set(request.name, [request])
      else list.push(request)
    }
    for (const [name, list] of byName) await this.#computeOne(document, name, list, prefixes?.get(name))
  }

  async #computeOne(
    document: PdfDocument,
    name: DigestName,
    requests: readonly DigestRequest[],
    prefix: DigestPrefix | undefined,
  ): Promise<void> {
    const unique = new Map(requests.map((request) => [keyOf(request), request]))
    const cut = (request: DigestRequest): number => request.range?.first.end ?? document.size
    const ordered = [...unique].toSorted(([, a], [, b]) => cut(a) - cut(b))
    const usable = prefix !== undefined && ordered[0] !== undefined && prefix.length <= cut(ordered[0][1])
    const running = usable ? prefix.state.copy() : createDigest(name)
    let position = usable ? prefix.length : 0
    for (const [i, [key, request]] of ordered.entries()) {
      await feed(running, document, position, cut(request))
      position = cut(request)
      const branch = i === ordered.length - 1 ? running : running.copy()
      if (request.range !== undefined)
        await feed(branch, document, request.range.second.start, request.range.second.end)
      this.#values.set(key, await branch.digest())
    }
  }

  /** A digest computed before; undefined where it was not asked for or the runtime lacks it. */
  get(name: DigestName, range: ByteRange | undefined): Uint8Array | undefined {
    return this.#values.get(keyOf({ name, range }))
  }
}
