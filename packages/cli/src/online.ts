// --online and --allow-host: the guarded fetcher of core, loaded only when it is wanted.
import { CountersignError } from '@countersign/core'
import type { RevocationSource } from '@countersign/core'
import type { CommandLine, OptionKind } from './command-line.ts'
import { UsageError } from './usage.ts'

/** Options of a command that may ask the places named in certificates. */
export const ONLINE_OPTIONS: Readonly<Record<'online' | 'offline' | 'allow-host', OptionKind>> = {
  online: 'flag',
  offline: 'flag',
  'allow-host': 'many',
}

/** What --online gives; nothing without it (X-10: off unless asked for). @throws UsageError */
export async function onlineOptions(line: CommandLine): Promise<Pick<RevocationSource, 'find'>> {
  if (!line.flag('online')) return {}
  if (line.flag('offline')) throw new UsageError('--online and --offline exclude each other')
  const { onlineSource } = await import('@countersign/core/node')
  try {
    return onlineSource({ allowHosts: line.values('allow-host') })
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
    throw new UsageError(`--allow-host: ${error.message}`)
  }
}
