import type { RegisterRow } from './schema.ts'
import type { Scope } from './store.ts'

export type RegisterRecord = Omit<RegisterRow, 'tenant' | 'seq'>

/** Enters an issued document in the register of outgoing documents (Art 16) and returns its place. Call it inside the transaction. */
export async function appendRegister(scope: Scope, record: RegisterRecord): Promise<RegisterRow> {
  const last = await scope.db
    .selectFrom('register_entries')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .where('tenant', '=', scope.tenant)
    .executeTakeFirst()
  const row = { ...record, tenant: scope.tenant, seq: (last?.seq ?? 0) + 1 }
  await scope.db.insertInto('register_entries').values(row).execute()
  return row
}

export async function findRegisterEntry(scope: Scope, seq: number): Promise<RegisterRow | undefined> {
  return scope.db
    .selectFrom('register_entries')
    .selectAll()
    .where('tenant', '=', scope.tenant)
    .where('seq', '=', seq)
    .executeTakeFirst()
}

export async function findEntryOfDocument(scope: Scope, document: string): Promise<RegisterRow | undefined> {
  return scope.db
    .selectFrom('register_entries')
    .selectAll()
    .where('tenant', '=', scope.tenant)
    .where('document', '=', document)
    .executeTakeFirst()
}

/** Entries after `after` in register order, at most `limit` (REL-10). */
export async function listRegister(
  scope: Scope,
  page: { readonly after: number; readonly limit: number; readonly year?: number | undefined },
): Promise<readonly RegisterRow[]> {
  let query = scope.db
    .selectFrom('register_entries')
    .selectAll()
    .where('tenant', '=', scope.tenant)
    .where('seq', '>', page.after)
  if (page.year !== undefined) query = query.where('year', '=', page.year)
  return query.orderBy('seq').limit(page.limit).execute()
}
