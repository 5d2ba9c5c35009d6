import type { CertificateReport, VerificationReport } from '@countersign/core'
import type { ProfileAnchor } from '@countersign/core/node'
import { HttpProblem } from '../problems/problem.ts'
import type { CertificateQuestion } from './certificates.ts'

/** A text or signature field of a form. */
export interface FormField {
  readonly name: string
  readonly type: string
  readonly signed: boolean
  /** Points; absent when no page shows the field. */
  readonly width?: number
  readonly height?: number
}

/** Roots trusted beside those of the configuration, each with its limits. */
export type TrustedAnchors = readonly { readonly entry: ProfileAnchor; readonly certificate: Uint8Array }[]

/** Core, as far as the office needs it. */
export interface Validator {
  /** Never throws for a bad document: an unreadable one has `overall: 'unreadable'`. */
  verify(bytes: Uint8Array, at?: Date, trusted?: TrustedAnchors): Promise<VerificationReport>
  listFields(bytes: Uint8Array): Promise<readonly FormField[]>
  /** Each signature's ByteRange by its id in the report. */
  byteRanges(bytes: Uint8Array): Promise<ReadonlyMap<string, readonly number[]>>
  /** @throws CountersignError for an object that cannot be read. */
  validateCertificate(question: CertificateQuestion, trusted?: TrustedAnchors): Promise<CertificateReport>
}

/**
 * Refuses what core cannot read.
 *
 * @throws HttpProblem pdf.malformed, pdf.limit
 */
export function requireReadable(report: VerificationReport): void {
  if (report.overall !== 'unreadable') return
  const coreCode = report.findings.find(({ severity }) => severity === 'error')?.code
  const limit = report.findings.find(({ code }) => code.startsWith('LIMIT_'))?.code
  if (limit !== undefined) throw new HttpProblem('pdf.limit', { coreCode: limit })
  throw new HttpProblem('pdf.malformed', coreCode === undefined ? {} : { coreCode })
}
