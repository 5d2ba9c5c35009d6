// Levels and time stamps of the corpus (C-14, C-15, A-22): every file with time stamps or a DSS, under the file's own top certificates.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { verify } from '../src/pades/verify.ts'
import type { SignatureReport, VerificationReport } from '../src/report.ts'
import type { TrustStore } from '../src/validation/trust.ts'
import { trustEverything } from './trust.ts'

interface Expected {
  readonly kind: SignatureReport['kind']
  readonly integrity: SignatureReport['integrity'] | null
  readonly timestampTime?: string
}

/** What signed.json says of one file's time. */
export interface LevelCase {
  readonly file: string
  readonly password?: string
  readonly level?: string
  readonly hasDSS?: boolean
  readonly documentTimestamps: number
  readonly expected: readonly Expected[]
  readonly dss?: { readonly level?: string; readonly timestamps?: number }
}

export interface LevelDifference {
  readonly file: string
  readonly kind: 'level' | 'count' | 'time'
  readonly text: string
}

interface LevelException {
  readonly file: string
  readonly kind: LevelDifference['kind']
  readonly clause: string
  readonly reason: string
}

/** Names of levels in other projects' tests as ours; several where the name says less. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  PAdES_BASELINE_B: ['B-B'],
  PAdES_BASELINE_T: ['B-T'],
  PAdES_BASELINE_LT: ['B-LT', 'B-LTA'],
  PAdES_BASELINE_LTA: ['B-LTA'],
  // no baseline: BES and LTV of EN 319 142-2, or nothing of ETSI at all
  PAdES_BES: ['none'],
  PAdES_LTV: ['none'],
  PDF_NOT_ETSI: ['none', 'PKCS7 B'],
  PKCS7_T: ['PKCS7 T'],
  PKCS7_LT: ['PKCS7 LT', 'PKCS7 LTA'],
  LT: ['B-LT', 'B-LTA'],
  T: ['B-T'],
}

/** Files of the corpus that say anything of time. */
export function readLevelCases(folder: string): readonly LevelCase[] {
  const all = JSON.parse(readFileSync(join(folder, 'signed.json'), 'utf8')) as readonly LevelCase[]
  return all.filter(
    ({ level, hasDSS, documentTimestamps, dss }) =>
      level !== undefined || hasDSS === true || documentTimestamps > 0 || dss?.timestamps !== undefined,
  )
}

/** The certificates of a file that nobody else in it issued: what a reader who trusts its authorities would trust. */
async function topsOf(bytes: Uint8Array, password: string | undefined): Promise<TrustStore> {
  const { anchors } = await trustEverything(bytes, password)
  const all = anchors.map(({ certificate }) => certificate)
  const tops = all.filter(
    (one) => one.isSelfIssued || !all.some((other) => !other.equals(one) && other.subject.equals(one.issuer)),
  )
  return { anchors: tops.map((certificate) => ({ certificate })) }
}

const HOUR = 3_600_000

/** An hour after the last time that the file states, so that nothing in it is of the future. */
function momentOf({ expected }: LevelCase, { signatures }: VerificationReport): Date {
  const stated = signatures.flatMap(({ times, timestamps }) => [
    times.claimed ?? '',
    ...timestamps.map(({ genTime }) => genTime),
  ])
  const all = [...stated, ...expected.map(({ timestampTime }) => timestampTime ?? '')]
  const times = all.map((time) => Date.parse(time)).filter(Number.isFinite)
  return new Date(Math.max(...times) + HOUR)
}

async function reportOf(bytes: Uint8Array, item: LevelCase): Promise<VerificationReport> {
  const common = {
    policy: { revocation: 'none', algorithms: 'any' },
    fingerprints: false,
    risks: false,
    ...(item.password === undefined ? {} : { password: item.password }),
  } as const
  const first = await verify(bytes, { ...common, trust: { anchors: [] }, at: new Date('2026-11-25T00:00:00Z') })
  return verify(bytes, { ...common, trust: await topsOf(bytes, item.password), at: momentOf(item, first) })
}

function nameOf({ level, pkcs7Level }: SignatureReport): string {
  return level === null ? 'none' : pkcs7Level === undefined ? level : `${level} ${pkcs7Level}`
}

