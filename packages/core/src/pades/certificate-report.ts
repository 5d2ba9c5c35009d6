import type { CertificateReport } from '../report.ts'
import { parseCandidates, validateCertificate as validate } from '../validation/certificate.ts'
import type { ChainOptions, ChainResult, ValidateCertificateOptions as Options } from '../validation/certificate.ts'
import type { RevocationSource } from '../validation/revocation.ts'
import type { Certificate } from '../x509/certificate.ts'
import { findingsOf } from './findings.ts'
import { Gathering } from './gather.ts'

export interface ValidateCertificateOptions extends Options {
  /** Further certificates and revocation data, offline or online: asked for what is missing only. */
  readonly sources?: RevocationSource
  readonly signal?: AbortSignal
}

/**
 * Validates one certificate against the given anchors (RFC 5280 6.1, EN 319 102-1 5.2.6). A bad certificate is a verdict, never
 * an exception.
 *
 * @param certificate DER
 * @throws CountersignError ABORTED when `signal` says so
 * @example
 * ```ts
 * const { valid, findings } = await validateCertificate(der, { trust, crls, at: new Date() })
 * ```
 */
export async function validateCertificate(
  certificate: Uint8Array,
  options: ValidateCertificateOptions,
): Promise<CertificateReport> {
  const { sources, signal, ...own } = options
  const gathering = new Gathering(sources, signal)
  const check = (leaf: Certificate, given: ChainOptions): Promise<ChainResult> =>
    gathering.check(leaf, () => ({
      ...given,
      candidates: [
        ...given.candidates,
        ...parseCandidates(gathering.certificates, 'caller'),
        ...parseCandidates(gathering.fetched, 'aia'),
      ],
      crls: [...given.crls, ...gathering.crls],
      ocsps: [...given.ocsps, ...gathering.ocsps],
    }))
  const { problems, ...verdict } = await validate(certificate, own, check)
  return { ...verdict, findings: findingsOf(problems) }
}
