import { CountersignError } from '@countersign/core'
import { createProcessPool } from '@countersign/core/node'
import type { ProcessLimits } from '@countersign/core/node'
import type { ExtensionAnswer, ExtensionSettings, Extender } from './extender.ts'
import type { ParseSetup } from './parse-protocol.ts'

/** What each child is told once. */
export interface ExtendSetup extends ParseSetup {
  readonly settings: ExtensionSettings
}

/** One question to it. */
export interface ExtendCall {
  readonly name: keyof Extender
  readonly args: readonly unknown[]
}

export interface ExtendPool extends Extender {
  close(): void
}

const SCRIPT = new URL(import.meta.url.endsWith('.ts') ? './extend-child.ts' : './extend-child.js', import.meta.url)
/** Work on the file itself; waiting for authorities comes on top. */
const WORK_MS = 60_000
const MEMORY_MB = 1024
const PROCESSES = 2

function limitsFor({ tsa, online }: ExtensionSettings): ProcessLimits {
  const waiting = tsa.reduce((sum, { timeoutSeconds = 30 }) => sum + timeoutSeconds, 0)
  // Two stamps at most for one file, and the looking for data of SEC-05.
  const milliseconds = WORK_MS + 2 * waiting * 1000 + (online === false ? 0 : 60_000)
  return { milliseconds, memoryMegabytes: MEMORY_MB, processes: PROCESSES }
}

/** Stamps and extends in child processes; each works on one file at a time. */
export function createExtendPool(setup: ExtendSetup): ExtendPool {
  const pool = createProcessPool<ExtendSetup, ExtendCall, ExtensionAnswer>({
    script: SCRIPT,
    setup,
    ...limitsFor(setup.settings),
  })
  const ask = async (name: keyof Extender, ...args: readonly unknown[]): Promise<ExtensionAnswer> => {
    try {
      return await pool.run({ name, args })
    } catch (error) {
      // A code goes on; what a file or an authority made core say does not.
      if (!(error instanceof CountersignError)) throw new Error('extending failed', { cause: error })
      throw new CountersignError(error.code, 'extending failed', { details: error.details })
    }
  }
  return {
    timestamp: (...args) => ask('timestamp', ...args),
    extend: (...args) => ask('extend', ...args),
    close: () => pool.close(),
  }
}
