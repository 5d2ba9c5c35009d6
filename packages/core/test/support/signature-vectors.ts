// Signatures of the kinds that Wycheproof collects, made by code: each is right, or wrong in one way (C-10). No package of the
// registry carries the vectors themselves.
import * as crypto from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { VerifyScheme } from '../../src/crypto/types.ts'

export interface Vector {
  readonly group: string
  readonly name: string
  readonly scheme: VerifyScheme
  readonly spki: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
  /** `lenient`: a DigestInfo without NULL, the one deviation that is accepted. */
  readonly expected: 'valid' | 'lenient' | 'invalid'
}

type Wrong = readonly (readonly [name: string, signature: Uint8Array])[]

const message: Uint8Array = new TextEncoder().encode('Biên bản kiểm tra cải cách hành chính')
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts))
const spkiOf = (key: KeyObject): Uint8Array => Uint8Array.from(key.export({ format: 'der', type: 'spki' }))
const sha256 = (bytes: Uint8Array): Uint8Array => Uint8Array.from(crypto.createHash('sha256').update(bytes).digest())
const toBigint = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)

function toBytes(value: bigint, size?: number): Uint8Array {
  const text = value.toString(16)
  const even = text.length % 2 === 0 ? text : `0${text}`
  return hex(size === undefined ? even : even.padStart(2 * size, '0'))
}

/** A DER element with its length in the shortest form, or in `lengthOctets` octets of the long one. */
function tlv(tag: number, content: Uint8Array, lengthOctets = 0): Uint8Array {
  const { length } = content
  if (lengthOctets === 0 && length < 0x80) return join(Uint8Array.of(tag, length), content)
  const size = Math.max(lengthOctets, length < 0x100 ? 1 : 2)
  return join(Uint8Array.of(tag, 0x80 | size), toBytes(BigInt(length), size), content)
}

function integer(value: bigint): Uint8Array {
  if (value < 0n) return tlv(2, Uint8Array.of(Number(BigInt.asUintN(8, value))))
  const bytes = toBytes(value)
  return tlv(2, bytes[0]! >= 0x80 ? join(Uint8Array.of(0), bytes) : bytes)
}

const sequence = (...parts: readonly Uint8Array[]): Uint8Array => tlv(0x30, join(...parts))

// --- RSA ---

interface RsaKey {
  readonly privateKey: KeyObject
  readonly spki: Uint8Array
  readonly n: bigint
  readonly size: number
}

function rsaKey(modulusLength: number, publicExponent = 65_537): RsaKey {
  const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength, publicExponent })
  const { n = '' } = publicKey.export({ format: 'jwk' })
  const modulus = Uint8Array.from(Buffer.from(n, 'base64url'))
  return { privateKey, spki: spkiOf(publicKey), n: toBigint(modulus), size: modulus.length }
}

/** The value whose public-key operation gives exactly this block. */
function raw({ privateKey, size }: RsaKey, encoded: Uint8Array): Uint8Array {
  const padded = join(new Uint8Array(size - encoded.length), encoded)
  return Uint8Array.from(crypto.privateEncrypt({ key: privateKey, padding: crypto.constants.RSA_NO_PADDING }, padded))
}

const SHA256_ID = hex('06 09 60 86 48 01 65 03 04 02 01')
const NULL = hex('05 00')

function digestInfo(parts: { id?: Uint8Array; parameters?: Uint8Array; hash?: Uint8Array } = {}): Uint8Array {
  const { id = SHA256_ID, parameters = NULL, hash = sha256(message) } = parts
  return sequence(sequence(id, parameters), tlv(4, hash))
}

interface Padding {
  readonly start?: Uint8Array
  readonly fill?: number
  readonly separator?: Uint8Array
  readonly garbage?: Uint8Array
}

function block(size: number, info: Uint8Array, padding: Padding = {}): Uint8Array {
  const { start = hex('00 01'), fill = 0xff, separator = hex('00'), garbage = new Uint8Array(0) } = padding
  const length = size - start.length - separator.length - info.length - garbage.length
  return join(start, new Uint8Array(length).fill(fill), separator, info, garbage)
}

