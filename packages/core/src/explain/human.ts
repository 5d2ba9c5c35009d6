// The verification report for people, in the order of V-05: one sentence; who, for whom, since when; what changed after each
// signature; what could not be checked and what to do; details. Reads report types only.
import type { CertificateReport, Finding, SignatureReport, VerificationReport } from '../report.ts'
import { HUMAN_LABELS, HUMAN_TEXTS, UNCHECKED_TEXTS } from './texts/human.ts'
import { changeText, headline, signerName, unclearSentence, worthTelling } from './headline.ts'
import { localDate, localTime, safe, say } from './plain.ts'
import type { Language } from './plain.ts'

export type { Language }

/** What a piece of text means; the words always say it too, never the colour alone (V-06). */
export type Tone = 'good' | 'bad' | 'unsure' | 'strong' | 'faint'

export interface ExplainOptions {
  readonly language: Language
  /** Name of the file, shown in the first line. */
  readonly name?: string
  /** Also what experts look for: algorithms, codes, hashes. */
  readonly details?: boolean
  /** Colours text; plain when absent. */
  readonly paint?: (tone: Tone, text: string) => string
}

const OVERALL_TONES: Readonly<Record<VerificationReport['overall'], Tone>> = {
  valid: 'good',
  'valid-with-notes': 'good',
  indeterminate: 'unsure',
  invalid: 'bad',
  unsigned: 'unsure',
  unreadable: 'bad',
}

const INDICATION_TONES: Readonly<Record<SignatureReport['indication'], Tone>> = {
  'TOTAL-PASSED': 'good',
  INDETERMINATE: 'unsure',
  'TOTAL-FAILED': 'bad',
}

/**
 * The report as text an official understands, without a final line feed.
 *
 * @example
 * ```ts
 * console.log(explainReport(await verify(pdf, { trust }), { language: 'vi', name: 'thong-bao.pdf' }))
 * ```
 */
export function explainReport(report: VerificationReport, options: ExplainOptions): string {
  const { language } = options
  const paint = options.paint ?? ((_tone, text) => text)
  const verdict = paint(OVERALL_TONES[report.overall], HUMAN_LABELS[report.overall][language])
  const name = options.name === undefined ? '' : `${paint('strong', safe(options.name))}: `
  const lines = [`${name}${verdict}`, `  ${headline(report, language)}`]
  const counts = { signature: 0, 'document-timestamp': 0 }
  for (const signature of report.signatures) {
    counts[signature.kind] += 1
    lines.push('', ...signatureLines(signature, counts[signature.kind], report, { ...options, paint }))
  }
  lines.push(...documentLines(report, language, paint))
  if (options.details === true) lines.push('', ...detailLines(report, language).map((line) => paint('faint', line)))
  return lines.join('\n')
}

type Painted = ExplainOptions & { readonly paint: (tone: Tone, text: string) => string }

function signatureLines(signature: SignatureReport, n: number, report: VerificationReport, options: Painted): string[] {
  const { language, paint } = options
  const title =
    signature.kind === 'signature'
      ? say(HUMAN_LABELS.signature, language, { n, role: HUMAN_LABELS[signature.role ?? 'approval'][language] })
      : say(HUMAN_LABELS.timestamp, language, { n })
  const verdict = paint(INDICATION_TONES[signature.indication], HUMAN_LABELS[signature.indication][language])
  return [
    `  ${paint('strong', title)}: ${verdict}`,
    ...identityLines(signature, language),
    ...timeLines(signature, language),
    ...changeLines(signature, report, language),
    ...uncheckedLines(signature, language),
    ...findingLines(signature, language),
  ]
}

function row(label: string, value: string): string {
  return `    ${label}: ${value}`
}

function identityLines(signature: SignatureReport, language: Language): string[] {
  const { signer } = signature
  const leaf = signature.certificatePath[0]
  const label = signature.kind === 'signature' ? HUMAN_LABELS.signer : HUMAN_LABELS.tsa
  const lines = [row(label[language], signerName(signature, language))]
  if (signer?.organization) lines.push(row(HUMAN_LABELS.organisation[language], safe(signer.organization)))
  if (signer) lines.push(row(HUMAN_LABELS.issuer[language], safe(signer.issuer)))
  if (leaf !== undefined) {
    const period = { a: localDate(leaf.notBefore, language), b: localDate(leaf.notAfter, language) }
    lines.push(row(HUMAN_LABELS.validity[language], say(HUMAN_LABELS.from, language, period)))
  }
  if (signature.reason !== undefined) lines.push(row(HUMAN_LABELS.reason[language], safe(signature.reason)))
  if (signature.location !== undefined) lines.push(row(HUMAN_LABELS.location[language], safe(signature.location)))
  const integrity = { intact: 'intact', broken: 'brokenWord', unknown: 'unknownWord' } as const
  lines.push(row(HUMAN_LABELS.integrity[language], HUMAN_LABELS[integrity[signature.integrity]][language]))
  return lines
}

