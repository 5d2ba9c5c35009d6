import { createHash } from 'node:crypto'
import { canonicalJson } from '../approval/canonical-json.ts'
import type { Canonical } from '../approval/canonical-json.ts'
import type { AuditRow } from './schema.ts'
import type { Scope } from './store.ts'

/** One thing that happened, before it gets its place in the chain. */
export interface AuditRecord {
  readonly at: string
  /** Id of the HTTP request. */
  readonly request: string
  /** Person id, or `system`. */
  readonly actor: string
  readonly event: string
  readonly document?: string
  readonly data?: Readonly<Record<string, Canonical>>
}

/** The hash before the first record. */
export const AUDIT_START: string = '0'.repeat(64)

/** Appends a record to the tenant's chain. Call it inside the transaction of the change it tells of (REL-08). */
export async function appendAudit(scope: Scope, record: AuditRecord): Promise<void> {
  const last = await scope.db
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .where('tenant', '=', scope.tenant)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  const row = {
    tenant: scope.tenant,
    seq: (last?.seq ?? 0) + 1,
    at: record.at,
    request: record.request,
    actor: record.actor,
    event: record.event,
    document: record.document ?? null,
    data: canonicalJson(record.data ?? {}),
    previous: last?.hash ?? AUDIT_START,
  }
  await scope.db
    .insertInto('audit')
    .values({ ...row, hash: auditHash(row) })
    .execute()
}

/** SHA-256 over the canonical JSON of everything in the record but its own hash. */
export function auditHash(row: Omit<AuditRow, 'hash'>): string {
  const { tenant, seq, at, request, actor, event, document, data, previous } = row
  const text = canonicalJson({ v: 1, tenant, seq, at, request, actor, event, document, data, previous })
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** The first sequence number at which the chain does not hold; undefined when all of it does (REQ-12). */
export function findAuditBreak(rows: readonly AuditRow[]): number | undefined {
  let previous = AUDIT_START
  for (const [index, row] of rows.entries()) {
    if (row.seq !== index + 1) return index + 1
    if (row.previous !== previous || row.hash !== auditHash(row)) return row.seq
    previous = row.hash
  }
  return undefined
}

export async function readAudit(scope: Scope): Promise<readonly AuditRow[]> {
  return scope.db.selectFrom('audit').selectAll().where('tenant', '=', scope.tenant).orderBy('seq').execute()
}
