import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import * as nodeCrypto from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import * as door from './index.ts'
import { aesCbcDecrypt, aesCbcEncrypt, md5, rc4 } from './legacy.ts'
import * as node from './node.ts'
import type { Platform, VerifyScheme } from './types.ts'
import * as web from './web.ts'

const platforms: readonly (readonly [string, Platform])[] = [
  ['node', node],
  ['web', web],
]
const data = new TextEncoder().encode('Thông báo kết luận kiểm tra cải cách hành chính')

function spkiOf(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }))
}

function changed(bytes: Uint8Array, at = bytes.length - 1): Uint8Array {
  return Uint8Array.from(bytes, (octet, index) => (index === at ? octet ^ 1 : octet))
}

const rsa = nodeCrypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
const rsaSpki = spkiOf(rsa.publicKey)

/** A raw RSA "signature" whose decrypted block is exactly `encoded`. */
function rawSign(encoded: Uint8Array): Uint8Array {
  return new Uint8Array(
    nodeCrypto.privateEncrypt({ key: rsa.privateKey, padding: nodeCrypto.constants.RSA_NO_PADDING }, encoded),
  )
}

function block(info: Uint8Array, size = 256, garbage = 0): Uint8Array {
  const bytes = new Uint8Array(size).fill(0xff)
  bytes.set([0, 1])
  bytes[size - info.length - garbage - 1] = 0
  bytes.set(info, size - info.length - garbage)
  return bytes
}

const sha256Hash = nodeCrypto.createHash('sha256').update(data).digest()
const withNull = Uint8Array.from([...Buffer.from('3031300d060960864801650304020105000420', 'hex'), ...sha256Hash])
const withoutNull = Uint8Array.from([
  ...Buffer.from('302f300b0609608648016503040201 0420'.replace(' ', ''), 'hex'),
  ...sha256Hash,
])