/** V-06: what the signer states is always labelled as stated. */
function timeLines(signature: SignatureReport, language: Language): string[] {
  const { claimed, provenBefore, provenBy } = signature.times
  const lines: string[] = []
  if (claimed !== null) lines.push(say(HUMAN_TEXTS.claimed, language, { t: localTime(claimed, language) }))
  else if (signature.kind === 'signature') lines.push(say(HUMAN_TEXTS.noTime, language))
  if (provenBefore !== null) {
    const stamp = [...signature.timestamps].find((candidate) => candidate.id === provenBy)
    const tsa = stamp?.tsa?.commonName ?? stamp?.tsa?.subject ?? provenBy ?? '?'
    lines.push(say(HUMAN_TEXTS.proven, language, { t: localTime(provenBefore, language), tsa }))
  } else if (signature.kind === 'signature') lines.push(say(HUMAN_TEXTS.notProven, language))
  return lines.map((line) => row(HUMAN_LABELS.time[language], line))
}

function changeLines(signature: SignatureReport, report: VerificationReport, language: Language): string[] {
  const { items, permitted } = signature.changes
  if (items.length === 0) {
    const text = permitted === true ? HUMAN_TEXTS.nothingChanged : HUMAN_TEXTS.changesUnknown
    return [row(HUMAN_LABELS.changes[language], say(text, language))]
  }
  const seen = new Set<string>()
  for (const item of worthTelling(items)) {
    const word =
      item.permitted === true
        ? HUMAN_LABELS.permitted
        : item.permitted === false
          ? HUMAN_LABELS.notPermitted
          : HUMAN_LABELS.undecided
    seen.add(`      - ${changeText(item, report, language)} (${word[language]})`)
  }
  const shown = [...seen].slice(0, 20)
  if (seen.size > shown.length)
    shown.push(`      - ${say(HUMAN_LABELS.more, language, { n: seen.size - shown.length })}`)
  return [`    ${HUMAN_LABELS.changes[language]}:`, ...shown]
}

/** Of an undetermined signature the errors are reasons why nothing can be said; only of a failed one are they faults. */
function uncheckedLines(signature: SignatureReport, language: Language): string[] {
  const open = Object.entries(signature.checks ?? {})
    .filter(([, result]) => result === 'unknown')
    .map(([check]) => UNCHECKED_TEXTS[check as keyof typeof UNCHECKED_TEXTS][language])
  const undetermined = signature.indication === 'INDETERMINATE'
  const reasons = undetermined ? [unclearSentence(signature, language), ...errorTexts(signature, language)] : []
  const lines = [...new Set([...reasons, ...open])]
  return lines.length === 0
    ? []
    : [`    ${HUMAN_LABELS.unchecked[language]}:`, ...lines.map((line) => `      - ${line}`)]
}

function errorTexts(signature: SignatureReport, language: Language): readonly string[] {
  return signature.findings
    .filter((finding) => finding.severity === 'error')
    .map((finding) => safe(finding.message[language]))
}

function findingLines(signature: SignatureReport, language: Language): string[] {
  const faults = signature.indication === 'INDETERMINATE' ? [] : signature.findings
  const errors = faults.filter((finding) => finding.severity === 'error')
  const warnings = [...signature.findings, ...signature.risksAtSigning].filter(
    (finding) => finding.severity === 'warning',
  )
  return [
    ...listed(HUMAN_LABELS.problems[language], errors, language),
    ...listed(HUMAN_LABELS.notes[language], warnings, language),
  ]
}

function listed(label: string, findings: readonly Finding[], language: Language, indent = '    '): string[] {
  const texts = [...new Set(findings.map((finding) => safe(finding.message[language])))]
  if (texts.length === 0) return []
  return [`${indent}${label}:`, ...texts.map((text) => `${indent}  - ${text}`)]
}

function documentLines(report: VerificationReport, language: Language, paint: Painted['paint']): string[] {
  const notes = [
    ...report.unsignedFields.map((field) => say(HUMAN_TEXTS.empty, language, { f: field })),
    ...report.removedSignatures.map((field) => say(HUMAN_TEXTS.removed, language, { f: field })),
  ]
  const told = report.overall === 'unreadable' ? 1 : 0
  const serious = report.findings.slice(told).filter((finding) => finding.severity !== 'info')
  const texts = [...new Set([...notes, ...serious.map((finding) => safe(finding.message[language]))])]
  const lines =
    texts.length === 0 ? [] : ['', `  ${HUMAN_LABELS.notes[language]}:`, ...texts.map((text) => `    - ${text}`)]
  const time = `  ${HUMAN_LABELS.checkedAt[language]}: ${localTime(report.validationTime, language)}`
  return [...lines, '', paint('faint', time)]
}

