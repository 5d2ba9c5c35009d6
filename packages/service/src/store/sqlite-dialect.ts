import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue } from 'node:sqlite'
import { SqliteDialect } from 'kysely'
import type { SqliteStatement } from 'kysely'

/**
 * Opens an SQLite database so that what was committed stays committed (REL-12): write-ahead log with `synchronous=FULL`.
 *
 * @param path File path, or `:memory:` for tests.
 */
export function openSqlite(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA busy_timeout = 5000')
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = FULL')
  database.exec('PRAGMA foreign_keys = ON')
  database.exec('PRAGMA trusted_schema = OFF')
  return database
}

/** Kysely's own SQLite dialect over `node:sqlite`, which differs from better-sqlite3 only in these few calls. */
export function sqliteDialect(database: DatabaseSync): SqliteDialect {
  return new SqliteDialect({
    database: { close: () => database.close(), prepare: (sql) => prepareStatement(database, sql) },
  })
}

function prepareStatement(database: DatabaseSync, sql: string): SqliteStatement {
  // A transaction that reads first and writes later must not lose its snapshot to a second process on the same file.
  const statement = database.prepare(sql === 'begin' ? 'begin immediate' : sql)
  const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[]
  return {
    // `columns()` came with Node 22.16, which is why the service asks for it.
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  }
}
