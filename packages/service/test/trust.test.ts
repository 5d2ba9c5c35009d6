// The trust list over HTTP: shown in full, changed by two persons, every change in the audit log (VN-15, T15-05).
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createTrustStore, validateCertificate } from '@countersign/core'
import { createTestPki } from '@countersign/test-pki'
import { startOffice } from './support/running-office.ts'
import type { Client, RunningOffice } from './support/running-office.ts'

const AT = '2026-11-01T00:00:00Z'
const organisation = ['C=VN', 'O=Cơ quan KHÁC']
const validity = { from: -100, to: 100 }
const pki = createTestPki<'root' | 'leaf'>({
  clock: () => new Date(AT),
  declaration: {
    root: { subject: [...organisation, 'CN=Root khác'], key: 'root', profile: 'root', validity },
    leaf: { subject: [...organisation, 'CN=Người ký'], issuer: 'root', key: 'officerEc', profile: 'signer', validity },
  },
})
const { root, leaf } = pki.actors
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const proposal = {
  certificate: root.pem,
  sha256: root.sha256,
  profiles: ['public'],
  purposes: ['signer', 'tsa'],
  provenance: 'khac.vn, tải ngày 2026-11-01, đã đối chiếu qua điện thoại',
}

let office: RunningOffice
let admin: Client
let second: Client

beforeAll(async () => {
  office = await startOffice()
  admin = await office.person('quan', 'admin')
  second = await office.person('phu', 'admin')
})
afterAll(() => office.stop())

const PATH = `/v1/trust-anchors/${root.sha256}`
const request = { certificate: leaf.pem, revocation: 'none', at: AT }
const isValid = async (by: Client): Promise<unknown> =>
  (await by.send('POST', '/v1/certificate-validations', request)).body.valid
const propose = (by: Client, patch: object = {}) => by.send('POST', '/v1/trust-anchors', { ...proposal, ...patch })
/** What somebody sees in the list. */
const seenProposal = async (by: Client): Promise<unknown> =>
  (await by.send('GET', '/v1/trust-anchors')).body.anchors[0]?.proposal ?? '00'.repeat(32)
const confirmAs = async (by: Client) =>
  by.send('POST', `${PATH}/confirmation`, { proposal: await seenProposal(second) })
const codeOf = ({ status, body }: { status: number; body: { code?: string } }): unknown => [status, body.code]

