interface Kept {
  readonly bytes: Uint8Array
  readonly until: number
}

/** An answer that waits for a check to accept it. */
export interface Proposal extends Kept {
  readonly question: string
  /** Of `bytes`, lower-case hex: how a report names what was used. */
  readonly sha256: string
}

const MAX_BYTES = 256 * 1024 * 1024
const MAX_ENTRIES = 1_000
/** Longest time anything is kept, whatever its nextUpdate says: a newer list may tell more. */
const MAX_MILLISECONDS = 24 * 3_600_000

/** Answers that a check accepted, by question, until they are out of date (SEC-06); the least used are dropped first. */
export class AnswerCache {
  readonly #kept: Map<string, Kept> = new Map()
  #bytes = 0

  get(question: string, now: number): Uint8Array | undefined {
    const found = this.#kept.get(question)
    if (found === undefined) return undefined
    this.#drop(question)
    if (found.until <= now) return undefined
    this.#put(question, found)
    return found.bytes
  }

  /** Keeps those proposals whose SHA-256 is among the accepted ones. */
  accept(proposals: readonly Proposal[], accepted: ReadonlySet<string>, now: number): void {
    for (const { question, sha256, bytes, until } of proposals) {
      if (!accepted.has(sha256) || until <= now || bytes.length > MAX_BYTES / 2) continue
      this.#put(question, { bytes, until: Math.min(until, now + MAX_MILLISECONDS) })
    }
  }

  #put(question: string, kept: Kept): void {
    this.#drop(question)
    this.#kept.set(question, kept)
    this.#bytes += kept.bytes.length
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= MAX_BYTES && this.#kept.size <= MAX_ENTRIES) break
      this.#drop(oldest)
    }
  }

  #drop(question: string): void {
    const found = this.#kept.get(question)
    if (found === undefined) return
    this.#bytes -= found.bytes.length
    this.#kept.delete(question)
  }
}
