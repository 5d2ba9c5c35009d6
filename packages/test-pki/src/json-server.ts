import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type JsonObject = Readonly<Record<string, unknown>>

/** Status and body; a string is sent as it is. */
export interface JsonAnswer {
  readonly status: number
  readonly body: JsonObject | string
  /** Never answers. */
  readonly silent?: boolean
}

export interface JsonRequest {
  readonly path: string
  readonly body: JsonObject
  readonly form: URLSearchParams
  readonly authorization: string | undefined
}

export interface JsonServer {
  readonly url: string
  readonly requests: readonly JsonRequest[]
  close(): Promise<void>
}

const MAX_REQUEST = 4 * 1024 * 1024

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MAX_REQUEST) throw new Error('request too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  requests: JsonRequest[],
  answer: (request: JsonRequest) => JsonAnswer,
): Promise<void> {
  const text = await bodyOf(request)
  const isForm = request.headers['content-type']?.includes('form-urlencoded') === true
  const asked: JsonRequest = {
    path: (request.url ?? '/').slice(1),
    body: isForm || text === '' ? {} : (JSON.parse(text) as JsonObject),
    form: new URLSearchParams(isForm ? text : ''),
    authorization: request.headers.authorization,
  }
  requests.push(asked)
  const { status, body, silent } = answer(asked)
  if (silent === true) return
  response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** A server on loopback that answers JSON with JSON. */
export async function serveJson(answer: (request: JsonRequest) => JsonAnswer): Promise<JsonServer> {
  const requests: JsonRequest[] = []
  const server = createServer((request, response) => {
    handle(request, response, requests, answer).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
