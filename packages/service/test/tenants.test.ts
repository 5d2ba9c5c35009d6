import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestPki } from '@countersign/test-pki'
import { createApp } from '../src/index.ts'
import type { Service } from '../src/index.ts'
import { ROUTES } from '../src/http/app.ts'
import { openDatabase } from '../src/store/store.ts'
import { setUpTestMode } from '../src/test-mode.ts'
import { client, layOutTestPki, noticePdf, standingOf } from './support/running-office.ts'
import type { Client } from './support/running-office.ts'

let data: string
let service: Service
let server: Server
let ours: Client
let theirs: Client

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'countersign-tenants-'))
  await layOutTestPki(data)
  const { keys, ...setup } = await setUpTestMode(data, () => new Date())
  const agencies = [
    { id: 'snv', name: 'Sở Nội vụ' },
    { id: 'stc', name: 'Sở Tài chính' },
  ]
  const both = agencies.flatMap(({ id }) => keys.map((key) => ({ ...key, id: `${id}-${key.id}`, tenant: id })))
  service = await createApp({ ...setup, data, mode: 'test', agencies, keys: both, log: { write: () => undefined } })
  server = createServer(service.app)
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const roles = ['drafter', 'content-reviewer', 'form-reviewer', 'officer', 'clerk', 'auditor', 'admin'] as const
  const key = async (agency: string): Promise<string> =>
    (await service.issueApiKey({ agency, person: 'an', name: 'An', roles })).key
  ours = client(url, await key('snv'))
  theirs = client(url, await key('stc'))
})

afterAll(async () => {
  server.close()
  await service.close()
  await rm(data, { recursive: true, force: true })
})

describe('SEC-10 tenants do not see each other', () => {
  test("every route with another agency's id answers 404, never 403 and never the thing", async () => {
    const pdf = await noticePdf()
    const made = standingOf(await ours.sendPdf('POST', '/v1/documents?title=a&symbol=TB-SNV', pdf))
    const bodies: Readonly<Record<string, unknown>> = {
      reviews: { kind: 'content', outcome: 'passed', sha256: made.sha256 },
      approvals: { outcome: 'approved', sha256: made.sha256 },
      withdrawals: { reason: 'r' },
      signatures: { sha256: made.sha256 },
    }
    const routes = ROUTES.filter(({ path }) => path.startsWith('/v1/documents/{id}'))
    expect(routes.length).toBeGreaterThan(9)
    for (const route of routes) {
      const path = route.path.replace('{id}', made.id)
      const headers = { 'if-match': made.etag }
      const method = route.method.toUpperCase()
      const body = route.body.type === 'json' ? (bodies[path.split('/').at(-1) ?? ''] ?? {}) : undefined
      const foreign =
        route.body.type === 'pdf'
          ? await theirs.sendPdf(method, path, pdf, headers)
          : await theirs.send(method, path, body, headers)
      expect([method, path, foreign.status, foreign.body.code]).toEqual([method, path, 404, 'notFound'])
    }
    expect((await ours.send('GET', `/v1/documents/${made.id}`)).body.version).toBe(1)
  })

  test('lists, audit, keys and idempotency keys are apart', async () => {
    await ours.sendPdf('POST', '/v1/documents?title=b&symbol=TB-SNV', await noticePdf())
    expect((await theirs.send('GET', '/v1/documents')).body.documents).toEqual([])
    expect((await theirs.send('GET', '/v1/audit')).body.entries).toEqual([])
    const keys = (await ours.send('GET', '/v1/api-keys')).body.keys
    expect((await theirs.send('DELETE', `/v1/api-keys/${keys[0].id}`)).status).toBe(404)
    expect((await ours.send('GET', '/v1/api-keys')).body.keys[0].revokedAt).toBeNull()
  })

  test('every statement on a table of tenants names the tenant', async () => {
    const seen: string[] = []
    const db = await openDatabase(join(data, 'countersign.db'), (event) => void seen.push(event.query.sql))
    const scope = { db, tenant: 'snv' }
    const modules = await Promise.all([
      import('../src/store/documents.ts'),
      import('../src/store/register.ts'),
      import('../src/store/audit.ts'),
      import('../src/store/numbers.ts'),
      import('../src/store/approvals.ts'),
    ])
    const [documents, register, audit, numbers, approvals] = modules
    await documents.findDocument(scope, 'x')
    await documents.listDocuments(scope, { limit: 1 })
    await register.listRegister(scope, { after: 0, limit: 1 })
    await register.findRegisterEntry(scope, 1)
    await register.findEntryOfDocument(scope, 'x')
    await audit.readAudit(scope)
    await numbers.findNumber(scope, 'x')
    await approvals.findApproval(scope, 'x')
    await approvals.voidApprovals(scope, 'x', 'now')
    await db.destroy()
    const tables = /"(?:documents|document_events|register_entries|audit|numbers|approvals)"/u
    const relevant = seen.filter((sql) => tables.test(sql) && /^(?:select|update|delete)/u.test(sql))
    expect(relevant.length).toBeGreaterThan(7)
    for (const sql of relevant) expect(sql).toMatch(/"tenant" = \?/u)
  })
})

test("a root that one agency trusts decides nothing for another, and is no stranger's affair", async () => {
  const now = () => new Date()
  const validity = { from: -10, to: 10 }
  const pki = createTestPki<'root' | 'leaf'>({
    clock: now,
    declaration: {
      root: { subject: ['C=VN', 'CN=Root của một cơ quan'], key: 'root', profile: 'root', validity },
      leaf: { subject: ['C=VN', 'CN=An'], issuer: 'root', key: 'officerEc', profile: 'signer', validity },
    },
  })
  const { root, leaf } = pki.actors
  const path = `/v1/trust-anchors/${root.sha256}`
  const second = client(
    ours.url,
    (await service.issueApiKey({ agency: 'snv', person: 'b', name: 'B', roles: ['auditor'] })).key,
  )
  const nobody = client(ours.url, '')
  const given = { profiles: ['gov'], purposes: ['signer'], provenance: 'by hand' }
  const made = await ours.send('POST', '/v1/trust-anchors', { ...given, certificate: root.pem, sha256: root.sha256 })
  const seen = { proposal: made.body.proposal }
  expect((await theirs.send('POST', `${path}/confirmation`, seen)).status).toBe(404)
  expect((await second.send('POST', `${path}/confirmation`, seen)).status).toBe(200)
  const valid = async (by: Client): Promise<unknown> =>
    (await by.send('POST', '/v1/certificate-validations', { certificate: leaf.pem, revocation: 'none' })).body.valid
  expect([await valid(ours), await valid(theirs), await valid(nobody)]).toEqual([true, false, false])
  expect((await theirs.send('DELETE', path)).status).toBe(404)
  expect((await theirs.send('GET', '/v1/trust-anchors')).body.anchors).toEqual([])
})
