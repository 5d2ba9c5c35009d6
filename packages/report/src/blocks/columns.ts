import { MARGIN, MM, TEXT_WIDTH } from '../sheet.ts'

export interface Column {
  readonly x: number
  readonly width: number
}

/** Left column of the head and of the foot: issuing body, number, recipients. */
export const LEFT: Column = { x: MARGIN.left, width: 70 * MM }
/** Right column: national name, place and date, signature. */
export const RIGHT: Column = { x: MARGIN.left + LEFT.width, width: TEXT_WIDTH - LEFT.width }
