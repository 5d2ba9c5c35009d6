// C-01 to C-16 once more, from the side: what is almost right, and what only looks wrong.
import { describe, expect, test } from '@jest/globals'
import { constants, createHash, privateEncrypt } from 'node:crypto'
import { OID } from '../src/der/oids.ts'
import {
  concat,
  encodeExplicit,
  encodeInteger,
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSet,
  encodeTlv,
} from '../src/der/writer.ts'
import { verify } from '../src/pades/verify.ts'
import type { SignatureReport, VerificationReport } from '../src/report.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { algorithm, craftIdentity, pssParameters, type Identity } from './support/craft-certificate.ts'
import {
  attribute,
  contentTypeAttribute,
  craftCms,
  craftSignedData,
  craftSignerInfo,
  craftToken,
  digestAttribute,
  hash,
  usualAttributes,
  type CmsOptions,
  type SignerOptions,
} from './support/craft-cms.ts'
import { baseObjects, CraftedPdf, FIELD, PAGE, type SignatureShape } from './support/craft-pdf.ts'

const AT = new Date('2026-06-02T00:00:00Z')
const root = craftIdentity({ name: 'Root', ca: true, kind: 'ec', serial: 1 })
const trust = createTrustStore([root.certificate])
const signer = craftIdentity({ issuer: root, name: 'Signer', kind: 'ec', serial: 2 })
const rsa = craftIdentity({ issuer: root, name: 'RSA', kind: 'rsa', serial: 3 })
const ed448 = craftIdentity({ issuer: root, name: 'Ed448', kind: 'ed448', serial: 4 })
const tsa = craftIdentity({
  issuer: root,
  name: 'TSA',
  kind: 'ec',
  serial: 9,
  extendedKeyUsage: [OID.timeStamping],
  criticalUsage: true,
})

type Extra = Partial<SignerOptions & CmsOptions>
const cmsOver = (covered: Uint8Array, extra: Extra = {}): Uint8Array =>
  craftCms({ signer, digest: hash('sha256', covered), ...extra })
const sorted = (attributes: readonly Uint8Array[]): readonly Uint8Array[] =>
  attributes.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

async function reportOf(
  sign: (covered: Uint8Array) => Uint8Array,
  shape: Partial<SignatureShape> = {},
  compat = false,
): Promise<VerificationReport> {
  const pdf = new CraftedPdf().appendSigned(baseObjects(), 5, { sign, ...shape })
  const profile = compat ? ({ profile: 'compat' } as const) : {}
  return verify(pdf.bytes, { trust, at: AT, policy: { revocation: 'none', ...profile } })
}

async function judged(...args: Parameters<typeof reportOf>): Promise<SignatureReport> {
  return (await reportOf(...args)).signatures[0]!
}

const codes = ({ findings }: SignatureReport): readonly string[] =>
  findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code)
/** Verdict and everything that is told, in short. */
const told = (one: SignatureReport): readonly unknown[] => [one.indication, one.integrity, codes(one)]
const PASSED = ['TOTAL-PASSED', 'intact', []]

describe('C-01: BER in every place', () => {
  /** The same value with indefinite lengths on the outermost levels. */
  const indefinite = (der: Uint8Array, levels: number): Uint8Array => {
    if (levels === 0) return der
    const header = der[1]! < 0x80 ? 2 : 2 + (der[1]! & 0x7f)
    const [first = new Uint8Array(), rest = new Uint8Array()] = splitFirst(der.subarray(header))
    const inner = levels === 1 ? concat(first, rest) : concat(first, indefinite(rest, levels - 1))
    return concat(Uint8Array.of(der[0]!, 0x80), inner, Uint8Array.of(0, 0))
  }
  /** The first element of a content, and what follows it. */
  function splitFirst(content: Uint8Array): readonly Uint8Array[] {
    const long = content[1]! >= 0x80 ? content[1]! & 0x7f : 0
    let length = long === 0 ? content[1]! : 0
    for (let i = 0; i < long; i++) length = length * 256 + content[2 + i]!
    const end = 2 + long + length
    return [content.subarray(0, end), content.subarray(end)]
  }

  test.each([1, 2])('indefinite lengths, %s levels deep, and padding behind', async (levels) => {
    const one = await judged((covered) => indefinite(cmsOver(covered), levels))
    expect(told(one)).toEqual(['TOTAL-PASSED', 'intact', ['NOT_DER']])
    expect(one.level).toBeNull()
  })

  test('a constructed signature value and a length in a longer form than needed', async () => {
    const constructed = await judged((covered) => {
      const made = cmsOver(covered, { signature: (value) => value })
      // The outermost length in four octets.
      return concat(Uint8Array.of(0x30, 0x84, 0, 0, made[2]!, made[3]!), made.subarray(4))
    })
    expect(told(constructed)).toEqual(['TOTAL-PASSED', 'intact', ['NOT_DER']])
  })

  test('another type of content, or none, is no signature', async () => {
    const data = encodeSequence(encodeOid(OID.data), encodeExplicit(0, encodeOctetString(Uint8Array.of(1))))
    expect(codes(await judged(() => data))).toEqual(['CMS_UNREADABLE'])
    expect(codes(await judged(() => encodeSequence(encodeOid(OID.signedData))))).toEqual(['CMS_UNREADABLE'])
  })
})

