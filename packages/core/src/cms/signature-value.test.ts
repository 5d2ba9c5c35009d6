import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createHash, generateKeyPairSync, publicDecrypt, sign, verify, constants, privateEncrypt } from 'node:crypto'
import { encodeDigestInfo, encodeEcdsaValue } from './signature-value.ts'

test.each(['prime256v1', 'secp384r1', 'secp521r1'])('r || s of %s becomes what OpenSSL takes as DER', (namedCurve) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  // many values, so that leading zeros and high bits occur
  for (let i = 0; i < 40; i++) {
    const data = Buffer.from(`document ${i}`)
    const raw = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    expect(verify('sha256', data, publicKey, encodeEcdsaValue(raw))).toBe(true)
  }
})

test('halves keep their numbers, whatever their leading bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (half) => {
      const der = encodeEcdsaValue(new Uint8Array([...half, ...half]))
      const length = der[3]!
      const number = BigInt(`0x${Buffer.from(der.subarray(4, 4 + length)).toString('hex')}`)
      expect(number).toBe(BigInt(`0x${Buffer.from(half).toString('hex')}`))
    }),
    { seed: 7, numRuns: 200 },
  )
})

test.each([0, 63])('a value of %i bytes is refused', (length) => {
  expect(() => encodeEcdsaValue(new Uint8Array(length))).toThrow(
    expect.objectContaining({ code: 'SIGNATURE_MISMATCH' }),
  )
})

test('RSA over DigestInfo is the PKCS#1 signature of the data', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const data = Buffer.from('document')
  for (const digest of ['sha256', 'sha384', 'sha512'] as const) {
    const info = encodeDigestInfo(digest, createHash(digest).update(data).digest())
    const value = privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, info)
    expect(verify(digest, data, publicKey, value)).toBe(true)
    expect(publicDecrypt(publicKey, value)).toEqual(Buffer.from(info))
  }
})
