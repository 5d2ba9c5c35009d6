// The report as one HTML file: printable, without scripts, pictures or anything from outside; what came from the file is text only.
import type { VerificationReport } from '../report.ts'
import { HTML_STYLE, HTML_STYLE_HASH } from './html-style.ts'
import { HUMAN_LABELS } from './texts/human.ts'
import { HEADINGS } from './texts/story.ts'
import { say } from './plain.ts'
import { tellReport } from './story.ts'
import type { Fact, Mood, Story, TellOptions, ToldSignature } from './story.ts'

/** Marks stand beside every judgement, for those who do not see colours and for black-and-white print (V-06). */
const MARKS: Readonly<Record<Mood, string>> = { good: '\u2713', bad: '\u2717', unsure: '?', neutral: '\u2013' }

/** Nothing is fetched, run or sent; the one style sheet is named by its hash. */
const POLICY: string = `default-src 'none'; style-src '${HTML_STYLE_HASH}'; base-uri 'none'; form-action 'none'`

/**
 * The report as a complete HTML document that prints on A4: what it is worth in one sentence; who signed, for whom, since when;
 * what changed after each signature; what could not be checked and what to do; details (V-05).
 *
 * @example
 * ```ts
 * await writeFile('report.html', explainHtml(report, { language: 'vi', name: 'thong-bao.pdf' }))
 * ```
 */
export function explainHtml(report: VerificationReport, options: TellOptions): string {
  const story = tellReport(report, options)
  const { language } = options
  const title = HEADINGS.title[language]
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape([title, ...(story.name === undefined ? [] : [story.name])].join(': '))}</title>
<style>${HTML_STYLE}</style>
</head>
<body>
<h1>${escape(title)}</h1>
${fileLine(story)}
${conclusion(story)}
${numbered(1, HEADINGS.who[language], whoSection(story))}
${numbered(2, HEADINGS.changed[language], changesSection(story))}
${numbered(3, HEADINGS.open[language], openSection(story))}
${numbered(4, HEADINGS.details[language], detailsSection(story))}
<footer>${escape(say(HEADINGS.madeWith, language, { engine: report.engine }))}</footer>
</body>
</html>
`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML text or attribute value. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}

/** Text that may hold names or values from the file: isolated, so that its writing direction ends with it. */
function foreign(text: string): string {
  return `<bdi>${escape(text)}</bdi>`
}

function mark(mood: Mood): string {
  return `<span class="mark ${mood}">${MARKS[mood]}</span>`
}

function numbered(n: number, heading: string, content: string): string {
  return `<section>\n<h2>${n}. ${escape(heading)}</h2>\n${content}\n</section>`
}

function list(texts: readonly string[]): string {
  return `<ul>\n${texts.map((text) => `<li>${foreign(text)}</li>`).join('\n')}\n</ul>`
}

function fileLine({ language, name, checkedAt }: Story): string {
  const file = name === undefined ? '' : `${escape(HEADINGS.file[language])}: ${foreign(name)}<br>`
  return `<p class="file">${file}${escape(HUMAN_LABELS.checkedAt[language])}: ${escape(checkedAt)}</p>`
}

function conclusion({ language, mood, verdict, sentence }: Story): string {
  return `<section class="verdict ${mood}">
<h2 class="quiet">${escape(HEADINGS.conclusion[language])}</h2>
<p class="word">${mark(mood)} ${escape(verdict)}</p>
<p class="sentence">${foreign(sentence)}</p>
</section>`
}

function whoSection({ signatures, words }: Story): string {
  if (signatures.length === 0) return `<p>${escape(words.noSignatures)}</p>`
  return signatures.map((signature) => signatureCard(signature)).join('\n')
}

function signatureCard({ title, mood, verdict, facts }: ToldSignature): string {
  return `<article>
<h3>${escape(title)}: ${mark(mood)} <span class="${mood}">${escape(verdict)}</span></h3>
<table class="facts">
${rows(facts)}
</table>
</article>`
}

/** Facts with the same label one below the other under one head. */
function rows(facts: readonly Fact[]): string {
  const groups: { label: string; facts: Fact[] }[] = []
  for (const fact of facts) {
    const last = groups.at(-1)
    if (last?.label === fact.label) last.facts.push(fact)
    else groups.push({ label: fact.label, facts: [fact] })
  }
  return groups
    .map(
      (group) =>
        `<tr><th scope="row">${escape(group.label)}</th><td>${group.facts.map((fact) => value(fact)).join('<br>')}</td></tr>`,
    )
    .join('\n')
}

function value({ value: text, mood }: Fact): string {
  return mood === undefined ? foreign(text) : `${mark(mood)} ${foreign(text)}`
}

function checkTable(checks: readonly Fact[]): string {
  const items = checks.map(
    ({ label, value: word, mood = 'unsure' }) =>
      `<li>${mark(mood)} ${escape(label)}: <strong>${escape(word)}</strong></li>`,
  )
  return `<ol class="checks">\n${items.join('\n')}\n</ol>`
}

function changesSection({ signatures, words }: Story): string {
  if (signatures.length === 0) return `<p>${escape(words.noSignatures)}</p>`
  return signatures
    .map(({ title, name, changes, unchanged }) => {
      const heading = `<h3>${escape(title)}, ${foreign(name)}</h3>`
      if (unchanged !== undefined) return `${heading}\n<p>${escape(unchanged)}</p>`
      const items = changes.map(({ text, word, mood }) =>
        word === ''
          ? `<li>${foreign(text)}</li>`
          : `<li>${mark(mood)} ${foreign(text)} <strong class="${mood}">(${escape(word)})</strong></li>`,
      )
      return `${heading}\n<ul class="changes">\n${items.join('\n')}\n</ul>`
    })
    .join('\n')
}

function openSection({ signatures, remarks, advice, language }: Story): string {
  const parts: string[] = []
  const several = signatures.length > 1
  for (const { title, open, problems, notes } of signatures) {
    const groups = [
      [HUMAN_LABELS.problems, problems],
      [HUMAN_LABELS.unchecked, open],
      [HUMAN_LABELS.notes, notes],
    ] as const
    const filled = groups.filter(([, texts]) => texts.length > 0)
    if (filled.length > 0 && several) parts.push(`<h3>${escape(title)}</h3>`)
    for (const [label, texts] of filled) parts.push(`<h4>${escape(label[language])}</h4>`, list(texts))
  }
  if (remarks.length > 0) parts.push(`<h3>${escape(HEADINGS.document[language])}</h3>`, list(remarks))
  if (parts.length === 0) parts.push(`<p>${escape(HEADINGS.nothingOpen[language])}</p>`)
  return [
    ...parts,
    `<div class="advice">\n<h3>${escape(HEADINGS.advice[language])}</h3>\n${list(advice)}\n</div>`,
  ].join('\n')
}

function detailsSection({ signatures, technical, language }: Story): string {
  const lists = signatures
    .filter((signature) => signature.checks.length > 0)
    .map(({ title, checks }) => `<h3>${escape(`${title}: ${HEADINGS.checks[language]}`)}</h3>\n${checkTable(checks)}`)
  const blocks = technical.map(
    ({ title, lines }) =>
      `<h3>${foreign(title)}</h3>\n<ul class="technical">\n${lines.map((line) => `<li>${foreign(line)}</li>`).join('\n')}\n</ul>`,
  )
  return [...lists, ...blocks].join('\n')
}
