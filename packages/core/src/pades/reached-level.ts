import type { BaselineLevel, SignatureReport, VerificationReport } from '../report.ts'
import { levelOfReport } from './long-term-data.ts'

const RANK: Readonly<Record<BaselineLevel, number>> = { 'B-B': 0, 'B-T': 1, 'B-LT': 2, 'B-LTA': 3 }

export function atLeast(level: BaselineLevel | null, wanted: BaselineLevel): boolean {
  return level !== null && RANK[level] >= RANK[wanted]
}

/** The lowest level of some signatures; null where one does not pass, or there is none. */
export function lowestLevel(signatures: readonly SignatureReport[]): BaselineLevel | null {
  const levels = signatures.map(levelOfReport)
  if (levels.length === 0) return null
  return levels.reduce((a, b) => (a === null || b === null ? null : RANK[a] <= RANK[b] ? a : b))
}

/** Levels by field as they were found. A time stamp that was made before the first look is not what the signature had. */
export function levelsBefore(report: VerificationReport, stamped: boolean): ReadonlyMap<string, BaselineLevel | null> {
  const own = stamped ? report.signatures.findLast(({ kind }) => kind === 'document-timestamp')?.id : undefined
  const signatures = report.signatures.filter(({ kind }) => kind === 'signature')
  return new Map(
    signatures.map((one) => {
      const level = levelOfReport(one)
      return [one.field, level !== null && own !== undefined && one.times.provenBy === own ? 'B-B' : level]
    }),
  )
}

/** Why a signature is not at a level, in one line. */
export function reasonOf(one: SignatureReport): string {
  const errors = one.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)
  const passed = one.indication === 'TOTAL-PASSED'
  const state = passed ? (levelOfReport(one) ?? 'no baseline level') : (one.subIndication ?? one.indication)
  return `${one.id} ${state}${errors.length === 0 ? '' : ` (${[...new Set(errors)].slice(0, 3).join(', ')})`}`
}