function cubeRoot(value: bigint): bigint {
  let [low, high] = [0n, 1n << BigInt(Math.ceil(value.toString(2).length / 3) + 1)]
  while (low < high) {
    const middle = (low + high + 1n) >> 1n
    if (middle ** 3n <= value) low = middle
    else high = middle - 1n
  }
  return low
}

/** Bleichenbacher 2006: with e = 3 a value whose cube begins like a block; the rest is garbage. */
function cubeForgery(size: number): Uint8Array {
  const start = join(hex('00 01'), new Uint8Array(8).fill(0xff), hex('00'), digestInfo())
  const target = toBigint(join(start, new Uint8Array(size - start.length).fill(0xff)))
  return toBytes(cubeRoot(target), size)
}

function wrongPkcs1(key: RsaKey, good: Uint8Array): Wrong {
  const info = digestInfo()
  const of = (bytes: Uint8Array): Uint8Array => raw(key, bytes)
  const padded = (padding: Padding): Uint8Array => of(block(key.size, info, padding))
  const holding = (bytes: Uint8Array): Uint8Array => of(block(key.size, bytes))
  const value = toBigint(good)
  const longForm = (at: 'outer' | 'inner' | 'hash'): Uint8Array => {
    const algorithm = tlv(0x30, join(SHA256_ID, NULL), at === 'inner' ? 1 : 0)
    const hash = tlv(4, sha256(message), at === 'hash' ? 1 : 0)
    return tlv(0x30, join(algorithm, hash), at === 'outer' ? 1 : 0)
  }
  const shorter = join(info.subarray(0, 1), hex('30'), info.subarray(2))
  return [
    ['length of DigestInfo in long form', holding(longForm('outer'))],
    ['length of AlgorithmIdentifier in long form', holding(longForm('inner'))],
    ['length of the hash in long form', holding(longForm('hash'))],
    ['length of DigestInfo too small', holding(shorter)],
    ['NULL of one octet', holding(digestInfo({ parameters: hex('05 01 00') }))],
    ['NULL in long form', holding(digestInfo({ parameters: hex('05 81 00') }))],
    ['other parameters', holding(digestInfo({ parameters: hex('04 02 61 62') }))],
    ['NULL twice', holding(digestInfo({ parameters: join(NULL, NULL) }))],
    ['no AlgorithmIdentifier', holding(sequence(tlv(4, sha256(message))))],
    ['only the hash', holding(sha256(message))],
    ['identifier of SHA-512/256, as long', holding(digestInfo({ id: hex('06 09 60 86 48 01 65 03 04 02 06') }))],
    ['identifier of SHA-1', holding(digestInfo({ id: hex('06 05 2b 0e 03 02 1a') }))],
    ['identifier cut', holding(digestInfo({ id: hex('06 08 60 86 48 01 65 03 04 02') }))],
    ['hash cut', holding(digestInfo({ hash: sha256(message).subarray(1) }))],
    ['hash with a zero before', holding(digestInfo({ hash: join(hex('00'), sha256(message)) }))],
    ['hash of another message', holding(digestInfo({ hash: sha256(good) }))],
    ['something after the hash inside', holding(sequence(sequence(SHA256_ID, NULL), tlv(4, sha256(message)), NULL))],
    ['something after DigestInfo', padded({ garbage: hex('05 00') })],
    ['zeros after DigestInfo, padding of eight', padded({ garbage: new Uint8Array(key.size - info.length - 11) })],
    ['block type 0', padded({ start: hex('00 00') })],
    ['block type 2', padded({ start: hex('00 02') })],
    ['padding of 00', padded({ fill: 0 })],
    ['padding of fe', padded({ fill: 0xfe })],
    ['no separator', padded({ separator: new Uint8Array(0) })],
    ['separator 01', padded({ separator: hex('01') })],
    ['separator ff', padded({ separator: hex('ff') })],
    ['no padding at all', of(join(hex('00 01 00'), info))],
    ['no leading zero: block shifted', of(join(hex('01'), block(key.size - 1, info).subarray(2)))],
    ['value 0', new Uint8Array(key.size)],
    ['value 1', toBytes(1n, key.size)],
    ['value n - 1', toBytes(key.n - 1n, key.size)],
    ['value n', toBytes(key.n, key.size)],
    ['value + n', toBytes(value + key.n)],
    ['n - value', toBytes(key.n - value, key.size)],
    ['a zero octet before', join(hex('00'), good)],
    ['a zero octet after', join(good, hex('00'))],
    ['first octet missing', good.subarray(1)],
    ['last octet missing', good.subarray(0, -1)],
    ['twice', join(good, good)],
    ['empty', new Uint8Array(0)],
    ['PSS value', Uint8Array.from(crypto.sign('sha256', message, { key: key.privateKey, padding: 6, saltLength: 32 }))],
    ['DER around it', tlv(4, good)],
  ]
}

