import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { faults, validate } from '../../test/support/chains.ts'
import {
  basicConstraints,
  cn,
  crl,
  dn,
  extension,
  generalName,
  issue,
  keyUsage,
  newKey,
} from '../../test/support/issue.ts'
import type { CrlInput, Issued } from '../../test/support/issue.ts'
import { OID } from '../der/oids.ts'
import {
  concat,
  encodeBoolean,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeImplicit,
  encodeInteger,
  encodeNull,
  encodeSequence,
  encodeTlv,
} from '../der/writer.ts'
import { Certificate } from './certificate.ts'
import { Crl } from './crl.ts'

const root = issue({ subject: cn('Root'), ca: true, key: newKey() })
const leaf = issue({ subject: cn('L') }, root)
const none = new Uint8Array(0)

/** IssuingDistributionPoint from its parts. */
function idp(...parts: readonly Uint8Array[]): Uint8Array {
  return extension(OID.issuingDistributionPoint, encodeSequence(...parts), true)
}
const flag = (tag: number): Uint8Array => encodeImplicit(tag, false, encodeBoolean(true).subarray(2))
const point = (...names: readonly Uint8Array[]): Uint8Array => encodeExplicit(0, encodeTlv(2, true, 0, ...names))
const reasons = (octet: number): Uint8Array => encodeImplicit(3, false, Uint8Array.of(0, octet))
const delta = (base: number): Uint8Array => extension(OID.deltaCrlIndicator, encodeInteger(base), true)
const points = (...list: readonly Uint8Array[]): Uint8Array =>
  extension(OID.crlDistributionPoints, encodeSequence(...list))

async function check(lists: readonly Uint8Array[], subject: Issued = leaf, others: readonly Issued[] = []) {
  return validate(subject, { anchors: [root], others, crls: lists, revocation: 'require' })
}
const codes = async (...args: Parameters<typeof check>): Promise<readonly string[]> => faults(await check(...args))
const simple = (input: CrlInput): Promise<readonly string[]> => codes([crl(root, input)])

