import { describe, expect, test } from '@jest/globals'
import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import { encodeExplicit, encodeInteger, encodeNull, encodeOid, encodeSequence } from '../der/writer.ts'
import {
  checkScheme,
  digestOfOid,
  digestOfSignature,
  digestSize,
  parseAlgorithm,
  parsePssParameters,
  signatureName,
  verifySchemeOf,
} from './algorithm.ts'
import type { AlgorithmId, PublicKeyInfo } from './algorithm.ts'

const algorithm = (oid: string, ...params: readonly Uint8Array[]): AlgorithmId =>
  parseAlgorithm(parseDer(encodeSequence(encodeOid(oid), ...params)))
const rsa: PublicKeyInfo = { algorithm: 'rsa', oid: OID.rsaEncryption, bits: 2048, exponent: 65_537n }
const ec: PublicKeyInfo = { algorithm: 'ec', oid: OID.ecPublicKey, bits: 256, curve: 'P-256' }
const ed: PublicKeyInfo = { algorithm: 'ed25519', oid: OID.ed25519, bits: 256 }
const ed448: PublicKeyInfo = { algorithm: 'ed448', oid: OID.ed448, bits: 456 }

/** RSASSA-PSS-params; the hash of MGF1 and the salt follow the digest unless told. */
function pss(
  digest: string,
  { mgf = digest, salt = 32, trailer }: { mgf?: string; salt?: number; trailer?: number } = {},
): Uint8Array {
  return encodeSequence(
    encodeExplicit(0, encodeSequence(encodeOid(digest), encodeNull())),
    encodeExplicit(1, encodeSequence(encodeOid(OID.mgf1), encodeSequence(encodeOid(mgf), encodeNull()))),
    encodeExplicit(2, encodeInteger(salt)),
    ...(trailer === undefined ? [] : [encodeExplicit(3, encodeInteger(trailer))]),
  )
}

