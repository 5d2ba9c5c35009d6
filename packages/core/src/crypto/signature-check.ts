import { knownKey } from './key.ts'
import type { ParsedKey } from './key.ts'
import type { DigestName, VerifyResult, VerifyScheme } from './types.ts'

/** `verifySignature` of a platform. */
export type SignatureCheck = (
  scheme: VerifyScheme,
  spki: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
) => Promise<VerifyResult>

/** What a platform does with a key that was read. */
export type CheckWithKey = (
  key: ParsedKey,
  scheme: VerifyScheme,
  spki: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
) => VerifyResult | Promise<VerifyResult>

/** The entry that all platforms share: a key that cannot be read is no key, one that nobody knows is `unsupported`. */
export function signatureCheck(
  supportsDigest: (name: DigestName) => boolean,
  checkWithKey: CheckWithKey,
): SignatureCheck {
  return async (scheme, spki, data, signature) => {
    const key = knownKey(spki).parsed
    if (key === undefined) return 'invalid'
    if (key === 'unsupported' || (scheme.name !== 'eddsa' && !supportsDigest(scheme.digest))) return 'unsupported'
    return checkWithKey(key, scheme, spki, data, signature)
  }
}
