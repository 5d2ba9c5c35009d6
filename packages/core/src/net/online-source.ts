// Issuers, OCSP responses and lists from where certificates say they are. Candidates only: core checks everything afterwards.
import { createHash, randomBytes } from 'node:crypto'
import { OID } from '../der/oids.ts'
import { CountersignError, LimitError } from '../error.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { FindRequest, FoundData, MissingData, RevocationSource } from '../validation/revocation.ts'
import { decodePem, readCertificates } from '../validation/trust.ts'
import { Certificate } from '../x509/certificate.ts'
import { Crl } from '../x509/crl.ts'
import type { AccessDescription, DistributionPoint } from '../x509/extensions.ts'
import type { GeneralName } from '../x509/general-name.ts'
import { OcspResponse } from '../x509/ocsp.ts'
import { AnswerCache } from './cache.ts'
import type { Proposal } from './cache.ts'
import { createFetcher } from './fetcher.ts'
import type { Fetcher, FetcherOptions } from './fetcher.ts'
import { encodeOcspRequest, repeatsNonce } from './ocsp-request.ts'
import { shortUrl } from './target.ts'

export interface OnlineOptions extends FetcherOptions {
  /** Default: the clock of the system; for what is kept only. */
  readonly now?: () => Date
  /** Random bytes for nonces; default: those of the system. */
  readonly random?: (length: number) => Uint8Array
}

/** SEC-05, L-18. */
const MAX_CRL = 64 * 1024 * 1024
const MAX_OCSP = 256 * 1024
const MAX_AIA = 64 * 1024
/** A certificate names a few places; more is an attack on the budget. */
const MAX_PLACES = 3
/** A silent responder must leave time for the list that is asked instead. */
const SMALL_MILLISECONDS = 4_000
const NONCE_LENGTH = 32
const DAY = 24 * 3_600_000

type Kind = 'crl' | 'ocsp' | 'issuer'

interface Context {
  readonly fetch: Fetcher
  readonly cache: AnswerCache
  readonly now: () => Date
  readonly random: (length: number) => Uint8Array
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** http(s) addresses; ldap and others are not asked. */
function addresses(names: readonly GeneralName[]): readonly string[] {
  const urls = names.flatMap((name) => (name.kind === 'uri' ? [name.value] : []))
  return urls.filter((url) => url.slice(0, 4).toLowerCase() === 'http').slice(0, MAX_PLACES)
}

function accessPlaces(descriptions: readonly AccessDescription[] | undefined, method: string): readonly string[] {
  const found = descriptions?.filter((one) => one.method === method) ?? []
  return addresses(found.map(({ location }) => location))
}

function access(certificate: Certificate, method: string): readonly string[] {
  return accessPlaces(certificate.authorityInfoAccess, method)
}

function placesOf(points: readonly DistributionPoint[]): readonly string[] {
  return points
    .flatMap(({ name }) => (name !== undefined && 'full' in name ? addresses(name.full).slice(0, MAX_PLACES) : []))
    .slice(0, MAX_PLACES)
}

/** Parts of the answer to one FindRequest. */
class Finding {
  readonly #context: Context
  readonly #request: FindRequest
  readonly #proposals: Proposal[] = []
  readonly #problems: Problem[] = []
  readonly #found: { certificates: Uint8Array[]; crls: Uint8Array[]; ocsps: Uint8Array[] } = {
    certificates: [],
    crls: [],
    ocsps: [],
  }

  constructor(context: Context, request: FindRequest) {
    this.#context = context
    this.#request = request
  }

  async run(): Promise<FoundData> {
    for (const missing of this.#request.missing) await this.#look(missing)
    const { cache, now } = this.#context
    const accept = (hashes: ReadonlySet<string>): void => cache.accept(this.#proposals, hashes, now().getTime())
    return { ...this.#found, problems: this.#problems, accept }
  }

  async #look({ certificate, issuer }: MissingData): Promise<void> {
    const subject = Certificate.parse(certificate)
    if (issuer === undefined) return this.#lookForIssuer(subject)
    // A responder knows the present state; a list of yesterday is the second choice (SEC-05 counts both).
    if (await this.#askResponder(subject, Certificate.parse(issuer))) return
    await this.#lookForList(subject)
  }

  async #lookForIssuer(certificate: Certificate): Promise<void> {
    const until = this.#context.now().getTime() + DAY
    for (const url of access(certificate, OID.accessCaIssuers)) {
      const got = await this.#get('issuer', url, `GET ${url}`, { maxBytes: MAX_AIA }, (bytes) => {
        const parsed = readCertificates(bytes).map((der) => Certificate.parse(der))
        return parsed.map(({ der }) => ({ bytes: der, until }))
      })
      if (got) return
    }
  }

