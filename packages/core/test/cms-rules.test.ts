// C-01 to C-16: each rule with a signature made to break it.
import { describe, expect, test } from '@jest/globals'
import { OID } from '../src/der/oids.ts'
import {
  concat,
  encodeExplicit,
  encodeImplicit,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeTime,
  encodeTlv,
} from '../src/der/writer.ts'
import { verify } from '../src/pades/verify.ts'
import type { Policy } from '../src/validation/policy.ts'
import type { SignatureReport, VerificationReport } from '../src/report.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import {
  algorithm,
  craftIdentity,
  nameOf,
  pssParameters,
  signWith,
  type Identity,
  type IdentityOptions,
} from './support/craft-certificate.ts'
import {
  attribute,
  contentTypeAttribute,
  craftCms,
  craftSignedData,
  craftSignerInfo,
  craftToken,
  digestAttribute,
  essAttribute,
  essAttributeV1,
  hash,
  usualAttributes,
  type CmsOptions,
  type SignerOptions,
} from './support/craft-cms.ts'
import { baseObjects, CraftedPdf, type SignatureShape } from './support/craft-pdf.ts'

const AT = new Date('2026-06-02T00:00:00Z')
const root = craftIdentity({ name: 'Root', ca: true, kind: 'ec', serial: 1 })
const trust = createTrustStore([root.certificate])

function leaf(options: IdentityOptions = {}): Identity {
  return craftIdentity({ issuer: root, name: 'Signer', kind: 'ec', ...options })
}

const signer = leaf()
const rsaSigner = leaf({ kind: 'rsa' })
const tsa = leaf({ name: 'TSA', serial: 9, extendedKeyUsage: [OID.timeStamping], criticalUsage: true })

type Extra = Partial<SignerOptions & CmsOptions>

function cmsOver(covered: Uint8Array, extra: Extra = {}): Uint8Array {
  return craftCms({ signer, digest: hash('sha256', covered), ...extra })
}

async function verified(
  sign: (covered: Uint8Array) => Uint8Array,
  options: { shape?: Partial<SignatureShape>; policy?: Policy; at?: Date } = {},
): Promise<VerificationReport> {
  const pdf = new CraftedPdf().appendSigned(baseObjects(), 5, { sign, ...options.shape })
  const policy = { revocation: 'none', ...options.policy } as const
  return verify(pdf.bytes, { trust, at: options.at ?? AT, policy })
}

async function judged(...args: Parameters<typeof verified>): Promise<SignatureReport> {
  const report = await verified(...args)
  expect(report.signatures).toHaveLength(1)
  return report.signatures[0]!
}

function codes(report: SignatureReport, severity?: 'error' | 'warning'): string[] {
  return report.findings.filter((one) => severity === undefined || one.severity === severity).map((one) => one.code)
}

function expectFailed(report: SignatureReport, code: string, sub = 'FORMAT_FAILURE'): void {
  expect(codes(report, 'error')).toContain(code)
  expect([report.indication, report.subIndication]).toEqual(['TOTAL-FAILED', sub])
}

function expectWarned(report: SignatureReport, code: string): void {
  expect(codes(report, 'warning')).toContain(code)
  expect([report.indication, report.integrity]).toEqual(['TOTAL-PASSED', 'intact'])
}

const PKCS7 = { shape: { subFilter: 'adbe.pkcs7.detached' } }

