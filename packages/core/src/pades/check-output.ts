import { digest } from '../crypto/index.ts'
import { equalBytes } from '../der/writer.ts'
import { CountersignError } from '../error.ts'
import { openDocument } from '../pdf/document.ts'
import { findSignatures } from '../pdf/signatures.ts'
import type { PdfDocument } from '../pdf/types.ts'
import type { SignerIdentity } from '../report.ts'
import type { Prepared } from './signing-types.ts'

/** What the re-opened output says of its new signature. */
export interface CheckedOutput {
  readonly signatureId: string
  readonly signer: SignerIdentity | null
  readonly algorithms: { readonly digest: string; readonly signature: string }
}

function refuse(why: string): CountersignError {
  return new CountersignError('OUTPUT_NOT_VERIFIED', `the signed file did not pass its own check: ${why}`)
}

/** N4: re-opens the output; a result that fails is not delivered. */
export async function checkOutput(
  bytes: Uint8Array,
  prepared: Prepared,
  before: PdfDocument | undefined,
): Promise<CheckedOutput> {
  void before
  const document = await openDocument(bytes, prepared.password === undefined ? {} : { password: prepared.password })
  const found = findSignatures(document).signatures.find((one) => one.field === prepared.field)
  if (found?.byteRange === undefined || found.coverage !== 'whole-file') throw refuse('signature not found')
  const { first, second } = found.byteRange
  const value = await digest(
    prepared.digest,
    bytes.subarray(first.start, first.end),
    bytes.subarray(second.start, second.end),
  )
  if (!equalBytes(value, prepared.documentDigest)) throw refuse('digest')
  return {
    signatureId: found.field,
    signer: null,
    algorithms: { digest: prepared.digest, signature: prepared.key?.scheme.name ?? 'cms' },
  }
}
