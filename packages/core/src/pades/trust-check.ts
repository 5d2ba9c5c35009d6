import type { SignedData } from '../cms/signed-data.ts'
import { problem, type Problem } from '../problem.ts'
import type { Cert, CheckResult, Revocation, SignerIdentity } from '../report.ts'
import type { ResolvedPolicy } from '../validation/policy.ts'
import type { Certificate } from '../x509/certificate.ts'
import { describeSigner } from '../x509/identity.ts'
import type { CandidatePool } from './candidates.ts'
import type { VerifyOptions } from './options.ts'

export interface TrustContext {
  readonly policy: ResolvedPolicy
  readonly options: VerifyOptions
  readonly at: Date
  readonly pool: CandidatePool
}

/** XCV: what the certificate path of one signer comes to. */
export interface TrustCheck {
  readonly problems: readonly Problem[]
  readonly acceptance: readonly Problem[]
  readonly path: readonly Cert[]
  readonly revocation: readonly Revocation[]
  readonly chain: CheckResult
  readonly revocationResult: CheckResult
  readonly algorithmsJudged: boolean
}

const NOTHING = {
  acceptance: [],
  path: [],
  revocation: [],
  revocationResult: 'unknown',
  algorithmsJudged: false,
} as const

export async function checkTrust(
  certificate: Certificate | undefined,
  data: SignedData | undefined,
  purpose: 'signing' | 'timestamping',
  context: TrustContext,
): Promise<TrustCheck> {
  void data
  void purpose
  void context
  if (certificate === undefined) return { ...NOTHING, problems: [], chain: 'unknown' }
  const missing = problem('X-01', 'NO_TRUST_PATH_CHECK', 'I', {}, 'NO_CERTIFICATE_CHAIN_FOUND')
  return { ...NOTHING, problems: [missing], chain: 'unknown' }
}

/** Who signed, as the certificate says, with whether it leads to an anchor. */
export async function identityOf(
  certificate: Certificate | undefined,
  trust: TrustCheck,
): Promise<SignerIdentity | null> {
  if (certificate === undefined) return null
  const identity = await describeSigner(certificate)
  return { ...identity, trust: trust.chain === 'pass' ? 'anchored' : 'not-anchored' }
}
