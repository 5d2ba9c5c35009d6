// Levels and time stamps of the corpus in a bounded form (C-14, A-22). `npm run conformance` runs it whole.
import { expect } from '@jest/globals'
import { suiteTest } from '../../../test/support/witnesses.ts'
import { checkLevelCase, readLevelCases, unexplained, type LevelDifference } from '../conformance/levels.ts'

suiteTest(
  'corpus',
  'every file with time stamps or a store has the level, number and times expected, or a reason why not',
  async (folder) => {
    const cases = readLevelCases(folder).filter((_, index) => index % 3 === 0)
    const differences: LevelDifference[] = []
    for (const item of cases) differences.push(...(await checkLevelCase(folder, item)))
    expect(unexplained(cases, differences)).toEqual([])
    expect(cases.length).toBeGreaterThan(12)
  },
  60_000,
)
