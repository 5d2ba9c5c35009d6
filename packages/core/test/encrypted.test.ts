// P-13: without the password the cryptography is checked all the same, and nothing is said of the document.
import { expect } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suiteTest } from '../../../test/support/witnesses.ts'
import { readCases } from '../conformance/cases.ts'
import { verify } from '../src/pades/verify.ts'

const AT = new Date('2026-11-25T00:00:00Z')

suiteTest('corpus', 'encrypted files with, without and with a wrong password', async (folder) => {
  const cases = readCases(folder).filter(({ password }) => password !== undefined)
  expect(cases.length).toBeGreaterThan(0)
  for (const { file, password } of cases) {
    const bytes = readFileSync(join(folder, file))
    const options = { trust: { anchors: [] }, at: AT }
    const opened = await verify(bytes, { ...options, password: password! })
    const locked = await verify(bytes, options)
    const wrong = await verify(bytes, { ...options, password: 'not the password' })
    expect(opened.signatures.every((one) => one.integrity === 'intact' && one.changes.permitted === true)).toBe(true)
    for (const report of [locked, wrong]) {
      expect(report.overall).toBe('indeterminate')
      expect(report.signatures.map((one) => one.integrity)).toEqual(opened.signatures.map((one) => one.integrity))
      expect(report.signatures.every((one) => one.changes.permitted === null && one.field === '')).toBe(true)
    }
    expect(wrong.findings.map((one) => one.code)).toContain('PDF_PASSWORD_WRONG')
  }
})
