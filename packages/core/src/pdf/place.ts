import { CountersignError } from '../error.ts'
import type { Anchor, CornerAnchor, FieldAnchor, Place, SealAnchor, Size, TextAnchor } from './anchors.ts'
import { drawnBox } from './drawn-box.ts'
import type { Field } from './fields.ts'
import { listPages, pageAt, readBox } from './pages.ts'
import type { Box, Page } from './pages.ts'
import { findPage } from './signature-field.ts'
import { findText } from './text-lines.ts'
import type { View } from './types.ts'
import { POINTS_PER_MM, toUser, toViewer, viewerPage } from './viewer.ts'

/** A place in numbers: page 1-based, or negative from the end, rectangle in user space, and a field that it may lie over. */
export interface ResolvedPlace {
  readonly page: number
  readonly rect: readonly [x: number, y: number, width: number, height: number]
  readonly mayCover: readonly string[]
}

interface Spot {
  readonly page: Page
  /** Top left corner, in viewer points, for a box of this size. */
  readonly put: (size: Size) => readonly [number, number]
  /** The field's size where the anchor is a field's rectangle. */
  readonly natural?: Size
  readonly mayCover?: readonly string[]
}

function invalid(message: string): CountersignError {
  return new CountersignError('ARGUMENT_INVALID', `place: ${message}`)
}

function requireNumber(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(`${what} is no number`)
  return value
}

function pointsOf(place: Place): number {
  if (place.unit !== undefined && place.unit !== 'mm' && place.unit !== 'pt') throw invalid('unit is mm or pt')
  return place.unit === 'pt' ? 1 : POINTS_PER_MM
}

function cornerSpot(view: View, anchor: CornerAnchor, unit: number): Spot {
  const page = findPage(view, anchor.page ?? 1)
  const viewer = viewerPage(page)
  const margin = anchor.margin ?? 0
  const [x, y] = typeof margin === 'number' ? [margin, margin] : margin
  const [dx, dy] = [requireNumber(x, 'margin') * unit, requireNumber(y, 'margin') * unit]
  const corners: readonly string[] = ['top-left', 'top-right', 'bottom-left', 'bottom-right']
  if (!corners.includes(anchor.corner)) throw invalid(`corner is one of ${corners.join(', ')}`)
  const right = anchor.corner.endsWith('right')
  const bottom = anchor.corner.startsWith('bottom')
  return {
    page,
    put: (size) => [right ? viewer.width - dx - size.width : dx, bottom ? viewer.height - dy - size.height : dy],
  }
}

/** The rectangle of a field, or with `drawn` the part of it that its drawing covers, in viewer coordinates. */
function fieldBox(view: View, fields: readonly Field[], name: string, drawn: boolean): { page: Page; box: Box } {
  const wanted = name.normalize('NFC')
  const field = fields.find((one) => one.name.normalize('NFC') === wanted)
  if (field === undefined)
    throw new CountersignError('FIELD_UNKNOWN', `place: there is no field ${name}`, { details: { field: name } })
  const widget = field.widgets[0]
  const rect = widget === undefined ? undefined : readBox(view, widget.dict.get('Rect'))
  const box = rect !== undefined && drawn ? drawnBox(view, widget!.dict, rect) : rect
  const page = widget?.page === undefined ? undefined : pageAt(view, widget.page - 1)
  if (box === undefined || page === undefined)
    throw new CountersignError('FIELD_INVALID', `place: the field ${name} is not visible`, { details: { field: name } })
  return { page, box: toViewer(viewerPage(page), box) }
}

function pair(value: readonly [number, number] | undefined, what: string): readonly [number, number] {
  const [x, y] = value ?? [0.5, 0.5]
  return [requireNumber(x, what), requireNumber(y, what)]
}

function fieldSpot(view: View, fields: readonly Field[], anchor: FieldAnchor, drawn = false): Spot {
  const { page, box } = fieldBox(view, fields, anchor.field, drawn)
  const [atX, atY] = pair(anchor.at, 'at')
  const [ownX, ownY] = pair(anchor.own, 'own')
  const natural = { width: box[2] - box[0], height: box[3] - box[1] }
  return {
    page,
    natural,
    mayCover: [anchor.field],
    put: (size) => [
      box[0] + atX * natural.width - ownX * size.width,
      box[1] + atY * natural.height - ownY * size.height,
    ],
  }
}

// V3: seal.right = officer.left + officer.width / 3.
function sealSpot(view: View, fields: readonly Field[], anchor: SealAnchor): Spot {
  const overlap = requireNumber(anchor.overlap ?? 1 / 3, 'overlap')
  const beside: FieldAnchor = { field: anchor.sealOf, at: [overlap, 0.5], own: [1, 0.5] }
  const { natural: _, ...spot } = fieldSpot(view, fields, beside, true)
  return spot
}

interface Match {
  readonly page: Page
  /** The text, or with `until` the gap between the two texts. */
  readonly box: Box
}

function notFound(text: string): CountersignError {
  return new CountersignError('ANCHOR_NOT_FOUND', `place: no page shows "${text.slice(0, 60)}" on one line`, {
    details: { text: text.slice(0, 200) },
  })
}

