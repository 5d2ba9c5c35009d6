// CRL, OCSP, issuer certificates and TSA of a test PKI over loopback HTTP, with faults on request.
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CrlOptions } from './crl.ts'
import type { OcspOptions } from './ocsp.ts'
import { fileNameOf } from './pki.ts'
import type { TestPki } from './pki.ts'
import type { TimestampOptions } from './timestamp.ts'

/** What goes wrong on the wire. */
export type WireFault =
  'silence' | 'drip' | 'server-error' | 'html' | 'huge' | 'empty' | 'truncated' | 'redirect' | 'reset'

export type Endpoint = 'crl' | 'ocsp' | 'certs' | 'tsa'

/** Read anew at each request: change it while the server runs. */
export interface Faults {
  wire?: Partial<Record<Endpoint, WireFault>>
  crl?: CrlOptions
  ocsp?: OcspOptions
  timestamp?: TimestampOptions
}

export interface TestPkiServer<Name extends string> {
  readonly pki: TestPki<Name>
  readonly url: string
  readonly faults: Faults
  /** Method and path of each request so far. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

interface Answer {
  readonly type: string
  readonly body: Uint8Array
}

const MAX_REQUEST = 64 * 1024

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MAX_REQUEST) throw new Error('request too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function answerOf<Name extends string>(
  pki: TestPki<Name>,
  faults: Faults,
  endpoint: string,
  rest: string,
  body: Uint8Array,
): Answer | undefined {
  const byFile = (ending: string): Name | undefined => pki.names.find((one) => rest === `${fileNameOf(one)}${ending}`)
  switch (endpoint) {
    case 'crl': {
      const name = byFile('.crl')
      return name && { type: 'application/pkix-crl', body: pki.issueCrl(name, faults.crl) }
    }
    case 'certs': {
      const name = byFile('.crt')
      return name && { type: 'application/pkix-cert', body: pki.actors[name].certificate }
    }
    case 'ocsp': {
      // RFC 6960 A.1: GET carries the request in base64 in the path
      const request = body.length > 0 ? body : Buffer.from(decodeURIComponent(rest), 'base64')
      const response = pki.ocspResponse(request, faults.ocsp as OcspOptions<Name> | undefined)
      return { type: 'application/ocsp-response', body: response }
    }
    case 'tsa': {
      if (body.length === 0) return undefined
      const chosen = pki.names.find((one) => rest === fileNameOf(one))
      const options = {
        ...faults.timestamp,
        ...(chosen === undefined ? {} : { tsa: chosen }),
      } as TimestampOptions<Name>
      return { type: 'application/timestamp-reply', body: pki.timestamp(body, options) }
    }
    default:
      return undefined
  }
}

function drip(response: ServerResponse, body: Uint8Array): void {
  let sent = 0
  const timer = setInterval(() => {
    if (sent >= body.length) response.end()
    else response.write(body.subarray(sent, (sent += 1)))
  }, 200)
  response.on('close', () => clearInterval(timer))
}

function huge(response: ServerResponse): void {
  const block = new Uint8Array(64 * 1024)
  const more = (): void => {
    while (!response.destroyed && response.write(block));
    if (!response.destroyed) response.once('drain', more)
  }
  more()
}

function send(response: ServerResponse, answer: Answer, fault: WireFault | undefined): void {
  if (fault === 'silence') return
  if (fault === 'reset') {
    response.destroy()
    return
  }
  if (fault === 'server-error') {
    response.writeHead(500).end('broken on request')
    return
  }
  if (fault === 'html') {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Please log in</body></html>')
    return
  }
  if (fault === 'redirect') {
    response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()
    return
  }
  response.writeHead(200, { 'content-type': answer.type })
  if (fault === 'drip') drip(response, answer.body)
  else if (fault === 'huge') huge(response)
  else if (fault === 'empty') response.end()
  else if (fault === 'truncated') response.end(answer.body.subarray(0, answer.body.length >> 1))
  else response.end(answer.body)
}

const TIMES: ReadonlySet<string> = new Set(['thisUpdate', 'nextUpdate', 'producedAt', 'genTime', 'at', 'archiveCutoff'])

/** `PUT /faults` sets them from outside, as JSON with times as ISO 8601; `GET /faults` tells them. */
function switchFaults(faults: Faults, method: string | undefined, body: Uint8Array, response: ServerResponse): void {
  if (method === 'PUT') {
    const text = new TextDecoder().decode(body)
    const revive = (key: string, value: unknown): unknown =>
      TIMES.has(key) && typeof value === 'string' ? new Date(value) : value
    const wanted = JSON.parse(text === '' ? '{}' : text, revive) as Faults
    for (const key of ['wire', 'crl', 'ocsp', 'timestamp'] as const) {
      if (wanted[key] === undefined) delete faults[key]
      else Object.assign(faults, { [key]: wanted[key] })
    }
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(faults))
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

/**
 * Serves a test PKI on 127.0.0.1: `/crl/NAME.crl`, `/certs/NAME.crt`, `/ocsp`, `/tsa` and `/tsa/NAME`, faults at `/faults`.
 * `create` gets the server's address, which the certificates then point to.
 *
 * @example
 * const served = await serveTestPki((baseUrl) => createTestPki({ clock: () => new Date(), baseUrl }))
 * served.faults.timestamp = { flaws: ['wrong-nonce'] }
 */
export async function serveTestPki<Name extends string>(
  create: (baseUrl: string) => TestPki<Name>,
  options: { readonly port?: number } = {},
): Promise<TestPkiServer<Name>> {
  const faults: Faults = {}
  const requests: string[] = []
  const served: { pki?: TestPki<Name> } = {}

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/'
    const [, endpoint = '', ...rest] = path.split('/')
    const body = await readBody(request)
    if (path === '/faults') {
      switchFaults(faults, request.method, body, response)
      return
    }
    requests.push(`${request.method ?? 'GET'} ${path}`)
    const answer = served.pki && answerOf(served.pki, faults, endpoint, rest.join('/'), body)
    if (answer === undefined) response.writeHead(404).end('not here')
    else send(response, answer, faults.wire?.[endpoint as Endpoint])
  }
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(400)
      response.end(error instanceof Error ? error.message : 'bad request')
    })
  })
  const url = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`
  const pki = (served.pki = create(url))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  return { pki, url, faults, requests, close }
}
