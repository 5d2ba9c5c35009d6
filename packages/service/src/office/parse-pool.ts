import { CountersignError } from '@countersign/core'
import { createProcessPool } from '@countersign/core/node'
import type { ProcessLimits } from '@countersign/core/node'
import type { ParseCall, ParseSetup } from './parse-protocol.ts'
import type { Validator } from './validator.ts'

/** Bounds of SEC-08. The memory is all that a child holds: its heap, the file, what was inflated. */
export const PARSE_LIMITS: ProcessLimits = { milliseconds: 30_000, memoryMegabytes: 1024, processes: 2 }

/** A validator whose work is done in child processes. */
export interface ParsePool extends Validator {
  close(): void
}

/** The child runs the same file kind as this one: source in the repository, compiled code when installed. */
const SCRIPT = new URL(import.meta.url.endsWith('.ts') ? './parse-child.ts' : './parse-child.js', import.meta.url)

/**
 * Keeps up to `processes` children that parse files, each one file at a time. A child that takes too long or holds too much memory
 * is killed and replaced; the server itself goes on (SEC-08, REQ-10).
 */
export function createParsePool(setup: ParseSetup, limits: ProcessLimits = PARSE_LIMITS): ParsePool {
  const pool = createProcessPool<ParseSetup, ParseCall, unknown>({ script: SCRIPT, setup, ...limits })
  const ask = async (name: keyof Validator, ...args: readonly unknown[]): Promise<unknown> => {
    try {
      return await pool.run({ name, args })
    } catch (error) {
      throw known(error)
    }
  }
  return {
    verify: (...args) => ask('verify', ...args) as ReturnType<Validator['verify']>,
    listFields: (...args) => ask('listFields', ...args) as ReturnType<Validator['listFields']>,
    byteRanges: (...args) => ask('byteRanges', ...args) as ReturnType<Validator['byteRanges']>,
    validateCertificate: (...args) =>
      ask('validateCertificate', ...args) as ReturnType<Validator['validateCertificate']>,
    close: () => pool.close(),
  }
}

/** A code goes on; what a file made the parser say does not. */
function known(error: unknown): Error {
  if (!(error instanceof CountersignError)) return new Error('parsing failed', { cause: error })
  if (error.code === 'ABORTED') return new CountersignError('ABORTED', 'the service is shutting down')
  return new CountersignError(error.code, 'parsing failed', { details: error.details })
}
