import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { DerNode } from '../der/reader.ts'
import { digestOfOid } from '../x509/algorithm.ts'
import { readOctetString, readOid, readSmallInteger } from '../der/values.ts'
import { CountersignError } from '../error.ts'
import { checkIterations, deriveKey, hmacDigest, PBMAC1 } from './pbes2.ts'

/** Hash block lengths (RFC 7292 B.2 `v`) in bytes. */
const BLOCK: ReadonlyMap<string, number> = new Map([
  ['sha1', 64],
  ['sha224', 64],
  ['sha256', 64],
  ['sha384', 128],
  ['sha512', 128],
])

/** The event loop gets its turn after this many milliseconds of hashing. */
const SLICE_MS = 8

/** BMPString with two zero bytes at the end (RFC 7292 B.1). An empty password may also be no bytes at all. */
export function bmpPassword(password: string): Uint8Array {
  const out = new Uint8Array(2 * password.length + 2)
  for (let i = 0; i < password.length; i++) new DataView(out.buffer).setUint16(2 * i, password.charCodeAt(i))
  return out
}

function repeated(bytes: Uint8Array, block: number): Uint8Array {
  const out = new Uint8Array(block * Math.ceil(bytes.length / block))
  for (let i = 0; i < out.length; i++) out[i] = bytes[i % bytes.length]!
  return out
}

// RFC 7292 B.2 with ID 3 (MAC). One round is enough: the MAC key is as long as the hash.
async function deriveMacKey(
  hash: string,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
): Promise<Uint8Array> {
  const block = BLOCK.get(hash)!
  const diversifier = new Uint8Array(block).fill(3)
  let value: Uint8Array = createHash(hash)
    .update(diversifier)
    .update(repeated(salt, block))
    .update(repeated(password, block))
    .digest()
  let started = performance.now()
  for (let i = 1; i < iterations; i++) {
    value = createHash(hash).update(value).digest()
    if ((i & 1023) === 0 && performance.now() - started > SLICE_MS) {
      await new Promise((done) => setImmediate(done))
      started = performance.now()
    }
  }
  return value
}

interface Mac {
  readonly algorithm: DerNode
  readonly value: Uint8Array
  readonly salt: Uint8Array
  readonly iterations: number
}

// MacData ::= SEQUENCE { mac DigestInfo, macSalt OCTET STRING, iterations INTEGER DEFAULT 1 }
function readMac(macData: DerNode): Mac {
  const [info, salt, count] = macData.children
  const [algorithm, value] = info!.children
  const iterations = count === undefined ? 1 : checkIterations(readSmallInteger(count))
  return { algorithm: algorithm!, value: readOctetString(value!), salt: readOctetString(salt!), iterations }
}

function sameMac(computed: Uint8Array, expected: Uint8Array): boolean {
  return computed.length === expected.length && timingSafeEqual(computed, expected)
}

// RFC 9579: parameters { keyDerivationFunc, messageAuthScheme }; the password is UTF-8.
async function checkPbmac1(mac: Mac, content: Uint8Array, password: string): Promise<boolean> {
  const [kdf, scheme] = mac.algorithm.children[1]?.children ?? []
  if (kdf === undefined || scheme === undefined)
    throw new CountersignError('P12_INVALID', 'the file has a broken PBMAC1 structure')
  const key = await deriveKey(kdf, new TextEncoder().encode(password))
  return sameMac(
    createHmac(hmacDigest(readOid(scheme.children[0]!)), key)
      .update(content)
      .digest(),
    mac.value,
  )
}

/** How the password has to be given to the key derivation of PKCS#12: an empty one exists in two forms. */
export function passwordForms(password: string): readonly Uint8Array[] {
  return password === '' ? [bmpPassword(''), new Uint8Array(0)] : [bmpPassword(password)]
}

/** Checks the file's MAC over the authenticated safe; false means a wrong password (or a changed file). */
export async function checkMac(macData: DerNode, content: Uint8Array, password: string): Promise<boolean> {
  const mac = readMac(macData)
  const oid = readOid(mac.algorithm.children[0]!)
  if (oid === PBMAC1) return checkPbmac1(mac, content, password)
  const hash = digestOfOid(oid)
  if (hash === undefined || !BLOCK.has(hash))
    throw new CountersignError('P12_UNSUPPORTED', `the file is protected by a MAC with ${hash ?? oid}, not supported`)
  for (const form of passwordForms(password)) {
    const key = await deriveMacKey(hash, form, mac.salt, mac.iterations)
    if (sameMac(createHmac(hash, key).update(content).digest(), mac.value)) return true
  }
  return false
}
