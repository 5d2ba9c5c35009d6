import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCertificates } from '@countersign/core'
import { p12Signer } from '@countersign/core/node'
import { createTestPki, generateKey } from '@countersign/test-pki'
import type { ActorDeclaration, PkiDeclaration, TestPki } from '@countersign/test-pki'
import { canonicalJson } from '../src/approval/canonical-json.ts'
import { createApp, enrolKey } from '../src/index.ts'
import type { Role, Service, ServiceOptions } from '../src/index.ts'
import { isTestCertificate } from '../src/signer/test-certificate.ts'
import { client, noticePdf, standingOf } from './support/running-office.ts'
import type { Answer, Client, Standing } from './support/running-office.ts'

type Name = 'root' | 'officer' | 'seal'

/** A PKI whose names do not say TEST: the service takes it for a real one. */
function realLookingPki(): TestPki<Name> {
  const actor = (name: Name, profile: ActorDeclaration['profile']): ActorDeclaration => ({
    subject: ['C=VN', `O=Tỉnh Ví Dụ`, `CN=${name}`],
    ...(name === 'root' ? {} : { issuer: 'root' }),
    key: name,
    profile,
    validity: { from: -1, to: 365 },
    extensions: { pointers: null },
  })
  const declaration: PkiDeclaration<Name> = {
    root: actor('root', 'root'),
    officer: actor('officer', 'signer'),
    seal: actor('seal', 'signer'),
  }
  const keys = { root: generateKey('rsa-2048'), officer: generateKey('rsa-2048'), seal: generateKey('p-256') }
  return createTestPki({ clock: () => new Date(), declaration, keys })
}

const approvalKey = generateKeyPairSync('ed25519')
let data: string
let options: ServiceOptions
let service: Service
let server: Server
let people: Record<'lan' | 'binh' | 'chi' | 'dung' | 'giang', Client>

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'countersign-production-'))
  const pki = realLookingPki()
  const key = async (use: 'officer' | 'seal', person: string): Promise<ServiceOptions['keys'][number]> => ({
    id: use,
    use,
    tenant: 'snv',
    signer: await p12Signer(pki.actors[use].toPkcs12('p'), { password: 'p' }),
    persons: [person],
  })
  const jwk = approvalKey.publicKey.export({ format: 'jwk' })
  options = {
    data,
    mode: 'production',
    agencies: [{ id: 'snv', name: 'Sở Nội vụ tỉnh Ví Dụ' }],
    keys: [await key('officer', 'dung'), await key('seal', 'giang')],
    trust: [pki.actors.root.certificate],
    crls: [pki.issueCrl('root', { nextUpdate: new Date(Date.now() + 86_400_000) })],
    approvalKeys: [enrolKey(jwk, { keyId: 'k1', tenant: 'snv', person: 'dung' })],
    log: { write: () => undefined },
  }
  service = await createApp(options)
  server = createServer(service.app)
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const person = async (id: string, role: Role): Promise<Client> =>
    client(url, (await service.issueApiKey({ person: id, name: id, roles: [role] })).key)
  people = {
    lan: await person('lan', 'drafter'),
    binh: await person('binh', 'content-reviewer'),
    chi: await person('chi', 'form-reviewer'),
    dung: await person('dung', 'officer'),
    giang: await person('giang', 'clerk'),
  }
})

afterAll(async () => {
  server.close()
  await service.close()
  await rm(data, { recursive: true, force: true })
})

async function post(who: Client, at: Standing, path: string, body: unknown): Promise<Answer> {
  return who.send('POST', `/v1/documents/${at.id}/${path}`, body, { 'if-match': at.etag })
}

async function reviewed(): Promise<Standing> {
  let at = standingOf(await people.lan.sendPdf('POST', '/v1/documents?title=a&symbol=TB-SNV', await noticePdf()))
  at = standingOf(await post(people.lan, at, 'submissions', {}))
  at = standingOf(await post(people.binh, at, 'reviews', { kind: 'content', outcome: 'passed', sha256: at.sha256 }))
  return standingOf(await post(people.chi, at, 'reviews', { kind: 'form', outcome: 'passed', sha256: at.sha256 }))
}

interface Statement {
  [name: string]: string | number
}

function statementFor(at: Standing): Statement {
  return {
    v: 1,
    documentId: at.id,
    sha256: at.sha256.slice('sha256:'.length),
    length: at.document.file.length,
    policyId: 'countersign/approval/1',
    role: 'officer',
    subject: 'dung',
    keyId: 'k1',
    time: new Date().toISOString(),
    nonce: randomBytes(16).toString('hex'),
  }
}

