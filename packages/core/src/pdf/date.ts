/** Two digits at `at`, `otherwise` where the text ends before them; NaN where they are no digits. */
function pair(text: string, at: number, otherwise: number): number {
  if (at >= text.length) return otherwise
  const digits = text.slice(at, at + 2)
  return digits.length === 2 && isDigit(digits, 0) && isDigit(digits, 1) ? Number(digits) : Number.NaN
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0x30 && code <= 0x39
}

/** Minutes east of UTC of `Z`, `+HH'mm'` and their shorter forms; undefined where no zone is stated or it is malformed. */
function zoneMinutes(zone: string): number | undefined {
  if (zone === '' || zone[0] === 'Z') return 0
  const sign = zone[0] === '+' ? 1 : zone[0] === '-' ? -1 : undefined
  if (sign === undefined) return undefined
  const minutes = pair(zone, 1, 0) * 60 + pair(zone.replaceAll("'", ''), 3, 0)
  return Number.isNaN(minutes) ? undefined : sign * minutes
}

/**
 * Reads a PDF date `D:YYYYMMDDHHmmSSOHH'mm'` (ISO 32000-2, 7.9.4), everything after the year optional; a missing zone counts as UTC.
 * Undefined where it is no date.
 */
export function parsePdfDate(text: string): Date | undefined {
  const digits = text.startsWith('D:') ? text.slice(2) : text
  if (digits.length > 30 || ![0, 1, 2, 3].every((at) => isDigit(digits, at))) return undefined
  let end = 4
  while (end < 14 && isDigit(digits, end)) end++
  const head = digits.slice(0, end)
  const [month, day] = [pair(head, 4, 1), pair(head, 6, 1)]
  const [hour, minute, second] = [pair(head, 8, 0), pair(head, 10, 0), pair(head, 12, 0)]
  const zone = zoneMinutes(digits.slice(end))
  const local = Date.UTC(Number(head.slice(0, 4)), month - 1, day, hour, minute, second)
  if (zone === undefined || Number.isNaN(local) || month < 1 || month > 12) return undefined
  if (new Date(local).getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return undefined
  return new Date(local - zone * 60_000)
}
