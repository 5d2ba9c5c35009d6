import { describe, expect, test } from '@jest/globals'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { faults, validate, warnings } from '../../test/support/chains.ts'
import {
  cn,
  crl,
  extendedKeyUsage,
  extension,
  generalName,
  issue,
  keyUsage,
  newKey,
  ocsp,
} from '../../test/support/issue.ts'
import type { Key } from '../../test/support/issue.ts'
import { OID } from '../der/oids.ts'
import { encodeExplicit, encodeNull, encodeSequence } from '../der/writer.ts'
import { Certificate } from '../x509/certificate.ts'
import { VerifiedPath } from '../x509/path.ts'
import { NotRevoked } from '../x509/revocation.ts'
import { checkCertificateChain, subIndicationOf, validateCertificate } from './certificate.ts'
import { createTrustStore } from './trust.ts'

const root = issue({ subject: cn('Root'), ca: true, key: newKey() })
const leaf = issue({ subject: cn('L') }, root)
const at = new Date('2026-06-01T00:00:00Z')

describe('certificate validate', () => {
  test('reports the path with hashes and times', async () => {
    const report = await validate(leaf, { anchors: [root], crls: [crl(root)], revocation: 'require' })
    expect(report).toMatchObject({ valid: true, indication: 'PASSED', subIndication: null })
    expect(report.path[0]).toMatchObject({ subject: 'CN=L,C=VN', notBefore: '2020-01-01T00:00:00.000Z', anchor: false })
    const sha256 = createHash('sha256').update(leaf.der).digest('hex')
    expect(report.path[0]!.sha256).toBe(sha256)
    expect(report.revocation![0]!.certificate).toBe(sha256)
  })

  test('what is no certificate is FAILED with FORMAT_FAILURE, never an exception', async () => {
    const trust = createTrustStore([root.der])
    for (const bytes of [new Uint8Array(0), leaf.der.subarray(0, 50), Uint8Array.of(0x30, 0x80, 0, 0)])
      expect(await validateCertificate(bytes, { trust, at })).toMatchObject({
        valid: false,
        indication: 'FAILED',
        subIndication: 'FORMAT_FAILURE',
        path: [],
      })
  })

  test('intermediates that cannot be read are left out', async () => {
    const trust = createTrustStore([root.der])
    const report = await validateCertificate(leaf.der, {
      trust,
      at,
      intermediates: [Uint8Array.of(1, 2, 3)],
      revocation: 'none',
    })
    expect(report.valid).toBe(true)
  })

  test('the first finding is the most telling one, and notes come last', async () => {
    const old = issue(
      { subject: cn('L'), notAfter: '2026-01-02T00:00:00Z', more: [extendedKeyUsage([OID.clientAuth])] },
      root,
    )
    const report = await validate(old, {
      anchors: [root],
      crls: [crl(root, { revoked: [{ of: old, reason: 1 }] })],
      revocation: 'require',
    })
    expect(report.problems.map(({ code }) => code)).toEqual(['CERT_REVOKED', 'CERT_EXPIRED', 'SIGNER_PURPOSE_UNUSUAL'])
    expect(report.subIndication).toBe('REVOKED_NO_POE')
  })

  test('the default demands revocation data', async () => {
    const trust = createTrustStore([root.der])
    expect(await validateCertificate(leaf.der, { trust, at })).toMatchObject({
      valid: false,
      subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
    })
  })

  test('prefer: missing data is no error; revoked, or unusable data that was given, is', async () => {
    const run = async (crls: readonly Uint8Array[]) => validate(leaf, { anchors: [root], crls, revocation: 'prefer' })
    expect((await run([])).valid).toBe(true)
    expect(faults(await run([crl(root, { revoked: [{ of: leaf }] })]))).toEqual(['CERT_REVOKED'])
    expect(faults(await run([crl(root, { key: newKey() })]))).toEqual(['REVOCATION_UNUSABLE'])
    expect(faults(await run([crl(root, { nextUpdate: '2026-02-01T00:00:00Z' })]))).toEqual(['REVOCATION_STALE'])
    for (const unreadable of [Uint8Array.of(0x30, 0), Uint8Array.of(1, 2, 3), new Uint8Array(0)]) {
      expect(faults(await run([unreadable]))).toEqual(['REVOCATION_UNUSABLE'])
      expect(faults(await run([unreadable, crl(root)]))).toEqual([])
    }
  })

  test('a list in PEM text is read too (PKI-08)', async () => {
    const text = `-----BEGIN X509 CRL-----\n${Buffer.from(crl(root)).toString('base64')}\n-----END X509 CRL-----\n`
    expect(
      (await validate(leaf, { anchors: [root], crls: [new TextEncoder().encode(text)], revocation: 'require' })).valid,
    ).toBe(true)
  })

  test('unreadable data are a note', async () => {
    const report = await validate(leaf, {
      anchors: [root],
      crls: [crl(root), Uint8Array.of(0x30, 0), new Uint8Array(0)],
      ocsps: [Uint8Array.of(1)],
      revocation: 'require',
    })
    expect([report.valid, warnings(report)]).toEqual([true, Array(3).fill('REVOCATION_UNREADABLE')])
  })

  test('status at an earlier time from data made later (X-09)', async () => {
    const early = { at: new Date('2023-06-01T00:00:00Z'), now: at }
    const revoked = crl(root, { revoked: [{ of: leaf, at: '2024-01-01T00:00:00Z' }] })
    expect((await validate(leaf, { anchors: [root], crls: [revoked], revocation: 'require', ...early })).valid).toBe(
      true,
    )
    const late = await validate(leaf, { anchors: [root], crls: [revoked], revocation: 'require' })
    expect(late.subIndication).toBe('REVOKED_NO_POE')
  })
})

