// The roots an agency trusts for checking files, beside those of the configuration (VN-15, T15-05). They decide what a validation
// says, never what is signed: the key side knows the configuration only (SEC-01).
import { createHash } from 'node:crypto'
import { CountersignError, readCertificates } from '@countersign/core'
import { addAnchor, EMPTY_PROFILE, parseTrustProfile, pinnedCertificate } from '@countersign/core/node'
import type { ProfileAnchor } from '@countersign/core/node'
import type { Canonical } from '../approval/canonical-json.ts'
import { decodeObject } from '../encoding.ts'
import { HttpProblem } from '../problems/problem.ts'
import type { TrustAnchorRow } from '../store/schema.ts'
import { transact } from '../store/store.ts'
import type { Scope } from '../store/store.ts'
import * as store from '../store/trust-anchors.ts'
import { appendRecord, finish } from './commit.ts'
import { scopeOf } from './office.ts'
import type { Call, Office, Reply } from './office.ts'
import type { TrustedAnchors } from './validator.ts'

const MAX_ANCHORS = 200

/** A root to be trusted. */
export interface AnchorRequest {
  /** PEM or base64 of DER. */
  readonly certificate: string
  /** What the asker knows its SHA-256 to be, from its publisher. */
  readonly sha256: string
  readonly profiles: readonly ('gov' | 'public')[]
  readonly purposes: readonly ('signer' | 'tsa')[]
  readonly provenance: string
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly pathLength?: number | undefined
  readonly permitted?: readonly string[] | undefined
  readonly excluded?: readonly string[] | undefined
}

/** All of them: those of the configuration, those that were added, those that wait for a second person. */
export async function showAnchors(office: Office, call: Call): Promise<Reply> {
  const rows = await store.listTrustAnchors(scopeOf(office, call))
  return { status: 200, headers: {}, body: { configured: office.configuredAnchors, anchors: rows.map(view) } }
}

/** An admin names a root and its hash. It is trusted once a second person has confirmed it (SEC-11). */
export async function proposeAnchor(office: Office, call: Call, request: AnchorRequest): Promise<Reply> {
  const { entry, der } = await readRequest(request)
  return transact(scopeOf(office, call), async (scope) => {
    if ((await store.findTrustAnchor(scope, entry.sha256)) !== undefined)
      throw new HttpProblem('state.conflict', { rule: 'VN-15' })
    if ((await store.listTrustAnchors(scope)).length >= MAX_ANCHORS) throw new HttpProblem('state.conflict')
    const now = office.now()
    await store.insertTrustAnchor(scope, {
      sha256: entry.sha256,
      certificate: Buffer.from(der).toString('base64'),
      entry: JSON.stringify(entry),
      proposed_by: call.actor.person,
      proposed_at: now.toISOString(),
      confirmed_by: null,
      confirmed_at: null,
    })
    await appendRecord(scope, now, call, undefined, 'trustProposed', auditOf(entry))
    return answer(scope, call, entry.sha256, 201)
  })
}

/** A second person has compared the hash too, and what is proposed for it: from now on the root is trusted. */
export async function confirmAnchor(office: Office, call: Call, sha256: string, proposal: string): Promise<Reply> {
  const now = office.now()
  const refused = await transact(scopeOf(office, call), async (scope): Promise<Reply | 'own'> => {
    const current = await store.findTrustAnchor(scope, sha256)
    if (current === undefined) throw new HttpProblem('notFound')
    if (current.proposed_by === call.actor.person) {
      await appendRecord(scope, now, call, undefined, 'refused', { act: 'trustConfirmed', sha256 })
      return 'own'
    }
    if (current.confirmed_by !== null || proposalOf(current) !== proposal)
      throw new HttpProblem('state.conflict', { rule: 'VN-15' })
    await store.confirmTrustAnchor(scope, sha256, call.actor.person, now.toISOString())
    await appendRecord(scope, now, call, undefined, 'trustConfirmed', auditOf(entryOf(current)))
    return answer(scope, call, sha256, 200)
  })
  if (refused === 'own') throw new HttpProblem('duty.conflict', { rule: 'SEC-11' })
  return refused
}