test('C-03: two signers fail alone; another signature of the file keeps its verdict', async () => {
  const two = (covered: Uint8Array): Uint8Array => {
    const infos = [signer, rsa].map((one) => craftSignerInfo({ signer: one, digest: hash('sha256', covered) }))
    return craftSignedData({ signerInfos: infos, certificates: [signer.certificate, rsa.certificate] })
  }
  const pdf = new CraftedPdf().appendSigned(baseObjects(), 5, { sign: (covered) => cmsOver(covered) })
  pdf.appendSigned(
    {
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 7 0 R] /SigFlags 3 >> >>',
      3: PAGE.replace('[4 0 R]', '[4 0 R 7 0 R]'),
      7: FIELD.replace('(Sig1)', '(Sig2)').replace('5 0 R', '8 0 R'),
    },
    8,
    { sign: two },
  )
  const report = await verify(pdf.bytes, { trust, at: AT, policy: { revocation: 'none' } })
  expect(report.signatures.map(({ indication }) => indication)).toEqual(['TOTAL-PASSED', 'TOTAL-FAILED'])
  expect(codes(report.signatures[1]!)).toEqual(['MANY_SIGNER_INFOS'])
})

describe('C-04, C-05: content where it does not belong, or is missing', () => {
  const stamp = { subFilter: 'ETSI.RFC3161', entries: '/Type /DocTimeStamp' }

  test('a token without its content', async () => {
    const bare = (covered: Uint8Array): Uint8Array =>
      craftSignedData({
        signerInfos: [craftSignerInfo({ signer: tsa, digest: hash('sha256', covered), contentType: OID.tstInfo })],
        certificates: [tsa.certificate],
        version: 3,
        contentType: OID.tstInfo,
      })
    const one = await judged(bare, stamp)
    expect(codes(one)).toContain('CONTENT_MISSING')
    expect([one.indication, one.integrity]).not.toContain('TOTAL-PASSED')
  })

  test('adbe.pkcs7.sha1: a digest cut short, with more behind, or missing', async () => {
    const shape = { subFilter: 'adbe.pkcs7.sha1' }
    const over = (content: Uint8Array): Uint8Array => craftCms({ signer, digest: hash('sha256', content), content })
    const cut = await judged((covered) => over(hash('sha1', covered).subarray(0, 19)), shape)
    const longer = await judged((covered) => over(concat(hash('sha1', covered), Uint8Array.of(0))), shape)
    expect([cut.integrity, longer.integrity]).toEqual(['broken', 'broken'])
    const missing = await judged((covered) => cmsOver(covered), shape)
    expect([missing.integrity === 'intact', codes(missing).includes('CONTENT_MISSING')]).toEqual([false, true])
    // The inner signature is wrong, the outer digest right.
    const inner = await judged((covered) => {
      const content = hash('sha1', covered)
      return craftCms({ signer, digest: hash('sha256', Uint8Array.of(1)), content })
    }, shape)
    expect([inner.integrity, inner.subIndication]).toEqual(['broken', 'HASH_FAILURE'])
  })
})

describe('C-07: what is signed and what is not', () => {
  test('a signed attribute that belongs outside is ignored and told', async () => {
    const one = await judged((covered) => {
      const token = craftToken({ tsa, imprint: hash('sha256', covered) })
      const usual = usualAttributes({ signer, digest: hash('sha256', covered) })
      return cmsOver(covered, { attributes: sorted([...usual, attribute(OID.signatureTimeStampToken, token)]) })
    })
    expect(told(one)).toEqual(['TOTAL-PASSED', 'intact', ['ATTRIBUTE_MISPLACED']])
    expect(one.timestamps).toEqual([])
  })

  test('an attribute without a value', async () => {
    const one = await judged((covered) => {
      const usual = usualAttributes({ signer, digest: hash('sha256', covered) })
      return cmsOver(covered, { attributes: sorted([...usual, attribute('1.2.3.4')]) })
    })
    expect(codes(one)).toContain('ATTRIBUTE_VALUE_COUNT')
    expect(one.indication).toBe('TOTAL-FAILED')
  })
})

