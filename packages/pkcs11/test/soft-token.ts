// SoftHSM as a token: initialised for the test, with keys of certs-test.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { X509Certificate } from 'node:crypto'
import { root } from '../../../test/support/witnesses.ts'
import * as ck from '../src/cryptoki.ts'
import type { Attribute, Cryptoki, Handle } from '../src/cryptoki.ts'
import { closeModule, openModule } from '../src/module.ts'
import { findTokens } from '../src/token.ts'

const PLACES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
]

/** The module, undefined where SoftHSM is not installed. */
export const MODULE: string | undefined = PLACES.find((path) => existsSync(path))
export const PIN = '135790'

/** Writes the configuration that this process was started with (scripts/test.js) and an empty place for tokens. */
export function startTokens(): () => void {
  const configuration = process.env['SOFTHSM2_CONF']
  if (configuration === undefined) throw new Error('SOFTHSM2_CONF is not set: run `npm test`')
  mkdirSync(dirname(configuration), { recursive: true })
  const place = mkdtempSync(join(dirname(configuration), 'tokens-'))
  writeFileSync(configuration, `directories.tokendir = ${place}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  return () => {
    rmSync(place, { recursive: true, force: true })
  }
}

const softhsm = (...args: string[]): void => {
  execFileSync('softhsm2-util', args, { stdio: 'ignore' })
}

export function makeToken(label: string): void {
  softhsm('--init-token', '--free', '--label', label, '--so-pin', '24680246', '--pin', PIN)
}

export const certificate = (name: string): Uint8Array =>
  new Uint8Array(new X509Certificate(readFileSync(join(root, 'certs-test', `${name}.pem`))).raw)

/** A key of certs-test, imported under its name. */
export function importKey(label: string, name: string, id: string): void {
  const file = join(root, 'certs-test', `${name}.key`)
  softhsm('--import', file, '--token', label, '--label', name, '--id', id, '--pin', PIN)
}

type Creator = Cryptoki & { C_CreateObject(session: Handle, template: readonly Attribute[]): Handle }

/** Certificates beside the keys; softhsm2-util cannot import them. */
export async function importCertificates(label: string, all: Readonly<Record<string, Uint8Array>>): Promise<void> {
  const cryptoki = (await openModule(MODULE!)) as Creator
  const { slot } = findTokens(cryptoki).find(({ token }) => token.label === label)!
  const session = cryptoki.C_OpenSession(slot, ck.CKF_SERIAL_SESSION | 0x02)
  cryptoki.C_Login(session, ck.CKU_USER, PIN)
  for (const [id, der] of Object.entries(all)) {
    cryptoki.C_CreateObject(session, [
      { type: ck.CKA_CLASS, value: ck.CKO_CERTIFICATE },
      { type: 0x80, value: 0 },
      { type: 0x1, value: true },
      { type: 0x2, value: false },
      { type: 0x101, value: Buffer.from(new X509Certificate(der).subject) },
      { type: ck.CKA_ID, value: Buffer.from(id, 'hex') },
      { type: ck.CKA_VALUE, value: Buffer.from(der) },
    ])
  }
  cryptoki.C_Logout(session)
  cryptoki.C_CloseSession(session)
  closeModule(MODULE!)
}

/** Takes everything off the token, as if another one were in the slot. */
export function removeToken(label: string): void {
  softhsm('--delete-token', '--token', label)
}