  /** True when a response came that may serve. */
  async #askResponder(certificate: Certificate, issuer: Certificate): Promise<boolean> {
    for (const url of access(certificate, OID.accessOcsp)) {
      const question = encodeOcspRequest(certificate, issuer, this.#context.random(NONCE_LENGTH))
      const about = sha256(certificate.der)
      const body = { body: question.der, contentType: 'application/ocsp-request', maxBytes: MAX_OCSP }
      const responders: Certificate[] = []
      const got = await this.#get('ocsp', url, `POST ${url} ${about}`, body, (bytes) => {
        const response = OcspResponse.parse(bytes)
        if (!repeatsNonce(response, question)) throw new Error('it answers another question (nonce)')
        responders.push(...response.certificates.filter(({ extensions }) => !extensions.has(OID.ocspNoCheck)))
        return [{ bytes: response.der, until: nextUpdateOf(response).getTime() }]
      })
      if (!got) continue
      // A responder without nocheck needs its own status, by lists only.
      for (const responder of responders.slice(0, 1)) await this.#lookForList(responder)
      return true
    }
    return false
  }

  /** All lists: they may cover different reasons. Then what is newer than they, and whoever signs for another issuer. */
  async #lookForList(certificate: Certificate): Promise<void> {
    const lists = await this.#fetchLists(placesOf(certificate.distributionPoints ?? []))
    const newer = [...(certificate.freshestCrl ?? []), ...lists.flatMap(({ freshestCrl }) => freshestCrl ?? [])]
    await this.#fetchLists(placesOf(newer))
    for (const list of lists) if (!list.issuer.equals(certificate.issuer)) await this.#lookForSigner(list)
  }

  async #fetchLists(urls: readonly string[]): Promise<readonly Crl[]> {
    const lists: Crl[] = []
    for (const url of urls) {
      await this.#get('crl', url, `GET ${url}`, { maxBytes: MAX_CRL }, (bytes) =>
        // PKI-08: PEM as some CAs publish them.
        decodePem(bytes, 'X509 CRL', 'CRL').map((der) => {
          const list = Crl.parse(der)
          lists.push(list)
          return { bytes: der, until: list.nextUpdate?.getTime() ?? 0 }
        }),
      )
    }
    return lists
  }

  /** The certificate of an indirect list's issuer, where the list says it is (RFC 5280 5.2.7), and its own status. */
  async #lookForSigner(list: Crl): Promise<void> {
    const signers: Certificate[] = []
    const until = this.#context.now().getTime() + DAY
    for (const url of accessPlaces(list.authorityInfoAccess, OID.accessCaIssuers)) {
      await this.#get('issuer', url, `GET ${url}`, { maxBytes: MAX_AIA }, (bytes) =>
        readCertificates(bytes).map((der) => {
          signers.push(Certificate.parse(der))
          return { bytes: der, until }
        }),
      )
    }
    for (const signer of signers.slice(0, 1))
      for (const url of placesOf(signer.distributionPoints ?? [])) await this.#fetchLists([url])
  }

  /** Asks one place, once. What came is recognised by its content, never by its header. True when it gave something. */
  async #get(
    kind: Kind,
    url: string,
    question: string,
    how: { readonly maxBytes: number; readonly body?: Uint8Array; readonly contentType?: string },
    read: (bytes: Uint8Array) => readonly { readonly bytes: Uint8Array; readonly until: number }[],
  ): Promise<boolean> {
    const { asked } = this.#request.budget
    if (asked.has(question)) return false
    asked.add(question)
    const place = { crl: this.#found.crls, ocsp: this.#found.ocsps, issuer: this.#found.certificates }[kind]
    const kept = this.#context.cache.get(question, this.#context.now().getTime())
    if (kept !== undefined && this.#request.newerThan === undefined) {
      place.push(kept)
      return true
    }
    const bytes = await this.#fetch(url, how)
    if (bytes === undefined) return false
    try {
      const parts = read(bytes)
      if (parts.length === 0) throw new Error('it holds nothing of the kind')
      for (const part of parts) {
        place.push(part.bytes)
        if (parts.length === 1) this.#proposals.push({ ...part, question, sha256: sha256(part.bytes) })
      }
      return true
    } catch (error) {
      this.#note('FETCH_UNUSABLE', url, (error as Error).message)
      return false
    }
  }

  async #fetch(
    url: string,
    how: { readonly maxBytes: number; readonly body?: Uint8Array; readonly contentType?: string },
  ): Promise<Uint8Array | undefined> {
    const { budget, signal } = this.#request
    const started = performance.now()
    try {
      if (budget.fetches <= 0 || budget.milliseconds <= 0) throw exhausted()
      budget.fetches--
      return await this.#context.fetch({
        ...how,
        url,
        milliseconds:
          how.maxBytes === MAX_CRL ? budget.milliseconds : Math.min(SMALL_MILLISECONDS, budget.milliseconds),
        onRequest: () => {
          if (budget.requests <= 0) throw exhausted()
          budget.requests--
        },
        ...(signal === undefined ? {} : { signal }),
      })
    } catch (error) {
      if (!(error instanceof CountersignError) || error.code === 'ABORTED') throw error
      this.#note(error.code, url, String(error.details['reason'] ?? error.message))
      return undefined
    } finally {
      budget.milliseconds -= performance.now() - started
    }
  }

  #note(code: string, url: string, detail: string): void {
    this.#problems.push(problem('X-10', code, 'note', { url: shortUrl(url), detail }))
  }
}

function exhausted(): LimitError {
  return new LimitError('NETWORK', 'Too much would have to be fetched.')
}

/** Earliest time at which one of its answers is out of date; without nextUpdate nothing is kept. */
function nextUpdateOf({ responses }: OcspResponse): Date {
  return new Date(Math.min(...responses.map(({ nextUpdate }) => nextUpdate?.getTime() ?? 0)))
}

/**
 * A source that asks the places named in certificates: issuers (AIA), OCSP with a nonce, lists (CRL distribution points).
 * Every request goes through the one guarded fetcher; what comes back is a candidate that core checks, and is kept until
 * its nextUpdate once a check accepted it. Use one source for many verifications.
 *
 * @throws CountersignError ARGUMENT_INVALID for a host that cannot be allowed
 * @example
 * ```ts
 * const sources = onlineSource({ allowHosts: ['ca.internal.example'] })
 * const report = await verify(bytes, { trust, sources })
 * ```
 */
export function onlineSource(options: OnlineOptions = {}): RevocationSource {
  const context: Context = {
    fetch: createFetcher(options),
    cache: new AnswerCache(),
    now: options.now ?? (() => new Date()),
    random: options.random ?? randomBytes,
  }
  return { find: (request) => new Finding(context, request).run() }
}
