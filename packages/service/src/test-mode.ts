import { randomBytes, X509Certificate } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { p12Signer } from '@countersign/core/node'
import { ConfigurationError } from './configuration-error.ts'
import type { ServiceOptions } from './create-app.ts'

/** Days for which a throw-away CA is good (REL-13). */
const DAYS = 30

/** The agency of the test mode. */
const AGENCY = { id: 'test', name: 'Cơ quan thử nghiệm (TEST)' } as const

export interface TestSetup extends Omit<ServiceOptions, 'data' | 'mode'> {
  /** PEM file of the throw-away root. */
  readonly trustFile: string
}

/**
 * A throw-away CA in the data folder, made on the first start and used until it expires. The PKI package is loaded on demand:
 * production never loads it.
 */
export async function setUpTestMode(data: string, now: () => Date): Promise<TestSetup> {
  const folder = join(data, 'TEST-pki')
  const passwordFile = join(folder, 'TEST-password.txt')
  if (!(await exists(passwordFile))) {
    const { initTestPki } = await import('@countersign/test-pki')
    const password = randomBytes(16).toString('hex')
    await initTestPki(folder, { clock: now, days: DAYS, password, organisation: AGENCY.name })
    // Written last: it tells the next start that everything before it is there.
    await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' })
  }
  const read = async (name: string): Promise<Uint8Array> => new Uint8Array(await readFile(join(folder, name)))
  const password = await readFile(passwordFile, 'utf8')
  requireCurrent(await read('root.pem'), now(), data)
  const key = async (use: 'officer' | 'seal'): Promise<ServiceOptions['keys'][number]> => ({
    id: `TEST-${use}`,
    use,
    tenant: AGENCY.id,
    signer: await p12Signer(await read(`${use}.p12`), { password, label: `TEST-${use}` }),
    persons: 'anybody',
  })
  return {
    agencies: [AGENCY],
    keys: [await key('officer'), await key('seal')],
    trust: [await read('root.pem')],
    intermediates: [await read('chain.pem')],
    crls: [await read('crl-root.der'), await read('crl-ca.der')],
    trustFile: join(folder, 'root.pem'),
    now,
  }
}

function requireCurrent(root: Uint8Array, now: Date, data: string): void {
  if (new Date(new X509Certificate(root).validTo) > now) return
  throw new ConfigurationError(
    'CONFIG_INVALID',
    `the throw-away TEST CA in ${data} has expired: remove that folder or choose another one with --data`,
  )
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
