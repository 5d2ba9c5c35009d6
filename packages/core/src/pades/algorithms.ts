import type { SignerAnswer } from '../cms/check.ts'
import type { Algorithms } from '../report.ts'

/** Names of the algorithms in use, null where not known. */
export function algorithmsOf(signer: SignerAnswer | undefined): Algorithms {
  if (signer === undefined) return { digest: null, signature: null }
  const { scheme, certificate } = signer
  const key = certificate?.publicKey
  const signature = scheme === undefined ? null : scheme.name === 'eddsa' ? scheme.variant : scheme.name
  return {
    digest: signer.digest ?? null,
    signature,
    ...(key?.bits === undefined ? {} : { keyBits: key.bits }),
    ...(key?.curve === undefined ? {} : { curve: key.curve }),
  }
}
