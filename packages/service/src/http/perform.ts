import type { Request, Response } from 'express'
import type { Call, Office, Reply } from '../office/office.ts'
import { HttpProblem } from '../problems/problem.ts'
import type { KeyHolder } from '../store/api-keys.ts'
import type { IncomingFile } from '../store/files.ts'
import { claimIdempotencyKey, finishIdempotencyKey, releaseIdempotencyKey } from '../store/idempotency.ts'
import type { IdempotencyClaim } from '../store/idempotency.ts'
import { requestId, sendReply } from './answer.ts'
import { holderOf, requireAccess } from './auth.ts'
import { checkPart, parseIdempotencyKey, parseIfMatch, readBody } from './request.ts'
import type { FileReply, Route } from './route.ts'
import { requestHash } from './upload.ts'

interface Limits {
  readonly maxPdfBytes: number
}

/**
 * One request through its route: who asks, what is asked, then the act. Everything cheap is refused before the body is read.
 * Express hands a rejected promise to the error middleware.
 */
export async function perform(
  office: Office,
  limits: Limits,
  route: Route,
  request: Request,
  response: Response,
): Promise<void> {
  const holder = holderOf(response)
  requireAccess(route, holder)
  const path = checkPart(route.pathSchema, request.params, 'path')
  const query = checkPart(route.querySchema, request.query, 'query')
  const version = route.ifMatch ? parseIfMatch(request.headers['if-match']) : undefined
  const key = route.method === 'post' ? parseIdempotencyKey(request.get('idempotency-key')) : undefined
  const raw = await readBody(request, response, route.body, office.files, limits.maxPdfBytes)
  try {
    const body = route.body.type === 'json' ? checkPart(route.body.schema, raw, '') : raw
    const call = makeCall(holder, requestId(response), version)
    const run = (claim: IdempotencyClaim | undefined): Promise<Reply | FileReply> =>
      route.run(office, { ...call, idempotency: claim }, { path, query, body })
    const hash = requestHash([request.method, request.originalUrl, request.headers['if-match'] ?? '', bodyKey(raw)])
    const idempotent = key !== undefined && holder !== undefined
    const reply = await (idempotent ? runOnce(office, holder, { key, hash }, run) : run(undefined))
    sendReply(request, response, reply)
  } finally {
    // Kept files have been moved away; whatever is left of the upload goes.
    if (route.body.type === 'pdf') await office.files.discard(raw as IncomingFile)
  }
}

function makeCall(holder: KeyHolder | undefined, request: string, version: number | undefined): Call {
  const nobody = { tenant: '', person: '', name: '', keyId: '', roles: [] }
  const { tenant, person, name, keyId, roles } = holder ?? nobody
  return { tenant, actor: { person, name, keyId, roles }, request, version }
}

function bodyKey(raw: unknown): string {
  if (typeof raw === 'object' && raw !== null && 'path' in raw && 'sha256' in raw) return String(raw.sha256)
  return JSON.stringify(raw) ?? ''
}

/** Runs a request with an Idempotency-Key: once, or the stored answer again (API-08). */
async function runOnce(
  office: Office,
  holder: KeyHolder,
  given: { readonly key: string; readonly hash: string },
  run: (claim: IdempotencyClaim) => Promise<Reply | FileReply>,
): Promise<Reply | FileReply> {
  const scope = { db: office.db, tenant: holder.tenant }
  const result = await claimIdempotencyKey(scope, { person: holder.person, ...given }, office.now())
  if (result.type === 'mismatch') throw new HttpProblem('idempotency.mismatch')
  if (result.type === 'running') throw new HttpProblem('idempotency.running', { retryAfter: 1 })
  if (result.type === 'replay') return result.reply
  try {
    const reply = await run(result.claim)
    // Acts store their answer in their own transaction; this is for routes that change nothing.
    if (!('file' in reply)) await finishIdempotencyKey(scope, result.claim, reply)
    return reply
  } catch (error) {
    await releaseIdempotencyKey(scope, result.claim)
    throw error
  }
}
