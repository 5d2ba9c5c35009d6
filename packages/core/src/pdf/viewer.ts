import type { Box, Page } from './pages.ts'
import { apply, transformBox } from './matrix.ts'
import type { Matrix } from './matrix.ts'

/** Points per millimetre. */
export const POINTS_PER_MM: number = 72 / 25.4

/**
 * A page as a viewer shows it (V10): cropped, turned by /Rotate, /UserUnit applied. Viewer coordinates count from the top left corner,
 * x to the right, y downwards, in points of 1/72 inch on paper.
 */
export interface ViewerPage {
  readonly width: number
  readonly height: number
  /** From user space to viewer coordinates. */
  readonly matrix: Matrix
  readonly userUnit: number
}

/** 14.11.2: the crop box counts only where it meets the media box. */
export function visibleBox({ cropBox, mediaBox }: Pick<Page, 'cropBox' | 'mediaBox'>): Box {
  const box: Box = [
    Math.max(cropBox[0], mediaBox[0]),
    Math.max(cropBox[1], mediaBox[1]),
    Math.min(cropBox[2], mediaBox[2]),
    Math.min(cropBox[3], mediaBox[3]),
  ]
  return box[0] < box[2] && box[1] < box[3] ? box : mediaBox
}

export function viewerPage(page: Pick<Page, 'cropBox' | 'mediaBox' | 'rotate' | 'userUnit'>): ViewerPage {
  const [x0, y0, x1, y1] = visibleBox(page)
  const u = page.userUnit
  const turned = page.rotate === 90 || page.rotate === 270
  const [across, up] = [(x1 - x0) * u, (y1 - y0) * u]
  const matrices: Readonly<Record<Page['rotate'], Matrix>> = {
    0: [u, 0, 0, -u, -x0 * u, y1 * u],
    90: [0, u, u, 0, -y0 * u, -x0 * u],
    180: [-u, 0, 0, u, x1 * u, -y0 * u],
    270: [0, -u, -u, 0, y1 * u, x1 * u],
  }
  return {
    width: turned ? up : across,
    height: turned ? across : up,
    matrix: matrices[page.rotate],
    userUnit: u,
  }
}

/** A box of user space in viewer coordinates. */
export function toViewer({ matrix }: ViewerPage, box: Box): Box {
  return transformBox(matrix, box)
}

/** A box of viewer coordinates in user space. */
export function toUser({ matrix: [a, b, c, d, e, f] }: ViewerPage, box: Box): Box {
  const det = a * d - b * c
  const inverse: Matrix = [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det]
  return transformBox(inverse, box)
}

/** A point of user space in viewer coordinates. */
export function pointToViewer({ matrix }: ViewerPage, x: number, y: number): readonly [number, number] {
  return apply(matrix, x, y)
}
