// --trust, --trust-profile and --anchors: whom the user trusts. Nobody is trusted by default.
import { CountersignError, createTrustStore } from '@countersign/core'
import type { TrustStore } from '@countersign/core'
import type { CommandLine, OptionKind } from './command-line.ts'
import { FileError, readOption } from './files.ts'
import { UsageError } from './usage.ts'

export const TRUST_OPTIONS: Readonly<Record<'trust' | 'trust-profile' | 'anchors', OptionKind>> = {
  trust: 'many',
  'trust-profile': 'many',
  anchors: 'once',
}

export const SELECTIONS = ['gov', 'public', 'both'] as const

/** True when the command line names any anchors at all. */
export function namesTrust(line: CommandLine): boolean {
  return line.values('trust').length + line.values('trust-profile').length > 0
}

/**
 * The anchors of every --trust file and --trust-profile; none given means that nobody is trusted.
 *
 * @throws UsageError for a file without certificates, or a profile whose certificates are not as pinned
 */
export async function trustOptions(line: CommandLine): Promise<TrustStore> {
  const anchors: TrustStore['anchors'][number][] = []
  for (const file of line.values('trust')) {
    const bytes = await readOption(file, 'trust')
    anchors.push(...usageOf(`--trust: ${file}`, () => createTrustStore([bytes]).anchors))
  }
  const selection = line.choice('anchors', SELECTIONS, 'both')
  for (const path of line.values('trust-profile')) anchors.push(...(await profileAnchors(path, selection)))
  return { anchors }
}

async function profileAnchors(path: string, selection: (typeof SELECTIONS)[number]): Promise<TrustStore['anchors']> {
  const { loadTrustProfile } = await import('@countersign/core/node')
  try {
    return (await loadTrustProfile(path, selection)).anchors
  } catch (error) {
    throw profileError(`--trust-profile: ${path}`, error)
  }
}

/** A profile that cannot be used, as an error of the command line; other errors as they are. */
export function profileError(where: string, error: unknown): unknown {
  if (error instanceof CountersignError) return new UsageError(`${where}: ${error.message}`, error.code)
  const { code } = error as { code?: unknown }
  if (code === 'ENOENT') return new FileError('FILE_NOT_FOUND', `${where}: a file is not there`)
  return typeof code === 'string' ? new FileError('FILE_NOT_READABLE', `${where} (${code})`) : error
}

function usageOf<T>(where: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof CountersignError) throw new UsageError(`${where}: ${error.message}`, error.code)
    throw error
  }
}
