import { createHash, publicDecrypt, X509Certificate } from 'node:crypto'

/** Whether an RSA PKCS#1 value is over this SHA-256 digest. */
export function verifyDigest(certificate: Uint8Array, digest: Uint8Array, value: Uint8Array): boolean {
  const info = publicDecrypt(new X509Certificate(certificate).publicKey, value)
  const length = createHash('sha256').digest().length
  return info.subarray(-length).equals(digest)
}
