import { describe, expect, test } from '@jest/globals'
import { X509Certificate } from 'node:crypto'
import * as fc from 'fast-check'
import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import {
  encodeExplicit,
  encodeImplicit,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodePrintableString,
  encodeSequence,
  encodeSet,
  encodeTlv,
  encodeUtf8String,
} from '../der/writer.ts'
import {
  basicConstraints,
  cn,
  dn,
  extension,
  generalName,
  issue,
  keyUsage,
  subjectAltName,
} from '../../test/support/issue.ts'
import { Certificate } from './certificate.ts'
import { certificateSha256, describeCertificate, describeSigner } from './identity.ts'
import { Name } from './name.ts'
import { checkShape } from './shape.ts'

/** Bytes of the signature value, after the octet that counts unused bits. */
function readBitStringLength(der: Uint8Array): number {
  return parseDer(der).children.at(2)!.content.length - 1
}

const attribute = (type: string, value: Uint8Array): Uint8Array => encodeSequence(encodeOid(type), value)
const rdn = (...attributes: readonly Uint8Array[]): Uint8Array => encodeSet(...attributes)

/** The shape of a government certificate: repeated OU, BMPString, UID (PKI-05, PKI-06). */
const vietnamese = dn(
  [OID.countryName, 'VN'],
  [OID.organizationName, 'Ủy ban nhân dân tỉnh Đắk Lắk'],
  [OID.organizationalUnitName, 'Sở Nội vụ'],
  [OID.organizationalUnitName, 'Phòng Cải cách hành chính'],
  [OID.commonName, 'Nguyễn Văn An'],
  [OID.userId, 'MST:6000123456-029'],
)

