import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CountersignError } from '@countersign/core'
import { p12Signer } from '@countersign/core/node'
import { z } from 'zod'
import { enrolKey } from './approval/jws.ts'
import type { EnrolledKey } from './approval/jws.ts'
import { ConfigurationError } from './configuration-error.ts'
import type { ServiceOptions } from './create-app.ts'
import type { TsaSetting } from './office/extender.ts'
import type { KeyConfiguration } from './signer/in-process.ts'

const relativeFile = z.string().min(1)

/** The configuration file of production mode. Secrets are never in it: only names of files that hold them (SEC-14). */
const configurationFile = z.strictObject({
  agencies: z.array(z.strictObject({ id: z.string(), name: z.string().min(1) })).min(1),
  trust: z.array(relativeFile).min(1),
  intermediates: z.array(relativeFile).default([]),
  crls: z.array(relativeFile).default([]),
  keys: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(100),
        use: z.enum(['officer', 'seal']),
        agency: z.string(),
        p12: relativeFile,
        passwordFile: relativeFile,
        persons: z.array(z.string().min(1)).min(1),
      }),
    )
    .min(1),
  tsa: z
    .array(
      z.strictObject({
        url: z.url({ protocol: /^https?$/u }),
        timeoutSeconds: z.int().min(1).max(180).optional(),
        policy: z.string().min(1).optional(),
        headersFile: relativeFile.optional(),
      }),
    )
    .default([]),
  online: z
    .union([z.literal(false), z.strictObject({ allowHosts: z.array(z.string().min(1)).default([]) })])
    .default(false),
  approvalKeys: z
    .array(
      z.strictObject({ id: z.string().min(1), agency: z.string(), person: z.string().min(1), jwk: z.looseObject({}) }),
    )
    .min(1),
})

type ConfigurationFile = z.infer<typeof configurationFile>

/**
 * Reads the configuration of production mode; paths in it are relative to the file.
 *
 * @throws ConfigurationError CONFIG_INVALID
 */
export async function readConfiguration(path: string): Promise<Omit<ServiceOptions, 'data' | 'mode'>> {
  const parsed = configurationFile.safeParse(await readJson(path))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new ConfigurationError(
      'CONFIG_INVALID',
      `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
    )
  }
  const read = (name: string): Promise<Uint8Array> => readNamed(resolve(dirname(path), name))
  const { agencies, trust, intermediates, crls, keys, approvalKeys, tsa, online } = parsed.data
  return {
    agencies,
    trust: await Promise.all(trust.map(read)),
    intermediates: await Promise.all(intermediates.map(read)),
    crls: await Promise.all(crls.map(read)),
    keys: await Promise.all(keys.map((key) => readKey(key, read))),
    approvalKeys: approvalKeys.map(enrol),
    tsa: await Promise.all(tsa.map((one) => readTsa(one, read))),
    online,
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await readNamed(path))) as unknown
  } catch (error) {
    if (error instanceof ConfigurationError) throw error
    throw new ConfigurationError('CONFIG_INVALID', `${path} is not JSON`, error)
  }
}

async function readNamed(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    throw new ConfigurationError('CONFIG_INVALID', `${path} cannot be read`, error)
  }
}

async function readKey(
  key: ConfigurationFile['keys'][number],
  read: (name: string) => Promise<Uint8Array>,
): Promise<KeyConfiguration> {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(await read(key.passwordFile))
  // One final line end is the editor's, not the password's.
  const password = text.replace(/\r?\n$/u, '')
  const { id, use, agency, persons } = key
  try {
    const signer = await p12Signer(await read(key.p12), { password, label: id })
    return { id, use, tenant: agency, persons, signer }
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
    throw new ConfigurationError('CONFIG_INVALID', `key ${id}: ${error.code}`, error)
  }
}

/** Header fields are secrets: they stand in a file of their own, one `Name: value` a line (SEC-14). */
async function readTsa(
  { headersFile, url, timeoutSeconds, policy }: ConfigurationFile['tsa'][number],
  read: (name: string) => Promise<Uint8Array>,
): Promise<TsaSetting> {
  const common = {
    url,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(policy === undefined ? {} : { policy }),
  }
  if (headersFile === undefined) return common
  const rows = new TextDecoder()
    .decode(await read(headersFile))
    .split(/\r?\n/u)
    .filter((row) => row.trim() !== '')
  const headers = rows.map((row): [string, string] => {
    const colon = row.indexOf(':')
    if (colon < 1) throw new ConfigurationError('CONFIG_INVALID', `${headersFile}: each line is "Name: value"`)
    return [row.slice(0, colon).trim().toLowerCase(), row.slice(colon + 1).trim()]
  })
  return { ...common, headers: Object.fromEntries(headers) }
}

function enrol({ id, agency, person, jwk }: ConfigurationFile['approvalKeys'][number]): EnrolledKey {
  try {
    return enrolKey(jwk, { keyId: id, tenant: agency, person })
  } catch (error) {
    throw new ConfigurationError('CONFIG_INVALID', `approval key ${id} is not a public Ed25519 or P-256 JWK`, error)
  }
}
