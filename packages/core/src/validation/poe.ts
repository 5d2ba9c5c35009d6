// Proof of existence (E-05, E-08): since when each object is proven to have existed, and by what.
import { digestHex } from '../crypto/index.ts'

/** A proof that the caller has, such as an entry of an issue register (E-01). */
export interface CallerPoe {
  /**
   * SHA-256 of what existed, lower-case hex: the whole file or the file up to the end of one of its revisions (then all that stands in
   * it existed), a signature value, a certificate, a CRL, an OCSP response or a time-stamp token.
   */
  readonly sha256: string
  readonly time: Date
  /** Name of who says so; it stands in the report as `provenBy`. */
  readonly source: string
}

/** Since when something is proven to have existed; `by` is the id of a time stamp or the source of a caller's proof, null for "now". */
export interface Poe {
  readonly time: Date
  readonly by: string | null
}

/** The earliest proof of each object of one document, by key: a SHA-256, or the id of a signature or time stamp. */
export class PoeStore {
  readonly #now: Poe
  readonly #earliest: Map<string, Poe> = new Map()

  /** Every object exists now (E-05, first line). */
  constructor(now: Date) {
    this.#now = { time: now, by: null }
  }

  /** Keeps the earlier proof of each key. What is said to be of the future is of now. */
  add(keys: Iterable<string>, { time, by }: Poe): void {
    const poe = time > this.#now.time ? { time: this.#now.time, by } : { time, by }
    for (const key of keys) {
      const known = this.#earliest.get(key)
      if (by !== null && (known === undefined || poe.time < known.time)) this.#earliest.set(key, poe)
    }
  }

  of(key: string): Poe {
    return this.#earliest.get(key) ?? this.#now
  }
}

const hashes = new WeakMap<Uint8Array, Promise<string>>()

/** SHA-256 of an encoding that does not change, lower-case hex; computed once for the same array. */
export function sha256Of(bytes: Uint8Array): Promise<string> {
  let hash = hashes.get(bytes)
  if (hash === undefined) {
    hash = digestHex('sha256', bytes)
    hashes.set(bytes, hash)
  }
  return hash
}
