import { STATUS_CODES } from 'node:http'
import express from 'express'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import { HttpProblem } from '../problems/problem.ts'
import type { FieldError } from '../problems/problem.ts'
import type { FileStore } from '../store/files.ts'
import { receivePdf } from './upload.ts'
import type { Body } from './route.ts'

export const JSON_LIMIT = 1024 * 1024

const readJson: RequestHandler = express.json({ limit: JSON_LIMIT, strict: true, type: 'application/json' })

/** The body as the route wants it, not yet checked by its schema. */
export async function readBody(
  request: Request,
  response: Response,
  body: Body,
  files: FileStore,
  limit: number,
): Promise<unknown> {
  if (body.type === 'pdf') return receivePdf(request, files, limit)
  if (body.type === 'none') return undefined
  const empty = (request.headers['content-length'] ?? '0') === '0' && request.headers['transfer-encoding'] === undefined
  // Acts without values may come without a body.
  if (empty) return {}
  if (request.is('application/json') !== 'application/json') throw new HttpProblem('mediaType.unsupported')
  await new Promise<void>((resolve, reject) => {
    const next: NextFunction = (error?: unknown) => (error === undefined ? resolve() : reject(bodyProblem(error)))
    void readJson(request, response, next)
  })
  return request.body as unknown
}

function bodyProblem(error: unknown): HttpProblem {
  const { type, status } = error as { type?: unknown; status?: unknown }
  if (type === 'entity.too.large') return new HttpProblem('request.tooLarge', { cause: error })
  if (status === 415) return new HttpProblem('mediaType.unsupported', { cause: error })
  return new HttpProblem('request.malformed', { cause: error })
}

/**
 * Checks a part of the request by its schema.
 *
 * @throws HttpProblem request.invalid with a pointer for each wrong or unknown value (API-03)
 */
export function checkPart<S extends z.ZodType>(schema: S, value: unknown, part: string): z.infer<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors = result.error.issues.slice(0, 20).flatMap((issue) => fieldErrors(issue, part))
  throw new HttpProblem('request.invalid', { errors })
}

function fieldErrors(issue: z.core.$ZodIssue, part: string): readonly FieldError[] {
  const base = [part, ...issue.path.map(String)].filter((step) => step !== '')
  const pointer = (steps: readonly string[]): string => steps.map((step) => `/${escapePointer(step)}`).join('')
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointer(base), code: issue.code }]
  return issue.keys.slice(0, 20).map((key) => ({ pointer: pointer([...base, key.slice(0, 100)]), code: 'unknown' }))
}

/** RFC 6901. */
function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}

/**
 * The version in `If-Match: "state-version"`. Only one strong tag of ours is taken: `*` would let a caller act on a document
 * he has not seen.
 *
 * @throws HttpProblem precondition.required, precondition.failed
 */
export function parseIfMatch(header: string | undefined): number {
  if (header === undefined || header.trim() === '*') throw new HttpProblem('precondition.required')
  const version = /^"[a-z]{1,20}-([1-9]\d{0,8})"$/u.exec(header.trim())?.[1]
  if (version === undefined) throw new HttpProblem('precondition.failed')
  return Number(version)
}

/** Printable ASCII of 8 to 128 characters. */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  if (/^[\x21-\x7e]{8,128}$/u.test(header)) return header
  throw new HttpProblem('request.invalid', {
    errors: [{ pointer: '/headers/idempotency-key', code: 'invalid_format' }],
  })
}

export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? 'Unknown'
}
