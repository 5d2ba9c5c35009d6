import type { z } from 'zod'
import type { documentSchema, registerEntrySchema } from '../schemas/requests.ts'
import type { RecordedEvent, StoredDocument } from '../store/documents.ts'
import { documentCode, findNumber } from '../store/numbers.ts'
import { findEntryOfDocument } from '../store/register.ts'
import type { RegisterRow } from '../store/schema.ts'
import type { Scope } from '../store/store.ts'
import type { FileIdentity } from '../workflow/flow.ts'
import type { Mode, Reply } from './office.ts'

export type DocumentView = z.infer<typeof documentSchema>
export type RegisterEntryView = z.infer<typeof registerEntrySchema>

/** State and version: whoever acts on the document must have seen both (API-09). */
export function etagOf(document: StoredDocument): string {
  return `"${document.flow.state}-${document.version}"`
}

/** The document as an answer. */
export async function documentReply(
  scope: Scope,
  document: StoredDocument,
  mode: Mode,
  status: number,
  headers: Reply['headers'] = {},
): Promise<Reply> {
  return { status, headers: { etag: etagOf(document), ...headers }, body: await viewDocument(scope, document, mode) }
}

async function viewDocument(scope: Scope, document: StoredDocument, mode: Mode): Promise<DocumentView> {
  const { flow } = document
  const number = await findNumber(scope, document.id)
  const entry = await findEntryOfDocument(scope, document.id)
  return {
    id: document.id,
    title: document.title,
    symbol: document.symbol,
    state: flow.state,
    version: document.version,
    createdAt: document.createdAt,
    file: viewFile(flow.file),
    approved: flow.approval === undefined ? null : viewFile(flow.approval),
    code: number === undefined ? null : documentCode(number),
    date: number?.date ?? null,
    registerEntry: entry === undefined ? null : viewEntry(entry),
    history: document.events.map(viewEvent),
    test: mode === 'test',
  }
}

export function viewEntry(row: RegisterRow): RegisterEntryView {
  const { seq, number, symbol, year, date, title, document, signer, clerk } = row
  return {
    seq,
    code: documentCode(row),
    number,
    symbol,
    year,
    date,
    title,
    document,
    sha256: `sha256:${row.sha256}`,
    signer,
    clerk,
    issuedAt: row.issued_at,
  }
}

function viewFile({ sha256, length }: FileIdentity): { sha256: string; length: number } {
  return { sha256: `sha256:${sha256}`, length }
}

function viewEvent({ version, at, personName, event }: RecordedEvent): DocumentView['history'][number] {
  const sha256 = bytesOf(event)
  return {
    version,
    at,
    type: event.type,
    by: { id: event.person, name: personName },
    ...(sha256 === undefined ? {} : { sha256: `sha256:${sha256}` }),
    ...(event.type === 'reviewed' ? { kind: event.kind } : {}),
    ...(event.type === 'returned' || event.type === 'withdrawn' ? { reason: event.reason } : {}),
  }
}

/** The bytes an event made, or was about. */
function bytesOf(event: RecordedEvent['event']): string | undefined {
  if ('file' in event) return event.file.sha256
  if (event.type === 'approved') return event.approval.sha256
  return event.type === 'reviewed' ? event.sha256 : undefined
}
