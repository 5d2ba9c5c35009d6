import type { VerificationReport } from '@countersign/core'

/** Whether the holder of the certificate with this SHA-256 signed the document validly and only permitted changes followed (VN-01). */
export function isSignedBy(report: VerificationReport, certificate: string): boolean {
  return report.signatures.some(
    (signature) =>
      signature.kind === 'signature' &&
      signature.signer?.sha256 === certificate &&
      signature.indication === 'TOTAL-PASSED' &&
      signature.integrity === 'intact' &&
      signature.changes.permitted === true,
  )
}
