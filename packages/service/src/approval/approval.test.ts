import { describe, expect, test } from '@jest/globals'
import { generateKeyPairSync, sign } from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { enrolKey, readKeyId, verifyJws } from './jws.ts'
import { encodeStatement, parseStatement } from './statement.ts'
import type { ApprovalStatement } from './statement.ts'

const statement: ApprovalStatement = {
  v: 1,
  documentId: '0123456789abcdef0123456789abcdef',
  sha256: 'a'.repeat(64),
  length: 1234,
  policyId: 'countersign/approval/1',
  role: 'officer',
  subject: 'dung',
  keyId: 'k1',
  time: '2026-11-25T03:00:00.000Z',
  nonce: 'f'.repeat(32),
}

describe('RFC 8785 canonical JSON', () => {
  test('sorts members by UTF-16 code units and writes no white space', () => {
    // The member order of the example in RFC 8785 3.2.3.
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 }
    const order = [...canonicalJson(value).matchAll(/:(\d)/gu)].map(([, digit]) => digit)
    expect(order.join('')).toBe('2467153')
  })

  test('refuses what has no one form', () => {
    expect(() => canonicalJson(1.5)).toThrow(TypeError)
    expect(() => canonicalJson(2 ** 53)).toThrow(TypeError)
    expect(() => canonicalJson('\ud800')).toThrow(TypeError)
    expect(canonicalJson({ b: [true, null, 'Đ\n'], a: undefined })).toBe('{"b":[true,null,"Đ\\n"]}')
  })
})

describe('approval statements', () => {
  test('have one text: white space, another order or an unknown member is refused', () => {
    const text = encodeStatement(statement)
    expect(parseStatement(text)).toEqual(statement)
    expect(parseStatement(JSON.stringify(statement))).toBeUndefined()
    expect(parseStatement(`${text} `)).toBeUndefined()
    expect(parseStatement(text.replace('{', '{"admin":true,'))).toBeUndefined()
    expect(parseStatement('[')).toBeUndefined()
  })
})

function part(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64url')
}

function makeJws(header: object, payload: string, key: KeyObject): string {
  const input = `${part(JSON.stringify(header))}.${part(payload)}`
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  return `${input}.${sign(digest, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

describe('SEC-11 signed approvals', () => {
  const ed = generateKeyPairSync('ed25519')
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' })
  const owner = { keyId: 'k1', tenant: 'snv', person: 'dung' }
  const text = encodeStatement(statement)

  test.each([
    ['EdDSA', ed],
    ['ES256', ec],
  ] as const)('%s verifies, and fails for any other text, key or algorithm', (alg, pair) => {
    const enrolled = enrolKey(jwk(pair.publicKey), owner)
    const jws = makeJws({ alg, kid: 'k1' }, text, pair.privateKey)
    expect(readKeyId(jws)).toBe('k1')
    expect(verifyJws(jws, enrolled)).toBe(text)
    const [head, , signature] = jws.split('.')
    expect(verifyJws(`${head}.${part(text.replace('1234', '1235'))}.${signature}`, enrolled)).toBeUndefined()
    expect(verifyJws(makeJws({ alg, kid: 'k2' }, text, pair.privateKey), enrolled)).toBeUndefined()
    const stranger =
      alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(verifyJws(makeJws({ alg, kid: 'k1' }, text, stranger.privateKey), enrolled)).toBeUndefined()
    const wrongAlgorithm = alg === 'EdDSA' ? 'ES256' : 'EdDSA'
    expect(verifyJws(makeJws({ alg: wrongAlgorithm, kid: 'k1' }, text, pair.privateKey), enrolled)).toBeUndefined()
    for (const header of [
      { alg: 'none', kid: 'k1' },
      { alg: 'HS256', kid: 'k1' },
      { alg, kid: 'k1', jwk: {} },
      { alg },
    ]) {
      expect(verifyJws(makeJws(header, text, pair.privateKey), enrolled)).toBeUndefined()
    }
  })

  test('only public Ed25519 and P-256 keys are enrolled', () => {
    expect(() => enrolKey(jwk(ed.privateKey), owner)).toThrow(TypeError)
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    expect(() => enrolKey(jwk(rsa.publicKey), owner)).toThrow(TypeError)
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    expect(() => enrolKey(jwk(p384.publicKey), owner)).toThrow(TypeError)
  })
})
