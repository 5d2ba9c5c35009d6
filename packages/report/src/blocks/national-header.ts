// Boxes 1 and 2 of Decree 30/2020, App I: the national name with its motto, and the issuing body under its parent.
import { breakEvenly } from '../text.ts'
import { lineHeight } from '../sheet.ts'
import type { Flow, Style } from '../sheet.ts'
import { LEFT, RIGHT } from './columns.ts'
import type { Column } from './columns.ts'

const NATION: Style = { face: 'bold', size: 12, align: 'center' }
const MOTTO: Style = { face: 'bold', size: 13, align: 'center' }
const PARENT: Style = { face: 'regular', size: 12, align: 'center' }
const AGENCY: Style = { face: 'bold', size: 12, align: 'center' }
/** Rules under the issuing body and the subject are 1/3 to 1/2 of the text. */
export const SHORT_RULE = 0.42

export interface IssuingBody {
  readonly parent?: string | undefined
  readonly agency: string
}

/** Draws both columns and moves below the longer one. */
export function nationalHeader(flow: Flow, body: IssuingBody): void {
  const top = flow.y
  const left = issuingBody(flow, body, top)
  const right = nation(flow, top)
  flow.y = Math.max(left, right)
}

function nation(flow: Flow, top: number): number {
  const name = column(flow, 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', NATION, RIGHT, top)
  const motto = column(flow, 'Độc lập - Tự do - Hạnh phúc', MOTTO, RIGHT, name.bottom)
  // Box 1: a solid rule as long as the motto.
  return ruleBelow(flow, RIGHT, motto.bottom, motto.width)
}

function issuingBody(flow: Flow, body: IssuingBody, top: number): number {
  const parent = body.parent === undefined ? top : column(flow, capitals(body.parent), PARENT, LEFT, top).bottom
  const agency = column(flow, capitals(body.agency), AGENCY, LEFT, parent)
  return ruleBelow(flow, LEFT, agency.bottom, agency.width * SHORT_RULE)
}

function column(flow: Flow, text: string, style: Style, at: Column, top: number): { bottom: number; width: number } {
  const lines = breakEvenly(text, style.face, style.size, at.width)
  const height = lineHeight(style.size, 1.05)
  lines.forEach((line, index) => flow.line(line, top + index * height, style, at.x, at.width))
  return { bottom: top + lines.length * height, width: Math.max(...lines.map((line) => line.width)) }
}

function ruleBelow(flow: Flow, at: Column, y: number, width: number): number {
  const start = at.x + (at.width - width) / 2
  flow.rule(start, y + 1, start + width, y + 1)
  return y + 2
}

function capitals(text: string): string {
  return text.normalize('NFC').toLocaleUpperCase('vi')
}
