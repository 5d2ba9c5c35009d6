// Templates of visible signatures: JSON and values in, an appearance and its place for core's `sign` out (V7).
import { CountersignError } from '@countersign/core'
import type { Place } from '@countersign/core'
import { createHash } from 'node:crypto'
import { embedFonts, round } from '../draw.ts'
import type { Face } from '../fonts.ts'
import { createPdf, savePdf } from '../pdf-file.ts'
import { MM } from '../sheet.ts'
import { transparentPng } from '../stamp.ts'
import type { Size } from './arrange.ts'
import { keepResources, paintBox, paintGround } from './paint.ts'
import type { Material } from './paint.ts'
import { parseTemplate } from './template.ts'
import type { StampTemplate } from './template.ts'
import { missingVariables, timeVariables, withValues } from './variables.ts'
import type { TimeFormat } from './variables.ts'
import { TEMPLATES } from './vietnam.ts'
import type { TemplateName } from './vietnam.ts'

/** What fills a template. */
export interface TemplateInput {
  /** Values by name: `name`, `title`, `agency`, `reason`, `serial`, `number`, `kind` and any other the template uses. */
  readonly variables?: Readonly<Record<string, string>>
  /** Claimed signing time; gives `{time}` and `{date}` in the zone +07:00. */
  readonly time?: Date
  /** Default `iso`: `2026-11-25T14:05:06+07:00`. */
  readonly timeFormat?: TimeFormat
  /** PNG files with transparency, by name: `signature` for vn-officer, `seal` for vn-seal. */
  readonly images?: Readonly<Record<string, Uint8Array>>
  readonly pdfs?: Readonly<Record<string, Uint8Array>>
  /** Size on paper in millimetres instead of the template's; the height of a single image follows from it. */
  readonly widthMm?: number
  readonly heightMm?: number
}

/** A template filled in. */
export interface DrawnTemplate {
  /** For core's `appearance`: a one-page PDF, or of a template that is one image that PNG itself. */
  readonly appearance: Uint8Array
  /** Size in points. */
  readonly width: number
  readonly height: number
  /** For core's `newField.place`; undefined where the template has no anchor, or a variable of its texts is not given. */
  readonly place: Place | undefined
}

function templateOf(template: TemplateName | StampTemplate): StampTemplate {
  if (typeof template !== 'string') return parseTemplate(template)
  if (!Object.hasOwn(TEMPLATES, template))
    throw new CountersignError('ARGUMENT_INVALID', `there is no template ${template}`)
  return TEMPLATES[template]
}

/** The name of the image that a template consists of and nothing else. */
function onlyImage({ boxes, background, border, padding }: StampTemplate): string | undefined {
  const [box] = boxes
  if (boxes.length !== 1 || box?.kind !== 'image' || background !== undefined || border !== undefined) return undefined
  return [box.x, box.y, box.padding, padding].every((one) => (one ?? 0) === 0) && box.cell === undefined
    ? box.image
    : undefined
}

/** Given, or of the template, or by the shape of a single image (V1). */
function sizeOf(template: StampTemplate, input: TemplateInput, image: Size | undefined): Size {
  const given = input.widthMm !== undefined || input.heightMm !== undefined
  const width = given ? input.widthMm : template.width
  const height = given ? input.heightMm : template.height
  for (const one of [width, height])
    if (one !== undefined && !(one >= 1 && one <= 1000))
      throw new CountersignError('ARGUMENT_INVALID', `a template is 1 to 1000 mm wide and high, not ${one}`)
  if (image !== undefined && width !== undefined && height === undefined)
    return { width: width * MM, height: (width * MM * image.height) / image.width }
  if (image !== undefined && height !== undefined && width === undefined)
    return { width: (height * MM * image.width) / image.height, height: height * MM }
  const [wide, high] = [width ?? template.width, height ?? template.height]
  if (wide === undefined || high === undefined)
    throw new CountersignError('ARGUMENT_INVALID', `the template ${template.name} needs a width and a height`)
  return { width: wide * MM, height: high * MM }
}

/** The anchor with its variables; texts that lack one leave the place open. */
function placeOf(template: StampTemplate, values: ReadonlyMap<string, string>, size: Size): Place | undefined {
  if (template.anchor === undefined) return undefined
  const texts = Object.values(template.anchor).filter((one) => typeof one === 'string')
  if (texts.some((one) => missingVariables(one, values).length > 0)) return undefined
  const filled = Object.entries(template.anchor).map(([key, value]) => [
    key,
    typeof value === 'string' ? withValues(value, values) : value,
  ])
  const anchor = Object.fromEntries(filled) as Place['anchor']
  return { anchor, width: size.width / MM, height: size.height / MM, unit: 'mm' }
}

function valuesOf(template: StampTemplate, input: TemplateInput): ReadonlyMap<string, string> {
  return new Map(
    Object.entries({
      ...template.variables,
      ...timeVariables(input.time, input.timeFormat),
      ...input.variables,
    }).map(([name, value]) => [name, value.normalize('NFC')]),
  )
}

async function paintAll(template: StampTemplate, material: Material, size: Size): Promise<Uint8Array> {
  const hash = createHash('sha256').update(JSON.stringify([template, [...material.values], size]))
  for (const bytes of [...Object.values(material.images), ...Object.values(material.pdfs)]) hash.update(bytes)
  const seed = hash.digest('hex')
  const pdf = await createPdf({ title: template.name, created: new Date(0), id: seed })
  const page = pdf.addPage([round(size.width), round(size.height)])
  const faces = template.boxes.flatMap((box): Face[] => (box.kind === 'text' ? [box.face ?? 'regular'] : []))
  const canvas = { pdf, page, fonts: await embedFonts(pdf, faces, seed), material, ...size }
  paintGround(canvas, template)
  for (const box of template.boxes) await paintBox(canvas, template, box)
  keepResources(page)
  return await savePdf(pdf)
}

/**
 * Fills a template: one of Decree 30/2020 by its name, or your own as JSON. Nothing is stretched, letters are embedded, a character
 * without a glyph is an error here, before anything is hashed or signed.
 *
 * @throws CountersignError ARGUMENT_INVALID for a missing value or image, a text that does not fit, an image without transparency;
 * GLYPH_MISSING; REPORT_DATA_INVALID for a template that is none.
 * @example
 * ```ts
 * const seal = await drawTemplate('vn-seal', { images: { seal: await readFile('seal.png') }, widthMm: 36 })
 * await sign(pdf, { signer, appearance: seal.appearance, newField: { name: 'seal', place: seal.place } })
 * ```
 */
export async function drawTemplate(
  template: TemplateName | StampTemplate,
  input: TemplateInput = {},
): Promise<DrawnTemplate> {
  const checked = templateOf(template)
  const material = { values: valuesOf(checked, input), images: input.images ?? {}, pdfs: input.pdfs ?? {} }
  const only = onlyImage(checked)
  const png = only === undefined || !Object.hasOwn(material.images, only) ? undefined : material.images[only]
  if (only !== undefined && png === undefined)
    throw new CountersignError('ARGUMENT_INVALID', `the template needs the image "${only}"`, {
      details: { name: only },
    })
  for (const image of Object.values(material.images)) transparentPng(image)
  const size = sizeOf(checked, input, png === undefined ? undefined : transparentPng(png))
  const appearance = png ?? (await paintAll(checked, material, size))
  return { appearance, ...size, place: placeOf(checked, material.values, size) }
}
