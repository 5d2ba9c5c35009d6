/**
 * What a signature check must know of a SubjectPublicKeyInfo before a platform sees it. A tiny reader of its own:
 * crypto/ imports nothing, and only the few shapes below are keys at all.
 */
export type KeyAlgorithm = 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'ed448' | 'dsa'
export type CurveName =
  'P-224' | 'P-256' | 'P-384' | 'P-521' | 'brainpoolP256r1' | 'brainpoolP384r1' | 'brainpoolP512r1'

export interface Curve {
  readonly name: CurveName
  /** Length of r and of s in plain encoding. */
  readonly size: number
  /** Big-endian, `size` octets. */
  readonly order: Uint8Array
}

export type ParsedKey =
  | {
      readonly kind: 'rsa' | 'rsa-pss'
      readonly modulus: Uint8Array
      readonly exponent: bigint
      readonly bits: number
      /** The SubjectPublicKeyInfo as received, where it is what `rsaSpki` would write. */
      readonly plain: Uint8Array | undefined
    }
  | { readonly kind: 'ec'; readonly curve: Curve; readonly compressed: boolean }
  | { readonly kind: 'ed25519' | 'ed448' }
  | { readonly kind: 'dsa'; readonly order: Uint8Array }

const ALGORITHMS: ReadonlyMap<string, KeyAlgorithm> = new Map([
  ['2a864886f70d010101', 'rsa'],
  ['2a864886f70d01010a', 'rsa-pss'],
  ['2a8648ce3d0201', 'ec'],
  ['2b6570', 'ed25519'],
  ['2b6571', 'ed448'],
  ['2a8648ce380401', 'dsa'],
])

function curve(name: CurveName, size: number, order: string): Curve {
  return { name, size, order: bytesOf(BigInt(`0x${order}`)) }
}

