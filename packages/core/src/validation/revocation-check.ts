import { equalBytes } from '../der/writer.ts'
import { CountersignError } from '../error.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { Revocation } from '../report.ts'
import { verifySchemeOf } from '../x509/algorithm.ts'
import type { Certificate } from '../x509/certificate.ts'
import { gatherCrls } from '../x509/crl-status.ts'
import { Crl } from '../x509/crl.ts'
import { certificateSha256 } from '../x509/identity.ts'
import { gatherOcsps } from '../x509/ocsp-status.ts'
import { OcspResponse } from '../x509/ocsp.ts'
import { buildPath } from '../x509/path.ts'
import type { Candidate, FoundChain, TrustAnchor } from '../x509/path.ts'
import { decide, reasonName } from '../x509/revocation.ts'
import type {
  Evidence,
  FreshnessRules,
  Gathered,
  RevocationAnswer,
  RevocationContext,
  RevocationTarget,
} from '../x509/revocation.ts'
import type { Budget, SignatureChecks, VerifyKey } from '../x509/signatures.ts'
import { checkSignatureAge } from './algorithms.ts'
import type { AlgorithmCatalogue } from './algorithms.ts'
import { sha256Of } from './poe.ts'
import { ruleFor, satisfies, type RevocationRules } from './revocation-rule.ts'
import { decodePem } from './trust.ts'

/** Revocation data at hand, read once. */
export interface RevocationData {
  readonly crls: readonly Crl[]
  readonly ocsps: readonly OcspResponse[]
  /** Notes about data that cannot be read. */
  readonly problems: readonly Problem[]
}

export interface RevocationOptions {
  readonly at: Date
  readonly now?: Date
  readonly revocation?: 'none' | 'prefer' | 'require'
  readonly algorithms?: 'policy' | 'any'
  readonly catalogue?: AlgorithmCatalogue
  readonly profile?: 'strict' | 'compat'
  readonly freshness?: FreshnessRules
  /** Which data each certificate needs (E-01); default either kind. */
  readonly kinds?: RevocationRules
  readonly candidates: readonly Candidate[]
  /** When whoever signed data on the leaf must be valid: when they were made (default, X-08), or at the check too (5.4). */
  readonly dataSigners?: 'then' | 'now'
}

/** What revocation checking says of a chain. */
export interface ChainRevocation {
  readonly problems: readonly Problem[]
  readonly revocation: readonly Revocation[]
  readonly leafIsGood: boolean
  readonly revokedAt?: Date
  readonly caRevokedAt?: Date
}

const GENERAL = 'CERTIFICATE_CHAIN_GENERAL_FAILURE'

interface Opened {
  readonly crls: Map<Uint8Array, readonly Crl[] | Problem>
  readonly ocsps: Map<Uint8Array, readonly OcspResponse[] | Problem>
}

/** The same bytes are asked again for every signature of a document: read once for all that share a budget, no longer. */
const openedUnder = new WeakMap<Budget, Opened>()

function openedFor(budget: Budget | undefined): Opened {
  let data = budget === undefined ? undefined : openedUnder.get(budget)
  if (data === undefined) {
    data = { crls: new Map(), ocsps: new Map() }
    if (budget !== undefined) openedUnder.set(budget, data)
  }
  return data
}

function opened<T>(
  cache: Map<Uint8Array, readonly T[] | Problem>,
  bytes: Uint8Array,
  parse: (bytes: Uint8Array) => readonly T[],
): readonly T[] | Problem {
  let result = cache.get(bytes)
  if (result === undefined) {
    try {
      result = parse(bytes)
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error
      const code = error.code.startsWith('LIMIT_') ? error.code : 'REVOCATION_UNREADABLE'
      result = problem('X-07', code, 'W', { detail: error.message })
    }
    cache.set(bytes, result)
  }
  return result
}

