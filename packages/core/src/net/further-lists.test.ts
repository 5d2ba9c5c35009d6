// Delta lists that a certificate or a list points to, and the certificate of an indirect list's issuer.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cn, crl, extension, generalName, issue, keyUsage, newKey } from '../../test/support/issue.ts'
import type { CrlInput, Issued } from '../../test/support/issue.ts'
import { OID } from '../der/oids.ts'
import {
  encodeBoolean,
  encodeExplicit,
  encodeImplicit,
  encodeInteger,
  encodeOid,
  encodeSequence,
  encodeTlv,
} from '../der/writer.ts'
import { validateCertificate } from '../pades/certificate-report.ts'
import { createTrustStore } from '../validation/trust.ts'
import { onlineSource } from './online-source.ts'

const files = new Map<string, Uint8Array>()
const requests: string[] = []
let server: Server
let base = ''
beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    requests.push(url)
    const file = files.get(url)
    if (file === undefined) response.writeHead(404).end()
    else response.end(file)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  files.clear()
  requests.length = 0
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const point = (path: string, crlIssuer?: Uint8Array): Uint8Array =>
  encodeSequence(
    encodeExplicit(0, encodeTlv(2, true, 0, generalName.uri(`${base}${path}`))),
    crlIssuer === undefined ? new Uint8Array(0) : encodeTlv(2, true, 2, generalName.directory(crlIssuer)),
  )
const points = (oid: string, ...list: readonly Uint8Array[]): Uint8Array => extension(oid, encodeSequence(...list))
const aia = (path: string): Uint8Array =>
  extension(
    OID.authorityInfoAccess,
    encodeSequence(encodeSequence(encodeOid(OID.accessCaIssuers), generalName.uri(`${base}${path}`))),
  )
const delta = extension(OID.deltaCrlIndicator, encodeInteger(1), true)
const root = issue({ subject: cn('Root'), ca: true, key: newKey() })

async function judge(leaf: Issued): Promise<unknown> {
  const { indication, subIndication, findings } = await validateCertificate(leaf.der, {
    trust: createTrustStore([root.der]),
    at: new Date('2026-06-01T00:00:00Z'),
    sources: onlineSource({ allowHosts: [base.slice('http://'.length)] }),
  })
  return subIndication ?? (indication === 'PASSED' ? 'PASSED' : findings.map(({ code }) => code))
}

const newer: CrlInput = { thisUpdate: '2026-05-01T00:00:00Z', number: 2 }

test('a delta list that the certificate names is asked and decides', async () => {
  const leaf = issue(
    {
      subject: cn('L'),
      more: [points(OID.crlDistributionPoints, point('/full')), points(OID.freshestCrl, point('/delta'))],
    },
    root,
  )
  files.set('/full', crl(root))
  files.set('/delta', crl(root, { ...newer, more: [delta], revoked: [{ of: leaf, reason: 1 }] }))
  expect(await judge(leaf)).toBe('REVOKED_NO_POE')
  files.set('/delta', crl(root, { ...newer, more: [delta] }))
  expect(await judge(leaf)).toBe('PASSED')
  expect(requests).toEqual(['/full', '/delta', '/full', '/delta'])
})

test('a delta list that the list names is asked too', async () => {
  const leaf = issue({ subject: cn('L'), more: [points(OID.crlDistributionPoints, point('/full'))] }, root)
  files.set('/full', crl(root, { more: [points(OID.freshestCrl, point('/delta'))] }))
  files.set('/delta', crl(root, { ...newer, more: [delta], revoked: [{ of: leaf, reason: 1 }] }))
  expect(await judge(leaf)).toBe('REVOKED_NO_POE')
  // Not being there is no fault: the complete list is still in force.
  files.delete('/delta')
  expect(await judge(leaf)).toBe('PASSED')
})

test('the signer of an indirect list is looked for where the list says, and its own status as well', async () => {
  const scope = (path: string, ...more: readonly Uint8Array[]): Uint8Array =>
    extension(
      OID.issuingDistributionPoint,
      encodeSequence(encodeExplicit(0, encodeTlv(2, true, 0, generalName.uri(`${base}${path}`))), ...more),
      true,
    )
  const indirect = scope('/indirect', encodeImplicit(4, false, encodeBoolean(true).subarray(2)))
  const signer = issue(
    {
      subject: cn('List signer'),
      key: newKey(),
      extensions: [keyUsage('cRLSign'), points(OID.crlDistributionPoints, point('/signers'))],
    },
    root,
  )
  const leaf = issue(
    { subject: cn('L'), more: [points(OID.crlDistributionPoints, point('/indirect', signer.subject))] },
    root,
  )
  files.set('/indirect', crl(signer, { more: [indirect, aia('/signer')] }))
  files.set('/signer', signer.der)
  files.set('/signers', crl(root, { more: [scope('/signers')] }))
  expect(await judge(leaf)).toBe('PASSED')
  expect(requests).toEqual(['/indirect', '/signer', '/signers'])
  files.set('/signers', crl(root, { more: [scope('/signers')], revoked: [{ of: signer, reason: 1 }] }))
  expect(await judge(leaf)).toBe('CERTIFICATE_CHAIN_GENERAL_FAILURE')
  files.delete('/signer')
  expect(await judge(leaf)).toBe('CERTIFICATE_CHAIN_GENERAL_FAILURE')
})
