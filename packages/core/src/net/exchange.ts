// One HTTP request over one connection to one checked address. No agent, no second look-up, no proxy but the operator's.
import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect as netConnect } from 'node:net'
import type { Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import { CountersignError } from '../error.ts'
import { isAddress } from './address.ts'
import { shortUrl } from './target.ts'
import type { Target } from './target.ts'

/** Opens a connection to an address that was checked; tests count its calls. */
export type Connect = (address: string, port: number) => Socket

/** Opens a connection to a checked address by way of a proxy. */
export type Tunnel = (address: string, port: number, signal: AbortSignal) => Promise<Socket>

export const connectSocket: Connect = (address, port) => netConnect({ host: address, port })

/** Mutual TLS and private trust: PEM or DER as node:tls takes them. */
export interface TlsOptions {
  readonly key?: string | Uint8Array
  readonly cert?: string | Uint8Array
  readonly pfx?: Uint8Array
  readonly passphrase?: string
  readonly ca?: string | Uint8Array | readonly string[]
}

export interface Question {
  readonly target: Target
  /** The checked address. */
  readonly address: string
  readonly body: Uint8Array | undefined
  readonly contentType: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly tls?: TlsOptions | undefined
  readonly maxBytes: number
  readonly connectMilliseconds: number
  /** Aborts when the time of the whole fetch is over, or the caller gives up. */
  readonly signal: AbortSignal
  readonly connect: Connect
  /** Opens the way through the operator's proxy instead. */
  readonly tunnel?: Tunnel | undefined
}

export type Reply = { readonly body: Uint8Array } | { readonly location: string; readonly status: number }

export function failed(
  target: Target,
  reason: string,
  cause?: unknown,
  more: Readonly<Record<string, number>> = {},
): CountersignError {
  const url = shortUrl(target.url)
  return new CountersignError('FETCH_FAILED', `${url} gave no answer: ${reason}.`, {
    retryable: true,
    details: { url, reason, ...more },
    ...(cause === undefined ? {} : { cause }),
  })
}

function secured(socket: Socket, host: string, tls: TlsOptions = {}): Socket {
  const options = tls as ConnectionOptions
  return tlsConnect({ ...options, socket, host, ...(isAddress(host) ? {} : { servername: host }) })
}

async function readBody(response: IncomingMessage, { target, maxBytes, signal }: Question): Promise<Uint8Array> {
  const tooLarge = (): CountersignError =>
    failed(target, `the answer is larger than ${maxBytes} bytes`, undefined, { limit: maxBytes })
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  const encoding = response.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw failed(target, 'the answer is compressed')
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  // A body that ends with its connection ends when we give up too: then it is half of one.
  if (signal.aborted) throw failed(target, 'not in time')
  const body = new Uint8Array(size)
  let position = 0
  for (const chunk of chunks) {
    body.set(chunk, position)
    position += chunk.length
  }
  return body
}

async function readReply(response: IncomingMessage, question: Question): Promise<Reply> {
  const status = response.statusCode ?? 0
  const { location } = response.headers
  if (status >= 300 && status < 400 && status !== 304 && location !== undefined) return { location, status }
  if (status !== 200) throw failed(question.target, `status ${status}`, undefined, { status })
  return { body: await readBody(response, question) }
}

/** Everything that can go wrong before TLS or HTTP begin, in the time that connecting may take. */
async function connected(question: Question): Promise<Socket> {
  const { target, address, connect, tunnel, signal, connectMilliseconds } = question
  if (tunnel === undefined) return connect(address, target.port)
  const limit = AbortSignal.any([signal, AbortSignal.timeout(connectMilliseconds)])
  return tunnel(address, target.port, limit)
}

function ask(question: Question, socket: Socket): Promise<IncomingMessage> {
  const { target, body, contentType, signal } = question
  return new Promise((resolve, reject) => {
    const stream = target.scheme === 'https' ? secured(socket, target.host, question.tls) : socket
    const slow = setTimeout(() => stream.destroy(failed(target, 'no connection in time')), question.connectMilliseconds)
    // Through a proxy the plain connection is there already.
    if (target.scheme === 'http' && !socket.connecting) clearTimeout(slow)
    stream.once(target.scheme === 'https' ? 'secureConnect' : 'connect', () => clearTimeout(slow))
    stream.once('close', () => clearTimeout(slow))
    const request = httpRequest({
      method: body === undefined ? 'GET' : 'POST',
      path: target.path,
      headers: {
        ...question.headers,
        host: target.authority,
        'accept-encoding': 'identity',
        connection: 'close',
        ...(body === undefined ? {} : { 'content-length': body.length, 'content-type': contentType ?? '' }),
      },
      createConnection: () => stream,
      signal,
    })
    request.once('response', resolve)
    // Nobody asked for another protocol; Node would drop the connection and tell nobody.
    request.once('upgrade', ({ statusCode = 0 }, upgraded) => {
      upgraded.destroy()
      reject(failed(target, `status ${statusCode}`, undefined, { status: statusCode }))
    })
    request.once('error', reject)
    request.end(body)
  })
}

/** Asks once. The connection is closed whatever happens. @throws CountersignError FETCH_FAILED */
export async function exchange(question: Question): Promise<Reply> {
  let response: IncomingMessage | undefined
  try {
    response = await ask(question, await connected(question))
    return await readReply(response, question)
  } catch (error) {
    if (error instanceof CountersignError) throw error
    const reason = question.signal.aborted ? 'not in time' : reasonOf(error)
    throw failed(question.target, reason, error)
  } finally {
    response?.destroy()
  }
}

function reasonOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  if (cause instanceof CountersignError) return String(cause.details['reason'])
  return typeof code === 'string' ? code : 'the connection broke'
}