describe.each(platforms)('on %s', (name, platform) => {
  const check = async (scheme: VerifyScheme, key: KeyObject, signature: Uint8Array): Promise<string[]> => [
    await platform.verifySignature(scheme, spkiOf(key), data, signature),
    await platform.verifySignature(scheme, spkiOf(key), data, changed(signature)),
    await platform.verifySignature(scheme, spkiOf(key), changed(data, 0), signature),
    await platform.verifySignature(scheme, spkiOf(key), data, signature.subarray(1)),
    await platform.verifySignature(scheme, spkiOf(key), data, Uint8Array.of(...signature, 0)),
  ]
  const right = ['valid', 'invalid', 'invalid', 'invalid', 'invalid']
  const onlyNode = name === 'node' ? right : undefined

  test.each(['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const)('RSA PKCS#1 v1.5 with %s', async (digest) => {
    const signature = nodeCrypto.sign(digest, data, rsa.privateKey)
    expect(await check({ name: 'rsa-pkcs1', digest }, rsa.publicKey, signature)).toEqual(right)
  })

  test('RSA PKCS#1 v1.5: a DigestInfo without NULL is lenient, nothing else is accepted (C-10)', async () => {
    const verify = (signature: Uint8Array): Promise<string> =>
      platform.verifySignature({ name: 'rsa-pkcs1', digest: 'sha256' }, rsaSpki, data, signature)
    expect(await verify(rawSign(block(withNull)))).toBe('valid')
    expect(await verify(rawSign(block(withoutNull)))).toBe('valid-lenient')
    // Bleichenbacher 2006: short padding and garbage after the DigestInfo
    expect(await verify(rawSign(block(withNull, 256, 32)))).toBe('invalid')
    const type2 = block(withNull)
    type2[1] = 2
    expect(await verify(rawSign(type2))).toBe('invalid')
    const hole = block(withNull)
    hole[100] = 0xfe
    expect(await verify(rawSign(hole))).toBe('invalid')
  })

  test.each([
    [32, 'valid'],
    [0, 'invalid'],
    [33, 'invalid'],
    [300, 'invalid'],
  ])('RSA-PSS with salt %d', async (salt, verdict) => {
    const padding = nodeCrypto.constants.RSA_PKCS1_PSS_PADDING
    const signature = nodeCrypto.sign('sha256', data, { key: rsa.privateKey, padding, saltLength: 32 })
    const scheme: VerifyScheme = { name: 'rsa-pss', digest: 'sha256', mgf: 'sha256', salt }
    expect((await check(scheme, rsa.publicKey, signature))[0]).toBe(verdict)
    if (salt === 32) expect(await check(scheme, rsa.publicKey, signature)).toEqual(right)
  })

  test('an RSA modulus without its leading zero octet is read as positive, as ESTEID-SK 2011 wrote it', async () => {
    const whole = new Uint8Array(rsa.publicKey.export({ format: 'der', type: 'spki' }))
    // SEQUENCE 0122, algorithm (15 octets), BIT STRING 010f, SEQUENCE 010a, INTEGER 0101 00 ...: each one octet shorter.
    const short = Uint8Array.from([...whole.subarray(0, 32), ...whole.subarray(33)])
    for (const low of [3, 22, 27, 31]) short[low]!--
    const value = nodeCrypto.sign('sha256', data, rsa.privateKey)
    expect(await platform.verifySignature({ name: 'rsa-pkcs1', digest: 'sha256' }, short, data, value)).toBe('valid')
  })

  test('RSA-PSS with another hash in MGF1, and a key typed id-RSASSA-PSS', async () => {
    const pair = nodeCrypto.generateKeyPairSync('rsa-pss', {
      modulusLength: 2049,
      hashAlgorithm: 'sha256',
      mgf1HashAlgorithm: 'sha1',
      // The types want text, Node wants a number.
      saltLength: 20 as unknown as string,
    })
    const signature = nodeCrypto.sign('sha256', data, { key: pair.privateKey, saltLength: 20 })
    const scheme: VerifyScheme = { name: 'rsa-pss', digest: 'sha256', mgf: 'sha1', salt: 20 }
    expect(await check(scheme, pair.publicKey, signature)).toEqual(right)
    expect(await check({ ...scheme, mgf: 'sha256' }, pair.publicKey, signature)).not.toContain('valid')
    expect(await check({ name: 'rsa-pkcs1', digest: 'sha256' }, pair.publicKey, signature)).not.toContain('valid')
  })

  test.each([
    ['P-256', 'sha256'],
    ['P-384', 'sha384'],
    ['P-521', 'sha512'],
    ['P-256', 'sha512'],
  ] as const)('ECDSA %s with %s', async (namedCurve, digest) => {
    const pair = nodeCrypto.generateKeyPairSync('ec', { namedCurve })
    const signature = nodeCrypto.sign(digest, data, pair.privateKey)
    expect(await check({ name: 'ecdsa', digest, encoding: 'der' }, pair.publicKey, signature)).toEqual(right)
    const plain = nodeCrypto.sign(digest, data, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })
    expect(await check({ name: 'ecdsa', digest, encoding: 'plain' }, pair.publicKey, plain)).toEqual(right)
    expect(await check({ name: 'ecdsa', digest, encoding: 'der' }, pair.publicKey, plain)).not.toContain('valid')
  })

  test('ECDSA values out of range or not in DER', async () => {
    const pair = nodeCrypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
    const verify = (hex: string): Promise<string> => {
      const scheme: VerifyScheme = { name: 'ecdsa', digest: 'sha256', encoding: 'der' }
      return platform.verifySignature(scheme, spkiOf(pair.publicKey), data, Buffer.from(hex, 'hex'))
    }
    for (const bad of [
      '3006020100020100',
      '3006020101020100',
      `3026022100${order}020101`,
      '30080202000102020001',
      '308006020101020101',
    ])
      expect(await verify(bad)).toBe('invalid')
    const explicit = nodeCrypto.generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' })
    const signature = nodeCrypto.sign('sha256', data, explicit.privateKey)
    expect(
      await check({ name: 'ecdsa', digest: 'sha256', encoding: 'der' }, explicit.publicKey, signature),
    ).not.toContain('valid')
  })

  test.each(['brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1', 'secp224r1'])(
    'ECDSA %s: node only',
    async (namedCurve) => {
      const pair = nodeCrypto.generateKeyPairSync('ec', { namedCurve })
      const signature = nodeCrypto.sign('sha256', data, pair.privateKey)
      const found = await check({ name: 'ecdsa', digest: 'sha256', encoding: 'der' }, pair.publicKey, signature)
      if (onlyNode) expect(found).toEqual(right)
      else expect(found[0]).toBe('unsupported')
    },
  )

  test('a curve we do not know is unsupported, never invalid', async () => {
    const pair = nodeCrypto.generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
    const signature = nodeCrypto.sign('sha256', data, pair.privateKey)
    expect((await check({ name: 'ecdsa', digest: 'sha256', encoding: 'der' }, pair.publicKey, signature))[0]).toBe(
      'unsupported',
    )
  })

  test.each(['ed25519', 'ed448'] as const)('%s', async (variant) => {
    const pair =
      variant === 'ed25519' ? nodeCrypto.generateKeyPairSync('ed25519') : nodeCrypto.generateKeyPairSync('ed448')
    expect(
      await check({ name: 'eddsa', variant }, pair.publicKey, nodeCrypto.sign(null, data, pair.privateKey)),
    ).toEqual(right)
  })

  test('DSA: node only', async () => {
    const pair = nodeCrypto.generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })
    const found = await check(
      { name: 'dsa', digest: 'sha1' },
      pair.publicKey,
      nodeCrypto.sign('sha1', data, pair.privateKey),
    )
    if (onlyNode) expect(found).toEqual(right)
    else expect(found[0]).toBe('unsupported')
  })

  test('a key of another kind and broken keys are invalid, never an exception', async () => {
    const scheme: VerifyScheme = { name: 'rsa-pkcs1', digest: 'sha256' }
    const signature = nodeCrypto.sign('sha256', data, rsa.privateKey)
    for (let at = 0; at < rsaSpki.length; at += 3)
      expect(await platform.verifySignature(scheme, changed(rsaSpki, at), data, signature)).toMatch(
        /^(?:invalid|unsupported)$/u,
      )
    expect(await platform.verifySignature({ name: 'dsa', digest: 'sha1' }, rsaSpki, data, signature)).toBe('invalid')
    expect(await platform.verifySignature(scheme, new Uint8Array(0), data, signature)).toBe('invalid')
  })

  test('digests: pieces and the whole agree with OpenSSL, a copy keeps its state', async () => {
    for (const digest of ['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const) {
      const running = platform.createDigest(digest)
      await running.update(data.subarray(0, 10))
      const copy = running.copy()
      await running.update(data.subarray(10))
      await copy.update(data.subarray(10))
      const expected = new Uint8Array(nodeCrypto.createHash(digest).update(data).digest())
      expect(await running.digest()).toEqual(expected)
      expect(await copy.digest()).toEqual(expected)
      expect(await platform.digest(digest, data.subarray(0, 7), data.subarray(7))).toEqual(expected)
    }
    expect(platform.supportsDigest('whirlpool')).toBe(false)
    await expect(platform.digest('whirlpool', data)).rejects.toMatchObject({ code: 'UNSUPPORTED_ALGORITHM' })
  })

  test('randomBytes gives as many as asked, also many', () => {
    expect(platform.randomBytes(70_000)).toHaveLength(70_000)
    expect(platform.randomBytes(16)).not.toEqual(platform.randomBytes(16))
  })
})

