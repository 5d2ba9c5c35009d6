// Runner over `corpus/inputs.json`: every file is signed or refused as expected, and nothing that was signed is damaged. Other
// programs judge the output where they are installed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Signer } from '../src/cms/signer.ts'
import { pemSigner } from '../src/keys/pem.ts'
import { sign } from '../src/pades/sign.ts'

export interface InputCase {
  readonly file: string
  readonly expect: string
  readonly features: string
  readonly password?: string
  readonly qpdfCheck?: string
}

export interface InputResult {
  readonly item: InputCase
  /** `signed`, or the code of the refusal. */
  readonly outcome: string
  /** What differs from the expectation; empty when all is well. */
  readonly differences: readonly string[]
  /** Differences that are right, with the reason. */
  readonly explained: string | undefined
  readonly milliseconds: number
}

/** Codes that fit each kind of refusal in the list's words. */
const REFUSALS: readonly (readonly [words: string, codes: readonly string[]])[] = [
  [
    'refuse: password needed',
    ['PDF_PASSWORD_NEEDED', 'PDF_PASSWORD_WRONG', 'PDF_ENCRYPTION_UNSUPPORTED', 'PDF_DAMAGED', 'PDF_NOT_PDF'],
  ],
  ['refuse: public-key', ['PDF_PUBKEY_ENCRYPTED', 'PDF_DAMAGED', 'PDF_NOT_PDF']],
  ['refuse: permission', ['PDF_PERMISSION']],
  ['refuse: DocMDP', ['PDF_CERTIFIED_NO_CHANGES']],
  ['refuse: certified', ['PDF_CERTIFIED_NO_CHANGES', 'PDF_PERMISSION', 'PDF_PASSWORD_NEEDED']],
  ['refuse: leading', ['PDF_DAMAGED']],
  ['refuse cleanly', ['PDF_DAMAGED', 'PDF_NOT_PDF']],
]

/** Differences from the list that are right. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'inputs/dss-edition_protected_signing_allowed_with_field_signed.pdf':
    'W16: its only field is signed, and /P lets its users fill fields but not add one',
  'inputs/qpdf-bad-encryption-length.pdf': 'J1: pdfsig cannot open the input itself',
}

/** The corpus folder, undefined where it is missing. */
export function inputsFolder(): string | undefined {
  const folder = join(resolve(process.env['COUNTERSIGN_SUITES'] ?? '../shared'), 'corpus')
  return existsSync(join(folder, 'inputs.json')) ? folder : undefined
}

export function readInputs(folder: string): readonly InputCase[] {
  return JSON.parse(readFileSync(join(folder, 'inputs.json'), 'utf8')) as readonly InputCase[]
}

/** A signer from certs-test; `root` is the repository. */
export function inputSigner(root: string): Promise<Signer> {
  const read = (name: string): string => readFileSync(join(root, 'certs-test', name), 'utf8')
  return pemSigner({ key: read('officer-ec.key'), certificates: read('officer-ec.pem') + read('chain.pem') })
}

function program(name: string, args: readonly string[]): { code: number | null; output: string } {
  const { status, stdout } = spawnSync(name, args, { encoding: 'latin1', timeout: 60_000, maxBuffer: 1 << 28 })
  return { code: status, output: stdout ?? '' }
}

const present = new Map<string, boolean>()

function has(name: string): boolean {
  let known = present.get(name)
  if (known === undefined) {
    known = spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined
    present.set(name, known)
  }
  return known
}

/** mutool has no --version. */
function hasMutool(): boolean {
  let known = present.get('mutool')
  if (known === undefined) {
    known = spawnSync('mutool', ['-v'], { stdio: 'ignore' }).error === undefined
    present.set('mutool', known)
  }
  return known
}

function* damage(before: string, after: string, password: string | undefined): Generator<string> {
  const pdfsig = password === undefined ? [] : ['-upw', password, '-opw', password]
  if (has('qpdf')) {
    const check = (file: string): number =>
      program('qpdf', ['--check', ...(password === undefined ? [] : [`--password=${password}`]), file]).code ?? 9
    // 0 clean, 3 warnings, 2 errors.
    const rank = (code: number): number => (code === 0 ? 0 : code === 3 ? 1 : 2)
    if (rank(check(after)) > rank(check(before))) yield 'qpdf --check is worse than before'
  }
  if (has('pdfsig')) {
    const { output } = program('pdfsig', ['-nocert', ...pdfsig, after])
    if (output.split('Total document signed').length !== 2) yield 'pdfsig does not see the whole document signed'
    const last = output.slice(output.lastIndexOf('Signature #'))
    if (!last.includes('Signature is Valid')) yield 'pdfsig does not call the new signature valid'
  }
  if (rendersDifferently(before, after, password)) yield 'the first pages render differently'
}

