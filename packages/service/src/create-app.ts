import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createTrustStore, readCertificates } from '@countersign/core'
import type { RevocationSource } from '@countersign/core'
import type { Request, Response } from 'express'
import type { DestinationStream } from 'pino'
import type { EnrolledKey } from './approval/jws.ts'
import { ConfigurationError } from './configuration-error.ts'
import { readBlocks } from './encoding.ts'
import { buildApp, DEFAULT_RATES } from './http/app.ts'
import type { RateLimits } from './http/app.ts'
import { createLog } from './http/log.ts'
import { createExtender } from './office/core-extender.ts'
import { createValidator } from './office/core-validator.ts'
import { createExtendPool } from './office/extend-pool.ts'
import type { ExtendPool } from './office/extend-pool.ts'
import type { TsaSetting } from './office/extender.ts'
import type { Mode, Office } from './office/office.ts'
import { createParsePool } from './office/parse-pool.ts'
import type { ParsePool } from './office/parse-pool.ts'
import { openKeys } from './signer/in-process.ts'
import type { KeyConfiguration } from './signer/in-process.ts'
import type { KeyDescription } from './signer/key-side.ts'
import { isTestCertificate } from './signer/test-certificate.ts'
import { createApiKey } from './store/api-keys.ts'
import { openFileStore } from './store/files.ts'
import { createTenant, openDatabase, readMeta, writeMeta } from './store/store.ts'
import type { Database } from './store/store.ts'
import type { Role } from './workflow/flow.ts'

/** An agency with its own documents, numbers, register and keys. */
export interface Agency {
  /** Short id, such as `snv`. */
  readonly id: string
  /** Full name as it appears beside the seal. */
  readonly name: string
}

/** What `createApp` needs. */
export interface ServiceOptions {
  /** Folder for database and files; made when missing. */
  readonly data: string
  /** `test` allows unsigned approvals, with keys of a test CA only; `production` refuses both. */
  readonly mode: Mode
  readonly agencies: readonly Agency[]
  readonly keys: readonly KeyConfiguration[]
  /** Trust anchors: PEM, DER or PKCS#7 files. Nothing is trusted by default (SEC-16). */
  readonly trust: readonly Uint8Array[]
  /** CRLs and intermediate certificates, PEM or DER. */
  readonly crls?: readonly Uint8Array[]
  readonly intermediates?: readonly Uint8Array[]
  /** Time-stamping authorities, asked in order (REL-04). Without one nothing is stamped. */
  readonly tsa?: readonly TsaSetting[]
  /** Ask the places named in certificates when files are extended; `allowHosts` may be internal (SEC-04). Default false. */
  readonly online?: { readonly allowHosts: readonly string[] } | false
  /** Public keys with which officers sign approvals. */
  readonly approvalKeys?: readonly EnrolledKey[]
  readonly now?: () => Date
  /** Where log lines go; standard output by default. */
  readonly log?: DestinationStream
  /** Default 50 MiB (SEC-07). */
  readonly maxPdfBytes?: number
  readonly rates?: Partial<RateLimits>
  /** Where files from outside are parsed. Default: in child processes, which a hostile file can only kill (SEC-08). */
  readonly parsing?: 'child-process' | 'in-process'
}

/** A request for an API key that does not come over HTTP. */
export interface ApiKeyRequest {
  /** Default: the first agency. */
  readonly agency?: string
  readonly person: string
  readonly name: string
  readonly roles: readonly Role[]
  /** Default: 90 days from now. */
  readonly expiresAt?: Date
}

