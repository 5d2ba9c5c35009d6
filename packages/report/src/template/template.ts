// A template of a visible signature as plain JSON (V7), checked at the edge.
import { CountersignError } from '@countersign/core'
import type { Place } from '@countersign/core'
import { z } from 'zod'

const mm = z.number().finite()
const size = mm.positive().max(1000)
const colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #c00000')
const face = z.enum(['regular', 'bold', 'italic', 'boldItalic'])

const span = z.strictObject({
  column: z.int().min(0),
  row: z.int().min(0),
  columns: z.int().min(1).optional(),
  rows: z.int().min(1).optional(),
})

/** What every box has: a place in millimetres from the top left corner, or a cell of the grid; neither: the whole template. */
const common = {
  x: mm.optional(),
  y: mm.optional(),
  width: size.optional(),
  height: size.optional(),
  cell: span.optional(),
  padding: mm.min(0).optional(),
  align: z.enum(['left', 'center', 'right']).optional(),
  valign: z.enum(['top', 'middle', 'bottom']).optional(),
}

const textBox = z.strictObject({
  ...common,
  kind: z.literal('text'),
  /** With variables in braces: `{agency}`; line feeds begin a new line. */
  text: z.string().max(5000),
  face: face.optional(),
  /** Largest and smallest size in points; the largest that fits is taken. Default 10 and 6. */
  maxSize: z.number().min(1).max(200).optional(),
  minSize: z.number().min(1).max(200).optional(),
  /** Break lines at spaces; default true. */
  wrap: z.boolean().optional(),
  lineSpacing: z.number().min(0.5).max(5).optional(),
  colour: colour.optional(),
})

const imageBox = z.strictObject({ ...common, kind: z.literal('image'), image: z.string().min(1) })
const pdfBox = z.strictObject({
  ...common,
  kind: z.literal('pdf'),
  pdf: z.string().min(1),
  page: z.int().min(1).optional(),
})
const qrBox = z.strictObject({ ...common, kind: z.literal('qr'), text: z.string().min(1), colour: colour.optional() })

const templateSchema: z.ZodType<StampTemplate> = z.strictObject({
  name: z.string().min(1).max(100),
  /** Millimetres. One may be missing where a single image gives the shape. */
  width: size.optional(),
  height: size.optional(),
  padding: mm.min(0).optional(),
  background: colour.optional(),
  border: z.strictObject({ colour, width: mm.positive().max(5) }).optional(),
  /** Parts of width and height, as weights. */
  grid: z
    .strictObject({
      columns: z.array(size).min(1).max(50),
      rows: z.array(size).min(1).max(50),
      gap: mm.min(0).optional(),
    })
    .optional(),
  boxes: z
    .array(z.discriminatedUnion('kind', [textBox, imageBox, pdfBox, qrBox]))
    .min(1)
    .max(200),
  /** Values of variables that the caller does not give. */
  variables: z.record(z.string(), z.string()).optional(),
  /** Where core's `sign` puts it: the anchor of `newField.place`, with variables in its texts. */
  anchor: z.record(z.string(), z.unknown()).optional(),
})

interface BoxPlace {
  readonly x?: number | undefined
  readonly y?: number | undefined
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly cell?:
    | {
        readonly column: number
        readonly row: number
        readonly columns?: number | undefined
        readonly rows?: number | undefined
      }
    | undefined
  readonly padding?: number | undefined
  readonly align?: 'left' | 'center' | 'right' | undefined
  readonly valign?: 'top' | 'middle' | 'bottom' | undefined
}

export interface TextBox extends BoxPlace {
  readonly kind: 'text'
  readonly text: string
  readonly face?: 'regular' | 'bold' | 'italic' | 'boldItalic' | undefined
  readonly maxSize?: number | undefined
  readonly minSize?: number | undefined
  readonly wrap?: boolean | undefined
  readonly lineSpacing?: number | undefined
  readonly colour?: string | undefined
}

interface ImageBox extends BoxPlace {
  readonly kind: 'image'
  readonly image: string
}

interface PdfBox extends BoxPlace {
  readonly kind: 'pdf'
  readonly pdf: string
  readonly page?: number | undefined
}

export interface QrBox extends BoxPlace {
  readonly kind: 'qr'
  readonly text: string
  readonly colour?: string | undefined
}

export type TemplateBox = TextBox | ImageBox | PdfBox | QrBox

/** A template; all lengths in millimetres, sizes of letters in points. */
export interface StampTemplate {
  readonly name: string
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly padding?: number | undefined
  readonly background?: string | undefined
  readonly border?: { readonly colour: string; readonly width: number } | undefined
  readonly grid?:
    | { readonly columns: readonly number[]; readonly rows: readonly number[]; readonly gap?: number | undefined }
    | undefined
  readonly boxes: readonly TemplateBox[]
  readonly variables?: Readonly<Record<string, string>> | undefined
  readonly anchor?: Readonly<Record<string, unknown>> | undefined
}

export type Anchor = Place['anchor']

/**
 * Checks a template from outside.
 *
 * @throws CountersignError REPORT_DATA_INVALID with every fault and its place in `details.issues`.
 */
export function parseTemplate(data: unknown): StampTemplate {
  const parsed = templateSchema.safeParse(data)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new CountersignError('REPORT_DATA_INVALID', `the template is not valid: ${issues[0] ?? ''}`, {
    details: { issues },
  })
}
