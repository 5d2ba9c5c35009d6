import { createApiKey, listApiKeys, personName, revokeApiKey, rolesOf } from '../store/api-keys.ts'
import type { ApiKeyRow } from '../store/schema.ts'
import { transact } from '../store/store.ts'
import type { Role } from '../workflow/flow.ts'
import { HttpProblem } from '../problems/problem.ts'
import { appendRecord, finish } from './commit.ts'
import { scopeOf } from './office.ts'
import type { Call, Office, Reply } from './office.ts'

const DEFAULT_LIFE_MS = 90 * 24 * 60 * 60 * 1000
const LONGEST_LIFE_MS = 366 * 24 * 60 * 60 * 1000

/** Makes an API key for a person. The secret is in this answer and nowhere else, so the answer is not kept for replays. */
export async function makeApiKey(
  office: Office,
  call: Call,
  request: {
    readonly person: string
    readonly name: string
    readonly roles: readonly Role[]
    readonly expiresAt?: string | undefined
  },
): Promise<Reply> {
  const now = office.now()
  const expiresAt =
    request.expiresAt === undefined ? new Date(now.getTime() + DEFAULT_LIFE_MS) : new Date(request.expiresAt)
  const life = expiresAt.getTime() - now.getTime()
  if (life <= 0 || life > LONGEST_LIFE_MS) {
    throw new HttpProblem('request.invalid', { errors: [{ pointer: '/expiresAt', code: 'out_of_range' }] })
  }
  const roles = [...new Set(request.roles)]
  return transact(scopeOf(office, call), async (scope) => {
    const name = request.name.normalize('NFC')
    const known = await personName(scope, request.person)
    // One person id is one person: a second name for it would hide who acts.
    if (known !== undefined && known !== name) {
      throw new HttpProblem('request.invalid', { errors: [{ pointer: '/name', code: 'person_has_other_name' }] })
    }
    const { id, key } = await createApiKey(scope, { person: request.person, name, roles, expiresAt }, now)
    await appendRecord(scope, now, call, undefined, 'keyCreated', { id, person: request.person, roles })
    const view = {
      id,
      person: request.person,
      name,
      roles,
      createdAt: now.toISOString(),
      expiresAt: expiresAt.toISOString(),
    }
    const reply = { status: 201, headers: { location: `/v1/api-keys/${id}` }, body: { ...view, revokedAt: null, key } }
    await finish(scope, call, { ...reply, body: { ...reply.body, key: 'shown once' } })
    return reply
  })
}

export async function showApiKeys(office: Office, call: Call): Promise<Reply> {
  const rows = await listApiKeys(scopeOf(office, call))
  return { status: 200, headers: {}, body: { keys: rows.map(viewKey) } }
}

export async function revokeKey(office: Office, call: Call, id: string): Promise<Reply> {
  const now = office.now()
  return transact(scopeOf(office, call), async (scope) => {
    if (!(await revokeApiKey(scope, id, now))) throw new HttpProblem('notFound')
    await appendRecord(scope, now, call, undefined, 'keyRevoked', { id })
    const row = (await listApiKeys(scope)).find((key) => key.id === id)
    return { status: 200, headers: {}, body: row === undefined ? {} : viewKey(row) }
  })
}

function viewKey(row: ApiKeyRow): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    person: row.person,
    name: row.name,
    roles: rolesOf(row),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }
}
