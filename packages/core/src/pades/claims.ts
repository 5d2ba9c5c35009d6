import { signingTimeOf } from '../cms/check-attributes.ts'
import type { SignedData } from '../cms/signed-data.ts'
import { parsePdfDate } from '../pdf/date.ts'
import type { FoundSignature } from '../pdf/found-signature.ts'
import { PdfString } from '../pdf/objects.ts'
import { decodeText } from '../pdf/text.ts'

/** A text entry of the signature dictionary. */
export function claimedText(found: FoundSignature, key: string): string | undefined {
  const value = found.dict.get(key)
  return value instanceof PdfString ? decodeText(value.bytes) : undefined
}

/** C-12: the time that the signer states in /M or in the signing-time attribute; never proof. */
export function claimedTimeOf(found: FoundSignature, data: SignedData | undefined): Date | undefined {
  const stated = claimedText(found, 'M')
  const fromDictionary = stated === undefined ? undefined : parsePdfDate(stated)
  return fromDictionary ?? signingTimeOf(data?.signerInfos[0]?.signedAttributes)
}