describe('a root becomes trusted by two persons', () => {
  test('the list shows the roots of the configuration to everybody of the agency, to nobody else', async () => {
    const { status, body } = await office.people.lan.send('GET', '/v1/trust-anchors')
    expect([status, body.anchors]).toEqual([200, []])
    expect(body.configured).toEqual([
      { sha256: expect.stringMatching(/^[0-9a-f]{64}$/u), subject: expect.stringContaining('Root CA') },
    ])
    expect(codeOf(await office.nobody.send('GET', '/v1/trust-anchors'))).toEqual([401, 'auth.missing'])
  })

  test('only an admin proposes, and with the right hash', async () => {
    for (const person of Object.values(office.people))
      expect(codeOf(await propose(person))).toEqual([403, 'auth.forbidden'])
    expect(codeOf(await propose(admin, { sha256: 'ab'.repeat(32) }))).toEqual([422, 'trust.pinMismatch'])
    expect(codeOf(await propose(admin, { certificate: 'AAAA' }))).toEqual([422, 'certificate.malformed'])
    expect(codeOf(await propose(admin, { permitted: ['gov.vn'] }))).toEqual([422, 'request.invalid'])
    expect(codeOf(await propose(admin, { provenance: '' }))).toEqual([422, 'request.invalid'])
    const made = await propose(admin, { sha256: root.sha256.toUpperCase().replaceAll(/(..)(?=.)/gu, '$1:') })
    expect([made.status, made.headers.get('location')]).toEqual([201, PATH])
    expect(made.body).toMatchObject({ state: 'proposed', proposedBy: 'quan', confirmedBy: null, sha256: root.sha256 })
    expect(codeOf(await propose(admin))).toEqual([409, 'state.conflict'])
  })

  test('it is not trusted before another person confirms it', async () => {
    const confirm = (by: Client) => confirmAs(by)
    expect(await isValid(admin)).toBe(false)
    expect(codeOf(await confirm(admin))).toEqual([403, 'duty.conflict'])
    expect(codeOf(await confirm(office.people.lan))).toEqual([403, 'auth.forbidden'])
    expect(await isValid(admin)).toBe(false)
    expect((await confirm(office.people.kiem)).body).toMatchObject({ state: 'trusted', confirmedBy: 'kiem' })
    expect(codeOf(await confirm(second))).toEqual([409, 'state.conflict'])
    expect([await isValid(admin), await isValid(office.people.lan), await isValid(office.nobody)]).toEqual([
      true,
      true,
      true,
    ])
  })

  test('one admin alone removes it at once', async () => {
    expect(codeOf(await office.people.kiem.send('DELETE', PATH))).toEqual([403, 'auth.forbidden'])
    expect((await second.send('DELETE', PATH)).status).toBe(200)
    expect(codeOf(await second.send('DELETE', PATH))).toEqual([404, 'notFound'])
    expect(await isValid(admin)).toBe(false)
  })

  test('every change and the refused confirmation stand in the audit log, whose chain holds', async () => {
    const { body } = await office.people.kiem.send('GET', '/v1/audit?limit=200')
    expect(body.intact).toBe(true)
    const told = body.entries
      .filter((entry: { event: string }) => /^trust|^refused/u.test(entry.event))
      .map(({ event, actor, data }: { event: string; actor: string; data: { sha256: string } }) => [
        event,
        actor,
        data.sha256,
      ])
    expect(told).toEqual([
      ['trustProposed', 'quan', root.sha256],
      ['refused', 'quan', root.sha256],
      ['trustConfirmed', 'kiem', root.sha256],
      ['trustRemoved', 'phu', root.sha256],
    ])
    const first = body.entries.find((entry: { event: string }) => entry.event === 'trustProposed')
    expect(first.data).toMatchObject({ provenance: proposal.provenance, subject: expect.stringContaining('Root khác') })
  })

  test('who confirms names what was seen: a proposal made again with wider limits is another one', async () => {
    await propose(admin, { permitted: ['directory:C=LA'] })
    const seen = await seenProposal(second)
    await admin.send('DELETE', PATH)
    await propose(admin)
    expect(codeOf(await second.send('POST', `${PATH}/confirmation`, { proposal: seen }))).toEqual([
      409,
      'state.conflict',
    ])
    expect(codeOf(await second.send('POST', `${PATH}/confirmation`))).toEqual([422, 'request.invalid'])
    expect(await isValid(admin)).toBe(false)
    expect((await confirmAs(second)).status).toBe(200)
    await second.send('DELETE', PATH)
  })

  test('limits of an anchor hold', async () => {
    const add = async (patch: object): Promise<unknown> => {
      await admin.send('POST', '/v1/trust-anchors', { ...proposal, ...patch })
      await confirmAs(second)
      const valid = await isValid(admin)
      await admin.send('DELETE', PATH)
      return valid
    }
    expect(await add({ permitted: ['directory:C=VN'] })).toBe(true)
    expect(await add({ permitted: ['directory:C=LA'] })).toBe(false)
    expect(await add({ purposes: ['tsa'] })).toBe(false)
    expect(await add({ until: '2026-10-31T00:00:00Z' })).toBe(false)
    expect(await add({ from: '2026-11-02T00:00:00Z' })).toBe(false)
  })
})

test('the certificate report is the one the library and the command line give', async () => {
  const [crl, ocsp] = [pki.issueCrl('root'), pki.ocspResponse('leaf')]
  await admin.send('POST', '/v1/trust-anchors', proposal)
  await confirmAs(second)
  for (const options of [
    {},
    { revocation: 'prefer' as const, purpose: 'timestamping' as const },
    { policies: ['2.5.29.32.0'], requireExplicitPolicy: true, algorithms: 'any' as const },
  ]) {
    const given = { certificate: leaf.pem, crls: [base64(crl)], ocsps: [base64(ocsp)], at: AT, ...options }
    const { status, body } = await admin.send('POST', '/v1/certificate-validations', given)
    const own = await validateCertificate(leaf.certificate, {
      trust: createTrustStore([root.certificate]),
      crls: [crl],
      ocsps: [ocsp],
      at: new Date(AT),
      ...options,
    })
    expect([status, body]).toEqual([200, JSON.parse(JSON.stringify(own))])
  }
  expect(createHash('sha256').update(root.certificate).digest('hex')).toBe(root.sha256)
  await admin.send('DELETE', PATH)
})
