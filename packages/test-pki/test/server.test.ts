import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { CertificateRevocationList, OCSPResponse, TimeStampResp } from 'pkijs'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { createTestPki, serveTestPki } from '../src/index.ts'
import type { DefaultActor, TestPkiServer } from '../src/index.ts'
import { clock, temporaryFolder } from './support.ts'

let served: TestPkiServer<DefaultActor>
beforeAll(async () => {
  served = await serveTestPki((baseUrl) => createTestPki({ clock, baseUrl }))
})
afterAll(() => served.close())
beforeEach(() => {
  for (const key of Object.keys(served.faults)) delete served.faults[key as keyof typeof served.faults]
})

const REQUEST = Buffer.from(`303d0201013031300d060960864801650304020105000420${'ab'.repeat(32)}020212340101ff`, 'hex')

async function get(path: string, init?: RequestInit): Promise<{ status: number; body: Uint8Array }> {
  const response = await fetch(served.url + path, { signal: AbortSignal.timeout(2000), ...init })
  return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) }
}

describe('a served PKI', () => {
  test('certificates point to it, and what they point to is there', async () => {
    const { infoAccess } = served.pki.actors.officer.toX509()
    expect(infoAccess).toContain(`${served.url}/certs/ca-vn.crt`)
    const certificate = await get('/certs/ca-vn.crt')
    expect(Buffer.from(certificate.body).equals(served.pki.actors.caVn.certificate)).toBe(true)
    const crl = CertificateRevocationList.fromBER(Uint8Array.from((await get('/crl/ca.crl')).body))
    expect(crl.revokedCertificates).toHaveLength(2)
    expect((await get('/crl/nobody.crl')).status).toBe(404)
  })

  test('TSA by name and by default', async () => {
    for (const path of ['/tsa', '/tsa/tsa-ec']) {
      const { body } = await get(path, { method: 'POST', body: REQUEST })
      expect(TimeStampResp.fromBER(Uint8Array.from(body)).status.status).toBe(0)
    }
    expect((await get('/tsa')).status).toBe(404)
    served.faults.timestamp = { failure: 2 }
    const { body } = await get('/tsa', { method: 'POST', body: REQUEST })
    expect(TimeStampResp.fromBER(Uint8Array.from(body)).status.status).toBe(2)
  })

  test('OCSP by POST; a bad request is answered with 400', async () => {
    served.faults.ocsp = { responseStatus: 3 }
    const { body } = await get('/ocsp', { method: 'POST', body: Uint8Array.of(0x30, 0) })
    expect(OCSPResponse.fromBER(Uint8Array.from(body)).responseStatus.valueBlock.valueDec).toBe(3)
    delete served.faults.ocsp
    expect((await get('/ocsp', { method: 'POST', body: 'not ASN.1' })).status).toBe(400)
  })
})

witnessTest(['openssl'], 'openssl ocsp asks live and checks the nonce', async () => {
  const live = await serveTestPki((baseUrl) => createTestPki({ clock: () => new Date(), baseUrl }))
  const folder = temporaryFolder()
  try {
    const { officerEc, ca, root } = live.pki.actors
    const issuer = folder.write('ca.pem', ca.pem)
    const about = ['-issuer', issuer, '-cert', folder.write('leaf.pem', officerEc.pem)]
    const trust = ['-CAfile', folder.write('root.pem', root.pem), '-verify_other', issuer]
    const ask = async (): Promise<string> => {
      const all = ['ocsp', '-nonce', '-url', `${live.url}/ocsp`, ...about, ...trust]
      const { stdout, stderr } = await runProgram('openssl', all)
      return stdout + stderr
    }
    expect(await ask()).toContain(': good')
    live.faults.ocsp = { flaws: ['wrong-nonce'] }
    expect(await ask()).toContain('Nonce Verify error')
  } finally {
    folder.remove()
    await live.close()
  }
})

describe('wire faults', () => {
  const fault = (
    wire: 'html' | 'server-error' | 'empty' | 'truncated' | 'silence' | 'reset' | 'huge' | 'drip',
  ): void => {
    served.faults.wire = { crl: wire }
  }

  test('answers that are not the thing asked for', async () => {
    fault('html')
    expect(Buffer.from((await get('/crl/ca.crl')).body).toString()).toContain('<html>')
    fault('server-error')
    expect((await get('/crl/ca.crl')).status).toBe(500)
    fault('empty')
    expect((await get('/crl/ca.crl')).body).toHaveLength(0)
    fault('truncated')
    expect((await get('/crl/ca.crl')).body).toHaveLength(served.pki.issueCrl('ca').length >> 1)
  })

  test.each(['silence', 'reset', 'huge', 'drip'] as const)('%s: the client must give up by itself', async (wire) => {
    fault(wire)
    const signal = AbortSignal.timeout(300)
    await expect(get('/crl/ca.crl', { signal })).rejects.toThrow()
  })
})
