import type { TrustAnchorRow } from './schema.ts'
import type { Scope } from './store.ts'

/** What is written of an anchor; its place is its SHA-256. */
export type NewTrustAnchor = Omit<TrustAnchorRow, 'tenant'>

export async function listTrustAnchors(scope: Scope): Promise<readonly TrustAnchorRow[]> {
  return scope.db
    .selectFrom('trust_anchors')
    .selectAll()
    .where('tenant', '=', scope.tenant)
    .orderBy('proposed_at')
    .orderBy('sha256')
    .execute()
}

export async function findTrustAnchor(scope: Scope, sha256: string): Promise<TrustAnchorRow | undefined> {
  return scope.db
    .selectFrom('trust_anchors')
    .selectAll()
    .where('tenant', '=', scope.tenant)
    .where('sha256', '=', sha256)
    .executeTakeFirst()
}

export async function insertTrustAnchor(scope: Scope, anchor: NewTrustAnchor): Promise<void> {
  await scope.db
    .insertInto('trust_anchors')
    .values({ tenant: scope.tenant, ...anchor })
    .execute()
}

export async function confirmTrustAnchor(scope: Scope, sha256: string, by: string, at: string): Promise<void> {
  await scope.db
    .updateTable('trust_anchors')
    .set({ confirmed_by: by, confirmed_at: at })
    .where('tenant', '=', scope.tenant)
    .where('sha256', '=', sha256)
    .execute()
}

export async function deleteTrustAnchor(scope: Scope, sha256: string): Promise<void> {
  await scope.db.deleteFrom('trust_anchors').where('tenant', '=', scope.tenant).where('sha256', '=', sha256).execute()
}

/** The only tenant of this service; undefined when there are several. */
export async function onlyTenant(db: Scope['db']): Promise<string | undefined> {
  const rows = await db.selectFrom('tenants').select('tenant').limit(2).execute()
  return rows.length === 1 ? rows[0]?.tenant : undefined
}
