import { z } from 'zod'
import { PROBLEMS } from './texts.ts'
import type { ProblemCode, ProblemText } from './texts.ts'

/** A value of the request that is wrong: a JSON pointer into the body, or `/query/x`, `/headers/x`, `/path/x`. */
export interface FieldError {
  readonly pointer: string
  readonly code: string
}

interface ProblemOptions {
  readonly rule?: string
  /** Code of a CountersignError of core. */
  readonly coreCode?: string
  readonly errors?: readonly FieldError[]
  /** Seconds. */
  readonly retryAfter?: number
  readonly cause?: unknown
}

/** An answer that is not the one hoped for; becomes `application/problem+json`. */
export class HttpProblem extends Error {
  override readonly name: string = 'HttpProblem'
  readonly code: ProblemCode
  readonly options: ProblemOptions

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.options = options
  }

  get status(): number {
    return PROBLEMS[this.code].status
  }
}

/** RFC 9457 with our members (ERR-01). */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    text: z.strictObject({ en: z.string(), vi: z.string() }),
    rule: z.string().optional(),
    coreCode: z.string().optional(),
    errors: z.array(z.strictObject({ pointer: z.string(), code: z.string() })),
    retryable: z.boolean(),
    retryAfter: z.int().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem. Test `code`, never the texts.' })

export type ProblemBody = z.infer<typeof problemSchema>

export type Language = 'en' | 'vi'

/** The body of a problem. It holds no stack, path or upstream text (ERR-02): texts come from the table alone. */
export function problemBody(
  problem: HttpProblem,
  at: { base: string; request: string; language: Language },
): ProblemBody {
  const text: ProblemText = PROBLEMS[problem.code]
  const { rule, coreCode, errors, retryAfter } = problem.options
  return {
    type: `${at.base}/v1/problems/${problem.code}`,
    title: text[at.language],
    status: text.status,
    detail: text[at.language],
    instance: at.request,
    code: publicCode(problem),
    text: { en: text.en, vi: text.vi },
    ...(rule === undefined ? {} : { rule }),
    ...(coreCode === undefined ? {} : { coreCode }),
    errors: [...(errors ?? [])],
    retryable: text.retryable ?? false,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
}

/** `pdf.limit.xrefs` for LIMIT_XREFS: the limit is part of the code (ERR table, `pdf.limit.*`). */
function publicCode(problem: HttpProblem): string {
  const { coreCode } = problem.options
  if (problem.code !== 'pdf.limit' || coreCode === undefined) return problem.code
  return `pdf.limit.${coreCode
    .replace(/^LIMIT_/, '')
    .toLowerCase()
    .replaceAll('_', '-')}`
}
