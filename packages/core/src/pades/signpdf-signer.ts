// A signer written for @signpdf in our pipeline: it takes the covered bytes and gives a whole CMS.
import { CountersignError } from '../error.ts'
import { complete } from './complete.ts'
import type { CompleteOptions } from './complete.ts'
import { prepare } from './prepare.ts'
import { withCodes } from './signer-errors.ts'
import type { SignOptions, SignResult } from './signing-types.ts'
import type { SignpdfSigner } from './signpdf.ts'
import { throwIfAborted } from './step.ts'

export interface SignWithSignpdfOptions extends Omit<SignOptions, 'signer' | 'stateKey'> {
  /** Room for the CMS in bytes. Default 8192, as in @signpdf. */
  readonly maxCmsSize?: number
}

const SIGNPDF_ROOM = 8192

function coveredBytes(input: Uint8Array, section: Uint8Array, gap: { start: number; end: number }): Uint8Array {
  const bytes = new Uint8Array(input.length + section.length - (gap.end - gap.start))
  bytes.set(input)
  bytes.set(section.subarray(0, gap.start), input.length)
  bytes.set(section.subarray(gap.end), input.length + gap.start)
  return bytes
}

/**
 * Signs with a signer that was written for @signpdf, such as its `P12Signer`: fields, restrictions, the append-only writer and the check
 * of the result are ours, the CMS is theirs. The format is `pkcs7` unless told otherwise, since those signers write a signing-time
 * attribute, which PAdES forbids (C2).
 *
 * @throws CountersignError as `sign`; SIGNER_REJECTED for what the signer throws, OUTPUT_NOT_VERIFIED for a CMS that is not right
 * @example
 * ```ts
 * import { P12Signer } from '@signpdf/signer-p12'
 * const { bytes } = await signWithSignpdf(pdf, new P12Signer(p12, { passphrase }), { field: 'officer' })
 * ```
 */
export async function signWithSignpdf(
  input: Uint8Array,
  signer: SignpdfSigner,
  options: SignWithSignpdfOptions = {},
): Promise<SignResult> {
  const { maxCmsSize = SIGNPDF_ROOM, format = 'pkcs7', ...rest } = options
  const none = (): Promise<never> => Promise.reject(new CountersignError('SIGNER_REJECTED', 'the signer wants bytes'))
  const at = options.at ?? new Date()
  const prepared = await prepare(input, { ...rest, at, format, signer: { maxCmsSize, signCms: none } })
  const { bytes, placeholder } = prepared.section
  throwIfAborted(options.signal)
  const covered = coveredBytes(input, bytes, placeholder!.contents)
  const cms = new Uint8Array(await withCodes(() => signer.sign(bufferOf(covered), at)))
  const completing: CompleteOptions = rest
  return complete(input, prepared, { cms }, completing)
}

/** Those signers ask for a Buffer where there is such a thing. */
function bufferOf(bytes: Uint8Array): Uint8Array {
  const { Buffer } = globalThis as { Buffer?: { from(buffer: unknown, at: number, length: number): Uint8Array } }
  return Buffer === undefined ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
