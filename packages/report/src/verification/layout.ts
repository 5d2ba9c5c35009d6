// Lays a verification report out on sheets, in the order of V-05: one sentence; who, for whom, since when; what changed; what is
// wrong or open and what to do; details. Black on white: marks and words say what the HTML report also says in colour.
import type { Fact, Mood, Story, ToldSignature } from '@countersign/core'
import { pageNumbers } from '../blocks/page-numbers.ts'
import { hasGlyph, textWidth } from '../fonts.ts'
import type { Face } from '../fonts.ts'
import { Flow, MARGIN, MM, TEXT_WIDTH, lineHeight } from '../sheet.ts'
import type { Sheet } from '../sheet.ts'
import { breakLines } from '../text.ts'

/** What Tinos has for the marks of the HTML report. */
const MARKS: Readonly<Record<Mood, string>> = { good: '\u221A', bad: '\u00D7', unsure: '?', neutral: '\u2013' }

interface Text {
  readonly text: string
  readonly face?: Face
  readonly size?: number
  /** Points from the left margin. */
  readonly indent?: number
  /** Points to the right margin. */
  readonly right?: number
  /** Space above, none at the top of a page. */
  readonly gap?: number
  /** A mark in front of the first line. */
  readonly mark?: string
}

const SIZE = 12
const SPACING = 1.08
const LABEL_WIDTH: number = 52 * MM
const MARK_WIDTH = 14

/** A file may hold letters that the font does not have: each is shown as one sign, and nothing fails (V-10, V8). */
function drawable(text: string, face: Face): string {
  let result = ''
  for (const character of text.normalize('NFC')) result += hasGlyph(character, face) ? character : '\uFFFD'
  return result
}

export function layoutVerification(story: Story): readonly Sheet[] {
  const flow = new Flow()
  const { words } = story
  heading(flow, words.title)
  if (story.name !== undefined) write(flow, { text: `${words.file}: ${story.name}` })
  write(flow, { text: `${words.checkedAt}: ${story.checkedAt}` })
  if (story.sha256 !== '') write(flow, { text: `SHA-256: ${story.sha256}`, size: 10 })
  conclusion(flow, story)
  section(flow, 1, words.who)
  who(flow, story)
  section(flow, 2, words.changed)
  changes(flow, story)
  section(flow, 3, words.open)
  open(flow, story)
  section(flow, 4, words.details)
  details(flow, story)
  pageNumbers(flow.sheets)
  return flow.sheets
}

/** Text broken into lines, over pages where it must. */
function write(flow: Flow, { text, face = 'regular', size = SIZE, indent = 0, right = 0, gap = 0, mark }: Text): void {
  const shift = mark === undefined ? 0 : MARK_WIDTH
  const width = TEXT_WIDTH - indent - right - shift
  const height = lineHeight(size, SPACING)
  flow.gap(gap)
  const lines = breakLines(drawable(text, face), face, size, width)
  for (const [index, line] of lines.entries()) {
    flow.reserve(height)
    const x = MARGIN.left + indent
    if (index === 0 && mark !== undefined)
      flow.line({ text: mark, width: 0, last: true }, flow.y, { face: 'bold', size, align: 'left' }, x, shift)
    flow.line(line, flow.y, { face, size, align: 'left' }, x + shift, width)
    flow.y += height
  }
}

function heading(flow: Flow, text: string): void {
  const face = 'bold'
  const lines = breakLines(drawable(text.toLocaleUpperCase('vi'), face), face, 14, TEXT_WIDTH)
  for (const line of lines) {
    flow.line(line, flow.y, { face, size: 14, align: 'center' }, MARGIN.left, TEXT_WIDTH)
    flow.y += lineHeight(14, 1.1)
  }
  flow.y += 6
}

function section(flow: Flow, n: number, text: string): void {
  flow.reserve(70)
  write(flow, { text: `${n}. ${text}`, face: 'bold', size: 13, gap: 14 })
  flow.rule(MARGIN.left, flow.y + 1, MARGIN.left + TEXT_WIDTH, flow.y + 1, 0.5)
  flow.y += 4
}

/** The verdict and its sentence in a frame. */
function conclusion(flow: Flow, { mood, verdict, sentence, words }: Story): void {
  const pad = 8
  flow.gap(10)
  const top = flow.y
  flow.y += pad
  const inside = { indent: 12, right: 12 }
  write(flow, { text: words.conclusion, size: 10, ...inside })
  write(flow, { text: verdict, face: 'bold', size: 17, mark: MARKS[mood], ...inside, gap: 2 })
  write(flow, { text: sentence, size: 13, ...inside, gap: 3 })
  flow.y += pad
  frame(flow, top, flow.y, 1.5)
}

function frame(flow: Flow, top: number, bottom: number, thickness: number): void {
  const [left, right] = [MARGIN.left, MARGIN.left + TEXT_WIDTH]
  flow.rule(left, top, right, top, thickness)
  flow.rule(left, bottom, right, bottom, thickness)
  flow.rule(left, top, left, bottom, thickness)
  flow.rule(right, top, right, bottom, thickness)
}

