// Until core exports `validateCertificate`: answers that nothing is known, and is gone before the first release.
import type { CertificateReport, TrustStore } from '@countersign/core'

export interface Question {
  readonly trust: TrustStore
  readonly intermediates?: readonly Uint8Array[]
  readonly crls?: readonly Uint8Array[]
  readonly ocsps?: readonly Uint8Array[]
  readonly at: Date
  readonly revocation?: 'none' | 'prefer' | 'require'
  readonly purpose?: 'any' | 'signing' | 'timestamping' | 'ocsp'
}

export function validateCertificate(certificate: Uint8Array, question: Question): Promise<CertificateReport> {
  void [certificate, question]
  return Promise.resolve({
    valid: false,
    indication: 'INDETERMINATE',
    subIndication: 'GENERIC',
    path: [],
    findings: [],
  })
}
