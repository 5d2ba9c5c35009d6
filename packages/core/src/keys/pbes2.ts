import { createDecipheriv, pbkdf2, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { DerNode } from '../der/reader.ts'
import { readOctetString, readOid, readSmallInteger } from '../der/values.ts'
import { CountersignError, LimitError } from '../error.ts'

const deriveScrypt = promisify<Uint8Array, Uint8Array, number, object, Buffer>(scrypt)
const derivePbkdf2 = promisify(pbkdf2)

/** Iterations above this are refused: a hostile file must not cost minutes. */
export const MAX_ITERATIONS = 10_000_000
const MAX_SCRYPT_MEMORY = 256 * 1024 * 1024

export const PBES2 = '1.2.840.113549.1.5.13'
export const PBMAC1 = '1.2.840.113549.1.5.14'
const PBKDF2 = '1.2.840.113549.1.5.12'
const SCRYPT = '1.3.6.1.4.1.11591.4.11'

/** hmacWithX (RFC 8018 B.1.2) to Node's name of the digest. */
const HMACS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.8', 'sha224'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
  ['1.2.840.113549.2.12', 'sha512-224'],
  ['1.2.840.113549.2.13', 'sha512-256'],
])

/** Content encryption algorithms: Node's name and the key length in bytes. */
const CIPHERS: ReadonlyMap<string, { readonly name: string; readonly keyLength: number }> = new Map([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', keyLength: 16 }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', keyLength: 24 }],
  ['2.16.840.1.101.3.4.1.42', { name: 'aes-256-cbc', keyLength: 32 }],
  ['1.2.840.113549.3.7', { name: 'des-ede3-cbc', keyLength: 24 }],
])

function unsupported(what: string): CountersignError {
  return new CountersignError('P12_UNSUPPORTED', `the key is protected by ${what}, which is not supported`)
}

/** The digest behind an HMAC identifier. */
export function hmacDigest(oid: string): string {
  const name = HMACS.get(oid)
  if (name === undefined) throw unsupported(`HMAC ${oid}`)
  return name
}

export function checkIterations(count: number): number {
  if (count < 1 || count > MAX_ITERATIONS)
    throw new LimitError('KDF_ITERATIONS', `${count} iterations of the key derivation, at most ${MAX_ITERATIONS}`)
  return count
}

function isInteger(node: DerNode | undefined): node is DerNode {
  return node?.is(2) === true
}

// RFC 8018 A.2: salt, iterationCount, keyLength OPTIONAL, prf DEFAULT hmacWithSHA1
function derivePbkdf2Key(params: DerNode, password: Uint8Array, keyLength: number | undefined): Promise<Buffer> {
  const [salt, count, ...rest] = params.children
  const stated = isInteger(rest[0]) ? readSmallInteger(rest.shift()!) : undefined
  const prf = rest[0]?.children[0]
  const digest = prf === undefined ? 'sha1' : hmacDigest(readOid(prf))
  const length = keyLength ?? stated
  if (length === undefined || length > 1024) throw unsupported('a key of unknown length')
  return derivePbkdf2(password, readOctetString(salt!), checkIterations(readSmallInteger(count!)), length, digest)
}

// RFC 7914 7.1: salt, costParameter, blockSize, parallelizationParameter, keyLength OPTIONAL
function deriveScryptKey(params: DerNode, password: Uint8Array, keyLength: number): Promise<Buffer> {
  const [salt, cost, block, parallel] = params.children
  const [N, r, p] = [readSmallInteger(cost!), readSmallInteger(block!), readSmallInteger(parallel!)]
  if (128 * N * r > MAX_SCRYPT_MEMORY || p > 16) throw new LimitError('KDF_ITERATIONS', 'scrypt asks for too much')
  const options = { N, r, p, maxmem: 2 * MAX_SCRYPT_MEMORY }
  return deriveScrypt(password, readOctetString(salt!), keyLength, options)
}

/** Derives a key by an AlgorithmIdentifier of PBKDF2 or scrypt, off the event loop's thread. */
export function deriveKey(kdf: DerNode, password: Uint8Array, keyLength?: number): Promise<Buffer> {
  const [oid, params] = kdf.children
  const name = readOid(oid!)
  if (name === PBKDF2) return derivePbkdf2Key(params!, password, keyLength)
  if (name === SCRYPT && keyLength !== undefined) return deriveScryptKey(params!, password, keyLength)
  throw unsupported(`key derivation ${name}`)
}

/**
 * Decrypts by PBES2 (RFC 8018 6.2). `params` are the parameters of the PBES2 AlgorithmIdentifier.
 * Undefined where the padding is wrong, which means another password.
 */
export async function decryptPbes2(
  params: DerNode,
  encrypted: Uint8Array,
  password: Uint8Array,
): Promise<Uint8Array | undefined> {
  const [kdf, scheme] = params.children
  const [oid, iv] = scheme?.children ?? []
  const cipher = CIPHERS.get(oid === undefined ? '' : readOid(oid))
  if (cipher === undefined || kdf === undefined || iv === undefined)
    throw unsupported(`the cipher ${oid === undefined ? 'of broken parameters' : readOid(oid)}`)
  const key = await deriveKey(kdf, password, cipher.keyLength)
  try {
    const decipher = createDecipheriv(cipher.name, key, readOctetString(iv))
    return Buffer.concat([decipher.update(encrypted), decipher.final()])
  } catch {
    return undefined
  } finally {
    key.fill(0)
  }
}
