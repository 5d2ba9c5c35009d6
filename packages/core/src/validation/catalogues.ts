import type { AlgorithmCatalogue } from './algorithms.ts'

/**
 * E-15: TT 15/2025/TT-BKHCN, App I, as it stands: RSA PKCS#1 v2.1 (both schemes, T15-40) and PSS from 2,048 bits, ECDSA from 256 bits;
 * SHA-256/384/512, SHA-512/224 and /256, SHA-3, SHAKE. The circular names no end dates. DSA and EdDSA are not in it; EdDSA is allowed
 * here as with the default catalogue, so that choosing this one never refuses what the strict rules accept.
 */
export const TT_15_2025: AlgorithmCatalogue = {
  id: 'TT 15/2025/TT-BKHCN App I',
  version: '2025-08-15',
  digests: {
    sha256: 'always',
    sha384: 'always',
    sha512: 'always',
    'sha512-224': 'always',
    'sha512-256': 'always',
    'sha3-224': 'always',
    'sha3-256': 'always',
    'sha3-384': 'always',
    'sha3-512': 'always',
    'shake256-512': 'always',
  },
  rsaPkcs1: [{ bits: 2048, until: 'always' }],
  rsaPss: [{ bits: 2048, until: 'always' }],
  ecdsa: [{ bits: 256, until: 'always' }],
  dsa: [],
  eddsa: 'always',
}
