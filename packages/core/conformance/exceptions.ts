// Differences that are right, each with its reason. One that is not needed any more fails too.
import { readFileSync } from 'node:fs'
import type { CaseResult, Difference } from './check-case.ts'

export interface Exception {
  readonly file: string
  readonly kind: Difference['kind']
  readonly clause: string
  readonly reason: string
}

export function readExceptions(): readonly Exception[] {
  return ['exceptions.json', 'changes-exceptions.json'].flatMap(
    (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as readonly Exception[],
  )
}

export interface Judged {
  readonly result: CaseResult
  readonly explained: readonly Difference[]
  readonly unexplained: readonly Difference[]
  /** Exceptions for this file that nothing calls for. */
  readonly stale: readonly Exception[]
}

export function judge(result: CaseResult, exceptions: readonly Exception[]): Judged {
  const own = exceptions.filter(({ file }) => file === result.item.file)
  const explains = (difference: Difference): boolean => own.some(({ kind }) => kind === difference.kind)
  return {
    result,
    explained: result.differences.filter((difference) => explains(difference)),
    unexplained: result.differences.filter((difference) => !explains(difference)),
    stale: own.filter(({ kind }) => !result.differences.some((difference) => difference.kind === kind)),
  }
}
