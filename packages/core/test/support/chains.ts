// Shorthand to validate certificates that issue.ts made.
import { validateCertificate } from '../../src/validation/certificate.ts'
import type { CertificateVerdict, ValidateCertificateOptions } from '../../src/validation/certificate.ts'
import { createTrustStore } from '../../src/validation/trust.ts'
import type { Issued } from './issue.ts'

export interface ChainInput extends Partial<Omit<ValidateCertificateOptions, 'trust' | 'intermediates'>> {
  readonly anchors: readonly Issued[]
  readonly others?: readonly Issued[]
}

/** Without revocation and with every algorithm accepted, unless told; at 2026-06-01. */
export function validate(leaf: Issued, { anchors, others = [], ...options }: ChainInput): Promise<CertificateVerdict> {
  return validateCertificate(leaf.der, {
    at: new Date('2026-06-01T00:00:00Z'),
    revocation: 'none',
    ...options,
    trust: createTrustStore(anchors.map(({ der }) => der)),
    intermediates: others.map(({ der }) => der),
  })
}

/** Codes of the problems that decide. */
export function faults(report: CertificateVerdict): readonly string[] {
  return report.problems.filter(({ outcome }) => outcome !== 'W' && outcome !== 'note').map(({ code }) => code)
}

/** Codes of the attention notes. */
export function warnings(report: CertificateVerdict): readonly string[] {
  return report.problems.filter(({ outcome }) => outcome === 'W').map(({ code }) => code)
}
