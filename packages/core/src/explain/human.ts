// The verification report for people as text, in the order of V-05 for each signature. Reads report types only.
import type { VerificationReport } from '../report.ts'
import { HUMAN_LABELS } from './texts/human.ts'
import { HEADINGS } from './texts/story.ts'
import { tellReport } from './story.ts'
import type { Mood, Story, ToldSignature } from './story.ts'
import type { Language } from './plain.ts'

export type { Language }

/** What a piece of text means; the words always say it too, never the colour alone (V-06). */
export type Tone = Mood | 'strong' | 'faint'

export interface ExplainOptions {
  readonly language: Language
  /** Name of the file, shown in the first line. */
  readonly name?: string
  /** Also what experts look for: algorithms, codes, hashes. */
  readonly details?: boolean
  /** Colours text; plain when absent. */
  readonly paint?: (tone: Tone, text: string) => string
}

type Paint = NonNullable<ExplainOptions['paint']>

export const plainPaint: Paint = (_tone, text) => text

/**
 * The report as text an official understands, without a final line feed.
 *
 * @example
 * ```ts
 * console.log(explainReport(await verify(pdf, { trust }), { language: 'vi', name: 'thong-bao.pdf' }))
 * ```
 */
export function explainReport(report: VerificationReport, options: ExplainOptions): string {
  const { language, paint = plainPaint } = options
  const story = tellReport(report, options)
  const name = story.name === undefined ? '' : `${paint('strong', story.name)}: `
  const lines = [`${name}${paint(story.mood, story.verdict)}`, `  ${story.sentence}`]
  for (const signature of story.signatures) lines.push('', ...signatureLines(signature, language, paint))
  if (story.remarks.length > 0) lines.push('', ...listed(HUMAN_LABELS.notes[language], story.remarks, '  '))
  lines.push('', ...listed(HEADINGS.advice[language], story.advice, '  '))
  lines.push('', paint('faint', `  ${HUMAN_LABELS.checkedAt[language]}: ${story.checkedAt}`))
  if (options.details === true) lines.push('', ...detailLines(story).map((line) => paint('faint', line)))
  return lines.join('\n')
}

function signatureLines(signature: ToldSignature, language: Language, paint: Paint): string[] {
  const { title, verdict, mood, facts, changes, unchanged } = signature
  const changed = changes.map(({ text, word }) => (word === '' ? text : `${text} (${word})`))
  const label = HUMAN_LABELS.changes[language]
  return [
    `  ${paint('strong', title)}: ${paint(mood, verdict)}`,
    ...facts.map((fact) => `    ${fact.label}: ${fact.value}`),
    ...(unchanged === undefined ? listed(label, changed) : [`    ${label}: ${unchanged}`]),
    ...listed(HUMAN_LABELS.unchecked[language], signature.open),
    ...listed(HUMAN_LABELS.problems[language], signature.problems),
    ...listed(HUMAN_LABELS.notes[language], signature.notes),
  ]
}

/** A label and its lines; nothing when there are none. */
export function listed(label: string, texts: readonly string[], indent = '    '): string[] {
  return texts.length === 0 ? [] : [`${indent}${label}:`, ...texts.map((text) => `${indent}  - ${text}`)]
}

function detailLines({ technical, language }: Story): string[] {
  return [
    `  ${HUMAN_LABELS.details[language]}:`,
    ...technical.flatMap(({ title, lines }) => [`    ${title}:`, ...lines.map((line) => `      ${line}`)]),
  ]
}
