// Puts the blocks of a notice on sheets. Pure: the same notice gives the same sheets.
import { agencyInfo } from './blocks/agency-info.ts'
import { findingsTable } from './blocks/findings-table.ts'
import { nationalHeader } from './blocks/national-header.ts'
import { numberAndDate } from './blocks/number-and-date.ts'
import { pageNumbers } from './blocks/page-numbers.ts'
import { heading, legalBasis, paragraph, paragraphHeight } from './blocks/paragraph.ts'
import { recipientsHeight, recipientsList } from './blocks/recipients.ts'
import { signatureBlock, signatureHeight } from './blocks/signature-block.ts'
import { title } from './blocks/title.ts'
import type { BodyBlock, InspectionNotice } from './notice.ts'
import { MARGIN, PAGE_HEIGHT } from './sheet.ts'
import { Flow } from './sheet.ts'
import type { Sheet } from './sheet.ts'

/** Space between the body and the signature. */
const FOOT_GAP = 14
/** A longer list of recipients breaks over pages. */
const LONGEST_BESIDE = 300

export function layoutNotice(notice: InspectionNotice): readonly Sheet[] {
  const flow = new Flow()
  agencyInfo(flow.sheet)
  nationalHeader(flow, notice)
  numberAndDate(flow, notice)
  title(flow, notice.type ?? 'Thông báo', notice.subject)
  legalBasis(flow, notice.legalBasis)
  body(flow, notice)
  foot(flow, notice)
  pageNumbers(flow.sheets)
  return flow.sheets
}

function body(flow: Flow, notice: InspectionNotice): void {
  const numbers = [0, 0, 0]
  const footHeight = heightOfFoot(notice)
  notice.body.forEach((block, index) => {
    if (index === notice.body.length - 1) keepWithFoot(flow, block, footHeight)
    if (block.kind === 'paragraph') paragraph(flow, block.text)
    else if (block.kind === 'findings') findingsTable(flow, block.rows)
    else heading(flow, `${headingNumber(numbers, block.level)} ${block.text}`, block.level)
  })
}

/** The signature never stands alone on a page: the last paragraph goes with it. */
function keepWithFoot(flow: Flow, block: BodyBlock, footHeight: number): void {
  if (block.kind !== 'paragraph') return
  const height = paragraphHeight(block.text) + footHeight
  if (height <= PAGE_HEIGHT - MARGIN.top - MARGIN.bottom) flow.reserve(height)
}

function heightOfFoot(notice: InspectionNotice): number {
  const recipients = Math.min(recipientsHeight(notice.recipients), LONGEST_BESIDE)
  return FOOT_GAP + Math.max(signatureHeight(notice.signature), recipients)
}

function foot(flow: Flow, notice: InspectionNotice): void {
  flow.reserve(heightOfFoot(notice))
  flow.gap(FOOT_GAP)
  signatureBlock(flow, notice.signature)
  recipientsList(flow, notice.recipients)
}

/** I., 1., a): counts the level and restarts those below. */
function headingNumber(numbers: number[], level: 1 | 2 | 3): string {
  const count = (numbers[level - 1] ?? 0) + 1
  numbers[level - 1] = count
  numbers.fill(0, level)
  if (level === 1) return `${roman(count)}.`
  return level === 2 ? `${count}.` : `${letter(count)})`
}

function roman(value: number): string {
  const signs: readonly (readonly [number, string])[] = [
    [50, 'L'],
    [40, 'XL'],
    [10, 'X'],
    [9, 'IX'],
    [5, 'V'],
    [4, 'IV'],
    [1, 'I'],
  ]
  let rest = value
  let text = ''
  for (const [worth, sign] of signs)
    while (rest >= worth) {
      text += sign
      rest -= worth
    }
  return text
}

/** Letters of the Vietnamese alphabet, as documents count points: a, b, c, d, đ, e ... */
const LETTERS = 'abcdđeghiklmnopqrstuvxy'

function letter(count: number): string {
  return LETTERS[(count - 1) % LETTERS.length] ?? 'a'
}
