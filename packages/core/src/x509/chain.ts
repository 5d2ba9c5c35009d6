import { OID } from '../der/oids.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { Certificate } from './certificate.ts'
import { PROCESSED_EXTENSIONS } from './extensions.ts'
import type { NameConstraints } from './extensions.ts'
import { NameConstraintState } from './name-constraints.ts'
import type { NameWork } from './name-constraints.ts'
import { PolicyState } from './policies.ts'
import type { PolicyInputs } from './policies.ts'
import { dsaParameters, withDsaParameters } from './public-key.ts'
import { chainProblem, checkShape } from './shape.ts'
import type { SignatureChecks, VerifyKey } from './signatures.ts'

export interface ChainInputs extends PolicyInputs {
  readonly at: Date
  /** Odd serial numbers are notes only. */
  readonly compat?: boolean
}

/** Limits that whoever trusts an anchor sets for it, beside those in its own certificate (E-01, RFC 5937). */
export interface AnchorConstraints {
  /** CAs that may stand below it, the self-issued ones not counted. */
  readonly pathLength?: number
  readonly names?: NameConstraints
}

export interface CheckedChain {
  readonly problems: readonly Problem[]
  /** The policies that the path is good for. */
  readonly policies: readonly string[]
  /** The key to verify with that each certificate's issuer has, leaf first: DSA parameters inherited. */
  readonly issuerKeys: readonly VerifyKey[]
}

/** working_public_key and its parameters (RFC 5280 6.1.4 (d) to (f)). */
function workingKey(certificate: Certificate, above: VerifyKey | undefined): VerifyKey {
  const info = certificate.publicKey
  if (info.inherits !== true || above?.info.algorithm !== 'dsa') return { spki: certificate.spki, info }
  const parameters = dsaParameters(above.spki)
  if (parameters === undefined) return { spki: certificate.spki, info }
  return { spki: withDsaParameters(certificate.spki, parameters), info: { ...above.info, inherits: false } }
}

/** 6.1.3 (a)(1). */
async function checkSignature(
  certificate: Certificate,
  key: VerifyKey,
  signatures: SignatureChecks,
): Promise<readonly Problem[]> {
  const answer = await signatures.check(certificate, key)
  switch (answer) {
    case 'valid':
      return []
    case 'lenient':
      return [problem('C-10', 'DIGEST_INFO_WITHOUT_NULL', 'W', { subject: certificate.subject.toString() })]
    case 'unsupported':
      return [problem('C-10', 'UNSUPPORTED_ALGORITHM', 'I', { algorithm: certificate.signatureAlgorithm.oid })]
    case 'invalid':
      break
  }
  return [chainProblem('RFC 5280 6.1.3', 'CERT_SIGNATURE_INVALID', certificate)]
}

/** 6.1.3 (a)(2); the leaf's sub-indication is its own (5.4), since older proof may help. */
export function checkValidity(certificate: Certificate, at: Date, leaf: boolean): readonly Problem[] {
  if (certificate.isValidAt(at)) return []
  const early = at.getTime() < certificate.notBefore.getTime()
  const limit = (early ? certificate.notBefore : certificate.notAfter).toISOString()
  const args = { subject: certificate.subject.toString(), limit, at: at.toISOString() }
  const sub = leaf ? 'OUT_OF_BOUNDS_NO_POE' : 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
  return [problem('X-02', early ? 'CERT_NOT_YET_VALID' : 'CERT_EXPIRED', 'I', args, sub)]
}

/** 6.1.4 (k), (l), (n): basic constraints and key usage of a CA. */
function checkCa(certificate: Certificate): readonly Problem[] {
  const problems: Problem[] = []
  if (certificate.version < 3 || certificate.basicConstraints?.ca !== true)
    problems.push(chainProblem('X-03', 'CA_FLAG_MISSING', certificate))
  if (certificate.keyUsage?.has('keyCertSign') === false)
    problems.push(chainProblem('X-03', 'CA_KEY_USAGE', certificate))
  return problems
}

/** RFC 5280 4.2.1.9: whoever is expressly no CA must not be said to sign certificates. */
function checkLeafUsage(certificate: Certificate, compat: boolean): readonly Problem[] {
  if (certificate.basicConstraints?.ca !== false || certificate.keyUsage?.has('keyCertSign') !== true) return []
  const failed = chainProblem('X-02', 'CERT_KEY_USAGE_OF_CA', certificate)
  return [compat ? problem('X-02', failed.code, 'W', failed.args) : failed]
}

/** 6.1.4 (o), 6.1.5 (f). */
function checkCritical(certificate: Certificate): readonly Problem[] {
  return [...certificate.extensions.values()]
    .filter(({ oid, critical }) => critical && !PROCESSED_EXTENSIONS.has(oid))
    .map(({ oid }) => chainProblem('X-02', 'CRITICAL_EXTENSION_UNKNOWN', certificate, { extension: oid }))
}

