// V-05, fifth part: what experts look for. Codes, hashes and names as they are in the report, in no language.
import type { Cert, Finding, SignatureReport, VerificationReport } from '../report.ts'
import { HUMAN_LABELS } from './texts/human.ts'
import { HEADINGS } from './texts/story.ts'
import { safe } from './plain.ts'
import type { Language } from './plain.ts'

/** Lines about the document or one signature. */
export interface TechnicalBlock {
  readonly title: string
  readonly lines: readonly string[]
}

export function technicalBlocks(report: VerificationReport, language: Language): readonly TechnicalBlock[] {
  return [documentBlock(report, language), ...report.signatures.map((one) => signatureBlock(one, language))]
}

function documentBlock(report: VerificationReport, language: Language): TechnicalBlock {
  const { document, policy } = report
  return {
    title: HEADINGS.document[language],
    lines: [
      `SHA-256 ${document.sha256}, ${document.bytes} B, ${document.revisions} rev, ${policy.id} ${policy.version} ${policy.relaxations.join(' ')}`.trimEnd(),
      ...report.findings.map((finding) => findingLine(finding)),
    ],
  }
}

function signatureBlock(signature: SignatureReport, language: Language): TechnicalBlock {
  const { digest, signature: algorithm, keyBits, curve } = signature.algorithms
  const verdict = [signature.indication, signature.subIndication].filter((part) => part !== null).join('/')
  const algorithms = [algorithm, digest, keyBits, curve].filter((part) => part !== null && part !== undefined).join(' ')
  const { signer } = signature
  return {
    title: safe(`${signature.id} ${signature.field}`),
    lines: [
      `${verdict}, ${signature.level ?? '-'}, ${safe(signature.subFilter ?? '-')}, ${algorithms}`,
      ...(signer === null ? [] : [`${safe(signer.subject)} #${signer.serial} ${signer.sha256}`]),
      ...pathLines(signature.certificatePath, language),
      ...signature.revocation.map(
        ({ type, status, thisUpdate, nextUpdate, certificate }) =>
          `${type} ${status} ${thisUpdate} .. ${nextUpdate ?? '-'} ${certificate.slice(0, 16)}`,
      ),
      ...signature.timestamps.map(
        ({ id, genTime, indication, tsa }) => `${safe(id)} ${genTime} ${indication} ${safe(tsa?.subject ?? '-')}`,
      ),
      ...signature.findings.map((finding) => findingLine(finding)),
    ],
  }
}

function pathLines(path: readonly Cert[], language: Language): readonly string[] {
  if (path.length < 2) return []
  return [`${HUMAN_LABELS.path[language]}: ${path.map(({ subject }) => safe(subject)).join(' < ')}`]
}

function findingLine({ severity, rule, code, args }: Finding): string {
  return safe(`${severity} ${rule} ${code} ${JSON.stringify(args)}`)
}
