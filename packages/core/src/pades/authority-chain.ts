// The path of an authority that was not seen in the document yet (T6, T7).
import type { Digest } from '../cms/signer.ts'
import type { TimestampAuthority } from '../tsp/authority.ts'
import type { CheckedToken } from '../tsp/check-reply.ts'
import { checkCertificateChain, describePath, parseCandidates } from '../validation/certificate.ts'
import type { ChainOptions } from '../validation/certificate.ts'
import { resolvePolicy } from '../validation/policy.ts'
import type { ValidationData } from '../validation/revocation.ts'
import type { Certificate } from '../x509/certificate.ts'
import { requestToken } from './document-timestamp.ts'
import { findingsOf } from './findings.ts'
import { Gathering } from './gather.ts'
import type { CollectContext, ReportedChain } from './long-term-data.ts'
import { anchorsOf } from './trust-check.ts'
import { digestSize } from '../x509/algorithm.ts'

type Known = Pick<CheckedToken, 'certificate' | 'certificates'>

/** T7: certificates are remembered, tokens never. */
const known = new WeakMap<TimestampAuthority, Known>()

/** Remembers who answered last. */
export function learnAuthority(authority: TimestampAuthority, { certificate, certificates }: CheckedToken): void {
  known.set(authority, { certificate, certificates })
}

/** The certificates of an authority; asks it for a token over nothing where it was never asked (T6). */
export async function authorityCertificates(
  authority: TimestampAuthority,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<Known> {
  const found = known.get(authority)
  if (found !== undefined) return found
  const token = await requestToken(authority, { digest, imprint: new Uint8Array(digestSize(digest)) }, signal)
  learnAuthority(authority, token)
  return token
}

/** Builds and checks the path of a TSA, with what is at hand and what can be found. */
export async function findChain(
  certificate: Certificate,
  context: CollectContext & { readonly signal: AbortSignal | undefined },
): Promise<ReportedChain> {
  const { material, trust, policy, at, genuine, signal } = context
  const resolved = resolvePolicy(policy)
  const { revocation, algorithms, profile, catalogue } = resolved
  const gathering = new Gathering(material.online(), signal)
  const budget = { verifications: 0, genuine }
  const options = (): ChainOptions => ({
    anchors: anchorsOf(trust.anchors, resolved),
    budget,
    candidates: parseCandidates([...material.all('certificates'), ...gathering.fetched], 'caller'),
    at,
    crls: gathering.crls,
    ocsps: gathering.ocsps,
    purpose: 'timestamping',
    revocation,
    algorithms,
    profile,
    catalogue,
  })
  const result = await gathering.check(certificate, options)
  return {
    id: 'archive',
    kind: 'tsa',
    passed: result.indication === 'PASSED',
    path: await describePath(result.path),
    revocation: result.revocation,
    findings: findingsOf(result.problems),
    provenBefore: undefined,
  }
}

/** True when the path of a TSA leads to an anchor of the policy and nothing given speaks against it; missing revocation data does not. */
export async function isTrustedAuthority(
  { certificate, certificates }: CheckedToken,
  context: Pick<CollectContext, 'trust' | 'policy' | 'at'> & { readonly given: ValidationData },
): Promise<boolean> {
  const resolved = resolvePolicy(context.policy)
  const { algorithms, profile, catalogue } = resolved
  const { certificates: more = [], crls = [], ocsps = [] } = context.given
  const options = {
    anchors: anchorsOf(context.trust.anchors, resolved),
    candidates: [...parseCandidates(certificates, 'cms'), ...parseCandidates(more, 'caller')],
    at: context.at,
    purpose: 'timestamping',
    revocation: 'prefer',
    algorithms,
    profile,
    catalogue,
  } as const
  const { indication } = await checkCertificateChain(certificate, { ...options, crls: [], ocsps: [] })
  if (indication !== 'PASSED' || crls.length + ocsps.length === 0) return indication === 'PASSED'
  // Data that are too old or of others say nothing here; a revocation does.
  const { revocation } = await checkCertificateChain(certificate, { ...options, crls, ocsps })
  return !revocation.some(({ status }) => status === 'revoked' || status === 'hold')
}
