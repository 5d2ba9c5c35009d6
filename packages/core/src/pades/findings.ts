import { textFor } from '../explain/texts/index.ts'
import { severityOf, type Problem } from '../problem.ts'
import type { Finding } from '../report.ts'

/** A problem with its texts in both languages. */
export function findingOf(found: Problem): Finding {
  return {
    rule: found.rule,
    severity: severityOf(found.outcome),
    code: found.code,
    message: textFor(found.code, found.args),
    args: found.args,
  }
}

/** Findings without repetition, in the order found. */
export function findingsOf(problems: readonly Problem[]): readonly Finding[] {
  const seen = new Set<string>()
  return problems
    .filter((found) => {
      const key = JSON.stringify([found.rule, found.code, found.outcome, found.args])
      if (seen.has(key)) return false
      seen.add(key)
      return true
    })
    .map((found) => findingOf(found))
}
