// The program of a child that verifies files of a batch; it reads the same command line as its parent.
import type { VerificationReport } from '@countersign/core'
import { serveProcessPool } from '@countersign/core/node'
import { CommandLine } from '../command-line.ts'
import { verifyFile } from './file.ts'
import { CHECK_OPTIONS, checkOptions } from './options.ts'

/** What each child is told once. */
export interface ChildSetup {
  /** The options of `CHECK_OPTIONS`, as words of a command line. */
  readonly words: readonly string[]
  readonly now: Date
  readonly password: string | undefined
}

serveProcessPool<string, VerificationReport>(async ({ words, now, password }: ChildSetup) => {
  const options = await checkOptions(new CommandLine(words, CHECK_OPTIONS), { now, password })
  return (file) => verifyFile(file, options)
})
