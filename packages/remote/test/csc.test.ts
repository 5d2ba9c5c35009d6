// CSC-01 to CSC-10 against the mock service, its faults included.
import { afterEach, describe, expect, test } from '@jest/globals'
import { MOCK_OTP, serveMockCsc } from '@countersign/test-pki'
import type { CscFault, MockCsc, MockCscOptions } from '@countersign/test-pki'
import { sign, type Signer } from '@countersign/core'
import { twoPages } from '../../core/test/support/make-pdf.ts'
import { signerSuite } from '../../../test/support/signer-suite.ts'
import { clientCredentials, cscSigner, finishCodeFlow, startCodeFlow } from '../src/index.ts'
import type { AuthorisationRequest, CscOptions } from '../src/index.ts'
import { at, certificateOf, chain, keyOf, request, rootPem } from './services.ts'

const servers: MockCsc[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map(async (one) => one.close()))
})

async function serve(name = 'officer', more: Partial<MockCscOptions> = {}): Promise<MockCsc> {
  const server = await serveMockCsc({
    key: keyOf(name),
    otherKey: keyOf(name === 'officer' ? 'officer2' : 'seal'),
    certificate: certificateOf(name),
    chain,
    ...more,
  })
  servers.push(server)
  return server
}

function signerAt(server: MockCsc, more: Partial<CscOptions> = {}): Signer {
  return cscSigner({
    url: `${server.url}csc/v2/`,
    token: clientCredentials({
      tokenUrl: `${server.url}oauth2/token`,
      clientId: 'countersign',
      clientSecret: 'client-secret',
    }),
    authorise: () => Promise.resolve({ authData: [{ id: 'OTP', value: MOCK_OTP }] }),
    pollMilliseconds: 5,
    ...more,
  })
}

for (const name of ['officer', 'officer-ec'])
  signerSuite({ name: `CSC ${name}`, make: async () => signerAt(await serve(name)), root: rootPem, at })