/** On one page: the text, or for each of it the gap down to the nearest `until` below. */
function matchesOn(view: View, page: Page, { text, until }: TextAnchor): readonly Match[] {
  const titles = findText(view, page, text)
  if (until === undefined || titles.length === 0) return titles.map((box) => ({ page, box }))
  const names = findText(view, page, until)
  return titles.flatMap((title) => {
    const name = names.filter((box) => box[1] >= title[3]).toSorted((a, b) => a[1] - b[1])[0]
    if (name === undefined) return []
    const middle = (title[0] + title[2] + name[0] + name[2]) / 4
    return [{ page, box: [middle, title[3], middle, name[1]] as const }]
  })
}

/** The match asked for; pages are read one by one, from the end for negative numbers, until it is found. */
function findMatch(view: View, anchor: TextAnchor): Match {
  const occurrence = requireNumber(anchor.occurrence ?? -1, 'occurrence')
  if (!Number.isInteger(occurrence) || occurrence === 0)
    throw invalid('occurrence counts from 1, or from -1 at the end')
  const pages = anchor.page === undefined ? listPages(view).pages : [findPage(view, anchor.page)]
  let left = Math.abs(occurrence)
  for (const page of occurrence > 0 ? pages : pages.toReversed()) {
    const found = matchesOn(view, page, anchor)
    if (found.length >= left) return found.at(occurrence > 0 ? left - 1 : -left)!
    left -= found.length
  }
  throw notFound(anchor.until === undefined ? anchor.text : `${anchor.text} ... ${anchor.until}`)
}

function textSpot(view: View, anchor: TextAnchor, unit: number): Spot {
  const gap = requireNumber(anchor.gap ?? 0, 'gap') * unit
  const side = anchor.until === undefined ? (anchor.side ?? 'below') : 'over'
  const { page, box } = findMatch(view, anchor)
  const [x0, top, x1, bottom] = box
  const [middleX, middleY] = [(x0 + x1) / 2, (top + bottom) / 2]
  return {
    page,
    put: ({ width, height }) => {
      if (side === 'left') return [x0 - gap - width, middleY - height / 2]
      if (side === 'right') return [x1 + gap, middleY - height / 2]
      if (side === 'above') return [middleX - width / 2, top - gap - height]
      return [middleX - width / 2, side === 'over' ? middleY - height / 2 : bottom + gap]
    },
  }
}

function spotOf(view: View, fields: readonly Field[], anchor: Anchor, unit: number): Spot {
  if ('text' in anchor) return textSpot(view, anchor, unit)
  if ('sealOf' in anchor) return sealSpot(view, fields, anchor)
  if ('field' in anchor) return fieldSpot(view, fields, anchor)
  if ('corner' in anchor) return cornerSpot(view, anchor, unit)
  const left = requireNumber(anchor.left, 'left') * unit
  const top = requireNumber(anchor.top, 'top') * unit
  return { page: findPage(view, anchor.page ?? 1), put: () => [left, top] }
}

/** V1: given sizes, what is missing by the drawing's shape, else its true size. */
function sizeOf(place: Place, unit: number, drawing: Size | undefined, spot: Spot): Size {
  const width = place.width === undefined ? undefined : requireNumber(place.width, 'width') * unit
  const height = place.height === undefined ? undefined : requireNumber(place.height, 'height') * unit
  if (width !== undefined && height !== undefined) return { width, height }
  if (width === undefined && height === undefined && spot.natural !== undefined) return spot.natural
  if (drawing === undefined) throw invalid('without an appearance both width and height are needed')
  if (width !== undefined) return { width, height: (width * drawing.height) / drawing.width }
  if (height !== undefined) return { width: (height * drawing.width) / drawing.height, height }
  return drawing
}

/**
 * Turns a place into a page and a rectangle of its user space (V2, V3, V10). `drawing` is the true size of the appearance.
 *
 * @throws CountersignError ARGUMENT_INVALID, FIELD_UNKNOWN, FIELD_INVALID, ANCHOR_NOT_FOUND.
 */
export function resolvePlace(
  view: View,
  fields: readonly Field[],
  place: Place,
  drawing: Size | undefined,
): ResolvedPlace {
  if (typeof place !== 'object' || place === null || typeof place.anchor !== 'object' || place.anchor === null)
    throw invalid('an anchor is missing')
  const unit = pointsOf(place)
  const spot = spotOf(view, fields, place.anchor, unit)
  const size = sizeOf(place, unit, drawing, spot)
  if (!(size.width > 0 && size.height > 0)) throw invalid('width and height must be positive')
  const [left, top] = spot.put(size)
  const box = toUser(viewerPage(spot.page), [left, top, left + size.width, top + size.height])
  return {
    // Found from the end, a page keeps counting from there.
    page: spot.page.index >= 0 ? spot.page.index + 1 : spot.page.index,
    rect: [round(box[0]), round(box[1]), round(box[2] - box[0]), round(box[3] - box[1])],
    mayCover: spot.mayCover ?? [],
  }
}

/** A ten-thousandth of a point: shorter files, and nothing that an eye or a printer could tell. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
