import { createHash } from 'node:crypto'
import { CountersignError } from '@countersign/core'
import * as ck from './cryptoki.ts'
import type { Attribute, Cryptoki, Handle } from './cryptoki.ts'

/** Which key: by label, id (CKA_ID) or its certificate; none of it where only one key has a certificate. */
export interface KeyChoice {
  readonly label?: string
  readonly id?: Uint8Array
  /** SHA-256 of the certificate's DER, 64 hex digits. */
  readonly certificateSha256?: string
}

export interface TokenKey {
  readonly handle: Handle
  readonly label: string
  readonly id: Buffer
  readonly type: number
  /** The PIN is asked for each signature, as qualified keys do. */
  readonly alwaysAuthenticate: boolean
}

export interface TokenCertificate {
  readonly id: Buffer
  readonly der: Buffer
}

/** More objects than any token for people holds. */
const MOST = 1000

function find(cryptoki: Cryptoki, session: Handle, template: readonly Attribute[]): readonly Handle[] {
  cryptoki.C_FindObjectsInit(session, template)
  try {
    const found: Handle[] = []
    while (found.length < MOST) {
      const more = cryptoki.C_FindObjects(session, 50)
      if (more.length === 0) break
      found.push(...more)
    }
    return found
  } finally {
    cryptoki.C_FindObjectsFinal(session)
  }
}

function read(cryptoki: Cryptoki, session: Handle, object: Handle, type: number): Buffer | undefined {
  try {
    return cryptoki.C_GetAttributeValue(session, object, [{ type }])[0]?.value
  } catch {
    // an attribute that this token does not have
    return undefined
  }
}

const numberOf = (value: Buffer | undefined): number =>
  value === undefined || value.length < 4 ? -1 : value.readUInt32LE(0)

/** Private keys that may sign; visible after login. */
export function signingKeys(cryptoki: Cryptoki, session: Handle): readonly TokenKey[] {
  return find(cryptoki, session, [{ type: ck.CKA_CLASS, value: ck.CKO_PRIVATE_KEY }]).flatMap((handle) => {
    if (read(cryptoki, session, handle, ck.CKA_SIGN)?.[0] === 0) return []
    return [
      {
        handle,
        label: read(cryptoki, session, handle, ck.CKA_LABEL)?.toString('utf8') ?? '',
        id: read(cryptoki, session, handle, ck.CKA_ID) ?? Buffer.alloc(0),
        type: numberOf(read(cryptoki, session, handle, ck.CKA_KEY_TYPE)),
        alwaysAuthenticate: read(cryptoki, session, handle, ck.CKA_ALWAYS_AUTHENTICATE)?.[0] === 1,
      },
    ]
  })
}

export function certificates(cryptoki: Cryptoki, session: Handle): readonly TokenCertificate[] {
  return find(cryptoki, session, [{ type: ck.CKA_CLASS, value: ck.CKO_CERTIFICATE }]).flatMap((object) => {
    const der = read(cryptoki, session, object, ck.CKA_VALUE)
    if (der === undefined || der.length === 0) return []
    return [{ id: read(cryptoki, session, object, ck.CKA_ID) ?? Buffer.alloc(0), der }]
  })
}

const sha256 = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex')

function fits(key: TokenKey, choice: KeyChoice, all: readonly TokenCertificate[]): boolean {
  if (choice.label !== undefined && key.label !== choice.label) return false
  if (choice.id !== undefined && Buffer.compare(key.id, choice.id) !== 0) return false
  if (choice.certificateSha256 === undefined) return true
  const wanted = choice.certificateSha256.toLowerCase()
  return all.some(({ id, der }) => id.equals(key.id) && sha256(der) === wanted)
}

/** @throws CountersignError KEY_NOT_FOUND, with the labels of the keys that are there */
export function chooseKey(
  keys: readonly TokenKey[],
  all: readonly TokenCertificate[],
  choice: KeyChoice,
): { readonly key: TokenKey; readonly certificate: Buffer | undefined } {
  const certificateOf = (key: TokenKey): Buffer | undefined => all.find(({ id }) => id.equals(key.id))?.der
  const chosen = keys.filter((key) => fits(key, choice, all))
  const withCertificate = chosen.filter((key) => certificateOf(key) !== undefined)
  const fitting = withCertificate.length > 0 ? withCertificate : chosen
  const [only] = fitting
  if (only !== undefined && fitting.length === 1) return { key: only, certificate: certificateOf(only) }
  const why = fitting.length === 0 ? 'the token has no such key' : 'several keys fit; name one by label or certificate'
  throw new CountersignError('KEY_NOT_FOUND', why, { details: { keys: keys.map(({ label }) => label) } })
}
