// Runs the command line as a child process, from its source.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
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

const start = (words: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess =>
  spawn(
    process.execPath,
    ['--conditions=@countersign/source', '--disable-warning=ExperimentalWarning', MAIN, ...words],
    {
      env: { PATH: process.env['PATH'] ?? '', LANG: 'C', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )

export interface Started {
  /** Waits for a line of standard output; its first group. */
  line(pattern: RegExp): Promise<string>
  interrupt(): void
  readonly exit: Promise<number>
}

/** A command that runs until it is interrupted. */
export function startCountersign(words: readonly string[]): Started {
  const child = start(words, {})
  let text = ''
  const exit = new Promise<number>((done) => child.on('close', (code) => done(code ?? -1)))
  return {
    exit,
    interrupt: () => void child.kill('SIGINT'),
    line: (pattern) =>
      new Promise((done, fail) => {
        child.on('close', () => fail(new Error(`ended: ${text}`)))
        for (const stream of [child.stdout, child.stderr])
          stream?.setEncoding('utf8').on('data', (part: string) => {
            text += part
            const found = text
              .split('\n')
              .map((one) => pattern.exec(one)?.[1])
              .find((one) => one !== undefined)
            if (found !== undefined) done(found)
          })
      }),
  }
}

export function countersign(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = start(words, environment)
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
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
