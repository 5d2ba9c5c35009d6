// A template's boxes on a page: the only file here that knows pdf-lib.
import {
  PDFOperator,
  PDFOperatorNames as Op,
  PDFName,
  fill,
  popGraphicsState,
  pushGraphicsState,
  rectangle,
  setFillingGrayscaleColor,
  setFillingRgbColor,
  setLineWidth,
  setStrokingRgbColor,
  stroke,
} from '@cantoo/pdf-lib'
import type { PDFDocument, PDFPage } from '@cantoo/pdf-lib'
import { CountersignError } from '@countersign/core'
import { drawMarks, round } from '../draw.ts'
import type { FontSet } from '../draw.ts'
import { ASCENT, textWidth } from '../fonts.ts'
import type { Box, TextMark } from '../sheet.ts'
import { aligned, boxArea, contained, fitText } from './arrange.ts'
import type { Size } from './arrange.ts'
import { darkRuns, qrModules } from './qr.ts'
import type { QrBox, StampTemplate, TemplateBox, TextBox } from './template.ts'
import { withValues } from './variables.ts'

/** What boxes refer to by name. */
export interface Material {
  readonly values: ReadonlyMap<string, string>
  readonly images: Readonly<Record<string, Uint8Array>>
  readonly pdfs: Readonly<Record<string, Uint8Array>>
}

/** A page being painted; all y here count from its top. */
export interface Canvas extends Size {
  readonly pdf: PDFDocument
  readonly page: PDFPage
  readonly fonts: FontSet
  readonly material: Material
}

function channels(colour: string): [number, number, number] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255) as [number, number, number]
}

/** Grays are written as gray, which every output intent of a PDF/A file explains. */
function fillColour(colour: string): PDFOperator {
  const [red, green, blue] = channels(colour)
  return red === green && green === blue ? setFillingGrayscaleColor(red) : setFillingRgbColor(red, green, blue)
}

function painted(page: PDFPage, operators: readonly PDFOperator[]): void {
  page.pushOperators(pushGraphicsState(), ...operators, popGraphicsState())
}

function filledBox(canvas: Canvas, colour: string, { x, y, width, height }: Box): readonly PDFOperator[] {
  const bottom = canvas.height - y - height
  return [fillColour(colour), rectangle(round(x), round(bottom), round(width), round(height)), fill()]
}

/** Background and border, under all boxes. */
export function paintGround(canvas: Canvas, { background, border }: StampTemplate): void {
  const { page, width, height } = canvas
  if (background !== undefined) painted(page, filledBox(canvas, background, { x: 0, y: 0, width, height }))
  if (border === undefined) return
  const line = (border.width * 72) / 25.4
  painted(page, [
    setLineWidth(round(line)),
    setStrokingRgbColor(...channels(border.colour)),
    rectangle(round(line / 2), round(line / 2), round(width - line), round(height - line)),
    stroke(),
  ])
}

export async function paintBox(canvas: Canvas, template: StampTemplate, box: TemplateBox): Promise<void> {
  const area = boxArea(template, box, canvas)
  if (box.kind === 'text') paintText(canvas, box, area)
  else if (box.kind === 'qr') paintQr(canvas, box, area)
  else if (box.kind === 'image') await paintImage(canvas, box, area)
  else await paintPdf(canvas, box, area)
}

function paintText(canvas: Canvas, box: TextBox, area: Box): void {
  const face = box.face ?? 'regular'
  const text = withValues(box.text, canvas.material.values)
  const fitted = fitText(box, text, area)
  const top = aligned({ valign: box.valign ?? 'top' }, area, fitted).y
  const marks = fitted.lines.map((line, index): TextMark => {
    const width = textWidth(line, face, fitted.fontSize)
    const { x } = aligned({ align: box.align ?? 'left' }, area, { width, height: 0 })
    const y = top + index * fitted.pitch + ASCENT * fitted.fontSize
    return { kind: 'text', x, y, text: line, face, size: fitted.fontSize, stretch: 0 }
  })
  canvas.page.pushOperators(pushGraphicsState(), fillColour(box.colour ?? '#000000'))
  drawMarks(canvas.page, marks, canvas.fonts, canvas.height)
  canvas.page.pushOperators(popGraphicsState())
}

/** V12: one path for all modules, with the quiet zone inside the box on its own light ground. */
function paintQr(canvas: Canvas, box: QrBox, area: Box): void {
  const modules = qrModules(withValues(box.text, canvas.material.values))
  const side = Math.min(area.width, area.height)
  const { x, y } = aligned(box, area, { width: side, height: side })
  const unit = side / modules.length
  const dark = darkRuns(modules).map((run) =>
    rectangle(
      exact(x + run.x * unit),
      exact(canvas.height - y - (run.y + 1) * unit),
      exact(run.length * unit),
      exact(unit),
    ),
  )
  painted(canvas.page, [
    ...filledBox(canvas, '#ffffff', { x, y, width: side, height: side }),
    fillColour(box.colour ?? '#000000'),
    ...dark,
    PDFOperator.of(Op.FillNonZero),
  ])
}

/** Modules are small: five decimals. */
function exact(value: number): number {
  return Math.round(value * 100_000) / 100_000
}

function named(kind: 'image' | 'pdf', name: string, given: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const found = Object.hasOwn(given, name) ? given[name] : undefined
  if (found === undefined)
    throw new CountersignError('ARGUMENT_INVALID', `the template needs the ${kind} "${name}"`, { details: { name } })
  return found
}

async function paintImage(canvas: Canvas, box: TemplateBox & { kind: 'image' }, area: Box): Promise<void> {
  const image = await canvas.pdf.embedPng(named('image', box.image, canvas.material.images))
  const size = contained(image, area)
  const { x, y } = aligned(box, area, size)
  canvas.page.drawImage(image, { x, y: canvas.height - y - size.height, ...size })
}

async function paintPdf(canvas: Canvas, box: TemplateBox & { kind: 'pdf' }, area: Box): Promise<void> {
  const bytes = named('pdf', box.pdf, canvas.material.pdfs)
  const [page] = await canvas.pdf.embedPdf(bytes, [(box.page ?? 1) - 1])
  if (page === undefined) throw new CountersignError('ARGUMENT_INVALID', `the PDF "${box.pdf}" has no such page`)
  const size = contained(page, area)
  const { x, y } = aligned(box, area, size)
  canvas.page.drawPage(page, { x, y: canvas.height - y - size.height, ...size })
}

/** V9: resources are there even when nothing needs them. */
export function keepResources(page: PDFPage): void {
  if (page.node.Resources() === undefined) page.node.set(PDFName.of('Resources'), page.doc.context.obj({}))
}
