// What the commands write to and read their surroundings from; tests give their own.
import type { Language, Tone } from '@countersign/core'
import { UsageError } from './usage.ts'

export interface Stream {
  write(text: string): unknown
  readonly isTTY?: boolean
}

export interface Terminal {
  readonly stdout: Stream
  readonly stderr: Stream
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The only clock of the command line. */
  readonly now: () => Date
  /** Aborts on the first interrupt. */
  readonly signal: AbortSignal
}

const CODES: Readonly<Record<Tone, string>> = {
  good: '32',
  bad: '31',
  unsure: '33',
  neutral: '39',
  strong: '1',
  faint: '2',
}

/** Colours only on a terminal that wants them (NO_COLOR, dumb). */
export function painter(stream: Stream, environment: Terminal['environment']): (tone: Tone, text: string) => string {
  const wanted = stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb'
  return wanted ? (tone, text) => `\u001B[${CODES[tone]}m${text}\u001B[0m` : (_tone, text) => text
}

/** --lang, else the locale: Vietnamese where it says so, else English. */
export function languageOf(option: string | undefined, environment: Terminal['environment']): Language {
  if (option !== undefined) {
    if (option === 'vi' || option === 'en') return option
    throw new UsageError(`--lang must be vi or en, not "${option}"`)
  }
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || ''
  return locale.toLowerCase().startsWith('vi') ? 'vi' : 'en'
}

/** One line that is rewritten on a terminal; nothing elsewhere. */
export function progress(stream: Stream): { show(text: string): void; clear(): void } {
  if (stream.isTTY !== true) return { show: () => {}, clear: () => {} }
  let shown = false
  return {
    show(text) {
      stream.write(`\r\u001B[K${text.slice(0, 100)}`)
      shown = true
    },
    clear() {
      if (shown) stream.write('\r\u001B[K')
      shown = false
    },
  }
}