function pkcs1Vectors(): readonly Vector[] {
  const scheme: VerifyScheme = { name: 'rsa-pkcs1', digest: 'sha256' }
  const keys = { 'RSA-2048': rsaKey(2048), 'RSA-2048, e = 3': rsaKey(2048, 3), 'RSA-2050': rsaKey(2050) }
  return Object.entries(keys).flatMap(([group, key]) => {
    const { spki } = key
    const good = Uint8Array.from(crypto.sign('sha256', message, key.privateKey))
    const lenient = raw(key, block(key.size, digestInfo({ parameters: new Uint8Array(0) })))
    const common = { group: `PKCS#1, ${group}`, scheme, spki, message }
    const forged: Wrong = [['cube root', cubeForgery(key.size)]]
    return [
      { ...common, name: 'right', signature: good, expected: 'valid' as const },
      { ...common, name: 'without NULL', signature: lenient, expected: 'lenient' as const },
      ...[...wrongPkcs1(key, good), ...forged].map(([name, signature]) => ({
        ...common,
        name,
        signature,
        expected: 'invalid' as const,
      })),
    ]
  })
}

// --- PSS ---

function mgf1(seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let counter = 0; counter * 32 < length; counter++) blocks.push(sha256(join(seed, toBytes(BigInt(counter), 4))))
  return join(...blocks).subarray(0, length)
}

interface PssFaults {
  readonly salt?: number
  readonly trailer?: number
  readonly separator?: number
  readonly zeros?: number
  readonly top?: boolean
  readonly hash?: Uint8Array
  readonly fill?: number
}

/** EMSA-PSS-ENCODE with SHA-256, with a fault where asked. */
function pssBlock(bits: number, faults: PssFaults = {}): Uint8Array {
  const {
    salt: saltLength = 32,
    trailer = 0xbc,
    separator = 1,
    zeros = 0,
    top = false,
    hash = sha256(message),
    fill = 0x5a,
  } = faults
  const emBits = bits - 1
  const length = Math.ceil(emBits / 8)
  const salt = new Uint8Array(saltLength).fill(fill)
  const h = sha256(join(new Uint8Array(8), hash, salt))
  const db = new Uint8Array(length - 33)
  db.fill(zeros, 0, db.length - saltLength - 1)
  db[db.length - saltLength - 1] = separator
  db.set(salt, db.length - saltLength)
  const mask = mgf1(h, db.length)
  const masked = db.map((octet, index) => octet ^ mask[index]!)
  const spare = 8 * length - emBits
  masked[0]! &= 0xff >> spare
  if (top) masked[0]! |= 0x80
  return join(masked, h, Uint8Array.of(trailer))
}