/** Trusting less needs nobody else: a root that lost its key must go at once. */
export async function removeAnchor(office: Office, call: Call, sha256: string): Promise<Reply> {
  return transact(scopeOf(office, call), async (scope) => {
    const row = await store.findTrustAnchor(scope, sha256)
    if (row === undefined) throw new HttpProblem('notFound')
    await store.deleteTrustAnchor(scope, sha256)
    await appendRecord(scope, office.now(), call, undefined, 'trustRemoved', auditOf(entryOf(row)))
    const reply = { status: 200, headers: {}, body: view(row) }
    await finish(scope, call, reply)
    return reply
  })
}

/**
 * The added anchors that a validation uses: those of the asker's agency; of a stranger, those of the only agency there is.
 * Nothing of one agency decides for another (SEC-10).
 */
export async function trustedAnchors(office: Office, call: Call): Promise<TrustedAnchors> {
  const tenant = call.tenant === '' ? await store.onlyTenant(office.db) : call.tenant
  if (tenant === undefined) return []
  const rows = await store.listTrustAnchors({ db: office.db, tenant })
  return rows
    .filter(({ confirmed_by: by }) => by !== null)
    .map((row) => ({ entry: entryOf(row), certificate: new Uint8Array(Buffer.from(row.certificate, 'base64')) }))
}

/** @throws HttpProblem certificate.malformed, trust.pinMismatch, request.invalid */
async function readRequest(request: AnchorRequest): Promise<{ entry: ProfileAnchor; der: Uint8Array }> {
  const { certificate, sha256: pin, ...rest } = request
  const bytes = decodeObject(certificate)
  if (bytes === undefined || !isCertificate(bytes))
    throw new HttpProblem('certificate.malformed', { errors: [{ pointer: '/certificate', code: 'not_a_certificate' }] })
  try {
    const { certificate: found, sha256 } = await pinnedCertificate(bytes, pin)
    const subject = found.subject.toString()
    const limits = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
    const given = { file: `${sha256}.crt`, sha256, subject: subject === '' ? '-' : subject, ...limits }
    const [entry] = addAnchor(EMPTY_PROFILE, given as ProfileAnchor).anchors
    return { entry: entry!, der: found.der }
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
    if (error.code === 'TRUST_PIN_MISMATCH') throw new HttpProblem('trust.pinMismatch', { cause: error })
    if (error.code === 'TRUST_PROFILE_INVALID')
      throw new HttpProblem('request.invalid', { errors: [{ pointer: '', code: 'limits.malformed' }], cause: error })
    throw new HttpProblem('certificate.malformed', { coreCode: error.code, cause: error })
  }
}

function isCertificate(bytes: Uint8Array): boolean {
  try {
    return readCertificates(bytes).length === 1
  } catch {
    return false
  }
}

function entryOf(row: TrustAnchorRow): ProfileAnchor {
  const json = `{"schema":${JSON.stringify(EMPTY_PROFILE.schema)},"anchors":[${row.entry}]}`
  return parseTrustProfile(json).anchors[0]!
}

function auditOf({ file: _file, ...entry }: ProfileAnchor): Readonly<Record<string, Canonical>> {
  return entry
}

async function answer(scope: Scope, call: Call, sha256: string, status: number): Promise<Reply> {
  const row = await store.findTrustAnchor(scope, sha256)
  const headers = { location: `/v1/trust-anchors/${sha256}` }
  const reply = { status, headers, body: view(row!) }
  await finish(scope, call, reply)
  return reply
}

/** Over everything that a second person confirms. */
function proposalOf({ entry, proposed_by, proposed_at }: TrustAnchorRow): string {
  return createHash('sha256')
    .update(JSON.stringify([entry, proposed_by, proposed_at]))
    .digest('hex')
}

function view(row: TrustAnchorRow): Readonly<Record<string, unknown>> {
  const { file: _file, ...entry } = entryOf(row)
  return {
    ...entry,
    proposal: proposalOf(row),
    state: row.confirmed_by === null ? 'proposed' : 'trusted',
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at,
    confirmedBy: row.confirmed_by,
    confirmedAt: row.confirmed_at,
  }
}
