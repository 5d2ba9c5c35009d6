import { describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import * as forge from 'node-forge'
import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import { readOid } from '../der/values.ts'
import {
  encodeBitString,
  encodeExplicit,
  encodeInteger,
  encodeOid,
  encodePrintableString,
  encodeSequence,
  encodeSet,
  encodeTime,
  encodeTlv,
  encodeUtf8String,
} from '../der/writer.ts'
import { buildSignedAttributes, buildSignedData, signedDataSize } from './build.ts'
import type { SignedDataInput } from './build.ts'
import { digestOfScheme, schemeName } from './schemes.ts'
import type { Scheme } from './signer.ts'

function attributeValue(type: string, value: Uint8Array): Uint8Array {
  return encodeSet(encodeSequence(encodeOid(type), value))
}

/** BMPString, as some national CAs still write Vietnamese names. */
function bmp(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  for (let i = 0; i < text.length; i++) new DataView(bytes.buffer).setUint16(2 * i, text.charCodeAt(i))
  return encodeTlv(0, false, 30, bytes)
}

/** The frame of a certificate: enough for what is copied from it. */
function certificate(issuer: Uint8Array, serial: Uint8Array, version = true): Uint8Array {
  const algorithm = encodeSequence(encodeOid(OID.ecdsaWithSha256))
  const validity = encodeSequence(encodeTime(new Date(0)), encodeTime(new Date('2049-12-31T00:00:00Z')))
  const subject = encodeSequence(attributeValue(OID.commonName, encodeUtf8String('Người ký')))
  const key = encodeSequence(encodeSequence(encodeOid(OID.ecPublicKey)), encodeBitString(new Uint8Array(65)))
  const fields = [encodeTlv(0, false, 2, serial), algorithm, issuer, validity, subject, key]
  const tbs = encodeSequence(...(version ? [encodeExplicit(0, encodeInteger(2))] : []), ...fields)
  return encodeSequence(tbs, algorithm, encodeBitString(new Uint8Array(64)))
}

const ISSUER = encodeSequence(
  attributeValue(OID.countryName, encodePrintableString('VN')),
  attributeValue(OID.organizationName, bmp('Ban Cơ yếu Chính phủ')),
  attributeValue(OID.commonName, encodeUtf8String('CA  phục vụ ')),
)
// Negative and not minimal: a re-encoding would change it.
const SERIAL = Uint8Array.of(0xff, 0x80, 0x01)
const SCHEMES: readonly Scheme[] = [
  { name: 'rsa-pkcs1', digest: 'sha256' },
  { name: 'rsa-pss', digest: 'sha384', mgf: 'sha384', salt: 48 },
  { name: 'ecdsa', digest: 'sha256', curve: 'P-256' },
  { name: 'ecdsa', digest: 'sha512', curve: 'P-521' },
  { name: 'eddsa', variant: 'ed25519' },
]

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

async function built(
  scheme: Scheme,
  more: Partial<SignedDataInput> = {},
): Promise<{ attributes: Uint8Array; cms: Uint8Array }> {
  const leaf = more.certificate ?? certificate(ISSUER, SERIAL)
  const attributes = await buildSignedAttributes({
    documentDigest: new Uint8Array(32).fill(7),
    certificate: leaf,
    scheme,
  })
  const chain = [certificate(ISSUER, Uint8Array.of(5)), leaf]
  const cms = buildSignedData({
    signedAttributes: attributes,
    signature: Uint8Array.of(1, 2, 3),
    certificate: leaf,
    chain,
    scheme,
    ...more,
  })
  return { attributes, cms }
}

describe.each(SCHEMES.map((scheme) => [schemeName(scheme), scheme] as const))('%s', (_name, scheme) => {
  test('C1, C2, B25: strict DER, sorted sets, the certificate’s own bytes', async () => {
    const { attributes, cms } = await built(scheme)
    const leaf = certificate(ISSUER, SERIAL)
    const signedData = parseDer(cms).children[1]!.children[0]!
    const [version, , content, certificates, signerInfos] = signedData.children
    expect(hex(version!.content)).toBe('01')
    expect(hex(content!.content)).toBe(hex(encodeOid(OID.data)))
    expect(certificates!.children.map((one) => hex(one.bytes)).toSorted()).toEqual(
      certificates!.children.map((one) => hex(one.bytes)),
    )
    expect(certificates!.children).toHaveLength(2)
    const info = signerInfos!.children[0]!
    expect(hex(info.children[1]!.content)).toBe(hex(ISSUER) + hex(encodeTlv(0, false, 2, SERIAL)))
    expect(hex(info.children[3]!.bytes)).toBe(`a0${hex(attributes).slice(2)}`)
    const ess = parseDer(attributes).children.find((one) => readOid(one.children[0]!) === OID.signingCertificateV2)!
    expect(hex(ess.bytes)).toContain(createHash(digestOfScheme(scheme)).update(leaf).digest('hex'))
    expect(hex(ess.bytes)).toContain(hex(ISSUER))
    const encoded = parseDer(attributes).children.map((one) => hex(one.bytes))
    expect(encoded.toSorted()).toEqual(encoded)
  })

  test('node-forge, an independent reader, parses every byte', async () => {
    const leaf = certificate(ISSUER, Uint8Array.of(0x7f))
    const { cms } = await built(scheme, { certificate: leaf, chain: [] })
    const parsed = forge.asn1.fromDer(Buffer.from(cms).toString('latin1'))
    expect(Buffer.from(forge.asn1.toDer(parsed).getBytes(), 'latin1').equals(Buffer.from(cms))).toBe(true)
  })
})

test('unsigned attributes stand in [1], sorted; a version 1 certificate is read as well', async () => {
  const unsigned = [
    { oid: OID.signatureTimeStampToken, value: encodeInteger(2) },
    { oid: '1.2.3', value: encodeInteger(1) },
  ]
  const old = certificate(ISSUER, SERIAL, false)
  const { cms } = await built(SCHEMES[0]!, { unsigned, certificate: old })
  const info = parseDer(cms).children[1]!.children[0]!.children.at(-1)!.children[0]!
  expect(info.children[6]!.isContext(1)).toBe(true)
  expect(info.children[6]!.children.map((one) => readOid(one.children[0]!))).toEqual([
    '1.2.3',
    OID.signatureTimeStampToken,
  ])
  expect(hex(info.children[1]!.content)).toContain(hex(ISSUER))
})

test('C4: the PSS parameters are all written, with one hash', async () => {
  const { cms } = await built(SCHEMES[1]!)
  const sha384 = hex(encodeSequence(encodeOid(OID.sha384), Uint8Array.of(5, 0)))
  const mgf = hex(
    encodeExplicit(1, encodeSequence(encodeOid(OID.mgf1), encodeSequence(encodeOid(OID.sha384), Uint8Array.of(5, 0)))),
  )
  expect(hex(cms)).toContain(`a00f${sha384}${mgf}a203020130`)
})

test('what is not written yet is refused by name', async () => {
  for (const scheme of [
    { name: 'eddsa', variant: 'ed448' },
    { name: 'ml-dsa', level: 44 },
  ] as const)
    await expect(built(scheme)).rejects.toMatchObject({ code: 'UNSUPPORTED_ALGORITHM' })
})

test.each(SCHEMES.map((scheme) => [schemeName(scheme), scheme] as const))(
  'P1: the size of %s is not underestimated',
  async (_name, scheme) => {
    const { attributes } = await built(scheme)
    const leaf = certificate(ISSUER, SERIAL)
    for (const length of [0, 1, 100, 127, 128, 5000, 70_000]) {
      const input = { signedAttributes: attributes, certificate: leaf, chain: [new Uint8Array(length)], scheme }
      const real = buildSignedData({ ...input, signature: new Uint8Array(512) }).length
      const estimate = signedDataSize(input, 512)
      expect(estimate).toBeGreaterThanOrEqual(real)
      expect(estimate - real).toBeLessThan(128)
    }
  },
)
