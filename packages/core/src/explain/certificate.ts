// A certificate report as text for people.
import type { CertificateReport, Finding } from '../report.ts'
import { HUMAN_LABELS } from './texts/human.ts'
import { listed, plainPaint } from './human.ts'
import type { ExplainOptions } from './human.ts'
import { localDate, safe, say } from './plain.ts'
import type { Mood } from './facts.ts'
import type { Language } from './plain.ts'

const CERTIFICATE_TONES: Readonly<Record<CertificateReport['indication'], Mood>> = {
  PASSED: 'good',
  INDETERMINATE: 'unsure',
  FAILED: 'bad',
}
const CERTIFICATE_WORDS = { PASSED: 'valid', INDETERMINATE: 'indeterminate', FAILED: 'invalid' } as const

/** A certificate report as text: verdict, path from the certificate to the anchor, what is wrong. */
export function explainCertificate(report: CertificateReport, options: ExplainOptions): string {
  const { language } = options
  const paint = options.paint ?? plainPaint
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
  lines.push(...listed(HUMAN_LABELS.problems[language], texts(errors, language), '  '))
  lines.push(...listed(HUMAN_LABELS.notes[language], texts(warnings, language), '  '))
  return lines.join('\n')
}

function texts(findings: readonly Finding[], language: Language): readonly string[] {
  return [...new Set(findings.map(({ message }) => safe(message[language])))]
}
