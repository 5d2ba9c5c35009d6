import { digest, randomBytes } from '../crypto/index.ts'
import type { Signer } from '../cms/signer.ts'
import { hexOf } from '../der/hex.ts'
import { CountersignError } from '../error.ts'
import type { ByteSource, PdfDocument } from '../pdf/types.ts'
import { contentsRoom } from '../pdf/placeholder.ts'
import { buildCms, embed } from './complete.ts'
import type { Signed, SigningOutcome } from './complete.ts'
import { isCmsSigner, openingOf, openInput, prepareOpened } from './prepare.ts'
import type { Preparation } from './prepare.ts'
import { withCodes } from './signer-errors.ts'
import type { SignOptions, SignResult } from './signing-types.ts'
import { joinSteps, throwIfAborted } from './step.ts'
import type { SignedStep } from './step.ts'
import { LevelNotReachedError } from './extension-types.ts'
import type { Pass } from './digests.ts'

/** Stable over retries of one request; a request for a larger placeholder is another one (P2). */
function idempotencyKey(options: SignOptions, attempt: number): string {
  if (options.idempotencyKey !== undefined)
    return attempt === 1 ? options.idempotencyKey : `${options.idempotencyKey}.${attempt}`
  return hexOf(randomBytes(16))
}

async function askSigner(
  signer: Signer,
  { prepared, accepts }: Preparation,
  options: SignOptions,
  attempt: number,
): Promise<SigningOutcome> {
  const { documentDigest } = prepared
  const { signedAttributes, scheme } = prepared.key!
  const one = {
    ref: options.ref ?? prepared.field,
    input: accepts === 'data' ? signedAttributes : await digest(prepared.digest, signedAttributes),
    documentDigest,
    ...(options.display === undefined ? {} : { display: options.display }),
  }
  const values = await signer.sign([one], {
    scheme,
    idempotencyKey: idempotencyKey(options, attempt),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.authorisation === undefined ? {} : { authorisation: options.authorisation }),
  })
  return { signature: requireOne(values) }
}

// G2: a count mismatch fails the batch.
function requireOne(values: readonly Uint8Array[]): Uint8Array {
  const [value] = values
  if (value === undefined || values.length !== 1)
    throw new CountersignError('SIGNATURE_MISMATCH', `the signer returned ${values.length} values for one request`)
  return value
}

async function askForValue(preparation: Preparation, options: SignOptions, attempt: number): Promise<SigningOutcome> {
  const { signer } = options
  if (!isCmsSigner(signer)) return askSigner(signer, preparation, options, attempt)
  const { prepared } = preparation
  const { documentDigest } = prepared
  const request = { ref: options.ref ?? prepared.field, documentDigest, digest: prepared.digest }
  const context = {
    idempotencyKey: idempotencyKey(options, attempt),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }
  return { cms: requireOne(await signer.signCms([request], context)) }
}

function wholeInput(input: Uint8Array | ByteSource, document: PdfDocument): Uint8Array {
  return input instanceof Uint8Array ? input : document.bytes(0, document.size)
}

/** P2: further attempts when what only comes after the signer's answer is larger than estimated. */
const MAX_ATTEMPTS = 3
const GROWTH_SPARE = 1024

/** Asks the signer; where the CMS then does not fit and the signer may be asked again, once more with the room it needs (P2). */
async function signedCms(
  first: Preparation,
  options: SignOptions,
): Promise<{ readonly preparation: Preparation; readonly cms: Uint8Array }> {
  let preparation = first
  for (let attempt = 1; ; attempt++) {
    const asked = preparation
    const { prepared, leaf, level } = asked
    const outcome = await withCodes(() => askForValue(asked, options, attempt))
    throwIfAborted(options.signal)
    const cms = await buildCms(prepared, leaf, outcome, level)
    const fits = cms.length <= contentsRoom(prepared.section.placeholder!)
    if (fits || !preparation.mayRepeat || attempt === MAX_ATTEMPTS) return { preparation, cms }
    preparation = await preparation.enlarged(cms.length + GROWTH_SPARE)
  }
}

/** Signs an opened document: the revisions to append, each already checked. Whoever calls joins or writes them, once. */
export async function signOpened(document: PdfDocument, options: SignOptions, pass?: Pass): Promise<Signed> {
  const preparation = await prepareOpened(document, options, pass)
  const progress = (step: 'sign' | 'verify'): void =>
    options.onProgress?.({ step, bytes: document.size, total: document.size })
  progress('sign')
  const { preparation: last, cms } = await signedCms(preparation, options)
  progress('verify')
  return embed(last.base, last.prepared, cms, { leaf: last.leaf, level: last.level, ...openingOf(options) })
}

/**
 * Signs a PDF as PAdES (EN 319 142-1) by appending one revision; not a byte of the input changes. The result is re-opened and
 * re-verified with all earlier signatures before it is returned.
 *
 * Without `field` and `newField` the only empty signature field is filled, or an invisible `SignatureN` is made.
 *
 * @throws CountersignError PDF_NOT_PDF, PDF_DAMAGED, PDF_DEFECTS, PDF_PASSWORD_NEEDED, PDF_PASSWORD_WRONG, PDF_PERMISSION,
 * PDF_PUBKEY_ENCRYPTED, PDF_MAC_REQUIRED, PDF_UNSUPPORTED, PDF_CERTIFIED_NO_CHANGES, CERTIFICATION_NOT_FIRST, FIELD_UNKNOWN,
 * FIELD_EXISTS, FIELD_SIGNED, FIELD_LOCKED, FIELD_INVALID, KEY_TOO_SMALL, CERT_EXPIRED, CERT_NOT_YET_VALID, CERT_PURPOSE,
 * SCHEME_NOT_AGREED, SIGNER_REJECTED, SIGNATURE_MISMATCH, CMS_TOO_LARGE, ARGUMENT_INVALID, OUTPUT_NOT_VERIFIED, NOT_AVAILABLE, ABORTED, LIMIT_*.
 * @example
 * ```ts
 * const signer = await p12Signer(await readFile('officer.p12'), { password })
 * const { bytes, report } = await sign(await readFile('report.pdf'), { signer, reason: 'Phê duyệt' })
 * ```
 */
export async function sign(input: Uint8Array | ByteSource, options: SignOptions): Promise<SignResult> {
  const document = await openInput(input, options)
  const whole = (steps: readonly SignedStep[]): Uint8Array => joinSteps(wholeInput(input, document), steps)
  const { steps, report } = await signOpened(document, options).catch((error: unknown) => {
    // The signature is there; what it lacks can still be added.
    if (error instanceof LevelNotReachedError) error.keep(whole)
    throw error
  })
  return { bytes: whole(steps), report }
}
