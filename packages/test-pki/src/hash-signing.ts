// What a remote key does: signs a digest that it got, without the document. For tests: neither quick nor safe against timing.
import { constants, createHash, privateEncrypt, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export type RemoteScheme = 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa'

const PREFIX: Readonly<Record<string, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
}

function pkcs1(key: KeyObject, hash: string, digest: Uint8Array): Uint8Array {
  const info = Buffer.concat([Buffer.from(PREFIX[hash] ?? '', 'hex'), digest])
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, info)
}

function mask(hash: string, seed: Uint8Array, length: number): Buffer {
  const parts: Buffer[] = []
  for (let counter = 0; Buffer.concat(parts).length < length; counter++) {
    const number = Buffer.alloc(4)
    number.writeUInt32BE(counter)
    parts.push(createHash(hash).update(seed).update(number).digest())
  }
  return Buffer.concat(parts).subarray(0, length)
}

/** EMSA-PSS-ENCODE (RFC 8017 9.1.1) with a salt of the digest's size, then the bare RSA operation. */
function pss(key: KeyObject, hash: string, digest: Uint8Array): Uint8Array {
  const length = (key.asymmetricKeyDetails?.modulusLength ?? 2048) / 8
  const salt = randomBytes(digest.length)
  const h = createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest()
  const db = Buffer.concat([Buffer.alloc(length - salt.length - h.length - 2), Buffer.of(1), salt])
  const masked = db.map((byte, index) => byte ^ mask(hash, h, db.length)[index]!)
  masked[0] = masked[0]! & 0x7f
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, Buffer.concat([masked, h, Buffer.of(0xbc)]))
}

// P-256 (FIPS 186-5, SP 800-186 3.2.1.3)
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const G: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
]
type Point = readonly [x: bigint, y: bigint] | undefined

const mod = (value: bigint, by: bigint): bigint => ((value % by) + by) % by

function inverse(value: bigint, by: bigint): bigint {
  let [a, b, x, y] = [mod(value, by), by, 1n, 0n]
  while (a > 1n) {
    const quotient = b / a
    ;[a, b, x, y] = [b - quotient * a, a, y - quotient * x, x]
  }
  return mod(x, by)
}

function add(one: Point, other: Point): Point {
  if (one === undefined) return other
  if (other === undefined) return one
  const [x1, y1] = one
  const [x2, y2] = other
  if (x1 === x2 && mod(y1 + y2, P) === 0n) return undefined
  const slope = x1 === x2 ? (3n * x1 * x1 - 3n) * inverse(2n * y1, P) : (y2 - y1) * inverse(x2 - x1, P)
  const x = mod(slope * slope - x1 - x2, P)
  return [x, mod(slope * (x1 - x) - y1, P)]
}

function times(point: Point, factor: bigint): Point {
  let sum: Point
  let power = point
  for (let left = factor; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) sum = add(sum, power)
    power = add(power, power)
  }
  return sum
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const bytesOf = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')

/** r || s over a SHA-256 digest. */
function ecdsa(key: KeyObject, digest: Uint8Array): Uint8Array {
  const secret = numberOf(Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url'))
  for (;;) {
    const k = mod(numberOf(randomBytes(40)), N - 1n) + 1n
    const r = mod(times(G, k)![0], N)
    const s = mod(inverse(k, N) * (numberOf(digest.subarray(0, 32)) + r * secret), N)
    if (r !== 0n && s !== 0n) return Buffer.concat([bytesOf(r), bytesOf(s)])
  }
}

/** The value of a signature over a digest; ECDSA on P-256 as r || s. */
export function signHash(key: KeyObject, scheme: RemoteScheme, hash: string, digest: Uint8Array): Uint8Array {
  if (scheme === 'ecdsa') return ecdsa(key, digest)
  return scheme === 'rsa-pss' ? pss(key, hash, digest) : pkcs1(key, hash, digest)
}
