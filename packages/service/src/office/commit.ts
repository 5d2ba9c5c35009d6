import type { Canonical } from '../approval/canonical-json.ts'
import { HttpProblem } from '../problems/problem.ts'
import { voidApprovals } from '../store/approvals.ts'
import { appendAudit } from '../store/audit.ts'
import { appendEvent, findDocument, VersionConflict } from '../store/documents.ts'
import type { StoredDocument } from '../store/documents.ts'
import { finishIdempotencyKey } from '../store/idempotency.ts'
import { transact } from '../store/store.ts'
import type { Scope } from '../store/store.ts'
import { checkAct } from '../workflow/acts.ts'
import type { Act, Refusal } from '../workflow/acts.ts'
import type { FlowEvent } from '../workflow/flow.ts'
import { documentReply } from './view.ts'
import { scopeOf } from './office.ts'
import type { Call, Office, Reply } from './office.ts'

/** An act that was decided and its consequences. */
export interface Deed {
  readonly act: Act
  readonly event: FlowEvent
  readonly at: Date
  /** What else changes in the same transaction. */
  readonly also?: (scope: Scope) => Promise<void>
  readonly audit?: Readonly<Record<string, Canonical>>
  readonly status?: number
}

/** Reads the document for an act: there, of this tenant, and at the version the caller saw. */
export async function readForAct(office: Office, call: Call, id: string): Promise<StoredDocument> {
  const document = await findDocument(scopeOf(office, call), id)
  if (document === undefined) throw new HttpProblem('notFound')
  if (call.version === undefined) throw new HttpProblem('precondition.required')
  if (call.version !== document.version) throw new HttpProblem('precondition.failed')
  return document
}

/** Asks the rules; a refusal is recorded before it is answered. */
export async function requireAllowed(office: Office, call: Call, document: StoredDocument, act: Act): Promise<void> {
  const refusal = checkAct(document.flow, call.actor, act)
  if (refusal !== undefined) await refuse(office, call, document.id, act.type, refusal)
}

/** Records that somebody was refused, and throws the problem. Attempts against duties and approvals are part of the story. */
export async function refuse(
  office: Office,
  call: Call,
  document: string,
  act: Act['type'],
  refusal: { readonly code: Refusal['code'] | 'approval.invalid' | 'key.unavailable'; readonly rule: string },
): Promise<never> {
  await appendRecord(scopeOf(office, call), office.now(), call, document, 'refused', { act, ...refusal })
  throw new HttpProblem(refusal.code, { rule: refusal.rule })
}

/**
 * Makes a deed: event, status, approvals, audit record and the stored answer in one transaction (REL-08). The rules are asked
 * again inside it, over the document as it is then.
 */
export async function commit(office: Office, call: Call, read: StoredDocument, deed: Deed): Promise<Reply> {
  const at = deed.at.toISOString()
  try {
    return await transact(scopeOf(office, call), async (scope) => {
      const document = await findDocument(scope, read.id)
      if (document?.version !== read.version) throw new VersionConflict()
      const refusal = checkAct(document.flow, call.actor, deed.act)
      if (refusal !== undefined) throw new HttpProblem(refusal.code, { rule: refusal.rule })
      await deed.also?.(scope)
      const next = await appendEvent(scope, document, deed.event, { at, personName: call.actor.name })
      if (next.flow.approval === undefined) await voidApprovals(scope, read.id, at)
      await appendRecord(scope, deed.at, call, read.id, deed.event.type, deed.audit ?? {})
      const reply = await documentReply(scope, next, office.mode, deed.status ?? 201)
      await finish(scope, call, reply)
      return reply
    })
  } catch (error) {
    if (error instanceof VersionConflict) throw new HttpProblem('precondition.failed', { cause: error })
    throw error
  }
}

/** Stores the answer for replays, in the transaction it belongs to (API-08). */
export async function finish(scope: Scope, call: Call, reply: Reply): Promise<void> {
  if (call.idempotency === undefined) return
  // Somebody else took the key over because this request ran too long: then nothing of it may stand.
  if (!(await finishIdempotencyKey(scope, call.idempotency, reply))) throw new HttpProblem('idempotency.running')
}

export async function appendRecord(
  scope: Scope,
  at: Date,
  call: Call,
  document: string | undefined,
  event: string,
  data: Readonly<Record<string, Canonical>>,
): Promise<void> {
  await appendAudit(scope, {
    at: at.toISOString(),
    request: call.request,
    actor: call.actor.person,
    event,
    ...(document === undefined ? {} : { document }),
    data: { key: call.actor.keyId, ...data },
  })
}
