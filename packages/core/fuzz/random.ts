// Reproducible randomness: mutant `index` of `seed` is the same on every machine and in every order.

export interface Random {
  /** An integer from 0 to below `limit`. */
  (limit: number): number
}

/** Mulberry32, started from two numbers. */
export function randomOf(seed: number, index: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

export function pick<T>(items: readonly T[], random: Random): T {
  return items[random(items.length)]!
}
