import type { Problem } from '../problem.ts'
import type { CheckResult, SignatureReport } from '../report.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import type { TrustCheck } from './trust-check.ts'

function resultOf(good: boolean, bad: boolean): CheckResult {
  if (bad) return 'fail'
  return good ? 'pass' : 'unknown'
}

/** The single answers behind one verdict (V-06): what nothing settled is `unknown`. */
export function checksOf(
  one: EvaluatedSignature,
  problems: readonly Problem[],
  trust: TrustCheck,
  proven: boolean,
): NonNullable<SignatureReport['checks']> {
  const { signer } = one
  const malformed = problems.some((found) => found.outcome === 'F')
  const missing = problems.some((found) => found.subIndication === 'NO_SIGNING_CERTIFICATE_FOUND')
  const imprint = one.token?.imprint
  const bytesRight = imprint === undefined ? signer?.messageDigest === 'match' : imprint === 'match'
  const bytesWrong = signer?.messageDigest === 'mismatch' || imprint === 'mismatch' || one.found.coverage === 'broken'
  const weak = [...problems, ...trust.problems].some((found) => found.subIndication?.startsWith('CRYPTO_') === true)
  return {
    format: resultOf(one.data !== undefined || one.signer !== undefined, malformed),
    bytesIntact: resultOf(bytesRight, bytesWrong),
    signatureValue: resultOf(signer?.signatureValue === 'valid', signer?.signatureValue === 'invalid'),
    signer: resultOf(signer?.certificate !== undefined, missing),
    chain: trust.chain,
    revocation: trust.revocationResult,
    algorithms: resultOf(signer?.scheme !== undefined && trust.algorithmsJudged, weak),
    time: proven ? 'pass' : 'unknown',
  }
}
