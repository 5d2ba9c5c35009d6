import type { DigestName, VerifyScheme } from '../crypto/index.ts'
import { OID } from '../der/oids.ts'
import { problem, type Problem } from '../problem.ts'
import { checkScheme, digestOfOid, digestOfSignature, verifySchemeOf } from '../x509/algorithm.ts'
import type { PublicKeyInfo } from '../x509/public-key.ts'
import type { SignerInfo } from './signed-data.ts'

/** The algorithms a SignerInfo agrees on. */
export interface AgreedAlgorithms {
  readonly digest: DigestName | undefined
  /** Undefined where the key is missing or the algorithms forbid a check. */
  readonly scheme: VerifyScheme | undefined
  /** The combination can never verify: the signature value counts as wrong. */
  readonly refused: boolean
  readonly problems: readonly Problem[]
}

function digestProblem(info: SignerInfo): Problem {
  const { digestAlgorithm } = info
  const algorithm = digestAlgorithm.oid
  // A signature algorithm in the digest's place is a wrong CMS, not an algorithm we lack.
  if (digestOfSignature(digestAlgorithm) !== undefined || algorithm === OID.rsaEncryption) {
    return problem('C-10', 'DIGEST_ALGORITHM_INVALID', 'F', { algorithm })
  }
  return problem('C-10', 'UNSUPPORTED_ALGORITHM', 'I', { algorithm })
}

/** RFC 8419: Ed448 wants id-shake256-len with 512 bits; bare id-shake256 is the tolerated spelling (C-10). */
function checkShake(info: SignerInfo): readonly Problem[] {
  const { oid, params } = info.digestAlgorithm
  if (oid === OID.shake256) return [problem('C-10', 'SHAKE256_WITHOUT_LENGTH', 'W')]
  if (oid !== OID.shake256Len) return []
  const { content } = params ?? { content: new Uint8Array() }
  const bits512 = params?.is(2) === true && content.length === 2 && content[0] === 2 && content[1] === 0
  return bits512 ? [] : [problem('C-10', 'EDDSA_DIGEST', 'F', { digest: 'shake256', variant: 'ed448' })]
}

/** C-10: the digest comes from this SignerInfo alone, and signature algorithm, digest and key agree. Never throws. */
export function agreeAlgorithms(info: SignerInfo, key: PublicKeyInfo | undefined): AgreedAlgorithms {
  const digest = digestOfOid(info.digestAlgorithm.oid)
  if (digest === undefined) {
    return { digest, scheme: undefined, refused: false, problems: [digestProblem(info)] }
  }
  const shake = checkShake(info)
  if (key === undefined) return { digest, scheme: undefined, refused: false, problems: shake }
  const scheme = verifySchemeOf(info.signatureAlgorithm, key, digest)
  if ('rule' in scheme) {
    return { digest, scheme: undefined, refused: scheme.outcome === 'S', problems: [...shake, scheme] }
  }
  return { digest, scheme, refused: false, problems: [...shake, ...checkScheme(scheme, key)] }
}
