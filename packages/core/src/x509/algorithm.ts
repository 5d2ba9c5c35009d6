import type { DigestName, VerifyScheme } from '../crypto/types.ts'
import { OID } from '../der/oids.ts'
import type { DerNode } from '../der/reader.ts'
import { readNull, readOid, readSmallInteger } from '../der/values.ts'
import { CountersignError } from '../error.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'

/** AlgorithmIdentifier. */
export interface AlgorithmId {
  readonly oid: string
  readonly params?: DerNode
  readonly der: Uint8Array
}

/** RSASSA-PSS-params (RFC 8017 A.2.3), defaults filled in. Names undefined where the hash is unknown. */
export interface PssParameters {
  readonly digest: DigestName | undefined
  readonly mgf: DigestName | undefined
  readonly salt: number
  readonly trailer: number
}

/** What a SubjectPublicKeyInfo says about its key. */
export interface PublicKeyInfo {
  readonly algorithm: 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'ed448' | 'dsa' | 'unknown'
  readonly oid: string
  /** Bits of the modulus, of the prime field, of p. */
  readonly bits?: number
  /** Name of a named curve, or its dotted identifier; absent for explicit parameters. */
  readonly curve?: string
  readonly exponent?: bigint
  /** Parameters that bind a key typed id-RSASSA-PSS. */
  readonly pss?: PssParameters
  /** DSA without parameters of its own: inherits them from its issuer (RFC 3279 2.3.2). */
  readonly inherits?: boolean
}

const DIGESTS: ReadonlyMap<string, DigestName> = new Map([
  [OID.md5, 'md5'],
  [OID.sha1, 'sha1'],
  [OID.sha224, 'sha224'],
  [OID.sha256, 'sha256'],
  [OID.sha384, 'sha384'],
  [OID.sha512, 'sha512'],
  [OID.sha512_224, 'sha512-224'],
  [OID.sha512_256, 'sha512-256'],
  [OID.sha3_224, 'sha3-224'],
  [OID.sha3_256, 'sha3-256'],
  [OID.sha3_384, 'sha3-384'],
  [OID.sha3_512, 'sha3-512'],
  [OID.shake256, 'shake256-512'],
  [OID.shake256Len, 'shake256-512'],
  [OID.ripemd160, 'ripemd160'],
  [OID.whirlpool, 'whirlpool'],
])

type Family = 'rsa-pkcs1' | 'ecdsa' | 'ecdsa-plain' | 'dsa'

