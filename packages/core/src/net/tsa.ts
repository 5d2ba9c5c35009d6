// RFC 3161 over HTTP (T2): the addresses are the operator's, so they may be anywhere; redirects stay on their host.
import { randomBytes } from 'node:crypto'
import { CountersignError } from '../error.ts'
import type { TimestampAuthority } from '../tsp/authority.ts'
import { createTimestampClient } from '../tsp/client.ts'
import type { TimestampClientOptions, TimestampSource } from '../tsp/client.ts'
import { tsaError } from '../tsp/tsa-error.ts'
import type { TlsOptions } from './exchange.ts'
import { createFetcher } from './fetcher.ts'
import type { Fetcher, FetcherOptions } from './fetcher.ts'
import { shortUrl } from './target.ts'

/** What a TSA wants to see before it answers: header fields, or a certificate of ours. */
export interface TsaCredentials {
  /** Such as `{ authorization: 'Bearer ...' }`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly tls?: TlsOptions
}

/** One TSA over HTTP. */
export interface TsaOptions {
  /** http or https; any host and port, also an internal one. */
  readonly url: string
  /** Called before each question; Basic, Bearer and mutual TLS alike. */
  readonly authenticate?: (url: string) => TsaCredentials | Promise<TsaCredentials>
  readonly policy?: string
  /** Milliseconds for one try; default 30 000, at most 180 000 (T2, PKI-07). */
  readonly timeoutMilliseconds?: number
  readonly tries?: number
  readonly parallel?: number
  readonly perMinute?: number
}

export interface HttpTimestampOptions extends Omit<TimestampClientOptions, 'sources' | 'now' | 'random'> {
  /** Default: the clock of the system. */
  readonly now?: () => Date
  /** Default: random bytes of the system. */
  readonly random?: (length: number) => Uint8Array
  /** For tests: how to resolve and connect. */
  readonly network?: Pick<FetcherOptions, 'resolve' | 'connect' | 'connectMilliseconds'>
}

const MAX_BYTES = 64 * 1024
const MAX_MILLISECONDS = 180_000

/** Names for users: the host and path, never a query that may hold a token. */
function idOf(url: string): string {
  if (!URL.canParse(url)) throw new CountersignError('ARGUMENT_INVALID', `not the URL of a TSA: ${shortUrl(url)}`)
  const { protocol, username, password, origin, pathname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new CountersignError('ARGUMENT_INVALID', `a TSA is asked over http or https: ${shortUrl(url)}`)
  if (username !== '' || password !== '')
    throw new CountersignError('ARGUMENT_INVALID', 'the URL of a TSA holds no credentials: use `authenticate`')
  return shortUrl(`${origin}${pathname}`)
}

function fetcherFor(url: string, network: HttpTimestampOptions['network']): Fetcher {
  return createFetcher({ ...network, allowHosts: [new URL(url).host], totalMilliseconds: MAX_MILLISECONDS })
}

/**
 * A body above the cap is an answer of the TSA, not a fault of the way to it. Neither keeps the error of the fetch: its URL may hold a token
 * in the query, and causes are printed.
 */
function answerError(error: unknown): unknown {
  if (!(error instanceof CountersignError) || !error.code.startsWith('FETCH_')) return error
  const code = error.details['limit'] === undefined ? 'TSA_UNREACHABLE' : 'TSA_REPLY_INVALID'
  return tsaError(code, String(error.details['reason']))
}

function sourceOf(tsa: TsaOptions, network: HttpTimestampOptions['network']): TimestampSource {
  const { url, authenticate, ...limits } = tsa
  const id = idOf(url)
  const fetch = fetcherFor(url, network)
  const ask: TimestampSource['ask'] = async (body, signal) => {
    const credentials = (await authenticate?.(url)) ?? {}
    try {
      return await fetch({
        url,
        body,
        contentType: 'application/timestamp-query',
        headers: { accept: 'application/timestamp-reply', ...credentials.headers },
        ...(credentials.tls === undefined ? {} : { tls: credentials.tls }),
        redirects: 'same-host',
        maxBytes: MAX_BYTES,
        signal,
      })
    } catch (error) {
      throw answerError(error)
    }
  }
  return { id, ask, ...limits }
}

/**
 * TSAs over HTTP, asked in this order until one gives a token that passes every check (T1 to T6).
 *
 * @param authorities URLs, or URLs with their own timeout, policy and authentication
 * @throws CountersignError ARGUMENT_INVALID for something that is no http(s) URL. What it gives throws TSA_FAILED, ABORTED
 * @example
 * ```ts
 * const tsa = httpTimestampAuthority(['http://tsa.example/tsr', { url: 'http://tsa.gov.example', timeoutMilliseconds: 180_000 }])
 * const { bytes } = await sign(pdf, { signer, level: 'B-T', tsa })
 * ```
 */
export function httpTimestampAuthority(
  authorities: readonly (string | TsaOptions)[],
  options: HttpTimestampOptions = {},
): TimestampAuthority {
  const { network, ...client } = options
  const sources = authorities.map((one) => sourceOf(typeof one === 'string' ? { url: one } : one, network))
  return createTimestampClient({
    random: randomBytes,
    now: () => new Date(),
    ...client,
    sources,
  })
}