describe('X-07 a complete list', () => {
  test('not listed is good, with the list in the report', async () => {
    const report = await check([crl(root)])
    expect(report.valid).toBe(true)
    expect(report.revocation).toMatchObject([
      { type: 'crl', status: 'good', thisUpdate: '2026-01-01T00:00:00.000Z', nextUpdate: '2027-01-01T00:00:00.000Z' },
    ])
  })

  test('listed is revoked, with time and reason', async () => {
    const report = await check([crl(root, { revoked: [{ of: leaf, reason: 1 }] })])
    expect(report).toMatchObject({ valid: false, indication: 'INDETERMINATE', subIndication: 'REVOKED_NO_POE' })
    expect(report.revocation).toMatchObject([
      { status: 'revoked', revocationTime: '2025-01-01T00:00:00.000Z', reason: 'keyCompromise' },
    ])
  })

  test('revoked only after the time that counts is good (X-09)', async () => {
    const list = crl(root, { thisUpdate: '2026-07-02T00:00:00Z', revoked: [{ of: leaf, at: '2026-07-01T00:00:00Z' }] })
    const later = {
      anchors: [root],
      crls: [list],
      revocation: 'require',
      now: new Date('2026-07-03T00:00:00Z'),
    } as const
    expect(faults(await validate(leaf, later))).toEqual([])
  })

  test('whoever is listed is revoked by then, even where the entry names a later day', async () => {
    const report = await check([crl(root, { revoked: [{ of: leaf, at: '2026-07-01T00:00:00Z' }] })])
    expect(faults(report)).toEqual(['CERT_REVOKED'])
    expect(report.revocation).toMatchObject([{ status: 'revoked', revocationTime: '2026-01-01T00:00:00.000Z' }])
  })

  test.each([
    ['within its nextUpdate, whatever its age', {}, []],
    ['younger than the greatest age', { signer: { maxAge: 152 * 86_400 } }, []],
    ['as old as the greatest age', { signer: { maxAge: 151 * 86_400 } }, ['REVOCATION_STALE']],
    ['a rule for CAs is not one for people', { ca: { maxAge: 1 } }, []],
    ['made before a revocation could have surfaced', { signer: { grace: 0 } }, ['REVOCATION_STALE']],
  ])('how new it is: %s (X-09)', async (_name, freshness, expected) => {
    // Made on 2026-01-01, asked for 2026-06-01.
    const report = await validate(leaf, { anchors: [root], crls: [crl(root)], revocation: 'require', freshness })
    expect(faults(report)).toEqual(expected)
    expect(report.subIndication).toBe(expected.length === 0 ? null : 'TRY_LATER')
  })

  test('data made after the time that counts and a day of grace', async () => {
    const ask = (thisUpdate: string) =>
      validate(leaf, {
        anchors: [root],
        crls: [crl(root, { thisUpdate })],
        revocation: 'require',
        now: new Date('2026-06-05T00:00:00Z'),
        freshness: { signer: { grace: 86_400 } },
      })
    expect((await ask('2026-06-02T00:00:00Z')).valid).toBe(true)
    expect(faults(await ask('2026-06-01T23:59:59Z'))).toEqual(['REVOCATION_STALE'])
  })

  test('on hold is suspended, not revoked', async () => {
    const report = await check([crl(root, { revoked: [{ of: leaf, reason: 6 }] })])
    expect([report.subIndication, faults(report)]).toEqual(['TRY_LATER', ['CERT_ON_HOLD']])
  })

  test('the newest list decides about a hold', async () => {
    const held = crl(root, { revoked: [{ of: leaf, reason: 6 }] })
    const released = crl(root, { thisUpdate: '2026-02-01T00:00:00Z', number: 2 })
    expect(await codes([held, released])).toEqual([])
    expect(await codes([released, held])).toEqual([])
  })

  test('no list, a list of another CA, a list with a broken signature', async () => {
    const stranger = issue({ subject: cn('Root'), ca: true, key: newKey() })
    expect(await codes([])).toEqual(['REVOCATION_MISSING'])
    expect(await codes([crl(issue({ subject: cn('X'), ca: true }))])).toEqual(['REVOCATION_MISSING'])
    expect(await codes([crl(root, { key: stranger.key })])).toEqual(['REVOCATION_UNUSABLE'])
  })

  test('too old is TRY_LATER, from the future is unusable, without nextUpdate is unusable', async () => {
    const old = await check([crl(root, { nextUpdate: '2026-03-01T00:00:00Z' })])
    expect([old.subIndication, faults(old)]).toEqual(['TRY_LATER', ['REVOCATION_STALE']])
    expect(await simple({ thisUpdate: '2026-08-01T00:00:00Z' })).toEqual(['REVOCATION_UNUSABLE'])
    expect(await simple({ nextUpdate: null })).toEqual(['REVOCATION_UNUSABLE'])
  })

  test('an old list still revokes', async () => {
    expect(await simple({ nextUpdate: '2026-03-01T00:00:00Z', revoked: [{ of: leaf }] })).toEqual(['CERT_REVOKED'])
  })

  test('an unknown critical extension makes it unusable, yet who is listed is revoked', async () => {
    const odd = extension('1.2.3.4', encodeNull(), true)
    expect(await simple({ more: [odd] })).toEqual(['REVOCATION_UNUSABLE'])
    expect(await simple({ more: [odd], revoked: [{ of: leaf }] })).toEqual(['CERT_REVOKED'])
    const other = issue({ subject: cn('Other') }, root)
    expect(await simple({ revoked: [{ of: other, more: [odd] }] })).toEqual(['REVOCATION_UNUSABLE'])
    expect(await simple({ revoked: [{ of: leaf, more: [odd] }] })).toEqual(['CERT_REVOKED'])
  })

  test('key usage without cRLSign, a signer that is not valid', async () => {
    const mute = issue(
      { subject: cn('Mute'), key: newKey(), extensions: [basicConstraints(true), keyUsage('keyCertSign')] },
      root,
    )
    const end = issue({ subject: cn('E') }, mute)
    expect(await codes([crl(root), crl(mute)], end, [mute])).toEqual(['REVOCATION_UNUSABLE'])
  })

  test('a list signed with another key of the CA counts when that key is certified', async () => {
    const signer = issue({ subject: cn('Root'), key: newKey(), extensions: [keyUsage('cRLSign')] }, root)
    // The list about the signer itself comes from the first key.
    expect(await codes([crl(signer)], leaf, [signer])).toEqual([])
    const stranger = issue({ subject: cn('Root'), key: newKey(), extensions: [keyUsage('cRLSign')] })
    expect(await codes([crl(stranger)], leaf, [stranger])).toEqual(['REVOCATION_UNUSABLE'])
  })

  test('a CA that is revoked', async () => {
    const ca = issue({ subject: cn('CA'), ca: true, key: newKey() }, root)
    const end = issue({ subject: cn('E') }, ca)
    const report = await check([crl(root, { revoked: [{ of: ca }] }), crl(ca)], end, [ca])
    expect([report.subIndication, faults(report)]).toEqual(['REVOKED_CA_NO_POE', ['CERT_REVOKED']])
  })

  test('a certificate that expired before the list was made needs expiredCertsOnCRL', async () => {
    const short = issue({ subject: cn('S'), notAfter: '2025-06-01T00:00:00Z' }, root)
    const kept = extension(OID.expiredCertsOnCrl, encodeGeneralizedTime(new Date('2020-01-01T00:00:00Z')))
    const at = new Date('2025-05-01T00:00:00Z')
    const run = async (more: readonly Uint8Array[]) =>
      validate(short, {
        anchors: [root],
        crls: [crl(root, { more })],
        revocation: 'require',
        at,
        now: new Date('2026-06-01T00:00:00Z'),
      })
    expect(faults(await run([]))).toEqual(['REVOCATION_UNUSABLE'])
    expect((await run([kept])).valid).toBe(true)
  })

  test('expired, but shown not to be revoked: OUT_OF_BOUNDS_NOT_REVOKED', async () => {
    const short = issue({ subject: cn('S'), notAfter: '2026-02-01T00:00:00Z' }, root)
    expect((await check([crl(root)], short)).subIndication).toBe('OUT_OF_BOUNDS_NOT_REVOKED')
    expect((await check([], short)).subIndication).toBe('OUT_OF_BOUNDS_NO_POE')
  })
})