function checkLevel(item: LevelCase, report: VerificationReport): readonly LevelDifference[] {
  const expected = (item.dss?.level ?? item.level)?.split(' + ') ?? []
  const signers = report.signatures.filter(({ kind }) => kind === 'signature')
  return expected.flatMap((name, index) => {
    const got = signers[index] === undefined ? 'nothing' : nameOf(signers[index])
    const allowed = NAMES[name] ?? []
    if (allowed.includes(got)) return []
    return [{ file: item.file, kind: 'level' as const, text: `S${index + 1}: ${name} expected, ${got}` }]
  })
}

function checkCounts(item: LevelCase, report: VerificationReport): readonly LevelDifference[] {
  const documents = report.signatures.filter(({ kind }) => kind === 'document-timestamp').length
  const own = report.signatures.flatMap(({ timestamps }) => timestamps).length
  const wanted = item.dss?.timestamps
  const texts = [
    ...(documents === item.documentTimestamps ? [] : [`${item.documentTimestamps} document timestamps, ${documents}`]),
    ...(wanted === undefined || wanted === documents + own ? [] : [`${wanted} time stamps, ${documents + own}`]),
  ]
  return texts.map((text) => ({ file: item.file, kind: 'count', text }))
}

/** An intact document timestamp proves its time, a broken one nothing. */
function checkTimes(item: LevelCase, report: VerificationReport): readonly LevelDifference[] {
  return item.expected.flatMap((expected, index) => {
    const found = report.signatures[index]
    if (expected.kind !== 'document-timestamp' || found === undefined) return []
    const { provenBefore } = found.times
    const proven = provenBefore === null ? null : Math.floor(Date.parse(provenBefore) / 1000)
    const wanted = Math.floor(Date.parse(expected.timestampTime ?? '') / 1000)
    const right = expected.integrity === 'intact' ? proven === wanted : proven === null
    if (right) return []
    const text = `${found.id}: ${expected.integrity}, ${expected.timestampTime} expected, ${provenBefore}`
    return [{ file: item.file, kind: 'time' as const, text }]
  })
}

/** What differs for one file. */
export async function checkLevelCase(folder: string, item: LevelCase): Promise<readonly LevelDifference[]> {
  const report = await reportOf(new Uint8Array(readFileSync(join(folder, item.file))), item)
  return [...checkLevel(item, report), ...checkCounts(item, report), ...checkTimes(item, report)]
}

/** Differences that no exception explains, and exceptions of these files that nothing calls for. */
export function unexplained(items: readonly LevelCase[], differences: readonly LevelDifference[]): readonly string[] {
  const text = readFileSync(new URL('levels-exceptions.json', import.meta.url), 'utf8')
  const exceptions = JSON.parse(text) as readonly LevelException[]
  const same = (a: Pick<LevelDifference, 'file' | 'kind'>, b: Pick<LevelDifference, 'file' | 'kind'>): boolean =>
    a.file === b.file && a.kind === b.kind
  const files = new Set(items.map(({ file }) => file))
  return [
    ...differences
      .filter((found) => !exceptions.some((exception) => same(exception, found)))
      .map(({ file, kind, text: what }) => `${file} ${kind}: ${what}`),
    ...exceptions
      .filter((exception) => files.has(exception.file) && !differences.some((found) => same(exception, found)))
      .map(({ file, kind }) => `${file}: the exception for ${kind} is not needed any more`),
  ]
}

/** Runs over the corpus; resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const suites = process.env['COUNTERSIGN_SUITES'] ?? '../shared'
  const folder = join(resolve(import.meta.dirname, '../../..', suites), 'corpus')
  if (!existsSync(folder)) {
    console.log(`levels: skipped, ${folder} does not exist`)
    return 0
  }
  const step = args.includes('--bounded') ? 4 : 1
  const cases = readLevelCases(folder).filter((_, index) => index % step === 0)
  const differences: LevelDifference[] = []
  for (const item of cases) differences.push(...(await checkLevelCase(folder, item)))
  const wrong = unexplained(cases, differences)
  for (const line of wrong) console.log(line)
  const argued = differences.length - wrong.length
  console.log(`levels: ${cases.length} files with time stamps or a DSS, ${argued} argued, ${wrong.length} differences`)
  return wrong.length > 0 ? 1 : 0
}
