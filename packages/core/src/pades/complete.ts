import { buildSignedData } from '../cms/build.ts'
import { schemeName, verifySchemeFor } from '../cms/schemes.ts'
import { verifySignature } from '../crypto/index.ts'
import { hexOf } from '../der/hex.ts'
import { CountersignError } from '../error.ts'
import { openDocument } from '../pdf/document.ts'
import { patchContents } from '../pdf/placeholder.ts'
import type { OpenOptions } from '../pdf/types.ts'
import { Certificate } from '../x509/certificate.ts'
import { checkOutput } from './check-output.ts'
import type { CheckedOutput } from './check-output.ts'
import { planLevel } from './levels.ts'
import type { LevelOptions, LevelPlan } from './levels.ts'
import type { Prepared, SigningReport, SignResult } from './signing-types.ts'
import { appendStep, hashDocument, joinSteps, stateOf } from './step.ts'
import type { SignedStep, StepBase } from './step.ts'

/** What came back from the key: the signature value, or a whole CMS. */
export type SigningOutcome = { readonly signature: Uint8Array } | { readonly cms: Uint8Array }

/** C7, G2: the value must verify with the leaf's key before it is embedded. */
export async function requireGenuine(
  key: NonNullable<Prepared['key']>,
  signature: Uint8Array,
  leaf: Certificate = Certificate.parse(key.certificate),
): Promise<void> {
  const result = await verifySignature(verifySchemeFor(key.scheme), leaf.spki, key.signedAttributes, signature)
  if (result !== 'valid')
    throw new CountersignError(
      'SIGNATURE_MISMATCH',
      `the signature value does not fit the certificate (${schemeName(key.scheme)}): another key, or a fault of the signer`,
    )
}

function leafOf(prepared: Prepared): Certificate | undefined {
  return prepared.key === undefined ? undefined : Certificate.parse(prepared.key.certificate)
}

/** The CMS of a signature: C7 for its value, then the unsigned attributes of its level. */
export async function buildCms(
  prepared: Prepared,
  leaf: Certificate | undefined,
  outcome: SigningOutcome,
  level: LevelPlan | undefined,
): Promise<Uint8Array> {
  if ('cms' in outcome) return outcome.cms
  if (prepared.key === undefined)
    throw new CountersignError('ARGUMENT_INVALID', 'this signature was prepared for a whole CMS')
  await requireGenuine(prepared.key, outcome.signature, leaf)
  const unsigned = (await level?.unsigned(outcome.signature, prepared.digest)) ?? []
  return buildSignedData({ ...prepared.key, signature: outcome.signature, unsigned })
}

/** The steps of a finished signature, the signature's own first, and what was done. */
export interface Signed {
  readonly steps: readonly SignedStep[]
  readonly report: SigningReport
}

function reportOf(
  prepared: Prepared,
  checked: CheckedOutput,
  sha256: Uint8Array,
  reached: Signed['steps'],
): SigningReport {
  return {
    schema: 'countersign/signing-report/1',
    requestedLevel: prepared.level,
    reachedLevel: prepared.level,
    signatureId: checked.signatureId,
    field: prepared.field,
    ...(prepared.page === undefined ? {} : { page: prepared.page }),
    role: prepared.role,
    revision: prepared.base.revisions,
    claimedTime: prepared.claimed,
    signer: checked.signer,
    algorithms: {
      digest: prepared.digest,
      signature: prepared.key === undefined ? null : prepared.key.scheme.name,
    },
    filled: prepared.filled,
    earlierSignatures: prepared.base.signatures,
    document: {
      sha256: hexOf(sha256),
      bytes: reached.at(-1)!.document.size,
      addedBytes: reached.reduce((sum, step) => sum + step.section.length, 0),
    },
    warnings: prepared.warnings,
  }
}

/** Embeds the CMS, re-opens and re-verifies the result (N4), and goes on to the level that was asked for. */
export async function embed(
  base: StepBase,
  prepared: Prepared,
  cms: Uint8Array,
  how: { readonly leaf: Certificate | undefined; readonly level: LevelPlan | undefined } & OpenOptions,
): Promise<Signed> {
  const section = patchContents(prepared.section.bytes, prepared.section.placeholder!, cms)
  const step = await appendStep(base, section, how)
  const checked = await checkOutput(base, step, prepared, how.leaf)
  const reached = await how.level?.further(step, prepared, base)
  const steps = [step, ...(reached?.steps ?? [])]
  const sha256 = await stateOf(steps.at(-1)!, 'sha256').digest()
  const report = reportOf(prepared, checked, sha256, steps)
  const longTerm = reached === undefined ? {} : { longTerm: reached.record }
  return { steps, report: { ...report, reachedLevel: reached?.level ?? 'B-B', ...longTerm } }
}

/**
 * Second half of a signature: checks the value, embeds the CMS, appends the section, re-opens and re-verifies the result (N4).
 * The input is hashed anew, so that a changed one is found. `options` hold what the prepared level needs.
 *
 * @throws CountersignError BASE_CHANGED, SIGNATURE_MISMATCH, CMS_TOO_LARGE, OUTPUT_NOT_VERIFIED.
 */
export async function complete(
  input: Uint8Array,
  prepared: Prepared,
  outcome: SigningOutcome,
  options: LevelOptions = {},
): Promise<SignResult> {
  if (input.length !== prepared.base.bytes)
    throw new CountersignError('BASE_CHANGED', 'the file has changed since the signature was prepared', {
      details: { expected: prepared.base.bytes, found: input.length },
    })
  const level = planLevel(prepared.level, options)
  const leaf = leafOf(prepared)
  const cms = await buildCms(prepared, leaf, outcome, level)
  const opening = prepared.password === undefined ? {} : { password: prepared.password }
  const document = await openDocument(input, opening)
  const base = await hashDocument({ document, digests: new Map() }, [prepared.digest, 'sha256'], options)
  const { steps, report } = await embed(base, prepared, cms, { leaf, level, ...opening })
  return { bytes: joinSteps(input, steps), report }
}
