import { describe, expect, test } from '@jest/globals'
import { createTestPki } from '@countersign/test-pki'
import type { DefaultActor, TestPki, TimestampOptions } from '@countersign/test-pki'
import { digest, randomBytes } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import { parseSignedData } from '../cms/signed-data.ts'
import { createTimestampClient } from './client.ts'
import type { TimestampAttempt, TimestampClientOptions, TimestampSource } from './client.ts'
import { openTstInfo } from './token.ts'
import type { TstInfo } from './tst-info.ts'

const NOW = new Date('2026-06-01T08:00:00Z')
const pki: TestPki = createTestPki({ clock: () => NOW })
const imprint = await digest('sha256', new Uint8Array(10))
const request = { digest: 'sha256', imprint } as const

type Ask = TimestampSource['ask']
const asking =
  (options: TimestampOptions<DefaultActor> = {}): Ask =>
  (der) =>
    Promise.resolve(pki.timestamp(der, options))

function client(sources: readonly (Ask | Partial<TimestampSource>)[], options: Partial<TimestampClientOptions> = {}) {
  const attempts: TimestampAttempt[] = []
  const named = sources.map((one, i) =>
    typeof one === 'function' ? { id: `tsa${i}`, ask: one } : { id: `tsa${i}`, ask: asking(), ...one },
  )
  const all = {
    sources: named,
    now: () => NOW,
    random: randomBytes,
    onAttempt: (one: TimestampAttempt) => attempts.push(one),
  }
  return { tsa: createTimestampClient({ ...all, ...options }), attempts }
}

async function faultOf(
  ask: Ask | Partial<TimestampSource>,
  options: Partial<TimestampClientOptions> = {},
): Promise<string> {
  const { tsa, attempts } = client([ask], options)
  const error = await tsa.timestamp(request).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(CountersignError)
  const { code, details } = error as CountersignError
  if (code === 'ABORTED') return code
  // never a token of less: the client fails as a whole and names the fault
  expect(code).toBe('TSA_FAILED')
  expect(details['code']).toBe(attempts.at(-1)?.outcome)
  return String(details['code'])
}

const infoOf = (token: Uint8Array): TstInfo => openTstInfo(parseSignedData(token)) as TstInfo

test('a good token comes back as it was received; the attempt is told for the audit (T7)', async () => {
  const { tsa, attempts } = client([asking()])
  const token = await tsa.timestamp(request)
  const info = infoOf(token)
  expect(info.imprint.value).toEqual(imprint)
  expect(attempts).toMatchObject([{ source: 'tsa0', outcome: 'granted', genTime: NOW, bytes: token.length }])
  expect(attempts[0]?.serial).toBe(info.serial.toString(16))
})

