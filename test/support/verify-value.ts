// A signature value judged by OpenSSL, without any of the code under test.
import { constants, verify, X509Certificate } from 'node:crypto'
import type { Scheme } from '../../packages/core/src/index.ts'

/** Whether a value over the data fits a certificate. */
export function verifyWith(certificate: Uint8Array, scheme: Scheme, data: Uint8Array, value: Uint8Array): boolean {
  const key = new X509Certificate(certificate).publicKey
  if (scheme.name === 'eddsa') return verify(null, data, key, value)
  if (scheme.name === 'ml-dsa') return false
  if (scheme.name === 'rsa-pss')
    return verify(
      scheme.digest,
      data,
      { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.salt },
      value,
    )
  return verify(scheme.digest, data, key, value)
}
