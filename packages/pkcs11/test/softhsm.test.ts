// The signer at a real PKCS#11 module. Without SoftHSM, or without pkcs11js, the tests say that they were skipped.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { signerSuite } from '../../../test/support/signer-suite.ts'
import { root } from '../../../test/support/witnesses.ts'
import { listTokens, pkcs11Signer } from '../src/index.ts'
import type { Pkcs11Options, Token } from '../src/index.ts'
import {
  certificate,
  importCertificates,
  importKey,
  makeToken,
  MODULE,
  PIN,
  removeToken,
  startTokens,
} from './soft-token.ts'

function hasNative(): boolean {
  try {
    createRequire(import.meta.url).resolve('pkcs11js')
    return true
  } catch {
    return false
  }
}

const able = MODULE !== undefined && hasNative()
const required = process.env['COUNTERSIGN_WITNESSES'] === 'required'
const at = new Date('2026-06-01T00:00:00Z')
const rootPem = new Uint8Array(readFileSync(join(root, 'certs-test', 'root.pem')))
const module = MODULE ?? ''
const options = (more: Partial<Pkcs11Options> = {}): Pkcs11Options => ({
  module,
  token: { label: 'officer' },
  key: { label: 'officer' },
  pin: PIN,
  ...more,
})

if (!able) {
  const why = MODULE === undefined ? 'no SoftHSM' : 'no pkcs11js'
  if (required)
    test('signatures at a token', () => {
      throw new Error(`missing: ${why}`)
    })
  else test.skip(`signatures at a token (skipped: ${why})`, () => {})
}

;(able ? describe : describe.skip)('SoftHSM', () => {
  let remove = (): void => {}

  beforeAll(async () => {
    remove = startTokens()
    makeToken('officer')
    importKey('officer', 'officer', '01')
    importKey('officer', 'officer-ec', '02')
    importKey('officer', 'officer-p384', '03')
    importKey('officer', 'officer2', '04')
    await importCertificates('officer', {
      '01': certificate('officer'),
      '02': certificate('officer-ec'),
      '03': certificate('officer-p384'),
      a0: certificate('ca'),
      a1: certificate('ca-vn'),
      a2: certificate('ca-ec'),
      a3: certificate('root'),
    })
  })
  afterAll(() => {
    remove()
  })

  for (const name of ['officer', 'officer-ec', 'officer-p384'])
    signerSuite({
      name: `SoftHSM ${name}`,
      make: () => pkcs11Signer(options({ key: { label: name } })),
      root: rootPem,
      at,
    })

  test('tokens are listed without a PIN', async () => {
    const tokens = await listTokens(module)
    expect(tokens).toContainEqual(expect.objectContaining({ label: 'officer', pinTries: 'enough', pinPad: false }))
  })

  test('the chain comes from the token, issuers only', async () => {
    const signer = pkcs11Signer(options())
    const { chain } = await signer.info()
    expect(chain.map((der) => Buffer.from(der).toString('hex'))).toEqual(
      ['ca-vn', 'root'].map((name) => Buffer.from(certificate(name)).toString('hex')),
    )
    await signer.close?.()
  })

  test('the PIN is asked once, with the token that asks', async () => {
    const asked: Token[] = []
    const pin = (token: Token): string => {
      asked.push(token)
      return PIN
    }
    const signer = pkcs11Signer(options({ pin }))
    const info = await signer.info()
    const batch = [{ ref: 'a', input: new Uint8Array(32), documentDigest: new Uint8Array(32) }]
    for (let i = 0; i < 5; i++) await signer.sign(batch, { scheme: info.schemes[0]!, idempotencyKey: String(i) })
    expect(asked.map(({ label }) => label)).toEqual(['officer'])
    await signer.close?.()
  })

  test('a wrong PIN is PIN_WRONG, its text holds no PIN, and the right one works afterwards', async () => {
    let pin = '999999'
    const signer = pkcs11Signer(options({ pin: () => pin }))
    const error = await signer.info().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'PIN_WRONG' })
    expect(String(error)).not.toContain('999999')
    pin = PIN
    expect((await signer.info()).schemes.length).toBeGreaterThan(0)
    await signer.close?.()
  })

  test.each<[string, Partial<Pkcs11Options>, string]>([
    ['no PIN', { pin: undefined as never }, 'PIN_NEEDED'],
    ['another token', { token: { label: 'nobody' } }, 'TOKEN_NOT_FOUND'],
    ['another key', { key: { label: 'nobody' } }, 'KEY_NOT_FOUND'],
    ['several keys', { key: {} }, 'KEY_NOT_FOUND'],
    ['a key without certificate', { key: { label: 'officer2' } }, 'KEY_NOT_FOUND'],
    ['no module', { module: '/nowhere/libtoken.so' }, 'PKCS11_MODULE'],
    ['a module that is none', { module: join(root, 'package.json') }, 'PKCS11_MODULE'],
  ])('%s is said with a code', async (_, more, code) => {
    const signer = pkcs11Signer(options(more))
    await expect(signer.info()).rejects.toMatchObject({ code })
    await signer.close?.()
  })

  test('a key is chosen by id or by its certificate', async () => {
    const sha256 = createHash('sha256').update(certificate('officer-ec')).digest('hex')
    for (const key of [{ id: Buffer.from('02', 'hex') }, { certificateSha256: sha256.toUpperCase() }]) {
      const signer = pkcs11Signer(options({ key }))
      expect((await signer.info()).certificate).toEqual(certificate('officer-ec'))
      await signer.close?.()
    }
  })

  test('a certificate that the token does not hold is given by the caller', async () => {
    const signer = pkcs11Signer(options({ key: { label: 'officer2' }, certificate: certificate('officer2') }))
    const { schemes } = await signer.info()
    expect(schemes[0]).toEqual({ name: 'rsa-pkcs1', digest: 'sha256' })
    await signer.close?.()
  })

  test('a token that is taken out while we work is said so; nothing is signed', async () => {
    makeToken('guest')
    importKey('guest', 'officer-ec', '07')
    const given = { certificate: certificate('officer-ec') }
    const signer = pkcs11Signer(options({ token: { label: 'guest' }, key: { label: 'officer-ec' }, ...given }))
    const info = await signer.info()
    removeToken('guest')
    const batch = [{ ref: 'a', input: new Uint8Array(32), documentDigest: new Uint8Array(32) }]
    const error = await signer.sign(batch, { scheme: info.schemes[0]!, idempotencyKey: 'x' }).catch((e: unknown) => e)
    expect((error as { code: string }).code).toMatch(/^TOKEN_REMOVED$|^SIGNER_REJECTED$|^AUTH_EXPIRED$/)
    await signer.close?.()
  })

  test('many signatures at once share the sessions', async () => {
    const signer = pkcs11Signer(options({ key: { label: 'officer-ec' }, sessions: 2 }))
    const info = await signer.info()
    const batch = Array.from({ length: 60 }, (_, index) => ({
      ref: String(index),
      input: new Uint8Array(32).fill(index),
      documentDigest: new Uint8Array(32),
    }))
    expect(await signer.sign(batch, { scheme: info.schemes[0]!, idempotencyKey: 'many' })).toHaveLength(60)
    await signer.close?.()
  })
})
