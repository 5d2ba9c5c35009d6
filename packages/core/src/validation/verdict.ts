import type { Problem } from '../problem.ts'
import type { Indication, SubIndication } from '../report.ts'

export interface Verdict {
  readonly indication: Indication
  readonly subIndication: SubIndication | null
}

/** What the building blocks of EN 319 102-1 found for one signature. */
export interface Blocks {
  /** FC, ISC, VCI and CV: sections 1 and 2 of the rule book, without the chain. */
  readonly format: readonly Problem[]
  /** What changed after the signature: `true` permitted, `false` not, `null` undecided (V-02). */
  readonly changesPermitted: boolean | null
  /** XCV: path, validity, constraints, revocation; null where it passed. */
  readonly chain: SubIndication | null
  /** A failure of the chain that a content time stamp proves to be older than the signature (E-03). */
  readonly provenFailure?: 'REVOKED' | 'EXPIRED' | undefined
  /** SAV: algorithms and attribute constraints. */
  readonly acceptance: readonly Problem[]
}

/** The order in which one of several INDETERMINATE reasons is named: the earlier building block first (E-03). */
const INDETERMINATE_ORDER: readonly SubIndication[] = [
  'NO_SIGNING_CERTIFICATE_FOUND',
  'SIGNATURE_POLICY_NOT_AVAILABLE',
  'POLICY_PROCESSING_ERROR',
  'SIGNED_DATA_NOT_FOUND',
  'NO_CERTIFICATE_CHAIN_FOUND',
  'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'CERTIFICATE_CHAIN_GENERAL_FAILURE',
  'CHAIN_CONSTRAINTS_FAILURE',
  'OUT_OF_BOUNDS_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
  'REVOCATION_OUT_OF_BOUNDS_NO_POE',
  'TRY_LATER',
  'SIG_CONSTRAINTS_FAILURE',
  'CRYPTO_CONSTRAINTS_FAILURE',
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  'TIMESTAMP_ORDER_FAILURE',
  'NO_POE',
  'GENERIC',
]

function failed(subIndication: SubIndication): Verdict {
  return { indication: 'TOTAL-FAILED', subIndication }
}

function firstIndeterminate(problems: readonly Problem[]): SubIndication | undefined {
  const reasons = new Set(
    problems.filter((found) => found.outcome === 'I').map((found) => found.subIndication ?? 'GENERIC'),
  )
  return INDETERMINATE_ORDER.find((reason) => reasons.has(reason))
}

/** Every INDETERMINATE reason among the problems, once each; GENERIC where none is named. */
export function subIndicationsOf(problems: readonly Problem[]): readonly SubIndication[] {
  const fatal = problems.filter(({ outcome }) => outcome !== 'W' && outcome !== 'note')
  return [...new Set(fatal.map((found) => found.subIndication ?? 'GENERIC'))]
}

/** What a content time stamp is held against: a signature is younger than what it covers. */
export interface ChainTimes {
  readonly revokedAt: Date | undefined
  readonly notAfter: Date
}

/** E-03: the signature was made after `content`, so after the revocation, or after the certificate had expired. */
export function provenFailure(
  chain: SubIndication | null,
  content: Date | undefined,
  { revokedAt, notAfter }: ChainTimes,
): 'REVOKED' | 'EXPIRED' | undefined {
  if (content === undefined) return undefined
  if (chain === 'REVOKED_NO_POE' && revokedAt !== undefined && content > revokedAt) return 'REVOKED'
  const outside = chain === 'OUT_OF_BOUNDS_NO_POE' || chain === 'OUT_OF_BOUNDS_NOT_REVOKED'
  return outside && content > notAfter ? 'EXPIRED' : undefined
}

/** E-03: an algorithm that had ended before the content time stamp had ended before the signature: weak for sure. */
export function weakForSure(acceptance: readonly Problem[], content: Date | undefined): readonly Problem[] {
  if (content === undefined) return acceptance
  return acceptance.map((found) => {
    const until = Date.parse(`${String(found.args['until'])}T00:00:00Z`)
    if (found.subIndication !== 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE' || !(content.getTime() > until)) return found
    return { ...found, subIndication: 'CRYPTO_CONSTRAINTS_FAILURE' as const }
  })
}

function total(problems: readonly Problem[]): Verdict | undefined {
  const outcomes = new Set(problems.map((found) => found.outcome))
  if (outcomes.has('F')) return failed('FORMAT_FAILURE')
  if (outcomes.has('H')) return failed('HASH_FAILURE')
  return outcomes.has('S') ? failed('SIG_CRYPTO_FAILURE') : undefined
}

/**
 * Basic validation (E-03): format and cryptographic failures first, then what changed after signing (V-02), then the certificate
 * path, then the algorithms. A wrong digest or value outranks a missing certificate: it is wrong whoever signed.
 */
export function basicVerdict(blocks: Blocks): Verdict {
  const final = total(blocks.format) ?? (blocks.changesPermitted === false ? failed('FORMAT_FAILURE') : undefined)
  if (final !== undefined) return final
  const early = firstIndeterminate(blocks.format)
  if (early === undefined && blocks.provenFailure !== undefined) return failed(blocks.provenFailure)
  const reason = early ?? blocks.chain ?? firstIndeterminate(blocks.acceptance)
  if (reason !== undefined) return { indication: 'INDETERMINATE', subIndication: reason }
  // E-11: an undecided document state is at best INDETERMINATE.
  if (blocks.changesPermitted === null) return { indication: 'INDETERMINATE', subIndication: 'GENERIC' }
  return { indication: 'TOTAL-PASSED', subIndication: null }
}
