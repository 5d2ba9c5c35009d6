// bytes behind the CMS. A-18: signers and content too many. A-19: exchanged certificates. A-20: algorithms and attributes confused.
import { createPrivateKey } from 'node:crypto'
import { OID } from '../../src/der/oids.ts'
import {
  concat,
  encodeImplicit,
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSet,
  encodeTime,
  encodeTlv,
} from '../../src/der/writer.ts'
import { TEST_KEYS } from '../../../test-pki/src/test-keys.ts'
import { algorithm, craftIdentity, type Identity } from '../../test/support/craft-certificate.ts'
import {
  attribute,
  contentTypeAttribute,
  craftSignedData,
  craftSignerInfo,
  digestAttribute,
  essAttribute,
  hash,
  usualAttributes,
} from '../../test/support/craft-cms.ts'
import { agency, attacker, identityNamed, intermediates, keyIdOf, officer, officer2 } from '../identities.ts'
import type { Preparation } from '../notice.ts'
import { pick, type Random } from '../random.ts'
import { SIGNATURE, cmsOver, tokenOver, type CmsChanges } from '../signing.ts'
import { GOOD, signing, type Expectation, type Trick } from '../trick.ts'

type Cms = (covered: Uint8Array) => Uint8Array

const NOT_GOOD: Expectation = { overall: { mustNotBe: [...GOOD, 'unsigned'] }, signatures: [] }

const withCms = (sign: Cms, entries?: string): Preparation => ({
  officer: { sign, room: 11_000 },
  ...(entries === undefined ? {} : { entries }),
})
/** The officer's signature with something changed. */
export const changed =
  (changes: (covered: Uint8Array) => CmsChanges, by: () => Identity = officer): Cms =>
  (covered) =>
    cmsOver(covered, by(), changes(covered))

/** What the same tool writes when it means no harm: other keys, other certificates along, attributes that are allowed. */
function soundCms(random: Random): Preparation {
  const by = pick(random, [officer, officer2, agency])
  return withCms(
    pick<Cms>(random, [
      changed(() => ({}), by),
      changed(() => ({ certificates: [by().certificate, ...intermediates().toReversed()] }), by),
      changed(
        (covered) => ({
          attributes: sorted([...usualAttributes({ signer: by(), digest: hash('sha256', covered) }), protection()]),
        }),
        by,
      ),
      changed(() => ({ unsigned: (value) => [attribute(OID.signatureTimeStampToken, tokenOver(value))] }), by),
      changed(() => ({ signatureAlgorithm: algorithm(OID.rsaEncryption) }), by),
      changed(() => ({ digestAlgorithms: [algorithm(OID.sha256), algorithm(OID.sha512)] }), by),
    ]),
  )
}

export const sorted = (attributes: readonly Uint8Array[]): readonly Uint8Array[] =>
  attributes.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

/** CMSAlgorithmProtection (RFC 6211). */
function protection(digest: string = OID.sha256, value: string = OID.sha256WithRsa): Uint8Array {
  return attribute(
    OID.algorithmProtection,
    encodeSequence(algorithm(digest), encodeImplicit(1, true, concat(encodeOid(value), encodeNull()))),
  )
}

const twin = (_: unknown, random: Random): Preparation => soundCms(random)

export const cms = (name: string, sign: Cms, entries?: string, expect: Expectation = NOT_GOOD): Trick =>
  signing({ name, attack: () => withCms(sign, entries), twin, expect })

const trailing = (name: string, more: (value: Uint8Array, covered: Uint8Array) => Uint8Array): Trick =>
  signing({
    name,
    attack: () => ({
      officer: {
        room: 9000,
        sign: (covered) => more(cmsOver(covered, officer(), { certificates: [officer().certificate] }), covered),
      },
    }),
    twin,
    expect: NOT_GOOD,
  })

