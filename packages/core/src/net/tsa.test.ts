import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { inspect } from 'node:util'
import { createTestPki, serveTestPki } from '@countersign/test-pki'
import type { DefaultActor, TestPkiServer, WireFault } from '@countersign/test-pki'
import { digest } from '../crypto/index.ts'
import type { CountersignError } from '../error.ts'
import type { TimestampAttempt } from '../tsp/client.ts'
import { connectSocket } from './exchange.ts'
import { httpTimestampAuthority } from './tsa.ts'
import type { HttpTimestampOptions, TsaOptions } from './tsa.ts'

let served: TestPkiServer<DefaultActor>
let front: Server
let seen: IncomingHttpHeaders[] = []
let location: string | undefined

/** A host before the TSA that redirects, or asks who is there. */
beforeAll(async () => {
  served = await serveTestPki((baseUrl) => createTestPki({ clock: () => new Date(), baseUrl }))
  front = createServer((request, response) => {
    seen.push(request.headers)
    if (location !== undefined) response.writeHead(307, { location }).end()
    else if (request.headers.authorization !== 'Bearer secret') response.writeHead(401).end()
    else request.pipe(response)
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  front.closeAllConnections()
  front.close()
  await served.close()
})
beforeEach(() => {
  for (const key of Object.keys(served.faults)) delete served.faults[key as keyof typeof served.faults]
  seen = []
  location = undefined
})

const request = { digest: 'sha256', imprint: await digest('sha256', new Uint8Array(4)) } as const

async function ask(
  tsas: readonly (string | TsaOptions)[],
  options: HttpTimestampOptions = {},
): Promise<{ readonly outcomes: readonly string[]; readonly code: string | undefined; readonly reason: string }> {
  const attempts: TimestampAttempt[] = []
  const tsa = httpTimestampAuthority(tsas, { ...options, onAttempt: (one) => attempts.push(one) })
  const error = await tsa.timestamp(request).then(
    () => undefined,
    (caught: unknown) => caught as CountersignError,
  )
  return { outcomes: attempts.map(({ outcome }) => outcome), code: error?.code, reason: attempts.at(-1)?.reason ?? '' }
}

describe('faults on the wire (T2, REQ-08): a coded error, or the next TSA', () => {
  const faults: readonly (readonly [WireFault, string])[] = [
    ['silence', 'TSA_TIMEOUT'],
    ['drip', 'TSA_TIMEOUT'],
    ['server-error', 'TSA_UNREACHABLE'],
    ['html', 'TSA_REPLY_INVALID'],
    ['huge', 'TSA_REPLY_INVALID'],
    ['empty', 'TSA_REPLY_INVALID'],
    ['truncated', 'TSA_REPLY_INVALID'],
    ['redirect', 'TSA_UNREACHABLE'],
    ['reset', 'TSA_UNREACHABLE'],
  ]
  test.each(faults)('%s', async (fault, code) => {
    served.faults.wire = { tsa: fault }
    const url = `${served.url}/tsa`
    const alone = await ask([{ url, timeoutMilliseconds: 150 }])
    expect([alone.code, alone.outcomes]).toEqual(['TSA_FAILED', [code]])
    served.faults.wire = {}
    // the same fault once, then a good one
    const spare = await ask([{ url: 'http://127.0.0.1:9/none' }, url])
    expect([spare.code, spare.outcomes]).toEqual([undefined, ['TSA_UNREACHABLE', 'granted']])
  })

  test('a host that is not there', async () => {
    const result = await ask(['http://tsa.invalid/'], {
      network: { resolve: () => Promise.reject(new Error('ENOTFOUND')) },
    })
    expect([result.code, result.outcomes]).toEqual(['TSA_FAILED', ['TSA_UNREACHABLE']])
  })
})

describe('T2: who is asked, and what is told', () => {
  const frontUrl = (): string => `http://127.0.0.1:${(front.address() as AddressInfo).port}/tsa`

  test('no redirect to another host, and no secret for one', async () => {
    location = 'http://outside.test/tsa'
    const asked: string[] = []
    const network = {
      resolve: (host: string): Promise<readonly string[]> => {
        asked.push(host)
        return Promise.resolve(['93.184.215.14'])
      },
      connect: (): Socket => connectSocket('127.0.0.1', (front.address() as AddressInfo).port),
    }
    const authenticate = (): { headers: Record<string, string> } => ({ headers: { authorization: 'Bearer secret' } })
    const result = await ask([{ url: 'http://tsa.test/tsa', authenticate }], { network })
    expect(result.outcomes).toEqual(['TSA_UNREACHABLE'])
    expect(result.reason).toContain('redirects to another host')
    expect(asked).toEqual(['tsa.test'])
    expect(seen).toHaveLength(1)
  })

  test('the authentication hook is asked each time; without it the TSA says no', async () => {
    expect((await ask([frontUrl()])).reason).toBe('status 401')
    let asked = 0
    const authenticate = (url: string): Promise<{ headers: Record<string, string> }> => {
      asked++
      expect(url).toBe(frontUrl())
      return Promise.resolve({ headers: { authorization: 'Bearer secret' } })
    }
    // the front echoes the question, which is no reply
    expect((await ask([{ url: frontUrl(), authenticate, tries: 2 }])).outcomes).toEqual([
      'TSA_REPLY_INVALID',
      'TSA_REPLY_INVALID',
    ])
    expect(asked).toBe(2)
    expect(seen.at(-1)).toMatchObject({
      'content-type': 'application/timestamp-query',
      accept: 'application/timestamp-reply',
      authorization: 'Bearer secret',
    })
  })

  test('addresses that are none', () => {
    for (const url of ['tsa', 'ftp://tsa.example/', 'file:///etc/passwd', 'http://user:pw@tsa.example/'])
      expect(() => httpTimestampAuthority([url])).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
    expect(() => httpTimestampAuthority([])).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
  })
})

// Found by review: the error of the fetch, with its whole URL, was the cause of the TSA's.
test('a token in the query of a URL is in no error, however deep it is printed', async () => {
  const url = 'http://127.0.0.1:1/tsr?key=hush-hush'
  const error: unknown = await httpTimestampAuthority([url])
    .timestamp(request)
    .then(
      () => undefined,
      (found: unknown) => found,
    )
  expect(error).toMatchObject({ code: 'TSA_FAILED', details: { reason: 'ECONNREFUSED' } })
  expect(inspect(error, { depth: 20 })).not.toContain('hush-hush')
})
