import type { z } from 'zod'
import { makeApiKey, revokeKey, showApiKeys } from '../../office/keys.ts'
import { scopeOf } from '../../office/office.ts'
import { viewEntry } from '../../office/view.ts'
import { HttpProblem } from '../../problems/problem.ts'
import { AUDIT_START, findAuditBreak, readAudit } from '../../store/audit.ts'
import { findRegisterEntry, listRegister } from '../../store/register.ts'
import type { AuditRow } from '../../store/schema.ts'
import { route } from '../route.ts'
import type { Route } from '../route.ts'
import * as schemas from '../../schemas/requests.ts'

const none = { type: 'none' } as const

/** Register, audit and API keys. */
export const RECORD_ROUTES: readonly Route[] = [
  route({
    method: 'get',
    path: '/v1/register/entries',
    summary: 'The register of outgoing documents, in order',
    access: 'anyone',
    pathSchema: schemas.noPath,
    querySchema: schemas.registerQuery,
    body: none,
    success: { status: 200, description: 'A page of the register', schema: schemas.registerListSchema },
    problems: [],
    run: async (office, call, { query }) => {
      const rows = await listRegister(scopeOf(office, call), { ...query, limit: query.limit + 1 })
      const page = rows.slice(0, query.limit)
      const next = rows.length > query.limit ? page.at(-1)?.seq : undefined
      return { status: 200, headers: {}, body: { entries: page.map(viewEntry), next: next ?? null } }
    },
  }),
  route({
    method: 'get',
    path: '/v1/register/entries/{n}',
    summary: 'One entry of the register',
    access: 'anyone',
    pathSchema: schemas.registerPath,
    querySchema: schemas.noQuery,
    body: none,
    success: { status: 200, description: 'The entry', schema: schemas.registerEntrySchema },
    problems: ['notFound'],
    run: async (office, call, { path }) => {
      const row = await findRegisterEntry(scopeOf(office, call), path.n)
      if (row === undefined) throw new HttpProblem('notFound')
      return { status: 200, headers: {}, body: viewEntry(row) }
    },
  }),
  route({
    method: 'get',
    path: '/v1/audit',
    summary: 'The audit log, with the check of its hash chain',
    access: ['auditor'],
    pathSchema: schemas.noPath,
    querySchema: schemas.auditQuery,
    body: none,
    success: { status: 200, description: 'A page of the audit log', schema: schemas.auditSchema },
    problems: [],
    run: async (office, call, { query }) => {
      const rows = await readAudit(scopeOf(office, call))
      const firstBad = findAuditBreak(rows)
      const last = rows.at(-1)
      const entries = rows
        .filter(({ seq }) => seq > query.after)
        .slice(0, query.limit)
        .map(viewRecord)
      const head = { seq: last?.seq ?? 0, hash: last?.hash ?? AUDIT_START }
      const body = { entries, intact: firstBad === undefined, firstBad: firstBad ?? null, head }
      return { status: 200, headers: {}, body }
    },
  }),
  route({
    method: 'post',
    path: '/v1/api-keys',
    summary: 'Make an API key for a person; the key is shown once',
    access: ['admin'],
    pathSchema: schemas.noPath,
    querySchema: schemas.noQuery,
    body: { type: 'json', schema: schemas.apiKeyBody },
    success: { status: 201, description: 'The key', schema: schemas.newApiKeySchema },
    problems: [],
    run: (office, call, { body }) => makeApiKey(office, call, body),
  }),
  route({
    method: 'get',
    path: '/v1/api-keys',
    summary: 'List API keys, without their secrets',
    access: ['admin'],
    pathSchema: schemas.noPath,
    querySchema: schemas.noQuery,
    body: none,
    success: { status: 200, description: 'The keys', schema: schemas.apiKeyListSchema },
    problems: [],
    run: (office, call) => showApiKeys(office, call),
  }),
  route({
    method: 'delete',
    path: '/v1/api-keys/{id}',
    summary: 'Revoke an API key',
    access: ['admin'],
    pathSchema: schemas.documentPath,
    querySchema: schemas.noQuery,
    body: none,
    success: { status: 200, description: 'The revoked key', schema: schemas.apiKeySchema },
    problems: ['notFound'],
    run: (office, call, { path }) => revokeKey(office, call, path.id),
  }),
]

function viewRecord(row: AuditRow): z.infer<typeof schemas.auditSchema>['entries'][number] {
  const { seq, at, request, actor, event, document, previous, hash } = row
  const data = JSON.parse(row.data) as Record<string, unknown>
  return { seq, at, request, actor, event, document, data, previous, hash }
}
