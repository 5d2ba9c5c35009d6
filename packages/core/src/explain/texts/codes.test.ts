import { describe, expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DOCTOR_TEXTS } from './doctor.ts'
import { ERROR_TEXTS_VI } from './errors.ts'
import { hasText, textFor } from './index.ts'

const core = join(import.meta.dirname, '..', '..')
const packages = join(core, '..', '..')

/** Text of every source file below a folder, tests left out. */
function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.d.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}

/** What a pattern with one group finds, each once. */
function found(texts: readonly string[], pattern: RegExp): readonly string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1]!)))].toSorted()
}

const own = sources(core)
const all = readdirSync(packages).flatMap((name) => {
  try {
    return sources(join(packages, name, 'src'))
  } catch {
    return []
  }
})

/** Codes in `problem('RULE', 'CODE', ...)` calls, also where one of two is chosen. */
function emittedCodes(): readonly string[] {
  const seconds = found(own, /\bproblem\(\s*'[^']+',([^)]{0,160})/g).map((call) => call.split(',')[0]!)
  return found(seconds, /'([A-Z][A-Z0-9_]{3,})'/g)
}

describe('every code in the tree has both languages', () => {
  test('of the checks', () => {
    const codes = emittedCodes()
    expect(codes.length).toBeGreaterThan(140)
    expect(codes.filter((code) => !hasText(code))).toEqual([])
    for (const code of codes) {
      const { en, vi } = textFor(code)
      expect([code, en.length > 10, vi.length > 10, en === vi]).toEqual([code, true, true, false])
    }
  })

  test('where a code stands in a table or an object', () => {
    const codes = found(own, /\bcode: '([A-Z][A-Z0-9_]{3,})'/g)
    const known = (code: string): boolean =>
      hasText(code) || DOCTOR_TEXTS[code] !== undefined || ERROR_TEXTS_VI[code] !== undefined
    expect(codes.length).toBeGreaterThan(30)
    expect(codes.filter((code) => !known(code))).toEqual([])
  })

  test('every other word that looks like one is known not to be', () => {
    const report = readFileSync(join(core, 'report.ts'), 'utf8')
    const known = (code: string): boolean =>
      hasText(code) || hasText(`LIMIT_${code}`) || ERROR_TEXTS_VI[code] !== undefined || report.includes(`'${code}'`)
    const outside = sources(join(core, 'pdf'))
    const words = found(
      own.filter((text) => !outside.includes(text)),
      /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g,
    )
    const others = words.filter((word) => !known(word) && DOCTOR_TEXTS[word] === undefined)
    // Of OpenSSL, a reason in a signing record, the beginning of two codes; the faults of pdf/ are arguments of READER_DISAGREEMENT.
    const innocent = /^(ERR_OSSL_\w+|REVOCATION_NOT_FRESH|PDF_PASSWORD)$/
    expect(others.filter((word) => !innocent.test(word))).toEqual([])
  })

  test('of the errors in every package: an English line with each, its meaning in Vietnamese here', () => {
    const codes = found(all, /\b(?:CountersignError|FileError)\(\s*'([A-Z][A-Z0-9_]+)'/g)
    const chosen = found(found(all, /\bCountersignError\(([^()]{0,120})/g), /'([A-Z][A-Z0-9]+_[A-Z0-9_]+)'/g)
    expect(codes.length).toBeGreaterThan(45)
    const missing = [...codes, ...chosen].filter((code) => ERROR_TEXTS_VI[code] === undefined)
    expect(missing.filter((code) => !code.startsWith('LIMIT_'))).toEqual([])
  })

  test('of the limits, and of what makes a file unreadable', () => {
    const limits = found(all, /\bLimitError\(\s*'([A-Z][A-Z0-9_]+)'/g)
    expect(limits.length).toBeGreaterThan(30)
    expect(limits.filter((name) => !hasText(`LIMIT_${name}`))).toEqual([])
    // Only signing throws these two.
    const signing = ['PDF_CERTIFIED_NO_CHANGES', 'PDF_PERMISSION']
    const unreadable = found(sources(join(core, 'pdf')), /\bCountersignError\(\s*'(PDF_[A-Z_]+)'/g)
    expect(unreadable.filter((code) => !hasText(code) && !signing.includes(code))).toEqual([])
  })
})