function listsOf(file: Uint8Array): readonly Crl[] {
  const lists = decodePem(file, 'X509 CRL', 'CRL').map((der) => Crl.parse(der))
  if (lists.length === 0) throw new CountersignError('DER_INVALID', 'no revocation list in DER or PEM')
  return lists
}

/** Reads lists (DER, or PEM as some CAs publish them: PKI-08) and responses (DER); what cannot be read becomes a note. */
export function openRevocationData(
  crls: readonly Uint8Array[],
  ocsps: readonly Uint8Array[],
  budget?: Budget,
): RevocationData {
  const known = openedFor(budget)
  const problems: Problem[] = []
  const keep = <T>(result: readonly T[] | Problem): readonly T[] => {
    if (!('rule' in result)) return result
    problems.push(result)
    return []
  }
  return {
    crls: crls.flatMap((bytes) => keep(opened(known.crls, bytes, listsOf))),
    ocsps: ocsps.flatMap((bytes) => keep(opened(known.ocsps, bytes, (file) => [OcspResponse.parse(file)]))),
    problems,
  }
}

function merge(a: Gathered, b: Gathered): Gathered {
  const stale = [a.staleSince, b.staleSince]
    .filter((time) => time !== undefined)
    .sort((x, y) => y.getTime() - x.getTime())[0]
  return {
    evidence: [...a.evidence, ...b.evidence],
    faults: [...new Set([...a.faults, ...b.faults])],
    ...(stale === undefined ? {} : { staleSince: stale }),
    ...(a.partial === true || b.partial === true ? { partial: true } : {}),
  }
}

/** Answers for the certificates under one anchor; the certificates of list signers ask back here, without going in circles. */
export class StatusFinder {
  readonly #options: RevocationOptions
  readonly #context: RevocationContext
  readonly #answers: Map<Certificate, RevocationAnswer> = new Map()
  readonly #vouched: Map<Certificate, boolean> = new Map()
  readonly #asking: Set<Certificate> = new Set()
  readonly #weighing: Set<Certificate> = new Set()

