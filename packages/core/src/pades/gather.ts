// Checking a chain, asking the caller's source for what was missing, and checking again. The check itself stays pure.
import { problem, type Problem } from '../problem.ts'
import { checkCertificateChain, type ChainOptions, type ChainResult } from '../validation/certificate.ts'
import type { FoundData, MissingData, NetworkBudget, RevocationSource } from '../validation/revocation.ts'
import type { Certificate } from '../x509/certificate.ts'
import { certificateSha256 } from '../x509/identity.ts'

/** SEC-05, L-24. */
const FETCHES = 8
const REQUESTS = 20
const MILLISECONDS = 10_000
/** Each round climbs one certificate or tries the next kind of data; FETCHES ends it anyway. */
const MAX_ROUNDS = 12

/** Revocation is not settled for one certificate of a chain that holds otherwise. */
const UNSETTLED: ReadonlySet<string> = new Set([
  'REVOCATION_MISSING',
  'REVOCATION_STALE',
  'REVOCATION_UNUSABLE',
  'REVOCATION_INCOMPLETE_REASONS',
])

/** What a check lacked: the issuer of the last certificate, or revocation data for some of the path. */
function missingIn({ path, problems }: ChainResult): readonly MissingData[] {
  const last = path.at(-1)
  if (last === undefined) return []
  if (!last.anchor) return [{ certificate: last.certificate.der }]
  const subjects = new Set(problems.flatMap(({ code, args }) => (UNSETTLED.has(code) ? [args['subject']] : [])))
  return path.slice(0, -1).flatMap(({ certificate }, index) => {
    const issuer = path[index + 1]!.certificate.der
    return subjects.has(certificate.subject.toString()) ? [{ certificate: certificate.der, issuer }] : []
  })
}

/** The caller's material together with what its source found for one document, or one certificate. */
export class Gathering implements RevocationSource {
  readonly certificates: readonly Uint8Array[]
  /** Certificates that the source found. */
  readonly fetched: Uint8Array[] = []
  readonly crls: Uint8Array[]
  readonly ocsps: Uint8Array[]
  readonly #source: RevocationSource
  readonly #signal: AbortSignal | undefined
  readonly #budget: NetworkBudget = {
    fetches: FETCHES,
    requests: REQUESTS,
    milliseconds: MILLISECONDS,
    asked: new Set(),
  }
  readonly #accept: ((sha256: ReadonlySet<string>) => void)[] = []

  constructor(source: RevocationSource = {}, signal?: AbortSignal) {
    this.#source = source
    this.#signal = signal
    this.certificates = source.certificates ?? []
    this.crls = [...(source.crls ?? [])]
    this.ocsps = [...(source.ocsps ?? [])]
  }

  /** Checks a chain with what is at hand, and again as long as the source finds what was missing. */
  async check(leaf: Certificate, options: () => ChainOptions): Promise<ChainResult> {
    let result = await checkCertificateChain(leaf, options())
    if (this.#source.find === undefined) return result
    const notes: Problem[] = []
    this.#budget.fetches = FETCHES
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const missing = missingIn(result)
      if (missing.length === 0 || !(await this.#find(missing, notes))) break
      result = await checkCertificateChain(leaf, options())
    }
    await this.#keep(result)
    return { ...result, problems: [...result.problems, ...notes] }
  }

  /** True when something came that was not there before. */
  async #find(missing: readonly MissingData[], notes: Problem[]): Promise<boolean> {
    if (this.#source.find === undefined) return false
    let found: FoundData
    try {
      const signal = this.#signal === undefined ? {} : { signal: this.#signal }
      found = await this.#source.find({ missing, budget: this.#budget, ...signal })
    } catch (error) {
      if ((error as { code?: unknown } | undefined)?.code === 'ABORTED') throw error
      // A source that fails is a source without an answer (fail closed).
      notes.push(problem('X-10', 'FETCH_FAILED', 'note', { url: '', detail: 'the source failed' }))
      return false
    }
    const { certificates = [], crls = [], ocsps = [], problems, accept } = found
    this.fetched.push(...certificates)
    this.crls.push(...crls)
    this.ocsps.push(...ocsps)
    notes.push(...problems)
    if (accept !== undefined) this.#accept.push(accept)
    return certificates.length + crls.length + ocsps.length > 0
  }

  /** SEC-06: only what a check accepted may be kept for later. */
  async #keep({ path, revocation, indication }: ChainResult): Promise<void> {
    if (this.#accept.length === 0) return
    const certificates = indication === 'PASSED' ? path : []
    const hashes = await Promise.all(certificates.map((entry) => certificateSha256(entry.certificate)))
    const accepted = new Set([...hashes, ...revocation.map(({ sha256 }) => sha256)])
    for (const accept of this.#accept) accept(accepted)
  }
}
