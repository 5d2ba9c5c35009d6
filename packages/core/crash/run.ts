// Kills signing processes at every write, sync, link and rename, and looks at what they leave (S6, B32).
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recoverFile } from '../src/node/recover-file.ts'
import type { KillPoint } from './killing-disk.ts'

export type Mode = 'in-place' | 'new-file'

export interface Killed {
  readonly mode: Mode
  readonly step: string
  readonly point: KillPoint
  /** The file right after the kill; `partial` is in place only, and the next call makes it old again. */
  readonly found: 'old' | 'new' | 'partial' | 'wrong'
  /** After the recovery that the next call does by itself. */
  readonly left: 'old' | 'new' | 'wrong'
  /** Names that are still there after the next signing call. */
  readonly leftovers: readonly string[]
}

interface Ended {
  readonly stdout: string
  readonly signal: string | undefined
  readonly stderr: string
}

function runChild(args: readonly string[]): Promise<Ended> {
  const flags = ['--conditions=@countersign/source', '--disable-warning=ExperimentalWarning']
  return new Promise((done) => {
    const child = join(import.meta.dirname, 'child.ts')
    execFile(process.execPath, [...flags, child, ...args], { timeout: 60_000 }, (error, stdout, stderr) => {
      done({ stdout, stderr, signal: error?.signal ?? undefined })
    })
  })
}

const BEFORE = new TextEncoder().encode('what was there before')

interface Bench {
  readonly folder: string
  readonly input: string
  readonly output: string
  readonly watched: string
}

async function setUp(mode: Mode, pdf: Uint8Array): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-crash-'))
  const input = join(folder, 'in.pdf')
  const output = join(folder, 'out.pdf')
  await writeFile(input, pdf)
  if (mode === 'new-file') await writeFile(output, BEFORE)
  return { folder, input, output: mode === 'in-place' ? mode : output, watched: mode === 'in-place' ? input : output }
}

/** The run that nobody disturbs: its steps and its result. */
export async function undisturbed(mode: Mode, pdf: Uint8Array): Promise<{ steps: string[]; signed: Uint8Array }> {
  const { folder, input, output, watched } = await setUp(mode, pdf)
  try {
    const { stdout, stderr } = await runChild([input, output])
    if (stdout === '') throw new Error(`the child did not sign: ${stderr}`)
    return { steps: JSON.parse(stdout) as string[], signed: await readFile(watched) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Every point to kill at: around each step, and in the middle of each write. */
export function killPoints(steps: readonly string[]): readonly KillPoint[] {
  return steps.flatMap((name, at): KillPoint[] => [
    { at, phase: 'before' },
    ...(name === 'write' ? [{ at, phase: 'middle' } as const] : []),
    { at, phase: 'after' },
  ])
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

/** One process killed at one point. */
export async function killAt(
  mode: Mode,
  pdf: Uint8Array,
  known: { readonly steps: readonly string[]; readonly signed: Uint8Array },
  point: KillPoint,
): Promise<Killed> {
  const bench = await setUp(mode, pdf)
  const old = mode === 'in-place' ? pdf : BEFORE
  try {
    const { signal, stderr } = await runChild([bench.input, bench.output, String(point.at), point.phase])
    if (signal !== 'SIGKILL') throw new Error(`the child was not killed: ${stderr}`)
    const judge = (bytes: Uint8Array): 'old' | 'new' | 'wrong' =>
      isSame(bytes, old) ? 'old' : isSame(bytes, known.signed) ? 'new' : 'wrong'
    const after = await readFile(bench.watched)
    const first = judge(after)
    const partial = first === 'wrong' && mode === 'in-place' && isSame(after.subarray(0, pdf.length), pdf)
    await recoverFile(bench.input)
    const left = judge(await readFile(bench.watched))
    const inputSafe = mode === 'in-place' || isSame(await readFile(bench.input), pdf)
    await runChild([bench.input, bench.output])
    const names = await readdir(bench.folder)
    return {
      mode,
      step: known.steps[point.at] ?? '',
      point,
      found: partial ? 'partial' : first,
      left: inputSafe ? left : 'wrong',
      leftovers: names.filter((name) => name !== 'in.pdf' && name !== 'out.pdf'),
    }
  } finally {
    await rm(bench.folder, { recursive: true })
  }
}
