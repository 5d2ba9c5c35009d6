import type { Digest, Scheme } from '../cms/signer.ts'
import type { IsoExtension } from '../pdf/extensions.ts'

/** Curves of ISO/TS 32002. */
const CURVES: ReadonlySet<string> = new Set([
  'P-256',
  'P-384',
  'P-521',
  'brainpoolP256r1',
  'brainpoolP384r1',
  'brainpoolP512r1',
])

function isListed(scheme: Scheme | undefined): boolean {
  if (scheme?.name === 'eddsa') return true
  return scheme?.name === 'ecdsa' && CURVES.has(scheme.curve)
}

/** The extensions of PDF 2.0 that a signature needs (W27); of a CmsSigner only the digest is known. */
export function isoExtensionsOf(digest: Digest, scheme: Scheme | undefined): readonly IsoExtension[] {
  const sha3 = digest.startsWith('sha3-') || digest.startsWith('shake')
  return [...(sha3 ? [32001 as const] : []), ...(isListed(scheme) ? [32002 as const] : [])]
}
