import { randomBytes } from 'node:crypto'
import { readKeyId, verifyJws } from '../approval/jws.ts'
import { APPROVAL_POLICY, encodeStatement, parseStatement } from '../approval/statement.ts'
import type { ApprovalStatement, SignedStatement } from '../approval/statement.ts'
import { insertApproval, nonceKnown } from '../store/approvals.ts'
import type { StoredDocument } from '../store/documents.ts'
import { commit, readForAct, refuse, requireAllowed } from './commit.ts'
import { scopeOf } from './office.ts'
import type { Call, Office, Reply } from './office.ts'

/** How far the time in a signed statement may be from ours (SEC-13). */
const STATEMENT_SKEW_MS = 5 * 60 * 1000

/** The officer approves exactly these bytes (Art 11, D30-04). */
export async function approve(
  office: Office,
  call: Call,
  id: string,
  given: { readonly sha256: string; readonly jws?: string | undefined },
): Promise<Reply> {
  const document = await readForAct(office, call, id)
  const act = { type: 'approve', sha256: given.sha256 } as const
  await requireAllowed(office, call, document, act)
  const at = office.now()
  const signed = await makeStatement(office, call, document, given.jws, at)
  if (signed === undefined) return refuse(office, call, id, 'approve', { code: 'approval.invalid', rule: 'SEC-11' })
  const statement = parseStatement(signed.statement)
  if (statement === undefined) throw new Error('a statement that was just made cannot be read')
  const approval = { id: randomBytes(16).toString('hex'), person: call.actor.person, ...document.flow.file }
  return commit(office, call, document, {
    act,
    event: { type: 'approved', person: call.actor.person, approval },
    at,
    also: (scope) => insertApproval(scope, { id: approval.id, document: id, nonce: statement.nonce, ...signed }),
    audit: { approval: approval.id, sha256: approval.sha256, length: approval.length, signed: signed.jws !== null },
  })
}

async function makeStatement(
  office: Office,
  call: Call,
  document: StoredDocument,
  jws: string | undefined,
  at: Date,
): Promise<SignedStatement | undefined> {
  const expected = {
    v: 1,
    documentId: document.id,
    ...document.flow.file,
    policyId: APPROVAL_POLICY,
    role: 'officer',
    subject: call.actor.person,
  } as const
  if (jws === undefined) {
    // SEC-11: an unsigned approval is good enough for a test CA and for nothing else.
    if (office.mode !== 'test') return undefined
    const nonce = randomBytes(16).toString('hex')
    const statement = encodeStatement({ ...expected, keyId: call.actor.keyId, time: at.toISOString(), nonce })
    return { statement, jws: null }
  }
  const statement = readSigned(office, call, jws)
  if (statement === undefined || !matches(statement, expected)) return undefined
  if (Math.abs(new Date(statement.time).getTime() - at.getTime()) > STATEMENT_SKEW_MS) return undefined
  // SEC-12: a statement is used once.
  if (await nonceKnown(scopeOf(office, call), statement.nonce)) return undefined
  return { statement: encodeStatement(statement), jws }
}

function readSigned(office: Office, call: Call, jws: string): ApprovalStatement | undefined {
  const keyId = readKeyId(jws)
  const enrolled = office.enrolled.find((key) => key.keyId === keyId && key.tenant === call.tenant)
  if (enrolled?.person !== call.actor.person) return undefined
  const payload = verifyJws(jws, enrolled)
  const statement = payload === undefined ? undefined : parseStatement(payload)
  return statement?.keyId === keyId ? statement : undefined
}

type Expected = Omit<ApprovalStatement, 'keyId' | 'time' | 'nonce'>

function matches(statement: ApprovalStatement, expected: Expected): boolean {
  return Object.entries(expected).every(([name, value]) => statement[name as keyof Expected] === value)
}
