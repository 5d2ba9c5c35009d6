// The data of a notice of inspection conclusions (thông báo kết luận kiểm tra), checked at the edge.
import { z } from 'zod'
import { CountersignError } from '@countersign/core'
import type { InspectionFinding } from './blocks/findings-table.ts'
import type { SignatureBlock } from './blocks/signature-block.ts'
import type { Recipients } from './blocks/recipients.ts'

export type { InspectionFinding, Recipients, SignatureBlock }

/** One block of the body. Headings are numbered by level: I., 1., a). */
export type BodyBlock =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'findings'; readonly rows: readonly InspectionFinding[] }

/** A notice of inspection conclusions. Texts are Vietnamese; they are brought to NFC before drawing (D30-20). */
export interface InspectionNotice {
  readonly kind: 'inspection-notice'
  /** Stable id of the document in the caller's system; goes into the PDF's /ID. */
  readonly id: string
  /** When the draft was made, ISO 8601 with offset; the PDF's dates. Equal data gives equal bytes. */
  readonly created: string
  /** Body above the issuing one, such as `Ủy ban nhân dân tỉnh Lam Giang`. */
  readonly parent?: string | undefined
  readonly agency: string
  /** Symbol after the number, such as `TB-SNV`. */
  readonly symbol: string
  /** Given only when numbered before the officer signs (D30-12); absent: field `number` is prepared. */
  readonly number?: number | undefined
  readonly place: string
  /** ISO date; absent: field `date` is prepared. */
  readonly date?: string | undefined
  /** Type of document; `Thông báo` when absent. */
  readonly type?: string | undefined
  /** Trích yếu. */
  readonly subject: string
  /** Căn cứ. */
  readonly legalBasis: readonly string[]
  readonly body: readonly BodyBlock[]
  readonly signature: SignatureBlock
  readonly recipients: Recipients
}

const text = z.string().normalize('NFC').trim().min(1, 'must not be empty').max(20_000)
const short = z.string().normalize('NFC').trim().min(1, 'must not be empty').max(500)
const isoDate = z.iso.date('must be a date of the form 2026-02-05')

const finding = z.strictObject({ unit: short, finding: text, remedy: text, deadline: short })

const bodyBlock = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('heading'),
    level: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    text: short,
  }),
  z.strictObject({ kind: z.literal('paragraph'), text }),
  z.strictObject({
    kind: z.literal('findings'),
    rows: z.array(finding).min(1, 'needs at least one finding').max(2000),
  }),
])

const ACADEMIC = /^(GS|PGS|TS|ThS|CN|KS|BS|CKI|CKII)\.?\s/u

const signature = z.strictObject({
  capacities: z.array(z.strictObject({ prefix: z.enum(['TM.', 'KT.', 'TL.', 'TUQ.', 'Q.']), of: short })).optional(),
  position: short.optional(),
  name: short.refine((name) => !ACADEMIC.test(name), 'must be the full name without academic titles (D30 box 7b)'),
})

/** Schema of {@link InspectionNotice}; unknown keys are refused. */
export const inspectionNoticeSchema: z.ZodType<InspectionNotice> = z.strictObject({
  kind: z.literal('inspection-notice'),
  id: short,
  created: z.iso.datetime({ offset: true, error: 'must be ISO 8601 with offset, such as 2026-02-05T08:00:00+07:00' }),
  parent: short.optional(),
  agency: short,
  symbol: z
    .string()
    .normalize('NFC')
    .regex(/^[\p{Lu}\d]+(-[\p{Lu}\d]+)*$/u, 'must be capitals joined by "-", such as TB-SNV')
    .max(30),
  number: z.int().min(1).max(99_999).optional(),
  place: short,
  date: isoDate.optional(),
  type: short.optional(),
  subject: short,
  legalBasis: z.array(text),
  body: z.array(bodyBlock).min(1, 'needs at least one block').max(5000),
  signature: signature.refine(
    (block) => block.position !== undefined || (block.capacities ?? []).length > 0,
    'needs a position or a capacity',
  ),
  recipients: z.strictObject({ to: z.array(short).min(1, 'needs at least one recipient').max(100), archive: short }),
})

/**
 * Checks the data of a notice.
 *
 * @throws CountersignError REPORT_DATA_INVALID; `details.issues` lists every fault with its place.
 * @example
 * ```ts
 * const notice = parseInspectionNotice(JSON.parse(await readFile('notice.json', 'utf8')))
 * ```
 */
export function parseInspectionNotice(data: unknown): InspectionNotice {
  const result = inspectionNoticeSchema.safeParse(data)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => `${place(issue.path)}: ${issue.message}`)
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  throw new CountersignError('REPORT_DATA_INVALID', `${issues[0] ?? 'not a notice'}${more}`, { details: { issues } })
}

function place(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'notice'
  return path.map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at > 0 ? '.' : ''}${String(key)}`)).join('')
}