describe('C-08, C-09: the binding to the certificate', () => {
  const bound = (ess: readonly Uint8Array[]) => (covered: Uint8Array) =>
    cmsOver(covered, { attributes: sorted([contentTypeAttribute(), digestAttribute(hash('sha256', covered)), ...ess]) })
  const v2 = (id: Uint8Array): Uint8Array => attribute(OID.signingCertificateV2, encodeSequence(encodeSequence(id)))

  test('an attribute that cannot be read', async () => {
    const one = await judged(bound([attribute(OID.signingCertificateV2, encodeSequence(encodeInteger(1)))]))
    expect(codes(one)).toContain('ESS_MALFORMED')
    expect(one.indication).toBe('TOTAL-FAILED')
  })

  test('a hash that nobody knows leaves it open', async () => {
    const id = encodeSequence(algorithm('1.2.3.4.5'), encodeOctetString(hash('sha256', signer.certificate)))
    const one = await judged(bound([v2(id)]))
    expect([one.indication, codes(one)]).toEqual(['INDETERMINATE', ['UNSUPPORTED_ALGORITHM']])
  })

  test('the hash of another algorithm than the default, named', async () => {
    const id = encodeSequence(algorithm(OID.sha512, null), encodeOctetString(hash('sha512', signer.certificate)))
    expect(told(await judged(bound([v2(id)])))).toEqual(PASSED)
  })

  test('further ids do not count, the first one does', async () => {
    const first = encodeSequence(encodeOctetString(hash('sha256', signer.certificate)))
    const other = encodeSequence(encodeOctetString(hash('sha256', rsa.certificate)))
    const list = (...ids: readonly Uint8Array[]): Uint8Array =>
      attribute(OID.signingCertificateV2, encodeSequence(encodeSequence(...ids)))
    expect(told(await judged(bound([list(first, other)])))).toEqual(PASSED)
    expect(codes(await judged(bound([list(other, first)])))).toContain('ESS_MISMATCH')
  })

  test('the name of the issuer in other letters names it all the same (RFC 5280)', async () => {
    const upper = encodeSequence(
      encodeSet(
        encodeSequence(encodeOid(OID.commonName), encodeTlv(0, false, 19, new TextEncoder().encode('  ROOT '))),
      ),
    )
    expect(told(await judged((covered) => cmsOver(covered, { signer: { ...signer, issuerName: upper } })))).toEqual(
      PASSED,
    )
  })

  test('a key identifier of nobody, and a serial number with leading zeros', async () => {
    const nobody: Identity = { ...signer, keyId: Uint8Array.of(1, 2, 3) }
    const one = await judged((covered) => cmsOver(covered, { signer: nobody, bySubjectKeyId: true }))
    expect(codes(one)).toContain('SIGNER_CERTIFICATE_MISSING')
  })
})