/** Extensions of an anchor that count against what it issues. */
const LIMITS: readonly string[] = [OID.basicConstraints, OID.keyUsage, OID.nameConstraints]

/**
 * An anchor is a name and a key, and its certificate need not say more. What it does say against issuing certificates
 * counts all the same, as its constraints do (RFC 5937).
 */
export function checkIssuingAnchor(anchor: Certificate): readonly Problem[] {
  const problems: Problem[] = [...checkCritical(anchor)]
  // What limits it must be read, and in one way, to be enforced.
  for (const extension of LIMITS)
    if (anchor.malformed.has(extension) || anchor.duplicateExtensions.includes(extension))
      problems.push(chainProblem('X-01', 'CERT_EXTENSION_MALFORMED', anchor, { extension }))
  if (anchor.subject.isEmpty) problems.push(chainProblem('X-02', 'CERT_SUBJECT_EMPTY', anchor))
  if (anchor.basicConstraints?.ca === false) problems.push(chainProblem('X-03', 'CA_FLAG_MISSING', anchor))
  if (anchor.keyUsage?.has('keyCertSign') === false) problems.push(chainProblem('X-03', 'CA_KEY_USAGE', anchor))
  return problems
}

/** RFC 5280 wants these critical; that they are not is a note, and they are processed all the same. */
const SHOULD_BE_CRITICAL: readonly (readonly [string, string])[] = [
  ['X-06', OID.policyConstraints],
  ['X-06', OID.inhibitAnyPolicy],
  ['X-05', OID.nameConstraints],
]

function noteCriticality(certificate: Certificate): readonly Problem[] {
  return SHOULD_BE_CRITICAL.filter(([, oid]) => certificate.extensions.get(oid)?.critical === false).map(
    ([rule, extension]) =>
      problem(rule, 'EXTENSION_NOT_CRITICAL', 'W', { subject: certificate.subject.toString(), extension }),
  )
}

/** Path length left after a CA: RFC 5280 6.1.4 (l), (m). */
class PathLength {
  #left: number

  constructor(anchor: Certificate, limit: number = Infinity) {
    // RFC 5937: the anchor's own limit counts.
    this.#left = Math.min(limit, anchor.basicConstraints?.pathLen ?? Infinity)
  }

  descend(certificate: Certificate): readonly Problem[] {
    const problems: Problem[] = []
    if (!certificate.isSelfIssued) {
      if (this.#left <= 0) problems.push(chainProblem('X-03', 'PATH_TOO_LONG', certificate))
      else this.#left--
    }
    this.#left = Math.min(this.#left, certificate.basicConstraints?.pathLen ?? Infinity)
    return problems
  }
}

/**
 * RFC 5280 section 6 over one chain, the leaf first, below `anchor` (a name and a key). All problems are gathered, not only the first.
 *
 * @throws LimitError NC_WORK, POLICIES, POLICY_NODES, VERIFICATIONS
 */
export async function checkChain(
  chain: readonly Certificate[],
  anchor: Certificate,
  inputs: ChainInputs,
  signatures: SignatureChecks,
  { constraints = {}, work }: { readonly constraints?: AnchorConstraints | undefined; readonly work?: NameWork } = {},
): Promise<CheckedChain> {
  const problems: Problem[] = []
  const issuerKeys: VerifyKey[] = []
  const names = new NameConstraintState(work)
  const length = new PathLength(anchor, constraints.pathLength)
  const policies = new PolicyState(inputs, chain.length)
  // RFC 5937 3.2: constraints inside the anchor's certificate are initial ones.
  if (anchor.nameConstraints !== undefined) names.add(anchor.nameConstraints)
  if (constraints.names !== undefined) names.add(constraints.names)
  let key = workingKey(anchor, undefined)
  for (const certificate of chain.toReversed()) {
    const leaf = certificate === chain[0]
    issuerKeys.unshift(key)
    problems.push(
      ...checkShape(certificate, inputs.compat === true),
      ...(await checkSignature(certificate, key, signatures)),
    )
    problems.push(...checkValidity(certificate, inputs.at, leaf))
    if (leaf || !certificate.isSelfIssued) problems.push(...names.check(certificate))
    problems.push(...policies.enter(certificate, leaf), ...checkCritical(certificate), ...noteCriticality(certificate))
    key = workingKey(certificate, key)
    if (leaf) {
      if (certificate.nameConstraints !== undefined && certificate.basicConstraints?.ca !== true)
        problems.push(chainProblem('X-05', 'NAME_CONSTRAINTS_IN_LEAF', certificate))
      problems.push(...checkLeafUsage(certificate, inputs.compat === true))
      continue
    }
    problems.push(...policies.descend(certificate), ...checkCa(certificate), ...length.descend(certificate))
    if (certificate.nameConstraints !== undefined) names.add(certificate.nameConstraints)
  }
  const [leaf] = chain
  if (leaf === undefined) return { problems, policies: [], issuerKeys }
  const finished = policies.finish(leaf)
  return { problems: [...problems, ...finished.problems], policies: finished.policies, issuerKeys }
}
