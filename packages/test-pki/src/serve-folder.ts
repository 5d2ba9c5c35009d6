// A whole TEST authority in one command: CRL, OCSP, issuers and TSA on 127.0.0.1, and the files to work with them.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Actor } from './actor.ts'
import { DEFAULT_DECLARATION } from './actors.ts'
import type { DefaultActor } from './actors.ts'
import type { PkiDeclaration } from './declaration.ts'
import { createTestPki, fileNameOf } from './pki.ts'
import { serveTestPki } from './server.ts'
import type { TestPkiServer } from './server.ts'
import { STATIC_PASSWORD } from './static.ts'

export type ServedActor = DefaultActor | 'tsaExpired'

export interface ServeFolderOptions {
  /** The only source of time. */
  readonly clock: () => Date
  /** Default 8318: certificates name it, so that it stays the same over restarts. 0 takes a free one. */
  readonly port?: number
  /** Of the PKCS#12 files; default that of certs-test. */
  readonly password?: string
}

export interface ServedFolder {
  readonly served: TestPkiServer<ServedActor>
  /** Addresses by what they give. */
  readonly urls: Readonly<Record<'tsa' | 'ocsp' | 'crl' | 'issuers' | 'faults', string>>
  /** PEM file with the anchor. */
  readonly trust: string
  /** PKCS#12 files by signer. */
  readonly p12: Readonly<Record<string, string>>
  close(): Promise<void>
}

export const SERVE_PORT = 8318

/** Signers whose files are worth having: good ones, and those that must be refused. */
const SIGNERS = [
  'officer',
  'officer2',
  'clerk',
  'seal',
  'officerEc',
  'officerP384',
  'officerPss',
  'officerUnderEc',
  'revoked',
  'onHold',
  'expired',
  'underRevokedCa',
] as const satisfies readonly DefaultActor[]

const AUTHORITIES = ['ca', 'caVn', 'caEc', 'caRevoked', 'root'] as const

const DECLARATION: PkiDeclaration<ServedActor> = {
  ...DEFAULT_DECLARATION,
  tsaExpired: { ...DEFAULT_DECLARATION.tsaEc, validity: { from: -730, to: -30 } },
}

async function writeFiles(
  folder: string,
  { pki }: TestPkiServer<ServedActor>,
  password: string,
): Promise<Pick<ServedFolder, 'trust' | 'p12'>> {
  await mkdir(folder, { recursive: true })
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, content)
    return path
  }
  const trust = await write('root.pem', pki.actors.root.pem)
  await write('chain.pem', AUTHORITIES.map((name) => pki.actors[name].pem).join(''))
  const p12: Record<string, string> = {}
  for (const name of SIGNERS) {
    const actor: Actor = pki.actors[name]
    p12[name] = await write(`${fileNameOf(name)}.p12`, actor.toPkcs12(password))
    await write(`${fileNameOf(name)}.pem`, actor.pem)
  }
  await write('README.txt', 'TEST certificates with published keys. Never trust root.pem for anything real.\n')
  return { trust, p12 }
}

/**
 * Serves the default cast on 127.0.0.1 and writes anchor, chain and PKCS#12 files into `folder`, over those of an earlier run.
 *
 * @example
 * const { urls, p12, close } = await servePkiFolder('test-pki', { clock: () => new Date() })
 */
export async function servePkiFolder(folder: string, options: ServeFolderOptions): Promise<ServedFolder> {
  const { clock, port = SERVE_PORT, password = STATIC_PASSWORD } = options
  const create = (baseUrl: string): ReturnType<typeof createTestPki<ServedActor>> =>
    createTestPki<ServedActor>({ clock, baseUrl, declaration: DECLARATION })
  const served = await serveTestPki(create, { port })
  try {
    const { url } = served
    return {
      served,
      urls: {
        tsa: `${url}/tsa`,
        ocsp: `${url}/ocsp`,
        crl: `${url}/crl/`,
        issuers: `${url}/certs/`,
        faults: `${url}/faults`,
      },
      ...(await writeFiles(folder, served, password)),
      close: () => served.close(),
    }
  } catch (error) {
    await served.close()
    throw error
  }
}