/** A running service without a socket. */
export interface Service {
  /** Mount it (`other.use('/countersign', service.app)`) or give it to `http.createServer`. */
  readonly app: (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => void
  /** Makes a key; its text is not kept. */
  issueApiKey(request: ApiKeyRequest): Promise<{ readonly id: string; readonly key: string }>
  /** The CRLs and certificates the service judges with, for verifying its documents elsewhere. */
  revocationSource(): RevocationSource
  /** True when no API key was ever made. */
  isNew(): Promise<boolean>
  /** Takes no new work from now on (REL-11). */
  drain(): void
  close(): Promise<void>
}

const KEY_LIFE_MS = 90 * 24 * 60 * 60 * 1000
const MAX_PDF_BYTES = 50 * 1024 * 1024

/**
 * Opens the service over a data folder.
 *
 * @throws ConfigurationError CONFIG_INVALID, PRODUCTION_TEST_CA, PRODUCTION_INCOMPLETE, DATA_OF_OTHER_MODE
 * @example
 * ```ts
 * const service = await createApp({ data: 'data', mode: 'test', agencies: [{ id: 'snv', name: 'Sở Nội vụ' }], keys, trust })
 * express().use('/countersign', service.app).listen(8080)
 * ```
 */
export async function createApp(options: ServiceOptions): Promise<Service> {
  const now = options.now ?? (() => new Date())
  const office = await openOffice(options, now)
  let draining = false
  const app = buildApp(office, {
    log: createLog(options.log),
    maxPdfBytes: options.maxPdfBytes ?? MAX_PDF_BYTES,
    rates: { ...DEFAULT_RATES, ...options.rates },
    draining: () => draining,
  })
  return {
    app: (request, response, next) => {
      app(request as Request, response as Response, next ?? (() => undefined))
    },
    issueApiKey({
      agency = options.agencies[0]?.id ?? '',
      expiresAt = new Date(now().getTime() + KEY_LIFE_MS),
      ...key
    }) {
      return createApiKey({ db: office.db, tenant: agency }, { ...key, expiresAt }, now())
    },
    revocationSource: () => office.sources,
    isNew: async () => (await office.db.selectFrom('api_keys').select('id').limit(1).execute()).length === 0,
    drain: () => {
      draining = true
    },
    async close() {
      office.validator.close()
      office.extender.close()
      await office.db.destroy()
    },
  }
}

type OpenOffice = Office & {
  readonly validator: ParsePool
  readonly extender: ExtendPool
  readonly sources: RevocationSource
}
type Sources = { readonly certificates: readonly Uint8Array[]; readonly crls: readonly Uint8Array[] }

async function openOffice(options: ServiceOptions, now: () => Date): Promise<OpenOffice> {
  requireComplete(options)
  const trust = createTrustStore(options.trust)
  const sources = {
    certificates: blocksOf(options.intermediates ?? [], 'an intermediate certificate'),
    crls: blocksOf(options.crls ?? [], 'a CRL'),
  }
  const enrolled = options.approvalKeys ?? []
  const unsigned = options.mode === 'test' ? 'test-ca-only' : 'refuse'
  const keys = await openKeys({ keys: options.keys, approvals: { enrolled, unsigned }, trust, sources, now })
  if (options.mode === 'production') requireRealCertificates(await keys.describe(), options.trust)
  await mkdir(options.data, { recursive: true })
  const files = await openFileStore(join(options.data, 'files'))
  const db = await openDatabase(join(options.data, 'countersign.db'))
  try {
    await requireMode(db, options.mode)
    for (const { id, name } of options.agencies) await createTenant(db, id, name.normalize('NFC'))
  } catch (error) {
    await db.destroy()
    throw error
  }
  const validator = openValidator(options, sources, now)
  const extender = openExtender(options, sources)
  const hasTsa = (options.tsa ?? []).length > 0
  const configuredAnchors = trust.anchors.map(({ certificate }) => ({
    sha256: createHash('sha256').update(certificate.der).digest('hex'),
    subject: certificate.subject.toString(),
  }))
  return { db, files, keys, validator, extender, hasTsa, enrolled, sources, configuredAnchors, mode: options.mode, now }
}

function openExtender(options: ServiceOptions, sources: Sources): ExtendPool {
  const { trust, tsa = [], online = false, parsing = 'child-process' } = options
  const settings = { tsa, online }
  if (parsing === 'child-process') return createExtendPool({ trust, ...sources, settings })
  return Object.assign(createExtender(createTrustStore(trust), sources, settings), { close: () => undefined })
}

/** Times are given to the validator, so that the clock is this service's wherever it runs. */
function openValidator(options: ServiceOptions, sources: Sources, now: () => Date): ParsePool {
  const { trust, parsing = 'child-process' } = options
  const validator =
    parsing === 'child-process'
      ? createParsePool({ trust, ...sources })
      : Object.assign(createValidator(createTrustStore(trust), sources, now), { close: () => undefined })
  return {
    ...validator,
    verify: (bytes, at = now(), trusted = []) => validator.verify(bytes, at, trusted),
    validateCertificate: (question, trusted = []) => validator.validateCertificate({ at: now(), ...question }, trusted),
  }
}

function requireComplete({ mode, agencies, keys, trust, approvalKeys = [] }: ServiceOptions): void {
  const [first] = agencies
  if (first === undefined) throw new ConfigurationError('CONFIG_INVALID', 'there is no agency')
  const bad = agencies.find(({ id }) => !/^[a-z0-9][a-z0-9-]{0,31}$/u.test(id))
  if (bad !== undefined)
    throw new ConfigurationError('CONFIG_INVALID', `agency id ${bad.id}: small letters, digits, "-"`)
  if (mode === 'test') return
  // REL-13: half-configured production does not start.
  const missing = [
    ...(trust.length === 0 ? ['trust anchors'] : []),
    ...(keys.some(({ use }) => use === 'officer') ? [] : ['an officer key']),
    ...(keys.some(({ use }) => use === 'seal') ? [] : ['a seal key']),
    ...(approvalKeys.length === 0 ? ['approval keys'] : []),
  ]
  if (missing.length > 0) {
    throw new ConfigurationError('PRODUCTION_INCOMPLETE', `production mode also needs: ${missing.join(', ')}`)
  }
}

function requireRealCertificates(keys: readonly KeyDescription[], trust: ServiceOptions['trust']): void {
  const key = keys.find(({ test }) => test)
  if (key !== undefined) {
    throw new ConfigurationError('PRODUCTION_TEST_CA', `key ${key.id} is of a test CA, which production mode refuses`)
  }
  if (trust.flatMap(readCertificates).some(isTestCertificate)) {
    throw new ConfigurationError('PRODUCTION_TEST_CA', 'a trust anchor is a test CA, which production mode refuses')
  }
}

/** What a test mode wrote is worth nothing, and must not become worth something by a restart. */
async function requireMode(db: Database, mode: Mode): Promise<void> {
  const before = await readMeta(db, 'mode')
  if (before === undefined) await writeMeta(db, 'mode', mode)
  else if (before !== mode) {
    throw new ConfigurationError('DATA_OF_OTHER_MODE', `the data folder belongs to ${before} mode; use another folder`)
  }
}

function blocksOf(files: readonly Uint8Array[], what: string): readonly Uint8Array[] {
  return files.flatMap((file) => {
    const blocks = readBlocks(file)
    if (blocks === undefined) throw new ConfigurationError('CONFIG_INVALID', `${what} is neither PEM nor DER`)
    return blocks
  })
}