describe('certificate', () => {
  const root = issue({ subject: cn('Gốc'), ca: true })
  const leaf = issue(
    { subject: vietnamese, serial: 0x80ff, more: [subjectAltName(generalName.email('an@daklak.gov.vn'))] },
    root,
  )

  test('keeps the bytes received and reads what node:crypto reads', () => {
    const certificate = Certificate.parse(leaf.der)
    const witness = new X509Certificate(leaf.der)
    expect(certificate.der).toEqual(leaf.der)
    expect(certificate.serialHex).toBe('0080FF')
    expect(certificate.notBefore).toEqual(new Date(witness.validFrom))
    expect(certificate.notAfter).toEqual(new Date(witness.validTo))
    expect(certificate.publicKey).toMatchObject({ algorithm: 'ec', curve: 'P-256', bits: 256 })
    expect(certificate.version).toBe(3)
    expect(certificate.basicConstraints).toBeUndefined()
    expect([...certificate.keyUsage!]).toEqual(['digitalSignature', 'nonRepudiation'])
    expect(Certificate.parse(root.der).basicConstraints).toEqual({ ca: true })
  })

  test('one reading only: nothing twice, nothing too much (X-02)', () => {
    const tbs = parseDer(leaf.der).children[0]!.children
    const rebuilt = (...parts: readonly Uint8Array[]): Uint8Array => {
      const [, algorithm, value] = parseDer(leaf.der).children
      return encodeSequence(encodeSequence(...parts), algorithm!.bytes, value!.bytes)
    }
    const fields = tbs.map(({ bytes }) => bytes)
    const list = fields.at(-1)!
    const some = encodeSequence(encodeOid(OID.keyUsage), encodeOctetString(Uint8Array.of(3, 1, 0)))
    const surplus = encodeSequence(
      encodeOid(OID.keyUsage),
      encodeOctetString(fields[1]!),
      encodeOctetString(fields[1]!),
    )
    expect(
      Certificate.parse(rebuilt(...fields.slice(0, -1), encodeExplicit(3, encodeSequence(some)))).extensions.size,
    ).toBe(1)
    for (const last of [
      [list, list],
      [list, encodeImplicit(1, false, Uint8Array.of(0, 1))],
      [encodeExplicit(3, encodeSequence(some), encodeSequence(some))],
      [encodeExplicit(3, encodeSequence(surplus))],
      [encodeExplicit(3, encodeSet(some))],
    ])
      expect(() => Certificate.parse(rebuilt(...fields.slice(0, -1), ...last))).toThrow('cannot be read')
    const strange = Certificate.parse(rebuilt(encodeExplicit(0, encodeInteger(-1)), ...fields.slice(1, -1)))
    expect(checkShape(strange, false).map(({ code }) => code)).toEqual(['CERT_VERSION'])
  })

  test('alternative names without a name stand for no subject (RFC 5280 4.2.1.6)', () => {
    const nobody = issue({ subject: dn(), more: [extension(OID.subjectAltName, encodeSequence(), true)] }, root)
    expect(checkShape(Certificate.parse(nobody.der), false).map(({ code }) => code)).toEqual([
      'CERT_EXTENSION_MALFORMED',
    ])
  })

  test('PKI-05: Vietnamese text, the repeated OU and UID stay whole', async () => {
    const signer = await describeSigner(Certificate.parse(leaf.der))
    expect(signer).toMatchObject({
      commonName: 'Nguyễn Văn An',
      organization: 'Ủy ban nhân dân tỉnh Đắk Lắk',
      subject:
        'UID=MST:6000123456-029,CN=Nguyễn Văn An,OU=Phòng Cải cách hành chính,OU=Sở Nội vụ,O=Ủy ban nhân dân tỉnh Đắk Lắk,C=VN',
      issuer: 'CN=Gốc,C=VN',
      serial: '0080FF',
      email: 'an@daklak.gov.vn',
    })
  })

  test('describes itself for the path', async () => {
    const certificate = Certificate.parse(leaf.der)
    expect(await describeCertificate(certificate, { anchor: false, source: 'cms' })).toMatchObject({
      notAfter: '2040-01-01T00:00:00.000Z',
      sha256: new X509Certificate(leaf.der).fingerprint256.replaceAll(':', '').toLowerCase(),
      source: 'cms',
    })
    expect(certificateSha256(certificate)).toBe(certificateSha256(certificate))
  })

  test('qcStatements are claims of the CA (X-12)', async () => {
    const statements = encodeSequence(
      encodeSequence(encodeOid(OID.qcCompliance)),
      encodeSequence(encodeOid(OID.qcType), encodeSequence(encodeOid(OID.qcTypeSign))),
      encodeSequence(encodeOid(OID.qcCcLegislation), encodeSequence(encodePrintableString('VN'))),
    )
    const certificate = issue({ subject: cn('A'), more: [extension(OID.qcStatements, statements)] }, root)
    expect((await describeSigner(Certificate.parse(certificate.der))).claims).toEqual([
      { statement: 'QcCompliance' },
      { statement: 'QcType', value: 'sign' },
      { statement: 'QcCClegislation', value: 'VN' },
    ])
  })

  test('an extension that cannot be decoded is malformed, not an exception', () => {
    const bad = extension(OID.keyUsage, Uint8Array.of(4, 0))
    const certificate = Certificate.parse(issue({ subject: cn('A'), extensions: [bad, bad] }).der)
    expect(certificate.keyUsage).toBeUndefined()
    expect([...certificate.malformed]).toEqual([OID.keyUsage])
    expect(certificate.duplicateExtensions).toEqual([OID.keyUsage])
  })

  test('refuses what is no certificate with CERT_INVALID', () => {
    for (const der of [new Uint8Array(0), Uint8Array.of(0x30, 0), leaf.der.subarray(1), Uint8Array.of(...leaf.der, 0)])
      expect(() => Certificate.parse(der)).toThrow(expect.objectContaining({ code: 'CERT_INVALID' }))
  })

  test('a signature value of broken octets fits nothing: no second encoding of one certificate', () => {
    const at = leaf.der.length - readBitStringLength(leaf.der) - 1
    const changed = Uint8Array.from(leaf.der)
    changed[at] = 1
    changed[changed.length - 1]! &= 0xfe
    expect(Certificate.parse(changed).signatureValue).toHaveLength(0)
  })

  test('the signature value must be a BIT STRING by its tag: no second encoding of one certificate', () => {
    const at = leaf.der.length - readBitStringLength(leaf.der) - 3
    expect(leaf.der[at]).toBe(3)
    for (const tag of [0x43, 0x83, 0xc3, 0x80]) {
      const changed = Uint8Array.from(leaf.der)
      changed[at] = tag
      expect(() => Certificate.parse(changed)).toThrow(expect.objectContaining({ code: 'CERT_INVALID' }))
    }
  })

  test('any changed byte gives a certificate or a coded error, also when every getter is asked', () => {
    const whole = issue({ subject: vietnamese, more: [basicConstraints(true, 3), keyUsage('cRLSign')] }, root).der
    const property = fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
      const mutated = Uint8Array.from(whole)
      mutated[at] = value
      try {
        const certificate = Certificate.parse(mutated)
        void [certificate.malformed, certificate.publicKey, certificate.publicKeyBits, certificate.subject.toString()]
        void [certificate.qcStatements, certificate.authorityInfoAccess, certificate.issuer.key, certificate.serialHex]
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(?:CERT_INVALID|LIMIT_ASN1_DEPTH)$/u) })
      }
    })
    fc.assert(property, { seed: 1, numRuns: 3000 })
  })
})

