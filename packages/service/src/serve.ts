import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { RevocationSource } from '@countersign/core'
import type { DestinationStream } from 'pino'
import { readConfiguration } from './configuration.ts'
import { ConfigurationError } from './configuration-error.ts'
import { createApp } from './create-app.ts'
import type { Service, ServiceOptions } from './create-app.ts'
import type { RateLimits } from './http/app.ts'
import type { Mode } from './office/office.ts'
import { setUpTestMode } from './test-mode.ts'

/** Flags of `countersign serve`; each has a variable COUNTERSIGN_PORT, COUNTERSIGN_HOST and so on. A flag wins over a variable. */
export interface ServeOptions {
  /** Default 8080; 0 takes a free one. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default ./countersign-data. */
  readonly data?: string
  readonly mode?: Mode
  /** Configuration file; production mode needs one. */
  readonly config?: string
}

export interface ServeSurroundings {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where the few lines for a person go. */
  readonly print?: (line: string) => void
  readonly log?: DestinationStream
  readonly now?: () => Date
  readonly rates?: Partial<RateLimits>
  /** Instead of those of the configuration file. */
  readonly tsa?: ServiceOptions['tsa']
  readonly online?: ServiceOptions['online']
}

/** A listening service. */
export interface RunningService {
  readonly url: string
  readonly service: Service
  /** The administrator's key, only on the first start with a data folder. */
  readonly firstKey?: string
  /** PEM file of the throw-away root, in test mode. */
  readonly trust?: string
  /** The CRLs and certificates the service judges with, for verifying its documents elsewhere. */
  revocationSource(): Promise<RevocationSource>
  /** Takes no new work, lets what runs finish, then stops (REL-11). */
  close(): Promise<void>
}

/** How long running requests may take after the stop (REL-11). */
const DRAIN_MS = 25_000

interface Settings extends Required<Omit<ServeOptions, 'config'>> {
  readonly config: string | undefined
}

/**
 * Starts the service in one call (REL-13): loopback, port 8080, data in ./countersign-data, a throw-away TEST CA.
 *
 * @throws ConfigurationError CONFIG_INVALID, PRODUCTION_TEST_CA, PRODUCTION_INCOMPLETE, DATA_OF_OTHER_MODE
 * @example
 * ```ts
 * const running = await serve({ port: 0 }, { print: console.log })
 * await running.close()
 * ```
 */
export async function serve(options: ServeOptions = {}, surroundings: ServeSurroundings = {}): Promise<RunningService> {
  const settings = readSettings(options, surroundings.env ?? process.env)
  const now = surroundings.now ?? (() => new Date())
  const data = resolve(settings.data)
  await mkdir(data, { recursive: true })
  const setup: Setup = settings.mode === 'test' ? await setUpTestMode(data, now) : await readProduction(settings)
  // Standard output is for the few lines a person reads.
  const { log = process.stderr, rates, tsa, online } = surroundings
  const given = Object.entries({ rates, tsa, online }).filter(([, value]) => value !== undefined)
  const optional = { log, ...Object.fromEntries(given) }
  const service = await createApp({ ...setup, data, mode: settings.mode, now, ...optional })
  try {
    const firstKey = await issueFirstKey(service)
    const server = await listen(service, settings)
    const url = `http://localhost:${portOf(server)}`
    const trust = setup.trustFile
    announce(surroundings.print ?? (() => undefined), { url, data, mode: settings.mode, firstKey, trust })
    return {
      url,
      service,
      ...(firstKey === undefined ? {} : { firstKey }),
      ...(trust === undefined ? {} : { trust }),
      revocationSource: () => Promise.resolve(service.revocationSource()),
      close: () => stop(server, service),
    }
  } catch (error) {
    await service.close()
    throw error
  }
}

type Setup = Omit<ServiceOptions, 'data' | 'mode'> & { readonly trustFile?: string }

function readSettings(options: ServeOptions, env: Readonly<Record<string, string | undefined>>): Settings {
  const mode = options.mode ?? env['COUNTERSIGN_MODE'] ?? 'test'
  if (mode !== 'test' && mode !== 'production') {
    throw new ConfigurationError('CONFIG_INVALID', `mode is "test" or "production", not "${mode}"`)
  }
  const port = options.port ?? Number(env['COUNTERSIGN_PORT'] ?? 8080)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigurationError('CONFIG_INVALID', 'port is a number from 0 to 65535')
  }
  return {
    mode,
    port,
    host: options.host ?? env['COUNTERSIGN_HOST'] ?? '127.0.0.1',
    data: options.data ?? env['COUNTERSIGN_DATA'] ?? 'countersign-data',
    config: options.config ?? env['COUNTERSIGN_CONFIG'],
  }
}

async function readProduction({ config }: Settings): Promise<Omit<ServiceOptions, 'data' | 'mode'>> {
  if (config === undefined) {
    throw new ConfigurationError(
      'PRODUCTION_INCOMPLETE',
      'production mode needs a configuration file: --config FILE or COUNTERSIGN_CONFIG',
    )
  }
  return readConfiguration(config)
}

async function issueFirstKey(service: Service): Promise<string | undefined> {
  if (!(await service.isNew())) return undefined
  return (await service.issueApiKey({ person: 'admin', name: 'Quản trị', roles: ['admin', 'auditor'] })).key
}

async function listen(service: Service, { host, port }: Settings): Promise<Server> {
  const server = createServer({ requestTimeout: 120_000 }, service.app)
  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => fail(listenError(error, port)))
    server.listen(port, host, done)
  })
  return server
}

function listenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  return new ConfigurationError('CONFIG_INVALID', `port ${port} is in use; choose another one with --port`, error)
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

interface Announcement {
  readonly url: string
  readonly data: string
  readonly mode: Mode
  readonly firstKey: string | undefined
  readonly trust: string | undefined
}

function announce(print: (line: string) => void, { url, data, mode, firstKey, trust }: Announcement): void {
  if (mode === 'test') {
    print('TEST MODE: throw-away certificates, no legal value / chứng thư số dùng thử, không có giá trị pháp lý')
  }
  print(`Countersign ${url}`)
  print(`Data: ${data}`)
  if (trust !== undefined) print(`TEST root certificate: ${trust}`)
  if (firstKey !== undefined) print(`First API key (administrator, shown only now): ${firstKey}`)
}

async function stop(server: Server, service: Service): Promise<void> {
  service.drain()
  const closed = new Promise<void>((done) => server.close(() => done()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await closed
  clearTimeout(timer)
  await service.close()
}