describe('CSC', () => {
  test('CSC-09: the authorisation is asked for exactly the hashes of the batch', async () => {
    const server = await serve()
    const asked: AuthorisationRequest[] = []
    const signer = signerAt(server, {
      authorise: (one) => {
        asked.push(one)
        return Promise.resolve({ authData: [{ id: 'OTP', value: MOCK_OTP }] })
      },
    })
    const { schemes } = await signer.info()
    await signer.sign([request(1), request(2)], { scheme: schemes[0]!, idempotencyKey: 'k' })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({ refs: ['document 1', 'document 2'], mode: 'explicit', objects: [{ id: 'OTP' }] })
    expect(asked[0]!.hashes).toEqual([1, 2].map((one) => Buffer.alloc(32, one).toString('base64')))
  })

  test('a batch that is larger than the service takes is split, each part authorised', async () => {
    const server = await serve('officer', { multisign: 2 })
    let asked = 0
    const signer = signerAt(server, {
      authorise: () => {
        asked++
        return Promise.resolve({ authData: [{ id: 'OTP', value: MOCK_OTP }] })
      },
    })
    const { schemes } = await signer.info()
    const batch = [1, 2, 3, 4, 5].map((one) => request(one))
    expect(await signer.sign(batch, { scheme: schemes[0]!, idempotencyKey: 'k' })).toHaveLength(5)
    expect(asked).toBe(3)
  })

  test('202: asks until the signer has confirmed on the phone, for authorisation and signature', async () => {
    const server = await serve('officer', { pending: 3 })
    const signer = signerAt(server, { asynchronous: true })
    const { report } = await sign(twoPages(), { signer, at })
    expect(report.reachedLevel).toBe('B-B')
    const paths = server.requests.map(({ path }) => path)
    expect(paths.filter((path) => path.endsWith('authorizeCheck')).length).toBeGreaterThanOrEqual(3)
    expect(paths.filter((path) => path.endsWith('signPolling')).length).toBeGreaterThanOrEqual(3)
  })

  test('an access token that ran out is renewed once', async () => {
    const server = await serve()
    const signer = signerAt(server)
    await signer.info()
    server.fault = 'token-expired'
    const { report } = await sign(twoPages(), { signer, at })
    expect(report.field).toBe('Signature1')
    expect(server.requests.filter(({ path }) => path === 'oauth2/token')).toHaveLength(2)
  })

  test('the code flow: the signer authorises in the browser, with PKCE, for these hashes', async () => {
    const server = await serve('officer', { mode: 'oauth2code' })
    const flow = {
      tokenUrl: `${server.url}oauth2/token`,
      authorizeUrl: 'https://sign.example/oauth2/authorize',
      redirectUrl: 'https://agency.example/back',
      clientId: 'countersign',
    }
    let page = ''
    const signer = signerAt(server, {
      authorise: async (one) => {
        const pending = await startCodeFlow(flow, one)
        page = pending.url
        return finishCodeFlow(flow, pending, `${flow.redirectUrl}?code=code-1&state=${pending.state}`)
      },
    })
    const { report } = await sign(twoPages(), { signer, at })
    expect(report.field).toBe('Signature1')
    const query = new URL(page).searchParams
    expect(query.get('scope')).toBe('credential')
    expect(query.get('code_challenge_method')).toBe('S256')
    expect(query.get('numSignatures')).toBe('1')
    const exchange = server.requests.find(({ form }) => form.get('grant_type') === 'authorization_code')
    expect(exchange?.form.get('code_verifier')).toMatch(/^[\w-]{43,}$/)
  })

  test('a callback with another state authorises nothing', async () => {
    const flow = {
      tokenUrl: 'https://sign.example/oauth2/token',
      authorizeUrl: 'https://sign.example/oauth2/authorize',
      redirectUrl: 'https://agency.example/back',
      clientId: 'countersign',
    }
    const pending = await startCodeFlow(flow, { credentialId: 'c', hashes: ['AAAA'], hashAlgorithmOID: '1.2' })
    for (const query of ['code=code-1&state=other', `error=access_denied&state=${pending.state}`])
      await expect(finishCodeFlow(flow, pending, `${flow.redirectUrl}?${query}`)).rejects.toMatchObject({
        code: 'SIGNER_REJECTED',
      })
  })

  test.each<[CscFault, string]>([
    ['token-refused', 'AUTH_EXPIRED'],
    ['sad-expired', 'AUTH_EXPIRED'],
    ['wrong-hash', 'SIGNER_REJECTED'],
    ['truncated', 'SIGNATURE_MISMATCH'],
    ['other-key', 'SIGNATURE_MISMATCH'],
    ['disabled', 'KEY_DISABLED'],
    ['certificate-expired', 'CERT_EXPIRED'],
    ['several-credentials', 'KEY_NOT_FOUND'],
    ['no-credential', 'KEY_NOT_FOUND'],
    ['never-confirmed', 'TIMEOUT'],
    ['refused', 'SIGNER_REJECTED'],
    ['locked', 'PIN_LOCKED'],
    ['server-error', 'REMOTE_UNREACHABLE'],
    ['html', 'REMOTE_REPLY_INVALID'],
    ['silence', 'REMOTE_UNREACHABLE'],
    ['huge', 'REMOTE_REPLY_INVALID'],
    ['no-sad', 'REMOTE_REPLY_INVALID'],
    ['bad-base64', 'REMOTE_REPLY_INVALID'],
    ['too-many-requests', 'REMOTE_UNREACHABLE'],
  ])('fault %s ends with %s, without a signature and without the words of the service', async (fault, code) => {
    const server = await serve()
    server.fault = fault
    const wait = waitFor(fault)
    const signer = signerAt(server, {
      totalMilliseconds: 60,
      requestMilliseconds: wait,
      token: tokenWithin(server, wait),
    })
    const error = await sign(twoPages(), { signer, at }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code })
    const told = `${String(error)} ${JSON.stringify(error)}`
    for (const secret of ['SECRET-DESCRIPTION', 'client-secret', MOCK_OTP, 'token-1'])
      expect(told).not.toContain(secret)
  })

  test.each<[CscFault, string]>([
    ['server-error', 'REMOTE_UNREACHABLE'],
    ['html', 'REMOTE_REPLY_INVALID'],
    ['silence', 'TIMEOUT'],
    ['huge', 'REMOTE_REPLY_INVALID'],
    ['too-many-requests', 'REMOTE_UNREACHABLE'],
  ])('fault %s in the middle of the signature ends with %s', async (fault, code) => {
    const server = await serve()
    const signer = signerAt(server, { requestMilliseconds: waitFor(fault) })
    await signer.info()
    server.fault = fault
    await expect(sign(twoPages(), { signer, at })).rejects.toMatchObject({ code })
    expect(server.signed).toBe(0)
  })

  test('values in another order are noticed', async () => {
    const server = await serve()
    const signer = signerAt(server)
    const info = await signer.info()
    server.fault = 'reordered'
    const [one, two] = await signer.sign([request(1), request(2)], { scheme: info.schemes[0]!, idempotencyKey: 'k' })
    // the signer hands on what it got; each document's own check finds it (G2, CSC-10)
    const { verifyDigest } = await import('./verify-digest.ts')
    expect(verifyDigest(info.certificate, request(1).input, two!)).toBe(true)
    expect(verifyDigest(info.certificate, request(1).input, one!)).toBe(false)
  })

  test('a wrong one-time code is PIN_WRONG, and nothing was signed', async () => {
    const server = await serve()
    const signer = signerAt(server, {
      authorise: () => Promise.resolve({ authData: [{ id: 'OTP', value: '000000' }] }),
    })
    await expect(sign(twoPages(), { signer, at })).rejects.toMatchObject({ code: 'PIN_WRONG' })
    expect(server.signed).toBe(0)
  })

  test('cancelled while the signer is asked', async () => {
    const server = await serve()
    server.fault = 'never-confirmed'
    const signer = signerAt(server, { asynchronous: true })
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 60)
    await expect(sign(twoPages(), { signer, at, signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('a service is asked over https, but for loopback', async () => {
    const signer = cscSigner({ url: 'http://sign.example/csc/v2/', token: 't' })
    await expect(signer.info()).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })
})

/** Long enough for a busy machine, but where nothing will come. */
const waitFor = (fault: CscFault): number => (fault === 'silence' ? 300 : 20_000)

/** A token service that is not waited for any longer. */
function tokenWithin(server: MockCsc, milliseconds: number): CscOptions['token'] {
  const get = clientCredentials({ tokenUrl: `${server.url}oauth2/token`, clientId: 'c', clientSecret: 'client-secret' })
  return (one) => {
    const signal = AbortSignal.timeout(milliseconds)
    return get({ ...one, signal })
  }
}
