// Our own verifier over the catalogue.
import { createHash } from 'node:crypto'
import { verify } from '../src/pades/verify.ts'
import type { VerificationReport } from '../src/report.ts'
import { createTrustStore, type TrustStore } from '../src/validation/trust.ts'
import { attacker, root } from './identities.ts'
import { VERIFIED_AT } from './signing.ts'
import type { Expectation, Made } from './trick.ts'

let trust: TrustStore | undefined

/** Every signer's root, the attacker's own among them. */
export function everyRoot(): TrustStore {
  trust ??= createTrustStore([root(), attacker().certificate])
  return trust
}

export function verifyMade({
  bytes,
  expectedDigest,
}: Pick<Made, 'bytes' | 'expectedDigest'>): Promise<VerificationReport> {
  return verify(bytes, {
    trust: everyRoot(),
    at: VERIFIED_AT,
    policy: { revocation: 'none' },
    fingerprints: false,
    ...(expectedDigest === undefined ? {} : { expectedDigest }),
  })
}

function codesOf(report: VerificationReport): ReadonlySet<string> {
  const all = report.signatures.flatMap(({ findings, risksAtSigning }) => [...findings, ...risksAtSigning])
  return new Set([...all, ...report.findings].filter(({ severity }) => severity !== 'info').map(({ code }) => code))
}

function* overallDifferences(report: VerificationReport, { overall }: Expectation): Generator<string> {
  if ('mustBe' in overall && !overall.mustBe.includes(report.overall)) yield `overall is ${report.overall}`
  if ('mustNotBe' in overall && overall.mustNotBe.includes(report.overall)) yield `overall is ${report.overall}`
}

function* signatureDifferences(report: VerificationReport, { signatures }: Expectation): Generator<string> {
  for (const expected of signatures) {
    const found = report.signatures.find(({ field }) => field === expected.field)
    if (found === undefined) {
      if (report.overall !== 'unreadable') yield `no signature in ${expected.field}`
      continue
    }
    const { integrity, changes } = found
    if (expected.integrity?.includes(integrity) === false) yield `${expected.field}: integrity ${integrity}`
    if (expected.level?.includes(changes.level) === false) yield `${expected.field}: level ${changes.level}`
    if (expected.permitted?.includes(changes.permitted) === false)
      yield `${expected.field}: permitted ${changes.permitted}`
  }
}

function* noteDifferences(report: VerificationReport, { notes, proven }: Expectation): Generator<string> {
  const codes = codesOf(report)
  if (notes !== undefined && !notes.some((code) => codes.has(code))) yield `none of ${notes.join(', ')} is told`
  if (proven === undefined) return
  const before = report.signatures.find(({ field }) => field === 'officer')?.times.provenBefore
  const isProven = before !== null && before !== undefined
  if (isProven !== proven) yield `proven before ${before ?? 'nothing'}`
}

/** What the verdict of a file is: as expected, or in which way not. */
export interface Verdict {
  /** The gate: an attack that passes, or a harmless file that does not. */
  readonly failed: readonly string[]
  /** What else differs. */
  readonly differences: readonly string[]
  readonly overall: VerificationReport['overall']
  readonly milliseconds: number
}

/** Verifies one file and compares. */
export async function judge(made: Made): Promise<Verdict> {
  const start = performance.now()
  const report = await verifyMade(made)
  const milliseconds = performance.now() - start
  const gate = [...overallDifferences(report, made.expect), ...noteDifferences(report, made.expect)]
  return {
    failed: gate,
    differences: [...signatureDifferences(report, made.expect)],
    overall: report.overall,
    milliseconds,
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
