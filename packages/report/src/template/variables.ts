// Variables in the texts of a template, and times as documents write them.
import { CountersignError } from '@countersign/core'
import { documentDate, vietnamTime } from '../format.ts'

/** How a signing time is shown; always in the fixed zone +07:00 (D30-17). */
export type TimeFormat = 'iso' | 'iso-without-offset' | 'day-first'

/**
 * A time in the zone of Vietnam: `2026-11-25T14:05:06+07:00`, the same without its offset, or `25-11-2026 14:05:06 +07:00`.
 */
export function showTime(time: Date, format: TimeFormat = 'iso'): string {
  const iso = vietnamTime(time)
  if (format === 'iso') return iso
  if (format === 'iso-without-offset') return iso.slice(0, 19)
  const [year, month, day] = iso.slice(0, 10).split('-')
  return `${day}-${month}-${year} ${iso.slice(11, 19)} +07:00`
}

/** What every template knows of the time it is given. */
export function timeVariables(
  time: Date | undefined,
  format: TimeFormat | undefined,
): Readonly<Record<string, string>> {
  if (time === undefined) return {}
  return { time: showTime(time, format), date: documentDate(vietnamTime(time).slice(0, 10)) }
}

/** Names in braces: `{agency}`. */
const NAME = /\{([a-zA-Z][a-zA-Z0-9]*)\}/g

/** The names that a text uses and that have no value. */
export function missingVariables(text: string, values: ReadonlyMap<string, string>): readonly string[] {
  return [...text.matchAll(NAME)].map((match) => match[1] ?? '').filter((name) => !values.has(name))
}

/** Puts values for names, once: a value that looks like a name stays as it is. Throws ARGUMENT_INVALID. */
export function withValues(text: string, values: ReadonlyMap<string, string>): string {
  const [missing] = missingVariables(text, values)
  if (missing !== undefined)
    throw new CountersignError('ARGUMENT_INVALID', `the template needs a value for {${missing}}`, {
      details: { variable: missing },
    })
  return text.replaceAll(NAME, (_whole, name: string) => values.get(name) ?? '').normalize('NFC')
}
