import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { isPublicAddress } from './address.ts'
import { connectSocket } from './exchange.ts'
import { createFetcher } from './fetcher.ts'
import type { FetcherOptions } from './fetcher.ts'
import { parseAllowedHost } from './target.ts'

let server: Server
let port: number
let answer: (request: IncomingMessage, response: ServerResponse) => void
const requests: IncomingMessage[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterEach(() => {
  requests.length = 0
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const PUBLIC = '93.184.215.14'

/** A network without wires: every connection is counted, and those to public addresses reach the test's own server. */
function network(names: Readonly<Record<string, readonly string[]>> = {}): {
  readonly options: FetcherOptions
  readonly connected: string[]
  readonly resolved: string[]
} {
  const connected: string[] = []
  const resolved: string[] = []
  const connect = (address: string, wanted: number): Socket => {
    connected.push(`${address}:${wanted}`)
    return connectSocket('127.0.0.1', port)
  }
  const resolve = async (host: string): Promise<readonly string[]> => {
    resolved.push(host)
    const found = names[host]
    if (found === undefined) throw new Error('ENOTFOUND')
    return found
  }
  return { options: { connect, resolve, totalMilliseconds: 1_000, connectMilliseconds: 500 }, connected, resolved }
}

const small = { maxBytes: 1_000 }

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'ANSWERED',
    (error: unknown) => (error as { code: string }).code,
  )
}

const HOSTILE: readonly string[] = [
  // Loopback and this host

  'http://127.0.0.1/',
  'http://127.1/',
  'http://127.0.1/',
  'http://0/',
  'http://0.0.0.0/',
  'http://127.255.255.254/',

  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.0.0.1/',
  'http://0177.0.0.1/',
  'http://017700000001/',
  'http://127.0.0.1./',
  'http://127.0.0.1:80/',
  'http://[::1]/',
  'http://[::]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::127.0.0.1]/',
  'https://127.0.0.1/',
  'http://%31%32%37.0.0.1/',
  'http://１２７.0.0.1/',
  'http://①②⑦.0.0.1/',
  'http://127。0。0。1/',
  // Private, link-local, shared, documentation, multicast

  'http://10.0.0.1/',
  'http://10.255.255.255/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',

  'http://169.254.169.254/latest/meta-data/',
  'http://100.64.0.1/',
  'http://100.127.255.255/',
  'http://192.0.0.1/',

  'http://192.0.2.1/',
  'http://198.18.0.1/',
  'http://198.19.255.255/',
  'http://198.51.100.1/',
  'http://203.0.113.1/',

  'http://192.88.99.1/',
  'http://224.0.0.1/',
  'http://239.255.255.250/',
  'http://240.0.0.1/',
  'http://255.255.255.255/',

  'http://0xA9FEA9FE/',
  'http://2852039166/',
  'http://0251.0376.0251.0376/',
  'http://3232235777/',
  // IPv6

  'http://[fe80::1]/',
  'http://[fe80::1%25eth0]/',
  'http://[fc00::1]/',
  'http://[fd12:3456::1]/',
  'http://[ff02::1]/',

  'http://[2001:db8::1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001::1]/',
  'http://[2001:10::1]/',
  'http://[3fff::1]/',

  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b::10.0.0.1]/',
  'http://[64:ff9b:1::1]/',
  'http://[::ffff:a00:1]/',
  'http://[::ffff:0:127.0.0.1]/',
  'http://[100::1]/',
  'http://[5f00::1]/',
  'http://[4000::1]/',
  // Names that lead inside
  'http://localhost/',
  'http://LOCALHOST/',
  'http://localhost./',
  'http://inside.test/',
  'http://mixed.test/',
  'http://six.test/',
  'http://mapped.test/',
  'http://zone.test/',
  'http://strange.test/',
  'http://none.test/',
  'http://unknown.test/',
  'http://metadata.google.internal/',
  'http://ⓛocalhost/',
  // Not http, not these ports, not these letters
  'ftp://outside.test/',
  'file:///etc/passwd',
  'ldap://outside.test/cn=ca',
  'gopher://outside.test/',
  'data:,x',
  'javascript:alert(1)',
  'http://outside.test:22/',
  'http://outside.test:6379/',
  'http://outside.test:8080/',

  'https://outside.test:25/',
  'http://user@outside.test/',
  'http://user:secret@outside.test/',
  'http://@outside.test/',

  'http://outside.test@127.0.0.1/',
  'http://outside.test\\@127.0.0.1/',
  'http://127.0.0.1\\.outside.test/',
  'http:\\\\outside.test/',
  'http://outside.test/\r\nX: y',
  'http://out\tside.test/',
  ' http://outside.test/',
  '',
  'http://',
  'http:///outside.test/',
  'http://outside.test./',
  'http://[::1',
  'not a url',
  '//outside.test/',
  `http://outside.test/${'a'.repeat(3_000)}`,
]

