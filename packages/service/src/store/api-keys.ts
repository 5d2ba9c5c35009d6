import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Role } from '../workflow/flow.ts'
import type { ApiKeyRow } from './schema.ts'
import type { Database, Scope } from './store.ts'

/** What a key stands for: one person of one tenant with some roles. */
export interface KeyHolder {
  readonly tenant: string
  readonly keyId: string
  readonly person: string
  readonly name: string
  readonly roles: readonly Role[]
}

export interface NewApiKey {
  readonly person: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly expiresAt: Date
}

/** A key as it is shown once: `cs_<id>_<secret>`, the secret being 256 random bits. */
const KEY_SHAPE = /^cs_([0-9a-f]{32})_([0-9a-f]{64})$/u

/** Makes a key. Only its SHA-256 is kept (SEC-14); the secret has 256 bits, so a slow hash would add nothing. */
export async function createApiKey(
  scope: Scope,
  key: NewApiKey,
  now: Date,
): Promise<{ readonly id: string; readonly key: string }> {
  const id = randomBytes(16).toString('hex')
  const text = `cs_${id}_${randomBytes(32).toString('hex')}`
  await scope.db
    .insertInto('api_keys')
    .values({
      tenant: scope.tenant,
      id,
      hash: hashOf(text),
      person: key.person,
      name: key.name,
      roles: JSON.stringify(key.roles),
      created_at: now.toISOString(),
      expires_at: key.expiresAt.toISOString(),
      revoked_at: null,
    })
    .execute()
  return { id, key: text }
}

/** The holder of a key, or undefined when the key is unknown, revoked or expired. The key itself tells the tenant. */
export async function findKeyHolder(db: Database, text: string, now: Date): Promise<KeyHolder | undefined> {
  const id = KEY_SHAPE.exec(text)?.[1]
  if (id === undefined) return undefined
  const row = await db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined || !sameHash(row.hash, hashOf(text))) return undefined
  if (row.revoked_at !== null || row.expires_at <= now.toISOString()) return undefined
  return { tenant: row.tenant, keyId: row.id, person: row.person, name: row.name, roles: rolesOf(row) }
}

export async function listApiKeys(scope: Scope): Promise<readonly ApiKeyRow[]> {
  return scope.db.selectFrom('api_keys').selectAll().where('tenant', '=', scope.tenant).orderBy('created_at').execute()
}

/** The name under which a person was first entered; a second key may add roles, not another name for the same person. */
export async function personName(scope: Scope, person: string): Promise<string | undefined> {
  const row = await scope.db
    .selectFrom('api_keys')
    .select('name')
    .where('tenant', '=', scope.tenant)
    .where('person', '=', person)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
  return row?.name
}

/** True when there was such a key, revoked now or before. */
export async function revokeApiKey(scope: Scope, id: string, now: Date): Promise<boolean> {
  const row = await scope.db
    .selectFrom('api_keys')
    .select('revoked_at')
    .where('tenant', '=', scope.tenant)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return false
  if (row.revoked_at === null) {
    await scope.db
      .updateTable('api_keys')
      .set({ revoked_at: now.toISOString() })
      .where('tenant', '=', scope.tenant)
      .where('id', '=', id)
      .execute()
  }
  return true
}

export function rolesOf(row: ApiKeyRow): readonly Role[] {
  return JSON.parse(row.roles) as readonly Role[]
}

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function sameHash(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'))
}
