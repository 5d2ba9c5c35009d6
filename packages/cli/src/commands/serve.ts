import { CommandLine } from '../command-line.ts'
import { loadPackage } from '../optional-package.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT, UsageError } from '../usage.ts'

/** The service needs node:sqlite and its later fixes. */
const NEEDS: readonly [number, number] = [22, 16]

/** What this command uses of @countersign/service, an optional peer. */
interface ServicePackage {
  readonly serve: (
    options: { port?: number; host?: string; data?: string; mode?: 'test' | 'production'; config?: string },
    surroundings: { env: Terminal['environment']; print: (line: string) => void; now: () => Date },
  ) => Promise<{ close(): Promise<void> }>
}

/** `countersign serve`: starts the service, which is loaded only now, and stops it cleanly at the first interrupt. */
export async function serveCommand(words: readonly string[], terminal: Terminal, version: string): Promise<number> {
  const line = new CommandLine(words, { port: 'once', host: 'once', data: 'once', mode: 'once', config: 'once' })
  if (line.files.length > 0) throw new UsageError(`serve takes no file: "${line.files.join(' ')}"`)
  if (!isRecent(version))
    throw new UsageError(`serve needs Node.js ${NEEDS.join('.')} or later, this is ${version}`, 'NODE_TOO_OLD')
  const options = serveOptions(line)
  const { serve } = await loadPackage<ServicePackage>('@countersign/service')
  const running = await serve(options, {
    env: terminal.environment,
    print: (text) => terminal.stdout.write(`${text}\n`),
    now: terminal.now,
  })
  await interrupted(terminal.signal)
  await running.close()
  return EXIT.valid
}

function serveOptions(line: CommandLine): Parameters<ServicePackage['serve']>[0] {
  const port = line.integer('port')
  const mode = line.choice('mode', ['test', 'production', 'default'], 'default')
  const names = ['host', 'data', 'config'] as const
  return {
    ...Object.fromEntries(names.flatMap((name) => (line.flag(name) ? [[name, line.required(name)]] : []))),
    ...(port === undefined ? {} : { port }),
    ...(mode === 'default' ? {} : { mode }),
  }
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
}

export function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return major > NEEDS[0] || (major === NEEDS[0] && minor >= NEEDS[1])
}
