import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from '../../../test/support/witnesses.ts'
import { runPkits } from '../conformance/pkits.ts'
import type { PkitsCase } from '../conformance/pkits.ts'

const folder = suite('pkits')

describe('NIST PKITS', () => {
  if (folder === undefined) {
    test.skip('246 cases (skipped: no suite pkits)', () => {})
    return
  }
  const cases = JSON.parse(readFileSync(join(folder, 'pkits.json'), 'utf8')) as readonly PkitsCase[]

  test('has 246 cases', () => {
    expect(cases).toHaveLength(246)
  })

  test.each(cases.map((one) => [one.id, one.name, one] as const))('%s %s', async (_id, _name, one) => {
    expect(await runPkits(folder, one)).toEqual(undefined)
  })
})
