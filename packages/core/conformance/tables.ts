// The corpus in figures: per class and per level, never one percentage for all.
import type { ChangeLevel, SignatureReport } from '../src/report.ts'
import type { Case } from './cases.ts'
import type { Judged } from './exceptions.ts'

const OVERALL = ['valid', 'valid-with-notes', 'indeterminate', 'invalid', 'unsigned', 'unreadable'] as const
const LEVELS: readonly ChangeLevel[] = ['none', 'ltv', 'form', 'annotation', 'other', 'unknown']

function row(cells: readonly (string | number)[], first = 26, width = 13): string {
  return cells
    .map((cell, i) => (i === 0 ? String(cell).padEnd(first) : String(cell === 0 ? '-' : cell).padStart(width)))
    .join('')
}

/** The report's signature for each expected one, in the order that its list has (checkCase). */
function pairs({
  result: { item, report },
}: Judged): readonly (readonly [Case['expected'][number], SignatureReport | undefined])[] {
  return item.expected.map((expected, index) => {
    const found =
      item.list === 'signed'
        ? report?.signatures[index]
        : report?.signatures.find(({ field }) => field === expected.field)
    return [expected, found] as const
  })
}

/** How many of the signatures that are judged come out as expected: `12 of 12`. */
function agreement(
  judged: readonly Judged[],
  expected: (one: Case['expected'][number]) => unknown,
  found: (one: SignatureReport) => unknown,
): string {
  const all = judged.flatMap((one) => pairs(one)).filter(([one]) => expected(one) !== undefined)
  const right = all.filter(([one, other]) => other !== undefined && expected(one) === found(other))
  return all.length === 0 ? '-' : `${right.length} of ${all.length}`
}

/** Files of one list by class: the verdicts, the signatures as expected, what is explained and what is not. */
export function classTable(judged: readonly Judged[]): string {
  const names = [...new Set(judged.map(({ result }) => result.item.class))]
  const lines = names.map((name) => {
    const own = judged.filter(({ result }) => result.item.class === name)
    const counts = OVERALL.map((overall) => own.filter(({ result }) => result.report?.overall === overall).length)
    const integrity = agreement(
      own,
      (one) => one.integrity,
      (one) => one.integrity,
    )
    const permitted = agreement(
      own,
      (one) => one.permitted,
      (one) => one.changes.permitted,
    )
    const explained = own.filter((one) => one.explained.length > 0).length
    const unexplained = own.filter((one) => one.unexplained.length > 0).length
    return row([name, own.length, ...counts, integrity, permitted, explained, unexplained])
  })
  const heads = OVERALL.map((overall) => (overall === 'valid-with-notes' ? 'with notes' : overall))
  return [row(['class', 'files', ...heads, 'integrity', 'permitted', 'exceptions', 'differences']), ...lines].join('\n')
}

/** Signatures of changes.json: the level expected down, the level found across. */
export function levelTable(judged: readonly Judged[]): string {
  const all = judged.flatMap((one) => pairs(one)).filter(([expected]) => expected.level !== undefined)
  const lines = LEVELS.flatMap((level) => {
    const own = all.filter(([expected]) => expected.level === level)
    if (own.length === 0) return []
    const counts = LEVELS.map((found) => own.filter(([, one]) => one?.changes.level === found).length)
    return [row([level, own.length, ...counts], 26, 12)]
  })
  return [row(['level expected', 'signatures', ...LEVELS], 26, 12), ...lines].join('\n')
}
