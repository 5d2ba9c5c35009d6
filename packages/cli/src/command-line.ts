// Options of one command, read with node:util and checked once.
import { parseArgs } from 'node:util'
import type { ParseArgsOptionsConfig } from 'node:util'
import { UsageError } from './usage.ts'

/** `once`: a value, at most once; `many`: repeatable; `flag`: no value. */
export type OptionKind = 'once' | 'many' | 'flag'

export class CommandLine {
  readonly files: readonly string[]
  readonly #values: ReadonlyMap<string, readonly string[]>

  /** @throws UsageError for unknown options, missing values and options given twice */
  constructor(words: readonly string[], kinds: Readonly<Record<string, OptionKind>>) {
    const all: Readonly<Record<string, OptionKind>> = { ...kinds, lang: 'once', help: 'flag' }
    const options: ParseArgsOptionsConfig = {}
    for (const [name, kind] of Object.entries(all)) {
      options[name] = { type: kind === 'flag' ? 'boolean' : 'string', multiple: true }
    }
    const { values, positionals } = parse(words, options)
    const found = new Map<string, readonly string[]>()
    for (const [name, given] of Object.entries(values)) {
      const list = (given as readonly (string | boolean)[]).map(String)
      if (all[name] === 'once' && list.length > 1) throw new UsageError(`--${name} was given ${list.length} times`)
      found.set(name, list)
    }
    this.files = positionals
    this.#values = found
  }

  flag(name: string): boolean {
    return this.#values.has(name)
  }

  value(name: string): string | undefined {
    return this.#values.get(name)?.[0]
  }

  required(name: string): string {
    const value = this.value(name)
    if (value === undefined) throw new UsageError(`--${name} is missing`)
    return value
  }

  values(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }

  /** One of some words. */
  choice<T extends string>(name: string, choices: readonly T[], missing: T): T {
    const value = this.value(name)
    if (value === undefined) return missing
    const found = choices.find((choice) => choice === value)
    if (found === undefined) throw new UsageError(`--${name} must be one of ${choices.join(', ')}, not "${value}"`)
    return found
  }

  /** ISO 8601 time; a date alone is midnight UTC. */
  time(name: string): Date | undefined {
    const value = this.value(name)
    return value === undefined ? undefined : isoTime(value, name)
  }

  integer(name: string): number | undefined {
    const value = this.value(name)
    if (value === undefined) return undefined
    if (!/^-?\d{1,9}$/.test(value)) throw new UsageError(`--${name} must be a whole number, not "${value}"`)
    return Number(value)
  }
}

function parse(
  words: readonly string[],
  options: ParseArgsOptionsConfig,
): { values: Record<string, unknown>; positionals: string[] } {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError((error as Error).message.split('. To specify')[0] ?? 'bad arguments')
  }
}

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/

function isoTime(value: string, name: string): Date {
  // A time without zone is UTC here: never the zone of the machine.
  const zoned = /T.*(Z|[+-]\d{2}:?\d{2})$/.test(value) || !value.includes('T') ? value : `${value}Z`
  const time = new Date(zoned)
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`)
  // 30 February would silently become 2 March.
  const real = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value.slice(0, 10))
  if (!ISO.test(value) || !real || Number.isNaN(time.getTime()))
    throw new UsageError(`--${name} must be an ISO 8601 time such as 2026-02-05T08:00:00Z, not "${value}"`)
  return time
}
