import type { OutputRow } from './schema.ts'
import type { Scope } from './store.ts'

export async function insertOutput(scope: Scope, row: Omit<OutputRow, 'tenant'>): Promise<void> {
  await scope.db
    .insertInto('outputs')
    .values({ tenant: scope.tenant, ...row })
    .execute()
}

export async function findOutput(scope: Scope, id: string): Promise<OutputRow | undefined> {
  return scope.db
    .selectFrom('outputs')
    .selectAll()
    .where('tenant', '=', scope.tenant)
    .where('id', '=', id)
    .executeTakeFirst()
}
