import { randomBytes } from 'node:crypto'
import { HttpProblem } from '../problems/problem.ts'
import { findDocument, insertDocument } from '../store/documents.ts'
import type { IncomingFile } from '../store/files.ts'
import { transact } from '../store/store.ts'
import type { ReviewKind } from '../workflow/flow.ts'
import { appendRecord, commit, finish, readForAct, requireAllowed } from './commit.ts'
import { scopeOf } from './office.ts'
import type { Call, Office, Reply } from './office.ts'
import { requireReadable } from './validator.ts'
import { documentReply } from './view.ts'

/** A new draft (Art 10). */
export async function createDocument(
  office: Office,
  call: Call,
  document: { readonly title: string; readonly symbol: string },
  incoming: IncomingFile,
): Promise<Reply> {
  if (!call.actor.roles.includes('drafter')) throw new HttpProblem('auth.forbidden', { rule: 'VN-02' })
  const file = await keepReadable(office, incoming)
  const id = randomBytes(16).toString('hex')
  const at = office.now()
  const event = { type: 'created', person: call.actor.person, file } as const
  return transact(scopeOf(office, call), async (scope) => {
    const by = { at: at.toISOString(), personName: call.actor.name }
    await insertDocument(scope, { id, title: document.title.normalize('NFC'), symbol: document.symbol }, event, by)
    await appendRecord(scope, at, call, id, 'created', { sha256: file.sha256, length: file.length })
    const stored = await findDocument(scope, id)
    if (stored === undefined) throw new Error('the new document is gone')
    const reply = await documentReply(scope, stored, office.mode, 201, { location: `/v1/documents/${id}` })
    await finish(scope, call, reply)
    return reply
  })
}

/** Other bytes: back to draft, approvals void (VN-03). */
export async function replaceFile(office: Office, call: Call, id: string, incoming: IncomingFile): Promise<Reply> {
  const document = await readForAct(office, call, id)
  const act = { type: 'replaceFile' } as const
  await requireAllowed(office, call, document, act)
  const file = await keepReadable(office, incoming)
  const event = { type: 'fileReplaced', person: call.actor.person, file } as const
  const audit = { before: document.flow.file.sha256, after: file.sha256 }
  return commit(office, call, document, { act, event, at: office.now(), audit, status: 200 })
}

export async function submit(office: Office, call: Call, id: string): Promise<Reply> {
  const document = await readForAct(office, call, id)
  const act = { type: 'submit' } as const
  await requireAllowed(office, call, document, act)
  const event = { type: 'submitted', person: call.actor.person } as const
  return commit(office, call, document, { act, event, at: office.now(), audit: { sha256: document.flow.file.sha256 } })
}

/** The check of content or of form by one person (D30-03). */
export async function review(
  office: Office,
  call: Call,
  id: string,
  check: { readonly kind: ReviewKind; readonly sha256: string },
): Promise<Reply> {
  const document = await readForAct(office, call, id)
  const act = { type: 'review', ...check } as const
  await requireAllowed(office, call, document, act)
  const event = { type: 'reviewed', person: call.actor.person, ...check } as const
  return commit(office, call, document, { act, event, at: office.now(), audit: check })
}

/** Back to the drafter, with the reason. */
export async function giveBack(office: Office, call: Call, id: string, reason: string): Promise<Reply> {
  const document = await readForAct(office, call, id)
  const act = { type: 'return' } as const
  await requireAllowed(office, call, document, act)
  const event = { type: 'returned', person: call.actor.person, reason } as const
  return commit(office, call, document, { act, event, at: office.now(), audit: { reason } })
}

export async function withdraw(office: Office, call: Call, id: string, reason: string): Promise<Reply> {
  const document = await readForAct(office, call, id)
  const act = { type: 'withdraw' } as const
  await requireAllowed(office, call, document, act)
  const event = { type: 'withdrawn', person: call.actor.person, reason } as const
  return commit(office, call, document, { act, event, at: office.now(), audit: { reason } })
}

/** Keeps an uploaded file only if core can read it. */
async function keepReadable(office: Office, incoming: IncomingFile): Promise<{ sha256: string; length: number }> {
  requireReadable(await office.validator.verify(await office.files.readIncoming(incoming)))
  await office.files.keep(incoming)
  return { sha256: incoming.sha256, length: incoming.length }
}
