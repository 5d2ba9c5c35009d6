// The report as it is told to people, in the order of V-05, before it becomes text, HTML or a PDF: every form tells the same.
import type { Change, Finding, SignatureReport, VerificationReport } from '../report.ts'
import { HUMAN_LABELS, HUMAN_TEXTS, UNCHECKED_TEXTS } from './texts/human.ts'
import { ALTERED, EMPTY_FIELD, HEADINGS } from './texts/story.ts'
import type { Text } from './texts/types.ts'
import { adviceFor, fullyChecked } from './advice.ts'
import { checkFacts, factsOf, hiddenContent, otherRisks } from './facts.ts'
import type { Fact, Mood } from './facts.ts'
import { fullChangeText, headline, signerName, unclearSentence, worthTelling } from './headline.ts'
import { localTime, messageOf, safe, say } from './plain.ts'
import type { Language } from './plain.ts'
import { technicalBlocks } from './technical.ts'
import type { TechnicalBlock } from './technical.ts'

export type { Fact, Mood, TechnicalBlock }

/** One change after a signature, with the word of the judgement. */
export interface ToldChange {
  readonly text: string
  readonly word: string
  readonly mood: Mood
}

export interface ToldSignature {
  /** `Signature 1 (approval)`. */
  readonly title: string
  readonly name: string
  readonly verdict: string
  readonly mood: Mood
  readonly facts: readonly Fact[]
  /** Empty when nothing changed or nothing is known: then `unchanged` says which. */
  readonly changes: readonly ToldChange[]
  readonly unchanged?: string
  /** What could not be checked. */
  readonly open: readonly string[]
  readonly problems: readonly string[]
  readonly notes: readonly string[]
  readonly checks: readonly Fact[]
}

export type StoryWord = keyof typeof HEADINGS | 'problems' | 'unchecked' | 'notes' | 'checkedAt'

/** Headings and labels around the story. */
const WORDS: Readonly<Record<StoryWord, Text>> = {
  ...HEADINGS,
  problems: HUMAN_LABELS.problems,
  unchecked: HUMAN_LABELS.unchecked,
  notes: HUMAN_LABELS.notes,
  checkedAt: HUMAN_LABELS.checkedAt,
}

/** A verification report told in one language. Every text is safe to show: control characters are replaced, long ones cut. */
export interface Story {
  readonly language: Language
  /** Name of the file, where the caller gave one. */
  readonly name?: string
  readonly verdict: string
  readonly mood: Mood
  readonly sentence: string
  readonly signatures: readonly ToldSignature[]
  /** About the document as a whole: empty fields, removed signatures, defects. */
  readonly remarks: readonly string[]
  readonly advice: readonly string[]
  readonly checkedAt: string
  readonly technical: readonly TechnicalBlock[]
  /** SHA-256 of the file in lower-case hex, empty where it could not be read at all. */
  readonly sha256: string
  /** What made the report. */
  readonly engine: string
  /** Headings in the language of the story, for those who draw it. */
  readonly words: Readonly<Record<StoryWord, string>>
}

export interface TellOptions {
  readonly language: Language
  readonly name?: string
}

/**
 * Tells a report to people, in the order of V-05. `explainReport`, `explainHtml` and the PDF of the report show the same story.
 *
 * @example
 * ```ts
 * const { verdict, sentence, advice } = tellReport(await verify(pdf, { trust }), { language: 'vi' })
 * ```
 */
export function tellReport(report: VerificationReport, { language, name }: TellOptions): Story {
  const counts = { signature: 0, 'document-timestamp': 0 }
  return {
    language,
    ...(name === undefined ? {} : { name: safe(name) }),
    verdict: verdictWord(report, language),
    mood: moodOf(report),
    sentence: headline(report, language),
    signatures: report.signatures.map((signature) => {
      counts[signature.kind] += 1
      return tellSignature(signature, counts[signature.kind], report, language)
    }),
    remarks: remarksOf(report, language),
    advice: adviceFor(report, language),
    checkedAt: localTime(report.validationTime, language),
    technical: technicalBlocks(report, language),
    sha256: report.document.sha256,
    engine: safe(report.engine),
    words: wordsFor(report, language),
  }
}

