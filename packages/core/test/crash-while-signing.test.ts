// S6, B32: whatever stops signing, the file is the old one or the new one; shown by stopping it at every step.
import { describe, expect, test } from '@jest/globals'
import { killAt, undisturbed as undisturbedProcess } from '../crash/run.ts'
import { recoverOn } from '../src/node/recover-file.ts'
import { signFileOn } from '../src/node/sign-file.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { preparedReport } from './support/make-pdf.ts'
import { MemoryDisk } from './support/memory-disk.ts'
import type { Loss, StopPoint } from './support/memory-disk.ts'
import { testSigner } from './support/signers.ts'

const OLD = preparedReport()
const OTHER = new TextEncoder().encode('what was there before')
const LOSSES: readonly Loss[] = [
  { data: 'kept', names: 'kept' },
  { data: 'lost', names: 'kept' },
  { data: 'zeros', names: 'kept' },
  { data: 'kept', names: 'lost' },
  { data: 'lost', names: 'lost' },
]

const options: SignOptions = {
  signer: await testSigner('officer'),
  field: 'officer',
  at: new Date('2026-01-14T08:00:00Z'),
  utcOffset: 420,
  random: (length) => new Uint8Array(length).fill(7),
}

function freshDisk({ clones = false }: Mode): MemoryDisk {
  const disk = new MemoryDisk()
  disk.clones = clones
  disk.put('/f/in.pdf', OLD)
  disk.put('/f/out.pdf', OTHER)
  return disk
}

interface Mode {
  readonly output: string
  /** The file that must be old or new, and what it is before. */
  readonly path: string
  readonly before: Uint8Array
  readonly clones?: boolean
}

const IN_PLACE: Mode = { output: 'in-place', path: '/f/in.pdf', before: OLD }
const NEW_FILE: Mode = { output: '/f/out.pdf', path: '/f/out.pdf', before: OTHER }

/** A run that nothing stops: how many steps it takes, and what comes out. RSA with fixed random bytes signs the same each time. */
async function undisturbed(mode: Mode): Promise<{ steps: readonly string[]; signed: Uint8Array }> {
  const disk = freshDisk(mode)
  await signFileOn(disk, '/f/in.pdf', mode.output, options)
  const left = disk.paths().filter((path) => path !== '/f/in.pdf' && path !== '/f/out.pdf')
  expect(left).toEqual([])
  return { steps: [...disk.steps], signed: disk.get(mode.path)! }
}

function stopPoints(steps: readonly string[], kind: StopPoint['kind']): readonly StopPoint[] {
  return steps.flatMap((name, at): StopPoint[] => [
    { at, phase: 'before', kind },
    ...(name === 'write' ? [{ at, phase: 'middle', kind } as const] : []),
    { at, phase: 'after', kind },
  ])
}

function same(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0
}

describe.each([
  ['in place', IN_PLACE],
  ['to a new file', NEW_FILE],
  ['to a clone', { ...NEW_FILE, clones: true }],
])('%s', (_name, mode) => {
  test('a crash at each step, with everything or nothing unsynced lost, leaves the old or the new file', async () => {
    const { steps, signed } = await undisturbed(mode)
    expect(same(signed.subarray(0, OLD.length), OLD) && signed.length > OLD.length).toBe(true)
    const seen = new Set<string>()
    for (const stop of stopPoints(steps, 'crash'))
      for (const loss of mode.clones === true ? LOSSES.slice(0, 2) : LOSSES) {
        const disk = freshDisk(mode)
        disk.stop = stop
        const done = await signFileOn(disk, '/f/in.pdf', mode.output, options).then(
          () => true,
          () => false,
        )
        disk.restart(loss)
        await recoverOn(disk, '/f/in.pdf', { force: true })
        const now = disk.get(mode.path)
        const what = same(now, mode.before) ? 'old' : same(now, signed) ? 'new' : 'something else'
        seen.add(what)
        // What was reported as done stays done.
        const allowed = done ? ['new'] : ['old', 'new']
        if (!allowed.includes(what)) throw new Error(`${what} after ${JSON.stringify({ stop, loss, done })}`)
        if (mode !== IN_PLACE && !same(disk.get('/f/in.pdf'), OLD)) throw new Error('the input was changed')
      }
    expect([...seen].toSorted()).toEqual(['new', 'old'])
  })

  test('a failing call at each step is an error with a code, the old file, and no journal left behind', async () => {
    const { steps, signed } = await undisturbed(mode)
    for (const stop of stopPoints(steps, 'fault')) {
      const disk = freshDisk(mode)
      disk.stop = stop
      const code = await signFileOn(disk, '/f/in.pdf', mode.output, options).then(
        () => 'done',
        (error: { code?: string }) => error.code,
      )
      expect(['done', 'FILE_NOT_WRITABLE', 'FILE_NOT_READABLE']).toContain(code)
      const now = disk.get(mode.path)
      // Only where the name of the new file could not be made durable is it there although the call failed.
      const renamed = mode !== IN_PLACE && stop.at >= steps.lastIndexOf('rename')
      const right = code === 'done' ? same(now, signed) : same(now, mode.before) || (renamed && same(now, signed))
      if (!right) throw new Error(`wrong file after ${JSON.stringify({ stop, code })} at ${steps[stop.at]}`)
      if (code === 'done') continue
      // Nothing stands in the way of the next call.
      disk.stop = undefined
      await recoverOn(disk, '/f/in.pdf', { force: true })
      await signFileOn(disk, '/f/in.pdf', mode.output, options)
      expect(same(disk.get(mode.path), signed)).toBe(true)
    }
  })
})

test('SIGKILL in the middle of the append: the next call finds the journal of the dead process and cuts the file back', async () => {
  const known = await undisturbedProcess('in-place', OLD)
  const at = known.steps.lastIndexOf('write')
  const killed = await killAt('in-place', OLD, known, { at, phase: 'middle' })
  expect(killed).toMatchObject({ found: 'partial', left: 'old', leftovers: [] })
})
