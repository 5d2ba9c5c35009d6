// Boxes 7 and 8: in what capacity the officer signs, the place of the signature, the printed name, the agency seal.
import { ASCENT } from '../fonts.ts'
import { breakLines } from '../text.ts'
import { MM, lineHeight } from '../sheet.ts'
import type { Box, Flow, Style } from '../sheet.ts'
import { RIGHT } from './columns.ts'

export interface SignatureBlock {
  /** `KT. GIÁM ĐỐC` and the like, outermost first (D30-08). */
  readonly capacities?:
    readonly { readonly prefix: 'TM.' | 'KT.' | 'TL.' | 'TUQ.' | 'Q.'; readonly of: string }[] | undefined
  /** Position of the person who signs. */
  readonly position?: string | undefined
  /** Full name without academic titles. */
  readonly name: string
}

const TITLE: Style = { face: 'bold', size: 13, align: 'center' }
const NAME: Style = { face: 'bold', size: 14, align: 'center' }
const LINE: number = lineHeight(13, 1.05)
/** Free height between the title and the printed name: a seal of 36 mm and air. */
const SPACE: number = 38 * MM
const OFFICER: { readonly width: number; readonly height: number } = { width: 54 * MM, height: 28 * MM }
/** V3: how much of the officer's width the seal covers, from the left. */
const SEAL_OVERLAP: number = 1 / 3
/** Side of the square that holds a round agency seal in its true size. */
const SEAL: number = 36 * MM

function titleLines(block: SignatureBlock): readonly string[] {
  const capacities = (block.capacities ?? []).map(({ prefix, of }) => `${prefix} ${of}`)
  return [...capacities, ...(block.position === undefined ? [] : [block.position])]
    .map((line) => line.normalize('NFC').toLocaleUpperCase('vi'))
    .flatMap((line) => breakLines(line, TITLE.face, TITLE.size, RIGHT.width))
    .map((line) => line.text)
}

export function signatureHeight(block: SignatureBlock): number {
  return titleLines(block).length * LINE + SPACE + lineHeight(14, 1.05)
}

/** Draws the block at the flow's place and prepares the fields `officer` and `seal`; does not move the flow. */
export function signatureBlock(flow: Flow, block: SignatureBlock): void {
  let { y } = flow
  for (const line of titleLines(block)) {
    flow.text(line, y + ASCENT * 13, TITLE, RIGHT.x, RIGHT.width)
    y += LINE
  }
  const officer: Box = {
    x: RIGHT.x + (RIGHT.width - OFFICER.width) / 2,
    y: y + (SPACE - OFFICER.height) / 2,
    ...OFFICER,
  }
  // No /Lock: number, date and agencyInfo are filled after this signature (D30-10, D30-11).
  flow.field({ ...officer, name: 'officer', type: 'signature', label: 'Chữ ký số của người có thẩm quyền' })
  flow.field({ ...sealBox(officer), name: 'seal', type: 'signature', label: 'Chữ ký số của cơ quan', lock: 'all' })
  flow.text(block.name.normalize('NFC'), y + SPACE + ASCENT * 14, NAME, RIGHT.x, RIGHT.width)
}

/** V3: seal.right = officer.left + officer.width / 3, at the same height (vn-seal, box 8). */
export function sealBox(officer: Box): Box {
  return {
    x: officer.x + officer.width * SEAL_OVERLAP - SEAL,
    y: officer.y + (officer.height - SEAL) / 2,
    width: SEAL,
    height: SEAL,
  }
}
