import { encodeDigestAlgorithm } from '../cms/schemes.ts'
import {
  encodeBoolean,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeUnsignedInteger,
} from '../der/writer.ts'
import type { ImprintRequest } from './authority.ts'

/** A question to a TSA as sent: the reply is checked against it (T4). */
export interface TimestampQuery extends ImprintRequest {
  /** DER of TimeStampReq. */
  readonly der: Uint8Array
  readonly nonce: bigint
  /** The policy asked for, undefined for any. */
  readonly policy: string | undefined
}

/** A random positive number of 64 bits; the first octet is never zero, so that its length gives nothing away (T1, B16). */
function nonceOf(random: (length: number) => Uint8Array): bigint {
  const octets = random(8)
  let value = 0n
  for (const octet of octets.subarray(0, 8)) value = (value << 8n) | BigInt(octet)
  return value | (1n << 63n)
}

/**
 * TimeStampReq (RFC 3161 2.4.1): version 1, the imprint with its algorithm, certReq, a random nonce of 64 bits (T1).
 *
 * @param random gives as many random bytes as asked for
 */
export function encodeTimestampQuery(
  request: ImprintRequest,
  random: (length: number) => Uint8Array,
  policy?: string,
): TimestampQuery {
  const nonce = nonceOf(random)
  const octets = Uint8Array.from({ length: 8 }, (_, i) => Number((nonce >> BigInt(56 - 8 * i)) & 0xffn))
  const der = encodeSequence(
    encodeInteger(1),
    encodeSequence(encodeDigestAlgorithm(request.digest), encodeOctetString(request.imprint)),
    ...(policy === undefined ? [] : [encodeOid(policy)]),
    encodeUnsignedInteger(octets),
    encodeBoolean(true),
  )
  return { ...request, der, nonce, policy }
}
