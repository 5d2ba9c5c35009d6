// Mutations behind the last covered byte of files whose tail holds evidence only, or that are certified with P=1. What changes what other
// programs show must be refused by us: where we permit a mutant, pdftotext and pdftoppm have to show what they showed before.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readCases } from '../conformance/cases.ts'
import { verifyTrusting } from '../conformance/check-case.ts'
import { verify } from '../src/pades/verify.ts'
import type { VerificationReport } from '../src/report.ts'
import { drawDimensions, levelOf } from './dimensions.ts'
import { everyRoot, sha256 } from './judge.ts'
import { N, addTimestamp, signedNotice } from './notice.ts'
import { pick, seeded, type Random } from './random.ts'
import { VERIFIED_AT } from './signing.ts'
import { GOOD } from './trick.ts'

interface Base {
  readonly name: string
  readonly bytes: Uint8Array
  /** Where the bytes begin that no signature of a person covers. */
  readonly covered: number
  readonly verify: (bytes: Uint8Array) => Promise<VerificationReport>
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

/** End of what the signatures of persons cover. */
function coveredEnd(bytes: Uint8Array, report: VerificationReport): number {
  const ends = [...latin1(bytes).matchAll(/\/ByteRange\s*\[\s*0\s+\d+\s+(\d+)\s+(\d+)\s*\]/g)].map(
    ([, start, length]) => Number(start) + Number(length),
  )
  const persons = report.signatures.filter(({ kind }) => kind === 'signature').length
  return ends.toSorted((a, b) => a - b)[persons - 1] ?? bytes.length
}

/** Notices certified with P=1, and such with evidence behind the last signature. */
async function ownBases(): Promise<readonly Base[]> {
  const random = seeded(5)
  const check = (bytes: Uint8Array): Promise<VerificationReport> =>
    verify(bytes, {
      trust: everyRoot(),
      at: VERIFIED_AT,
      policy: { revocation: 'none' },
      fingerprints: false,
      risks: false,
    })
  const bases: Base[] = []
  for (let index = 0; index < 24; index++) {
    const certified = index % 2 === 0
    const dimensions = drawDimensions(random, (one) => {
      const isEvidence = one.evidence !== 'none'
      return one.after === 'nothing' && (certified ? levelOf(one) === 1 && one.permission === 'P1' : isEvidence)
    })
    const file = signedNotice(dimensions)
    if (certified && index % 3 === 0) addTimestamp(file, N.after).commit()
    const report = await check(file.bytes)
    bases.push({ name: `notice ${index}`, bytes: file.bytes, covered: coveredEnd(file.bytes, report), verify: check })
  }
  return bases
}

/** Files of the corpus whose later revisions hold evidence only. */
async function corpusBases(): Promise<readonly Base[]> {
  const suites = process.env['COUNTERSIGN_SUITES'] ?? '../shared'
  const folder = join(resolve(import.meta.dirname, '../../..', suites), 'corpus')
  if (!existsSync(folder)) return []
  const bases: Base[] = []
  for (const { file, password } of readCases(folder)) {
    if (password !== undefined) continue
    const bytes = new Uint8Array(readFileSync(join(folder, file)))
    if (bytes.length > 200_000) continue
    const report = await verifyTrusting(bytes, undefined)
    const isEvidence = report.signatures.some(
      ({ kind, changes }) => kind === 'signature' && changes.level === 'ltv' && changes.permitted === true,
    )
    if (!isEvidence || !GOOD.includes(report.overall)) continue
    const check = (mutant: Uint8Array): Promise<VerificationReport> => verifyTrusting(mutant, undefined)
    bases.push({ name: file, bytes, covered: coveredEnd(bytes, report), verify: check })
  }
  return bases
}

type Mutation = (text: string, covered: number, random: Random) => string

const somewhere = (text: string, covered: number, random: Random): number =>
  covered + Math.floor(random() * Math.max(1, text.length - covered))
const splice = (text: string, from: number, remove: number, add: string): string =>
  text.slice(0, from) + add + text.slice(from + remove)

/** One of the matches of a pattern in the tail, exchanged. */
function exchange(pattern: RegExp, make: (found: string, text: string, random: Random) => string): Mutation {
  return (text, covered, random) => {
    const found = [...text.slice(covered).matchAll(pattern)]
    if (found.length === 0) return splice(text, somewhere(text, covered, random), 1, 'x')
    const match = pick(random, found)
    return splice(text, covered + match.index, match[0].length, make(match[0], text, random))
  }
}

/** An object of the file, copied whole. */
const someObject = (text: string, random: Random): string =>
  pick(random, [...text.matchAll(/\d+ 0 obj[\s\S]*?endobj\s/g)])?.[0] ?? ''

const KEYS = [
  'Pages',
  'AcroForm',
  'DSS',
  'Certs',
  'CRLs',
  'Contents',
  'Annots',
  'Kids',
  'Fields',
  'Resources',
  'Names',
  'OpenAction',
  'Rotate',
  'MediaBox',
  'Prev',
  'Root',
  'Info',
  'Size',
  'XRefStm',
]

const MUTATIONS: readonly Mutation[] = [
  (text, covered, random) =>
    splice(text, somewhere(text, covered, random), 1, String.fromCharCode(Math.floor(random() * 256))),
  (text, covered, random) => {
    const place = somewhere(text, covered, random)
    return splice(text, place, 1, String.fromCharCode(text.charCodeAt(place) ^ (1 << Math.floor(random() * 8))))
  },
  (text, covered, random) => splice(text, somewhere(text, covered, random), 1 + Math.floor(random() * 40), ''),
  (text, covered, random) =>
    splice(
      text,
      somewhere(text, covered, random),
      0,
      pick(random, [' ', '\n', '%', '(', ')', '<<', '>>', '[', ']', '0', '/', 'endobj\n', '%%EOF\n']),
    ),
  (text, covered, random) => {
    const from = somewhere(text, covered, random)
    return splice(text, somewhere(text, covered, random), 0, text.slice(from, from + Math.floor(random() * 200)))
  },
  (text, covered, random) => text.slice(0, somewhere(text, covered, random)),
  exchange(/\b\d+ 0 R/g, (_, text, random) => `${Math.floor(random() * 40)} 0 R${text === '' ? ' ' : ''}`),
  exchange(/\b\d{10} \d{5} [nf]/g, (row, text, random) => {
    const places = [...text.matchAll(/\b\d+ 0 obj/g)].map(({ index }) => index)
    return `${String(pick(random, places)).padStart(10, '0')}${row.slice(10)}`
  }),
  exchange(
    /\b\d{10} \d{5} [nf]/g,
    (row, _, random) => `${row.slice(0, 11)}${pick(random, ['00001 n', '00000 f', '65535 f'])}`,
  ),
  exchange(/\n\d+ 1\n(?=\d{10})/g, (_, __, random) => `\n${1 + Math.floor(random() * 38)} 1\n`),
  exchange(/\/[A-Z][A-Za-z]+/g, (_, __, random) => `/${pick(random, KEYS)}`),
  exchange(/\b\d+\b/g, (_, __, random) => String(Math.floor(random() * 20_000))),
  exchange(/\b\d+ 0 obj/g, (_, __, random) => `${1 + Math.floor(random() * 38)} 0 obj`),
  exchange(
    /startxref\s+\d+/g,
    (_, text, random) => `startxref\n${pick(random, [...text.matchAll(/xref\n|\d+ 0 obj/g)]).index}`,
  ),
  exchange(
    /\/Prev \d+/g,
    (_, text, random) => `/Prev ${pick(random, [...text.matchAll(/\nxref\n|\n\d+ 0 obj/g)]).index + 1}`,
  ),
  (text, _, random) => text + someObject(text, random),
  (text, covered, random) => splice(text, somewhere(text, covered, random), 0, someObject(text, random)),
  (text, _, random) =>
    `${text}${someObject(text, random).replace(/\d+ 0 obj/, `${1 + Math.floor(random() * 38)} 0 obj`)}startxref\n0\n%%EOF\n`,
]

/** A proper update: objects of the file with something in them exchanged, and a section that lists them. */
const properUpdate: Mutation = (text, _, random) => {
  const previous = [...text.matchAll(/startxref\s+(\d+)/g)].at(-1)?.[1]
  const trailer = [...text.matchAll(/trailer\s*<<([\s\S]*?)>>\s*startxref/g)].at(-1)?.[1]
  // Files with cross-reference streams alone have no trailer to go on from.
  if (previous === undefined || trailer === undefined) return text + someObject(text, random)
  const change = pick(random, [
    exchange(/\b\d+ 0 R/g, () => `${1 + Math.floor(random() * 40)} 0 R`),
    exchange(/\/[A-Z][A-Za-z]+/g, () => `/${pick(random, KEYS)}`),
    exchange(/\b\d+\b(?! \d+ obj)/g, () => String(Math.floor(random() * 900))),
    exchange(/\([^()]*\)/g, () => '(900)'),
    exchange(/>>/g, () => `/${pick(random, KEYS)} ${1 + Math.floor(random() * 40)} 0 R>>`),
    exchange(/obj\s+<<[\s\S]*endobj/g, () => 'obj\nnull\nendobj'),
    (body: string): string => body,
  ])
  let body = text.endsWith('\n') ? text : `${text}\n`
  const rows = new Map<string, number>()
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
    const changed = change(someObject(text, random), 0, random)
    const number = random() < 0.2 ? String(1 + Math.floor(random() * 150)) : /^(\d+) 0 obj/.exec(changed)?.[1]
    if (number === undefined) continue
    const object = changed.replace(/^\d+ 0 obj/, `${number} 0 obj`)
    rows.set(number, body.length)
    body += object.endsWith('\n') ? object : `${object}\n`
  }
  const lines = [...rows].map(([number, at]) => `${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const size = Number(/\/Size\s+(\d+)/.exec(trailer)?.[1] ?? 1000)
  const entries = trailer.replace(/\/Prev\s+\d+/g, '').replace(/\/Size\s+\d+/, `/Size ${Math.max(size, 1000)}`)
  return `${body}xref\n${lines}trailer\n<<${entries}/Prev ${previous}>>\nstartxref\n${body.length}\n%%EOF\n`
}

/** What two programs show of a file; two files that show the same give the same text. */
class Witnesses {
  readonly #folder = mkdtempSync(join(tmpdir(), 'countersign-tail-'))
  readonly #known = new Map<string, string>()
  runs = 0

  show(bytes: Uint8Array): string {
    const key = sha256(bytes)
    let shown = this.#known.get(key)
    if (shown === undefined) {
      shown = this.#run(bytes)
      this.#known.set(key, shown)
    }
    return shown
  }

  #run(bytes: Uint8Array): string {
    this.runs++
    const file = join(this.#folder, 'mutant.pdf')
    writeFileSync(file, bytes)
    const out = (program: string, args: readonly string[]): string => {
      const { stdout, status } = spawnSync(program, args, { timeout: 30_000, maxBuffer: 1 << 28 })
      return `${status ?? 'killed'} ${sha256(new Uint8Array(stdout ?? []))}`
    }
    return `${out('pdftotext', ['-layout', file, '-'])} ${out('pdftoppm', ['-r', '40', '-gray', file])}`
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function hasWitnesses(): boolean {
  return ['pdftotext', 'pdftoppm'].every((name) => spawnSync(name, ['-v'], { stdio: 'ignore' }).error === undefined)
}

/** True where we let the document pass: every person's signature intact, nothing refused or open. */
function passes(report: VerificationReport): boolean {
  const persons = report.signatures.filter(({ kind }) => kind === 'signature')
  return (
    GOOD.includes(report.overall) &&
    persons.every(({ integrity, changes }) => integrity === 'intact' && changes.permitted === true)
  )
}

/** Runs `count` mutants over all bases; the exit code is 0 when none that passes shows anything else. */
export async function tailMutations(args: readonly string[]): Promise<number> {
  if (!hasWitnesses()) {
    console.log('tail mutations: skipped, pdftotext or pdftoppm is missing')
    return process.env['COUNTERSIGN_WITNESSES'] === 'required' ? 1 : 0
  }
  const value = args.indexOf('--count')
  const count = value < 0 ? (args.includes('--bounded') ? 400 : 5000) : Number(args[value + 1])
  const bases = [...(await ownBases()), ...(await corpusBases())]
  const witnesses = new Witnesses()
  const seed = args.indexOf('--seed')
  const random = seeded(seed < 0 ? 20_261_125 : Number(args[seed + 1]))
  const shown = new Map(bases.map((base) => [base, witnesses.show(base.bytes)]))
  const blind = bases.filter((base) => !/^0 \w+ 0 /.test(shown.get(base)!))
  if (blind.length > 0) throw new Error(`the witnesses cannot show ${blind.map(({ name }) => name).join(', ')}`)
  let passed = 0
  let updates = 0
  const control = { looked: 0, otherwise: 0 }
  const wrong: string[] = []
  for (let index = 0; index < count; index++) {
    const base = bases[index % bases.length]!
    // Every third one is a proper update: nothing that a reader would have to repair.
    const kind = index % 3 === 0 ? -1 : Math.floor(random() * MUTATIONS.length)
    const mutation = MUTATIONS[kind] ?? properUpdate
    const bytes = bytesOf(mutation(latin1(base.bytes), base.covered, random))
    if (!passes(await base.verify(bytes))) {
      // Of what is refused some are looked at too: the witnesses have to be able to see a change.
      if (index % 20 !== 0) continue
      control.looked++
      if (witnesses.show(bytes) !== shown.get(base)) control.otherwise++
      continue
    }
    passed++
    if (kind < 0) updates++
    if (witnesses.show(bytes) === shown.get(base)) continue
    wrong.push(`mutant ${index} of ${base.name}, mutation ${kind}`)
    const keep = args.indexOf('--keep')
    if (keep >= 0) writeFileSync(join(args[keep + 1]!, `${index}.pdf`), bytes)
  }
  witnesses.close()
  for (const one of wrong) console.log(one)
  console.log(
    `${count} mutants of ${bases.length} files, ${passed} pass (${updates} of them proper updates), ${witnesses.runs} shown by the witnesses, ${wrong.length} of them otherwise`,
  )
  console.log(`control: of ${control.looked} refused mutants ${control.otherwise} show something else`)
  return wrong.length > 0 ? 1 : 0
}
