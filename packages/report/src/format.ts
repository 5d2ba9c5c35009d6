// Numbers and dates as Decree 30/2020, App I writes them.
import { CountersignError } from '@countersign/core'

/** `05` for 5, `123` for 123: numbers below 10 get a leading 0. */
export function documentNumber(number: number): string {
  return String(number).padStart(2, '0')
}

function parts(date: string): { year: number; month: number; day: number } {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)
  const [year, month, day] = (match ?? []).slice(1).map(Number)
  const real = new Date(`${date}T00:00:00Z`)
  if (year === undefined || month === undefined || day === undefined || real.getUTCDate() !== day)
    throw new CountersignError('ARGUMENT_INVALID', `not a date of the form 2026-02-05: "${date}"`)
  return { year, month, day }
}

/**
 * The date line of a document: days below 10 and the months 1 and 2 get a leading 0.
 *
 * @example
 * ```ts
 * documentDate('2026-02-05') // 'ngày 05 tháng 02 năm 2026'
 * ```
 */
export function documentDate(date: string): string {
  const { year, month, day } = parts(date)
  return `ngày ${String(day).padStart(2, '0')} tháng ${month < 3 ? `0${month}` : month} năm ${year}`
}

/** `15/12/2026` for `2026-12-15`, as in tables. */
export function shortDate(date: string): string {
  const { year, month, day } = parts(date)
  return `${String(day).padStart(2, '0')}/${String(month).padStart(2, '0')}/${year}`
}

/** ISO 8601 in the fixed zone +07:00, whatever the zone of the machine (D30-17). */
export function vietnamTime(time: Date): string {
  return `${new Date(time.getTime() + 7 * 3_600_000).toISOString().slice(0, 19)}+07:00`
}
