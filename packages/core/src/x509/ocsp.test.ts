import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { faults, validate, warnings } from '../../test/support/chains.ts'
import { cn, crl, extendedKeyUsage, extension, issue, keyUsage, newKey, ocsp } from '../../test/support/issue.ts'
import type { Issued, OcspInput } from '../../test/support/issue.ts'
import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import { encodeExplicit, encodeGeneralizedTime, encodeNull, encodeOctetString, encodeSequence } from '../der/writer.ts'
import { OcspResponse } from './ocsp.ts'

const root = issue({ subject: cn('Root'), ca: true, key: newKey() })
const leaf = issue({ subject: cn('L') }, root)
const noCheck = extension(OID.ocspNoCheck, encodeNull())

function responder(more: readonly Uint8Array[], issuer: Issued = root): Issued {
  return issue({ subject: cn('Responder'), key: newKey(), more }, issuer)
}

async function check(input: OcspInput, options: Partial<Parameters<typeof validate>[1]> = {}) {
  return validate(leaf, { anchors: [root], ocsps: [ocsp(leaf, root, input)], revocation: 'require', ...options })
}
const codes = async (...args: Parameters<typeof check>): Promise<readonly string[]> => faults(await check(...args))

describe('X-08', () => {
  test('good from the issuer itself, by SHA-1 and by SHA-256', async () => {
    const report = await check({})
    expect(report.valid).toBe(true)
    expect(report.revocation).toMatchObject([{ type: 'ocsp', status: 'good', producedAt: '2026-01-01T00:00:00.000Z' }])
    expect(await codes({ hash: 'sha256' })).toEqual([])
  })

  test('revoked, on hold, unknown', async () => {
    expect((await check({ status: { revokedAt: '2025-01-01T00:00:00Z', reason: 1 } })).subIndication).toBe(
      'REVOKED_NO_POE',
    )
    expect(await codes({ status: { revokedAt: '2025-01-01T00:00:00Z', reason: 6 } })).toEqual(['CERT_ON_HOLD'])
    // Whoever calls it revoked has revoked it by then, whatever day is named.
    expect(await codes({ status: { revokedAt: '2026-07-01T00:00:00Z' } })).toEqual(['CERT_REVOKED'])
    const later = { thisUpdate: '2026-07-02T00:00:00Z', producedAt: '2026-07-02T00:00:00Z' }
    const now = new Date('2026-07-03T00:00:00Z')
    expect(await codes({ ...later, status: { revokedAt: '2026-07-01T00:00:00Z' } }, { now })).toEqual([])
    expect(await codes({ status: 'unknown' })).toEqual(['REVOCATION_MISSING'])
  })

  test('an age can be demanded (X-09)', async () => {
    expect(await codes({}, { freshness: { signer: { maxAge: 152 * 86_400 } } })).toEqual([])
    const late = await check({}, { freshness: { signer: { maxAge: 86_400 } } })
    expect([late.subIndication, faults(late)]).toEqual(['TRY_LATER', ['REVOCATION_STALE']])
  })

  test('an answer about another certificate, or by another CA of the same name, is no answer', async () => {
    const other = issue({ subject: cn('L2') }, root)
    const twin = issue({ subject: cn('Root'), ca: true, key: newKey() })
    const options = { anchors: [root], revocation: 'require' } as const
    expect(faults(await validate(leaf, { ...options, ocsps: [ocsp(other, root)] }))).toEqual(['REVOCATION_MISSING'])
    expect(faults(await validate(leaf, { ...options, ocsps: [ocsp(leaf, twin)] }))).toEqual(['REVOCATION_MISSING'])
    expect(faults(await validate(leaf, { ...options, ocsps: [ocsp(leaf, root, { responder: twin })] }))).toEqual([
      'REVOCATION_UNUSABLE',
    ])
  })

  test('a delegated responder: certified by this very key, for OCSP, with nocheck', async () => {
    const good = responder([extendedKeyUsage([OID.ocspSigning]), noCheck])
    expect(await codes({ responder: good, certificates: [good] })).toEqual([])
    const noPurpose = responder([noCheck])
    expect(await codes({ responder: noPurpose, certificates: [noPurpose] })).toEqual(['REVOCATION_UNUSABLE'])
    const stranger = responder(
      [extendedKeyUsage([OID.ocspSigning]), noCheck],
      issue({ subject: cn('Root'), ca: true, key: newKey() }),
    )
    expect(await codes({ responder: stranger, certificates: [stranger] })).toEqual(['REVOCATION_UNUSABLE'])
    const expired = issue(
      {
        subject: cn('Responder'),
        notAfter: '2025-01-01T00:00:00Z',
        more: [extendedKeyUsage([OID.ocspSigning]), noCheck],
      },
      root,
    )
    expect(await codes({ responder: expired, certificates: [expired] })).toEqual(['REVOCATION_UNUSABLE'])
    const encipher = issue(
      {
        subject: cn('Responder'),
        extensions: [keyUsage('keyEncipherment'), extendedKeyUsage([OID.ocspSigning]), noCheck],
      },
      root,
    )
    expect(await codes({ responder: encipher, certificates: [encipher] })).toEqual(['REVOCATION_UNUSABLE'])
  })

  test('a responder whose certificate cannot be processed says nothing (RFC 5280 4.2)', async () => {
    const purpose = extendedKeyUsage([OID.ocspSigning])
    for (const odd of [
      [extension('1.2.3.4', Uint8Array.of(5, 0), true)],
      [extension(OID.subjectAltName, Uint8Array.of(5, 0))],
      [noCheck],
    ]) {
      const strange = responder([purpose, noCheck, ...odd])
      expect(await codes({ responder: strange, certificates: [strange] })).toEqual(['REVOCATION_UNUSABLE'])
    }
  })

  test('thousands of answers of a stranger cost one look for the signer', async () => {
    const outer = parseDer(ocsp(leaf, root, { responder: issue({ subject: cn('S'), key: newKey() }) })).children
    const [type, content] = outer[1]!.children[0]!.children
    const [data, ...rest] = parseDer(content!.content).children
    const [, producedAt, list] = data!.children
    const single = list!.children[0]!.bytes
    const many = encodeSequence(
      encodeExplicit(2, encodeOctetString(new Uint8Array(20))),
      producedAt!.bytes,
      encodeSequence(...Array.from({ length: 2000 }, () => single)),
    )
    const basic = encodeSequence(many, ...rest.map(({ bytes }) => bytes))
    const response = encodeSequence(
      outer[0]!.bytes,
      encodeExplicit(0, encodeSequence(type!.bytes, encodeOctetString(basic))),
    )
    const others = Array.from({ length: 500 }, () => issue({ subject: cn('C') }, root))
    const start = process.cpuUsage()
    const report = await validate(leaf, { anchors: [root], others, ocsps: [response], revocation: 'require' })
    const { user, system } = process.cpuUsage(start)
    expect(faults(report)).toEqual(['REVOCATION_UNUSABLE'])
    expect((user + system) / 1000).toBeLessThan(1000)
  })

  test('without nocheck the responder needs its own status, from a list', async () => {
    const bare = responder([extendedKeyUsage([OID.ocspSigning])])
    const input = { responder: bare, certificates: [bare] }
    expect(await codes(input)).toEqual(['REVOCATION_UNUSABLE'])
    // The list answers for the leaf as well; the response must be among the evidence all the same.
    const report = await check(input, { crls: [crl(root)] })
    expect(report.revocation?.map(({ type }) => type)).toEqual(['ocsp', 'crl'])
    expect(await codes(input, { crls: [crl(root, { revoked: [{ of: bare }] })] })).toEqual([])
    expect(
      (await check(input, { crls: [crl(root, { revoked: [{ of: bare }] })] })).revocation?.map(({ type }) => type),
    ).toEqual(['crl'])
  })

  test('revoked in one source and good in another is revoked', async () => {
    expect(await codes({}, { crls: [crl(root, { revoked: [{ of: leaf }] })] })).toEqual(['CERT_REVOKED'])
    expect(await codes({ status: { revokedAt: '2025-01-01T00:00:00Z' } }, { crls: [crl(root)] })).toEqual([
      'CERT_REVOKED',
    ])
  })

  test('too old, from the future, older than the certificate, without an end', async () => {
    expect((await check({ nextUpdate: '2026-02-01T00:00:00Z' })).subIndication).toBe('TRY_LATER')
    expect(await codes({ thisUpdate: '2026-07-01T00:00:00Z' })).toEqual(['REVOCATION_UNUSABLE'])
    expect(await codes({ thisUpdate: '2019-07-01T00:00:00Z' })).toEqual(['REVOCATION_UNUSABLE'])
    expect((await check({ nextUpdate: null })).subIndication).toBe('TRY_LATER')
    expect(await codes({ nextUpdate: null, thisUpdate: '2026-05-31T12:00:00Z' })).toEqual([])
  })

  test('produced before its own status is a note', async () => {
    expect(warnings(await check({ producedAt: '2025-12-01T00:00:00Z' }))).toEqual(['OCSP_PRODUCED_EARLY'])
  })

  test('an unknown critical extension makes it unusable', async () => {
    const odd = encodeExplicit(1, encodeSequence(extension('1.2.3.4', encodeNull(), true)))
    expect(await codes({ more: [odd] })).toEqual(['REVOCATION_UNUSABLE'])
    const known = encodeExplicit(
      1,
      encodeSequence(extension(OID.ocspArchiveCutoff, encodeGeneralizedTime(new Date(0)), true)),
    )
    expect(await codes({ more: [known] })).toEqual([])
  })

  test('what is no successful response is a note, and then data are missing', async () => {
    const tryLater = Uint8Array.of(0x30, 3, 0x0a, 1, 3)
    const report = await validate(leaf, { anchors: [root], ocsps: [tryLater], revocation: 'require' })
    expect([faults(report), warnings(report)]).toEqual([['REVOCATION_MISSING'], ['REVOCATION_UNREADABLE']])
  })

  test('any changed byte gives a response or a coded error', () => {
    const whole = ocsp(leaf, root, { certificates: [leaf], status: { revokedAt: '2025-01-01T00:00:00Z', reason: 1 } })
    const property = fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
      const mutated = Uint8Array.from(whole)
      mutated[at] = value
      try {
        OcspResponse.parse(mutated)
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(?:DER_INVALID|LIMIT_\w+)$/u) })
      }
    })
    fc.assert(property, { seed: 1, numRuns: 2000 })
  })
})
