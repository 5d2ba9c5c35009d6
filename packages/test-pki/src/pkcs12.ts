// PKCS#12 files (RFC 7292) as today's tools write them (PBES2 with AES) and as yesterday's did (3DES, SHA-1 MAC).
import { createCipheriv, createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { explicit, implicit, integer, joinBytes, nullValue, octetString, oid, sequence, setOf, text } from './asn1.ts'

export type RandomBytes = (length: number) => Uint8Array

export interface Pkcs12Contents {
  /** PKCS#8 DER. */
  readonly privateKey: Uint8Array
  /** The certificate of the key first, then its chain. */
  readonly certificates: readonly Uint8Array[]
  readonly friendlyName: string
}

export interface Pkcs12Options {
  /** `modern` (default): PBES2, PBKDF2 with HMAC-SHA-256, AES-256-CBC, MAC with SHA-256; `legacy`: 3DES and SHA-1. */
  readonly style?: 'modern' | 'legacy'
  readonly iterations?: number
}

interface Writer {
  readonly password: string
  readonly iterations: number
  readonly random: RandomBytes
  readonly legacy: boolean
}

const DATA = '1.2.840.113549.1.7.1'

/** RFC 7292 B.1: the password as BMPString with its terminator. */
function bmpPassword(password: string): Uint8Array {
  return Buffer.from(`${password}\0`, 'utf16le').swap16()
}

function fill(bytes: Uint8Array, block: number): Uint8Array {
  const filled = new Uint8Array(Math.ceil(bytes.length / block) * block)
  for (let i = 0; i < filled.length; i += 1) filled[i] = bytes[i % bytes.length]!
  return filled
}

/** RFC 7292 B.2. */
export function derivePkcs12(
  hash: 'sha1' | 'sha256',
  id: 1 | 2 | 3,
  password: string,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Uint8Array {
  const block = 64
  const diversifier = new Uint8Array(block).fill(id)
  const input = joinBytes(fill(salt, block), fill(bmpPassword(password), block))
  const output: Uint8Array[] = []
  for (let made = 0; made < length; made += output.at(-1)!.length) {
    let digest: Uint8Array = createHash(hash).update(diversifier).update(input).digest()
    for (let round = 1; round < iterations; round += 1) digest = createHash(hash).update(digest).digest()
    output.push(digest)
    const addend = fill(digest, block).subarray(0, block)
    for (let start = 0; start < input.length; start += block) {
      let carry = 1
      for (let i = block - 1; i >= 0; i -= 1) {
        carry += input[start + i]! + addend[i]!
        input[start + i] = carry & 0xff
        carry >>= 8
      }
    }
  }
  return joinBytes(...output).subarray(0, length)
}

interface Encrypted {
  readonly algorithm: Uint8Array
  readonly bytes: Uint8Array
}

function encryptModern(plain: Uint8Array, writer: Writer): Encrypted {
  const salt = writer.random(16)
  const iv = writer.random(16)
  const key = pbkdf2Sync(writer.password, salt, writer.iterations, 32, 'sha256')
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const kdf = sequence(
    oid('1.2.840.113549.1.5.12'),
    sequence(octetString(salt), integer(writer.iterations), sequence(oid('1.2.840.113549.2.9'), nullValue())),
  )
  const scheme = sequence(oid('2.16.840.1.101.3.4.1.42'), octetString(iv))
  return {
    algorithm: sequence(oid('1.2.840.113549.1.5.13'), sequence(kdf, scheme)),
    bytes: joinBytes(cipher.update(plain), cipher.final()),
  }
}

function encryptLegacy(plain: Uint8Array, writer: Writer): Encrypted {
  const salt = writer.random(8)
  const key = derivePkcs12('sha1', 1, writer.password, salt, writer.iterations, 24)
  const iv = derivePkcs12('sha1', 2, writer.password, salt, writer.iterations, 8)
  const cipher = createCipheriv('des-ede3-cbc', key, iv)
  return {
    algorithm: sequence(oid('1.2.840.113549.1.12.1.3'), sequence(octetString(salt), integer(writer.iterations))),
    bytes: joinBytes(cipher.update(plain), cipher.final()),
  }
}

const encrypt = (plain: Uint8Array, writer: Writer): Encrypted =>
  writer.legacy ? encryptLegacy(plain, writer) : encryptModern(plain, writer)

function keyAttributes(friendlyName: string, localKeyId: Uint8Array): Uint8Array {
  return setOf(
    sequence(oid('1.2.840.113549.1.9.20'), setOf(text(friendlyName, 'bmp'))),
    sequence(oid('1.2.840.113549.1.9.21'), setOf(octetString(localKeyId))),
  )
}

function certificateBag(certificate: Uint8Array, attributes: Uint8Array | undefined): Uint8Array {
  const bag = sequence(oid('1.2.840.113549.1.9.22.1'), explicit(0, octetString(certificate)))
  const parts = [oid('1.2.840.113549.1.12.10.1.3'), explicit(0, bag)]
  return sequence(...parts, ...(attributes === undefined ? [] : [attributes]))
}

function macData(content: Uint8Array, writer: Writer): Uint8Array {
  const hash = writer.legacy ? 'sha1' : 'sha256'
  const salt = writer.random(writer.legacy ? 8 : 16)
  const key = derivePkcs12(hash, 3, writer.password, salt, writer.iterations, writer.legacy ? 20 : 32)
  const value = createHmac(hash, key).update(content).digest()
  const algorithm = sequence(oid(writer.legacy ? '1.3.14.3.2.26' : '2.16.840.1.101.3.4.2.1'), nullValue())
  return sequence(sequence(algorithm, octetString(value)), octetString(salt), integer(writer.iterations))
}

/** DER of a PFX with one key and its certificates. */
export function buildPkcs12(
  contents: Pkcs12Contents,
  password: string,
  random: RandomBytes,
  options: Pkcs12Options = {},
): Uint8Array {
  const legacy = options.style === 'legacy'
  const writer: Writer = { password, random, legacy, iterations: options.iterations ?? 2048 }
  const [own, ...others] = contents.certificates
  const localKeyId = createHash('sha1').update(own!).digest()
  const attributes = keyAttributes(contents.friendlyName, localKeyId)

  const bags = sequence(certificateBag(own!, attributes), ...others.map((one) => certificateBag(one, undefined)))
  const certificates = encrypt(bags, writer)
  const encryptedInfo = sequence(oid(DATA), certificates.algorithm, implicit(0, certificates.bytes))
  const certificatesInfo = sequence(oid('1.2.840.113549.1.7.6'), explicit(0, sequence(integer(0), encryptedInfo)))

  const key = encrypt(contents.privateKey, writer)
  const keyBag = sequence(
    oid('1.2.840.113549.1.12.10.1.2'),
    explicit(0, sequence(key.algorithm, octetString(key.bytes))),
    attributes,
  )
  const keyInfo = sequence(oid(DATA), explicit(0, octetString(sequence(keyBag))))

  const safe = sequence(certificatesInfo, keyInfo)
  return sequence(integer(3), sequence(oid(DATA), explicit(0, octetString(safe))), macData(safe, writer))
}