function detailLines(report: VerificationReport, language: Language): string[] {
  const { document, policy } = report
  const lines = [
    `  ${HUMAN_LABELS.details[language]}:`,
    `    SHA-256 ${document.sha256}, ${document.bytes} B, ${document.revisions} rev, ${policy.id} ${policy.version} ${policy.relaxations.join(' ')}`.trimEnd(),
  ]
  for (const signature of report.signatures) lines.push(...signatureDetails(signature, language))
  for (const finding of report.findings) lines.push(findingDetail(finding, '    '))
  return lines
}

function signatureDetails(signature: SignatureReport, language: Language): string[] {
  const { digest, signature: algorithm, keyBits, curve } = signature.algorithms
  const verdict = [signature.indication, signature.subIndication].filter((part) => part !== null).join('/')
  const algorithms = [algorithm, digest, keyBits, curve].filter((part) => part !== null && part !== undefined).join(' ')
  const lines = [
    `    ${safe(signature.id)} ${safe(signature.field)}: ${verdict}, ${signature.level ?? '-'}, ${safe(signature.subFilter ?? '-')}, ${algorithms}`,
  ]
  if (signature.signer)
    lines.push(`      ${safe(signature.signer.subject)} #${signature.signer.serial} ${signature.signer.sha256}`)
  if (signature.certificatePath.length > 1)
    lines.push(
      `      ${HUMAN_LABELS.path[language]}: ${signature.certificatePath.map((cert) => safe(cert.subject)).join(' < ')}`,
    )
  for (const entry of signature.revocation)
    lines.push(
      `      ${entry.type} ${entry.status} ${entry.thisUpdate} .. ${entry.nextUpdate ?? '-'} ${entry.certificate.slice(0, 16)}`,
    )
  return [...lines, ...signature.findings.map((finding) => findingDetail(finding, '      '))]
}

function findingDetail(finding: Finding, indent: string): string {
  return `${indent}${finding.severity} ${finding.rule} ${finding.code} ${safe(JSON.stringify(finding.args))}`
}

const CERTIFICATE_TONES: Readonly<Record<CertificateReport['indication'], Tone>> = {
  PASSED: 'good',
  INDETERMINATE: 'unsure',
  FAILED: 'bad',
}
const CERTIFICATE_WORDS = { PASSED: 'valid', INDETERMINATE: 'indeterminate', FAILED: 'invalid' } as const

/** A certificate report as text: verdict, path from the certificate to the anchor, what is wrong. */
export function explainCertificate(report: CertificateReport, options: ExplainOptions): string {
  const { language } = options
  const paint = options.paint ?? ((_tone, text) => text)
  const verdict = HUMAN_LABELS[CERTIFICATE_WORDS[report.indication]][language]
  const name = options.name === undefined ? '' : `${paint('strong', safe(options.name))}: `
  const sub = report.subIndication === null ? '' : ` (${report.subIndication})`
  const lines = [`${name}${paint(CERTIFICATE_TONES[report.indication], verdict)}${sub}`]
  if (report.path.length > 0) lines.push(`  ${HUMAN_LABELS.path[language]}:`)
  for (const cert of report.path) {
    const period = say(HUMAN_LABELS.from, language, {
      a: localDate(cert.notBefore, language),
      b: localDate(cert.notAfter, language),
    })
    lines.push(`    - ${safe(cert.subject)} (${period})`)
  }
  const errors = report.findings.filter((finding) => finding.severity === 'error')
  const warnings = report.findings.filter((finding) => finding.severity === 'warning')
  lines.push(...listed(HUMAN_LABELS.problems[language], errors, language, '  '))
  lines.push(...listed(HUMAN_LABELS.notes[language], warnings, language, '  '))
  return lines.join('\n')
}

/** What `inspect` returns, as far as it is shown. */
export interface Claim {
  readonly field: string
  readonly claimedSigner: { readonly commonName: string | null; readonly subject: string } | null
  readonly claimedTime: string | null
}

/** Claims of a file, labelled as unchecked. */
export function explainClaims(claims: readonly Claim[], options: ExplainOptions): string {
  const { language } = options
  const name = options.name === undefined ? '' : `${safe(options.name)}: `
  if (claims.length === 0) return `${name}${HUMAN_LABELS.noClaims[language]}`
  const lines = claims.map(({ field, claimedSigner, claimedTime }) => {
    const who = claimedSigner?.commonName ?? claimedSigner?.subject ?? HUMAN_LABELS.unnamed[language]
    const t = claimedTime === null ? HUMAN_LABELS.noTimeWord[language] : localTime(claimedTime, language)
    return `  - ${safe(field)}: ${say(HUMAN_LABELS.claimedSigner, language, { name: who, t })}`
  })
  return [`${name}${HUMAN_LABELS.claims[language]}`, ...lines].join('\n')
}
