import type { ApprovalRow } from './schema.ts'
import type { Scope } from './store.ts'

export type NewApproval = Pick<ApprovalRow, 'id' | 'document' | 'statement' | 'jws' | 'nonce'>

export async function insertApproval(scope: Scope, approval: NewApproval): Promise<void> {
  await scope.db
    .insertInto('approvals')
    .values({ tenant: scope.tenant, ...approval, used_at: null, voided_at: null })
    .execute()
}

/** The statement in force: neither used nor voided. */
export async function findApproval(scope: Scope, id: string): Promise<ApprovalRow | undefined> {
  return scope.db
    .selectFrom('approvals')
    .selectAll()
    .where('tenant', '=', scope.tenant)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Uses the statement up. False when it was used or voided before: one approval, one signature (SEC-12). */
export async function spendApproval(scope: Scope, id: string, at: string): Promise<boolean> {
  const result = await scope.db
    .updateTable('approvals')
    .set({ used_at: at })
    .where('tenant', '=', scope.tenant)
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Voids every unused approval of the document (VN-03). */
export async function voidApprovals(scope: Scope, document: string, at: string): Promise<void> {
  await scope.db
    .updateTable('approvals')
    .set({ voided_at: at })
    .where('tenant', '=', scope.tenant)
    .where('document', '=', document)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .execute()
}

export async function nonceKnown(scope: Scope, nonce: string): Promise<boolean> {
  const row = await scope.db
    .selectFrom('approvals')
    .select('id')
    .where('tenant', '=', scope.tenant)
    .where('nonce', '=', nonce)
    .executeTakeFirst()
  return row !== undefined
}
