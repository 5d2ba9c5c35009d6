import { randomBytes } from 'node:crypto'
import type { Scope } from './store.ts'

/** An answer as it is stored and replayed. */
export interface StoredReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A running request that holds its idempotency key. */
export interface IdempotencyClaim {
  readonly person: string
  readonly key: string
  readonly claim: string
}

export type ClaimResult =
  | { readonly type: 'claimed'; readonly claim: IdempotencyClaim }
  | { readonly type: 'replay'; readonly reply: StoredReply }
  | { readonly type: 'running' }
  | { readonly type: 'mismatch' }

/** A claim of a process that died ends by itself (REL-01); longer than any request may take. */
const CLAIM_MS = 45_000
/** How long an answer can be replayed. */
const KEEP_MS = 24 * 60 * 60 * 1000

/** Claims the key for this request (API-08, SEC-12), or tells what became of the earlier one. */
export async function claimIdempotencyKey(
  scope: Scope,
  request: { readonly person: string; readonly key: string; readonly hash: string },
  now: Date,
): Promise<ClaimResult> {
  const { person, key } = request
  const claim = randomBytes(16).toString('hex')
  return scope.db.transaction().execute(async (db) => {
    await db
      .deleteFrom('idempotency')
      .where('tenant', '=', scope.tenant)
      .where('created_at', '<', new Date(now.getTime() - KEEP_MS).toISOString())
      .execute()
    const row = await db
      .selectFrom('idempotency')
      .selectAll()
      .where('tenant', '=', scope.tenant)
      .where('person', '=', person)
      .where('key', '=', key)
      .executeTakeFirst()
    if (row !== undefined && row.request_hash !== request.hash) return { type: 'mismatch' }
    if (row !== undefined && row.reply !== null) return { type: 'replay', reply: JSON.parse(row.reply) as StoredReply }
    if (row !== undefined && row.claimed_until > now.toISOString()) return { type: 'running' }
    const claimed = { claim, claimed_until: new Date(now.getTime() + CLAIM_MS).toISOString() }
    const created = { request_hash: request.hash, created_at: now.toISOString(), reply: null }
    await db
      .insertInto('idempotency')
      .values({ tenant: scope.tenant, person, key, ...created, ...claimed })
      .onConflict((conflict) => conflict.columns(['tenant', 'person', 'key']).doUpdateSet(claimed))
      .execute()
    return { type: 'claimed', claim: { person, key, claim } }
  })
}

/**
 * Stores the answer, in the same transaction as the change it reports. The first one stored stays. False when the claim was
 * lost meanwhile or has its answer.
 */
export async function finishIdempotencyKey(
  scope: Scope,
  { person, key, claim }: IdempotencyClaim,
  reply: StoredReply,
): Promise<boolean> {
  const result = await scope.db
    .updateTable('idempotency')
    .set({ reply: JSON.stringify(reply) })
    .where('tenant', '=', scope.tenant)
    .where('person', '=', person)
    .where('key', '=', key)
    .where('claim', '=', claim)
    .where('reply', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Frees the key after a failure: nothing happened, the same request may be tried again. */
export async function releaseIdempotencyKey(scope: Scope, { person, key, claim }: IdempotencyClaim): Promise<void> {
  await scope.db
    .deleteFrom('idempotency')
    .where('tenant', '=', scope.tenant)
    .where('person', '=', person)
    .where('key', '=', key)
    .where('claim', '=', claim)
    .where('reply', 'is', null)
    .execute()
}