describe('a sound signature', () => {
  test('passes without a finding', async () => {
    const report = await verified((covered) => cmsOver(covered))
    expect(report.overall).toBe('valid')
    expect(report.findings).toEqual([])
    expect(report.signatures[0]).toMatchObject({
      id: 'S1',
      field: 'Sig1',
      page: 1,
      kind: 'signature',
      role: 'approval',
      indication: 'TOTAL-PASSED',
      subIndication: null,
      level: 'B-B',
      integrity: 'intact',
      coverage: 'whole-file',
      binding: 'ess',
      findings: [],
      times: { claimed: '2026-06-01T10:00:00.000Z', provenBefore: null },
      signer: { commonName: 'Signer', trust: 'anchored' },
      algorithms: { digest: 'sha256', signature: 'ecdsa', curve: 'P-256' },
      checks: { format: 'pass', bytesIntact: 'pass', signatureValue: 'pass', signer: 'pass', chain: 'pass' },
    })
  })

  test.each(['rsa', 'rsa-pss', 'ec'] as const)('with a key of kind %s', async (kind) => {
    const own = leaf({ kind })
    const report = await judged((covered) => cmsOver(covered, { signer: own }))
    expect([report.indication, report.integrity, codes(report)]).toEqual(['TOTAL-PASSED', 'intact', []])
  })

  test('is not valid without an answer on revocation, unless the policy says so', async () => {
    const report = await verified((covered) => cmsOver(covered), { policy: { revocation: 'require' } })
    expect(report.overall).toBe('indeterminate')
    expect(report.policy.relaxations).toEqual([])
    const relaxed = await verified((covered) => cmsOver(covered))
    expect(relaxed.policy.relaxations).toContain('revocation:none')
  })

  test('is not valid without trust', async () => {
    const pdf = new CraftedPdf().appendSigned(baseObjects(), 5, { sign: (covered) => cmsOver(covered) })
    const report = await verify(pdf.bytes, { trust: { anchors: [] }, at: AT, policy: { revocation: 'none' } })
    expect(report.overall).toBe('indeterminate')
    expect(report.signatures[0]!.subIndication).toBe('NO_CERTIFICATE_CHAIN_FOUND')
    expect(report.signatures[0]!.signer!.trust).toBe('not-anchored')
  })

  test('gives the same report twice (V-10)', async () => {
    const pdf = new CraftedPdf().appendSigned(baseObjects(), 5, { sign: (covered) => cmsOver(covered) })
    const [first, second] = [await verify(pdf.bytes, { trust, at: AT }), await verify(pdf.bytes, { trust, at: AT })]
    expect(JSON.stringify(second)).toBe(JSON.stringify(first))
  })
})

describe('C-01 envelope', () => {
  test('a remainder that is not zero fails, in compat it is a note', async () => {
    const sign = (covered: Uint8Array): Uint8Array => concat(cmsOver(covered), Uint8Array.of(0, 0, 1))
    expectFailed(await judged(sign), 'CONTENTS_REMAINDER')
    expectWarned(await judged(sign, { policy: { profile: 'compat' } }), 'CONTENTS_REMAINDER')
  })

  test('BER is read and noted, and has no baseline level', async () => {
    const report = await judged((covered) => {
      const inner = cmsOver(covered).subarray(4)
      return concat(Uint8Array.of(0x30, 0x80), inner, Uint8Array.of(0, 0))
    })
    expectWarned(report, 'NOT_DER')
    expect(report.level).toBeNull()
  })

  test('zeros only: prepared, not signed', async () => {
    const report = await verified(() => new Uint8Array(10))
    expect(report.overall).toBe('invalid')
    expectFailed(report.signatures[0]!, 'SIGNATURE_EMPTY')
  })

  test('what is no CMS fails without an exception', async () => {
    expectFailed(await judged(() => Uint8Array.of(0x30, 3, 2, 1, 5)), 'CMS_UNREADABLE')
    expectFailed(await judged(() => Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)), 'CMS_UNREADABLE')
  })
})

describe('C-02 to C-04 structure', () => {
  test('an unusual version and a digest that is not listed are notes', async () => {
    expectWarned(await judged((covered) => cmsOver(covered, { version: 5 })), 'CMS_VERSION')
    const unlisted = { digestAlgorithms: [algorithm(OID.sha512)] }
    expectWarned(await judged((covered) => cmsOver(covered, unlisted)), 'DIGEST_NOT_LISTED')
  })

  test('two signers fail, none fails', async () => {
    const two = await judged((covered) => {
      const digest = hash('sha256', covered)
      const infos = [craftSignerInfo({ signer, digest }), craftSignerInfo({ signer: rsaSigner, digest })]
      return cmsOver(covered, { signerInfos: infos, certificates: [signer.certificate, rsaSigner.certificate] })
    })
    expectFailed(two, 'MANY_SIGNER_INFOS')
    expect(two.integrity).toBe('intact')
    expectFailed(await judged((covered) => cmsOver(covered, { signerInfos: [] })), 'NO_SIGNER_INFO')
  })

  test('content inside a detached signature, and content of another type', async () => {
    expectFailed(await judged((covered) => cmsOver(covered, { content: covered })), 'CONTENT_NOT_DETACHED')
    expectFailed(await judged((covered) => cmsOver(covered, { contentType: '1.2.3.4' })), 'CONTENT_TYPE')
  })
})

