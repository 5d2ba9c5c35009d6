import { attributesOf } from '../cms/attributes.ts'
import type { SignedData } from '../cms/signed-data.ts'
import { OID } from '../der/oids.ts'

/** More than any signer puts there. */
const MAX_TOKENS = 8

/** Tokens that the signer put over the content before signing (content-time-stamp, E-03). */
export function contentTokensOf(data: SignedData | undefined): readonly Uint8Array[] {
  const attributes = attributesOf(data?.signerInfos[0]?.signedAttributes, OID.contentTimestamp)
  return attributes.flatMap((found) => found.values.map(({ bytes }) => bytes)).slice(0, MAX_TOKENS)
}
