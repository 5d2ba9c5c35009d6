/** The only door to cryptography: everything else in core imports from here, never from a platform. */
export { createDigest, digest, digestHex, randomBytes, supportsDigest, verifySignature } from '#platform'
export { aesCbcDecrypt, aesCbcEncrypt, md5, rc4 } from './legacy.ts'
export type { CbcOptions } from './legacy.ts'
export type { DigestName, RunningDigest, VerifyResult, VerifyScheme } from './types.ts'
