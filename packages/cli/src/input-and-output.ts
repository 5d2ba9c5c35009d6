import { resolve } from 'node:path'
import type { CommandLine } from './command-line.ts'
import { UsageError } from './usage.ts'

/** Where a command reads and writes; `target` is what the functions for files take. */
export interface InputAndOutput {
  readonly input: string
  /** The path as it was given, for messages. */
  readonly output: string
  readonly target: string
}

/** `IN OUT`, or `--in-place FILE`; a path is made absolute, so that a file may have any name. */
export function inputAndOutput(line: CommandLine, command: string): InputAndOutput {
  const [input, output, ...rest] = line.files
  if (line.flag('in-place')) {
    if (input === undefined || output !== undefined) throw new UsageError(`${command} --in-place needs one file`)
    return { input, output: input, target: 'in-place' }
  }
  if (input === undefined || output === undefined || rest.length > 0)
    throw new UsageError(`${command} needs IN and OUT`)
  return { input, output, target: resolve(output) }
}
