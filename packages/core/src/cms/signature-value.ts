// What keys outside of this process want and give: the digest with its name for RSA, r || s for ECDSA.
import { encodeInteger, encodeNull, encodeOctetString, encodeOid, encodeSequence } from '../der/writer.ts'
import { CountersignError } from '../error.ts'
import { digestOid } from './schemes.ts'
import type { Digest } from './signer.ts'

/**
 * DigestInfo with NULL parameters (RFC 8017 9.2), what a token signs as CKM_RSA_PKCS.
 *
 * @throws CountersignError UNSUPPORTED_ALGORITHM
 */
export function encodeDigestInfo(digest: Digest, value: Uint8Array): Uint8Array {
  return encodeSequence(encodeSequence(encodeOid(digestOid(digest)), encodeNull()), encodeOctetString(value))
}

/**
 * An ECDSA value as CMS holds it, `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 2.2.3), from `r || s` (IEEE P1363) as tokens and
 * cloud services give it.
 *
 * @param value - both halves of the same length, big-endian
 * @throws CountersignError SIGNATURE_MISMATCH when the length is odd or zero
 * @example
 * ```ts
 * encodeEcdsaValue(new Uint8Array(64).fill(1)).length // 70
 * ```
 */
export function encodeEcdsaValue(value: Uint8Array): Uint8Array {
  const half = value.length / 2
  if (half === 0 || !Number.isInteger(half))
    throw new CountersignError('SIGNATURE_MISMATCH', `an ECDSA value of ${value.length} bytes is not r || s`)
  return encodeSequence(unsigned(value.subarray(0, half)), unsigned(value.subarray(half)))
}

function unsigned(bytes: Uint8Array): Uint8Array {
  let number = 0n
  for (const byte of bytes) number = (number << 8n) | BigInt(byte)
  return encodeInteger(number)
}
