import type { Language } from '@countersign/core'
import { languageOf } from './terminal.ts'
import type { Terminal } from './terminal.ts'
import { EXIT, UsageError, usageText } from './usage.ts'

const VERSION = '0.1.0'

type Command = (words: readonly string[], terminal: Terminal) => Promise<number> | number

/** Each command is loaded when it is used: `--help` and errors answer at once. */
const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['sign', async (words, terminal) => (await import('./commands/sign.ts')).signCommand(words, terminal)],
  ['verify', async (words, terminal) => (await import('./commands/verify.ts')).verifyCommand(words, terminal)],
  ['doctor', async (words, terminal) => (await import('./commands/doctor.ts')).doctorCommand(words, terminal)],
  ['inspect', async (words, terminal) => (await import('./commands/inspect.ts')).inspectCommand(words, terminal)],
  [
    'certificate',
    async (words, terminal) => (await import('./commands/certificate.ts')).certificateCommand(words, terminal),
  ],
  ['trust', async (words, terminal) => (await import('./commands/trust.ts')).trustCommand(words, terminal)],
  ['pki', async (words, terminal) => (await import('./commands/pki.ts')).pkiCommand(words, terminal)],
  [
    'serve',
    async (words, terminal) => (await import('./commands/serve.ts')).serveCommand(words, terminal, process.version),
  ],
  ['timestamp', async (words, terminal) => (await import('./commands/timestamp.ts')).timestampCommand(words, terminal)],
  ['extend', async (words, terminal) => (await import('./commands/extend.ts')).extendCommand(words, terminal)],
  ['recover', async (words, terminal) => (await import('./commands/recover.ts')).recoverCommand(words, terminal)],
])

/** Runs one command line and returns its exit code; errors are one line `CODE: text`, last on standard error. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = words
  if (name === '--version') {
    terminal.stdout.write(`${VERSION}\n`)
    return EXIT.valid
  }
  if (name === undefined || name === '--help' || name === 'help') return help(name, rest[0], terminal)
  try {
    const command = COMMANDS.get(name)
    if (command === undefined) throw new UsageError(`there is no command "${name}"`)
    if (rest.includes('--help')) return help('--help', name, terminal)
    return await command(rest, terminal)
  } catch (error) {
    return await reportError(error, words, terminal)
  }
}

function help(asked: string | undefined, command: string | undefined, terminal: Terminal): number {
  if (asked !== undefined) {
    terminal.stdout.write(`${usageText(command)}\n`)
    return EXIT.valid
  }
  terminal.stderr.write(`${usageText()}\nUSAGE: no command given\n`)
  return EXIT.usage
}

/** One line on standard error, the last one; in the language asked for, as far as that can be told. */
async function reportError(error: unknown, words: readonly string[], terminal: Terminal): Promise<number> {
  const { explainError } = await import('@countersign/core')
  const { code, message } = codeOf(error, terminal.signal)
  if (code === 'USAGE') terminal.stderr.write(`${usageText(words[0])}\n`)
  if (code === 'INTERNAL' && terminal.environment['COUNTERSIGN_DEBUG'])
    terminal.stderr.write(`${(error as Error).stack ?? ''}\n`)
  terminal.stderr.write(
    `${code}: ${explainError({ code, message: oneLine(message) }, wantedLanguage(words, terminal))}\n`,
  )
  return error instanceof UsageError ? EXIT.usage : EXIT.invalid
}

function wantedLanguage(words: readonly string[], { environment }: Terminal): Language {
  const place = words.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const given = words[place]?.startsWith('--lang=') === true ? words[place].slice(7) : words[place + 1]
  const known = place >= 0 && (given === 'vi' || given === 'en')
  return languageOf(known ? given : undefined, environment)
}

/** Errors of this project carry a code in capitals; anything else is a fault of the program. */
function codeOf(error: unknown, signal: AbortSignal): { code: string; message: string } {
  if (signal.aborted) return { code: 'ABORTED', message: 'interrupted, nothing was written' }
  const { code, message } = error as { code?: unknown; message?: unknown }
  const text = typeof message === 'string' ? message : String(error)
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) && !/^(E[A-Z]+|ERR_\w+)$/.test(code)
    ? { code, message: text }
    : { code: 'INTERNAL', message: text }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