/**
 * Every renderer that can draw the input draws the output otherwise. One alone says nothing: poppler draws its own appearances
 * under /NeedAppearances, which goes (W18), and mutool writes "sign here" into empty signature fields.
 */
function rendersDifferently(before: string, after: string, password: string | undefined): boolean {
  const mutool = password === undefined ? [] : ['-p', password]
  const poppler = password === undefined ? [] : ['-upw', password, '-opw', password]
  const renderers = [
    ...(hasMutool()
      ? [
          (file: string) =>
            program('mutool', ['draw', '-q', '-r', '20', '-F', 'ppm', '-o', '-', ...mutool, file, '1-3']),
        ]
      : []),
    ...(has('pdftoppm') ? [(file: string) => program('pdftoppm', ['-r', '20', '-l', '3', ...poppler, file])] : []),
  ]
  const able = renderers.filter((draw) => draw(before).output !== '')
  return able.length > 0 && able.every((draw) => draw(before).output !== draw(after).output)
}

/** Signs one file of the list and judges what comes out. */
export async function checkInput(folder: string, item: InputCase, signer: Signer): Promise<InputResult> {
  const started = performance.now()
  const path = join(folder, item.file)
  const input = new Uint8Array(readFileSync(path))
  const scratch = mkdtempSync(join(tmpdir(), 'countersign-input-'))
  const found: string[] = []
  let outcome = 'signed'
  try {
    const password = item.password === undefined ? {} : { password: item.password }
    const { bytes } = await sign(input, { signer, ...password })
    if (Buffer.compare(bytes.subarray(0, input.length), input) !== 0) found.push('W1: the input is not a prefix')
    writeFileSync(join(scratch, 'signed.pdf'), bytes)
    found.push(...damage(path, join(scratch, 'signed.pdf'), item.password))
  } catch (error) {
    outcome = (error as { code?: string }).code ?? `uncoded ${String(error)}`
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  found.push(...unexpected(item, outcome))
  const explained = EXPLAINED[item.file]
  return { item, outcome, differences: found, explained, milliseconds: performance.now() - started }
}

function unexpected(item: InputCase, outcome: string): readonly string[] {
  if (!/^(signed|[A-Z0-9_]+)$/.test(outcome)) return [`not a coded error: ${outcome}`]
  if (item.expect.startsWith('repair')) return []
  const refusal = REFUSALS.find(([words]) => item.expect.startsWith(words))
  // "password needed (with password)": with the password given, signing is right as well.
  const either = item.expect.includes('(with password)') && outcome === 'signed'
  if (refusal === undefined) return outcome === 'signed' ? [] : [`refused with ${outcome}`]
  return either || refusal[1].includes(outcome) ? [] : [`${outcome}, expected one of ${refusal[1].join(', ')}`]
}

/** Prints a line per difference and a summary; 0 when every difference is explained. */
export async function main(args: readonly string[]): Promise<number> {
  const folder = inputsFolder()
  if (folder === undefined) {
    console.log('inputs: no corpus found (COUNTERSIGN_SUITES), all cases skipped')
    return 0
  }
  const signer = await inputSigner(resolve(import.meta.dirname, '../../..'))
  const all = readInputs(folder)
  const step = args.includes('--bounded') ? 5 : 1
  const results: InputResult[] = []
  for (const item of all.filter((_, index) => index % step === 0)) results.push(await checkInput(folder, item, signer))
  return summary(results, all.length)
}

function summary(results: readonly InputResult[], total: number): number {
  const counts = new Map<string, number>()
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  console.log(`inputs to sign: ${results.length} of ${total} files`)
  for (const [outcome, count] of [...counts].toSorted((a, b) => b[1] - a[1])) console.log(`  ${count} ${outcome}`)
  const different = results.filter((one) => one.differences.length > 0)
  for (const { item, differences, explained } of different)
    console.log(
      `  ${explained === undefined ? 'DIFFERS' : 'explained'} ${item.file}: ${differences.join('; ')} ${explained ?? ''}`,
    )
  const unexplained = different.filter((one) => one.explained === undefined)
  console.log(`  ${different.length - unexplained.length} explained differences, ${unexplained.length} unexplained`)
  return unexplained.length === 0 ? 0 : 1
}
