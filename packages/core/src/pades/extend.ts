import { CountersignError } from '../error.ts'
import { openDocument } from '../pdf/document.ts'
import { surveyOf } from './survey.ts'
import type { ByteSource, OpenOptions, PdfDocument } from '../pdf/types.ts'
import type { VerificationReport } from '../report.ts'
import { hexOf } from '../x509/identity.ts'
import { ascend } from './ascend.ts'
import { checkSignable } from './base-checks.ts'
import { Climb } from './climb.ts'
import type { Pass } from './digests.ts'
import { digestsOfSignatures } from './evaluate-all.ts'
import { LevelNotReachedError } from './extension-types.ts'
import type { ExtendedSignature, ExtendOptions, ExtendResult, ExtensionReport } from './extension-types.ts'
import { levelOfReport } from './long-term-data.ts'
import { hashDocument, joinSteps, stateOf } from './step.ts'
import type { SignedStep, StepBase } from './step.ts'

const LEVELS: ReadonlySet<unknown> = new Set(['B-T', 'B-LT', 'B-LTA'])

function wrong(what: string): CountersignError {
  return new CountersignError('ARGUMENT_INVALID', `extend: ${what}`)
}

/** Refuses what only a caller's mistake can be. @throws CountersignError ARGUMENT_INVALID */
export function checkExtendOptions(options: ExtendOptions): void {
  if (!LEVELS.has(options.to)) throw wrong(`options.to must be B-T, B-LT or B-LTA, not ${options.to}`)
  if (!Array.isArray(options.trust?.anchors)) throw wrong('options.trust is no trust store')
  if (options.to === 'B-LTA' && (options.archiveTsa ?? options.tsa) === undefined)
    throw wrong('B-LTA needs `tsa` for its document timestamp')
}

export function openingOf({
  password,
  limits,
  signal,
}: Pick<ExtendOptions, 'password' | 'limits' | 'signal'>): OpenOptions {
  return {
    ...(password === undefined ? {} : { password }),
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
  }
}

/** What an extension came to, before it is joined or written. */
export interface Extended {
  readonly steps: readonly SignedStep[]
  readonly report: ExtensionReport
}

/** Hash of the whole file after the last step. */
export async function documentRecord(
  base: StepBase,
  steps: readonly SignedStep[],
): Promise<ExtensionReport['document']> {
  const last = steps.at(-1) ?? base
  return {
    sha256: hexOf(await stateOf(last, 'sha256').digest()),
    bytes: last.document.size,
    addedBytes: steps.reduce((sum, step) => sum + step.section.length, 0),
  }
}

function signaturesOf(
  after: VerificationReport,
  before: ReadonlyMap<string, ExtendedSignature['before']>,
): readonly ExtendedSignature[] {
  return after.signatures
    .filter(({ kind }) => kind === 'signature')
    .map((one) => ({ id: one.id, field: one.field, before: before.get(one.field) ?? null, after: levelOfReport(one) }))
}

/** Extends an opened document: the revisions to append, each already checked. Whoever calls joins or writes them, once. */
export async function extendOpened(document: PdfDocument, options: ExtendOptions, pass?: Pass): Promise<Extended> {
  const warnings = checkSignable(document, {})
  if (surveyOf(document).signatures.length === 0)
    throw new CountersignError('NOTHING_TO_EXTEND', 'the document holds no signature and no document timestamp')
  const fresh = { document, digests: new Map() }
  const base = await hashDocument(fresh, ['sha256'], { ...options, pass }, digestsOfSignatures(document))
  const climb = new Climb(base, base, { ...options, opening: openingOf(options) })
  const report = await ascend(climb, options.to)
  return {
    steps: climb.steps,
    report: {
      schema: 'countersign/extension-report/1',
      requestedLevel: options.to,
      reachedLevel: climb.reached(report),
      signatures: signaturesOf(report, climb.levelsBefore),
      ...climb.record,
      document: await documentRecord(base, climb.steps),
      warnings,
    },
  }
}

/**
 * Extends every signature of a PDF, ours or others', to a level: document timestamp where none carries its time (L11), validation data
 * in the DSS, document timestamp over them. A file at B-LTA is renewed: the data of its last document timestamp, then a new one (L10).
 * Not a byte of the input changes; what is returned was verified with its embedded data alone.
 *
 * @throws LevelNotReachedError with what is missing and what was reached; CountersignError NOTHING_TO_EXTEND, TSA_FAILED, PDF_*, FIELD_*,
 * ARGUMENT_INVALID, ABORTED, LIMIT_*
 * @example
 * ```ts
 * const { bytes, report } = await extend(pdf, { to: 'B-LTA', tsa, trust, sources: onlineSource() })
 * console.log(report.renewBefore)
 * ```
 */
export async function extend(input: Uint8Array | ByteSource, options: ExtendOptions): Promise<ExtendResult> {
  checkExtendOptions(options)
  const document = await openDocument(input, openingOf(options))
  const whole = (steps: readonly SignedStep[]): Uint8Array =>
    joinSteps(input instanceof Uint8Array ? input : document.bytes(0, document.size), steps)
  const { steps, report } = await extendOpened(document, options).catch((error: unknown) => {
    if (error instanceof LevelNotReachedError) error.keep(whole)
    throw error
  })
  return { bytes: whole(steps), report }
}