export const A17: readonly Trick[] = [
  trailing('a byte behind the CMS', (value) => concat(value, Uint8Array.of(1))),
  trailing('a byte far behind the CMS', (value) => concat(value, new Uint8Array(900), Uint8Array.of(1))),
  trailing('the last byte of the room', (value) =>
    concat(value, new Uint8Array(9000 - value.length - 1), Uint8Array.of(0xff)),
  ),
  trailing('a text behind the CMS', (value) => concat(value, new TextEncoder().encode('The fine is 900'))),
  trailing('a second CMS behind', (value, covered) =>
    concat(value, cmsOver(covered, officer2(), { certificates: [officer2().certificate] })),
  ),
  trailing('a second CMS by the attacker behind', (value, covered) => concat(value, cmsOver(covered, attacker()))),
  trailing('a second CMS in front', (value, covered) => concat(cmsOver(covered.subarray(1), attacker()), value)),
  trailing('zeros in front', (value) => concat(new Uint8Array(4), value)),
  trailing('a PDF behind', (value) => concat(value, new TextEncoder().encode('%PDF-1.4 1 0 obj<<>>endobj'))),
  trailing('an end of contents behind', (value) => concat(value, Uint8Array.of(0, 0, 0x30, 0x80, 0, 0))),
  trailing('a value that is cut', (value) => value.subarray(0, value.length - 10)),
  trailing('a length that is too large', (value) => concat(Uint8Array.of(0x30, 0x83, 0x10, 0, 0), value.subarray(4))),
  trailing('a length that is too small', (value) => concat(Uint8Array.of(0x30, 0x82, 0, 0x20), value.subarray(4))),
  trailing('an indefinite length without its end', (value) =>
    concat(Uint8Array.of(0x30, 0x80), value.subarray(4), Uint8Array.of(1)),
  ),
]

const info = (signer: Identity, covered: Uint8Array): Uint8Array =>
  craftSignerInfo({ signer, digest: hash('sha256', covered) })

export const A18: readonly Trick[] = [
  cms(
    'two signers',
    changed((covered) => ({
      signerInfos: [info(officer(), covered), info(officer2(), covered)],
      certificates: [officer().certificate, officer2().certificate],
    })),
  ),
  cms(
    'the attacker as second signer',
    changed((covered) => ({
      signerInfos: [info(officer(), covered), info(attacker(), covered)],
      certificates: [officer().certificate, attacker().certificate],
    })),
  ),
  cms(
    'the attacker as first signer',
    changed((covered) => ({
      signerInfos: [info(attacker(), covered), info(officer(), covered)],
      certificates: [officer().certificate, attacker().certificate],
    })),
  ),
  cms(
    'the same signer twice',
    changed((covered) => ({ signerInfos: [info(officer(), covered), info(officer(), covered)] })),
  ),
  cms(
    'a second signer of other bytes',
    changed((covered) => ({
      signerInfos: [info(officer(), covered), info(officer2(), covered.subarray(1))],
      certificates: [officer().certificate, officer2().certificate],
    })),
  ),
  cms(
    'three signers',
    changed((covered) => ({
      signerInfos: [officer(), officer2(), agency()].map((one) => info(one, covered)),
      certificates: [officer().certificate],
    })),
  ),
  cms(
    'no signer',
    changed(() => ({ signerInfos: [] })),
  ),
  cms(
    'the content inside',
    changed((covered) => ({ content: covered.subarray(0, 2000) })),
  ),
  cms('another content inside, signed', (covered) =>
    cmsOver(Uint8Array.of(1, 2), officer(), {
      content: Uint8Array.of(1, 2),
      digest: hash('sha256', Uint8Array.of(1, 2)),
      ...(covered.length > 0 ? {} : {}),
    }),
  ),
  cms(
    'an empty content inside',
    changed(() => ({ content: new Uint8Array() })),
  ),
  cms(
    'a content of another type',
    changed(() => ({ contentType: '1.2.3.4' })),
  ),
  cms(
    'a content that is a time stamp',
    changed(() => ({ contentType: OID.tstInfo })),
  ),
  cms('a time-stamp token as signature', (covered) => tokenOver(covered)),
  cms('a certificate instead of a signature', () => officer().certificate),
]

/** A certificate for another key that names itself as the officer's does. */
function impostor(options: { readonly sameKeyId?: boolean } = {}): Identity {
  const real = officer()
  const key = createPrivateKey({ key: Buffer.from(TEST_KEYS.stranger, 'base64'), format: 'der', type: 'pkcs8' })
  const issuer: Identity = { ...attacker(), name: real.issuerName }
  const made = craftIdentity({ kind: 'rsa', key, issuer, name: 'Impostor', serial: 1 })
  const serial = Buffer.from(real.serial)
  // The serial number 1 exchanged for the officer's: the certificate then has the issuer and serial that the signature names.
  const shaped = remade(made.certificate, serial)
  return {
    ...made,
    certificate: shaped,
    serial: real.serial,
    issuerName: real.issuerName,
    ...(options.sameKeyId === true ? { keyId: keyIdOf(real.certificate) } : {}),
  }
}