const SIGNATURES: ReadonlyMap<string, readonly [Family, DigestName]> = new Map<string, readonly [Family, DigestName]>([
  [OID.md5WithRsa, ['rsa-pkcs1', 'md5']],
  [OID.sha1WithRsa, ['rsa-pkcs1', 'sha1']],
  [OID.sha1WithRsaOiw, ['rsa-pkcs1', 'sha1']],
  [OID.sha224WithRsa, ['rsa-pkcs1', 'sha224']],
  [OID.sha256WithRsa, ['rsa-pkcs1', 'sha256']],
  [OID.sha384WithRsa, ['rsa-pkcs1', 'sha384']],
  [OID.sha512WithRsa, ['rsa-pkcs1', 'sha512']],
  [OID.sha512_224WithRsa, ['rsa-pkcs1', 'sha512-224']],
  [OID.sha512_256WithRsa, ['rsa-pkcs1', 'sha512-256']],
  [OID.sha3_224WithRsa, ['rsa-pkcs1', 'sha3-224']],
  [OID.sha3_256WithRsa, ['rsa-pkcs1', 'sha3-256']],
  [OID.sha3_384WithRsa, ['rsa-pkcs1', 'sha3-384']],
  [OID.sha3_512WithRsa, ['rsa-pkcs1', 'sha3-512']],
  [OID.ripemd160WithRsa, ['rsa-pkcs1', 'ripemd160']],
  [OID.ecdsaWithSha1, ['ecdsa', 'sha1']],
  [OID.ecdsaWithSha224, ['ecdsa', 'sha224']],
  [OID.ecdsaWithSha256, ['ecdsa', 'sha256']],
  [OID.ecdsaWithSha384, ['ecdsa', 'sha384']],
  [OID.ecdsaWithSha512, ['ecdsa', 'sha512']],
  [OID.ecdsaWithSha3_224, ['ecdsa', 'sha3-224']],
  [OID.ecdsaWithSha3_256, ['ecdsa', 'sha3-256']],
  [OID.ecdsaWithSha3_384, ['ecdsa', 'sha3-384']],
  [OID.ecdsaWithSha3_512, ['ecdsa', 'sha3-512']],
  [OID.ecdsaPlainSha1, ['ecdsa-plain', 'sha1']],
  [OID.ecdsaPlainSha224, ['ecdsa-plain', 'sha224']],
  [OID.ecdsaPlainSha256, ['ecdsa-plain', 'sha256']],
  [OID.ecdsaPlainSha384, ['ecdsa-plain', 'sha384']],
  [OID.ecdsaPlainSha512, ['ecdsa-plain', 'sha512']],
  [OID.ecdsaPlainRipemd160, ['ecdsa-plain', 'ripemd160']],
  [OID.ecdsaPlainSha3_224, ['ecdsa-plain', 'sha3-224']],
  [OID.ecdsaPlainSha3_256, ['ecdsa-plain', 'sha3-256']],
  [OID.ecdsaPlainSha3_384, ['ecdsa-plain', 'sha3-384']],
  [OID.ecdsaPlainSha3_512, ['ecdsa-plain', 'sha3-512']],
  [OID.dsaWithSha1, ['dsa', 'sha1']],
  [OID.dsaWithSha224, ['dsa', 'sha224']],
  [OID.dsaWithSha256, ['dsa', 'sha256']],
  [OID.dsaWithSha384, ['dsa', 'sha384']],
  [OID.dsaWithSha512, ['dsa', 'sha512']],
])

/** Digest sizes in bytes. */
const SIZES: Readonly<Record<DigestName, number>> = {
  md5: 16,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
  'sha512-224': 28,
  'sha512-256': 32,
  'sha3-224': 28,
  'sha3-256': 32,
  'sha3-384': 48,
  'sha3-512': 64,
  'shake256-512': 64,
  ripemd160: 20,
  whirlpool: 64,
}

/** Length of a digest in bytes. */
export function digestSize(name: DigestName): number {
  return SIZES[name]
}

class ParsedAlgorithm implements AlgorithmId {
  readonly oid: string
  readonly params?: DerNode
  readonly #node: DerNode

  constructor(node: DerNode, oid: string, params: DerNode | undefined) {
    this.oid = oid
    if (params !== undefined) this.params = params
    this.#node = node
  }

  get der(): Uint8Array {
    return this.#node.bytes
  }
}

/** Reads an AlgorithmIdentifier; an implicitly tagged one too. @throws CountersignError DER_INVALID */
export function parseAlgorithm(node: DerNode): AlgorithmId {
  const [oid, params] = node.children
  if (oid === undefined || node.children.length > 2 || (node.cls === 0 && node.tag !== 16))
    throw new CountersignError('DER_INVALID', 'bad AlgorithmIdentifier')
  return new ParsedAlgorithm(node, readOid(oid), params)
}

/** The digest of a digest algorithm's identifier; undefined when unknown. */
export function digestOfOid(oid: string): DigestName | undefined {
  return DIGESTS.get(oid)
}

/** True when the parameters are absent or NULL. */
function withoutParameters({ params }: AlgorithmId): boolean {
  if (params === undefined) return true
  try {
    return params.is(5) && readNull(params) === null
  } catch {
    return false
  }
}

/** The digest inside a signature algorithm's identifier; undefined where it names none (rsaEncryption, EdDSA). */
export function digestOfSignature(algorithm: AlgorithmId): DigestName | undefined {
  if (algorithm.oid !== OID.rsaPss) return SIGNATURES.get(algorithm.oid)?.[1]
  try {
    return algorithm.params === undefined ? 'sha1' : parsePssParameters(algorithm.params).digest
  } catch {
    return undefined
  }
}

