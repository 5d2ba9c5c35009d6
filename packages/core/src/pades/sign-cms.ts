// Detached CMS signatures over data that is no PDF (RFC 5652, CAdES baseline attributes).
import { attributesFor, buildSignedData } from '../cms/build.ts'
import { digestOfScheme } from '../cms/schemes.ts'
import type { CmsSigner, Digest, Scheme, Signer } from '../cms/signer.ts'
import { digest as digestOf, randomBytes } from '../crypto/index.ts'
import { hexOf } from '../der/hex.ts'
import { OID } from '../der/oids.ts'
import { encodeTime } from '../der/writer.ts'
import { CountersignError } from '../error.ts'
import { requireGenuine } from './complete.ts'
import { agreeScheme } from './negotiation.ts'
import { isCmsSigner } from './prepare.ts'
import { checkSignerCertificate } from './signer-certificate.ts'
import { withCodes } from './signer-errors.ts'
import { throwIfAborted } from './step.ts'
import { digestSize } from '../x509/algorithm.ts'

/** Data, or its digest alone where the data stay elsewhere. */
export type CmsContent = Uint8Array | { readonly digest: Digest; readonly value: Uint8Array }

export interface SignCmsOptions {
  readonly signer: Signer | CmsSigner
  /** Claimed signing time. Default: now. */
  readonly at?: Date
  /** Write the claimed time as signing-time attribute. Default true. */
  readonly signingTime?: boolean
  /** Schemes that may be used; default: all that this library writes (G1). */
  readonly schemes?: readonly Scheme[]
  /** Digest for a CmsSigner over bytes. Default SHA-256. */
  readonly digest?: Digest
  /** The caller's id of the data, for remote signers and audit. */
  readonly ref?: string
  /** Stable over retries; default random. */
  readonly idempotencyKey?: string
  readonly authorisation?: unknown
  readonly signal?: AbortSignal
}

/** The digest of the content under `name`. @throws CountersignError ARGUMENT_INVALID */
async function contentDigest(content: CmsContent, name: Digest): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return digestOf(name, content)
  if (content.digest !== name || content.value.length !== digestSize(name))
    throw new CountersignError(
      'ARGUMENT_INVALID',
      `signCms: the value is no ${content.digest} digest that fits ${name}`,
    )
  return content.value
}

function contextOf(options: SignCmsOptions): { readonly idempotencyKey: string; readonly signal?: AbortSignal } {
  return {
    idempotencyKey: options.idempotencyKey ?? hexOf(randomBytes(16)),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }
}

function requireOne<T>(values: readonly T[]): T {
  const [value] = values
  if (value === undefined || values.length !== 1)
    throw new CountersignError('SIGNATURE_MISMATCH', `the signer returned ${values.length} values for one request`)
  return value
}

async function bySigner(content: CmsContent, signer: Signer, options: SignCmsOptions): Promise<Uint8Array> {
  const time = options.at ?? new Date()
  const info = await withCodes(() => signer.info(options.signal === undefined ? {} : { signal: options.signal }))
  const leaf = checkSignerCertificate(info.certificate, time)
  const scheme = agreeScheme(info, options.schemes, content instanceof Uint8Array ? undefined : [content.digest])
  const name = digestOfScheme(scheme)
  const documentDigest = await contentDigest(content, name)
  const stated = options.signingTime === false ? [] : [{ oid: OID.signingTime, value: encodeTime(time) }]
  const signedAttributes = (await attributesFor(info.certificate, scheme, stated))(documentDigest)
  const input = info.accepts === 'data' ? signedAttributes : await digestOf(name, signedAttributes)
  const authorised = options.authorisation === undefined ? {} : { authorisation: options.authorisation }
  throwIfAborted(options.signal)
  const signature = requireOne(
    await withCodes(() =>
      signer.sign([{ ref: options.ref ?? 'cms', input, documentDigest }], {
        scheme,
        ...contextOf(options),
        ...authorised,
      }),
    ),
  )
  const key = { scheme, certificate: info.certificate, chain: info.chain, signedAttributes }
  await requireGenuine(key, signature, leaf)
  return buildSignedData({ ...key, signature })
}

/**
 * Signs data that is no PDF: a detached CMS (RFC 5652) with the attributes of CAdES baseline. Of data that must not leave their place
 * the digest is enough.
 *
 * @returns DER of the ContentInfo
 * @throws CountersignError KEY_TOO_SMALL, CERT_EXPIRED, CERT_NOT_YET_VALID, CERT_PURPOSE, SCHEME_NOT_AGREED (also where no scheme
 * of the key goes with the digest given), SIGNATURE_MISMATCH, ARGUMENT_INVALID, ABORTED, and what the signer throws (G4)
 * @example
 * ```ts
 * const cms = await signCms(await readFile('data.xml'), { signer })
 * ```
 */
export async function signCms(content: CmsContent, options: SignCmsOptions): Promise<Uint8Array> {
  const { signer } = options
  throwIfAborted(options.signal)
  if (!isCmsSigner(signer)) return bySigner(content, signer, options)
  const name = content instanceof Uint8Array ? (options.digest ?? 'sha256') : content.digest
  const documentDigest = await contentDigest(content, name)
  const request = { ref: options.ref ?? 'cms', documentDigest, digest: name }
  return requireOne(await withCodes(() => signer.signCms([request], contextOf(options))))
}