function wrongPss(key: RsaKey, bits: number, good: Uint8Array): Wrong {
  const of = (faults: PssFaults): Uint8Array => raw(key, pssBlock(bits, faults))
  // With the bit above emBits set only some blocks are smaller than the modulus.
  const topped = Array.from({ length: 256 }, (_, fill) => pssBlock(bits, { top: true, fill })).find(
    (encoded) => (bits - 1) % 8 !== 0 && toBigint(encoded) < key.n,
  )
  const wider: Wrong = topped === undefined ? [] : [['bits above emBits set', raw(key, topped)]]
  return [
    ['salt of 0', of({ salt: 0 })],
    ['salt of 20', of({ salt: 20 })],
    ['salt of 33', of({ salt: 33 })],
    ['salt as long as can be', of({ salt: Math.ceil((bits - 1) / 8) - 34 })],
    ['trailer cc', of({ trailer: 0xcc })],
    ['trailer 00', of({ trailer: 0 })],
    ['separator 00', of({ separator: 0 })],
    ['separator 02', of({ separator: 2 })],
    ['padding not zero', of({ zeros: 1 })],
    ['hash of another message', of({ hash: sha256(good) })],
    ...wider,
    ['value 0', new Uint8Array(key.size)],
    ['value n', toBytes(key.n, key.size)],
    ['value + n', toBytes(toBigint(good) + key.n)],
    ['a zero octet before', join(hex('00'), good)],
    ['a zero octet after', join(good, hex('00'))],
    ['last octet missing', good.subarray(0, -1)],
    ['empty', new Uint8Array(0)],
    ['PKCS#1 v1.5 value', Uint8Array.from(crypto.sign('sha256', message, key.privateKey))],
  ]
}

function pssVectors(): readonly Vector[] {
  const scheme: VerifyScheme = { name: 'rsa-pss', digest: 'sha256', mgf: 'sha256', salt: 32 }
  return [2048, 2050, 1024].flatMap((bits) => {
    const key = rsaKey(bits)
    const good = raw(key, pssBlock(bits))
    const common = { group: `PSS, RSA-${bits}`, scheme, spki: key.spki, message }
    const mgf = { ...scheme, mgf: 'sha1' as const }
    return [
      { ...common, name: 'right', signature: good, expected: 'valid' as const },
      { ...common, name: 'another MGF1 hash is named', scheme: mgf, signature: good, expected: 'invalid' as const },
      ...wrongPss(key, bits, good).map(([name, signature]) => ({
        ...common,
        name,
        signature,
        expected: 'invalid' as const,
      })),
    ]
  })
}

// --- ECDSA ---

const ORDERS: Readonly<Record<string, { order: bigint; prime: bigint; size: number }>> = {
  'P-256': {
    order: BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
    prime: BigInt('0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff'),
    size: 32,
  },
  'P-384': {
    order: BigInt('0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'),
    prime: BigInt('0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff'),
    size: 48,
  },
  'P-521': {
    order: BigInt(
      '0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
    ),
    prime: (1n << 521n) - 1n,
    size: 66,
  },
}

/** r and s in DER, every way of writing them wrongly, and values that are none. */
function wrongEcdsa({ r, s }: { r: bigint; s: bigint }, curve: { order: bigint; prime: bigint }): Wrong {
  const { order, prime } = curve
  const of = (...values: readonly bigint[]): Uint8Array => sequence(...values.map(integer))
  const [derR, derS] = [integer(r), integer(s)]
  const content = join(derR, derS)
  const padded = (value: Uint8Array): Uint8Array => tlv(2, join(hex('00'), value.subarray(2)))
  const values: readonly bigint[] = [0n, 1n, -1n, order, order - 1n, order + 1n, prime, prime + 1n, 1n << 600n]
  const pairs = values.flatMap((a) => values.map((b) => [a, b] as const))
  return [
    ...pairs.map(([a, b], index): readonly [string, Uint8Array] => [`special values ${index}`, of(a, b)]),
    ...values.map((value, index): readonly [string, Uint8Array] => [`r right, s special ${index}`, of(r, value)]),
    ...values.map((value, index): readonly [string, Uint8Array] => [`r special ${index}, s right`, of(value, s)]),
    ['r + n', of(r + order, s)],
    ['s + n', of(r, s + order)],
    ['n - r', of(order - r, s)],
    ['r and s exchanged', of(s, r)],
    ['r + 2^256', of(r + (1n << 256n), s)],
    ['a zero before r', sequence(padded(derR), derS)],
    ['a zero before s', sequence(derR, padded(derS))],
    ['r negative: high bit without its zero', sequence(tlv(2, join(hex('80'), derR.subarray(3))), derS)],
    ['length of the SEQUENCE in long form', tlv(0x30, content, content.length < 0x80 ? 1 : 2)],
    ['length of the SEQUENCE in four octets', tlv(0x30, content, 4)],
    ['length of r in long form', sequence(tlv(2, derR.subarray(2), 1), derS)],
    ['length of s in long form', sequence(derR, tlv(2, derS.subarray(2), 1))],
    ['indefinite length', join(hex('30 80'), content, hex('00 00'))],
    ['length too great', join(Uint8Array.of(0x30, content.length + 1), content)],
    ['length too small', join(Uint8Array.of(0x30, content.length - 1), content)],
    ['something after', join(sequence(content), hex('05 00'))],
    ['zeros after', join(sequence(content), hex('00 00'))],
    ['a third value', sequence(content, hex('02 01 01'))],
    ['NULL inside', sequence(content, hex('05 00'))],
    ['only r', sequence(derR)],
    ['only s', sequence(derS)],
    ['no values', sequence()],
    ['SET instead of SEQUENCE', tlv(0x31, content)],
    ['OCTET STRING instead of SEQUENCE', tlv(4, content)],
    ['r as OCTET STRING', sequence(tlv(4, derR.subarray(2)), derS)],
    ['r as ENUMERATED', sequence(tlv(10, derR.subarray(2)), derS)],
    ['r as BIT STRING', sequence(tlv(3, derR.subarray(2)), derS)],
    ['r empty', sequence(hex('02 00'), derS)],
    ['s empty', sequence(derR, hex('02 00'))],
    ['r a real number', sequence(hex('09 03 80 00 01'), derS)],
    ['r TRUE', sequence(hex('01 01 ff'), derS)],
    ['values in a SEQUENCE in a SEQUENCE', sequence(sequence(content))],
    ['empty', new Uint8Array(0)],
    ['one octet', hex('30')],
  ]
}

