import { buildSignedData } from '../cms/build.ts'
import { schemeName, verifySchemeFor } from '../cms/schemes.ts'
import { createDigest, verifySignature } from '../crypto/index.ts'
import type { DigestName } from '../crypto/index.ts'
import { equalBytes } from '../der/writer.ts'
import { hexOf } from '../der/hex.ts'
import { CountersignError } from '../error.ts'
import type { ErrorDetails } from '../error.ts'
import { openDocument } from '../pdf/document.ts'
import { listFields } from '../pdf/fields.ts'
import { patchContents } from '../pdf/placeholder.ts'
import { readRestrictions } from '../pdf/restrictions.ts'
import type { OpenOptions, PdfDocument } from '../pdf/types.ts'
import { Certificate } from '../x509/certificate.ts'
import { checkOutput } from './check-output.ts'
import type { CheckedOutput } from './check-output.ts'
import type { DigestPrefixes } from './digests.ts'
import { planLevel } from './levels.ts'
import type { LevelOptions, LevelPlan } from './levels.ts'
import { openPrepared } from './prepared-state.ts'
import type { PreparedState } from './prepared-state.ts'
import type { Prepared, SigningReport, SignResult } from './signing-types.ts'
import { appendStep, hashSection, joinSteps, stateOf, throwIfAborted } from './step.ts'
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

/** What `complete` needs beside the state. */
export interface CompleteOptions extends LevelOptions {
  /** The key that the state was sealed under. */
  readonly stateKey?: Uint8Array
  /** Opens an encrypted document; a stored state holds no password. */
  readonly password?: string
}

/** Counted in the file itself: a state that says there are no earlier signatures must not keep them from being checked (N4). */
function baseOf(document: PdfDocument): Prepared['base'] {
  const { signers, timestamps } = readRestrictions(document.latest, listFields(document.latest).fields)
  return {
    bytes: document.size,
    revisions: document.revisions.length,
    signatures: signers.length + timestamps.length,
  }
}

function requireOutcome(outcome: unknown): void {
  const { signature, cms } = (outcome ?? {}) as Record<string, unknown>
  if (!(cms instanceof Uint8Array) && !(signature instanceof Uint8Array))
    throw new CountersignError('ARGUMENT_INVALID', 'complete: neither `signature` nor `cms` is given as bytes')
}

const PIECE = 8 * 1024 * 1024

/** Digest states over all of the input, made before anything in it is read (B28). */
async function hashWhole(
  input: Uint8Array,
  names: readonly DigestName[],
  signal?: AbortSignal,
): Promise<DigestPrefixes> {
  const states = [...new Set(names)].map((name) => createDigest(name))
  for (let at = 0; at < input.length; at += PIECE) {
    throwIfAborted(signal)
    const piece = input.subarray(at, at + PIECE)
    for (const state of states) await state.update(piece)
  }
  return new Map(states.map((state) => [state.name, { length: input.length, state }]))
}

function baseChanged(details: ErrorDetails = {}): CountersignError {
  return new CountersignError('BASE_CHANGED', 'the file has changed since the signature was prepared', { details })
}

/** B28: the very bytes that were prepared, section included. */
async function requireSameBase(input: Uint8Array, prepared: Prepared, signal?: AbortSignal): Promise<DigestPrefixes> {
  const { base, section, digest, documentDigest } = prepared
  if (input.length !== base.bytes || input.length !== section.base)
    throw baseChanged({ expected: base.bytes, found: input.length })
  const digests = await hashWhole(input, [digest, 'sha256'], signal)
  const state = digests.get(digest)!.state.copy()
  if (!equalBytes(await hashSection(state, section), documentDigest)) throw baseChanged()
  return digests
}

/**
 * Second half of a signature: checks that the file is the one that was prepared, checks the value, embeds the CMS, appends the
 * section, re-opens and re-verifies the result (N4). `given` is what `prepare` returned, or what was parsed from its JSON text, in
 * whatever process (S7). `options` hold what the prepared level needs.
 *
 * @throws CountersignError BASE_CHANGED, PREPARED_INVALID, PREPARED_CHANGED, SIGNATURE_MISMATCH, CMS_TOO_LARGE, PDF_PASSWORD_NEEDED,
 * OUTPUT_NOT_VERIFIED, ARGUMENT_INVALID.
 * @example
 * ```ts
 * const state = JSON.stringify(await prepare(pdf, { signer, stateKey }))
 * // days later, elsewhere
 * const { bytes } = await complete(pdf, JSON.parse(state), { signature }, { stateKey })
 * ```
 */
export async function complete(
  input: Uint8Array,
  given: Prepared | PreparedState,
  outcome: SigningOutcome,
  options: CompleteOptions = {},
): Promise<SignResult> {
  requireOutcome(outcome)
  const opened = await openPrepared(given, options.stateKey)
  const password = options.password ?? opened.password
  const stored = password === undefined ? opened : { ...opened, password }
  const digests = await requireSameBase(input, stored, options.signal)
  const level = planLevel(stored.level, options)
  const leaf = leafOf(stored)
  const opening = password === undefined ? {} : { password }
  const document = await openDocument(input, opening)
  const prepared = { ...stored, base: baseOf(document) }
  const cms = await buildCms(prepared, leaf, outcome, level)
  const { steps, report } = await embed({ document, digests }, prepared, cms, { leaf, level, ...opening })
  return { bytes: joinSteps(input, steps), report }
}