describe('C-05 SubFilters', () => {
  test('adbe.pkcs7.detached: without ESS a note and binding sid-only', async () => {
    const report = await judged((covered) => {
      const digest = hash('sha256', covered)
      return cmsOver(covered, { attributes: [contentTypeAttribute(), digestAttribute(digest)] })
    }, PKCS7)
    expectWarned(report, 'NO_ESS_BINDING')
    expect([report.level, report.pkcs7Level, report.binding]).toEqual(['PKCS7', 'B', 'sid-only'])
  })

  test('adbe.pkcs7.sha1: both steps are checked, at best indeterminate', async () => {
    const shape = { shape: { subFilter: 'adbe.pkcs7.sha1' } }
    const over = (content: Uint8Array): Uint8Array => craftCms({ signer, digest: hash('sha256', content), content })
    const good = await judged((covered) => over(hash('sha1', covered)), shape)
    expect([good.integrity, good.indication]).toEqual(['intact', 'INDETERMINATE'])
    expect(good.subIndication).toBe('CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
    const bad = await judged(() => over(hash('sha1', Uint8Array.of(1))), shape)
    expect(bad.integrity).toBe('broken')
    expectFailed(bad, 'MESSAGE_DIGEST_MISMATCH', 'HASH_FAILURE')
  })

  test('adbe.x509.rsa_sha1: a bare value with the certificate in /Cert', async () => {
    const hex = Buffer.from(rsaSigner.certificate).toString('hex')
    const shape = { subFilter: 'adbe.x509.rsa_sha1', entries: `/Type /Sig /M (D:20260601100000Z) /Cert <${hex}>` }
    const sign = (data: Uint8Array): Uint8Array => encodeOctetString(signWith('rsa', rsaSigner.key, data, 'sha1'))
    const good = await judged((covered) => sign(covered), { shape })
    expect([good.integrity, good.indication, good.signer?.commonName]).toEqual(['intact', 'INDETERMINATE', 'Signer'])
    const bad = await judged((covered) => sign(covered.subarray(1)), { shape })
    expect(bad.integrity).toBe('broken')
    expectFailed(bad, 'SIGNATURE_VALUE_INVALID', 'SIG_CRYPTO_FAILURE')
  })

  describe('adbe.x509.rsa_sha1 in other shapes', () => {
    const ca = leaf({ name: 'CA', ca: true, serial: 40 })
    const own = craftIdentity({ issuer: ca, name: 'Old', kind: 'rsa', serial: 41 })
    const hexOf = (bytes: Uint8Array): string => `<${Buffer.from(bytes).toString('hex')}>`
    const value = (covered: Uint8Array): Uint8Array => encodeOctetString(signWith('rsa', own.key, covered, 'sha1'))
    const old = (certificate: string, sign = value, objects: Readonly<Record<number, string>> = {}) => {
      const entries = `/Type /Sig /M (D:20260601100000Z) /Cert ${certificate}`
      const shape = { subFilter: 'adbe.x509.rsa_sha1', entries, sign }
      const pdf = new CraftedPdf().appendSigned(baseObjects(objects), 5, shape)
      return verify(pdf.bytes, { trust, at: AT, policy: { revocation: 'none' } })
    }
    const array = `[${hexOf(own.certificate)} ${hexOf(ca.certificate)}]`

    test('an array of certificates: the first signs, the others lead to the anchor', async () => {
      const report = await old(array)
      expect(report.signatures[0]).toMatchObject({
        integrity: 'intact',
        subIndication: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
        signer: { commonName: 'Old', trust: 'anchored' },
      })
    })

    test('certificates by reference', async () => {
      for (const objects of [
        { 20: array },
        { 20: '[21 0 R 22 0 R]', 21: hexOf(own.certificate), 22: hexOf(ca.certificate) },
      ]) {
        const report = await old('20 0 R', value, objects)
        expect(report.signatures[0]).toMatchObject({ integrity: 'intact', signer: { commonName: 'Old' } })
      }
    })

    test('the certificate of another key, or none, is never intact', async () => {
      expect((await old(hexOf(rsaSigner.certificate))).signatures[0]!.integrity).toBe('broken')
      expect((await old('[]')).signatures[0]).toMatchObject({ integrity: 'unknown', signer: null })
      expect((await old('(no certificate)')).signatures[0]!.integrity).toBe('unknown')
      expect((await old(hexOf(signer.certificate))).signatures[0]!.integrity).not.toBe('intact')
    })

    test('C-01 holds here too: BER is noted, a remainder fails', async () => {
      const constructed = (covered: Uint8Array): Uint8Array =>
        concat(Uint8Array.of(0x24, 0x80), value(covered), Uint8Array.of(0, 0))
      const ber = (await old(array, constructed)).signatures[0]!
      expect([ber.integrity, codes(ber, 'warning')]).toEqual(['intact', ['NOT_DER']])
      const more = (await old(array, (covered) => concat(value(covered), Uint8Array.of(0, 0, 1)))).signatures[0]!
      expectFailed(more, 'CONTENTS_REMAINDER')
      expect(more.integrity).toBe('intact')
    })
  })

  test('any other SubFilter is listed and indeterminate', async () => {
    const report = await verified((covered) => cmsOver(covered), { shape: { subFilter: 'Some.Other' } })
    expect([report.overall, report.signatures[0]!.integrity]).toEqual(['indeterminate', 'unknown'])
    expect(codes(report.signatures[0]!)).toContain('UNSUPPORTED_SUBFILTER')
  })
})

describe('C-06 signed attributes', () => {
  test('absent: a note under adbe.pkcs7.detached, a failure under PAdES', async () => {
    const detached = (covered: Uint8Array): Uint8Array =>
      craftSignedData({
        signerInfos: [craftSignerInfo({ signer, digest: new Uint8Array(), attributes: null, content: covered })],
        certificates: [signer.certificate],
      })
    expectWarned(await judged(detached, PKCS7), 'NO_SIGNED_ATTRS')
    expectFailed(await judged(detached), 'NO_SIGNED_ATTRS')
  })

  test('present but empty fails', async () => {
    expectFailed(await judged((covered) => cmsOver(covered, { attributes: [] }), PKCS7), 'SIGNED_ATTRS_EMPTY')
  })

  test('unsorted and signed as sent: intact, a failure in strict, a note in compat', async () => {
    const sign = (covered: Uint8Array): Uint8Array => {
      const attributes = usualAttributes({ signer, digest: hash('sha256', covered) }).toReversed()
      return cmsOver(covered, { attributes })
    }
    const strict = await judged(sign)
    expectFailed(strict, 'ATTRS_NOT_DER')
    expect(strict.integrity).toBe('intact')
    expectWarned(await judged(sign, { policy: { profile: 'compat' } }), 'ATTRS_NOT_DER')
  })

  test('unsorted but signed in order: one retry, noted', async () => {
    const report = await judged((covered) => {
      const sorted = usualAttributes({ signer, digest: hash('sha256', covered) })
      return cmsOver(covered, { attributes: sorted.toReversed(), signedOrder: sorted })
    })
    expectWarned(report, 'ATTRS_RESORTED')
  })
})

describe('C-07 attribute discipline', () => {
  const withAttributes =
    (change: (usual: readonly Uint8Array[], digest: Uint8Array) => readonly Uint8Array[]) =>
    (covered: Uint8Array): Uint8Array => {
      const digest = hash('sha256', covered)
      const attributes = change(usualAttributes({ signer, digest }), digest)
      return cmsOver(covered, { attributes: attributes.toSorted((a, b) => a.length - b.length) })
    }

  test.each<[string, string, (usual: readonly Uint8Array[], digest: Uint8Array) => readonly Uint8Array[]]>([
    ['a digest twice', 'ATTRIBUTE_DUPLICATE', (usual, digest) => [...usual, digestAttribute(digest)]],
    [
      'two values',
      'ATTRIBUTE_VALUE_COUNT',
      (usual) => [...usual.slice(1), attribute(OID.contentType, encodeOid(OID.data), encodeOid(OID.data))],
    ],
    ['no digest', 'MESSAGE_DIGEST_MISSING', () => [contentTypeAttribute(), essAttribute(signer.certificate)]],
    ['no content type', 'CONTENT_TYPE_ATTRIBUTE', (usual) => usual.slice(1)],
    [
      'another content type',
      'CONTENT_TYPE_ATTRIBUTE',
      (usual) => [...usual.slice(1), contentTypeAttribute(OID.tstInfo)],
    ],
  ])('%s fails', async (_, code, change) => {
    expectFailed(await judged(withAttributes(change)), code)
  })

  test('a private attribute twice is a note', async () => {
    const own = attribute('1.3.6.1.4.1.99999.1', encodeInteger(1))
    expectWarned(await judged(withAttributes((usual) => [own, own, ...usual])), 'ATTRIBUTE_DUPLICATE')
  })

  test('a digest of other bytes or of another length is HASH_FAILURE', async () => {
    const other = await judged((covered) => cmsOver(covered, { digest: hash('sha256', Uint8Array.of(1)) }))
    expectFailed(other, 'MESSAGE_DIGEST_MISMATCH', 'HASH_FAILURE')
    expect([other.integrity, other.checks?.bytesIntact]).toEqual(['broken', 'fail'])
    const short = await judged((covered) => cmsOver(covered, { digest: hash('sha256', covered).subarray(0, 20) }))
    expectFailed(short, 'MESSAGE_DIGEST_MISMATCH', 'HASH_FAILURE')
  })

  test('attributes in the wrong place are ignored with a note', async () => {
    const report = await judged((covered) =>
      cmsOver(covered, { unsigned: () => [attribute(OID.messageDigest, encodeOctetString(new Uint8Array(32)))] }),
    )
    expectWarned(report, 'ATTRIBUTE_MISPLACED')
  })
})

describe('C-08 and C-09 the signer certificate', () => {
  test('found by subject key identifier', async () => {
    const report = await judged((covered) => cmsOver(covered, { bySubjectKeyId: true }))
    expect([report.indication, codes(report)]).toEqual(['TOTAL-PASSED', []])
  })

  test('missing: indeterminate, integrity unknown', async () => {
    const report = await judged((covered) => cmsOver(covered, { certificates: [root.certificate] }))
    expect([report.indication, report.subIndication]).toEqual(['INDETERMINATE', 'NO_SIGNING_CERTIFICATE_FOUND'])
    expect([report.integrity, report.signer]).toEqual(['unknown', null])
  })

  test("found among the caller's certificates", async () => {
    const sign = (covered: Uint8Array): Uint8Array => cmsOver(covered, { certificates: [] })
    const pdf = new CraftedPdf().appendSigned(baseObjects(), 5, { sign })
    const sources = { certificates: [signer.certificate] }
    const report = await verify(pdf.bytes, { trust, at: AT, policy: { revocation: 'none' }, sources })
    expect(report.overall).toBe('valid')
  })

  test('of two with the same issuer and serial the one that ESS names, whatever the order', async () => {
    const twin = leaf({ name: 'Twin' })
    for (const certificates of [
      [twin.certificate, signer.certificate],
      [signer.certificate, twin.certificate],
    ]) {
      const report = await judged((covered) => cmsOver(covered, { certificates }))
      expect([report.indication, report.signer?.commonName]).toEqual(['TOTAL-PASSED', 'Signer'])
    }
  })

  const essOf = (ess: readonly Uint8Array[]) => (covered: Uint8Array) => {
    const attributes = [contentTypeAttribute(), digestAttribute(hash('sha256', covered)), ...ess]
    return cmsOver(covered, { attributes: attributes.toSorted((a, b) => a.length - b.length) })
  }

  test('ESS of another certificate', async () => {
    const report = await judged(essOf([essAttribute(rsaSigner.certificate)]))
    expect(codes(report, 'error')).toContain('ESS_MISMATCH')
    expect([report.indication, report.subIndication]).toEqual(['INDETERMINATE', 'NO_SIGNING_CERTIFICATE_FOUND'])
  })

  test('ESS missing under PAdES', async () => {
    const report = await judged(essOf([]))
    expect([report.subIndication, report.level]).toEqual(['SIG_CONSTRAINTS_FAILURE', null])
  })

  test('version 1 is accepted; versions that disagree are not', async () => {
    expect((await judged(essOf([essAttributeV1(signer.certificate)]))).indication).toBe('TOTAL-PASSED')
    const both = await judged(essOf([essAttributeV1(rsaSigner.certificate), essAttribute(signer.certificate)]))
    expect(codes(both, 'error')).toContain('ESS_MISMATCH')
  })

  test('issuerSerial of another issuer: a failure in strict, a note in compat', async () => {
    const names = encodeSequence(encodeExplicit(4, nameOf('Somebody else')))
    const issuerSerial = encodeSequence(names, encodeTlv(0, false, 2, signer.serial))
    const sign = essOf([essAttribute(signer.certificate, [issuerSerial])])
    expectFailed(await judged(sign), 'ESS_ISSUER_SERIAL')
    expectWarned(await judged(sign, { policy: { profile: 'compat' } }), 'ESS_ISSUER_SERIAL')
  })
})

describe('C-10 algorithms', () => {
  test('hash of the signature algorithm other than the digest algorithm', async () => {
    const report = await judged((covered) =>
      cmsOver(covered, { signatureAlgorithm: algorithm('1.2.840.10045.4.3.3', null) }),
    )
    expectFailed(report, 'ALGORITHMS_DISAGREE', 'SIG_CRYPTO_FAILURE')
    expect(report.integrity).toBe('broken')
  })

  test('rsaEncryption takes the digest algorithm', async () => {
    const sign = (covered: Uint8Array): Uint8Array =>
      cmsOver(covered, { signer: rsaSigner, signatureAlgorithm: algorithm(OID.rsaEncryption) })
    expect((await judged(sign)).indication).toBe('TOTAL-PASSED')
  })

  test('a changed signature value', async () => {
    const report = await judged((covered) =>
      cmsOver(covered, { signer: rsaSigner, signature: (value) => value.with(20, value[20]! ^ 1) }),
    )
    expectFailed(report, 'SIGNATURE_VALUE_INVALID', 'SIG_CRYPTO_FAILURE')
    expect([report.integrity, report.checks?.signatureValue]).toEqual(['broken', 'fail'])
  })

  test('RSA-PSS parameters of another hash', async () => {
    const own = leaf({ kind: 'rsa-pss' })
    const report = await judged((covered) =>
      cmsOver(covered, { signer: own, signatureAlgorithm: algorithm(OID.rsaPss, pssParameters(OID.sha512)) }),
    )
    expectFailed(report, 'ALGORITHMS_DISAGREE', 'SIG_CRYPTO_FAILURE')
  })

  test('Ed25519 with SHA-512 passes, with SHA-256 fails', async () => {
    const own = leaf({ kind: 'ed25519' })
    const sha512 = { digestAlgorithm: algorithm(OID.sha512), digestAlgorithms: [algorithm(OID.sha512)] }
    const good = await judged((covered) =>
      cmsOver(covered, { signer: own, digest: hash('sha512', covered), ...sha512 }),
    )
    expect([good.indication, good.algorithms.signature]).toEqual(['TOTAL-PASSED', 'ed25519'])
    expectFailed(await judged((covered) => cmsOver(covered, { signer: own })), 'EDDSA_DIGEST')
  })

  test('an algorithm nobody knows is said, never called broken', async () => {
    const report = await verified((covered) => cmsOver(covered, { signatureAlgorithm: algorithm('1.2.3.4.5', null) }))
    expect([report.overall, report.signatures[0]!.integrity]).toEqual(['indeterminate', 'unknown'])
    expect(codes(report.signatures[0]!)).toContain('UNSUPPORTED_ALGORITHM')
  })

  test('a signature algorithm in the place of the digest', async () => {
    const report = await judged((covered) => cmsOver(covered, { digestAlgorithm: algorithm(OID.sha256WithRsa) }))
    expectFailed(report, 'DIGEST_ALGORITHM_INVALID')
    expect(report.integrity).toBe('unknown')
  })
})

describe('C-11 algorithm protection', () => {
  const sign = (digest: Uint8Array, signature: Uint8Array) => (covered: Uint8Array) => {
    const protection = attribute(OID.algorithmProtection, encodeSequence(digest, signature))
    const attributes = [...usualAttributes({ signer, digest: hash('sha256', covered) }), protection]
    return cmsOver(covered, { attributes: attributes.toSorted((a, b) => a.length - b.length) })
  }
  const implicit = (der: Uint8Array): Uint8Array => encodeImplicit(1, true, der.subarray(2))
  const ecdsa = algorithm(OID.ecdsaWithSha256, null)

  test('equal algorithms, with NULL or without', async () => {
    for (const digest of [algorithm(OID.sha256), algorithm(OID.sha256, null)]) {
      expect((await judged(sign(digest, implicit(ecdsa)))).indication).toBe('TOTAL-PASSED')
    }
  })

  test('other algorithms, or a MAC instead of a signature', async () => {
    expectFailed(await judged(sign(algorithm(OID.sha512), implicit(ecdsa))), 'ALGORITHM_PROTECTION')
    const mac = encodeImplicit(2, true, ecdsa.subarray(2))
    expectFailed(await judged(sign(algorithm(OID.sha256), mac)), 'ALGORITHM_PROTECTION')
  })
})

describe('C-12 and C-14 time claims and level', () => {
  test('signing-time does not belong in PAdES: a note and no level', async () => {
    const report = await judged((covered) => {
      const time = attribute(OID.signingTime, encodeTime(new Date('2026-06-01T09:00:00Z')))
      const attributes = [...usualAttributes({ signer, digest: hash('sha256', covered) }), time]
      return cmsOver(covered, { attributes: attributes.toSorted((a, b) => a.length - b.length) })
    })
    expectWarned(report, 'SIGNING_TIME_IN_PADES')
    expect(report.level).toBeNull()
  })

  test('no /M: no level; a time outside the validity: a note', async () => {
    expect((await judged((covered) => cmsOver(covered), { shape: { entries: '/Type /Sig' } })).level).toBeNull()
    const early = await judged((covered) => cmsOver(covered), { shape: { entries: '/Type /Sig /M (D:20200101)' } })
    expectWarned(early, 'CLAIMED_TIME_OUTSIDE_VALIDITY')
    expect(early.times.claimed).toBe('2020-01-01T00:00:00.000Z')
  })
})

describe('C-13 and C-15 time stamps', () => {
  type Make = (signature: Uint8Array) => readonly Uint8Array[]
  const stamped = (make: Make) => (covered: Uint8Array) =>
    cmsOver(covered, { unsigned: (signature) => [attribute(OID.signatureTimeStampToken, ...make(signature))] })
  const token = (signature: Uint8Array, extra: object = {}): Uint8Array =>
    craftToken({ tsa, imprint: hash('sha256', signature), ...extra })

  test('a good one proves the time and gives level B-T', async () => {
    const report = await judged(stamped((signature) => [token(signature)]))
    expect(report.timestamps).toMatchObject([
      { id: 'S1-T1', imprint: 'match', indication: 'TOTAL-PASSED', genTime: '2026-06-01T10:00:00.000Z' },
    ])
    expect(report.times).toMatchObject({ provenBefore: '2026-06-01T10:00:00.000Z', provenBy: 'S1-T1' })
    expect([report.level, report.checks?.time]).toEqual(['B-T', 'pass'])
  })

  test('all are listed; the earliest good one counts', async () => {
    const times = ['2026-06-01T12:00:00Z', '2026-06-01T11:00:00Z'].map((time) => new Date(time))
    const report = await judged(stamped((signature) => times.map((genTime) => token(signature, { genTime }))))
    expect(report.timestamps).toHaveLength(2)
    // A SET has an order of its own, so the id depends on the encoding.
    expect(report.times.provenBefore).toBe('2026-06-01T11:00:00.000Z')
  })

  test.each<[string, string, Make]>([
    ['over another signature', 'IMPRINT_MISMATCH', () => [token(Uint8Array.of(1))]],
    ['of an unknown version', 'TSTINFO_VERSION', (signature) => [token(signature, { version: 2 })]],
    ['by a certificate for documents', 'TSA_PURPOSE', (signature) => [token(signature, { tsa: signer })]],
    ['that is no token', 'TIMESTAMP_UNREADABLE', () => [encodeSequence()]],
    [
      'without ESS binding',
      'ESS_MISSING',
      (signature) => [
        token(signature, { attributes: (d: Uint8Array) => [contentTypeAttribute(OID.tstInfo), digestAttribute(d)] }),
      ],
    ],
  ])('one %s proves nothing and is noted', async (_, code, make) => {
    const report = await verified(stamped(make))
    const own = report.signatures[0]!
    expect(own.timestamps[0]!.findings.map((one) => one.code)).toContain(code)
    expect([own.indication, own.level, own.times.provenBefore]).toEqual(['TOTAL-PASSED', 'B-B', null])
    expect(report.overall).toBe('valid-with-notes')
  })

  test('accuracy is read, a tsa that names somebody else is a note', async () => {
    const accuracy = encodeSequence(encodeInteger(1), encodeImplicit(0, false, Uint8Array.of(1, 0xf4)))
    const name = encodeExplicit(0, encodeExplicit(4, nameOf('Somebody else')))
    const report = await judged(stamped((signature) => [token(signature, { extra: [accuracy, name] })]))
    expect(report.timestamps[0]).toMatchObject({ accuracySeconds: 1.5, indication: 'TOTAL-PASSED' })
    expect(report.timestamps[0]!.findings.map((one) => one.code)).toEqual(['TSA_NAME'])
  })

  test('a counter-signature is ignored with a note and adds no signer', async () => {
    const report = await judged((covered) => {
      const other = craftSignerInfo({ signer: rsaSigner, digest: hash('sha256', Uint8Array.of(1)) })
      return cmsOver(covered, { unsigned: () => [attribute(OID.counterSignature, other)] })
    })
    expectWarned(report, 'ATTRIBUTE_FOREIGN')
    expect(report.signer?.commonName).toBe('Signer')
  })
})

describe('document timestamps', () => {
  const shape = { subFilter: 'ETSI.RFC3161', entries: '/Type /DocTimeStamp' }
  const sign = (covered: Uint8Array): Uint8Array => craftToken({ tsa, imprint: hash('sha256', covered) })

  test('alone in a file it is judged by itself', async () => {
    const report = await verified(sign, { shape })
    expect(report.overall).toBe('valid')
    expect(report.signatures[0]).toMatchObject({
      kind: 'document-timestamp',
      role: null,
      level: null,
      integrity: 'intact',
      signer: { commonName: 'TSA' },
      times: { claimed: null, provenBefore: '2026-06-01T10:00:00.000Z', provenBy: 'S1' },
    })
  })

  test('over other data it is broken', async () => {
    const report = await judged(() => sign(Uint8Array.of(1)), { shape })
    expect(report.integrity).toBe('broken')
    expectFailed(report, 'IMPRINT_MISMATCH', 'HASH_FAILURE')
  })

  test('P-14: without /Type a note, with /Sig a failure, both of kind document-timestamp', async () => {
    const untyped = await judged(sign, { shape: { ...shape, entries: '' } })
    expect([untyped.kind, codes(untyped, 'warning')]).toEqual(['document-timestamp', ['TIMESTAMP_TYPE_MISSING']])
    const mixed = await judged(sign, { shape: { ...shape, entries: '/Type /Sig' } })
    expect(mixed.kind).toBe('document-timestamp')
    expectFailed(mixed, 'TIMESTAMP_TYPE_WRONG')
  })

  test('a signature of a person in its place fails', async () => {
    expectFailed(await judged((covered) => cmsOver(covered), { shape }), 'CONTENT_TYPE')
  })
})

test('C-16: an algorithm past its end is indeterminate at that time', async () => {
  const old = new Date('2030-01-01T00:00:00Z')
  const own = leaf({ kind: 'rsa', notAfter: new Date('2035-01-01T00:00:00Z') })
  const lasting = craftIdentity({
    name: 'Root',
    ca: true,
    kind: 'ec',
    serial: 1,
    key: root.key,
    notAfter: new Date('2035-01-01T00:00:00Z'),
  })
  const pdf = new CraftedPdf().appendSigned(baseObjects(), 5, { sign: (covered) => cmsOver(covered, { signer: own }) })
  const report = await verify(pdf.bytes, {
    trust: createTrustStore([lasting.certificate]),
    at: old,
    policy: { revocation: 'none' },
  })
  expect(report.signatures[0]!.subIndication).toBe('CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
  expect(report.signatures[0]!.checks?.algorithms).toBe('fail')
})