describe('C-10: values that are almost right', () => {
  /** PKCS#1 v1.5 by hand over the attributes. */
  const withBlock = (info: (digest: Uint8Array) => Uint8Array) => (covered: Uint8Array) => {
    const usual = usualAttributes({ signer: rsa, digest: hash('sha256', covered) })
    const tail = info(hash('sha256', encodeTlv(0, true, 17, ...usual)))
    const block = concat(Uint8Array.of(0, 1), new Uint8Array(253 - tail.length).fill(0xff), Uint8Array.of(0), tail)
    const value = new Uint8Array(privateEncrypt({ key: rsa.key, padding: constants.RSA_NO_PADDING }, block))
    return cmsOver(covered, { signer: rsa, attributes: usual, signature: () => value })
  }

  test('DigestInfo without NULL is noted, with anything else it is no signature', async () => {
    const oid = encodeOid(OID.sha256)
    const info =
      (...params: readonly Uint8Array[]) =>
      (digest: Uint8Array) =>
        encodeSequence(encodeSequence(oid, ...params), encodeOctetString(digest))
    expect(told(await judged(withBlock(info(encodeNull()))))).toEqual(PASSED)
    expect(told(await judged(withBlock(info())))).toEqual(['TOTAL-PASSED', 'intact', ['DIGEST_INFO_WITHOUT_NULL']])
    for (const params of [encodeOctetString(new Uint8Array()), encodeInteger(0), encodeSequence()]) {
      const one = await judged(withBlock(info(params)))
      expect([one.subIndication, one.integrity]).toEqual(['SIG_CRYPTO_FAILURE', 'broken'])
    }
    const named = await judged(withBlock((digest) => encodeSequence(algorithm(OID.sha1), encodeOctetString(digest))))
    expect(named.integrity).toBe('broken')
  })

  test('PSS: another mask hash and another salt are noted, parameters that do not fit fail', async () => {
    const own = craftIdentity({ issuer: root, name: 'PSS', kind: 'rsa-pss', serial: 5 })
    const pssWith = (params: Uint8Array | null): Promise<SignatureReport> =>
      judged((covered) => cmsOver(covered, { signer: own, signatureAlgorithm: algorithm(OID.rsaPss, params) }))
    expect(told(await pssWith(pssParameters()))).toEqual(PASSED)
    const salt = await pssWith(pssParameters(OID.sha256, 20))
    expect([salt.indication, codes(salt)]).toEqual(['TOTAL-FAILED', ['PSS_SALT_LENGTH', 'SIGNATURE_VALUE_INVALID']])
    const mask = await pssWith(pssParameters(OID.sha256, 32, OID.sha512))
    expect(codes(mask)).toEqual(['PSS_MGF_DIFFERS', 'SIGNATURE_VALUE_INVALID'])
    expect(codes(await pssWith(pssParameters(OID.sha256, 250)))).toContain('ALGORITHMS_DISAGREE')
    expect(codes(await pssWith(encodeInteger(1)))).toContain('ALGORITHMS_DISAGREE')
    // Absent parameters mean SHA-1, which is not the digest that was used.
    expect(codes(await pssWith(null))).toContain('ALGORITHMS_DISAGREE')
  })

  test('ECDSA: a value that is not DER, or not minimal, is no signature', async () => {
    const padded = (value: Uint8Array): Uint8Array => {
      const length = value[3]!
      const r = concat(Uint8Array.of(2, length + 1, 0), value.subarray(4, 4 + length))
      const s = value.subarray(4 + length)
      return concat(Uint8Array.of(0x30, r.length + s.length), r, s)
    }
    const changes: readonly ((value: Uint8Array) => Uint8Array)[] = [
      padded,
      (value) => concat(value, Uint8Array.of(0)),
      (value) => value.subarray(0, value.length - 1),
      () => new Uint8Array(64),
      () => encodeSequence(encodeInteger(0), encodeInteger(0)),
      () => encodeSequence(encodeInteger(1), encodeInteger(1)),
    ]
    for (const signature of changes) {
      const one = await judged((covered) => cmsOver(covered, { signature }))
      expect([one.subIndication, one.integrity]).toEqual(['SIG_CRYPTO_FAILURE', 'broken'])
    }
  })

  describe('Ed448', () => {
    const edWith = (digest: string, digestAlgorithm: Uint8Array): Promise<SignatureReport> =>
      judged((covered) =>
        cmsOver(covered, {
          signer: ed448,
          digest: digest === 'shake256' ? shake512(covered) : hash(digest, covered),
          digestAlgorithm,
          digestAlgorithms: [digestAlgorithm],
        }),
      )
    const shake512 = (bytes: Uint8Array): Uint8Array =>
      new Uint8Array(createHash('shake256', { outputLength: 64 }).update(bytes).digest())

    test('id-shake256-len with 512 passes, bare id-shake256 is noted, all others fail', async () => {
      expect(told(await edWith('shake256', algorithm(OID.shake256Len, encodeInteger(512))))).toEqual(PASSED)
      const bare = await edWith('shake256', algorithm(OID.shake256, null))
      expect(told(bare)).toEqual(['TOTAL-PASSED', 'intact', ['SHAKE256_WITHOUT_LENGTH']])
      for (const other of [256, 511, 1024]) {
        expect(codes(await edWith('shake256', algorithm(OID.shake256Len, encodeInteger(other))))).toContain(
          'EDDSA_DIGEST',
        )
      }
      expect(codes(await edWith('sha512', algorithm(OID.sha512)))).toContain('EDDSA_DIGEST')
      expect(codes(await edWith('sha256', algorithm(OID.sha256)))).toContain('EDDSA_DIGEST')
    })

    test('parameters of the signature algorithm', async () => {
      const digestAlgorithm = algorithm(OID.shake256Len, encodeInteger(512))
      const one = await judged((covered) =>
        cmsOver(covered, {
          signer: ed448,
          digest: shake512(covered),
          digestAlgorithm,
          signatureAlgorithm: algorithm(OID.ed448),
        }),
      )
      expect(codes(one)).toContain('EDDSA_PARAMETERS')
    })
  })

  test.each(['2.16.840.1.101.3.4.3.17', '2.16.840.1.101.3.4.3.18', '2.16.840.1.101.3.4.3.19', '1.2.3.4.5.6'])(
    'the algorithm %s, ML-DSA among them, is said and never called broken',
    async (oid) => {
      const one = await judged((covered) => cmsOver(covered, { signatureAlgorithm: algorithm(oid, null) }))
      expect([one.indication, one.integrity]).toEqual(['INDETERMINATE', 'unknown'])
      expect(codes(one)).toEqual(['UNSUPPORTED_ALGORITHM'])
    },
  )

  test('the digest comes from the SignerInfo alone, whatever the list says', async () => {
    const one = await judged((covered) =>
      cmsOver(covered, { digestAlgorithms: [algorithm(OID.sha1), algorithm(OID.sha512)] }),
    )
    expect(told(one)).toEqual(['TOTAL-PASSED', 'intact', ['DIGEST_NOT_LISTED']])
  })
})

