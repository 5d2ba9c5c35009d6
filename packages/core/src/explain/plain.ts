// Small parts of the text for people: languages, times, names that came from a file.
import type { Text } from './texts/types.ts'

export type Language = 'vi' | 'en'

/** Fills `{name}` places of a text in the wanted language; values are made safe for a terminal. */
export function say(text: Text, language: Language, args: Readonly<Record<string, string | number>> = {}): string {
  return text[language].replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = args[name]
    return value === undefined ? place : safe(String(value))
  })
}

/**
 * Text from a file, for showing: control characters, which a terminal would obey, and marks that turn the direction of
 * writing around are replaced; long texts are cut.
 */
export function safe(text: string, limit = 300): string {
  let result = ''
  for (const character of text.normalize('NFC')) {
    const code = character.codePointAt(0) ?? 0
    result += isControl(code) ? (code === 10 || code === 9 ? ' ' : '\u{FFFD}') : character
    if (result.length >= limit) return `${result}...`
  }
  return result
}

function isControl(code: number): boolean {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true
  // Bidirectional controls and invisible joiners.
  return (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f)
}

/** A time in the fixed zone +07:00 (D30-17): day first in Vietnamese, ISO order in English. */
export function localTime(iso: string, language: Language): string {
  const [date, time] = shifted(iso)
  return date === undefined ? safe(iso) : `${dateIn(date, language)} ${time} +07:00`
}

export function localDate(iso: string, language: Language): string {
  const [date] = shifted(iso)
  return date === undefined ? safe(iso) : dateIn(date, language)
}

function shifted(iso: string): [string, string] | [undefined, undefined] {
  const time = Date.parse(iso)
  if (Number.isNaN(time)) return [undefined, undefined]
  const local = new Date(time + 7 * 3_600_000).toISOString()
  return [local.slice(0, 10), local.slice(11, 19)]
}

function dateIn(date: string, language: Language): string {
  return language === 'vi' ? date.split('-').reverse().join('/') : date
}
