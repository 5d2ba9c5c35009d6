import { afterEach, describe, expect, test } from '@jest/globals'
import { MOCK_SP, serveMockPhone } from '@countersign/test-pki'
import type { MockPhone, MockPhoneOptions, PhoneFault } from '@countersign/test-pki'
import { sign, type Signer } from '@countersign/core'
import { twoPages } from '../../core/test/support/make-pdf.ts'
import { signerSuite } from '../../../test/support/signer-suite.ts'
import { GATEWAY_SHAPE, phoneSigner, SMARTCA_SHAPE } from '../src/index.ts'
import type { PhoneOptions } from '../src/index.ts'
import { at, certificateOf, chain, keyOf, request, rootPem, serialOf } from './services.ts'

const servers: MockPhone[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map(async (one) => one.close()))
})

async function serve(name = 'officer', more: Partial<MockPhoneOptions> = {}): Promise<MockPhone> {
  const key = { key: keyOf(name), certificate: certificateOf(name), serialNumber: serialOf(name), chain }
  const server = await serveMockPhone({ ...key, otherKey: keyOf(name === 'officer' ? 'officer2' : 'seal'), ...more })
  servers.push(server)
  return server
}

function signerAt(server: MockPhone, more: Partial<PhoneOptions> = {}): Signer {
  return phoneSigner({ url: server.url, ...MOCK_SP, userId: '001082012345', pollMilliseconds: 5, ...more })
}

for (const name of ['officer', 'officer-ec'])
  signerSuite({ name: `SmartCA-like ${name}`, make: async () => signerAt(await serve(name)), root: rootPem, at })

// T15-09
signerSuite({
  name: 'national gateway',
  make: async () => signerAt(await serve('officer', { shape: 'gateway' }), { shape: GATEWAY_SHAPE }),
  root: rootPem,
  at,
})

describe('confirmation on the phone', () => {
  test('PKI-09: the digest goes out in the encoding of the service, and nothing else of the document', async () => {
    for (const [shape, encoding] of [
      [SMARTCA_SHAPE, 'hex'],
      [GATEWAY_SHAPE, 'base64'],
    ] as const) {
      const server = await serve('officer', encoding === 'base64' ? { shape: 'gateway' } : {})
      const signer = signerAt(server, { shape })
      const { schemes } = await signer.info()
      await signer.sign([request(7)], { scheme: schemes[0]!, idempotencyKey: 'k' })
      const order = server.requests.find(({ body }) => body['sign_files'] !== undefined)!
      const [file] = order.body['sign_files'] as readonly { data_to_be_signed: string }[]
      expect(file!.data_to_be_signed).toBe(Buffer.alloc(32, 7).toString(encoding))
    }
  })

  test('the same order is not asked for twice: the person gets one question', async () => {
    const server = await serve()
    const signer = signerAt(server)
    const { schemes } = await signer.info()
    const context = { scheme: schemes[0]!, idempotencyKey: 'order-7' }
    const [first] = await signer.sign([request(1)], context)
    const [second] = await signer.sign([request(1)], context)
    expect(second).toEqual(first)
    expect(server.asked).toBe(1)
  })

  test('a certificate is chosen by its serial number', async () => {
    const server = await serve()
    server.fault = 'several-certificates'
    await expect(signerAt(server).info()).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
    const info = await signerAt(server, { serialNumber: serialOf('officer').toLowerCase() }).info()
    expect(info.certificate).toEqual(certificateOf('officer'))
  })

  test.each<[PhoneFault, string, boolean]>([
    ['refused', 'SIGNER_REJECTED', false],
    ['expired', 'TIMEOUT', true],
    ['never-confirmed', 'TIMEOUT', true],
    ['truncated', 'SIGNATURE_MISMATCH', false],
    ['other-document', 'SIGNATURE_MISMATCH', false],
    ['other-key', 'SIGNATURE_MISMATCH', false],
    ['unknown-state', 'REMOTE_REPLY_INVALID', false],
    ['no-certificate', 'KEY_NOT_FOUND', false],
    ['server-error', 'REMOTE_UNREACHABLE', true],
  ])('fault %s ends with %s and no signature', async (fault, code, retryable) => {
    const server = await serve()
    server.fault = fault
    const signer = signerAt(server, { totalMilliseconds: 60 })
    const error = await sign(twoPages(), { signer, at }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, retryable })
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('sp-secret')
  })

  test('values for the same document twice are refused', async () => {
    const server = await serve()
    const signer = signerAt(server)
    const { schemes } = await signer.info()
    server.fault = 'doubled'
    await expect(
      signer.sign([request(1), request(2)], { scheme: schemes[0]!, idempotencyKey: 'k' }),
    ).rejects.toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  test('a relying system that the service does not know', async () => {
    const signer = signerAt(await serve(), { spPassword: 'wrong' })
    await expect(signer.info()).rejects.toMatchObject({ code: 'AUTH_EXPIRED' })
  })
})