describe('C-12 to C-15: time and level', () => {
  const stamped = (make: (value: Uint8Array) => readonly Uint8Array[]) => (covered: Uint8Array) =>
    cmsOver(covered, { unsigned: (value) => [attribute(OID.signatureTimeStampToken, ...make(value))] })
  const token = (value: Uint8Array, extra: object = {}): Uint8Array =>
    craftToken({ tsa, imprint: hash('sha256', value), ...extra })

  test('a claim after its proof is noted', async () => {
    const early = new Date('2026-05-01T00:00:00Z')
    const one = await judged(stamped((value) => [token(value, { genTime: early })]))
    expect([one.indication, codes(one)]).toEqual(['TOTAL-PASSED', ['CLAIMED_TIME_AFTER_PROOF']])
  })

  test('the earliest good stamp counts, bad ones beside it do not', async () => {
    const times = ['2026-06-01T11:00:00Z', '2026-06-01T10:30:00Z'].map((time) => new Date(time))
    const one = await judged(
      stamped((value) => [
        ...times.map((genTime) => token(value, { genTime })),
        token(Uint8Array.of(1), { genTime: new Date('2026-06-01T10:10:00Z') }),
      ]),
    )
    expect(one.times.provenBefore).toBe('2026-06-01T10:30:00.000Z')
    expect(one.timestamps.filter(({ indication }) => indication === 'TOTAL-PASSED')).toHaveLength(2)
  })

  test('an authority whose purpose is not critical, or that has a second one, proves nothing', async () => {
    const make = (extendedKeyUsage: readonly string[], criticalUsage: boolean): Identity =>
      craftIdentity({ issuer: root, name: 'TSA', kind: 'ec', serial: 12, extendedKeyUsage, criticalUsage })
    for (const bad of [make([OID.timeStamping], false), make([OID.timeStamping, '1.3.6.1.5.5.7.3.4'], true)]) {
      const one = await judged(stamped((value) => [token(value, { tsa: bad })]))
      expect([one.indication, one.times.provenBefore]).toEqual(['TOTAL-PASSED', null])
      expect(one.timestamps[0]!.indication).not.toBe('TOTAL-PASSED')
    }
  })

  test('what B-B asks for beyond a sound signature', async () => {
    const level = async (entries: string): Promise<string | null> =>
      (await judged((covered) => cmsOver(covered), { entries })).level
    expect(await level('/Type /Sig /M (D:20260601100000Z)')).toBe('B-B')
    expect(await level('/Type /Sig')).toBeNull()
    expect(
      await level(`/Type /Sig /M (D:20260601100000Z) /Cert <${Buffer.from(signer.certificate).toString('hex')}>`),
    ).toBeNull()
    expect(await level('/Type /Sig /M (D:20260601100000Z) /Reason (x)')).toBe('B-B')
    const committed = await judged(
      (covered) => {
        const usual = usualAttributes({ signer, digest: hash('sha256', covered) })
        const commitment = attribute(
          OID.commitmentTypeIndication,
          encodeSequence(encodeOid('1.2.840.113549.1.9.16.6.1')),
        )
        return cmsOver(covered, { attributes: sorted([...usual, commitment]) })
      },
      { entries: '/Type /Sig /M (D:20260601100000Z) /Reason (x)' },
    )
    expect([committed.indication, committed.level]).toEqual(['TOTAL-PASSED', null])
  })
})
