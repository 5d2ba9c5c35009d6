import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { explainError } from './error.ts'
import { ERROR_TEXTS_VI } from './texts/errors.ts'

test('every error code has its Vietnamese meaning', () => {
  const source = readFileSync(new URL('../error.ts', import.meta.url), 'utf8')
  const codes = [...source.matchAll(/^ {2}\| '([A-Z0-9_]+)'$/gm)].map((match) => match[1] ?? '')
  expect(codes.length).toBeGreaterThan(40)
  expect(codes.filter((code) => ERROR_TEXTS_VI[code] === undefined)).toEqual([])
})

test('the meaning, then the line of the error; limits by their family; unknown codes as they are', () => {
  expect(explainError({ code: 'FIELD_SIGNED', message: 'field "a"' }, 'vi')).toBe('Trường này đã được ký. (field "a")')
  expect(explainError({ code: 'LIMIT_NESTING', message: 'too deep' }, 'vi')).toMatch(/giới hạn .*\(too deep\)$/)
  expect(explainError({ code: 'SOMETHING', message: 'x\u001B[2J\ny' }, 'vi')).toBe('x\uFFFD[2J y')
  expect(explainError({ code: 'FIELD_SIGNED', message: 'field "a"' }, 'en')).toBe('field "a"')
})