describe('checkCertificateChain', () => {
  const options = {
    anchors: [{ certificate: Certificate.parse(root.der) }],
    candidates: [],
    at,
    crls: [crl(root)],
    ocsps: [],
  }

  test('success is a proof that nobody else can make', async () => {
    const result = await checkCertificateChain(Certificate.parse(leaf.der), options)
    expect(result.verified).toBeInstanceOf(VerifiedPath)
    expect(() => new VerifiedPath(Symbol('x') as never, result.verified!)).toThrow(TypeError)
    expect(() => new NotRevoked(Symbol('x') as never, Certificate.parse(leaf.der), at, [])).toThrow(TypeError)
  })

  test('says since when the leaf or its CA is revoked', async () => {
    const crls = [crl(root, { revoked: [{ of: leaf, at: '2024-03-04T05:06:07Z' }] })]
    const result = await checkCertificateChain(Certificate.parse(leaf.der), { ...options, crls })
    expect([result.verified, result.revokedAt, result.caRevokedAt]).toEqual([
      undefined,
      new Date('2024-03-04T05:06:07Z'),
      undefined,
    ])
  })

  test('counts verifications over calls (L-16)', async () => {
    const budget = { verifications: 0 }
    await checkCertificateChain(Certificate.parse(leaf.der), { ...options, budget })
    expect(budget.verifications).toBe(2)
    const spent = { verifications: 2000 }
    const result = await checkCertificateChain(Certificate.parse(leaf.der), { ...options, budget: spent })
    expect(result.problems.map(({ code }) => code)).toEqual(['LIMIT_VERIFICATIONS'])
  })

  test('an anchor past its sunset, an anchor for time stamps only', async () => {
    const certificate = Certificate.parse(root.der)
    const run = async (anchor: object) =>
      checkCertificateChain(Certificate.parse(leaf.der), { ...options, anchors: [{ certificate, ...anchor }] })
    expect((await run({ sunset: new Date('2026-01-01T00:00:00Z') })).subIndication).toBe(
      'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
    )
    expect((await run({ sunset: new Date('2027-01-01T00:00:00Z') })).indication).toBe('PASSED')
    expect((await run({ purposes: ['tsa'] })).subIndication).toBe('NO_CERTIFICATE_CHAIN_FOUND')
    expect((await run({ purposes: ['signer'] })).indication).toBe('PASSED')
  })
})

