// V-05, fourth part: what a person does now, by the reason of the verdict.
import type { SignatureReport, VerificationReport } from '../report.ts'
import { HUMAN_LABELS } from './texts/human.ts'
import { ADVICE_TEXTS } from './texts/story.ts'
import { commonNameOf, localTime, say } from './plain.ts'
import type { Language } from './plain.ts'
import { missingIssuer } from './facts.ts'
import { onlyStamped, signerName, signerSignatures } from './headline.ts'

/** What to do, most urgent first; equal sentences once. */
export function adviceFor(report: VerificationReport, language: Language): readonly string[] {
  const demanded = demands(report, language)
  if (demanded.length > 0) return demanded
  const { overall } = report
  if (overall === 'unreadable' || overall === 'unsigned') return [say(withoutSignatures(report), language)]
  if (overall === 'invalid') return unique(invalid(report, language))
  if (overall === 'indeterminate') return unique(indeterminate(report, language))
  if (!fullyChecked(report)) return [say(ADVICE_TEXTS.notChecked, language)]
  if (onlyStamped(report)) return [say(ADVICE_TEXTS.relyStamp, language)]
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
  const broken = signatures.filter(({ integrity }) => integrity === 'broken')
  if (broken.length > 0) return [say(ADVICE_TEXTS.broken, language, { name: anyOf(broken, language) })]
  const changed = signatures.filter(({ changes }) => changes.permitted === false)
  if (changed.length > 0) return [say(ADVICE_TEXTS.changed, language, { name: anyOf(changed, language) })]
  return [say(ADVICE_TEXTS.failed, language)]
}

/** Each of the signers, once. */
function anyOf(signatures: readonly SignatureReport[], language: Language): string {
  return [...new Set(signatures.map((signature) => signerName(signature, language)))].join(HUMAN_LABELS.or[language])
}

function indeterminate(report: VerificationReport, language: Language): readonly string[] {
  const open = signerSignatures(report).filter(({ indication }) => indication === 'INDETERMINATE')
  return open.length === 0
    ? [say(ADVICE_TEXTS.unclear, language)]
    : open.map((signature) => openAdvice(signature, language))
}

type Advise = (signature: SignatureReport, language: Language) => string

const untrusted: Advise = (signature, language) =>
  say(ADVICE_TEXTS.untrusted, language, { issuer: missingIssuer(signature) })

const revoked: Advise = (signature, language) =>
  say(ADVICE_TEXTS.revoked, language, { name: signerName(signature, language) })

const outOfBounds: Advise = (signature, language) => {
  const text = tooEarly(signature) ? ADVICE_TEXTS.notYetValid : ADVICE_TEXTS.expired
  return say(text, language, { name: signerName(signature, language) })
}

const weak: Advise = (signature, language) =>
  say(ADVICE_TEXTS.weak, language, { name: signerName(signature, language) })

/** Whose lists are missing: those who issued the certificates of the path that nothing usable is known about. */
function silentIssuers({ certificatePath, findings, signer }: SignatureReport): string {
  const open = new Set(findings.filter(({ code }) => code.startsWith('REVOCATION_')).map(({ args }) => args['subject']))
  const issuers = certificatePath.filter(({ subject }) => open.has(subject)).map(({ issuer }) => commonNameOf(issuer))
  if (issuers.length === 0) return signer === null ? '?' : commonNameOf(signer.issuer)
  return [...new Set(issuers)].join('", "')
}

const freshData: Advise = (signature, language) =>
  say(ADVICE_TEXTS.revocation, language, { issuer: silentIssuers(signature) })

const later: Advise = (signature, language) => {
  const { retryAfter } = signature
  if (retryAfter === undefined) return freshData(signature, language)
  return say(ADVICE_TEXTS.later, language, { date: localTime(retryAfter, language) })
}

const BY_REASON: ReadonlyMap<string | null, Advise> = new Map([
  ['NO_CERTIFICATE_CHAIN_FOUND', untrusted],
  ['NO_CERTIFICATE_CHAIN_FOUND_NO_POE', untrusted],
  ['REVOKED_NO_POE', revoked],
  ['REVOKED_CA_NO_POE', revoked],
  ['OUT_OF_BOUNDS_NO_POE', outOfBounds],
  ['OUT_OF_BOUNDS_NOT_REVOKED', outOfBounds],
  ['TRY_LATER', later],
  ['CRYPTO_CONSTRAINTS_FAILURE', weak],
  ['CRYPTO_CONSTRAINTS_FAILURE_NO_POE', weak],
])

function openAdvice(signature: SignatureReport, language: Language): string {
  const advise = BY_REASON.get(signature.subIndication)
  if (advise !== undefined) return advise(signature, language)
  const { chain, revocation } = signature.checks ?? {}
  if (chain === 'pass' && revocation === 'unknown') return freshData(signature, language)
  return say(ADVICE_TEXTS.unclear, language)
}

function tooEarly({ certificatePath, times }: SignatureReport): boolean {
  const leaf = certificatePath[0]
  return leaf !== undefined && times.best !== null && Date.parse(times.best) < Date.parse(leaf.notBefore)
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