describe('X-04 names', () => {
  const one = (text: string, tag = 12): Name =>
    Name.parse(
      encodeSequence(
        rdn(
          attribute(OID.commonName, encodeTlv(0, false, tag, tag === 30 ? bmp(text) : new TextEncoder().encode(text))),
        ),
      ),
    )
  const bmp = (text: string): Uint8Array =>
    Uint8Array.from(Array.from(text).flatMap((letter) => [letter.charCodeAt(0) >> 8, letter.charCodeAt(0) & 255]))

  test('case, white space and string type do not matter', () => {
    expect(one('Good  CA').equals(one(' good ca '))).toBe(true)
    expect(one('Good CA', 19).equals(one('GOOD CA', 12))).toBe(true)
    expect(one('Sở Nội vụ', 30).equals(one('SỞ NỘI VỤ', 12))).toBe(true)
    expect(one('GoodCA').equals(one('Good CA'))).toBe(false)
  })

  test('composed and decomposed letters are the same', () => {
    expect(one('Sở Nội vụ'.normalize('NFD')).equals(one('Sở Nội vụ'.normalize('NFC')))).toBe(true)
  })

  test('a multi-valued RDN is a set, a sequence of RDNs is not', () => {
    const a = attribute(OID.commonName, encodeUtf8String('a'))
    const b = attribute(OID.organizationName, encodeUtf8String('b'))
    const set = (...parts: readonly Uint8Array[]): Name => Name.parse(encodeSequence(encodeTlv(0, true, 17, ...parts)))
    expect(set(a, b).equals(set(b, a))).toBe(true)
    expect(Name.parse(encodeSequence(rdn(a), rdn(b))).equals(Name.parse(encodeSequence(rdn(b), rdn(a))))).toBe(false)
    expect(set(a, b).toString()).toBe('CN=a+O=b')
  })

  test('RFC 4514 escapes, and control characters cannot break a line', () => {
    expect(one(' a,b+"c"\\<d>;e# ').toString()).toBe('CN=\\ a\\,b\\+\\"c\\"\\\\\\<d\\>\\;e#\\ ')
    expect(one('#a\nb').toString()).toBe('CN=\\#a\\0Ab')
    expect(Name.parse(encodeSequence(rdn(attribute('1.2.3.4', encodeUtf8String('x'))))).toString()).toBe(
      '1.2.3.4=#0c0178',
    )
  })

  test('subtrees are prefixes of RDNs', () => {
    const base = Name.parse(dn([OID.countryName, 'VN'], [OID.organizationName, 'Sở Nội vụ']))
    expect(
      Name.parse(dn([OID.countryName, 'vn'], [OID.organizationName, 'sở nội vụ'], [OID.commonName, 'a'])).isWithin(
        base,
      ),
    ).toBe(true)
    expect(Name.parse(dn([OID.countryName, 'VN'])).isWithin(base)).toBe(false)
  })

  test('a value with a broken string compares by its bytes and prints as hex', () => {
    const broken = Name.parse(
      encodeSequence(rdn(attribute(OID.commonName, encodeTlv(0, false, 12, Uint8Array.of(0xc3, 0x28))))),
    )
    expect(broken.toString()).toBe('CN=#0c02c328')
    expect(broken.equals(broken)).toBe(true)
    expect(() => Name.parse(encodeImplicit(0, true, new Uint8Array(0)))).toThrow()
  })
})

test('a version that is empty is a coded error', () => {
  const { der } = issue({ subject: cn('L') })
  const [tbs, ...rest] = parseDer(der).children
  const [, ...fields] = tbs!.children
  const empty = encodeSequence(
    encodeSequence(encodeTlv(2, true, 0), ...fields.map(({ bytes }) => bytes)),
    ...rest.map(({ bytes }) => bytes),
  )
  expect(() => Certificate.parse(empty)).toThrow(expect.objectContaining({ code: 'CERT_INVALID' }))
})
