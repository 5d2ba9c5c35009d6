import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { DerNode } from '../der/reader.ts'
import { digestOfOid } from '../x509/algorithm.ts'
import { readOctetString, readOid, readSmallInteger } from '../der/values.ts'
import { CountersignError } from '../error.ts'
import { BLOCK, deriveP12Key, passwordForms, PURPOSE } from './p12-kdf.ts'
import { checkIterations, deriveKey, hmacDigest, PBMAC1 } from './pbes2.ts'

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

/** Checks the file's MAC over the authenticated safe; false means a wrong password (or a changed file). */
export async function checkMac(macData: DerNode, content: Uint8Array, password: string): Promise<boolean> {
  const mac = readMac(macData)
  const oid = readOid(mac.algorithm.children[0]!)
  if (oid === PBMAC1) return checkPbmac1(mac, content, password)
  const hash = digestOfOid(oid)
  if (hash === undefined || !BLOCK.has(hash))
    throw new CountersignError('P12_UNSUPPORTED', `the file is protected by a MAC with ${hash ?? oid}, not supported`)
  for (const form of passwordForms(password)) {
    const { salt, iterations } = mac
    const length = createHash(hash).digest().length
    const key = await deriveP12Key({ hash, purpose: PURPOSE.mac, password: form, salt, iterations, length })
    if (sameMac(createHmac(hash, key).update(content).digest(), mac.value)) return true
  }
  return false
}
