/** When a TSA is left alone after it failed. */
export interface BreakerOptions {
  /** Failures in a row that open it; default 3. */
  readonly failures?: number
  /** How long it then stays open, in milliseconds; default 60 000. */
  readonly pauseMilliseconds?: number
}

/** Circuit breaker (T5): after some failures in a row a TSA is not asked for a while, then once, and again only if that went well. */
export class Breaker {
  readonly #limit: number
  readonly #pause: number
  #failures = 0
  #openUntil = 0
  #trying = false

  constructor(options: BreakerOptions = {}) {
    this.#limit = options.failures ?? 3
    this.#pause = options.pauseMilliseconds ?? 60_000
  }

  /** True when it may be asked now; a trial after a pause is given to one asker only. */
  enter(now: number): boolean {
    if (this.#failures < this.#limit) return true
    if (now < this.#openUntil || this.#trying) return false
    this.#trying = true
    return true
  }

  succeeded(): void {
    this.#failures = 0
    this.#trying = false
  }

  failed(now: number): void {
    this.#failures++
    this.#trying = false
    if (this.#failures >= this.#limit) this.#openUntil = now + this.#pause
  }

  /** The question was taken back: it says nothing about the TSA. */
  left(): void {
    this.#trying = false
  }
}
