// `npm run bench:crl`: a revocation list of a million entries and 30 MB, in a process of its own: a certificate on it is found, one
// that is not passes. Measured is everything from the bytes in memory to the verdict, and the most memory the process ever held.
import { createTrustStore, validateCertificate } from '@countersign/core'
import type { ActorDeclaration } from '@countersign/test-pki'
import { spawnSync } from 'node:child_process'
import { sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ENTRIES = 1_000_000
const MOST_MILLISECONDS = 400
const MOST_MEGABYTES = 150
const AT = new Date('2026-11-01T00:00:00Z')

interface Measured {
  readonly milliseconds: number
  readonly megabytes: number
  readonly answers: readonly (string | null)[]
}

/** In the child: nothing but the files and core. */
async function measure(folder: string): Promise<Measured> {
  const read = (name: string): Uint8Array => readFileSync(join(folder, name))
  const [root, list, good, revoked] = ['root', 'list', 'good', 'revoked'].map(read) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]
  const trust = createTrustStore([root])
  const answers: (string | null)[] = []
  const start = performance.now()
  for (const certificate of [good, revoked])
    answers.push((await validateCertificate(certificate, { trust, crls: [list], at: AT })).subIndication)
  const milliseconds = (performance.now() - start) / 2
  return { milliseconds, megabytes: mostMegabytes(), answers }
}

/** The most this process ever held. The figure of getrusage begins with that of the parent that started it. */
function mostMegabytes(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/mu.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (kilobytes !== undefined) return Number(kilobytes) / 1024
  } catch {
    // not Linux
  }
  return process.memoryUsage().rss / 1024 / 1024
}

function header(tag: number, length: number): Buffer {
  if (length < 0x80) return Buffer.of(tag, length)
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(length)
  const shortest = octets.subarray(octets.findIndex((octet) => octet !== 0))
  return Buffer.concat([Buffer.of(tag, 0x80 | shortest.length), shortest])
}

function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([header(tag, content.length), content])
}

/** The elements inside the one at the start of `bytes`. */
function children(bytes: Uint8Array): Uint8Array[] {
  const bounds = (at: number): { start: number; end: number } => {
    const first = bytes[at + 1] ?? 0
    const count = first < 0x80 ? 0 : first & 0x7f
    const length = count === 0 ? first : Buffer.from(bytes).readUIntBE(at + 2, count)
    return { start: at + 2 + count, end: at + 2 + count + length }
  }
  const outer = bounds(0)
  const found: Uint8Array[] = []
  for (let at = outer.start; at < outer.end; at = bounds(at).end) found.push(bytes.subarray(at, bounds(at).end))
  return found
}

/** So many entries before the ones that are there. */
function enlarged(list: Uint8Array, key: KeyObject, count: number): Buffer {
  const [tbs, algorithm] = children(list) as [Uint8Array, Uint8Array]
  const fields = children(tbs)
  const at = fields.findIndex((field, index) => index > 2 && field[0] === 0x30)
  const entry = element(0x30, element(2, Buffer.alloc(11, 1)), element(0x17, Buffer.from('261101000000Z')))
  const entries = Buffer.alloc(count * entry.length)
  for (let index = 0; index < count; index++) {
    entries.set(entry, index * entry.length)
    entries.writeUInt32BE(index, index * entry.length + 11)
  }
  fields[at] = element(0x30, entries, ...children(fields[at]!))
  const changed = element(0x30, ...fields)
  return element(0x30, changed, algorithm, element(3, Buffer.of(0), sign('sha256', changed, key)))
}

async function make(folder: string): Promise<number> {
  // Only here: the process that is measured holds core alone.
  const { createTestPki } = await import('@countersign/test-pki')
  const validity = { from: -100, to: 100 }
  const person: ActorDeclaration = {
    subject: ['C=VN', 'CN=An'],
    issuer: 'root',
    key: 'officer',
    profile: 'signer',
    validity,
    extensions: { pointers: null },
  }
  const pki = createTestPki<'root' | 'good' | 'revoked'>({
    clock: () => AT,
    declaration: {
      root: { subject: ['C=VN', 'CN=Root'], key: 'root', profile: 'root', validity },
      good: person,
      revoked: { ...person, subject: ['C=VN', 'CN=Binh'] },
    },
  })
  const { root, good, revoked } = pki.actors
  const last = { serial: revoked.serial, at: AT, reason: 'superseded' as const }
  const files = {
    root: root.certificate,
    good: good.certificate,
    revoked: revoked.certificate,
    // The last one is the longest way to find.
    list: enlarged(pki.issueCrl('root', { entries: [last] }), root.keyObject, ENTRIES - 1),
  }
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
  return files.list.length
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-crl-'))
  try {
    const bytes = await make(folder)
    const words = [...process.execArgv, fileURLToPath(import.meta.url), 'measure', folder]
    const child = spawnSync(process.execPath, words, { encoding: 'utf8' })
    if (child.status !== 0) throw new Error(child.stderr)
    const { milliseconds, megabytes, answers } = JSON.parse(child.stdout) as Measured
    const right = JSON.stringify(answers) === '[null,"REVOKED_NO_POE"]'
    console.log(
      `CRL of ${ENTRIES} entries, ${(bytes / 1e6).toFixed(1)} MB: ${milliseconds.toFixed(0)} ms a verdict (at most ${MOST_MILLISECONDS}), ` +
        `${megabytes.toFixed(0)} MB in the whole process (at most ${MOST_MEGABYTES}), ${right ? 'right answers' : `WRONG: ${child.stdout}`}`,
    )
    return right && milliseconds < MOST_MILLISECONDS && megabytes < MOST_MEGABYTES ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[2] === 'measure') console.log(JSON.stringify(await measure(process.argv[3] ?? '')))
else process.exitCode = await main()
