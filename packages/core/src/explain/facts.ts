// Who signed, for whom, when, and whether that is proven: the fields of T15-27, each with its answer in words.
import type { Cert, Finding, SignatureReport, VerificationReport } from '../report.ts'
import { HUMAN_LABELS, HUMAN_TEXTS } from './texts/human.ts'
import {
  CHECK_TEXTS,
  CHECK_WORDS,
  FACT_LABELS,
  HIDDEN_TEXTS,
  INTACT_THEN_CHANGED,
  NO_STAMP,
  TRUST_TEXTS,
  VALIDITY_TEXTS,
} from './texts/story.ts'
import { commonNameOf, localDate, localTime, safe, say } from './plain.ts'
import type { Language } from './plain.ts'
import { signerName } from './headline.ts'

/** What a piece of the report means; words and marks always say it too, never the colour alone (V-06). */
export type Mood = 'good' | 'bad' | 'unsure' | 'neutral'

export interface Fact {
  readonly label: string
  readonly value: string
  readonly mood?: Mood
}

/** T15-27, who comes first: signer, organisation, time, confirmed or not, integrity, then the certificate. */
export function factsOf(signature: SignatureReport, report: VerificationReport, language: Language): readonly Fact[] {
  const { signer, kind } = signature
  const facts: Fact[] = []
  const add = (label: string, value: string | null | undefined): void => {
    if (value !== null && value !== undefined && value !== '') facts.push({ label, value: safe(value) })
  }
  const trust = trustFact(signature, language)
  const who = trust.mood === 'good' ? HUMAN_LABELS.signer : FACT_LABELS.unconfirmed
  add((kind === 'signature' ? who : HUMAN_LABELS.tsa)[language], signerName(signature, language))
  const whose = trust.mood === 'good' ? FACT_LABELS.managed : FACT_LABELS.claimedOrganisation
  add(whose[language], signer?.organization)
  facts.push(...timeFacts(signature, report, language), trust, integrityFact(signature, language))
  if (kind === 'signature') facts.push(validityFact(signature, language))
  facts.push(...certificateFacts(signature, language))
  add(HUMAN_LABELS.reason[language], signature.reason)
  add(HUMAN_LABELS.location[language], signature.location)
  return facts
}

/** V-06: what the signer states is always labelled as stated. */
function timeFacts(signature: SignatureReport, report: VerificationReport, language: Language): readonly Fact[] {
  const { claimed, provenBefore, provenBy } = signature.times
  const label = FACT_LABELS.time[language]
  const facts: Fact[] = []
  if (provenBefore !== null) {
    const t = localTime(provenBefore, language)
    facts.push({ label, value: say(HUMAN_TEXTS.proven, language, { t, tsa: tsaName(provenBy, signature, report) }) })
  }
  if (claimed !== null)
    facts.push({ label, value: say(HUMAN_TEXTS.claimed, language, { t: localTime(claimed, language) }) })
  else if (signature.kind === 'signature' && provenBefore === null)
    facts.push({ label, value: say(HUMAN_TEXTS.noTime, language) })
  if (provenBefore === null && signature.kind === 'signature')
    facts.push({ label, value: say(HUMAN_TEXTS.notProven, language) })
  return facts
}

/** The authority behind a proof: a time stamp inside the signature, or one of the whole document. */
function tsaName(provenBy: string | null, signature: SignatureReport, report: VerificationReport): string {
  const inside = signature.timestamps.find(({ id }) => id === provenBy)?.tsa
  const tsa = inside ?? report.signatures.find(({ id }) => id === provenBy)?.signer
  return tsa?.commonName ?? tsa?.organization ?? tsa?.subject ?? provenBy ?? '?'
}

function anchorName(path: readonly Cert[]): string | undefined {
  const last = path.at(-1)
  return last?.anchor === true ? commonNameOf(last.subject) : undefined
}

/** Name of the authority that the trusted ones do not vouch for. */
export function missingIssuer(signature: SignatureReport): string {
  const named = signature.findings.find(({ code }) => code === 'NO_PATH_TO_ANCHOR')?.args['issuer']
  const issuer = typeof named === 'string' ? named : (signature.signer?.issuer ?? '?')
  return commonNameOf(issuer)
}

/** Date of revocation, from the answer that says so or from the finding about it. */
export function revokedOn(signature: SignatureReport): string | undefined {
  const entry = signature.revocation.find(({ status }) => status === 'revoked' || status === 'hold')?.revocationTime
  const code = (finding: Finding): boolean => finding.code === 'CERT_REVOKED' || finding.code === 'CERT_ON_HOLD'
  const named = signature.findings.find(code)?.args['revokedAt']
  return entry ?? (typeof named === 'string' ? named : undefined)
}

