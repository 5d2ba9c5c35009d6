import { randomBytes } from 'node:crypto'
import type { Scope } from './store.ts'

/** "In progress" is a claim with a time, not a state: a dead process cannot strand a document (REL-01). */
const CLAIM_MS = 30_000

/** Claims the document for one signing; undefined when another one is in flight (REL-09). */
export async function claimSigning(scope: Scope, document: string, now: Date): Promise<string | undefined> {
  const claim = randomBytes(16).toString('hex')
  const until = new Date(now.getTime() + CLAIM_MS).toISOString()
  const result = await scope.db
    .insertInto('signing_claims')
    .values({ tenant: scope.tenant, document, claim, until })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'document'])
        .doUpdateSet({ claim, until })
        .where('signing_claims.until', '<=', now.toISOString()),
    )
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n ? claim : undefined
}

/** Gives the claim back; a claim that somebody else took over meanwhile stays theirs. */
export async function releaseSigning(scope: Scope, document: string, claim: string): Promise<boolean> {
  const result = await scope.db
    .deleteFrom('signing_claims')
    .where('tenant', '=', scope.tenant)
    .where('document', '=', document)
    .where('claim', '=', claim)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}
