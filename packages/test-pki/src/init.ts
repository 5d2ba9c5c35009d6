// A throw-away PKI with fresh keys for trying the service by hand (REL-13): 30 days, TEST in every subject.
import { randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActorDeclaration, NameDeclaration, PkiDeclaration } from './declaration.ts'
import { generateKey } from './key-kinds.ts'
import type { KeyKind } from './key-kinds.ts'
import { createTestPki } from './pki.ts'
import type { TestPki } from './pki.ts'

export type InitActor = 'root' | 'ca' | 'officer' | 'officer2' | 'clerk' | 'seal' | 'tsa' | 'ocsp'

export interface InitOptions {
  /** The only source of time. */
  readonly clock: () => Date
  /** Default 30. */
  readonly days?: number
  /** Protects every PKCS#12 file. */
  readonly password: string
  /** Organisation in every subject; `TEST` is added when it is missing. */
  readonly organisation?: string
}

export interface InitResult {
  readonly pki: TestPki<InitActor>
  readonly folder: string
  /** PEM file with the trust anchor. */
  readonly trust: string
  /** PEM file with the issuing CA and the anchor. */
  readonly chain: string
  /** DER CRLs of the two CAs, valid as long as the certificates. */
  readonly crls: readonly string[]
  /** PKCS#12 files by actor; the CAs' keys are not kept. */
  readonly p12: Readonly<Record<Exclude<InitActor, 'root' | 'ca'>, string>>
}

const KINDS: Readonly<Record<InitActor, KeyKind>> = {
  root: 'rsa-2048',
  ca: 'rsa-2048',
  officer: 'rsa-2048',
  officer2: 'p-256',
  clerk: 'p-256',
  seal: 'rsa-2048',
  tsa: 'p-256',
  ocsp: 'p-256',
}

const HOLDERS = ['officer', 'officer2', 'clerk', 'seal', 'tsa', 'ocsp'] as const

function declare(organisation: string, days: number): PkiDeclaration<InitActor> {
  const org: NameDeclaration = ['C=VN', `O=${organisation}`]
  const validity = { from: -1 / 24, to: days }
  const actor = (name: InitActor, commonName: string, profile: ActorDeclaration['profile']): ActorDeclaration => ({
    subject: [...org, `CN=${commonName} (TEST)`],
    ...(name === 'root' ? {} : { issuer: name === 'ca' ? 'root' : 'ca' }),
    key: name,
    profile,
    validity,
    // nobody serves CRL or OCSP for these certificates: their CRLs are files
    extensions: { pointers: null },
  })
  return {
    root: actor('root', 'Throw-away root CA, never trust', 'root'),
    ca: actor('ca', 'Throw-away CA, never trust', 'ca'),
    officer: actor('officer', 'Người có thẩm quyền', 'signer'),
    officer2: actor('officer2', 'Cấp phó', 'signer'),
    clerk: actor('clerk', 'Văn thư', 'signer'),
    seal: actor('seal', 'Cơ quan', 'signer'),
    tsa: actor('tsa', 'Time stamps', 'tsa'),
    ocsp: actor('ocsp', 'OCSP', 'ocsp'),
  }
}

/**
 * Makes a PKI with fresh keys in `folder`: `root.pem`, `chain.pem`, `crl-root.der`, `crl-ca.der` and one PKCS#12 file
 * for each holder. An existing PKI is never overwritten (`EEXIST`). Names say TEST; valid for `days`.
 *
 * @example
 * const { p12, trust } = await initTestPki('countersign-data/pki', { clock: () => new Date(), password: 'try-me' })
 */
export async function initTestPki(folder: string, options: InitOptions): Promise<InitResult> {
  const days = options.days ?? 30
  const wanted = options.organisation ?? 'Countersign TEST'
  const organisation = wanted.includes('TEST') ? wanted : `${wanted} (TEST)`
  const keys: Record<string, KeyObject> = {}
  for (const [name, kind] of Object.entries(KINDS)) keys[name] = generateKey(kind)
  const pki = createTestPki<InitActor>({
    clock: options.clock,
    declaration: declare(organisation, days),
    keys,
    random: () => randomBytes,
  })
  const { root, ca } = pki.actors
  const nextUpdate = root.notAfter

  await mkdir(folder, { recursive: true })
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, content, { flag: 'wx', mode: 0o600 })
    return path
  }
  const trust = await write('root.pem', root.pem)
  const chain = await write('chain.pem', ca.pem + root.pem)
  const crls = [
    await write('crl-root.der', pki.issueCrl('root', { nextUpdate })),
    await write('crl-ca.der', pki.issueCrl('ca', { nextUpdate })),
  ]
  const p12: Record<string, string> = {}
  for (const name of HOLDERS) p12[name] = await write(`${name}.p12`, pki.actors[name].toPkcs12(options.password))
  await write(
    'README.txt',
    `Throw-away TEST certificates, valid ${days} days. Never trust root.pem for anything real.\n`,
  )
  return { pki, folder, trust, chain, crls, p12: p12 as InitResult['p12'] }
}