function trustFact(signature: SignatureReport, language: Language): Fact {
  const label = FACT_LABELS.trusted[language]
  const { chain = 'unknown', revocation = 'unknown' } = signature.checks ?? {}
  const anchor = anchorName(signature.certificatePath)
  const revoked = revokedOn(signature)
  const fact = (text: keyof typeof TRUST_TEXTS, mood: Mood, args: Record<string, string> = {}): Fact => ({
    label,
    value: say(TRUST_TEXTS[text], language, args),
    mood,
  })
  if (revocation === 'fail' && revoked !== undefined)
    return fact(statedAfter(signature, revoked) ? 'revokedBefore' : 'revoked', 'bad', {
      date: localDate(revoked, language),
    })
  if (chain === 'pass' && anchor !== undefined) {
    if (signature.integrity === 'broken') return fact('notTheirs', 'bad', { name: signerName(signature, language) })
    if (revocation === 'pass') return fact(...vouched(signature, anchor))
    return fact(revocation === 'skipped' ? 'skippedRevocation' : 'unknownRevocation', 'unsure', { anchor })
  }
  if (signature.subIndication?.startsWith('NO_CERTIFICATE_CHAIN_FOUND') === true || (chain === 'fail' && !anchor))
    return fact('untrusted', 'bad', { issuer: missingIssuer(signature) })
  return chain === 'fail' ? fact('fails', 'bad') : fact('unknown', 'unsure')
}

/** The issuer and the one who vouches for it in one line, where they are two. */
function vouched({ signer }: SignatureReport, anchor: string): ['yes' | 'yesThrough', Mood, Record<string, string>] {
  const issuer = signer === null ? anchor : commonNameOf(signer.issuer)
  return [issuer === anchor ? 'yes' : 'yesThrough', 'good', { issuer, anchor }]
}

/** True when the signer's own time lies after the revocation. */
function statedAfter({ times }: SignatureReport, revoked: string): boolean {
  return times.claimed !== null && Date.parse(times.claimed) > Date.parse(revoked)
}

function integrityFact({ integrity, changes }: SignatureReport, language: Language): Fact {
  const label = HUMAN_LABELS.integrity[language]
  // Two answers: genuine on its own revision, and changed since. "Unaltered" alone would hide the second one.
  if (integrity === 'intact' && changes.permitted === false)
    return { label, value: INTACT_THEN_CHANGED[language], mood: 'bad' }
  const words = { intact: 'intact', broken: 'brokenWord', unknown: 'unknownWord' } as const
  const moods = { intact: 'good', broken: 'bad', unknown: 'unsure' } as const
  return { label, value: HUMAN_LABELS[words[integrity]][language], mood: moods[integrity] }
}

const NOT_VALID: readonly (string | null)[] = [
  'REVOKED',
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'EXPIRED',
  'NOT_YET_VALID',
  'OUT_OF_BOUNDS_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
]

/** N68-02, and with it T15-27 "validity at signing time". */
function validityFact(signature: SignatureReport, language: Language): Fact {
  const label = FACT_LABELS.validAtSigning[language]
  const { chain, revocation } = signature.checks ?? {}
  const say2 = (text: keyof typeof VALIDITY_TEXTS, mood: Mood, t = ''): Fact => ({
    label,
    value: say(VALIDITY_TEXTS[text], language, { t }),
    mood,
  })
  if (NOT_VALID.includes(signature.subIndication) || revocation === 'fail') return say2('no', 'bad')
  if (chain !== 'pass' || revocation !== 'pass') return say2('unknown', 'unsure')
  const { provenBefore } = signature.times
  if (provenBefore === null) return say2('yesNow', 'neutral')
  return say2('yesProven', 'good', localTime(provenBefore, language))
}

function certificateFacts({ signer, certificatePath }: SignatureReport, language: Language): readonly Fact[] {
  const facts: Fact[] = []
  if (signer !== null) facts.push({ label: HUMAN_LABELS.issuer[language], value: safe(commonNameOf(signer.issuer)) })
  const leaf = certificatePath[0]
  if (leaf === undefined) return facts
  const period = { a: localDate(leaf.notBefore, language), b: localDate(leaf.notAfter, language) }
  return [...facts, { label: FACT_LABELS.period[language], value: say(HUMAN_LABELS.from, language, period) }]
}

const CHECK_MOODS = { pass: 'good', fail: 'bad', unknown: 'unsure', skipped: 'unsure' } as const

/** The single answers, in the order of N68-01. */
export function checkFacts(signature: SignatureReport, language: Language): readonly Fact[] {
  const { checks } = signature
  if (checks === undefined) return []
  return CHECK_TEXTS.map(([check, text]) => ({
    label: text[language],
    value: (check === 'time' && unstamped(signature) ? NO_STAMP : CHECK_WORDS[checks[check]])[language],
    mood: CHECK_MOODS[checks[check]],
  }))
}

function unstamped({ kind, times, timestamps }: SignatureReport): boolean {
  return kind === 'signature' && times.provenBefore === null && timestamps.length === 0
}

/** V-07 `hidden`: what nobody saw when it was signed, in one line. */
export function hiddenContent({ risksAtSigning }: SignatureReport, language: Language): string | undefined {
  const list = risksAtSigning.flatMap(({ code, args, severity }) => {
    // What is listed only (M-28 notes), such as forms that a filled field left behind, alarms nobody.
    const text = severity === 'info' ? undefined : HIDDEN_TEXTS[code]
    const named = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, String(value)]))
    return text === undefined ? [] : [say(text, language, named)]
  })
  return list.length === 0 ? undefined : say(HUMAN_TEXTS.hidden, language, { list: [...new Set(list)].join('; ') })
}

/** Risks that `hiddenContent` does not tell. */
export function otherRisks({ risksAtSigning }: SignatureReport): readonly Finding[] {
  return risksAtSigning.filter(({ code }) => HIDDEN_TEXTS[code] === undefined)
}
