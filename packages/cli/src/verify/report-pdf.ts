// The report of `verify` as a PDF, and that PDF signed: who vouches for the check.
import { sign } from '@countersign/core'
import type { Signer, CmsSigner, TellOptions, VerificationReport } from '@countersign/core'
import { createHash } from 'node:crypto'
import { loadPackage } from '../optional-package.ts'
import type { Terminal } from '../terminal.ts'

/** What this command uses of @countersign/report, an optional peer. */
interface ReportPackage {
  readonly drawVerificationReport: (
    report: VerificationReport,
    options: TellOptions,
  ) => Promise<{ readonly bytes: Uint8Array }>
}

/** @throws CountersignError NOT_AVAILABLE where @countersign/report is not installed */
export async function reportPdf(report: VerificationReport, options: TellOptions): Promise<Uint8Array> {
  const { drawVerificationReport } = await loadPackage<ReportPackage>('@countersign/report')
  return (await drawVerificationReport(report, options)).bytes
}

/**
 * Certified: nothing may be changed in the report afterwards but what proves its time. Equal reports signed at one time by one key
 * whose signatures do not vary (RSA PKCS#1 v1.5) are equal (V-10): the /ID, random elsewhere, follows from the content.
 */
export async function signReport(pdf: Uint8Array, signer: Signer | CmsSigner, terminal: Terminal): Promise<Uint8Array> {
  const { now, signal } = terminal
  const digest = createHash('sha512').update(pdf).digest()
  const random = (length: number): Uint8Array => new Uint8Array(digest.subarray(0, length))
  const field = { newField: 'verification-report', certify: 1 } as const
  return (await sign(pdf, { signer, ...field, at: now(), utcOffset: 7 * 60, random, signal })).bytes
}