describe('X-07 scopes', () => {
  test('only users, only CAs, only attributes', async () => {
    expect(await codes([crl(root, { more: [idp(flag(1))] })])).toEqual([])
    expect(await codes([crl(root, { more: [idp(flag(2))] })])).toEqual(['REVOCATION_MISSING'])
    expect(await codes([crl(root, { more: [idp(flag(5))] })])).toEqual(['REVOCATION_MISSING'])
  })

  test('distribution points match by any name', async () => {
    const [a, b] = [generalName.uri('http://a.vn/1.crl'), generalName.uri('http://b.vn/1.crl')]
    const pointed = issue({ subject: cn('P'), more: [points(encodeSequence(point(a)))] }, root)
    expect(await codes([crl(root, { more: [idp(point(b, a))] })], pointed)).toEqual([])
    expect(await codes([crl(root, { more: [idp(point(b))] })], pointed)).toEqual(['REVOCATION_MISSING'])
    expect(await codes([crl(root)], pointed)).toEqual([])
  })

  test('lists for some reasons must cover all of them together', async () => {
    const first = crl(root, { more: [idp(reasons(0b0111_1111))] })
    const second = crl(root, {
      more: [
        extension(
          OID.issuingDistributionPoint,
          encodeSequence(encodeImplicit(3, false, Uint8Array.of(7, 0, 0x80))),
          true,
        ),
      ],
    })
    expect(await codes([first])).toEqual(['REVOCATION_INCOMPLETE_REASONS'])
    expect(await codes([first, second])).toEqual([])
  })

  test('an indirect list: certificateIssuer holds for the entries after it', async () => {
    const other = issue({ subject: cn('OtherCA'), ca: true, key: newKey() }, root)
    const issuerOf = (name: Uint8Array): Uint8Array =>
      extension(OID.certificateIssuer, encodeSequence(generalName.directory(name)), true)
    const mine: Issued = { ...leaf, serial: encodeInteger(7) }
    const seven = issue({ subject: cn('Seven'), serial: 7 }, root)
    const otherSeven = issue({ subject: cn('Seven'), serial: 7 }, other)
    const list = crl(root, {
      more: [idp(flag(4))],
      revoked: [{ of: { ...mine, serial: encodeInteger(3) }, more: [issuerOf(other.subject)] }, { of: mine }],
    })
    // entry 7 stands under OtherCA
    expect(await codes([list], seven)).toEqual([])
    const parsed = Crl.parse(list)
    expect(parsed.find(Uint8Array.of(7), Certificate.parse(otherSeven.der).issuer)).toBeDefined()
    expect(parsed.find(Uint8Array.of(7), Certificate.parse(seven.der).issuer)).toBeUndefined()
  })

  test('cRLIssuer: only an indirect list of that issuer', async () => {
    const agency = issue({ subject: cn('Agency'), key: newKey(), extensions: [keyUsage('cRLSign')] }, root)
    const pointed = issue(
      { subject: cn('P'), more: [points(encodeSequence(encodeTlv(2, true, 2, generalName.directory(cn('Agency')))))] },
      root,
    )
    expect(await codes([crl(agency, { more: [idp(flag(4))] }), crl(root)], pointed, [agency])).toEqual([])
    expect(await codes([crl(agency)], pointed, [agency])).toEqual(['REVOCATION_MISSING'])
  })
})

