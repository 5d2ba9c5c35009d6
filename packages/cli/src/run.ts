import type { Terminal } from './terminal.ts'
import { EXIT, UsageError, usageText } from './usage.ts'

const VERSION = '0.1.0'

type Command = (words: readonly string[], terminal: Terminal) => Promise<number> | number

/** Each command is loaded when it is used: `--help` and errors answer at once. */
const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['sign', async (words, terminal) => (await import('./commands/sign.ts')).signCommand(words, terminal)],
  ['verify', async (words, terminal) => (await import('./commands/verify.ts')).verifyCommand(words, terminal)],
  ['inspect', async (words, terminal) => (await import('./commands/inspect.ts')).inspectCommand(words, terminal)],
  [
    'certificate',
    async (words, terminal) => (await import('./commands/certificate.ts')).certificateCommand(words, terminal),
  ],
  ['pki', async (words, terminal) => (await import('./commands/pki.ts')).pkiCommand(words, terminal)],
  [
    'serve',
    async (words, terminal) => (await import('./commands/serve.ts')).serveCommand(words, terminal, process.version),
  ],
  ['timestamp', async () => (await import('./commands/not-available.ts')).notAvailable('timestamp')],
  ['extend', async () => (await import('./commands/not-available.ts')).notAvailable('extend')],
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
    return reportError(error, name, terminal)
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

function reportError(error: unknown, name: string, terminal: Terminal): number {
  if (error instanceof UsageError) {
    if (error.code === 'USAGE') terminal.stderr.write(`${usageText(name)}\n`)
    terminal.stderr.write(`${error.code}: ${oneLine(error.message)}\n`)
    return EXIT.usage
  }
  if (terminal.signal.aborted) {
    terminal.stderr.write('ABORTED: interrupted, nothing was written\n')
    return EXIT.invalid
  }
  const { code, message } = codeOf(error)
  if (code === 'INTERNAL' && terminal.environment['COUNTERSIGN_DEBUG'])
    terminal.stderr.write(`${(error as Error).stack ?? ''}\n`)
  terminal.stderr.write(`${code}: ${oneLine(message)}\n`)
  return EXIT.invalid
}

/** Errors of this project carry a code in capitals; anything else is a fault of the program. */
function codeOf(error: unknown): { code: string; message: string } {
  const { code, message } = error as { code?: unknown; message?: unknown }
  const text = typeof message === 'string' ? message : String(error)
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) && !/^(E[A-Z]+|ERR_\w+)$/.test(code)
    ? { code, message: text }
    : { code: 'INTERNAL', message: text }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