function parseMgf(node: DerNode): DigestName | undefined {
  const mgf = parseAlgorithm(node)
  if (mgf.oid !== OID.mgf1 || mgf.params === undefined) return undefined
  return digestOfOid(parseAlgorithm(mgf.params).oid)
}

/** Reads RSASSA-PSS-params. @throws CountersignError DER_INVALID */
export function parsePssParameters(node: DerNode): PssParameters {
  if (!node.is(16)) throw new CountersignError('DER_INVALID', 'bad RSASSA-PSS parameters')
  const fields = new Map(node.children.map((child) => [child.tag, child]))
  if (
    fields.size !== node.children.length ||
    node.children.some((child) => child.cls !== 2 || child.children.length !== 1)
  )
    throw new CountersignError('DER_INVALID', 'bad RSASSA-PSS parameters')
  const inner = (tag: number): DerNode | undefined => fields.get(tag)?.children[0]
  const [hash, mgf, salt, trailer] = [inner(0), inner(1), inner(2), inner(3)]
  return {
    digest: hash === undefined ? 'sha1' : digestOfOid(parseAlgorithm(hash).oid),
    mgf: mgf === undefined ? 'sha1' : parseMgf(mgf),
    salt: salt === undefined ? 20 : readSmallInteger(salt),
    trailer: trailer === undefined ? 1 : readSmallInteger(trailer),
  }
}

function unsupported(algorithm: string): Problem {
  return problem('C-10', 'UNSUPPORTED_ALGORITHM', 'I', { algorithm })
}

function disagree(detail: string): Problem {
  return problem('C-10', 'ALGORITHMS_DISAGREE', 'S', { detail })
}

function pssScheme(algorithm: AlgorithmId, key: PublicKeyInfo, digest: DigestName | undefined): VerifyScheme | Problem {
  if (key.algorithm !== 'rsa' && key.algorithm !== 'rsa-pss')
    return disagree(`RSA-PSS with a key of type ${key.algorithm}`)
  const absent: PssParameters = { digest: 'sha1', mgf: 'sha1', salt: 20, trailer: 1 }
  let params = absent
  try {
    if (algorithm.params !== undefined) params = parsePssParameters(algorithm.params)
  } catch {
    return disagree('RSA-PSS parameters cannot be read')
  }
  if (params.digest === undefined || params.mgf === undefined) return unsupported('RSA-PSS')
  if (params.trailer !== 1) return disagree('RSA-PSS trailer field is not 1')
  if (digest !== undefined && params.digest !== digest)
    return disagree(`RSA-PSS over ${params.digest}, digest ${digest}`)
  const bits = key.bits ?? 0
  if (params.salt < 0 || params.salt > Math.ceil((bits - 1) / 8) - digestSize(params.digest) - 2)
    return disagree(`RSA-PSS salt of ${params.salt} bytes does not fit the key`)
  const bound = key.pss
  if (bound !== undefined && (bound.digest !== params.digest || bound.mgf !== params.mgf || params.salt < bound.salt))
    return disagree('RSA-PSS parameters are not those of the key')
  return { name: 'rsa-pss', digest: params.digest, mgf: params.mgf, salt: params.salt }
}

function eddsaScheme(
  algorithm: AlgorithmId,
  key: PublicKeyInfo,
  digest: DigestName | undefined,
): VerifyScheme | Problem {
  const variant = algorithm.oid === OID.ed25519 ? 'ed25519' : 'ed448'
  if (key.algorithm !== variant) return disagree(`${variant} with a key of type ${key.algorithm}`)
  if (algorithm.params !== undefined) return problem('C-10', 'EDDSA_PARAMETERS', 'F')
  const wanted = variant === 'ed25519' ? 'sha512' : 'shake256-512'
  if (digest !== undefined && digest !== wanted) return problem('C-10', 'EDDSA_DIGEST', 'F', { digest, variant })
  return { name: 'eddsa', variant }
}