  constructor(data: RevocationData, signatures: SignatureChecks, anchor: TrustAnchor, options: RevocationOptions) {
    this.#options = options
    this.#context = {
      ...data,
      at: options.at,
      now: options.now ?? options.at,
      ...(options.freshness === undefined ? {} : { freshness: options.freshness }),
      compat: options.profile === 'compat',
      signatures,
      anchor,
      candidates: options.candidates,
      vouchFor: (certificate) => this.#vouchFor(certificate),
      isNotRevoked: async (target) => {
        if (this.#asking.has(target.certificate)) return false
        return decide(target.certificate, options.at, await gatherCrls(target, this.#context)).status === 'good'
      },
    }
  }

  /** What some of the data alone say of a certificate; all data still vouch for whoever signed them (E-07). */
  async gatherFrom(target: RevocationTarget, data: Pick<RevocationData, 'crls' | 'ocsps'>): Promise<Gathered> {
    const context = { ...this.#context, crls: data.crls, ocsps: data.ocsps }
    this.#asking.add(target.certificate)
    try {
      return merge(await gatherOcsps(target, context), await gatherCrls(target, context))
    } finally {
      this.#asking.delete(target.certificate)
    }
  }

  async statusOf(target: RevocationTarget): Promise<RevocationAnswer> {
    const { certificate } = target
    const known = this.#answers.get(certificate)
    if (known !== undefined) return known
    // Whoever signs its own innocence proves nothing.
    if (this.#asking.has(certificate))
      return { status: 'unknown', evidence: [], faults: ['its own status depends on it'] }
    this.#asking.add(certificate)
    try {
      const all = merge(await gatherOcsps(target, this.#context), await gatherCrls(target, this.#context))
      const gathered = await this.#withoutRevokedSigners(target, all)
      const answer = this.#demanded(certificate, decide(certificate, this.#options.at, gathered))
      this.#answers.set(certificate, answer)
      return answer
    } finally {
      this.#asking.delete(certificate)
    }
  }

  /** Good data whose signer was revoked between the time asked and the check may be of a later hand: a thief dates them as he likes. */
  async #withoutRevokedSigners(target: RevocationTarget, gathered: Gathered): Promise<Gathered> {
    const evidence: Evidence[] = []
    for (const one of gathered.evidence)
      if (one.status !== 'good' || (await this.signerRevokedSince(one, target)) === undefined) evidence.push(one)
    if (evidence.length === gathered.evidence.length) return gathered
    return { ...gathered, evidence, faults: [...gathered.faults, 'whoever signed it was revoked since'] }
  }

  /**
   * Since when whoever signed the evidence, where that is not the issuer of the certificate itself, is known by the time of the check to be
   * revoked: from then on the data count only where they are proven to be older.
   */
  async signerRevokedSince(evidence: Evidence, target: RevocationTarget): Promise<Date | undefined> {
    const { at, now, candidates } = this.#context
    const times: Date[] = []
    if (now.getTime() <= at.getTime()) return undefined
    for (const certificate of delegatesOf(evidence, target.issuer, candidates)) {
      if (this.#weighing.has(certificate)) continue
      this.#weighing.add(certificate)
      const { issuer, issuerKey } = target
      const own =
        evidence.type === 'ocsp' ? [{ certificate, issuer, issuerKey }] : await this.#targetsAbove(certificate)
      for (const one of own) times.push(...(await this.#revocationsOf(one)))
      this.#weighing.delete(certificate)
    }
    return times.sort((a, b) => a.getTime() - b.getTime())[0]
  }

  /** The signer of a list with the authorities above it. */
  async #targetsAbove(certificate: Certificate): Promise<readonly RevocationTarget[]> {
    const { anchor, candidates, at, signatures, compat } = this.#context
    const found: RevocationTarget[] = []
    const accept = (chain: FoundChain): Promise<readonly Problem[]> => {
      found.push(...targetsOf(chain))
      return Promise.resolve([])
    }
    await buildPath(certificate, { anchors: [anchor], candidates, at, signatures, compat, accept })
    return found
  }

  /** Every revocation of a certificate that the data know at the time of the check. */
  async #revocationsOf(target: RevocationTarget): Promise<readonly Date[]> {
    const context = { ...this.#context, at: this.#context.now }
    const { evidence } = merge(await gatherOcsps(target, context), await gatherCrls(target, context))
    return evidence.flatMap(({ status, revocationTime }) =>
      status === 'revoked' && revocationTime !== undefined ? [revocationTime] : [],
    )
  }

  /** E-01: good only by the kinds of data that the policy demands; revoked by any. */
  #demanded(certificate: Certificate, answer: RevocationAnswer): RevocationAnswer {
    const rule = ruleFor(certificate, this.#options.kinds)
    const good = answer.evidence.filter(({ status }) => status === 'good')
    if (answer.status !== 'good' || satisfies(rule, good)) return answer
    const what = rule === 'both' ? 'a list and a response' : rule === 'crl' ? 'a list' : 'a response'
    return { status: 'unknown', evidence: answer.evidence, faults: [`the policy demands ${what}`] }
  }

  async #vouchFor(certificate: Certificate): Promise<boolean> {
    const known = this.#vouched.get(certificate)
    if (known !== undefined) return known
    // A list that its own signer's certificate names as the place to look may speak about that certificate (PKITS 4.14.30).
    if (this.#asking.has(certificate)) return [...this.#asking].at(-1) === certificate
    const { anchor, candidates, at, signatures, compat } = this.#context
    const accept = async (chain: FoundChain): Promise<readonly Problem[]> => {
      for (const target of targetsOf(chain))
        if (!(await this.#passes(target))) return [problem('X-07', 'REVOCATION_UNUSABLE', 'I')]
      return []
    }
    const { path } = await buildPath(certificate, { anchors: [anchor], candidates, at, signatures, compat, accept })
    // An answer given while others wait may rest on their not being known yet: only a good one is final.
    if (path !== undefined || this.#asking.size <= 1) this.#vouched.set(certificate, path !== undefined)
    return path !== undefined
  }

  async #passes(target: RevocationTarget): Promise<boolean> {
    const answer = await this.statusOf(target)
    if (answer.status !== 'unknown') return answer.status === 'good'
    const given = answer.faults.length > 0 || answer.staleSince !== undefined
    return this.#options.revocation === 'prefer' && !given
  }
}

/** Every certificate of a chain below its anchor with its issuer, the leaf first. */
export function targetsOf({ entries, issuerKeys }: FoundChain): readonly RevocationTarget[] {
  return issuerKeys.map((issuerKey, index) => ({
    certificate: entries[index]!.certificate,
    issuer: entries[index + 1]!.certificate,
    issuerKey,
  }))
}

/** One piece of evidence as the report shows it. */
export async function describeEvidence(certificate: Certificate, evidence: Evidence): Promise<Revocation> {
  const { type, status, thisUpdate, nextUpdate, producedAt, revocationTime, reason, source } = evidence
  return {
    certificate: await certificateSha256(certificate),
    type,
    status,
    thisUpdate: thisUpdate.toISOString(),
    nextUpdate: nextUpdate?.toISOString() ?? null,
    ...(producedAt === undefined ? {} : { producedAt: producedAt.toISOString() }),
    ...(revocationTime === undefined ? {} : { revocationTime: revocationTime.toISOString() }),
    ...(reason === undefined || revocationTime === undefined ? {} : { reason: reasonName(reason) }),
    sha256: await sha256Of(source.der),
  }
}

/** Every certificate of whoever signed a list or response, where that is not the issuer of the certificate itself. */
function delegatesOf(
  { source, signer }: Evidence,
  issuer: Certificate,
  candidates: readonly Candidate[],
): readonly Certificate[] {
  if (equalBytes(signer.spki, issuer.spki)) return []
  const inside = source instanceof OcspResponse ? source.certificates : []
  return [...inside, ...candidates.map(({ certificate }) => certificate)].filter(({ spki }) =>
    equalBytes(spki, signer.spki),
  )
}

/** Whoever signed a list or response, where that is not the issuer of the certificate itself. */
export function delegateOf(
  evidence: Evidence,
  issuer: Certificate,
  candidates: readonly Candidate[],
): Certificate | undefined {
  return delegatesOf(evidence, issuer, candidates)[0]
}

/** 5.4: the signer of the data has expired, so that the data may be of a later hand. */
function checkDataSigner(evidence: Evidence, target: RevocationTarget, options: RevocationOptions): readonly Problem[] {
  if (options.dataSigners !== 'now') return []
  const delegate = delegateOf(evidence, target.issuer, options.candidates)
  if (delegate === undefined || delegate.isValidAt(options.now ?? options.at)) return []
  const args = { subject: delegate.subject.toString(), limit: delegate.notAfter.toISOString() }
  return [problem('E-09', 'REVOCATION_SIGNER_EXPIRED', 'I', args, 'REVOCATION_OUT_OF_BOUNDS_NO_POE')]
}

/** C-16 for the signature on a list or response that decided: at the time of the check, since nothing here says that it is older (E-04). */
function checkEvidence(
  { source, signer, thisUpdate, producedAt }: Evidence,
  subject: string,
  options: RevocationOptions,
): readonly Problem[] {
  const problems: Problem[] = []
  if (producedAt !== undefined && producedAt.getTime() < thisUpdate.getTime())
    problems.push(problem('X-08', 'OCSP_PRODUCED_EARLY', 'W', { subject }))
  if (options.algorithms === 'any') return problems
  const scheme = verifySchemeOf(source.signatureAlgorithm, (signer satisfies VerifyKey).info)
  const age =
    'rule' in scheme
      ? []
      : checkSignatureAge(scheme, signer.info, options.now ?? options.at, subject, options.catalogue)
  return [...problems, ...age]
}

/** No answer: too old, unusable, partial or missing (X-09, 5.4). What was given and cannot be read may be the answer that is missing. */
function unknownProblem(
  subject: string,
  { faults, staleSince, partial }: Gathered,
  { revocation }: RevocationOptions,
  unreadable: readonly Problem[],
): readonly Problem[] {
  if (staleSince !== undefined) {
    const args = { subject, nextUpdate: staleSince.toISOString() }
    return [problem('X-09', 'REVOCATION_STALE', 'I', args, 'TRY_LATER')]
  }
  if (faults.length > 0)
    return [problem('X-07', 'REVOCATION_UNUSABLE', 'I', { subject, detail: faults.join('; ') }, GENERAL)]
  if (partial === true) return [problem('X-07', 'REVOCATION_INCOMPLETE_REASONS', 'I', { subject }, GENERAL)]
  if (revocation === 'prefer') {
    if (unreadable.length === 0) return [problem('X-09', 'REVOCATION_MISSING', 'note', { subject })]
    const detail = unreadable.map(({ args }) => args['detail']).join('; ')
    return [problem('X-07', 'REVOCATION_UNUSABLE', 'I', { subject, detail }, GENERAL)]
  }
  return [problem('X-09', 'REVOCATION_MISSING', 'I', { subject }, GENERAL)]
}

function revokedProblem(subject: string, evidence: Evidence, leaf: boolean, at: Date): Problem {
  const { revocationTime, reason = 0, status } = evidence
  const args = { subject, revokedAt: revocationTime!.toISOString(), reason: reasonName(reason), at: at.toISOString() }
  if (status === 'hold') return problem('X-07', 'CERT_ON_HOLD', 'I', args, 'TRY_LATER')
  return problem('X-07', 'CERT_REVOKED', 'I', args, leaf ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE')
}

/** The revocation status of every certificate of a chain below its anchor. @throws LimitError VERIFICATIONS */
export async function checkChainRevocation(
  chain: FoundChain,
  data: RevocationData,
  signatures: SignatureChecks,
  options: RevocationOptions,
): Promise<ChainRevocation> {
  const problems: Problem[] = []
  const revocation: Revocation[] = []
  const revokedAt: { leaf?: Date; ca?: Date } = {}
  let leafIsGood = false
  if (options.revocation === 'none') return { problems, revocation, leafIsGood }
  // Certificates of the chain may sign lists themselves.
  const own = chain.entries.filter(
    (entry) => !options.candidates.some(({ certificate }) => certificate === entry.certificate),
  )
  const finder = new StatusFinder(data, signatures, chain.anchor, {
    ...options,
    candidates: [...options.candidates, ...own],
  })
  for (const [index, target] of targetsOf(chain).entries()) {
    const leaf = index === 0
    if (ruleFor(target.certificate, options.kinds) === 'none') continue
    const subject = target.certificate.subject.toString()
    const answer = await finder.statusOf(target)
    for (const evidence of answer.evidence) revocation.push(await describeEvidence(target.certificate, evidence))
    if (answer.status === 'unknown') problems.push(...unknownProblem(subject, answer, options, data.problems))
    else if (answer.status === 'good') {
      if (leaf) leafIsGood = true
      problems.push(
        ...answer.evidence.flatMap((evidence) => checkEvidence(evidence, subject, options)),
        ...(leaf ? answer.evidence.flatMap((evidence) => checkDataSigner(evidence, target, options)) : []),
      )
    } else {
      problems.push(revokedProblem(subject, answer.deciding, leaf, options.at))
      const time = answer.deciding.revocationTime!
      if (leaf) revokedAt.leaf = time
      else if (revokedAt.ca === undefined || time < revokedAt.ca) revokedAt.ca = time
    }
  }
  return {
    problems,
    revocation,
    leafIsGood,
    ...(revokedAt.leaf === undefined ? {} : { revokedAt: revokedAt.leaf }),
    ...(revokedAt.ca === undefined ? {} : { caRevokedAt: revokedAt.ca }),
  }
}
