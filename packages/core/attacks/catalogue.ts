// Every attack of the catalogue (verification.md 4) by its number.
import { drawDimensions, nameOfDimensions, type Dimensions } from './dimensions.ts'
import { seeded } from './random.ts'
import type { Pair, Trick } from './trick.ts'
import { A17, A18, A19, A20 } from './classes/cms.ts'
import { A08, A10, A12 } from './classes/content.ts'
import { A06, A09, A27 } from './classes/fields.ts'
import { A05, A07, A14 } from './classes/hidden.ts'
import { A04, A11, A24, A30 } from './classes/reused.ts'
import { A02, A13, A16 } from './classes/saving.ts'
import { A15, A26 } from './classes/pages.ts'
import { A21 } from './classes/values.ts'
import { A25, A28, A29 } from './classes/spelling.ts'
import { A22, A23 } from './classes/time.ts'
import { A01, A03 } from './classes/unusable.ts'

export const CLASSES: Readonly<Record<string, readonly Trick[]>> = {
  'A-01': A01,
  'A-02': A02,
  'A-03': A03,
  'A-04': A04,
  'A-05': A05,
  'A-06': A06,
  'A-07': A07,
  'A-08': A08,
  'A-09': A09,
  'A-10': A10,
  'A-11': A11,
  'A-12': A12,
  'A-13': A13,
  'A-14': A14,
  'A-15': A15,
  'A-16': A16,
  'A-17': A17,
  'A-18': A18,
  'A-19': A19,
  'A-20': A20,
  'A-21': A21,
  'A-22': A22,
  'A-23': A23,
  'A-24': A24,
  'A-25': A25,
  'A-26': A26,
  'A-27': A27,
  'A-28': A28,
  'A-29': A29,
  'A-30': A30,
}

/** One variant of an attack with its twin. */
export interface Variant extends Pair {
  readonly id: string
  readonly class: string
  readonly trick: string
  readonly dimensions: Dimensions
}

/** The same seed gives the same files. */
export const SEED = 20_261_125

/** `count` variants of a class: its tricks in turn, each with dimensions that it has not had before. */
export function* variantsOf(name: string, count: number, seed: number = SEED): Generator<Variant> {
  const tricks = CLASSES[name]
  if (tricks === undefined || tricks.length === 0) throw new Error(`no class ${name}`)
  const random = seeded(seed + Number(name.slice(2)) * 7919)
  const had = new Set<string>()
  for (let index = 0; index < count; index++) {
    // Fewer variants than tricks are spread over all of them.
    const trick = tricks[count < tricks.length ? Math.floor((index * tricks.length) / count) : index % tricks.length]!
    const isNew = (dimensions: Dimensions): boolean => !had.has(`${trick.name} ${nameOfDimensions(dimensions)}`)
    const dimensions = drawDimensions(random, (one) => trick.suits(one) && isNew(one))
    had.add(`${trick.name} ${nameOfDimensions(dimensions)}`)
    const number = String(index + 1).padStart(3, '0')
    yield { id: `${name}-${number}`, class: name, trick: trick.name, dimensions, ...trick.make(dimensions, random) }
  }
}