describe('C-10 what is checked and how', () => {
  test.each([
    [
      'sha256WithRSA',
      algorithm(OID.sha256WithRsa, encodeNull()),
      rsa,
      'sha256',
      { name: 'rsa-pkcs1', digest: 'sha256' },
    ],
    ['without NULL', algorithm(OID.sha256WithRsa), rsa, undefined, { name: 'rsa-pkcs1', digest: 'sha256' }],
    [
      'rsaEncryption takes the digest',
      algorithm(OID.rsaEncryption, encodeNull()),
      rsa,
      'sha384',
      { name: 'rsa-pkcs1', digest: 'sha384' },
    ],
    ['ECDSA', algorithm(OID.ecdsaWithSha384), ec, 'sha384', { name: 'ecdsa', digest: 'sha384', encoding: 'der' }],
    [
      'plain ECDSA only by the BSI identifier',
      algorithm(OID.ecdsaPlainSha256),
      ec,
      'sha256',
      { name: 'ecdsa', digest: 'sha256', encoding: 'plain' },
    ],
    [
      'RSA-PSS',
      algorithm(OID.rsaPss, pss(OID.sha256)),
      rsa,
      'sha256',
      { name: 'rsa-pss', digest: 'sha256', mgf: 'sha256', salt: 32 },
    ],
    [
      'RSA-PSS without parameters is SHA-1',
      algorithm(OID.rsaPss),
      rsa,
      'sha1',
      { name: 'rsa-pss', digest: 'sha1', mgf: 'sha1', salt: 20 },
    ],
    ['Ed25519', algorithm(OID.ed25519), ed, 'sha512', { name: 'eddsa', variant: 'ed25519' }],
    ['Ed448', algorithm(OID.ed448), ed448, 'shake256-512', { name: 'eddsa', variant: 'ed448' }],
  ] as const)('%s', (_name, id, key, digest, expected) => {
    expect(verifySchemeOf(id, key, digest)).toEqual(expected)
  })

  test.each([
    ['another digest', algorithm(OID.sha256WithRsa, encodeNull()), rsa, 'sha384', 'ALGORITHMS_DISAGREE', 'S'],
    ['another key', algorithm(OID.sha256WithRsa, encodeNull()), ec, 'sha256', 'ALGORITHMS_DISAGREE', 'S'],
    ['ECDSA with an RSA key', algorithm(OID.ecdsaWithSha256), rsa, 'sha256', 'ALGORITHMS_DISAGREE', 'S'],
    [
      'explicit curve parameters',
      algorithm(OID.ecdsaWithSha256),
      { algorithm: 'ec', oid: OID.ecPublicKey },
      'sha256',
      'ALGORITHMS_DISAGREE',
      'S',
    ],
    [
      'PKCS#1 v1.5 with a key typed RSA-PSS',
      algorithm(OID.sha256WithRsa, encodeNull()),
      { ...rsa, algorithm: 'rsa-pss' },
      'sha256',
      'ALGORITHMS_DISAGREE',
      'S',
    ],
    ['RSA-PSS over another digest', algorithm(OID.rsaPss, pss(OID.sha256)), rsa, 'sha512', 'ALGORITHMS_DISAGREE', 'S'],
    [
      'RSA-PSS trailer 2',
      algorithm(OID.rsaPss, pss(OID.sha256, { trailer: 2 })),
      rsa,
      'sha256',
      'ALGORITHMS_DISAGREE',
      'S',
    ],
    [
      'RSA-PSS salt that does not fit',
      algorithm(OID.rsaPss, pss(OID.sha256, { salt: 223 })),
      rsa,
      'sha256',
      'ALGORITHMS_DISAGREE',
      'S',
    ],
    ['Ed25519 with parameters', algorithm(OID.ed25519, encodeNull()), ed, 'sha512', 'EDDSA_PARAMETERS', 'F'],
    ['Ed25519 with SHA-256', algorithm(OID.ed25519), ed, 'sha256', 'EDDSA_DIGEST', 'F'],
    ['Ed448 with SHA-512', algorithm(OID.ed448), ed448, 'sha512', 'EDDSA_DIGEST', 'F'],
    ['ML-DSA', algorithm(OID.mlDsa65), rsa, 'sha512', 'UNSUPPORTED_ALGORITHM', 'I'],
    [
      'rsaEncryption without a digest',
      algorithm(OID.rsaEncryption, encodeNull()),
      rsa,
      undefined,
      'UNSUPPORTED_ALGORITHM',
      'I',
    ],
    [
      'RSA-PSS over an unknown digest',
      algorithm(OID.rsaPss, pss('1.2.3.4')),
      rsa,
      undefined,
      'UNSUPPORTED_ALGORITHM',
      'I',
    ],
  ] as const)('%s is refused', (_name, id, key, digest, code, outcome) => {
    expect(verifySchemeOf(id, key, digest)).toMatchObject({ rule: 'C-10', code, outcome })
  })

  test('the parameters of a key typed id-RSASSA-PSS bind', () => {
    const key: PublicKeyInfo = {
      ...rsa,
      algorithm: 'rsa-pss',
      pss: { digest: 'sha256', mgf: 'sha256', salt: 32, trailer: 1 },
    }
    expect(verifySchemeOf(algorithm(OID.rsaPss, pss(OID.sha256)), key)).toMatchObject({ name: 'rsa-pss' })
    expect(verifySchemeOf(algorithm(OID.rsaPss, pss(OID.sha256, { salt: 20 })), key)).toMatchObject({ outcome: 'S' })
    expect(verifySchemeOf(algorithm(OID.rsaPss, pss(OID.sha384, { salt: 48 })), key)).toMatchObject({ outcome: 'S' })
    expect(verifySchemeOf(algorithm(OID.rsaPss, pss(OID.sha256, { mgf: OID.sha1 })), key)).toMatchObject({
      outcome: 'S',
    })
  })

  test('oddities are notes', () => {
    const odd = { name: 'rsa-pss', digest: 'sha256', mgf: 'sha1', salt: 20 } as const
    expect(checkScheme(odd, { ...rsa, exponent: 3n }).map(({ code, outcome }) => [code, outcome])).toEqual([
      ['PSS_MGF_DIFFERS', 'W'],
      ['PSS_SALT_LENGTH', 'W'],
      ['RSA_EXPONENT_SMALL', 'W'],
    ])
    expect(checkScheme({ name: 'rsa-pkcs1', digest: 'sha256' }, rsa)).toEqual([])
  })
})

test('names and sizes', () => {
  expect([digestOfOid(OID.sha3_384), digestOfOid('1.2.3'), digestSize('shake256-512')]).toEqual([
    'sha3-384',
    undefined,
    64,
  ])
  expect(
    [OID.sha256WithRsa, OID.rsaPss, OID.ecdsaPlainSha256, OID.ed448, '1.2.3'].map((oid) =>
      signatureName(algorithm(oid)),
    ),
  ).toEqual(['rsa-pkcs1', 'rsa-pss', 'ecdsa', 'ed448', '1.2.3'])
  expect(
    [
      algorithm(OID.ecdsaWithSha1),
      algorithm(OID.rsaPss, pss(OID.sha384)),
      algorithm(OID.rsaPss),
      algorithm(OID.rsaEncryption),
    ].map(digestOfSignature),
  ).toEqual(['sha1', 'sha384', 'sha1', undefined])
})

test('RSASSA-PSS parameters: defaults, and no field twice', () => {
  expect(parsePssParameters(parseDer(encodeSequence()))).toEqual({ digest: 'sha1', mgf: 'sha1', salt: 20, trailer: 1 })
  const twice = encodeSequence(encodeExplicit(2, encodeInteger(20)), encodeExplicit(2, encodeInteger(32)))
  expect(() => parsePssParameters(parseDer(twice))).toThrow(expect.objectContaining({ code: 'DER_INVALID' }))
})