/** The certificate with another serial number; its own signature is wrong then, as an impostor's is anyway. */
function remade(certificate: Uint8Array, serial: Uint8Array): Uint8Array {
  const text = Buffer.from(certificate)
  const at = text.indexOf(Buffer.from('a003020102020101', 'hex'))
  const tbsStart = 4
  const outer = (tag: number, body: Uint8Array): Uint8Array => encodeTlv(0, tag === 0x30, 16, body)
  const tbsLength = text.readUInt16BE(tbsStart + 2)
  const tbs = text.subarray(tbsStart + 4, tbsStart + 4 + tbsLength)
  const rest = text.subarray(tbsStart + 4 + tbsLength)
  const from = at - tbsStart - 4
  const renamed = Buffer.concat([
    tbs.subarray(0, from + 5),
    Buffer.from([2, serial.length]),
    serial,
    tbs.subarray(from + 8),
  ])
  return outer(0x30, concat(outer(0x30, renamed), rest))
}

/** Signed by the impostor's key in the name of the officer. */
const posing =
  (changes: (covered: Uint8Array, fake: Identity) => CmsChanges): Cms =>
  (covered) => {
    const fake = impostor()
    return cmsOver(covered, fake, changes(covered, fake))
  }

export const A19: readonly Trick[] = [
  cms(
    "the impostor's key, the officer's certificate",
    posing(() => ({ certificates: [officer().certificate] })),
  ),
  cms(
    "the impostor's certificate of the same issuer and serial",
    posing(() => ({})),
  ),
  cms(
    'both certificates, the real one first',
    posing((_, fake) => ({ certificates: [officer().certificate, fake.certificate] })),
  ),
  cms(
    'both certificates, the impostor first',
    posing((_, fake) => ({ certificates: [fake.certificate, officer().certificate] })),
  ),
  cms(
    "the impostor's key, bound to the officer",
    posing((covered) => ({
      attributes: sorted([
        contentTypeAttribute(),
        digestAttribute(hash('sha256', covered)),
        essAttribute(officer().certificate),
      ]),
      certificates: [officer().certificate],
    })),
  ),
  cms(
    "the officer's key, bound to the impostor",
    changed((covered) => ({
      attributes: sorted([
        contentTypeAttribute(),
        digestAttribute(hash('sha256', covered)),
        essAttribute(impostor().certificate),
      ]),
    })),
  ),
  cms(
    "the officer's key, bound to another person",
    changed((covered) => ({
      attributes: sorted([
        contentTypeAttribute(),
        digestAttribute(hash('sha256', covered)),
        essAttribute(officer2().certificate),
      ]),
    })),
  ),
  cms('by key identifier, another certificate with it', (covered) => {
    const fake = impostor({ sameKeyId: true })
    return cmsOver(covered, fake, { bySubjectKeyId: true, certificates: [officer().certificate] })
  }),
  cms(
    'a serial number of nobody',
    changed(() => ({ signer: { ...officer(), serial: Uint8Array.of(9, 9) } })),
  ),
  cms('a certificate that does not fit the key', (covered) => cmsOver(covered, { ...officer(), key: officer2().key })),
  cms(
    'no certificate at all',
    changed(() => ({ certificates: [] })),
  ),
  cms('a certificate of the wrong purpose', (covered) => cmsOver(covered, identityNamed('wrong-purpose'))),
  cms('a certificate that has expired', (covered) => cmsOver(covered, identityNamed('expired'))),
  cms('a certificate of the future', (covered) => cmsOver(covered, identityNamed('not-yet-valid'))),
  cms('an authority as signer', (covered) => cmsOver(covered, identityNamed('ca-as-leaf'))),
  cms('a time-stamping certificate as signer', (covered) => cmsOver(covered, identityNamed('tsa'))),
]

const ess = (by: () => Identity = officer): Uint8Array => essAttribute(by().certificate)
const attributes = (make: (digest: Uint8Array) => readonly Uint8Array[]): Cms =>
  changed((covered) => ({ attributes: sorted(make(hash('sha256', covered))) }))

const PKCS7 = SIGNATURE.replace('ETSI.CAdES.detached', 'adbe.pkcs7.detached')

/** A signature without signed attributes: its value is over the content itself. */
function bare(content: (covered: Uint8Array) => Uint8Array, moved = false): Cms {
  return (covered) => {
    const unsigned = moved
      ? { unsigned: () => usualAttributes({ signer: officer(), digest: hash('sha256', covered) }) }
      : {}
    const one = craftSignerInfo({
      signer: officer(),
      digest: new Uint8Array(),
      attributes: null,
      content: content(covered),
      ...unsigned,
    })
    return craftSignedData({ signerInfos: [one], certificates: [officer().certificate, ...intermediates()] })
  }
}

