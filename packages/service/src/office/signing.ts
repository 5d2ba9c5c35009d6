import { CountersignError } from '@countersign/core'
import { coreProblem } from '../problems/core-problem.ts'
import { HttpProblem } from '../problems/problem.ts'
import { KeyRefusal } from '../signer/key-side.ts'
import type { SigningRequest, SigningResult } from '../signer/key-side.ts'
import { findApproval, spendApproval } from '../store/approvals.ts'
import type { StoredDocument } from '../store/documents.ts'
import { sha256Of } from '../store/files.ts'
import { claimSigning, releaseSigning } from '../store/signing-claims.ts'
import type { Scope } from '../store/store.ts'
import type { Act } from '../workflow/acts.ts'
import { commit, readForAct, refuse, requireAllowed } from './commit.ts'
import { scopeOf } from './office.ts'
import type { Call, Office, Reply } from './office.ts'

/** The officer signs exactly the approved bytes (Art 13(7), REQ-01). */
export async function signDocument(office: Office, call: Call, id: string, sha256: string): Promise<Reply> {
  const document = await readForAct(office, call, id)
  const { bytes, over } = await readStored(office, document)
  const act = { type: 'sign', sha256, over } as const
  await requireAllowed(office, call, document, act)
  return claimed(office, call, id, async (release) => {
    const at = office.now()
    const request = await signingRequest(office, call, document, bytes, at)
    const result = await useKey(office, call, act.type, { ...request, use: 'officer', fill: {} })
    const file = await office.files.put(result.bytes)
    return commit(office, call, document, {
      act,
      event: { type: 'signed', person: call.actor.person, over: request.approved, file },
      at,
      also: async (scope) => {
        // REL-08, SEC-12: the approval is used up in the transaction that records the signature.
        const approval = document.flow.approval?.id ?? ''
        if (!(await spendApproval(scope, approval, at.toISOString()))) throw new HttpProblem('hash.notApproved')
        await release(scope)
      },
      audit: { over: request.approved.sha256, sha256: file.sha256, signingKey: result.key, field: result.field },
    })
  })
}

/** The file as it lies in the store now, and what its bytes hash to now: the recorded hash proves nothing about them. */
export async function readStored(
  office: Office,
  document: StoredDocument,
): Promise<{ readonly bytes: Uint8Array; readonly over: string }> {
  const bytes = (await office.files.read(document.flow.file.sha256)) ?? new Uint8Array(0)
  return { bytes, over: sha256Of(bytes) }
}

/** Runs `work` while no other signing of this document is in flight (REL-09). `release` belongs into the final transaction. */
export async function claimed(
  office: Office,
  call: Call,
  id: string,
  work: (release: (scope: Scope) => Promise<void>) => Promise<Reply>,
): Promise<Reply> {
  const scope = scopeOf(office, call)
  const claim = await claimSigning(scope, id, office.now())
  if (claim === undefined) throw new HttpProblem('signing.running', { retryAfter: 1 })
  try {
    return await work(async (transaction) => {
      // The claim ran out and somebody else signs: this result must not be recorded.
      if (!(await releaseSigning(transaction, id, claim))) throw new HttpProblem('signing.running', { retryAfter: 1 })
    })
  } finally {
    await releaseSigning(scope, id, claim)
  }
}

/** What the key side gets for any signature on this document. */
export async function signingRequest(
  office: Office,
  call: Call,
  document: StoredDocument,
  file: Uint8Array,
  at: Date,
): Promise<Omit<SigningRequest, 'use' | 'fill'>> {
  const approval = document.flow.approval
  const row = approval === undefined ? undefined : await findApproval(scopeOf(office, call), approval.id)
  if (approval === undefined || row === undefined) throw new HttpProblem('hash.notApproved', { rule: 'D30-04' })
  return {
    tenant: call.tenant,
    document: document.id,
    person: call.actor.person,
    file,
    approved: { sha256: approval.sha256, length: approval.length },
    approvals: [{ statement: row.statement, jws: row.jws }],
    at,
  }
}

/** Asks the key side. Its refusal is recorded like any other. */
export async function useKey(
  office: Office,
  call: Call,
  act: Act['type'],
  request: SigningRequest,
): Promise<SigningResult> {
  try {
    return await office.keys.sign(request)
  } catch (error) {
    if (error instanceof KeyRefusal) return refuse(office, call, request.document, act, error)
    if (error instanceof CountersignError) throw coreProblem(error)
    throw error
  }
}