function wrongPlain(good: Uint8Array, size: number, order: bigint): Wrong {
  const [r, s] = [good.subarray(0, size), good.subarray(size)]
  const of = (a: bigint, b: bigint): Uint8Array => join(toBytes(a, size), toBytes(b, size))
  return [
    ['r 0', of(0n, toBigint(s))],
    ['s 0', of(toBigint(r), 0n)],
    ['both 0', of(0n, 0n)],
    ['r n', of(order, toBigint(s))],
    ['s n', of(toBigint(r), order)],
    ['exchanged', join(s, r)],
    ['one octet more', join(good, hex('00'))],
    ['one octet less', good.subarray(1)],
    ['a zero before each', join(hex('00'), r, hex('00'), s)],
    ['in DER', sequence(integer(toBigint(r)), integer(toBigint(s)))],
    ['empty', new Uint8Array(0)],
  ]
}

/** Keys that are none: off the curve, at infinity, written wrongly. */
function wrongKeys(spki: Uint8Array, size: number): readonly (readonly [string, Uint8Array])[] {
  const start = spki.subarray(0, spki.length - 2 * size - 1)
  const [x, y] = [spki.subarray(-2 * size, -size), spki.subarray(-size)]
  const changed = Uint8Array.from(y, (octet, index) => (index === y.length - 1 ? octet ^ 1 : octet))
  return [
    ['point off the curve', join(start, hex('04'), x, changed)],
    ['coordinates exchanged', join(start, hex('04'), y, x)],
    ['coordinates 0', join(start, hex('04'), new Uint8Array(2 * size))],
    ['hybrid form', join(start, Uint8Array.of(6 | (y[y.length - 1]! & 1)), x, y)],
    ['form 05', join(start, hex('05'), x, y)],
    ['something after', join(spki, hex('00'))],
  ]
}

