import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import type { DerNode } from '../der/reader.ts'
import { readBitString, readInteger, readIntegerBytes, readOid } from '../der/values.ts'
import { concat, encodeBitString, encodeOid, encodeSequence } from '../der/writer.ts'
import { parsePssParameters } from './algorithm.ts'
import type { PublicKeyInfo } from './algorithm.ts'

export type { PublicKeyInfo } from './algorithm.ts'

const CURVES: ReadonlyMap<string, { name: string; bits: number }> = new Map([
  [OID.secp224r1, { name: 'P-224', bits: 224 }],
  [OID.secp256r1, { name: 'P-256', bits: 256 }],
  [OID.secp384r1, { name: 'P-384', bits: 384 }],
  [OID.secp521r1, { name: 'P-521', bits: 521 }],
  [OID.brainpoolP256r1, { name: 'brainpoolP256r1', bits: 256 }],
  [OID.brainpoolP384r1, { name: 'brainpoolP384r1', bits: 384 }],
  [OID.brainpoolP512r1, { name: 'brainpoolP512r1', bits: 512 }],
])

function bitsOf(value: bigint): number {
  return value.toString(2).length
}

/** Bit length of a big-endian unsigned number. */
function unsignedBits(bytes: Uint8Array): number {
  const start = bytes.findIndex((octet) => octet !== 0)
  return start < 0 ? 1 : 8 * (bytes.length - start) - (Math.clz32(bytes[start]!) - 24)
}

function rsaInfo(
  algorithm: 'rsa' | 'rsa-pss',
  oid: string,
  parameters: DerNode | undefined,
  key: Uint8Array,
): PublicKeyInfo {
  const [modulus, exponent] = parseDer(key).children
  if (modulus === undefined || exponent === undefined) return { algorithm: 'unknown', oid }
  // Some CAs left out the zero octet that makes the modulus positive: read as unsigned, what is meant is clear.
  const info = { algorithm, oid, bits: unsignedBits(readIntegerBytes(modulus)), exponent: readInteger(exponent) }
  return algorithm === 'rsa-pss' && parameters !== undefined ? { ...info, pss: parsePssParameters(parameters) } : info
}

function ecInfo(oid: string, parameters: DerNode | undefined): PublicKeyInfo {
  if (parameters?.is(6) !== true) return { algorithm: 'ec', oid }
  const dotted = readOid(parameters)
  const curve = CURVES.get(dotted)
  return curve === undefined
    ? { algorithm: 'ec', oid, curve: dotted }
    : { algorithm: 'ec', oid, curve: curve.name, bits: curve.bits }
}

function dsaInfo(oid: string, parameters: DerNode | undefined): PublicKeyInfo {
  const [p] = parameters?.is(16) === true ? parameters.children : []
  return p === undefined
    ? { algorithm: 'dsa', oid, inherits: true }
    : { algorithm: 'dsa', oid, bits: bitsOf(readInteger(p)) }
}

function readInfo(spki: DerNode): PublicKeyInfo {
  const [algorithm, key] = spki.children
  const [type, parameters] = algorithm?.children ?? []
  if (type === undefined || key === undefined) return { algorithm: 'unknown', oid: '' }
  const oid = readOid(type)
  switch (oid) {
    case OID.rsaEncryption:
    case OID.rsaPss:
      return rsaInfo(oid === OID.rsaPss ? 'rsa-pss' : 'rsa', oid, parameters, readBitString(key).bytes)
    case OID.ecPublicKey:
      return ecInfo(oid, parameters)
    case OID.dsa:
      return dsaInfo(oid, parameters)
    case OID.ed25519:
      return { algorithm: 'ed25519', oid, bits: 256 }
    case OID.ed448:
      return { algorithm: 'ed448', oid, bits: 456 }
    default:
      return { algorithm: 'unknown', oid }
  }
}

/** Describes a SubjectPublicKeyInfo; what cannot be read is `unknown`, never an exception. */
export function parsePublicKey(spki: DerNode): PublicKeyInfo {
  try {
    return readInfo(spki)
  } catch {
    return { algorithm: 'unknown', oid: '' }
  }
}

/** Parameters of a DSA key: the DER of its Dss-Parms, undefined where it has none. */
export function dsaParameters(spki: Uint8Array): Uint8Array | undefined {
  const parameters = parseDer(spki).children[0]?.children[1]
  return parameters?.is(16) === true ? parameters.bytes : undefined
}

/** The SPKI of a DSA key that inherits, with the parameters written into it (C-10). */
export function withDsaParameters(spki: Uint8Array, parameters: Uint8Array): Uint8Array {
  const key = readBitString(parseDer(spki).children[1]!)
  return encodeSequence(encodeSequence(concat(encodeOid(OID.dsa), parameters)), encodeBitString(key.bytes, key.unused))
}