function wordsFor({ overall }: VerificationReport, language: Language): Story['words'] {
  // Of what could not be read nobody knows whether it is signed.
  const noSignatures = overall === 'unreadable' ? WORDS.signaturesUnknown : WORDS.noSignatures
  const told = Object.entries({ ...WORDS, noSignatures }).map(([name, text]) => [name, text[language]])
  return Object.fromEntries(told) as Story['words']
}

const OVERALL_MOODS: Readonly<Record<VerificationReport['overall'], Mood>> = {
  valid: 'good',
  'valid-with-notes': 'good',
  indeterminate: 'unsure',
  invalid: 'bad',
  unsigned: 'neutral',
  unreadable: 'bad',
}

function mismatch({ findings }: VerificationReport): boolean {
  return findings.some(({ code }) => code === 'SIGNER_MISMATCH')
}

function verdictWord(report: VerificationReport, language: Language): string {
  if (mismatch(report)) return HEADINGS.otherSigner[language]
  if (OVERALL_MOODS[report.overall] === 'good' && !fullyChecked(report)) return HEADINGS.validPartly[language]
  return HUMAN_LABELS[report.overall][language]
}

/** V-06: never good where chain or revocation of a signer is unknown. */
function moodOf(report: VerificationReport): Mood {
  if (mismatch(report)) return 'bad'
  const mood = OVERALL_MOODS[report.overall]
  return mood === 'good' && !fullyChecked(report) ? 'unsure' : mood
}

const INDICATION_MOODS: Readonly<Record<SignatureReport['indication'], Mood>> = {
  'TOTAL-PASSED': 'good',
  INDETERMINATE: 'unsure',
  'TOTAL-FAILED': 'bad',
}

function signatureMood({ indication, checks }: SignatureReport): Mood {
  const mood = INDICATION_MOODS[indication]
  return mood === 'good' && (checks?.chain !== 'pass' || checks.revocation !== 'pass') ? 'unsure' : mood
}

function tellSignature(
  signature: SignatureReport,
  n: number,
  report: VerificationReport,
  language: Language,
): ToldSignature {
  const changes = [...alteration(signature, language), ...toldChanges(signature.changes.items, report, language)]
  const quiet = signature.changes.permitted === true ? HUMAN_TEXTS.nothingChanged : HUMAN_TEXTS.changesUnknown
  return {
    title: titleOf(signature, n, language),
    name: signerName(signature, language),
    verdict: HUMAN_LABELS[signature.indication][language],
    mood: signatureMood(signature),
    facts: factsOf(signature, report, language),
    changes,
    ...(changes.length === 0 ? { unchanged: quiet[language] } : {}),
    open: openPoints(signature, language),
    problems: faults(signature, language),
    notes: notesOf(signature, language),
    checks: checkFacts(signature, language),
  }
}

function titleOf({ kind, role }: SignatureReport, n: number, language: Language): string {
  return kind === 'signature'
    ? say(HUMAN_LABELS.signature, language, { n, role: HUMAN_LABELS[role ?? 'approval'][language] })
    : say(HUMAN_LABELS.timestamp, language, { n })
}

/** V-03: under a broken signature "nothing changed since" would be a half-truth. */
function alteration({ integrity }: SignatureReport, language: Language): readonly ToldChange[] {
  if (integrity !== 'broken') return []
  return [{ text: ALTERED[language], word: HUMAN_LABELS.notPermitted[language], mood: 'bad' }]
}

const SHOWN = 20