function ecdsaVectors(): readonly Vector[] {
  return Object.entries(ORDERS).flatMap(([namedCurve, curve]) => {
    const { privateKey, publicKey } = crypto.generateKeyPairSync('ec', { namedCurve })
    const spki = spkiOf(publicKey)
    const plain = Uint8Array.from(crypto.sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }))
    const [r, s] = [toBigint(plain.subarray(0, curve.size)), toBigint(plain.subarray(curve.size))]
    const der = sequence(integer(r), integer(s))
    const inDer = { group: `ECDSA, ${namedCurve}`, scheme: scheme('der'), spki, message }
    const inPlain = { ...inDer, group: `plain ECDSA, ${namedCurve}`, scheme: scheme('plain') }
    const turned = sequence(integer(r), integer(curve.order - s))
    const invalid = 'invalid' as const
    return [
      { ...inDer, name: 'right', signature: der, expected: 'valid' as const },
      { ...inDer, name: 'n - s, which verifies too', signature: turned, expected: 'valid' as const },
      { ...inPlain, name: 'right', signature: plain, expected: 'valid' as const },
      ...wrongEcdsa({ r, s }, curve).map(([name, signature]) => ({ ...inDer, name, signature, expected: invalid })),
      { ...inDer, name: 'plain r || s', signature: plain, expected: invalid },
      ...wrongPlain(plain, curve.size, curve.order).map(([name, signature]) => ({
        ...inPlain,
        name,
        signature,
        expected: invalid,
      })),
      ...wrongKeys(spki, curve.size).map(([name, key]) => ({
        ...inDer,
        name,
        spki: key,
        signature: der,
        expected: invalid,
      })),
    ]
  })

  function scheme(encoding: 'der' | 'plain'): VerifyScheme {
    return { name: 'ecdsa', digest: 'sha256', encoding }
  }
}

// --- EdDSA ---

const GROUP_ORDERS = {
  ed25519: (1n << 252n) + 27_742_317_777_372_353_535_851_937_790_883_648_493n,
  ed448: (1n << 446n) - BigInt('0x8335dc163bb124b65129c96fde933d8d723a70aadc873d6d54a7bb0d'),
}

const reversed = (bytes: Uint8Array): Uint8Array => bytes.toReversed()

function eddsaVectors(): readonly Vector[] {
  return (['ed25519', 'ed448'] as const).flatMap((variant) => {
    const { privateKey, publicKey } =
      variant === 'ed25519' ? crypto.generateKeyPairSync('ed25519') : crypto.generateKeyPairSync('ed448')
    const good = Uint8Array.from(crypto.sign(null, message, privateKey))
    const half = good.length / 2
    const [r, s] = [good.subarray(0, half), good.subarray(half)]
    const value = toBigint(reversed(s))
    const order = GROUP_ORDERS[variant]
    const withS = (number: bigint): Uint8Array => join(r, reversed(toBytes(number, half)))
    const flipped = (at: number, bit = 1): Uint8Array =>
      Uint8Array.from(good, (octet, index) => (index === at ? octet ^ bit : octet))
    const common = {
      group: variant,
      scheme: { name: 'eddsa', variant } as const,
      spki: spkiOf(publicKey),
      message,
    }
    const wrong: Wrong = [
      ['s + order', withS(value + order)],
      ['s + 2 order', withS(value + 2n * order)],
      ['s + 4 order', withS((value + 4n * order) % (1n << BigInt(8 * half)))],
      ['s = order', withS(order)],
      ['order - s', withS(order - value)],
      ['s = 0', withS(0n)],
      ['s = 1', withS(1n)],
      ['s all ones', join(r, new Uint8Array(half).fill(0xff))],
      ['R = 0', join(new Uint8Array(half), s)],
      ['R all ones', join(new Uint8Array(half).fill(0xff), s)],
      ['R and s 0', new Uint8Array(good.length)],
      ['exchanged', join(s, r)],
      ['sign bit of R', flipped(half - 1, 0x80)],
      ['first bit of R', flipped(0)],
      ['last bit of s', flipped(good.length - 1, 0x20)],
      ['one octet more', join(good, hex('00'))],
      ['one octet less', good.subarray(0, -1)],
      ['R missing', s],
      ['twice', join(good, good)],
      ['empty', new Uint8Array(0)],
      ['in DER', tlv(4, good)],
    ]
    const other = crypto.sign(null, join(message, hex('00')), privateKey)
    return [
      { ...common, name: 'right', signature: good, expected: 'valid' as const },
      ...wrong.map(([name, signature]) => ({ ...common, name, signature, expected: 'invalid' as const })),
      { ...common, name: 'of another message', signature: Uint8Array.from(other), expected: 'invalid' as const },
    ]
  })
}

/** Every vector. Keys are new each time. */
export function signatureVectors(): readonly Vector[] {
  return [...pkcs1Vectors(), ...pssVectors(), ...ecdsaVectors(), ...eddsaVectors()]
}