describe('T3, T4, B16: each fault has its own code', () => {
  const mangled =
    (change: (reply: Uint8Array) => Uint8Array): Ask =>
    (der) =>
      Promise.resolve(change(pki.timestamp(der)))
  const text = (value: string): Ask => mangled(() => new TextEncoder().encode(value))
  const cases: readonly (readonly [string, Ask, string])[] = [
    ['unreachable', () => Promise.reject(new Error('socket')), 'TSA_UNREACHABLE'],
    ['a web page', text('<html>log in</html>'), 'TSA_REPLY_INVALID'],
    ['nothing', text(''), 'TSA_REPLY_INVALID'],
    ['half an answer', mangled((reply) => reply.subarray(0, reply.length >> 1)), 'TSA_REPLY_INVALID'],
    ['more than an answer', mangled((reply) => Uint8Array.from([...reply, 0])), 'TSA_REPLY_INVALID'],
    ['a huge answer', mangled(() => new Uint8Array(64 * 1024 + 1)), 'TSA_REPLY_INVALID'],
    ['granted without a token', mangled(() => Uint8Array.from([0x30, 5, 0x30, 3, 2, 1, 0])), 'TSA_REPLY_INVALID'],
    ['a refusal', asking({ failure: 0 }), 'TSA_REJECTED'],
    ['wrong imprint', asking({ flaws: ['wrong-imprint'] }), 'TSA_IMPRINT_MISMATCH'],
    ['wrong nonce', asking({ flaws: ['wrong-nonce'] }), 'TSA_NONCE_MISMATCH'],
    ['no nonce', asking({ flaws: ['no-nonce'] }), 'TSA_NONCE_MISMATCH'],
    ['an old time', asking({ genTime: new Date(NOW.getTime() - 400_000) }), 'TSA_TIME_OFF'],
    ['a future time', asking({ genTime: new Date(NOW.getTime() + 400_000) }), 'TSA_TIME_OFF'],
    ['no certificate', asking({ flaws: ['no-certificate'] }), 'TSA_CERT_MISSING'],
    ['no ESS', asking({ flaws: ['no-signing-certificate'] }), 'TSA_CERT_MISMATCH'],
    ['wrong ESS', asking({ flaws: ['wrong-signing-certificate'] }), 'TSA_CERT_MISMATCH'],
    ['wrong EKU', asking({ tsa: 'tsaWrongPurpose' }), 'TSA_CERT_PURPOSE'],
    ['a person as TSA', asking({ tsa: 'officer' }), 'TSA_CERT_PURPOSE'],
    ['bad signature', asking({ flaws: ['bad-signature'] }), 'TSA_SIGNATURE_INVALID'],
    ['wrong content type', asking({ flaws: ['wrong-content-type'] }), 'TSA_TOKEN_INVALID'],
  ]
  test.each(cases)('%s', async (_, ask, code) => expect(await faultOf(ask)).toBe(code))

  test('another policy than asked for', async () => {
    expect(await faultOf({ policy: '1.2.3', ask: asking({ policy: '1.2.4' }) })).toBe('TSA_POLICY_MISMATCH')
  })

  test('a certificate that had expired at the time it states', async () => {
    const late = new Date(NOW.getTime() + 11 * 365 * 86_400_000)
    expect(await faultOf(asking({ genTime: late }), { now: () => late })).toBe('TSA_CERT_EXPIRED')
  })

  test('what a refusal says goes into the error', async () => {
    const { tsa } = client([asking({ failure: 14 })])
    const error = (await tsa.timestamp(request).catch((caught: unknown) => caught)) as CountersignError
    expect(error.cause).toMatchObject({
      code: 'TSA_REJECTED',
      details: { status: 'rejection', failures: ['timeNotAvailable'], text: 'refused by the TEST TSA' },
    })
  })
})

describe('T1: the question', () => {
  test('the nonce has 64 bits and is new each time; certReq; the policy', async () => {
    const nonces = new Set<bigint | undefined>()
    const { tsa } = client([{ policy: '2.999.1' }])
    for (let i = 0; i < 8; i++) {
      const info = infoOf(await tsa.timestamp(request))
      nonces.add(info.nonce)
      expect(info.nonce?.toString(2).length).toBe(64)
      expect(info.policy).toBe('2.999.1')
    }
    expect(nonces.size).toBe(8)
  })

  test.each(['sha256', 'sha384', 'sha512'] as const)('%s', async (name) => {
    const value = await digest(name, new Uint8Array(3))
    const { tsa } = client([asking()])
    expect(infoOf(await tsa.timestamp({ digest: name, imprint: value })).imprint.value).toEqual(value)
  })
})

