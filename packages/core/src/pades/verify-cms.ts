import { checkSignedData } from '../cms/check.ts'
import type { CmsCheck, SignedContent } from '../cms/check.ts'
import { signingTimeOf } from '../cms/check-attributes.ts'
import { openEnvelope } from '../cms/envelope.ts'
import type { SignedData } from '../cms/signed-data.ts'
import { digest as digestOf } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { Algorithms, Cert, Finding, Indication, Integrity, SignerIdentity, SubIndication } from '../report.ts'
import { parseCandidates } from '../validation/certificate.ts'
import { describeSigner } from '../x509/identity.ts'
import { algorithmsOf } from './algorithms.ts'
import { validateCertificate } from './certificate-report.ts'
import type { ValidateCertificateOptions } from './certificate-report.ts'
import { findingsOf } from './findings.ts'
import type { CmsContent } from './sign-cms.ts'

export interface VerifyCmsOptions extends Omit<ValidateCertificateOptions, 'at'> {
  /** The time the signature must be good at, default now. Time stamps inside the CMS are not used. */
  readonly at?: Date
}

/** The verdict over one detached CMS. Times ISO 8601 UTC, hashes lower-case hex. */
export interface CmsReport {
  readonly schema: 'countersign/cms-report/1'
  readonly indication: Indication
  readonly subIndication: SubIndication | null
  /** Digest and value alone, whoever signed. */
  readonly integrity: Integrity
  readonly signer: SignerIdentity | null
  /** `ess`: the signed attributes name the certificate. */
  readonly binding: 'ess' | 'sid-only' | null
  readonly algorithms: Algorithms
  /** The signing-time attribute: claimed, not proven. */
  readonly claimedTime: string | null
  /** Leaf first, anchor last. */
  readonly certificatePath: readonly Cert[]
  readonly findings: readonly Finding[]
  readonly validationTime: string
}

/** The content as the checks ask for it: of a digest alone no other digest can be told. */
function contentOf(content: CmsContent): SignedContent {
  if (content instanceof Uint8Array) return { digest: (name) => digestOf(name, content), bytes: () => content }
  const unknown = (what: string): CountersignError =>
    new CountersignError('UNSUPPORTED_ALGORITHM', `only the ${content.digest} digest of the data is known, not ${what}`)
  return {
    digest: (name) => (name === content.digest ? Promise.resolve(content.value) : Promise.reject(unknown(name))),
    bytes: () => {
      throw unknown('the data')
    },
  }
}

async function check(data: SignedData, content: CmsContent, options: VerifyCmsOptions): Promise<CmsCheck> {
  const given = parseCandidates([...data.certificates, ...(options.intermediates ?? [])], 'cms')
  const candidates = given.map(({ certificate }) => certificate)
  try {
    return await checkSignedData(data, { rules: 'pkcs7', content: contentOf(content), candidates })
  } catch (error) {
    const code = error instanceof CountersignError ? error.code : 'ANALYSIS_FAILED'
    return { problems: [problem('V-03', code, 'I', { algorithm: '' })], signer: undefined, integrity: 'unknown' }
  }
}

/** E-09: what the format and the cryptography alone decide. */
function cryptoVerdict(
  problems: readonly Problem[],
  integrity: Integrity,
): { readonly indication: Indication; readonly subIndication: SubIndication | null } {
  const has = (outcome: Problem['outcome']): boolean => problems.some((one) => one.outcome === outcome)
  if (has('F')) return { indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' }
  if (has('H')) return { indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' }
  if (has('S') || integrity === 'broken') return { indication: 'TOTAL-FAILED', subIndication: 'SIG_CRYPTO_FAILURE' }
  const open = problems.find((one) => one.outcome === 'I')
  if (open !== undefined || integrity !== 'intact')
    return { indication: 'INDETERMINATE', subIndication: open?.subIndication ?? 'GENERIC' }
  return { indication: 'TOTAL-PASSED', subIndication: null }
}

/**
 * Verifies a detached CMS over bytes, or over a digest alone. A bad signature is a verdict, never an exception; without revocation data
 * a signature is not passed, unless `revocation` says that it may.
 *
 * @param cms - DER (BER is read) of the ContentInfo
 * @throws CountersignError ABORTED
 * @example
 * ```ts
 * const { indication, signer } = await verifyCms(cms, data, { trust, sources: onlineSource() })
 * ```
 */
export async function verifyCms(cms: Uint8Array, content: CmsContent, options: VerifyCmsOptions): Promise<CmsReport> {
  const at = options.at ?? new Date()
  const { signedData, problems: envelope } = openEnvelope(cms)
  const checked = signedData === undefined ? undefined : await check(signedData, content, options)
  const problems = [...envelope, ...(checked?.problems ?? [])]
  const signer = checked?.signer
  const certificate = signer?.certificate
  const integrity = checked?.integrity ?? 'unknown'
  const own = cryptoVerdict(problems, integrity)
  const chain =
    certificate === undefined
      ? undefined
      : await validateCertificate(certificate.der, {
          ...options,
          at,
          intermediates: [...(options.intermediates ?? []), ...signedData!.certificates],
          crls: [...(options.crls ?? []), ...signedData!.crls],
          ocsps: [...(options.ocsps ?? []), ...signedData!.ocsps],
        })
  const verdict = own.indication !== 'TOTAL-PASSED' || chain === undefined ? own : chainVerdict(chain)
  const claimed = signingTimeOf(signer?.info.signedAttributes)
  return {
    schema: 'countersign/cms-report/1',
    ...verdict,
    integrity,
    signer: certificate === undefined ? null : await describeSigner(certificate),
    binding: certificate === undefined ? null : signer!.binding,
    algorithms: algorithmsOf(signer),
    claimedTime: claimed?.toISOString() ?? null,
    certificatePath: chain?.path ?? [],
    findings: [...findingsOf(problems), ...(chain?.findings ?? [])],
    validationTime: at.toISOString(),
  }
}

/** 5.2.6 to 5.3: a chain that does not pass leaves the signature undecided; what was revoked when is for POE to say. */
function chainVerdict(chain: { readonly valid: boolean; readonly subIndication: SubIndication | null }): {
  readonly indication: Indication
  readonly subIndication: SubIndication | null
} {
  if (chain.valid) return { indication: 'TOTAL-PASSED', subIndication: null }
  return { indication: 'INDETERMINATE', subIndication: chain.subIndication ?? 'GENERIC' }
}