test('sha3, shake256 and ripemd160 on node', async () => {
  for (const [name, expected] of [
    ['sha3-256', 'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a'],
    ['ripemd160', '9c1185a5c5e9fc54612808977ee8f548b2258d31'],
    ['sha512-256', 'c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a'],
  ] as const)
    expect(Buffer.from(await node.digest(name)).toString('hex')).toBe(expected)
  expect(await node.digest('shake256-512')).toHaveLength(64)
})

test('the door shows the platform of this runtime', () => {
  expect(door.verifySignature).toBe(node.verifySignature)
})

describe('legacy ciphers agree with OpenSSL', () => {
  test('MD5', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(md5(bytes)).toEqual(new Uint8Array(nodeCrypto.createHash('md5').update(bytes).digest()))
      }),
      { seed: 1, numRuns: 400 },
    )
  })

  test('RC4 (test vectors)', () => {
    const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
    expect(Buffer.from(rc4(ascii('Key'), ascii('Plaintext'))).toString('hex')).toBe('bbf316e8d940af0ad3')
    expect(Buffer.from(rc4(ascii('Wiki'), ascii('pedia'))).toString('hex')).toBe('1021bf0420')
    expect(Buffer.from(rc4(ascii('Secret'), ascii('Attack at dawn'))).toString('hex')).toBe(
      '45a01f645fc35b383552544b9bf5',
    )
  })

  test('AES-CBC, all key sizes, with and without padding', () => {
    const keys = fc.constantFrom(16, 24, 32).chain((size) => fc.uint8Array({ minLength: size, maxLength: size }))
    const ivs = fc.uint8Array({ minLength: 16, maxLength: 16 })
    const property = fc.property(
      keys,
      ivs,
      fc.uint8Array({ maxLength: 100 }),
      fc.boolean(),
      (key, iv, bytes, padding) => {
        const plain = padding ? bytes : bytes.subarray(0, bytes.length - (bytes.length % 16))
        const cipher = nodeCrypto.createCipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(padding)
        const expected = new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final()]))
        expect(aesCbcEncrypt(key, iv, plain, { padding })).toEqual(expected)
        expect(aesCbcDecrypt(key, iv, expected, { padding })).toEqual(plain)
      },
    )
    fc.assert(property, { seed: 2, numRuns: 300 })
  })

  test('wrong padding and half blocks give undefined', () => {
    const key = new Uint8Array(16)
    const cipher = aesCbcEncrypt(key, new Uint8Array(16), new Uint8Array(16), { padding: false })
    expect(aesCbcDecrypt(key, new Uint8Array(16), cipher)).toBeUndefined()
    expect(aesCbcDecrypt(key, new Uint8Array(16), cipher.subarray(1))).toBeUndefined()
    expect(aesCbcDecrypt(key, new Uint8Array(16), new Uint8Array(0))).toBeUndefined()
  })
})
