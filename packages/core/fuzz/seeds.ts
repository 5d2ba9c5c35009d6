// What the mutants are made of: files of our own making, always, and the small files of the corpus, where it is.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { deflateSync } from 'node:zlib'
import type { Signer } from '../src/cms/signer.ts'
import { pemSigner } from '../src/keys/pem.ts'
import { sign } from '../src/pades/sign.ts'
import { preparedReport, twoPages } from '../test/support/make-pdf.ts'
import { PdfBuilder, smallPdf } from '../test/support/pdf-builder.ts'

export interface Seed {
  readonly name: string
  readonly bytes: Uint8Array
  readonly password?: string
  /** The corpus expects that it can be signed. */
  readonly signable: boolean
  /** First byte after what the first signature covers; 0 in an unsigned file. */
  readonly tail: number
}

/** Larger files would only slow the run down. */
const LARGEST = 150_000

const root = join(import.meta.dirname, '..', '..', '..')

/** The signer of all fuzz runs: P-256, the quickest. */
export function fuzzSigner(): Promise<Signer> {
  const read = (name: string): string => readFileSync(join(root, 'certs-test', name), 'utf8')
  return pemSigner({ key: read('officer-ec.key'), certificates: read('officer-ec.pem') + read('chain.pem') })
}

/** The root of `fuzzSigner`. */
export function fuzzRoot(): Uint8Array {
  return new Uint8Array(readFileSync(join(root, 'certs-test', 'root.pem')))
}

/** With an object that nothing refers to. */
function withLeftovers(): Uint8Array {
  return smallPdf()
    .object(5, '<< /Left (over) /Numbers [1 2.5 -3 (text) /Name null true] >>')
    .stream(6, '/Kind /Unused', 'q 1 0 0 1 0 0 cm BT (nobody draws this) Tj ET Q')
    .table('/Root 1 0 R')
    .bytes()
}

function compressed(): Uint8Array {
  return new PdfBuilder()
    .objectStream(6, [
      [1, '<< /Type /Catalog /Pages 2 0 R >>'],
      [2, '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 100] >>'],
      [3, '<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>'],
    ])
    .stream(4, '/Filter /FlateDecode', deflateSync('BT /F1 12 Tf 10 50 Td (packed) Tj ET '.repeat(20)))
    .object(5, '<< /Unused [1 2 3] >>')
    .xrefStream(7, '/Root 1 0 R')
    .bytes()
}

function updated(): Uint8Array {
  const first = smallPdf().table('/Root 1 0 R')
  return first
    .stream(4, '', '5 5 90 90 re f 0 0 1 rg')
    .object(5, '<< /Added true >>')
    .table('/Root 1 0 R', { size: 6 })
    .bytes()
}

function ownFiles(): readonly Omit<Seed, 'tail'>[] {
  const files: Readonly<Record<string, Uint8Array>> = {
    'two pages, table': twoPages(),
    'two pages, stream': twoPages({}, { form: 'stream' }),
    'prepared report': preparedReport(),
    leftovers: withLeftovers(),
    'object streams': compressed(),
    update: updated(),
  }
  return Object.entries(files).map(([name, bytes]) => ({ name, bytes, signable: true }))
}

interface Listed {
  readonly file: string
  readonly expect?: string
  readonly class?: string
  readonly password?: string | null
}

function corpusFiles(list: 'inputs' | 'signed' | 'changes', wanted: (item: Listed) => boolean): Omit<Seed, 'tail'>[] {
  const folder = join(resolve(root, process.env['COUNTERSIGN_SUITES'] ?? '../shared'), 'corpus')
  if (!existsSync(join(folder, `${list}.json`))) return []
  const items = JSON.parse(readFileSync(join(folder, `${list}.json`), 'utf8')) as readonly Listed[]
  return items.filter(wanted).flatMap((item) => {
    const bytes = new Uint8Array(readFileSync(join(folder, item.file)))
    if (bytes.length > LARGEST) return []
    const password = typeof item.password === 'string' ? { password: item.password } : {}
    return [{ name: item.file, bytes, signable: item.expect?.startsWith('sign') ?? false, ...password }]
  })
}

/** Files to sign: our own and those of the corpus' inputs that are expected to be signed. */
export function unsignedSeeds(): readonly Seed[] {
  const listed = corpusFiles('inputs', ({ expect }) => expect?.startsWith('sign') ?? false)
  return [...ownFiles(), ...listed].map((one) => ({ ...one, tail: 0 }))
}

/** First byte after the first signature's second range, found without the reader. */
function tailOf(bytes: Uint8Array): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const found = /\/ByteRange\s*\[\s*0\s+\d+\s+(\d+)\s+(\d+)/.exec(text)
  return found === null ? 0 : Math.min(bytes.length, Number(found[1]) + Number(found[2]))
}

async function ownSigned(): Promise<Omit<Seed, 'tail'>[]> {
  const signer = await fuzzSigner()
  const at = new Date('2026-06-01T00:00:00Z')
  const once = async (bytes: Uint8Array, options: object = {}): Promise<Uint8Array> =>
    (await sign(bytes, { signer, at, ...options })).bytes
  const files: [string, Uint8Array][] = []
  for (const { name, bytes } of ownFiles()) {
    const field = name === 'prepared report' ? { field: 'officer' } : {}
    const first = await once(bytes, field)
    files.push([`${name}, signed`, first])
    const next = name === 'prepared report' ? { field: 'seal', fill: { number: { value: '01' } } } : {}
    files.push([`${name}, signed twice`, await once(first, next)])
  }
  const certified = await once(twoPages(), { certify: 1 })
  return [...files, ['certified', certified] as const].map(([name, bytes]) => ({ name, bytes, signable: true }))
}

/** Signed files: our own, and those of the corpus whose signatures hold. */
export async function signedSeeds(): Promise<readonly Seed[]> {
  const good = ({ class: kind }: Listed): boolean => kind === 'valid' || kind === 'modified-after-allowed'
  const listed = [...corpusFiles('signed', good), ...corpusFiles('changes', good)]
  return [...(await ownSigned()), ...listed].map((one) => ({ ...one, tail: tailOf(one.bytes) }))
}
