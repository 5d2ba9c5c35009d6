import type { KeyObject } from 'node:crypto'
import type { Signer } from '../cms/signer.ts'
import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import type { DerNode } from '../der/reader.ts'
import { readOctetString, readOid } from '../der/values.ts'
import { CountersignError } from '../error.ts'
import { chooseCertificate, orderChain } from './chain.ts'
import { importPkcs8, localSigner } from './local.ts'
import type { LocalKeyOptions } from './local.ts'
import { collectBags, openSafe } from './p12-bags.ts'
import type { P12Contents } from './p12-bags.ts'
import { checkMac } from './p12-mac.ts'

export interface P12Options extends LocalKeyOptions {
  readonly password: string
  /** Friendly name of the key, where the file holds several. Default: the first key that has its certificate. */
  readonly alias?: string
}

interface Pfx {
  readonly authSafe: Uint8Array
  readonly macData: DerNode | undefined
}

// PFX ::= SEQUENCE { version INTEGER (3), authSafe ContentInfo, macData OPTIONAL } (RFC 7292 4)
function readPfx(file: Uint8Array): Pfx {
  const [version, contentInfo, macData] = parseDer(file, { ber: true }).children
  const [type, explicit] = contentInfo?.children ?? []
  const content = explicit?.children[0]
  if (version?.is(2) !== true || type === undefined || content === undefined)
    throw new CountersignError('P12_INVALID', 'this is not a PKCS#12 file')
  if (readOid(type) !== OID.data)
    throw new CountersignError('P12_UNSUPPORTED', 'the file is protected by a public key instead of a password')
  return { authSafe: readOctetString(content), macData }
}

/** Errors of the reader below say what is wrong with the bytes; for a caller the file is what is wrong. */
async function asP12Errors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const known = error instanceof CountersignError && error.code !== 'DER_INVALID'
    if (known) throw error
    throw new CountersignError('P12_INVALID', 'the key file is damaged or is not a PKCS#12 file', { cause: error })
  }
}

async function readContents(file: Uint8Array, password: string): Promise<P12Contents> {
  const pfx = readPfx(file)
  if (pfx.macData !== undefined && !(await checkMac(pfx.macData, pfx.authSafe, password)))
    throw new CountersignError('P12_PASSWORD_WRONG', 'the password of the key file is wrong')
  const contents: P12Contents = { keys: [], certificates: [] }
  for (const part of parseDer(pfx.authSafe, { ber: true }).children)
    await collectBags(await openSafe(part, password), password, contents)
  return contents
}

function hasCertificate(key: KeyObject, certificates: readonly Uint8Array[]): boolean {
  try {
    return chooseCertificate(key, certificates).length > 0
  } catch {
    return false
  }
}

function chooseKey(contents: P12Contents, alias: string | undefined): KeyObject {
  const wanted = contents.keys.filter((key) => alias === undefined || key.name === alias)
  if (wanted.length === 0)
    throw new CountersignError('P12_NO_KEY', alias === undefined ? 'the file holds no key' : `no key named ${alias}`)
  const keys = wanted.map((key) => importPkcs8(key.pkcs8))
  return keys.find((key) => hasCertificate(key, contents.certificates)) ?? keys[0]!
}

/**
 * Signer from a PKCS#12 file (`.p12`, `.pfx`): PBES2 with AES, SHA-2 or PBMAC1 integrity, several bags in any order.
 * Old files with RC2 need the optional package node-forge.
 *
 * @throws CountersignError P12_PASSWORD_WRONG, P12_UNSUPPORTED, P12_INVALID, P12_NO_KEY, P12_LEGACY_NEEDS_FORGE, KEY_MISMATCH,
 * CERT_INVALID, ARGUMENT_INVALID without a password.
 * @example
 * ```ts
 * const signer = await p12Signer(await readFile('officer.p12'), { password })
 * ```
 */
export function p12Signer(file: Uint8Array, options: P12Options): Promise<Signer> {
  return asP12Errors(async () => {
    // From JavaScript it may be an environment variable that is not set.
    if (typeof options?.password !== 'string')
      throw new CountersignError('ARGUMENT_INVALID', 'p12Signer: options.password is missing')
    const contents = await readContents(file, options.password)
    const key = chooseKey(contents, options.alias)
    const leaf = chooseCertificate(key, contents.certificates)
    return localSigner(key, leaf, orderChain(leaf, contents.certificates), options)
  })
}