describe('X-07 delta lists', () => {
  const base = crl(root, { number: 5 })
  const update = (input: CrlInput, baseNumber = 5): Uint8Array =>
    crl(root, {
      number: 6,
      thisUpdate: '2026-05-01T00:00:00Z',
      ...input,
      more: [delta(baseNumber), ...(input.more ?? [])],
    })

  test('a delta alone says nothing', async () => {
    expect(await codes([update({})])).toEqual(['REVOCATION_MISSING'])
  })

  test('BaseCRLNumber <= complete number < delta number', async () => {
    const revoking = { revoked: [{ of: leaf }] }
    expect(await codes([base, update(revoking)])).toEqual(['CERT_REVOKED'])
    expect(await codes([base, update(revoking, 6)])).toEqual([])
    expect(await codes([base, update({ ...revoking, number: 5 })])).toEqual([])
  })

  test('removeFromCRL releases a hold', async () => {
    const held = crl(root, { number: 5, revoked: [{ of: leaf, reason: 6 }] })
    expect(await codes([held])).toEqual(['CERT_ON_HOLD'])
    expect(await codes([held, update({ revoked: [{ of: leaf, reason: 8 }] })])).toEqual([])
  })

  test('another scope is not its delta', async () => {
    expect(await codes([base, update({ revoked: [{ of: leaf }], more: [idp(flag(1))] })])).toEqual([])
  })

  test('a fresh delta keeps an old complete list in force', async () => {
    expect(await codes([crl(root, { number: 5, nextUpdate: '2026-05-15T00:00:00Z' }), update({})])).toEqual([])
  })
})

describe('reading', () => {
  test.each([
    ['no number', { number: null }],
    ['a critical number', { numberCritical: true }],
    ['version 1', { version: 1 }],
  ] as const)('%s: unusable, a note less in compat', async (_name, input) => {
    const run = async (profile: 'strict' | 'compat') =>
      validate(leaf, { anchors: [root], crls: [crl(root, input)], revocation: 'require', profile })
    expect(faults(await run('strict'))).toEqual(['REVOCATION_UNUSABLE'])
    expect((await run('compat')).valid).toBe(true)
  })

  test('lists of 100,000 entries are searched in place', () => {
    const revoked = Array.from({ length: 100_000 }, (_, index) => ({
      of: { ...leaf, serial: encodeInteger(1_000_000 + index) },
      reason: index % 3 === 0 ? 1 : 4,
    }))
    const list = Crl.parse(crl(root, { revoked: [...revoked, { of: leaf, reason: 4 }] }))
    const certificate = Certificate.parse(leaf.der)
    const start = process.cpuUsage().user
    expect(list.find(certificate.serial, certificate.issuer)).toMatchObject({ reason: 4 })
    expect(list.find(Uint8Array.of(1, 2, 3, 4, 5), certificate.issuer)).toBeUndefined()
    expect((process.cpuUsage().user - start) / 1000).toBeLessThan(1000)
  })

  test('any changed byte gives a list or a coded error, at parsing or at searching', () => {
    const whole = crl(root, {
      revoked: [
        { of: leaf, reason: 1 },
        { of: root, reason: 6, more: [extension(OID.invalidityDate, encodeGeneralizedTime(new Date(0)))] },
      ],
      more: [idp(point(generalName.directory(dn([OID.commonName, 'x']))), flag(4))],
    })
    const { serial, issuer } = Certificate.parse(leaf.der)
    const property = fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
      const mutated = concat(whole, none)
      mutated[at] = value
      try {
        const list = Crl.parse(mutated)
        list.find(serial, issuer)
        void [list.fault, list.hasUnknownCriticalEntry]
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(?:DER_INVALID|LIMIT_\w+)$/u) })
      }
    })
    fc.assert(property, { seed: 1, numRuns: 3000 })
  })
})
