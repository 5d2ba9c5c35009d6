import { afterEach, describe, expect, test } from '@jest/globals'
import { createProcessPool } from './process-pool.ts'
import type { PoolOptions, ProcessPool } from './process-pool.ts'

const script = new URL('../../test/fixtures/pool-child.ts', import.meta.url)
const pools: ProcessPool<string, string>[] = []

function pool(options: Partial<PoolOptions<unknown>> = {}): ProcessPool<string, string> {
  const made = createProcessPool<unknown, string, string>({
    script,
    setup: { greeting: 'hello' },
    processes: 1,
    memoryMegabytes: 200,
    milliseconds: 20_000,
    ...options,
  })
  pools.push(made)
  return made
}

afterEach(() => {
  for (const made of pools.splice(0)) made.close()
})

const child = (answer: string): string => answer.split(' ')[2] ?? ''

describe('section 8: a child process with a cap on memory, reused between jobs', () => {
  test('calls are answered by the same child, errors keep their code', async () => {
    const one = pool()
    const [first, second] = [await one.run('a'), await one.run('b')]
    expect(first).toMatch(/^hello a \d+$/)
    expect(child(second)).toBe(child(first))
    await expect(one.run('code')).rejects.toMatchObject({ code: 'PDF_NOT_PDF' })
    expect(child(await one.run('c'))).toBe(child(first))
  })

  const watches = process.platform === 'linux' ? (['outside', 'inside'] as const) : (['inside'] as const)
  test.each(watches)('buffers, which no heap limit counts, end the child and not the next call (%s)', async (watch) => {
    const one = pool({ watch })
    const started = performance.now()
    const calls = [one.run('buffers'), one.run('after')]
    await expect(calls[0]).rejects.toMatchObject({ code: 'LIMIT_MEMORY' })
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(await calls[1]).toMatch(/^hello after/)
  })

  test('so does the heap', async () => {
    const one = pool({ memoryMegabytes: 120 })
    await expect(one.run('heap')).rejects.toMatchObject({ code: 'LIMIT_MEMORY' })
  })

  test('and time', async () => {
    const one = pool({ milliseconds: 700 })
    await expect(one.run('spin')).rejects.toMatchObject({ code: 'LIMIT_TIME' })
    expect(await one.run('after')).toMatch(/^hello after/)
  })

  const onLinux = process.platform === 'linux' ? test : test.skip
  onLinux('a child that keeps much memory after its call gets no other', async () => {
    const one = pool()
    const first = await one.run('keep')
    expect(child(await one.run('after'))).not.toBe(child(first))
  })

  test('a fault of the child is no verdict about memory', async () => {
    await expect(pool().run('fault')).rejects.toThrow('the child process that reads files ended: 3')
  })

  test('several children at once; after the end nothing is taken, and what waits is told', async () => {
    const two = pool({ processes: 2 })
    const answers = await Promise.all(['wait', 'wait', 'wait', 'wait'].map((call) => two.run(call)))
    expect(new Set(answers.map((answer) => child(answer))).size).toBe(2)
    const calls = ['spin', 'spin', 'a'].map((call) => two.run(call))
    two.close()
    const ends = await Promise.allSettled([...calls, two.run('b')])
    expect(ends.map((end) => end.status === 'rejected' && (end.reason as { code?: string }).code)).toEqual(
      Array.from({ length: 4 }, () => 'ABORTED'),
    )
  })
})
