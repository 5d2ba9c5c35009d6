import { CountersignError } from '../error.ts'
import { openDocument } from '../pdf/document.ts'
import type { PdfDocument } from '../pdf/types.ts'
import type { SignatureReport, SignerIdentity, VerificationReport } from '../report.ts'
import type { VerifyOptions } from './options.ts'
import type { Prepared } from './signing-types.ts'
import { verifyOpened } from './verify.ts'

/** What the re-opened output says of its new signature. */
export interface CheckedOutput {
  readonly signatureId: string
  readonly signer: SignerIdentity | null
  readonly algorithms: { readonly digest: string; readonly signature: string }
  readonly sha256: string
}

function refuse(why: string): CountersignError {
  return new CountersignError('OUTPUT_NOT_VERIFIED', `the signed file did not pass its own check: ${why}`)
}

// Trust is the verifier's business: here only genuineness and permitted changes count.
function optionsFor(prepared: Prepared): VerifyOptions {
  return { trust: { anchors: [] }, at: new Date(prepared.claimed), fingerprints: false, risks: false }
}

function newSignature(report: VerificationReport, prepared: Prepared): SignatureReport {
  const added = report.signatures.findLast((one) => one.field === prepared.field)
  if (added === undefined) throw refuse('the new signature is not found')
  if (added.integrity !== 'intact')
    throw refuse(`the new signature is ${added.integrity} (${added.findings.map((one) => one.code).join(', ')})`)
  if (added.coverage !== 'whole-file') throw refuse('the new signature does not cover the whole file')
  return added
}

/** An analysis that was not made says nothing, neither before nor after. */
function compared(report: SignatureReport): boolean {
  return report.changes.level !== 'unknown'
}

function requireUnharmed(before: SignatureReport, after: SignatureReport | undefined): void {
  if (after === undefined) throw refuse(`the signature in ${before.field} is gone`)
  if (after.integrity !== before.integrity)
    throw refuse(`the signature in ${before.field} was ${before.integrity} and is ${after.integrity}`)
  if (!compared(before) || !compared(after)) return
  if (after.indication !== before.indication || after.subIndication !== before.subIndication)
    throw refuse(
      `the signature in ${before.field} was ${before.indication} and is ${after.indication} (${after.subIndication})`,
    )
}

/**
 * N4: re-opens the output. The new signature must be intact over the whole file, every earlier one as it was;
 * a result that fails is not delivered.
 *
 * @throws CountersignError OUTPUT_NOT_VERIFIED.
 */
export async function checkOutput(
  bytes: Uint8Array,
  prepared: Prepared,
  before: PdfDocument | undefined,
): Promise<CheckedOutput> {
  const password = prepared.password === undefined ? {} : { password: prepared.password }
  const document = await openDocument(bytes, password)
  const report = await verifyOpened(document, optionsFor(prepared))
  const added = newSignature(report, prepared)
  if (prepared.base.signatures > 0) {
    const base = before ?? (await openDocument(bytes.subarray(0, prepared.base.bytes), password))
    const earlier = await verifyOpened(base, optionsFor(prepared))
    for (const one of earlier.signatures)
      requireUnharmed(
        one,
        report.signatures.find((other) => other.id === one.id && other.field === one.field),
      )
  }
  const { digest, signature } = added.algorithms
  return {
    signatureId: added.id,
    signer: added.signer,
    algorithms: { digest: digest ?? prepared.digest, signature: signature ?? '' },
    sha256: report.document.sha256,
  }
}