/**
 * How a signature value with this algorithm and key is to be checked (C-10), or the problem that forbids it.
 * `digest` is the digest algorithm of the SignerInfo; leave it out for certificates, CRLs and OCSP responses.
 */
export function verifySchemeOf(
  algorithm: AlgorithmId,
  key: PublicKeyInfo,
  digest?: DigestName,
): VerifyScheme | Problem {
  const { oid } = algorithm
  if (oid === OID.rsaPss) return pssScheme(algorithm, key, digest)
  if (oid === OID.ed25519 || oid === OID.ed448) return eddsaScheme(algorithm, key, digest)
  // rsaEncryption (and, of some writers, the bare key types) take the digest of the SignerInfo.
  const bare = oid === OID.rsaEncryption ? 'rsa-pkcs1' : oid === OID.ecPublicKey ? 'ecdsa' : undefined
  const named = bare !== undefined && digest !== undefined ? ([bare, digest] as const) : SIGNATURES.get(oid)
  if (named === undefined) return unsupported(oid)
  const [family, hash] = named
  if (digest !== undefined && digest !== hash) return disagree(`signature over ${hash}, digest ${digest}`)
  // BSI TR-03111 writers name the curve in the parameters; the key decides all the same.
  const curveNamed = family === 'ecdsa-plain' && algorithm.params?.is(6) === true
  if (!withoutParameters(algorithm) && family !== 'dsa' && !curveNamed)
    return disagree('unexpected algorithm parameters')
  switch (family) {
    case 'rsa-pkcs1':
      return key.algorithm === 'rsa'
        ? { name: family, digest: hash }
        : disagree(`RSA with a key of type ${key.algorithm}`)
    case 'dsa':
      return key.algorithm === 'dsa'
        ? { name: family, digest: hash }
        : disagree(`DSA with a key of type ${key.algorithm}`)
    case 'ecdsa':
    case 'ecdsa-plain':
      break
  }
  if (key.algorithm !== 'ec') return disagree(`ECDSA with a key of type ${key.algorithm}`)
  if (key.curve === undefined) return disagree('elliptic curve with explicit parameters')
  return { name: 'ecdsa', digest: hash, encoding: family === 'ecdsa' ? 'der' : 'plain' }
}

/** Oddities of a scheme that do not decide: MGF1 or salt other than the digest asks for, a small exponent (C-10, all W). */
export function checkScheme(scheme: VerifyScheme, key: PublicKeyInfo): readonly Problem[] {
  const problems: Problem[] = []
  if (scheme.name === 'rsa-pss') {
    if (scheme.mgf !== scheme.digest)
      problems.push(problem('C-10', 'PSS_MGF_DIFFERS', 'W', { digest: scheme.digest, mgf: scheme.mgf }))
    if (scheme.salt !== digestSize(scheme.digest))
      problems.push(problem('C-10', 'PSS_SALT_LENGTH', 'W', { salt: scheme.salt }))
  }
  if (key.exponent !== undefined && key.exponent < 65_537n)
    problems.push(problem('C-10', 'RSA_EXPONENT_SMALL', 'W', { exponent: Number(key.exponent) }))
  return problems
}

/** The name of a signature algorithm for the report, such as `rsa-pkcs1`, else its dotted identifier. */
export function signatureName(algorithm: AlgorithmId): string {
  if (algorithm.oid === OID.rsaPss) return 'rsa-pss'
  if (algorithm.oid === OID.rsaEncryption) return 'rsa-pkcs1'
  if (algorithm.oid === OID.ed25519) return 'ed25519'
  if (algorithm.oid === OID.ed448) return 'ed448'
  const family = SIGNATURES.get(algorithm.oid)?.[0]
  return family === undefined ? algorithm.oid : family === 'ecdsa-plain' ? 'ecdsa' : family
}