export const A20: readonly Trick[] = [
  cms(
    'no signed attributes',
    bare((covered) => covered),
  ),
  cms(
    'empty signed attributes',
    changed(() => ({ attributes: [] })),
  ),
  cms(
    'attributes moved out of the signature',
    bare((covered) => covered, true),
  ),
  cms(
    'attributes as content (the confusion of RFC 5652)',
    bare((covered) => encodeSet(...usualAttributes({ signer: officer(), digest: hash('sha256', covered) }))),
    PKCS7,
  ),
  cms(
    'no digest',
    attributes(() => [contentTypeAttribute(), ess()]),
  ),
  cms(
    'no digest, the other SubFilter',
    attributes(() => [contentTypeAttribute(), ess()]),
    PKCS7,
  ),
  cms(
    'two digests',
    attributes((digest) => [
      contentTypeAttribute(),
      digestAttribute(digest),
      digestAttribute(hash('sha256', digest)),
      ess(),
    ]),
  ),
  cms(
    'a digest with two values',
    attributes((digest) => [
      contentTypeAttribute(),
      attribute(OID.messageDigest, encodeOctetString(digest), encodeOctetString(hash('sha256', digest))),
      ess(),
    ]),
  ),
  cms(
    'a digest of other bytes',
    attributes((digest) => [contentTypeAttribute(), digestAttribute(hash('sha256', digest)), ess()]),
  ),
  cms(
    'a digest that is cut',
    attributes((digest) => [contentTypeAttribute(), digestAttribute(digest.subarray(0, 20)), ess()]),
  ),
  cms(
    'a digest that is empty',
    attributes(() => [contentTypeAttribute(), digestAttribute(new Uint8Array()), ess()]),
  ),
  cms(
    'no content type',
    attributes((digest) => [digestAttribute(digest), ess()]),
  ),
  cms(
    'another content type',
    attributes((digest) => [contentTypeAttribute(OID.tstInfo), digestAttribute(digest), ess()]),
  ),
  cms(
    'no binding to the certificate',
    attributes((digest) => [contentTypeAttribute(), digestAttribute(digest)]),
  ),
  cms(
    'two bindings',
    attributes((digest) => [contentTypeAttribute(), digestAttribute(digest), ess(), ess(officer2)]),
  ),
  cms(
    'another digest named than used',
    changed(() => ({ digestAlgorithm: algorithm(OID.sha512) })),
  ),
  cms(
    'another digest in the value than named',
    changed(() => ({ hash: 'sha512' })),
  ),
  cms('MD5', (covered) =>
    cmsOver(covered, officer(), {
      digest: hash('md5', covered),
      digestAlgorithm: algorithm('1.2.840.113549.2.5'),
      signatureAlgorithm: algorithm('1.2.840.113549.1.1.4'),
      hash: 'md5',
    }),
  ),
  cms('SHA-1', (covered) =>
    cmsOver(covered, officer(), {
      digest: hash('sha1', covered),
      digestAlgorithm: algorithm(OID.sha1),
      signatureAlgorithm: algorithm('1.2.840.113549.1.1.5'),
      hash: 'sha1',
    }),
  ),
  cms(
    'a digest algorithm that is none',
    changed(() => ({ digestAlgorithm: algorithm(OID.sha256WithRsa) })),
  ),
  cms(
    'a digest algorithm that nobody knows',
    changed(() => ({ digestAlgorithm: algorithm('1.2.3.4.5') })),
  ),
  cms(
    'a signature algorithm that nobody knows',
    changed(() => ({ signatureAlgorithm: algorithm('1.2.3.4.5') })),
  ),
  cms(
    'a signature algorithm for another key',
    changed(() => ({ signatureAlgorithm: algorithm(OID.ecdsaWithSha256, null) })),
  ),
  cms(
    'a protection that says another digest',
    attributes((digest) => [contentTypeAttribute(), digestAttribute(digest), ess(), protection(OID.sha512)]),
  ),
  cms(
    'a protection that says another algorithm',
    attributes((digest) => [
      contentTypeAttribute(),
      digestAttribute(digest),
      ess(),
      protection(OID.sha256, OID.rsaPss),
    ]),
  ),
  cms(
    'a time of signing that says much',
    attributes((digest) => [
      contentTypeAttribute(),
      digestAttribute(digest),
      ess(),
      attribute(
        OID.signingTime,
        encodeTime(new Date('2020-01-01T00:00:00Z')),
        encodeTime(new Date('2026-01-01T00:00:00Z')),
      ),
    ]),
  ),
]
