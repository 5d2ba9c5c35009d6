import { digest, verifySignature } from '../crypto/index.ts'
import { hexOf } from '../der/hex.ts'
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
  /** Looks at revocation data, beside verifications; default 400,000 (L-24). */
  readonly looks?: number
  /** Genuine signatures known from other documents of the same run; absent: every document stands alone. */
  readonly genuine?: GenuineSignatures
}

const MAX_GENUINE = 4096

/**
 * Signatures that were found genuine, by everything that the answer depends on: a batch meets the same certificates and responses in
 * every file. Only `valid` is kept, and only so many.
 */
export class GenuineSignatures {
  readonly #known: Set<string> = new Set()

  has(key: string): boolean {
    return this.#known.has(key)
  }

  add(key: string): void {
    this.#known.add(key)
    for (const oldest of this.#known) {
      if (this.#known.size <= MAX_GENUINE) break
      this.#known.delete(oldest)
    }
  }
}

/** Key, algorithm with its parameters, data and value, each with its length, under SHA-256. */
async function identityOf({ tbs, signatureAlgorithm, signatureValue }: SignedObject, key: VerifyKey): Promise<string> {
  const parts = [key.spki, signatureAlgorithm.der, tbs, signatureValue]
  const lengths = new Uint8Array(new Uint32Array(parts.map(({ length }) => length)).buffer)
  return hexOf(await digest('sha256', lengths, ...parts))
}

const MAX_VERIFICATIONS = 2000
/** Looks at a list or response: some ten seconds of them, and hundreds of times what any honest document needs. */
const MAX_LOOKS = 400_000

const USUAL_BITS = 4096
const USUAL_EXPONENT = 1n << 17n
const MEBIBYTE = 1 << 20

/** What a verification counts: 1 for usual keys and data; a key of 16,384 bits or a list of 64 MiB keeps a processor busy much longer. */
function costOf({ tbs }: SignedObject, { info: { bits = 0, exponent = 0n } }: VerifyKey): number {
  const size = Math.ceil(Math.max(1, bits / USUAL_BITS) ** 2)
  return size * (exponent < USUAL_EXPONENT ? 1 : 4) + Math.floor(tbs.length / MEBIBYTE)
}

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
  #looks = 0
  readonly #known: Map<SignedObject, { spki: Uint8Array; answer: SignatureAnswer }[]> = new Map()

  constructor(budget: Budget) {
    this.#budget = budget
  }

  /** Counts work that costs no verification, since what was verified is known: hostile files have it done again and again. @throws LimitError CPU */
  look(times = 1): void {
    this.#looks += times
    const limit = this.#budget.looks ?? MAX_LOOKS
    if (this.#looks > limit) throw new LimitError('CPU', `revocation data were looked at more than ${limit} times`)
  }

  /** @throws LimitError VERIFICATIONS */
  async check(object: SignedObject, key: VerifyKey): Promise<SignatureAnswer> {
    const known = this.#known.get(object)
    const found = known?.find(({ spki }) => equalBytes(spki, key.spki))
    if (found !== undefined) return found.answer
    const limit = this.#budget.limit ?? MAX_VERIFICATIONS
    this.#budget.verifications += costOf(object, key)
    if (this.#budget.verifications > limit)
      throw new LimitError('VERIFICATIONS', `more than ${limit} signature verifications`)
    const answer = await this.#ask(object, key)
    // Others may have asked meanwhile.
    const now = this.#known.get(object)
    if (now === undefined) this.#known.set(object, [{ spki: key.spki, answer }])
    else now.push({ spki: key.spki, answer })
    return answer
  }

  async #ask(object: SignedObject, key: VerifyKey): Promise<SignatureAnswer> {
    const { genuine } = this.#budget
    if (genuine === undefined) return this.#verify(object, key)
    const identity = await identityOf(object, key)
    if (genuine.has(identity)) return 'valid'
    const answer = await this.#verify(object, key)
    if (answer === 'valid') genuine.add(identity)
    return answer
  }

  async #verify({ tbs, signatureAlgorithm, signatureValue }: SignedObject, key: VerifyKey): Promise<SignatureAnswer> {
    const scheme = verifySchemeOf(signatureAlgorithm, key.info)
    if ('rule' in scheme) return scheme.code === 'UNSUPPORTED_ALGORITHM' ? 'unsupported' : 'invalid'
    const answer = await verifySignature(scheme, key.spki, tbs, signatureValue)
    return answer === 'valid-lenient' ? 'lenient' : answer
  }
}
