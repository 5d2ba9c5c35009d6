// Real TLS and a real proxy on the loopback address. What leaves the fetcher is counted: the checked address, nothing else.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { connect as netConnect } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createTestPki } from '@countersign/test-pki'
import { connectSocket } from './exchange.ts'
import { createFetcher } from './fetcher.ts'
import type { FetcherOptions } from './fetcher.ts'

const PUBLIC = '93.184.215.14'
const validity = { from: -1, to: 10 }
const organisation = ['C=VN', 'O=TLS TEST']
const server = (dns: string, patch: object = {}) => ({
  subject: [...organisation, `CN=${dns}`],
  issuer: 'ca',
  key: 'officerEc',
  profile: 'server' as const,
  validity,
  extensions: { subjectAltName: { names: [`dns:${dns}`] } },
  ...patch,
})
const pki = createTestPki<string>({
  clock: () => new Date(),
  declaration: {
    ca: { subject: [...organisation, 'CN=TLS CA'], key: 'caEc', profile: 'root', validity },
    outside: server('outside.test'),
    other: server('other.test'),
    expired: server('outside.test', { validity: { from: -10, to: -1 } }),
  },
})
const authorities = [pki.actors['ca']!.pem]

const sockets = new Set<Socket>()
const servers: Server[] = []
async function listen(one: Server): Promise<number> {
  servers.push(one)
  one.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((done) => one.listen(0, '127.0.0.1', done))
  return (one.address() as AddressInfo).port
}

const ports: Record<string, number> = {}
const proxied: string[] = []
let proxyPort = 0
let goal = 0
let refuseWith: string | undefined
beforeAll(async () => {
  for (const name of ['outside', 'other', 'expired']) {
    const actor = pki.actors[name]!
    const key = actor.keyObject.export({ format: 'pem', type: 'pkcs8' })
    ports[name] = await listen(createHttps({ key, cert: actor.pem }, (_, response) => response.end(`by ${name}`)))
  }
  ports['plain'] = await listen(createHttp((request, response) => response.end(`host ${request.headers.host}`)))
  const proxy = createHttp((_, response) => response.writeHead(501).end())
  proxy.on('connect', (request, socket) => {
    proxied.push(`${request.url} ${request.headers['proxy-authorization'] ?? '-'}`)
    socket.on('error', () => undefined)
    if (refuseWith !== undefined) {
      socket.end(refuseWith)
      return
    }
    const there = netConnect(goal, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      there.pipe(socket).pipe(there)
    })
    there.on('error', () => undefined)
  })
  proxyPort = await listen(proxy)
})
afterEach(() => {
  proxied.length = 0
  refuseWith = undefined
})
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  for (const one of servers) one.close()
})

function options(toPort: number, more: FetcherOptions = {}): FetcherOptions & { readonly connected: string[] } {
  const connected: string[] = []
  return {
    connected,
    resolve: (host) => Promise.resolve(host === 'inside.test' ? ['10.0.0.1'] : [PUBLIC]),
    connect: (address, port) => {
      connected.push(`${address}:${port}`)
      return connectSocket('127.0.0.1', toPort)
    },
    totalMilliseconds: 3_000,
    ...more,
  }
}

async function ask(url: string, how: FetcherOptions): Promise<string> {
  return createFetcher(how)({ url, maxBytes: 1000 }).then(
    (bytes) => new TextDecoder().decode(bytes),
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  )
}

describe('https', () => {
  test('a server of an authority that the operator named answers, at the checked address', async () => {
    const how = options(ports['outside']!, { authorities })
    expect(await ask('https://outside.test/ca.crl', how)).toBe('by outside')
    expect(how.connected).toEqual([`${PUBLIC}:443`])
  })

  test.each([
    ['no authority named', 'outside', {}, 'UNABLE_TO_'],
    ['a certificate of another name', 'other', { authorities }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['an expired certificate', 'expired', { authorities }, 'CERT_HAS_EXPIRED'],
    ['no TLS at all', 'plain', { authorities }, 'EPROTO'],
  ])('%s: no answer', async (_name, where, more, reason) => {
    const text = await ask('https://outside.test/ca.crl', options(ports[where]!, more))
    expect(text.startsWith('FETCH_FAILED ')).toBe(true)
    expect(text).toContain(reason)
  })
})

describe('the proxy of the operator (SEC-03)', () => {
  const by = (where: string, more: FetcherOptions = {}): ReturnType<typeof options> => {
    goal = ports[where]!
    return options(proxyPort, { proxy: `http://proxy.test:3128`, authorities, ...more })
  }

  test('is asked for the checked address, never for a name; TLS goes through it to the host', async () => {
    const how = by('outside')
    expect(await ask('https://outside.test/ca.crl', how)).toBe('by outside')
    expect(how.connected).toEqual([`${PUBLIC}:3128`])
    expect(proxied).toEqual([`${PUBLIC}:443 -`])
    expect(await ask('http://outside.test/ca.crl', by('plain'))).toBe('host outside.test')
    expect(proxied.at(-1)).toBe(`${PUBLIC}:80 -`)
  })

  test('gets the credentials it asks for', async () => {
    expect(await ask('http://outside.test/', by('plain', { proxy: 'http://a%20b:c@10.1.1.1:8' }))).toBe(
      'host outside.test',
    )
    expect(proxied).toEqual([`${PUBLIC}:80 Basic ${Buffer.from('a b:c').toString('base64')}`])
  })

  test('is no way around the guard', async () => {
    const how = by('plain')
    expect(await ask('http://inside.test/', how)).toContain('FETCH_REFUSED')
    expect(await ask('http://127.0.0.1/', how)).toContain('FETCH_REFUSED')
    expect([how.connected, proxied]).toEqual([[], []])
  })

  test.each([
    ['it refuses', 'HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n'],
    ['it wants credentials', 'HTTP/1.1 407 Authenticate\r\ncontent-length: 0\r\n\r\n'],
    ['it speaks for the host', 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    ['it speaks no HTTP', 'nonsense\r\n\r\n'],
    ['it hangs up', ''],
  ])('%s: no answer', async (_name, reply) => {
    refuseWith = reply
    expect(await ask('http://outside.test/', by('plain'))).toMatch(/^FETCH_FAILED /u)
  })

  test.each(['', 'proxy:3128', 'https://proxy:3128', 'http://proxy:3128/path', 'socks5://proxy'])(
    '"%s" is the operator’s mistake',
    (proxy) => {
      expect(() => createFetcher({ proxy })).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
    },
  )
})
