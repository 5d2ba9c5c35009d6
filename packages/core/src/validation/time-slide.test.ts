// E-07 step by step: what lowers the control time, and what ends the slide.
import { describe, expect, test } from '@jest/globals'
import type { Certificate } from '../x509/certificate.ts'
import { TS_119_312 } from './algorithms.ts'
import type { DatedEvidence } from './history.ts'
import { PoeStore } from './poe.ts'
import { slideTime, type SlideLink, type SlideOptions } from './time-slide.ts'

const day = (number: number): Date => new Date(Date.UTC(2026, 0, number))
const NOW = day(1000)
/** ecdsa-with-SHA256: no end. sha256WithRSAEncryption, 3,000 bits: 2029-01-01, which is day 1097. */
const EC = { oid: '1.2.840.10045.4.3.2' }
const RSA = { oid: '1.2.840.113549.1.1.11' }
const KEYS = {
  ec: { spki: new Uint8Array(), info: { algorithm: 'ec', oid: '', curve: 'P-256', bits: 256 } },
  rsa: { spki: new Uint8Array(), info: { algorithm: 'rsa', oid: '', bits: 3072 } },
} as const

type Kind = keyof typeof KEYS

function evidence(sha256: string, made: number, more: Partial<DatedEvidence> = {}, kind: Kind = 'ec'): DatedEvidence {
  return {
    type: 'crl',
    status: 'good',
    thisUpdate: day(made),
    nextUpdate: day(made + 7),
    source: { signatureAlgorithm: kind === 'ec' ? EC : RSA },
    signer: KEYS[kind],
    sha256,
    delegate: undefined,
    signerRevokedAt: undefined,
    ...more,
  } as unknown as DatedEvidence
}

function link(sha256: string, history: readonly DatedEvidence[], kind: Kind = 'ec'): SlideLink {
  const certificate = {
    subject: { toString: () => sha256 },
    signatureAlgorithm: kind === 'ec' ? EC : RSA,
    notAfter: day(900),
  } as unknown as Certificate
  return { certificate, sha256, issuerKey: KEYS[kind], history }
}

interface Given extends Partial<SlideOptions> {
  readonly links: readonly SlideLink[]
  /** Days by key. */
  readonly proven?: Readonly<Record<string, number>>
}

function slide({ links, proven = {}, ...more }: Given): number | string {
  const poe = new PoeStore(more.now ?? NOW)
  for (const [key, at] of Object.entries(proven)) poe.add([key], { time: day(at), by: 'S2' })
  const result = slideTime(links, {
    now: NOW,
    sunset: undefined,
    poe,
    catalogue: TS_119_312,
    revocation: 'require',
    ...more,
  })
  if (result.time === undefined) return result.problems.map(({ subIndication }) => subIndication).join()
  return Math.round((result.time.getTime() - day(0).getTime()) / 86_400_000)
}

const fresh = (sha256: string): DatedEvidence => evidence(sha256, 999)

