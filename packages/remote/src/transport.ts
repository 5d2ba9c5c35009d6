import { CountersignError } from '@countersign/core'

/** `fetch` as the platform has it; give one with a client certificate or a proxy where the provider wants it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface TransportOptions {
  /** Base address; paths of the protocol are appended. `https:`, and `http:` on loopback only. */
  readonly url: string
  readonly fetch?: Fetch
  /** Milliseconds for one request. Default 30 000. */
  readonly requestMilliseconds?: number
}

export interface Call {
  readonly path: string
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** Reply of a provider: JSON that nobody has checked yet. */
export interface Reply {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
}

/** Larger replies than this are of no provider: certificates and signatures are a few KiB. */
const MOST_BYTES = 4 * 1024 * 1024
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

function addressOf(base: string, path: string): string {
  const url = new URL(path, base.endsWith('/') ? base : `${base}/`)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.has(url.hostname)))
    throw new CountersignError('ARGUMENT_INVALID', 'a signing service is asked over https only', {
      details: { host: url.host },
    })
  return url.href
}

function unreachable(cause: unknown, signal: AbortSignal | undefined): CountersignError {
  if (signal?.aborted === true)
    return new CountersignError('ABORTED', 'cancelled; whether the service has signed is not known')
  if (cause instanceof CountersignError) return cause
  if ((cause as { name?: unknown }).name === 'TimeoutError')
    return new CountersignError('TIMEOUT', 'the signing service did not answer in time', { retryable: true })
  return new CountersignError('REMOTE_UNREACHABLE', 'the signing service cannot be reached', { retryable: true, cause })
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    size += part.value.length
    if (size > MOST_BYTES) {
      await reader?.cancel()
      throw new CountersignError('REMOTE_REPLY_INVALID', 'the reply of the signing service is too large')
    }
    chunks.push(part.value)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let json: unknown
  try {
    json = text === '' ? {} : JSON.parse(text)
  } catch {
    throw new CountersignError('REMOTE_REPLY_INVALID', 'the reply of the signing service is no JSON', {
      retryable: true,
    })
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new CountersignError('REMOTE_REPLY_INVALID', 'the reply of the signing service is no JSON object')
  return json as Readonly<Record<string, unknown>>
}

/** Posts JSON; an error status is a reply like any other. @throws CountersignError TIMEOUT, REMOTE_*, ABORTED */
export async function post(options: TransportOptions, { path, body, headers, signal }: Call): Promise<Reply> {
  if (signal?.aborted === true) throw new CountersignError('ABORTED', 'signing was cancelled')
  const url = addressOf(options.url, path)
  const timeout = AbortSignal.timeout(options.requestMilliseconds ?? 30_000)
  try {
    const response = await (options.fetch ?? fetch)(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify(body),
      // secrets are for this host only
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
    const text = await readBounded(response)
    // a gateway's own pages are not JSON: their status says more than their text
    if (response.status >= 500)
      throw new CountersignError('REMOTE_UNREACHABLE', `the signing service answered ${response.status}`, {
        retryable: true,
        details: { status: response.status },
      })
    return { status: response.status, json: parseObject(text) }
  } catch (cause) {
    throw unreachable(cause, signal)
  }
}

/** Waits between two questions; ends early when cancelled. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(
        new CountersignError('ABORTED', 'cancelled while the signer was asked; whether the service signs is not known'),
      )
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    if (signal?.aborted === true) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}
