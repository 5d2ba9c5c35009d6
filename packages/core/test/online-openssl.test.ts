// Our online source asks a real `openssl ocsp` responder and reads a list that `openssl ca` made (X-07, X-08, X-10).
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals'
import { hasWitness, witnessTest } from '../../../test/support/witnesses.ts'
import { createTrustStore, decodePem, onlineSource, readCertificates, validateCertificate } from '../src/node.ts'
import type { CertificateReport } from '../src/node.ts'
import { freePort, openssl } from './support/openssl-pki.ts'

jest.setTimeout(60_000)

let folder: string
let ocspPort: number
let crlPort: number
let stopResponder: () => void = () => {}
const files = new Map<string, Uint8Array>()
const served = createHttpServer((request, response) => {
  const file = files.get(request.url ?? '')
  if (file === undefined) response.writeHead(404).end()
  else response.end(file)
})
const at = (name: string): string => join(folder, name)

const config = (): string => `
[ca]
default_ca = main
[main]
database = ${at('index.txt')}
new_certs_dir = ${folder}
certificate = ${at('ca.pem')}
private_key = ${at('ca.key')}
serial = ${at('serial')}
crlnumber = ${at('crlnumber')}
default_md = sha256
default_days = 30
default_crl_days = 2
policy = any
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[ocsp]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, OCSPSigning
noCheck = ignored
[signer]
basicConstraints = CA:FALSE
keyUsage = critical, nonRepudiation
authorityKeyIdentifier = keyid
authorityInfoAccess = OCSP;URI:http://127.0.0.1:${ocspPort}/
[listed]
basicConstraints = CA:FALSE
keyUsage = critical, nonRepudiation
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://127.0.0.1:${crlPort}/ca.crl
[listedAsPem]
basicConstraints = CA:FALSE
keyUsage = critical, nonRepudiation
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://127.0.0.1:${crlPort}/ca.pem
`

async function issue(name: string, extensions: string): Promise<void> {
  await openssl(
    'req',
    '-new',
    '-config',
    at('ca.cnf'),
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    at(`${name}.key`),
    '-out',
    at(`${name}.csr`),
  )
  await openssl(
    'ca',
    '-batch',
    '-notext',
    '-config',
    at('ca.cnf'),
    '-extensions',
    extensions,
    '-in',
    at(`${name}.csr`),
    '-out',
    at(`${name}.pem`),
  )
}

async function startResponder(): Promise<void> {
  const args = [
    'ocsp',
    '-port',
    String(ocspPort),
    '-index',
    at('index.txt'),
    '-CA',
    at('ca.pem'),
    '-rsigner',
    at('responder.pem'),
    '-rkey',
    at('responder.key'),
    '-nmin',
    '10',
  ]
  const child = spawn('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  stopResponder = () => void child.kill()
  // A connection to try it out would block this one-at-a-time server: it says itself when it listens.
  await new Promise<void>((resolve, reject) => {
    const listen = (text: Buffer): void => (text.includes('ACCEPT') || text.includes('waiting') ? resolve() : undefined)
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', () => reject(new Error('the responder ended')))
  })
}

beforeAll(async () => {
  if (!hasWitness('openssl')) return
  folder = mkdtempSync(join(tmpdir(), 'online-openssl-'))
  ocspPort = await freePort()
  await new Promise<void>((resolve) => served.listen(0, '127.0.0.1', resolve))
  crlPort = (served.address() as AddressInfo).port
  writeFileSync(at('ca.cnf'), config())
  writeFileSync(at('index.txt'), '')
  writeFileSync(at('serial'), '1001\n')
  writeFileSync(at('crlnumber'), '01\n')
  await openssl(
    'req',
    '-x509',
    '-config',
    at('ca.cnf'),
    '-extensions',
    'root',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '90',
    '-subj',
    '/CN=Test CA by openssl',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
  )
  await issue('responder', 'ocsp')
  for (const name of ['good', 'revoked']) await issue(name, 'signer')
  for (const name of ['listed', 'listed-revoked']) await issue(name, 'listed')
  await issue('listed-as-pem', 'listedAsPem')
  for (const name of ['revoked', 'listed-revoked'])
    await openssl('ca', '-config', at('ca.cnf'), '-revoke', at(`${name}.pem`), '-crl_reason', 'keyCompromise')
  await openssl('ca', '-gencrl', '-config', at('ca.cnf'), '-out', at('crl.pem'))
  files.set('/ca.pem', readFileSync(at('crl.pem')))
  files.set('/ca.crl', decodePem(readFileSync(at('crl.pem')), 'X509 CRL')[0]!)
  await startResponder()
})
afterAll(() => {
  stopResponder()
  served.close()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

function validate(name: string): Promise<CertificateReport> {
  return validateCertificate(readCertificates(readFileSync(at(`${name}.pem`)))[0]!, {
    trust: createTrustStore([readFileSync(at('ca.pem'))]),
    at: new Date(),
    sources: onlineSource({ allowHosts: [`127.0.0.1:${ocspPort}`, `127.0.0.1:${crlPort}`] }),
  })
}

const summary = ({ indication, subIndication, revocation = [], findings }: CertificateReport): unknown[] => [
  indication,
  subIndication,
  revocation.map(({ type, status, reason }) => `${type} ${status}${reason === undefined ? '' : ` ${reason}`}`),
  findings.filter(({ severity }) => severity === 'error').map(({ code }) => code),
]

describe('a real responder of openssl', () => {
  witnessTest(['openssl'], 'says good, with our nonce', async () => {
    expect(summary(await validate('good'))).toEqual(['PASSED', null, ['ocsp good'], []])
  })
  witnessTest(['openssl'], 'says revoked', async () => {
    const verdict = ['INDETERMINATE', 'REVOKED_NO_POE', ['ocsp revoked keyCompromise'], ['CERT_REVOKED']]
    expect(summary(await validate('revoked'))).toEqual(verdict)
  })
})

describe('a list made by openssl', () => {
  witnessTest(['openssl'], 'in DER', async () => {
    expect(summary(await validate('listed'))).toEqual(['PASSED', null, ['crl good'], []])
  })
  witnessTest(['openssl'], 'in PEM (PKI-08)', async () => {
    expect(summary(await validate('listed-as-pem'))).toEqual(['PASSED', null, ['crl good'], []])
  })
  witnessTest(['openssl'], 'with the certificate on it', async () => {
    const verdict = ['INDETERMINATE', 'REVOKED_NO_POE', ['crl revoked keyCompromise'], ['CERT_REVOKED']]
    expect(summary(await validate('listed-revoked'))).toEqual(verdict)
  })
})
