// Makes the catalogue, runs our verifier over it, prints a table by class.
//   --per-class N   variants and twins of each class, 100 by default; --bounded takes 10
//   --class
//   --seed N        other variants
//   --out DIR       keeps the files, with manifest.json
//   --verify-only   with --out: verifies the files that stand there
//   --verbose       lists every file that is not as expected
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CLASSES, SEED, variantsOf } from './catalogue.ts'
import { judge, sha256, type Verdict } from './judge.ts'
import { writeCatalogue, type ManifestEntry } from './manifest.ts'
import { GOOD, type Expectation, type Made } from './trick.ts'

interface Options {
  readonly count: number
  readonly seed: number
  readonly classes: readonly string[]
  readonly out: string | undefined
  readonly verifyOnly: boolean
  readonly verbose: boolean
}

function parseOptions(args: readonly string[]): Options {
  const value = (name: string): string | undefined => {
    const index = args.indexOf(name)
    return index < 0 ? undefined : args[index + 1]
  }
  const known = Object.keys(CLASSES)
  return {
    count: Number(value('--per-class') ?? (args.includes('--bounded') ? 10 : 100)),
    seed: Number(value('--seed') ?? SEED),
    classes: value('--class')?.split(',') ?? known,
    out: value('--out'),
    verifyOnly: args.includes('--verify-only'),
    verbose: args.includes('--verbose'),
  }
}

interface Case {
  readonly class: string
  readonly kind: ManifestEntry['kind']
  readonly variant: string
  readonly trick: string
  readonly made: Made
}

interface Judged extends Case {
  readonly verdict: Verdict
}

/** Cases from the files that an earlier run has left. */
function* casesOf(folder: string, classes: readonly string[]): Generator<Case> {
  const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    files: readonly ManifestEntry[]
  }
  for (const entry of files) {
    if (!classes.includes(entry.class)) continue
    const bytes = new Uint8Array(readFileSync(join(folder, entry.file)))
    if (sha256(bytes) !== entry.sha256) throw new Error(`${entry.file} is not the file of the manifest`)
    const digest =
      entry.expectedDigest === undefined
        ? {}
        : { expectedDigest: new Uint8Array(Buffer.from(entry.expectedDigest, 'hex')) }
    yield { ...entry, made: { bytes, expect: entry.expect, ...digest } }
  }
}

function* casesMade({ classes, count, seed }: Options): Generator<Case> {
  for (const name of classes) {
    for (const variant of variantsOf(name, count, seed)) {
      for (const kind of ['attack', 'twin'] as const) {
        yield { class: name, kind, variant: variant.id, trick: variant.trick, made: variant[kind] }
      }
    }
  }
}

/** Attacks that no verdict may let pass, as against those that the rules only want told. */
function isRefusal({ overall }: Expectation): boolean {
  return 'mustNotBe' in overall && GOOD.every((one) => overall.mustNotBe.includes(one))
}

const row = (cells: readonly (string | number)[]): string =>
  cells.map((cell, index) => (index === 0 ? String(cell).padEnd(8) : String(cell).padStart(12))).join('')

function tableOf(judged: readonly Judged[]): string {
  const names = [...new Set(judged.map((one) => one.class))]
  const lines = names.map((name) => {
    const own = judged.filter((one) => one.class === name)
    const attacks = own.filter(({ kind }) => kind === 'attack')
    const twins = own.filter(({ kind }) => kind === 'twin')
    const failed = (list: readonly Judged[]): number => list.filter(({ verdict }) => verdict.failed.length > 0).length
    const refused = attacks.filter(({ made }) => isRefusal(made.expect)).length
    const tricks = new Set(attacks.map(({ trick }) => trick)).size
    const other = own.filter(({ verdict }) => verdict.differences.length > 0).length
    const slowest = Math.max(...own.map(({ verdict }) => verdict.milliseconds))
    return row([
      name,
      tricks,
      attacks.length,
      refused,
      attacks.length - refused,
      failed(attacks),
      twins.length,
      failed(twins),
      other,
      `${Math.round(slowest)} ms`,
    ])
  })
  const head = row([
    'class',
    'tricks',
    'attacks',
    'to refuse',
    'to tell',
    'fooled',
    'twins',
    'alarms',
    'differences',
    'slowest',
  ])
  return [head, ...lines].join('\n')
}

function describe({ variant, kind, trick, verdict }: Judged): string {
  return `${variant} ${kind}: ${trick}: ${[...verdict.failed, ...verdict.differences].join('; ')}`
}

/** Runs the catalogue; the exit code is 0 when nobody was fooled and at most one twin in a hundred raised an alarm. */
export async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args)
  if (options.out !== undefined && !options.verifyOnly) {
    const files = writeCatalogue(options.out, options.count, options.classes, options.seed)
    console.log(`${files.length} files in ${options.out}`)
  }
  const judged: Judged[] = []
  const cases = options.out === undefined ? casesMade(options) : casesOf(options.out, options.classes)
  const digests = new Set<string>()
  for (const one of cases) {
    digests.add(sha256(one.made.bytes))
    const verdict = await judge(one.made)
    // The bytes are not kept: thousands of files would fill the memory.
    judged.push({ ...one, made: { bytes: new Uint8Array(), expect: one.made.expect }, verdict })
  }
  const wrong = judged.filter(({ verdict }) => verdict.failed.length > 0 || verdict.differences.length > 0)
  for (const one of options.verbose ? wrong : wrong.slice(0, 30)) console.log(describe(one))
  console.log(tableOf(judged))
  const attacks = judged.filter(({ kind }) => kind === 'attack')
  const twins = judged.filter(({ kind }) => kind === 'twin')
  const fooled = attacks.filter(({ verdict }) => verdict.failed.length > 0).length
  const alarms = twins.filter(({ verdict }) => verdict.failed.length > 0).length
  console.log(
    `${attacks.length} attacks, ${fooled} fooled; ${twins.length} twins, ${alarms} false alarms; ${digests.size} different files`,
  )
  return fooled > 0 || alarms > twins.length / 100 ? 1 : 0
}
