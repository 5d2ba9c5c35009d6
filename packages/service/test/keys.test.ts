import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { createTrustStore } from '@countersign/core'
import type { Signer } from '@countersign/core'
import { p12Signer } from '@countersign/core/node'
import { createTestPki } from '@countersign/test-pki'
import type { DefaultActor } from '@countersign/test-pki'
import { APPROVAL_POLICY, encodeStatement } from '../src/approval/statement.ts'
import { openKeys } from '../src/signer/in-process.ts'
import type { KeySide, SigningRequest } from '../src/signer/key-side.ts'
import { noticePdf } from './support/running-office.ts'

const NOW = new Date('2026-11-25T03:00:00Z')
const pki = createTestPki({ clock: () => NOW })
const calls = new Map<string, number>()
let pdf: Uint8Array

beforeAll(async () => {
  pdf = await noticePdf()
})

afterAll(() => calls.clear())

/** The actor's key, which counts how often it is used. */
async function countingSigner(name: DefaultActor): Promise<Signer> {
  const signer = await p12Signer(pki.actors[name].toPkcs12('p'), { password: 'p' })
  return {
    info: () => signer.info(),
    sign: (batch, context) => {
      calls.set(name, (calls.get(name) ?? 0) + 1)
      return signer.sign(batch, context)
    },
  }
}

const AUTHORITIES = ['root', 'ca', 'caVn', 'caEc', 'caRevoked'] as const

async function keySide(
  officer: DefaultActor,
  crls: readonly (typeof AUTHORITIES)[number][] = AUTHORITIES,
): Promise<KeySide> {
  const key = async (
    use: 'officer' | 'seal',
    name: DefaultActor,
  ): Promise<Parameters<typeof openKeys>[0]['keys'][number]> => ({
    id: name,
    use,
    tenant: 'snv',
    persons: 'anybody',
    signer: await countingSigner(name),
  })
  return openKeys({
    keys: [await key('officer', officer), await key('seal', 'seal')],
    approvals: { enrolled: [], unsigned: 'test-ca-only' },
    now: () => NOW,
    trust: createTrustStore([pki.actors.root.certificate]),
    sources: {
      certificates: AUTHORITIES.map((name) => pki.actors[name].certificate),
      crls: crls.map((name) => pki.issueCrl(name)),
    },
  })
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function requestFor(use: 'officer' | 'seal', file: Uint8Array): SigningRequest {
  const approved = { sha256: sha256(pdf), length: pdf.length }
  const document = 'a'.repeat(32)
  const statement = encodeStatement({
    v: 1,
    documentId: document,
    ...approved,
    policyId: APPROVAL_POLICY,
    role: 'officer',
    subject: 'dung',
    keyId: 'k',
    time: NOW.toISOString(),
    nonce: 'b'.repeat(32),
  })
  const person = use === 'officer' ? 'dung' : 'giang'
  return {
    use,
    tenant: 'snv',
    document,
    person,
    file,
    approved,
    approvals: [{ statement, jws: null }],
    fill: {},
    at: NOW,
  }
}

describe('VN-04 N68-01 the certificate is checked before the key is used', () => {
  test.each(['expired', 'notYetValid', 'revoked'] as const)('%s: refused, and the key was not called', async (name) => {
    const keys = await keySide(name)
    await expect(keys.sign(requestFor('officer', pdf))).rejects.toMatchObject({
      code: 'key.unavailable',
      rule: 'VN-04',
    })
    expect(calls.get(name)).toBeUndefined()
  })

  test('SEC-13 a time that is not now is refused, past or future', async () => {
    const keys = await keySide('officer')
    for (const minutes of [-5, 5, Number.NaN]) {
      const at = new Date(NOW.getTime() + minutes * 60_000)
      await expect(keys.sign({ ...requestFor('officer', pdf), at })).rejects.toMatchObject({ rule: 'SEC-13' })
    }
    expect(calls.get('officer')).toBeUndefined()
  })

  test('VN-05 without revocation data nothing is known, so nothing is signed', async () => {
    const keys = await keySide('officer', [])
    await expect(keys.sign(requestFor('officer', pdf))).rejects.toMatchObject({ code: 'key.unavailable' })
    expect(calls.get('officer')).toBeUndefined()
  })

  test('a good certificate signs once per request, and the seal after it', async () => {
    const keys = await keySide('officer')
    const { bytes } = await keys.sign(requestFor('officer', pdf))
    expect(calls.get('officer')).toBe(1)
    const sealed = await keys.sign(requestFor('seal', bytes))
    expect([calls.get('officer'), calls.get('seal')]).toEqual([1, 1])
    expect(sha256(sealed.bytes.subarray(0, bytes.length))).toBe(sha256(bytes))
  })
})

describe('D30-06 the seal needs a valid signature of an officer of this agency', () => {
  test('not that of somebody else, a broken one, or one followed by a change', async () => {
    const keys = await keySide('officer')
    const stranger = await keySide('officerEc')
    const { bytes } = await keys.sign(requestFor('officer', pdf))
    const foreign = await stranger.sign(requestFor('officer', pdf))
    const broken = bytes.slice()
    broken[bytes.length - 20]! ^= 1
    const longer = new Uint8Array([...bytes, ...new TextEncoder().encode('\n1 0 obj<</Type/Catalog>>endobj\n')])
    for (const file of [foreign.bytes, broken, longer]) {
      await expect(keys.sign(requestFor('seal', file))).rejects.toMatchObject({ code: 'officerSignature.missing' })
    }
  })
})
