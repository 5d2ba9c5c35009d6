// Outside suites and independent programs that tests use: visible skips where they are missing,
// failures where COUNTERSIGN_WITNESSES=required (CI).
import { test } from '@jest/globals'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const required = process.env['COUNTERSIGN_WITNESSES'] === 'required'
const known = new Map<string, boolean>()

/** True when the program starts. */
export function hasWitness(program: string): boolean {
  let found = known.get(program)
  if (found === undefined) {
    found = spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
    known.set(program, found)
  }
  return found
}

/**
 * `test` for a test that needs the named programs: skipped, with the reason in its name, where one is missing,
 * and failing there when COUNTERSIGN_WITNESSES=required.
 */
export function witnessTest(
  programs: readonly string[],
  name: string,
  body: () => Promise<void> | void,
  timeout?: number,
): void {
  const missing = programs.filter((program) => !hasWitness(program))
  if (missing.length === 0) test(name, body, timeout)
  else if (required)
    test(name, () => {
      throw new Error(`missing witnesses: ${missing.join(', ')}`)
    })
  else test.skip(`${name} (skipped: no ${missing.join(', ')})`, () => {})
}

/** Folder of an outside suite (`corpus`, `pkits`), undefined when it is not there. */
export function suite(name: string): string | undefined {
  const folder = join(resolve(root, process.env['COUNTERSIGN_SUITES'] ?? '../shared'), name)
  return existsSync(folder) ? folder : undefined
}

/** `test` over an outside suite; a visible skip where it is missing. */
export function suiteTest(
  name: string,
  title: string,
  body: (folder: string) => Promise<void> | void,
  timeout?: number,
): void {
  const folder = suite(name)
  if (folder === undefined) test.skip(`${title} (skipped: no suite ${name})`, () => {})
  else test(title, () => body(folder), timeout)
}

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program without a shell; never rejects for a non-zero exit. */
export function runProgram(program: string, args: readonly string[], timeout = 60_000): Promise<Outcome> {
  return new Promise((done) => {
    execFile(program, [...args], { timeout, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      done({ code, stdout, stderr })
    })
  })
}
