import { verifySignature } from '../crypto/index.ts'
import { equalBytes } from '../der/writer.ts'
import { LimitError } from '../error.ts'
import { verifySchemeOf } from './algorithm.ts'
import type { AlgorithmId, PublicKeyInfo } from './algorithm.ts'

/** A key to verify with; the SPKI may have inherited DSA parameters written into it. */
export interface VerifyKey {
  readonly spki: Uint8Array
  readonly info: PublicKeyInfo
}

/** What an issuer signed: a certificate, a CRL, an OCSP response. */
export interface SignedObject {
  readonly tbs: Uint8Array
  readonly signatureAlgorithm: AlgorithmId
  readonly signatureValue: Uint8Array
}

export type SignatureAnswer = 'valid' | 'lenient' | 'invalid' | 'unsupported'

/** Counts verifications over everything that shares it (L-16). */
export interface Budget {
  verifications: number
  /** Default 2,000. */
  readonly limit?: number
}

const MAX_VERIFICATIONS = 2000

/** What was verified under a budget is known to all that share it: the signatures of one document name the same issuers. */
const shared = new WeakMap<Budget, SignatureChecks>()

/** The checks that belong to a budget; without one, checks of their own. */
export function signatureChecks(budget: Budget | undefined): SignatureChecks {
  if (budget === undefined) return new SignatureChecks({ verifications: 0 })
  let checks = shared.get(budget)
  if (checks === undefined) {
    checks = new SignatureChecks(budget)
    shared.set(budget, checks)
  }
  return checks
}

/** Verifies signatures of certificates, CRLs and OCSP responses, each pair of object and key once, within a budget. */
export class SignatureChecks {
  readonly #budget: Budget
  readonly #known: Map<SignedObject, { spki: Uint8Array; answer: SignatureAnswer }[]> = new Map()

  constructor(budget: Budget) {
    this.#budget = budget
  }

  /** @throws LimitError VERIFICATIONS */
  async check(object: SignedObject, key: VerifyKey): Promise<SignatureAnswer> {
    const known = this.#known.get(object) ?? []
    const found = known.find(({ spki }) => equalBytes(spki, key.spki))
    if (found !== undefined) return found.answer
    const limit = this.#budget.limit ?? MAX_VERIFICATIONS
    if (++this.#budget.verifications > limit)
      throw new LimitError('VERIFICATIONS', `more than ${limit} signature verifications`)
    const answer = await this.#verify(object, key)
    this.#known.set(object, [...known, { spki: key.spki, answer }])
    return answer
  }

  async #verify({ tbs, signatureAlgorithm, signatureValue }: SignedObject, key: VerifyKey): Promise<SignatureAnswer> {
    const scheme = verifySchemeOf(signatureAlgorithm, key.info)
    if ('rule' in scheme) return scheme.code === 'UNSUPPORTED_ALGORITHM' ? 'unsupported' : 'invalid'
    const answer = await verifySignature(scheme, key.spki, tbs, signatureValue)
    return answer === 'valid-lenient' ? 'lenient' : answer
  }
}
