// Document timestamps and extensions of files from anywhere: each is a thing of the agency that asked, with its report and its file.
import { randomBytes } from 'node:crypto'
import type { ExtensionReport } from '@countersign/core'
import type { FileReply } from '../http/route.ts'
import { contentDisposition, reprDigest } from '../http/upload.ts'
import { HttpProblem } from '../problems/problem.ts'
import type { IncomingFile } from '../store/files.ts'
import { sha256Of } from '../store/files.ts'
import { findOutput, insertOutput } from '../store/outputs.ts'
import type { OutputRow } from '../store/schema.ts'
import { transact } from '../store/store.ts'
import { appendRecord, finish } from './commit.ts'
import type { ExtensionAnswer, ExtensionLevel } from './extender.ts'
import { scopeOf } from './office.ts'
import type { Call, Office, Reply } from './office.ts'
import { trustedAnchors } from './trust.ts'

export type OutputKind = OutputRow['kind']

const PATHS: Readonly<Record<OutputKind, string>> = { timestamp: '/v1/timestamps', extension: '/v1/extensions' }
const MAX_ERRORS = 20

/** REL-05: refused before anything is read where no TSA could ever give what is asked. */
function requireTsa(office: Office): void {
  if (!office.hasTsa) throw new HttpProblem('tsa.missing')
}

async function take(office: Office, incoming: IncomingFile): Promise<Uint8Array> {
  const bytes = await office.files.readIncoming(incoming)
  await office.files.discard(incoming)
  return bytes
}

/** A document timestamp over the file (REL-04). */
export async function timestampFile(
  office: Office,
  call: Call,
  incoming: IncomingFile,
  digest: 'sha256' | 'sha384' | 'sha512',
): Promise<Reply> {
  requireTsa(office)
  const source = incoming.sha256
  const answer = await office.extender.timestamp(await take(office, incoming), digest)
  return keep(office, call, 'timestamp', source, answer)
}

/** The file at the level that was asked for, or an error that says what is missing. */
export async function extendFile(
  office: Office,
  call: Call,
  incoming: IncomingFile,
  to: ExtensionLevel,
): Promise<Reply> {
  if (to === 'B-LTA') requireTsa(office)
  const source = incoming.sha256
  const trusted = await trustedAnchors(office, call)
  const answer = await office.extender.extend(await take(office, incoming), to, trusted)
  return keep(office, call, 'extension', source, answer)
}

function notReached(
  { gaps, retryAfter }: Extract<ExtensionAnswer, { notReached: unknown }>['notReached'],
  now: Date,
): HttpProblem {
  const seconds = retryAfter === null ? undefined : Math.ceil((Date.parse(retryAfter) - now.getTime()) / 1000)
  return new HttpProblem('level.notReached', {
    coreCode: 'LEVEL_NOT_REACHED',
    errors: gaps
      .slice(0, MAX_ERRORS)
      .map(({ sha256, reason }) => ({ pointer: `/certificates/${sha256}`, code: reason })),
    ...(seconds === undefined || seconds <= 0 ? {} : { retryAfter: seconds }),
  })
}

async function keep(
  office: Office,
  call: Call,
  kind: OutputKind,
  source: string,
  answer: ExtensionAnswer,
): Promise<Reply> {
  const now = office.now()
  if ('notReached' in answer) throw notReached(answer.notReached, now)
  const { sha256, length } = await office.files.put(answer.bytes)
  const row = {
    id: randomBytes(16).toString('hex'),
    kind,
    created_at: now.toISOString(),
    person: call.actor.person,
    source_sha256: source,
    sha256,
    length,
    report: JSON.stringify(answer.report),
  }
  return transact(scopeOf(office, call), async (scope) => {
    await insertOutput(scope, row)
    await appendRecord(
      scope,
      now,
      call,
      undefined,
      kind === 'timestamp' ? 'timestamped' : 'extended',
      auditOf(row, answer.report),
    )
    const location = `${PATHS[kind]}/${row.id}`
    const reply = { status: 201, headers: { location }, body: view(row) }
    await finish(scope, call, reply)
    return reply
  })
}

/** T7: who stamped, when, under which number. */
function auditOf(
  { id, source_sha256, sha256 }: Omit<OutputRow, 'tenant'>,
  { reachedLevel, timestamps }: ExtensionReport,
): Readonly<Record<string, string | null | readonly string[]>> {
  const stamps = timestamps.map(({ genTime, serial, tsa }) => `${genTime} ${serial} ${tsa}`)
  return { id, source: `sha256:${source_sha256}`, file: `sha256:${sha256}`, level: reachedLevel, stamps }
}

async function find(office: Office, call: Call, kind: OutputKind, id: string): Promise<OutputRow> {
  const row = await findOutput(scopeOf(office, call), id)
  if (row?.kind !== kind) throw new HttpProblem('notFound')
  return row
}

export async function showOutput(office: Office, call: Call, kind: OutputKind, id: string): Promise<Reply> {
  return { status: 200, headers: {}, body: view(await find(office, call, kind, id)) }
}

export async function readOutput(office: Office, call: Call, kind: OutputKind, id: string): Promise<FileReply> {
  const row = await find(office, call, kind, id)
  const bytes = await office.files.read(row.sha256)
  // The store lost or changed the file: nobody may take other bytes for it.
  if (bytes === undefined || sha256Of(bytes) !== row.sha256) throw new HttpProblem('internal')
  const headers = {
    'content-type': 'application/pdf',
    'content-disposition': contentDisposition(`${kind}-${id}.pdf`),
    'repr-digest': reprDigest(row.sha256),
  }
  return { status: 200, headers, file: bytes }
}

function view(row: Omit<OutputRow, 'tenant'>): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    createdAt: row.created_at,
    source: `sha256:${row.source_sha256}`,
    file: { sha256: `sha256:${row.sha256}`, length: row.length, url: `${PATHS[row.kind]}/${row.id}/file` },
    report: JSON.parse(row.report) as unknown,
  }
}
