import { equalBytes } from '../der/writer.ts'
import type { KeyInfo } from '../cms/signer.ts'
import { CountersignError } from '../error.ts'
import type { SeedValues } from '../pdf/seed-value.ts'
import type { Certificate } from '../x509/certificate.ts'
import type { SignOptions } from './signing-types.ts'
import { KEY_USAGE_BITS } from '../x509/extensions.ts'

function demands(field: string, demand: string, what: string): CountersignError {
  return new CountersignError('FIELD_INVALID', `the field ${field} ${what}`, { details: { field, demand } })
}

function checkReason(field: string, reasons: readonly string[], given: string | undefined): void {
  const reason = given?.normalize('NFC') ?? ''
  if (reasons.length === 0 && reason !== '') throw demands(field, 'Reasons', 'accepts no reason')
  if (reasons.length > 0 && !reasons.includes(reason))
    throw demands(field, 'Reasons', `accepts only these reasons: ${reasons.join(', ')}`)
}

function checkCertification(field: string, wanted: 0 | 1 | 2 | 3, certify: SignOptions['certify']): void {
  if (wanted === (certify ?? 0)) return
  const what = wanted === 0 ? 'an approval signature' : `a certification with permission ${wanted}`
  throw demands(field, 'MDP', `accepts only ${what}`)
}

/**
 * G1: what a field's seed value binds is obeyed, or the signature is refused before any key is asked.
 *
 * @throws CountersignError FIELD_INVALID with the entry in its details.
 */
export function checkSeedValues(field: string, seed: SeedValues, options: SignOptions): void {
  const { subFilters, reasons, certification, timestamp, unsupported } = seed
  const subFilter = options.format === 'pkcs7' ? 'adbe.pkcs7.detached' : 'ETSI.CAdES.detached'
  if (subFilters?.includes(subFilter) === false)
    throw demands(field, 'SubFilter', `accepts only ${subFilters.join(', ')} signatures`)
  if (unsupported.length > 0)
    throw demands(field, unsupported[0]!, `demands what is not supported: ${unsupported.join(', ')}`)
  if (reasons !== undefined) checkReason(field, reasons, options.reason)
  if (certification !== undefined) checkCertification(field, certification, options.certify)
  if (timestamp && (options.level ?? 'B-B') === 'B-B')
    throw demands(field, 'TimeStamp', 'accepts only signatures with a time stamp: level B-T or higher')
}

/** `1X0`: a missing place is X. */
function fitsUsage(certificate: Certificate, pattern: string): boolean {
  return KEY_USAGE_BITS.every((usage, index) => {
    const wanted = pattern[index]
    const set = certificate.keyUsage?.has(usage) === true
    return wanted === '1' ? set : wanted === '0' ? !set : true
  })
}

/**
 * The same for the certificate of the signer and its chain (G5).
 *
 * @throws CountersignError FIELD_INVALID with the entry in its details.
 */
export function checkSeedCertificate(field: string, seed: SeedValues, info: KeyInfo, certificate: Certificate): void {
  const { subjects, issuers, keyUsages } = seed.certificate ?? {}
  const among = (list: readonly Uint8Array[], one: Uint8Array): boolean => list.some((other) => equalBytes(other, one))
  if (subjects !== undefined && !among(subjects, info.certificate))
    throw demands(field, 'Cert/Subject', 'accepts only signatures of certain certificates')
  if (issuers !== undefined && ![info.certificate, ...info.chain].some((one) => among(issuers, one)))
    throw demands(field, 'Cert/Issuer', 'accepts only signatures whose chain holds certain certificates')
  if (keyUsages?.some((pattern) => fitsUsage(certificate, pattern)) === false)
    throw demands(field, 'Cert/KeyUsage', 'accepts only certificates of another key usage')
}
