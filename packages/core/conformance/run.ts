// Runner over the corpus: a report for every file, the hard gate, integrity and changes against what is expected.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readCases, type Case } from './cases.ts'
import { checkCase } from './check-case.ts'
import { judge, readExceptions, type Judged } from './exceptions.ts'
import { classTable, levelTable } from './tables.ts'
import { checkNegatives } from './negatives.ts'

interface Options {
  readonly limit: number
  readonly class: string | undefined
  readonly file: string | undefined
  readonly verbose: boolean
  readonly negatives: boolean
}

function parseOptions(args: readonly string[]): Options {
  const value = (name: string): string | undefined => {
    const index = args.indexOf(name)
    return index < 0 ? undefined : args[index + 1]
  }
  const bounded = args.includes('--bounded')
  return {
    limit: Number(value('--limit') ?? (bounded ? 60 : Number.MAX_SAFE_INTEGER)),
    class: value('--class'),
    file: value('--file'),
    verbose: args.includes('--verbose'),
    negatives: !args.includes('--no-negatives'),
  }
}

/** A bounded run takes its files evenly from the whole list. */
function choose(cases: readonly Case[], options: Options): readonly Case[] {
  const matching = cases.filter((item) => {
    const classFits = options.class === undefined || item.class === options.class
    return classFits && (options.file === undefined || item.file.includes(options.file))
  })
  const step = Math.max(1, Math.ceil(matching.length / options.limit))
  return matching.filter((_, index) => index % step === 0)
}

function describe(one: Judged, verbose: boolean): readonly string[] {
  const { file, class: name } = one.result.item
  const shown = verbose ? [...one.unexplained, ...one.explained] : one.unexplained
  const lines = shown.map((difference) => `${file} (${name}) ${difference.kind}: ${difference.text}`)
  return [...lines, ...one.stale.map((old) => `${file}: the exception for ${old.kind} is not needed any more`)]
}

/** Runs the corpus; resolves to the exit code: 0 when nothing is unexplained. Options: --limit N, --class X, --file PART, --verbose, --no-negatives, --bounded. */
export async function main(args: readonly string[]): Promise<number> {
  const suites = process.env['COUNTERSIGN_SUITES'] ?? '../shared'
  const folder = join(resolve(import.meta.dirname, '../../..', suites), 'corpus')
  if (!existsSync(folder)) {
    console.log(`corpus: skipped, ${folder} does not exist`)
    return 0
  }
  const options = parseOptions(args)
  const exceptions = readExceptions()
  const judged: Judged[] = []
  for (const item of choose(readCases(folder), options)) judged.push(judge(await checkCase(folder, item), exceptions))
  for (const line of judged.flatMap((one) => describe(one, options.verbose))) console.log(line)
  const listed = (list: Case['list'], high?: boolean): readonly Judged[] =>
    judged.filter(
      ({ result: { item } }) => item.list === list && (high === undefined || (item.confidence === 'high') === high),
    )
  console.log(`\nsigned.json, expectations of high confidence\n${classTable(listed('signed', true))}`)
  console.log(`\nsigned.json, the others\n${classTable(listed('signed', false))}`)
  console.log(`\nchanges.json (a class follows from the level alone)\n${classTable(listed('changes'))}`)
  console.log(`\nchanges.json by level\n${levelTable(listed('changes'))}\n`)
  const slowest = judged.toSorted((a, b) => b.result.milliseconds - a.result.milliseconds)[0]
  if (slowest !== undefined) {
    console.log(
      `slowest: ${slowest.result.item.file}, ${Math.round(slowest.result.milliseconds)} ms for two verifications`,
    )
  }
  const failed = judged.some((one) => one.unexplained.length > 0 || one.stale.length > 0)
  const negatives = options.negatives ? await checkNegatives(folder, judged) : []
  for (const line of negatives) console.log(line)
  return failed || negatives.length > 0 ? 1 : 0
}
