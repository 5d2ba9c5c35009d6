// `npm run pkits-cli`: every case of NIST PKITS through the built command line, one process each, as a stranger would ask it.
// `--bounded`: every sixth case, for CI. The library's own run is packages/core/test/pkits.test.ts.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AT, differenceOf } from './pkits.ts'
import type { PkitsAnswer, PkitsCase } from './pkits.ts'

const AT_ONCE = 2
const TRUSTED = 'TrustAnchorRoot'

interface CliAnswer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function run(program: string, words: readonly string[]): Promise<CliAnswer> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...words], { timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr })
    })
  })
}

/** The words of `certificate validate` for one case (contract in DESIGN: everything the case says is an option). */
function wordsOf(folder: string, one: PkitsCase): readonly string[] {
  const many = (option: string, values: readonly string[]): readonly string[] =>
    values.flatMap((value) => [option, value])
  const files = (kind: 'certs' | 'crls', names: readonly string[]): readonly string[] =>
    names.map((name) => join(folder, kind, name))
  const { params = {} } = one
  return [
    'certificate',
    'validate',
    '--json',
    ...many('--trust', files('certs', [`${TRUSTED}Certificate.crt`])),
    ...many('--intermediate', files('certs', one.path_intermediates ?? one.other_certs ?? [])),
    ...many('--crl', files('crls', [`${TRUSTED}CRL.crl`, ...(one.crls ?? [])])),
    ...many('--policy', params.user_initial_policy_set ?? []),
    ...(params.initial_explicit_policy === true ? ['--require-explicit-policy'] : []),
    ...(params.initial_policy_mapping_inhibit === true ? ['--inhibit-policy-mapping'] : []),
    ...(params.initial_any_policy_inhibit === true ? ['--inhibit-any-policy'] : []),
    '--at',
    AT.toISOString(),
    '--purpose',
    'any',
    '--algorithms',
    'any',
    '--revocation',
    one.revocation === false ? 'prefer' : 'require',
    join(folder, 'certs', one.cert),
  ]
}

async function check(program: string, folder: string, one: PkitsCase): Promise<string | undefined> {
  const { code, stdout, stderr } = await run(program, wordsOf(folder, one))
  let report: Omit<PkitsAnswer, 'codes'> & { readonly findings: readonly { readonly code: string }[] }
  try {
    report = JSON.parse(stdout)
  } catch {
    return `no report, exit ${code}: ${stderr.trim()}`
  }
  if (code !== (report.valid ? 0 : 1)) return `exit ${code} with valid ${report.valid}`
  return differenceOf(one, { ...report, codes: report.findings.map((finding) => finding.code) })
}

async function main(): Promise<number> {
  const root = join(import.meta.dirname, '..', '..', '..')
  const program = join(root, 'packages', 'cli', 'dist', 'main.js')
  const folder = join(process.env['COUNTERSIGN_SUITES'] ?? join(root, '..', 'shared'), 'pkits')
  if (!existsSync(join(folder, 'pkits.json'))) {
    console.log(`PKITS through the command line: skipped, no suite at ${folder}`)
    return 0
  }
  const all = JSON.parse(readFileSync(join(folder, 'pkits.json'), 'utf8')) as readonly PkitsCase[]
  const cases = process.argv.includes('--bounded') ? all.filter((_, index) => index % 6 === 0) : all
  const waiting = [...cases]
  const wrong: string[] = []
  const started = performance.now()
  const work = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const difference = await check(program, folder, one)
      if (difference !== undefined) wrong.push(`${one.id} ${one.name}: ${difference}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  for (const line of wrong.toSorted()) console.log(line)
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  console.log(
    `PKITS through the command line: ${cases.length - wrong.length} of ${cases.length} as expected, ${seconds} s`,
  )
  return wrong.length === 0 ? 0 : 1
}

process.exitCode = await main()
