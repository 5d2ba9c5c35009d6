// The corpus in a bounded form: part of the files, every promise. `npm run conformance` runs it whole.
import { expect } from '@jest/globals'
import { suiteTest } from '../../../test/support/witnesses.ts'
import { readCases } from '../conformance/cases.ts'
import { checkCase } from '../conformance/check-case.ts'
import { judge, readExceptions, type Judged } from '../conformance/exceptions.ts'
import { checkNegatives } from '../conformance/negatives.ts'

const STEP = 4

suiteTest(
  'corpus',
  'a report for every file, no forbidden one passes, integrity as expected, negatives caught',
  async (folder) => {
    const exceptions = readExceptions()
    const judged: Judged[] = []
    for (const [i, item] of readCases(folder).entries()) {
      if (i % STEP === 0) judged.push(judge(await checkCase(folder, item), exceptions))
    }
    const wrong = judged.flatMap(({ result, unexplained, stale }) => [
      ...unexplained.map((one) => `${result.item.file} ${one.kind}: ${one.text}`),
      ...stale.map((one) => `${result.item.file}: stale exception for ${one.kind}`),
    ])
    expect(wrong).toEqual([])
    expect(judged.length).toBeGreaterThan(50)
    const negatives = await checkNegatives(folder, judged, 100)
    expect(negatives).toEqual([])
  },
  120_000,
)