describe('T5: failover', () => {
  const silent: Ask = () => new Promise(() => undefined)

  test('the list is tried in order; a fault moves on (B27)', async () => {
    const { tsa, attempts } = client([asking({ failure: 0 }), asking({ flaws: ['wrong-nonce'] }), asking(), asking()])
    await tsa.timestamp(request)
    expect(attempts.map(({ source, outcome }) => [source, outcome])).toEqual([
      ['tsa0', 'TSA_REJECTED'],
      ['tsa1', 'TSA_NONCE_MISMATCH'],
      ['tsa2', 'granted'],
    ])
  })

  test('a silent TSA costs its own time only', async () => {
    const { tsa, attempts } = client([{ ask: silent, timeoutMilliseconds: 30 }, asking()])
    await tsa.timestamp(request)
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['TSA_TIMEOUT', 'granted'])
  })

  test('a total deadline', async () => {
    const sources = [{ ask: silent }, { ask: silent }]
    const { tsa, attempts } = client(sources, { deadlineMilliseconds: 60 })
    await expect(tsa.timestamp(request)).rejects.toMatchObject({ code: 'TSA_FAILED' })
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['TSA_TIMEOUT', 'TSA_TIMEOUT'])
  })

  test('several tries', async () => {
    let calls = 0
    const shaky: Ask = (der) => (++calls < 3 ? Promise.reject(new Error('no')) : Promise.resolve(pki.timestamp(der)))
    const { tsa } = client([{ ask: shaky, tries: 3 }])
    await tsa.timestamp(request)
    expect(calls).toBe(3)
  })

  test('the caller may leave, also while waiting for a place (PKI-07: at most four at once)', async () => {
    const stop = new AbortController()
    let under = 0
    const slow: Ask = () => {
      under++
      return new Promise(() => undefined)
    }
    const { tsa } = client([{ ask: slow, parallel: 2 }])
    const all = [1, 2, 3].map(() => tsa.timestamp(request, { signal: stop.signal }))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(under).toBe(2)
    stop.abort()
    for (const one of all) await expect(one).rejects.toMatchObject({ code: 'ABORTED' })
    expect(under).toBe(2)
  })

  test('a waiting question gets the place of one that is done', async () => {
    const { tsa } = client([{ parallel: 1 }])
    expect(await Promise.all([1, 2, 3].map(() => tsa.timestamp(request)))).toHaveLength(3)
  })

  test('a TSA that fails again and again is left alone, then tried once (circuit breaker)', async () => {
    let time = 0
    let broken = true
    const ask: Ask = (der) => (broken ? Promise.reject(new Error('down')) : Promise.resolve(pki.timestamp(der)))
    const breaker = { failures: 2, pauseMilliseconds: 1_000 }
    const { tsa, attempts } = client([ask, asking()], { breaker, ticks: () => time })
    const outcomes = async (): Promise<readonly string[]> => {
      attempts.length = 0
      await tsa.timestamp(request)
      return attempts.map(({ outcome }) => outcome)
    }
    expect(await outcomes()).toEqual(['TSA_UNREACHABLE', 'granted'])
    expect(await outcomes()).toEqual(['TSA_UNREACHABLE', 'granted'])
    expect(await outcomes()).toEqual(['TSA_PAUSED', 'granted'])
    time = 1_000
    expect(await outcomes()).toEqual(['TSA_UNREACHABLE', 'granted'])
    expect(await outcomes()).toEqual(['TSA_PAUSED', 'granted'])
    time = 2_000
    broken = false
    expect(await outcomes()).toEqual(['granted'])
    expect(await outcomes()).toEqual(['granted'])
  })

  test('a client without a source is a mistake', () => {
    expect(() => client([])).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
  })
})

test('T7: no more questions in a minute than allowed, evenly spaced', async () => {
  const times: number[] = []
  const ask: Ask = (der) => {
    times.push(performance.now())
    return asking()(der, new AbortController().signal)
  }
  const { tsa } = client([{ ask, perMinute: 2000 }])
  await Promise.all([1, 2, 3].map(() => tsa.timestamp(request)))
  expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(55)
  const stop = new AbortController()
  const slow = client([{ ask: asking(), perMinute: 1 }]).tsa
  await slow.timestamp(request)
  const waiting = slow.timestamp(request, { signal: stop.signal })
  stop.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
})

test('T6: the largest token is remembered; before the first, 8 KiB are expected', async () => {
  const { tsa } = client([asking()])
  expect(tsa.sizeHint?.('sha256')).toBe(8192)
  const token = await tsa.timestamp(request)
  expect(tsa.sizeHint?.('sha256')).toBe(token.length)
  expect(tsa.sizeHint?.('sha512')).toBe(8192)
})
