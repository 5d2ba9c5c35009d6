// Loads the committed test keys and reads what certificates need of them.
import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { BitString, Sequence } from 'asn1js'
import { parseAsn1 } from './asn1.ts'
import type { CommittedKey } from './key-kinds.ts'
import { TEST_KEYS } from './test-keys.ts'

/** A committed key, or one given to `createTestPki` under its own name. */
export type KeyName = CommittedKey | (string & {})

const loaded = new Map<string, KeyObject>()

/** The committed private key of that name. */
export function testKey(name: KeyName): KeyObject {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const pkcs8 = (TEST_KEYS as Readonly<Record<string, string>>)[name]
  if (pkcs8 === undefined) throw new Error(`no test key named ${name}`)
  const key = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' })
  loaded.set(name, key)
  return key
}

/** DER SubjectPublicKeyInfo. */
export function publicKeyInfo(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' })
}

/** The content of subjectPublicKey, over which key identifiers are computed. */
export function publicKeyBits(key: KeyObject): Uint8Array {
  const info = parseAsn1(publicKeyInfo(key))
  const bits = info instanceof Sequence ? info.valueBlock.value[1] : undefined
  if (!(bits instanceof BitString)) throw new Error('not a SubjectPublicKeyInfo')
  return bits.valueBlock.valueHexView
}

/** PKCS#8 DER. */
export function privateKeyInfo(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'pkcs8' })
}
