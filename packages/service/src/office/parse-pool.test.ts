import { afterEach, describe, expect, test } from '@jest/globals'
import { hungryPdf } from '../../../../test/support/hungry-pdf.ts'
import { createParsePool, PARSE_LIMITS } from './parse-pool.ts'
import type { ParsePool } from './parse-pool.ts'

const pools: ParsePool[] = []
const SETUP = { trust: [], certificates: [], crls: [] }

function pool(limits: Partial<typeof PARSE_LIMITS> = {}): ParsePool {
  const made = createParsePool(SETUP, { ...PARSE_LIMITS, ...limits })
  pools.push(made)
  return made
}

afterEach(() => {
  for (const made of pools.splice(0)) made.close()
})

const HUNGRY = hungryPdf(1, 60)
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('SEC-08 files are parsed in a child process', () => {
  test('answers as core does, several at once', async () => {
    const parser = pool()
    const reports = await Promise.all(Array.from({ length: 6 }, () => parser.verify(text('no pdf'))))
    expect(reports.map(({ overall }) => overall)).toEqual(Array.from({ length: 6 }, () => 'unreadable'))
    await expect(parser.listFields(text('no pdf'))).rejects.toMatchObject({ code: 'PDF_NOT_PDF' })
  })

  test('a file that takes too long costs its child, not the service', async () => {
    // No file of ours takes long; so the time is short instead: not even the start of the child fits.
    const parser = pool({ milliseconds: 1, processes: 1 })
    await expect(parser.verify(text('%PDF-1.7'))).rejects.toMatchObject({ code: 'LIMIT_TIME' })
    await expect(parser.verify(text('%PDF-1.7'))).rejects.toMatchObject({ code: 'LIMIT_TIME' })
  })

  test('a file that wants more memory than allowed costs its child, and the next one is answered', async () => {
    const parser = pool({ memoryMegabytes: 150, processes: 1 })
    const answers = [parser.verify(HUNGRY), parser.verify(text('no pdf'))]
    await expect(answers[0]).rejects.toMatchObject({ code: 'LIMIT_MEMORY' })
    expect((await answers[1])?.overall).toBe('unreadable')
  })

  test('the same file is read where memory suffices: only unsigned', async () => {
    const { overall } = await pool({ processes: 1 }).verify(HUNGRY)
    expect(overall).toBe('unsigned')
  })

  test('after the end nothing is taken', async () => {
    const parser = pool()
    parser.close()
    await expect(parser.verify(text(''))).rejects.toMatchObject({ code: 'ABORTED' })
  })
})
