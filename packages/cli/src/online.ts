// --online and --allow-host: the guarded fetcher of core, loaded only when it is wanted.
import { CountersignError } from '@countersign/core'
import type { RevocationSource } from '@countersign/core'
import type { CommandLine, OptionKind } from './command-line.ts'
import { readInput, usageErrors } from './files.ts'
import { UsageError } from './usage.ts'

/** Options of a command that may ask the places named in certificates. */
export const ONLINE_OPTIONS: Readonly<Record<'online' | 'offline' | 'allow-host' | 'proxy' | 'tls-ca', OptionKind>> = {
  online: 'flag',
  offline: 'flag',
  'allow-host': 'many',
  proxy: 'once',
  'tls-ca': 'many',
}

/** What --online gives; nothing without it (X-10: off unless asked for). @throws UsageError */
export async function onlineOptions(line: CommandLine): Promise<Pick<RevocationSource, 'find'>> {
  if (!line.flag('online')) return {}
  if (line.flag('offline')) throw new UsageError('--online and --offline exclude each other')
  const { onlineSource } = await import('@countersign/core/node')
  const proxy = line.value('proxy')
  const decoder = new TextDecoder('latin1')
  const authorities: string[] = []
  for (const file of line.values('tls-ca')) authorities.push(decoder.decode(await usageErrors(readInput(file))))
  try {
    return onlineSource({
      allowHosts: line.values('allow-host'),
      ...(proxy === undefined ? {} : { proxy }),
      ...(authorities.length === 0 ? {} : { authorities }),
    })
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
    throw new UsageError(`${error.message.startsWith('a proxy is') ? '--proxy' : '--allow-host'}: ${error.message}`)
  }
}
