import { CountersignError } from '../error.ts'
import { openDocument } from '../pdf/document.ts'
import type { ByteSource, PdfDocument } from '../pdf/types.ts'
import { checkSignable } from './base-checks.ts'
import { requireAllUnharmed } from './check-output.ts'
import type { Pass } from './digests.ts'
import { digestsOfSignatures } from './evaluate-all.ts'
import { documentRecord, openingOf } from './extend.ts'
import type { Extended } from './extend.ts'
import type { ExtendResult, TimestampOptions } from './extension-types.ts'
import { stampDocument } from './document-timestamp.ts'
import { tokenRenewal } from './renewal.ts'
import { stampRecord } from './stamp-record.ts'
import { hashDocument, joinSteps } from './step.ts'
import type { SignedStep, StepBase } from './step.ts'
import { verifyOpened } from './verify.ts'

/** Refuses what only a caller's mistake can be. @throws CountersignError ARGUMENT_INVALID */
export function checkTimestampOptions(options: TimestampOptions): void {
  if (typeof options.tsa?.timestamp !== 'function')
    throw new CountersignError('ARGUMENT_INVALID', 'timestamp: options.tsa is no TimestampAuthority')
}

/** N4: the new time stamp is intact over the whole file, and every earlier signature is what it was. Who is trusted is not asked. */
async function checkStamped(base: StepBase, step: SignedStep, at: Date): Promise<void> {
  const options = { trust: { anchors: [] }, at, fingerprints: false, risks: false }
  const known = { prefixes: base.digests, covered: base.covered }
  const after = await verifyOpened(step.document, options, known)
  const added = after.signatures.at(-1)
  if (added?.kind !== 'document-timestamp' || added.integrity !== 'intact' || added.coverage !== 'whole-file')
    throw new CountersignError('OUTPUT_NOT_VERIFIED', 'the stamped file did not pass its own check')
  if (after.signatures.length > 1) requireAllUnharmed(await verifyOpened(base.document, options, known), after)
}

/** Stamps an opened document. */
export async function timestampOpened(
  document: PdfDocument,
  options: TimestampOptions,
  pass?: Pass,
): Promise<Extended> {
  const warnings = checkSignable(document, {})
  const digest = options.digest ?? 'sha256'
  const fresh = { document, digests: new Map() }
  const base = await hashDocument(fresh, [digest, 'sha256'], { ...options, pass }, digestsOfSignatures(document))
  const { tsa, field, ignorePermissions, random, signal } = options
  const opening = openingOf(options)
  const { step, ...stamped } = await stampDocument(base, {
    tsa,
    digest,
    field,
    opening,
    ignorePermissions,
    random,
    signal,
  })
  await checkStamped(base, step, stamped.token.info.genTime)
  const record = stampRecord('document', stamped.token, stamped.field)
  return {
    steps: [step],
    report: {
      schema: 'countersign/extension-report/1',
      requestedLevel: null,
      reachedLevel: null,
      signatures: [],
      timestamps: [record],
      added: 0,
      gaps: [],
      extendAfter: record.genTime,
      renewBefore: tokenRenewal(stamped.token.certificate, undefined).toISOString(),
      document: await documentRecord(base, [step]),
      warnings,
    },
  }
}

/**
 * Adds a document timestamp over the whole file (T8): proof that it existed then, signed or not. Nothing else is added; `extend` brings
 * signatures to a level.
 *
 * @throws CountersignError TSA_FAILED, FIELD_UNKNOWN, FIELD_SIGNED, PDF_*, OUTPUT_NOT_VERIFIED, ARGUMENT_INVALID, ABORTED, LIMIT_*
 * @example
 * ```ts
 * const { bytes } = await timestamp(pdf, { tsa: httpTimestampAuthority(['http://tsa.example/tsr']) })
 * ```
 */
export async function timestamp(input: Uint8Array | ByteSource, options: TimestampOptions): Promise<ExtendResult> {
  checkTimestampOptions(options)
  const document = await openDocument(input, openingOf(options))
  const { steps, report } = await timestampOpened(document, options)
  const base = input instanceof Uint8Array ? input : document.bytes(0, document.size)
  return { bytes: joinSteps(base, steps), report }
}
