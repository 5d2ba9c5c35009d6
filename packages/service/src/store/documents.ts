import type { Flow, FlowEvent, State } from '../workflow/flow.ts'
import { begin, evolve } from '../workflow/flow.ts'
import type { DocumentRow } from './schema.ts'
import type { Scope } from './store.ts'

/** An event with its place in the document's history. */
export interface RecordedEvent {
  readonly version: number
  readonly at: string
  readonly personName: string
  readonly event: FlowEvent
}

/** A document with its history; `flow` is folded from the events, so no stored state can disagree with them. */
export interface StoredDocument {
  readonly id: string
  readonly title: string
  readonly symbol: string
  readonly createdAt: string
  readonly version: number
  readonly events: readonly RecordedEvent[]
  readonly flow: Flow
}

export interface NewDocument {
  readonly id: string
  readonly title: string
  readonly symbol: string
}

/** Another request changed the document first. */
export class VersionConflict extends Error {
  override readonly name: string = 'VersionConflict'
}

export async function insertDocument(
  scope: Scope,
  document: NewDocument,
  event: Extract<FlowEvent, { readonly type: 'created' }>,
  by: { readonly at: string; readonly personName: string },
): Promise<void> {
  const { tenant } = scope
  await scope.db
    .insertInto('documents')
    .values({ tenant, ...document, state: 'draft', version: 1, created_at: by.at })
    .execute()
  const row = { at: by.at, person_name: by.personName, event: JSON.stringify(event) }
  await scope.db
    .insertInto('document_events')
    .values({ tenant, document: document.id, version: 1, ...row })
    .execute()
}

export async function findDocument(scope: Scope, id: string): Promise<StoredDocument | undefined> {
  const row = await scope.db
    .selectFrom('documents')
    .selectAll()
    .where('tenant', '=', scope.tenant)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const events = await readEvents(scope, id)
  const flow = fold(events)
  return {
    id,
    title: row.title,
    symbol: row.symbol,
    createdAt: row.created_at,
    version: events.length,
    events,
    flow,
  }
}

/** Appends `event` if the document still is at the version it was read at; else VersionConflict. Call it in a transaction. */
export async function appendEvent(
  scope: Scope,
  document: StoredDocument,
  event: FlowEvent,
  by: { readonly at: string; readonly personName: string },
): Promise<StoredDocument> {
  const version = document.version + 1
  const flow = evolve(document.flow, event)
  const updated = await scope.db
    .updateTable('documents')
    .set({ version, state: flow.state })
    .where('tenant', '=', scope.tenant)
    .where('id', '=', document.id)
    .where('version', '=', document.version)
    .executeTakeFirst()
  if (updated.numUpdatedRows !== 1n) throw new VersionConflict()
  await scope.db
    .insertInto('document_events')
    .values({
      tenant: scope.tenant,
      document: document.id,
      version,
      at: by.at,
      person_name: by.personName,
      event: JSON.stringify(event),
    })
    .execute()
  const recorded = { version, at: by.at, personName: by.personName, event }
  return { ...document, version, flow, events: [...document.events, recorded] }
}

/** Documents in order of their ids, for paging; `after` is the last id seen. */
export async function listDocuments(
  scope: Scope,
  page: { readonly after?: string | undefined; readonly limit: number; readonly state?: State | undefined },
): Promise<readonly DocumentRow[]> {
  let query = scope.db.selectFrom('documents').selectAll().where('tenant', '=', scope.tenant)
  if (page.after !== undefined) query = query.where('id', '>', page.after)
  if (page.state !== undefined) query = query.where('state', '=', page.state)
  return query.orderBy('id').limit(page.limit).execute()
}

async function readEvents(scope: Scope, document: string): Promise<readonly RecordedEvent[]> {
  const rows = await scope.db
    .selectFrom('document_events')
    .select(['version', 'at', 'person_name', 'event'])
    .where('tenant', '=', scope.tenant)
    .where('document', '=', document)
    .orderBy('version')
    .execute()
  return rows.map((row) => ({
    version: row.version,
    at: row.at,
    personName: row.person_name,
    event: JSON.parse(row.event) as FlowEvent,
  }))
}

function fold(events: readonly RecordedEvent[]): Flow {
  const first = events[0]?.event
  if (first?.type !== 'created') throw new Error('a document begins with its creation')
  let flow = begin(first)
  for (const { event } of events.slice(1)) flow = evolve(flow, event)
  return flow
}
