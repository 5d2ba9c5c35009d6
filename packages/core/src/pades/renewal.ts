// When the next document timestamp is due (L10).
import type { DigestName, VerifyScheme } from '../crypto/index.ts'
import type { Algorithms, SignatureReport, TimestampReport, VerificationReport } from '../report.ts'
import { earliestEnd } from '../validation/algorithms.ts'
import type { Until } from '../validation/algorithms.ts'
import { resolvePolicy } from '../validation/policy.ts'
import type { Certificate } from '../x509/certificate.ts'
import { verifySchemeOf } from '../x509/algorithm.ts'
import type { PublicKeyInfo } from '../x509/algorithm.ts'
import { parsedCertificate } from './material.ts'
import type { Material } from './material.ts'
import type { LongTermOptions } from './extension-types.ts'

const DAY = 24 * 3_600_000
/** L10: so long before the certificate of the authority ends. */
const MARGIN = 60 * DAY

type Stamp = Pick<SignatureReport | TimestampReport, 'algorithms' | 'certificatePath'>

/** The newest good time stamp: of the document, else of a signature. */
function newestStamp({ signatures }: VerificationReport): Stamp | undefined {
  const good = signatures.filter(({ indication }) => indication === 'TOTAL-PASSED')
  const document = good.findLast(({ kind }) => kind === 'document-timestamp')
  return document ?? good.flatMap(({ timestamps }) => timestamps).findLast((one) => one.indication === 'TOTAL-PASSED')
}

function algorithmEnds({ signature, digest, keyBits }: Algorithms, options: LongTermOptions): readonly Date[] {
  if (signature === null || digest === null) return []
  const name = signature === 'ed25519' || signature === 'ed448' ? 'eddsa' : signature
  const scheme = { name, digest: digest as DigestName } as VerifyScheme
  const key = { bits: keyBits } as PublicKeyInfo
  const { catalogue, algorithms } = resolvePolicy(options.policy)
  return algorithms === 'any' ? [] : dateOf(earliestEnd(scheme, key, catalogue))
}

/** For a token whose path was not looked at: its certificate less 60 days, and the caller's date. */
export function tokenRenewal({ notAfter }: Pick<Certificate, 'notAfter'>, renewBy: Date | undefined): Date {
  const own = new Date(notAfter.getTime() - MARGIN)
  return renewBy !== undefined && renewBy < own ? renewBy : own
}

/** C-16 for the certificates of the authority: its path must hold as long as its time stamp is to prove anything. */
function pathEnds({ certificatePath }: Stamp, options: LongTermOptions, material: Material): readonly Date[] {
  const { catalogue, algorithms } = resolvePolicy(options.policy)
  if (algorithms === 'any') return []
  const path = certificatePath.map(({ sha256 }) => material.get('certificates', sha256))
  const parsed = path.map((der) => (der === undefined ? undefined : parsedCertificate(der)))
  return parsed.slice(0, -1).flatMap((certificate, index) => {
    const issuer = parsed[index + 1]
    if (certificate === undefined || issuer === undefined) return []
    const scheme = verifySchemeOf(certificate.signatureAlgorithm, issuer.publicKey)
    return 'rule' in scheme ? [] : dateOf(earliestEnd(scheme, issuer.publicKey, catalogue))
  })
}

function dateOf(end: Until): readonly Date[] {
  return end === 'always' || end === 'never' ? [] : [new Date(`${end}T00:00:00Z`)]
}

/** The earliest of: the authority's certificates less 60 days, the end of its algorithms in the policy, the caller's date. */
export function renewalTime(
  report: VerificationReport,
  options: LongTermOptions,
  material: Material,
): Date | undefined {
  const stamp = newestStamp(report)
  if (stamp === undefined) return options.renewBy
  const certificates = stamp.certificatePath.filter(({ anchor }) => !anchor)
  const times = [
    ...certificates.map(({ notAfter }) => new Date(Date.parse(notAfter) - MARGIN)),
    ...algorithmEnds(stamp.algorithms, options),
    ...pathEnds(stamp, options, material),
    options.renewBy,
  ]
  return times
    .filter((time) => time !== undefined)
    .reduce<Date | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined)
}