describe('what lowers the control time', () => {
  test('nothing where all data are of today', () => {
    expect(slide({ links: [link('leaf', [fresh('r1')]), link('ca', [fresh('r2')])] })).toBe(1000)
    expect(slide({ links: [] })).toBe(1000)
  })

  test('the sunset of the anchor', () => {
    expect(slide({ links: [], sunset: day(500) })).toBe(500)
    expect(slide({ links: [], sunset: day(5000) })).toBe(1000)
  })

  test('a revocation, whenever it became known', () => {
    const revoked = evidence('r1', 999, { status: 'revoked', revocationTime: day(300) })
    expect(slide({ links: [link('leaf', [revoked])] })).toBe(300)
    const older = evidence('r0', 100)
    expect(slide({ links: [link('leaf', [older, revoked])], proven: { r0: 101 } })).toBe(300)
  })

  test('a hold, unless it was released since', () => {
    const held = evidence('r1', 998, { status: 'hold', revocationTime: day(300) })
    expect(slide({ links: [link('leaf', [held])] })).toBe(300)
    expect(slide({ links: [link('leaf', [held, fresh('r2')])] })).toBe(1000)
  })

  test('data out of force count for when they are proven in force, else for when they were made (E-13)', () => {
    const old = evidence('r1', 100)
    expect(slide({ links: [link('leaf', [old])], proven: { r1: 103 } })).toBe(103)
    expect(slide({ links: [link('leaf', [old])], proven: { r1: 200 } })).toBe(100)
    expect(slide({ links: [link('leaf', [old])] })).toBe(100)
    const withoutEnd = evidence('r1', 100, { nextUpdate: undefined })
    expect(slide({ links: [link('leaf', [withoutEnd])], proven: { r1: 101 } })).toBe(100)
  })

  test('the end of an algorithm', () => {
    const now = day(1500)
    const all = { leaf: 50, r1: 1001 }
    expect(slide({ now, links: [link('leaf', [evidence('r1', 1499)], 'rsa')], proven: { leaf: 50 } })).toBe(1097)
    expect(slide({ now, links: [link('leaf', [evidence('r1', 1000, {}, 'rsa')])], proven: all })).toBe(1001)
    expect(slide({ now, catalogue: null, links: [link('leaf', [evidence('r1', 1499)], 'rsa')] })).toBe(1500)
  })

  test('only data of the kind that the policy demands (E-01)', () => {
    const list = evidence('r1', 100)
    const response = evidence('r2', 999, { type: 'ocsp' })
    const under = (rule: SlideLink['rule'], history = [list, response]): number | string =>
      slide({ links: [{ ...link('leaf', history), ...(rule === undefined ? {} : { rule }) }], proven: { r1: 103 } })
    expect([under(undefined), under('ocsp'), under('crl'), under('both')]).toEqual([1000, 1000, 103, 103])
    expect([under('ocsp', [list]), under('both', [response]), under('none', [])]).toEqual(['NO_POE', 'NO_POE', 900])
  })

  test('an age that the policy demands', () => {
    const links = [link('leaf', [fresh('r1')])]
    expect(slide({ links, freshness: { signer: { maxAge: 2 * 86_400 } } })).toBe(1000)
    expect(slide({ links, freshness: { signer: { maxAge: 3600 } } })).toBe(999)
  })
})

describe('what ends the slide', () => {
  const caOf100 = link('ca', [evidence('r2', 100)])

  test('no revocation data, or none that is proven early enough', () => {
    expect(slide({ links: [link('leaf', [])] })).toBe('NO_POE')
    const links = [link('leaf', [evidence('r1', 100)]), caOf100]
    expect(slide({ links, proven: { r1: 103, r2: 103, leaf: 103 } })).toBe(103)
    expect(slide({ links, proven: { r1: 104, r2: 103, leaf: 103 } })).toBe('NO_POE')
  })

  test('a certificate that may be of a later hand', () => {
    const links = [link('leaf', [evidence('r1', 100)]), caOf100]
    expect(slide({ links, proven: { r1: 103, r2: 103, leaf: 104 } })).toBe('NO_POE')
  })

  test('a weak certificate or weak data not proven older than the end', () => {
    const now = day(1500)
    const weak = 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
    expect(slide({ now, links: [link('leaf', [evidence('r1', 1499)], 'rsa')] })).toBe(weak)
    expect(slide({ now, links: [link('leaf', [evidence('r1', 1499, {}, 'rsa')])] })).toBe(weak)
    // an older list that is proven in time speaks instead
    const both = [evidence('r1', 1499, {}, 'rsa'), evidence('r0', 1000, {}, 'rsa')]
    expect(slide({ now, links: [link('leaf', both)], proven: { r0: 1002 } })).toBe(1002)
  })

  test('without demanded data a certificate counts until its own end', () => {
    expect(slide({ links: [link('leaf', [])], revocation: 'none' })).toBe(900)
    expect(slide({ links: [link('leaf', []), link('ca', [])], revocation: 'prefer' })).toBe('NO_POE')
    expect(slide({ links: [link('leaf', []), link('ca', [])], revocation: 'prefer', proven: { leaf: 10 } })).toBe(900)
  })
})