const CURVES: ReadonlyMap<string, Curve> = new Map([
  ['2b81040021', curve('P-224', 28, 'ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d')],
  ['2a8648ce3d030107', curve('P-256', 32, 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')],
  [
    '2b81040022',
    curve(
      'P-384',
      48,
      'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    ),
  ],
  [
    '2b81040023',
    curve(
      'P-521',
      66,
      '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
    ),
  ],
  [
    '2b2403030208010107',
    curve('brainpoolP256r1', 32, 'a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7'),
  ],
  [
    '2b240303020801010b',
    curve(
      'brainpoolP384r1',
      48,
      '8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565',
    ),
  ],
  [
    '2b240303020801010d',
    curve(
      'brainpoolP512r1',
      64,
      'aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069',
    ),
  ],
])

const OCTETS: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'))

export function hex(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index++) text += OCTETS[bytes[index]!]!
  return text
}

/** Unsigned big-endian bytes to bigint. */
export function unsigned(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${hex(bytes)}`)
}

interface Element {
  readonly identifier: number
  readonly content: Uint8Array
  readonly next: number
}

/** One DER element of low tag number and minimal definite length at `position`; undefined otherwise. */
function elementAt(bytes: Uint8Array, position: number): Element | undefined {
  const first = bytes[position + 1]
  if (first === undefined) return undefined
  let start = position + 2
  let length = first
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > 4) return undefined
    length = 0
    for (let index = 0; index < count; index++) length = length * 256 + (bytes[start + index] ?? 0)
    start += count
    if (length < 0x80 || bytes[position + 2] === 0) return undefined
  }
  if (start + length > bytes.length) return undefined
  return { identifier: bytes[position]!, content: bytes.subarray(start, start + length), next: start + length }
}

/** All elements of `bytes`, undefined when something is wrong or there are more than `most`. */
function elements(bytes: Uint8Array, most: number): Element[] | undefined {
  const found: Element[] = []
  for (let position = 0; position < bytes.length;) {
    const next = elementAt(bytes, position)
    if (next === undefined || found.length === most) return undefined
    found.push(next)
    position = next.next
  }
  return found
}

/** The elements inside the one SEQUENCE that fills `bytes`. */
function sequence(bytes: Uint8Array, most: number): Element[] | undefined {
  const outer = elementAt(bytes, 0)
  if (outer === undefined || outer.identifier !== 0x30 || outer.next !== bytes.length) return undefined
  return elements(outer.content, most)
}

/** Content octets of a minimal positive INTEGER. */
function positive(from: Element | undefined): Uint8Array | undefined {
  if (from?.identifier !== 0x02) return undefined
  const { content } = from
  const [first, second] = content
  if (first === undefined || first >= 0x80 || (first === 0 && (second === undefined || second < 0x80))) return undefined
  return first === 0 ? content.subarray(1) : content
}

function bitLength(bytes: Uint8Array): number {
  return bytes.length === 0 ? 0 : 8 * (bytes.length - 1) + (32 - Math.clz32(bytes[0]!))
}

/** A modulus is positive by nature; some CAs (ESTEID-SK 2011) left out the zero octet that says so. */
function modulusOf(from: Element | undefined): Uint8Array | undefined {
  return from?.identifier === 0x02 && from.content[0]! >= 0x80 ? from.content : positive(from)
}

/** `spki` where its algorithm is rsaEncryption with NULL: then only a modulus without its sign octet needs another encoding. */
function rsaKey(kind: 'rsa' | 'rsa-pss', bits: Uint8Array, spki: Uint8Array | undefined): ParsedKey | undefined {
  const parts = sequence(bits, 2) ?? []
  const modulus = modulusOf(parts[0])
  const exponent = positive(parts[1])
  if (modulus === undefined || exponent === undefined) return undefined
  const plain = parts[0]!.content[0]! < 0x80 ? spki : undefined
  return { kind, modulus, exponent: unsigned(exponent), bits: bitLength(modulus), plain }
}

/** RFC 5480 2.2: a point uncompressed or compressed; the hybrid form that OpenSSL reads too is none. */
function pointKey(named: Curve, point: Uint8Array): ParsedKey | undefined {
  const form = point[0]
  const compressed = form === 2 || form === 3
  if (!compressed && form !== 4) return undefined
  if (point.length !== 1 + (compressed ? named.size : 2 * named.size)) return undefined
  return { kind: 'ec', curve: named, compressed }
}

function dsaKey(parameters: Element | undefined): ParsedKey | undefined {
  if (parameters?.identifier !== 0x30) return undefined
  const order = positive(elements(parameters.content, 3)?.[1])
  return order === undefined ? undefined : { kind: 'dsa', order }
}

type KeyAnswer = ParsedKey | 'unsupported' | undefined

/** What is known of a key: a CA's key verifies several objects and is read, and imported, once. */
export interface KnownKey {
  /** Undefined when it is malformed or of no known kind, `unsupported` for an unknown algorithm or curve. */
  readonly parsed: KeyAnswer
  /** The platform's own key, once it was imported. */
  imported?: object
}

const known = new WeakMap<Uint8Array, KnownKey>()

const MAX_SHARED = 256
const SHARED_BYTES = 1024

/** The same keys in other arrays: an authority's certificate is in every document that it stamped. */
const shared = new Map<string, KnownKey>()

function sharedKey(spki: Uint8Array): KnownKey {
  if (spki.length > SHARED_BYTES) return { parsed: parseKey(spki) }
  const text = String.fromCharCode(...spki)
  let found = shared.get(text)
  if (found === undefined) {
    // A copy: the array is often a part of a whole document, which would stay in memory with it.
    found = { parsed: parseKey(spki.slice()) }
    shared.set(text, found)
    for (const oldest of shared.keys()) {
      if (shared.size <= MAX_SHARED) break
      shared.delete(oldest)
    }
  }
  return found
}

/** The key in a SubjectPublicKeyInfo, by the array that holds it, and by its bytes. */
export function knownKey(spki: Uint8Array): KnownKey {
  let found = known.get(spki)
  if (found === undefined) {
    found = sharedKey(spki)
    known.set(spki, found)
  }
  return found
}

/** The key in a SubjectPublicKeyInfo; undefined when it is malformed or of no known kind, `unsupported` for an unknown algorithm or curve. */
export function parseKey(spki: Uint8Array): KeyAnswer {
  const [algorithm, key] = sequence(spki, 2) ?? []
  if (algorithm?.identifier !== 0x30 || key?.identifier !== 0x03 || key.content[0] !== 0) return undefined
  const [oid, parameters] = elements(algorithm.content, 2) ?? []
  if (oid?.identifier !== 0x06) return undefined
  const kind = ALGORITHMS.get(hex(oid.content))
  switch (kind) {
    case undefined:
      return 'unsupported'
    case 'rsa':
    case 'rsa-pss': {
      const isPlain = kind === 'rsa' && parameters?.identifier === 0x05 && parameters.content.length === 0
      return rsaKey(kind, key.content.subarray(1), isPlain ? spki : undefined)
    }
    case 'ec': {
      // Named curves only: explicit parameters are no key (C-10).
      if (parameters?.identifier !== 0x06) return undefined
      const named = CURVES.get(hex(parameters.content))
      return named === undefined ? 'unsupported' : pointKey(named, key.content.subarray(1))
    }
    case 'dsa':
      return dsaKey(parameters)
    case 'ed25519':
    case 'ed448':
      break
  }
  return parameters === undefined && key.content.length === (kind === 'ed25519' ? 33 : 58) ? { kind } : undefined
}

/** 1 <= value < order, both big-endian without leading zeros. */
function isBelow(value: Uint8Array, order: Uint8Array): boolean {
  if (value.length !== order.length) return value.length > 0 && value.length < order.length
  for (let index = 0; index < value.length; index++)
    if (value[index] !== order[index]) return value[index]! < order[index]!
  return false
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
  let start = 0
  while (bytes[start] === 0) start++
  return bytes.subarray(start)
}

/** r and s of `SEQUENCE { r, s }` in strict DER with 1 <= r, s < order (C-10); undefined otherwise. */
export function parseRs(signature: Uint8Array, order: Uint8Array): { r: Uint8Array; s: Uint8Array } | undefined {
  const found = sequence(signature, 2)
  const r = positive(found?.[0])
  const s = positive(found?.[1])
  if (r === undefined || s === undefined) return undefined
  return isBelow(r, order) && isBelow(s, order) ? { r, s } : undefined
}

/** r || s, each filled up to `size` bytes (IEEE P1363). */
export function plainSignature(rs: { r: Uint8Array; s: Uint8Array }, size: number): Uint8Array<ArrayBuffer> {
  const plain = new Uint8Array(2 * size)
  plain.set(rs.r, size - rs.r.length)
  plain.set(rs.s, 2 * size - rs.s.length)
  return plain
}

/** Plain r || s of exactly `2 * size` bytes with 1 <= r, s < order. */
export function isPlainSignature(signature: Uint8Array, { size, order }: Curve): boolean {
  if (signature.length !== 2 * size) return false
  return (
    isBelow(withoutZeros(signature.subarray(0, size)), order) && isBelow(withoutZeros(signature.subarray(size)), order)
  )
}

/** Header bytes of a DER element. */
function header(identifier: number, length: number): number[] {
  if (length < 0x80) return [identifier, length]
  return length < 0x100 ? [identifier, 0x81, length] : [identifier, 0x82, length >> 8, length & 0xff]
}

function element(identifier: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = header(identifier, length)
  const out = new Uint8Array(head.length + length)
  out.set(head)
  let position = head.length
  for (const part of parts) {
    out.set(part, position)
    position += part.length
  }
  return out
}

function integer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return element(0x02, bytes[0]! >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0), bytes)
}

function bytesOf(value: bigint): Uint8Array<ArrayBuffer> {
  const text = value.toString(16)
  const even = text.length % 2 === 0 ? text : `0${text}`
  return Uint8Array.from({ length: even.length / 2 }, (_, index) =>
    Number.parseInt(even.slice(2 * index, 2 * index + 2), 16),
  )
}

const RSA_ENCRYPTION = Uint8Array.of(0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0)

/** The RSA key as a plain rsaEncryption SPKI: platforms differ on keys typed id-RSASSA-PSS, whose limits x509/ checks. */
export function rsaSpki(key: ParsedKey & { kind: 'rsa' | 'rsa-pss' }): Uint8Array {
  if (key.plain !== undefined) return key.plain
  const bits = element(0x30, integer(key.modulus), integer(bytesOf(key.exponent)))
  return element(0x30, RSA_ENCRYPTION, element(0x03, Uint8Array.of(0), bits))
}
