// Small parts of the text for people: languages, times, names that came from a file.
import type { Finding } from '../report.ts'
import { templateFor } from './texts/index.ts'
import type { Text } from './texts/types.ts'

export type Language = 'vi' | 'en'

/** Fills `{name}` places of a text in the wanted language; values are made safe for a terminal. */
export function say(text: Text, language: Language, args: Readonly<Record<string, string | number>> = {}): string {
  return text[language].replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = args[name]
    return value === undefined ? place : safe(String(value))
  })
}

/** More marks on one letter than any writing needs would run over the lines above and below. */
const MARKS = 4

/**
 * Text from a file, for showing: control characters, which a terminal would obey, marks that turn the direction of
 * writing around, and letters that nobody sees are replaced; piled-up marks and long texts are cut.
 */
export function safe(text: string, limit = 300): string {
  let result = ''
  let marks = 0
  for (const character of text.normalize('NFC')) {
    const code = character.codePointAt(0) ?? 0
    marks = isMark(code) ? marks + 1 : 0
    if (marks > MARKS) continue
    result += isControl(code) ? (code === 10 || code === 9 ? ' ' : '\u{FFFD}') : character
    if (result.length >= limit) return `${result}...`
  }
  return result
}

/** Ranges of characters that are shown as U+FFFD. */
const HIDDEN: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  // Soft hyphen, joiners of letters, variation selectors: nothing is seen of them, and two names would look alike.
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  // Bidirectional controls, invisible joiners and separators.
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  // Halves of surrogate pairs, the byte order mark, letters without shape, tags.
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xfff0, 0xfffb],
  [0x115f, 0x1160],
  [0x3164, 0x3164],
  [0xffa0, 0xffa0],
  [0xe0000, 0xe0fff],
]

function isControl(code: number): boolean {
  return HIDDEN.some(([from, to]) => code >= from && code <= to)
}

function isMark(code: number): boolean {
  return (code >= 0x300 && code <= 0x36f) || (code >= 0x1ab0 && code <= 0x1aff) || (code >= 0x20d0 && code <= 0x20ff)
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

/** What a finding says to people: times in +07:00, certificates by their name alone; the report itself keeps both as they are. */
export function messageOf({ code, args, message }: Finding, language: Language): string {
  const template = templateFor(code)
  if (template === undefined) return safe(message[language])
  const told = Object.entries(args).map(([name, value]) => [name, friendly(value, language)] as const)
  return say(template, language, Object.fromEntries(told))
}

function friendly(value: unknown, language: Language): string {
  const text = String(value)
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return localTime(text, language)
  return /^[A-Za-z][\w.-]*=/.test(text) && text.includes('CN=') ? commonNameOf(text) : text
}

/** Common name in an RFC 4514 string, or the whole string where it has none. */
export function commonNameOf(subject: string): string {
  for (const part of partsOf(subject)) if (/^CN=/i.test(part)) return part.slice(3)
  return subject
}

/** Splits at commas and pluses that are not escaped, and takes the escapes back. */
function partsOf(subject: string): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (let at = 0; at < subject.length; at++) {
    const character = subject[at] as string
    if (character === ',' || character === '+') {
      parts.push(part)
      part = ''
    } else if (character === '\\') {
      at++
      const hex = /^[0-9a-f]{2}/i.exec(subject.slice(at, at + 2))?.[0]
      part += hex === undefined ? (subject[at] ?? '') : `\\${hex}`
      if (hex !== undefined) at++
    } else part += character
  }
  return [...parts, part]
}
