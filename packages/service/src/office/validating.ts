import { CountersignError } from '@countersign/core'
import type { SignatureReport, VerificationReport } from '@countersign/core'
import type { IncomingFile } from '../store/files.ts'
import type { Call, Office, Reply } from './office.ts'
import { trustedAnchors } from './trust.ts'
import { requireReadable } from './validator.ts'

/** Validates a PDF: 200 whatever the verdict; only a file without any verdict is an error (API-05, API-06). */
export async function validateDocument(
  office: Office,
  call: Call,
  incoming: IncomingFile,
  at: Date | undefined,
): Promise<Reply> {
  const bytes = await office.files.readIncoming(incoming)
  await office.files.discard(incoming)
  const report = await office.validator.verify(bytes, at, await trustedAnchors(office, call))
  requireReadable(report)
  return { status: 200, headers: {}, body: summarise(report, await byteRangesOf(office, bytes)) }
}

/** What the signatures say they cover. An encrypted file, whose signatures core still checks, does not tell. */
async function byteRangesOf(office: Office, bytes: Uint8Array): Promise<ReadonlyMap<string, readonly number[]>> {
  try {
    return await office.validator.byteRanges(bytes)
  } catch (error) {
    if (error instanceof CountersignError) return new Map()
    throw error
  }
}

/** The summary of API-05. */
export function summarise(
  report: VerificationReport,
  byteRanges: ReadonlyMap<string, readonly number[]>,
): Readonly<Record<string, unknown>> {
  const { signatures } = report
  return {
    verdict: verdictOf(report.overall),
    signatureCount: signatures.length,
    validCount: signatures.filter(isValid).length,
    documentHash: `sha256:${report.document.sha256}`,
    validationTime: report.validationTime,
    policy: {
      id: report.policy.id,
      version: report.policy.version,
      url: `/v1/policies/${encodeURIComponent(report.policy.id)}`,
      hash: `sha256:${report.policy.hash ?? ''}`,
    },
    signatures: signatures.map((signature, index) => summariseSignature(signature, index, byteRanges)),
    findings: report.findings,
    report,
  }
}

function verdictOf(overall: VerificationReport['overall']): 'valid' | 'invalid' | 'indeterminate' {
  if (overall === 'valid' || overall === 'valid-with-notes') return 'valid'
  return overall === 'invalid' ? 'invalid' : 'indeterminate'
}

/** Genuine, and nothing forbidden happened afterwards: unknown is not valid. */
function isValid(signature: SignatureReport): boolean {
  return signature.indication === 'TOTAL-PASSED' && signature.changes.permitted === true
}

function summariseSignature(
  signature: SignatureReport,
  index: number,
  byteRanges: ReadonlyMap<string, readonly number[]>,
): Readonly<Record<string, unknown>> {
  const { indication, subIndication, level, times } = signature
  return {
    index,
    indication,
    ...(subIndication === null ? {} : { subIndication }),
    level: { claimed: level, achieved: indication === 'TOTAL-PASSED' ? level : null },
    scope: {
      byteRange: byteRanges.get(signature.id) ?? [],
      wholeRevision: signature.coverage !== 'broken',
      laterChanges: signature.changes.items,
    },
    signer: signature.signer,
    // API-10: the claimed and the best proven time are never merged.
    times: {
      ...(times.claimed === null ? {} : { claimed: times.claimed }),
      best: times.best,
      source: times.provenBy,
    },
    chain: signature.certificatePath,
    findings: signature.findings,
  }
}
