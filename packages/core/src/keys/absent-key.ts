// A key that is somewhere else: its certificate is enough to prepare (PKI-09).
import type { Scheme, Signer } from '../cms/signer.ts'
import { CountersignError } from '../error.ts'
import { orderChain } from './chain.ts'
import { keyFacts } from './key-facts.ts'

export interface AbsentKeyOptions {
  /** DER. Needed before the digest, since the signed attributes name it. */
  readonly certificate: Uint8Array
  /** DER of the other certificates, in any order. */
  readonly chain?: readonly Uint8Array[]
  /** What the key can do, the preferred first; default what keys of its kind can. */
  readonly schemes?: readonly Scheme[]
}

/**
 * Stands for a key that is not here while a signature is prepared; what it signs elsewhere goes to `complete`.
 *
 * @throws CountersignError CERT_INVALID, UNSUPPORTED_ALGORITHM; from `sign` always NOT_AVAILABLE
 * @example
 * ```ts
 * const prepared = await prepare(pdf, { signer: absentKey({ certificate, chain }), field: 'officer' })
 * ```
 */
export function absentKey({ certificate, chain = [], schemes }: AbsentKeyOptions): Signer {
  const facts = keyFacts(certificate)
  const info = {
    certificate,
    chain: orderChain(certificate, chain),
    schemes: schemes ?? facts.schemes,
    accepts: 'data',
    maxSignatureSize: () => facts.maxSignatureSize,
  } as const
  return {
    info: () => Promise.resolve(info),
    sign: () => Promise.reject(new CountersignError('NOT_AVAILABLE', 'the key is not here: prepare, then complete')),
  }
}
