// A CA, an OCSP responder and a TSA that are openssl itself, for tests that want nothing of ours on the other side.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from '../../../../test/support/witnesses.ts'

export async function openssl(...args: string[]): Promise<void> {
  const { code, stderr } = await runProgram('openssl', args)
  if (code !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`)
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

const config = (folder: string, ocspPort: number): string => `
[ca]
default_ca = main
[main]
database = ${folder}/index.txt
new_certs_dir = ${folder}
certificate = ${folder}/ca.pem
private_key = ${folder}/ca.key
serial = ${folder}/serial
default_md = sha256
default_days = 30
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
[stamper]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
authorityKeyIdentifier = keyid
authorityInfoAccess = OCSP;URI:http://127.0.0.1:${ocspPort}/
[tsa]
default_tsa = stamping
[stamping]
serial = ${folder}/tsa-serial
crypto_device = builtin
signer_cert = ${folder}/tsa.pem
certs = ${folder}/ca.pem
signer_key = ${folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`

export interface OpensslPki {
  readonly tsaUrl: string
  readonly ocspHost: string
  file(name: string): Uint8Array
  /** Questions that the TSA answered. */
  stamps(): number
  close(): void
}

async function issueAll(folder: string): Promise<void> {
  const at = (name: string): string => join(folder, name)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const own = ['req', '-x509', '-config', at('openssl.cnf'), '-extensions', 'root', ...key, '-days', '90']
  await openssl(...own, '-subj', '/CN=Test CA by openssl', '-keyout', at('ca.key'), '-out', at('ca.pem'))
  for (const [name, extensions] of [
    ['responder', 'ocsp'],
    ['signer', 'signer'],
    ['tsa', 'stamper'],
  ] as const) {
    const csr = ['req', '-new', '-config', at('openssl.cnf'), ...key, '-subj', `/CN=${name} by openssl`]
    await openssl(...csr, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`))
    const ca = ['ca', '-batch', '-notext', '-config', at('openssl.cnf'), '-extensions', extensions]
    await openssl(...ca, '-in', at(`${name}.csr`), '-out', at(`${name}.pem`))
  }
}

async function startResponder(folder: string, port: number): Promise<() => void> {
  const at = (name: string): string => join(folder, name)
  const index = ['-index', at('index.txt'), '-CA', at('ca.pem')]
  const signer = ['-rsigner', at('responder.pem'), '-rkey', at('responder.key'), '-nmin', '10']
  const child = spawn('openssl', ['ocsp', '-port', String(port), ...index, ...signer], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // A connection to try it out would block this one-at-a-time server: it says itself when it listens.
  await new Promise<void>((resolve, reject) => {
    const listen = (text: Buffer): void => (text.includes('ACCEPT') || text.includes('waiting') ? resolve() : undefined)
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', () => reject(new Error('the responder ended')))
  })
  return () => void child.kill()
}

/** Answers each POST by `openssl ts -reply`. */
async function startTsa(folder: string): Promise<{ url: string; stamps: () => number; stop: () => void }> {
  let stamps = 0
  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
    const [query, answer] = [join(folder, `query${++stamps}.tsq`), join(folder, `reply${stamps}.tsr`)]
    writeFileSync(query, Buffer.concat(chunks))
    await openssl('ts', '-reply', '-config', join(folder, 'openssl.cnf'), '-queryfile', query, '-out', answer)
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(readFileSync(answer))
  }
  const server = createHttpServer((request, response) => {
    reply(request, response).catch(() => response.writeHead(500).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return { url, stamps: () => stamps, stop: () => server.close() }
}

/** Makes the PKI and starts its responders. */
export async function startOpensslPki(): Promise<OpensslPki> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-openssl-'))
  const ocspPort = await freePort()
  writeFileSync(join(folder, 'openssl.cnf'), config(folder, ocspPort))
  writeFileSync(join(folder, 'index.txt'), '')
  for (const name of ['serial', 'tsa-serial']) writeFileSync(join(folder, name), '1001\n')
  await issueAll(folder)
  const stopResponder = await startResponder(folder, ocspPort)
  const tsa = await startTsa(folder)
  return {
    tsaUrl: tsa.url,
    ocspHost: `127.0.0.1:${ocspPort}`,
    file: (name) => readFileSync(join(folder, name)),
    stamps: tsa.stamps,
    close: () => {
      stopResponder()
      tsa.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
