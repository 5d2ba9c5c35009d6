import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BasicOCSPResponse, Certificate, OCSPResponse } from 'pkijs'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { createTestPki } from '../src/index.ts'
import type { DefaultActor, OcspOptions } from '../src/index.ts'
import { temporaryFolder } from './support.ts'
import type { Folder } from './support.ts'

// openssl ocsp judges thisUpdate by the machine's clock only
const pki = createTestPki({ clock: () => new Date() })
let folder: Folder
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

const basicOf = (der: Uint8Array): BasicOCSPResponse => {
  const response = OCSPResponse.fromBER(Uint8Array.from(der))
  return BasicOCSPResponse.fromBER(Uint8Array.from(response.responseBytes!.response.valueBlock.valueHexView))
}

async function ask(name: DefaultActor, options: OcspOptions<DefaultActor>, nonce = true): Promise<string> {
  const { root } = pki.actors
  const actor = pki.actors[name]
  const leaf = folder.write('leaf.pem', actor.pem)
  const issuer = folder.write('issuer.pem', actor.issuer.pem)
  const request = `${folder.path}/request.der`
  const about = ['-issuer', issuer, '-cert', leaf]
  await runProgram('openssl', ['ocsp', ...about, nonce ? '-nonce' : '-no_nonce', '-reqout', request])
  const response = folder.write('response.der', pki.ocspResponse(readFileSync(request), options))
  const trust = ['-CAfile', folder.write('root.pem', root.pem), '-verify_other', issuer]
  // without -no_nonce openssl replaces the nonce it has just read; so nonces are checked over HTTP (server.test.ts)
  const files = ['-no_nonce', '-reqin', request, '-respin', response]
  const { stdout, stderr } = await runProgram('openssl', ['ocsp', ...files, ...about, ...trust])
  return `${stdout}${stderr}`
}

describe('pkijs', () => {
  test('reads the status and verifies the responder', async () => {
    const basic = basicOf(pki.ocspResponse('officer'))
    const issuer = Certificate.fromBER(Uint8Array.from(pki.actors.caVn.certificate))
    const leaf = Certificate.fromBER(Uint8Array.from(pki.actors.officer.certificate))
    expect(await basic.getCertificateStatus(leaf, issuer)).toEqual({ isForCertificate: true, status: 0 })
    expect(basic.certs).toHaveLength(1)
    const root = Certificate.fromBER(Uint8Array.from(pki.actors.root.certificate))
    expect(await basic.verify({ trustedCerts: [root, issuer] })).toBe(true)
  })

  test('declared revocation and given status', async () => {
    const status = async (name: DefaultActor, options: OcspOptions<DefaultActor> = {}): Promise<number> => {
      const read = (der: Uint8Array): Certificate => Certificate.fromBER(Uint8Array.from(der))
      const { certificate, issuer } = pki.actors[name]
      const basic = basicOf(pki.ocspResponse(name, options))
      return (await basic.getCertificateStatus(read(certificate), read(issuer.certificate))).status
    }
    expect(await status('revoked')).toBe(1)
    expect(await status('revoked', { thisUpdate: new Date(Date.now() - 20 * 86_400_000) })).toBe(0)
    expect(await status('officer', { status: { status: 'unknown' } })).toBe(2)
    expect(await status('officer', { certIdHash: 'sha256', byName: true, certHash: true })).toBe(0)
  })

  test('an unsuccessful status has no bytes', () => {
    const response = OCSPResponse.fromBER(Uint8Array.from(pki.ocspResponse('officer', { responseStatus: 3 })))
    expect(response.responseStatus.valueBlock.valueDec).toBe(3)
    expect(response.responseBytes).toBeUndefined()
  })
})

witnessTest(['openssl'], 'openssl ocsp reads good, revoked and unknown', async () => {
  for (const name of ['officer', 'officerEc', 'officerUnderEc', 'ca'] as const) {
    const text = await ask(name, {})
    expect(text).toContain('Response verify OK')
    expect(text).toContain(': good')
    expect(text).not.toContain('WARNING')
  }
  const revoked = await ask('revoked', {})
  expect(revoked).toContain(': revoked')
  expect(revoked).toContain('Reason: keyCompromise')
  expect(await ask('officerEc', { status: { status: 'unknown' } })).toContain(': unknown')
  expect(await ask('officerEc', { responder: 'ca' })).toContain('Response verify OK')
  expect(await ask('officerEc', { byName: true }, false)).toContain('Response verify OK')
})

witnessTest(['openssl'], 'openssl ocsp rejects the flawed', async () => {
  expect(await ask('officerEc', { flaws: ['bad-signature'] })).toContain('Response Verify Failure')
  expect(await ask('officerEc', { flaws: ['wrong-serial'] })).toContain('No Status found')
  expect(await ask('officerEc', { responder: 'ocspVn' })).toContain('Response Verify Failure')
  expect(await ask('officerEc', { thisUpdate: new Date(Date.now() - 1e9) })).toContain('expired')
})
