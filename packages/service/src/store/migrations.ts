import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** STRICT tables: SQLite then refuses a value of the wrong type instead of keeping it. */
const FIRST: readonly string[] = [
  `create table meta (name text primary key, value text not null) strict`,
  `create table tenants (tenant text primary key, name text not null) strict`,
  `create table api_keys (
     tenant text not null references tenants, id text not null, hash text not null, person text not null, name text not null,
     roles text not null, created_at text not null, expires_at text not null, revoked_at text,
     primary key (tenant, id), unique (id)) strict`,
  `create table documents (
     tenant text not null references tenants, id text not null, title text not null, symbol text not null,
     state text not null, version integer not null, created_at text not null,
     primary key (tenant, id)) strict`,
  // Two writers of one document meet at this key: the second one fails, nothing is overwritten.
  `create table document_events (
     tenant text not null, document text not null, version integer not null, at text not null, person_name text not null,
     event text not null,
     primary key (tenant, document, version), foreign key (tenant, document) references documents (tenant, id)) strict`,
  `create table approvals (
     tenant text not null, id text not null, document text not null, statement text not null, jws text, nonce text not null,
     used_at text, voided_at text,
     primary key (tenant, id), unique (tenant, nonce),
     foreign key (tenant, document) references documents (tenant, id)) strict`,
  `create table signing_claims (
     tenant text not null, document text not null, claim text not null, until text not null,
     primary key (tenant, document)) strict`,
  // VN-06: one row per number and one number per document and year.
  `create table numbers (
     tenant text not null, year integer not null, number integer not null, document text not null, symbol text not null,
     date text not null,
     primary key (tenant, year, number), unique (tenant, document)) strict`,
  `create table register_entries (
     tenant text not null, seq integer not null, year integer not null, number integer not null, symbol text not null,
     date text not null, document text not null, title text not null, sha256 text not null, signer text not null,
     clerk text not null, issued_at text not null,
     primary key (tenant, seq), unique (tenant, document)) strict`,
  `create table audit (
     tenant text not null, seq integer not null, at text not null, request text not null, actor text not null,
     event text not null, document text, data text not null, previous text not null, hash text not null,
     primary key (tenant, seq)) strict`,
  `create table idempotency (
     tenant text not null, person text not null, key text not null, request_hash text not null, claim text not null,
     claimed_until text not null, created_at text not null, reply text,
     primary key (tenant, person, key)) strict`,
]

const TRUST_ANCHORS = `create table trust_anchors (
     tenant text not null references tenants, sha256 text not null, certificate text not null, entry text not null,
     proposed_by text not null, proposed_at text not null, confirmed_by text, confirmed_at text,
     primary key (tenant, sha256)) strict`

const OUTPUTS = `create table outputs (
     tenant text not null references tenants, id text not null, kind text not null, created_at text not null,
     person text not null, source_sha256 text not null, sha256 text not null, length integer not null, report text not null,
     primary key (tenant, id)) strict`

/** In order of their names; a migration that was released is never edited. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of FIRST) await sql.raw(statement).execute(db)
    },
  },
  '0002-trust-anchors': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql.raw(TRUST_ANCHORS).execute(db)
    },
  },
  '0003-outputs': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql.raw(OUTPUTS).execute(db)
    },
  },
}
