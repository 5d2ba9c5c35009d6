// A few variants of every class of the attack catalogue with their twins; `npm run attacks` runs them all.
import { describe, expect, test } from '@jest/globals'
import { CLASSES, SEED, variantsOf } from '../attacks/catalogue.ts'
import { judge, sha256 } from '../attacks/judge.ts'
import { harmless } from '../attacks/trick.ts'

const VARIANTS = 2

describe.each(Object.keys(CLASSES))('%s', (name) => {
  test('no attack passes, no twin raises an alarm', async () => {
    // Another seed than the run's: other variants.
    for (const { attack, twin, trick, id } of variantsOf(name, VARIANTS, SEED + 1)) {
      const verdicts = [await judge(attack), await judge(twin)]
      expect([id, trick, ...verdicts.map(({ failed, differences }) => [...failed, ...differences])]).toEqual([
        id,
        trick,
        [],
        [],
      ])
    }
  })
})

test('the catalogue has all thirty classes, and the same seed gives the same files', () => {
  expect(Object.keys(CLASSES)).toHaveLength(30)
  const made = (seed: number): readonly string[] =>
    [...variantsOf('A-02', 3, seed)].flatMap(({ attack, twin }) => [sha256(attack.bytes), sha256(twin.bytes)])
  expect(made(SEED)).toEqual(made(SEED))
  expect(made(SEED)).not.toEqual(made(SEED + 1))
})

test('an attack that passes and a twin that does not are counted', async () => {
  const [variant] = variantsOf('A-26', 1)
  const { attack, twin } = variant!
  expect((await judge({ ...twin, expect: attack.expect })).failed).toEqual(['overall is valid-with-notes'])
  expect((await judge({ ...attack, expect: harmless() })).failed).toEqual(['overall is invalid'])
  expect((await judge({ ...twin, expect: { ...twin.expect, notes: ['NEVER_TOLD'] } })).failed).toHaveLength(1)
})
