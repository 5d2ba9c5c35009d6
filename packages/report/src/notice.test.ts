import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../test/support/witnesses.ts'
import { parseInspectionNotice } from './notice.ts'
import { documentDate, documentNumber, shortDate, vietnamTime } from './format.ts'

const data = JSON.parse(readFileSync(join(root, 'examples', 'data', 'notice.json'), 'utf8')) as Record<string, unknown>
const refused = (changes: Record<string, unknown>): Record<string, unknown> => {
  try {
    parseInspectionNotice({ ...data, ...changes })
  } catch (error) {
    return error as Record<string, unknown>
  }
  throw new Error('accepted')
}

test('every fault is named with its place', () => {
  const error = refused({
    symbol: 'tb snv',
    body: [{ kind: 'findings', rows: [{ unit: 'A', finding: 'B', remedy: '' }] }],
  })
  expect(error).toMatchObject({
    code: 'REPORT_DATA_INVALID',
    details: {
      issues: [
        'symbol: must be capitals joined by "-", such as TB-SNV',
        'body[0].rows[0].remedy: must not be empty',
        'body[0].rows[0].deadline: Invalid input: expected string, received undefined',
      ],
    },
  })
})

test('unknown keys, academic titles, a signature without position are refused', () => {
  expect(refused({ agencyy: 'x' }).message).toContain('agencyy')
  expect(refused({ signature: { position: 'Giám đốc', name: 'TS. Nguyễn Văn A' } }).message).toContain(
    'academic titles',
  )
  expect(refused({ signature: { name: 'Nguyễn Văn A' } }).message).toBe('signature: needs a position or a capacity')
  expect(refused({ date: '2026-02-30' }).message).toContain('date: ')
})

test('numbers and dates by App I', () => {
  expect(documentNumber(5)).toBe('05')
  expect(documentNumber(123)).toBe('123')
  expect(documentDate('2026-02-05')).toBe('ngày 05 tháng 02 năm 2026')
  expect(documentDate('2026-03-15')).toBe('ngày 15 tháng 3 năm 2026')
  expect(shortDate('2026-12-05')).toBe('05/12/2026')
  expect(() => documentDate('2026-02-30')).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
})

test('D30-17: +07:00 whatever the zone of the machine', () => {
  expect(vietnamTime(new Date('2026-10-12T19:15:02Z'))).toBe('2026-10-13T02:15:02+07:00')
})