describe('X-11 purposes', () => {
  const purposeOf = async (
    extensions: readonly Uint8Array[],
    purpose: 'signing' | 'timestamping' | 'ocsp' | 'any' = 'signing',
  ) => {
    const report = await validate(issue({ subject: cn('L'), extensions }, root), { anchors: [root], purpose })
    return [report.subIndication, ...faults(report), ...warnings(report)]
  }
  const ds = keyUsage('digitalSignature')

  test.each([
    ['no key usage, no purposes', [], [null]],
    ['nonRepudiation alone', [keyUsage('nonRepudiation')], [null]],
    ['keyCertSign alone', [keyUsage('keyCertSign')], ['CHAIN_CONSTRAINTS_FAILURE', 'SIGNER_KEY_USAGE']],
    ['keyEncipherment alone', [keyUsage('keyEncipherment')], ['CHAIN_CONSTRAINTS_FAILURE', 'SIGNER_KEY_USAGE']],
    ['document signing', [ds, extendedKeyUsage([OID.documentSigning])], [null]],
    ['Adobe', [ds, extendedKeyUsage([OID.adobeAuthenticDocuments])], [null]],
    ['Microsoft beside clientAuth', [ds, extendedKeyUsage([OID.clientAuth, OID.microsoftDocumentSigning])], [null]],
    ['e-mail', [ds, extendedKeyUsage([OID.emailProtection])], [null]],
    ['any', [ds, extendedKeyUsage([OID.anyExtendedKeyUsage])], [null, 'SIGNER_PURPOSE_UNUSUAL']],
    ['clientAuth alone', [ds, extendedKeyUsage([OID.clientAuth])], [null, 'SIGNER_PURPOSE_UNUSUAL']],
    ['time stamps alone', [ds, extendedKeyUsage([OID.timeStamping])], ['CHAIN_CONSTRAINTS_FAILURE', 'SIGNER_PURPOSE']],
    [
      'servers and code',
      [ds, extendedKeyUsage([OID.serverAuth, OID.codeSigning])],
      ['CHAIN_CONSTRAINTS_FAILURE', 'SIGNER_PURPOSE'],
    ],
    [
      'X-13: nocheck',
      [ds, extension(OID.ocspNoCheck, encodeNull())],
      ['CHAIN_CONSTRAINTS_FAILURE', 'SIGNER_OCSP_NOCHECK'],
    ],
  ])('%s', async (_name, extensions, expected) => {
    expect(await purposeOf(extensions)).toEqual(expected)
  })

  test('X-13: noRevAvail beside pointers is a note', async () => {
    const points = extension(
      OID.crlDistributionPoints,
      encodeSequence(encodeSequence(encodeExplicit(0, encodeExplicit(0, generalName.uri('http://a/'))))),
    )
    expect(await purposeOf([ds, extension(OID.noRevAvail, encodeNull()), points])).toEqual([
      null,
      'NO_REV_AVAIL_CONTRADICTED',
    ])
  })

  test('C-15: time stamping is critical and alone', async () => {
    expect(await purposeOf([ds, extendedKeyUsage([OID.timeStamping], true)], 'timestamping')).toEqual([null])
    for (const bad of [
      extendedKeyUsage([OID.timeStamping]),
      extendedKeyUsage([OID.timeStamping, OID.clientAuth], true),
      ds,
    ])
      expect((await purposeOf([bad], 'timestamping')).slice(0, 2)).toEqual([
        'CHAIN_CONSTRAINTS_FAILURE',
        'TSA_CERTIFICATE_PURPOSE',
      ])
  })

  test('ocsp and any', async () => {
    expect(await purposeOf([ds], 'ocsp')).toEqual(['CHAIN_CONSTRAINTS_FAILURE', 'OCSP_RESPONDER_PURPOSE'])
    expect(await purposeOf([ds, extendedKeyUsage([OID.ocspSigning])], 'ocsp')).toEqual([null])
    expect(await purposeOf([keyUsage('keyCertSign')], 'any')).toEqual([null])
  })
})