function jwsOf(statement: Statement, kid = 'k1'): string {
  const part = (text: string): string => Buffer.from(text, 'utf8').toString('base64url')
  const input = `${part(JSON.stringify({ alg: 'EdDSA', kid }))}.${part(canonicalJson(statement))}`
  return `${input}.${sign(null, Buffer.from(input), approvalKey.privateKey).toString('base64url')}`
}

async function approve(at: Standing, jws?: string): Promise<Answer> {
  return post(people.dung, at, 'approvals', {
    outcome: 'approved',
    sha256: at.sha256,
    ...(jws === undefined ? {} : { jws }),
  })
}

describe('SEC-11 production takes signed approvals only', () => {
  test('unsigned, foreign, stale, replayed and edited statements are refused', async () => {
    const at = await reviewed()
    const good = statementFor(at)
    const bad: readonly (string | undefined)[] = [
      undefined,
      jwsOf(good, 'k2'),
      jwsOf({ ...good, documentId: '0'.repeat(32) }),
      jwsOf({ ...good, sha256: '0'.repeat(64) }),
      jwsOf({ ...good, length: 1 }),
      jwsOf({ ...good, subject: 'lan' }),
      jwsOf({ ...good, time: new Date(Date.now() - 600_000).toISOString() }),
      jwsOf({ ...good, role: 'clerk' }),
      jwsOf({ ...good, extra: 1 }),
      jwsOf(good).slice(0, -4),
    ]
    for (const jws of bad) {
      const answer = await approve(at, jws)
      expect([answer.status, answer.body.code]).toEqual([403, 'approval.invalid'])
    }
    const approved = standingOf(await approve(at, jwsOf(good)))
    expect(approved.document.state).toBe('approved')
    // SEC-12: returned and brought up again, the same statement does not approve a second time.
    let again = standingOf(await post(people.dung, approved, 'approvals', { outcome: 'returned', reason: 'r' }))
    again = standingOf(await post(people.lan, again, 'submissions', {}))
    again = standingOf(
      await post(people.binh, again, 'reviews', { kind: 'content', outcome: 'passed', sha256: at.sha256 }),
    )
    again = standingOf(await post(people.chi, again, 'reviews', { kind: 'form', outcome: 'passed', sha256: at.sha256 }))
    expect((await approve(again, jwsOf(good))).body.code).toBe('approval.invalid')
  })

  test('the whole way with a signed approval; nothing says TEST', async () => {
    let at = await reviewed()
    at = standingOf(await approve(at, jwsOf(statementFor(at))))
    at = standingOf(await post(people.dung, at, 'signatures', { sha256: at.sha256 }))
    at = standingOf(await post(people.giang, at, 'seal', {}))
    at = standingOf(await post(people.giang, at, 'issuance', {}))
    expect(at.document).toMatchObject({ state: 'issued', test: false, code: '01/TB-SNV' })
  })

  test('D30-05 the key of the agency answers to its clerk only', async () => {
    let at = await reviewed()
    at = standingOf(await approve(at, jwsOf(statementFor(at))))
    at = standingOf(await post(people.dung, at, 'signatures', { sha256: at.sha256 }))
    const key = await service.issueApiKey({ person: 'moi', name: 'moi', roles: ['clerk'] })
    const url = people.lan.url
    const answer = await post(client(url, key.key), at, 'seal', {})
    expect([answer.status, answer.body.code, answer.body.rule]).toEqual([403, 'auth.forbidden', 'D30-05'])
  })
})

describe('REL-13 what production refuses', () => {
  test('every published key of certs-test, and its roots as anchors', async () => {
    const folder = new URL('../../../certs-test/', import.meta.url)
    const names = (await readdir(folder)).filter((name) => name.endsWith('.pem') && !name.startsWith('crl-'))
    expect(names.length).toBeGreaterThan(20)
    for (const name of names) {
      const certificates = readCertificates(new Uint8Array(await readFile(new URL(name, folder))))
      expect([name, certificates.every(isTestCertificate)]).toEqual([name, true])
    }
    const root = new Uint8Array(await readFile(new URL('root.pem', folder)))
    const trusting = { ...options, trust: [...options.trust, root] }
    await expect(createApp(trusting)).rejects.toMatchObject({ code: 'PRODUCTION_TEST_CA' })
    const p12 = new Uint8Array(await readFile(new URL('officer.p12', folder)))
    const key = { ...options.keys[0]!, signer: await p12Signer(p12, { password: 'test' }) }
    const keys = [key, ...options.keys.slice(1)]
    await expect(createApp({ ...options, keys })).rejects.toMatchObject({ code: 'PRODUCTION_TEST_CA' })
  })

  test('test mode does not take over production data, nor real keys', async () => {
    const mode = 'test'
    await expect(createApp({ ...options, mode })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    const without = { ...options, mode, keys: [] } as const
    await expect(createApp(without)).rejects.toMatchObject({ code: 'DATA_OF_OTHER_MODE' })
  })
})
