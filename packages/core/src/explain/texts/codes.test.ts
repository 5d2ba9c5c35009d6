import { expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasText, textFor } from './index.ts'

const source = join(import.meta.dirname, '..', '..')

/** Codes in `problem('RULE', 'CODE', ...)` calls, also where one of two is chosen. */
function emittedCodes(): ReadonlySet<string> {
  const codes = new Set<string>()
  for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue
    const text = readFileSync(join(source, name), 'utf8')
    for (const call of text.matchAll(/\bproblem\(\s*'[^']+',([^)]{0,160})/g)) {
      const second = call[1]!.split(',')[0]!
      for (const code of second.matchAll(/'([A-Z][A-Z0-9_]{3,})'/g)) codes.add(code[1]!)
    }
  }
  return codes
}

test('every code that a check emits has its text in both languages', () => {
  const codes = [...emittedCodes()]
  expect(codes.length).toBeGreaterThan(100)
  expect(codes.filter((code) => !hasText(code))).toEqual([])
  for (const code of codes) {
    const { en, vi } = textFor(code)
    expect([code, en.length > 10, vi.length > 10, en === vi]).toEqual([code, true, true, false])
  }
})
