// Hash-only signing: the document stays where it is; what leaves is a digest and the signed attributes over it.
import { digest } from '../crypto/index.ts'
import { bytesOfHex, hexOf } from '../der/hex.ts'
import { CountersignError } from '../error.ts'
import type { Digest, Scheme } from '../cms/signer.ts'
import type { PreparedState } from './prepared-state.ts'
import type { Prepared } from './signing-types.ts'

/** What the side with the key needs; JSON-safe, bytes as lower-case hex, nothing of the document but its digest. */
export interface SigningRequest {
  readonly schema: 'countersign/signing-request/1'
  /** The caller's id of the document. */
  readonly ref: string
  readonly digest: Digest
  /** What a human approves: the digest of the bytes the signature covers. */
  readonly documentDigest: string
  /** Null where the other side makes the whole CMS, over `documentDigest`. */
  readonly key: {
    readonly scheme: Scheme
    /** SHA-256 of the certificate that the attributes name. */
    readonly certificateSha256: string
    /** DER of the signed attributes: what is signed by keys that take data. */
    readonly signedAttributes: string
    /** Their digest: what is signed by keys that take a digest. */
    readonly attributesDigest: string
  } | null
}

/**
 * What to send to the side that holds the key; its answer goes to `complete` with the state that stayed here (S7).
 *
 * @throws CountersignError ARGUMENT_INVALID for a state that is not one
 * @example
 * ```ts
 * const prepared = await prepare(pdf, { signer: certificateOnly })
 * await send(await signingRequest(prepared, 'report 12')) // the document never leaves
 * ```
 */
export async function signingRequest(prepared: Prepared | PreparedState, ref: string): Promise<SigningRequest> {
  const { key } = prepared
  const base = {
    schema: 'countersign/signing-request/1',
    ref,
    digest: prepared.digest,
    documentDigest: hexOf(bytesOf(prepared.documentDigest)),
  } as const
  if (key === undefined || key === null) return { ...base, key: null }
  const attributes = bytesOf(key.signedAttributes)
  const certificateSha256 = hexOf(await digest('sha256', bytesOf(key.certificate)))
  const attributesDigest = hexOf(await digest(prepared.digest, attributes))
  return {
    ...base,
    key: { scheme: key.scheme, certificateSha256, signedAttributes: hexOf(attributes), attributesDigest },
  }
}

function bytesOf(value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === 'string' ? bytesOfHex(value) : value
  if (bytes === undefined) throw new CountersignError('ARGUMENT_INVALID', 'signingRequest: not a prepared signature')
  return bytes
}