describe('C-16 algorithms in a chain', () => {
  function curveKey(namedCurve: string): Key {
    const pair = generateKeyPairSync('ec', { namedCurve })
    return { privateKey: pair.privateKey, spki: new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' })) }
  }
  const weak = issue({ subject: cn('Weak'), ca: true, key: curveKey('secp224r1') })
  const end = issue({ subject: cn('L') }, weak)

  test('a key that was good once needs older proof', async () => {
    const report = await validate(end, { anchors: [weak] })
    expect([report.subIndication, faults(report)]).toEqual(['CRYPTO_CONSTRAINTS_FAILURE_NO_POE', ['KEY_WEAK']])
    expect((await validate(end, { anchors: [weak], at: new Date('2021-06-01T00:00:00Z') })).valid).toBe(true)
    expect((await validate(end, { anchors: [weak], algorithms: 'any' })).valid).toBe(true)
  })

  test('the key of the certificate itself is judged, as no signature says more', async () => {
    const rsa = (modulusLength: number): Key => {
      const pair = generateKeyPairSync('rsa', { modulusLength })
      return {
        privateKey: pair.privateKey,
        spki: new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' })),
      }
    }
    const check = async (key: Key, options: object = {}) =>
      faults(await validate(issue({ subject: cn('L'), key }, root), { anchors: [root], ...options }))
    expect(await check(rsa(1024))).toEqual(['KEY_WEAK'])
    expect(await check(rsa(512))).toEqual(['KEY_WEAK'])
    expect(await check(curveKey('secp224r1'))).toEqual(['KEY_WEAK'])
    expect(await check(rsa(2048))).toEqual([])
    expect(await check(rsa(1024), { algorithms: 'any' })).toEqual([])
    expect(await check(rsa(1024), { at: new Date('2019-09-01T00:00:00Z') })).toEqual(['CERT_NOT_YET_VALID'])
  })

  test('the caller may bring another catalogue', async () => {
    const { TS_119_312 } = await import('./algorithms.ts')
    const catalogue = { ...TS_119_312, ecdsa: [{ bits: 224, until: 'always' }] }
    expect((await validate(end, { anchors: [weak], catalogue })).valid).toBe(true)
  })

  test('the signer of an OCSP response is judged too', async () => {
    const report = await validate(end, { anchors: [weak], ocsps: [ocsp(end, weak)], revocation: 'require' })
    expect(faults(report)).toEqual(['KEY_WEAK', 'KEY_WEAK'])
  })
})

test('of several sub-indications the most telling is reported', () => {
  const of = (
    code: string,
    subIndication: 'REVOKED_NO_POE' | 'TRY_LATER' | 'CERTIFICATE_CHAIN_GENERAL_FAILURE' | 'OUT_OF_BOUNDS_NO_POE',
  ) => ({ rule: '', code, outcome: 'I', args: {}, subIndication }) as const
  expect(subIndicationOf([])).toBeNull()
  expect(subIndicationOf([of('X', 'TRY_LATER'), of('Y', 'REVOKED_NO_POE')])).toBe('REVOKED_NO_POE')
  expect(
    subIndicationOf([of('REVOCATION_MISSING', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'), of('Y', 'OUT_OF_BOUNDS_NO_POE')]),
  ).toBe('OUT_OF_BOUNDS_NO_POE')
  expect(
    subIndicationOf([of('CA_FLAG_MISSING', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'), of('Y', 'OUT_OF_BOUNDS_NO_POE')]),
  ).toBe('CERTIFICATE_CHAIN_GENERAL_FAILURE')
  expect(subIndicationOf([{ rule: '', code: 'Z', outcome: 'I', args: {} }])).toBe('GENERIC')
})
