// V-05, fourth part: what a person does now, by the reason of the verdict.
import type { SignatureReport, VerificationReport } from '../report.ts'
import { ADVICE_TEXTS } from './texts/story.ts'
import { commonNameOf, localTime, say } from './plain.ts'
import type { Language } from './plain.ts'
import { missingIssuer } from './facts.ts'
import { signerName, signerSignatures } from './headline.ts'

/** What to do, most urgent first; equal sentences once. */
export function adviceFor(report: VerificationReport, language: Language): readonly string[] {
  const demanded = demands(report, language)
  if (demanded.length > 0) return demanded
  const { overall } = report
  if (overall === 'unreadable' || overall === 'unsigned') return [say(withoutSignatures(report), language)]
  if (overall === 'invalid') return unique(invalid(report, language))
  if (overall === 'indeterminate') return unique(indeterminate(report, language))
  if (!fullyChecked(report)) return [say(ADVICE_TEXTS.notChecked, language)]
  const changed = report.signatures.some(({ changes }) => changes.items.length > 0)
  const text = overall === 'valid' ? ADVICE_TEXTS.rely : changed ? ADVICE_TEXTS.relyChanges : ADVICE_TEXTS.relyNotes
  return [say(text, language)]
}

/** V-06: good only where chain and revocation of every signer are known to be good. */
export function fullyChecked(report: VerificationReport): boolean {
  return signerSignatures(report).every(
    ({ checks }) => checks !== undefined && checks.chain === 'pass' && checks.revocation === 'pass',
  )
}

/** What the caller demanded and did not get. */
function demands({ findings }: VerificationReport, language: Language): readonly string[] {
  const advice: string[] = []
  for (const { code, args } of findings) {
    if (code === 'DOCUMENT_NOT_EXPECTED') advice.push(say(ADVICE_TEXTS.otherDocument, language))
    if (code === 'SIGNER_MISMATCH')
      advice.push(say(ADVICE_TEXTS.otherSigner, language, { name: String(args['signer']) }))
  }
  return advice
}

function withoutSignatures({ overall, findings }: VerificationReport): (typeof ADVICE_TEXTS)['unsigned'] {
  if (overall === 'unsigned') return ADVICE_TEXTS.unsigned
  if (findings.some(({ code }) => code.startsWith('PDF_PASSWORD'))) return ADVICE_TEXTS.password
  return findings.some(({ code }) => code.startsWith('LIMIT_')) ? ADVICE_TEXTS.limit : ADVICE_TEXTS.unreadable
}

function invalid(report: VerificationReport, language: Language): readonly string[] {
  const signatures = signerSignatures(report)
  const broken = signatures.find(({ integrity }) => integrity === 'broken')
  if (broken !== undefined) return [say(ADVICE_TEXTS.broken, language, { name: signerName(broken, language) })]
  const changed = signatures.find(({ changes }) => changes.permitted === false)
  if (changed !== undefined) return [say(ADVICE_TEXTS.changed, language, { name: signerName(changed, language) })]
  return [say(ADVICE_TEXTS.failed, language)]
}

function indeterminate(report: VerificationReport, language: Language): readonly string[] {
  const open = signerSignatures(report).filter(({ indication }) => indication === 'INDETERMINATE')
  return open.length === 0
    ? [say(ADVICE_TEXTS.unclear, language)]
    : open.map((signature) => openAdvice(signature, language))
}

function openAdvice(signature: SignatureReport, language: Language): string {
  const name = signerName(signature, language)
  const issuer = signature.signer === null ? '?' : commonNameOf(signature.signer.issuer)
  const revocation = signature.checks?.revocation === 'unknown' && signature.checks.chain === 'pass'
  switch (signature.subIndication) {
    case 'NO_CERTIFICATE_CHAIN_FOUND':
    case 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE':
      return say(ADVICE_TEXTS.untrusted, language, { issuer: missingIssuer(signature) })
    case 'REVOKED_NO_POE':
    case 'REVOKED_CA_NO_POE':
      return say(ADVICE_TEXTS.revoked, language, { name })
    case 'OUT_OF_BOUNDS_NO_POE':
    case 'OUT_OF_BOUNDS_NOT_REVOKED':
      return say(tooEarly(signature) ? ADVICE_TEXTS.notYetValid : ADVICE_TEXTS.expired, language, { name })
    case 'TRY_LATER':
      return signature.retryAfter === undefined
        ? say(ADVICE_TEXTS.revocation, language, { issuer })
        : say(ADVICE_TEXTS.later, language, { date: localTime(signature.retryAfter, language) })
    case 'CRYPTO_CONSTRAINTS_FAILURE':
    case 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE':
      return say(ADVICE_TEXTS.weak, language, { name })
    default:
      return revocation ? say(ADVICE_TEXTS.revocation, language, { issuer }) : say(ADVICE_TEXTS.unclear, language)
  }
}

function tooEarly({ certificatePath, times }: SignatureReport): boolean {
  const leaf = certificatePath[0]
  return leaf !== undefined && times.best !== null && Date.parse(times.best) < Date.parse(leaf.notBefore)
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
