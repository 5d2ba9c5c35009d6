// Runs the command line as a child process, from its source.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../../test/support/witnesses.ts'

const MAIN = join(root, 'packages', 'cli', 'src', 'main.ts')

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** The last line of standard error. */
  readonly last: string
}

export function countersign(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(
      process.execPath,
      ['--conditions=@countersign/source', '--disable-warning=ExperimentalWarning', MAIN, ...words],
      { env: { PATH: process.env['PATH'] ?? '', LANG: 'C', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', fail)
    child.on('close', (code) =>
      done({ code: code ?? -1, stdout, stderr, last: stderr.trimEnd().split('\n').at(-1) ?? '' }),
    )
  })
}

export const certificate = (name: string): string => join(root, 'certs-test', name)

/** A folder that is removed after the work. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
