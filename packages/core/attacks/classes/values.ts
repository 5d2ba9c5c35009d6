// lenient checks of signature values: padding that is not compared whole, another scheme than named.
import { constants, privateEncrypt, sign as signRaw } from 'node:crypto'
import { OID } from '../../src/der/oids.ts'
import { concat, encodeSet } from '../../src/der/writer.ts'
import { algorithm, pssParameters } from '../../test/support/craft-certificate.ts'
import { hash, usualAttributes } from '../../test/support/craft-cms.ts'
import { identityNamed, officer } from '../identities.ts'
import { cmsOver } from '../signing.ts'
import type { Trick } from '../trick.ts'
import { changed, cms, sorted } from './cms.ts'

/** PKCS#1 v1.5 by hand: any block at all, made with the private key. */
function rawRsa(data: Uint8Array): Uint8Array {
  return new Uint8Array(privateEncrypt({ key: officer().key, padding: constants.RSA_NO_PADDING }, data))
}

const SHA256_PREFIX = Buffer.from('3031300d060960864801650304020105000420', 'hex')
const PREFIX_WITHOUT_NULL = Buffer.from('302f300b06096086480165030402010420', 'hex')

/** 00 01 FF.. 00 and what follows, in a block of 256 bytes. */
function block(
  tail: Uint8Array,
  options: { readonly padding?: number; readonly type?: number; readonly fill?: number } = {},
): Uint8Array {
  const padding = options.padding ?? 256 - 3 - tail.length
  const made = concat(
    Uint8Array.of(0, options.type ?? 1),
    new Uint8Array(padding).fill(options.fill ?? 0xff),
    Uint8Array.of(0),
    tail,
  )
  return concat(made, new Uint8Array(Math.max(0, 256 - made.length)).fill(0x41)).subarray(0, 256)
}

const valued = (name: string, make: (digest: Uint8Array) => Uint8Array): Trick =>
  cms(name, (covered) => {
    const usual = usualAttributes({ signer: officer(), digest: hash('sha256', covered) })
    const digest = hash('sha256', encodeSet(...usual))
    return cmsOver(covered, officer(), { attributes: sorted(usual), signature: () => make(digest) })
  })

export const A21: readonly Trick[] = [
  valued('bytes behind the digest', (digest) => rawRsa(block(concat(SHA256_PREFIX, digest), { padding: 8 }))),
  valued('little padding and much behind', (digest) => rawRsa(block(concat(SHA256_PREFIX, digest), { padding: 1 }))),
  valued('no padding', (digest) => rawRsa(block(concat(SHA256_PREFIX, digest), { padding: 0 }))),
  valued('padding of another byte', (digest) => rawRsa(block(concat(SHA256_PREFIX, digest), { fill: 0xfe }))),
  valued('padding of type 2', (digest) => rawRsa(block(concat(SHA256_PREFIX, digest), { type: 2 }))),
  valued('padding of type 0', (digest) => rawRsa(block(concat(SHA256_PREFIX, digest), { type: 0, fill: 0 }))),
  valued('a digest alone', (digest) => rawRsa(block(digest))),
  valued('a digest of another algorithm', (digest) =>
    rawRsa(block(concat(Buffer.from('3021300906052b0e03021a05000414', 'hex'), digest.subarray(0, 20)))),
  ),
  valued('parameters that are long', (digest) =>
    rawRsa(block(concat(Buffer.from('3033300f0609608648016503040201050241410420', 'hex'), digest))),
  ),
  valued('an algorithm without parameters and bytes behind', (digest) =>
    rawRsa(block(concat(PREFIX_WITHOUT_NULL, digest), { padding: 8 })),
  ),
  valued('a length in the long form', (digest) =>
    rawRsa(block(concat(Buffer.from('308131300d060960864801650304020105000420', 'hex'), digest))),
  ),
  valued('a value of zeros', () => new Uint8Array(256)),
  valued('a value of one', () => Uint8Array.from({ length: 256 }, (_, i) => (i === 255 ? 1 : 0))),
  valued('a value that is too short', (digest) => rawRsa(block(concat(SHA256_PREFIX, digest))).subarray(1)),
  valued('a value that is too long', (digest) =>
    concat(Uint8Array.of(0), rawRsa(block(concat(SHA256_PREFIX, digest)))),
  ),
  valued('an empty value', () => new Uint8Array()),
  valued('a value larger than the modulus', () => new Uint8Array(256).fill(0xff)),
  cms(
    'PSS in the name of PKCS#1',
    changed((covered) => ({ signature: () => pssOver(covered) })),
  ),
  cms(
    'PKCS#1 in the name of PSS',
    changed(() => ({ signatureAlgorithm: algorithm(OID.rsaPss, pssParameters()) })),
  ),
  cms(
    'PSS with SHA-1 named',
    changed(() => ({ signatureAlgorithm: algorithm(OID.rsaPss, null) })),
  ),
  cms('a key of 1024 bits', (covered) => cmsOver(covered, identityNamed('small-key'))),
]

function pssOver(covered: Uint8Array): Uint8Array {
  const input = encodeSet(...usualAttributes({ signer: officer(), digest: hash('sha256', covered) }))
  // A salt of length 0 gives the same value each time.
  return new Uint8Array(
    signRaw('sha256', input, { key: officer().key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 0 }),
  )
}
