// Runner over `corpus/inputs.json`: what can be signed at B-B can be signed at B-LTA, verifies offline from what is embedded, and is no
// worse for qpdf; what cannot is refused with a code, and nothing is called B-LTA that is not.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Signer } from '../src/cms/signer.ts'
import type { VerifyOptions } from '../src/pades/options.ts'
import { sign } from '../src/pades/sign.ts'
import { verify } from '../src/pades/verify.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import type { SignatureReport } from '../src/report.ts'
import { member, World } from '../test/support/long-term.ts'
import { inputsFolder, readInputs } from './inputs.ts'
import type { InputCase } from './inputs.ts'

const CAST = {
  root: member('root', 'officerP521', undefined, -1, 12),
  ca: member('ca', 'caEc', 'root', -1, 9),
  ocsp: member('ocsp', 'ocspEc', 'ca', -1, 8),
  signer: member('signer', 'officerEc', 'ca', -0.1, 3),
  tsa: member('tsa', 'tsaEc', 'ca', -0.1, 8),
} as const

/** Refusals above B-B that are right, with the reason. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'inputs/pyhanko-page-tree-direct-kid.pdf':
    'M-18: with a page that is no object of its own no later revision is called permitted',
  'inputs/pyhanko-minimal-annotless.pdf':
    'READER_DISAGREEMENT: once it is signed its page is found by some readers only',
}

interface Outcome {
  /** `signed`, or the code of the refusal. */
  readonly code: string
  readonly bytes?: Uint8Array
}

async function attempt(input: Uint8Array, options: SignOptions): Promise<Outcome> {
  try {
    const { bytes } = await sign(input, options)
    return { code: 'signed', bytes }
  } catch (error) {
    return { code: (error as { code?: string }).code ?? `uncoded ${String(error)}` }
  }
}

/** 0 clean, 1 warnings, 2 errors; 0 where qpdf is missing. */
function qpdf(bytes: Uint8Array, folder: string, password: string | undefined): number {
  const file = join(folder, 'check.pdf')
  writeFileSync(file, bytes)
  const more = password === undefined ? [] : [`--password=${password}`]
  const { status, error } = spawnSync('qpdf', ['--check', ...more, file], { stdio: 'ignore', timeout: 60_000 })
  return error !== undefined || status === 0 ? 0 : status === 3 ? 1 : 2
}

/** One world for the whole run. */
export class ArchiveRun {
  readonly #world = new World(CAST, new Date())
  readonly #tsa = this.#world.tsa('tsa')
  readonly #trust = this.#world.trust('root')
  #signer: Signer | undefined

  async #own(bytes: Uint8Array, more: Partial<VerifyOptions>): Promise<SignatureReport | undefined> {
    const { signatures } = await verify(bytes, { trust: this.#trust, at: this.#world.now, ...more })
    return signatures.findLast(({ kind }) => kind === 'signature')
  }

  /** What is wrong with one file, after what came of it. */
  async check(item: InputCase, input: Uint8Array, folder: string): Promise<readonly [string, readonly string[]]> {
    this.#signer ??= await this.#world.signer('signer')
    this.#world.now = new Date()
    const password = item.password === undefined ? {} : { password: item.password }
    const common = { signer: this.#signer, at: this.#world.now, ...password }
    const basic = await attempt(input, common)
    const { sources } = this.#world
    const longTerm = { tsa: this.#tsa, trust: this.#trust, sources, now: () => this.#world.now }
    const archived = await attempt(input, { ...common, level: 'B-LTA', ...longTerm })
    if (!/^(signed|[A-Z0-9_]+)$/.test(archived.code)) return [archived.code, ['not a coded error']]
    if (archived.bytes === undefined) return [archived.code, await this.#refusal(basic, archived.code, password)]
    const { bytes } = archived
    const found: string[] = []
    if (Buffer.compare(bytes.subarray(0, input.length), input) !== 0) found.push('W1: the input is not a prefix')
    const own = await this.#own(bytes, password)
    const state = `${own?.indication} ${own?.level}`
    if (state !== 'TOTAL-PASSED B-LTA') found.push(`offline it is ${state}`)
    if (qpdf(bytes, folder, item.password) > qpdf(input, folder, item.password)) found.push('qpdf --check is worse')
    return ['signed', found]
  }

  /** Right when B-B is refused alike, or when a verifier would not pass the signature on this file at all. */
  async #refusal(basic: Outcome, code: string, password: object): Promise<readonly string[]> {
    if (basic.bytes === undefined) return basic.code === code ? [] : [`${code}, at B-B ${basic.code}`]
    const own = await this.#own(basic.bytes, { ...password, sources: this.#world.sources })
    return code === 'LEVEL_NOT_REACHED' && own?.indication !== 'TOTAL-PASSED' ? [] : [`${code}, at B-B signed`]
  }
}

/** Prints a line per difference and a summary; 0 when there is none. */
export async function main(args: readonly string[]): Promise<number> {
  const corpus = inputsFolder()
  if (corpus === undefined) {
    console.log('archive: no corpus found (COUNTERSIGN_SUITES), all cases skipped')
    return 0
  }
  const step = args.includes('--bounded') ? 10 : 1
  const run = new ArchiveRun()
  const folder = mkdtempSync(join(tmpdir(), 'countersign-archive-'))
  const counts = new Map<string, number>()
  let different = 0
  try {
    for (const item of readInputs(corpus).filter((_, index) => index % step === 0)) {
      const input = new Uint8Array(readFileSync(join(corpus, item.file)))
      const [outcome, found] = await run.check(item, input, folder)
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
      if (found.length === 0) continue
      const explained = EXPLAINED[item.file]
      if (explained === undefined) different++
      console.log(
        `  ${explained === undefined ? 'DIFFERS' : 'explained'} ${item.file}: ${found.join('; ')} ${explained ?? ''}`,
      )
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log('inputs to sign at B-LTA:')
  for (const [outcome, count] of [...counts].toSorted((a, b) => b[1] - a[1])) console.log(`  ${count} ${outcome}`)
  console.log(`  ${different} unexplained differences`)
  return different === 0 ? 0 : 1
}
