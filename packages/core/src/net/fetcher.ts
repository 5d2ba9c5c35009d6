// The one guarded fetcher (SEC-02 to SEC-05, X-10): for addresses found in documents, certificates and redirects.
import { lookup } from 'node:dns/promises'
import { rootCertificates } from 'node:tls'
import { CountersignError } from '../error.ts'
import { isAddress, isPublicAddress } from './address.ts'
import { connectSocket, exchange, failed } from './exchange.ts'
import type { Connect, TlsOptions } from './exchange.ts'
import { createTunnel } from './proxy.ts'
import { parseAllowedHost, parseTarget, shortUrl } from './target.ts'
import type { AllowedHost, Target } from './target.ts'

/** All addresses of a name; asked once for each request. */
export type Resolve = (host: string) => Promise<readonly string[]>

export interface FetcherOptions {
  /** `HOST` or `HOST:PORT` that the operator names: exempt from the address check (SEC-04), such as an internal CA. */
  readonly allowHosts?: readonly string[]
  /** Default: the resolver of the system. */
  readonly resolve?: Resolve
  /** Default: TCP. */
  readonly connect?: Connect
  /** Egress proxy of the operator, `http://[USER:PASSWORD@]HOST:PORT`; default none, whatever the environment says (SEC-03). */
  readonly proxy?: string
  /** PEM of authorities for https beside those of Node, such as that of an internal CA. */
  readonly authorities?: readonly string[]
  /** Milliseconds, default 3000 (SEC-05). */
  readonly connectMilliseconds?: number
  /** Milliseconds for one fetch with all its redirects, default 10 000 (SEC-05). */
  readonly totalMilliseconds?: number
}

export interface FetchRequest {
  readonly url: string
  /** POST with this body; GET without. */
  readonly body?: Uint8Array
  readonly contentType?: string
  /** Further header fields, such as those of an authentication; sent to the first host only. */
  readonly headers?: Readonly<Record<string, string>>
  /** Own certificate and trust for TLS, to the first host only. */
  readonly tls?: TlsOptions
  /** `same-host`: a redirect to another host is refused (T2). Default `any`. */
  readonly redirects?: 'any' | 'same-host'
  readonly maxBytes: number
  /** Milliseconds left to the caller, when that is less than the fetcher's own limit. */
  readonly milliseconds?: number
  /** Called before each request, redirects included; throws to refuse it (L-24). */
  readonly onRequest?: () => void
  readonly signal?: AbortSignal
}

/** Fetches bytes from a URL that a stranger chose. @throws CountersignError FETCH_REFUSED, FETCH_FAILED, ABORTED */
export type Fetcher = (request: FetchRequest) => Promise<Uint8Array>

const MAX_REDIRECTS = 3
const CONNECT_MILLISECONDS = 3_000
const TOTAL_MILLISECONDS = 10_000

async function resolveBySystem(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

/** Rejects with the signal's end: a resolver cannot be interrupted, only left alone. */
function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('not in time'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** The address to connect to: every answer is checked, and the checked one is used (SEC-03). */
async function checkedAddress(target: Target, resolve: Resolve, signal: AbortSignal): Promise<string> {
  let addresses: readonly string[]
  try {
    addresses = isAddress(target.host) ? [target.host] : await within(resolve(target.host), signal)
  } catch (error) {
    throw failed(target, 'its name was not resolved', error)
  }
  const [first] = addresses
  if (first === undefined) throw failed(target, 'its name has no address')
  if (!target.exempt && !addresses.every(isPublicAddress)) {
    const url = shortUrl(target.url)
    const reason = 'its address is not public'
    throw new CountersignError('FETCH_REFUSED', `${url} is not asked: ${reason}.`, { details: { url, reason } })
  }
  return first
}

/** Where a redirect leads; never to another scheme. */
function follow(target: Target, location: string, allowed: readonly AllowedHost[]): Target {
  let url: string
  try {
    url = new URL(location, target.url).href
  } catch {
    throw failed(target, 'it redirects to nowhere')
  }
  // An absolute address is judged as it is written, not as it was rewritten.
  const next = parseTarget(URL.canParse(location) ? location : url, allowed)
  if (next.scheme !== target.scheme) {
    const details = { url: shortUrl(next.url), reason: 'a redirect to another scheme' }
    throw new CountersignError('FETCH_REFUSED', `${details.url} is not asked: ${details.reason}.`, { details })
  }
  return next
}

function sameHost(a: Target, b: Target): boolean {
  return a.host === b.host && a.port === b.port
}

/**
 * A fetcher that connects to public addresses only, and to the hosts that the operator names. It resolves once, checks every
 * address, connects to the one it checked, and does the same again for at most three redirects.
 *
 * @throws CountersignError ARGUMENT_INVALID for a host that cannot be allowed
 * @example
 * ```ts
 * const fetch = createFetcher({ allowHosts: ['ca.so.example:8080'] })
 * const crl = await fetch({ url: 'http://ca.so.example:8080/ca.crl', maxBytes: 64 * 1024 * 1024 })
 * ```
 */
export function createFetcher(options: FetcherOptions = {}): Fetcher {
  const allowed = (options.allowHosts ?? []).map(parseAllowedHost)
  const resolve = options.resolve ?? resolveBySystem
  const connect = options.connect ?? connectSocket
  const connectMilliseconds = options.connectMilliseconds ?? CONNECT_MILLISECONDS
  const limit = options.totalMilliseconds ?? TOTAL_MILLISECONDS
  const tunnel = options.proxy === undefined ? undefined : createTunnel(options.proxy, { resolve, connect })
  const common = options.authorities === undefined ? {} : { ca: [...rootCertificates, ...options.authorities] }

  const run = async (request: FetchRequest, signal: AbortSignal): Promise<Uint8Array> => {
    const { body, contentType, maxBytes } = request
    const first = parseTarget(request.url, allowed)
    let target = first
    for (let redirects = 0; ; redirects++) {
      request.onRequest?.()
      const address = await checkedAddress(target, resolve, signal)
      const reply = await exchange({
        target,
        address,
        body,
        contentType,
        // Secrets are for the host they were given for.
        ...(sameHost(target, first)
          ? { headers: request.headers, tls: { ...common, ...request.tls } }
          : { tls: common }),
        maxBytes,
        connectMilliseconds,
        signal,
        connect,
        tunnel,
      })
      if ('body' in reply) return reply.body
      if (redirects === MAX_REDIRECTS) throw failed(target, 'it redirects too often')
      // 303 turns a question into a GET, which asks something else.
      if (body !== undefined && reply.status === 303) throw failed(target, 'it redirects a question')
      target = follow(target, reply.location, allowed)
      if (request.redirects === 'same-host' && !sameHost(target, first))
        throw failed(first, 'it redirects to another host')
    }
  }
  return async (request) => {
    const left = Math.min(limit, request.milliseconds ?? limit)
    // Whole milliseconds: others are refused as a timeout.
    const clock = AbortSignal.timeout(Math.max(1, Math.ceil(left)))
    const signal = request.signal === undefined ? clock : AbortSignal.any([clock, request.signal])
    try {
      return await run(request, signal)
    } catch (error) {
      if (request.signal?.aborted === true) throw new CountersignError('ABORTED', 'The fetch was aborted.')
      throw error
    }
  }
}
