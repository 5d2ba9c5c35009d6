// The verdict of the present, turned by proof that what was signed is older (E-04, E-06).
import type { SignerAnswer } from '../cms/check.ts'
import type { SignedData } from '../cms/signed-data.ts'
import type { Problem } from '../problem.ts'
import { checkPastChain, mayBeOfThePast, pastVerdict } from '../validation/past.ts'
import type { Poe, PoeStore } from '../validation/poe.ts'
import { subIndicationsOf, type Verdict } from '../validation/verdict.ts'
import { verdictWithTime } from '../validation/with-time.ts'
import { isFatal } from '../x509/path.ts'
import {
  chainOptions,
  checkAcceptance,
  isFreshAt,
  trustOfPast,
  turnedByTime,
  type TrustCheck,
  type TrustContext,
} from './trust-check.ts'

/** Something signed whose verdict of the present may be turned by proof that it is older. */
export interface ProvenCase {
  readonly certificate: SignerAnswer['certificate']
  readonly signer: SignerAnswer | undefined
  readonly data: SignedData | undefined
  readonly purpose: 'signing' | 'timestamping'
  /** Every problem outside chain and algorithms: those of the document too. */
  readonly format: readonly Problem[]
  readonly trust: TrustCheck
  readonly current: Verdict
  readonly best: Poe
}

export interface ProvenAnswer {
  readonly verdict: Verdict
  readonly trust: TrustCheck
}

/** E-06: was it good when it is proven to have existed? What is not of the past stays as it is. */
export async function judgePast(one: ProvenCase, poe: PoeStore, context: TrustContext): Promise<ProvenAnswer> {
  const { certificate, signer, data, purpose, format, trust, current, best } = one
  const present = { verdict: current, trust }
  if (certificate === undefined || best.by === null || current.indication !== 'INDETERMINATE') return present
  const weak = 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
  if (format.filter(isFatal).some(({ subIndication }) => subIndication !== weak)) return present
  if (checkAcceptance(signer, best.time, context.policy).some(isFatal)) return present
  if (!trust.problems.filter(isFatal).every(mayBeOfThePast)) return present
  const options = chainOptions(data, purpose, context)
  const chain = await checkPastChain(certificate, { ...options, now: context.at, poe, best: best.time })
  const grace = purpose === 'signing' ? context.policy.freshness?.signer?.grace : undefined
  const verdict = pastVerdict({ current, certificate, best: best.time, chain, poe, grace })
  if (verdict.indication !== 'TOTAL-PASSED') return { verdict, trust }
  const past = await trustOfPast(chain, context.policy)
  // What is wrong today is history, not a finding against what was right then.
  return { verdict, trust: { ...past, problems: [...past.problems, ...turnedByTime(trust).problems] } }
}

/**
 * 5.4: what is wrong with the chain, once data of before the certificate's end show that it was not revoked at the proven time: data
 * of after its end say nothing of it any more. Where a CA was revoked since, past validation decides.
 */
async function knownNotRevoked(one: ProvenCase, context: TrustContext): Promise<readonly Problem[]> {
  const { certificate, data, trust, best } = one
  const outside = trust.problems.find(({ subIndication }) => subIndication === 'OUT_OF_BOUNDS_NO_POE')
  if (certificate === undefined || outside === undefined || trust.caRevokedAt !== undefined) return trust.problems
  if (best.time >= certificate.notAfter || !(await isFreshAt(certificate, data, best.time, context)))
    return trust.problems
  const { subject } = outside.args
  const others = trust.problems.filter(
    (found) => found !== outside && !(found.code.startsWith('REVOCATION_') && found.args['subject'] === subject),
  )
  return [{ ...outside, subIndication: 'OUT_OF_BOUNDS_NOT_REVOKED' }, ...others]
}

/** The verdict once proof of an earlier time is taken into account (E-04): every open reason must be turned by it. */
export async function judgeWithTime(one: ProvenCase, context: TrustContext): Promise<Verdict> {
  const { certificate, signer, data, format, trust, current, best } = one
  if (best.by === null || certificate === undefined || current.indication === 'TOTAL-FAILED') return current
  const weakNow = checkAcceptance(signer, context.at, context.policy)
  const weakThen = checkAcceptance(signer, best.time, context.policy)
  const chain = await knownNotRevoked(one, context)
  const reasons = subIndicationsOf([...format, ...chain, ...weakNow])
  const expired = current.subIndication === 'OUT_OF_BOUNDS_NO_POE' && reasons.includes('OUT_OF_BOUNDS_NOT_REVOKED')
  if (current.subIndication !== null && !expired && !reasons.includes(current.subIndication)) return current
  const chainReliable = !subIndicationsOf(chain).some((reason) => reason.startsWith('CRYPTO_'))
  const timed = {
    best: best.time,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    revokedAt: trust.revokedAt,
    caRevokedAt: trust.caRevokedAt,
    reliableAtBest: weakThen.length === 0 && chainReliable,
    freshForBest: reasons.includes('TRY_LATER') && (await isFreshAt(certificate, data, best.time, context)),
  }
  const open = reasons.length === 0 ? [null] : reasons
  for (const subIndication of open) {
    const indication = subIndication === null ? 'TOTAL-PASSED' : 'INDETERMINATE'
    const verdict = verdictWithTime({ ...timed, basic: { indication, subIndication } })
    if (verdict.indication !== 'TOTAL-PASSED') return verdict
  }
  return { indication: 'TOTAL-PASSED', subIndication: null }
}
