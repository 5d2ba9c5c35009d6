/** Spaces questions evenly, so that no more than so many are asked in a minute (T7). */
export class Pace {
  readonly #interval: number
  readonly #ticks: () => number
  #next = Number.NEGATIVE_INFINITY

  constructor(perMinute: number, ticks: () => number) {
    this.#interval = 60_000 / perMinute
    this.#ticks = ticks
  }

  /** Waits for the next place; gives up when `signal` says so. */
  async wait(signal: AbortSignal): Promise<void> {
    const now = this.#ticks()
    const at = Math.max(now, this.#next)
    this.#next = at + this.#interval
    if (at <= now) return
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', leave)
        resolve()
      }, at - now)
      const leave = (): void => {
        clearTimeout(timer)
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', leave, { once: true })
    })
  }
}