/** Forbidden changes first: a long list must not push them out of sight. */
function toldChanges(items: readonly Change[], report: VerificationReport, language: Language): readonly ToldChange[] {
  const told = new Map<string, ToldChange>()
  const rank = ({ permitted }: Change): number => (permitted === false ? 0 : permitted === null ? 1 : 2)
  for (const item of worthTelling(items).toSorted((a, b) => rank(a) - rank(b))) {
    const change = toldChange(item, report, language)
    told.set(`${change.word} ${change.text}`, change)
  }
  const all = [...told.values()]
  if (all.length <= SHOWN) return all
  const text = say(HUMAN_LABELS.more, language, { n: all.length - SHOWN })
  return [...all.slice(0, SHOWN), { text, word: '', mood: 'unsure' }]
}

function toldChange(item: Change, report: VerificationReport, language: Language): ToldChange {
  const text = fullChangeText(item, report, language)
  if (item.permitted === true) return { text, word: HUMAN_LABELS.permitted[language], mood: 'good' }
  if (item.permitted === false) return { text, word: HUMAN_LABELS.notPermitted[language], mood: 'bad' }
  return { text, word: HUMAN_LABELS.undecided[language], mood: 'unsure' }
}

function errors({ findings }: SignatureReport): readonly Finding[] {
  return findings.filter(({ severity }) => severity === 'error')
}

function messages(findings: readonly Finding[], language: Language): readonly string[] {
  return [...new Set(findings.map((finding) => messageOf(finding, language)))]
}

/** Of an undetermined signature the errors are reasons why nothing can be said; only of a failed one are they faults. */
function openPoints(signature: SignatureReport, language: Language): readonly string[] {
  const open = Object.entries(signature.checks ?? {})
    .filter(([, result]) => result === 'unknown' || result === 'skipped')
    .map(([check]) => UNCHECKED_TEXTS[check as keyof typeof UNCHECKED_TEXTS][language])
  const undetermined = signature.indication === 'INDETERMINATE'
  const sentence = unclearSentence(signature, language)
  const told = sentence === HUMAN_TEXTS.unclear[language] ? [] : SENTENCE_SAYS
  const rest = errors(signature).filter(({ code }) => !told.includes(code))
  const reasons = undetermined && !isRevoked(signature) ? [sentence, ...messages(rest, language)] : []
  return [...new Set([...reasons, ...open])]
}

/** Of an undetermined signature only a revocation is a fault: it was checked, and the answer was bad. */
function faults(signature: SignatureReport, language: Language): readonly string[] {
  if (signature.indication !== 'INDETERMINATE') return messages(errors(signature), language)
  return isRevoked(signature) ? [unclearSentence(signature, language)] : []
}

function isRevoked({ subIndication }: SignatureReport): boolean {
  return subIndication === 'REVOKED_NO_POE' || subIndication === 'REVOKED_CA_NO_POE'
}

/** Findings that the sentence about an undetermined signature says already; the details still hold them. */
const SENTENCE_SAYS: readonly string[] = [
  'NO_PATH_TO_ANCHOR',
  'CERT_REVOKED',
  'CERT_ON_HOLD',
  'CERT_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DIGEST_WEAK',
  'KEY_WEAK',
]

function notesOf(signature: SignatureReport, language: Language): readonly string[] {
  const hidden = hiddenContent(signature, language)
  const warnings = [...signature.findings, ...otherRisks(signature)].filter(({ severity }) => severity === 'warning')
  return [...(hidden === undefined ? [] : [hidden]), ...messages(warnings, language)]
}

function remarksOf(report: VerificationReport, language: Language): readonly string[] {
  const told = report.overall === 'unreadable' ? 1 : 0
  const serious = report.findings.slice(told).filter(({ severity }) => severity !== 'info')
  return [
    ...new Set([
      ...report.unsignedFields.map(
        (field) => `${say(HUMAN_TEXTS.empty, language, { f: field })}. ${EMPTY_FIELD[language]}`,
      ),
      ...report.removedSignatures.map((field) => say(HUMAN_TEXTS.removed, language, { f: field })),
      ...messages(serious, language),
    ]),
  ]
}