function who(flow: Flow, { signatures, words }: Story): void {
  if (signatures.length === 0) write(flow, { text: words.noSignatures })
  for (const { title, verdict, mood, facts } of signatures) {
    flow.reserve(90)
    write(flow, { text: `${title}: ${verdict}`, face: 'bold', mark: MARKS[mood], gap: 8 })
    flow.y += 2
    for (const [index, fact] of facts.entries()) factRow(flow, fact, facts[index - 1]?.label === fact.label)
  }
}

/** Label on the left, value on the right; several values under one label. */
function factRow(flow: Flow, { label, value, mood }: Fact, same: boolean): void {
  const height = lineHeight(SIZE, SPACING)
  const names = same ? [] : breakLines(drawable(label, 'regular'), 'regular', SIZE, LABEL_WIDTH - 6)
  const width = TEXT_WIDTH - LABEL_WIDTH - (mood === undefined ? 0 : MARK_WIDTH)
  const values = breakLines(drawable(value, 'regular'), 'regular', SIZE, width).length
  flow.reserve(Math.min(Math.max(names.length, values), 10) * height + 4)
  if (!same) flow.rule(MARGIN.left, flow.y, MARGIN.left + TEXT_WIDTH, flow.y, 0.25)
  flow.y += same ? 0 : 2
  const top = flow.y
  for (const [index, name] of names.entries())
    flow.line(name, top + index * height, { face: 'regular', size: SIZE, align: 'left' }, MARGIN.left, LABEL_WIDTH)
  write(flow, { text: value, indent: LABEL_WIDTH, ...(mood === undefined ? {} : { mark: MARKS[mood] }) })
  flow.y = Math.max(flow.y, top + names.length * height) + 2
}

function changes(flow: Flow, { signatures, words }: Story): void {
  if (signatures.length === 0) write(flow, { text: words.noSignatures })
  for (const { title, name, changes: told, unchanged } of signatures) {
    flow.reserve(50)
    write(flow, { text: `${title}, ${name}`, face: 'bold', gap: 6 })
    if (unchanged !== undefined) write(flow, { text: unchanged })
    for (const { text, word, mood } of told)
      write(flow, { text: word === '' ? text : `${text} (${word})`, mark: MARKS[mood], gap: 1 })
  }
}

function open(flow: Flow, { signatures, remarks, advice, words }: Story): void {
  const before = flow.y
  for (const signature of signatures) openOf(flow, signature, words, signatures.length > 1)
  if (remarks.length > 0) bullets(flow, words.document, remarks)
  if (flow.y === before) write(flow, { text: words.nothingOpen })
  flow.reserve(60)
  flow.gap(10)
  const top = flow.y
  const page = flow.sheet
  flow.y += 6
  write(flow, { text: words.advice, face: 'bold', indent: 10, right: 10 })
  for (const text of advice) write(flow, { text, face: 'bold', indent: 10, right: 10, mark: '\u2022', gap: 2 })
  flow.y += 6
  if (flow.sheet === page) frame(flow, top, flow.y, 1)
}

function openOf(flow: Flow, signature: ToldSignature, words: Story['words'], several: boolean): void {
  const groups = [
    [words.problems, signature.problems],
    [words.unchecked, signature.open],
    [words.notes, signature.notes],
  ] as const
  const filled = groups.filter(([, texts]) => texts.length > 0)
  if (filled.length > 0 && several) write(flow, { text: signature.title, face: 'bold', gap: 6 })
  for (const [label, texts] of filled) bullets(flow, label, texts)
}

function bullets(flow: Flow, label: string, texts: readonly string[]): void {
  flow.reserve(40)
  write(flow, { text: label, face: 'italic', gap: 4 })
  for (const text of texts) write(flow, { text, mark: '\u2022', gap: 1 })
}

function details(flow: Flow, { signatures, technical, engine, words }: Story): void {
  const size = 10
  for (const { title, checks } of signatures) {
    if (checks.length === 0) continue
    flow.reserve(40)
    write(flow, { text: `${title}: ${words.checks}`, face: 'bold', size, gap: 5 })
    for (const [index, { label, value, mood = 'unsure' }] of checks.entries())
      write(flow, { text: `${index + 1}. ${label}: ${value}`, size, mark: MARKS[mood] })
  }
  for (const { title, lines } of technical) {
    flow.reserve(40)
    write(flow, { text: title, face: 'bold', size, gap: 5 })
    for (const text of lines) write(flow, { text, size: 9, mark: '\u2022' })
  }
  const made = words.madeWith.replace('{engine}', engine)
  write(flow, {
    text: made,
    size: 9,
    gap: 10,
    indent: Math.max(0, TEXT_WIDTH - textWidth(drawable(made, 'regular'), 'regular', 9) - 1),
  })
}
