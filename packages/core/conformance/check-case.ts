// One file of the corpus against what is expected of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verify } from '../src/pades/verify.ts'
import type { SignatureReport, VerificationReport } from '../src/report.ts'
import { GATED, type Case, type ExpectedSignature } from './cases.ts'
import { toldFaults } from './told.ts'
import { trustEverything } from './trust.ts'

/** What differs, by the kind of promise it breaks. */
export interface Difference {
  readonly kind:
    'gate' | 'caught' | 'integrity' | 'permitted' | 'level' | 'count' | 'verdict' | 'told' | 'crash' | 'slow'
  readonly text: string
}

export interface CaseResult {
  readonly item: Case
  readonly report: VerificationReport | undefined
  readonly milliseconds: number
  readonly differences: readonly Difference[]
}

const MOST_MILLISECONDS = 30_000
const NOW = new Date('2026-11-25T00:00:00Z')

/** The last time that the signatures claim: there, chains that were good then are good. */
function claimedEnd(report: VerificationReport): Date {
  const times = report.signatures.flatMap(({ times: { claimed, provenBefore } }) => [claimed, provenBefore])
  const latest = times.flatMap((time) => (time === null ? [] : [Date.parse(time)])).toSorted((a, b) => b - a)[0]
  return latest === undefined ? NOW : new Date(latest)
}

/** Verifies with every certificate of the file trusted and nothing asked of revocation or algorithms: what is refused then is refused always. */
export async function verifyTrusting(bytes: Uint8Array, password: string | undefined): Promise<VerificationReport> {
  const trust = await trustEverything(bytes, password)
  const common = {
    trust,
    policy: { revocation: 'none', algorithms: 'any' } as const,
    ...(password === undefined ? {} : { password }),
  }
  const first = await verify(bytes, { ...common, at: NOW, fingerprints: false, risks: false })
  return verify(bytes, { ...common, at: claimedEnd(first) })
}

function isGood(report: VerificationReport): boolean {
  return report.overall === 'valid' || report.overall === 'valid-with-notes'
}

function checkGate(item: Case, report: VerificationReport): readonly Difference[] {
  if (!GATED.has(item.class)) {
    // In changes.json the class follows from the level alone and says nothing of permission.
    const wrong = report.overall === 'invalid' && item.list === 'signed'
    return wrong ? [{ kind: 'verdict', text: `class ${item.class} is called ${report.overall}` }] : []
  }
  const differences: Difference[] = []
  if (isGood(report)) differences.push({ kind: 'gate', text: `class ${item.class} is called ${report.overall}` })
  const caught = report.signatures.some((one) => one.integrity === 'broken' || one.changes.permitted === false)
  if (item.class !== 'malformed' && !caught) {
    differences.push({ kind: 'caught', text: 'no signature is broken and no change refused' })
  }
  return differences
}

function compare(expected: ExpectedSignature, found: SignatureReport | undefined, differences: Difference[]): void {
  if (found === undefined) {
    differences.push({ kind: 'count', text: `no signature in "${expected.field}"` })
    return
  }
  const { integrity, permitted, level } = expected
  const where = `${found.id} "${found.field}"`
  if (integrity !== undefined && integrity !== found.integrity) {
    differences.push({ kind: 'integrity', text: `${where}: ${integrity} expected, ${found.integrity}` })
  }
  if (level !== undefined && level !== found.changes.level) {
    differences.push({ kind: 'level', text: `${where}: ${level} expected, ${found.changes.level}` })
  }
  if (permitted !== undefined && permitted !== found.changes.permitted) {
    const got = `${found.changes.level}, permitted ${found.changes.permitted}`
    differences.push({ kind: 'permitted', text: `${where}: permitted ${permitted} expected, ${got}` })
  }
}

/** In signed.json the signatures stand in file order, in changes.json only some are named. */
function matching(item: Case, report: VerificationReport, index: number): SignatureReport | undefined {
  if (item.list === 'signed') return report.signatures[index]
  return report.signatures.find(({ field }) => field === item.expected[index]!.field)
}

function checkReport(item: Case, report: VerificationReport): readonly Difference[] {
  const differences = [...checkGate(item, report)]
  for (const [index, expected] of item.expected.entries()) compare(expected, matching(item, report, index), differences)
  return differences
}

/** Verifies one file and lists what differs. Never throws. */
export async function checkCase(folder: string, item: Case): Promise<CaseResult> {
  const start = performance.now()
  try {
    const report = await verifyTrusting(readFileSync(join(folder, item.file)), item.password)
    const milliseconds = performance.now() - start
    const differences = [...checkReport(item, report)]
    for (const text of toldFaults(report)) differences.push({ kind: 'told', text })
    if (milliseconds > MOST_MILLISECONDS) differences.push({ kind: 'slow', text: `${Math.round(milliseconds)} ms` })
    return { item, report, milliseconds, differences }
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { item, report: undefined, milliseconds: performance.now() - start, differences: [{ kind: 'crash', text }] }
  }
}
