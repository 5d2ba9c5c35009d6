import { describe, expect, test } from '@jest/globals'
import type { VerifyScheme } from '../crypto/index.ts'
import { checkDigestAge, checkSignatureAge, earliestEnd, holdsAt } from './algorithms.ts'

const now = new Date('2026-06-01T00:00:00Z')
const rsa = (bits: number) => ({ algorithm: 'rsa', oid: '', bits }) as const
const pkcs1: VerifyScheme = { name: 'rsa-pkcs1', digest: 'sha256' }
const pss: VerifyScheme = { name: 'rsa-pss', digest: 'sha256', mgf: 'sha256', salt: 32 }

describe('C-16 catalogue', () => {
  test.each([
    ['md5', 2004, 8],
    ['sha1', 2012, 8],
    ['ripemd160', 2014, 8],
    ['whirlpool', 2020, 12],
    ['sha224', 2029, 1],
  ] as const)('%s until %d-%d', (name, year, month) => {
    const end = Date.UTC(year, month - 1, 1)
    expect(checkDigestAge(name, new Date(end - 1), 'x')).toEqual([])
    expect(checkDigestAge(name, new Date(end), 'x')).toMatchObject([
      { code: 'DIGEST_WEAK', subIndication: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE' },
    ])
  })

  test('SHA-2 and SHA-3 from 256 bits have no end', () => {
    for (const name of ['sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-512', 'shake256-512'] as const)
      expect(checkDigestAge(name, new Date('2100-01-01T00:00:00Z'), 'x')).toEqual([])
  })

  test.each([
    [pkcs1, 512, 'never'],
    [pkcs1, 1024, '2019-10-01'],
    [pkcs1, 2048, '2029-01-01'],
    [pkcs1, 4096, '2029-01-01'],
    [pss, 2048, '2029-01-01'],
    [pss, 4096, 'always'],
  ] as const)('%j with %d bits: %s', (scheme, bits, until) => {
    expect(earliestEnd(scheme, rsa(bits))).toBe(until)
  })

  test('curves, DSA, EdDSA', () => {
    const ec = (bits: number) => ({ algorithm: 'ec', oid: '', bits, curve: 'x' }) as const
    const ecdsa: VerifyScheme = { name: 'ecdsa', digest: 'sha384', encoding: 'der' }
    expect([160, 224, 256, 521].map((bits) => earliestEnd(ecdsa, ec(bits)))).toEqual([
      '2012-08-01',
      '2021-10-01',
      'always',
      'always',
    ])
    const dsa: VerifyScheme = { name: 'dsa', digest: 'sha256' }
    expect([512, 1024, 2048, 3072].map((bits) => earliestEnd(dsa, { algorithm: 'dsa', oid: '', bits }))).toEqual([
      'never',
      '2015-12-01',
      '2029-01-01',
      'always',
    ])
    expect(earliestEnd({ name: 'eddsa', variant: 'ed25519' }, { algorithm: 'ed25519', oid: '', bits: 256 })).toBe(
      'always',
    )
  })

  test('what was never good is a failure for sure', () => {
    expect(checkSignatureAge(pkcs1, rsa(512), now, 'x')).toMatchObject([
      { code: 'KEY_WEAK', subIndication: 'CRYPTO_CONSTRAINTS_FAILURE' },
    ])
    expect(holdsAt('never', now)).toBe(false)
  })

  test('digest and key are judged separately', () => {
    const found = checkSignatureAge({ name: 'rsa-pkcs1', digest: 'sha1' }, rsa(1024), now, 'x')
    expect(found.map(({ code }) => code)).toEqual(['DIGEST_WEAK', 'KEY_WEAK'])
  })
})
