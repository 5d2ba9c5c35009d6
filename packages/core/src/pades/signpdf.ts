import { buildSignedAttributes, buildSignedData } from '../cms/build.ts'
import { digestOfScheme } from '../cms/schemes.ts'
import type { Scheme, Signer } from '../cms/signer.ts'
import { digest, randomBytes } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import { requireGenuine } from './complete.ts'
import { agreeScheme } from './negotiation.ts'
import { checkSignerCertificate } from './signer-certificate.ts'

/** What @signpdf wants of a signer: the bytes of the ByteRange in, the DER of the CMS out. */
export interface SignpdfSigner {
  sign(pdf: Uint8Array, signingTime?: Date): Promise<Uint8Array>
}

export interface SignpdfOptions {
  /** Schemes that may be used; default: all that this library writes (G1). */
  readonly schemes?: readonly Scheme[]
  /** The caller's id of the document, for remote signers and audit. */
  readonly ref?: string
  readonly signal?: AbortSignal
}

function idempotencyKey(): string {
  return Array.from(randomBytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function signDetached(
  signer: Signer,
  content: Uint8Array,
  time: Date,
  options: SignpdfOptions,
): Promise<Uint8Array> {
  const cancel = options.signal === undefined ? {} : { signal: options.signal }
  const info = await signer.info(cancel)
  checkSignerCertificate(info.certificate, time)
  const scheme = agreeScheme(info, options.schemes, undefined)
  const { certificate, chain } = info
  const name = digestOfScheme(scheme)
  const documentDigest = await digest(name, content)
  const signedAttributes = await buildSignedAttributes({ documentDigest, certificate, scheme })
  const input = info.accepts === 'data' ? signedAttributes : await digest(name, signedAttributes)
  const request = { ref: options.ref ?? 'signpdf', input, documentDigest }
  const [signature, ...others] = await signer.sign([request], { scheme, idempotencyKey: idempotencyKey(), ...cancel })
  if (signature === undefined || others.length > 0)
    throw new CountersignError('SIGNATURE_MISMATCH', 'the signer must return exactly one value for one request')
  const key = { scheme, certificate, chain, signedAttributes }
  await requireGenuine(key, signature)
  return buildSignedData({ ...key, signature })
}

/**
 * Lets users of @signpdf sign with any of our signers. The result extends the `Signer` class of `@signpdf/utils` that the caller
 * passes in, since @signpdf tests for exactly that class; core itself does not depend on it.
 *
 * Make the placeholder with the SubFilter `ETSI.CAdES.detached`: the CMS is that of PAdES (C2), without a signing-time attribute.
 * @signpdf writes the file itself: neither the document's restrictions nor the result are checked as `sign` does it.
 *
 * @throws (from `sign`) CountersignError KEY_TOO_SMALL, CERT_EXPIRED, CERT_NOT_YET_VALID, CERT_PURPOSE, SCHEME_NOT_AGREED,
 * SIGNATURE_MISMATCH.
 * @example
 * ```ts
 * import { SignPdf } from '@signpdf/signpdf'
 * import { Signer, SUBFILTER_ETSI_CADES_DETACHED } from '@signpdf/utils'
 * const adapter = createSignpdfAdapter(Signer, await p12Signer(file, { password }))
 * const signed = await new SignPdf().sign(withPlaceholder, adapter)
 * ```
 */
export function createSignpdfAdapter<Base extends object>(
  SignerBase: new () => Base,
  signer: Signer,
  options: SignpdfOptions = {},
): Base & SignpdfSigner {
  class SignpdfAdapter extends (SignerBase as new () => object) {
    sign(pdf: Uint8Array, signingTime: Date = new Date()): Promise<Uint8Array> {
      return signDetached(signer, pdf, signingTime, options)
    }
  }
  return new SignpdfAdapter() as unknown as Base & SignpdfSigner
}