const NAMES: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1'],
  'outside.test': [PUBLIC],
  'inside.test': ['10.1.2.3'],
  'mixed.test': [PUBLIC, '192.168.0.1'],
  'six.test': ['2606:2800:220:1::1', 'fd00::1'],
  'mapped.test': ['::ffff:169.254.169.254'],
  'zone.test': ['fe80::1%eth0'],
  'strange.test': ['0x7f000001'],
  'none.test': [],
  'metadata.google.internal': ['169.254.169.254'],
}

describe('no packet leaves for an address that is not public', () => {
  test(`${HOSTILE.length} hostile addresses: no connection at all`, async () => {
    expect(HOSTILE.length).toBeGreaterThanOrEqual(80)
    const { options, connected } = network(NAMES)
    const fetch = createFetcher(options)
    const answers = new Map<string, string>()
    for (const url of HOSTILE) answers.set(url, await codeOf(fetch({ url, ...small })))
    const unresolved = new Set(['http://none.test/', 'http://unknown.test/'])
    const wrong = [...answers].filter(
      ([url, code]) => code !== (unresolved.has(url) ? 'FETCH_FAILED' : 'FETCH_REFUSED'),
    )
    expect([wrong, connected]).toEqual([[], []])
  })

  test('the same as the goal of a redirect: only the first, public address is met', async () => {
    const { options, connected } = network(NAMES)
    const fetch = createFetcher(options)
    const absolute = HOSTILE.filter((url) => url.includes('://') && URL.canParse(url) && url === url.trim())
    const printable = absolute.filter((url) => Array.from(url).every((letter) => letter > ' ' && letter <= '~'))
    for (const location of printable) {
      answer = (_, response) => response.writeHead(302, { location }).end()
      const before = connected.length
      const code = await codeOf(fetch({ url: 'http://outside.test/start', ...small }))
      expect([location, code]).not.toEqual([location, 'ANSWERED'])
      expect([location, connected.slice(before)]).toEqual([location, [`${PUBLIC}:80`]])
    }
    expect(printable.length).toBeGreaterThan(60)
  })

  test('a resolver that answers differently the second time is asked once, and its checked answer is used', async () => {
    const answers = [[PUBLIC], ['127.0.0.1'], ['10.0.0.1']]
    const { options, connected } = network()
    const resolved: string[] = []
    const resolve = async (host: string): Promise<readonly string[]> => {
      resolved.push(host)
      return answers.shift()!
    }
    answer = (_, response) => response.end('ok')
    const fetch = createFetcher({ ...options, resolve })
    await fetch({ url: 'http://rebinding.test/', ...small })
    expect([resolved, connected]).toEqual([['rebinding.test'], [`${PUBLIC}:80`]])
    // The next request resolves anew and is refused.
    expect(await codeOf(fetch({ url: 'http://rebinding.test/', ...small }))).toBe('FETCH_REFUSED')
    // And so is a redirect to itself.
    answers.unshift([PUBLIC], ['127.0.0.1'])
    answer = (_, response) => response.writeHead(302, { location: '/again' }).end()
    expect(await codeOf(fetch({ url: 'http://rebinding.test/', ...small }))).toBe('FETCH_REFUSED')
    expect(connected).toEqual([`${PUBLIC}:80`, `${PUBLIC}:80`])
  })

  test('addresses at the edges of the blocks (SEC-04)', () => {
    const outside = ['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255']
    outside.push('128.0.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.167.255.255', '192.169.0.0')
    outside.push('198.17.255.255', '198.20.0.0', '223.255.255.255', '2606:4700::1111', '2001:200::1', '::ffff:8.8.8.8')
    outside.push('64:ff9b::808:808', '3ffe::1', '2001:4860:4860::8888')
    const inside = ['2001:1ff::1', '2001:db8:ffff::', '2002::1', '3fff:fff::1', '1fff::1', '4000::', '::8.8.8.8']
    inside.push('', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.256', '1.2.3.4 ', '2606:4700::1::1', '12345::', 'name')
    expect(outside.filter((address) => !isPublicAddress(address))).toEqual([])
    expect(inside.filter((address) => isPublicAddress(address))).toEqual([])
  })
})

describe('hosts that the operator names', () => {
  test('are asked wherever they are, on their port only', async () => {
    const { options, connected } = network({ 'ca.internal': ['10.0.0.9'] })
    answer = (_, response) => response.end('ok')
    const fetch = createFetcher({ ...options, allowHosts: ['ca.internal:8080', '127.0.0.1', '[::1]:81'] })
    const ask = (url: string): Promise<string> => codeOf(fetch({ url, ...small }))
    expect(await ask('http://ca.internal:8080/ca.crl')).toBe('ANSWERED')
    expect(await ask('http://127.0.0.1:9999/')).toBe('ANSWERED')
    expect(await ask('http://[::1]:81/')).toBe('ANSWERED')
    expect(connected).toEqual(['10.0.0.9:8080', '127.0.0.1:9999', '::1:81'])
    expect(await ask('http://ca.internal/ca.crl')).toBe('FETCH_REFUSED')
    expect(await ask('http://127.0.0.2/')).toBe('FETCH_REFUSED')
    expect(await ask('http://[::1]:82/')).toBe('FETCH_REFUSED')
    expect(connected.length).toBe(3)
  })

  test('what cannot be a host is the operator’s mistake', () => {
    for (const text of [
      '',
      'a b',
      'http://host',
      'host/path',
      'user@host',
      'host:',
      'host:99999',
      'host:0',
      '[::1',
      'a:b:c',
    ])
      expect(() => parseAllowedHost(text)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
    expect(parseAllowedHost('::1')).toEqual({ host: '::1', port: undefined })
    expect(parseAllowedHost('CA.Example:80')).toEqual({ host: 'ca.example', port: 80 })
  })
})

describe('redirects', () => {
  const chain = (length: number) => (request: IncomingMessage, response: ServerResponse) => {
    const step = Number(request.url?.slice(1))
    if (step >= length) response.end('end')
    else response.writeHead(302, { location: `/${step + 1}` }).end()
  }

  test('three are followed, the fourth is not', async () => {
    const { options } = network(NAMES)
    const fetch = createFetcher(options)
    answer = chain(3)
    expect(new TextDecoder().decode(await fetch({ url: 'http://outside.test/0', ...small }))).toBe('end')
    answer = chain(4)
    expect(await codeOf(fetch({ url: 'http://outside.test/0', ...small }))).toBe('FETCH_FAILED')
    expect(requests.length).toBe(8)
  })

  test('never to another scheme', async () => {
    const { options, connected } = network(NAMES)
    answer = (_, response) => response.writeHead(301, { location: 'https://outside.test/' }).end()
    expect(await codeOf(createFetcher(options)({ url: 'http://outside.test/', ...small }))).toBe('FETCH_REFUSED')
    expect(connected).toEqual([`${PUBLIC}:80`])
  })

  test('a question stays a question', async () => {
    const { options } = network(NAMES)
    const ask = { url: 'http://outside.test/', body: Uint8Array.of(1, 2), contentType: 'application/x', ...small }
    answer = (request, response) => {
      if (request.url === '/there') request.pipe(response)
      else response.writeHead(307, { location: '/there' }).end()
    }
    expect(await createFetcher(options)(ask)).toEqual(Uint8Array.of(1, 2))
    expect(requests.map(({ method, headers }) => [method, headers['content-type']])).toEqual([
      ['POST', 'application/x'],
      ['POST', 'application/x'],
    ])
    answer = (_, response) => response.writeHead(303, { location: '/there' }).end()
    expect(await codeOf(createFetcher(options)(ask))).toBe('FETCH_FAILED')
  })
})

describe('caps (SEC-05)', () => {
  const fetchFrom = (how: Partial<FetcherOptions> = {}): Promise<string> => {
    const { options } = network(NAMES)
    return codeOf(createFetcher({ ...options, ...how })({ url: 'http://outside.test/', ...small }))
  }

  test('size, announced or not', async () => {
    answer = (_, response) => response.end(new Uint8Array(1_000))
    expect(await fetchFrom()).toBe('ANSWERED')
    answer = (_, response) => response.end(new Uint8Array(1_001))
    expect(await fetchFrom()).toBe('FETCH_FAILED')
    answer = (_, response) => {
      response.write(new Uint8Array(600))
      response.end(new Uint8Array(600))
    }
    expect(await fetchFrom()).toBe('FETCH_FAILED')
  })

  test('a drip, a silence and a half answer end in time', async () => {
    const kinds: (typeof answer)[] = [
      (_, response) => {
        const timer = setInterval(() => response.write('x'), 20)
        response.on('close', () => clearInterval(timer))
      },
      () => {},
      (_, response) => void response.writeHead(200, { 'content-length': 10 }).write('x'),
    ]
    for (const kind of kinds) {
      answer = kind
      const started = performance.now()
      expect(await fetchFrom({ totalMilliseconds: 200 })).toBe('FETCH_FAILED')
      expect(performance.now() - started).toBeLessThan(1_500)
    }
  })

  test('another protocol than HTTP is an answer nobody asked for: the fetch ends', async () => {
    answer = (_, { socket }) =>
      socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
    const { options } = network()
    const work = codeOf(createFetcher(options)({ url: `http://${PUBLIC}/`, ...small }))
    const late = new Promise((resolve) => setTimeout(resolve, 3_000, 'HANGS').unref())
    expect(await Promise.race([work, late])).toBe('FETCH_FAILED')
  })

  test('a body without length that is still coming when time is up is no answer', async () => {
    answer = (_, { socket }) => socket?.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf')
    const { options } = network()
    expect(
      await codeOf(createFetcher({ ...options, totalMilliseconds: 200 })({ url: `http://${PUBLIC}/`, ...small })),
    ).toBe('FETCH_FAILED')
  })

  test('a resolver that never answers, and one that never connects', async () => {
    expect(await fetchFrom({ totalMilliseconds: 100, resolve: () => new Promise(() => {}) })).toBe('FETCH_FAILED')
    const { Socket: Unconnected } = await import('node:net')
    const started = performance.now()
    expect(await fetchFrom({ connectMilliseconds: 100, connect: () => new Unconnected() })).toBe('FETCH_FAILED')
    expect(performance.now() - started).toBeLessThan(900)
  })

  test('other states, compressed and broken answers', async () => {
    const kinds: (typeof answer)[] = [
      (_, response) => response.writeHead(404).end('x'),
      (_, response) => response.writeHead(204).end(),
      (_, response) => response.writeHead(304).end(),
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
      (_, response) => response.destroy(),
      (_, response) => response.socket?.end('HTTP/1.1 nonsense\r\n\r\n'),
      (_, response) => response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`),
    ]
    for (const kind of kinds) {
      answer = kind
      expect(await fetchFrom()).toBe('FETCH_FAILED')
    }
  })

  test('what is left of a budget need not be whole milliseconds', async () => {
    const { options } = network(NAMES)
    answer = (_, response) => response.end('ok')
    expect(await codeOf(createFetcher(options)({ url: 'http://outside.test/', ...small, milliseconds: 999.37 }))).toBe(
      'ANSWERED',
    )
  })

  test('the caller may refuse each request and may abort', async () => {
    const { options } = network(NAMES)
    answer = (_, response) => response.writeHead(302, { location: '/' }).end()
    let left = 2
    const onRequest = (): void => {
      if (left-- === 0) throw new Error('no more')
    }
    await expect(createFetcher(options)({ url: 'http://outside.test/', ...small, onRequest })).rejects.toThrow(
      'no more',
    )
    expect(requests.length).toBe(2)
    answer = () => {}
    const signal = AbortSignal.timeout(50)
    expect(await codeOf(createFetcher(options)({ url: 'http://outside.test/', ...small, signal }))).toBe('ABORTED')
  })
})

test('the request is plain: no cookies, no agent of ours, the host as written; no proxy of the environment', async () => {
  const { options, connected } = network(NAMES)
  const before = { ...process.env }
  Object.assign(process.env, {
    http_proxy: 'http://127.0.0.1:1',
    HTTP_PROXY: 'http://127.0.0.1:1',
    NODE_USE_ENV_PROXY: '1',
  })
  try {
    answer = (_, response) => response.end('ok')
    await createFetcher(options)({ url: 'http://outside.test/a?b=c#d', ...small })
  } finally {
    process.env = before
  }
  expect(connected).toEqual([`${PUBLIC}:80`])
  const [{ url, headers } = { url: '', headers: {} }] = requests
  expect([url, headers]).toEqual([
    '/a?b=c',
    { host: 'outside.test', 'accept-encoding': 'identity', connection: 'close' },
  ])
})
