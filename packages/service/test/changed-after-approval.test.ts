import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { createTrustStore } from '@countersign/core'
import { APPROVAL_POLICY, encodeStatement } from '../src/approval/statement.ts'
import { openKeys } from '../src/signer/in-process.ts'
import type { KeySide, SigningRequest } from '../src/signer/key-side.ts'
import { setUpTestMode } from '../src/test-mode.ts'
import { act, bringTo, noticePdf, startOffice } from './support/running-office.ts'
import type { RunningOffice } from './support/running-office.ts'

let office: RunningOffice
let keys: KeySide

const FLIPS = 1000
const NOW = (): Date => new Date()

beforeAll(async () => {
  office = await startOffice()
  const setup = await setUpTestMode(office.data, NOW)
  keys = await openKeys({
    keys: setup.keys,
    now: NOW,
    approvals: { enrolled: [], unsigned: 'test-ca-only' },
    trust: createTrustStore(setup.trust),
    sources: { certificates: setup.intermediates ?? [], crls: setup.crls ?? [] },
  })
})

afterAll(() => office.stop())

/** Random places and random other values, the same ones on every run. */
function flips(bytes: Uint8Array): readonly { readonly at: number; readonly mask: number }[] {
  const flip = fc.record({ at: fc.nat(bytes.length - 1), mask: fc.integer({ min: 1, max: 255 }) })
  return fc.sample(flip, { numRuns: FLIPS, seed: 2026 })
}

test('REQ-01 a byte changed in the store after approval: 1,000 of 1,000 requests to sign are refused', async () => {
  const approved = await bringTo(office, 'approved')
  const hash = approved.sha256.slice('sha256:'.length)
  const path = join(office.data, 'files', 'sha256', hash.slice(0, 2), hash.slice(2))
  const original = new Uint8Array(await readFile(path))
  const refused = new Map<string, number>()
  for (const { at, mask } of flips(original)) {
    const changed = original.slice()
    changed[at]! ^= mask
    await writeFile(path, changed)
    const { status, body } = await act(office, approved, 'signed')
    const outcome = `${status} ${body.code}`
    refused.set(outcome, (refused.get(outcome) ?? 0) + 1)
  }
  expect([...refused]).toEqual([['409 hash.notApproved', FLIPS]])
  // The approved bytes themselves still sign: what was refused was the change.
  await writeFile(path, original)
  expect((await act(office, approved, 'signed')).status).toBe(201)
}, 120_000)

async function requestFor(file: Uint8Array): Promise<SigningRequest> {
  const bytes = await noticePdf()
  const approved = { sha256: createHash('sha256').update(bytes).digest('hex'), length: bytes.length }
  const at = new Date()
  const document = 'a'.repeat(32)
  const statement = encodeStatement({
    v: 1,
    documentId: document,
    ...approved,
    policyId: APPROVAL_POLICY,
    role: 'officer',
    subject: 'dung',
    keyId: 'k',
    time: at.toISOString(),
    nonce: 'b'.repeat(32),
  })
  const approvals = [{ statement, jws: null }]
  return { use: 'officer', tenant: 'test', document, person: 'dung', file, approved, approvals, fill: {}, at }
}

test('SEC-01 the key side alone, asked directly: 1,000 of 1,000 changed files are refused', async () => {
  const bytes = await noticePdf()
  let refused = 0
  for (const { at, mask } of flips(bytes)) {
    const changed = bytes.slice()
    changed[at]! ^= mask
    try {
      await keys.sign(await requestFor(changed))
    } catch (error) {
      if ((error as { code?: string }).code === 'hash.notApproved') refused += 1
    }
  }
  expect(refused).toBe(FLIPS)
  expect((await keys.sign(await requestFor(bytes))).bytes.length).toBeGreaterThan(bytes.length)
}, 120_000)

test('SEC-01 the key side refuses without an approval, with two, with one for other bytes, document or length', async () => {
  const bytes = await noticePdf()
  const good = await requestFor(bytes)
  const [approval] = good.approvals
  const edit = (from: string, to: string): SigningRequest => ({
    ...good,
    approvals: [{ statement: approval!.statement.replace(from, to), jws: null }],
  })
  const cases: readonly (readonly [SigningRequest, string])[] = [
    [{ ...good, approvals: [] }, 'approval.invalid'],
    [{ ...good, approvals: [approval!, approval!] }, 'approval.invalid'],
    [edit(good.approved.sha256, '0'.repeat(64)), 'hash.notApproved'],
    [edit(`"length":${bytes.length}`, `"length":${bytes.length - 1}`), 'hash.notApproved'],
    [edit(good.document, 'c'.repeat(32)), 'approval.invalid'],
    [edit('"v":1', '"v":2'), 'approval.invalid'],
    [{ ...good, file: bytes.subarray(0, bytes.length - 1) }, 'hash.notApproved'],
    [{ ...good, file: new Uint8Array([...bytes, 10]) }, 'hash.notApproved'],
    [{ ...good, tenant: 'other' }, 'key.unavailable'],
    // D30-10: nothing is filled beside the officer's signature, and nothing but number, date and agency info beside the seal.
    [{ ...good, fill: { number: { value: '99' } } }, 'hash.notApproved'],
    [
      { ...good, use: 'seal', person: 'giang', file: new Uint8Array([...bytes, 10]), fill: { amount: { value: '9' } } },
      'hash.notApproved',
    ],
    // D30-06: the seal's key is not to be had with the officer's signature missing.
    [{ ...good, use: 'seal', person: 'giang' }, 'hash.notApproved'],
    [{ ...good, use: 'seal', person: 'giang', file: new Uint8Array([...bytes, 10]) }, 'officerSignature.missing'],
    [{ ...good, use: 'seal', person: 'dung', file: new Uint8Array([...bytes, 10]) }, 'duty.conflict'],
  ]
  for (const [request, code] of cases) await expect(keys.sign(request)).rejects.toMatchObject({ code })
})

test('SEC-11 without the test CA allowance an unsigned approval is refused', async () => {
  const setup = await setUpTestMode(office.data, NOW)
  const strict = await openKeys({
    keys: setup.keys.map((key) => ({ ...key, persons: ['dung'] })),
    now: NOW,
    approvals: { enrolled: [], unsigned: 'refuse' },
    trust: createTrustStore(setup.trust),
    sources: {},
  })
  await expect(strict.sign(await requestFor(await noticePdf()))).rejects.toMatchObject({ code: 'approval.invalid' })
})
