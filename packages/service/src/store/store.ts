import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { KyselyConfig } from 'kysely'
import { MIGRATIONS } from './migrations.ts'
import type { Schema } from './schema.ts'
import { openSqlite, sqliteDialect } from './sqlite-dialect.ts'

export type Database = Kysely<Schema>

/**
 * The only way to the tables of a tenant: every function of this folder takes a Scope, and the scope names its tenant, so no
 * query can be written without one (SEC-10). `db` may be a transaction.
 */
export interface Scope {
  readonly db: Database
  readonly tenant: string
}

/** Opens the database file and brings its tables up to date. */
export async function openDatabase(path: string, log?: KyselyConfig['log']): Promise<Database> {
  const config = { dialect: sqliteDialect(openSqlite(path)) }
  const db = new Kysely<Schema>(log === undefined ? config : { ...config, log })
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) {
    await db.destroy()
    throw error
  }
  return db
}

/** Runs `work` in one transaction of the tenant: all of it or nothing (REL-08). */
export async function transact<T>(scope: Scope, work: (scope: Scope) => Promise<T>): Promise<T> {
  return scope.db.transaction().execute((db) => work({ db, tenant: scope.tenant }))
}

export async function readMeta(db: Database, name: string): Promise<string | undefined> {
  return (await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst())?.value
}

export async function writeMeta(db: Database, name: string, value: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

export async function createTenant(db: Database, tenant: string, name: string): Promise<void> {
  await db
    .insertInto('tenants')
    .values({ tenant, name })
    .onConflict((conflict) => conflict.column('tenant').doNothing())
    .execute()
}

export async function tenantName(scope: Scope): Promise<string> {
  const row = await scope.db.selectFrom('tenants').select('name').where('tenant', '=', scope.tenant).executeTakeFirst()
  return row?.name ?? scope.tenant
}

/** Rejects when the database does not answer. */
export async function pingDatabase(db: Database): Promise<void> {
  await db.selectFrom('meta').select('name').limit(1).execute()
}
