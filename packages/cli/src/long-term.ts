// --tsa and what else levels above B-B need: authorities, anchors, evidence from files or from where certificates say it is.
import { CountersignError } from '@countersign/core'
import type { LongTermOptions, TimestampAuthority } from '@countersign/core'
import type { CommandLine, OptionKind } from './command-line.ts'
import { evidenceOptions } from './evidence.ts'
import { usageErrors } from './files.ts'
import { ONLINE_OPTIONS, onlineOptions } from './online.ts'
import type { Terminal } from './terminal.ts'
import { namesTrust, TRUST_OPTIONS, trustOptions } from './trust-options.ts'
import { UsageError } from './usage.ts'

type TsaOption = 'tsa' | 'archive-tsa' | 'tsa-timeout' | 'tsa-tries' | 'tsa-policy' | 'tsa-header-file'

export const TSA_OPTIONS: Readonly<Record<TsaOption, OptionKind>> = {
  tsa: 'many',
  'archive-tsa': 'many',
  'tsa-timeout': 'once',
  'tsa-tries': 'once',
  'tsa-policy': 'once',
  'tsa-header-file': 'once',
}

type LongTermOption =
  'intermediate' | 'crl' | 'ocsp' | 'policy' | 'freshness' | 'vri' | 'archive-data' | 'archive-digest' | 'renew-by'

export const LONG_TERM_OPTIONS: Readonly<
  Record<TsaOption | LongTermOption | keyof typeof TRUST_OPTIONS | keyof typeof ONLINE_OPTIONS, OptionKind>
> = {
  ...TSA_OPTIONS,
  ...TRUST_OPTIONS,
  ...ONLINE_OPTIONS,
  intermediate: 'many',
  crl: 'many',
  ocsp: 'many',
  freshness: 'once',
  policy: 'once',
  vri: 'flag',
  'archive-data': 'once',
  'archive-digest': 'once',
  'renew-by': 'once',
}

/** PKI-07: a state TSA may take minutes. */
const MAX_SECONDS = 180

function whole(line: CommandLine, name: string, max: number): number | undefined {
  const value = line.integer(name)
  if (value !== undefined && (value < 1 || value > max)) throw new UsageError(`--${name} must be 1 to ${max}`)
  return value
}

/** Header fields for a TSA, one `Name: value` a line, from a file so that secrets stay off the command line (T2). */
async function headersOf(line: CommandLine): Promise<Readonly<Record<string, string>> | undefined> {
  const file = line.value('tsa-header-file')
  if (file === undefined) return undefined
  const { readOption } = await import('./files.ts')
  const text = new TextDecoder().decode(await readOption(file, 'tsa-header-file'))
  const headers: Record<string, string> = {}
  for (const row of text.split('\n').map((one) => one.trim())) {
    if (row === '') continue
    const colon = row.indexOf(':')
    if (colon < 1) throw new UsageError('--tsa-header-file: each line must be "Name: value"')
    headers[row.slice(0, colon).trim().toLowerCase()] = row.slice(colon + 1).trim()
  }
  return headers
}

/** The authorities of --tsa or --archive-tsa, in their order; undefined without one. @throws UsageError */
export async function tsaOptions(
  line: CommandLine,
  name: 'tsa' | 'archive-tsa',
): Promise<TimestampAuthority | undefined> {
  const urls = line.values(name)
  if (urls.length === 0) return undefined
  const { httpTimestampAuthority } = await import('@countersign/core/node')
  const seconds = whole(line, 'tsa-timeout', MAX_SECONDS)
  const tries = whole(line, 'tsa-tries', 10)
  const policy = line.value('tsa-policy')
  const headers = await headersOf(line)
  const common = {
    ...(seconds === undefined ? {} : { timeoutMilliseconds: seconds * 1000 }),
    ...(tries === undefined ? {} : { tries }),
    ...(policy === undefined ? {} : { policy }),
    ...(headers === undefined ? {} : { authenticate: () => ({ headers }) }),
  }
  const deadline = Math.max(300, urls.length * (tries ?? 1) * (seconds ?? 30)) * 1000
  try {
    return httpTimestampAuthority(
      urls.map((url) => ({ url, ...common })),
      { deadlineMilliseconds: deadline },
    )
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
    throw new UsageError(`--${name}: ${error.message}`)
  }
}

const POLICIES = ['strict', 'compat', 'vietnam-gov', 'vietnam-public'] as const
const FRESHNESS = ['now', 'after-timestamp'] as const

/** `now`, `after-timestamp`, or hours. */
function freshnessOf(line: CommandLine): LongTermOptions['freshness'] {
  const value = line.value('freshness')
  const known = FRESHNESS.find((one) => one === value)
  if (value === undefined || known !== undefined) return known
  if (!/^[1-9]\d{0,4}$/.test(value))
    throw new UsageError(`--freshness must be now, after-timestamp or a number of hours, not "${value}"`)
  return { maxAge: Number(value) * 3_600_000 }
}

/** Everything that `sign` and `extend` need beyond B-B. @throws UsageError */
export async function longTermOptions(line: CommandLine, terminal: Terminal): Promise<LongTermOptions> {
  const tsa = await tsaOptions(line, 'tsa')
  const archiveTsa = await tsaOptions(line, 'archive-tsa')
  const freshness = freshnessOf(line)
  const renewBy = line.time('renew-by')
  const digest = line.flag('archive-digest')
    ? line.choice('archive-digest', ['sha256', 'sha384', 'sha512'], 'sha256')
    : undefined
  return {
    now: terminal.now,
    signal: terminal.signal,
    sources: { ...(await evidenceOptions(line)), ...(await onlineOptions(line)) },
    archiveData: line.choice('archive-data', ['next-renewal', 'at-once'], 'next-renewal'),
    vri: line.flag('vri'),
    policy: { profile: line.choice('policy', POLICIES, 'strict') },
    ...(namesTrust(line) ? { trust: await usageErrors(trustOptions(line)) } : {}),
    ...(tsa === undefined ? {} : { tsa }),
    ...(archiveTsa === undefined ? {} : { archiveTsa }),
    ...(digest === undefined ? {} : { archiveDigest: digest }),
    ...(freshness === undefined ? {} : { freshness }),
    ...(renewBy === undefined ? {} : { renewBy }),
  }
}
