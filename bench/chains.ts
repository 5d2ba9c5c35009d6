// `npm run bench:chains`: one whole certificate validation (leaf, CA, root; one CRL, one OCSP response) against its floor: every
// public key that a signature needs imported once, every signature verified once, by node:crypto, in the same run. Nothing is
// cached between calls: every byte string is a new array, the trust store opened anew.
import { createTrustStore, validateCertificate } from '@countersign/core'
import { createTestPki } from '@countersign/test-pki'
import type { ActorDeclaration, TestPki } from '@countersign/test-pki'
import * as crypto from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pair, type Paired } from './pair.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const quick = process.argv.includes('--quick')
// Short rounds and many: on a busy machine most of them run undisturbed.
const rounds = quick ? 100 : 500
const PER_ROUND = 5
/** Calls before anything is measured: caches are cold in every one, the compiled code is not. */
const WARM_UP = 2000
const AT = new Date('2026-11-01T00:00:00Z')

type Name = 'root' | 'ca' | 'leaf' | 'responder'
type KeyKind = 'RSA-2048' | 'P-256'

function newKey(kind: KeyKind): crypto.KeyObject {
  return kind === 'P-256'
    ? crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    : crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
}

function declare(): Readonly<Record<Name, ActorDeclaration>> {
  const organisation = ['C=VN', 'O=Cơ quan KIỂM THỬ']
  const validity = { from: -100, to: 100 }
  return {
    root: { subject: [...organisation, 'CN=Root CA'], key: 'root key', profile: 'root', validity },
    ca: { subject: [...organisation, 'CN=CA cấp 1'], issuer: 'root', key: 'ca key', profile: 'ca', validity },
    leaf: {
      subject: [...organisation, 'CN=Nguyễn Văn An'],
      issuer: 'ca',
      key: 'leaf key',
      profile: 'signer',
      validity,
    },
    responder: {
      subject: [...organisation, 'CN=OCSP'],
      issuer: 'ca',
      key: 'responder key',
      profile: 'ocsp',
      validity,
    },
  }
}

/** Signature parts of a certificate, CRL or BasicOCSPResponse: what is signed and by what value. */
function signedParts(der: Uint8Array): { tbs: Uint8Array; signature: Uint8Array } {
  const outer = elementAt(der, 0)
  const tbs = elementAt(der, outer.content)
  const algorithm = elementAt(der, tbs.end)
  const value = elementAt(der, algorithm.end)
  return { tbs: der.slice(tbs.start, tbs.end), signature: der.slice(value.content + 1, value.end) }
}

function elementAt(der: Uint8Array, at: number): { start: number; content: number; end: number } {
  let length = der[at + 1] ?? 0
  let content = at + 2
  if (length >= 0x80) {
    const count = length & 0x7f
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (der[content + i] ?? 0)
    content += count
  }
  return { start: at, content, end: content + length }
}

/** BasicOCSPResponse inside an OCSPResponse: OCTET STRING after the OID id-pkix-ocsp-basic. */
function basicResponse(der: Uint8Array): Uint8Array {
  const outer = elementAt(der, 0)
  const status = elementAt(der, outer.content)
  const bytes = elementAt(der, elementAt(der, status.end).content)
  const type = elementAt(der, bytes.content)
  const basic = elementAt(der, type.end)
  return der.slice(basic.content, basic.end)
}

interface Material {
  readonly pki: TestPki<Name>
  readonly crl: Uint8Array
  readonly ocsp: Uint8Array
  readonly delegated: boolean
}

function floorOf({ pki, crl, ocsp, delegated }: Material): () => Promise<void> {
  const { root: anchor, ca, leaf, responder } = pki.actors
  const spki = (actor: typeof ca): Buffer =>
    crypto.createPublicKey(actor.keyObject).export({ format: 'der', type: 'spki' })
  const keys = [spki(anchor), spki(ca), ...(delegated ? [spki(responder)] : [])]
  // [signed object, index of the key that verifies it]
  const signed = [
    [signedParts(ca.certificate), 0],
    [signedParts(crl), 0],
    [signedParts(leaf.certificate), 1],
    [signedParts(basicResponse(ocsp)), delegated ? 2 : 1],
    ...(delegated ? [[signedParts(responder.certificate), 1] as const] : []),
  ] as const
  return async () => {
    const imported = keys.map((key) => crypto.createPublicKey({ key, format: 'der', type: 'spki' }))
    for (const [{ tbs, signature }, index] of signed)
      if (!crypto.verify('sha256', tbs, imported[index]!, signature)) throw new Error('the floor does not verify')
  }
}

/** Another array over the same octets: whatever is kept by array is cold. */
function view({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length)
}

function candidateOf({ pki, crl, ocsp }: Material): () => Promise<void> {
  const { root: anchor, ca, leaf } = pki.actors
  return async () => {
    const { valid, findings } = await validateCertificate(view(leaf.certificate), {
      trust: createTrustStore([view(anchor.certificate)]),
      intermediates: [view(ca.certificate)],
      crls: [view(crl)],
      ocsps: [view(ocsp)],
      at: AT,
    })
    if (!valid) throw new Error(`not valid: ${JSON.stringify(findings)}`)
  }
}

async function bench(kind: KeyKind, delegated: boolean, aim: number): Promise<Paired> {
  const keys = Object.fromEntries(
    ['root key', 'ca key', 'leaf key', 'responder key'].map((name) => [name, newKey(kind)]),
  )
  const pki = createTestPki<Name>({ clock: () => AT, declaration: declare(), keys })
  const material = {
    pki,
    crl: pki.issueCrl('root'),
    ocsp: pki.ocspResponse('leaf', delegated ? {} : { responder: 'ca' }),
    delegated,
  }
  const name = `validate ${kind}, OCSP by ${delegated ? 'a responder' : 'the CA'}`
  const candidate = candidateOf(material)
  for (let call = 0; call < WARM_UP; call++) await candidate()
  return await pair(name, candidate, floorOf(material), { rounds, perRound: PER_ROUND, aim })
}

console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'} x ${cpus().length}`)
const results: Paired[] = []
for (const [kind, aim] of [
  ['RSA-2048', 1.6],
  ['P-256', 1.5],
] as const)
  for (const delegated of [false, true]) {
    const one = await bench(kind, delegated, aim)
    results.push(one)
    const spread = `p10-p90 ${one.spread.map((value) => value.toFixed(2)).join('-')}`
    console.log(
      `${one.name.padEnd(40)} ${one.candidateMs.toFixed(3)} ms  floor ${one.floorMs.toFixed(3)} ms  ratio ${one.ratio.toFixed(2)}  ${spread}  (aim at most ${aim})`,
    )
  }
if (process.argv.includes('--save')) {
  const folder = join(root, 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `chains-${new Date().toISOString().slice(0, 10)}.json`)
  writeFileSync(file, `${JSON.stringify({ node: process.version, processor: cpus()[0]?.model, results }, null, 2)}\n`)
}
for (const one of results)
  if (one.aim !== null && one.ratio > one.aim) {
    console.log(`above its aim: ${one.name} (${one.ratio.toFixed(2)} > ${one.aim})`)
    if (process.argv.includes('--strict')) process.exitCode = 1
  }
