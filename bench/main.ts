// `npm run bench`: one run prints the ratio of a whole signature and of a whole verification to its floor, the bare crypto of
// node:crypto measured in the same run. Nothing is cached between calls: certificates, keys and the document are read anew.
import { createTrustStore, sign, verify } from '@countersign/core'
import { pemSigner } from '@countersign/core/node'
import { drawReport } from '@countersign/report'
import * as crypto from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pair, type Paired } from './pair.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const quick = process.argv.includes('--quick')
const rounds = quick ? 15 : 60
const AT = new Date('2026-11-01T00:00:00Z')

const pem = (name: string): string => readFileSync(join(root, 'certs-test', `${name}.pem`), 'utf8')

/** DER of each certificate in a PEM text. */
function certificates(text: string): crypto.X509Certificate[] {
  return text
    .split('-----END CERTIFICATE-----')
    .filter((part) => part.includes('-----BEGIN'))
    .map((part) => new crypto.X509Certificate(`${part.slice(part.indexOf('-----BEGIN'))}-----END CERTIFICATE-----\n`))
}

interface Actor {
  readonly name: string
  readonly file: string
  readonly ca: string
  readonly signAim: number
  readonly verifyAim: number
}

/** The byte ranges of the only signature of a file. */
function ranges(pdf: Uint8Array): { covered: [Uint8Array, Uint8Array]; cmsStart: number; cmsEnd: number } {
  const text = Buffer.from(pdf).toString('latin1')
  const at = text.lastIndexOf('/ByteRange')
  const numbers = text
    .slice(text.indexOf('[', at) + 1, text.indexOf(']', at))
    .trim()
    .split(/\s+/)
    .map(Number)
  const [, a = 0, b = 0, c = 0] = numbers
  return { covered: [pdf.subarray(0, a), pdf.subarray(b, b + c)], cmsStart: a, cmsEnd: b }
}

/** Signature parts of a certificate, for the floor: what is signed and by what value. */
function signedParts(der: Uint8Array): { tbs: Uint8Array; signature: Uint8Array } {
  const read = (at: number): { start: number; content: number; end: number } => {
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
  const outer = read(0)
  const tbs = read(outer.content)
  const algorithm = read(tbs.end)
  const value = read(algorithm.end)
  return { tbs: der.subarray(tbs.start, tbs.end), signature: der.subarray(value.content + 1, value.end) }
}

async function benchActor(actor: Actor, report: Uint8Array): Promise<Paired[]> {
  const key = readFileSync(join(root, 'certs-test', `${actor.file}.key`))
  const [leaf] = certificates(pem(actor.file))
  const [ca] = certificates(pem(actor.ca))
  const [rootCertificate] = certificates(pem('root'))
  if (leaf === undefined || ca === undefined || rootCertificate === undefined)
    throw new Error('certs-test is incomplete')
  const signer = await pemSigner({ key, certificates: `${pem(actor.file)}${pem(actor.ca)}` })
  const signed = (await sign(report, { signer, at: AT })).bytes
  const { covered } = ranges(signed)
  const [first, second] = covered
  const privateKey = crypto.createPrivateKey(key)
  const attributes = crypto.randomBytes(220)
  const value = crypto.sign('sha256', attributes, privateKey)
  const spki = leaf.publicKey.export({ format: 'der', type: 'spki' })

  const hash = (): Buffer => crypto.createHash('sha256').update(first).update(second).digest()
  const signFloor = async (): Promise<void> => {
    hash()
    hash()
    const made = crypto.sign('sha256', attributes, privateKey)
    const imported = crypto.createPublicKey({ key: spki, format: 'der', type: 'spki' })
    crypto.verify('sha256', attributes, imported, made)
    crypto.verify('sha256', attributes, imported, made)
  }
  const results: Paired[] = []
  const perRound = 10
  results.push(
    await pair(`sign B-B ${actor.name}, 2-page report`, () => sign(report, { signer, at: AT }), signFloor, {
      rounds,
      perRound,
      aim: actor.signAim,
    }),
  )

  const chain = [leaf, ca, rootCertificate].map((certificate) => ({
    spki: certificate.publicKey.export({ format: 'der', type: 'spki' }),
    ...signedParts(new Uint8Array(certificate.raw)),
  }))
  const verifyFloor = async (): Promise<void> => {
    hash()
    const keys = chain.map((one) => crypto.createPublicKey({ key: one.spki, format: 'der', type: 'spki' }))
    crypto.verify('sha256', attributes, keys[0]!, value)
    crypto.verify('sha256', chain[0]!.tbs, keys[1]!, chain[0]!.signature)
    crypto.verify('sha256', chain[1]!.tbs, keys[2]!, chain[1]!.signature)
  }
  const anchor = new Uint8Array(rootCertificate.raw)
  const policy = { revocation: 'none' } as const
  const check = async (full: boolean): Promise<void> => {
    const options = {
      trust: createTrustStore([anchor]),
      at: AT,
      policy,
      ...(full ? {} : { fingerprints: false, risks: false }),
    }
    const verdict = await verify(signed, options)
    // The full report notes that the seal's field lies over the officer's, as it is meant to.
    if (verdict.overall !== 'valid' && !(full && verdict.overall === 'valid-with-notes'))
      throw new Error(`expected valid, got ${verdict.overall}: ${JSON.stringify(verdict.signatures[0]?.findings)}`)
  }
  results.push(
    await pair(`verify ${actor.name}, 3-certificate chain`, () => check(false), verifyFloor, {
      rounds,
      perRound,
      aim: actor.verifyAim,
    }),
  )
  results.push(await pair(`verify ${actor.name}, full report`, () => check(true), verifyFloor, { rounds, perRound }))
  return results
}

function print(results: readonly Paired[]): void {
  for (const one of results) {
    const ratio = one.ratio.toFixed(2).padStart(6)
    const aim = one.aim === null ? '' : `  (aim at most ${one.aim.toFixed(1)})`
    console.log(
      `${one.name.padEnd(44)} ${one.candidateMs.toFixed(3).padStart(8)} ms  floor ${one.floorMs.toFixed(3).padStart(7)} ms  ratio ${ratio}  p10-p90 ${one.spread[0].toFixed(2)}-${one.spread[1].toFixed(2)}  best ${one.best.toFixed(2)}${aim}`,
    )
  }
}

const data = JSON.parse(readFileSync(join(root, 'examples', 'data', 'notice.json'), 'utf8')) as Parameters<
  typeof drawReport
>[0]
const drawn = await drawReport(data)
const actors: Actor[] = [
  { name: 'RSA-2048', file: 'officer', ca: 'ca-vn', signAim: 2, verifyAim: 2.5 },
  { name: 'P-256', file: 'officer-ec', ca: 'ca', signAim: 2, verifyAim: 2.5 },
]
console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'} x ${cpus().length}, report of ${drawn.bytes.length} bytes, medians of ${rounds} paired rounds`,
)
const results: Paired[] = []
for (const actor of actors) {
  const some = await benchActor(actor, drawn.bytes)
  print(some)
  results.push(...some)
}
if (process.argv.includes('--save')) {
  const folder = join(root, 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  const name = `${new Date().toISOString().slice(0, 10)}.json`
  writeFileSync(
    join(folder, name),
    `${JSON.stringify({ node: process.version, processor: cpus()[0]?.model, cores: cpus().length, results }, null, 2)}\n`,
  )
}
const missed = results.filter((one) => one.aim !== null && one.ratio > one.aim)
for (const one of missed) console.log(`above its aim: ${one.name} (${one.ratio.toFixed(2)} > ${one.aim})`)
